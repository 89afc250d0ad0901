/**
 * How usage cells become the figures of an answer. Pure functions: every question shapes its answer with these.
 */
import type { DurationFigures, Envelope, SummaryFigures, TimePoint } from "./answers.ts";
import type { Cost } from "../database.ts";
import { groupCells, sumCells, type UsageCell, type UsageSum } from "../rollup/cell.ts";
import { DAY_MS, floorTo, HOUR_MS } from "../rollup/scope.ts";
import { quantilesOf, type Sketch } from "../rollup/sketch.ts";
import type { Scope } from "./range.ts";
import type { Reading } from "./reading.ts";

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

/** Marks figures whose people are estimated. */
export function approximately(isApproximate: boolean): { usersApproximate?: true } {
  return isApproximate ? { usersApproximate: true } : {};
}

/** Failures of a sum. */
export function errorsOf(sum: UsageSum): number {
  return sum.outcomes.error + sum.outcomes.timeout;
}

/** ok ÷ (ok + error + timeout): what people cancelled or refused says nothing about the skill. */
export function successRateOf(sum: UsageSum): number | null {
  const judged = sum.outcomes.ok + errorsOf(sum);
  return judged === 0 ? null : sum.outcomes.ok / judged;
}

/** Mean and percentiles of a sum's durations. */
export function durationsOf(sum: UsageSum): DurationFigures {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(sum.durations, [0.5, 0.95, 0.99]);
  let measured = 0;
  for (const count of sum.durations.values()) measured += count;
  return { avg: measured === 0 ? null : sum.durationSumMs / measured, p50, p95, p99 };
}

/** The headline figures of [from, to). */
export function summaryOf(reading: Reading, from: number, to: number): SummaryFigures {
  const cells = reading.cellsIn(from, to);
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersIn(from, to);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
    users,
    ...approximately(isApproximate),
    callsWithoutUser: sum.callsWithoutUser,
    skills: new Set(cells.map((cell) => cell.skill)).size,
    foldedCalls: sum.foldedCalls,
    outcomes: sum.outcomes,
    durationMs: durationsOf(sum),
  };
}

/** One point per period of a range, without gaps. A period without calls has 0 calls and no percentiles. */
export function pointsOf(scope: Scope, cells: readonly UsageCell[], reading: Reading): TimePoint[] {
  const step = periodOf(scope);
  const byPeriod = groupCells(cells, (cell) => floorTo(cell.at, step));
  const points: TimePoint[] = [];
  for (let at = floorTo(scope.range.from, step); at < scope.range.to; at += step) {
    const group = byPeriod.get(at) ?? [];
    const sum = sumCells(group);
    const { users, isApproximate } = reading.usersOfPeriod(group);
    points.push({ at, calls: sum.calls, errors: errorsOf(sum), users, ...approximately(isApproximate), ...tailOf(sum.durations) });
  }
  return points;
}

function tailOf(durations: Sketch): { p50: number | null; p95: number | null } {
  const [p50 = null, p95 = null] = quantilesOf(durations, [0.5, 0.95]);
  return { p50, p95 };
}
