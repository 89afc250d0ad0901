import { beforeAll, describe, expect, inject, it } from "vitest";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { expectAgreement } from "../support/agreement.ts";
import { clearEvents, db, migrate } from "../support/database.ts";
import { makeHistory, type PlainEvent, shuffle } from "../support/history.ts";
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
    rowsWritten += report.rowsWritten;
  }
  return rowsWritten;
}

beforeAll(migrate);

describe("generated events, posted twice in shuffled batches", () => {
  const events = makeHistory(6_000, 60, NOW);

  it("the first pass writes one row an event and one more for a failure, the second none", async () => {
    const failures = events.filter((event) => event.outcome === "error" || event.outcome === "timeout").length;
    expect(await post(events, 1)).toBe(events.length + failures);
    expect(await post(events, 2)).toBe(0);
  });

  it.each([
    ["24 hours", { range: "24h" }],
    ["7 days", {}],
    ["30 days", { range: "30d" }],
    ["90 days", { range: "90d" }],
    ["a day", { from: "2026-11-10", to: "2026-11-11" }],
    ["a span off the hour", { from: "2026-11-01T05:17:00Z", to: "2026-11-19T22:01:00+02:00" }],
    ["one skill", { range: "30d", skill: "skill-1" }],
    ["several skills of one source", { range: "30d", skill: ["skill-0", "skill-2"], source: "mcp" }],
    ["a version and an arm", { version: ["1.0.0", "1.2.0"], variant: "" }],
    ["nothing", { skill: "not called" }],
  ] as const)("every answer agrees with plain arithmetic over %s", async (_name, query) => {
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
    await expectAgreement(db, moved, { range: "90d", now: NOW });
    await expectAgreement(db, moved, { range: "7d", now: NOW });
  });
});

describe("an empty database", () => {
  it("figures without calls are null, never 0 or NaN", async () => {
    await clearEvents();
    await expectAgreement(db, [], { range: "24h", now: NOW });
  });
});
