/**
 * Dirty marks: how ingest says that the cells of an hour, of its quarter day and of its day may no longer equal their events.
 *
 * The mark is set in the transaction that stores the event. It costs one row written for the first event of an hour, of a
 * quarter and of a day; where the mark stands, or the event is stored already, it costs none.
 */
import { floorTo, PERIODS_MS } from "./scope.ts";

/** Events before this are deleted, or are about to be: a roll-up of their hours could not be rebuilt. */
export const RAW_FROM_SQL: string = "COALESCE((SELECT value FROM skill_usage_state WHERE name = 'raw_from'), 0)";

/** Whether anybody was ever erased, nearly always not: looked up once a statement, and then no event is compared with the erasures. */
const HAS_ERASURES_SQL = "EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone > '')";

/** Pseudonyms under which an erasure may have met a person: of the secret and of the one before, of the day and for good. */
const MAX_TOMBSTONES = 4;

/**
 * Whether the person of an event was erased, and the event with them. The event is a JSON list: its time comes first, its
 * tombstones stand from some place on, to the end. Of fewer the rest is NULL.
 */
export function isErasedSql(list: string, place: number): string {
  const tombstones = Array.from({ length: MAX_TOMBSTONES }, (_, index) => `${list} ->> ${place + index}`).join(", ");
  return `(
    ${HAS_ERASURES_SQL}
    AND EXISTS (
      SELECT 1
      FROM skill_usage_erasures
      WHERE tombstone IN (${tombstones})
        AND erased_until >= (${list} ->> 0)
    )
  )`;
}

const IS_ERASED_SQL = isErasedSql("event.value", 2);

/**
 * Marks hours, quarters and days that hold events which are not stored yet and will be. ?1 is JSON: [[period_ms, starts_at, [[started_at,
 * event_id, tombstone, ...], ...]], ...]. Where the mark stands, which is nearly always, no event is looked up.
 */
export const MARK_DIRTY_SQL: string = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT span.value ->> 0, span.value ->> 1
FROM json_each(?1) AS span
WHERE NOT EXISTS (
    SELECT 1
    FROM skill_usage_dirty
    WHERE period_ms = (span.value ->> 0)
      AND starts_at = (span.value ->> 1)
  )
  AND EXISTS (
    SELECT 1
    FROM json_each(span.value, '$[2]') AS event
    WHERE (event.value ->> 0) >= ${RAW_FROM_SQL}
      AND NOT EXISTS (
        SELECT 1
        FROM skill_usage_events
        WHERE started_at = (event.value ->> 0)
          AND event_id = (event.value ->> 1)
      )
      AND NOT ${IS_ERASED_SQL}
  )
ON CONFLICT DO NOTHING`;

export interface EventToMark {
  startedAt: number;
  id: string;
  /** What is kept of the event's person after an erasure, under each pseudonym: at most four. */
  tombstones: readonly (string | null)[];
}

/** What a statement looks for: those that an event has. */
export function tombstonesOf({ tombstones }: Pick<EventToMark, "tombstones">): string[] {
  return tombstones.filter((tombstone) => tombstone !== null);
}

/** The parameter of `MARK_DIRTY_SQL` for some events. */
export function spansToMark(events: readonly EventToMark[]): string {
  const spans = PERIODS_MS.flatMap((periodMs) => {
    const groups = Map.groupBy(events, (event) => floorTo(event.startedAt, periodMs));
    return [...groups].map(([startsAt, group]) => [periodMs, startsAt, group.map((event) => [event.startedAt, event.id, ...tombstonesOf(event)])]);
  });
  return JSON.stringify(spans);
}
