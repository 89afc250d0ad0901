/**
 * The statements of an erasure. ?1 is always the tombstone and ?2 the request, where a statement depends on how far the erasure
 * has come: a statement of a request that is finished, or of a stage that is over, does nothing, so that two erasures of
 * one person may run at once.
 */
import type { Query } from "../../database.ts";
import { IS_SAMPLED_SQL } from "../../rollup/cells-of-events.ts";
import { RAW_FROM_SQL } from "../../rollup/marks.ts";
import { MONTH_DAYS } from "../../rollup/people.ts";
import { DAY_MS, HOUR_MS, PERIODS_MS } from "../../rollup/scope.ts";
import { LISTS_PERSON_SQL } from "./days.ts";

const PERIODS_SQL = `(VALUES ${PERIODS_MS.map((periodMs) => `(${periodMs})`).join(", ")}) AS period`;
const MONTH_MS = MONTH_DAYS * DAY_MS;

/** Begins an erasure up to ?3, or leaves one alone that is unfinished or holds beyond now (?4). What an earlier one erased is not searched again. */
export const BEGIN_SQL: string = `
INSERT INTO skill_usage_erasures (tombstone, erased_until, request_id, events_from)
VALUES (?1, CAST(?3 AS INTEGER), ?2, 0)
ON CONFLICT (tombstone) DO UPDATE SET
  erased_until = excluded.erased_until,
  request_id = excluded.request_id,
  events_from = skill_usage_erasures.erased_until + 1
WHERE skill_usage_erasures.request_id IS NULL
  AND skill_usage_erasures.erased_until < CAST(?4 AS INTEGER)`;

/** Notes the request, unless it goes on with an earlier one. Nothing to do: finished at once. */
export const BEGIN_AUDIT_SQL: string = `
INSERT INTO skill_usage_audit (request_id, kind, requested_at, finished_at, events, roll_ups)
SELECT ?2, 'erase', CAST(?3 AS INTEGER), CASE WHEN request_id IS NULL THEN CAST(?3 AS INTEGER) END, 0, 0
FROM skill_usage_erasures
WHERE tombstone = ?1
  AND (request_id = ?2 OR request_id IS NULL)`;

export interface ErasureRow {
  erased_until: number;
  request_id: string | null;
  events_from: number | null;
  lists_from: number | null;
  lists_to: number | null;
  /** Start of the oldest event of all. */
  oldest: number | null;
}

export const erasureQuery: Query<{ tombstone: string }, ErasureRow> = {
  sql: `
SELECT
  erased_until,
  request_id,
  events_from,
  lists_from,
  lists_to,
  (SELECT started_at FROM skill_usage_events ORDER BY started_at, event_id LIMIT 1) AS oldest
FROM skill_usage_erasures
WHERE tombstone = ?1`,
  bind: ({ tombstone }) => [tombstone],
  columns: ["erased_until", "request_id", "events_from", "lists_from", "lists_to", "oldest"],
};

/** The person's (?1) oldest ?4 events from ?2 to before ?3. */
const CHUNK_SQL = `(
    SELECT started_at, event_id
    FROM skill_usage_events
    WHERE started_at >= CAST(?2 AS INTEGER)
      AND started_at < CAST(?3 AS INTEGER)
      AND user_hash = ?1
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

/** Adds what the statement before it changed to the audit of request ?1. */
export const COUNT_EVENTS_SQL: string = `
UPDATE skill_usage_audit
SET events = events + CHANGES()
WHERE request_id = ?1
  AND CHANGES() > 0`;

export const COUNT_ROLL_UPS_SQL: string = `
UPDATE skill_usage_audit
SET roll_ups = roll_ups + CHANGES()
WHERE request_id = ?1
  AND CHANGES() > 0`;

/** Says that all events before ?3 are erased. */
export const MOVE_EVENTS_FROM_SQL: string = `
UPDATE skill_usage_erasures
SET events_from = CAST(?3 AS INTEGER)
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from < CAST(?3 AS INTEGER)`;

const IS_ERASING_EVENTS_SQL = `EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NOT NULL)`;

/** Calls after the erasure that were rolled up under the old number (of pseudonym ?3) get a new one: their hours, quarters and days are marked. */
export const MARK_LATER_CALLS_SQL: string = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT period.column1, starts_at / period.column1 * period.column1
FROM (SELECT erased_until FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NOT NULL)
CROSS JOIN (SELECT person FROM skill_usage_people WHERE user_hash = ?3)
CROSS JOIN skill_usage_cells ON period_ms = ${HOUR_MS} AND starts_at > erased_until - ${HOUR_MS}
CROSS JOIN ${PERIODS_SQL}
WHERE (${LISTS_PERSON_SQL} OR NOT ${IS_SAMPLED_SQL})
  AND starts_at >= ${RAW_FROM_SQL}
ON CONFLICT DO NOTHING`;

/** A day that is clean counts exactly those as new whose first day it is. */
export const UNCOUNT_NEW_USER_SQL: string = `
UPDATE skill_usage_user_days
SET new_users = new_users - 1
WHERE day = (SELECT first_day FROM skill_usage_people WHERE user_hash = ?3)
  AND ${IS_ERASING_EVENTS_SQL}`;

/** Keeps the number until it has left all lists. */
export const KEEP_NUMBER_SQL: string = `
UPDATE skill_usage_erasures
SET
  person = known.person,
  lists_from = known.first_day,
  lists_to = known.seen_until
FROM (SELECT person, first_day, seen_until FROM skill_usage_people WHERE user_hash = ?3) AS known
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NOT NULL`;

export const DELETE_PERSON_SQL: string = `
DELETE FROM skill_usage_people
WHERE user_hash = ?3
  AND ${IS_ERASING_EVENTS_SQL}`;

export const END_EVENTS_SQL: string = `
UPDATE skill_usage_erasures
SET events_from = NULL
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NOT NULL`;

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

/** Says that the number has left the lists of all days before ?3. */
export const MOVE_LISTS_FROM_SQL: string = `
UPDATE skill_usage_erasures
SET lists_from = CAST(?3 AS INTEGER)
WHERE tombstone = ?1
  AND request_id = ?2
  AND lists_from < CAST(?3 AS INTEGER)`;

/** ?3 is the time. */
export const FINISH_AUDIT_SQL: string = `
UPDATE skill_usage_audit
SET finished_at = CAST(?3 AS INTEGER)
WHERE request_id = ?2
  AND EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NULL)`;

export const FINISH_SQL: string = `
UPDATE skill_usage_erasures
SET
  request_id = NULL,
  person = NULL,
  lists_from = NULL,
  lists_to = NULL
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NULL`;
