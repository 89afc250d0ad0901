/** How does it change from hour to hour, from day to day? */
import type { Database } from "../database.ts";
import { groupCells, type UsageCell } from "../rollup/cell.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import type { TimeSeries } from "./answers.ts";
import { type AnalyticsQuery, InvalidQueryError, type Scope, scopeOf } from "./range.ts";
import { type Reading, readUsage } from "./reading.ts";
import { envelopeOf, periodOf, pointsOf } from "./shape.ts";

/** A question about the course of things. */
export interface TimeSeriesQuery extends AnalyticsQuery {
  /** `skill`: one series a skill beside the one of all. */
  by?: "skill" | undefined;
}

/**
 * Answers calls, failures, people and percentiles per hour (ranges up to 7 days) or per UTC day, without gaps.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getTimeSeries(db: Database, query: TimeSeriesQuery = {}): Promise<TimeSeries> {
  const scope = scopeOf(query);
  if (query.by !== undefined && query.by !== "skill") throw new InvalidQueryError('"by" is "skill", or absent.');
  const needs = { peopleByCell: true, hourly: periodOf(scope) === HOUR_MS };
  const reading = await readUsage(db, scope, needs);
  const cells = reading.cellsIn(scope.range);
  const all = { ...envelopeOf(scope, reading.cost), ...seriesOf(scope, cells, reading) };
  if (query.by === undefined) return all;
  const series = [...groupCells(cells, (cell) => cell.skill)]
    .sort(([, left], [, right]) => callsOf(right) - callsOf(left))
    .map(([skill, group]) => ({ skill, points: seriesOf(scope, group, reading).points }));
  return { ...all, series };
}

/** The points of some cells. */
export function seriesOf(scope: Scope, cells: readonly UsageCell[], reading: Reading): Pick<TimeSeries, "interval" | "points"> {
  return { interval: periodOf(scope) === HOUR_MS ? "hour" : "day", points: pointsOf(scope, cells, reading) };
}

function callsOf(cells: readonly UsageCell[]): number {
  return cells.reduce((sum, cell) => sum + cell.calls, 0);
}
