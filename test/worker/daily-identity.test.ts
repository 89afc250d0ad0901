/**
 * `identity: "daily"`: a person is known for a UTC day, by a key whose salt is random and gone after two days. The attacker of these
 * tests has the whole database and the secret.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getOverview, getRetentionStats, getSummary, getTimeSeries, getToolStats, IdentityModeError } from "../../src/analytics.ts";
import type { Database } from "../../src/database.ts";
import { deriveKeys, hashUserId, pseudonymizerOf } from "../../src/privacy/pseudonym.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { type IngestOptions, ingestEvents } from "../../src/worker/ingest.ts";
import type { TrackingOptions } from "../../src/worker/options.ts";
import { countingQueries } from "../support/counting-database.ts";
import { clearEvents, db, handlerOf, migrate, storedEvents } from "../support/database.ts";
import { ADMIN_KEY, HASH_SECRET } from "../support/secrets.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const MIDNIGHT = Date.UTC(2026, 10, 20);
const NOW = MIDNIGHT + 12.5 * HOUR_MS;
const DAILY = { dailyIdentityUntil: Number.POSITIVE_INFINITY };

/** The database as a new instance of the Worker sees it: keys are remembered for each. */
function instance(): Database {
  return { prepare: (sql) => db.prepare(sql), batch: (statements) => db.batch(statements as D1PreparedStatement[]) };
}

const post = (at: Database, events: readonly object[], now = NOW, options: Partial<IngestOptions> = {}) =>
  ingestEvents(at, events, { hashSecret: HASH_SECRET, identity: "daily", now, ...options });
const call = (userId: string, id: string, startedAt: number) => ({ skill: "s", id, userId, sessionId: "session", startedAt });
const salts = async () => (await db.prepare("SELECT day, salt FROM skill_usage_salts ORDER BY day").all<{ day: number; salt: string }>()).results;
const hashes = async () => (await storedEvents()).map((row) => row["user_hash"]);

/** What whoever holds secret and database makes of an id: its pseudonym under every salt that is there. */
async function recompute(userId: string): Promise<string[]> {
  const keys = await Promise.all((await salts()).map(({ salt }) => deriveKeys(HASH_SECRET, new TextEncoder().encode(salt))));
  const daily = await Promise.all(keys.map((key) => pseudonymizerOf(key).pseudonym("user", userId)));
  return [...daily, await hashUserId(HASH_SECRET, userId)];
}

async function runCron(now: number, options: TrackingOptions = {}): Promise<void> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await handlerOf({ identity: "daily", now: () => now, ...options }).scheduled(undefined, env);
  log.mockRestore();
}

beforeAll(migrate);
beforeEach(clearEvents);

describe("pseudonyms of a day", () => {
  it("join a person's calls within the day, and no two days", async () => {
    const at = instance();
    await post(at, [call("a", "1", MIDNIGHT), call("b", "2", NOW), call("a", "3", NOW), call("a", "4", MIDNIGHT - 1)]);
    const [yesterday, first, other, second] = await hashes();
    expect(second).toBe(first);
    expect(new Set([yesterday, first, other]).size).toBe(3);
    for (const hash of [yesterday, first]) expect(hash).toMatch(/^[\w-]{23}$/);
    expect(first).not.toBe(await hashUserId(HASH_SECRET, "a"));
  });

  it("of instances that begin the day at the same time are the same", async () => {
    const instances = Array.from({ length: 8 }, instance);
    await Promise.all(instances.map((at, index) => post(at, [call("a", `e${index}`, NOW)])));
    expect(new Set(await hashes()).size).toBe(1);
    expect(await salts()).toMatchObject([{ day: MIDNIGHT, salt: expect.stringMatching(/^[\w-]{43}$/) }]);
  });

  it("cost two rows a day beside the events, not more", async () => {
    const at = instance();
    const first = await post(at, [call("a", "1", NOW)]);
    expect(first.cost.rowsWritten).toBe(1 + 3 + 2);
    expect((await post(at, [call("a", "2", NOW)])).cost.rowsWritten).toBe(1);
    expect((await post(instance(), [call("a", "3", NOW)])).cost.rowsWritten).toBe(1);
  });

  it("of a late event are those of its day, as long as that day's salt is kept; an older event is stored without a person", async () => {
    await post(instance(), [call("a", "1", NOW - DAY_MS)], NOW - DAY_MS);
    await post(instance(), [call("a", "late", NOW - DAY_MS + 1), call("a", "older", MIDNIGHT - DAY_MS - 1)]);
    const [older, ...yesterday] = await storedEvents();
    expect(older).toMatchObject({ event_id: "older", user_hash: null, session_hash: null });
    expect(new Set(yesterday.map((row) => row["user_hash"])).size).toBe(1);
    expect(await getSummary(db, { range: "7d", now: NOW, ...DAILY })).toMatchObject({ calls: 3, callsWithoutUser: 1, users: null });
  });
});

describe("after 49 hours", () => {
  it("nobody can recompute a pseudonym of the first day from database and secret, which anybody with both could before", async () => {
    const at = instance();
    await post(at, [call("a@example.com", "1", MIDNIGHT)], MIDNIGHT);
    const [hash] = await hashes();
    const [salt] = await salts();
    expect(await recompute("a@example.com")).toContain(hash);
    await runCron(MIDNIGHT + 47 * HOUR_MS);
    expect(await recompute("a@example.com")).toContain(hash);
    await runCron(MIDNIGHT + 49 * HOUR_MS);
    expect(await recompute("a@example.com")).not.toContain(hash);
    expect(await salts()).toEqual([]);
    const tables = (await db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'skill%'").all<{ name: string }>()).results;
    for (const { name } of tables) expect(JSON.stringify((await db.prepare(`SELECT * FROM ${name}`).all()).results), name).not.toContain(salt?.salt);
  });

  it("the salt goes though the daily budget of rows is spent", async () => {
    await post(instance(), [call("a", "1", MIDNIGHT)], MIDNIGHT);
    const later = MIDNIGHT + 49 * HOUR_MS;
    await db.prepare("INSERT INTO skill_usage_costs VALUES (?1, 'ingest', 1, 1, 5)").bind(MIDNIGHT + 2 * DAY_MS).run();
    await runCron(later, { dailyRowsWrittenBudget: 1 });
    expect(await salts()).toEqual([]);
  });

  it("an instance that lived on uses the old key no more, and the next day's first event deletes the salt without a cron", async () => {
    const at = instance();
    await post(at, [call("a", "1", MIDNIGHT)], MIDNIGHT);
    const now = MIDNIGHT + 49 * HOUR_MS;
    await post(at, [call("a", "late", MIDNIGHT + 1), call("a", "new", now)], now);
    expect((await storedEvents()).map((row) => row["user_hash"] === null)).toEqual([false, true, false]);
    expect((await salts()).map(({ day }) => day)).toEqual([MIDNIGHT + 2 * DAY_MS]);
  });
});

describe("what is answered", () => {
  beforeEach(async () => {
    const at = instance();
    for (const age of [1, 0]) await post(at, ["a", "b"].flatMap((userId) => [0, 1].map((n) => call(userId, `${userId}${age}${n}`, NOW - age * DAY_MS - n))), NOW - age * DAY_MS);
  });

  it("keeps the people of a day and of its parts, before and after a roll-up, and is null where days would be joined", async () => {
    for (const isRolledUp of [false, true]) {
      if (isRolledUp) await rollUp(db, NOW + DAY_MS);
      const week = { range: "7d", now: NOW, ...DAILY } as const;
      const today = { from: MIDNIGHT, to: MIDNIGHT + DAY_MS, now: NOW, ...DAILY };
      expect(await getSummary(db, week)).toMatchObject({ calls: 8, users: null, callsWithoutUser: 0, previous: { users: null } });
      expect(await getSummary(db, today)).toMatchObject({ calls: 4, users: 2, previous: { calls: 4, users: 2 } });
      expect((await getToolStats(db, week)).tools).toMatchObject([{ calls: 8, users: null }]);
      expect((await getToolStats(db, { ...week, skill: "s" })).tools).toMatchObject([{ users: null }]);
      expect((await getToolStats(db, today)).tools).toMatchObject([{ users: 2 }]);
      expect((await getSummary(db, { ...today, from: MIDNIGHT - DAY_MS })).users).toBeNull();
      const { points } = await getTimeSeries(db, { range: "30d", now: NOW, ...DAILY });
      expect(points.filter(({ calls }) => calls > 0)).toMatchObject([{ users: 2 }, { users: 2 }]);
      const { summary, tools, retention, timeseries } = await getOverview(db, week);
      expect([summary.users, summary.previous.users, tools[0]?.users, retention]).toEqual([null, null, null, null]);
      expect(Math.max(...timeseries.points.map(({ users }) => users))).toBe(2);
      await expect(getRetentionStats(db, week)).rejects.toThrow(IdentityModeError);
    }
  });

  it("over HTTP is a 409 that says why where people would have to come back, whatever sets the mode", async () => {
    const daily = handlerOf({ identity: "daily", now: () => NOW });
    for (const question of ["retention"]) {
      const refused = await daily.read(`/analytics/${question}?range=7d`);
      expect(refused.status).toBe(409);
      expect(await refused.json()).toMatchObject({ code: "identity_mode_daily", detail: expect.stringContaining("daily") });
    }
    expect(await (await daily.read("/analytics/overview?range=7d")).json()).toMatchObject({ retention: null, summary: { users: null } });
    const stable = handlerOf({ now: () => NOW });
    const key = { Authorization: "Bearer analytics-key-of-the-tests" };
    const byVariable = await stable.fetch(new Request("https://tracker.example/analytics/retention", { headers: key }), { ...env, TRACK_IDENTITY: "daily" });
    expect(byVariable.status).toBe(409);
    const misspelt = await stable.fetch(new Request("https://tracker.example/analytics/summary", { headers: key }), { ...env, TRACK_IDENTITY: "dayly" });
    expect(await misspelt.json()).toMatchObject({ status: 503, code: "invalid_setting", detail: expect.stringContaining("TRACK_IDENTITY") });
  });

  it("after a change to stable is no wrong number either: ranges that reach into the daily time stay without people", async () => {
    const later = NOW + 40 * DAY_MS;
    const stable = handlerOf({ now: () => later });
    const fresh = { ...env, DB: instance() };
    await ingestEvents(db, [call("a", "x", later), call("a", "y", later - DAY_MS)], { hashSecret: HASH_SECRET, now: later });
    const read = async (path: string) => (await stable.fetch(new Request(`https://tracker.example/analytics/${path}`, { headers: { Authorization: "Bearer analytics-key-of-the-tests" } }), fresh)).json();
    expect(await read("summary?range=7d")).toMatchObject({ users: 1 });
    expect(await read("summary?range=90d")).toMatchObject({ users: null });
    expect(await read("retention?range=7d")).toMatchObject({ wau: 1, mau: 1 });
    expect(await read("retention?range=30d")).toMatchObject({ status: 409, code: "identity_mode_daily" });
    expect(await read("overview?range=30d")).toMatchObject({ retention: null, summary: { users: 1 } });
  });
});

describe("a person's rights", () => {
  it("reach as far as the salts, and the answer says so; what a stable identity stored before is found as well", async () => {
    const at = instance();
    await ingestEvents(db, [call("a", "stable", NOW - 9 * DAY_MS)], { hashSecret: HASH_SECRET, now: NOW });
    for (const age of [3, 1, 0]) await post(at, [call("a", `day-${age}`, NOW - age * DAY_MS), call("b", `other-${age}`, NOW - age * DAY_MS)], NOW - age * DAY_MS);
    await rollUp(db, NOW);
    const handler = handlerOf({ identity: "daily", now: () => NOW });
    const lines = (await (await handler.subject("export", { userId: "a" })).text()).trim().split("\n").map((line) => JSON.parse(line));
    expect(lines[0]).toMatchObject({ kind: "export", identity: "daily", foundFrom: MIDNIGHT - DAY_MS, detail: expect.stringContaining("2026-11-19") });
    expect(lines.filter(({ kind }) => kind === "event").map(({ id }) => id)).toEqual(["stable", "day-1", "day-0"]);
    const answers: { isFinished: boolean; events: number }[] = [];
    // Three people at once by now: the stable one and those of two days. Their keys too stay within the queries of an invocation.
    const eraseOnce = async () => {
      const { db: counted, queries } = countingQueries(db);
      const ctx = createExecutionContext();
      const request = new Request("https://tracker.example/api/subjects/erase", { method: "POST", body: '{"userId":"a"}', headers: { Authorization: `Bearer ${ADMIN_KEY}` } });
      const response = await handler.fetch(request, { ...env, DB: counted }, ctx);
      await waitOnExecutionContext(ctx);
      expect(queries()).toBeLessThanOrEqual(50);
      return response.json<{ isFinished: boolean; events: number }>();
    };
    do answers.push(await eraseOnce());
    while (answers.at(-1)?.isFinished === false && answers.length < 5);
    expect(answers.reduce((sum, { events }) => sum + events, 0)).toBe(3);
    expect(answers.at(-1)).toMatchObject({ isFinished: true, identity: "daily", foundFrom: MIDNIGHT - DAY_MS, detail: expect.stringContaining("2026-11-19") });
    expect((await storedEvents()).map((row) => row["event_id"])).toEqual(["day-3", "other-3", "other-1", "other-0"]);
    const retried = await post(at, [call("a", "day-1", NOW - DAY_MS), call("a", "queued", NOW - HOUR_MS)]);
    expect(retried.result).toMatchObject({ accepted: 0, duplicates: 2 });
  });

  it("that were asked for before the change to daily, or whose salts are gone, hold against late retries too", async () => {
    const [old, recent] = [call("a", "old", NOW - 5 * DAY_MS), call("a", "recent", NOW - HOUR_MS)];
    await post(db, [old, recent], NOW, { identity: "stable" });
    await handlerOf({ now: () => NOW }).subject("erase", { userId: "a" });
    expect(await storedEvents()).toEqual([]);
    const soon = NOW + HOUR_MS;
    expect((await post(instance(), [old, recent, call("b", "another", NOW)], soon)).result).toMatchObject({ accepted: 1, duplicates: 2 });
    // Later calls are a new beginning.
    expect((await post(instance(), [call("a", "later", soon)], soon)).result).toMatchObject({ accepted: 1 });
    await handlerOf({ identity: "daily", now: () => soon }).subject("erase", { userId: "a" });
    expect((await post(instance(), [call("a", "later", soon)], soon + 3 * DAY_MS)).result).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});
