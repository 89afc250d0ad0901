import { describe, expect, it } from "vitest";
import { readTelemetry, type Told } from "../../src/otlp/index.ts";
import type { Encoding } from "../../src/otlp/telemetry.ts";
import { encode, span, type SpanParts, spansRequest, type Values } from "../support/otlp.ts";

const AT = Date.UTC(2026, 10, 20, 12);
const TRACE = "0af7651916cd43dd8448eb211c80319c";
const TOOL = { "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "forecast" };
const MCP = { "mcp.method.name": "tools/call", "gen_ai.tool.name": "forecast" };
const [SERVER, CLIENT] = [2, 3];

/** The ids and the times that a test does not speak of. */
function spans(...parts: Partial<SpanParts>[]): object[] {
  return parts.map((part, index) => span({ name: "span", startedAt: AT, endedAt: AT + 250, spanId: `00f067aa0ba902b${index}`, ...part }));
}

function read(list: readonly object[], { encoding = "json", countClients = false, resource }: { encoding?: Encoding; countClients?: boolean; resource?: Values } = {}): Told {
  return readTelemetry("traces", encoding, encode(spansRequest(list, resource), encoding), { countClients });
}

it.each(["json", "protobuf"] as const)("in %s a span of a call is an event with its times, its ids and the version of its service", (encoding) => {
  const attributes = { ...MCP, "mcp.session.id": "m", "user.id": "u", "gen_ai.tool.type": "function", "network.transport": "pipe", "gen_ai.tool.call.arguments": "MARKER" };
  expect(read(spans({ kind: SERVER, attributes }, { name: "GET /" }), { encoding })).toEqual({
    events: [
      {
        ...{ skill: "forecast", id: `${TRACE}-00f067aa0ba902b0`, startedAt: AT, durationMs: 250, clock: undefined, outcome: "ok", errorType: undefined },
        ...{ userId: "u", sessionId: "m", version: "1.4.0", source: "otlp", metadata: { service: "weather-server", toolType: "function", transport: "pipe" } },
      },
    ],
    ignored: 1,
    clientSpans: 0,
  });
});

it.each([
  ["execute_tool forecast", { "gen_ai.operation.name": "execute_tool" }, "forecast"],
  ["tools/call forecast", { "mcp.method.name": "tools/call" }, "forecast"],
  ["tools/call get forecast", { "mcp.method.name": "tools/call" }, "get forecast"],
  ["tool", { "gen_ai.operation.name": "execute_tool", "mcp.tool.name": "forecast" }, "forecast"],
  ["POST /home/jane", { "gen_ai.operation.name": "execute_tool" }, ""],
])("the span %j with %j is a call of %s", (name, attributes, skill) => {
  expect(read(spans({ name, attributes })).events).toMatchObject([{ skill }]);
});

it.each([
  [{ "gen_ai.operation.name": "chat" }],
  [{ "gen_ai.operation.name": "invoke_agent", "gen_ai.tool.name": "forecast" }],
  [{ "mcp.method.name": "tools/list" }],
])("a span with %j is no call", (attributes) => {
  expect(read(spans({ name: "execute_tool x", attributes }))).toEqual({ events: [], ignored: 1, clientSpans: 0 });
});

it.each<[Partial<SpanParts>, object]>([
  [{ code: 2 }, { outcome: "error", errorType: undefined }],
  [{ code: 2, attributes: { "error.type": "tool_error" } }, { outcome: "error", errorType: "tool_error" }],
  [{ attributes: { "error.type": "timeout" } }, { outcome: "timeout", errorType: "timeout" }],
  [{ code: 2, attributes: { "error.type": "-32001" } }, { outcome: "timeout" }],
  [{ code: 2, attributes: { "error.type": "CancelledError" } }, { outcome: "cancelled" }],
  [{ code: 1 }, { outcome: "ok", errorType: undefined }],
])("a status and an error type of %j give %j", (parts, event) => {
  expect(read(spans({ ...parts, attributes: { ...TOOL, ...parts.attributes } })).events).toMatchObject([event]);
});

describe("one call is counted once", () => {
  const agent = { attributes: TOOL };
  const client = { kind: CLIENT, attributes: MCP, parentSpanId: "00f067aa0ba902b0" };
  const server = { kind: SERVER, attributes: MCP, parentSpanId: "00f067aa0ba902b1" };
  const counted = (told: Told) => told.events.map(({ id }) => Number(id?.at(-1)));

  it.each([
    ["an agent's own function", [agent], [0], [0]],
    ["a server", [{ ...server, parentSpanId: "ffffffffffffffff" }], [0], [0]],
    ["a client", [{ kind: CLIENT, attributes: MCP }], [], [0]],
    ["an agent and its client", [agent, client], [], [1]],
    ["an agent, its client and the server", [agent, client, server], [2], [2]],
    ["an agent and, through another span, a server", [agent, { parentSpanId: "00f067aa0ba902b0" }, server], [2], [2]],
    ["an agent that has the server's name in front", [{ attributes: { ...TOOL, "gen_ai.tool.name": "weather__forecast" } }, { ...server, parentSpanId: "00f067aa0ba902b0" }], [1], [1]],
    ["a tool that calls another", [{ attributes: { ...TOOL, "gen_ai.tool.name": "plan" } }, { ...agent, parentSpanId: "00f067aa0ba902b0" }], [0, 1], [0, 1]],
    ["a tool whose name ends like that of the one it calls", [{ attributes: { ...TOOL, "gen_ai.tool.name": "reforecast" } }, { ...server, parentSpanId: "00f067aa0ba902b0" }], [0, 1], [0, 1]],
    ["another trace with the same ids of spans", [agent, { ...server, traceId: "1".repeat(32), parentSpanId: "00f067aa0ba902b0" }], [0, 1], [0, 1]],
  ] as const)("%s", (_case, parts, byDefault, withClients) => {
    expect(counted(read(spans(...parts)))).toEqual(byDefault);
    expect(counted(read(spans(...parts), { countClients: true }))).toEqual(withClients);
  });

  it("what is left out for the client's side is said", () => {
    expect(read(spans(agent, client))).toMatchObject({ ignored: 2, clientSpans: 1 });
  });

  it("the CLIs that tell by log records do not tell by spans too", () => {
    for (const service of ["claude-code", "gemini-cli"]) expect(read(spans(agent), { resource: { "service.name": service } }).events).toEqual([]);
  });

  it("spans that are their own parents end nowhere", () => {
    expect(read(spans({ ...agent, parentSpanId: "00f067aa0ba902b0" })).events).toHaveLength(1);
    expect(read(spans({ ...agent, parentSpanId: "00f067aa0ba902b1" }, { ...agent, parentSpanId: "00f067aa0ba902b0" })).ignored).toBe(2);
  });
});

it("a span without valid ids or times is still a call", () => {
  const bare = { name: "execute_tool x", attributes: [{ key: "gen_ai.operation.name", value: { stringValue: "execute_tool" } }], traceId: "xyz", spanId: "0000000000000000" };
  expect(read([bare]).events).toMatchObject([{ skill: "x", id: expect.stringMatching(/^otlp-/), startedAt: undefined, durationMs: 0, clock: "io" }]);
});

it("labels that may be paths or sentences are not kept", () => {
  const resource = { "service.name": "/home/jane/server.js", "service.version": "see /home/jane" };
  for (const name of ["/models/jane", "models/jane/own.gguf", "C:/Users/jane/own", "own.gguf", "arn:aws:bedrock:us-east-1:123456789012:inference-profile/own"]) {
    const attributes = { ...TOOL, "gen_ai.request.model": name, "gen_ai.tool.type": "a function of Jane" };
    expect(read(spans({ attributes }), { resource }).events).toMatchObject([{ version: undefined, metadata: {} }]);
  }
  const model = { ...TOOL, "gen_ai.request.model": "meta-llama/Llama-3.1" };
  expect(read(spans({ attributes: model }), { resource: { "service.name": "unknown_service:node" } }).events).toMatchObject([{ metadata: { model: "meta-llama/Llama-3.1" } }]);
});
