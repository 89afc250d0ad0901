/**
 * Splits bytes into lines of JSON in bounded memory, whatever their length.
 *
 * A transcript's line holds whole files and images, as strings of megabytes. Nothing that an import needs stands that far
 * inside a string, so strings are cut while the bytes go by, outside of escapes: the line stays JSON, it is
 * parsed fast, and long texts never come into being here. A line that is long all the same (binary noise, mostly) is
 * given up and told of.
 */

/** One line without its end. */
export interface Line {
  /** The text, its strings cut; `undefined` when even so it was longer than a line may be. */
  text: string | undefined;
  /** Position of the byte behind the line and its end. */
  endsAt: number;
  /** Whether a line feed ended it: a last line without one may still be being written. */
  isEnded: boolean;
}

/** Longest line after the cutting, in bytes: bounds the memory. */
const MAX_LINE_BYTES = 4_194_304;

const LINE_FEED = 0x0a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LOWER_U = 0x75;

/** Splits the bytes of one file. */
export class LineSplitter {
  readonly #maxStringBytes: number;
  #kept = Buffer.allocUnsafe(65_536);
  #length = 0;
  #position: number;
  #isInString = false;
  #stringBytes = 0;
  /** Bytes that the escape still takes; -1 when the next one tells. */
  #escapeBytes = 0;
  #isTooLong = false;
  #isEmpty = true;

  /** `position`: where in the file the first byte stands. Strings keep `maxStringBytes` bytes, and a few more where an escape stands. */
  constructor(position: number, maxStringBytes: number) {
    this.#position = position;
    this.#maxStringBytes = maxStringBytes;
  }

  /** Gives the lines that end in a chunk. */
  *push(chunk: Uint8Array): Generator<Line> {
    let from = 0;
    while (from < chunk.length) {
      const found = chunk.indexOf(LINE_FEED, from);
      const end = found < 0 ? chunk.length : found;
      this.#keep(chunk, from, end);
      this.#position += end - from;
      if (found < 0) return;
      this.#position += 1;
      yield this.#take(true);
      from = end + 1;
    }
  }

  /** Gives what stands behind the last line feed, if anything does. */
  end(): Line | undefined {
    return this.#isEmpty ? undefined : this.#take(false);
  }

  #take(isEnded: boolean): Line {
    const text = this.#isTooLong ? undefined : this.#kept.toString("utf8", 0, this.#length);
    this.#length = 0;
    this.#isInString = false;
    this.#escapeBytes = 0;
    this.#isTooLong = false;
    this.#isEmpty = true;
    return { text, endsAt: this.#position, isEnded };
  }

  /** Keeps a part of one line. The innermost loop of an import: its state stands in locals. */
  #keep(chunk: Uint8Array, from: number, end: number): void {
    if (from < end) this.#isEmpty = false;
    if (this.#isTooLong) return;
    this.#makeRoom(end - from);
    const kept = this.#kept;
    const maxStringBytes = this.#maxStringBytes;
    let [length, isInString, stringBytes, escapeBytes] = [this.#length, this.#isInString, this.#stringBytes, this.#escapeBytes];
    for (let index = from; index < end; index++) {
      const byte = chunk[index] ?? 0;
      if (!isInString) {
        isInString = byte === QUOTE;
        stringBytes = 0;
      } else if (escapeBytes !== 0) {
        // \uXXXX takes four more bytes; every other escape ends here.
        escapeBytes = escapeBytes > 0 ? escapeBytes - 1 : byte === LOWER_U ? 4 : 0;
        // An escape that began before the limit is kept whole: half of one would not be JSON.
        if (stringBytes > maxStringBytes) continue;
      } else if (byte === QUOTE) {
        isInString = false;
      } else {
        stringBytes += 1;
        if (byte === BACKSLASH) escapeBytes = -1;
        if (stringBytes > maxStringBytes) continue;
      }
      kept[length++] = byte;
    }
    this.#length = length;
    this.#isInString = isInString;
    this.#stringBytes = stringBytes;
    this.#escapeBytes = escapeBytes;
    this.#isTooLong = length > MAX_LINE_BYTES;
  }

  #makeRoom(bytes: number): void {
    if (this.#length + bytes <= this.#kept.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#kept.length, this.#length + bytes));
    this.#kept.copy(larger, 0, 0, this.#length);
    this.#kept = larger;
  }
}
