/** Lines of any length in bounded memory: what comes out is the JSON that went in, its long strings cut. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type Line, LineSplitter } from "../../src/import/line-splitter.ts";

function split(bytes: Uint8Array, chunkBytes: number, maxStringBytes: number): Line[] {
  const splitter = new LineSplitter(0, maxStringBytes);
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; at += chunkBytes) lines.push(...splitter.push(bytes.subarray(at, at + chunkBytes)));
  const last = splitter.end();
  return last === undefined ? lines : [...lines, last];
}

/** What cutting may do to a value: strings and names become beginnings of themselves. */
function expectCut(cut: unknown, whole: unknown): void {
  if (typeof whole === "string") expect(whole.startsWith(String(cut).replace(/\uFFFD+$/, ""))).toBe(true);
  else if (Array.isArray(whole)) whole.forEach((item, index) => expectCut(Array.isArray(cut) ? cut[index] : undefined, item));
  else expect(cut).toEqual(whole);
}

it("every line stays JSON, whatever its strings, their escapes, the limit and the chunks", () => {
  const json = fc.array(fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constantFrom('\\"', "\\\\", "é\u0000\n", "\"\\u00e9")), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(json, { maxLength: 5 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 50 }), fc.boolean(), (values, chunkBytes, maxStringBytes, isAscii) => {
      const plain = values.map((value) => JSON.stringify(value)); // JSON has no -0: it is written as 0.
      const texts = plain.map((text) => text.replace(isAscii ? /[\u007f-\uffff]/g : /$^/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`));
      const lines = split(Buffer.from(texts.map((text) => `${text}\n`).join("")), chunkBytes, maxStringBytes);
      expect(lines.length).toBe(values.length);
      lines.forEach(({ text = "" }, index) => expectCut(JSON.parse(text), JSON.parse(plain[index] ?? "")));
    }),
    { numRuns: 150 },
  );
});

it("says where each line ends, and which one was not ended", () => {
  const lines = split(Buffer.from('{"a":1}\r\n\n{"ü":2}\n{"b'), 3, 100);
  expect(lines).toEqual([
    { text: '{"a":1}\r', endsAt: 9, isEnded: true },
    { text: "", endsAt: 10, isEnded: true },
    { text: '{"ü":2}', endsAt: 19, isEnded: true },
    { text: '{"b', endsAt: 22, isEnded: false },
  ]);
});

it("a string of 20 MB takes no more than its limit; noise of 20 MB without an end is given up, and the next line read", () => {
  const long = split(Buffer.from(`{"text":"${"x".repeat(20_000_000)}","id":1}\n`), 65_536, 100);
  expect(long.map(({ text }) => JSON.parse(text ?? ""))).toEqual([{ text: "x".repeat(100), id: 1 }]);
  const noise = split(Buffer.concat([Buffer.alloc(20_000_000, 7), Buffer.from("\n{}\n")]), 65_536, 100);
  expect(noise.map(({ text }) => text)).toEqual([undefined, "{}"]);
});
