import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { logUsageEvent } from "../../src/worker.ts";
import { clearEvents, countMarks, db, handlerOf, migrate, storedEvents } from "../support/database.ts";
import { HASH_SECRET, INGEST_KEY } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12, 34, 56, 789);
const handler = handlerOf({ now: () => NOW });

beforeAll(migrate);
beforeEach(clearEvents);

describe("what is stored", () => {
  it("a single event with nothing but a skill is stored as a success of now", async () => {
    const response = await handler.track({ skill: "  readability " });
    expect(response.status).toBe(202);
    expect(await response.json()).toEqual({ accepted: 1, duplicates: 0, rejected: [], serverTime: NOW });
    expect(await storedEvents()).toMatchObject([
      { skill: "readability", started_at: NOW, outcome: "ok", duration_ms: 0, user_hash: null, version: "", metadata: null },
    ]);
  });

  it("an owner's rules of scrubbing run on errors and on metadata", async () => {
    const scrubRules = [{ name: "order", pattern: /ORD-\d+/ }];
    const event = { skill: "s", success: false, errorType: "ORD-1", errorMessage: "no ORD-2 of jane@example.com", metadata: { note: "ORD-3" } };
    await handlerOf({ now: () => NOW, scrubRules, metadata: "all" }).track(event);
    await logUsageEvent(db, event, { hashSecret: HASH_SECRET, now: NOW, scrubRules, metadata: "all" });
    const row = { error_type: "[order]", error_message: "no [order] of [email]", metadata: '{"note":"[order]"}' };
    expect(await storedEvents()).toMatchObject([row, row]);
  });

  it("a rule of scrubbing that is none is refused when the Worker starts", () => {
    for (const rule of [{ name: "order", pattern: "ORD" }, { pattern: /a/ }, null]) expect(() => handlerOf({ scrubRules: [Object(rule)] })).toThrow('"scrubRules"');
  });

  it.each([
    ["nothing", {}, {}, { model: "m", _dropped: 2 }],
    ["an option", { metadata: ["plan"] }, {}, { model: "m", plan: "pro", _dropped: 1 }],
    ["the environment", {}, { TRACK_METADATA_KEYS: " plan, region" }, { model: "m", plan: "pro", region: "eu" }],
    ["all, in an option", { metadata: "all" }, {}, { model: "m", plan: "pro", region: "eu" }],
    ["all, in the environment", {}, { TRACK_METADATA_KEYS: "all" }, { model: "m", plan: "pro", region: "eu" }],
    ["an option before the environment", { metadata: [] }, { TRACK_METADATA_KEYS: "all" }, { model: "m", _dropped: 2 }],
  ] as const)("of metadata, what the kit sets and what %s allows", async (_what, options, variables, stored) => {
    const body = JSON.stringify({ skill: "s", metadata: { model: "m", plan: "pro", region: "eu" } });
    const request = new Request("https://tracker.example/api/track", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    expect((await handlerOf({ now: () => NOW, ...options }).fetch(request, { ...env, ...variables })).status).toBe(202);
    expect(JSON.parse(String((await storedEvents())[0]?.["metadata"]))).toEqual(stored);
  });

  it("of metadata under a key of the kit's, an object is none of the kit's, and is kept where the owner names the key", async () => {
    const metadata = { client: { name: "Jane Doe" }, service: ["Jane Doe"], model: "m", transport: null };
    await handlerOf({ now: () => NOW }).track({ skill: "s", metadata });
    await handlerOf({ now: () => NOW, metadata: ["client"] }).track({ skill: "s", startedAt: NOW + 1, metadata });
    expect((await storedEvents()).map((row) => row["metadata"])).toEqual(['{"model":"m","_dropped":3}', '{"client":{"name":"Jane Doe"},"model":"m","_dropped":2}']);
  });

  it.each([undefined, "", " , ", "plan,"])("a key of metadata without a name is none that %o names", async (TRACK_METADATA_KEYS) => {
    const request = new Request("https://tracker.example/api/track", { method: "POST", body: JSON.stringify({ skill: "s", metadata: { "": "anything" } }) });
    expect((await handlerOf({ now: () => NOW }).fetch(request, { ...env, TRACK_METADATA_KEYS })).status).toBe(202);
    expect((await storedEvents())[0]?.["metadata"]).toBe('{"_dropped":1}');
  });

  it("keys of metadata that are no list are refused when the Worker starts", () => {
    expect(() => handlerOf(Object({ metadata: "plan" }))).toThrow('"metadata"');
  });

  it("every field of an event reaches its column", async () => {
    await handlerOf({ now: () => NOW, metadata: ["words", "password"] }).track({
      skill: "日本語/tool: a.b & c",
      id: "e_1-A",
      startedAt: "2026-11-20T13:00:00+01:00",
      durationMs: 12.6,
      success: true,
      clock: "io",
      outcome: "timeout",
      errorType: "TimeoutError",
      errorMessage: "no answer for jane@example.com",
      userId: "Jane@Example.com ",
      sessionId: "s1",
      version: "1.2.3",
      source: "mcp",
      variant: "b",
      metadata: { words: 12, password: "hunter2" },
    });
    const [row] = await storedEvents();
    expect(row).toEqual({
      skill: "日本語/tool: a.b & c",
      event_id: "e_1-A",
      started_at: Date.UTC(2026, 10, 20, 12),
      duration_ms: 13,
      clock: "io",
      outcome: "timeout",
      error_type: "TimeoutError",
      error_message: "no answer for [email]",
      error_fingerprint: expect.stringMatching(/^[\da-f]{16}$/),
      user_hash: expect.stringMatching(/^[\w-]{23}$/),
      session_hash: expect.stringMatching(/^[\w-]{23}$/),
      version: "1.2.3",
      source: "mcp",
      variant: "b",
      metadata: '{"words":12,"password":"[redacted]"}',
    });
    expect(row?.user_hash).not.toBe(row?.session_hash);
  });

  it("a null field counts as absent, an unknown one is ignored", async () => {
    const response = await handler.track({ skill: "s", id: null, durationMs: null, userId: null, metadata: null, extra: 1 });
    expect(response.status).toBe(202);
  });

  it("the raw user id is in no column", async () => {
    await handler.track({ skill: "s", userId: "jane@example.com", sessionId: "secret-session", errorMessage: "of jane@example.com" });
    const dump = JSON.stringify(await storedEvents());
    expect(dump).not.toContain("jane");
    expect(dump).not.toContain("secret-session");
  });

  it("an event logged beside the database is the same event", async () => {
    const event = { skill: "s", id: "one", startedAt: NOW - 1000, userId: "u" };
    await handler.track(event);
    expect(await logUsageEvent(db, event, { hashSecret: HASH_SECRET, now: NOW })).toMatchObject({ accepted: 0, duplicates: 1 });
  });
});

describe("batches", () => {
  it("valid events are stored whatever the others are", async () => {
    const events = [{ skill: "a" }, { skill: "" }, 7, { skill: "b", durationMs: -1 }, { skill: "c", outcome: "lost" }];
    const response = await handler.track({ events, sentAt: NOW });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      accepted: 1,
      rejected: [
        { index: 1, code: "invalid_skill" },
        { index: 2, code: "not_an_object" },
        { index: 3, code: "invalid_duration" },
        { index: 4, code: "invalid_outcome" },
      ],
    });
  });

  it.each([
    ["clock_skew", { startedAt: NOW + 301_000 }],
    ["too_old", { startedAt: NOW - 91 * 86_400_000 }],
    ["invalid_started_at", { startedAt: "yesterday" }],
    ["invalid_started_at", { startedAt: "2026-11-20T12:00:00" }],
    ["invalid_started_at", { startedAt: 1e300 }],
    ["invalid_id", { id: "a b" }],
    ["invalid_id", { id: "x".repeat(65) }],
    ["invalid_skill", { skill: "x".repeat(201) }],
    ["invalid_skill", { skill: "a\u0000b" }],
    ["invalid_success", { success: "yes" }],
    ["invalid_text", { userId: 7 }],
    ["invalid_text", { userId: "u".repeat(321) }],
    ["invalid_metadata", { metadata: [] }],
  ])("an event is rejected as %s", async (code, fields) => {
    const response = await handler.track({ skill: "s", ...fields });
    expect(response.status).toBe(422);
    expect(await response.json()).toMatchObject({ accepted: 0, rejected: [{ index: 0, code }] });
  });

  it("a retry of the same batch writes no row and counts as duplicates", async () => {
    const events = Array.from({ length: 100 }, (_, index) => ({ skill: "s", id: `e${index}`, startedAt: NOW - index * 1000 }));
    const options = { hashSecret: HASH_SECRET, now: NOW };
    // Three rows more: the marks of the hour, of the quarter and of the day.
    expect(await ingestEvents(db, events, options)).toMatchObject({ cost: { rowsWritten: 103 }, result: { accepted: 100 } });
    expect(await ingestEvents(db, events, options)).toMatchObject({ cost: { rowsWritten: 0 }, result: { accepted: 0, duplicates: 100 } });
  });

  it("a stored event costs one row written, a failed one two, once its hour is marked", async () => {
    const options = { hashSecret: HASH_SECRET, now: NOW };
    await ingestEvents(db, [{ skill: "s" }], options);
    const ok = ["ok", "cancelled", "refused"].map((outcome) => ({ skill: "s", outcome, userId: "u", metadata: { a: 1 } }));
    expect((await ingestEvents(db, ok, options)).cost.rowsWritten).toBe(3);
    const failed = ["error", "timeout"].map((outcome) => ({ skill: "s", outcome, errorType: "E" }));
    expect((await ingestEvents(db, failed, options)).cost.rowsWritten).toBe(4);
  });

  it("an event of a day that is deleted already is rejected as too old, the others of its batch are stored", async () => {
    await db.prepare("INSERT INTO skill_usage_state VALUES ('raw_from', ?1)").bind(NOW - 3_600_000).run();
    const events = [{ skill: "s" }, { skill: "" }, { skill: "s", startedAt: NOW - 3_600_001 }, { skill: "s", startedAt: NOW - 3_600_000 }];
    const { result } = await ingestEvents(db, events, { hashSecret: HASH_SECRET, now: NOW });
    expect(result).toMatchObject({ accepted: 2, duplicates: 0, rejected: [{ index: 1, code: "invalid_skill" }, { index: 2, code: "too_old" }] });
    expect(await countMarks()).toBe(5);
  });

  it("the largest batch of the largest events is stored", async () => {
    const text = "ü\"\\".repeat(340);
    const events = Array.from({ length: 500 }, (_, index) => ({ skill: "s", id: `e${index}`, errorMessage: text }));
    const response = await handler.track({ events });
    expect(await response.json()).toMatchObject({ accepted: 500 });
    expect((await handler.track({ events: [...events, { skill: "s" }] })).status).toBe(413);
  });

  it("a body over 1 MiB is refused, with and without a length", async () => {
    const body = JSON.stringify({ skill: "s", metadata: { text: "x".repeat(1_048_576) } });
    expect((await handler.track(body)).status).toBe(413);
    const stream = new Blob([body]).stream();
    const request = new Request("https://tracker.example/api/track", { method: "POST", body: stream });
    expect((await handler.fetch(request, env)).status).toBe(413);
  });
});

describe("hostile bodies never get a 5xx", () => {
  it.each([
    ["nothing", ""],
    ["broken JSON", '{"skill":'],
    ["a number", "7"],
    ["null", "null"],
    ["a list", "[]"],
    ["no events", '{"events":[]}'],
    ["events that are none", '{"events":{"length":1}}'],
    ["deep nesting", `{"skill":"s","metadata":{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}}`],
    ["deep nesting of objects", `{"skill":"s","metadata":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`],
    ["huge numbers", '{"skill":"s","durationMs":1e999,"startedAt":-1e999}'],
    ["lone surrogates", '{"skill":"\\ud800","errorMessage":"\\udfff","metadata":{"\\ud800":"\\udc00"}}'],
    ["__proto__", '{"skill":"s","__proto__":{"id":7},"metadata":{"__proto__":{"a":1},"constructor":1}}'],
    ["a toJSON", '{"skill":"s","metadata":{"toJSON":1,"hasOwnProperty":2}}'],
    ["NUL characters", '{"skill":"s","errorMessage":"a\\u0000b","userId":"\\u0000"}'],
    ["every wrong type", '{"skill":{},"id":[],"startedAt":{},"durationMs":"1","success":1,"outcome":2,"metadata":3}'],
  ])("%s", async (_name, body) => {
    const response = await handler.track(body);
    expect(response.status).toBeLessThan(500);
    expect(await response.json()).toBeTypeOf("object");
  });
});

describe("access", () => {
  it("without a secret ingest answers 503 and says how to set one", async () => {
    for (const hashSecret of [undefined, "", "short"]) {
      const response = await handlerOf({ hashSecret: hashSecret ?? "" }).track({ skill: "s" });
      expect(response.status).toBe(503);
      expect(response.headers.get("Retry-After")).toBe("60");
      expect(await response.json()).toMatchObject({ code: "hash_secret_missing", detail: expect.stringContaining("TRACK_HASH_SECRET") });
    }
    expect(await storedEvents()).toEqual([]);
  });

  it("an ingest key is asked for when there is one, in the header or in the body", async () => {
    const keyed = handlerOf({ ingestKey: INGEST_KEY, now: () => NOW });
    expect((await keyed.track({ skill: "s" })).status).toBe(401);
    expect((await keyed.track({ skill: "s", key: "wrong" })).status).toBe(401);
    expect((await keyed.track({ skill: "s" }, { Authorization: "Bearer wrong" })).status).toBe(401);
    expect((await keyed.track({ skill: "s", key: INGEST_KEY })).status).toBe(202);
    expect((await keyed.track({ skill: "s" }, { Authorization: `Bearer ${INGEST_KEY}` })).status).toBe(202);
  });

  it("a beacon's text/plain is taken, another content type is not", async () => {
    expect((await handler.track({ skill: "s" }, { "Content-Type": "text/plain;charset=UTF-8" })).status).toBe(202);
    expect((await handler.track({ skill: "s" }, { "Content-Type": "application/xml" })).status).toBe(400);
  });
});
