/**
 * The settings of a tracker. Every default stands on its option, where an editor shows it.
 */
import type { LossReason, Outcome, UsageEvent } from "../event.ts";
import type { ScrubRule } from "../privacy/scrub.ts";
import type { PlatformResponse, PlatformSignal } from "../runtime.ts";

/** Something that fetches: a Worker's service binding, or a stand-in for `fetch`. */
export interface Fetcher {
  fetch(url: string, init: FetchInit): Promise<FetchResponse>;
}

/** What a tracker asks a `Fetcher` for. */
export interface FetchInit {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  /** Set in browsers: the request may outlive its page. */
  keepalive?: boolean;
  /** Aborted when the time limit is over. */
  signal: PlatformSignal;
}

/** What a tracker reads of an answer. A `Response` fits. */
export type FetchResponse = Pick<PlatformResponse, "status" | "headers"> & { json(): Promise<unknown> };

/** How a call ended, as `classify` may decide it. */
export interface Classification {
  outcome?: Outcome | undefined;
  errorType?: string | undefined;
  errorMessage?: string | undefined;
}

/** Options of `createTracker` and `configure`. */
export interface TrackerOptions {
  /** Address of the Worker, such as `https://tracker.example.com`. `/api/track` is added unless the path ends in it. */
  endpoint?: string | undefined;
  /** A service binding to the Worker, instead of the network. */
  fetcher?: Fetcher | undefined;
  /** The ingest key, when the Worker asks for one. Not a secret in a browser: anybody can read it there. */
  key?: string | undefined;
  /** Events that set off a request, 1 to 500. A backlog leaves in requests of up to 100, or of this if it is more. @default 20 */
  batchSize?: number | undefined;
  /** Longest time that an event waits for others, in ms. @default 5000 */
  flushIntervalMs?: number | undefined;
  /** Events that may wait or be on their way. What comes when the queue is full is lost, and counted. @default 1000 */
  maxQueueEvents?: number | undefined;
  /** Size of what may wait, as characters of text. @default 262144 */
  maxQueueBytes?: number | undefined;
  /** Tries after the first, for failures that may pass (network, 408, 425, 429, 500, 502–504). What still fails waits for the next flush. @default 3 */
  maxRetries?: number | undefined;
  /** Time limit of one request, in ms. All tries of a batch together take at most three times as long. @default 5000 */
  timeoutMs?: number | undefined;
  /** Where calls come from, unless a call says otherwise. @default "function" */
  source?: string | undefined;
  /** Version of the skills, unless a call says otherwise. */
  version?: string | undefined;
  /**
   * What to take out of errors and metadata beside what the kit knows: `[{ name: "order", pattern: /ORD-\d+/ }]`. An event
   * whose text meets a rule that is none is lost, and counted. @default []
   */
  scrubRules?: readonly ScrubRule[] | undefined;
  /** Records the messages of thrown errors, scrubbed. @default true */
  errorMessages?: boolean | undefined;
  /** Decides how a call ended; `undefined` leaves it to the rules. A hook that throws is ignored. */
  classify?: ((result: unknown, error: unknown) => Classification | undefined) | undefined;
  /** Sees every event when it is about to be scrubbed and sent: change it, or return `null` to drop it. An event whose hook throws is dropped and counted, and one whose time the Worker's clock corrects is seen once more. */
  beforeSend?: ((event: UsageEvent) => UsageEvent | null) | undefined;
  /** Hears why events were lost; `detail` says more where the reason does not say it all, else it is empty. @default silence */
  onError?: ((reason: LossReason, detail: string) => void) | undefined;
  /**
   * What Global Privacy Control or Do Not Track in a browser does: `no-person` counts the call without `userId` and
   * `sessionId`, as does `drop_user`, which is the Worker's word for it; `drop` sends nothing, `ignore` does nothing.
   * @default "no-person"
   */
  privacySignals?: "no-person" | "drop_user" | "drop" | "ignore" | undefined;
  /** Prints each request to the console instead of sending it. @default false */
  dryRun?: boolean | undefined;
  /** Sends nothing and wraps nothing. `DO_NOT_TRACK=1` and `TRACK_SKILLS_DISABLED=1` in the environment do the same. @default false */
  disabled?: boolean | undefined;
}

/** What became of the events of a tracker. */
export interface TrackerStats {
  /** Waiting, or on their way. */
  queued: number;
  /** Stored by the Worker. */
  sent: number;
  /** Found stored already: retries whose first answer was lost. */
  duplicates: number;
  /** Refused by the Worker, one by one. All but those of people who want to be left alone count as lost, too. */
  rejected: number;
  /** Lost, by reason. The Worker hears of it with the next batch. */
  lost: Record<LossReason, number>;
}

/** What surrounds a call. Everything is optional, and anything else in it is left alone. */
export interface CallContext {
  userId?: string | undefined;
  sessionId?: string | undefined;
  version?: string | undefined;
  source?: string | undefined;
  variant?: string | undefined;
  metadata?: Readonly<Record<string, unknown>> | undefined;
  /** An aborted signal makes a failed call `cancelled`. */
  signal?: { readonly aborted: boolean } | undefined;
  /** Keeps a Worker alive until the event is sent. Called as a method, when the call begins and when it has ended. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** Options of `wrap`. */
export interface WrapOptions<Args extends readonly unknown[]> {
  /** What surrounds each call: fixed, or found from the call's arguments. */
  context?: CallContext | ((...args: Args) => CallContext | undefined) | undefined;
}
