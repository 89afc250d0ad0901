/**
 * Erasing a person, in steps of which each is one transaction, so that it may be stopped anywhere, go on in a later request, and
 * run beside ingest, roll-ups, clean-up and itself.
 *
 * 1. A tombstone for each pseudonym: from here on ingest takes no event of the person that began up to now, so what is deleted stays deleted.
 * 2. The events go, a chunk at a time, each with marks for the roll-ups that counted them.
 * 3. The person's row goes: later calls get another number. The old one is kept only until the next step is done.
 * 4. The number leaves the lists of cells and days. Where the events are gone since long, the calls stay counted, of nobody.
 */
import { type Cost, costOf, type Database, type StatementResult } from "../../database.ts";
import { LIMITS } from "../../event.ts";
import { DAY_MS } from "../../rollup/scope.ts";
import { daysBetween, daysOfPersonQuery, nextDays, takeSpan } from "./days.ts";
import * as sql from "./erase-sql.ts";
import * as state from "./erasure-state-sql.ts";
import type { Subject } from "./subject.ts";

/** Bounds of one run. */
export interface EraseBounds {
  /** D1: 50 queries an invocation on the free plan; some are left for finding the person and for the account of costs. */
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
  /** Everybody whom the person's id stands for: see `subjectsOf`. */
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

/**
 * Finishes erasures that were broken off, as far as the bounds of one run allow: what was asked for is done, though nobody asks
 * again. Rejects with what D1 says.
 */
export async function finishErasures(db: Database, now: number, bounds: EraseBounds = BOUNDS): Promise<EraseReport> {
  const run = new EraseRun(db, now, bounds);
  return run.report(await run.finishAll());
}

/** An erasure that is unfinished, and whose it is. */
type Stage = state.ErasureRow & { request_id: string; userHashes: readonly string[] };
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

  /** Works off earlier requests first, when some were left, and then its own. Gives whether all of it is done. */
  async erase(subject: Subject): Promise<boolean> {
    const [lead] = subject.tombstones;
    for (;;) {
      if (!this.#canAfford(5)) return false;
      const stages = await this.#begin(subject);
      for (const stage of stages) if (!(await this.#finish(stage))) return false;
      // A client's clock may be ahead by so much: what is erased reaches as far beyond the request.
      if (!stages.some(({ tombstone, erased_until }) => tombstone === lead && erased_until < this.#now)) return true;
    }
  }

  async finishAll(): Promise<boolean> {
    while (this.#canAfford(2)) {
      const [unfinished] = await this.#batch<{ tombstone: string }>([[state.unfinishedQuery.sql, 1]]);
      const tombstone = unfinished?.results[0]?.tombstone;
      if (tombstone === undefined) return true;
      const [results] = await this.#batch<state.ErasureRow>([[state.erasureQuery.sql, JSON.stringify([tombstone])], [state.FORGET_SQL, tombstone]]);
      for (const stage of stagesOf(results?.results ?? [], [])) {
        this.#counts.requestId = stage.request_id;
        this.#counts.erasedUntil = Math.max(this.#counts.erasedUntil, stage.erased_until);
        if (!(await this.#finish(stage))) return false;
      }
    }
    return false;
  }

  async #finish(stage: Stage): Promise<boolean> {
    const isDone = (await this.#eraseEvents(stage)) && (await this.#stripLists(stage));
    if (!isDone || !this.#canAfford(3)) return false;
    const done: unknown[] = [stage.tombstone, stage.request_id];
    await this.#batch([[state.FINISH_AUDIT_SQL, ...done, this.#now], [state.FINISH_SQL, ...done], [state.FORGET_SQL, stage.tombstone]]);
    return true;
  }

  /** What is unfinished of the person, its own request last. None: everything is erased already. */
  async #begin({ tombstones, userHashes }: Subject): Promise<Stage[]> {
    const [lead, ...others] = tombstones;
    const requestId = crypto.randomUUID();
    const all = JSON.stringify([...others, lead]);
    const results = await this.#batch<state.ErasureRow>([
      [state.BEGIN_SQL, lead, requestId, this.#now + LIMITS.clockSkewMs, this.#now, all],
      [state.BEGIN_ERASING_SQL, lead, JSON.stringify(userHashes)],
      [state.BEGIN_AUDIT_SQL, lead, requestId, this.#now],
      ...(others.length === 0 ? [] : [[state.GUARD_SQL, lead, JSON.stringify(others)] as const]),
      [state.erasureQuery.sql, all],
    ]);
    const rows = results.at(-1)?.results ?? [];
    this.#counts.requestId = rows.at(-1)?.request_id ?? requestId;
    this.#counts.erasedUntil = Math.max(this.#counts.erasedUntil, rows.at(-1)?.erased_until ?? 0);
    return stagesOf(rows, userHashes);
  }

  async #eraseEvents(stage: Stage): Promise<boolean> {
    const { tombstone, request_id, erased_until, userHashes } = stage;
    if (stage.events_from === null) return true;
    const from = Math.max(stage.events_from, stage.oldest ?? Number.POSITIVE_INFINITY);
    const days = from > erased_until ? [] : await this.#daysOf(stage, daysBetween(from, erased_until));
    if (days === null) return false;
    let size = this.#bounds.firstDays;
    while (days.length > 0) {
      const span = takeSpan(days, size);
      const chunk = [JSON.stringify(userHashes), Math.max(span.from, stage.events_from), Math.min(span.to, erased_until + 1), this.#bounds.eventsPerChunk];
      for (let deleted = this.#bounds.eventsPerChunk; deleted >= this.#bounds.eventsPerChunk; ) {
        if (!this.#canAfford(4)) return false;
        const results = await this.#batch([
          [sql.MARK_CHUNK_SQL, ...chunk],
          [sql.DELETE_CHUNK_SQL, ...chunk],
          [state.COUNT_EVENTS_SQL, request_id],
          [state.MOVE_EVENTS_FROM_SQL, tombstone, request_id, span.from],
        ]);
        deleted = changesOf(results[1]);
        this.#counts.events += deleted;
        size = nextDays((span.to - span.from) / DAY_MS, results[0]?.meta.rows_read ?? 0);
      }
    }
    return this.#retireNumber(stage);
  }

  /** Takes the person's row away, and the number with it. */
  async #retireNumber(stage: Stage): Promise<boolean> {
    if (!this.#canAfford(7)) return false;
    const { tombstone, request_id } = stage;
    const values = [tombstone, request_id, JSON.stringify(stage.userHashes)];
    const results = await this.#batch<state.ErasureRow>([
      [sql.MARK_LATER_CALLS_SQL, ...values],
      [sql.UNCOUNT_NEW_USER_SQL, ...values],
      [sql.KEEP_NUMBER_SQL, ...values],
      [sql.DELETE_PERSON_SQL, ...values],
      ...(stage.userHashes.length === 1 ? [] : [[sql.DELETE_ALIASES_SQL, ...values] as const]),
      [state.END_EVENTS_SQL, tombstone, request_id],
      [state.erasureQuery.sql, JSON.stringify([tombstone])],
    ]);
    Object.assign(stage, results.at(-1)?.results[0], { request_id });
    return true;
  }

  async #stripLists(stage: Stage): Promise<boolean> {
    const { tombstone, request_id, lists_from, lists_to } = stage;
    if (lists_from === null || lists_to === null) return true;
    const days = await this.#daysOf(stage, daysBetween(lists_from, Math.min(lists_to, this.#now + LIMITS.clockSkewMs)));
    if (days === null) return false;
    let size = this.#bounds.firstDays;
    while (days.length > 0) {
      if (!this.#canAfford(6)) return false;
      const some = days.splice(0, size);
      const values = [tombstone, JSON.stringify(some)];
      const results = await this.#batch([
        [sql.UNCOUNT_WINDOWS_SQL, ...values],
        [sql.STRIP_CELLS_SQL, ...values],
        [state.COUNT_ROLL_UPS_SQL, request_id],
        [sql.STRIP_USER_DAYS_SQL, ...values],
        [state.COUNT_ROLL_UPS_SQL, request_id],
        [state.MOVE_LISTS_FROM_SQL, tombstone, request_id, (some.at(-1) ?? 0) + DAY_MS],
      ]);
      this.#counts.rollUps += changesOf(results[1]) + changesOf(results[3]);
      size = nextDays(some.length, results[1]?.meta.rows_read ?? 0);
    }
    return true;
  }

  /** Those of some days that may know the person; `null` when this run may ask no more. */
  async #daysOf({ tombstone, userHashes }: Stage, days: readonly number[]): Promise<number[] | null> {
    if (!this.#canAfford(1)) return null;
    const values = daysOfPersonQuery.bind({ tombstones: [tombstone], userHashes, days });
    const [result] = await this.#batch<{ day: number }>([[daysOfPersonQuery.sql, ...values]]);
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

/** Those of some erasures that are unfinished. `userHashes` are those of one that does not say: from before it was noted. */
function stagesOf(rows: readonly state.ErasureRow[], userHashes: readonly string[]): Stage[] {
  return rows.flatMap(({ request_id, user_hashes, ...row }) =>
    request_id === null ? [] : [{ ...row, request_id, user_hashes, userHashes: user_hashes === null ? userHashes : JSON.parse(user_hashes) }],
  );
}

function changesOf(result: StatementResult<unknown> | undefined): number {
  return result?.meta.changes ?? 0;
}
