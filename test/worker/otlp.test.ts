import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { countingQueries } from "../support/counting-database.ts";
import { clearEvents, db, handlerOf, migrate, storedEvents } from "../support/database.ts";
import { claudeRecord, compress, encode, logsRequest, logRecord, span, spansRequest, TYPES } from "../support/otlp.ts";
import { HASH_SECRET, INGEST_KEY } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const handler = handlerOf({ now: () => NOW });
type Body = Uint8Array<ArrayBuffer> | ReadableStream;

beforeAll(migrate);
beforeEach(clearEvents);

const result = (id: string, attributes = {}) => claudeRecord("tool_result", NOW - 1000, { tool_name: "Bash", tool_use_id: id, success: "true", duration_ms: "20", ...attributes });
const call = (spanId: string, parts = {}) => span({ name: "tools/call forecast", kind: 2, startedAt: NOW - 500, endedAt: NOW - 400, spanId, attributes: { "mcp.method.name": "tools/call" }, ...parts });

async function send(path: string, body: Body, headers: Record<string, string>, to = handler): Promise<Response> {
  const ctx = createExecutionContext();
  const response = await to.fetch(new Request(`https://tracker.example${path}`, { method: "POST", body, headers }), env, ctx);
  await waitOnExecutionContext(ctx);
  return response;
}

/** A body as text, whatever its type; protobuf has its texts in it as they are. */
async function textOf(response: Response): Promise<string> {
  return new TextDecoder().decode(await response.arrayBuffer());
}

const post = (path: string, request: object, encoding: keyof typeof TYPES = "json", headers = {}): Promise<Response> =>
  send(path, encode(request, encoding), { "Content-Type": TYPES[encoding], ...headers });

describe.each(["json", "protobuf"] as const)("in %s", (encoding) => {
  it("a whole success is an empty message in the encoding of the request", async () => {
    for (const [path, request] of [["/v1/logs", logsRequest([result("t1")])], ["/v1/traces", spansRequest([call("00f067aa0ba902b7")])]] as const) {
      const response = await post(path, request, encoding);
      expect([response.status, response.headers.get("Content-Type")]).toEqual([200, TYPES[encoding]]);
      expect(await textOf(response)).toBe(encoding === "json" ? "{}" : "");
    }
    expect(await storedEvents()).toMatchObject([
      { skill: "Bash", event_id: "t1", started_at: NOW - 1020, duration_ms: 20, source: "claude-code", version: "" },
      { skill: "forecast", event_id: "0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7", started_at: NOW - 500, duration_ms: 100, source: "otlp", version: "1.4.0" },
    ]);
  });

  it("a partial success says what was rejected, and what was ignored", async () => {
    const records = [result("t1"), result("t2", { tool_name: "" }), { ...result("t3"), timeUnixNano: "1000000" }, claudeRecord("user_prompt", NOW, { prompt: "MARKER" })];
    const response = await post("/v1/logs", logsRequest(records), encoding);
    expect(response.status).toBe(200);
    const text = await textOf(response);
    expect(text).toContain("1 rejected as invalid_skill. 1 rejected as too_old. 1 ignored: no call of a tool, or told by another record.");
    if (encoding === "json") expect(JSON.parse(text)).toMatchObject({ partialSuccess: { rejectedLogRecords: "2" } });
    expect(await storedEvents()).toHaveLength(1);
  });

  it("with nothing but ignored records nothing is rejected", async () => {
    const response = await post("/v1/traces", spansRequest([call("00f067aa0ba902b7", { kind: 3 }), call("00f067aa0ba902b8", { attributes: {} })]), encoding);
    const text = await textOf(response);
    expect(text).toContain("2 ignored");
    expect(text).toContain("1 of them are spans of clients");
    if (encoding === "json") expect(JSON.parse(text)).toMatchObject({ partialSuccess: { rejectedSpans: "0" } });
    expect(await storedEvents()).toEqual([]);
  });

  it("a batch that is sent again writes nothing", async () => {
    const requests = [["/v1/logs", logsRequest([result("t1"), result("", { "event.sequence": 4 })])], ["/v1/traces", spansRequest([call("00f067aa0ba902b7")])]] as const;
    for (const [path, request] of [...requests, ...requests]) expect(await textOf(await post(path, request, encoding))).not.toContain("rejected");
    expect(await storedEvents()).toHaveLength(3);
  });

  it("a refusal is a status in the encoding of the request", async () => {
    const response = await send("/v1/logs", Uint8Array.of(0x0b, 0x7b), { "Content-Type": TYPES[encoding] });
    expect([response.status, response.headers.get("Content-Type")]).toEqual([400, TYPES[encoding]]);
    expect(await textOf(response)).toContain("malformed_otlp: ");
  });

  it.each(["gzip", "deflate"] as const)("compressed with %s", async (format) => {
    const body = await compress(encode(logsRequest([result("t1")]), encoding), format);
    expect((await send("/v1/logs", body, { "Content-Type": TYPES[encoding], "Content-Encoding": format })).status).toBe(200);
    expect(await storedEvents()).toHaveLength(1);
  });
});

describe("bodies", () => {
  it("in chunks, without a length, are taken", async () => {
    const body = new Blob([encode(logsRequest([result("t1")]), "json")]).stream();
    expect((await send("/v1/logs", body, { "Content-Type": "application/json; charset=utf-8" })).status).toBe(200);
    expect(await storedEvents()).toHaveLength(1);
  });

  it("over 4 MiB are refused, with and without a length, and when decompression makes them so", async () => {
    const large = new Uint8Array(4_194_305);
    const headers = { "Content-Type": TYPES.protobuf };
    expect((await send("/v1/logs", large, headers)).status).toBe(413);
    expect((await send("/v1/logs", new Blob([large]).stream(), headers)).status).toBe(413);
    for (const format of ["gzip", "deflate"] as const) {
      const bomb = await compress(new Uint8Array(64 * 1_048_576), format);
      expect(bomb.length).toBeLessThan(100_000);
      const response = await send("/v1/logs", bomb, { ...headers, "Content-Encoding": format });
      expect(response.status).toBe(413);
      expect(await textOf(response)).toContain("body_too_large");
    }
  });

  it("that are cut, of another compression or of another type are refused", async () => {
    const body = await compress(encode(logsRequest([result("t1")]), "json"), "gzip");
    const gzip = { "Content-Type": TYPES.json, "Content-Encoding": "gzip" };
    expect((await send("/v1/logs", body.slice(0, body.length - 12), gzip)).status).toBe(400);
    expect((await send("/v1/logs", encode(logsRequest([]), "json"), gzip)).status).toBe(400);
    const brotli = await send("/v1/logs", body, { ...gzip, "Content-Encoding": "br" });
    expect([brotli.status, brotli.headers.get("Accept-Encoding")]).toEqual([415, "gzip, deflate"]);
    const foreign = await send("/v1/logs", body, { "Content-Type": "text/plain" });
    expect([foreign.status, await foreign.json()]).toMatchObject([400, { code: "unsupported_content_type" }]);
    expect(await storedEvents()).toEqual([]);
  });

  it("of more events than one call of D1 takes are stored in several, up to 5,000", async () => {
    const request = (count: number) => logsRequest(Array.from({ length: count }, (_, index) => result(`t${index}`)));
    expect(await (await post("/v1/logs", request(1_201))).json()).toEqual({});
    expect(await storedEvents()).toHaveLength(1_201);
    const response = await post("/v1/logs", request(5_001), "protobuf");
    expect(await textOf(response)).toContain("1 rejected: a request stores at most 5000 calls.");
    expect(await storedEvents()).toHaveLength(5_000);
  });
});

it.each([[5_000, false], [1_500, true], [500, true]])("a request of %i calls stays within the free plan's 50 queries an invocation, though a roll-up is due, the secret is changed and the day has no salt yet", async (calls, isRolledUp) => {
  const day = 86_400_000;
  const old = Array.from({ length: 48 }, (_, hour) => ({ skill: "old", id: `old${hour}`, startedAt: NOW - 3 * day + hour * 3_600_000, userId: "u" }));
  await ingestEvents(db, old, { hashSecret: HASH_SECRET, now: NOW });
  const { db: counted, queries } = countingQueries(db);
  const ctx = createExecutionContext();
  const body = encode(logsRequest(Array.from({ length: calls }, (_, index) => result(`t${index}`, { "user.id": `u${index % 50}` }))), "json");
  const request = new Request("https://tracker.example/v1/logs", { method: "POST", body, headers: { "Content-Type": TYPES.json } });
  const busy = handlerOf({ now: () => NOW, dailyRowsWrittenBudget: 1e6, identity: "daily", previousHashSecret: "another secret of the tests, 32 bytes or more" });
  expect((await busy.fetch(request, { ...env, DB: counted }, ctx)).status).toBe(200);
  await waitOnExecutionContext(ctx);
  expect(queries()).toBeLessThanOrEqual(50);
  expect(await db.prepare("SELECT COUNT(*) AS aliases FROM skill_usage_aliases").first("aliases")).toBe(50);
  expect(Number(await db.prepare("SELECT COUNT(*) AS cells FROM skill_usage_cells").first("cells")) > 0).toBe(isRolledUp);
});

describe("access", () => {
  it("is that of /api/track: key, method, secret, database, origin, prefix", async () => {
    const request = encode(logsRequest([result("t1")]), "json");
    const headers = { "Content-Type": TYPES.json };
    const keyed = handlerOf({ ingestKey: INGEST_KEY, now: () => NOW });
    expect((await send("/v1/logs", request, headers, keyed)).status).toBe(401);
    expect((await send("/v1/logs", request, { ...headers, Authorization: "Bearer wrong" }, keyed)).status).toBe(401);
    expect((await send("/v1/logs", request, { ...headers, Authorization: `Bearer ${INGEST_KEY}` }, keyed)).status).toBe(200);
    const get = await handler.fetch(new Request("https://tracker.example/v1/logs"), env);
    expect([get.status, get.headers.get("Allow")]).toEqual([405, "POST, OPTIONS"]);
    const unset = await send("/v1/logs", request, headers, handlerOf({ hashSecret: "" }));
    expect([unset.status, unset.headers.get("Retry-After"), await unset.json()]).toMatchObject([503, "60", { message: expect.stringContaining("hash_secret_missing") }]);
    const unbound = await handler.fetch(new Request("https://tracker.example/v1/logs", { method: "POST", body: request, headers }), {});
    expect([unbound.status, unbound.headers.get("Retry-After")]).toEqual([503, "60"]);
    const elsewhere = handlerOf({ allowedOrigins: ["https://app.example"], now: () => NOW });
    expect((await send("/v1/logs", request, { ...headers, Origin: "https://other.example" }, elsewhere)).status).toBe(403);
    const page = await send("/v1/logs", request, { ...headers, Origin: "https://app.example" }, elsewhere);
    expect([page.status, page.headers.get("Access-Control-Allow-Origin")]).toEqual([200, "https://app.example"]);
    const mounted = handlerOf({ basePath: "/usage", now: () => NOW });
    expect((await send("/usage/v1/logs", request, headers, mounted)).status).toBe(200);
    expect((await send("/v1/logs", request, headers, mounted)).status).toBe(404);
  });

  it("a spent budget answers 503 until the day is over", async () => {
    const frugal = handlerOf({ dailyRowsWrittenBudget: 2, now: () => NOW });
    const requests = ["t1", "t2"].map((id) => encode(logsRequest([result(id)]), "protobuf"));
    const answers = [];
    for (const request of requests) answers.push(await send("/v1/logs", request, { "Content-Type": TYPES.protobuf }, frugal));
    expect(answers.map(({ status }) => status)).toEqual([200, 503]);
    expect(answers[1]?.headers.get("Retry-After")).toBe("43200");
    expect(await textOf(answers[1] ?? new Response())).toContain("write_budget_spent");
  });

  it("spans of clients count with their option", async () => {
    const body = encode(spansRequest([call("00f067aa0ba902b7", { kind: 3 })]), "json");
    expect(await (await send("/v1/traces", body, { "Content-Type": TYPES.json }, handlerOf({ otlpClientSpans: true, now: () => NOW }))).json()).toEqual({});
    expect(await storedEvents()).toMatchObject([{ skill: "forecast", version: "" }]);
  });
});

it("no prompt, argument, result, command, path, address or error text reaches any table", async () => {
  const content = {
    ...{ "prompt": "MARKER", "user.email": "MARKER@example.com", "user.account_uuid": "MARKER", "organization.id": "MARKER", "error": "ENOENT /home/MARKER", "tool_input": '{"file_path":"/home/MARKER"}' },
    ...{ "tool_parameters": '{"bash_command":"cat MARKER","full_command":"cat /home/MARKER","description":"MARKER","skill_name":"pdf"}', "function_args": "MARKER", "metadata": "MARKER" },
    ...{ "gen_ai.tool.call.arguments": "MARKER", "gen_ai.tool.call.result": "MARKER", "gen_ai.tool.description": "MARKER", "mcp.resource.uri": "file:///MARKER" },
    ...{ "exception.message": "MARKER", "code.file.path": "MARKER", "session.id": "MARKER-session", "user.id": "MARKER-user" },
    ...{ "error.type": "no such file: /home/MARKER.txt" },
  };
  const resource = { "service.name": "/srv/MARKER", "service.version": "of MARKER", "process.command_args": "MARKER", "host.name": "MARKER" };
  const records = [
    claudeRecord("tool_result", NOW, { ...content, tool_name: "Bash", success: "false" }),
    claudeRecord("tool_result", NOW, { ...content, tool_name: "Skill", success: "true" }),
    claudeRecord("tool_decision", NOW, { ...content, tool_name: "Edit", decision: "reject" }),
    claudeRecord("skill_activated", NOW, { ...content, "skill.name": "pdf", "invocation_trigger": "user-slash" }),
    claudeRecord("user_prompt", NOW, content),
    logRecord("Tool call: MARKER", NOW, { ...content, "event.name": "gemini_cli.tool_call", "function_name": "shell", "success": false }),
  ];
  const list = [1, 2].map((kind) => call(`00f067aa0ba902b${kind}`, { kind, code: 2, attributes: { ...content, "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "forecast" } }));
  for (const encoding of ["json", "protobuf"] as const) {
    for (const [path, request] of [["/v1/logs", logsRequest(records, "MARKER /srv")], ["/v1/traces", spansRequest(list, resource)]] as const) {
      const response = await post(path, request, encoding);
      expect(response.status).toBe(200);
      expect(await textOf(response)).not.toContain("MARKER");
    }
  }
  await handler.scheduled(undefined, { DB: db });
  const { results: tables } = await db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'skill_usage%'").all<{ name: string }>();
  const dumps = await Promise.all(tables.map(async ({ name }) => JSON.stringify((await db.prepare(`SELECT * FROM ${name}`).all()).results)));
  expect((await storedEvents()).length).toBe(7);
  expect(dumps.join("\n")).toContain("forecast");
  expect(dumps.join("\n")).not.toMatch(/MARKER/i);
});

it("no body gets a 5xx: random bytes, and valid bodies with some bytes changed", async () => {
  const bodies = (["json", "protobuf"] as const).flatMap((encoding) => [logsRequest([result("t1")]), spansRequest([call("00f067aa0ba902b7")])].map((request) => encode(request, encoding)));
  const mutated = fc.tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 0, max: 255 })), { maxLength: 6 })).map(([body, edits]) => {
    const bytes = body.slice();
    for (const [place, byte] of edits) bytes[place % bytes.length] = byte;
    return bytes;
  });
  const anything = fc.oneof(fc.uint8Array({ maxLength: 100 }), mutated, mutated);
  const headers = fc.record({ "Content-Type": fc.constantFrom(TYPES.json, TYPES.protobuf), "Content-Encoding": fc.constantFrom("identity", "identity", "identity", "gzip") });
  await fc.assert(
    fc.asyncProperty(anything, headers, fc.constantFrom("/v1/logs", "/v1/traces"), async (bytes, headers, path) => {
      const response = await send(path, Uint8Array.from(bytes), headers);
      expect([200, 400]).toContain(response.status);
    }),
    { numRuns: 300 },
  );
});
