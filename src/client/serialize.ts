/**
 * One event as JSON. Each event is serialised by itself, so that one that cannot be costs itself alone.
 *
 * What a skill hands over is fixed when its call ends, cheaply; it is scrubbed when it is about to be sent.
 */
import { EVENT_FIELDS, LIMITS, type UsageEvent } from "../event.ts";
import { scrubText } from "../privacy/scrub.ts";
import { isSensitiveKey } from "../privacy/sensitive-key.ts";
import { quiet, shortText } from "./classify.ts";

/** Largest event, in bytes of JSON: metadata at its limit, and room for the rest. */
export const MAX_EVENT_BYTES = 8_192;

/** Bounds of metadata when they are fixed: what is over, even endless, costs no more than this and is dropped. */
const MAX_METADATA_VALUES = 1_000;
const MAX_METADATA_CHARS = 65_536;

/** What a metadata object is when nothing of it can be kept. */
const DROPPED = '{"_dropped":1}';

const FIELDS = Object.keys(EVENT_FIELDS);

/** An event that waits: plain values of its own, which nobody can change any more. */
export interface WaitingEvent extends UsageEvent {
  /** JSON of the metadata, not scrubbed yet. */
  metadataJson?: string | undefined;
  /** About how much it takes while it waits, as characters of JSON. */
  chars?: number;
  /** The event as it is sent, once it was. */
  json?: string | undefined;
  /** Whether its time was corrected by the Worker's clock. */
  isCorrected?: boolean | undefined;
}

/**
 * Copies an event that a host made: its known fields, with short texts.
 *
 * @throws what its getters throw, and TypeError for a field that JSON cannot hold within bounds
 */
export function copyEvent(given: UsageEvent): WaitingEvent {
  const event: WaitingEvent = { skill: "" };
  for (const name of FIELDS) {
    const value: unknown = Reflect.get(given, name);
    if (name !== "metadata" && value !== null && /^(obj|fun|big|sym)/.test(typeof value)) throw new TypeError(`"${name}" is no text, number or boolean.`);
    Reflect.set(event, name, typeof value === "string" ? shortText(value) : value);
  }
  return event;
}

/**
 * Fixes an event, which the caller made: it is changed in place. Metadata that cannot be read is dropped instead.
 *
 * @returns about how much it takes while it waits, as characters of JSON
 */
export function fixEvent(event: WaitingEvent): number {
  const { skill, errorMessage, userId, sessionId, metadata } = event;
  if (metadata !== undefined) {
    event.metadataJson = jsonOf(metadata);
    event.metadata = undefined;
  }
  return (event.chars = 300 + lengthOf(skill) + lengthOf(errorMessage) + lengthOf(userId) + lengthOf(sessionId) + lengthOf(event.metadataJson));
}

function jsonOf(metadata: unknown): string {
  let values = 0;
  let chars = 0;
  try {
    return JSON.stringify(metadata, (_key, value: unknown) => {
      chars += lengthOf(value);
      if (++values > MAX_METADATA_VALUES || chars > MAX_METADATA_CHARS) throw new RangeError("too much metadata");
      return value;
    });
  } catch {
    return DROPPED;
  }
}

/** Corrects the time of an event by the difference of two clocks. */
export function correctTime(event: WaitingEvent, skewMs: number): void {
  event.startedAt = new Date(event.startedAt ?? 0).getTime() + skewMs;
  event.json = undefined;
  event.isCorrected = true;
}

/** Gives up the metadata of an event that is too large with it. Tells whether there was any. */
export function dropMetadata(event: WaitingEvent): boolean {
  const hasAny = event.metadataJson !== undefined && event.metadataJson !== DROPPED;
  if (hasAny) event.metadataJson = DROPPED;
  return hasAny;
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
export function hookEvent({ metadataJson, chars: _chars, json: _json, isCorrected: _isCorrected, ...event }: WaitingEvent, hook: (event: UsageEvent) => UsageEvent | null): WaitingEvent | null {
  const { id, startedAt } = event;
  const kept = quiet(hook(metadataJson === undefined ? event : { ...event, metadata: JSON.parse(metadataJson) }));
  if (kept === null) return null;
  const copy = copyEvent(kept);
  // Both together make a second sending harmless, so a hook that gives a new event does not take them away.
  copy.id ??= id;
  copy.startedAt ??= startedAt;
  fixEvent(copy);
  return copy;
}

/** Gives an event as JSON, scrubbed and cut to the limits of the Worker. */
export function serializeEvent({ metadataJson, chars: _chars, json: _json, isCorrected: _isCorrected, ...event }: WaitingEvent): string {
  return JSON.stringify({
    ...event,
    errorType: scrubAndCut(event.errorType, LIMITS.errorTypeChars),
    errorMessage: scrubAndCut(event.errorMessage, LIMITS.errorMessageChars),
    metadata: metadataJson === undefined ? undefined : scrubTree(JSON.parse(metadataJson)),
  });
}

function scrubAndCut(text: unknown, maxChars: number): string | undefined {
  return typeof text === "string" ? scrubText(text).slice(0, maxChars) : undefined;
}

/** Values are scrubbed, and replaced where their name says what they are. The Worker holds all of it to its limits. */
function scrubTree(value: unknown): unknown {
  if (typeof value === "string") return scrubText(value);
  if (Array.isArray(value)) return value.map(scrubTree);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrubText(key), isSensitiveKey(key) && typeof item !== "boolean" ? "[redacted]" : scrubTree(item)]));
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).byteLength;
}
