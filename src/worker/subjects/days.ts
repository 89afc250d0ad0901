/**
 * The days on which a person may be found.
 *
 * No index leads from a person to the events: it would cost a row written for every event, for a question that is asked once
 * in a while. The lists of people by day lead to the days instead, and only these are searched.
 */
import type { Query } from "../../database.ts";
import { IS_SAMPLED_SQL } from "../../rollup/cells-of-events.ts";
import { DAY_MS, floorTo } from "../../rollup/scope.ts";

/**
 * Whether the JSON list `people` holds the number `person`: as text, since D1 counts every item that `json_each` gives as a
 * row read. The lists are written by `json_group_array`, without spaces.
 */
export const LISTS_PERSON_SQL: string = `INSTR(',' || SUBSTR(people, 2, LENGTH(people) - 2) || ',', ',' || person || ',') > 0`;

export interface DaysOfPersonParams {
  days: readonly number[];
  tombstones: readonly string[];
  userHashes: readonly string[];
}

/**
 * Those of the days ?1 (JSON) that may know a person: all but the clean ones whose complete list does not name the person. The
 * number is that of the pseudonyms ?3 (JSON), or that which an erasure (?2, JSON: its tombstones) is taking out.
 */
export const daysOfPersonQuery: Query<DaysOfPersonParams, { day: number }> = {
  sql: `
WITH subject AS (
  SELECT person FROM skill_usage_erasures WHERE tombstone IN (SELECT value FROM json_each(?2)) AND person IS NOT NULL
  UNION
  SELECT person FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3))
)
SELECT wanted.value AS day
FROM json_each(?1) AS wanted
LEFT JOIN skill_usage_user_days ON skill_usage_user_days.day = wanted.value
LEFT JOIN skill_usage_dirty AS mark ON mark.period_ms = ${DAY_MS} AND mark.starts_at = wanted.value
WHERE skill_usage_user_days.day IS NULL
  OR mark.starts_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM subject WHERE ${LISTS_PERSON_SQL} OR NOT ${IS_SAMPLED_SQL})
ORDER BY wanted.value`,
  bind: ({ days, tombstones, userHashes }) => [JSON.stringify(days), JSON.stringify(tombstones), JSON.stringify(userHashes)],
  columns: ["day"],
};

/** The UTC days from that of one instant to that of another. */
export function daysBetween(from: number, to: number): number[] {
  const days: number[] = [];
  for (let day = floorTo(from, DAY_MS); day <= to; day += DAY_MS) days.push(day);
  return days;
}

/** Rows that a statement should read: well under a second, where D1 ends a statement after 30. */
const ROWS_PER_STATEMENT = 500_000;

/** Most days of a statement. */
const MAX_DAYS = 32;

/** How many days the next statement should take, when the last one took `days` and read so many rows. */
export function nextDays(days: number, rowsRead: number): number {
  const fitting = Math.floor((days * ROWS_PER_STATEMENT) / Math.max(1, rowsRead));
  return Math.max(1, Math.min(fitting, 4 * days, MAX_DAYS));
}

/** Takes the first days, which lie in a span of at most `max` days, out of a list of days. */
export function takeSpan(days: number[], max: number): { from: number; to: number } {
  const from = days[0] ?? 0;
  let last = from;
  while (days[0] !== undefined && days[0] < from + max * DAY_MS) last = days.shift() ?? last;
  return { from, to: last + DAY_MS };
}
