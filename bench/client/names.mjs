/** How the designs are called in the report. */
export const NAMES = /** @type {Record<string, string>} */ ({
  bare: "the function by itself",
  kit: "kit, `trackSkillExecution`",
  "kit-wrap": "kit, `wrap`",
  "kit-context": "kit, with a context",
  "bare-failing": "a failing function by itself",
  "kit-failing": "kit, failing",
  posthog: "PostHog",
  otel: "OpenTelemetry",
  sentry: "Sentry",
  agentcat: "AgentCat",
  "mcp-bare": "a tool by itself",
  "mcp-kit": "kit, `trackMcpServer`",
  "mcp-agentcat": "AgentCat",
});
