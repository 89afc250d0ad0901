/** How does it change from hour to hour, from day to day? */
import { bindQuery, type Database, runBatch } from "../database.ts";
import { periodPeopleQuery, skillPeriodPeopleQuery } from "../rollup/people.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import { cellsOf, groupCells, type UsageCell, usageQuery } from "../rollup/usage.ts";
import type { TimeSeries } from "./answers.ts";
import { type AnalyticsQuery, InvalidQueryError, type Scope, scopeOf } from "./range.ts";
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
  const params = { from: scope.range.from, to: scope.range.to, filters: scope.filters, periodMs: periodOf(scope) };
  const usage = bindQuery(db, usageQuery, params);
  const people = bindQuery(db, periodPeopleQuery, params);
  if (query.by === undefined) {
    const { rows, cost } = await runBatch(db, [usage, people]);
    return { ...envelopeOf(scope, cost), ...seriesOf(scope, cellsOf(rows[0]), rows[1]) };
  }
  const { rows, cost } = await runBatch(db, [usage, people, bindQuery(db, skillPeriodPeopleQuery, params)]);
  const cells = cellsOf(rows[0]);
  const peopleOf = Map.groupBy(rows[2], (row) => row.skill);
  const series = [...groupCells(cells, (cell) => cell.skill)]
    .sort(([, left], [, right]) => callsOf(right) - callsOf(left))
    .map(([skill, group]) => ({ skill, points: seriesOf(scope, group, peopleOf.get(skill) ?? []).points }));
  return { ...envelopeOf(scope, cost), ...seriesOf(scope, cells, rows[1]), series };
}

/** The points of some cells. */
export function seriesOf(
  scope: Scope,
  cells: readonly UsageCell[],
  people: readonly { at: number; users: number }[],
): Pick<TimeSeries, "interval" | "points"> {
  const interval = periodOf(scope) === HOUR_MS ? "hour" : "day";
  return { interval, points: pointsOf(scope, cells, new Map(people.map((row) => [row.at, row.users]))) };
}

function callsOf(cells: readonly UsageCell[]): number {
  return cells.reduce((sum, cell) => sum + cell.calls, 0);
}
