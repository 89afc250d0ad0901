/** What failed, with which message, and since when? */
import { bindQuery, type Database, type Query, runBatch } from "../database.ts";
import type { Outcome } from "../event.ts";
import { bindScope, SCOPE_SQL, type ScopeParams } from "../rollup/scope.ts";
import type { ErrorEntry, RecentErrors } from "./answers.ts";
import { type AnalyticsQuery, InvalidQueryError, scopeOf } from "./range.ts";
import { envelopeOf } from "./shape.ts";

/** A question about failures. */
export interface ErrorsQuery extends AnalyticsQuery {
  /** Failures in one answer, at most 500. @default 50 */
  limit?: number | undefined;
  /** Where to go on: `cursor` of the answer before. */
  cursor?: string | undefined;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
/** Groups in one answer, most frequent first. */
const MAX_GROUPS = 200;

export interface ErrorsParams extends ScopeParams {
  /** Only failures older than this one. */
  before: { startedAt: number; id: string };
  limit: number;
}

export interface ErrorRow {
  event_id: string;
  started_at: number;
  skill: string;
  version: string;
  source: string;
  outcome: Outcome;
  error_type: string | null;
  error_message: string | null;
  duration_ms: number;
  metadata: string | null;
}

/** Reads failures, newest first. */
export const errorsQuery: Query<ErrorsParams, ErrorRow> = {
  sql: `
SELECT
  event_id,
  started_at,
  skill,
  version,
  source,
  outcome,
  error_type,
  error_message,
  duration_ms,
  metadata
FROM skill_usage_events INDEXED BY skill_usage_events_failures
WHERE outcome IN ('error', 'timeout')
  AND ${SCOPE_SQL}
  AND (started_at, event_id) < (CAST(?7 AS INTEGER), ?8)
ORDER BY started_at DESC, event_id DESC
LIMIT ?9`,
  bind: (params) => [...bindScope(params), params.before.startedAt, params.before.id, params.limit],
  columns: [
    ...(["event_id", "started_at", "skill", "version", "source"] as const),
    ...(["outcome", "error_type", "error_message", "duration_ms", "metadata"] as const),
  ],
};

export interface ErrorGroupsParams extends ScopeParams {
  limit: number;
}

export interface ErrorGroupRow {
  skill: string;
  error_type: string | null;
  fingerprint: string;
  message: string | null;
  count: number;
  first_at: number;
  last_at: number;
}

/** Groups failures that say the same but for numbers and names; the message is the latest one. */
export const errorGroupsQuery: Query<ErrorGroupsParams, ErrorGroupRow> = {
  sql: `
SELECT
  skill,
  error_type,
  COALESCE(error_fingerprint, '') AS fingerprint,
  SUBSTR(MAX(PRINTF('%016d', started_at) || error_message), 17) AS message,
  COUNT(*) AS count,
  MIN(started_at) AS first_at,
  MAX(started_at) AS last_at
FROM skill_usage_events INDEXED BY skill_usage_events_failures
WHERE outcome IN ('error', 'timeout')
  AND ${SCOPE_SQL}
GROUP BY skill, error_type, error_fingerprint
ORDER BY count DESC, last_at DESC, skill, error_type, fingerprint
LIMIT ?7`,
  bind: (params) => [...bindScope(params), params.limit],
  columns: ["skill", "error_type", "fingerprint", "message", "count", "first_at", "last_at"],
};

/**
 * Answers the failures (`error`, `timeout`) of a range, newest first, and their groups (the 200 largest).
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getRecentErrors(db: Database, query: ErrorsQuery = {}): Promise<RecentErrors> {
  const scope = scopeOf(query);
  const { range, filters } = scope;
  const limit = limitOf(query.limit);
  const before = query.cursor === undefined ? { startedAt: range.to, id: "" } : parseCursor(query.cursor);
  const { rows, cost } = await runBatch(db, [
    // One row more than asked tells whether there is a next page.
    bindQuery(db, errorsQuery, { from: range.from, to: range.to, filters, before, limit: limit + 1 }),
    bindQuery(db, errorGroupsQuery, { from: range.from, to: range.to, filters, limit: MAX_GROUPS }),
  ]);
  const [found, groups] = rows;
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    ...envelopeOf(scope, cost),
    errors: page.map(errorOf),
    groups: groups.map((row) => ({
      skill: row.skill,
      errorType: row.error_type,
      fingerprint: row.fingerprint,
      message: row.message,
      count: row.count,
      firstAt: row.first_at,
      lastAt: row.last_at,
    })),
    cursor: found.length > limit && last !== undefined ? `${last.started_at}.${last.event_id}` : null,
  };
}

/** One failure, as answers show it. */
export function errorOf(row: ErrorRow): ErrorEntry {
  return {
    id: row.event_id,
    startedAt: row.started_at,
    skill: row.skill,
    version: row.version,
    source: row.source,
    outcome: row.outcome,
    errorType: row.error_type,
    errorMessage: row.error_message,
    durationMs: row.duration_ms,
    metadata: row.metadata === null ? null : JSON.parse(row.metadata),
  };
}

function limitOf(limit: number = DEFAULT_LIMIT): number {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidQueryError(`"limit" is a whole number from 1 to ${MAX_LIMIT}.`);
}

function parseCursor(cursor: string): { startedAt: number; id: string } {
  const [, startedAt, id] = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor) ?? [];
  if (startedAt === undefined || id === undefined) throw new InvalidQueryError('"cursor" is the "cursor" of the answer before.');
  return { startedAt: Number(startedAt), id };
}
