/**
 * Measures one call: when it began, how long it took, how it ended. Hands back exactly what the call gave.
 *
 * This is what a skill pays for, so nothing here is scrubbed or sent.
 */
import { blankEvent } from "../event.ts";
import { endingOf, type HowEnded, isPromise, isRecord, read, someText, textOf } from "./classify.ts";
import { isGenerator, watchGenerator } from "./generator.ts";
import type { CallContext, TrackerOptions } from "./options.ts";
import { isAsyncFunction, isWorker } from "./runtime-hooks.ts";
import { type FixedEvent, fixMetadata, sharedMetadata } from "./serialize.ts";

/** Records what `call` does with a function and two things more. They come apart, since each call would have to make a closure over them. */
export type Measure = <Fn, First, Second, Result>(
  skill: string,
  context: CallContext | undefined,
  call: (fn: Fn, first: First, second: Second) => Result,
  fn: Fn,
  first: First,
  second: Second,
) => Result;

/** Hears that a call begins; gives what `Finish` gets at its end. */
export type Begin = (context: CallContext | undefined) => AfterCall;

/** Takes the event of a call at its end: `undefined` when it cannot be read, `null` when it does not count. */
export type Finish = (event: FixedEvent | undefined | null, afterCall: AfterCall, now: number) => void;

/** Runs when the event of a call is taken; hears what time it is, in ms since 1970. */
export type AfterCall = (now: number) => void;

/**
 * A call that has begun: an object takes less time to make than a closure that knows as much. A function with a closure
 * over its parameters makes room for them whenever it runs, so what every call passes through has none.
 */
interface Call {
  skill: string;
  context: CallContext | undefined;
  afterCall: AfterCall;
  /** In ms since 1970. */
  startedAt: number;
  /** By the clock that nobody sets. */
  startMs: number;
}

/** Makes the function that measures calls. */
export function createMeasure(options: TrackerOptions, begin: Begin, finish: Finish): Measure {
  // The global is a getter in Node, which takes a fourth of the time of reading the clock. Few runtimes have none.
  const stopwatch = typeof performance === "undefined" ? Date : performance;

  function record({ skill, context, afterCall, startedAt, startMs }: Call, how: HowEnded, value?: unknown): void {
    // Once: reading a clock is a good part of what a call pays for.
    const durationMs = stopwatch.now() - startMs;
    let event: FixedEvent | undefined | null;
    try {
      const ending = endingOf(how, value, context, options.classify);
      event = blankEvent(skill);
      event.startedAt = startedAt;
      event.durationMs = durationMs;
      event.outcome = ending.outcome;
      event.errorType = ending.errorType;
      if (isWorker) event.clock = "io";
      if (options.errorMessages !== false) event.errorMessage = ending.errorMessage;
      if (context !== undefined) label(event, context);
      // MCP since 2026-07-28: not an outcome, the client answers and calls again.
      if (how === "returned" && read(value, "resultType") === "input_required") event = null;
    } catch {
      // A skill must not fail because it is watched.
    }
    finish(event, afterCall, startedAt + durationMs);
  }

  const watch = (call: Call, generator: Parameters<typeof watchGenerator>[0]): void => watchGenerator(generator, (how, value) => record(call, how, value));

  /** A generator's work is done while it is read; everything else has ended when it is there. */
  function settle<Result>(call: Call, result: Result): Result {
    if (isGenerator(result)) watch(call, result);
    else record(call, "returned", result);
    return result;
  }

  /** Follows a promise in an await chain that the caller gets in its stead: so the caller's async stack trace stays whole. */
  async function handOn(call: Call, promise: Promise<unknown>): Promise<unknown> {
    let result: unknown;
    try {
      result = await promise;
    } catch (error) {
      record(call, "thrown", error);
      throw error;
    }
    return settle(call, result);
  }

  /**
   * Follows a promise that the caller gets itself. One with a `then` of its own may do its work only when awaited, as a
   * query builder or a lazy request does: it is left alone, and has ended when it is there.
   */
  function followAside(call: Call, promise: Promise<unknown>): void {
    try {
      if (promise.then !== Promise.prototype.then) return record(call, "returned", promise);
      isObserving = true;
      // Gives nothing on: a promise asks what it is given for a `then`, and the host's value is not ours to ask.
      promise.then((value) => void settle(call, value), (error: unknown) => record(call, "thrown", error));
    } catch {
      record(call, "returned", promise);
    } finally {
      isObserving = false;
    }
  }

  return (skill, context, run, fn, first, second) => {
    if (isObserving) return run(fn, first, second);
    const call: Call = { skill, context, afterCall: begin(context), startedAt: Date.now(), startMs: stopwatch.now() };
    let result: ReturnType<typeof run>;
    try {
      result = run(fn, first, second);
    } catch (error) {
      record(call, "thrown", error);
      throw error;
    }
    if (!isPromise(result)) return settle(call, result);
    if (isPlain(result, fn)) return handOn(call, result) as typeof result;
    followAside(call, result);
    return result;
  };
}

/** Whether a promise is being followed: what its class does meanwhile is no call of the host's. */
let isObserving = false;

/** What Node puts on promises while async hooks run, as `AsyncLocalStorage` had them run before Node 24. */
const NODE_MARK = /^Symbol\((async_id_symbol|trigger_async_id_symbol|kAsyncLocalStorageContext|kResourceStore)\)$/;

const isNodeMark = (key: string | symbol): boolean => typeof key === "symbol" && NODE_MARK.test(String(key));

/** Whether a promise is no more than one. The caller gets any other one (a subclass, own properties) itself. */
function isPlain(promise: Promise<unknown>, fn: unknown): boolean {
  try {
    // Keys take long to read.
    return isAsyncFunction(fn) || (Object.getPrototypeOf(promise) === Promise.prototype && Reflect.ownKeys(promise).every(isNodeMark));
  } catch {
    return false; // A Proxy may forbid the question.
  }
}

const LABELS = ["userId", "sessionId", "version", "source", "variant"] as const;

/** Takes the labels of a call that have the right type: a context is the host's own object. */
function label(event: FixedEvent, context: CallContext): void {
  let metadata: unknown;
  try {
    // By name: an engine takes ten times as long for names in a variable.
    event.userId = someText(context.userId);
    event.sessionId = someText(context.sessionId);
    event.version = someText(context.version);
    event.source = someText(context.source);
    event.variant = someText(context.variant);
    metadata = context.metadata;
  } catch {
    // What cannot be read costs itself alone.
    for (const name of LABELS) event[name] = textOf(context, name);
    metadata = read(context, "metadata");
  }
  if (isRecord(metadata)) event.metadata = sharedMetadata.get(metadata) ?? fixMetadata(metadata);
}
