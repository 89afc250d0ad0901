/**
 * Posts batches to the Worker and waits for its word: an import may take its time, so it never gives an event up; it
 * either hears what became of it or stops and says why.
 */
import { retryAfterMs, trackUrlOf } from "../endpoint.ts";
import type { UsageEvent } from "../event.ts";


/** What the Worker said of a batch. */
export interface Receipt {
  accepted: number;
  duplicates: number;
  rejected: readonly { index: number; code: string }[];
  /** The Worker's clock, ms since 1970. */
  serverTime: number;
}

/** Posts a batch and gives the Worker's word on it. */
export type Deliver = (events: readonly UsageEvent[]) => Promise<Receipt>;

/** Ends an import: a sentence that says what to do. What was acknowledged before stays so. */
export class ImportStopped extends Error {}

/** Where and how to post. The last three are for tests. */
export interface DeliveryOptions {
  /** Address of the Worker, with or without `/api/track`. */
  endpoint: string;
  key?: string | undefined;
  /** Hears of each wait: how long it is, in ms, and why. */
  onWait?: (waitMs: number, reason: string) => void;
  fetch?: typeof fetch;
  /** Waits, in ms. */
  sleep?: (ms: number) => Promise<void>;
  random?: () => number;
}

/** Attempts at a batch, 0.5, 1, 2, 4 and 8 seconds apart where the Worker does not say when. */
const ATTEMPTS = 6;
const ATTEMPTS_AT_SILENCE = 2;
const FIRST_WAIT_MS = 500;

/** Longest time that an import waits because the Worker asks for it. A spent budget takes until midnight. */
const MAX_WAIT_MS = 120_000;

/** A batch of 500 takes far less than a second; a Worker that hangs should not hold an import for long. */
const REQUEST_MS = 30_000;

/** Codes of the Worker that waiting does not mend. */
const OWNER_MUST_ACT: ReadonlySet<string> = new Set(["hash_secret_missing", "database_missing"]);

/** The address of `/api/track`. @throws ImportStopped when it is no address */
export function requireTrackUrl(endpoint: string): string {
  const url = trackUrlOf(endpoint);
  if (url === undefined) throw new ImportStopped(`"${endpoint}" is not an address such as https://my-tracker.example.workers.dev.`);
  return url;
}

/** Makes the function that posts. */
export function createDelivery({ endpoint, key, onWait, fetch: request = fetch, sleep = wait, random = Math.random }: DeliveryOptions): Deliver {
  const url = requireTrackUrl(endpoint);
  const headers = { "Content-Type": "application/json", ...(key !== undefined && { Authorization: `Bearer ${key}` }) };

  async function attempt(events: readonly UsageEvent[]): Promise<Attempt> {
    const body = JSON.stringify({ events, sentAt: Date.now() });
    try {
      const response = await request(url, { method: "POST", headers, body, signal: AbortSignal.timeout(REQUEST_MS) });
      return { status: response.status, retryAfterMs: retryAfterMs(response.headers.get("Retry-After")), answer: parse(await response.text()) };
    } catch (error) {
      return { status: 0, retryAfterMs: 0, answer: null, reason: reasonOf(error) };
    }
  }

  let hasAnswered = false;
  return async function deliver(events) {
    for (let attempts = 1; ; attempts++) {
      const made = await attempt(events);
      hasAnswered ||= made.status !== 0;
      const receipt = receiptOf(made, events.length);
      if (receipt !== undefined) return receipt;
      if (made.status === 413 && events.length > 1) return deliverHalves(deliver, events);
      const waitMs = Math.max(made.retryAfterMs, FIRST_WAIT_MS * 2 ** (attempts - 1) * (0.75 + random() / 2));
      // Where nobody ever answered, the address is wrong or nothing runs there: no reason to keep the reader waiting.
      if (attempts === (hasAnswered ? ATTEMPTS : ATTEMPTS_AT_SILENCE) || !isPassing(made) || made.retryAfterMs > MAX_WAIT_MS) throw new ImportStopped(adviceOf(made, url));
      onWait?.(waitMs, adviceOf(made, url));
      await sleep(waitMs);
    }
  };
}

interface Attempt {
  /** 0 when there was no answer. */
  status: number;
  retryAfterMs: number;
  answer: unknown;
  /** Why there was none. */
  reason?: string;
}

/** An answer that breaks off never comes here: reading it fails, and the batch is sent again. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** A receipt speaks of every event of the batch; an answer that does not comes from something else than the Worker. */
function receiptOf({ status, answer }: Attempt, events: number): Receipt | undefined {
  if (status !== 202 && status !== 422) return undefined;
  const [accepted, duplicates, serverTime] = [fieldOf(answer, "accepted"), fieldOf(answer, "duplicates"), fieldOf(answer, "serverTime")];
  const rejected = fieldOf(answer, "rejected");
  if (typeof accepted !== "number" || typeof duplicates !== "number" || typeof serverTime !== "number" || !Array.isArray(rejected)) return undefined;
  return accepted + duplicates + rejected.length === events ? { accepted, duplicates, rejected, serverTime } : undefined;
}

async function deliverHalves(deliver: Deliver, events: readonly UsageEvent[]): Promise<Receipt> {
  const middle = Math.ceil(events.length / 2);
  const [left, right] = [await deliver(events.slice(0, middle)), await deliver(events.slice(middle))];
  return {
    accepted: left.accepted + right.accepted,
    duplicates: left.duplicates + right.duplicates,
    rejected: [...left.rejected, ...right.rejected.map(({ index, code }) => ({ index: index + middle, code }))],
    serverTime: right.serverTime,
  };
}

/** Whether another attempt may go better. */
function isPassing({ status, answer }: Attempt): boolean {
  if (OWNER_MUST_ACT.has(String(fieldOf(answer, "code")))) return false;
  return status === 0 || status === 408 || status === 429 || status >= 500;
}

function adviceOf({ status, answer, retryAfterMs, reason }: Attempt, url: string): string {
  const { origin } = new URL(url);
  const detail = fieldOf(answer, "detail");
  const said = typeof detail === "string" ? ` It says: ${detail}` : "";
  if (status === 0) return `Nothing answers at ${origin} (${reason}). Is the Worker running? \`npm start\` serves one; --endpoint names another.`;
  if (status === 401) return "The Worker asks for its ingest key: give it as TRACK_INGEST_KEY, or with --key.";
  if (status < 300 || status === 404 || status === 405) return `${url} is not a Track-Skills Worker (status ${status}). --endpoint takes its address.`;
  const waiting = retryAfterMs > MAX_WAIT_MS ? ` It takes events again in ${Math.ceil(retryAfterMs / 60_000)} minutes.` : "";
  return `The Worker answered ${status}.${said}${waiting}`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = fieldOf(cause, "code");
  return typeof code === "string" ? code : error instanceof Error ? error.message : String(error);
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
