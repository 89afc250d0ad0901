/**
 * The tracker: events in, batches out. Whatever it is given and whatever the network does, it does not throw into the
 * code that it watches, and does not make it wait.
 */
import type { UsageEvent } from "../event.ts";
import type { WaitUntil } from "../runtime.ts";
import { Channel } from "./channel.ts";
import { read } from "./classify.ts";
import { createMeasure } from "./measure.ts";
import type { CallContext, FetchResponse, LossReason, TrackerOptions, TrackerStats, WrapOptions } from "./options.ts";
import { callMethod, isSilenced, onBeforeExit, onPageHidden, Timers } from "./runtime-hooks.ts";
import { serializeEvent } from "./serialize.ts";
import { type AnyFunction, createWrap, isWrapped } from "./wrap.ts";

/** Measures skills and sends what it measured. */
export interface Tracker {
  /**
   * Gives a function that does what `fn` does and is counted: same arguments, `this`, value and error, sync or async as
   * it was, with the properties, name and length of `fn`. A function that is wrapped twice is counted once.
   */
  wrap<Fn extends AnyFunction>(skill: string, fn: Fn, options?: WrapOptions<Parameters<Fn>>): Fn;
  /** Calls `fn(params, context)`, counts the call and gives back what it gave. See `trackSkillExecution`. */
  trackSkillExecution<Params, Context, Result>(
    skill: string,
    fn: (params: Params, context: Context) => Result,
    params: Params,
    context: Context,
  ): Result;
  /** Queues one event that was measured elsewhere. Never throws. */
  track(event: UsageEvent): void;
  /** Sends all that waits. Settles when it is sent or counted as lost; never rejects. */
  flush(): Promise<void>;
  /** Like `flush`; what comes afterwards is not recorded. */
  shutdown(): Promise<void>;
  /** What became of the events so far. */
  stats(): TrackerStats;
  /** The same tracker for one invocation of a Worker: its events leave through `ctx.waitUntil`. */
  bind(ctx: WaitUntil): Tracker;
}

/** In a Worker, calls of one request that end within this time share a batch. */
const WORKER_FLUSH_MS = 50;

const DEFAULTS = { batchSize: 20, flushIntervalMs: 5_000, maxQueueEvents: 1_000, maxQueueBytes: 262_144, maxRetries: 3, timeoutMs: 5_000 };

/**
 * Makes a tracker. Never throws: options that cannot work make a tracker that measures and loses, and says so to `onError`.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const add = tracker.wrap("add", (left: number, right: number) => left + right);
 * add(1, 2);
 * await tracker.flush();
 * ```
 */
export function createTracker(options: TrackerOptions = {}): Tracker {
  const limits = limitsOf(options);
  const timers = new Timers();
  const stats = emptyStats();
  const isDisabled = options.disabled === true || isSilenced();
  let isShutDown = false;

  const lose = (reason: LossReason, count: number, detail: string): void => {
    stats.lost[reason] += count;
    callMethod(options, "onError", reason, detail);
  };
  const url = trackUrl(options);
  const post = createPost(options, url ?? "", limits.timeoutMs);
  const transport = { post, sleep: (ms: number) => timers.sleep(ms), random: Math.random, maxRetries: limits.maxRetries };
  const openChannel = (): Channel => new Channel({ transport, ...limits, stats, now: Date.now, lose });
  const shared = openChannel();
  const invocations = new WeakMap<object, Channel>();
  let cancelFlush: (() => void) | undefined;

  /** Sends later, when others may have come: without holding the process, but inside the invocation where there is one. */
  function flushLater(channel: Channel, context: object | undefined): void {
    if (context !== undefined) {
      if (channel.size > 1) return;
      callMethod(context, "waitUntil", timers.sleep(WORKER_FLUSH_MS).then(() => channel.flush()));
    } else if (channel.size >= limits.batchSize) {
      void channel.flush();
    } else {
      cancelFlush ??= timers.start(limits.flushIntervalMs, () => {
        cancelFlush = undefined;
        void channel.flush();
      });
    }
  }

  function capture(event: UsageEvent, context: object | undefined): void {
    if (isDisabled || isShutDown) return;
    if (url === undefined) return lose("options", 1, '"endpoint" is the http(s) address of the Worker.');
    const complete = { id: makeId(), startedAt: Date.now(), source: options.source ?? "function", version: options.version, ...event };
    const json = prepare(complete, options, lose);
    if (json === undefined) return;
    const channel = channelOf(context);
    channel.add(json);
    flushLater(channel, context);
  }

  function channelOf(context: object | undefined): Channel {
    if (context === undefined) return shared;
    const known = invocations.get(context) ?? openChannel();
    invocations.set(context, known);
    return known;
  }

  async function flush(): Promise<void> {
    cancelFlush?.();
    cancelFlush = undefined;
    await timers.holding(shared.flush());
  }

  onBeforeExit(() => void (shared.size > 0 && shared.flush(0)));
  onPageHidden(() => void (url !== undefined && sendLast(shared, url, options.key)));

  function trackerFor(bound: object | undefined): Tracker {
    const measure = createMeasure({ options, capture: (event, context) => capture(event, bound ?? context) });
    return {
      wrap: createWrap(measure),
      trackSkillExecution(skill, fn, params, context) {
        const call = () => fn(params, context);
        return isWrapped(fn) ? call() : measure(skill, contextOf(context), call);
      },
      track: (event) => capture(event, bound),
      flush: () => (bound === undefined ? flush() : channelOf(bound).flush()),
      async shutdown() {
        await this.flush();
        isShutDown = true;
      },
      stats: () => ({ ...stats, lost: { ...stats.lost } }),
      bind: (ctx) => trackerFor(ctx),
    };
  }
  return trackerFor(undefined);
}

/** A context may be anything that the skill's host passes along. */
function contextOf(context: unknown): CallContext | undefined {
  return typeof context === "object" && context !== null ? context : undefined;
}

/** Runs the owner's hook and serialises; each event that fails costs itself alone. */
function prepare(event: UsageEvent, options: TrackerOptions, lose: (reason: LossReason, count: number, detail: string) => void): string | undefined {
  let kept: UsageEvent | null;
  try {
    kept = options.beforeSend === undefined ? event : options.beforeSend(event);
  } catch (error) {
    lose("before_send", 1, String(read(error, "message")));
    return undefined;
  }
  if (kept === null) return undefined;
  try {
    const json = serializeEvent(kept);
    if (json === undefined) lose("too_large", 1, "An event has at most 8 KiB.");
    return json;
  } catch (error) {
    lose("unserializable", 1, String(read(error, "message")));
    return undefined;
  }
}

/** Sends what a dying page may still send: by `fetch` with keepalive, or by a beacon, which carries its key in the body. */
function sendLast(channel: Channel, url: string, key: string | undefined): void {
  const body = channel.takeLast();
  if (body === undefined) return;
  const keyed = key === undefined ? body : `${body.slice(0, -1)},"key":${JSON.stringify(key)}}`;
  try {
    const init = { method: "POST", body: keyed, keepalive: true, headers: { "Content-Type": "text/plain" } };
    fetch(url, init).catch(() => undefined);
  } catch {
    callMethod(read(globalThis, "navigator"), "sendBeacon", url, keyed);
  }
}

/** How a batch is posted: through the service binding, or over the network within a time limit. */
function createPost(options: TrackerOptions, url: string, timeoutMs: number): (body: string) => Promise<FetchResponse> {
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (options.key !== undefined) headers["Authorization"] = `Bearer ${options.key}`;
  return async (body) => {
    const init = { method: "POST", headers, body } as const;
    if (options.fetcher !== undefined) return options.fetcher.fetch(url, init);
    return fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  };
}

/** Where batches go; `undefined` when the options name no such place. A service binding needs a URL, but no real one. */
function trackUrl({ endpoint, fetcher }: TrackerOptions): string | undefined {
  try {
    const url = new URL(endpoint ?? (fetcher === undefined ? "" : "https://track-skills.internal"));
    if (!url.pathname.endsWith("/api/track")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/track`;
    return /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers that make no sense fall back to their defaults. */
function limitsOf(options: TrackerOptions): typeof DEFAULTS {
  const limits = { ...DEFAULTS };
  for (const name of ["batchSize", "flushIntervalMs", "maxQueueEvents", "maxQueueBytes", "maxRetries", "timeoutMs"] as const) {
    const value = options[name];
    if (typeof value === "number" && value >= (name === "maxRetries" ? 0 : 1)) limits[name] = value;
  }
  limits.batchSize = Math.min(Math.floor(limits.batchSize), 500);
  return limits;
}

function emptyStats(): TrackerStats {
  const lost = { options: 0, queue_full: 0, too_large: 0, unserializable: 0, before_send: 0, network: 0, refused_by_server: 0 };
  return { queued: 0, sent: 0, duplicates: 0, rejected: 0, lost };
}

/** `crypto.randomUUID` is missing on pages without TLS. Sixteen random digits tell the events of one millisecond apart. */
function makeId(): string {
  const id = callMethod(read(globalThis, "crypto"), "randomUUID");
  return typeof id === "string" ? id : Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
}
