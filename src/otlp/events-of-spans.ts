/**
 * From spans with the conventions for GenAI and MCP to events.
 *
 * One call may have up to three spans: the agent's `execute_tool`, the MCP client's and the MCP server's `tools/call`. It
 * is counted where the tool runs: by the server's span, or by the agent's when the tool is a function of its own. Spans of
 * clients, and agents' spans around them, are left out, since the server's may come with another request. An owner whose
 * servers do not report here counts them by an option; in one request, the innermost span of a call then counts.
 */
import type { UsageEvent } from "../event.ts";
import { durationOf, errorTypeOf, labelOf, labelsOf, outcomeOfFailure, personOf } from "./facts.ts";
import { createIdMaker } from "./ids.ts";
import { EVENT_PREFIXES, SPAN_CALLS } from "./names.ts";
import { type Span, textOf } from "./telemetry.ts";

/** Spans between a span of a call and another of the same call, at most. */
const MAX_DISTANCE = 8;

/** Events of spans; how many spans tell of no call, and how many of the client's side of one. */
export function eventsOfSpans(spans: readonly Span[], { countClients }: { countClients: boolean }): { events: UsageEvent[]; ignored: number; clientSpans: number } {
  const calls = spans.filter(isCall);
  const covered = coveredSpans(calls, spans);
  const counted = calls.filter((span) => !covered.has(span) && (countClients || span.kind !== "client"));
  const makeId = createIdMaker();
  return {
    events: counted.map((span) => eventOf(span, makeId)),
    ignored: spans.length - counted.length,
    clientSpans: countClients ? 0 : calls.filter((span) => span.kind === "client").length,
  };
}

/** The CLIs that tell of their calls by log records would tell of them twice. */
function isCall(span: Span): boolean {
  if (Object.hasOwn(EVENT_PREFIXES, textOf(span, "service"))) return false;
  return textOf(span, "operation") === SPAN_CALLS.operation || textOf(span, "mcpMethod") === SPAN_CALLS.mcpMethod;
}

/** A span's name may be anything, a path as well: only what stands behind the convention's prefix is a tool. */
function skillOf(span: Span): string {
  const prefix = Object.values(SPAN_CALLS).find((candidate) => span.name.startsWith(`${candidate} `));
  return textOf(span, "tool") || (prefix === undefined ? "" : span.name.slice(prefix.length + 1));
}

/** Spans of calls that have another span of the same call inside. */
function coveredSpans(calls: readonly Span[], spans: readonly Span[]): Set<Span> {
  const known = new Map(spans.filter(({ spanId }) => spanId !== "").map((span) => [span.traceId + span.spanId, span]));
  const covered = new Set<Span>();
  for (const call of calls) {
    let outer = known.get(call.traceId + call.parentSpanId);
    for (let distance = 0; outer !== undefined && distance < MAX_DISTANCE; distance++) {
      if (outer !== call && isCall(outer) && isSameTool(outer, call)) covered.add(outer);
      outer = known.get(outer.traceId + outer.parentSpanId);
    }
  }
  return covered;
}

/** Agents put the name of the server in front of a tool's, and a sign between them: `forget` is no call of `get`. */
function isSameTool(outer: Span, inner: Span): boolean {
  const [whole, name] = [skillOf(outer), skillOf(inner)];
  return name !== "" && whole.endsWith(name) && !/[\p{L}\p{N}]$/u.test(whole.slice(0, -name.length));
}

function eventOf(span: Span, makeId: (seed: readonly unknown[]) => string): UsageEvent {
  const skill = skillOf(span);
  const errorType = errorTypeOf(span);
  const outcome = span.hasFailed || errorType !== undefined ? outcomeOfFailure(errorType) : "ok";
  const { startedAt, endedAt, traceId, spanId } = span;
  const durationMs = startedAt === undefined || endedAt === undefined ? undefined : durationOf(Math.round(Math.max(0, endedAt - startedAt)));
  const hasIds = traceId !== "" && spanId !== "";
  return {
    skill,
    id: hasIds ? `${traceId}-${spanId}` : makeId([skill, startedAt, endedAt, outcome, textOf(span, "session")]),
    startedAt,
    durationMs: durationMs ?? 0,
    clock: durationMs === undefined ? "io" : undefined,
    outcome,
    errorType: outcome === "ok" ? undefined : errorType,
    userId: personOf(span, "user"),
    sessionId: personOf(span, "session"),
    // The service that runs a tool has the tool's version; a client's says nothing of it.
    version: span.kind === "client" ? undefined : labelOf(textOf(span, "version")) || undefined,
    source: "otlp",
    metadata: labelsOf(span, true),
  };
}
