/**
 * Reads the bodies of requests that bring events, within their limit and without trust.
 */
import { LIMITS } from "../event.ts";
import { Problem } from "./problem.ts";

/** What a body held: its events and the client's losses, not yet looked at, and the key when it stood in the body. */
export interface TrackBody {
  events: unknown[];
  lost: unknown;
  key: string | undefined;
}

/**
 * Reads a body of one event, or of `{ "events": [...] }`.
 *
 * @throws Problem when it is too large, not JSON, of a foreign content type, or holds more than 500 events
 */
export async function readTrackBody(request: Request): Promise<TrackBody> {
  const type = (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "" && type !== "application/json" && type !== "text/plain") {
    throw new Problem("unsupported_content_type", 'Send JSON with "Content-Type: application/json" (or text/plain, for beacons).');
  }
  return bodyOf(await readJson(request));
}

/**
 * Reads a body of JSON, whatever its content type.
 *
 * @throws Problem when it is too large or not JSON
 */
export async function readJson(request: Request): Promise<unknown> {
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_json", "The body is not JSON.");
  }
}

function bodyOf(value: unknown): TrackBody {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("malformed_json", 'The body is one event, or { "events": [event, ...] }.');
  }
  const key = "key" in value && typeof value.key === "string" ? value.key : undefined;
  if (!("events" in value)) return { events: [value], lost: undefined, key };
  if (!Array.isArray(value.events)) throw new Problem("malformed_json", '"events" is a list of events.');
  if (value.events.length > LIMITS.batchEvents) {
    throw new Problem("too_many_events", `A request holds at most ${LIMITS.batchEvents} events: split the batch.`);
  }
  return { events: value.events, lost: "lost" in value ? value.lost : undefined, key };
}

/** Reads at most `LIMITS.bodyBytes`, so that a body without a length cannot fill the memory. */
async function readText(request: Request): Promise<string> {
  const tooLarge = new Problem("body_too_large", `A body holds at most ${LIMITS.bodyBytes} bytes: split the batch.`);
  if (Number(request.headers.get("Content-Length") ?? 0) > LIMITS.bodyBytes) throw tooLarge;
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > LIMITS.bodyBytes) throw tooLarge;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
