/**
 * Sends one batch: with a time limit, and again where the failure may pass. Never throws.
 */
import { read } from "./classify.ts";
import type { FetchResponse } from "./options.ts";

/** What became of a batch. */
export type Delivery =
  | { kind: "answered"; accepted: number; duplicates: number; rejected: number }
  | { kind: "too_large" }
  | { kind: "refused"; detail: string }
  | { kind: "unreachable"; detail: string };

/** What sending needs; time and chance come in as parameters. */
export interface Transport {
  post(body: string): Promise<FetchResponse>;
  sleep(ms: number): Promise<void>;
  random(): number;
  maxRetries: number;
}

/** Answers after which the same request may succeed. */
const RETRYABLE = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Back-off with full jitter: a random part of 0.5 s, 1 s, 2 s, … (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
const BACKOFF_BASE_MS = 500;

/** A collector that asks for more patience than this is given up: events must not grow old in memory. */
const MAX_RETRY_AFTER_MS = 30_000;

/** Sends a body, and again after failures that may pass. The same bytes each time: the ids in them make a retry harmless. */
export async function deliver(body: string, transport: Transport, maxRetries: number = transport.maxRetries): Promise<Delivery> {
  for (let attempt = 0; ; attempt++) {
    let failure: Delivery;
    let waitMs = transport.random() * BACKOFF_BASE_MS * 2 ** attempt;
    try {
      const response = await transport.post(body);
      const answer = await readAnswer(response);
      if (answer !== undefined) return answer;
      failure = { kind: "refused", detail: `HTTP ${response.status}` };
      if (!RETRYABLE.has(response.status)) return failure;
      waitMs = Math.max(waitMs, retryAfterMs(response));
    } catch (error) {
      failure = { kind: "unreachable", detail: String(read(error, "message") ?? error) };
    }
    if (attempt >= maxRetries || waitMs > MAX_RETRY_AFTER_MS) return failure;
    await transport.sleep(waitMs);
  }
}

/** Reads the answer to its end in every case: an unread one holds a connection of the Worker. */
async function readAnswer(response: FetchResponse): Promise<Delivery | undefined> {
  const body = await response.json().catch(() => undefined);
  if (response.status === 413) return { kind: "too_large" };
  if (response.status !== 202 && response.status !== 422) return undefined;
  const count = (name: string): number => Number(read(body, name)) || 0;
  const rejected = read(body, "rejected");
  return {
    kind: "answered",
    accepted: count("accepted"),
    duplicates: count("duplicates"),
    rejected: Array.isArray(rejected) ? rejected.length : 0,
  };
}

/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(response: FetchResponse): number {
  const value = response.headers.get("Retry-After");
  if (value === null) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? 0 : ms;
}
