/**
 * How usage cells become the figures of an answer. Pure functions: every question shapes its answer with these.
 */
import type { DurationFigures, Envelope, SummaryFigures, TimePoint } from "./answers.ts";
import type { Cost } from "../database.ts";
import { DAY_MS, HOUR_MS } from "../rollup/scope.ts";
import { quantilesOf, type Sketch } from "../rollup/sketch.ts";
import { groupCells, sumCells, type UsageCell } from "../rollup/usage.ts";
import type { Scope } from "./range.ts";

/** Longest range that is shown by the hour. */
const MAX_HOURLY_MS = 7 * DAY_MS;

/** What every answer carries. */
export function envelopeOf(scope: Scope, cost: Cost): Envelope {
  return { range: scope.range, generatedAt: scope.now, cost: { rowsRead: cost.rowsRead } };
}

/** The length of a period of a scope: an hour up to 7 days, else a day. */
export function periodOf(scope: Scope): number {
  return scope.range.to - scope.range.from <= MAX_HOURLY_MS ? HOUR_MS : DAY_MS;
}

/**
 * The length of the cells to read for a scope. Daily cells can only stand for whole days: a range that begins at five
 * is read by the hour, even where it is shown by the day.
 */
export function cellPeriodOf(scope: Scope): number {
  const isWholeDays = scope.range.from % DAY_MS === 0 && scope.range.to % DAY_MS === 0;
  return isWholeDays ? periodOf(scope) : HOUR_MS;
}

/** Failures of a cell. */
export function errorsOf(cell: UsageCell): number {
  return cell.outcomes.error + cell.outcomes.timeout;
}

/** ok ÷ (ok + error + timeout): what people cancelled or refused says nothing about the skill. */
export function successRateOf(cell: UsageCell): number | null {
  const judged = cell.outcomes.ok + errorsOf(cell);
  return judged === 0 ? null : cell.outcomes.ok / judged;
}

/** Mean and percentiles of a cell's durations. */
export function durationsOf(cell: UsageCell): DurationFigures {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(cell.durations, [0.5, 0.95, 0.99]);
  return { avg: cell.calls === 0 ? null : cell.durationSumMs / cell.calls, p50, p95, p99 };
}

/** The headline figures of some cells. */
export function summaryOf(cells: readonly UsageCell[], users: number): SummaryFigures {
  const sum = sumCells(cells);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
    users,
    callsWithoutUser: sum.callsWithoutUser,
    skills: new Set(cells.map((cell) => cell.skill)).size,
    outcomes: sum.outcomes,
    durationMs: durationsOf(sum),
  };
}

/** One point per period of a range, without gaps. A period without calls has 0 calls and no percentiles. */
export function pointsOf(scope: Scope, cells: readonly UsageCell[], usersAt: ReadonlyMap<number, number>): TimePoint[] {
  const step = periodOf(scope);
  const byPeriod = groupCells(cells, (cell) => Math.floor(cell.at / step) * step);
  const points: TimePoint[] = [];
  for (let at = Math.floor(scope.range.from / step) * step; at < scope.range.to; at += step) {
    const sum = sumCells(byPeriod.get(at) ?? []);
    points.push({ at, calls: sum.calls, errors: errorsOf(sum), users: usersAt.get(at) ?? 0, ...tailOf(sum.durations) });
  }
  return points;
}

function tailOf(durations: Sketch): { p50: number | null; p95: number | null } {
  const [p50 = null, p95 = null] = quantilesOf(durations, [0.5, 0.95]);
  return { p50, p95 };
}
