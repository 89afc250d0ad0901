/**
 * Shows how far an import is, on standard error: one line that rewrites itself in a terminal, a line now and then in a log.
 */
import { number, size } from "./summary.ts";
import type { Tally } from "./tally.ts";

/** Where progress is shown: the part of a stream in use. */
export interface ProgressStream {
  isTTY?: boolean;
  write(text: string): unknown;
}

const TERMINAL_EVERY_MS = 150;
const LOG_EVERY_MS = 5_000;

/** Shows progress. */
export class Progress {
  readonly #stream: ProgressStream | undefined;
  readonly #tally: Tally;
  readonly #totalBytes: number;
  #shownAt = Date.now();

  /** Without a stream nothing is shown. */
  constructor(stream: ProgressStream | undefined, tally: Tally, totalBytes: number) {
    this.#stream = stream;
    this.#tally = tally;
    this.#totalBytes = totalBytes;
  }

  /** Shows where the import is, when it is time again. `doneBytes` counts what was left out, too. */
  show(doneBytes: number): void {
    const isTerminal = this.#stream?.isTTY === true;
    if (this.#stream === undefined || Date.now() - this.#shownAt < (isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
    this.#shownAt = Date.now();
    const share = this.#totalBytes === 0 ? 100 : Math.min(100, Math.floor((100 * doneBytes) / this.#totalBytes));
    const { calls, accepted, duplicates } = this.#tally;
    const line = `  ${share} % of ${size(this.#totalBytes)}: ${number(calls)} calls read, ${number(accepted + duplicates)} acknowledged`;
    this.#stream.write(isTerminal ? `\r${line}\u001B[K` : `${line}\n`);
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#stream?.isTTY === true) this.#stream.write("\r\u001B[K");
  }
}
