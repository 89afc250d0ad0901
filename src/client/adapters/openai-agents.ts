/**
 * Counts the function tools of the OpenAI Agents SDK. It wraps `execute` before `tool()` sees it, because the tool's
 * `invoke` turns errors and time-outs into a text that looks like any other result.
 */
import { textOf } from "../classify.ts";
import type { Tracker } from "../tracker.ts";
import { copyWithCallable, signalOf } from "./copy-with.ts";

/**
 * Takes the SDK's `tool` and gives a `tool` whose tools are counted; or takes the options of one tool and gives a copy
 * of them to call `tool()` with. A tool is counted under its `name`, or else under the name of its function. Arguments
 * that do not fit the schema never reach `execute` and are not counted. Never throws.
 *
 * @example
 * ```ts
 * declare const tool: <Input>(options: { name: string; execute: (input: Input) => unknown }) => unknown; // from @openai/agents
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const countedTool = trackAgentTool(tool, tracker);
 * countedTool({ name: "add", execute: ({ left, right }: { left: number; right: number }) => left + right });
 * ```
 */
export function trackAgentTool<ToolOrOptions extends object>(toolOrOptions: ToolOrOptions, tracker: Tracker): ToolOrOptions {
  if (typeof toolOrOptions !== "function") return trackOptions(toolOrOptions, tracker);
  return new Proxy(toolOrOptions, {
    apply: (tool, self, [options, ...others]) => Reflect.apply(tool, self, [trackOptions(options, tracker), ...others]),
  });
}

function trackOptions<Options extends object>(options: Options, tracker: Tracker): Options {
  return copyWithCallable(options, "execute", (execute) =>
    tracker.wrap(textOf(options, "name") ?? execute.name, execute, {
      context: (_input, _runContext, details) => ({ source: "openai-agents", signal: signalOf(details, "signal") }),
    }),
  );
}
