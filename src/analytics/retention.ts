/** Does anyone come back? */
import { bindQuery, type Database, runBatch } from "../database.ts";
import { activePeopleOn, activityQuery, type ActivityRow } from "../rollup/people.ts";
import { dateOf, DAY_MS, floorTo } from "../rollup/scope.ts";
import { cellsOf, groupCells, sumCells, type UsageCell, usageQuery } from "../rollup/usage.ts";
import type { RangeUsed, RetentionFigures, RetentionStats } from "./answers.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { envelopeOf } from "./shape.ts";

/**
 * Answers the active people of each UTC day that a range touches, as whole days: DAU, WAU (7 days), MAU (30 days) and
 * the people whose first stored call was on that day.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getRetentionStats(db: Database, query: AnalyticsQuery = {}): Promise<RetentionStats> {
  const scope = scopeOf(query);
  const { filters, range } = scope;
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, usageQuery, { ...wholeDays(range), filters, periodMs: DAY_MS }),
    bindQuery(db, activityQuery, { ...wholeDays(range), from: 0, filters }),
  ]);
  const [usage, activity] = rows;
  return { ...envelopeOf(scope, cost), ...retentionOf(range, cellsOf(usage), activity) };
}

/** The UTC days that a range touches, as a span. */
export function wholeDays(range: RangeUsed): { from: number; to: number } {
  return { from: floorTo(range.from, DAY_MS), to: floorTo(range.to - 1, DAY_MS) + DAY_MS };
}

/** The active people of each day of a range, from its daily or hourly cells and from activity since the first event. */
export function retentionOf(range: RangeUsed, cells: readonly UsageCell[], activity: readonly ActivityRow[]): RetentionFigures {
  const { from, to } = wholeDays(range);
  const byDay = groupCells(cells, (cell) => floorTo(cell.at, DAY_MS));
  const days: RetentionFigures["days"] = [];
  for (let at = from; at < to; at += DAY_MS) {
    const { calls, callsWithoutUser } = sumCells(byDay.get(at) ?? []);
    days.push({ day: dateOf(at), ...activePeopleOn(at / DAY_MS, activity), calls, callsWithoutUser });
  }
  const { dau, wau, mau } = days.at(-1) ?? { dau: 0, wau: 0, mau: 0 };
  return { days, dau, wau, mau, stickiness: mau === 0 ? null : dau / mau };
}
