import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { networkOf, type RateLimiter } from "../../../src/worker/access/rate-limit.ts";
import { handlerOf, migrate } from "../../support/database.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "../../support/secrets.ts";

beforeAll(migrate);

const handler = handlerOf();

/** A limiter that lets so many requests of a key through, and keeps the keys that it saw. */
function countingLimiter(most: number): RateLimiter & { keys: string[] } {
  const keys: string[] = [];
  return { keys, limit: async ({ key }) => ({ success: keys.push(key) > 0 && keys.filter((known) => known === key).length <= most }) };
}

const from = (address: string, headers: Record<string, string> = {}): Record<string, string> => ({ "CF-Connecting-IP": address, ...headers });

function send(limiter: RateLimiter | undefined, headers: Record<string, string>, path = "/api/track", ctx?: { waitUntil(): void; props: unknown }): Promise<Response> {
  const isIngest = path !== "/api/health" && !path.startsWith("/analytics");
  const init = isIngest ? { method: "POST", body: JSON.stringify({ skill: "s" }), headers: { "Content-Type": "application/json", ...headers } } : { headers };
  return handler.fetch(new Request(`https://tracker.example${path}`, init), { ...env, TRACK_RATE_LIMIT: limiter }, ctx);
}

describe("with a limiter", () => {
  it("a network that sends too much is told to wait, another one is not", async () => {
    const limiter = countingLimiter(2);
    const statuses = await Promise.all(["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.3.1"].map(async (address) => (await send(limiter, from(address))).status));
    expect(statuses).toEqual([202, 202, 429, 202]);
    const refused = await send(limiter, from("192.0.2.9"));
    expect([refused.headers.get("Retry-After"), await refused.json()]).toEqual(["60", expect.objectContaining({ code: "rate_limited" })]);
  });

  it.each(["/api/track", "/hooks/claude-code", "/v1/logs", "/v1/traces", "/api/subjects/erase", "/api/share", "/analytics/tools", "/api/health"])("%s is limited", async (path) => {
    const response = await send(countingLimiter(0), from("192.0.2.1"), path);
    expect([response.status, response.headers.get("Retry-After")]).toEqual([429, "60"]);
  });

  it("keys cannot be tried out at speed: also the right one waits", async () => {
    const limiter = countingLimiter(2);
    const ask = async (key: string) => (await send(limiter, from("192.0.2.1", { Authorization: `Bearer ${key}` }), "/analytics/tools")).status;
    expect([await ask("wrong"), await ask("wronger"), await ask(ANALYTICS_KEY)]).toEqual([401, 401, 429]);
  });

  it("a flood of events does not close the dashboard", async () => {
    const limiter = countingLimiter(1);
    for (let round = 0; round < 3; round++) await send(limiter, from("192.0.2.1"));
    expect((await send(limiter, from("192.0.2.1", { Authorization: `Bearer ${ANALYTICS_KEY}` }), "/analytics/tools")).status).toBe(200);
  });

  it("it hears a keyed hash of the network, and no address", async () => {
    const limiter = countingLimiter(9);
    await send(limiter, from("192.0.2.1"));
    await send(limiter, from("2001:db8:1::1"));
    expect(limiter.keys).toEqual([expect.stringMatching(/^ingest:[\w-]{22}$/), expect.stringMatching(/^ingest:[\w-]{22}$/)]);
    const other = countingLimiter(9);
    await handlerOf({ hashSecret: `${HASH_SECRET} other` }).fetch(new Request("https://tracker.example/api/health", { headers: from("192.0.2.1") }), { ...env, TRACK_RATE_LIMIT: other });
    expect(other.keys[0]?.split(":")[1]).not.toBe(limiter.keys[0]?.split(":")[1]);
  });

  it("one that fails lets events through, and the owner's log says so", async () => {
    const error = vi.spyOn(console, "error").mockImplementation(() => {});
    const failing: RateLimiter = { limit: () => Promise.reject(new Error("limiter down")) };
    const throwing: RateLimiter = {
      limit() {
        throw new Error("limiter down");
      },
    };
    for (const limiter of [failing, throwing]) expect((await send(limiter, from("192.0.2.1"))).status).toBe(202);
    expect(error.mock.calls.flat()).toEqual(Array(2).fill(JSON.stringify({ trackSkills: "rate-limit", error: "limiter down" })));
    error.mockRestore();
  });

  it("Workers of the owner are not limited: they have no address, or their binding says who they are", async () => {
    const limiter = countingLimiter(0);
    expect((await send(limiter, {})).status).toBe(202);
    const trusted = { waitUntil: () => {}, props: { trackSkills: { ingest: true } } };
    expect((await send(limiter, from("192.0.2.1"), "/api/track", trusted)).status).toBe(202);
    expect((await send(limiter, from("192.0.2.1"), "/analytics/tools", trusted)).status).toBe(429);
  });
});

it("the binding of Workers fits, and counts", async () => {
  const statuses: number[] = [];
  for (const address of ["198.51.100.1", "198.51.100.2", "198.51.100.3", "203.0.113.1"]) statuses.push((await send(env.LIMITER, from(address))).status);
  expect(statuses).toEqual([202, 202, 429, 202]);
});

it("without a limiter nothing is limited", async () => {
  for (let round = 0; round < 5; round++) expect((await send(undefined, from("192.0.2.1"))).status).toBe(202);
});

it.each([
  ["192.0.2.1", "192.0.2"],
  ["192.0.2.254", "192.0.2"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1"],
  ["2001:0DB8:0001::1", "2001:db8:1"],
  ["2001:db8::1", "2001:db8:0"],
  ["2001::1", "2001:0:0"],
  ["::1", "0:0:0"],
  ["2001::3:4:5:6:7:8", "2001:0:3"],
  ["fe80:1:2::", "fe80:1:2"],
])("the network of %s is %s", (address, network) => {
  expect(networkOf(address)).toBe(network);
});
