/**
 * One line of a Claude Code transcript: the tool calls that it begins and the results that it brings.
 *
 * The format is internal to Claude Code and changes with its versions, so everything is read with distrust and only what
 * a call needs: ids, names, times, and how it ended. Prompts, arguments and results go no further than this file.
 */
import { endingOfFailure } from "../claude-code/failure.ts";
import { nameTool } from "../claude-code/tool-names.ts";
import type { Outcome } from "../event.ts";

/** The beginning of a call. */
export interface ToolUse {
  id: string;
  skill: string;
  /** Whether it only loads a skill. */
  isLoad: boolean;
  /** ms since 1970. */
  startedAt: number;
  sessionId?: string;
  /** The version of Claude Code. */
  agentVersion?: string;
  /** Whether a sub-agent called. */
  isSidechain: boolean;
}

/** The end of a call. */
export interface ToolResult {
  /** The id of the call. */
  id: string;
  /** ms since 1970. */
  endedAt: number;
  outcome: Outcome;
  errorType?: string;
}

/** What a line held. */
export interface TranscriptLine {
  uses: ToolUse[];
  results: ToolResult[];
  /** Calls and results that lack an id, a name or a time. */
  incomplete: number;
}

/** Reads a parsed line. Never throws; `undefined` when it is no JSON object. */
export function readTranscriptLine(value: unknown): TranscriptLine | undefined {
  const line = fieldsOf(value);
  if (line === undefined) return undefined;
  const found: TranscriptLine = { uses: [], results: [], incomplete: 0 };
  // Lines of other types quote calls (`progress` those of sub-agents, which have files of their own).
  if (line["type"] !== "assistant" && line["type"] !== "user") return found;
  const content = fieldsOf(line["message"])?.["content"];
  for (const item of Array.isArray(content) ? content : []) {
    const block = fieldsOf(item);
    if (block?.["type"] === "tool_use") collect(found, found.uses, readUse(block, line));
    if (block?.["type"] === "tool_result") collect(found, found.results, readResult(block, line));
  }
  return found;
}

function collect<Part>(found: TranscriptLine, parts: Part[], part: Part | undefined): void {
  if (part === undefined) found.incomplete += 1;
  else parts.push(part);
}

type Fields = Readonly<Record<string, unknown>>;

function readUse(block: Fields, line: Fields): ToolUse | undefined {
  const { id } = block;
  const named = nameTool(block["name"], block["input"]);
  const startedAt = readTime(line["timestamp"]);
  if (!isId(id) || named === undefined || startedAt === undefined) return undefined;
  const { sessionId, version } = line;
  return {
    ...{ id, ...named, startedAt, isSidechain: line["isSidechain"] === true },
    ...(isId(sessionId) && { sessionId }),
    ...(isVersion(version) && { agentVersion: version }),
  };
}

function readResult(block: Fields, line: Fields): ToolResult | undefined {
  const id = block["tool_use_id"];
  const endedAt = readTime(line["timestamp"]);
  if (!isId(id) || endedAt === undefined) return undefined;
  const isInterrupted = fieldsOf(line["toolUseResult"])?.["interrupted"] === true;
  // Claude Code leaves the flag out of half of its results: absent means that it worked.
  if (block["is_error"] !== true && !isInterrupted) return { id, endedAt, outcome: "ok" };
  return { id, endedAt, ...endingOfFailure(textOf(block["content"]), isInterrupted) };
}

/** The beginning of a result's text, which is looked at and not kept. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((item: unknown) => fieldsOf(item)?.["text"]);
  return texts.filter((text) => typeof text === "string").join("\n");
}

function fieldsOf(value: unknown): Fields | undefined {
  return isFields(value) ? value : undefined;
}

function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readTime(value: unknown): number | undefined {
  const at = typeof value === "string" ? Date.parse(value) : value;
  return typeof at === "number" && Number.isFinite(at) && at >= 0 ? Math.floor(at) : undefined;
}

/** Ids are opaque; a text of more than 200 characters is none. */
function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= 200;
}

/** Nothing but a version may pass as one, since it is stored in clear. */
function isVersion(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,4}(?:\.\d{1,6}){1,3}(?:-[a-z]{1,10}(?:\.\d{1,6})?)?$/.test(value);
}
