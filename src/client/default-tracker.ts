/**
 * The default tracker: for code that wants one function to call and one place to configure.
 */
import type { TrackerOptions } from "./options.ts";
import { createTracker, type Tracker } from "./tracker.ts";

let defaultTracker: Tracker | undefined;

/** Sets up the default tracker that `trackSkillExecution` uses, in place of an earlier one. Never throws. */
export function configure(options: TrackerOptions): Tracker {
  defaultTracker = createTracker(options);
  return defaultTracker;
}

/**
 * Calls `fn(params, context)`, records the call with the default tracker and gives back what `fn` gave.
 *
 * Same value, same error, sync or async as it was. Of `context` it reads `userId`, `sessionId`, `version`, `source`,
 * `variant`, `metadata`, `signal` and `waitUntil`; of `params` nothing. Before `configure` it just calls `fn`.
 *
 * @example
 * ```ts
 * configure({ endpoint: "https://tracker.example.com" });
 * const count = trackSkillExecution("word-count", ({ text }: { text: string }) => text.split(/\s+/).length, { text: "a b" }, {});
 * ```
 */
export function trackSkillExecution<Params, Context, Result>(
  skill: string,
  fn: (params: Params, context: Context) => Result,
  params: Params,
  context: Context,
): Result {
  return defaultTracker === undefined ? fn(params, context) : defaultTracker.trackSkillExecution(skill, fn, params, context);
}
