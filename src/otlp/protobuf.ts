/**
 * Reads protobuf: just enough of the wire format (https://protobuf.dev/programming-guides/encoding/) for OTLP.
 *
 * A message is described by the few of its fields that are wanted; all others are stepped over, unread. Messages are as
 * deep as their descriptions, so that no input makes it recurse, and a number of lists bounds what it may build.
 */
import { OtlpError } from "./telemetry.ts";

/** How a field is read. A message gives an object, a list of them an array; `custom` gives what it likes. */
export type FieldType =
  | { type: "string" | "bytes" | "hex" | "bool" | "int" | "fixed64" | "double" }
  | { type: "message" | "list"; of: MessageType }
  | { type: "collect"; add: (bytes: Uint8Array, collected: unknown) => unknown };

/** A message: its wanted fields by number, each with the name that OTLP/JSON gives it. */
export type MessageType = Readonly<Record<number, { name: string } & FieldType>>;

/** Messages of one request, attributes aside: five times what `MAX_RECORDS` records need. */
const MAX_MESSAGES = 100_000;

/** Reads a message into an object. Throws OtlpError when the bytes are none. */
export function readMessage(bytes: Uint8Array, type: MessageType, count: { messages: number } = { messages: 0 }): Record<string, unknown> {
  const message: Record<string, unknown> = {};
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    const field = type[number];
    if (field === undefined || wireType !== wireTypeOf(field)) reader.skip(wireType);
    else message[field.name] = readField(reader, field, message[field.name], count);
  }
  return message;
}

const [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];

function wireTypeOf({ type }: FieldType): number | undefined {
  if (type === "bool" || type === "int") return VARINT;
  return type === "fixed64" || type === "double" ? FIXED64 : LENGTH;
}

function readField(reader: Reader, field: FieldType, before: unknown, count: { messages: number }): unknown {
  switch (field.type) {
    case "string":
      return TEXT.decode(reader.readBytes());
    case "bytes":
      return reader.readBytes();
    case "hex":
      return Array.from(reader.readBytes(), (byte) => byte.toString(16).padStart(2, "0")).join("");
    case "bool":
      return reader.readVarint() !== 0;
    case "int":
      return reader.readVarint();
    case "fixed64":
      return reader.readFixed64();
    case "double":
      return reader.readDouble();
    case "collect":
      return field.add(reader.readBytes(), before);
    case "message":
    case "list": {
      count.messages += 1;
      if (count.messages > MAX_MESSAGES) throw new OtlpError("too_many_events", `A request holds at most ${MAX_MESSAGES} messages: send smaller batches.`);
      const message = readMessage(reader.readBytes(), field.of, count);
      if (field.type === "message") return message;
      const list = Array.isArray(before) ? before : [];
      list.push(message);
      return list;
    }
  }
}

/** Not fatal: a text with broken bytes is no reason to refuse a batch. */
const TEXT = new TextDecoder();

/** A place in bytes. Every read checks that the bytes are there. */
class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isAtEnd(): boolean {
    return this.#position >= this.#bytes.length;
  }

  readTag(): { number: number; wireType: number } {
    const tag = this.readVarint();
    const number = Math.floor(tag / 8);
    if (number < 1 || number > 536_870_911) throw malformed("a field's number");
    return { number, wireType: tag % 8 };
  }

  /** Up to 64 bits, in two's complement; a number beyond 2^53 is rounded. */
  readVarint(): number {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#bytes[this.#position];
      if (byte === undefined) break;
      this.#position += 1;
      const bits = byte & 0x7f;
      if (index < 4) low += bits * 2 ** (7 * index);
      else high += bits * 2 ** (7 * (index - 4));
      if (byte < 0x80) {
        // 28 bits are in `low`, 36 in `high`; the highest of those is the sign.
        const upper = high % 2 ** 36;
        return (upper >= 2 ** 35 ? upper - 2 ** 36 : upper) * 2 ** 28 + low;
      }
    }
    throw malformed("a number");
  }

  readBytes(): Uint8Array {
    const length = this.readVarint();
    if (length < 0) throw malformed("a length");
    return this.#take(length);
  }

  readFixed64(): number {
    const start = this.#advance(8);
    return this.#view.getUint32(start + 4, true) * 2 ** 32 + this.#view.getUint32(start, true);
  }

  readDouble(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  skip(wireType: number): void {
    if (wireType === VARINT) this.readVarint();
    else if (wireType === FIXED64) this.#advance(8);
    else if (wireType === LENGTH) this.readBytes();
    else if (wireType === FIXED32) this.#advance(4);
    // 3 and 4 are groups, which proto3 does not have.
    else throw malformed("a wire type");
  }

  #take(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }

  #advance(length: number): number {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw malformed("a length beyond the end");
    this.#position = start + length;
    return start;
  }
}

function malformed(what: string): OtlpError {
  return new OtlpError("malformed_otlp", `The body is not protobuf of OTLP, or was cut: ${what}.`);
}
