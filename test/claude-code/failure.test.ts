/** What a failure of Claude Code is called, and that hooks, transcripts and telemetry call it alike. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { endingOfErrorClass, endingOfFailure } from "../../src/claude-code/failure.ts";
import { eventOfHook } from "../../src/claude-code/hook-event.ts";
import { Pairing } from "../../src/import/pairing.ts";
import { readTranscriptLine } from "../../src/import/transcript.ts";
import { readTelemetry } from "../../src/otlp/index.ts";
import { MARKER } from "../support/hook-input.ts";
import { claudeRecord, encode, logsRequest, type Values } from "../support/otlp.ts";
import { resultLine, useLine } from "../support/transcripts.ts";

describe("a failure", () => {
  it.each([
    ["The user doesn't want to proceed with this tool use. The tool use was rejected (…). To tell you how to proceed, the user said:\nno", false, "refused", "user_rejected"],
    ["Permission to use Bash with command rm -rf / has been denied.", false, "refused", "permission_denied"],
    ["<tool_use_error>Sibling tool call errored</tool_use_error>", false, "cancelled", "sibling_error"],
    ["<tool_use_error>Cancelled: parallel tool call Bash(ls /home/me) errored</tool_use_error>", false, "cancelled", "sibling_error"],
    ["[Request interrupted by user for tool use]", false, "cancelled", "interrupted"],
    ["AbortError: This operation was aborted", false, "cancelled", "interrupted"],
    ["Exit code 137", true, "cancelled", "interrupted"],
    ["", true, "cancelled", "interrupted"],
    ["Command timed out after 2m 0.0s", false, "timeout", "timeout"],
    ["Exit code 143\nCommand timed out after 2m 0.0s", true, "timeout", "timeout"],
    ["MCP error -32001: Request timed out", false, "timeout", "timeout"],
    ["TimeoutError: page.goto: Timeout 30000ms exceeded", false, "timeout", "timeout"],
    ["Exit code 1\nthe test timed out, then it was aborted by the user", false, "error", "exit_code_1"],
    ["Exit code 127\nbash: command not found", false, "error", "exit_code_127"],
    ["File has not been read yet. Read it first before writing to it.", false, "error", "stale_file"],
    ["File content (30000 tokens) exceeds maximum allowed tokens", false, "error", "too_large"],
    ["MCP error -32602: Invalid arguments", false, "error", "input_validation"],
    ["MCP error -32603: Not Found", false, "error", "jsonrpc_-32603"],
    ["Request failed with status code 404", false, "error", "http_404"],
    ["HTTP 503 from the server", false, "error", "http_503"],
    ["Error: ENOENT: no such file or directory, open '/home/me/secret'", false, "error", "not_found"],
    ["File does not exist.", false, "error", "not_found"],
    ["EACCES: permission denied, open '/etc/shadow'", false, "error", "permission_denied"],
    ["TypeError: x is not a function", false, "error", "TypeError"],
    ["The transaction was aborted", false, "error", "_OTHER"],
    ["MyPrivateError: words of /home/me", false, "error", "_OTHER"],
    ["", false, "error", "_OTHER"],
    [undefined, false, "error", "_OTHER"],
    [{ message: "no text" }, false, "error", "_OTHER"],
  ])("that says %j, interrupted %s, is %s of type %s", (text, isInterrupted, outcome, errorType) => {
    expect(endingOfFailure(text, isInterrupted)).toEqual({ outcome, errorType });
  });

  it("has one of few classes, none of which quotes its text", () => {
    const known = /^([a-z]+(_[a-z]+)*|exit_code_\d{1,3}|jsonrpc_-32\d{3}|http_[1-5]\d\d|(Type|Range|Syntax|Reference|Aggregate)Error|_OTHER)$/;
    const parts = fc.array(fc.constantFrom("Exit code 1", MARKER, "MCP error -32603", "Error", "timed out", "HTTP 404", " ", "\n", "ENOENT", ": ", "TypeError"), { maxLength: 12 });
    fc.assert(fc.property(fc.oneof(fc.string(), parts.map((words) => words.join(""))), fc.boolean(), (text, isInterrupted) => {
      expect(endingOfFailure(text, isInterrupted).errorType).toMatch(known);
    }));
  });

  it("of a megabyte takes no longer than one of a few lines", () => {
    const started = performance.now();
    for (const unit of ["Exit code ", "timed out ", "Permission to use ", "\nCommand timed out after", " "]) endingOfFailure(unit.repeat(100_000), false);
    expect(performance.now() - started).toBeLessThan(100);
  });

  it("of which telemetry says the class alone is called by it where no rule knows it", () => {
    expect(["ShellError", "Error:ENOENT", "TimeoutError", "AbortError", "SomethingNew"].map((name) => endingOfErrorClass(name)?.errorType)).toEqual(["exit_code", "not_found", "timeout", "interrupted", undefined]);
  });
});

describe("hooks, transcripts and telemetry tell alike of", () => {
  const AT = Date.UTC(2026, 10, 20, 12);
  const common = { session_id: "s", tool_use_id: "toolu_1", duration_ms: 0 };

  interface Use {
    hook: object;
    /** Name and input of the tool, and its result, in a transcript. */
    transcript: [name: string, input: object, result: Parameters<typeof resultLine>[2], fields?: Parameters<typeof useLine>[4]];
    /** Event and attributes; absent where telemetry does not tell of it. */
    telemetry?: [name: string, attributes: Values];
  }

  it.each<[string, Use]>([
    ["a skill", {
      hook: { hook_event_name: "PostToolUse", tool_name: "Skill", tool_input: { skill: "docs:pdf" } },
      transcript: ["Skill", { skill: "docs:pdf" }, {}],
      telemetry: ["tool_result", { tool_name: "Skill", success: "true", tool_parameters: '{"skill_name":"docs:pdf"}' }],
    }],
    ["a skill whose name is a path", {
      hook: { hook_event_name: "PostToolUse", tool_name: "Skill", tool_input: { skill: "/home/me/x.md" } },
      transcript: ["Skill", { skill: "/home/me/x.md" }, {}],
      telemetry: ["tool_result", { tool_name: "Skill", success: "true", tool_parameters: '{"skill_name":"/home/me/x.md"}' }],
    }],
    ["a tool of an MCP server", {
      hook: { hook_event_name: "PostToolUse", tool_name: "mcp__linear__create_issue" },
      transcript: ["mcp__linear__create_issue", {}, {}],
      telemetry: ["tool_result", { tool_name: "mcp_tool", success: "true", tool_parameters: '{"mcp_server_name":"linear","mcp_tool_name":"create_issue"}' }],
    }],
    ["a file that is not there", {
      hook: { hook_event_name: "PostToolUseFailure", tool_name: "Read", error: "ENOENT: no such file" },
      transcript: ["Read", {}, { error: "ENOENT: no such file" }],
      telemetry: ["tool_result", { tool_name: "Read", success: "false", error_type: "Error:ENOENT" }],
    }],
    ["a command that took too long", {
      hook: { hook_event_name: "PostToolUseFailure", tool_name: "Bash", error: "Exit code 143\nCommand timed out after 2m", is_interrupt: false },
      transcript: ["Bash", {}, { error: "Exit code 143\nCommand timed out after 2m" }],
      telemetry: ["tool_result", { tool_name: "Bash", success: "false", error_type: "TimeoutError" }],
    }],
    ["an interrupted command", {
      hook: { hook_event_name: "PostToolUse", tool_name: "Bash", tool_response: { interrupted: true } },
      transcript: ["Bash", {}, { toolUseResult: { interrupted: true } }],
      telemetry: ["tool_result", { tool_name: "Bash", success: "false", error_type: "AbortError" }],
    }],
    ["a refusal by the settings or by auto mode", {
      hook: { hook_event_name: "PermissionDenied", tool_name: "Bash" },
      transcript: ["Bash", {}, { error: "Permission to use Bash has been denied." }],
      telemetry: ["tool_decision", { tool_name: "Bash", decision: "reject", source: "config" }],
    }],
    ["a call of a sub-agent", {
      hook: { hook_event_name: "PostToolUse", tool_name: "Read", agent_id: "a1" },
      transcript: ["Read", {}, {}, { isSidechain: true }],
    }],
  ])("%s", (_case, { hook, transcript: [name, input, ending, fields], telemetry }) => {
    const told = [eventOfHook({ ...common, ...hook }, AT)];
    const pairing = new Pairing({ uses: [], results: [] }, { source: "claude-code" });
    for (const line of [useLine("toolu_1", name, AT, input, { sessionId: "s", ...fields }), resultLine("toolu_1", AT, ending)]) {
      const read = readTranscriptLine(JSON.parse(line));
      for (const use of read?.uses ?? []) pairing.addUse(use, "file");
      for (const result of read?.results ?? []) told.push(pairing.addResult(result, "file")?.event ?? "not_an_object");
    }
    if (telemetry !== undefined) {
      const attributes = { "tool_use_id": "toolu_1", "session.id": "s", ...telemetry[1] };
      const request = encode(logsRequest([claudeRecord(telemetry[0], AT, attributes)]), "json");
      told.push(...readTelemetry("logs", "json", request, { countClients: false }).events);
    }
    const facts = told.map((event) => {
      if (typeof event === "string") return event;
      const { skill, id, startedAt, outcome, errorType, sessionId, source, metadata: { agentVersion: _, ...metadata } = {} } = event;
      return { skill, id, startedAt, outcome, errorType, sessionId, source, metadata };
    });
    expect(facts).toHaveLength(telemetry === undefined ? 2 : 3);
    expect(new Set(facts.map((fact) => JSON.stringify(fact))), JSON.stringify(facts)).toHaveLength(1);
  });
});
