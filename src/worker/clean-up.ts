/**
 * Clean-up: deletes whole days of events, and roll-ups, that are older than their retention. In chunks, so that each
 * statement stays short, and with a bound per run; what is left is left for the next run.
 *
 * Events go only once their days are rolled up, and before the first of them goes, `raw_from` says so: from then on no
 * event of those days is taken, since a roll-up of them could not be rebuilt.
 */
import { type Cost, costOf, type Database, type StatementResult } from "../database.ts";
import { RAW_FROM_SQL } from "../rollup/marks.ts";
import { DAY_MS, floorTo, HOUR_MS, PERIODS_MS } from "../rollup/scope.ts";

/** Cloudflare's rules of D1: about 10,000 rows a statement. */
const ROWS_PER_CHUNK = 10_000;

/** Statements of one run: the free plan allows 50 queries an invocation, of which a roll-up may use 32. */
const MAX_CHUNKS = 12;

/** Days go this long after their retention, so that no event which was just taken meets the deletion. */
const MARGIN_MS = HOUR_MS;

/** Moves `raw_from` up to ?1, or to the first day that is not rolled up. */
export const RAISE_RAW_FROM_SQL: string = `
INSERT INTO skill_usage_state (name, value)
SELECT 'raw_from', MIN(CAST(?1 AS INTEGER), COALESCE((SELECT MIN(starts_at) FROM skill_usage_dirty WHERE period_ms = ${DAY_MS}), CAST(?1 AS INTEGER)))
WHERE true
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE excluded.value > value`;

/** Deletes the oldest ?1 events before `raw_from`. A table without rowid has no DELETE … LIMIT, so the bound is a primary key. */
export const DELETE_EVENTS_SQL: string = `
DELETE FROM skill_usage_events
WHERE started_at < ${RAW_FROM_SQL}
  AND (started_at, event_id) <= (
    SELECT started_at, event_id
    FROM (
      SELECT started_at, event_id
      FROM skill_usage_events
      WHERE started_at < ${RAW_FROM_SQL}
      ORDER BY started_at, event_id
      LIMIT CAST(?1 AS INTEGER)
    )
    ORDER BY started_at DESC, event_id DESC
    LIMIT 1
  )`;

/** Deletes cells of periods of ?3 ms that begin before ?1, about ?2 of them: whole periods, the oldest. */
export const DELETE_OLD_CELLS_SQL: string = `
DELETE FROM skill_usage_cells
WHERE period_ms = CAST(?3 AS INTEGER)
  AND starts_at < CAST(?1 AS INTEGER)
  AND starts_at < COALESCE((
    SELECT starts_at
    FROM skill_usage_cells
    WHERE period_ms = CAST(?3 AS INTEGER)
    ORDER BY starts_at
    LIMIT 1 OFFSET CAST(?2 AS INTEGER)
  ), CAST(?1 AS INTEGER))`;

export const DELETE_OLD_USER_DAYS_SQL: string = `
DELETE FROM skill_usage_user_days
WHERE day < CAST(?1 AS INTEGER)`;

export const ANY_USER_DAY_SQL: string = `
SELECT 1
FROM skill_usage_user_days
LIMIT 1`;

export const DELETE_OLD_COSTS_SQL: string = `
DELETE FROM skill_usage_costs
WHERE day < CAST(?1 AS INTEGER)`;

export const DELETE_OLD_LOSSES_SQL: string = `
DELETE FROM skill_usage_losses
WHERE reported_at < CAST(?1 AS INTEGER)`;

/** Tombstones whose events no longer pass `raw_from`. Those of an erasure that nobody finished stay while lists may hold the person (?1). */
export const DELETE_OLD_ERASURES_SQL: string = `
DELETE FROM skill_usage_erasures
WHERE erased_until < CASE WHEN request_id IS NULL THEN ${RAW_FROM_SQL} ELSE MIN(${RAW_FROM_SQL}, CAST(?1 AS INTEGER)) END`;

/** The aliases of all people who go next, ?2 of them at most: nothing leads to one whose person is gone. */
export const DELETE_OLD_ALIASES_SQL: string = `
DELETE FROM skill_usage_aliases
WHERE user_hash IN (
  SELECT alias.user_hash
  FROM skill_usage_aliases AS alias
  CROSS JOIN skill_usage_people AS people ON people.user_hash = known_as
  WHERE seen_until < CAST(?1 AS INTEGER)
  LIMIT CAST(?2 AS INTEGER)
)`;

/** People who were not seen within the retention of roll-ups. ?2 of them at most. */
export const DELETE_OLD_PEOPLE_SQL: string = `
DELETE FROM skill_usage_people
WHERE person IN (
  SELECT person
  FROM skill_usage_people
  WHERE seen_until < CAST(?1 AS INTEGER)
  LIMIT CAST(?2 AS INTEGER)
)`;

/** What a clean-up may delete. */
export interface CleanUpOptions {
  now: number;
  rawRetentionDays: number;
  rollUpRetentionDays: number;
}

/** What a clean-up did. */
export interface CleanUpReport extends Cost {
  deletedEvents: number;
  deletedRollUps: number;
  deletedPeople: number;
  /** Whether rows older than their retention are left for the next run. */
  isUnfinished: boolean;
}

/** Deletes what is older than its retention, within the bounds of one run. May be stopped at any moment. Rejects with what D1 says. */
export async function cleanUp(db: Database, { now, rawRetentionDays, rollUpRetentionDays }: CleanUpOptions): Promise<CleanUpReport> {
  const results: StatementResult<unknown>[] = [];
  let chunks = 0;
  const deleteAll = async (sql: string, ...values: unknown[]): Promise<number> => {
    let deleted = 0;
    let changes = ROWS_PER_CHUNK;
    // A statement that deleted much may have left more.
    while (changes >= ROWS_PER_CHUNK / 2 && chunks++ < MAX_CHUNKS) {
      const result = await db.prepare(sql).bind(...values).all();
      results.push(result);
      changes = result.meta.changes ?? 0;
      deleted += changes;
    }
    return deleted;
  };
  const rawBefore = floorTo(now - rawRetentionDays * DAY_MS - MARGIN_MS, DAY_MS);
  const rollUpsBefore = floorTo(now - rollUpRetentionDays * DAY_MS, DAY_MS);
  results.push(await db.prepare(RAISE_RAW_FROM_SQL).bind(rawBefore).all());
  const deletedEvents = await deleteAll(DELETE_EVENTS_SQL, ROWS_PER_CHUNK);
  let deletedCells = 0;
  for (const periodMs of PERIODS_MS) deletedCells += await deleteAll(DELETE_OLD_CELLS_SQL, rollUpsBefore, ROWS_PER_CHUNK, periodMs);
  const deletedUserDays = await deleteAll(DELETE_OLD_USER_DAYS_SQL, rollUpsBefore);
  await deleteAll(DELETE_OLD_COSTS_SQL, rollUpsBefore);
  await deleteAll(DELETE_OLD_LOSSES_SQL, rollUpsBefore);
  await deleteAll(DELETE_OLD_ERASURES_SQL, rollUpsBefore);
  // The search for people looks at all of them, so it is made once a day: when a day of roll-ups has gone, or none is left.
  const isDayGone = deletedUserDays > 0 || (await db.prepare(ANY_USER_DAY_SQL).all()).results.length === 0;
  if (isDayGone) await deleteAll(DELETE_OLD_ALIASES_SQL, rollUpsBefore, ROWS_PER_CHUNK);
  const deletedPeople = isDayGone ? await deleteAll(DELETE_OLD_PEOPLE_SQL, rollUpsBefore, ROWS_PER_CHUNK) : 0;
  return {
    deletedEvents,
    deletedRollUps: deletedCells + deletedUserDays,
    deletedPeople,
    isUnfinished: chunks > MAX_CHUNKS,
    ...costOf(results),
  };
}
