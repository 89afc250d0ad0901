import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eventOfHook } from "../../src/claude-code/hook-event.ts";
import { BASH_FAILED, DENIED, IN_SUBAGENT, INPUTS, MARKER, MCP_USED, PROMPT_TYPED, SKILL_TYPED, SKILL_USED } from "../support/hook-input.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const read = (input: unknown) => eventOfHook(input, NOW);

describe("a hook's input", () => {
  it.each([
    ["of the Skill tool is a load of that skill", SKILL_USED, { skill: "pdf", id: "toolu_01SkillUsed", startedAt: NOW - 18, durationMs: 18, outcome: "ok", metadata: { measures: "load" } }],
    ["of an MCP tool is a call of server/tool", MCP_USED, { skill: "linear-server/create_issue", id: "toolu_01McpUsed", startedAt: NOW - 1234, durationMs: 1234, outcome: "ok", metadata: undefined }],
    ["of a failed tool is an error with a class", BASH_FAILED, { skill: "Bash", startedAt: NOW - 4187, durationMs: 4187, outcome: "error", errorType: "exit_code_1" }],
    ["of a typed skill is a load that nobody measured", SKILL_TYPED, { skill: "example-skill", startedAt: NOW, durationMs: 0, clock: "io", outcome: "ok", metadata: { measures: "load" } }],
    ["of a typed MCP prompt is a load of server/prompt", PROMPT_TYPED, { skill: "github/list_prs", outcome: "ok", metadata: { measures: "load" } }],
    ["of a refused call is a refusal", DENIED, { skill: "db/drop", id: "toolu_01Denied", startedAt: NOW, durationMs: 0, clock: "io", outcome: "refused", errorType: "permission_denied" }],
    ["of a command that was interrupted is cancelled", { ...BASH_FAILED, hook_event_name: "PostToolUse", tool_response: { stdout: MARKER, interrupted: true } }, { skill: "Bash", outcome: "cancelled", errorType: "interrupted" }],
    ["of a subagent says so", IN_SUBAGENT, { skill: "linear-server/create_issue", metadata: { subagent: true } }],
  ])("%s", (_promise, input, expected) => {
    expect(read(input)).toMatchObject({ ...expected, source: "claude-code", sessionId: "0b5b7a6e-5f0c-4c3f-9d55-3a1e2f6b7c8d" });
  });

  it("gives nothing of its content, and names nobody", () => {
    for (const input of INPUTS) {
      expect(JSON.stringify(read(input))).not.toContain(MARKER);
      expect(read(input)).not.toHaveProperty("userId");
      expect(read(input)).not.toHaveProperty("errorMessage");
    }
  });

  it("that comes twice is the same event", () => {
    expect(read(structuredClone(MCP_USED))).toEqual(read(MCP_USED));
  });

  it.each([
    ["plugin:pdf", undefined, "plugin:pdf"],
    ["/pdf with arguments", "slash_command", "pdf"],
    ["github:list_prs (MCP)", "mcp_prompt", "github/list_prs"],
    ["list_prs", "mcp_prompt", "list_prs"],
    ["frontend:component", "another type", "frontend:component"],
  ])("of the command %j of type %s counts as %j", (command_name, expansion_type, skill) => {
    expect(read({ ...SKILL_TYPED, command_name, expansion_type })).toMatchObject({ skill });
  });

  it.each([
    ["duration_ms", [-1, 1e12, "12", null, Number.NaN], { durationMs: 0, clock: "io", startedAt: NOW }],
    ["tool_use_id", ["", "has space", "x".repeat(65), 7, null], { id: undefined }],
    ["session_id", ["", "x".repeat(321), 7, null], { sessionId: undefined }],
  ])("with a %s that is none loses that alone", (name, values, expected) => {
    for (const value of values) expect(read({ ...MCP_USED, [name]: value })).toMatchObject({ skill: "linear-server/create_issue", ...expected });
  });

  it.each([
    ["not_an_object", [undefined, null, 7, "text", [], true]],
    ["unknown_hook", [{}, { ...MCP_USED, hook_event_name: "PreToolUse" }, { ...MCP_USED, hook_event_name: "constructor" }, { ...MCP_USED, hook_event_name: ["PostToolUse"] }]],
    ["no_name", [{ ...MCP_USED, tool_name: undefined }, { ...MCP_USED, tool_name: "x".repeat(201) }, { ...MCP_USED, tool_name: "a\nb" }, { ...SKILL_TYPED, command_name: {} }]],
  ])("that cannot be used is %s", (issue, inputs) => {
    for (const input of inputs) expect(read(input)).toBe(issue);
  });

  it("of any kind never throws", () => {
    const names = fc.constantFrom("PostToolUse", "PostToolUseFailure", "PermissionDenied", "UserPromptExpansion");
    const shape = fc.record({ hook_event_name: names, tool_name: fc.anything(), tool_input: fc.anything(), error: fc.anything(), command_name: fc.anything(), duration_ms: fc.anything() }, { requiredKeys: [] });
    fc.assert(fc.property(fc.oneof(fc.anything(), shape), (input) => ["string", "object"].includes(typeof read(input))));
  });
});
