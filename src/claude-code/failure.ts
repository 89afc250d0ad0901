/**
 * How a failed tool of Claude Code ended, from the text of its error.
 *
 * The text is content (it quotes commands, paths and output), so nothing of it is kept but what one of these rules knows:
 * the class of a failure is a constant or a number, never words of the text. What no rule knows is `_OTHER`, the name that
 * OpenTelemetry's `error.type` has for it.
 */
import type { Outcome } from "../event.ts";

/** The end of a failed call. */
export interface FailedEnding {
  outcome: Extract<Outcome, "error" | "timeout" | "cancelled">;
  errorType: string;
}

/** Tells a failure's outcome and class. `isInterrupt`: whether it reached Claude Code as an abort. Linear in the text. */
export function classifyFailure(error: unknown, isInterrupt: unknown): FailedEnding {
  const text = typeof error === "string" ? error.slice(0, LOOKED_AT_CHARS) : "";
  const firstLine = text.trimStart().split("\n", 1)[0]?.slice(0, LINE_CHARS) ?? "";
  const exitCode = EXIT_CODE.exec(firstLine)?.[1];
  // What a command printed may speak of time-outs and aborts too: after an exit code only Claude Code's own line counts.
  if (SHELL_TIMEOUT.test(text) || (exitCode === undefined && TIMEOUT.test(firstLine))) return { outcome: "timeout", errorType: "timeout" };
  if (isInterrupt === true || (exitCode === undefined && CANCELLED.test(firstLine))) return { outcome: "cancelled", errorType: "interrupted" };
  return { outcome: "error", errorType: exitCode === undefined ? classOf(firstLine) : `exit_${Number(exitCode)}` };
}

/** Claude Code cuts an error at 10,000 characters (hooks reference, PostToolUseFailure). */
const LOOKED_AT_CHARS = 12_000;
const LINE_CHARS = 500;

/** The first line of Bash and PowerShell, the one part of an error whose form is documented. */
const EXIT_CODE = /^Exit code (\d{1,3})\b/;
const SHELL_TIMEOUT = /^Command timed out after \d/m;

const TIMEOUT = /\btimed[ -]out\b|\btime-?out (?:of|after|exceeded|expired|error)\b|\b(?:TimeoutError|ETIMEDOUT)\b|\bdeadline exceeded\b/i;
const CANCELLED = /\bAbortError\b|\b(?:request|operation|call|tool use) (?:was )?(?:aborted|cancell?ed)\b|\b(?:aborted|cancell?ed|interrupted) by (?:the )?user\b/i;

/** Rules in order. One with a group gives what the group found, behind its prefix: a number, or a name that it lists. */
const CLASSES: readonly (readonly [pattern: RegExp, type: string])[] = [
  [/\bMCP error (-?\d{1,6})\b/, "jsonrpc_"],
  [/\b(E(?:ACCES|ADDRINUSE|CONNREFUSED|CONNRESET|EXIST|HOSTUNREACH|ISDIR|MFILE|NOENT|NOSPC|NOTDIR|NOTEMPTY|NOTFOUND|PERM|PIPE))\b/, ""],
  [/\b(?:HTTP|status(?: code)?)[ :/]{1,2}([45]\d{2})\b/i, "http_"],
  [/\b((?:Type|Range|Syntax|Reference|Aggregate|Shell|Mcp|InputValidation|Validation|Zod)Error)\b/, ""],
  [/\b(?:not found|does not exist|no such file)\b/i, "not_found"],
  [/\b(?:permission denied|not permitted|access denied|unauthorized|forbidden)\b/i, "permission_denied"],
  [/\b(?:too large|exceeds (?:the )?maximum)\b/i, "too_large"],
];

function classOf(line: string): string {
  for (const [pattern, type] of CLASSES) {
    const match = pattern.exec(line);
    if (match !== null) return type + (match[1] ?? "");
  }
  return "_OTHER";
}
