import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getSummary } from "../../src/analytics.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import { cleanUp } from "../../src/worker/clean-up.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { eraseSubject } from "../../src/worker/subjects/erase.ts";
import { expectAgreement } from "../support/agreement.ts";
import { clearEvents, countMarks, db, handlerOf, migrate, numberOf, rawFrom, storedEvents, subjectOf, tracesOf } from "../support/database.ts";
import { stopAfter } from "../support/faulty-database.ts";
import { makeHistory, type PlainEvent } from "../support/history.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12, 30);
const handler = handlerOf({ now: () => NOW });

const post = (events: readonly object[], now = NOW) => ingestEvents(db, events, { hashSecret: HASH_SECRET, now, rawRetentionDays: 400, metadata: "all" });
const erase = async (userId: string, now = NOW) => eraseSubject(db, { subjects: [await subjectOf(userId)], now });
const audits = async () => (await db.prepare("SELECT * FROM skill_usage_audit ORDER BY requested_at, request_id").all()).results;

async function rollUpAll(now: number): Promise<void> {
  while ((await rollUp(db, now)).isUnfinished);
}

beforeAll(migrate);
beforeEach(clearEvents);

describe("an erasure", () => {
  const events = makeHistory(4_000, 50, NOW);
  const named = "user-3";

  it("leaves no trace, and the figures of a history without the person: before a roll-up, after it, and where the events are long gone", async () => {
    for (let from = 0; from < events.length; from += 500) await post(events.slice(from, from + 500));
    await rollUpAll(NOW);
    await cleanUp(db, { now: NOW, rawRetentionDays: 3, rollUpRetentionDays: 400 });
    const from = await rawFrom();
    const person = await numberOf(named);
    expect(person).not.toBeNull();
    const report = await erase(named);
    expect(report).toMatchObject({ isFinished: true, events: events.filter((event) => event.userId === named && event.startedAt >= from).length });
    expect(report.rollUps).toBeGreaterThan(20);
    const { userHash } = await subjectOf(named);
    expect(await tracesOf([named, userHash], person)).toEqual([]);
    const left: PlainEvent[] = events
      .filter((event) => event.userId !== named || event.startedAt < from)
      .map((event) => (event.userId === named ? { ...event, userId: null } : event));
    const stored = left.filter((event) => event.startedAt >= from);
    const agree = async () => {
      for (const range of ["24h", "7d", "30d", "90d"] as const) await expectAgreement(db, left, { range, now: NOW }, stored);
    };
    await agree();
    await rollUpAll(NOW);
    await agree();
    expect(await tracesOf([named, userHash], person)).toEqual([]);
  });

  it("holds against a retry of any batch, which counts as duplicates and marks nothing; a later call is a new beginning", async () => {
    const batch = Array.from({ length: 9 }, (_, age) => ({ skill: "s", id: `e${age}`, startedAt: NOW - age * DAY_MS, userId: age % 2 ? "a@example.com" : "b" }));
    await post(batch);
    await rollUpAll(NOW);
    const before = await numberOf("a@example.com");
    expect(await erase("A@example.com")).toMatchObject({ isFinished: true, events: 4, erasedUntil: NOW + 300_000 });
    await rollUpAll(NOW + 3 * HOUR_MS);
    const marks = await countMarks();
    const retried = await post(batch, NOW + 2 * HOUR_MS);
    expect(retried).toMatchObject({ result: { accepted: 0, duplicates: 9, rejected: [] }, cost: { rowsWritten: 0 } });
    const neverCame = { skill: "s", id: "queued", startedAt: NOW - 30 * HOUR_MS, userId: "a@example.com" };
    expect((await post([neverCame], NOW + 2 * HOUR_MS)).result).toMatchObject({ accepted: 0, duplicates: 1, rejected: [] });
    expect(await countMarks()).toBe(marks);
    const later = { skill: "s", id: "later", startedAt: NOW + 301_000, userId: "a@example.com" };
    expect((await post([later], NOW + HOUR_MS)).result).toMatchObject({ accepted: 1 });
    await rollUpAll(NOW + 3 * HOUR_MS);
    expect(await numberOf("a@example.com")).toBeGreaterThan(before ?? 0);
  });

  it("made again at once writes its audit row alone; made again later, the time of the tombstone beside it", async () => {
    await post([{ skill: "s", id: "e", startedAt: NOW - DAY_MS, userId: "a" }]);
    await erase("a");
    expect(await erase("a", NOW + 1_000)).toMatchObject({ isFinished: true, events: 0, rollUps: 0, rowsWritten: 1, erasedUntil: NOW + 300_000 });
    const again = await erase("a", NOW + DAY_MS);
    expect(again).toMatchObject({ isFinished: true, events: 0, rollUps: 0, erasedUntil: NOW + DAY_MS + 300_000 });
    expect(await audits()).toMatchObject([{ kind: "erase", events: 1, finished_at: NOW }, { events: 0 }, { events: 0, finished_at: NOW + DAY_MS }]);
  });

  it("of somebody unknown holds against batches that were never sent", async () => {
    expect(await erase("nobody")).toMatchObject({ isFinished: true, events: 0 });
    expect((await post([{ skill: "s", id: "e", startedAt: NOW - DAY_MS, userId: "nobody" }])).result).toMatchObject({ accepted: 0, duplicates: 1 });
  });

  it("of 100,000 events takes a bounded number of queries a run, goes on where it ended, and keeps one audit row", async () => {
    const { userHash } = await subjectOf("busy");
    const insert = "INSERT INTO skill_usage_events SELECT ?1 - key * 40000, 'e' || key, 's', 'ok', 5, '', ?2, NULL, '', '', '', NULL, NULL, NULL, NULL FROM json_each(?3)";
    await db.prepare(insert).bind(NOW, userHash, JSON.stringify(Array(100_000).fill(0))).run();
    await db.prepare("INSERT INTO skill_usage_dirty SELECT DISTINCT period.column1, started_at / period.column1 * period.column1 FROM skill_usage_events CROSS JOIN (VALUES (3600000), (21600000), (86400000)) AS period").run();
    await rollUpAll(NOW);
    const person = await numberOf("busy");
    const runs = [];
    do runs.push(await erase("busy", NOW + runs.length * 1_000));
    while (!runs.at(-1)?.isFinished);
    expect(runs.reduce((sum, { events }) => sum + events, 0)).toBe(100_000);
    expect(runs.length).toBeLessThan(6);
    expect(await audits()).toMatchObject([{ events: 100_000, finished_at: NOW + (runs.length - 1) * 1_000 }]);
    expect(await tracesOf([userHash], person)).toEqual([]);
  }, 120_000);

  it("that was left for days keeps what was called since: those calls get another number", async () => {
    const call = (id: string, startedAt: number) => ({ skill: "s", id, startedAt, userId: "a" });
    await post([call("old-1", NOW - 2 * DAY_MS), call("old-2", NOW - DAY_MS), { ...call("other", NOW - DAY_MS), userId: "b" }]);
    await rollUpAll(NOW);
    const person = await numberOf("a");
    const bounds = { queries: 9, eventsPerChunk: 1, firstDays: 1 };
    const subjects = [await subjectOf("a")];
    expect(await eraseSubject(db, { subjects, now: NOW, bounds })).toMatchObject({ isFinished: false, events: 1 });
    const since = call("since", NOW + HOUR_MS);
    await post([since], NOW + HOUR_MS);
    const soon = NOW + 2 * DAY_MS;
    await rollUpAll(soon);
    expect(await numberOf("a")).toBe(person);
    // The second request finishes the first, and then does its own work.
    const stop = { ...bounds, queries: 20 };
    while ((await numberOf("a")) === person) await eraseSubject(db, { subjects, now: soon, bounds: stop });
    await rollUpAll(soon);
    const { isFinished } = await erase("a", soon);
    expect(isFinished).toBe(true);
    expect(await tracesOf([subjects[0]?.userHash ?? ""], person)).toEqual([]);
    expect((await storedEvents()).map((row) => row["event_id"])).toEqual(["other"]);
    expect(await getSummary(db, { range: "7d", now: soon })).toMatchObject({ calls: 1, users: 1 });
  });

  it("marks no day whose events are being deleted: its roll-ups could not be rebuilt", async () => {
    const call = { skill: "s", startedAt: NOW - 40 * DAY_MS };
    await post([{ ...call, id: "a", userId: "a" }, { ...call, id: "b", userId: "b" }]);
    await rollUpAll(NOW);
    await cleanUp(stopAfter(db, 1), { now: NOW, rawRetentionDays: 30, rollUpRetentionDays: 60 }).catch(() => undefined);
    expect(await erase("a")).toMatchObject({ isFinished: true, events: 1, rollUps: 4 });
    expect(await countMarks()).toBe(0);
    expect(await getSummary(db, { range: "90d", now: NOW })).toMatchObject({ calls: 2, users: 1, callsWithoutUser: 0 });
  });

  it("finds events that came late, on a day whose list does not know the person yet", async () => {
    const call = (userId: string, age: number) => ({ skill: "s", id: `${userId}${age}`, userId, startedAt: NOW - age * DAY_MS });
    await post([...Array.from({ length: 30 }, (_, age) => call("b", age)), call("a", 25)]);
    await rollUpAll(NOW);
    await post([call("a", 10)]);
    expect(await erase("a")).toMatchObject({ isFinished: true, events: 2 });
  });

  it("two at once do the work once", async () => {
    await post(events.slice(0, 500));
    await rollUpAll(NOW);
    const [left, right] = await Promise.all([erase(named), erase(named), rollUp(db, NOW)]);
    expect([left.isFinished, right.isFinished]).toEqual([true, true]);
    expect(left.events + right.events).toBe(events.slice(0, 500).filter((event) => event.userId === named).length);
    await rollUpAll(NOW);
    await expectAgreement(db, events.slice(0, 500).filter((event) => event.userId !== named), { range: "90d", now: NOW });
  });

  it("its tombstone goes with the days that it guards", async () => {
    await post([{ skill: "s", id: "e", startedAt: NOW - DAY_MS, userId: "a" }]);
    await erase("a");
    const countTombstones = () => db.prepare("SELECT COUNT(*) AS n FROM skill_usage_erasures").first("n");
    for (const [days, left] of [[29, 1], [33, 0]] as const) {
      const now = NOW + days * DAY_MS;
      await rollUpAll(now);
      await cleanUp(db, { now, rawRetentionDays: 30, rollUpRetentionDays: 60 });
      expect(await countTombstones()).toBe(left);
    }
  });
});

describe("the routes", () => {
  const callOf = (id: string, startedAt: number) => ({ skill: "search", id, startedAt, userId: "Ada@Example.com", sessionId: "s1", success: false, errorType: "E", errorMessage: "m", metadata: { a: 1 } });

  it("ask for the admin key, take POST alone, and know no other origin", async () => {
    const request = new Request("https://tracker.example/api/subjects/erase", { method: "POST", body: "{}" });
    const unset = await createTrackingHandler({ hashSecret: HASH_SECRET }).fetch(request, { DB: db });
    expect([unset.status, unset.headers.get("Retry-After")]).toEqual([503, "60"]);
    expect(await unset.json()).toMatchObject({ code: "admin_key_missing" });
    expect((await handler.subject("erase", { userId: "a" }, "wrong")).status).toBe(401);
    expect((await createTrackingHandler({ adminKey: "k" }).fetch(new Request(request.url, { method: "POST", headers: { Authorization: "Bearer k" } }), { DB: db })).status).toBe(503);
    for (const method of ["GET", "OPTIONS"]) {
      const refused = await handler.fetch(new Request("https://tracker.example/api/subjects/export", { method, headers: { Origin: "https://a.example" } }), env);
      expect([refused.status, refused.headers.get("Allow"), refused.headers.get("Access-Control-Allow-Origin")]).toEqual([405, "POST", null]);
    }
  });

  it.each([[null], [[]], [{}], [{ userId: " " }], [{ userId: 7 }], [{ userId: "x".repeat(321) }], [{ userId: "a", cursor: 1 }]])("refuse %j", async (body) => {
    const response = await handler.subject("export", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_subject" });
  });

  it("export as NDJSON what is stored, without hashes, and end with a line that says so", async () => {
    await post([callOf("a", NOW - 2 * DAY_MS), callOf("b", NOW - 10), { ...callOf("c", NOW), userId: "b" }]);
    await rollUpAll(NOW);
    const response = await handler.subject("export", { userId: " ada@example.com" });
    expect([response.status, response.headers.get("Content-Type"), response.headers.get("Cache-Control")]).toEqual([200, "application/x-ndjson; charset=utf-8", "no-store"]);
    const text = await response.text();
    const lines = text.trim().split("\n").map((line) => JSON.parse(line));
    const event = { kind: "event", skill: "search", outcome: "error", durationMs: 0, version: "", source: "", variant: "", errorType: "E", errorMessage: "m", metadata: { a: 1 } };
    const day = NOW - (NOW % DAY_MS) - 2 * DAY_MS;
    expect(lines).toEqual([
      { kind: "export", requestId: expect.any(String), exportedAt: NOW, goesOnAfter: null, identity: "stable", foundFrom: null },
      { ...event, id: "a", startedAt: NOW - 2 * DAY_MS },
      { ...event, id: "b", startedAt: NOW - 10 },
      { kind: "first-day", day },
      { kind: "day", day },
      { kind: "end", isComplete: true, events: 2, next: null },
    ]);
    expect(text).not.toContain((await subjectOf("ada@example.com")).userHash);
    expect(await audits()).toMatchObject([{ kind: "export", events: 2, roll_ups: 0, finished_at: NOW }]);
  });

  it("export page after page, and go on behind a cursor", async () => {
    await post([{ ...callOf("x", NOW), userId: "b" }]);
    const { userHash } = await subjectOf("ada@example.com");
    const insert = "INSERT INTO skill_usage_events SELECT ?1 - key, 'e' || key, 's', 'ok', 5, '', ?2, NULL, '', '', '', NULL, NULL, NULL, NULL FROM json_each(?3)";
    await db.prepare(insert).bind(NOW, userHash, JSON.stringify(Array(60_000).fill(0))).run();
    const ids = new Set<string>();
    let cursor: unknown = null;
    let answers = 0;
    do {
      const lines = (await (await handler.subject("export", { userId: "ada@example.com", cursor })).text()).trim().split("\n").map((line) => JSON.parse(line));
      for (const { kind, id } of lines) if (kind === "event") ids.add(id);
      cursor = lines.at(-1).next;
      answers++;
    } while (cursor !== null);
    expect([ids.size, answers]).toEqual([60_000, 2]);
  }, 60_000);

  it("erase, and say whether to send the request again", async () => {
    await post([callOf("a", NOW - 2 * DAY_MS)]);
    const response = await handler.subject("erase", { userId: "ada@example.com" });
    expect([response.status, response.headers.get("Cache-Control")]).toEqual([200, "no-store"]);
    expect(await response.json()).toMatchObject({ isFinished: true, events: 1, requestId: expect.any(String), cost: { rowsWritten: expect.any(Number) } });
    expect(await storedEvents()).toEqual([]);
  });
});
