/**
 * The statements of an erasure that take a person out of the database. ?1 is the tombstone that stands for the erasure and ?2 the
 * request, where a statement depends on how far it has come: a statement of a request that is finished, or of a stage that
 * is over, does nothing, so that two erasures of one person may run at once.
 */
import { IS_SAMPLED_SQL } from "../../rollup/cells-of-events.ts";
import { RAW_FROM_SQL } from "../../rollup/marks.ts";
import { MONTH_DAYS } from "../../rollup/people.ts";
import { DAY_MS, HOUR_MS, PERIODS_MS } from "../../rollup/scope.ts";
import { LISTS_PERSON_SQL } from "./days.ts";

const PERIODS_SQL = `(VALUES ${PERIODS_MS.map((periodMs) => `(${periodMs})`).join(", ")}) AS period`;
const MONTH_MS = MONTH_DAYS * DAY_MS;

/** Whether an event is of one of the pseudonyms ?1 (JSON): as text, since D1 counts every item that `json_each` gives as a row read. */
export const IS_OF_PERSON_SQL: string = `INSTR(?1, '"' || user_hash || '"') > 0`;

/** The person's (?1) oldest ?4 events from ?2 to before ?3. */
const CHUNK_SQL = `(
    SELECT started_at, event_id
    FROM skill_usage_events
    WHERE started_at >= CAST(?2 AS INTEGER)
      AND started_at < CAST(?3 AS INTEGER)
      AND ${IS_OF_PERSON_SQL}
    ORDER BY started_at, event_id
    LIMIT CAST(?4 AS INTEGER)
  )`;

/** Marks what the next statement changes. Days of which events are deleted already must not be rolled up again. */
export const MARK_CHUNK_SQL: string = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT period.column1, started_at / period.column1 * period.column1
FROM ${CHUNK_SQL}
CROSS JOIN ${PERIODS_SQL}
WHERE started_at >= ${RAW_FROM_SQL}
ON CONFLICT DO NOTHING`;

export const DELETE_CHUNK_SQL: string = `
DELETE FROM skill_usage_events
WHERE (started_at, event_id) IN ${CHUNK_SQL}`;

const IS_ERASING_EVENTS_SQL = `EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NOT NULL)`;

/** Calls after the erasure that were rolled up under the old number (of the pseudonyms ?3, JSON) get a new one: their hours, quarters and days are marked. */
export const MARK_LATER_CALLS_SQL: string = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT period.column1, starts_at / period.column1 * period.column1
FROM (SELECT erased_until FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NOT NULL)
CROSS JOIN (SELECT person FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3)))
CROSS JOIN skill_usage_cells ON period_ms = ${HOUR_MS} AND starts_at > erased_until - ${HOUR_MS}
CROSS JOIN ${PERIODS_SQL}
WHERE (${LISTS_PERSON_SQL} OR NOT ${IS_SAMPLED_SQL})
  AND starts_at >= ${RAW_FROM_SQL}
ON CONFLICT DO NOTHING`;

/** A day that is clean counts exactly those as new whose first day it is. */
export const UNCOUNT_NEW_USER_SQL: string = `
UPDATE skill_usage_user_days
SET new_users = new_users - 1
WHERE day = (SELECT first_day FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3)))
  AND ${IS_ERASING_EVENTS_SQL}`;

/** Keeps the number until it has left all lists. */
export const KEEP_NUMBER_SQL: string = `
UPDATE skill_usage_erasures
SET
  person = known.person,
  lists_from = known.first_day,
  lists_to = known.seen_until
FROM (SELECT person, first_day, seen_until FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3))) AS known
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NOT NULL`;

export const DELETE_PERSON_SQL: string = `
DELETE FROM skill_usage_people
WHERE user_hash IN (SELECT value FROM json_each(?3))
  AND ${IS_ERASING_EVENTS_SQL}`;

/** With the number goes what leads to it: later calls under a new pseudonym are known by that one, or begin anew with the old. */
export const DELETE_ALIASES_SQL: string = `
DELETE FROM skill_usage_aliases
WHERE user_hash IN (SELECT value FROM json_each(?3))
  AND ${IS_ERASING_EVENTS_SQL}`;

const PERSON_SQL = `(SELECT person FROM skill_usage_erasures WHERE tombstone = ?1)`;

/** The list `people` without the number `person`, which it holds. */
const WITHOUT_PERSON_SQL = `'[' || TRIM(REPLACE(',' || SUBSTR(people, 2, LENGTH(people) - 2) || ',', ',' || ${PERSON_SQL} || ',', ','), ',') || ']'`;

/** Windows that hold one of the days ?2 (JSON) which list the person: they are counted again by the next roll-up. */
export const UNCOUNT_WINDOWS_SQL: string = `
WITH changed AS (
  SELECT day
  FROM ${PERSON_SQL}
  CROSS JOIN json_each(?2)
  CROSS JOIN skill_usage_user_days ON day = value
  WHERE ${LISTS_PERSON_SQL}
)
UPDATE skill_usage_user_days
SET wau = NULL, mau = NULL
WHERE day >= (SELECT MIN(day) FROM changed)
  AND wau IS NOT NULL
  AND EXISTS (SELECT 1 FROM changed WHERE skill_usage_user_days.day >= changed.day AND skill_usage_user_days.day < changed.day + ${MONTH_MS})`;

/** Takes the number out of the cells of the days ?2 (JSON). Their calls stay: of deleted events nobody knows which were whose. */
export const STRIP_CELLS_SQL: string = `
UPDATE skill_usage_cells
SET
  users = users - 1,
  people = ${WITHOUT_PERSON_SQL}
WHERE (period_ms, starts_at, skill, version, source, variant) IN (
  SELECT period_ms, starts_at, skill, version, source, variant
  FROM ${PERSON_SQL}
  CROSS JOIN json_each(?2) AS wanted
  CROSS JOIN ${PERIODS_SQL}
  CROSS JOIN skill_usage_cells ON period_ms = period.column1 AND starts_at >= wanted.value AND starts_at < wanted.value + ${DAY_MS}
  WHERE ${LISTS_PERSON_SQL}
)`;

export const STRIP_USER_DAYS_SQL: string = `
UPDATE skill_usage_user_days
SET
  dau = dau - 1,
  people = ${WITHOUT_PERSON_SQL}
WHERE day IN (
  SELECT day
  FROM ${PERSON_SQL}
  CROSS JOIN json_each(?2)
  CROSS JOIN skill_usage_user_days ON day = value
  WHERE ${LISTS_PERSON_SQL}
)`;

