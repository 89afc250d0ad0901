/**
 * Erasing a person, in steps of which each is one transaction, so that it may be stopped anywhere, go on in a later request, and
 * run beside ingest, roll-ups, clean-up and itself.
 *
 * 1. A tombstone: from here on ingest takes no event of the person that began up to now, so what is deleted stays deleted.
 * 2. The events go, a chunk at a time, each with marks for the roll-ups that counted them.
 * 3. The person's row goes: later calls get another number. The old one is kept only until the next step is done.
 * 4. The number leaves the lists of cells and days. Where the events are gone since long, the calls stay counted, of nobody.
 */
import { type Cost, costOf, type Database, type StatementResult } from "../../database.ts";
import { LIMITS } from "../../event.ts";
import { DAY_MS } from "../../rollup/scope.ts";
import { daysBetween, daysOfPersonQuery, nextDays, type Subject, takeSpan } from "./days.ts";
import * as sql from "./erase-sql.ts";

/** Bounds of one run. */
export interface EraseBounds {
  /** D1: 50 queries an invocation on the free plan; some are left for the account of costs. */
  queries: number;
  /** Cloudflare's rules of D1: about 10,000 rows a statement. */
  eventsPerChunk: number;
  /** Days of the first statement; later ones go by the rows that it read. */
  firstDays: number;
}

const BOUNDS: EraseBounds = { queries: 45, eventsPerChunk: 10_000, firstDays: 4 };

/** What a run did. */
export interface EraseReport extends Cost {
  /** `false`: the bounds of this run were met, and the same request goes on. */
  isFinished: boolean;
  /** Events of the person that began up to here are erased, once finished, and are not taken again. */
  erasedUntil: number;
  /** The row in `skill_usage_audit`. */
  requestId: string;
  /** Rows of events that this run deleted. */
  events: number;
  /** Cells and days that this run took the person out of. */
  rollUps: number;
}

/** Who is to be erased, and when. */
export interface EraseParams {
  /** All pseudonyms of the person: one for each key that was in use. */
  subjects: readonly Subject[];
  now: number;
  bounds?: EraseBounds | undefined;
}

/** Erases a person as far as the bounds of one run allow. Rejects with what D1 says; then too the next run goes on. */
export async function eraseSubject(db: Database, { subjects, now, bounds = BOUNDS }: EraseParams): Promise<EraseReport> {
  const run = new EraseRun(db, now, bounds);
  let isFinished = true;
  for (const subject of subjects) isFinished = isFinished && (await run.erase(subject));
  return run.report(isFinished);
}

type Stage = sql.ErasureRow & { request_id: string };
type Bound = readonly [text: string, ...values: unknown[]];

class EraseRun {
  readonly #db: Database;
  readonly #now: number;
  readonly #bounds: EraseBounds;
  readonly #results: StatementResult<unknown>[] = [];
  #counts = { erasedUntil: 0, requestId: "", events: 0, rollUps: 0 };

  constructor(db: Database, now: number, bounds: EraseBounds) {
    this.#db = db;
    this.#now = now;
    this.#bounds = bounds;
  }

  report(isFinished: boolean): EraseReport {
    return { isFinished, ...this.#counts, ...costOf(this.#results) };
  }

  /** Works off an earlier request first, when one was left, and then its own. Gives whether all of it is done. */
  async erase(subject: Subject): Promise<boolean> {
    for (;;) {
      if (!this.#canAfford(3)) return false;
      const state = await this.#begin(subject);
      if (state === null) return true;
      const isDone = (await this.#eraseEvents(subject, state)) && (await this.#stripLists(subject, state));
      if (!isDone || !this.#canAfford(2)) return false;
      const done: unknown[] = [subject.tombstone, state.request_id];
      await this.#batch([[sql.FINISH_AUDIT_SQL, ...done, this.#now], [sql.FINISH_SQL, ...done]]);
      // A client's clock may be ahead by so much: what is erased reaches as far beyond the request.
      if (state.erased_until >= this.#now) return true;
    }
  }

  /** `null` when everything is erased already. */
  async #begin({ tombstone }: Subject): Promise<Stage | null> {
    const requestId = crypto.randomUUID();
    const results = await this.#batch<sql.ErasureRow>([
      [sql.BEGIN_SQL, tombstone, requestId, this.#now + LIMITS.clockSkewMs, this.#now],
      [sql.BEGIN_AUDIT_SQL, tombstone, requestId, this.#now],
      [sql.erasureQuery.sql, tombstone],
    ]);
    const state = results[2]?.results[0];
    this.#counts.requestId = state?.request_id ?? requestId;
    this.#counts.erasedUntil = Math.max(this.#counts.erasedUntil, state?.erased_until ?? 0);
    return state === undefined || state.request_id === null ? null : { ...state, request_id: state.request_id };
  }

  async #eraseEvents(subject: Subject, state: Stage): Promise<boolean> {
    const { tombstone, userHash } = subject;
    const { request_id, erased_until } = state;
    if (state.events_from === null) return true;
    const from = Math.max(state.events_from, state.oldest ?? Number.POSITIVE_INFINITY);
    const days = from > erased_until ? [] : await this.#daysOf(subject, daysBetween(from, erased_until));
    if (days === null) return false;
    let size = this.#bounds.firstDays;
    while (days.length > 0) {
      const span = takeSpan(days, size);
      const chunk = [userHash, Math.max(span.from, state.events_from), Math.min(span.to, erased_until + 1), this.#bounds.eventsPerChunk];
      for (let deleted = this.#bounds.eventsPerChunk; deleted >= this.#bounds.eventsPerChunk; ) {
        if (!this.#canAfford(4)) return false;
        const results = await this.#batch([
          [sql.MARK_CHUNK_SQL, ...chunk],
          [sql.DELETE_CHUNK_SQL, ...chunk],
          [sql.COUNT_EVENTS_SQL, request_id],
          [sql.MOVE_EVENTS_FROM_SQL, tombstone, request_id, span.from],
        ]);
        deleted = changesOf(results[1]);
        this.#counts.events += deleted;
        size = nextDays((span.to - span.from) / DAY_MS, results[0]?.meta.rows_read ?? 0);
      }
    }
    return this.#retireNumber(subject, state);
  }

  /** Takes the person's row away, and the number with it. */
  async #retireNumber({ tombstone, userHash }: Subject, state: Stage): Promise<boolean> {
    if (!this.#canAfford(6)) return false;
    const values = [tombstone, state.request_id, userHash];
    const results = await this.#batch<sql.ErasureRow>([
      [sql.MARK_LATER_CALLS_SQL, ...values],
      [sql.UNCOUNT_NEW_USER_SQL, ...values],
      [sql.KEEP_NUMBER_SQL, ...values],
      [sql.DELETE_PERSON_SQL, ...values],
      [sql.END_EVENTS_SQL, tombstone, state.request_id],
      [sql.erasureQuery.sql, tombstone],
    ]);
    Object.assign(state, results[5]?.results[0], { request_id: state.request_id });
    return true;
  }

  async #stripLists(subject: Subject, { request_id, lists_from, lists_to }: Stage): Promise<boolean> {
    if (lists_from === null || lists_to === null) return true;
    const { tombstone } = subject;
    const days = await this.#daysOf(subject, daysBetween(lists_from, Math.min(lists_to, this.#now + LIMITS.clockSkewMs)));
    if (days === null) return false;
    let size = this.#bounds.firstDays;
    while (days.length > 0) {
      if (!this.#canAfford(6)) return false;
      const some = days.splice(0, size);
      const values = [tombstone, JSON.stringify(some)];
      const results = await this.#batch([
        [sql.UNCOUNT_WINDOWS_SQL, ...values],
        [sql.STRIP_CELLS_SQL, ...values],
        [sql.COUNT_ROLL_UPS_SQL, request_id],
        [sql.STRIP_USER_DAYS_SQL, ...values],
        [sql.COUNT_ROLL_UPS_SQL, request_id],
        [sql.MOVE_LISTS_FROM_SQL, tombstone, request_id, (some.at(-1) ?? 0) + DAY_MS],
      ]);
      this.#counts.rollUps += changesOf(results[1]) + changesOf(results[3]);
      size = nextDays(some.length, results[1]?.meta.rows_read ?? 0);
    }
    return true;
  }

  /** Those of some days that may know the person; `null` when this run may ask no more. */
  async #daysOf(subject: Subject, days: readonly number[]): Promise<number[] | null> {
    if (!this.#canAfford(1)) return null;
    const [result] = await this.#batch<{ day: number }>([[daysOfPersonQuery.sql, ...daysOfPersonQuery.bind({ ...subject, days })]]);
    return (result?.results ?? []).map(({ day }) => day);
  }

  #canAfford(queries: number): boolean {
    return this.#results.length + queries <= this.#bounds.queries;
  }

  async #batch<Row = unknown>(statements: readonly Bound[]): Promise<StatementResult<Row>[]> {
    const results = await this.#db.batch<Row>(statements.map(([text, ...values]) => this.#db.prepare(text).bind(...values)));
    this.#results.push(...results);
    return results;
  }
}

function changesOf(result: StatementResult<unknown> | undefined): number {
  return result?.meta.changes ?? 0;
}
