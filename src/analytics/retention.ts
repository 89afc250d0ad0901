/** Does anyone come back? */
import type { Database } from "../database.ts";
import { groupCells, sumCells } from "../rollup/cell.ts";
import { dateOf, DAY_MS, floorTo } from "../rollup/scope.ts";
import type { RangeUsed, RetentionFigures, RetentionStats } from "./answers.ts";
import { requireStableIdentity } from "./identity-mode.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { type Reading, readUsage, wholeDays } from "./reading.ts";
import { approximately, envelopeOf } from "./shape.ts";

/**
 * Answers the active people of each UTC day that a range touches, as whole days: DAU, WAU (7 days), MAU (30 days) and
 * the people whose first stored call was on that day.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put, IdentityModeError where people are known for one day only
 */
export async function getRetentionStats(db: Database, query: AnalyticsQuery = {}): Promise<RetentionStats> {
  requireStableIdentity("retention", query);
  const scope = scopeOf(query);
  const reading = await readUsage(db, scope, { retention: true });
  return { ...envelopeOf(scope, reading.cost), ...retentionOf(scope.range, reading) };
}

/** The active people of each day of a range. */
export function retentionOf(range: RangeUsed, reading: Reading): RetentionFigures {
  const { from, to } = wholeDays(range);
  const byDay = groupCells(reading.cellsIn({ from, to }), (cell) => floorTo(cell.at, DAY_MS));
  const days: RetentionFigures["days"] = [];
  for (let at = from; at < to; at += DAY_MS) {
    const { calls, callsWithoutUser } = sumCells(byDay.get(at) ?? []);
    const { isApproximate, ...active } = reading.activeOn(at);
    days.push({ day: dateOf(at), ...active, calls, callsWithoutUser, ...approximately(isApproximate) });
  }
  const { dau, wau, mau } = days.at(-1) ?? { dau: 0, wau: 0, mau: 0 };
  return { days, dau, wau, mau, stickiness: mau === 0 ? null : dau / mau };
}
