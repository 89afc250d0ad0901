/**
 * Erasing a person over HTTP while everything else goes on at once: batches come in and come again, roll-ups run, the cron runs, a
 * second erasure of the same person begins. Afterwards the dump of every table knows nothing of the person, and every figure is that
 * of a recomputation from what is stored.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Outcome } from "../../src/event.ts";
import { hashUserId } from "../../src/privacy/pseudonym.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { eraseSubject } from "../../src/worker/subjects/erase.ts";
import { expectAgreement } from "../support/agreement.ts";
import { clearEvents, db, handlerOf, migrate, storedEvents, subjectOf, tracesOf } from "../support/database.ts";
import { makeHistory, type PlainEvent, randomFrom, shuffle } from "../support/history.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12, 30);
const ERASED = "user-2";

/** The time before the secret was changed, and the time since: a second one beside it, or none. */
const SECOND_SECRET = "the second secret of the tests, 32 bytes";
const before = handlerOf({ now: () => NOW });
const changing = handlerOf({ now: () => NOW, hashSecret: SECOND_SECRET, previousHashSecret: HASH_SECRET });
const accepted = async (response: Response): Promise<number> => (await response.json<{ accepted: number }>()).accepted;

/** The numbers by which lists know the person now. */
async function numbersOf(userHashes: readonly string[]): Promise<number[]> {
  const { results } = await db.prepare("SELECT person FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?1))").bind(JSON.stringify(userHashes)).all<{ person: number }>();
  return results.map(({ person }) => person);
}

/** Both pseudonyms of a person. */
const hashesOf = (userId: string): Promise<string[]> => Promise.all([HASH_SECRET, SECOND_SECRET].map((secret) => hashUserId(secret, userId)));

/** The stored events as the arithmetic of the tests takes them. */
async function storedHistory(): Promise<PlainEvent[]> {
  const names = Array.from({ length: 60 }, (_, index) => `user-${index}`);
  const nameByHash = new Map((await Promise.all(names.map(async (name) => (await hashesOf(name)).map((hash) => [hash, name] as const)))).flat());
  return (await storedEvents()).map((row) => ({
    id: String(row["event_id"]),
    skill: String(row["skill"]),
    startedAt: Number(row["started_at"]),
    durationMs: Number(row["duration_ms"]),
    clock: row["clock"] === "io" ? ("io" as const) : undefined,
    outcome: row["outcome"] as Outcome,
    errorType: row["error_type"] === null ? undefined : String(row["error_type"]),
    userId: row["user_hash"] === null ? undefined : (nameByHash.get(String(row["user_hash"])) ?? "nobody's pseudonym"),
    version: String(row["version"]),
    source: String(row["source"]),
    variant: String(row["variant"]),
  }));
}

async function eraseToTheEnd(handler: ReturnType<typeof handlerOf>): Promise<void> {
  for (let requests = 0; requests < 20; requests++) {
    const response = await handler.subject("erase", { userId: ERASED });
    if (response.status === 200) return;
    expect(response.status).toBe(202);
  }
  throw new Error("The erasure does not end.");
}

beforeAll(migrate);
beforeEach(async () => {
  await clearEvents();
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});
afterEach(() => vi.restoreAllMocks());

describe("erasing a person under load", () => {
  it.each([[1, "one secret", before], [2, "one secret", before], [3, "the secret being changed", changing], [4, "the secret being changed", changing]] as const)("leaves no trace in any table, and figures equal to a recomputation (seed %i, %s)", { timeout: 120_000 }, async (seed, _case, handler) => {
    const random = randomFrom(seed);
    const events = makeHistory(900, 12, NOW, seed);
    const batches = Array.from({ length: 18 }, (_, index) => events.slice(index * 50, index * 50 + 50));
    const [early, during] = [batches.slice(0, 12), batches.slice(12)];
    for (const batch of early) expect(await accepted(await before.track({ events: batch }))).toBe(50);
    await rollUp(db, NOW - Math.floor(random() * 5) * DAY_MS);
    const userHashes = await hashesOf(ERASED);
    const numbers = await numbersOf(userHashes);

    const ingest = (batch: readonly PlainEvent[]) => () => handler.track({ events: batch });
    const work: (() => Promise<unknown>)[] = [
      ...during.map(ingest),
      ...shuffle(early, seed).slice(0, 6).map(ingest),
      ...during.map(ingest),
      ...Array.from({ length: 4 }, () => () => rollUp(db, NOW)),
      ...Array.from({ length: 2 }, () => () => handler.scheduled(undefined, env)),
      async () => numbers.push(...(await numbersOf(userHashes))),
    ];
    const steps = shuffle([...work, () => eraseToTheEnd(handler), () => eraseToTheEnd(handler)], seed * 31 + 1);
    await Promise.all(steps.map((step) => step()));
    // Whatever a client still holds comes last, when everything is over.
    await Promise.all(shuffle(batches, seed).map(async (batch) => expect((await handler.track({ events: batch })).status).toBe(202)));

    const recomputed = await storedHistory();
    expect(new Set(recomputed.map(({ id }) => id))).toEqual(new Set(events.filter(({ userId }) => userId !== ERASED).map(({ id }) => id)));
    for (const isRolledUp of [false, true]) {
      if (isRolledUp) while ((await rollUp(db, NOW + DAY_MS)).isUnfinished);
      for (const person of [null, ...new Set(numbers)]) expect(await tracesOf([ERASED, ...userHashes], person)).toEqual([]);
      for (const range of ["24h", "7d", "30d"] as const) await expectAgreement(db, recomputed, { range, now: NOW });
    }
  });
});

describe("an erasure that was broken off", () => {
  const call = (id: string, startedAt: number) => ({ skill: "s", id, startedAt, userId: ERASED });

  it("is finished by the cron, without a second request, and forgets whom it was about", async () => {
    await ingestEvents(db, Array.from({ length: 6 }, (_, age) => call(`e${age}`, NOW - age * DAY_MS)), { hashSecret: HASH_SECRET, now: NOW });
    while ((await rollUp(db, NOW)).isUnfinished);
    const subject = await subjectOf(ERASED);
    const [person = null] = await numbersOf(subject.userHashes);
    const report = await eraseSubject(db, { subjects: [subject], now: NOW, bounds: { queries: 9, eventsPerChunk: 1, firstDays: 1 } });
    expect(report).toMatchObject({ isFinished: false, events: 1 });
    const later = NOW + 10 * 60_000;
    await ingestEvents(db, [call("since", later)], { hashSecret: HASH_SECRET, now: later });
    const log = vi.spyOn(console, "log");
    await handlerOf({ now: () => later }).scheduled(undefined, env);
    expect(JSON.parse(String(log.mock.lastCall))).toMatchObject({ trackSkills: "scheduled", erasures: { isFinished: true, events: 5, requestId: report.requestId } });
    // What was asked for is done, and no more: calls since then are a new beginning.
    expect((await storedEvents()).map((row) => row["event_id"])).toEqual(["since"]);
    expect(await db.prepare("SELECT * FROM skill_usage_erasing").first()).toBeNull();
    expect((await db.prepare("SELECT * FROM skill_usage_audit").all()).results).toMatchObject([{ request_id: report.requestId, events: 6, finished_at: later }]);
    expect((await tracesOf([], person)).length).toBe(0);
    await handlerOf({ now: () => later }).scheduled(undefined, env);
    expect(JSON.parse(String(log.mock.lastCall))).toMatchObject({ rollUp: {}, cleanUp: {} });
  });

  it("takes many runs of the cron when there is much of it, each of which goes on where the last one ended", async () => {
    const { userHash, tombstone, userHashes, tombstones } = await subjectOf(ERASED);
    const insert = "INSERT INTO skill_usage_events SELECT ?1 - key * 25000, 'e' || key, 's', 'ok', 5, '', ?2, NULL, '', '', '', NULL, NULL, NULL, NULL FROM json_each(?3)";
    await db.prepare(insert).bind(NOW, userHash, JSON.stringify(Array(120_000).fill(0))).run();
    await eraseSubject(db, { subjects: [{ userHashes, tombstones }], now: NOW, bounds: { queries: 9, eventsPerChunk: 10, firstDays: 1 } });
    let runs = 0;
    const isUnfinished = () => db.prepare("SELECT request_id FROM skill_usage_erasures WHERE tombstone = ?1").bind(tombstone).first("request_id");
    while ((await isUnfinished()) !== null && runs++ < 10) await before.scheduled(undefined, env);
    expect(runs).toBeGreaterThan(1);
    expect(runs).toBeLessThan(6);
    expect(await storedEvents()).toEqual([]);
  }, 60_000);
});
