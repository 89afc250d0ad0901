/** `Sec-GPC: 1` and `DNT: 1`: at every intake, with every setting; and the warning about ids that are plain hashes. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createTracker } from "../../src/client.ts";
import { clearEvents, handlerOf, migrate, storedEvents } from "../support/database.ts";

const NOW = Date.UTC(2026, 10, 20, 12, 30);
const EVENT = { skill: "s", id: "e", startedAt: NOW, userId: "a@example.com", sessionId: "x", outcome: "error", errorType: "E", metadata: { plan: "team" } };
const WHOLE = { user_hash: expect.any(String), session_hash: expect.any(String), metadata: '{"plan":"team"}', error_type: "E" };
const NAMELESS = { user_hash: null, session_hash: null, metadata: null, error_type: "E" };

beforeAll(migrate);
beforeEach(clearEvents);

describe("a request with a privacy signal", () => {
  it.each([["Sec-GPC"], ["DNT"]])("%s: 1 is counted, without its person and its metadata", async (header) => {
    const response = await handlerOf({ now: () => NOW, metadata: "all" }).track(EVENT, { [header]: "1" });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 1, duplicates: 0, rejected: [], serverTime: NOW }]);
    expect(await storedEvents()).toMatchObject([NAMELESS]);
  });

  it.each([["0"], [""], ["true"], ["1, 1"], ["null"]])("of the value %j is none", async (value) => {
    await handlerOf({ now: () => NOW, metadata: "all" }).track(EVENT, { "Sec-GPC": value, DNT: value });
    expect(await storedEvents()).toMatchObject([WHOLE]);
  });

  it("is stored whole with ignore, and not at all with drop, which the answer says", async () => {
    await handlerOf({ now: () => NOW, metadata: "all", privacySignals: "ignore" }).track(EVENT, { "Sec-GPC": "1" });
    expect(await storedEvents()).toMatchObject([WHOLE]);
    await clearEvents();
    const dropping = handlerOf({ now: () => NOW, metadata: "all", privacySignals: "drop" });
    const response = await dropping.track({ events: [EVENT, { ...EVENT, id: "f" }], lost: { id: "l", at: NOW, reasons: { network: 1 } } }, { DNT: "1" });
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({ accepted: 0, duplicates: 0, rejected: [{ index: 0, code: "privacy_signal" }, { index: 1, code: "privacy_signal" }] });
    expect(await storedEvents()).toEqual([]);
    await dropping.track(EVENT);
    expect(await storedEvents()).toMatchObject([WHOLE]);
  });

  it("takes its setting from the environment, which the option overrules; a misspelt one is refused", async () => {
    const send = (options: object, setting: string) => {
      const request = new Request("https://tracker.example/api/track", { method: "POST", body: JSON.stringify(EVENT), headers: { "Sec-GPC": "1" } });
      return handlerOf({ now: () => NOW, metadata: "all", ...options }).fetch(request, { ...env, TRACK_PRIVACY_SIGNALS: setting });
    };
    expect(await (await send({}, "drop")).json()).toMatchObject({ accepted: 0 });
    expect(await (await send({}, "dorp")).json()).toMatchObject({ status: 503, code: "invalid_setting" });
    expect(await (await send({ privacySignals: "ignore" }, "drop")).json()).toMatchObject({ accepted: 1 });
    expect(await storedEvents()).toMatchObject([WHOLE]);
    // @ts-expect-error No such word.
    expect(() => handlerOf({ privacySignals: "dorp" })).toThrow(TypeError);
  });

  it("is heard from hooks and from OTLP exporters too", async () => {
    const handler = handlerOf({ now: () => NOW, metadata: "all" });
    const post = (path: string, body: object) =>
      handler.fetch(new Request(`https://tracker.example${path}`, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "Sec-GPC": "1", "X-Track-User": "a@example.com" } }), env);
    const hook = await post("/hooks/claude-code", { hook_event_name: "PostToolUse", tool_name: "Bash", tool_use_id: "t1", session_id: "x", tool_input: {}, tool_response: {} });
    expect(hook.status).toBe(204);
    const attributes = [["gen_ai.operation.name", "execute_tool"], ["gen_ai.tool.name", "search"], ["user.id", "a@example.com"], ["session.id", "x"]].map(([key, stringValue]) => ({ key, value: { stringValue } }));
    const span = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", name: "execute_tool search", kind: 1, startTimeUnixNano: `${NOW}000000`, endTimeUnixNano: `${NOW + 5}000000`, attributes };
    expect((await post("/v1/traces", { resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })).status).toBe(200);
    expect(await storedEvents()).toHaveLength(2);
    for (const row of await storedEvents()) expect(row).toMatchObject({ user_hash: null, session_hash: null, metadata: null });
  });

  it("that is dropped is no loss to the kit's own client, and is not sent again", async () => {
    const handler = handlerOf({ now: () => NOW, privacySignals: "drop" });
    let requests = 0;
    const fetcher = {
      fetch(url: string, init: { method: "POST"; headers: Record<string, string>; body: string }) {
        requests++;
        return handler.fetch(new Request(url, { ...init, headers: { ...init.headers, "Sec-GPC": "1" } }), env);
      },
    };
    const tracker = createTracker({ fetcher });
    tracker.track({ skill: "s", userId: "a" });
    await tracker.flush();
    expect(tracker.stats()).toMatchObject({ sent: 0, rejected: 1, queued: 0, lost: { refused_by_server: 0 } });
    expect(requests).toBe(1);
  });
});

describe("/.well-known/gpc.json", () => {
  const read = (options: Parameters<typeof handlerOf>[0], path = "/.well-known/gpc.json") => handlerOf(options).fetch(new Request(`https://tracker.example${path}`), env);

  it("says without a key whether the signal is heard, and may be cached", async () => {
    for (const [privacySignals, gpc] of [["drop_user", true], ["drop", true], ["ignore", false]] as const) {
      const response = await read({ privacySignals });
      expect([response.status, response.headers.get("Content-Type"), response.headers.get("Cache-Control")]).toEqual([200, "application/json; charset=utf-8", "public, max-age=86400"]);
      expect(await response.json()).toEqual({ gpc, lastUpdate: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/) });
    }
  });

  it("is left to the site that a Worker is mounted in", async () => {
    expect((await read({ basePath: "/usage" })).status).toBe(404);
    expect((await read({ basePath: "/usage" }, "/usage/.well-known/gpc.json")).status).toBe(404);
  });
});

describe("a user id that is a plain hash", () => {
  it("is warned of, once for all of its events; other answers carry no warning", async () => {
    const handler = handlerOf({ now: () => NOW, metadata: "all" });
    const sha256 = "973dfe463ec85785f5f95af5ba3906eedb2d931c24e69824a89ea65dba4e813b";
    const events = [sha256, sha256.toUpperCase(), "a9993e364706816aba3e25717850c26c9cd0d89d", "a@example.com"].map((userId, index) => ({ skill: "s", id: `e${index}`, startedAt: NOW, userId }));
    expect(await (await handler.track({ events })).json()).toMatchObject({ accepted: 4, warnings: [{ code: "unkeyed_hash", message: expect.stringContaining("hashed here"), count: 3 }] });
    expect(await (await handler.track(EVENT)).json()).not.toHaveProperty("warnings");
  });

  it("does not disturb the kit's own client", async () => {
    const handler = handlerOf({ now: () => Date.now() });
    const tracker = createTracker({ fetcher: { fetch: (url, init) => handler.fetch(new Request(url, init as RequestInit), env) } });
    tracker.track({ skill: "s", userId: "a9993e364706816aba3e25717850c26c9cd0d89d" });
    await tracker.flush();
    expect(tracker.stats()).toMatchObject({ sent: 1, rejected: 0 });
  });
});
