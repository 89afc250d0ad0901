/**
 * The salts of `identity: "daily"`: 32 random bytes for each UTC day, kept until the end of the next day, so that a late
 * event finds the pseudonym of its own day. Random and deleted, rather than derived from the date: afterwards neither the
 * secret nor the database leads from an id to a pseudonym of that day.
 */
import { type Cost, costOf, type Database } from "../database.ts";
import { toBase64url } from "../privacy/base64url.ts";
import { DAY_MS, floorTo } from "../rollup/scope.ts";

/** Deletes the salts of days before ?1. */
export const DELETE_OLD_SALTS_SQL: string = `
DELETE FROM skill_usage_salts
WHERE day < CAST(?1 AS INTEGER)`;

/** Adds salts, given as JSON [[day, salt], ...]. Of two that are made at once the first is the day's. */
export const INSERT_SALTS_SQL: string = `
INSERT INTO skill_usage_salts (day, salt)
SELECT value ->> 0, value ->> 1
FROM json_each(?1)
WHERE true
ON CONFLICT DO NOTHING`;

/** Notes up to where pseudonyms hold for one day: people of such days cannot be counted over several days, then or later. */
export const RAISE_DAILY_UNTIL_SQL: string = `
INSERT INTO skill_usage_state (name, value)
SELECT 'daily_until', MAX(day) + ${DAY_MS}
FROM skill_usage_salts
HAVING COUNT(*) > 0
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE excluded.value > value`;

/** Reads the salts of days from ?1 on: as a rule two. */
export const SALTS_SQL: string = `
SELECT day, salt
FROM skill_usage_salts
WHERE day >= CAST(?1 AS INTEGER)
ORDER BY day`;

export const DAILY_UNTIL_SQL: string = `
SELECT value
FROM skill_usage_state
WHERE name = 'daily_until'`;

export interface SaltRow {
  day: number;
  salt: string;
}

/** The first day whose salt may be used. It ends 48 hours after it began. */
export function firstSaltedDay(now: number): number {
  return floorTo(now, DAY_MS) - DAY_MS;
}

/** The salts that may be used. */
export async function readSalts(db: Database, now: number): Promise<{ salts: SaltRow[]; cost: Cost }> {
  const result = await db.prepare(SALTS_SQL).bind(firstSaltedDay(now)).all<SaltRow>();
  return { salts: result.results, cost: costOf([result]) };
}

/** Deletes the salts that may not be used any more. Rejects with what D1 says. */
export async function deleteOldSalts(db: Database, now: number): Promise<Cost> {
  return costOf([await db.prepare(DELETE_OLD_SALTS_SQL).bind(firstSaltedDay(now)).all()]);
}

/** Makes the salts of some days that have none, and deletes those that are too old, so that nothing depends on a cron. Gives all that may be used. */
export async function makeSalts(db: Database, days: readonly number[], now: number): Promise<{ salts: SaltRow[]; cost: Cost }> {
  const made = days.map((day) => [day, toBase64url(crypto.getRandomValues(new Uint8Array(32)))]);
  const results = await db.batch<SaltRow>([
    db.prepare(DELETE_OLD_SALTS_SQL).bind(firstSaltedDay(now)),
    db.prepare(INSERT_SALTS_SQL).bind(JSON.stringify(made)),
    db.prepare(RAISE_DAILY_UNTIL_SQL),
    db.prepare(SALTS_SQL).bind(firstSaltedDay(now)),
  ]);
  return { salts: results[3]?.results ?? [], cost: costOf(results) };
}
