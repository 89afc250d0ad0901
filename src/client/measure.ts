/**
 * Measures one call: when it began, how long it took, how it ended. Hands back exactly what the call gave.
 *
 * This is what a skill pays for, so nothing here is scrubbed, serialised or sent.
 */
import type { UsageEvent } from "../event.ts";
import { endingOfError, endingOfResult, isPromise, isRecord, type RecordEnding, read, reclassify, textOf } from "./classify.ts";
import { isGenerator, watchGenerator } from "./generator.ts";
import type { CallContext, TrackerOptions } from "./options.ts";

/** Calls a function and records it. */
export type Measure = <Result>(skill: string, context: CallContext | undefined, call: () => Result) => Result;

/** Where measurements go. */
export interface MeasureOptions {
  options: TrackerOptions;
  /** Whether the clock stands still while no I/O happens, as in a deployed Worker. */
  hasIoClock: boolean;
  /** Hears that a call begins; gives what takes its event at its end: `undefined` when it cannot be read, `null` when it does not count. */
  begin(context: CallContext | undefined): Finish;
}

/** Takes the event of a call at its end, and what time that is, in ms since 1970. */
export type Finish = (event: UsageEvent | undefined | null, now: number) => void;

/** Makes the function that measures calls. */
export function createMeasure({ options, hasIoClock, begin }: MeasureOptions): Measure {
  return (skill, context, call) => {
    if (isObserving) return call();
    const finish = begin(context);
    const startedAt = Date.now();
    const startMs = performance.now();
    const record: RecordEnding = (result, error, isCancelled) => {
      // Looked up once: reading a clock is a good part of what a call pays for.
      const durationMs = performance.now() - startMs;
      let event: UsageEvent | undefined | null;
      try {
        const byRule = isCancelled ? CANCELLED : error === undefined ? endingOfResult(result) : endingOfError(error.thrown, context);
        const { outcome, errorType, errorMessage } = reclassify(byRule, options.classify, result, error?.thrown);
        // MCP since 2026-07-28: not an outcome, the client answers and calls again.
        event = read(result, "resultType") === "input_required" ? null : {
          ...labelsOf(context),
          skill,
          startedAt,
          durationMs,
          clock: hasIoClock ? "io" : undefined,
          outcome,
          errorType,
          errorMessage: options.errorMessages === false ? undefined : errorMessage,
        };
      } catch {
        // A skill must not fail because it is watched.
      }
      finish(event, startedAt + durationMs);
    };
    let result: ReturnType<typeof call>;
    try {
      result = call();
    } catch (error) {
      record(undefined, { thrown: error });
      throw error;
    }
    if (!isPromise(result)) settle(result, record);
    else if (isPlain(result)) return observe(result, record) as typeof result;
    else observeAside(result, record);
    return result;
  };
}

const CANCELLED = { outcome: "cancelled" } as const;

/** A generator's work is done while it is read; everything else has ended when it is there. */
function settle(result: unknown, record: RecordEnding): void {
  if (isGenerator(result)) watchGenerator(result, record);
  else record(result);
}

/** Observes a promise in an await chain that the caller gets in its stead: so the caller's async stack trace stays whole. */
async function observe(promise: Promise<unknown>, record: RecordEnding): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    record(undefined, { thrown: error });
    throw error;
  }
  settle(result, record);
  return result;
}

/** Whether a promise is being observed aside: what its class does meanwhile is no call of the host's. */
let isObserving = false;

/**
 * Observes a promise that the caller gets itself. One with a `then` of its own may do its work only when awaited, as a
 * query builder or a lazy request does: it is left alone, and has ended when it is there.
 */
function observeAside(promise: Promise<unknown>, record: RecordEnding): void {
  try {
    if (promise.then !== Promise.prototype.then) return record(promise);
    isObserving = true;
    promise.then((value) => settle(value, record), (error: unknown) => record(undefined, { thrown: error }));
  } catch {
    record(promise);
  } finally {
    isObserving = false;
  }
}

/** What Node puts on promises while async hooks run, as `AsyncLocalStorage` had them run before Node 24. */
const NODE_MARK = /^Symbol\((async_id_symbol|trigger_async_id_symbol|kAsyncLocalStorageContext|kResourceStore)\)$/;

const isNodeMark = (key: string | symbol): boolean => typeof key === "symbol" && NODE_MARK.test(String(key));

/** Whether a promise is no more than one. The caller gets any other one (a subclass, own properties) itself. */
function isPlain(promise: Promise<unknown>): boolean {
  try {
    return Object.getPrototypeOf(promise) === Promise.prototype && Reflect.ownKeys(promise).every(isNodeMark);
  } catch {
    return false;
  }
}

/** Only what has the right type: a context is the host's own object. */
function labelsOf(context: CallContext | undefined): Partial<UsageEvent> | undefined {
  if (context === undefined) return undefined;
  const metadata = read(context, "metadata");
  return {
    userId: textOf(context, "userId"),
    sessionId: textOf(context, "sessionId"),
    version: textOf(context, "version"),
    source: textOf(context, "source"),
    variant: textOf(context, "variant"),
    metadata: isRecord(metadata) ? metadata : undefined,
  };
}
