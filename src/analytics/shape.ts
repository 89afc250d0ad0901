/**
 * How usage cells become the figures of an answer. Pure functions: every question shapes its answer with these.
 */
import type { Compared, DurationFigures, Envelope, Span, SummaryFigures, TimePoint } from "./answers.ts";
import type { Cost } from "../database.ts";
import { groupCells, sumCells, type UsageCell, type UsageSum } from "../rollup/cell.ts";
import { DAY_MS, floorTo, HOUR_MS } from "../rollup/scope.ts";
import { quantilesOf, sketchSize } from "../rollup/sketch.ts";
import { wilsonInterval } from "./proportion.ts";
import type { Scope } from "./range.ts";
import type { Reading } from "./reading.ts";

/** Longest range that is shown by the hour. */
const MAX_HOURLY_MS = 7 * DAY_MS;

/** What every answer carries. */
export function envelopeOf(scope: Scope, cost: Cost): Envelope {
  return { range: scope.range, generatedAt: scope.now, cost: { rowsRead: cost.rowsRead } };
}

/** What every answer carries that says how things were before. */
export function comparedEnvelopeOf(scope: Scope, cost: Cost): Envelope & Compared {
  return { ...envelopeOf(scope, cost), comparedTo: scope.comparedTo };
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

/** ok ÷ (ok + error + timeout), and its interval: what people cancelled or refused says nothing about the skill. */
export function successOf({ outcomes }: UsageSum): Pick<SummaryFigures, "successRate" | "successRateInterval"> {
  const judged = outcomes.ok + outcomes.error + outcomes.timeout;
  return { successRate: judged === 0 ? null : outcomes.ok / judged, successRateInterval: wilsonInterval(outcomes.ok, judged) };
}

/** Mean and percentiles of a sum's durations. */
export function durationsOf(sum: UsageSum): DurationFigures {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(sum.durations, [0.5, 0.95, 0.99]);
  const measured = sketchSize(sum.durations);
  return { avg: measured === 0 ? null : sum.durationSumMs / measured, p50, p95, p99 };
}

/** The headline figures of a span. */
export function summaryOf(reading: Reading, span: Span): SummaryFigures {
  const cells = reading.cellsIn(span);
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersIn(span);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    ...successOf(sum),
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
    const [p50 = null, p95 = null, p99 = null] = quantilesOf(sum.durations, [0.5, 0.95, 0.99]);
    points.push({ at, calls: sum.calls, errors: errorsOf(sum), outcomes: sum.outcomes, users, ...approximately(isApproximate), p50, p95, p99 });
  }
  return points;
}

/** Equal slices of a range. */
export interface Slices {
  from: number;
  stepMs: number;
  count: number;
}

/** Slices of a trend. A function of D1 takes 32 arguments, which bounds what one statement can count apart. */
export const MAX_SLICES = 31;

/**
 * Cuts a range into at most 31 slices of whole periods. They begin with the period in which the range begins: a cell
 * cannot be cut.
 */
export function slicesOf(scope: Scope): Slices {
  const periodMs = periodOf(scope);
  const from = floorTo(scope.range.from, periodMs);
  const periods = Math.ceil((scope.range.to - from) / periodMs);
  const stepMs = Math.ceil(periods / MAX_SLICES) * periodMs;
  return { from, stepMs, count: Math.ceil((scope.range.to - from) / stepMs) };
}

/** The calls of some cells by slice. */
export function trendOf(scope: Scope, cells: readonly UsageCell[]): number[] {
  const { from, stepMs, count } = slicesOf(scope);
  const trend = new Array<number>(count).fill(0);
  for (const { at, calls } of cells) {
    const slice = Math.floor((at - from) / stepMs);
    trend[slice] = (trend[slice] ?? 0) + calls;
  }
  return trend;
}

/** Code point order, as SQLite sorts text: the same on every machine. */
export function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
