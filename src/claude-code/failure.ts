/**
 * How a call of Claude Code that did not go well ended: an outcome, and an error type of few values.
 *
 * Hooks, transcripts and telemetry share this table, so that a failure stands under one name whatever told of it. The text
 * of a failure is content: rules look at its beginning and give a constant, or a constant with an exit code or a status; no
 * part of the text itself ever becomes a type. Texts are those that Claude Code writes; what no rule knows is `_OTHER`,
 * as OpenTelemetry's `error.type` has it (the analytics fold the rest of their rows into `other`, which this is not).
 */
import type { Outcome } from "../event.ts";

/** How such a call ended. */
export interface Ending {
  outcome: Exclude<Outcome, "ok">;
  errorType: string;
}

/** Classifies the text of a failure, which may be anything. `isInterrupted`: whether Claude Code says that it was aborted. */
export function endingOfFailure(text: unknown, isInterrupted: boolean): Ending {
  const ending = endingOfText(typeof text === "string" ? text : "");
  // An interrupted command has whatever text it wrote so far.
  return isInterrupted && ending.outcome === "error" ? INTERRUPTED : ending;
}

/** Classifies what telemetry has as `error_type`: the name of a class, or `Error:` and a code of the system. */
export function endingOfErrorClass(name: string): Ending | undefined {
  // Telemetry does not say which exit code it was.
  if (name === "ShellError") return { outcome: "error", errorType: "exit_code" };
  const ending = endingOfText(name.replace(/^Error:/, ""));
  return ending.errorType === OTHER ? undefined : ending;
}

/** Error types of refusals, by what `tool_decision` calls their source. */
export const REFUSAL_TYPES: Readonly<Record<string, string>> = { user_reject: "user_rejected", user_abort: "user_rejected", config: "permission_denied", hook: "hook_blocked" };

/** What no rule knows. */
const OTHER = "_OTHER";

const INTERRUPTED: Ending = { outcome: "cancelled", errorType: "interrupted" };

/** Bounds the time of every rule. */
const LOOKED_AT_CHARS = 600;

function endingOfText(text: string): Ending {
  const begin = text.slice(0, LOOKED_AT_CHARS).replace(/^\s*(?:<tool_use_error>)?\s*(?:Error: )?/, "");
  for (const { pattern, outcome = "error", errorType = "" } of RULES) {
    const match = pattern.exec(begin);
    if (match !== null) return { outcome, errorType: [errorType, match[1] ?? ""].filter((part) => part !== "").join("_") };
  }
  return { outcome: "error", errorType: OTHER };
}

interface Rule {
  /** A group holds a number, or a name that the pattern lists, which is put behind the type. */
  pattern: RegExp;
  /** @default "error" */
  outcome?: Ending["outcome"];
  errorType?: string;
}

/** The first that fits decides: decisions of people, then what ended the call, then what the tool said. */
const RULES: readonly Rule[] = [
  { pattern: /^(?:The )?user (?:doesn't|does not|did not) want to (?:proceed|take this action)|^(?:The )?(?:user )?rejected tool use|^User rejected/i, outcome: "refused", errorType: "user_rejected" },
  // By a rule in the settings, by auto mode, or because nobody could be asked.
  { pattern: /^Permission (?:to use|for this action)[\s\S]*?(?:has been|was) denied|^Claude requested permissions? to [\s\S]*?haven't granted/i, outcome: "refused", errorType: "permission_denied" },
  { pattern: /^(?:PreToolUse|PermissionRequest)\b.{0,80}\bhook\b|^Hook \S{1,80} (?:denied|blocked)/i, outcome: "refused", errorType: "hook_blocked" },
  { pattern: /^Sibling tool call errored|^Cancelled: parallel tool call/i, outcome: "cancelled", errorType: "sibling_error" },
  { pattern: /^\[?Request interrupted by user|^(?:Request was aborted|The operation was aborted|This operation was aborted|AbortError|Interrupted by user)/i, ...INTERRUPTED },
  { pattern: /^Streaming fallback/i, ...INTERRUPTED },
  { pattern: /^(?:Exit code \d{1,3}\s+)?Command timed out/i, outcome: "timeout", errorType: "timeout" },
  // What a command printed may speak of time-outs too: behind an exit code only Claude Code's own line counts.
  { pattern: /^Exit code (\d{1,3})\b/, errorType: "exit_code" },
  { pattern: /^.{0,200}\b(?:timed out|ETIMEDOUT|TimeoutError|timeout of \d+ ?ms exceeded)\b/i, outcome: "timeout", errorType: "timeout" },
  { pattern: /^File has (?:not been read|been (?:unexpectedly )?modified)/i, errorType: "stale_file" },
  { pattern: /^String to replace not found/i, errorType: "edit_no_match" },
  { pattern: /^Found \d+ matches of the string/i, errorType: "edit_ambiguous" },
  { pattern: /^No changes to make/i, errorType: "edit_no_change" },
  { pattern: /^(?:InputValidationError|Argument Validation Error|MCP error -32602)\b/i, errorType: "input_validation" },
  { pattern: /^File content \(.{1,40}\) exceeds|exceeds maximum allowed (?:size|tokens)/i, errorType: "too_large" },
  { pattern: /^(?:Unknown skill|Skill \S{1,200} (?:is not|not found|cannot))/i, errorType: "unknown_skill" },
  { pattern: /^No such tool available/i, errorType: "unknown_tool" },
  { pattern: /^(?:Request failed with status code|HTTP(?: error)?:?|API Error:?) ([1-5]\d\d)\b/i, errorType: "http" },
  { pattern: /^.{0,200}\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|fetch failed|Connection closed)\b/i, errorType: "network" },
  { pattern: /^.{0,200}\b(?:EACCES|EPERM)\b/, errorType: "permission_denied" },
  { pattern: /^(?:File|Path|Directory) does not exist|^(?:Agent type|Task|Entity|Resource|Page)\b.{0,100}\bnot found|^.{0,300}\b(?:ENOENT|EISDIR|ENOTDIR)\b/, errorType: "not_found" },
  // JSON-RPC keeps -32768 to -32000 for itself.
  { pattern: /^MCP error (-32\d{3})\b/i, errorType: "jsonrpc" },
  { pattern: /^((?:Type|Range|Syntax|Reference|Aggregate)Error)\b/ },
];
