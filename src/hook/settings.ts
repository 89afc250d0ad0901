/**
 * The settings of the hook, from its flags and the environment. A flag wins.
 *
 * The key has no flag: the arguments of a process are open to everybody on its machine, its environment is not.
 */
import os from "node:os";
import path from "node:path";
import { type Machine, stateFolderOf } from "../local/state-folder.ts";
import { trackUrlOf } from "../endpoint.ts";

/** Settings in force. */
export interface HookSettings {
  /** Where batches go. */
  url: string;
  key: string | undefined;
  /** Names the person of every event; nobody is named without it. */
  user: string | undefined;
  /** The folder in which events wait: one for each address, so that two trackers never mix. */
  folder: string;
}

/** What the settings are read from. */
export interface Surroundings extends Machine {
  args: readonly string[];
}

/** The surroundings of this process. */
export function surroundings(): Surroundings {
  return { args: process.argv.slice(2), env: process.env, platform: process.platform, home: homeFolder() };
}

/** Nothing can be made below the null device: who has no home keeps no events, and they are sent at once or not at all. */
function homeFolder(): string {
  try {
    return os.homedir();
  } catch {
    return os.devNull;
  }
}

/** Reads the settings; `undefined` when no address is set or tracking is turned off. */
export function settingsOf({ args, env, platform, home }: Surroundings): HookSettings | undefined {
  if (["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"].some((name) => /^(1|true|yes)$/i.test(env[name] ?? ""))) return undefined;
  const setting = (flag: string, name: string): string | undefined => flagIn(args, flag) || env[name]?.trim() || undefined;
  const url = trackUrlOf(setting("--endpoint", "TRACK_SKILLS_ENDPOINT") ?? "");
  if (url === undefined) return undefined;
  const paths = platform === "win32" ? path.win32 : path.posix;
  const state = setting("--state-dir", "TRACK_SKILLS_STATE_DIR") ?? stateFolderOf({ platform, env, home });
  return {
    url,
    key: env["TRACK_SKILLS_KEY"]?.trim() || undefined,
    user: setting("--user", "TRACK_SKILLS_USER"),
    folder: paths.join(state, `hook-${hashOf(url)}`),
  };
}

/** `--name value` or `--name=value`. */
function flagIn(args: readonly string[], flag: string): string | undefined {
  const place = args.findIndex((arg) => arg === flag || arg.startsWith(`${flag}=`));
  const arg = args[place];
  return (arg === flag ? args[place + 1] : arg?.slice(flag.length + 1))?.trim();
}

/** FNV-1a, 32 bits, in hex. Tells apart a handful of addresses, and spares the hook the 10 ms in which Node loads its crypto. */
function hashOf(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
