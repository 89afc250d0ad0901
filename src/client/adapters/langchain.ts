/**
 * Counts LangChain tools of every kind. It wraps `invoke`, through which agents, graphs and `batch` call a tool: so
 * arguments that do not fit the schema count as errors, and a tool that streams is counted at its end.
 */
import { read, textOf } from "../classify.ts";
import type { Tracker } from "../tracker.ts";
import { isCallable, signalOf } from "./copy-with.ts";

/**
 * Counts the calls of a tool under its name and gives back the same tool. The tool is changed rather than copied, because
 * LangChain's classes may have private members. Doing it twice counts once. Never throws.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const add = { name: "add", invoke: async ({ left, right }: { left: number; right: number }) => left + right };
 * // In earnest: trackLangChainTool(tool(func, fields), tracker)
 * await trackLangChainTool(add, tracker).invoke({ left: 1, right: 2 });
 * ```
 */
export function trackLangChainTool<Tool extends object>(tool: Tool, tracker: Tracker): Tool {
  const invoke = read(tool, "invoke");
  if (!isCallable(invoke)) return tool;
  const context = (_input: unknown, config: unknown) => ({ source: "langchain", signal: signalOf(config, "signal") });
  const tracked = tracker.wrap(textOf(tool, "name") ?? "tool", invoke, { context });
  try {
    Reflect.set(tool, "invoke", tracked);
  } catch {
    // A tool that cannot be changed is not counted.
  }
  return tool;
}
