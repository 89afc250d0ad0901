/**
 * Counts the functions of a plain record, each under its key: one line for a module of skills.
 */
import type { Tracker } from "../tracker.ts";
import { copyWith, isCallable } from "./copy-with.ts";

/** Options of `trackFunctions`. */
export interface FunctionTrackingOptions {
  /** Stands in front of every key, such as `content.`. @default "" */
  prefix?: string | undefined;
}

/**
 * Gives a copy of a record in which every function is counted under its key. Values that are no functions, accessors and
 * the record itself stay as they are. Never throws.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const skills = trackFunctions({ shout: (text: string) => text.toUpperCase() }, tracker, { prefix: "text." });
 * skills.shout("hello");
 * ```
 */
export function trackFunctions<Functions extends object>(functions: Functions, tracker: Tracker, options: FunctionTrackingOptions = {}): Functions {
  return copyWith(functions, (name, value) => (isCallable(value) ? tracker.wrap((options.prefix ?? "") + name, value) : value));
}
