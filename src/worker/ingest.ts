/**
 * From events as they came to rows: validate, scrub, pseudonymise, store. One D1 round trip a request.
 *
 * Raw user ids live only inside these functions, for as long as one request.
 */
import { addCosts, type Cost, costOf, type Database, type Query } from "../database.ts";
import { EVENT_COLUMNS, type EventRow, LIMITS, type LossAccount, type UsageEvent } from "../event.ts";
import { looksLikeUnkeyedHash, type Pseudonymizer } from "../privacy/pseudonym.ts";
import { scrubText } from "../privacy/scrub.ts";
import { cut, scrubMetadata } from "../privacy/scrub-metadata.ts";
import { MARK_DIRTY_SQL, RAW_FROM_SQL, spansToMark } from "../rollup/marks.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type Identity, identityFor, type IdentityOptions } from "./identity.ts";
import { INSERT_LOSSES_SQL, parseLosses } from "./losses.ts";
import { isValidEvent, parseEvent, type Rejection, type ValidEvent } from "./validate.ts";

/** What became of a batch: the body of the answer to `POST /api/track`. */
export interface TrackResult {
  /** Events stored now. */
  accepted: number;
  /** Events that were stored before: retries. Those of somebody who was erased since count as well: whether anybody was is not told. */
  duplicates: number;
  rejected: Rejection[];
  /** The server's clock, ms since 1970, by which a client can correct its own. */
  serverTime: number;
  /** What the sender should mend, though the events are stored. Absent when there is nothing. */
  warnings?: IngestWarning[];
}

/** Something about stored events that their sender should mend. */
export interface IngestWarning {
  /** `unkeyed_hash`: user ids look like plain SHA-1 or SHA-256 hashes. Send the id itself, or a random one: it is hashed here, with a key. */
  code: "unkeyed_hash";
  message: string;
  /** Events that it is about. */
  count: number;
}

/** What ingest needs beside the events. */
export interface IngestOptions extends IdentityOptions {
  /** Days for which events are kept; older ones are rejected. @default 90 */
  rawRetentionDays?: number | undefined;
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
 * Stores one event without HTTP, for code that runs beside the database. Give it the Worker's own secrets, project and identity:
 * under others the same person is somebody else.
 *
 * @returns what became of it, as `POST /api/track` would answer
 * @throws RangeError when `hashSecret` has fewer than 32 bytes, an Error when `previousHashSecret` cannot be used beside it, and what D1 throws
 */
export async function logUsageEvent(db: Database, event: UsageEvent, options: IngestOptions): Promise<TrackResult> {
  return (await ingestEvents(db, [event], options)).result;
}

/**
 * Stores a batch of events, each of which may be anything at all, and what their client says that it lost.
 *
 * @throws RangeError or SecretsError when the secrets cannot be used, and what D1 throws
 */
export async function ingestEvents(db: Database, events: readonly unknown[], options: IngestOptions, lost?: unknown): Promise<IngestReport> {
  const { now = Date.now(), rawRetentionDays = 90 } = options;
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
  const named = valid.filter(({ userId, sessionId }) => userId !== null || sessionId !== null);
  const identity = await identityFor(db, options, named.map(({ startedAt }) => startedAt), now);
  const rows = await Promise.all(valid.map((event) => rowOf(event, identity)));
  const { stored, rawFrom, dirtyFrom, cost } = await storeRows(db, rows, parseLosses(lost, now));
  for (const [place, row] of rows.entries()) {
    if (row.startedAt < rawFrom) rejected.push({ index: places[place] ?? 0, code: "too_old", message: "Events of that day are deleted already." });
  }
  const duplicates = events.length - rejected.length - stored;
  const result = { accepted: stored, duplicates, rejected, serverTime: now, ...warningsOf(valid) };
  return { result, cost: addCosts(identity.cost, cost), dirtyFrom };
}

function warningsOf(events: readonly ValidEvent[]): Pick<TrackResult, "warnings"> {
  const count = events.filter(({ userId }) => userId !== null && looksLikeUnkeyedHash(userId)).length;
  if (count === 0) return {};
  const message = "User ids look like plain hashes, which a list of addresses undoes. Send the id itself, or a random one: it is hashed here, with a key.";
  return { warnings: [{ code: "unkeyed_hash", message, count }] };
}

/** A row, how its person was known before the secret was changed, and what would be kept of either after an erasure: ingest looks whether it is. */
interface IngestRow extends EventRow {
  tombstone: string | null;
  previousTombstone: string | null;
  previousHash: string | null;
}

async function rowOf(event: ValidEvent, identity: Identity): Promise<IngestRow> {
  const { errorType, errorMessage, metadata, outcome, userId, sessionId, ...rest } = event;
  // Scrubbed first and cut afterwards: a cut address would no longer look like one.
  const type = errorType === null ? null : cut(scrubText(cut(errorType, SCRUBBED_CHARS)), LIMITS.errorTypeChars);
  const message = errorMessage === null ? null : cut(scrubText(cut(errorMessage, SCRUBBED_CHARS)), LIMITS.errorMessageChars);
  const hasFailed = outcome === "error" || outcome === "timeout";
  const { current = null, previous = null } = identity.at(event.startedAt) ?? {};
  const [userHash, tombstone] = await pseudonymOf(userId, current);
  const [previousHash, previousTombstone] = await pseudonymOf(userId, previous);
  return {
    ...rest,
    outcome,
    userHash,
    tombstone,
    previousHash,
    previousTombstone,
    sessionHash: sessionId === null || current === null ? null : await current.pseudonym("session", sessionId),
    errorType: type,
    errorMessage: message,
    errorFingerprint: hasFailed ? await fingerprintOf(type, message) : null,
    metadata: metadata === null ? null : scrubMetadata(metadata),
  };
}

async function pseudonymOf(userId: string | null, pseudonymizer: Pseudonymizer | null): Promise<[userHash: string | null, tombstone: string | null]> {
  if (userId === null || pseudonymizer === null) return [null, null];
  const userHash = await pseudonymizer.pseudonym("user", userId);
  return [userHash, await pseudonymizer.pseudonym("tombstone", userHash)];
}

/** Text that is looked at: eight times what is kept, since scrubbing mostly shortens. Bounds the CPU time of an event. */
const SCRUBBED_CHARS = 8 * LIMITS.errorMessageChars;

const FIELDS = Object.keys(EVENT_COLUMNS) as (keyof EventRow)[];
const COLUMNS = Object.values(EVENT_COLUMNS).join(", ");
const VALUES = FIELDS.map((_, index) => `value ->> ${index}`).join(", ");

/** Places in a row of the parameter: what is no column stands behind the columns. */
const USER_HASH_PLACE = FIELDS.indexOf("userHash");
const TOMBSTONE_PLACE = FIELDS.length;
const PREVIOUS_TOMBSTONE_PLACE = TOMBSTONE_PLACE + 1;
const PREVIOUS_HASH_PLACE = TOMBSTONE_PLACE + 2;

/** One JSON parameter for all rows, which passes D1's limit of 100 parameters. Events of people who are erased are passed over. */
export const INSERT_EVENTS_SQL: string = `
INSERT INTO skill_usage_events (${COLUMNS})
SELECT ${VALUES}
FROM json_each(?1)
WHERE (value ->> 0) >= ${RAW_FROM_SQL}
  AND NOT EXISTS (
    SELECT 1
    FROM skill_usage_erasures
    WHERE tombstone IN (value ->> ${TOMBSTONE_PLACE}, value ->> ${PREVIOUS_TOMBSTONE_PLACE})
      AND erased_until >= (value ->> 0)
  )
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

interface Stored {
  stored: number;
  rawFrom: number;
  dirtyFrom: number | null;
  cost: Cost;
}

async function storeRows(db: Database, rows: readonly IngestRow[], losses: LossAccount | null): Promise<Stored> {
  if (rows.length === 0 && losses === null) return { stored: 0, rawFrom: 0, dirtyFrom: null, cost: { rowsRead: 0, rowsWritten: 0 } };
  const parameters = chunkJson(rows.map((row) => JSON.stringify([...FIELDS.map((field) => row[field]), row.tombstone, row.previousTombstone, row.previousHash])));
  const inserts = parameters.map((parameter) => db.prepare(INSERT_EVENTS_SQL).bind(parameter));
  const hasAliases = rows.some(({ previousHash }) => previousHash !== null);
  const aliases = hasAliases ? parameters.map((parameter) => db.prepare(INSERT_ALIASES_SQL).bind(parameter)) : [];
  const results = await db.batch<StateRow>([
    db.prepare(MARK_DIRTY_SQL).bind(spansToMark(rows)),
    ...inserts,
    ...aliases,
    ...(losses === null ? [] : [db.prepare(INSERT_LOSSES_SQL).bind(losses.id, losses.at, JSON.stringify(losses.reasons))]),
    db.prepare(stateQuery.sql),
  ]);
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
