/**
 * Imports Claude Code's transcripts: reads each file from where the last import ended, pairs calls with results, sends
 * them, and remembers what was acknowledged.
 *
 * The state is written only when nothing is on its way, so it never speaks of more than the Worker has. A crash costs a
 * few seconds of work, which the next import sends again, and of which the Worker writes nothing.
 */
import { type FileHandle, open } from "node:fs/promises";
import path from "node:path";
import type { UsageEvent } from "../event.ts";
import type { Deliver, Receipt } from "./delivery.ts";
import { digestOf } from "./event-id.ts";
import type { FoundFile } from "./find-files.ts";
import { type Line, LineSplitter } from "./line-splitter.ts";
import { Outbox, type Parcel } from "./outbox.ts";
import { type PairedCall, Pairing } from "./pairing.ts";
import type { Progress } from "./progress.ts";
import { emptyState, type ImportState, type ReadMark } from "./state.ts";
import type { Tally } from "./tally.ts";
import { readTranscriptLine, type TranscriptLine } from "./transcript.ts";

/** What an import of transcripts needs. */
export interface TranscriptImport {
  files: readonly FoundFile[];
  /** Calls that began before, in ms since 1970, are left out. */
  since: number;
  /** Calls that began then or later are left out. */
  until: number;
  labels: Pick<UsageEvent, "source" | "userId">;
  deliver: Deliver;
  /** What was remembered. Changed as the import goes on. */
  state: ImportState;
  /** Keeps the state. Never rejects. */
  save: (state: ImportState) => Promise<void>;
  tally: Tally;
  progress: Progress;
  /** Least time between two keepings of the state. @default 3000 */
  checkpointMs?: number;
}

const CHUNK_BYTES = 262_144;
/** Error texts are recognised by their beginning; nothing else that is read is longer. */
const MAX_STRING_BYTES = 1_024;
const TAIL_BYTES = 64;
/** Of these, real transcripts were read. */
const KNOWN_VERSIONS = /^[12]\./;

/** Imports. @throws ImportStopped when the Worker takes no more; what was acknowledged is remembered. */
export async function importTranscripts(options: TranscriptImport): Promise<void> {
  await new TranscriptReader(options).readAll();
}

class TranscriptReader {
  readonly #options: TranscriptImport;
  readonly #pairing: Pairing;
  readonly #outbox: Outbox;
  readonly #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  /** Files with a call that was left out or rejected: a later import reads them again from their beginning. */
  readonly #unfinished = new Set<string>();
  #savedAt = Date.now();
  #doneBytes = 0;

  constructor(options: TranscriptImport) {
    this.#options = options;
    this.#pairing = new Pairing(options.state, options.labels);
    this.#outbox = new Outbox(options.deliver, (parcels, receipt) => this.#receive(parcels, receipt));
  }

  async readAll(): Promise<void> {
    const { files, since, tally, progress } = this.#options;
    await this.#forgetStateOfAnotherDatabase();
    for (const file of files) {
      const before = this.#doneBytes;
      // Lines are only appended: what was not written since then holds nothing that began since then.
      if (file.changedAt < since) tally.oldFiles += 1;
      else await this.#readFile(file);
      this.#doneBytes = before + file.bytes;
      progress.show(this.#doneBytes);
    }
    await this.#checkpoint();
    tally.repeated = this.#pairing.repeated;
    tally.withoutResult = this.#pairing.counts.uses;
    tally.withoutCall = this.#pairing.counts.results;
  }

  /** Offers the latest stored call once more. A Worker to which it is new has not what the state says. */
  async #forgetStateOfAnotherDatabase(): Promise<void> {
    const { state, deliver } = this.#options;
    if (state.latest === null) return;
    const { accepted } = await deliver([state.latest]);
    if (accepted > 0) Object.assign(state, emptyState());
  }

  async #readFile(file: FoundFile): Promise<void> {
    const { tally } = this.#options;
    let handle;
    try {
      handle = await open(file.path, "r");
      await this.#readFrom(handle, digestOf(path.resolve(file.path)));
    } catch (error) {
      if (!isFileError(error)) throw error;
      tally.unreadable.push(file.path);
    } finally {
      await handle?.close();
    }
  }

  async #readFrom(handle: FileHandle, key: string): Promise<void> {
    const { state, tally, progress, checkpointMs = 3_000 } = this.#options;
    const mark = state.files.get(key);
    const from = mark !== undefined && (await tailAt(handle, mark.offset)) === mark.tail ? mark.offset : 0;
    const splitter = new LineSplitter(from, MAX_STRING_BYTES);
    let readTo = from;
    let position = from;
    for (;;) {
      const { bytesRead } = await handle.read(this.#buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      for (const line of splitter.push(this.#buffer.subarray(0, bytesRead))) {
        await this.#readLine(line, key);
        readTo = line.endsAt;
      }
      progress.show(this.#doneBytes + position);
      if (Date.now() - this.#savedAt >= checkpointMs) await this.#checkpoint({ key, handle, offset: readTo });
    }
    const last = splitter.end();
    if (last !== undefined && (await this.#readLine(last, key))) readTo = last.endsAt;
    tally.bytes += position - from;
    if (position === from && from > 0) tally.unchangedFiles += 1;
    else tally.files += 1;
    if (readTo > 0) state.files.set(key, await markAt(handle, readTo));
  }

  /** Reads a line; tells whether it is done with. A last line that breaks off may yet be written to its end. */
  async #readLine({ text, isEnded }: Line, key: string): Promise<boolean> {
    const { tally } = this.#options;
    if (text?.trim() === "") return true;
    const read = text === undefined ? undefined : readTranscriptLine(parse(text));
    if (read === undefined && !isEnded) {
      tally.unfinishedLines += 1;
      return false;
    }
    tally.lines += 1;
    if (read !== undefined) await this.#take(read, key);
    else if (text === undefined) tally.tooLongLines += 1;
    else tally.brokenLines += 1;
    return true;
  }

  async #take({ uses, results, incomplete }: TranscriptLine, key: string): Promise<void> {
    this.#options.tally.incomplete += incomplete;
    for (const use of uses) await this.#send(this.#pairing.addUse(use, key));
    for (const result of results) await this.#send(this.#pairing.addResult(result, key));
  }

  async #send(call: PairedCall | undefined): Promise<void> {
    if (call === undefined) return;
    const { since, until, tally } = this.#options;
    const { event, files } = call;
    if (event.startedAt < since || event.startedAt >= until) {
      tally.outside += 1;
      for (const file of files) this.#unfinished.add(file);
      return;
    }
    const version = String(event.metadata?.["agentVersion"] ?? "none");
    if (!KNOWN_VERSIONS.test(version)) tally.unknownVersions.set(version, (tally.unknownVersions.get(version) ?? 0) + 1);
    tally.count(event);
    await this.#outbox.add(call);
  }

  #receive(parcels: readonly Parcel[], receipt: Receipt): void {
    const { state, tally } = this.#options;
    tally.receive(receipt, Date.now());
    const rejected = new Set(receipt.rejected.map(({ index }) => index));
    for (const [index, { event, files }] of parcels.entries()) {
      if (rejected.has(index)) for (const file of files) this.#unfinished.add(file);
      else if (event.startedAt >= (state.latest?.startedAt ?? 0)) state.latest = event;
    }
  }

  /** Waits for what is on its way, then keeps how far everything was read; of the open file, to `offset`. */
  async #checkpoint(open?: { key: string; handle: FileHandle; offset: number }): Promise<void> {
    const { state, save } = this.#options;
    await this.#outbox.settle();
    if (open !== undefined && open.offset > 0) state.files.set(open.key, await markAt(open.handle, open.offset));
    for (const key of this.#unfinished) state.files.delete(key);
    await save(Object.assign(state, this.#pairing.waiting()));
    this.#savedAt = Date.now();
  }
}

async function markAt(handle: FileHandle, offset: number): Promise<ReadMark> {
  return { offset, tail: await tailAt(handle, offset) };
}

/** Digest of the bytes in front of an offset; another one where the file ends before. */
async function tailAt(handle: FileHandle, offset: number): Promise<string> {
  const begin = Math.max(0, offset - TAIL_BYTES);
  const tail = Buffer.alloc(offset - begin);
  const { bytesRead } = await handle.read(tail, 0, tail.length, begin);
  return digestOf(tail.toString("base64", 0, bytesRead));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return undefined;
  }
}

/** An error of the file system, as against one of the delivery. */
function isFileError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}
