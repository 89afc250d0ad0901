/**
 * How a call ended, from what it threw or gave back. Reads as little of foreign values as it can, and survives all of them.
 */
import { type Outcome, OUTCOMES } from "../event.ts";
import type { TrackerOptions } from "./options.ts";

/** The end of a call. */
export interface Ending {
  outcome: Outcome;
  errorType?: string | undefined;
  errorMessage?: string | undefined;
}

/** A call gives something back, throws something, or is ended from outside before it does either. */
export type HowEnded = "returned" | "thrown" | "cancelled";

/** Called once, when a call has ended; hears what it gave or threw. */
export type RecordEnding = (how: HowEnded, value?: unknown) => void;

const OK: Ending = { outcome: "ok" };

/** Classifies the end of a call, by rules and then by the owner's hook. */
export function endingOf(how: HowEnded, value: unknown, context: unknown, classify: TrackerOptions["classify"]): Ending {
  const ending = how === "thrown" ? endingOfError(value, context) : how === "returned" ? endingOfResult(value) : { outcome: how };
  return classify === undefined ? ending : reclassify(ending, how, value, classify);
}

/** Time-outs and aborts by the names that the platform gives them, the rest is an error. */
function endingOfError(error: unknown, context: unknown): Ending {
  const name = textOf(error, "name");
  const outcome = name === "TimeoutError" ? "timeout" : name === "AbortError" || read(read(context, "signal"), "aborted") === true ? "cancelled" : "error";
  return { outcome, errorType: errorTypeOf(error, name), errorMessage: textOf(error, "message") ?? someText(error) };
}

/** A tool that reports failure in its result (MCP's `isError: true`) has failed. */
function endingOfResult(result: unknown): Ending {
  return read(result, "isError") === true ? { outcome: "error", errorType: "tool_error" } : OK;
}

/** Lets the owner's hook have the last word. One that throws, or says what is no decision, decides nothing. */
function reclassify(ending: Ending, how: HowEnded, value: unknown, classify: NonNullable<TrackerOptions["classify"]>): Ending {
  let decision: unknown;
  try {
    decision = quiet<unknown>(classify(how === "returned" ? value : undefined, how === "thrown" ? value : undefined));
  } catch {
    // The rules stand.
  }
  const outcome = OUTCOMES.find((known) => known === read(decision, "outcome")) ?? ending.outcome;
  const cause = outcome === ending.outcome ? ending : undefined;
  return {
    outcome,
    errorType: textOf(decision, "errorType") ?? cause?.errorType,
    errorMessage: textOf(decision, "errorMessage") ?? cause?.errorMessage,
  };
}

/**
 * The low-cardinality class of an error: OpenTelemetry's `error.type`. The constructor's name tells more than `name`
 * where that is just "Error"; a code such as `ENOENT` tells more than either.
 */
function errorTypeOf(error: unknown, name: string | undefined): string {
  const code = textOf(error, "code");
  const className = textOf(read(error, "constructor"), "name");
  if (code !== undefined && /^[A-Z][A-Z0-9_]{2,63}$/.test(code)) return code;
  if (name !== undefined && name !== "Error") return name;
  return typeof error === "object" && className !== undefined ? className : typeof error;
}

/** A property of a foreign value: no value at all, a getter that throws and a revoked Proxy all give `undefined`. */
export function read(value: unknown, property: string): unknown {
  try {
    return isRecord(value) ? value[property] : undefined;
  } catch {
    return undefined;
  }
}

/** An object that a host passes along, of which nothing more is known; `undefined` for what is none. */
export function objectOf(value: unknown): object | undefined {
  return typeof value === "object" && value !== null ? value : undefined;
}

/** Whether a value may have properties. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return objectOf(value) !== undefined || typeof value === "function";
}

/** A property that is a text with something in it. */
export function textOf(value: unknown, property: string): string | undefined {
  return someText(read(value, property));
}

/** A text with something in it. */
export function someText(text: unknown): string | undefined {
  return typeof text === "string" && text !== "" ? shortText(text) : undefined;
}

/** Bounds the time of scrubbing and the memory of what waits. */
const MAX_TEXT_CHARS = 4_096;

/**
 * The beginning of a text, up to a space where there is one: half an address is found by no rule. In memory of its own, as
 * engines keep the whole text for a part of it, unless it is written anew.
 */
export function shortText(text: string): string {
  if (text.length <= MAX_TEXT_CHARS) return text;
  const end = text.lastIndexOf(" ", MAX_TEXT_CHARS);
  return JSON.parse(JSON.stringify(text.slice(0, end > 0 ? end : MAX_TEXT_CHARS)));
}

/** Whether a value is a promise. A Proxy may forbid the question. */
export function isPromise(value: unknown): value is Promise<unknown> {
  try {
    return typeof value === "object" && value instanceof Promise;
  } catch {
    return false;
  }
}

/** Lets what an owner's hook gave through. One that is async is not waited for; its rejection must not end the process. */
export function quiet<Given>(given: Given): Given {
  if (isPromise(given)) given.then(undefined, () => undefined);
  return given;
}
