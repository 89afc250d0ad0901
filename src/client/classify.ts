/**
 * How a call ended, from what it threw or gave back. Reads as little of foreign values as it can, and survives all of them.
 */
import type { Outcome } from "../event.ts";
import type { Classification, TrackerOptions } from "./options.ts";

/** The end of a call. */
export interface Ending {
  outcome: Outcome;
  errorType?: string | undefined;
  errorMessage?: string | undefined;
}

/** Called once, when a call has ended. */
export type RecordEnding = (result: unknown, error?: { thrown: unknown }, isCancelled?: boolean) => void;

/** Classifies a thrown value: time-outs and aborts by the names that the platform gives them, the rest as an error. */
export function endingOfError(error: unknown, context: unknown): Ending {
  const name = textOf(error, "name");
  const ending = { errorType: errorTypeOf(error), errorMessage: textOf(error, "message") ?? (typeof error === "string" ? error : undefined) };
  if (name === "TimeoutError") return { outcome: "timeout", ...ending };
  if (name === "AbortError" || read(read(context, "signal"), "aborted") === true) return { outcome: "cancelled", ...ending };
  return { outcome: "error", ...ending };
}

/** Classifies a result: a tool that reports failure in its result (MCP's `isError: true`) has failed. */
export function endingOfResult(result: unknown): Ending {
  return read(result, "isError") === true ? { outcome: "error", errorType: "tool_error" } : { outcome: "ok" };
}

/** Lets the owner's hook have the last word. One that throws decides nothing. */
export function reclassify(ending: Ending, classify: TrackerOptions["classify"], result: unknown, error: unknown): Ending {
  let decision: Classification | undefined;
  try {
    decision = quiet(classify?.(result, error));
  } catch {
    // The rules stand.
  }
  if (typeof decision !== "object" || decision === null) return ending;
  const outcome = decision.outcome ?? ending.outcome;
  const cause = outcome === ending.outcome ? ending : { errorType: undefined, errorMessage: undefined };
  return {
    outcome,
    errorType: decision.errorType ?? cause.errorType,
    errorMessage: decision.errorMessage ?? cause.errorMessage,
  };
}

/**
 * The low-cardinality class of an error: OpenTelemetry's `error.type`. The constructor's name tells more than `name`
 * where that is just "Error"; a code such as `ENOENT` tells more than either.
 */
function errorTypeOf(error: unknown): string {
  const code = textOf(error, "code");
  const name = textOf(error, "name");
  const className = textOf(read(error, "constructor"), "name");
  if (code !== undefined && /^[A-Z][A-Z0-9_]{2,63}$/.test(code)) return code;
  if (name !== undefined && name !== "Error") return name;
  if (className !== undefined && typeof error === "object") return className;
  return typeof error;
}

/**
 * Whether a value is a promise that may be observed. One with a `then` of its own (a query builder, the answer of an AI
 * SDK) may do its work only when awaited: it is left alone, like other things with a `then`. A revoked Proxy is nothing.
 */
export function isPromise(value: unknown): value is Promise<unknown> {
  try {
    return typeof value === "object" && value instanceof Promise && value.then === Promise.prototype.then;
  } catch {
    return false;
  }
}

/** Lets what an owner's hook gave through. One that is async is not waited for; its rejection must not end the process. */
export function quiet<Given>(given: Given): Given {
  if (isPromise(given)) given.catch(() => undefined);
  return given;
}

/** A property of a foreign value: no value at all, a getter that throws and a revoked Proxy all give `undefined`. */
export function read(value: unknown, property: string): unknown {
  try {
    return typeof value === "object" || typeof value === "function" ? value === null ? undefined : Reflect.get(value, property) : undefined;
  } catch {
    return undefined;
  }
}

/** A property that is a text with something in it. */
export function textOf(value: unknown, property: string): string | undefined {
  const text = read(value, property);
  return typeof text === "string" && text !== "" ? text : undefined;
}
