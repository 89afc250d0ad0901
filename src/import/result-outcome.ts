/**
 * How a call ended, from its result: an outcome, and an error type of few values.
 *
 * The text of a result is content. Rules look at its beginning and give a constant, or a constant with an exit code or a
 * status; no part of the text itself ever becomes a type. Texts are those that Claude Code writes; what no rule knows is
 * `other`.
 */
import type { Outcome } from "../event.ts";

/** How a call ended. */
export interface Ending {
  outcome: Outcome;
  errorType?: string;
}

/** Classifies a result. `readText` is asked only where the text decides. */
export function outcomeOfResult(isError: boolean, isInterrupted: boolean, readText: () => string): Ending {
  // Claude Code leaves the flag out of half of its results: absent means that it worked.
  if (!isError && !isInterrupted) return { outcome: "ok" };
  const ending = endingOfText(readText());
  // An interrupted command has whatever text it wrote so far.
  return isInterrupted && ending.outcome === "error" ? { outcome: "cancelled", errorType: "interrupted" } : ending;
}

/** Classifies the text of a failed result. */
export function endingOfText(text: string): Ending {
  const begin = text.slice(0, LOOKED_AT_CHARS).replace(/^\s*(?:<tool_use_error>)?\s*(?:Error: )?/, "");
  for (const { pattern, outcome = "error", errorType } of RULES) {
    const match = pattern.exec(begin);
    if (match !== null) return { outcome, errorType: match[1] === undefined ? errorType : `${errorType}_${match[1]}` };
  }
  return { outcome: "error", errorType: "other" };
}

const LOOKED_AT_CHARS = 600;

interface Rule {
  /** A group holds a number, which is put behind the type. */
  pattern: RegExp;
  /** @default "error" */
  outcome?: Outcome;
  errorType: string;
}

/** The first that fits decides: decisions of people, then what ended the call, then what the tool said. */
const RULES: readonly Rule[] = [
  { pattern: /^(?:The )?user (?:doesn't|does not|did not) want to (?:proceed|take this action)|^(?:The )?(?:user )?rejected tool use|^User rejected/i, outcome: "refused", errorType: "user_rejected" },
  // By a rule in the settings, by auto mode, or because nobody could be asked.
  { pattern: /^Permission (?:to use|for this action)[\s\S]*?(?:has been|was) denied|^Claude requested permissions? to [\s\S]*?haven't granted/i, outcome: "refused", errorType: "permission_denied" },
  { pattern: /^(?:PreToolUse|PermissionRequest)\b.{0,80}\bhook\b|^Hook \S{1,80} (?:denied|blocked)/i, outcome: "refused", errorType: "hook_blocked" },
  { pattern: /^Sibling tool call errored|^Cancelled: parallel tool call/i, outcome: "cancelled", errorType: "sibling_error" },
  { pattern: /^\[?Request interrupted by user|^(?:Request was aborted|The operation was aborted|This operation was aborted|AbortError|Interrupted by user)/i, outcome: "cancelled", errorType: "interrupted" },
  { pattern: /^Streaming fallback/i, outcome: "cancelled", errorType: "interrupted" },
  { pattern: /^(?:Exit code \d{1,3}\s+)?Command timed out/i, outcome: "timeout", errorType: "timeout" },
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
  { pattern: /^MCP error -(32\d{3})\b/i, errorType: "mcp" },
];
