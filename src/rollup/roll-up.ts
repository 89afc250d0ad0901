/**
 * Rolling up: rebuilds the cells of dirty hours, quarters and days from their events. May be run at any time, by any number of
 * Workers at once, and stopped anywhere: a batch is a transaction, and a mark goes with the work that it asked for.
 */
import { type Cost, costOf, type Database, type StatementResult } from "../database.ts";
import { bindFilters, DAY_MS, HOUR_MS, NO_FILTERS, QUARTER_MS } from "./scope.ts";
import * as sql from "./roll-up-sql.ts";

/** A period is rolled up when it has been over for this long: late events would make the work be done twice. */
export const CLOSING_MS = 120_000;

/** Bounds of one run: the free plan allows 50 queries an invocation, and clean-up needs some of them. */
const MAX_HOUR_BATCHES = 2;
const MAX_QUARTER_BATCHES = 2;
const MAX_DAY_BATCHES = 2;
const MAX_SPANS = 240;

/** Events of one batch: D1 ends a transaction after 30 s, and 20,000 events take about one. A larger hour goes alone. */
const EVENTS_PER_BATCH = 20_000;

/** Days whose windows are counted in one run. */
const MAX_WINDOWS = 40;

/** What a run did. */
export interface RollUpReport extends Cost {
  /** Hours, quarters and days that it took on. */
  hours: number;
  quarters: number;
  days: number;
  /** Whether dirty periods that are over were left for the next run. */
  isUnfinished: boolean;
}

/** Rolls up what is dirty and over, oldest first, within the bounds of one run. Rejects with what D1 says. */
export async function rollUp(db: Database, now: number): Promise<RollUpReport> {
  const results: StatementResult<unknown>[] = [];
  const run = async (statements: readonly { sql: string; values: unknown[] }[]) => {
    const done = await db.batch<{ starts_at: number; events: number }>(statements.map(({ sql, values }) => db.prepare(sql).bind(...values)));
    results.push(...done);
    return done[0]?.results ?? [];
  };
  const rollUpAll = async (periodMs: number, maxBatches: number, statements: readonly string[]) => {
    const spans = await run([{ sql: sql.DIRTY_SPANS_SQL, values: [periodMs, now - CLOSING_MS, MAX_SPANS] }]);
    const batches = batchesOf(spans);
    for (const batch of batches.slice(0, maxBatches)) {
      const values = [periodMs, JSON.stringify(batch)];
      await run(statements.map((text) => ({ sql: text, values: text === sql.INSERT_CELLS_SQL ? [...values, ...bindFilters(NO_FILTERS)] : values })));
    }
    return { done: batches.slice(0, maxBatches).flat().length, isUnfinished: batches.length > maxBatches || spans.length === MAX_SPANS };
  };

  const hours = await rollUpAll(HOUR_MS, MAX_HOUR_BATCHES, HOUR_STATEMENTS);
  const quarters = await rollUpAll(QUARTER_MS, MAX_QUARTER_BATCHES, QUARTER_STATEMENTS);
  const days = await rollUpAll(DAY_MS, MAX_DAY_BATCHES, DAY_STATEMENTS);
  await run([{ sql: sql.COUNT_WINDOWS_SQL, values: [MAX_WINDOWS] }]);
  const isUnfinished = hours.isUnfinished || quarters.isUnfinished || days.isUnfinished;
  return { hours: hours.done, quarters: quarters.done, days: days.done, isUnfinished, ...costOf(results) };
}

/** People get their numbers before cells list them. */
const HOUR_STATEMENTS = [
  sql.MARK_LATER_FIRST_DAYS_SQL,
  sql.UPDATE_PEOPLE_SQL,
  sql.INSERT_PEOPLE_SQL,
  sql.DELETE_CELLS_SQL,
  sql.INSERT_CELLS_SQL,
  sql.DELETE_MARKS_SQL,
];

const QUARTER_STATEMENTS = [sql.DELETE_CELLS_SQL, sql.INSERT_CELLS_SQL, sql.DELETE_MARKS_SQL];

const DAY_STATEMENTS = [
  sql.DELETE_CELLS_SQL,
  sql.INSERT_CELLS_SQL,
  sql.UNCOUNT_WINDOWS_SQL,
  sql.UPSERT_USER_DAYS_SQL,
  sql.DELETE_MARKS_SQL,
];

/** Puts spans together as long as their events fit one batch. */
function batchesOf(spans: readonly { starts_at: number; events: number }[]): number[][] {
  const batches: number[][] = [];
  let events = Number.POSITIVE_INFINITY;
  for (const span of spans) {
    events += span.events;
    if (events > EVENTS_PER_BATCH) {
      batches.push([]);
      events = span.events;
    }
    batches.at(-1)?.push(span.starts_at);
  }
  return batches;
}
