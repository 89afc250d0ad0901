/**
 * What Claude Code calls its tools, as the skills that an owner knows. Hooks, transcripts and telemetry share these names,
 * so that a skill stands on one row of the dashboard whatever told of it.
 */
import type { KitMetadata } from "../event.ts";

/** A tool as it is counted. */
export interface NamedTool {
  /** The skill's own name; `server/tool` for tools of MCP servers; the tool's name otherwise. */
  skill: string;
  /** Whether the call only loads a skill, whose work comes afterwards: its duration is not the skill's. */
  isLoad: boolean;
}

/** Names a tool from its name and, for the one tool that loads skills, from its input. `undefined` where there is no name. */
export function nameTool(toolName: unknown, toolInput: unknown): NamedTool | undefined {
  if (typeof toolName !== "string" || toolName.trim() === "") return undefined;
  if (toolName === "Skill") return { skill: skillIn(toolInput) ?? toolName, isLoad: true };
  // mcp__SERVER__TOOL; a server's own name may hold single underscores.
  const [, server, tool] = /^mcp__(.+?)__(.+)$/s.exec(toolName) ?? [];
  return { skill: server === undefined ? toolName : `${server}/${tool}`, isLoad: false };
}

/** What the metadata of a call that only loads a skill says. */
export const LOAD_METADATA: KitMetadata = { measures: "load" };

/** What the metadata of a call inside a sub-agent says. */
export const SUBAGENT_METADATA: KitMetadata = { subagent: true };

/** The name in what was typed: without its slash, and without the arguments that some versions leave behind it. */
export function nameCommand(text: unknown): string | undefined {
  if (typeof text !== "string") return undefined;
  return text.trim().replace(/^\//, "").split(/\s/, 1)[0] || undefined;
}

function skillIn(toolInput: unknown): string | undefined {
  if (typeof toolInput !== "object" || toolInput === null) return undefined;
  const name = nameCommand(Reflect.get(toolInput, "skill")) ?? nameCommand(Reflect.get(toolInput, "command")) ?? "";
  return SKILL_NAME.test(name) && !FILE_ENDING.test(name) ? name : undefined;
}

/**
 * `SKILL` or `PLUGIN:SKILL`. The model writes what the Skill tool is asked for, and a call that fails may hold anything, a
 * path as well: what has another shape counts for the Skill tool itself.
 */
const SKILL_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*(?::[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*)*$/u;

/** The end of a file's name. A skill that is called like that stays unnamed, which is the lesser evil. */
const FILE_ENDING = /\.[A-Za-z]\w{0,4}$/;
