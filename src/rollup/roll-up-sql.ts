/**
 * The statements of a roll-up. Each looks only at those of the wanted hours, quarters or days that still carry their mark, and the
 * last one takes the marks away: so a batch of them, which is one transaction, does its work once, whoever else runs it.
 */
import { KNOWN_AS_SQL } from "./aliases.ts";
import { CELL_COLUMNS } from "./cell.ts";
import { CELLS_OF_SPANS_SQL, IS_SAMPLED_SQL, levelSql } from "./cells-of-events.ts";
import { MONTH_DAYS, WEEK_DAYS } from "./people.ts";
import { DAY_MS, HOUR_MS } from "./scope.ts";

/** People that one day lists: a row of D1 holds 2 MB. A day with more lists a sample of at least half as many. */
const MAX_DAY_PEOPLE = 200_000;

const MONTH_MS = MONTH_DAYS * DAY_MS;

/** The dirty ones among the periods ?2 (JSON) of length ?1. A quarter or a day waits for its hours. */
const SPANS_SQL = `spans AS (
  SELECT starts_at, starts_at + period_ms AS ends_at
  FROM skill_usage_dirty AS mark
  WHERE period_ms = CAST(?1 AS INTEGER)
    AND starts_at IN (SELECT value FROM json_each(?2))
    AND (
      period_ms = ${HOUR_MS}
      OR NOT EXISTS (
        SELECT 1
        FROM skill_usage_dirty AS hour
        WHERE hour.period_ms = ${HOUR_MS}
          AND hour.starts_at >= mark.starts_at
          AND hour.starts_at < mark.starts_at + mark.period_ms
      )
    )
)`;

const SEEN_SQL = `${SPANS_SQL}, seen AS (
  SELECT
    ${KNOWN_AS_SQL} AS user_hash,
    MIN(started_at) / ${DAY_MS} * ${DAY_MS} AS first_day,
    (MAX(started_at) / ${MONTH_MS} + 1) * ${MONTH_MS} AS seen_until
  FROM spans
  CROSS JOIN skill_usage_events AS events ON started_at >= starts_at AND started_at < ends_at
  WHERE events.user_hash IS NOT NULL
  GROUP BY 1
)`;

/** Days that counted somebody as new who was here before: they must be counted again. */
export const MARK_LATER_FIRST_DAYS_SQL: string = `
WITH ${SEEN_SQL}
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT ${DAY_MS}, people.first_day
FROM seen
CROSS JOIN skill_usage_people AS people ON people.user_hash = seen.user_hash
WHERE people.first_day > seen.first_day
ON CONFLICT DO NOTHING`;

export const UPDATE_PEOPLE_SQL: string = `
WITH ${SEEN_SQL}
UPDATE skill_usage_people
SET
  first_day = MIN(skill_usage_people.first_day, seen.first_day),
  seen_until = MAX(skill_usage_people.seen_until, seen.seen_until)
FROM seen
WHERE seen.user_hash = skill_usage_people.user_hash
  AND (seen.first_day < skill_usage_people.first_day OR seen.seen_until > skill_usage_people.seen_until)`;

export const INSERT_PEOPLE_SQL: string = `
WITH ${SEEN_SQL}
INSERT INTO skill_usage_people (user_hash, first_day, seen_until)
SELECT user_hash, first_day, seen_until
FROM seen
WHERE NOT EXISTS (SELECT 1 FROM skill_usage_people AS known WHERE known.user_hash = seen.user_hash)`;

export const DELETE_CELLS_SQL: string = `
WITH ${SPANS_SQL}
DELETE FROM skill_usage_cells
WHERE period_ms = CAST(?1 AS INTEGER)
  AND starts_at IN (SELECT starts_at FROM spans)`;

const COLUMNS = CELL_COLUMNS.join(", ");

/** ?3 to ?6 are filters, which a roll-up binds to NULL. */
export const INSERT_CELLS_SQL: string = `
WITH ${SPANS_SQL}, ${CELLS_OF_SPANS_SQL}
INSERT INTO skill_usage_cells (period_ms, ${COLUMNS})
SELECT CAST(?1 AS INTEGER), ${COLUMNS}
FROM cells`;

/** Windows that hold a day which is about to change. */
export const UNCOUNT_WINDOWS_SQL: string = `
WITH ${SPANS_SQL}
UPDATE skill_usage_user_days
SET wau = NULL, mau = NULL
WHERE day >= (SELECT MIN(starts_at) FROM spans)
  AND wau IS NOT NULL
  AND EXISTS (SELECT 1 FROM spans WHERE day >= starts_at AND day < starts_at + ${MONTH_MS})`;

const DAY_LEVEL_SQL = levelSql("users", MAX_DAY_PEOPLE);

/** The people of each day; a day without people has a row too. */
export const UPSERT_USER_DAYS_SQL: string = `
WITH ${SPANS_SQL}, present AS (
  SELECT DISTINCT starts_at, person
  FROM spans
  CROSS JOIN skill_usage_events AS events ON started_at >= starts_at AND started_at < ends_at
  CROSS JOIN skill_usage_people AS people ON people.user_hash = ${KNOWN_AS_SQL}
), counted AS (
  SELECT starts_at, COUNT(person) AS users
  FROM spans
  LEFT JOIN present USING (starts_at)
  GROUP BY starts_at
), days AS (
  SELECT starts_at, users, ${DAY_LEVEL_SQL} AS people_level
  FROM counted
)
INSERT INTO skill_usage_user_days (day, dau, new_users, people, people_level)
SELECT
  starts_at,
  users,
  (SELECT COUNT(*) FROM skill_usage_people WHERE first_day = starts_at),
  json_group_array(person) FILTER (WHERE person IS NOT NULL AND ${IS_SAMPLED_SQL}),
  people_level
FROM days
LEFT JOIN present USING (starts_at)
GROUP BY starts_at
ON CONFLICT (day) DO UPDATE SET
  dau = excluded.dau,
  wau = NULL,
  mau = NULL,
  new_users = excluded.new_users,
  people = excluded.people,
  people_level = excluded.people_level`;

export const DELETE_MARKS_SQL: string = `
WITH ${SPANS_SQL}
DELETE FROM skill_usage_dirty
WHERE period_ms = CAST(?1 AS INTEGER)
  AND starts_at IN (SELECT starts_at FROM spans)`;

/** Distinct people of the days that end with `skill_usage_user_days.day`, scaled up where days are samples. */
const windowSql = (days: number): string => `(
    SELECT COUNT(DISTINCT person) << MAX(people_level)
    FROM (
      SELECT MAX(level.people_level) AS people_level
      FROM skill_usage_user_days AS level
      WHERE level.day > ending.day - ${days * DAY_MS}
        AND level.day <= ending.day
    )
    CROSS JOIN (
      SELECT member.value AS person
      FROM skill_usage_user_days AS one
      CROSS JOIN json_each(one.people) AS member
      WHERE one.day > ending.day - ${days * DAY_MS}
        AND one.day <= ending.day
    )
    WHERE ${IS_SAMPLED_SQL}
  )`;
const WAU_SQL = windowSql(WEEK_DAYS);
const MAU_SQL = windowSql(MONTH_DAYS);

/** Counts the windows of at most ?1 days which have none and in whose windows no day is dirty. */
export const COUNT_WINDOWS_SQL: string = `
UPDATE skill_usage_user_days AS ending
SET
  wau = COALESCE(${WAU_SQL}, 0),
  mau = COALESCE(${MAU_SQL}, 0)
WHERE day IN (
  SELECT day
  FROM skill_usage_user_days AS waiting
  WHERE (wau IS NULL OR mau IS NULL)
    AND NOT EXISTS (
      SELECT 1
      FROM skill_usage_dirty
      WHERE period_ms = ${DAY_MS}
        AND starts_at <= waiting.day
        AND starts_at > waiting.day - ${MONTH_MS}
    )
  ORDER BY day
  LIMIT CAST(?1 AS INTEGER)
)`;

/** The closed periods (of length ?1, over before ?2) that are dirty, oldest first, and how many events each holds. */
export const DIRTY_SPANS_SQL: string = `
SELECT
  starts_at,
  (SELECT COUNT(*) FROM skill_usage_events WHERE started_at >= starts_at AND started_at < starts_at + period_ms) AS events
FROM skill_usage_dirty AS mark
WHERE period_ms = CAST(?1 AS INTEGER)
  AND starts_at <= CAST(?2 AS INTEGER) - period_ms
  AND (
    period_ms = ${HOUR_MS}
    OR NOT EXISTS (
      SELECT 1
      FROM skill_usage_dirty AS hour
      WHERE hour.period_ms = ${HOUR_MS}
        AND hour.starts_at >= mark.starts_at
        AND hour.starts_at < mark.starts_at + mark.period_ms
    )
  )
ORDER BY starts_at
LIMIT CAST(?3 AS INTEGER)`;
