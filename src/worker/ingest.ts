/**
 * From events as they came to rows: validate, scrub, pseudonymise, store. One D1 round trip a request.
 *
 * Raw user ids live only inside these functions, for as long as one request.
 */
import { type Cost, costOf, type Database, type Query } from "../database.ts";
import { EVENT_COLUMNS, type EventRow, LIMITS, type LossAccount, type UsageEvent } from "../event.ts";
import { createPseudonymizer, type Pseudonymizer } from "../privacy/pseudonym.ts";
import { type ScrubRule, scrubText } from "../privacy/scrub.ts";
import { cut, scrubMetadata } from "../privacy/scrub-metadata.ts";
import { MARK_DIRTY_SQL, RAW_FROM_SQL, spansToMark } from "../rollup/marks.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { INSERT_LOSSES_SQL, parseLosses } from "./losses.ts";
import { type SkillNames, skillNamesQuery, type SkillNamesRow } from "./skill-names.ts";
import { isValidEvent, parseEvent, type Rejection, type ValidEvent } from "./validate.ts";

/** What became of a batch: the body of the answer to `POST /api/track`. */
export interface TrackResult {
  /** Events stored now. */
  accepted: number;
  /** Events that were stored before: retries. Those of somebody who was erased since count as well: whether anybody was is not told. */
  duplicates: number;
  rejected: Rejection[];
  /** Events that are stored as the skill `other`, their name in the metadata as `_skill`: their day has `maxSkillsPerDay` others. Absent when none. */
  folded?: number;
  /** The server's clock, ms since 1970, by which a client can correct its own. */
  serverTime: number;
}

/** What ingest needs beside the events. */
export interface IngestOptions {
  /** Key of the pseudonyms, at least 32 bytes. */
  hashSecret: string;
  /** Days for which events are kept; older ones are rejected. @default 90 */
  rawRetentionDays?: number | undefined;
  /** Keys of metadata that are stored, as the Worker's option of that name. @default [] (the kit's own) */
  metadata?: "all" | readonly string[] | undefined;
  /** Rules of scrubbing beside those of the kit, as the Worker's option of that name. @default [] */
  scrubRules?: readonly ScrubRule[] | undefined;
  /** The current time, ms since 1970. @default Date.now() */
  now?: number | undefined;
}

/** What became of a batch, what it cost, and what it leaves to do. */
export interface IngestReport {
  result: TrackResult;
  /** Rows written: one per event, one more per failed one, one to three for the first event of an hour, of a quarter and of a day; none for a retry. */
  cost: Cost;
  /** Start of the earliest hour that waits for a roll-up; `null` when none does. */
  dirtyFrom: number | null;
}

/**
 * Stores one event without HTTP, for code that runs beside the database.
 *
 * @returns what became of it, as `POST /api/track` would answer
 * @throws RangeError when `hashSecret` has fewer than 32 bytes, and what D1 throws
 */
export async function logUsageEvent(db: Database, event: UsageEvent, options: IngestOptions): Promise<TrackResult> {
  return (await ingestEvents(db, [event], options)).result;
}

/**
 * Stores a batch of events, each of which may be anything at all, and what their client says that it lost. With
 * `skillNames`, a day takes a bounded number of them.
 *
 * @throws RangeError when `hashSecret` has fewer than 32 bytes, and what D1 throws
 */
export async function ingestEvents(db: Database, events: readonly unknown[], options: IngestOptions, lost?: unknown, skillNames?: SkillNames): Promise<IngestReport> {
  const { now = Date.now(), rawRetentionDays = 90 } = options;
  const pseudonymizer = await createPseudonymizer(options.hashSecret);
  const context = { now, rawRetentionDays, makeId: () => crypto.randomUUID() };
  const valid: ValidEvent[] = [];
  const places: number[] = [];
  const rejected: Rejection[] = [];
  for (const [index, event] of events.entries()) {
    const parsed = parseEvent(event, context);
    if (isValidEvent(parsed)) {
      valid.push(parsed);
      places.push(index);
    } else {
      rejected.push({ index, ...parsed });
    }
  }
  const { named, folded } = skillNames?.bound(valid) ?? { named: valid, folded: 0 };
  const rows = await Promise.all(named.map((event) => rowOf(event, pseudonymizer, options)));
  const { stored, rawFrom, dirtyFrom, cost } = await storeRows(db, rows, parseLosses(lost, now), { skillNames, now });
  for (const [place, row] of rows.entries()) {
    if (row.startedAt < rawFrom) rejected.push({ index: places[place] ?? 0, code: "too_old", message: "Events of that day are deleted already." });
  }
  const duplicates = events.length - rejected.length - stored;
  return { result: { accepted: stored, duplicates, rejected, ...(folded > 0 && { folded }), serverTime: now }, cost, dirtyFrom };
}

/** A row, and what would be kept of its person after an erasure: ingest looks whether it is. */
interface IngestRow extends EventRow {
  tombstone: string | null;
}

async function rowOf(event: ValidEvent, pseudonymizer: Pseudonymizer, options: IngestOptions): Promise<IngestRow> {
  const { errorType, errorMessage, metadata, outcome, userId, sessionId, ...rest } = event;
  const { scrubRules } = options;
  // Scrubbed first and cut afterwards: a cut address would no longer look like one.
  const type = errorType === null ? null : cut(scrubText(cut(errorType, SCRUBBED_CHARS), scrubRules), LIMITS.errorTypeChars);
  const message = errorMessage === null ? null : cut(scrubText(cut(errorMessage, SCRUBBED_CHARS), scrubRules), LIMITS.errorMessageChars);
  const hasFailed = outcome === "error" || outcome === "timeout";
  const userHash = userId === null ? null : await pseudonymizer.pseudonym("user", userId);
  return {
    ...rest,
    outcome,
    userHash,
    tombstone: userHash === null ? null : await pseudonymizer.pseudonym("tombstone", userHash),
    sessionHash: sessionId === null ? null : await pseudonymizer.pseudonym("session", sessionId),
    errorType: type,
    errorMessage: message,
    errorFingerprint: hasFailed ? await fingerprintOf(type, message) : null,
    metadata: metadata === null ? null : scrubMetadata(metadata, options),
  };
}

/** Text that is looked at: eight times what is kept, since scrubbing mostly shortens. Bounds the CPU time of an event. */
const SCRUBBED_CHARS = 8 * LIMITS.errorMessageChars;

const FIELDS = Object.keys(EVENT_COLUMNS) as (keyof EventRow)[];
const COLUMNS = Object.values(EVENT_COLUMNS).join(", ");
const VALUES = FIELDS.map((_, index) => `value ->> ${index}`).join(", ");

/** Place of the tombstone in a row of the parameter: behind the columns. */
const TOMBSTONE_PLACE = FIELDS.length;

/** One JSON parameter for all rows, which passes D1's limit of 100 parameters. Events of people who are erased are passed over. */
export const INSERT_EVENTS_SQL: string = `
INSERT INTO skill_usage_events (${COLUMNS})
SELECT ${VALUES}
FROM json_each(?1)
WHERE (value ->> 0) >= ${RAW_FROM_SQL}
  AND NOT EXISTS (
    SELECT 1
    FROM skill_usage_erasures
    WHERE tombstone = (value ->> ${TOMBSTONE_PLACE})
      AND erased_until >= (value ->> 0)
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

async function storeRows(db: Database, rows: readonly IngestRow[], losses: LossAccount | null, { skillNames, now }: Learning): Promise<Stored> {
  if (rows.length === 0 && losses === null) return { stored: 0, rawFrom: 0, dirtyFrom: null, cost: { rowsRead: 0, rowsWritten: 0 } };
  const parameters = chunkJson(rows.map((row) => JSON.stringify([...FIELDS.map((field) => row[field]), row.tombstone])));
  const inserts = parameters.map((parameter) => db.prepare(INSERT_EVENTS_SQL).bind(parameter));
  const namesToRead = skillNames?.namesToRead(now);
  const results = await db.batch<StateRow & SkillNamesRow>([
    db.prepare(MARK_DIRTY_SQL).bind(spansToMark(rows)),
    ...inserts,
    ...(losses === null ? [] : [db.prepare(INSERT_LOSSES_SQL).bind(losses.id, losses.at, JSON.stringify(losses.reasons))]),
    ...(namesToRead === undefined ? [] : [db.prepare(skillNamesQuery.sql).bind(...skillNamesQuery.bind(namesToRead))]),
    db.prepare(stateQuery.sql),
  ]);
  if (namesToRead !== undefined) skillNames?.learn(namesToRead.day, results.at(-2)?.results ?? []);
  const state = results.at(-1)?.results[0];
  const stored = results.slice(1, 1 + inserts.length).reduce((sum, { meta }) => sum + (meta.changes ?? 0), 0);
  return { stored, rawFrom: state?.raw_from ?? 0, dirtyFrom: state?.dirty_from ?? null, cost: costOf(results) };
}

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
