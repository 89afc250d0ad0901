/**
 * The promise of the roll-ups: whatever happens, in whatever order, every figure equals the one that plain arithmetic
 * gives on the events. Random histories are driven step by step, and every question is asked after every step.
 */
import * as fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { cleanUp } from "../../src/worker/clean-up.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { type EraseBounds, type EraseParams, type EraseReport, eraseSubject } from "../../src/worker/subjects/erase.ts";
import { expectAgreement } from "../support/agreement.ts";
import { clearEvents, db, migrate, numberOf, rawFrom, storedEvents, subjectOf, tracesOf } from "../support/database.ts";
import { Stopped, stopAfter } from "../support/faulty-database.ts";
import { type PlainEvent, randomFrom } from "../support/history.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const RETENTION = { rawRetentionDays: 5, rollUpRetentionDays: 400 };

/** One thing that happens. `size` and `seed` say how much of it and which. */
interface Step {
  what: (typeof KINDS)[number];
  size: number;
  seed: number;
}

const KINDS = [
  ...(["events", "events", "late events", "a retry", "events while a roll-up runs", "time passes", "days pass"] as const),
  ...(["a roll-up", "a roll-up that stops", "two roll-ups at once", "a clean-up", "a clean-up that stops"] as const),
  ...(["an erasure", "an erasure that stops", "an erasure under load", "an erasure goes on", "two erasures at once"] as const),
] as const;

const steps = fc.array(fc.record({ what: fc.constantFrom(...KINDS), size: fc.integer({ min: 1, max: 40 }), seed: fc.integer() }), { minLength: 6, maxLength: 16 });

/** Small, so that an erasure has many steps and ends in the midst of them. */
const BOUNDS: EraseBounds = { queries: 60, eventsPerChunk: 2, firstDays: 1 };
const FEW = { ...BOUNDS, queries: 16 };

/** A history as it unfolds: what was done to the database, and by which events its figures must be explained. */
class History {
  now = Date.UTC(2026, 10, 1, 9, 30);
  events: PlainEvent[] = [];
  #batches: PlainEvent[][] = [];
  #made = 0;
  /** Who is being erased: figures are between two states until it is done. */
  #pending: string | undefined;
  /** Until when events of each person are not taken. */
  #erasedUntil = new Map<string, number>();

  async take({ what, size, seed }: Step): Promise<void> {
    const random = randomFrom(seed);
    if (what === "events") await this.#post(this.#make(size, random, 0.1));
    if (what === "late events") await this.#post(this.#make(size, random, 4.9));
    if (what === "a retry") await this.#post(this.#batches[Math.floor(random() * this.#batches.length)] ?? []);
    if (what === "events while a roll-up runs") await Promise.all([this.#post(this.#make(size, random, 2)), rollUp(db, this.now)]);
    if (what === "time passes") this.now += Math.floor(random() * size * HOUR_MS);
    if (what === "days pass") await this.#passDays(1 + (size % 6));
    if (what === "a roll-up") await rollUp(db, this.now);
    if (what === "a roll-up that stops") await stopping(() => rollUp(stopAfter(db, size % 5), this.now));
    if (what === "two roll-ups at once") await Promise.all([rollUp(db, this.now), rollUp(db, this.now)]);
    if (what === "a clean-up") await cleanUp(db, { now: this.now, ...RETENTION });
    if (what === "a clean-up that stops") await stopping(() => cleanUp(stopAfter(db, size % 4), { now: this.now, ...RETENTION }));
    const userId = this.#pending ?? `user-${size % 8}`;
    if (what === "an erasure" || (what === "an erasure goes on" && this.#pending !== undefined)) await this.#erase(userId);
    if (what === "an erasure that stops") await this.#eraseInPart(userId, (subject) => eraseSubject(stopAfter(db, size % 7), subject));
    if (what === "an erasure that stops" && size % 3 === 0) await this.#eraseInPart(userId, (subject) => eraseSubject(db, { ...subject, bounds: FEW }));
    if (what === "two erasures at once") await this.#erase(userId, (subject) => Promise.all([eraseSubject(db, subject), eraseSubject(db, subject)]));
    if (what === "an erasure under load") {
      const retried = () => this.#batches[Math.floor(random() * this.#batches.length)] ?? [];
      const load = () => [rollUp(db, this.now), this.#send(retried()), this.#send(this.#make(size, random, 4.9)), this.#send(retried())];
      await this.#erase(userId, (subject) => Promise.all([...load(), eraseSubject(db, subject), ...load()]));
    }
  }

  /** Asks everything, over a range that the seed chooses. */
  async check(seed: number): Promise<void> {
    if (this.#pending !== undefined) return;
    const random = randomFrom(seed);
    const ids = new Set((await storedEvents()).map((row) => row["event_id"]));
    const stored = this.events.filter((event) => ids.has(event.id));
    const from = await rawFrom();
    expect(stored.length, "no event is lost before its time").toBeGreaterThanOrEqual(this.events.filter((event) => event.startedAt >= from).length);
    expect(ids.size, "no event is invented").toBe(stored.length);
    const filter = random() < 0.3 ? { skill: `skill-${Math.floor(random() * 3)}` } : random() < 0.2 ? { source: "mcp" } : {};
    const off = Math.floor(this.now - random() * 9 * DAY_MS);
    const ranges = [{ range: "24h" }, { range: "7d" }, { range: "30d" }, { from: off, to: off + Math.ceil(random() * 100) * HOUR_MS }] as const;
    const range = ranges[Math.floor(random() * ranges.length)] ?? {};
    const beforeRange = Math.min(off, this.now - 31 * DAY_MS);
    const comparison = random() < 0.3 ? { compareFrom: Math.floor(beforeRange - HOUR_MS - random() * 9 * DAY_MS) } : {};
    await expectAgreement(db, this.events, { ...range, ...filter, ...comparison, now: this.now }, stored);
  }

  #make(count: number, random: () => number, days: number): PlainEvent[] {
    return Array.from({ length: count }, () => {
      const startedAt = Math.floor(this.now - random() * days * DAY_MS);
      const outcome = random() < 0.8 ? "ok" : random() < 0.7 ? "error" : "cancelled";
      return {
        id: `event-${this.#made++}`,
        // Some skills come and go: erasing a person may take the first or the last call of one.
        skill: random() < 0.8 ? `skill-${Math.floor(random() * 3)}` : `passing-${Math.floor(startedAt / (2 * DAY_MS))}`,
        startedAt,
        durationMs: Math.floor(Math.exp(random() * 14)) - 1,
        outcome,
        errorType: outcome === "error" ? `Error${Math.floor(random() * 3)}` : undefined,
        userId: random() < 0.15 ? undefined : `user-${Math.floor(random() * 8)}`,
        version: `${Math.floor(random() * 2)}`,
        source: random() < 0.5 ? "mcp" : "",
      } as const;
    });
  }

  async #post(batch: PlainEvent[]): Promise<void> {
    const known = new Set(this.events.map((event) => event.id));
    const result = await this.#send(batch);
    const isRejected = (index: number) => result.rejected.some((rejection) => rejection.index === index);
    const stored = batch.filter((event, index) => !known.has(event.id) && !isRejected(index) && !this.#isErased(event));
    this.events.push(...stored);
    expect(result.accepted).toBe(stored.length);
  }

  /** Days with their cron, after which the oldest events are known from roll-ups alone. */
  async #passDays(days: number): Promise<void> {
    this.now += days * DAY_MS;
    while ((await rollUp(db, this.now)).isUnfinished);
    await cleanUp(db, { now: this.now, ...RETENTION });
  }

  /** Sends a batch; what became of it is left to see in the database. */
  async #send(batch: PlainEvent[]) {
    this.#batches.push(batch);
    return (await ingestEvents(db, batch, { hashSecret: HASH_SECRET, now: this.now, rawRetentionDays: RETENTION.rawRetentionDays })).result;
  }

  #isErased({ userId, startedAt }: PlainEvent): boolean {
    return typeof userId === "string" && startedAt <= (this.#erasedUntil.get(userId) ?? -1);
  }

  /** Erases to the end. `first` is how it begins. */
  async #erase(userId: string, first?: (subject: EraseParams) => Promise<unknown>): Promise<void> {
    const person = await numberOf(userId);
    if (first !== undefined) await this.#eraseInPart(userId, first);
    const goOn = async () => {
      const reports: EraseReport[] = [];
      await this.#eraseInPart(userId, async (subject) => reports.push(await eraseSubject(db, subject)));
      return reports.at(-1)?.isFinished ?? false;
    };
    while (!(await goOn()));
    this.#pending = undefined;
    // Events that were gone before count on, of nobody.
    this.events = this.events.map((event) => (event.userId === userId && this.#isErased(event) ? { ...event, userId: null } : event));
    const { userHash } = await subjectOf(userId);
    expect(await tracesOf([userHash], person), "nothing is left").toEqual([]);
    await stopping(() => rollUp(db, this.now));
    expect(await tracesOf([userHash], person), "and nothing comes back").toEqual([]);
  }

  /** Lets some of an erasure happen, and takes from the model what it took. */
  async #eraseInPart(userId: string, work: (subject: EraseParams) => Promise<unknown>): Promise<void> {
    const from = await rawFrom();
    const subjects = [await subjectOf(userId)];
    await stopping(() => work({ subjects, now: this.now, bounds: BOUNDS }));
    const { tombstone } = await subjectOf(userId);
    const until = await db.prepare("SELECT erased_until FROM skill_usage_erasures WHERE tombstone = ?1").bind(tombstone).first<number>("erased_until");
    if (until === null) return;
    this.#pending = userId;
    this.#erasedUntil.set(userId, Math.max(until, this.#erasedUntil.get(userId) ?? 0));
    const ids = new Set((await storedEvents()).map((row) => row["event_id"]));
    const known = new Set(this.events.map((event) => event.id));
    // What load brought meanwhile is known by being there.
    const sent = new Map(this.#batches.flat().map((event) => [event.id, event]));
    this.events.push(...[...sent.values()].filter((event) => ids.has(event.id) && !known.has(event.id)));
    this.events = this.events.filter((event) => event.userId !== userId || event.startedAt < from || !this.#isErased(event) || ids.has(event.id));
  }
}

async function stopping(work: () => Promise<unknown>): Promise<void> {
  await work().catch((error: unknown) => {
    if (!(error instanceof Stopped)) throw error;
  });
}

beforeAll(migrate);

describe("a random history", () => {
  it("gives the figures of plain arithmetic after every step", { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (history) => {
        await clearEvents();
        const model = new History();
        await model.take({ what: "events", size: 30, seed: history.length });
        for (const step of history) {
          await model.take(step);
          await model.check(step.seed);
        }
        await model.take({ what: "an erasure goes on", size: 1, seed: history.length });
        await model.check(history.length);
      }),
      { numRuns: 40 },
    );
  });
});
