/**
 * Track-Skills client: measures calls of skills and tools and sends them to a Track-Skills Worker.
 *
 * ```ts
 * import { createTracker } from "./track-skills.client.js";
 *
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * export const search = tracker.wrap("search", async (query: string) => [query]);
 * ```
 *
 * It does not throw into what it watches, does not make it wait, and records neither arguments nor results.
 *
 * @module
 */
export { trackAiTools } from "./client/adapters/ai-sdk.ts";
export { type FunctionTrackingOptions, trackFunctions } from "./client/adapters/functions.ts";
export { trackLangChainTool } from "./client/adapters/langchain.ts";
export { type McpServerLike, trackMcpServer } from "./client/adapters/mcp.ts";
export type { McpRequestExtra, McpTrackingOptions } from "./client/adapters/mcp-request.ts";
export { trackAgentTool } from "./client/adapters/openai-agents.ts";
export { configure, trackSkillExecution } from "./client/default-tracker.ts";
export type {
  CallContext,
  Classification,
  Fetcher,
  FetchInit,
  FetchResponse,
  TrackerOptions,
  TrackerStats,
  WrapOptions,
} from "./client/options.ts";
export { createTracker, type Tracker } from "./client/tracker.ts";
export type { LossReason, Outcome, UsageEvent } from "./event.ts";
export type { ScrubRule } from "./privacy/scrub.ts";
export type { PlatformResponse, ResponseShape, WaitUntil } from "./runtime.ts";
