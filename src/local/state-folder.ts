/**
 * Where the programs of this kit keep what they remember on a user's machine.
 */
import path from "node:path";

/** What the folder depends on. */
export interface Machine {
  platform: string;
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

/** The folder `track-skills` where programs keep what is neither configuration nor cache (on Linux: XDG Base Directory Specification). */
export function stateFolderOf({ platform, env, home }: Machine): string {
  if (platform === "win32") return path.win32.join(env["LOCALAPPDATA"] || path.win32.join(home, "AppData", "Local"), "track-skills");
  if (platform === "darwin") return path.posix.join(home, "Library", "Application Support", "track-skills");
  const state = env["XDG_STATE_HOME"] ?? "";
  // A relative path is to be ignored, says the specification.
  return path.posix.join(path.posix.isAbsolute(state) ? state : path.posix.join(home, ".local", "state"), "track-skills");
}
