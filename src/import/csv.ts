/**
 * Reads CSV (RFC 4180) as it comes: quoted fields may hold separators, quotes and line ends. The first row names the columns.
 */

/** One row, by column. `undefined` where a row has another number of cells than the first one. */
export type CsvRow = Record<string, string> | undefined;

/** Longest cell, in characters; what is over is dropped. Bounds the memory when a quote is never closed. */
const MAX_CELL_CHARS = 65_536;

/** Most cells of a row; what is over is dropped. Bounds the memory when no line ends. */
const MAX_CELLS = 1_024;

/** Reads text in pieces. */
export class CsvReader {
  #columns: string[] | undefined;
  #separator: string | undefined;
  #head = "";
  #cells: string[] = [];
  #cell = "";
  #isQuoted = false;
  /** Behind a quote inside a quoted cell: a second one stands for itself, anything else ends the cell. */
  #isAfterQuote = false;

  /** Gives the rows that end in a piece. */
  *push(piece: string): Generator<CsvRow> {
    let text = piece;
    if (this.#separator === undefined) {
      this.#head += piece;
      // A head as long as that is noise, and looking through it again with every piece would take hours.
      if (this.#head.length < MAX_CELL_CHARS && !/[\r\n]/.test(this.#head)) return;
      text = this.#begin();
    }
    for (const character of text) {
      const row = this.#take(character);
      if (row !== undefined) yield* this.#rowOf(row);
    }
  }

  /** Gives what stands behind the last line end. */
  *end(): Generator<CsvRow> {
    if (this.#separator === undefined) {
      yield* this.push("\n");
      return;
    }
    if (this.#cell !== "" || this.#cells.length > 0) yield* this.#rowOf(this.#endRow());
  }

  #begin(): string {
    const text = this.#head.replace(/^\uFEFF/, "");
    const [first = ""] = text.split(/[\r\n]/, 1);
    const counts = [",", ";", "\t"].map((separator) => ({ separator, count: first.split(separator).length }));
    this.#separator = counts.sort((left, right) => right.count - left.count)[0]?.separator ?? ",";
    this.#head = "";
    return text;
  }

  /** Takes a character; gives the cells of a row that it ends. */
  #take(character: string): string[] | undefined {
    if (this.#isQuoted && !this.#isAfterQuote) {
      if (character === '"') this.#isAfterQuote = true;
      else this.#keep(character);
      return undefined;
    }
    if (this.#isAfterQuote) {
      this.#isAfterQuote = false;
      if (character === '"') {
        this.#keep(character);
        return undefined;
      }
      this.#isQuoted = false;
    }
    if (character === '"' && this.#cell === "") this.#isQuoted = true;
    else if (character === this.#separator) this.#endCell();
    else if (character === "\n") return this.#endRow();
    else if (character !== "\r") this.#keep(character);
    return undefined;
  }

  #keep(character: string): void {
    if (this.#cell.length < MAX_CELL_CHARS) this.#cell += character;
  }

  #endCell(): void {
    if (this.#cells.length < MAX_CELLS) this.#cells.push(this.#cell);
    this.#cell = "";
    this.#isQuoted = false;
    this.#isAfterQuote = false;
  }

  #endRow(): string[] {
    this.#endCell();
    const cells = this.#cells;
    this.#cells = [];
    return cells;
  }

  *#rowOf(cells: string[]): Generator<CsvRow> {
    if (cells.length === 1 && cells[0]?.trim() === "") return;
    if (this.#columns === undefined) this.#columns = cells.map((name) => name.trim());
    else yield cells.length === this.#columns.length ? Object.fromEntries(this.#columns.map((name, index) => [name, cells[index] ?? ""])) : undefined;
  }
}
