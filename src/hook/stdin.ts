/**
 * Reads what Claude Code writes to a hook, within a size and a time. What is over the size is read and dropped: a writer
 * whose reader has gone would see an error.
 */

/** Largest input that is looked at. Results with images have a few MiB. */
const MAX_BYTES = 33_554_432;

/** Longest silence before an input counts as ended: Claude Code writes at once, if its machine is not busy. */
const SILENCE_MS = 3_000;

/** The text of stdin, or why there is none. Never rejects. */
export function readStdin(): Promise<{ text: string } | "empty" | "too_large"> {
  const { stdin } = process;
  if (stdin.isTTY) return Promise.resolve("empty");
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const end = (): void => {
      clearTimeout(silence);
      if (bytes > MAX_BYTES) resolve("too_large");
      else resolve(bytes === 0 ? "empty" : { text: Buffer.concat(chunks).toString("utf8") });
    };
    const silence = setTimeout(end, SILENCE_MS);
    stdin.on("data", (chunk: Buffer) => {
      silence.refresh();
      bytes += chunk.byteLength;
      if (bytes <= MAX_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    });
    stdin.once("end", end);
    stdin.once("error", end);
  });
}
