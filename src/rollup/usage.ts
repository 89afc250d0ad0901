/**
 * Usage cells: what happened to one skill in one hour or one day. Every figure but people is a sum of cells.
 *
 * They are read from the events grouped as finely as a sketch needs it, and put together here, which keeps the SQL to
 * one statement and the figures exact at every moment.
 */
import type { Query } from "../database.ts";
import type { Outcome } from "../event.ts";
import { bindScope, SCOPE_SQL, type ScopeParams } from "./scope.ts";
import { BUCKET_SQL, mergeSketch, type Sketch } from "./sketch.ts";

/** Calls of one skill in one period. Cells add up, see `addCell`. */
export interface UsageCell {
  /** Start of the period, ms since 1970. */
  at: number;
  skill: string;
  calls: number;
  callsWithoutUser: number;
  outcomes: Record<Outcome, number>;
  durationSumMs: number;
  durations: Sketch;
  /** Failures by error type; `""` where none was said. */
  errorTypes: Map<string, number>;
  lastAt: number;
}

export interface UsageParams extends ScopeParams {
  /** Length of a period in ms: an hour or a day. */
  periodMs: number;
}

export interface UsageRow {
  at: number;
  skill: string;
  outcome: Outcome;
  error_type: string | null;
  bucket: number;
  calls: number;
  calls_without_user: number;
  duration_sum_ms: number;
  last_at: number;
}

/** Reads events as parts of usage cells, one row per period, skill, outcome, error type and duration bucket. */
export const usageQuery: Query<UsageParams, UsageRow> = {
  sql: `
SELECT
  started_at / CAST(?7 AS INTEGER) * CAST(?7 AS INTEGER) AS at,
  skill,
  outcome,
  CASE WHEN outcome IN ('error', 'timeout') THEN error_type END AS error_type,
  ${BUCKET_SQL} AS bucket,
  COUNT(*) AS calls,
  COUNT(*) - COUNT(user_hash) AS calls_without_user,
  SUM(duration_ms) AS duration_sum_ms,
  MAX(started_at) AS last_at
FROM skill_usage_events
WHERE ${SCOPE_SQL}
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5`,
  bind: (params) => [...bindScope(params), params.periodMs],
  columns: ["at", "skill", "outcome", "error_type", "bucket", "calls", "calls_without_user", "duration_sum_ms", "last_at"],
};

/** Puts the rows of `usageQuery` together into cells, one per period and skill. */
export function cellsOf(rows: readonly UsageRow[]): UsageCell[] {
  const cells = new Map<string, UsageCell>();
  for (const row of rows) {
    const key = `${row.at} ${row.skill}`;
    const cell = cells.get(key) ?? emptyCell(row.at, row.skill);
    cells.set(key, cell);
    addRow(cell, row);
  }
  return [...cells.values()];
}

/** A cell without calls. */
export function emptyCell(at: number, skill: string): UsageCell {
  return {
    at,
    skill,
    calls: 0,
    callsWithoutUser: 0,
    outcomes: { ok: 0, error: 0, timeout: 0, cancelled: 0, refused: 0 },
    durationSumMs: 0,
    durations: new Map(),
    errorTypes: new Map(),
    lastAt: 0,
  };
}

/** Adds the calls of `from` to `into`, whatever their skill and period. */
export function addCell(into: UsageCell, from: UsageCell): void {
  into.calls += from.calls;
  into.callsWithoutUser += from.callsWithoutUser;
  for (const outcome of ["ok", "error", "timeout", "cancelled", "refused"] as const) {
    into.outcomes[outcome] += from.outcomes[outcome];
  }
  into.durationSumMs += from.durationSumMs;
  mergeSketch(into.durations, from.durations);
  for (const [errorType, count] of from.errorTypes) addTo(into.errorTypes, errorType, count);
  into.lastAt = Math.max(into.lastAt, from.lastAt);
}

/** The sum of some cells. */
export function sumCells(cells: Iterable<UsageCell>): UsageCell {
  const sum = emptyCell(0, "");
  for (const cell of cells) addCell(sum, cell);
  return sum;
}

/** Cells in groups, by a key of each. */
export function groupCells<Key>(cells: Iterable<UsageCell>, keyOf: (cell: UsageCell) => Key): Map<Key, UsageCell[]> {
  const groups = new Map<Key, UsageCell[]>();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell));
    if (group === undefined) groups.set(keyOf(cell), [cell]);
    else group.push(cell);
  }
  return groups;
}

function addRow(cell: UsageCell, row: UsageRow): void {
  cell.calls += row.calls;
  cell.callsWithoutUser += row.calls_without_user;
  cell.outcomes[row.outcome] += row.calls;
  cell.durationSumMs += row.duration_sum_ms;
  addTo(cell.durations, row.bucket, row.calls);
  if (row.outcome === "error" || row.outcome === "timeout") addTo(cell.errorTypes, row.error_type ?? "", row.calls);
  cell.lastAt = Math.max(cell.lastAt, row.last_at);
}

function addTo<Key>(counts: Map<Key, number>, key: Key, count: number): void {
  counts.set(key, (counts.get(key) ?? 0) + count);
}
