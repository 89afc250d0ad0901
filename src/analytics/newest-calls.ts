/**
 * The newest calls of what the usage cells of a range are about, with few rows: the cells know the hours in which to look.
 */
import type { Query } from "../database.ts";
import type { UsageCell } from "../rollup/cell.ts";
import { bindFilters, FILTER_SQL, type FilterParams, HOUR_MS } from "../rollup/scope.ts";
import { CALL_COLUMNS, type CallRow } from "./calls.ts";

export interface CallsOfHoursParams {
  /** Starts of hours. */
  hours: readonly number[];
  filters: FilterParams;
  limit: number;
}

const COLUMNS = CALL_COLUMNS.join(", ");

/** Reads the newest calls of some hours, each of which is read whole. */
export const callsOfHoursQuery: Query<CallsOfHoursParams, CallRow> = {
  sql: `
SELECT ${COLUMNS}
FROM json_each(?1) AS wanted
CROSS JOIN skill_usage_events ON started_at >= wanted.value AND started_at < wanted.value + ${HOUR_MS}
WHERE ${FILTER_SQL}
ORDER BY started_at DESC, event_id DESC
LIMIT ?2`,
  bind: ({ hours, filters, limit }) => [JSON.stringify(hours), limit, ...bindFilters(filters)],
  columns: CALL_COLUMNS,
};

/** The latest hours that hold `count` calls together, by cells of an hour each: at most `count` hours. */
export function newestHours(cells: readonly UsageCell[], count: number): number[] {
  const hours = new Set<number>();
  let calls = 0;
  for (const cell of [...cells].sort((left, right) => right.at - left.at)) {
    if (calls >= count && !hours.has(cell.at)) break;
    hours.add(cell.at);
    calls += cell.calls;
  }
  return [...hours];
}
