/**
 * Which failures are the same one, how often does each happen, to how many people, and is it new?
 *
 * One pass over the failures of the range and of the one that it is compared to, so ten thousand groups cost no more than
 * one; what leaves the database is bounded by the number of groups that are asked for.
 */
import { type BoundQuery, bindQuery, type Database, type Query } from "../database.ts";
import { KNOWN_AS_SQL } from "../rollup/aliases.ts";
import { RAW_FROM_SQL } from "../rollup/marks.ts";
import { bindScope, FILTER_SQL, type ScopeParams } from "../rollup/scope.ts";
import type { ErrorGroup, Span } from "./answers.ts";
import { joinsDailyIdentities } from "./identity-mode.ts";
import type { Scope } from "./range.ts";
import { MAX_SLICES, type Slices, slicesOf } from "./shape.ts";

export interface ErrorGroupsParams extends ScopeParams {
  /** What was in it is not new. */
  before: Span;
  slices: Slices;
  fingerprint: string | null;
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
  users: number;
  calls_without_user: number;
  is_new: number;
  /** JSON: failures by slice, always 31 of them. */
  trend: string;
  /** Groups there are, the same in each row. */
  groups_total: number;
}

/** One argument a slice: D1 takes 32. */
const TREND_SQL = Array.from({ length: MAX_SLICES }, (_, slice) => `COUNT(*) FILTER (WHERE slice = ${slice})`).join(", ");

/** Groups failures that say the same but for numbers and names; the message is the latest one. Events of the compared range have no slice. */
export const errorGroupsQuery: Query<ErrorGroupsParams, ErrorGroupRow> = {
  sql: `
WITH spans (starts_at, ends_at, is_current) AS (
  VALUES
    (CAST(?1 AS INTEGER), CAST(?2 AS INTEGER), 1),
    (CAST(?7 AS INTEGER), CAST(?8 AS INTEGER), 0)
), failures AS (
  SELECT
    skill,
    error_type,
    COALESCE(error_fingerprint, '') AS fingerprint,
    error_message,
    started_at,
    ${KNOWN_AS_SQL} AS user_hash,
    is_current,
    CASE WHEN is_current THEN (started_at - CAST(?9 AS INTEGER)) / CAST(?10 AS INTEGER) END AS slice
  FROM spans
  CROSS JOIN skill_usage_events AS events INDEXED BY skill_usage_events_failures ON started_at >= starts_at AND started_at < ends_at
  WHERE outcome IN ('error', 'timeout')
    AND ${FILTER_SQL}
    AND (?11 IS NULL OR error_fingerprint = ?11)
)
SELECT
  skill,
  error_type,
  fingerprint,
  SUBSTR(MAX(PRINTF('%016d', started_at) || error_message) FILTER (WHERE is_current), 17) AS message,
  COUNT(*) FILTER (WHERE is_current) AS count,
  MIN(started_at) FILTER (WHERE is_current) AS first_at,
  MAX(started_at) FILTER (WHERE is_current) AS last_at,
  COUNT(DISTINCT user_hash) FILTER (WHERE is_current) AS users,
  COUNT(*) FILTER (WHERE is_current AND user_hash IS NULL) AS calls_without_user,
  MIN(is_current)
    AND CAST(?7 AS INTEGER) >= ${RAW_FROM_SQL}
    AND EXISTS (
      SELECT 1
      FROM skill_usage_events
      WHERE started_at >= CAST(?7 AS INTEGER)
        AND started_at < CAST(?8 AS INTEGER)
    ) AS is_new,
  json_array(${TREND_SQL}) AS trend,
  COUNT(*) OVER () AS groups_total
FROM failures
GROUP BY skill, error_type, fingerprint
HAVING MAX(is_current)
ORDER BY count DESC, last_at DESC, skill, error_type, fingerprint
LIMIT ?12`,
  bind: ({ before, slices, fingerprint, limit, ...scope }) => [
    ...bindScope(scope),
    ...[before.from, before.to, slices.from, slices.stepMs, fingerprint, limit],
  ],
  columns: [
    ...(["skill", "error_type", "fingerprint", "message", "count", "first_at", "last_at"] as const),
    ...(["users", "calls_without_user", "is_new", "trend", "groups_total"] as const),
  ],
};

/** Binds the query of the most frequent groups of a scope. */
export function bindErrorGroups(db: Database, scope: Scope, { fingerprint, limit }: Pick<ErrorGroupsParams, "fingerprint" | "limit">): BoundQuery<ErrorGroupRow> {
  const { range, before, filters } = scope;
  return bindQuery(db, errorGroupsQuery, { from: range.from, to: range.to, filters, before, slices: slicesOf(scope), fingerprint, limit });
}

/** The groups of an answer. */
export function errorGroupsOf(scope: Scope, rows: readonly ErrorGroupRow[]): ErrorGroup[] {
  const { count: slices } = slicesOf(scope);
  const joinsDays = joinsDailyIdentities(scope.range.from, scope.range.to, scope.dailyUntil);
  return rows.map((row) => ({
    skill: row.skill,
    errorType: row.error_type,
    fingerprint: row.fingerprint,
    message: row.message,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
    trend: JSON.parse(row.trend).slice(0, slices),
    users: joinsDays ? null : row.users,
    callsWithoutUser: row.calls_without_user,
    isNew: row.is_new === 1,
  }));
}
