import { describe, expect, it } from "vitest";
import type { UsageEvent } from "../../src/event.ts";
import { readTelemetry, type Told } from "../../src/otlp/index.ts";
import type { Encoding } from "../../src/otlp/telemetry.ts";
import { claudeRecord, encode, logRecord, logsRequest, type Values } from "../support/otlp.ts";

const AT = Date.UTC(2026, 10, 20, 12);
const read = (request: object, encoding: Encoding = "json"): Told => readTelemetry("logs", encoding, encode(request, encoding), { countClients: false });
const claude = (name: string, attributes: Values): UsageEvent | undefined => read(logsRequest([claudeRecord(name, AT, attributes)])).events[0];
const gemini = (attributes: Values): UsageEvent | undefined =>
  read(logsRequest([logRecord("Tool call: read MARKER", AT, { "event.name": "gemini_cli.tool_call", "session.id": "s", "installation.id": "i", ...attributes })], "gemini-cli")).events[0];

describe.each(["json", "protobuf"] as const)("in %s", (encoding) => {
  it("a tool's result is a call that ended when it says", () => {
    const record = claudeRecord("tool_result", AT, { tool_name: "Bash", tool_use_id: "toolu_01A", success: "false", duration_ms: "1500", error_type: "ShellError", error: "MARKER" });
    expect(read(logsRequest([record]), encoding)).toEqual({
      events: [
        {
          ...{ skill: "Bash", id: "toolu_01A", startedAt: AT - 1500, durationMs: 1500, clock: undefined, outcome: "error", errorType: "exit_code" },
          ...{ userId: "user-1", sessionId: "session-1", source: "claude-code", metadata: {} },
        },
      ],
      ignored: 0,
      clientSpans: 0,
    });
  });

  it("a duration may be a number, an integer, a fraction or text", () => {
    for (const duration of [1500, 1500.25, "1500"]) {
      const record = claudeRecord("tool_result", AT, { tool_name: "Bash", success: true, duration_ms: duration });
      expect(read(logsRequest([record]), encoding).events).toMatchObject([{ durationMs: Number(duration), startedAt: AT - Number(duration), outcome: "ok" }]);
    }
  });

  it("records that tell of no call are ignored and counted", () => {
    const names = ["user_prompt", "api_request", "api_error", "toString", "__proto__", ""];
    expect(read(logsRequest(names.map((name) => claudeRecord(name, AT))), encoding)).toEqual({ events: [], ignored: names.length, clientSpans: 0 });
  });
});

describe("tools of Claude Code are named as hooks and transcripts name them", () => {
  it.each([
    ["an MCP tool without details", { tool_name: "mcp_tool" }, "mcp_tool"],
    ["an MCP tool with details", { tool_name: "mcp_tool", tool_parameters: '{"mcp_server_name":"linear","mcp_tool_name":"create_issue"}' }, "linear/create_issue"],
    ["a server with spaces and points", { tool_name: "mcp_tool", tool_parameters: '{"mcp_server_name":"claude.ai Linear","mcp_tool_name":"list"}' }, "claude_ai_Linear/list"],
    ["an MCP tool by its long name", { tool_name: "mcp__linear__create_issue" }, "linear/create_issue"],
    ["a skill with details", { tool_name: "Skill", tool_parameters: '{"skill_name":"docs:pdf"}' }, "docs:pdf"],
    ["a skill without details", { tool_name: "Skill" }, "Skill"],
    ["parameters that were cut", { tool_name: "Bash", tool_parameters: '{"bash_command":"cat MARK' }, "Bash"],
    ["parameters that are no object", { tool_name: "Bash", tool_parameters: "null" }, "Bash"],
    ["parameters that are a text", { tool_name: "Bash", tool_parameters: JSON.stringify("a".repeat(2_000_000)) }, "Bash"],
    ["parameters of other types", { tool_name: "mcp_tool", tool_parameters: '{"mcp_server_name":7,"mcp_tool_name":{}}' }, "mcp_tool"],
  ])("%s", (_case, attributes, skill) => {
    const started = performance.now();
    expect(claude("tool_result", { success: "true", ...attributes })?.skill).toBe(skill);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

describe("one use is counted once", () => {
  it("a typed skill by its activation, a skill that Claude calls by the result of the Skill tool", () => {
    const activated = (trigger: string) => claude("skill_activated", { "skill.name": "pdf", "invocation_trigger": trigger, "event.sequence": 7 });
    expect(activated("claude-proactive")).toBeUndefined();
    expect(activated("nested-skill")).toBeUndefined();
    expect(activated("user-slash")).toMatchObject({ skill: "pdf", startedAt: AT, durationMs: 0, clock: "io", outcome: "ok", metadata: { measures: "load" } });
    expect(claude("tool_result", { tool_name: "Skill", success: "true", duration_ms: 3 })).toMatchObject({ durationMs: 3, metadata: { measures: "load" } });
  });

  it("a refused call by its decision, an accepted one by its result", () => {
    expect(claude("tool_decision", { tool_name: "Bash", decision: "accept", tool_use_id: "t1" })).toBeUndefined();
    expect(claude("tool_decision", { tool_name: "Bash", decision: "reject", tool_use_id: "t1" })).toMatchObject({ skill: "Bash", id: "t1", outcome: "refused", errorType: undefined, clock: "io" });
    const types = ["user_reject", "config", "hook", "/home/jane"].map((source) => claude("tool_decision", { tool_name: "Bash", decision: "reject", source })?.errorType);
    expect(types).toEqual(["user_rejected", "permission_denied", "hook_blocked", undefined]);
  });

  it("a record that comes again has its id again, and two that say the same in one request have two", () => {
    const request = logsRequest([1, 1, 2].map((sequence) => claudeRecord("tool_result", AT, { "tool_name": "Read", "success": "true", "duration_ms": 1, "event.sequence": sequence })));
    const ids = read(request).events.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    for (const id of ids) expect(id).toMatch(/^[\w-]{1,64}$/);
    expect(read(request, "protobuf").events.map(({ id }) => id)).toEqual(ids);
  });
});

describe("Gemini CLI", () => {
  it.each([
    [{ function_name: "read_file", duration_ms: 12, success: true, decision: "auto_accept", tool_type: "native" }, { skill: "read_file", durationMs: 12, startedAt: AT - 12, outcome: "ok", metadata: { toolType: "native" } }],
    [{ function_name: "create", mcp_server_name: "linear", tool_type: "mcp", success: true }, { skill: "linear/create", clock: "io" }],
    [{ function_name: "mcp_linear_create", mcp_server_name: "linear", success: true }, { skill: "linear/create" }],
    [{ function_name: "linear__create", mcp_server_name: "linear", success: true }, { skill: "linear/create" }],
    [{ function_name: "shell", success: false, decision: "reject", error_type: "x" }, { outcome: "refused", errorType: undefined }],
    [{ function_name: "shell", success: false, error_type: "shell_execute_error", error: "MARKER" }, { outcome: "error", errorType: "shell_execute_error" }],
    [{ function_name: "shell", success: false }, { outcome: "error", errorType: undefined }],
  ])("%j", (attributes, event) => {
    expect(gemini(attributes)).toMatchObject({ source: "gemini-cli", userId: "i", sessionId: "s", ...event });
  });
});

it.each([-1, 1e12, "-5", "Infinity"])("a duration of %s costs itself and not the call", (duration_ms) => {
  expect(claude("tool_result", { tool_name: "Bash", success: "true", duration_ms })).toMatchObject({ startedAt: AT, durationMs: 0, clock: "io" });
});

it("an id of a person or a session that is over its limit costs itself and not the call", () => {
  const long = "x".repeat(321);
  expect(claude("tool_result", { "tool_name": "Bash", "success": "true", "user.id": long, "session.id": long })).toMatchObject({ skill: "Bash", userId: undefined, sessionId: undefined });
});

describe("failures", () => {
  it.each([
    ["TimeoutError", "timeout", "timeout"],
    ["timed_out", "timeout", "timed_out"],
    ["DEADLINE_EXCEEDED", "timeout", "DEADLINE_EXCEEDED"],
    ["-32001", "timeout", "-32001"],
    ["AbortError", "cancelled", "interrupted"],
    ["Error:ENOENT", "error", "not_found"],
    ["SomethingNew", "error", "SomethingNew"],
    ["no such file: /home/jane/MARKER.txt", "error", "_OTHER"],
    ["/home/jane/MARKER.txt", "error", "_OTHER"],
  ])("%s is %s", (type, outcome, errorType) => {
    expect(claude("tool_result", { tool_name: "Bash", success: "false", error_type: type })).toMatchObject({ outcome, errorType });
  });
});

it("a record without a time of its own takes that of its attribute, and one without any is of now", () => {
  const record = (attributes: Values) => ({ ...claudeRecord("tool_result", 0, { tool_name: "Bash", success: "true", ...attributes }) });
  expect(read(logsRequest([record({ "event.timestamp": "2026-11-20T12:00:00.000Z" }), record({ "event.timestamp": "noon" })])).events.map(({ startedAt }) => startedAt)).toEqual([AT, undefined]);
});
