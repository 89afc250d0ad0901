/**
 * The one table of names: which attribute carries which field, and which records tell of calls.
 *
 * The conventions still move, so a new name is a new entry here and nowhere else. An attribute that is not named here is
 * never looked at, which is also how prompts, arguments, results and error texts stay out: they have no entry.
 */

/** A field that telemetry tells. */
export type Field =
  | "event"
  | "operation"
  | "mcpMethod"
  | "tool"
  | "toolDetails"
  | "mcpServer"
  | "callId"
  | "durationMs"
  | "success"
  | "decision"
  | "decisionSource"
  | "trigger"
  | "errorType"
  | "session"
  | "user"
  | "at"
  | "order"
  | "service"
  | "version"
  | "model"
  | "toolType"
  | "transport";

/**
 * Attributes that carry a field; the first that is there counts. Sources: Claude Code's and Gemini CLI's monitoring pages;
 * OpenTelemetry's semantic conventions for GenAI and MCP (status: Development); `mcp.tool.name` is Sentry's.
 */
export const ATTRIBUTES: Readonly<Record<Field, readonly string[]>> = {
  event: ["event.name"],
  operation: ["gen_ai.operation.name"],
  mcpMethod: ["mcp.method.name"],
  tool: ["gen_ai.tool.name", "mcp.tool.name", "tool_name", "function_name", "skill.name"],
  // JSON that holds commands and file names too: only the names of servers, tools and skills are taken out of it.
  toolDetails: ["tool_parameters"],
  mcpServer: ["mcp_server_name"],
  callId: ["tool_use_id"],
  durationMs: ["duration_ms"],
  success: ["success"],
  decision: ["decision"],
  decisionSource: ["source"],
  trigger: ["invocation_trigger"],
  errorType: ["error.type", "error_type"],
  session: ["session.id", "mcp.session.id", "gen_ai.conversation.id"],
  // Random per installation in both CLIs. E-mail addresses and account ids have no entry, on purpose.
  user: ["user.id", "installation.id"],
  at: ["event.timestamp"],
  order: ["event.sequence", "prompt.id", "prompt_id"],
  service: ["service.name"],
  version: ["service.version"],
  model: ["gen_ai.response.model", "gen_ai.request.model"],
  toolType: ["gen_ai.tool.type", "tool_type"],
  transport: ["network.transport"],
};

/** Every attribute that has an entry. */
export const KNOWN_ATTRIBUTES: ReadonlySet<string> = new Set(Object.values(ATTRIBUTES).flat());

/** What a log record tells: that a call ended, what was decided about one, or that a skill was loaded. */
export interface LogKind {
  source: string;
  tells: "call" | "decision" | "load";
}

/** Log records that tell of calls, by the name of their event. */
export const LOG_KINDS: Readonly<Record<string, LogKind>> = {
  "claude_code.tool_result": { source: "claude-code", tells: "call" },
  "claude_code.tool_decision": { source: "claude-code", tells: "decision" },
  "claude_code.skill_activated": { source: "claude-code", tells: "load" },
  "gemini_cli.tool_call": { source: "gemini-cli", tells: "call" },
};

/** What `event.name` lacks in front where only the service says whose event it is. */
export const EVENT_PREFIXES: Readonly<Record<string, string>> = { "claude-code": "claude_code.", "gemini-cli": "gemini_cli." };

/** The operation and the method of spans that are calls of tools; a span's name is one of them and the tool. */
export const SPAN_CALLS = { operation: "execute_tool", mcpMethod: "tools/call" } as const;

/** The trigger of a skill that a person typed. All others come by way of the Skill tool, which tells of itself. */
export const TYPED_TRIGGER = "user-slash";

/** What the decisions of both CLIs call a refusal. */
export const REFUSALS: ReadonlySet<string> = new Set(["reject"]);
