/**
 * The import: what Claude Code has kept of its tool calls, or a file of events, into a Track-Skills Worker.
 *
 *     node track-skills.import.js ~/.claude/projects --since 30d
 *
 * A program of its own for Node 20 and newer, which imports nothing but Node. It reads files as streams, in bounded
 * memory, and sends what was never acknowledged: a second import adds nothing, an interrupted one goes on.
 *
 * Skill, time, duration, outcome, session (the Worker stores a keyed hash of it) and the version of Claude Code leave this
 * machine; prompts, arguments, results, error texts, file names and paths do not. A duration is the time from a call's
 * line to its result's line, so it holds the waiting for permission.
 */
import { stat } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";
import { createDelivery, type Deliver, ImportStopped, requireTrackUrl } from "./import/delivery.ts";
import { findTranscripts } from "./import/find-files.ts";
import { importRecords } from "./import/import-records.ts";
import { importTranscripts } from "./import/import-transcripts.ts";
import { type ImportOptions, parseOptions, USAGE, UsageError } from "./import/options.ts";
import { Progress } from "./import/progress.ts";
import { emptyState, type ImportState, readState, stateFileOf, writeState } from "./import/state.ts";
import { summaryOf } from "./import/summary.ts";
import { Tally } from "./import/tally.ts";

// Lines live for microseconds. A young generation that grows with them takes 90 MB more (Node 24) and saves no time.
setFlagsFromString("--semi-space-growth-factor=1");

/** Exit codes; the usage text explains them. */
const EXIT = { done: 0, stopped: 1, usage: 2, unreadable: 3 } as const;

async function main(args: readonly string[]): Promise<number> {
  const options = parseOptions(args, process.env, Date.now());
  if (options === undefined) {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  const url = requireTrackUrl(options.endpoint);
  const tally = new Tally();
  const started = performance.now();
  const deliver = options.isDryRun ? deliverNothing : createDelivery({ ...options, onWait: (waitMs, reason) => tellWait(options, waitMs, reason) });
  let failure: unknown;
  try {
    await (options.records === undefined ? runTranscripts(options, url, deliver, tally) : runRecords(options, options.records, deliver, tally));
  } catch (error) {
    if (!(error instanceof ImportStopped)) throw error;
    failure = error;
  }
  const { isDryRun, isQuiet } = options;
  if (!isQuiet) process.stdout.write(summaryOf(tally, { isDryRun, tookMs: performance.now() - started, origin: new URL(url).origin }));
  if (failure instanceof ImportStopped) {
    process.stderr.write(`\n  Stopped: ${failure.message}\n  What was acknowledged is kept; the same command goes on from there.\n`);
    return EXIT.stopped;
  }
  return tally.unreadable.length > 0 ? EXIT.unreadable : EXIT.done;
}

async function runTranscripts(options: ImportOptions, url: string, deliver: Deliver, tally: Tally): Promise<void> {
  const { since, until, user } = options;
  for (const place of options.paths) await requireThere(place);
  const { files, unreadable } = await findTranscripts(options.paths);
  tally.unreadable.push(...unreadable);
  if (files.length === 0 && !options.isQuiet) process.stderr.write(`No transcripts (*.jsonl) under ${options.paths.join(", ")}.\n`);
  const progress = progressOf(options, tally, files.reduce((sum, { bytes }) => sum + bytes, 0));
  const stateFile = options.keepsState && !options.isDryRun ? stateFileOf(url) : undefined;
  const labels = { source: options.source ?? "claude-code", ...(user !== undefined && { userId: user }) };
  const state = stateFile === undefined ? emptyState() : await readState(stateFile);
  try {
    await importTranscripts({ files, since, until, labels, deliver, state, save: saverOf(stateFile), tally, progress });
  } finally {
    progress.clear();
  }
}

async function runRecords(options: ImportOptions, records: NonNullable<ImportOptions["records"]>, deliver: Deliver, tally: Tally): Promise<void> {
  const { since, until, user, source } = options;
  await requireThere(records.file);
  const progress = progressOf(options, tally, (await stat(records.file)).size);
  const labels = { ...(source !== undefined && { source }), ...(user !== undefined && { userId: user }) };
  try {
    await importRecords({ ...records, since, until, labels, deliver, tally, progress });
  } finally {
    progress.clear();
  }
}

function progressOf({ isQuiet }: ImportOptions, tally: Tally, totalBytes: number): Progress {
  return new Progress(isQuiet ? undefined : process.stderr, tally, totalBytes);
}

/** Keeps the state, where there is a place for it. A folder that cannot be written costs time at the next import, nothing else. */
function saverOf(file: string | undefined): (state: ImportState) => Promise<void> {
  let hasFailed = false;
  return async (state) => {
    if (file === undefined || hasFailed) return;
    try {
      await writeState(file, state);
    } catch (error) {
      hasFailed = true;
      process.stderr.write(`Where this import ends cannot be remembered (${error instanceof Error ? error.message : String(error)}); the next one reads everything again.\n`);
    }
  };
}

/** Long waits are told: a table that is missing looks like a database that will be back. */
function tellWait({ isQuiet }: ImportOptions, waitMs: number, reason: string): void {
  if (isQuiet || waitMs < 5_000) return;
  process.stderr.write(`${process.stderr.isTTY ? "\r\u001B[K" : ""}  ${reason} Trying again in ${Math.ceil(waitMs / 1_000)} s.\n`);
}

async function requireThere(place: string): Promise<void> {
  try {
    await stat(place);
  } catch {
    throw new UsageError(`There is no ${place}.`);
  }
}

/** The dry run's Worker: takes everything and keeps nothing. */
const deliverNothing: Deliver = (events) => Promise.resolve({ accepted: events.length, duplicates: 0, rejected: [], serverTime: Date.now() });

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof ImportStopped;
  process.stderr.write(isUsage ? `${error.message}\nSee --help.\n` : `${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = isUsage ? EXIT.usage : EXIT.stopped;
}
