/**
 * Reads the bodies of requests, within their limits and without trust.
 */
import { LIMITS } from "../event.ts";
import { Problem } from "./problem.ts";

/** What a body held: its events and the client's losses, not yet looked at, and the key when it stood in the body. */
export interface TrackBody {
  events: unknown[];
  lost: unknown;
  key: string | undefined;
}

/**
 * Reads a body of one event, or of `{ "events": [...] }`.
 *
 * @throws Problem when it is too large, not JSON, of a foreign content type, or holds more than 500 events
 */
export async function readTrackBody(request: Request): Promise<TrackBody> {
  const type = contentTypeOf(request);
  if (type !== "" && type !== "application/json" && type !== "text/plain") {
    throw new Problem("unsupported_content_type", 'Send JSON with "Content-Type: application/json" (or text/plain, for beacons).');
  }
  return bodyOf(await readJson(request));
}

/**
 * Reads a body of JSON, whatever its content type.
 *
 * @throws Problem when it is too large or not JSON
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_json", "The body is not JSON.");
  }
}

function bodyOf(value: unknown): TrackBody {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("malformed_json", 'The body is one event, or { "events": [event, ...] }.');
  }
  const key = "key" in value && typeof value.key === "string" ? value.key : undefined;
  if (!("events" in value)) return { events: [value], lost: undefined, key };
  if (!Array.isArray(value.events)) throw new Problem("malformed_json", '"events" is a list of events.');
  if (value.events.length > LIMITS.batchEvents) {
    throw new Problem("too_many_events", `A request holds at most ${LIMITS.batchEvents} events: split the batch.`);
  }
  return { events: value.events, lost: "lost" in value ? value.lost : undefined, key };
}

async function readText(request: Request): Promise<string> {
  return new TextDecoder().decode(await collect(request, LIMITS.bodyBytes));
}

/** The content type without its parameters; "" when there is none. */
export function contentTypeOf(request: Request): string {
  return (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}

/**
 * Reads a body that may be compressed.
 *
 * @throws Problem when it has more than `maxBytes`, before or after decompression, is cut, or is compressed otherwise
 */
export async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array> {
  const encoding = (request.headers.get("Content-Encoding") ?? "").trim().toLowerCase();
  const bytes = await collect(request, maxBytes);
  if (encoding === "" || encoding === "identity") return bytes;
  if (encoding !== "gzip" && encoding !== "deflate") {
    throw new Problem("unsupported_content_encoding", "Compress with gzip or deflate, or not at all.", { "Accept-Encoding": "gzip, deflate" });
  }
  return decompress(bytes, encoding, maxBytes);
}

/** What a decompressor takes at once. It may give back a thousand times as much. */
const SLICE_BYTES = 4_096;

/**
 * Decompresses slice by slice, each after all of the one before has been read: workerd decompresses whatever it is given
 * at once, into memory, so that a small body could become gigabytes before the first of them is counted.
 */
async function decompress(bytes: Uint8Array<ArrayBuffer>, format: "gzip" | "deflate", maxBytes: number): Promise<Uint8Array> {
  const { readable, writable } = new DecompressionStream(format);
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const output = new Output(maxBytes);
  // What fails here fails the reading too, and is heard of there.
  const ignore = (promise: Promise<unknown>): void => void promise.catch(() => {});
  ignore(writer.closed);
  try {
    let reading = reader.read();
    for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
      ignore(writer.write(bytes.slice(start, start + SLICE_BYTES)));
      for (let part = await readSoon(reading); part?.value !== undefined; part = await readSoon(reading)) {
        output.add(part.value);
        reading = reader.read();
      }
    }
    ignore(writer.close());
    for (let part = await reading; part.value !== undefined; part = await reader.read()) output.add(part.value);
    return output.bytes();
  } catch (error) {
    ignore(reader.cancel());
    if (error instanceof Problem) throw error;
    throw new Problem("malformed_otlp", `The body is not ${format}, or was cut.`);
  }
}

/** What is read within a turn of the event loop; `undefined` when nothing is. */
function readSoon<Part>(reading: Promise<Part>): Promise<Part | undefined> {
  return Promise.race([reading, new Promise<undefined>((resolve) => setTimeout(resolve, 0))]);
}

/** Reads at most `maxBytes`, so that a body without a length cannot fill the memory. */
async function collect(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const output = new Output(maxBytes);
  output.expect(Number(request.headers.get("Content-Length") ?? 0));
  for await (const part of request.body ?? []) output.add(part);
  return output.bytes();
}

/** Bytes that come in parts, up to a limit. */
class Output {
  readonly #maxBytes: number;
  readonly #parts: Uint8Array[] = [];
  #length = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  expect(length: number): void {
    if (length > this.#maxBytes) throw new Problem("body_too_large", `A body holds at most ${this.#maxBytes} bytes: split the batch.`);
  }

  add(part: Uint8Array): void {
    this.#length += part.byteLength;
    this.expect(this.#length);
    this.#parts.push(part);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#length);
    let position = 0;
    for (const part of this.#parts) {
      bytes.set(part, position);
      position += part.byteLength;
    }
    return bytes;
  }
}
