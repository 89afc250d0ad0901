/**
 * Storing rows: the statements of one `batch()` of D1, which is a transaction.
 *
 * Marks come first, then the events, then what follows from them; what ingest must know of the database is read along.
 */
import { type Cost, costOf, type Database, type Query } from "../database.ts";
import { EVENT_COLUMNS, type EventRow, type LossAccount } from "../event.ts";
import { type EventToMark, isErasedSql, MARK_DIRTY_SQL, RAW_FROM_SQL, spansToMark, tombstonesOf } from "../rollup/marks.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import { INSERT_LOSSES_SQL } from "./losses.ts";
import { type SkillNames, skillNamesQuery, type SkillNamesRow } from "./skill-names.ts";

/** A row, how its person was known before the secret was changed, and what would be kept after an erasure: ingest looks whether it is. */
export interface IngestRow extends EventRow, EventToMark {
  previousHash: string | null;
}

interface Stored {
  stored: number;
  rawFrom: number;
  dirtyFrom: number | null;
  cost: Cost;
}

interface Learning {
  skillNames: SkillNames | undefined;
  now: number;
}

/** Stores rows, and what a client lost. A row that is there already stays as it is. @throws what D1 throws */
export async function storeRows(db: Database, rows: readonly IngestRow[], losses: LossAccount | null, { skillNames, now }: Learning): Promise<Stored> {
  if (rows.length === 0 && losses === null) return { stored: 0, rawFrom: 0, dirtyFrom: null, cost: { rowsRead: 0, rowsWritten: 0 } };
  const parameters = chunkJson(rows.map((row) => JSON.stringify([...FIELDS.map((field) => row[field]), row.previousHash, ...tombstonesOf(row)])));
  const inserts = parameters.map((parameter) => db.prepare(INSERT_EVENTS_SQL).bind(parameter));
  const namesToRead = skillNames?.namesToRead(now);
  const hasAliases = rows.some(({ previousHash }) => previousHash !== null);
  const aliases = hasAliases ? parameters.map((parameter) => db.prepare(INSERT_ALIASES_SQL).bind(parameter)) : [];
  const results = await db.batch<StateRow & SkillNamesRow>([
    db.prepare(MARK_DIRTY_SQL).bind(spansToMark(rows)),
    ...inserts,
    ...aliases,
    ...(losses === null ? [] : [db.prepare(INSERT_LOSSES_SQL).bind(losses.id, losses.at, JSON.stringify(losses.reasons))]),
    ...(namesToRead === undefined ? [] : [db.prepare(skillNamesQuery.sql).bind(...skillNamesQuery.bind(namesToRead))]),
    db.prepare(stateQuery.sql),
  ]);
  if (namesToRead !== undefined) skillNames?.learn(namesToRead.day, results.at(-2)?.results ?? []);
  const state = results.at(-1)?.results[0];
  const stored = results.slice(1, 1 + inserts.length).reduce((sum, { meta }) => sum + (meta.changes ?? 0), 0);
  return { stored, rawFrom: state?.raw_from ?? 0, dirtyFrom: state?.dirty_from ?? null, cost: costOf(results) };
}

const FIELDS = Object.keys(EVENT_COLUMNS) as (keyof EventRow)[];
const COLUMNS = Object.values(EVENT_COLUMNS).join(", ");
const VALUES = FIELDS.map((_, index) => `value ->> ${index}`).join(", ");

/** Places in a row of the parameter: what is no column stands behind the columns. */
const USER_HASH_PLACE = FIELDS.indexOf("userHash");
const PREVIOUS_HASH_PLACE = FIELDS.length;
const IS_ERASED_SQL = isErasedSql("value", PREVIOUS_HASH_PLACE + 1);

/** One JSON parameter for all rows, which passes D1's limit of 100 parameters. Events of people who are erased are passed over. */
export const INSERT_EVENTS_SQL: string = `
INSERT INTO skill_usage_events (${COLUMNS})
SELECT ${VALUES}
FROM json_each(?1)
WHERE (value ->> 0) >= ${RAW_FROM_SQL}
  AND NOT ${IS_ERASED_SQL}
ON CONFLICT DO NOTHING`;

/**
 * While the secret is being changed: notes under which pseudonym everybody whose event was just stored is known already. Who has a
 * number under the new one keeps it: cells that list it would otherwise name two people.
 */
export const INSERT_ALIASES_SQL: string = `
INSERT INTO skill_usage_aliases (user_hash, known_as)
SELECT
  value ->> ${USER_HASH_PLACE},
  COALESCE((SELECT known_as FROM skill_usage_aliases WHERE user_hash = (value ->> ${PREVIOUS_HASH_PLACE})), value ->> ${PREVIOUS_HASH_PLACE})
FROM json_each(?1)
WHERE (value ->> ${PREVIOUS_HASH_PLACE}) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM skill_usage_aliases WHERE user_hash = (value ->> ${USER_HASH_PLACE}))
  AND NOT EXISTS (SELECT 1 FROM skill_usage_people WHERE user_hash = (value ->> ${USER_HASH_PLACE}))
  AND EXISTS (
    SELECT 1
    FROM skill_usage_events
    WHERE started_at = (value ->> 0)
      AND event_id = (value ->> 1)
      AND user_hash = (value ->> ${USER_HASH_PLACE})
  )
ON CONFLICT DO NOTHING`;

interface StateRow {
  raw_from: number;
  dirty_from: number | null;
}

/** Reads what ingest must know of the database: two rows, along with the batch. */
export const stateQuery: Query<null, StateRow> = {
  sql: `
SELECT
  ${RAW_FROM_SQL} AS raw_from,
  (SELECT MIN(starts_at) FROM skill_usage_dirty WHERE period_ms = ${HOUR_MS}) AS dirty_from`,
  bind: () => [],
  columns: ["raw_from", "dirty_from"],
};

/** D1 takes 2 MB a parameter; a character of JSON text has at most three bytes of UTF-8. */
const MAX_PARAMETER_CHARS = 600_000;

/** Joins JSON texts into arrays that fit a parameter: nearly always one. */
function chunkJson(items: readonly string[]): string[] {
  const chunks: string[][] = [[]];
  let chars = 0;
  for (const item of items) {
    if (chars + item.length > MAX_PARAMETER_CHARS && chars > 0) {
      chunks.push([]);
      chars = 0;
    }
    chunks.at(-1)?.push(item);
    chars += item.length + 1;
  }
  return chunks.map((chunk) => `[${chunk.join(",")}]`);
}
