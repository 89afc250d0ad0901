import { createExecutionContext, createScheduledController, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getSummary } from "../../src/analytics.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { cleanUp } from "../../src/worker/clean-up.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { clearEvents, countMarks, db, handlerOf, migrate, rawFrom, storedEvents } from "../support/database.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12, 30);
const KEEP = { rawRetentionDays: 30, rollUpRetentionDays: 60 };

/** One event a day, from today back. */
async function postDays(days: number): Promise<void> {
  const events = Array.from({ length: days }, (_, age) => ({ skill: "s", id: `e${age}`, startedAt: NOW - age * DAY_MS, userId: `user-${age}` }));
  await ingestEvents(db, events, { hashSecret: HASH_SECRET, now: NOW, rawRetentionDays: 400 });
}

const countRows = async (table: string) => Number(await db.prepare(`SELECT COUNT(*) AS n FROM skill_usage_${table}`).first("n"));

beforeAll(migrate);
beforeEach(clearEvents);

describe("clean-up", () => {
  it("deletes whole days of events that are older than the retention and rolled up, and no figure changes", async () => {
    await postDays(50);
    while ((await rollUp(db, NOW)).isUnfinished);
    const before = await getSummary(db, { from: NOW - 55 * DAY_MS, to: NOW, now: NOW });
    expect(await cleanUp(db, { now: NOW, ...KEEP })).toMatchObject({ deletedEvents: 19, deletedRollUps: 0, isUnfinished: false });
    // Today, 30 days before it, of which the first is a part.
    expect((await storedEvents()).length).toBe(31);
    expect(await getSummary(db, { from: NOW - 55 * DAY_MS, to: NOW, now: NOW })).toEqual({ ...before, cost: expect.anything() });
    expect(await cleanUp(db, { now: NOW, ...KEEP })).toMatchObject({ deletedEvents: 0, rowsWritten: 0 });
  });

  it("leaves events whose day is not rolled up", async () => {
    await postDays(50);
    expect(await cleanUp(db, { now: NOW, ...KEEP })).toMatchObject({ deletedEvents: 0 });
    expect((await storedEvents()).length).toBe(50);
  });

  it("takes no event of a day that it has begun to delete, even with a longer retention", async () => {
    await postDays(50);
    while ((await rollUp(db, NOW)).isUnfinished);
    await cleanUp(db, { now: NOW, ...KEEP });
    const late = { skill: "s", id: "late", startedAt: (await rawFrom()) - 1 };
    const { result } = await ingestEvents(db, [late], { hashSecret: HASH_SECRET, now: NOW, rawRetentionDays: 90 });
    expect(result).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ index: 0, code: "too_old" }] });
    expect(await countMarks()).toBe(3);
  });

  it("deletes roll-ups and people that are older than theirs", async () => {
    await postDays(50);
    while ((await rollUp(db, NOW)).isUnfinished);
    const later = NOW + 40 * DAY_MS;
    await rollUp(db, later);
    const report = await cleanUp(db, { now: later, ...KEEP });
    expect(report).toMatchObject({ deletedEvents: 50, isUnfinished: false });
    // Twenty-one days are left: cells of an hour, a quarter and a day each.
    expect(await countRows("cells")).toBe(3 * 21);
    expect(await countRows("user_days")).toBe(21);
    expect(report.deletedPeople).toBeGreaterThan(0);
  });

  it("leaves no alias behind of people who go, however many go at once", async () => {
    const people = 15_000;
    await db.prepare("INSERT INTO skill_usage_people (user_hash, first_day, seen_until) SELECT 'a' || key, 0, 1 FROM json_each(?1)").bind(JSON.stringify(Array(people).fill(0))).run();
    await db.prepare("INSERT INTO skill_usage_aliases SELECT 'b' || person, user_hash FROM skill_usage_people WHERE person % 2").run();
    // Of somebody whose first call waits for its roll-up.
    await db.prepare("INSERT INTO skill_usage_aliases VALUES ('new', 'unknown')").run();
    expect(await cleanUp(db, { now: NOW, ...KEEP })).toMatchObject({ deletedPeople: people });
    expect((await db.prepare("SELECT * FROM skill_usage_aliases").all()).results).toEqual([{ user_hash: "new", known_as: "unknown" }]);
  });

  it("keeps nobody once all else is gone", async () => {
    await postDays(3);
    const soon = NOW + 3 * DAY_MS;
    while ((await rollUp(db, soon)).isUnfinished);
    for (const days of [35, 65, 100]) await cleanUp(db, { now: NOW + days * DAY_MS, ...KEEP });
    for (const table of ["events", "cells", "user_days", "people"]) expect(await countRows(table), table).toBe(0);
  });

  it("goes on where a run of a bounded number of chunks ended", async () => {
    const insert = "INSERT INTO skill_usage_events SELECT key, 'e' || key, 's', 'ok', 0, '', NULL, NULL, '', '', '', NULL, NULL, NULL, NULL FROM json_each(?1)";
    await db.prepare(insert).bind(JSON.stringify(Array(130_000).fill(0))).run();
    const first = await cleanUp(db, { now: NOW, ...KEEP });
    expect(first).toMatchObject({ deletedEvents: 120_000, isUnfinished: true });
    expect(await cleanUp(db, { now: NOW, ...KEEP })).toMatchObject({ deletedEvents: 10_000, isUnfinished: false });
  });

  it("the cron rolls up, cleans up and reports both in one line of the log", async () => {
    await postDays(3);
    const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
    const ctx = createExecutionContext();
    await handlerOf({ now: () => NOW }).scheduled(createScheduledController(), env, ctx);
    await waitOnExecutionContext(ctx);
    const lines = log.mock.calls.map(([line]) => String(line));
    log.mockRestore();
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toMatchObject({ trackSkills: "scheduled", rollUp: { hours: 2, quarters: 2, days: 2 }, cleanUp: { deletedEvents: 0, isUnfinished: false } });
    expect(await countMarks()).toBe(3);
  });
});
