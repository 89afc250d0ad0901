import { env, exports } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Database } from "../../src/database.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import { clearEvents, db, handlerOf, migrate } from "../support/database.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "../support/secrets.ts";

const handler = handlerOf();

beforeAll(migrate);
beforeEach(clearEvents);

/** A database that fails with what D1 would say. */
function failingDatabase(message: string): Database {
  const fail = (): never => {
    throw new Error(message);
  };
  const statement = { bind: () => statement, all: async () => fail() };
  return { prepare: () => statement, batch: async () => fail() };
}

describe("mounting", () => {
  it("as the default export it answers in workerd", async () => {
    const response = await exports.default.fetch(new Request("https://tracker.example/api/health"));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true, version: expect.stringMatching(/^\d+\.\d+\.\d+/), database: "ok", lastEventAt: null });
  });

  it("in a router it leaves other paths alone", async () => {
    const request = (path: string) => new Request(`https://app.example${path}`);
    for (const path of ["/", "/api", "/api/track/more", "/api/trackers", "/analytics", "/other"]) expect(await handler.handle(request(path), env)).toBeUndefined();
    expect(await handler.handle(request("/api/health"), env)).toBeDefined();
    expect((await handler.fetch(request("/other"), env)).status).toBe(404);
  });

  it("under a prefix it answers there and nowhere else", async () => {
    const mounted = handlerOf({ basePath: "/usage" });
    expect(await mounted.handle(new Request("https://app.example/api/health"), env)).toBeUndefined();
    expect((await mounted.fetch(new Request("https://app.example/usage/api/health"), env)).status).toBe(200);
    const body = JSON.stringify({ skill: "s" });
    expect((await mounted.fetch(new Request("https://app.example/usage/api/track", { method: "POST", body }), env)).status).toBe(202);
    expect((await mounted.read("/usage/analytics/summary")).status).toBe(200);
  });

  it("an option that cannot work is named when the Worker starts", () => {
    expect(() => createTrackingHandler({ basePath: "usage/" })).toThrow(/basePath/);
    expect(() => createTrackingHandler({ allowedOrigins: ["https://app.example/path"] })).toThrow(/allowedOrigins/);
    expect(() => createTrackingHandler({ rawRetentionDays: 0 })).toThrow(/rawRetentionDays/);
  });
});

describe("keys", () => {
  it("the analytics ask for their key, and without one that is set they answer 503", async () => {
    expect((await handler.read("/analytics/summary", {})).status).toBe(401);
    expect((await handler.read("/analytics/summary", { Authorization: "Bearer wrong" })).status).toBe(401);
    expect((await handler.read("/analytics/summary")).status).toBe(200);
    const unset = createTrackingHandler({ hashSecret: HASH_SECRET });
    const response = await unset.fetch(new Request("https://tracker.example/analytics/summary"), env);
    expect([response.status, response.headers.get("Retry-After")]).toEqual([503, "60"]);
    expect(await response.json()).toMatchObject({ code: "analytics_key_missing" });
  });

  it("an empty key opens nothing", async () => {
    const unset = createTrackingHandler({ analyticsKey: "" });
    const request = new Request("https://tracker.example/analytics/summary", { headers: { Authorization: "Bearer " } });
    expect((await unset.fetch(request, { DB: db, TRACK_ANALYTICS_KEY: "" })).status).toBe(503);
  });

  it("publicAnalytics lets anybody read, an environment's key is used, and an option wins over it", async () => {
    expect((await handlerOf({ publicAnalytics: true }).read("/analytics/tools", {})).status).toBe(200);
    const byEnvironment = createTrackingHandler();
    const asking = (key: string) => new Request("https://tracker.example/analytics/tools", { headers: { Authorization: `Bearer ${key}` } });
    expect((await byEnvironment.fetch(asking("k"), { DB: db, TRACK_ANALYTICS_KEY: "k" })).status).toBe(200);
    expect((await handler.fetch(asking("k"), { DB: db, TRACK_ANALYTICS_KEY: "k" })).status).toBe(401);
  });
});

describe("CORS", () => {
  const preflight = (path: string, origin: string) => new Request(`https://tracker.example${path}`, { method: "OPTIONS", headers: { Origin: origin } });
  const allowed = (response: Response) => response.headers.get("Access-Control-Allow-Origin");

  it("any page may send events unless origins are named; then others get 403", async () => {
    expect(allowed(await handler.fetch(preflight("/api/track", "https://a.example"), env))).toBe("*");
    const limited = handlerOf({ allowedOrigins: ["https://a.example"] });
    expect(allowed(await limited.fetch(preflight("/api/track", "https://a.example"), env))).toBe("https://a.example");
    expect(allowed(await limited.fetch(preflight("/api/track", "https://b.example"), env))).toBeNull();
    expect((await limited.track({ skill: "s" }, { Origin: "https://b.example" })).status).toBe(403);
    expect((await limited.track({ skill: "s" }, { Origin: "https://a.example" })).status).toBe(202);
    expect((await limited.track({ skill: "s" })).status).toBe(202);
  });

  it("only the dashboard's own origin reads the figures, unless others are named", async () => {
    expect(allowed(await handler.fetch(preflight("/analytics/tools", "https://a.example"), env))).toBeNull();
    expect(allowed(await handler.fetch(preflight("/analytics/tools", "https://tracker.example"), env))).toBe("https://tracker.example");
    const open = handlerOf({ dashboardOrigins: ["https://a.example"] });
    const response = await open.read("/analytics/tools", { Origin: "https://a.example", Authorization: `Bearer ${ANALYTICS_KEY}` });
    expect([response.status, allowed(response), response.headers.get("Vary")]).toEqual([200, "https://a.example", "Origin"]);
  });
});

describe("errors", () => {
  it("every refusal is problem+json with a code and without caching", async () => {
    const refusals: [number, string, Response][] = [
      [400, "malformed_json", await handler.track("{")],
      [401, "unauthorized", await handler.read("/analytics/summary", {})],
      [404, "not_found", await handler.read("/analytics/unknown")],
      [404, "not_found", await handler.read("/analytics/toString")],
      [405, "method_not_allowed", await handler.read("/api/track")],
      [400, "invalid_query", await handler.read("/analytics/summary?range=1y")],
      [400, "invalid_query", await handler.read("/analytics/summary?skil=x")],
      [400, "invalid_query", await handler.read("/analytics/summary?from=yesterday")],
      [400, "invalid_query", await handler.read("/analytics/summary?from=2026-01-02&to=2026-01-01")],
      [400, "invalid_query", await handler.read("/analytics/summary?from=2020-01-01&to=2026-01-01")],
      [400, "invalid_query", await handler.read("/analytics/errors?limit=501")],
      [400, "invalid_query", await handler.read("/analytics/errors?cursor=';DROP")],
      [400, "invalid_query", await handler.read("/analytics/timeseries?by=user")],
      [400, "invalid_query", await handler.read("/analytics/summary?compareFrom=2999-01-01")],
      [400, "invalid_query", await handler.read("/analytics/summary?outcome=error")],
      [400, "invalid_query", await handler.read("/analytics/calls?outcome=bad")],
      [400, "invalid_query", await handler.read("/analytics/errors?fingerprint=x")],
      [400, "invalid_query", await handler.read("/analytics/errors?groups=1001")],
      [400, "invalid_query", await handler.read("/analytics/skill")],
      [400, "invalid_query", await handler.read("/analytics/skill?skill=a&skill=b")],
      [400, "invalid_query", await handler.read("/analytics/cohorts?weeks=27")],
      [400, "invalid_query", await handler.read("/analytics/cohorts?skill=a")],
    ];
    for (const [status, code, response] of refusals) {
      expect([response.status, response.headers.get("Content-Type"), response.headers.get("Cache-Control")]).toEqual([status, "application/problem+json", "no-store"]);
      expect(await response.json()).toMatchObject({ status, code, type: expect.any(String), title: expect.any(String), detail: expect.any(String) });
    }
  });

  it("405 names the methods, HEAD has no body", async () => {
    expect((await handler.read("/api/track")).headers.get("Allow")).toBe("POST, OPTIONS");
    const response = await handler.fetch(new Request("https://tracker.example/api/health", { method: "HEAD" }), env);
    expect([response.status, await response.text()]).toEqual([200, ""]);
  });

  it.each([
    ["no such table: skill_usage_events", /migrations/],
    ["D1_ERROR: Network connection lost.", /Try again/],
    ["D1_ERROR: Your account has exceeded D1's maximum account storage limit / daily rows written limit", /00:00 UTC/],
  ])("a database that says %s gives 503 on every path, and keeps its words to itself", async (message, detail) => {
    for (const path of ["/api/health", "/analytics/overview"]) {
      const request = new Request(`https://tracker.example${path}`, { headers: { Authorization: `Bearer ${ANALYTICS_KEY}` } });
      const response = await handler.fetch(request, { DB: failingDatabase(message) });
      expect(response.status).toBe(503);
      expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect(await response.json()).toMatchObject({ code: "database_unavailable", detail: expect.stringMatching(detail) });
    }
    const body = JSON.stringify({ skill: "s" });
    const response = await handler.fetch(new Request("https://tracker.example/api/track", { method: "POST", body }), { DB: failingDatabase(message) });
    expect(response.status).toBe(503);
    expect(await response.text()).not.toContain(message);
  });

  it("a missing binding is named", async () => {
    const response = await handler.fetch(new Request("https://tracker.example/api/health"), {});
    expect(await response.json()).toMatchObject({ status: 503, code: "database_missing" });
  });
});
