/**
 * Changing the secret: for as long as both are set, everybody who calls is known by both pseudonyms, and counts once before, during
 * and after the change. Random histories over two changes are held against plain arithmetic over the people themselves.
 */
import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getRetentionStats, getSummary } from "../../src/analytics.ts";
import { hashUserId } from "../../src/privacy/pseudonym.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import { cleanUp } from "../../src/worker/clean-up.ts";
import { knownIdentities } from "../../src/worker/identity.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { eraseSubject } from "../../src/worker/subjects/erase.ts";
import { type Subject, subjectsOf } from "../../src/worker/subjects/subject.ts";
import { expectAgreement } from "../support/agreement.ts";
import { clearEvents, db, handlerOf, migrate, storedEvents, tracesOf } from "../support/database.ts";
import { type PlainEvent, randomFrom } from "../support/history.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12, 30);
const RETENTION = { rawRetentionDays: 40, rollUpRetentionDays: 400 };

/** The secrets of three times, with three key ids. */
const SECRETS = ["the first secret of the tests, 32 bytes", "the second secret of the tests, 32 bytes", "the third secret of the tests, 32 bytes"] as const;

interface Instance {
  hashSecret: string;
  previousHashSecret?: string;
}

const FIRST: Instance = { hashSecret: SECRETS[0] };
const BOTH: Instance = { hashSecret: SECRETS[1], previousHashSecret: SECRETS[0] };
const SECOND: Instance = { hashSecret: SECRETS[1] };

const post = (instance: Instance, events: readonly object[], now = NOW) => ingestEvents(db, events, { ...instance, now, rawRetentionDays: RETENTION.rawRetentionDays });
const call = (userId: string, id: string, startedAt = NOW) => ({ skill: "s", id, userId, startedAt });

async function subjectsBy(instance: Instance, userId: string, now = NOW): Promise<Subject[]> {
  const { identities } = await knownIdentities(db, { ...instance, project: "" }, now);
  return (await subjectsOf(db, userId, identities)).subjects;
}

async function rollUpAll(now: number): Promise<void> {
  while ((await rollUp(db, now)).isUnfinished);
}

const count = (table: string) => db.prepare(`SELECT COUNT(*) AS n FROM skill_usage_${table}`).first<number>("n");

beforeAll(migrate);
beforeEach(clearEvents);

/** A history as it unfolds, and who its people are by what the kit promises. */
class History {
  now = NOW;
  /** Events as they count: `userId` is the person. */
  events: PlainEvent[] = [];
  #batches: PlainEvent[][] = [];
  #made = 0;
  #time = 0;
  #hasBoth = false;
  /** Who called while both secrets were set: all others begin anew when the older one is gone. */
  #seen = new Set<string>();
  #begunAnew = new Map<string, number>();
  /** Erased under a secret: until when. */
  #erasedUntil = new Map<string, number>();

  get instance(): Instance {
    const hashSecret = SECRETS[this.#time] ?? "";
    return this.#hasBoth ? { hashSecret, previousHashSecret: SECRETS[this.#time - 1] ?? "" } : { hashSecret };
  }

  async take(what: (typeof KINDS)[number], size: number, seed: number): Promise<void> {
    const random = randomFrom(seed);
    if (what === "events") await this.#post(this.instance, this.#make(size, random));
    // A deployment takes a while to be everywhere.
    if (what === "events of an old instance" && this.#hasBoth && this.#erasedUntil.size === 0) await this.#post({ hashSecret: SECRETS[this.#time - 1] ?? "" }, this.#make(size, random));
    if (what === "a retry") await this.#post(this.instance, this.#batches[Math.floor(random() * this.#batches.length)] ?? []);
    if (what === "days pass") this.now += (size % 5) * DAY_MS;
    if (what === "a roll-up" || what === "days pass") await rollUpAll(this.now);
    if (what === "a clean-up") await cleanUp(db, { now: this.now, ...RETENTION });
    if (what === "the secret changes") this.#change();
    if (what === "an erasure") await this.#erase(`user-${size % 6}`);
  }

  /** A new secret beside the old one, or the old one goes. */
  #change(): void {
    if (this.#hasBoth) {
      for (let user = 0; user < 6; user++) if (!this.#seen.has(`user-${user}`)) this.#begunAnew.set(`user-${user}`, this.#time);
      this.#hasBoth = false;
    } else if (this.#time < 2) {
      this.#time++;
      this.#hasBoth = true;
      this.#seen.clear();
    }
  }

  #personOf(userId: string | null | undefined): string | null | undefined {
    return typeof userId === "string" && this.#begunAnew.has(userId) ? `${userId} of time ${this.#begunAnew.get(userId)}` : userId;
  }

  #make(count: number, random: () => number): PlainEvent[] {
    return Array.from({ length: count }, () => ({
      id: `event-${this.#made++}`,
      skill: `skill-${Math.floor(random() * 2)}`,
      startedAt: Math.floor(this.now - random() ** 2 * 9 * DAY_MS),
      durationMs: Math.floor(random() * 1_000),
      outcome: random() < 0.9 ? "ok" : "error",
      userId: random() < 0.1 ? undefined : `user-${Math.floor(random() * 6)}`,
    }) as const);
  }

  async #post(instance: Instance, batch: PlainEvent[]): Promise<void> {
    if (batch.length === 0) return;
    this.#batches.push(batch);
    const known = new Set(this.events.map(({ id }) => id));
    const secrets = [instance.hashSecret, instance.previousHashSecret ?? ""];
    const isErased = ({ userId, startedAt }: PlainEvent) => secrets.some((secret) => startedAt <= (this.#erasedUntil.get(`${userId} ${secret}`) ?? -1));
    const { result } = await post(instance, batch, this.now);
    const isRejected = (index: number) => result.rejected.some((rejection) => rejection.index === index);
    const stored = batch.filter((event, index) => !known.has(event.id) && !isErased(event) && !isRejected(index));
    expect(result.accepted).toBe(stored.length);
    if (instance.previousHashSecret !== undefined) for (const { userId } of stored) if (typeof userId === "string") this.#seen.add(userId);
    this.events.push(...stored.map((event) => ({ ...event, userId: this.#personOf(event.userId) })));
  }

  async #erase(userId: string): Promise<void> {
    const { instance } = this;
    const subjects = await subjectsBy(instance, userId, this.now);
    for (let runs = 0; ; runs++) {
      expect(runs, "an erasure ends").toBeLessThan(60);
      const report = await eraseSubject(db, { subjects: await subjectsBy(instance, userId, this.now), now: this.now, bounds: { queries: 24, eventsPerChunk: 3, firstDays: 1 } });
      for (const secret of [instance.hashSecret, instance.previousHashSecret]) if (secret !== undefined) this.#erasedUntil.set(`${userId} ${secret}`, report.erasedUntil);
      if (report.isFinished) break;
    }
    this.events = this.events.filter((event) => event.userId !== this.#personOf(userId));
    expect(await tracesOf(subjects.flatMap(({ userHashes }) => userHashes), null)).toEqual([]);
  }
}

const KINDS = ["events", "events", "events", "events of an old instance", "a retry", "days pass", "a roll-up", "a clean-up", "the secret changes", "the secret changes", "an erasure"] as const;
const steps = fc.array(fc.record({ what: fc.constantFrom(...KINDS), size: fc.integer({ min: 1, max: 30 }), seed: fc.integer() }), { minLength: 8, maxLength: 22 });

describe("a random history with two changes of the secret", () => {
  it("counts every person once: DAU, WAU, MAU and the users of every figure are those of plain arithmetic", { timeout: 300_000 }, async () => {
    let changes = 0;
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        await clearEvents();
        const model = new History();
        await model.take("events", 20, history.length);
        for (const { what, size, seed } of history) {
          await model.take(what, size, seed);
          if (what === "the secret changes") changes++;
          if (seed % 2 === 0) continue;
          const filter = seed % 3 === 0 ? { skill: "skill-0" } : {};
          await expectAgreement(db, model.events, { range: seed % 5 < 2 ? "7d" : "30d", ...filter, now: model.now });
        }
        await rollUpAll(model.now + DAY_MS);
        await expectAgreement(db, model.events, { range: "30d", now: model.now });
      }),
      { numRuns: 12 },
    );
    expect(changes).toBeGreaterThan(12);
  });
});

describe("while both secrets are set", () => {
  it("a person costs one row more, once, and an event one as ever", async () => {
    await post(FIRST, [call("a", "1"), call("b", "2")]);
    const [first, again, known] = [await post(BOTH, [call("a", "3"), call("b", "4"), call("c", "5")]), await post(BOTH, [call("a", "6")]), await post(SECOND, [call("a", "7")])];
    expect([first.cost.rowsWritten, again.cost.rowsWritten, known.cost.rowsWritten]).toEqual([3 + 3, 1, 1]);
    expect(await count("aliases")).toBe(3);
    expect(await getSummary(db, { range: "24h", now: NOW })).toMatchObject({ calls: 7, users: 3 });
  });

  it("what is stored is the pseudonym of the new secret, which its key id tells from those of the old one", async () => {
    await post(FIRST, [call("a", "1")]);
    await post(BOTH, [call("a", "2")]);
    expect((await storedEvents()).map((row) => row["user_hash"])).toEqual([await hashUserId(SECRETS[0], "a"), await hashUserId(SECRETS[1], "a")]);
    expect(new Set(await Promise.all(SECRETS.map(async (secret) => (await hashUserId(secret, "a")).slice(0, 1)))).size).toBe(3);
  });

  it("people are found under both: an export holds all, an erasure leaves nothing and holds against retries under either", async () => {
    const handler = handlerOf({ ...BOTH, now: () => NOW });
    await post(FIRST, [call("a", "old", NOW - 3 * DAY_MS), call("b", "other")]);
    await post(BOTH, [call("a", "new", NOW - HOUR_MS)]);
    await rollUpAll(NOW);
    const lines = (await (await handler.subject("export", { userId: "a" })).text()).trim().split("\n").map((line) => JSON.parse(line));
    expect(lines.filter(({ kind }) => kind === "event").map(({ id }) => id)).toEqual(["old", "new"]);
    expect(lines.filter(({ kind }) => kind === "end")).toMatchObject([{ isComplete: true, events: 2 }]);
    const [subject] = await subjectsBy(BOTH, "a");
    const person = await db.prepare("SELECT person FROM skill_usage_people WHERE user_hash = ?1").bind(await hashUserId(SECRETS[0], "a")).first<number>("person");
    expect(person).not.toBeNull();
    expect(await (await handler.subject("erase", { userId: "a" })).json()).toMatchObject({ isFinished: true, events: 2, identity: "stable", foundFrom: null });
    expect(await tracesOf(subject?.userHashes ?? [], person)).toEqual([]);
    for (const instance of [FIRST, BOTH, SECOND]) {
      expect((await post(instance, [call("a", "old", NOW - 3 * DAY_MS), call("a", "queued", NOW - DAY_MS)])).result).toMatchObject({ accepted: 0, duplicates: 2 });
    }
    expect(await count("aliases")).toBe(0);
    expect(await getSummary(db, { range: "7d", now: NOW })).toMatchObject({ calls: 1, users: 1 });
  });

  it("an erasure from before the change holds as well", async () => {
    await post(FIRST, [call("a", "old", NOW - DAY_MS)]);
    await eraseSubject(db, { subjects: await subjectsBy(FIRST, "a"), now: NOW });
    expect((await post(BOTH, [call("a", "old", NOW - DAY_MS)])).result).toMatchObject({ accepted: 0, duplicates: 1 });
    expect(await count("aliases")).toBe(0);
  });

  it("two secrets that cannot be used side by side are refused, with what to do, and nothing is stored", async () => {
    const keyIdOf = async (secret: string) => (await hashUserId(secret, "a")).slice(0, 1);
    let alike = SECRETS[1] as string;
    while ((await keyIdOf(alike)) !== (await keyIdOf(SECRETS[0]))) alike += "!";
    for (const previousHashSecret of [alike, "short"]) {
      const handler = handlerOf({ hashSecret: SECRETS[0], previousHashSecret });
      for (const response of [await handler.track({ skill: "s", userId: "a" }), await handler.subject("erase", { userId: "a" })]) {
        expect(response.status).toBe(503);
        expect(await response.json()).toMatchObject({ code: "invalid_setting", detail: expect.stringContaining("TRACK_HASH_SECRET_PREVIOUS") });
      }
    }
    expect(await storedEvents()).toEqual([]);
  });
});

describe("the settings", () => {
  it("come as options or as variables; the project makes other pseudonyms, which hashUserId gives too", async () => {
    const send = (handler: ReturnType<typeof createTrackingHandler>, id: string, variables: object) =>
      handler.fetch(new Request("https://tracker.example/api/track", { method: "POST", body: JSON.stringify(call("a", id)) }), { DB: db, ...variables });
    const variables = { TRACK_HASH_SECRET: SECRETS[1], TRACK_HASH_SECRET_PREVIOUS: SECRETS[0], TRACK_PROJECT: "shop" };
    await send(createTrackingHandler({ now: () => NOW }), "1-variable", variables);
    await send(createTrackingHandler({ now: () => NOW, project: "blog", previousHashSecret: SECRETS[0] }), "2-option", { ...variables, TRACK_HASH_SECRET_PREVIOUS: "" });
    expect((await storedEvents()).map((row) => [row["event_id"], row["user_hash"]])).toEqual([
      ["1-variable", await hashUserId(SECRETS[1], "a", "shop")],
      ["2-option", await hashUserId(SECRETS[1], "a", "blog")],
    ]);
    const { results } = await db.prepare("SELECT known_as FROM skill_usage_aliases ORDER BY known_as").all<{ known_as: string }>();
    expect(results.map(({ known_as }) => known_as).toSorted()).toEqual((await Promise.all(["shop", "blog"].map((project) => hashUserId(SECRETS[0], "a", project)))).toSorted());
  });
});

describe("before the new secret is set", () => {
  it("the old one may stand in both places already", async () => {
    const result = (await post({ hashSecret: SECRETS[0], previousHashSecret: SECRETS[0] }, [call("a", "1")])).result;
    expect([result.accepted, await count("aliases")]).toEqual([1, 0]);
  });
});

describe("when the old secret is gone", () => {
  it("whoever called in between is found with all that is stored; of all others only what the new secret made", async () => {
    await post(FIRST, [call("stayed", "1", NOW - DAY_MS), call("away", "2", NOW - DAY_MS)]);
    await post(BOTH, [call("stayed", "3")]);
    await post(SECOND, [call("away", "4")]);
    await rollUpAll(NOW + DAY_MS);
    expect(await getRetentionStats(db, { range: "7d", now: NOW })).toMatchObject({ wau: 3 });
    for (const [userId, events] of [["stayed", 2], ["away", 1]] as const) {
      expect(await eraseSubject(db, { subjects: await subjectsBy(SECOND, userId), now: NOW })).toMatchObject({ isFinished: true, events });
    }
    expect((await storedEvents()).map((row) => row["event_id"])).toEqual(["2"]);
  });

  it("aliases go with their people", async () => {
    await post(FIRST, [call("a", "1")]);
    await post(BOTH, [call("a", "2")]);
    await rollUpAll(NOW + DAY_MS);
    for (const [days, left] of [[300, 1], [450, 0]] as const) {
      await cleanUp(db, { now: NOW + days * DAY_MS, ...RETENTION });
      expect([await count("people"), await count("aliases")]).toEqual([left, left]);
    }
  });
});
