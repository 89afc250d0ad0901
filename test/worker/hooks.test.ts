import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { getSummary, getToolStats } from "../../src/analytics.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import { clearEvents, db, handlerOf, migrate, storedEvents } from "../support/database.ts";
import { BASH_FAILED, DENIED, IN_SUBAGENT, INPUTS, MARKER, MCP_USED, NOISE, SKILL_TYPED, SKILL_USED } from "../support/hook-input.ts";
import { HASH_SECRET, INGEST_KEY } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const open = handlerOf({ now: () => NOW });
const locked = handlerOf({ now: () => NOW, ingestKey: INGEST_KEY });
const KEY = { Authorization: `Bearer ${INGEST_KEY}` };

let logged: string[];
beforeAll(migrate);
beforeEach(async () => {
  await clearEvents();
  logged = [];
  vi.spyOn(console, "log").mockImplementation((line) => void logged.push(String(line)));
});
afterEach(() => void vi.restoreAllMocks());

function post(handler: Pick<typeof open, "fetch">, body: unknown, headers: Record<string, string> = {}, path = "/hooks/claude-code"): Promise<Response> {
  const text = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  return handler.fetch(new Request(`https://tracker.example${path}`, { method: "POST", body: text, headers: { "Content-Type": "application/json", ...headers } }), env);
}

async function expectEmpty(response: Response): Promise<void> {
  expect([response.status, await response.text()]).toEqual([204, ""]);
}

/** All that the database holds, as text. */
async function dump(): Promise<string> {
  const { results } = await db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'skill_usage_%'").all<{ name: string }>();
  expect(results.length).toBeGreaterThan(7);
  const tables = await Promise.all(results.map(({ name }) => db.prepare(`SELECT * FROM ${name}`).all()));
  return JSON.stringify(tables.map((table) => table.results));
}

describe("an http hook", () => {
  it("becomes one event with its skill, time, duration and outcome", async () => {
    for (const input of INPUTS) await expectEmpty(await post(open, input));
    const rows = await storedEvents();
    expect(rows.map((row) => [row.skill, row.outcome, row.started_at, row.duration_ms, row.clock, row.error_type, row.metadata]).sort()).toEqual([
      ["Bash", "error", NOW - 4187, 4187, "", "exit_code_1", null],
      ["db/drop", "refused", NOW, 0, "io", "permission_denied", null],
      ["example-skill", "ok", NOW, 0, "io", null, '{"measures":"load"}'],
      ["github/list_prs", "ok", NOW, 0, "io", null, '{"measures":"load"}'],
      ["linear-server/create_issue", "ok", NOW - 1234, 1234, "", null, null],
      ["linear-server/create_issue", "ok", NOW - 1234, 1234, "", null, '{"subagent":true}'],
      ["pdf", "ok", NOW - 18, 18, "", null, '{"measures":"load"}'],
    ]);
    for (const row of rows) expect(row).toMatchObject({ source: "claude-code", user_hash: null, error_message: null, session_hash: expect.stringMatching(/^[\w-]{23}$/) });
    expect(logged).toEqual([]);
  });

  it("leaves a call that nobody measured out of the durations", async () => {
    await post(open, SKILL_TYPED);
    const { tools } = await getToolStats(db, { now: NOW + 1 });
    expect(tools).toMatchObject([{ skill: "example-skill", calls: 1, durationMs: { p50: null } }]);
  });

  it("posted twice at the same time is one event", async () => {
    await Promise.all([post(open, MCP_USED), post(open, MCP_USED)]);
    expect(await storedEvents()).toHaveLength(1);
  });

  it("names a person only in its header, and the database keeps a hash", async () => {
    await post(open, { ...MCP_USED, user: "jane@example.com", userId: "jane@example.com" });
    await post(open, SKILL_USED, { "X-Track-User": "jane@example.com" });
    await post(open, DENIED, { "X-Track-User": "" });
    expect((await storedEvents()).map((row) => [row.skill, typeof row.user_hash]).sort()).toEqual([["db/drop", "object"], ["linear-server/create_issue", "object"], ["pdf", "string"]]);
    expect(await dump()).not.toContain("jane");
  });

  it("stands under the prefix of a mounted Worker", async () => {
    const mounted = handlerOf({ basePath: "/usage", now: () => NOW });
    await expectEmpty(await post(mounted, MCP_USED, {}, "/usage/hooks/claude-code"));
    expect((await post(mounted, MCP_USED)).status).toBe(404);
  });
});

describe("nothing of the content", () => {
  it("is in any table, nor in the log", async () => {
    for (const input of [...INPUTS, ...NOISE]) await post(open, input);
    await post(open, { ...BASH_FAILED, error: `MCP error ${MARKER} ${MARKER}Error: at /home/${MARKER}`, tool_use_id: `toolu ${MARKER}` });
    await open.scheduled({}, env);
    expect(await storedEvents()).toHaveLength(INPUTS.length + 1);
    for (const text of [await dump(), logged.join("\n")]) expect(text).not.toContain(MARKER);
    // The dump does hold what was kept.
    expect(await dump()).toContain("linear-server/create_issue");
  });
});

describe("an input that is no event", () => {
  it.each(NOISE)("(%#) gets an empty 204 and a line in the log", async (body) => {
    await expectEmpty(await post(open, body));
    expect(await storedEvents()).toEqual([]);
    expect(logged).toEqual([expect.stringMatching(/^\{"trackSkills":"hook","skipped":"(malformed_json|not_an_object|unknown_hook|no_name)"\}$/)]);
  });

  it("of bytes, of another content type or none is no failure either", async () => {
    await expectEmpty(await post(open, new Uint8Array([0, 255, 254, 123, 34, 200])));
    await expectEmpty(await post(open, MCP_USED, { "Content-Type": "application/octet-stream" }));
    await expectEmpty(await open.fetch(new Request("https://tracker.example/hooks/claude-code", { method: "POST" }), env));
    expect(await storedEvents()).toHaveLength(1);
  });

  it("that is too large counts as lost", async () => {
    await expectEmpty(await post(open, { ...MCP_USED, tool_response: "x".repeat(1_048_576) }));
    expect(logged).toEqual(['{"trackSkills":"hook","skipped":"body_too_large"}']);
    expect((await getSummary(db, { now: NOW + 1 })).lost).toEqual({ events: 1, reasons: { too_large: 1 } });
  });

  it("is named when the event cannot be stored", async () => {
    await expectEmpty(await post(open, MCP_USED, { "X-Track-User": "x".repeat(321) }));
    expect(logged).toEqual(['{"trackSkills":"hook","skipped":"invalid_text"}']);
  });

  it("of any kind never fails", async () => {
    const names = fc.constantFrom("PostToolUse", "PostToolUseFailure", "PermissionDenied", "UserPromptExpansion", "Stop");
    const shape = fc.record({ hook_event_name: names, tool_name: fc.string({ unit: "binary" }), tool_input: fc.jsonValue(), error: fc.jsonValue(), command_name: fc.jsonValue(), duration_ms: fc.jsonValue(), session_id: fc.string({ unit: "binary" }) }, { requiredKeys: ["hook_event_name"] });
    const bodies = fc.oneof(fc.uint8Array(), fc.string({ unit: "binary" }), fc.json(), shape);
    await fc.assert(fc.asyncProperty(bodies, async (body) => expectEmpty(await post(open, body))), { numRuns: 150 });
  });
});

describe("who may send", () => {
  it.each([...INPUTS, ...NOISE])("without the key that is set nobody may: input %#", async (body) => {
    expect((await post(locked, body)).status).toBe(401);
    expect((await post(locked, body, { Authorization: "Bearer wrong" })).status).toBe(401);
    await expectEmpty(await post(locked, body, KEY));
  });

  it("a key in the body opens nothing", async () => {
    expect((await post(locked, { ...MCP_USED, key: INGEST_KEY })).status).toBe(401);
  });

  it("a page of a foreign origin may not, and gets no CORS", async () => {
    const limited = handlerOf({ allowedOrigins: [] });
    expect((await post(limited, MCP_USED, { Origin: "https://page.example" })).status).toBe(403);
    const response = await open.fetch(new Request("https://tracker.example/hooks/claude-code", { method: "OPTIONS", headers: { Origin: "https://page.example" } }), env);
    expect([response.status, response.headers.get("Allow"), response.headers.get("Access-Control-Allow-Origin")]).toEqual([405, "POST", null]);
  });
});

describe("what the owner has to mend is refused as on /api/track", () => {
  it("a missing secret, a missing database, a spent budget", async () => {
    expect(await (await post(createTrackingHandler(), MCP_USED)).json()).toMatchObject({ status: 503, code: "hash_secret_missing" });
    const handler = createTrackingHandler({ hashSecret: HASH_SECRET });
    const request = new Request("https://tracker.example/hooks/claude-code", { method: "POST", body: JSON.stringify(MCP_USED) });
    expect(await (await handler.fetch(request, {})).json()).toMatchObject({ status: 503, code: "database_missing" });
    const thrifty = handlerOf({ now: () => NOW, dailyRowsWrittenBudget: 1 });
    const ctx = createExecutionContext();
    await thrifty.fetch(new Request("https://tracker.example/hooks/claude-code", { method: "POST", body: JSON.stringify(MCP_USED) }), env, ctx);
    await waitOnExecutionContext(ctx);
    const response = await post(thrifty, IN_SUBAGENT);
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, String(12 * 3600)]);
  });
});
