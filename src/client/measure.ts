/**
 * Measures one call: when it began, how long it took, how it ended. Hands back exactly what the call gave.
 */
import type { UsageEvent } from "../event.ts";
import { type Ending, endingOfError, endingOfResult, read, reclassify, textOf } from "./classify.ts";
import type { CallContext, TrackerOptions } from "./options.ts";

/** Calls a function and records it. */
export type Measure = <Result>(skill: string, context: CallContext | undefined, call: () => Result) => Result;

/** Where a measurement goes. `invocation` is the context, when it can keep a Worker alive. */
export interface MeasureOptions {
  options: TrackerOptions;
  capture(event: UsageEvent, invocation: object | undefined): void;
}

/** Makes the function that measures calls. */
export function createMeasure({ options, capture }: MeasureOptions): Measure {
  return (skill, context, call) => {
    const startedAt = Date.now();
    const startMs = clockMs();
    const record = (result: unknown, error: unknown, hasThrown: boolean): void => {
      try {
        // MCP since 2026-07-28: not an outcome, the client answers and calls again.
        if (read(result, "resultType") === "input_required") return;
        const durationMs = Math.max(0, clockMs() - startMs);
        const ending = endingOf(result, error, hasThrown, context, options);
        const invocation = typeof read(context, "waitUntil") === "function" ? context : undefined;
        capture({ ...labelsOf(context), skill, startedAt, durationMs, ...ending }, invocation);
      } catch {
        // A skill must not fail because it is watched.
      }
    };
    let result: ReturnType<typeof call>;
    try {
      result = call();
    } catch (error) {
      record(undefined, error, true);
      throw error;
    }
    if (isPlainPromise(result)) return observe(result, record) as typeof result;
    if (result instanceof Promise) observeAside(result, record);
    else record(result, undefined, false);
    return result;
  };
}

/** Called once, when a call has ended. */
type RecordEnding = (result: unknown, error: unknown, hasThrown: boolean) => void;

/** Observes a promise in an await chain that the caller gets in its stead: so the caller's async stack trace stays whole. */
async function observe(promise: Promise<unknown>, record: RecordEnding): Promise<unknown> {
  let result: unknown;
  try {
    result = await promise;
  } catch (error) {
    record(undefined, error, true);
    throw error;
  }
  record(result, undefined, false);
  return result;
}

/** Observes a promise that carries more than a promise does (a subclass, own properties): the caller gets that very one. */
function observeAside(promise: Promise<unknown>, record: RecordEnding): void {
  promise.then(
    (result) => record(result, undefined, false),
    (error: unknown) => record(undefined, error, true),
  );
}

/** Anything else with a `then` (a query builder, say) may do its work only when it is awaited: it is left alone. */
function isPlainPromise(value: unknown): value is Promise<unknown> {
  return value instanceof Promise && Object.getPrototypeOf(value) === Promise.prototype && Reflect.ownKeys(value).length === 0;
}

function endingOf(result: unknown, error: unknown, hasThrown: boolean, context: CallContext | undefined, options: TrackerOptions): Ending {
  const isAborted = read(read(context, "signal"), "aborted") === true;
  const byRule = hasThrown ? endingOfError(error, isAborted) : endingOfResult(result);
  let ending = byRule;
  try {
    ending = reclassify(byRule, options.classify?.(result, error));
  } catch {
    // A hook that throws decides nothing.
  }
  return options.errorMessages === false ? { ...ending, errorMessage: undefined } : ending;
}

/** Only what has the right type: a context is the host's own object. */
function labelsOf(context: CallContext | undefined): Partial<UsageEvent> {
  const labels: Partial<UsageEvent> = {};
  for (const name of ["userId", "sessionId", "version", "source", "variant"] as const) {
    const label = textOf(context, name);
    if (label !== undefined) labels[name] = label;
  }
  const metadata = read(context, "metadata");
  if (typeof metadata === "object" && metadata !== null) labels.metadata = { ...metadata };
  return labels;
}

/** A monotonic clock, in ms. In deployed Workers it stands still while no I/O happens. */
function clockMs(): number {
  return performance.now();
}
