/** Files of events: NDJSON and CSV, under the contract's names or others. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { UsageEvent } from "../../src/event.ts";
import { CsvReader } from "../../src/import/csv.ts";
import { formatOf, importRecords } from "../../src/import/import-records.ts";
import { Progress } from "../../src/import/progress.ts";
import { parseFieldMap } from "../../src/import/record.ts";
import { Tally } from "../../src/import/tally.ts";

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-records-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function importFile(name: string, contents: string | Uint8Array, map = ""): Promise<{ events: UsageEvent[]; tally: Tally }> {
  const file = path.join(folder, name);
  await writeFile(file, contents);
  const [events, tally]: [UsageEvent[], Tally] = [[], new Tally()];
  const deliver = async (batch: readonly UsageEvent[]) => {
    events.push(...batch);
    return { accepted: batch.length, duplicates: 0, rejected: [], serverTime: Date.now() };
  };
  const format = formatOf(name) ?? "ndjson";
  await importRecords({ file, format, map: parseFieldMap(map), since: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY, labels: {}, deliver, tally, progress: new Progress(undefined, tally, 0) });
  return { events, tally };
}

const AT = "2026-11-20T10:00:00.000Z";

describe("records", () => {
  it("take their fields where the map says, and leave nothing of them in the metadata", async () => {
    const record = { id: "a-1", tool: "Grep", at: AT, durationMs: 374, ok: false, user: "user-1", metadata: { sessionId: "s-1", model: "m" }, unknown: 1 };
    const { events } = await importFile("mapped.ndjson", `${JSON.stringify(record)}\n`, "skill=tool, startedAt=at,success=ok,userId=user,sessionId=metadata.sessionId");
    expect(events).toEqual([{ id: "a-1", skill: "Grep", startedAt: Date.parse(AT), durationMs: 374, success: false, userId: "user-1", sessionId: "s-1", metadata: { model: "m" } }]);
  });

  it("are the same from CSV with quotes, from gzip, and with a byte order mark", async () => {
    const rows = `\uFEFFskill;startedAt;durationMs;success;metadata\r\n"a ""quoted""; skill";${AT};12.5;no;"{""plan"":""free""}"\r\nplain;${Date.parse(AT)};;;\r\n`;
    const { events } = await importFile("rows.csv.gz", gzipSync(rows));
    expect(events).toMatchObject([
      { skill: 'a "quoted"; skill', startedAt: Date.parse(AT), durationMs: 12.5, success: false, metadata: { plan: "free" } },
      { skill: "plain", startedAt: Date.parse(AT) },
    ]);
  });

  it("without ids get the same ones in every import, and equal ones different ones", async () => {
    const line = `${JSON.stringify({ skill: "a", startedAt: AT })}\n`;
    const idsOf = async (text: string) => (await importFile("ids.ndjson", text)).events.map(({ id }) => id);
    const ids = await idsOf(line + line);
    expect(new Set(ids).size).toBe(2);
    expect(await idsOf(line + line)).toEqual(ids);
  });

  it("that are broken, cut off or without a time are counted; those before and after are read", async () => {
    const good = JSON.stringify({ skill: "a", startedAt: AT });
    const { events, tally } = await importFile("broken.ndjson", Buffer.concat([Buffer.from(`${good}\n{"skill"\n[1]\n`), Buffer.alloc(999, 1), Buffer.from(`\n{"skill":"no time"}\n{"skill":"local","startedAt":"2026-11-20T10:00"}\n${good}`)]));
    expect(events).toHaveLength(2);
    expect(tally).toMatchObject({ brokenLines: 3, incomplete: 2, lines: 7 });
  });

  it("that are deeper than can be written are counted", async () => {
    const good = JSON.stringify({ skill: "a", startedAt: AT });
    const deep = `{"skill":"a","startedAt":"${AT}","metadata":{"a":${"[".repeat(200_000)}${"]".repeat(200_000)}}}`;
    const { events, tally } = await importFile("deep.ndjson", `${good}\n${deep}\n${good}\n`);
    expect(events).toHaveLength(2);
    expect(tally).toMatchObject({ incomplete: 1, brokenLines: 0 });
  });

  it("of a file without an end of a line take neither long nor much memory", async () => {
    for (const [head, unit] of [["", "a"], ["a,b\n", "a,"]] as const) {
      const reader = new CsvReader();
      const [started, memory] = [performance.now(), process.memoryUsage().heapUsed];
      const rows = [head, ...Array.from({ length: 400 }, () => unit.repeat(65_536 / unit.length))].flatMap((piece) => [...reader.push(piece)]);
      expect(rows).toEqual([]);
      expect(performance.now() - started).toBeLessThan(10_000);
      expect(process.memoryUsage().heapUsed - memory).toBeLessThan(100_000_000);
    }
  });

  it("of a compressed file that breaks off are read up to there", async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => `${JSON.stringify({ id: `id-${index}`, skill: String(Math.sin(index)), startedAt: AT })}\n`).join("");
    const whole = gzipSync(lines);
    const { events, tally } = await importFile("cut.ndjson.gz", whole.subarray(0, whole.length / 2));
    expect(events.length).toBeGreaterThan(1_000);
    expect(tally.unreadable).toHaveLength(1);
  });

  it("under a map with a field that does not exist are refused with a list of those that do", () => {
    expect(() => parseFieldMap("skil=tool")).toThrow(/"skil=tool" is not FIELD=NAME.*skill, id/);
  });
});

it("CSV that was written by the rules is read back, in pieces of any size", () => {
  const cell = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", " ", "ü", ";") });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 9 }), (rows, pieceChars) => {
      const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
      const text = ["one,two", ...rows.map((row) => row.map(quote).join(","))].join("\r\n");
      const reader = new CsvReader();
      const read = [];
      for (let at = 0; at < text.length; at += pieceChars) read.push(...reader.push(text.slice(at, at + pieceChars)));
      read.push(...reader.end());
      expect(read).toEqual(rows.map(([one, two]) => ({ one, two })));
    }),
  );
});
