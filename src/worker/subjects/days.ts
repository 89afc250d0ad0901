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

/** Who is looked for. */
export interface Subject {
  userHash: string;
  tombstone: string;
}

/**
 * Those of the days ?1 (JSON) that may know a person: all but the clean ones whose complete list does not name the person. The
 * number is that which an erasure is taking out, or else that of the pseudonym.
 */
export const daysOfPersonQuery: Query<Subject & { days: readonly number[] }, { day: number }> = {
  sql: `
WITH subject AS (
  SELECT COALESCE(
    (SELECT person FROM skill_usage_erasures WHERE tombstone = ?2),
    (SELECT person FROM skill_usage_people WHERE user_hash = ?3)
  ) AS person
)
SELECT wanted.value AS day
FROM subject
CROSS JOIN json_each(?1) AS wanted
LEFT JOIN skill_usage_user_days ON skill_usage_user_days.day = wanted.value
LEFT JOIN skill_usage_dirty AS mark ON mark.period_ms = ${DAY_MS} AND mark.starts_at = wanted.value
WHERE skill_usage_user_days.day IS NULL
  OR mark.starts_at IS NOT NULL
  OR (person IS NOT NULL AND (${LISTS_PERSON_SQL} OR NOT ${IS_SAMPLED_SQL}))
ORDER BY wanted.value`,
  bind: ({ days, tombstone, userHash }) => [JSON.stringify(days), tombstone, userHash],
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
