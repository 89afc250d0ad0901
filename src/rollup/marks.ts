/**
 * Dirty marks: how ingest says that the cells of an hour and of its day may no longer equal their events.
 *
 * The mark is set in the transaction that stores the event. It costs one row written for the first event of an hour and
 * one for the first of a day; where the mark stands, or the event is stored already, it costs none.
 */
import { DAY_MS, HOUR_MS } from "./scope.ts";

/** Events before this are deleted, or are about to be: a roll-up of their hours could not be rebuilt. */
export const RAW_FROM_SQL: string = "COALESCE((SELECT value FROM skill_usage_state WHERE name = 'raw_from'), 0)";

/** Marks the hours and days of events that are not stored yet. ?1 is JSON: [[started_at, event_id], ...]. */
export const MARK_DIRTY_SQL: string = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT
  period.column1,
  (event.value ->> 0) - (event.value ->> 0) % period.column1
FROM json_each(?1) AS event
CROSS JOIN (VALUES (${HOUR_MS}), (${DAY_MS})) AS period
WHERE NOT EXISTS (
    SELECT 1
    FROM skill_usage_dirty
    WHERE period_ms = period.column1
      AND starts_at = (event.value ->> 0) - (event.value ->> 0) % period.column1
  )
  AND NOT EXISTS (
    SELECT 1
    FROM skill_usage_events
    WHERE started_at = (event.value ->> 0)
      AND event_id = (event.value ->> 1)
  )
  AND (event.value ->> 0) >= ${RAW_FROM_SQL}
ON CONFLICT DO NOTHING`;
