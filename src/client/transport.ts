/**
 * One request: posted through the service binding or over the network, within a time limit. Never rejects.
 */
import { retryAfterMs } from "../endpoint.ts";
import { read } from "./classify.ts";
import { callMethod, isPage, later } from "./runtime-hooks.ts";
import { byteLength } from "./serialize.ts";
import type { FetchResponse } from "./options.ts";
import type { Settings } from "./settings.ts";

/** What the Worker said. */
export interface Answer {
  /** HTTP status; 0 when there was no answer. */
  status: number;
  /** Time that it asked to wait, in ms. @default 0 */
  retryAfterMs?: number;
  /** The body, where it is JSON. */
  body?: unknown;
}

/** Posts a body that holds some events, within a time. What is the last of a page that goes, as far as is known, leaves as a beacon when nothing else works. */
export type Post = (body: string, events: number, withinMs: number, isLast: boolean) => Promise<Answer>;

/** Browsers let all requests that outlive their page hold 64 KiB together (Fetch standard, keepalive). */
const KEEPALIVE_BYTES = 65_536;

/** What the requests of all trackers of the page hold. */
let keptAliveBytes = 0;

/** Makes the function that posts. */
export function createPost({ url = "", key, fetcher, dryRun }: Settings): Post {
  async function exchange(body: string, events: number, isLast: boolean, signal: AbortSignal): Promise<Answer> {
    if (dryRun) {
      console.log(body);
      return { status: 202, body: { accepted: events } };
    }
    // A page's JSON is sent as text: its own type would cost a preflight.
    const headers: Record<string, string> = { "Content-Type": isPage ? "text/plain" : "application/json" };
    if (!isPage && key !== undefined) headers["Authorization"] = `Bearer ${key}`;
    const bytes = isPage ? byteLength(body) : 0;
    const keepalive = isPage && keptAliveBytes + bytes <= KEEPALIVE_BYTES;
    const init = { method: "POST" as const, headers, body, signal, ...(keepalive && { keepalive }) };
    if (keepalive) keptAliveBytes += bytes;
    try {
      return await readAnswer(await (fetcher === undefined ? fetch(url, init) : fetcher.fetch(url, init)));
    } catch (error) {
      // Nobody hears what becomes of a beacon: a page that lives on sends the events again, which their ids make harmless.
      if (isLast) callMethod(read(globalThis, "navigator"), "sendBeacon", url, body);
      throw error;
    } finally {
      if (keepalive) keptAliveBytes -= bytes;
    }
  }

  return (body, events, withinMs, isLast) =>
    new Promise((resolve) => {
      const controller = new AbortController();
      const fail = (): void => resolve({ status: 0 });
      // Something that fetches may not heed the signal.
      const timer = later(withinMs, () => {
        fail();
        controller.abort();
      });
      exchange(body, events, isLast, controller.signal).then(resolve, fail).finally(() => clearTimeout(timer));
    });
}

/** Reads the answer to its end in every case: an unread one holds a connection of the Worker. */
async function readAnswer(response: FetchResponse): Promise<Answer> {
  const { status } = response;
  const body: unknown = await response.json().catch((error: unknown) => {
    // A broken one does not say what was stored: it is no answer, and the batch goes again.
    if (status === 202) throw error;
  });
  return { status, retryAfterMs: retryAfterMs(response.headers.get("Retry-After")), body };
}
