/** What failed, with which message, and since when? */
import { bindQuery, type Database, type Query, runBatch } from "../database.ts";
import type { Outcome } from "../event.ts";
import { bindScope, SCOPE_SQL, type ScopeParams } from "../rollup/scope.ts";
import type { ErrorEntry, RecentErrors } from "./answers.ts";
import { bindErrorGroups, errorGroupsOf } from "./error-groups.ts";
import { countOf, cursorOf, spanBefore } from "./page.ts";
import { type AnalyticsQuery, InvalidQueryError, scopeOf } from "./range.ts";
import { comparedEnvelopeOf } from "./shape.ts";

/** A question about failures. */
export interface ErrorsQuery extends AnalyticsQuery {
  /** Failures in one answer, at most 500. @default 50 */
  limit?: number | undefined;
  /** Where to go on: `cursor` of the answer before. */
  cursor?: string | undefined;
  /** Only failures of one kind: `fingerprint` of a group, 16 hex digits. */
  fingerprint?: string | undefined;
  /** Groups in one answer, the most frequent, at most 1,000. @default 200 */
  groups?: number | undefined;
}

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 500;
const DEFAULT_GROUPS = 200;
const MAX_GROUPS = 1_000;

export interface ErrorsParams extends ScopeParams {
  fingerprint: string | null;
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
  AND (?10 IS NULL OR error_fingerprint = ?10)
ORDER BY started_at DESC, event_id DESC
LIMIT ?9`,
  bind: (params) => [...bindScope(params), params.before.startedAt, params.before.id, params.limit, params.fingerprint],
  columns: [
    ...(["event_id", "started_at", "skill", "version", "source"] as const),
    ...(["outcome", "error_type", "error_message", "duration_ms", "metadata"] as const),
  ],
};

/**
 * Answers the failures (`error`, `timeout`) of a range, newest first, and their groups, the most frequent first.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getRecentErrors(db: Database, query: ErrorsQuery = {}): Promise<RecentErrors> {
  const scope = scopeOf(query);
  const { range, filters } = scope;
  const limit = countOf(query.limit ?? DEFAULT_LIMIT, "limit", MAX_LIMIT);
  const groups = countOf(query.groups ?? DEFAULT_GROUPS, "groups", MAX_GROUPS);
  const fingerprint = fingerprintOf(query.fingerprint);
  const { rows, cost } = await runBatch(db, [
    // One row more than asked tells whether there is a next page.
    bindQuery(db, errorsQuery, { ...spanBefore(range, query.cursor), filters, fingerprint, limit: limit + 1 }),
    bindErrorGroups(db, scope, { fingerprint, limit: groups }),
  ]);
  const [found, groupRows] = rows;
  return {
    ...comparedEnvelopeOf(scope, cost),
    errors: found.slice(0, limit).map(errorOf),
    groups: errorGroupsOf(scope, groupRows),
    groupsTotal: groupRows[0]?.groups_total ?? 0,
    cursor: found.length > limit ? cursorOf(found[limit - 1]) : null,
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

function fingerprintOf(fingerprint: string | undefined): string | null {
  if (fingerprint === undefined) return null;
  if (/^[0-9a-f]{16}$/.test(fingerprint)) return fingerprint;
  throw new InvalidQueryError('"fingerprint" is that of a group of errors: 16 hex digits.');
}
