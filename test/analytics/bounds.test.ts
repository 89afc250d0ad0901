/** What the questions cost, and what they say, where there is more than they can look at. */
import { beforeEach, beforeAll, describe, expect, it } from "vitest";
import * as analytics from "../../src/analytics.ts";
import { cohortsOf } from "../../src/analytics/cohorts.ts";
import { isSampled } from "../../src/rollup/people-set.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { cleanUp } from "../../src/worker/clean-up.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { eraseSubject } from "../../src/worker/subjects/erase.ts";
import { clearEvents, db, migrate, subjectOf } from "../support/database.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12, 30);
const TODAY = NOW - (NOW % DAY_MS);

beforeAll(migrate);
beforeEach(clearEvents);

async function post(events: readonly object[]): Promise<void> {
  for (let start = 0; start < events.length; start += 500) {
    const { result } = await ingestEvents(db, events.slice(start, start + 500), { hashSecret: HASH_SECRET, now: NOW });
    expect(result.rejected).toEqual([]);
  }
}

async function rollUpAll(): Promise<void> {
  while ((await rollUp(db, NOW)).isUnfinished);
}

/** One daily cell a skill, as a roll-up would leave it. */
async function insertDayCells(day: number, skills: number): Promise<void> {
  const sql = `
INSERT INTO skill_usage_cells
SELECT 86400000, ?1, PRINTF('made-up-%05d', value), '', '', '', 1, 0, 0, 0, 0, 1, 5, ?1 + value, '{"10":1}', '{}', 0, '[]', 0, 0, 0
FROM json_each(?2)`;
  for (let first = 0; first < skills; first += 1_000) {
    const numbers = Array.from({ length: Math.min(1_000, skills - first) }, (_, index) => first + index);
    await db.prepare(sql).bind(day, JSON.stringify(numbers)).run();
  }
}

describe("calls", () => {
  const events = Array.from({ length: 5_200 }, (_, index) => ({ skill: "s", id: `e${index}`, startedAt: NOW - index * 60_000 }));

  it("that match nothing cost some thousand rows a page, and the cursor goes on to the end", async () => {
    await post(events);
    let cursor: string | null | undefined;
    let pages = 0;
    do {
      const page: analytics.RecentCalls = await analytics.getCalls(db, { now: NOW, skill: "none", cursor: cursor ?? undefined });
      expect(page.calls).toEqual([]);
      expect(page.cost.rowsRead).toBeLessThanOrEqual(4_100);
      cursor = page.cursor;
      pages += 1;
    } while (cursor !== null);
    expect(pages).toBe(3);
  });

  it("without filters cost a row each, on every page", async () => {
    await post(events);
    for (const first of [0, 4_000]) {
      const before = events[first - 1];
      const { calls, cost } = await analytics.getCalls(db, { now: NOW, limit: 100, cursor: before && `${before.startedAt}.${before.id}` });
      expect(calls.map(({ id }) => id)).toEqual(events.slice(first, first + 100).map(({ id }) => id));
      expect(cost.rowsRead).toBeLessThanOrEqual(110);
    }
  });
});

describe("groups of errors", () => {
  it("ten thousand are counted in one pass, and only those that were asked for are answered", { timeout: 60_000 }, async () => {
    const failures = Array.from({ length: 10_000 }, (_, index) => ({
      ...{ skill: "s", id: `e${index}`, outcome: "error", errorType: `Type${index}` },
      ...{ startedAt: NOW - 1 - index * 1_000, userId: `user-${index % 7}` },
    }));
    await post([...failures, { ...failures[5], id: "again", startedAt: NOW - 2 }]);
    const started = performance.now();
    const { groups, groupsTotal, cost } = await analytics.getRecentErrors(db, { now: NOW, limit: 1 });
    expect(performance.now() - started).toBeLessThan(5_000);
    expect([groups.length, groupsTotal]).toEqual([200, 10_000]);
    expect(groups[0]).toMatchObject({ errorType: "Type5", count: 2, users: 1, lastAt: NOW - 2 });
    expect(cost.rowsRead).toBeLessThanOrEqual(10 * failures.length);
    expect((await analytics.getRecentErrors(db, { now: NOW, limit: 1, groups: 1_000 })).groups.length).toBe(1_000);
  });

  it("are not called new where the events of the range before are deleted", async () => {
    const failure = { skill: "s", outcome: "error", errorType: "E" };
    const called = [1.5, 10].map((daysAgo) => ({ skill: "s", id: `${daysAgo}`.replace(".", "-"), startedAt: NOW - daysAgo * DAY_MS }));
    await post([{ ...failure, id: "a", startedAt: NOW - 1 }, { ...failure, id: "b", startedAt: NOW - 20 * DAY_MS }, ...called]);
    const isNew = async (range: "24h" | "7d") => (await analytics.getRecentErrors(db, { now: NOW, range })).groups.map((group) => group.isNew);
    expect(await isNew("7d")).toEqual([true]);
    await rollUpAll();
    await cleanUp(db, { now: NOW, rawRetentionDays: 8, rollUpRetentionDays: 400 });
    expect([await isNew("24h"), await isNew("7d")]).toEqual([[true], [false]]);
  });

  it("are not called new where the range before has no calls at all, which costs a row", async () => {
    const failure = { skill: "s", outcome: "error", errorType: "E", startedAt: NOW - 1 };
    const asked = () => analytics.getRecentErrors(db, { now: NOW, range: "24h" });
    await post([{ ...failure, id: "a" }]);
    const { groups, cost } = await asked();
    expect(groups).toMatchObject([{ isNew: false }]);
    await post([1, 2, 3].map((hours) => ({ skill: "other", id: `${hours}`, startedAt: NOW - DAY_MS - hours * 3_600_000 })));
    const again = await asked();
    expect(again.groups).toMatchObject([{ isNew: true }]);
    expect(again.cost.rowsRead - cost.rowsRead).toBeLessThanOrEqual(1);
  });
});

describe("known skills", () => {
  const names = (overview: analytics.Overview) => overview.changes.filter(({ kind }) => kind === "new_skill");

  it("cost two or three rows each, however many days they have; the 100 latest quiet ones are answered", async () => {
    await post([{ skill: "s", startedAt: NOW - 1 }]);
    const { cost } = await analytics.getOverview(db, { now: NOW });
    for (let day = 1; day <= 10; day++) await insertDayCells(TODAY - (30 + day) * DAY_MS, 500);
    const overview = await analytics.getOverview(db, { now: NOW });
    expect(overview.cost.rowsRead - cost.rowsRead).toBeLessThanOrEqual(500 * 5);
    expect(overview.quietSkills.length).toBe(100);
    expect(overview.quietSkills[0]).toEqual({ skill: "made-up-00499", lastUsedAt: TODAY - 31 * DAY_MS + 499 });
    expect(names(overview)).toEqual([{ kind: "new_skill", skill: "s", calls: 1 }]);
    expect((await analytics.getOverview(db, { now: NOW, skill: ["made-up-00007"] })).quietSkills.map(({ skill }) => skill)).toEqual(["made-up-00007"]);
    expect((await analytics.getOverview(db, { now: NOW, version: "1" })).quietSkills).toEqual([]);
  });

  it("past 2,000 of them nothing is said about who is new or quiet, and the cost stays bounded", async () => {
    await post([{ skill: "s", startedAt: NOW - 1 }]);
    const { cost } = await analytics.getOverview(db, { now: NOW });
    for (let day = 1; day <= 3; day++) await insertDayCells(TODAY - (30 + day) * DAY_MS, 3_000);
    const overview = await analytics.getOverview(db, { now: NOW });
    expect([overview.quietSkills, names(overview)]).toEqual([[], []]);
    expect(overview.cost.rowsRead - cost.rowsRead).toBeLessThanOrEqual(2_001 * 5);
  });
});

describe("an erased call", () => {
  it("is not the last use of its skill, before the next roll-up as after it", async () => {
    const [day40, day50] = [NOW - 40 * DAY_MS, NOW - 50 * DAY_MS];
    await post([
      ...[{ skill: "s", startedAt: day40, userId: "u" }, { skill: "s", startedAt: day50, userId: "v" }],
      { skill: "only-u", startedAt: day50, userId: "u" },
    ]);
    await rollUpAll();
    const quiet = async () => (await analytics.getOverview(db, { now: NOW })).quietSkills;
    expect(await quiet()).toEqual([{ skill: "s", lastUsedAt: day40 }, { skill: "only-u", lastUsedAt: day50 }]);
    expect((await eraseSubject(db, { subjects: [await subjectOf("u")], now: NOW })).isFinished).toBe(true);
    expect(await quiet()).toEqual([{ skill: "s", lastUsedAt: day50 }]);
    await rollUpAll();
    expect(await quiet()).toEqual([{ skill: "s", lastUsedAt: day50 }]);
  });
});

describe("one skill", () => {
  it("costs the same rows however many other skills there are", async () => {
    await post([{ skill: "s", startedAt: NOW - 3 * DAY_MS, userId: "u" }]);
    await rollUpAll();
    const { cost } = await analytics.getSkill(db, { now: NOW, range: "30d", skill: "s" });
    for (let day = 31; day <= 50; day++) await insertDayCells(TODAY - day * DAY_MS, 500);
    expect((await analytics.getSkill(db, { now: NOW, range: "30d", skill: "s" })).cost.rowsRead).toBe(cost.rowsRead);
  });
});

describe("cohorts of lists that are samples", () => {
  it("are near the truth, never above their size, and marked", () => {
    const level = 2;
    const everybody = Array.from({ length: 20_000 }, (_, index) => index + 1);
    const monday = Date.UTC(2026, 10, 9);
    const firstDays = [{ day: monday, people: JSON.stringify(everybody) }];
    const dayOf = (day: number, people: readonly number[]) => ({
      ...{ day, dau: people.length, wau: null, mau: null, new_users: 0, people_level: level },
      people: JSON.stringify(people.filter((person) => isSampled(person, level))),
    });
    const range = { from: monday, to: monday + 14 * DAY_MS };
    const closed = [dayOf(monday, everybody), dayOf(monday + 8 * DAY_MS, everybody.slice(0, 8_000))];
    const { weeks, usersApproximate } = cohortsOf(range, firstDays, closed, []);
    expect(usersApproximate).toBe(true);
    const [first] = weeks;
    expect(first?.size).toBe(20_000);
    expect(Math.abs((first?.active[0] ?? 0) - 20_000)).toBeLessThanOrEqual(600);
    expect(Math.abs((first?.active[1] ?? 0) - 8_000)).toBeLessThanOrEqual(400);
    expect(first?.active[0]).toBeLessThanOrEqual(20_000);
  });
});
