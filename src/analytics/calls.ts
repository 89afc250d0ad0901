/**
 * What happened, call by call?
 *
 * There is no index by skill or outcome, since each would cost a row written for every event. So a page looks at a bounded
 * number of calls, newest first, and may be short although there are more: `cursor` goes on behind what was looked at.
 */
import { bindQuery, type Database, type Query, runBatch } from "../database.ts";
import { type Outcome, OUTCOMES } from "../event.ts";
import { acceptsAll, bindScope, type FilterParams, SCOPE_SQL } from "../rollup/scope.ts";
import type { CallEntry, RecentCalls, Span } from "./answers.ts";
import { type ErrorRow, errorOf } from "./errors.ts";
import { countOf, cursorOf, type Place, spanBefore } from "./page.ts";
import { type AnalyticsQuery, InvalidQueryError, scopeOf } from "./range.ts";
import { envelopeOf } from "./shape.ts";

/** A question about calls. */
export interface CallsQuery extends AnalyticsQuery {
  /** Only calls that ended so; several are alternatives. @default all */
  outcome?: Outcome | readonly Outcome[] | undefined;
  /** Calls in one answer, at most 500. @default 50 */
  limit?: number | undefined;
  /** Where to go on: `cursor` of the answer before. */
  cursor?: string | undefined;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;

/** Calls that one page looks at, twice. */
const MAX_LOOKED_AT = 2_000;

export interface CallRow extends ErrorRow {
  variant: string;
}

export const CALL_COLUMNS: readonly (keyof CallRow)[] = [
  ...(["event_id", "started_at", "skill", "version", "source", "variant"] as const),
  ...(["outcome", "error_type", "error_message", "duration_ms", "metadata"] as const),
];
const COLUMNS = CALL_COLUMNS.join(", ");

export interface PageParams extends Span {
  /** Only calls older than this one. */
  before: Place;
}

/** Reads how far back the next `count` calls reach: no row when there are fewer. */
export const farthestCallQuery: Query<PageParams & { count: number }, Pick<CallRow, "started_at" | "event_id">> = {
  sql: `
SELECT started_at, event_id
FROM skill_usage_events
WHERE started_at >= CAST(?1 AS INTEGER)
  AND started_at < CAST(?2 AS INTEGER)
  AND (started_at, event_id) < (CAST(?3 AS INTEGER), ?4)
ORDER BY started_at DESC, event_id DESC
LIMIT 1 OFFSET ?5`,
  bind: ({ from, to, before, count }) => [from, to, before.startedAt, before.id, count - 1],
  columns: ["started_at", "event_id"],
};

export interface CallsParams extends PageParams {
  filters: FilterParams;
  /** JSON array of accepted outcomes; `null` accepts all. */
  outcome: string | null;
  /** No call older than this one. */
  downTo: Place;
  limit: number;
}

/** Reads calls, newest first. */
export const callsQuery: Query<CallsParams, CallRow> = {
  sql: `
SELECT ${COLUMNS}
FROM skill_usage_events
WHERE ${SCOPE_SQL}
  AND (started_at, event_id) < (CAST(?7 AS INTEGER), ?8)
  AND (started_at, event_id) >= (CAST(?9 AS INTEGER), ?10)
  AND (?11 IS NULL OR outcome IN (SELECT value FROM json_each(?11)))
ORDER BY started_at DESC, event_id DESC
LIMIT ?12`,
  bind: ({ before, downTo, outcome, limit, ...scope }) => [
    ...bindScope(scope),
    ...[before.startedAt, before.id, downTo.startedAt, downTo.id, outcome, limit],
  ],
  columns: CALL_COLUMNS,
};

/**
 * Answers the calls of a range, newest first.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getCalls(db: Database, query: CallsQuery = {}): Promise<RecentCalls> {
  const scope = scopeOf(query);
  const { range, filters } = scope;
  const limit = countOf(query.limit ?? DEFAULT_LIMIT, "limit", MAX_LIMIT);
  const outcome = outcomesOf(query.outcome);
  const span = spanBefore(range, query.cursor);
  // Without filters every call that is looked at is one of the page. The two readings see different moments, but the same
  // stretch of calls, so none is passed over and none comes twice.
  const isNarrowed = !acceptsAll(filters) || outcome !== null;
  const bound = isNarrowed ? await runBatch(db, [bindQuery(db, farthestCallQuery, { ...span, count: MAX_LOOKED_AT })]) : null;
  const farthest = bound?.rows[0][0];
  const downTo = farthest === undefined ? { startedAt: range.from, id: "" } : { startedAt: farthest.started_at, id: farthest.event_id };
  // One row more than asked tells whether there is a next page.
  const page = { ...span, from: downTo.startedAt, downTo, filters, outcome, limit: limit + 1 };
  const { rows, cost } = await runBatch(db, [bindQuery(db, callsQuery, page)]);
  const found = rows[0];
  return {
    ...envelopeOf(scope, { ...cost, rowsRead: (bound?.cost.rowsRead ?? 0) + cost.rowsRead }),
    calls: found.slice(0, limit).map(callOf),
    cursor: cursorOf(found.length > limit ? found[limit - 1] : farthest),
  };
}

/** One call, as answers show it. */
export function callOf(row: CallRow): CallEntry {
  return { ...errorOf(row), variant: row.variant };
}

function outcomesOf(outcome: CallsQuery["outcome"]): string | null {
  if (outcome === undefined) return null;
  const outcomes = [outcome].flat().map(parseOutcome);
  return outcomes.length === 0 ? null : JSON.stringify(outcomes);
}

/**
 * Reads how a call ended.
 *
 * @throws InvalidQueryError when there is no such end
 */
export function parseOutcome(name: string): Outcome {
  const outcome = OUTCOMES.find((known) => known === name);
  if (outcome === undefined) throw new InvalidQueryError(`"outcome" is one of ${OUTCOMES.join(", ")}.`);
  return outcome;
}
