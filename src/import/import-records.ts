/**
 * Imports events from a file of records: NDJSON or CSV, compressed with gzip or not. Every record is sent each time; the
 * Worker knows it by its id.
 */
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";
import type { UsageEvent } from "../event.ts";
import { CsvReader } from "./csv.ts";
import type { Deliver } from "./delivery.ts";
import { LineSplitter } from "./line-splitter.ts";
import { Outbox } from "./outbox.ts";
import type { Progress } from "./progress.ts";
import { type FieldMap, RecordReader } from "./record.ts";
import type { Tally } from "./tally.ts";

/** The form of a file. */
export type Format = "ndjson" | "csv";

/** What an import of records needs. */
export interface RecordImport {
  file: string;
  format: Format;
  map: FieldMap;
  since: number;
  until: number;
  labels: Pick<UsageEvent, "source" | "userId">;
  deliver: Deliver;
  tally: Tally;
  progress: Progress;
}

/** The form that a file's name says. `undefined` when it says none. */
export function formatOf(file: string): Format | undefined {
  const [, extension = ""] = /\.(\w+)(?:\.gz)?$/i.exec(file) ?? [];
  return ({ ndjson: "ndjson", jsonl: "ndjson", json: "ndjson", csv: "csv", tsv: "csv" } as const)[extension.toLowerCase()];
}

/** Imports. @throws ImportStopped when the Worker takes no more, and what reading the file throws */
export async function importRecords({ file, format, map, since, until, labels, deliver, tally, progress }: RecordImport): Promise<void> {
  const reader = new RecordReader(map, labels);
  const outbox = new Outbox(deliver, (_, receipt) => tally.receive(receipt, Date.now()));
  tally.files = 1;
  for await (const record of recordsOf(file, format, tally, progress)) {
    const event = reader.read(record);
    if (event === undefined) tally.incomplete += 1;
    else if (event.startedAt < since || event.startedAt >= until) tally.outside += 1;
    else {
      tally.count(event);
      await outbox.add({ event, files: [] });
    }
  }
  await outbox.settle();
}

/** Longer strings than the Worker would look at; see `SCRUBBED_CHARS` there. */
const MAX_STRING_BYTES = 32_768;

/** The records of a file that are whole. A file that breaks off ends there: what stood before is not lost. */
async function* recordsOf(file: string, format: Format, tally: Tally, progress: Progress): AsyncGenerator<object> {
  const source = createReadStream(file);
  // The pipeline ends both streams when one fails; the loop below meets the error.
  const bytes: AsyncIterable<Buffer> = /\.gz$/i.test(file) ? pipeline(source, createGunzip(), () => undefined) : source;
  try {
    for await (const record of format === "csv" ? csvRecords(bytes) : jsonRecords(bytes)) {
      tally.lines += 1;
      if (record === undefined) tally.brokenLines += 1;
      else yield record;
      tally.bytes = source.bytesRead;
      progress.show(source.bytesRead);
    }
  } catch {
    tally.unreadable.push(file);
  }
}

async function* csvRecords(bytes: AsyncIterable<Buffer>): AsyncGenerator<object | undefined> {
  const rows = new CsvReader();
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield* rows.push(decoder.decode(chunk, { stream: true }));
  yield* rows.push(decoder.decode());
  yield* rows.end();
}

async function* jsonRecords(bytes: AsyncIterable<Buffer>): AsyncGenerator<object | undefined> {
  const lines = new LineSplitter(0, MAX_STRING_BYTES);
  for await (const chunk of bytes) {
    for (const { text } of lines.push(chunk)) if (text?.trim() !== "") yield recordOf(text);
  }
  const last = lines.end();
  if (last !== undefined && last.text?.trim() !== "") yield recordOf(last.text);
}

function recordOf(text: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse((text ?? "").replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
