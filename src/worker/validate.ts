/**
 * Reads one event of a request: from anything at all to a typed event, or to the reason why not.
 *
 * A field that is `null` counts as absent, which is what most languages send for "nothing". Fields that only describe
 * (labels, errors, metadata) are cut or dropped where they are wrong rather than costing the event.
 */
import { LIMITS, OUTCOMES, type Outcome } from "../event.ts";
import { cut } from "../privacy/scrub-metadata.ts";

/** Why an event was rejected. */
export type RejectionCode =
  | "not_an_object"
  | "invalid_skill"
  | "invalid_id"
  | "invalid_started_at"
  | "clock_skew"
  | "too_old"
  | "invalid_duration"
  | "invalid_success"
  | "invalid_outcome"
  | "invalid_text"
  | "invalid_metadata"
  | "privacy_signal";

/** One rejected event of a batch. */
export interface Rejection {
  /** Its place in the batch, from 0. */
  index: number;
  code: RejectionCode;
  message: string;
}

/** An event that may be stored: read, trimmed and within its limits, with its texts and ids still as they came. */
export interface ValidEvent {
  skill: string;
  id: string;
  startedAt: number;
  durationMs: number;
  clock: "" | "io";
  outcome: Outcome;
  errorType: string | null;
  errorMessage: string | null;
  userId: string | null;
  sessionId: string | null;
  version: string;
  source: string;
  variant: string;
  metadata: object | null;
}

/** What an event is read against. */
export interface ValidationContext {
  now: number;
  rawRetentionDays: number;
  makeId: () => string;
}

/** Thrown while one event is read, and caught by `parseEvent`. */
class InvalidEvent extends Error {
  readonly code: RejectionCode;
  constructor(code: RejectionCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Reads one event. Never throws. */
export function parseEvent(value: unknown, context: ValidationContext): ValidEvent | Omit<Rejection, "index"> {
  try {
    return readEvent(value, context);
  } catch (error) {
    if (error instanceof InvalidEvent) return { code: error.code, message: error.message };
    throw error;
  }
}

/** Whether `parseEvent` accepted an event. */
export function isValidEvent(parsed: ValidEvent | Omit<Rejection, "index">): parsed is ValidEvent {
  return "skill" in parsed;
}

function readEvent(value: unknown, context: ValidationContext): ValidEvent {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidEvent("not_an_object", "An event is an object with at least a skill.");
  }
  const field = (name: string): unknown => (Object.hasOwn(value, name) ? Reflect.get(value, name) ?? undefined : undefined);
  return {
    skill: readSkill(field("skill")),
    id: readId(field("id")) ?? context.makeId(),
    startedAt: readStartedAt(field("startedAt"), context),
    durationMs: readDuration(field("durationMs")),
    clock: field("clock") === "io" ? "io" : "",
    outcome: readOutcome(field("outcome"), field("success")),
    errorType: readText(field("errorType"), "errorType", LIMITS.bodyBytes) || null,
    errorMessage: readText(field("errorMessage"), "errorMessage", LIMITS.bodyBytes) || null,
    userId: readPersonId(field("userId"), "userId"),
    sessionId: readPersonId(field("sessionId"), "sessionId"),
    version: readText(field("version"), "version", LIMITS.labelChars),
    source: readText(field("source"), "source", LIMITS.labelChars),
    variant: readText(field("variant"), "variant", LIMITS.labelChars),
    metadata: readMetadata(field("metadata")),
  };
}

function readSkill(value: unknown): string {
  const skill = typeof value === "string" ? value.toWellFormed().trim() : "";
  if (skill !== "" && skill.length <= LIMITS.skillChars && !/\p{Cc}/u.test(skill)) return skill;
  throw new InvalidEvent("invalid_skill", `"skill" is a string of 1 to ${LIMITS.skillChars} characters without control characters.`);
}

function readId(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && /^[\w-]{1,64}$/.test(value)) return value;
  throw new InvalidEvent("invalid_id", `"id" is a string of 1 to ${LIMITS.idChars} characters of A-Z a-z 0-9 _ -.`);
}

/** ISO 8601 with a zone: a local time would be read in the time zone of the server. */
const ISO_8601 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;

function readStartedAt(value: unknown, { now, rawRetentionDays }: ValidationContext): number {
  if (value === undefined) return now;
  const at = typeof value === "string" ? parseIso(value) : value;
  if (typeof at !== "number" || !Number.isFinite(at) || Math.abs(at) > 8.64e15) {
    throw new InvalidEvent("invalid_started_at", '"startedAt" is milliseconds since 1970, or ISO 8601 with a zone.');
  }
  if (at > now + LIMITS.clockSkewMs) {
    throw new InvalidEvent("clock_skew", '"startedAt" is more than 5 minutes ahead of the server: correct it by "serverTime".');
  }
  if (at < Math.max(0, now - rawRetentionDays * 86_400_000)) {
    throw new InvalidEvent("too_old", `"startedAt" is before the raw retention of ${rawRetentionDays} days.`);
  }
  return Math.floor(at);
}

function parseIso(text: string): number {
  return ISO_8601.test(text) ? Date.parse(text.replace(",", ".").replace(/([+-]\d{2})(\d{2})?$/, (_, hours, minutes = "00") => `${hours}:${minutes}`)) : Number.NaN;
}

function readDuration(value: unknown): number {
  if (value === undefined) return 0;
  if (typeof value === "number" && value >= 0 && value <= LIMITS.durationMs) return Math.round(value);
  throw new InvalidEvent("invalid_duration", '"durationMs" is a number from 0 to 30 days in milliseconds.');
}

function readOutcome(outcome: unknown, success: unknown): Outcome {
  if (success !== undefined && typeof success !== "boolean") throw new InvalidEvent("invalid_success", '"success" is true or false.');
  if (outcome === undefined) return success === false ? "error" : "ok";
  const known = OUTCOMES.find((candidate) => candidate === outcome);
  if (known !== undefined) return known;
  throw new InvalidEvent("invalid_outcome", `"outcome" is one of ${OUTCOMES.join(", ")}.`);
}

/** Cuts a descriptive text rather than refusing the event for it. */
function readText(value: unknown, name: string, maxChars: number): string {
  return cut(cleanText(value, name), maxChars);
}

/** A cut id would be another person's, so a long one is refused. */
function readPersonId(value: unknown, name: string): string | null {
  const id = cleanText(value, name);
  if (id.length > LIMITS.personChars) throw new InvalidEvent("invalid_text", `"${name}" has at most ${LIMITS.personChars} characters.`);
  return id || null;
}

/** Drops control characters but tab and line feed: SQLite's own tools end a text at a NUL. */
export function cleanText(value: unknown, name: string): string {
  if (value === undefined) return "";
  if (typeof value !== "string") throw new InvalidEvent("invalid_text", `"${name}" is a string.`);
  return value.toWellFormed().replace(/[^\P{Cc}\t\n]/gu, "").trim();
}

function readMetadata(value: unknown): object | null {
  if (value === undefined) return null;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InvalidEvent("invalid_metadata", '"metadata" is an object.');
}
