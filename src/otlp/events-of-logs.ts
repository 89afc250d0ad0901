/**
 * From log records of Claude Code and Gemini CLI to events.
 *
 * One use of a skill is counted once: a skill that Claude calls comes as a result of the Skill tool, which knows how it
 * ended, and as a `skill_activated`, which does not; the latter counts only for skills that a person typed, which pass by
 * the Skill tool. A refused call has a decision and no result; an accepted one has both, and its result counts.
 */
import { endingOfErrorClass, REFUSAL_TYPES } from "../claude-code/failure.ts";
import { LOAD_METADATA, type NamedTool, nameTool } from "../claude-code/tool-names.ts";
import type { UsageEvent } from "../event.ts";
import { durationOf, errorTypeOf, labelsOf, outcomeOfFailure, personOf } from "./facts.ts";
import { createIdMaker } from "./ids.ts";
import { EVENT_PREFIXES, LOG_KINDS, type LogKind, REFUSALS, TYPED_TRIGGER } from "./names.ts";
import { booleanOf, type LogRecord, numberOf, textOf } from "./telemetry.ts";

/** Events of log records, and how many records tell of no call. */
export function eventsOfLogs(records: readonly LogRecord[]): { events: UsageEvent[]; ignored: number } {
  const makeId = createIdMaker();
  const events: UsageEvent[] = [];
  for (const record of records) {
    const kind = kindOf(record);
    const event = kind === undefined ? undefined : eventOf(record, kind, makeId);
    if (event !== undefined) events.push(event);
  }
  return { events, ignored: records.length - events.length };
}

/** The event's name stands in a field of its own, in the body or in an attribute, by producer and version. */
function kindOf(record: LogRecord): LogKind | undefined {
  const name = textOf(record, "event");
  const prefix = own(EVENT_PREFIXES, textOf(record, "service")) ?? "";
  for (const candidate of [...record.names, name, prefix + name]) {
    const kind = own(LOG_KINDS, candidate);
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function own<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function eventOf(record: LogRecord, kind: LogKind, makeId: (seed: readonly unknown[]) => string): UsageEvent | undefined {
  const isRefused = REFUSALS.has(textOf(record, "decision"));
  if (kind.tells === "decision" && !isRefused) return undefined;
  if (kind.tells === "load" && textOf(record, "trigger") !== TYPED_TRIGGER) return undefined;
  const { skill, isLoad } = kind.tells === "load" ? { skill: textOf(record, "tool"), isLoad: true } : toolOf(record);
  const at = record.at ?? timeOf(textOf(record, "at"));
  const durationMs = kind.tells === "call" ? durationOf(numberOf(record, "durationMs")) : undefined;
  const { outcome, errorType } = isRefused ? refusalOf(record) : endingOf(record, kind);
  const callId = textOf(record, "callId");
  return {
    skill,
    id: /^[\w-]{1,64}$/.test(callId) ? callId : makeId([kind, skill, at, durationMs, outcome, textOf(record, "session"), textOf(record, "order")]),
    startedAt: at === undefined ? undefined : Math.max(0, at - (durationMs ?? 0)),
    durationMs: durationMs ?? 0,
    // A time that nobody measured is like one of a clock that stood still: it stays out of the durations.
    clock: durationMs === undefined ? "io" : undefined,
    outcome,
    errorType,
    userId: personOf(record, "user"),
    sessionId: personOf(record, "session"),
    source: kind.source,
    metadata: { ...labelsOf(record, false), ...(isLoad ? LOAD_METADATA : {}) },
  };
}

type Ending = Pick<UsageEvent, "outcome" | "errorType">;

function refusalOf(record: LogRecord): Ending {
  return { outcome: "refused", errorType: own(REFUSAL_TYPES, textOf(record, "decisionSource")) };
}

/** Failures of Claude Code are called as its hooks and transcripts call them; those of others as they call them. */
function endingOf(record: LogRecord, { source }: LogKind): Ending {
  const errorType = errorTypeOf(record);
  if (booleanOf(record, "success") ?? errorType === undefined) return { outcome: "ok", errorType: undefined };
  const known = source === "claude-code" && errorType !== undefined ? endingOfErrorClass(errorType) : undefined;
  return known ?? { outcome: outcomeOfFailure(errorType), errorType };
}

function timeOf(text: string): number | undefined {
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** Names a tool as the hooks and transcripts do: by its server and its own name, or by the skill that it loads. */
function toolOf(record: LogRecord): NamedTool {
  const name = textOf(record, "tool");
  const details = detailsOf(record);
  const server = details.server || textOf(record, "mcpServer");
  if (server === "") return nameTool(name, { skill: details.skill }) ?? { skill: name, isLoad: false };
  const tool = details.tool || withoutServer(name, server);
  return nameTool(`mcp__${normalize(server)}__${normalize(tool)}`, undefined) ?? { skill: name, isLoad: false };
}

/** Gemini CLI's versions put a server's name in front of its tools in two ways, or not at all. */
function withoutServer(name: string, server: string): string {
  const prefix = [`mcp_${server}_`, `${server}__`].find((candidate) => name.startsWith(candidate)) ?? "";
  return name.slice(prefix.length);
}

/** As Claude Code writes servers and tools into the names of its transcripts. */
function normalize(name: string): string {
  return name.replace(/[^\w-]/g, "_");
}

/** The three names in `tool_parameters`, "" where there is none. Nothing else of it is kept. */
function detailsOf(record: LogRecord): { server: string; tool: string; skill: string } {
  const details = parseDetails(textOf(record, "toolDetails"));
  const name = (key: string): string => {
    const value: unknown = Object.hasOwn(details, key) ? Reflect.get(details, key) : "";
    return typeof value === "string" ? value : "";
  };
  return { server: name("mcp_server_name"), tool: name("mcp_tool_name"), skill: name("skill_name") };
}

function parseDetails(json: string): object {
  try {
    const details: unknown = JSON.parse(json || "{}");
    return typeof details === "object" && details !== null ? details : {};
  } catch {
    return {}; // Cut by the exporter's limit on attributes.
  }
}
