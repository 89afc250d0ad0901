import { beforeAll, describe, expect, inject, it } from "vitest";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { expectAgreement } from "../support/agreement.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { clearEvents, countMarks, db, migrate } from "../support/database.ts";
import { makeHistory, type PlainEvent, randomFrom, shuffle } from "../support/history.ts";
import { HASH_SECRET } from "../support/secrets.ts";

/** The middle of an hour: neither ranges nor events may rely on a round time. */
const NOW = Date.UTC(2026, 10, 20, 12, 34, 56, 789);

/** Posts events in shuffled batches; returns the rows that D1 wrote. */
async function post(events: readonly PlainEvent[], seed: number): Promise<number> {
  const shuffled = shuffle(events, seed);
  let rowsWritten = 0;
  for (let start = 0; start < shuffled.length; start += 500) {
    const report = await ingestEvents(db, shuffled.slice(start, start + 500), { hashSecret: HASH_SECRET, now: NOW });
    expect(report.result.rejected).toEqual([]);
    rowsWritten += report.cost.rowsWritten;
  }
  return rowsWritten;
}

/** Rolls up until nothing that is over is left; returns the rows that D1 wrote. */
async function rollUpAll(): Promise<number> {
  let rowsWritten = 0;
  for (;;) {
    const report = await rollUp(db, NOW);
    rowsWritten += report.rowsWritten;
    if (!report.isUnfinished && report.hours + report.quarters + report.days === 0) return rowsWritten;
  }
}

/** Hours, quarters and days in which events began. */
function periodsOf(events: readonly PlainEvent[]): number {
  const count = (periodMs: number) => new Set(events.map((event) => Math.floor(event.startedAt / periodMs))).size;
  return count(3_600_000) + count(21_600_000) + count(86_400_000);
}

/** Every hour that has events gets its mark again with a chance of one half, as a late event would leave it. */
async function dirtyHalf(events: readonly PlainEvent[]): Promise<void> {
  const random = randomFrom(7);
  const hours = [...new Set(events.map((event) => Math.floor(event.startedAt / 3_600_000) * 3_600_000))].filter(() => random() < 0.5);
  const marks = hours.flatMap((hour) => [3_600_000, 21_600_000, 86_400_000].map((periodMs) => [periodMs, Math.floor(hour / periodMs) * periodMs]));
  await db.prepare("INSERT INTO skill_usage_dirty SELECT value ->> 0, value ->> 1 FROM json_each(?1) WHERE true ON CONFLICT DO NOTHING").bind(JSON.stringify(marks)).run();
}

beforeAll(migrate);

const QUERIES = [
  ["24 hours", { range: "24h" }],
  ["7 days", {}],
  ["30 days", { range: "30d" }],
  ["90 days", { range: "90d" }],
  ["a day", { from: "2026-11-10", to: "2026-11-11" }],
  ["a week that is over", { from: "2026-11-08", to: "2026-11-15" }],
  ["a span off the hour", { from: "2026-11-01T05:17:00Z", to: "2026-11-19T22:01:00+02:00" }],
  ["a day and the same one a week before", { from: "2026-11-12", to: "2026-11-13", compareFrom: "2026-11-05" }],
  ["10 days and those that begin 3 days before", { from: "2026-11-08", to: "2026-11-18", compareFrom: "2026-11-05" }],
  ["30 days and those of an hour in October", { range: "30d", compareFrom: "2026-10-02T17:30:00Z" }],
  ["one skill", { range: "30d", skill: "skill-1" }],
  ["several skills of one source", { range: "30d", skill: ["skill-0", "skill-2"], source: "mcp" }],
  ["a version and an arm", { version: ["1.0.0", "1.2.0"], variant: "" }],
  ["nothing", { skill: "not called" }],
] as const;

describe("generated events, posted twice in shuffled batches", () => {
  // Beside skills that are called all the time, some that are called for five days, and then no more.
  const passing = makeHistory(300, 60, NOW, 2).map((event) => ({
    ...event,
    id: `passing-${event.id}`,
    skill: `passing-${Math.floor((NOW - event.startedAt) / (5 * 86_400_000))}`,
  }));
  const events = [...makeHistory(6_000, 60, NOW), ...passing];

  it("the first pass writes one row an event, one more for a failure and a mark an hour, quarter and day; the second none", async () => {
    const failures = events.filter((event) => event.outcome === "error" || event.outcome === "timeout").length;
    expect(await post(events, 1)).toBe(events.length + failures + periodsOf(events));
    expect(await post(events, 2)).toBe(0);
  });

  it.each(QUERIES)("before a roll-up, every answer agrees with plain arithmetic over %s", async (_name, query) => {
    await expectAgreement(db, events, { ...query, now: NOW });
  });

  it("a roll-up leaves only the open hour, quarter and day dirty; a second one, and a retried batch, write no row", async () => {
    expect(await rollUpAll()).toBeGreaterThan(0);
    expect(await countMarks()).toBe(3);
    expect(await rollUpAll()).toBe(0);
    expect(await post(events, 3)).toBe(0);
  });

  it.each(QUERIES)("after a roll-up, every answer agrees with plain arithmetic over %s", async (_name, query) => {
    await expectAgreement(db, events, { ...query, now: NOW });
  });

  it("with half of the hours dirty", () => dirtyHalf(events));

  it.each(QUERIES)("then too every answer agrees with plain arithmetic over %s", async (_name, query) => {
    await expectAgreement(db, events, { ...query, now: NOW });
  });
});

const recorded = inject("replay");

describe("recorded events", () => {
  it.skipIf(recorded === null)("every answer agrees with plain arithmetic (set TRACK_SKILLS_REPLAY to a file of events to run this)", async () => {
    await clearEvents();
    const events = recorded ?? [];
    const days = Math.floor((NOW - Math.max(...events.map((event) => event.startedAt))) / 86_400_000);
    const moved = events.map((event) => ({ ...event, startedAt: event.startedAt + days * 86_400_000 }));
    await post(moved, 1);
    expect(await post(moved, 2)).toBe(0);
    const agree = async () => {
      await expectAgreement(db, moved, { range: "90d", now: NOW });
      await expectAgreement(db, moved, { range: "30d", now: NOW });
      await expectAgreement(db, moved, { range: "7d", now: NOW });
    };
    await agree();
    await rollUpAll();
    await agree();
    await dirtyHalf(moved);
    await agree();
  });
});

describe("an empty database", () => {
  it("figures without calls are null, never 0 or NaN", async () => {
    await clearEvents();
    await expectAgreement(db, [], { range: "24h", now: NOW });
  });
});
