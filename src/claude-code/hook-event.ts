/**
 * From what Claude Code hands to a hook to one event, for the hook file and for the Worker's route alike.
 *
 * The input holds prompts, arguments, results and paths. Read are names, times, ids and how it ended; the text of an
 * error is looked at and dropped; all else stays unread. Formats: https://code.claude.com/docs/en/hooks.
 */
import { type KitMetadata, LIMITS, type Outcome, type UsageEvent } from "../event.ts";
import { endingOfFailure } from "./failure.ts";
import { LOAD_METADATA, nameCommand, nameTool, type NamedTool, SUBAGENT_METADATA } from "./tool-names.ts";

/** Why an input is no event: no object, a hook that tells of no finished call, or a call whose name is missing. */
export type HookIssue = "not_an_object" | "unknown_hook" | "no_name";

/**
 * Makes the event of a hook's parsed input, which may be anything at all. Never throws.
 *
 * A tool's event has the tool call's own id and the same time whenever it is sent, so a second sending writes nothing.
 * A typed `/skill` does not pass through the Skill tool, so that each of the two is a use of its own.
 *
 * @param now when the hook ran, ms since 1970: the end of the call
 */
export function eventOfHook(input: unknown, now: number): UsageEvent | HookIssue {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return "not_an_object";
  const hook = field(input, "hook_event_name");
  const kind = typeof hook === "string" && Object.hasOwn(KINDS, hook) ? KINDS[hook] : undefined;
  if (kind === undefined) return "unknown_hook";
  const named = kind.nameOf(input);
  if (named === undefined || named.skill.length > LIMITS.skillChars || /\p{Cc}/u.test(named.skill)) return "no_name";
  const durationMs = durationIn(input);
  return {
    skill: named.skill,
    id: matching(field(input, "tool_use_id"), ID),
    startedAt: now - (durationMs ?? 0),
    // "io" is the clock of which 0 ms say nothing: a call that nobody measured stays out of the durations.
    ...(durationMs === undefined ? { durationMs: 0, clock: "io" } : { durationMs }),
    ...kind.endingOf(input),
    sessionId: matching(field(input, "session_id"), SESSION),
    source: "claude-code",
    metadata: metadataOf(named, field(input, "agent_id")),
  };
}

/** What the Worker takes for an id and for a session: anything else would cost the event. */
const ID = new RegExp(`^[\\w-]{1,${LIMITS.idChars}}$`);
const SESSION = new RegExp(`^.{1,${LIMITS.personChars}}$`);

/** How a kind of hook is read. */
interface Kind {
  nameOf(input: object): NamedTool | undefined;
  endingOf(input: object): { outcome: Outcome; errorType?: string };
}

const toolIn = (input: object): NamedTool | undefined => nameTool(field(input, "tool_name"), field(input, "tool_input"));

const KINDS: Readonly<Record<string, Kind>> = {
  PostToolUse: { nameOf: toolIn, endingOf: (input) => (isInterrupted(input) ? endingOfFailure("", true) : { outcome: "ok" }) },
  PostToolUseFailure: { nameOf: toolIn, endingOf: (input) => endingOfFailure(field(input, "error"), field(input, "is_interrupt") === true) },
  PermissionDenied: { nameOf: toolIn, endingOf: () => ({ outcome: "refused", errorType: "permission_denied" }) },
  UserPromptExpansion: { nameOf: commandIn, endingOf: () => ({ outcome: "ok" }) },
};

/** A command that a person stopped has a response, which says so. */
function isInterrupted(input: object): boolean {
  const response = field(input, "tool_response");
  return typeof response === "object" && response !== null && field(response, "interrupted") === true;
}

/** A typed command: a skill's name as the Skill tool has it, or a prompt of an MCP server, `mcp__SERVER__PROMPT` or `SERVER:PROMPT`. */
function commandIn(input: object): NamedTool | undefined {
  const name = nameCommand(field(input, "command_name"));
  if (name === undefined) return undefined;
  const isPrompt = field(input, "expansion_type") === "mcp_prompt";
  const skill = isPrompt ? (nameTool(name, undefined)?.skill ?? name).replace(/^([^/:]+):/, "$1/") : name;
  return { skill, isLoad: true };
}

function metadataOf({ isLoad }: NamedTool, agentId: unknown): KitMetadata | undefined {
  const isInSubagent = typeof agentId === "string" && agentId !== "";
  return isLoad || isInSubagent ? { ...(isLoad && LOAD_METADATA), ...(isInSubagent && SUBAGENT_METADATA) } : undefined;
}

function durationIn(input: object): number | undefined {
  const value = field(input, "duration_ms");
  return typeof value === "number" && value >= 0 && value <= LIMITS.durationMs ? Math.round(value) : undefined;
}

/** A field of its own: what an object inherits was not sent. */
function field(input: object, name: string): unknown {
  return Object.hasOwn(input, name) ? Reflect.get(input, name) : undefined;
}

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === "string" && pattern.test(value) ? value : undefined;
}
