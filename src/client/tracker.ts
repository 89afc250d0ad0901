/**
 * The tracker: calls in, batches out. Whatever it is given and whatever the network does, it does not throw into the
 * code that it watches, and does not make it wait.
 */
import type { UsageEvent } from "../event.ts";
import type { WaitUntil } from "../runtime.ts";
import { objectOf } from "./classify.ts";
import { type AfterCall, createMeasure } from "./measure.ts";
import type { CallContext, TrackerOptions, TrackerStats, WrapOptions } from "./options.ts";
import { createOutbox } from "./outbox.ts";
import { callMethod, hold, isWorker, later, makeId, onBeforeExit, onPageHidden, sleep } from "./runtime-hooks.ts";
import { type FixedEvent, fixEvent } from "./serialize.ts";
import { settingsOf } from "./settings.ts";
import { createPost } from "./transport.ts";
import { type AnyFunction, type ArgumentsOf, createWrap, isWrapped } from "./wrap.ts";

/** Measures skills and sends what it measured. */
export interface Tracker {
  /**
   * Gives a function that does what `fn` does and is counted: same arguments, `this`, value and error, sync or async as
   * it was, with the properties, name and length of `fn`. A function that is wrapped twice is counted once. A generator
   * has ended when it is read to its end or closed. Never throws.
   *
   * What JavaScript does not let a wrapper hide:
   *
   * - Instead of a plain promise the caller gets another one, which settles alike a microtask later (that keeps the
   *   caller's async stack whole) and asks a value for its `then` once more. A promise with own properties or of a
   *   subclass comes back itself; when it is rejected and nobody handles it, no `unhandledRejection` tells. One with a
   *   `then` of its own, as of a lazy request, is not followed: it counts as ok when it is returned.
   * - A generator gets a `next`, `return` and `throw` of its own, not enumerable.
   * - `fn` knows itself as itself: `new wrapped().constructor` is `fn`, a static method called on the wrapper reaches no
   *   private static field, `instanceof` a wrapped bound class throws, and `toString` shows no source.
   * - Each wrapped call takes several frames of the stack: a function that calls itself wrapped reaches the limit sooner.
   *   Above an uncaught error Node prints the line that threw it last, which is the wrapper's; the stack below is whole.
   * - A promise or a generator of another realm (`node:vm`, a frame) is not followed: it counts as ok when it is returned.
   * - `isError` and `resultType` are read of a result; `name`, `message`, `code` and `constructor` are read of an error.
   */
  wrap<Fn extends AnyFunction>(skill: string, fn: Fn, options?: WrapOptions<ArgumentsOf<Fn>>): Fn;
  /** Calls `fn(params, context)`, counts the call and gives back what it gave. See `trackSkillExecution`. */
  trackSkillExecution<Params, Context, Result>(
    skill: string,
    fn: (params: Params, context: Context) => Result,
    params: Params,
    context: Context,
  ): Result;
  /** Queues one event that was measured elsewhere. Never throws. */
  track(event: UsageEvent): void;
  /**
   * Sends all that waits, and covers what is on its way; what comes meanwhile is left to the next one. Settles when that is
   * sent or counted as lost, or when the Worker cannot be reached for now: then it waits for the next flush. Never rejects,
   * and takes at most 15 s a batch by default.
   */
  flush(): Promise<void>;
  /** Like `flush`, but what cannot be sent is counted as lost, and what comes afterwards is not recorded. */
  shutdown(): Promise<void>;
  /** What became of the events so far. */
  stats(): TrackerStats;
  /** The same tracker for one invocation of a Worker: its events leave through `ctx.waitUntil`. */
  bind(ctx: WaitUntil): Tracker;
}

/** In a Worker, calls that end within this time share a batch. */
const INVOCATION_FLUSH_MS = 50;

/**
 * The longest time that a call that has not ended keeps an invocation alive. Workers get 30 s after their answer, then
 * the platform cuts them off and says so in the owner's log.
 */
const HOLD_MS = 25_000;

/** How long a process that has nothing left to do is held at most. */
const EXIT_MS = 3_000;

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
  const settings = settingsOf(objectOf(options) ?? {});
  const { batchSize, flushIntervalMs, timeoutMs } = settings;
  const deadlineMs = 3 * timeoutMs;
  const outbox = createOutbox(settings, createPost(settings), { now: Date.now, random: Math.random, sleep, makeId });
  const send = isWorker ? outbox.sendAll : outbox.sendInTurn;
  let flushAt = 0;
  let isShutDown = false;

  function capture(event: FixedEvent | undefined): void {
    if (isShutDown) return;
    if (settings.url === undefined) return outbox.lose("options", 1, '"endpoint" is no http(s) address.');
    if (typeof event?.skill !== "string") return outbox.lose("unserializable", 1);
    // In a Worker's global scope the clock shows 0. What has no time gets one when it is sent.
    event.startedAt ||= Date.now();
    event.source ??= settings.source ?? "function";
    event.version ??= settings.version;
    if (settings.isNameless) event.userId = event.sessionId = undefined;
    outbox.add(event);
  }

  /** Sends when enough events wait or the first of them has waited enough. In a Worker, a timer may have died with its request. */
  function flushLater(now: number): void {
    const ms = Math.max(outbox.waiting() >= batchSize || isWorker ? 0 : flushIntervalMs, outbox.pausedUntil() - now);
    if (flushAt > 0 && flushAt >= now - (isWorker ? 0 : timeoutMs) && flushAt <= now + ms) return;
    flushAt = now + ms;
    later(ms, () => {
      flushAt = 0;
      void send(deadlineMs).then(() => outbox.waiting() > 0 && flushLater(Date.now()));
    });
  }

  /** Takes the event of a call at its end, and then does the rest. */
  function finish(event: FixedEvent | undefined | null, afterCall: AfterCall, now: number): void {
    try {
      if (event !== null) capture(event);
      afterCall(now);
    } catch {
      // A skill must not fail because it is watched.
    }
  }

  /**
   * Notes that a call begins; gives what runs at its end. An invocation is kept alive while a call runs, and let go once
   * the event is sent. Each call does so by itself: requests may share a context, and no call may wait for another, which
   * may never end.
   */
  function holdInvocation(ctx: object): AfterCall {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      const timer = later(HOLD_MS, resolve);
      release = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    callMethod(ctx, "waitUntil", held);
    return () => {
      // The first call that has waited enough takes along what others left.
      callMethod(ctx, "waitUntil", sleep(INVOCATION_FLUSH_MS).then(() => (outbox.pausedUntil() <= Date.now() ? outbox.sendAll(deadlineMs) : undefined)));
      release();
    };
  }

  const begin = (ctx: object | undefined): AfterCall => (ctx === undefined ? flushLater : holdInvocation(ctx));

  let isEnding = false;
  const forgetExit = onBeforeExit(() => {
    if (isEnding || outbox.stats().queued === 0) return;
    isEnding = true;
    void hold(send(EXIT_MS).then(outbox.settled), EXIT_MS).then(() => {
      outbox.abandon();
      isEnding = false;
    });
  });
  onPageHidden(outbox.sendLast);

  function trackerFor(bound: object | undefined): Tracker {
    const measure = createMeasure(settings, (context) => begin(bound ?? holderOf(context)), finish);
    const flush = (): Promise<void> => hold((bound === undefined ? send : outbox.sendAll)(deadlineMs).then(outbox.settled));
    return {
      wrap: settings.disabled ? (_skill, fn) => fn : createWrap(measure),
      trackSkillExecution(skill, fn, params, context) {
        return settings.disabled || isWrapped(fn) ? fn(params, context) : measure(skill, objectOf(context), callWith, fn, params, context);
      },
      track(event) {
        if (settings.disabled) return;
        let copy: FixedEvent | undefined;
        try {
          copy = fixEvent(event);
        } catch {
          // Counted below.
        }
        finish(copy, begin(bound), Date.now());
      },
      flush,
      async shutdown() {
        await flush();
        isShutDown = true;
        forgetExit();
        outbox.abandon();
      },
      stats: outbox.stats,
      bind: (ctx) => trackerFor(objectOf(ctx)),
    };
  }
  return trackerFor(undefined);
}

/** A context that holds an invocation. Asked by name, as for labels. */
function holderOf(context: CallContext | undefined): object | undefined {
  try {
    return typeof context?.waitUntil === "function" ? context : undefined;
  } catch {
    return undefined;
  }
}

const callWith = <Params, Context, Result>(fn: (params: Params, context: Context) => Result, params: Params, context: Context): Result => fn(params, context);
