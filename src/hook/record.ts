/**
 * The hook's own part, for which Claude Code waits: stdin to one record in the spool, and a sender behind it.
 */
import { spawn } from "node:child_process";
import path from "node:path";
import { eventOfHook } from "../claude-code/hook-event.ts";
import { isSenderAtWork, SEND_FLAG, UNSPOOLED } from "./sender.ts";
import { settingsOf, surroundings } from "./settings.ts";
import { addToSpool, type SpoolRecord } from "./spool.ts";
import { readStdin } from "./stdin.ts";

/** Records one call of the hook. */
export async function recordHook(): Promise<void> {
  // When the process began is closer to the end of the call than any later moment.
  const now = Math.floor(performance.timeOrigin);
  // Read in any case: see readStdin.
  const input = await readStdin();
  const settings = settingsOf(surroundings());
  const record = settings === undefined ? undefined : recordOf(input, settings.user, now);
  if (settings === undefined || record === undefined) return;
  const isSpooled = addToSpool(settings.folder, record, now);
  // A sender looks again after it has freed its lock, so it finds this record.
  if (!isSpooled || !isSenderAtWork(settings.folder, Date.now())) startSender(isSpooled ? undefined : record);
}

/** The record of an input; `undefined` for hooks that tell of no finished call. What cannot be read is a lost event. */
function recordOf(input: Awaited<ReturnType<typeof readStdin>>, user: string | undefined, now: number): SpoolRecord | undefined {
  if (input === "empty") return undefined;
  if (input === "too_large") return { lost: { id: crypto.randomUUID(), at: now, reasons: { too_large: 1 } } };
  const event = eventOfHook(parse(input.text), now);
  if (event === "unknown_hook") return undefined;
  if (typeof event === "string") return { lost: { id: crypto.randomUUID(), at: now, reasons: { unserializable: 1 } } };
  return { event: { ...event, id: event.id ?? crypto.randomUUID(), userId: user } };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Starts this file once more, detached. Where the spool takes nothing, the record goes along in its environment. */
function startSender(unspooled: SpoolRecord | undefined): void {
  const [, file = "", ...flags] = process.argv;
  const sender = spawn(process.execPath, [file, SEND_FLAG, ...flags], {
    // In a folder of its own, so that it holds none of the user's.
    cwd: path.dirname(file),
    detached: true,
    env: unspooled === undefined ? process.env : { ...process.env, [UNSPOOLED]: JSON.stringify(unspooled) },
    stdio: "ignore",
    windowsHide: true,
  });
  sender.once("error", () => undefined);
  sender.unref();
}
