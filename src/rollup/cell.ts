/**
 * Usage cells: the calls of one skill, version, source and variant in one hour, quarter of a
 * day or day. Every figure is a sum of
 * cells; people are a union of theirs.
 */
import { OUTCOMES, type Outcome } from "../event.ts";
import { type People, peopleOf } from "./people-set.ts";
import { mergeSketch, type Sketch } from "./sketch.ts";

/** Calls by what was counted of them. */
export interface UsageSum {
  calls: number;
  callsWithoutUser: number;
  outcomes: Record<Outcome, number>;
  durationSumMs: number;
  durations: Sketch;
  /** Failures by error type; `""` where none was said. */
  errorTypes: Map<string, number>;
  lastAt: number;
  /** Calls that stand under the skill `other` instead of their own. */
  foldedCalls: number;
  /** Failures that stand under the type `other` instead of their own. */
  foldedErrors: number;
}

/** One cell. */
export interface UsageCell extends UsageSum {
  /** Start of the period, ms since 1970. */
  at: number;
  skill: string;
  version: string;
  source: string;
  variant: string;
  people: People;
}

/** A row of `skill_usage_cells`, or what stands for one. */
export interface CellRow {
  starts_at: number;
  skill: string;
  version: string;
  source: string;
  variant: string;
  ok: number;
  error: number;
  timeout: number;
  cancelled: number;
  refused: number;
  calls_without_user: number;
  duration_sum_ms: number;
  last_at: number;
  durations: string;
  error_types: string;
  users: number;
  /** `null` where the reading did not ask for people. */
  people: string | null;
  people_level: number;
  folded_calls: number;
  folded_errors: number;
}

/** The columns of `CellRow`, in their order. */
export const CELL_COLUMNS: readonly (keyof CellRow)[] = [
  ...(["starts_at", "skill", "version", "source", "variant"] as const),
  ...(["ok", "error", "timeout", "cancelled", "refused", "calls_without_user", "duration_sum_ms", "last_at"] as const),
  ...(["durations", "error_types", "users", "people", "people_level", "folded_calls", "folded_errors"] as const),
];

/** Reads a row. */
export function cellOf(row: CellRow): UsageCell {
  const { ok, error, timeout, cancelled, refused } = row;
  return {
    at: row.starts_at,
    skill: row.skill,
    version: row.version,
    source: row.source,
    variant: row.variant,
    calls: ok + error + timeout + cancelled + refused,
    callsWithoutUser: row.calls_without_user,
    outcomes: { ok, error, timeout, cancelled, refused },
    durationSumMs: row.duration_sum_ms,
    durations: sketchOf(row.durations),
    errorTypes: new Map(row.error_types === "{}" ? [] : Object.entries(JSON.parse(row.error_types))),
    lastAt: row.last_at,
    people: peopleOf(row.users, row.people ?? "[]", row.people_level),
    foldedCalls: row.folded_calls,
    foldedErrors: row.folded_errors,
  };
}

function sketchOf(json: string): Sketch {
  const counts: Record<string, number> = JSON.parse(json);
  const sketch: Sketch = new Map();
  for (const bucket in counts) sketch.set(Number(bucket), counts[bucket] ?? 0);
  return sketch;
}

/** The sum of some cells. People are no sum: see `PeopleCounter`. */
export function sumCells(cells: Iterable<UsageCell>): UsageSum {
  const sum = emptySum();
  for (const cell of cells) addCell(sum, cell);
  return sum;
}

function emptySum(): UsageSum {
  return {
    calls: 0,
    callsWithoutUser: 0,
    outcomes: { ok: 0, error: 0, timeout: 0, cancelled: 0, refused: 0 },
    durationSumMs: 0,
    durations: new Map(),
    errorTypes: new Map(),
    lastAt: 0,
    foldedCalls: 0,
    foldedErrors: 0,
  };
}

function addCell(into: UsageSum, from: UsageCell): void {
  into.calls += from.calls;
  into.callsWithoutUser += from.callsWithoutUser;
  for (const outcome of OUTCOMES) into.outcomes[outcome] += from.outcomes[outcome];
  into.durationSumMs += from.durationSumMs;
  mergeSketch(into.durations, from.durations);
  for (const [errorType, count] of from.errorTypes) into.errorTypes.set(errorType, (into.errorTypes.get(errorType) ?? 0) + count);
  into.lastAt = Math.max(into.lastAt, from.lastAt);
  into.foldedCalls += from.foldedCalls;
  into.foldedErrors += from.foldedErrors;
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
