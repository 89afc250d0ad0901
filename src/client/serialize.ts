/**
 * One event as JSON. Each event is serialised by itself, so that one that cannot be costs itself alone.
 *
 * What a skill hands over is fixed when its call ends, cheaply; it is scrubbed when it is about to be sent.
 */
import { blankEvent, ERROR_MESSAGE_CHARS, ERROR_TYPE_CHARS, type UsageEvent } from "../event.ts";
import { scrubNumber, type ScrubRule, scrubText } from "../privacy/scrub.ts";
import { isSensitiveKey } from "../privacy/sensitive-key.ts";
import { isRecord, quiet, shortText } from "./classify.ts";

/** Largest event, in bytes of JSON: metadata at its limit, and room for the rest. */
export const MAX_EVENT_BYTES = 8_192;


/** Bounds of metadata when they are fixed: what is over, even endless, is dropped and costs no more than this, or than listing an object's keys. */
const MAX_METADATA_VALUES = 1_000;
const MAX_METADATA_CHARS = 65_536;

/** What a metadata object is when nothing of it can be kept. */
const DROPPED = '{"_dropped":1}';

const FIELDS = Object.keys(blankEvent(""));

/** An event of plain values, which nobody can change any more. Its metadata are JSON, not scrubbed yet. */
export interface FixedEvent extends Omit<UsageEvent, "metadata"> {
  metadata?: string | undefined;
}

/** An event that waits, and what is noted of it. */
export interface WaitingEvent {
  event: FixedEvent;
  /** The event as it is sent, once it was. */
  json: string | undefined;
  /** Whether its time was corrected by the Worker's clock. */
  isCorrected: boolean;
  /** Its place among all events of the tracker. */
  place: number;
}

/**
 * Fixes an event that a host made: its known fields, with short texts.
 *
 * @throws what its getters throw, and TypeError for a field that JSON cannot hold within bounds
 */
export function fixEvent(given: UsageEvent): FixedEvent {
  const event: FixedEvent = blankEvent("");
  for (const name of FIELDS) {
    const value: unknown = Reflect.get(given, name);
    if (name !== "metadata" && value !== null && /^(obj|fun|big|sym)/.test(typeof value)) throw new TypeError(`"${name}" is no plain value.`);
    Reflect.set(event, name, name === "metadata" ? fixMetadata(value) : typeof value === "string" ? shortText(value) : value);
  }
  return event;
}

/** Metadata that an adapter hands over with many calls, and what they are as JSON: no call has to make it. */
export const sharedMetadata: WeakMap<object, string | undefined> = new WeakMap();

/** Gives metadata as JSON. Those that cannot be read, hold bytes or are no object are dropped: the Worker would refuse their event. */
export function fixMetadata(metadata: unknown): string | undefined {
  let values = 0;
  let chars = 0;
  try {
    const json: string | undefined = JSON.stringify(metadata ?? undefined, (_key, value: unknown) => {
      chars += lengthOf(value);
      if (++values > MAX_METADATA_VALUES || chars > MAX_METADATA_CHARS || isTooMuch(value)) throw new RangeError();
      return value;
    });
    return json === undefined || json[0] === "{" ? json : DROPPED;
  } catch {
    return DROPPED;
  }
}

/** Whether a value is not to be gone through: bytes would be listed one by one, and a Buffer lists its own before it is looked at. */
function isTooMuch(value: unknown): boolean {
  if (!isRecord(value) || isBytes(value)) return isBytes(value);
  return (Array.isArray(value) ? value : Object.keys(value)).length > MAX_METADATA_VALUES || Object.values(value).some(isBytes);
}

const isBytes = (value: unknown): boolean => ArrayBuffer.isView(value);

/** About how much an event takes while it waits, as characters of JSON. */
export function charsOf({ skill, errorMessage, userId, sessionId, metadata }: FixedEvent): number {
  return 300 + lengthOf(skill) + lengthOf(errorMessage) + lengthOf(userId) + lengthOf(sessionId) + lengthOf(metadata);
}

/** Corrects the time of an event by the difference of two clocks. */
export function correctTime(waiting: WaitingEvent, skewMs: number): void {
  waiting.event.startedAt = new Date(waiting.event.startedAt ?? 0).getTime() + skewMs;
  waiting.json = undefined;
  waiting.isCorrected = true;
}

function lengthOf(text: unknown): number {
  return typeof text === "string" ? text.length : 0;
}

/**
 * Lets the owner's hook see an event, and takes back a copy of what it gives.
 *
 * @returns `null` when the hook drops it
 * @throws what the hook throws, and TypeError for what JSON cannot hold within bounds
 */
export function hookEvent(event: FixedEvent, hook: (event: UsageEvent) => UsageEvent | null): FixedEvent | null {
  // JSON leaves out what is undefined, and a hook may ask what is there.
  const shown = JSON.parse(JSON.stringify(event));
  if (event.metadata !== undefined) shown.metadata = JSON.parse(event.metadata);
  const kept = quiet(hook(shown));
  if (kept === null) return null;
  const copy = fixEvent(kept);
  // Both together make a second sending harmless, so a hook that gives a new event does not take them away.
  copy.id ??= event.id;
  copy.startedAt ??= event.startedAt;
  return copy;
}

/** Gives an event as JSON, scrubbed and cut; of what is too large the metadata go first. Throws what `scrubText` throws. */
export function serializeEvent(event: FixedEvent, rules: readonly ScrubRule[] | undefined): string {
  const { errorType, errorMessage, metadata } = event;
  const scrubAndCut = (text: unknown, maxChars: number): string | undefined => (typeof text === "string" ? scrubText(text, rules).slice(0, maxChars) : undefined);
  const json = JSON.stringify({
    ...event,
    errorType: scrubAndCut(errorType, ERROR_TYPE_CHARS),
    errorMessage: scrubAndCut(errorMessage, ERROR_MESSAGE_CHARS),
    metadata: metadata && scrubMetadata(metadata, rules),
  });
  const isOver = metadata !== undefined && metadata !== DROPPED && byteLength(json) > MAX_EVENT_BYTES;
  return isOver ? serializeEvent({ ...event, metadata: DROPPED }, rules) : json;
}

/** The latest metadata and what became of them: those of a connection are the same from call to call, and scrubbing takes longer than all the rest. */
let latest: { metadata?: string; rules?: readonly ScrubRule[] | undefined; scrubbed?: unknown } = {};

/** The Worker holds all of it to its limits. */
function scrubMetadata(metadata: string, rules: readonly ScrubRule[] | undefined): unknown {
  if (latest.metadata === metadata && latest.rules === rules) return latest.scrubbed;
  const scrub = (text: string): string => scrubText(text, rules);
  const scrubbed: unknown = JSON.parse(metadata, (_key, value: unknown) => {
    if (typeof value === "string") return scrub(value);
    if (typeof value === "number") return scrubNumber(value, scrub);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrub(key), isSensitiveKey(key) && typeof item !== "boolean" ? "[redacted]" : item]));
  });
  latest = { metadata, rules, scrubbed };
  return scrubbed;
}

/** Bytes of a text in UTF-8. Encoding one takes longer than all the rest of sending it, and most need no encoding. */
export function byteLength(text: string): number {
  return NOT_ASCII.test(text) ? new TextEncoder().encode(text).byteLength : text.length;
}

const NOT_ASCII = /[\u0080-\uffff]/;
