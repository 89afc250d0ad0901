import { env, exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { callerOf } from "../../../src/worker/access/caller.ts";
import { handlerOf, migrate } from "../../support/database.ts";
import { INGEST_KEY } from "../../support/secrets.ts";

beforeAll(migrate);

describe("a service binding with props", () => {
  it("reads without a key, in workerd", async () => {
    const asking = (props: unknown) => exports.default({ props }).fetch(new Request("https://tracker.example/analytics/tools"));
    expect((await asking({ trackSkills: { analytics: true, name: "admin-panel" } })).status).toBe(200);
    expect((await asking({})).status).toBe(401);
    expect((await asking({ trackSkills: { ingest: true } })).status).toBe(401);
  });

  it("sends without the ingest key, and reads nothing by it", async () => {
    const handler = handlerOf({ ingestKey: INGEST_KEY });
    const ctx = { waitUntil: () => {}, props: { trackSkills: { ingest: true } } };
    const event = () => new Request("https://tracker.example/api/track", { method: "POST", body: '{"skill":"s"}' });
    expect((await handler.fetch(event(), env, ctx)).status).toBe(202);
    expect((await handler.fetch(event(), env, { ...ctx, props: { trackSkills: { analytics: true } } })).status).toBe(401);
    expect((await handler.fetch(event(), env)).status).toBe(401);
  });

  it("widens no share link that it hands on", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const handler = handlerOf();
    const ctx = { waitUntil: () => {}, props: { trackSkills: { analytics: true } } };
    const ask = (path: string, init: RequestInit) => handler.fetch(new Request(`https://tracker.example${path}`, init), env, ctx);
    const { token }: { token: string } = await (await ask("/api/share", { method: "POST", body: '{"skill":["mine"]}' })).json();
    const reading = (bearer: string) => ({ headers: { Authorization: `Bearer ${bearer}` } });
    expect((await ask("/analytics/tools?skill=mine", reading(token))).status).toBe(200);
    expect((await ask("/analytics/tools?skill=other", reading(token))).status).toBe(403);
    expect((await ask("/analytics/tools", reading(`${token}x`))).status).toBe(401);
    expect((await ask("/api/share", { ...reading(token), method: "POST", body: "{}" })).status).toBe(403);
    // What else it hands on is its own affair.
    expect((await ask("/analytics/tools", reading("a-key-of-its-own"))).status).toBe(200);
    vi.restoreAllMocks();
  });

  it("is not to be had by a header or a body", async () => {
    const props = JSON.stringify({ trackSkills: { analytics: true, ingest: true } });
    const handler = handlerOf({ ingestKey: INGEST_KEY });
    const headers = { props, "X-Props": props, "Cf-Worker": "admin-panel" };
    expect((await handler.read("/analytics/tools", headers)).status).toBe(401);
    expect((await handler.track({ skill: "s", props: { trackSkills: { ingest: true } } }, headers)).status).toBe(401);
  });
});

it.each([undefined, null, 7, "x", [], {}, { trackSkills: null }, { trackSkills: true }, { trackSkills: "analytics" }, { trackSkills: { analytics: "true", ingest: 1, name: "a\nb" } }])("props of %j grant nothing", (props) => {
  expect(callerOf({ waitUntil: () => {}, props })).toEqual({ name: "service", analytics: false, ingest: false });
});
