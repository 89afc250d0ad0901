/**
 * One event as JSON. Each event is serialised by itself, so that one that cannot be costs itself alone.
 *
 * What a skill hands over is fixed when its call ends, cheaply; it is scrubbed when it is about to be sent.
 */
import { LIMITS, type UsageEvent } from "../event.ts";
import { scrubText } from "../privacy/scrub.ts";
import { isSensitiveKey } from "../privacy/sensitive-key.ts";

/** Largest event, in bytes of JSON: metadata at its limit, and room for the rest. */
export const MAX_EVENT_BYTES = 8_192;

/** Text of an error that is scrubbed before it is cut: bounds the time and the memory of one event. */
const SCRUBBED_CHARS = 4 * LIMITS.errorMessageChars;

/** Metadata longer than this is not even looked at. */
const MAX_METADATA_CHARS = 65_536;

/** What a metadata object is when nothing of it can be kept. */
const DROPPED = '{"_dropped":1}';

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
 * Fixes an event, which the caller made: it is changed in place. Metadata that cannot be read is dropped instead.
 *
 * @returns about how much it takes while it waits, as characters of JSON
 */
export function fixEvent(event: WaitingEvent): number {
  const { skill, errorMessage, metadata } = event;
  if (lengthOf(errorMessage) > SCRUBBED_CHARS) event.errorMessage = copyOf(String(errorMessage).slice(0, SCRUBBED_CHARS));
  if (metadata !== undefined) {
    event.metadataJson = jsonOf(metadata);
    event.metadata = undefined;
  }
  return (event.chars = 300 + lengthOf(skill) + lengthOf(event.errorMessage) + lengthOf(event.metadataJson));
}

/** Gives up the metadata of an event that is too large with it. Tells whether there was any. */
export function dropMetadata(event: WaitingEvent): boolean {
  const hasAny = event.metadataJson !== undefined && event.metadataJson !== DROPPED;
  if (hasAny) event.metadataJson = DROPPED;
  return hasAny;
}

/** Engines keep the whole text for a part of it, unless it is written anew. */
function copyOf(text: string): string {
  return JSON.parse(JSON.stringify(text));
}

function jsonOf(metadata: unknown): string {
  try {
    const json = JSON.stringify(metadata);
    return json.length > MAX_METADATA_CHARS ? DROPPED : json;
  } catch {
    return DROPPED;
  }
}

function lengthOf(text: unknown): number {
  return typeof text === "string" ? text.length : 0;
}

/**
 * Gives an event as JSON, scrubbed and cut to the limits of the Worker.
 *
 * @returns `""` when the hook drops it
 * @throws what the hook throws, and what a foreign getter throws
 */
export function serializeEvent({ metadataJson, chars: _chars, json: _json, isCorrected: _isCorrected, ...event }: WaitingEvent, hook: (event: UsageEvent) => UsageEvent | null): string {
  const { id, startedAt } = event;
  const kept = hook(metadataJson === undefined ? event : { ...event, metadata: JSON.parse(metadataJson) });
  if (kept === null) return "";
  const { metadata, errorType, errorMessage } = kept;
  return JSON.stringify({
    ...kept,
    // Both together make a second sending harmless, so a hook that gives a new event does not take them away.
    id: kept.id ?? id,
    startedAt: kept.startedAt ?? startedAt,
    errorType: scrubAndCut(errorType, LIMITS.errorTypeChars),
    errorMessage: scrubAndCut(errorMessage, LIMITS.errorMessageChars),
    metadata: scrubTree(metadata),
  });
}

function scrubAndCut(text: unknown, maxChars: number): string | undefined {
  return typeof text === "string" ? scrubText(text.slice(0, SCRUBBED_CHARS)).slice(0, maxChars) : undefined;
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
