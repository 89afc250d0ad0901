/**
 * Deletes events that are older than their retention: in chunks, so that each statement stays short, and with a bound
 * per run. What is left is left for the next run.
 */
import type { Database } from "../database.ts";

const EVENTS_PER_CHUNK = 2_000;

/** 100,000 events a run: the free plan writes no more rows than that in a day. */
const MAX_CHUNKS = 50;

/** Deletes the oldest events before a time. A table without rowid has no DELETE … LIMIT, so the bound is a primary key. */
export const DELETE_EVENTS_SQL: string = `
DELETE FROM skill_usage_events
WHERE started_at < CAST(?1 AS INTEGER)
  AND (started_at, event_id) <= (
    SELECT started_at, event_id
    FROM (
      SELECT started_at, event_id
      FROM skill_usage_events
      WHERE started_at < CAST(?1 AS INTEGER)
      ORDER BY started_at, event_id
      LIMIT CAST(?2 AS INTEGER)
    )
    ORDER BY started_at DESC, event_id DESC
    LIMIT 1
  )`;

/** What a clean-up did. */
export interface CleanUpReport {
  deletedEvents: number;
  /** Whether events older than the retention are left for the next run. */
  isUnfinished: boolean;
}

/** Deletes events that began before a time. May be stopped and begun again at any moment. */
export async function deleteEventsBefore(db: Database, before: number): Promise<CleanUpReport> {
  let deletedEvents = 0;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const { meta } = await db.prepare(DELETE_EVENTS_SQL).bind(before, EVENTS_PER_CHUNK).all();
    const deleted = meta.changes ?? 0;
    deletedEvents += deleted;
    if (deleted < EVENTS_PER_CHUNK) return { deletedEvents, isUnfinished: false };
  }
  return { deletedEvents, isUnfinished: true };
}
