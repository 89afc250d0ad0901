/**
 * Counts the tools of the Vercel AI SDK (v6 and v7). It wraps `execute`, so that it sees the error a tool throws before
 * the SDK makes a message of it; what it does not see are calls that the SDK refuses before `execute`.
 */
import type { Tracker } from "../tracker.ts";
import { copyWith, copyWithCallable, signalOf } from "./copy-with.ts";

/**
 * Gives a copy of a tool set in which every tool with an `execute` is counted under its key. Tools without one (they run
 * at the client or the provider) stay the same objects. An `execute` that is a generator is counted at its end; one that
 * returns another iterable is counted then, and the iterable comes back unread. Never throws.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const tools = trackAiTools({ add: { execute: ({ left, right }: { left: number; right: number }) => left + right } }, tracker);
 * // generateText({ model, tools, prompt })
 * ```
 */
export function trackAiTools<Tools extends object>(tools: Tools, tracker: Tracker): Tools {
  return copyWith(tools, (name, tool) => (typeof tool === "object" && tool !== null ? trackTool(name, tool, tracker) : tool));
}

function trackTool(name: string, tool: object, tracker: Tracker): object {
  return copyWithCallable(tool, "execute", (execute) =>
    tracker.wrap(name, execute, { context: (_input, call) => ({ source: "ai-sdk", signal: signalOf(call, "abortSignal") }) }),
  );
}
