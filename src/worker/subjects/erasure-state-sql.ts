/**
 * How far an erasure has come: the statements that begin it, move it on and end it. ?1 is the tombstone that stands for it and
 * ?2 the request; a statement of a request that is finished does nothing. An erasure outlives the request that began it, so all
 * that it needs to go on stands in the database, and only until it is finished.
 */
import type { Query } from "../../database.ts";

/**
 * Begins an erasure up to ?3, or leaves one alone that is unfinished, or that holds beyond now (?4) for all tombstones of the
 * person (?5, JSON).
 */
export const BEGIN_SQL: string = `
INSERT INTO skill_usage_erasures (tombstone, erased_until, request_id, events_from)
VALUES (?1, CAST(?3 AS INTEGER), ?2, 0)
ON CONFLICT (tombstone) DO UPDATE SET
  erased_until = excluded.erased_until,
  request_id = excluded.request_id,
  events_from = 0
WHERE skill_usage_erasures.request_id IS NULL
  AND (
    skill_usage_erasures.erased_until < CAST(?4 AS INTEGER)
    OR EXISTS (SELECT 1 FROM json_each(?5) WHERE value NOT IN (SELECT tombstone FROM skill_usage_erasures))
  )`;

/** Holds ingest off under the person's other pseudonyms too (?2, JSON: their tombstones). An erasure that is under way there keeps its own time. */
export const GUARD_SQL: string = `
INSERT INTO skill_usage_erasures (tombstone, erased_until)
SELECT value, erased_until
FROM json_each(?2)
CROSS JOIN skill_usage_erasures ON tombstone = ?1
WHERE true
ON CONFLICT (tombstone) DO UPDATE SET erased_until = excluded.erased_until
WHERE skill_usage_erasures.request_id IS NULL
  AND skill_usage_erasures.erased_until < excluded.erased_until`;

/** Notes whom (?2, JSON) an unfinished erasure is about. */
export const BEGIN_ERASING_SQL: string = `
INSERT INTO skill_usage_erasing (tombstone, user_hashes)
SELECT tombstone, ?2
FROM skill_usage_erasures
WHERE tombstone = ?1
  AND request_id IS NOT NULL
ON CONFLICT DO NOTHING`;

/** Notes the request, unless it goes on with an earlier one. Nothing to do: finished at once. */
export const BEGIN_AUDIT_SQL: string = `
INSERT INTO skill_usage_audit (request_id, kind, requested_at, finished_at, events, roll_ups)
SELECT ?2, 'erase', CAST(?3 AS INTEGER), CASE WHEN request_id IS NULL THEN CAST(?3 AS INTEGER) END, 0, 0
FROM skill_usage_erasures
WHERE tombstone = ?1
  AND (request_id = ?2 OR request_id IS NULL)`;

export interface ErasureRow {
  tombstone: string;
  /** `null` once it is finished. */
  user_hashes: string | null;
  erased_until: number;
  request_id: string | null;
  events_from: number | null;
  lists_from: number | null;
  lists_to: number | null;
  /** Start of the oldest event of all. */
  oldest: number | null;
}

/** Reads some erasures (?1, JSON: their tombstones), in their order. */
export const erasureQuery: Query<{ tombstones: readonly string[] }, ErasureRow> = {
  sql: `
SELECT
  erasure.tombstone AS tombstone,
  user_hashes,
  erased_until,
  request_id,
  events_from,
  lists_from,
  lists_to,
  (SELECT started_at FROM skill_usage_events ORDER BY started_at, event_id LIMIT 1) AS oldest
FROM json_each(?1) AS wanted
CROSS JOIN skill_usage_erasures AS erasure ON erasure.tombstone = wanted.value
LEFT JOIN skill_usage_erasing AS erasing ON erasing.tombstone = wanted.value
ORDER BY wanted.key`,
  bind: ({ tombstones }) => [JSON.stringify(tombstones)],
  columns: ["tombstone", "user_hashes", "erased_until", "request_id", "events_from", "lists_from", "lists_to", "oldest"],
};

/** Tombstones of erasures that are unfinished, at most ?1 of them. */
export const unfinishedQuery: Query<{ limit: number }, { tombstone: string }> = {
  sql: `
SELECT tombstone
FROM skill_usage_erasing
ORDER BY tombstone
LIMIT CAST(?1 AS INTEGER)`,
  bind: ({ limit }) => [limit],
  columns: ["tombstone"],
};

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

export const END_EVENTS_SQL: string = `
UPDATE skill_usage_erasures
SET events_from = NULL
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NOT NULL`;

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

/** Forgets whom an erasure was about that is finished, or gone with the days that it guarded. */
export const FORGET_SQL: string = `
DELETE FROM skill_usage_erasing
WHERE tombstone = ?1
  AND NOT EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id IS NOT NULL)`;
