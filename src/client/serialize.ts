/**
 * One event as JSON. Each event is serialised by itself, so that one that cannot be costs itself alone.
 */
import { LIMITS, type UsageEvent } from "../event.ts";
import { scrubText } from "../privacy/scrub.ts";
import { cut, scrubMetadata } from "../privacy/scrub-metadata.ts";

/** Largest event, in bytes of JSON: metadata at its limit, and room for the rest. */
const MAX_EVENT_BYTES = 8_192;

/** Text of an error that is scrubbed before it is cut: bounds the time of one event. */
const SCRUBBED_CHARS = 4 * LIMITS.errorMessageChars;

/**
 * Gives an event as JSON, scrubbed and cut to the limits of the Worker.
 *
 * @returns `undefined` when it is over 8 KiB all the same
 * @throws what a foreign getter throws
 */
export function serializeEvent(event: UsageEvent): string | undefined {
  const { metadata, errorType, errorMessage, ...fields } = event;
  const head = JSON.stringify({
    ...fields,
    errorType: scrubAndCut(errorType, LIMITS.errorTypeChars),
    errorMessage: scrubAndCut(errorMessage, LIMITS.errorMessageChars),
  });
  const scrubbed = metadata === undefined ? null : scrubMetadata(metadata);
  const json = scrubbed === null ? head : `${head.slice(0, -1)},"metadata":${scrubbed}}`;
  return byteLength(json) <= MAX_EVENT_BYTES ? json : undefined;
}

/** Bytes of a text in UTF-8. */
export function byteLength(text: string): number {
  return encoder.encode(text).byteLength;
}

const encoder = new TextEncoder();

function scrubAndCut(text: string | undefined, maxChars: number): string | undefined {
  return typeof text === "string" ? cut(scrubText(cut(text, SCRUBBED_CHARS)), maxChars) : undefined;
}
