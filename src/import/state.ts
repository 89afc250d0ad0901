/**
 * What an import remembers on this machine, so that the next one goes on where it ended: how far each transcript was
 * read, the halves of calls that wait, and one stored call to ask the Worker about.
 *
 * It only saves work: ids make a repeated call write nothing. Files stand in it as digests, and contents not at all.
 * Written whole and renamed into place, after everything that it speaks of was acknowledged.
 */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { UsageEvent } from "../event.ts";
import { type Machine, stateFolderOf } from "../local/state-folder.ts";
import { digestOf } from "./event-id.ts";
import type { WaitingHalves } from "./pairing.ts";

/** How far a transcript was read. */
export interface ReadMark {
  /** Position behind the last whole line. */
  offset: number;
  /** Digest of the bytes in front of it: tells an appended file from a rewritten one. */
  tail: string;
}

/** What is remembered for one Worker. */
export interface ImportState extends WaitingHalves {
  files: Map<string, ReadMark>;
  /** The latest call that was stored. A Worker that takes it as new has lost its database, or is another one. */
  latest: (UsageEvent & { startedAt: number }) | null;
}

/** Nothing remembered. */
export function emptyState(): ImportState {
  return { files: new Map(), uses: [], results: [], latest: null };
}

/** The file of the state for one endpoint. */
export function stateFileOf(endpoint: string, machine: Machine = { platform: process.platform, env: process.env, home: os.homedir() }): string {
  return path.join(stateFolderOf(machine), `import-${digestOf(endpoint)}.json`);
}

/** The format of the file. Another one is not read. */
const FORMAT = 1;

/** Reads a state; an empty one when there is none, or none that can be read. */
export async function readState(file: string): Promise<ImportState> {
  try {
    const { format, files, uses, results, latest } = JSON.parse(await readFile(file, "utf8"));
    if (format !== FORMAT || !Array.isArray(uses) || !Array.isArray(results)) return emptyState();
    return { files: new Map(Object.entries(files)), uses, results, latest };
  } catch {
    return emptyState();
  }
}

/** Writes a state. Rejects where the folder cannot be written. */
export async function writeState(file: string, { files, uses, results, latest }: ImportState): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  const text = JSON.stringify({ format: FORMAT, files: Object.fromEntries(files), uses, results, latest });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, text, { mode: 0o600 });
  await rename(unfinished, file);
}
