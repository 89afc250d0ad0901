/**
 * From events as they came to rows: validate, scrub, pseudonymise, store. One D1 round trip a request.
 *
 * Raw user ids live only inside these functions, for as long as one request.
 */
import { addCosts, type Cost, type Database } from "../database.ts";
import { ERROR_MESSAGE_CHARS, ERROR_TYPE_CHARS, type UsageEvent } from "../event.ts";
import { looksLikeUnkeyedHash, type Pseudonymizer } from "../privacy/pseudonym.ts";
import { type ScrubRule, scrubText } from "../privacy/scrub.ts";
import { cut, scrubMetadata } from "../privacy/scrub-metadata.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { type Identity, identityFor, type IdentityOptions } from "./identity.ts";
import { parseLosses } from "./losses.ts";
import type { SkillNames } from "./skill-names.ts";
import { type IngestRow, storeRows } from "./store-rows.ts";
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
 * Stores a batch of events, each of which may be anything at all, and what their client says that it lost. With
 * `skillNames`, a day takes a bounded number of them.
 *
 * @throws RangeError or SecretsError when the secrets cannot be used, and what D1 throws
 */
export async function ingestEvents(db: Database, events: readonly unknown[], options: IngestOptions, lost?: unknown, skillNames?: SkillNames): Promise<IngestReport> {
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
  const withSomebody = valid.filter(({ userId, sessionId }) => userId !== null || sessionId !== null);
  const identity = await identityFor(db, options, withSomebody.map(({ startedAt }) => startedAt), now);
  const { named, folded } = skillNames?.bound(valid) ?? { named: valid, folded: 0 };
  const rows = await Promise.all(named.map((event) => rowOf(event, identity, options)));
  const { stored, rawFrom, dirtyFrom, cost } = await storeRows(db, rows, parseLosses(lost, now), { skillNames, now });
  for (const [place, row] of rows.entries()) {
    if (row.startedAt < rawFrom) rejected.push({ index: places[place] ?? 0, code: "too_old", message: "Events of that day are deleted already." });
  }
  const duplicates = events.length - rejected.length - stored;
  const result = { accepted: stored, duplicates, rejected, ...(folded > 0 && { folded }), serverTime: now, ...warningsOf(valid) };
  return { result, cost: addCosts(identity.cost, cost), dirtyFrom };
}

function warningsOf(events: readonly ValidEvent[]): Pick<TrackResult, "warnings"> {
  const count = events.filter(({ userId }) => userId !== null && looksLikeUnkeyedHash(userId)).length;
  if (count === 0) return {};
  const message = "User ids look like plain hashes, which a list of addresses undoes. Send the id itself, or a random one: it is hashed here, with a key.";
  return { warnings: [{ code: "unkeyed_hash", message, count }] };
}

async function rowOf(event: ValidEvent, identity: Identity, options: IngestOptions): Promise<IngestRow> {
  const { errorType, errorMessage, metadata, outcome, userId, sessionId, ...rest } = event;
  const { scrubRules } = options;
  // Scrubbed first and cut afterwards: a cut address would no longer look like one.
  const type = errorType === null ? null : cut(scrubText(cut(errorType, SCRUBBED_CHARS), scrubRules), ERROR_TYPE_CHARS);
  const message = errorMessage === null ? null : cut(scrubText(cut(errorMessage, SCRUBBED_CHARS), scrubRules), ERROR_MESSAGE_CHARS);
  const hasFailed = outcome === "error" || outcome === "timeout";
  const { current = null, previous = null } = identity.at(event.startedAt) ?? {};
  const { current: lasting = null, previous: lastingBefore = null } = identity.lasting ?? {};
  const pseudonyms = await Promise.all([current, previous, lasting, lastingBefore].map((pseudonymizer) => (userId === null || pseudonymizer === null ? null : pseudonymOf(userId, pseudonymizer))));
  const [userHash = null, previousHash = null] = pseudonyms.map((pseudonym) => pseudonym?.userHash ?? null);
  return {
    ...rest,
    outcome,
    userHash,
    previousHash,
    tombstones: pseudonyms.map((pseudonym) => pseudonym?.tombstone ?? null),
    sessionHash: sessionId === null || current === null ? null : await current.pseudonym("session", sessionId),
    errorType: type,
    errorMessage: message,
    errorFingerprint: hasFailed ? await fingerprintOf(type, message) : null,
    metadata: metadata === null ? null : scrubMetadata(metadata, options),
  };
}

async function pseudonymOf(userId: string, pseudonymizer: Pseudonymizer): Promise<{ userHash: string; tombstone: string }> {
  const userHash = await pseudonymizer.pseudonym("user", userId);
  return { userHash, tombstone: await pseudonymizer.pseudonym("tombstone", userHash) };
}

/** Text that is looked at: eight times what is kept, since scrubbing mostly shortens. Bounds the CPU time of an event. */
const SCRUBBED_CHARS = 8 * ERROR_MESSAGE_CHARS;
