/** What Claude Code hands to hooks, written after its documented formats, with content that must reach nobody. */

/** Stands in every prompt, argument, result, path and error text. */
export const MARKER = "PLANTED-4711";

const common = {
  session_id: "0b5b7a6e-5f0c-4c3f-9d55-3a1e2f6b7c8d",
  prompt_id: "550e8400-e29b-41d4-a716-446655440000",
  transcript_path: `/Users/${MARKER}/.claude/projects/-Users-${MARKER}/0b5b7a6e.jsonl`,
  cwd: `/Users/${MARKER}/${MARKER}`,
  permission_mode: "default",
  effort: { level: "high" },
};

export const SKILL_USED = {
  ...common,
  hook_event_name: "PostToolUse",
  tool_name: "Skill",
  tool_input: { skill: "pdf", args: `${MARKER}.pdf` },
  tool_response: { success: true, commandName: MARKER, allowedTools: [MARKER] },
  tool_use_id: "toolu_01SkillUsed",
  duration_ms: 18,
};

export const MCP_USED = {
  ...common,
  hook_event_name: "PostToolUse",
  tool_name: "mcp__linear-server__create_issue",
  tool_input: { title: MARKER, skill: MARKER },
  tool_response: [{ type: "text", text: MARKER }],
  tool_use_id: "toolu_01McpUsed",
  duration_ms: 1234.4,
};

export const BASH_FAILED = {
  ...common,
  hook_event_name: "PostToolUseFailure",
  tool_name: "Bash",
  tool_input: { command: `cat ${MARKER}`, description: MARKER },
  tool_use_id: "toolu_01BashFailed",
  error: `Exit code 1\n${MARKER}: request timed out, then it was aborted by the user`,
  is_interrupt: false,
  duration_ms: 4187,
};

export const SKILL_TYPED = {
  ...common,
  hook_event_name: "UserPromptExpansion",
  expansion_type: "slash_command",
  command_name: "example-skill",
  command_args: MARKER,
  command_source: "plugin",
  prompt: `/example-skill ${MARKER}`,
};

export const PROMPT_TYPED = { ...SKILL_TYPED, expansion_type: "mcp_prompt", command_name: "mcp__github__list_prs", command_source: "mcp", prompt: `/mcp__github__list_prs ${MARKER}` };

export const DENIED = {
  ...common,
  permission_mode: "auto",
  hook_event_name: "PermissionDenied",
  tool_name: "mcp__db__drop",
  tool_input: { table: MARKER },
  tool_use_id: "toolu_01Denied",
  reason: `Blocked: ${MARKER}`,
};

/** In a subagent, which adds two fields. */
export const IN_SUBAGENT = { ...MCP_USED, tool_use_id: "toolu_01Subagent", agent_id: `a4d2${MARKER}`, agent_type: `Explore ${MARKER}` };

/** One of each. */
export const INPUTS = [SKILL_USED, MCP_USED, BASH_FAILED, SKILL_TYPED, PROMPT_TYPED, DENIED, IN_SUBAGENT];

/** Inputs that are no event, as text. */
export const NOISE: readonly string[] = [
  "",
  "null",
  "7",
  "[]",
  "{}",
  '"text"',
  JSON.stringify(SKILL_USED).slice(0, 200),
  "\u0000\u0001\ufffd{",
  '{"__proto__":{"hook_event_name":"PostToolUse","tool_name":"x"}}',
  ...[
    { ...SKILL_USED, hook_event_name: "PreToolUse" },
    { ...SKILL_USED, hook_event_name: "toString" },
    { ...SKILL_USED, hook_event_name: 7 },
    { ...MCP_USED, tool_name: undefined },
    { ...MCP_USED, tool_name: "x".repeat(201) },
    { ...MCP_USED, tool_name: "a\u0000b" },
    { ...SKILL_TYPED, command_name: " / " },
  ].map((input) => JSON.stringify(input)),
];
