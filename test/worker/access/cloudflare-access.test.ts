import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { AccessKeys, accessSettingsOf, verifyAccessToken } from "../../../src/worker/access/cloudflare-access.ts";
import { createTrackingHandler } from "../../../src/worker.ts";
import { AUDIENCE, foundTeam, type Team, TEAM_DOMAIN } from "../../support/cloudflare-access.ts";
import { db, migrate } from "../../support/database.ts";
import { ANALYTICS_KEY } from "../../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const MINUTE_MS = 60_000;

let team: Team;
beforeAll(migrate);
beforeEach(async () => void (team = await foundTeam()));

/** A handler behind Access, and what it answers to a request with some headers. */
function protectedBy({ access }: Team, clock = { now: NOW }) {
  const handler = createTrackingHandler({ access, now: () => clock.now });
  return async (headers: Record<string, string>, method = "GET"): Promise<string> => {
    const response = await handler.fetch(new Request("https://tracker.example/analytics/tools", { headers, method }), { DB: db });
    if (method === "HEAD" || response.ok) return String(response.status);
    const { status, code, detail }: { status: number; code: string; detail: string } = await response.json();
    return `${status} ${code} ${detail}`;
  };
}

const asserting = (token: string) => ({ "Cf-Access-Jwt-Assertion": token });

describe("a token of Cloudflare Access", () => {
  it("reads the analytics without any key, and its bearer is known by the subject, not by the address", async () => {
    const token = await team.token(NOW);
    expect(await protectedBy(team)(asserting(token))).toBe("200");
    const keys = new AccessKeys(team.access.fetch);
    expect(await verifyAccessToken(token, accessSettingsOf(TEAM_DOMAIN, AUDIENCE), keys, NOW)).toBe("7335d417-61da-459d-899c-0a01c76a2f94");
    const ofService = await team.token(NOW, { sub: "", common_name: "e367826f93b8d71185e03fe518aff3b4.access", aud: AUDIENCE });
    expect(await verifyAccessToken(ofService, accessSettingsOf(TEAM_DOMAIN, AUDIENCE), keys, NOW)).toBe("e367826f93b8d71185e03fe518aff3b4.access");
  });

  it.each<[string, (team: Team) => Promise<string>, RegExp]>([
    ["signed by somebody else", (team) => team.forgedToken(NOW), /wrong signature/],
    ["changed afterwards", async (team) => (await team.token(NOW)).replace(/\.[^.]*\./, `.${btoa(JSON.stringify({ iss: `https://${TEAM_DOMAIN}`, aud: AUDIENCE, exp: 9e9 })).replaceAll("=", "")}.`), /wrong signature/],
    ["of the algorithm none", async (team) => (await team.token(NOW, {}, { alg: "none" })).replace(/[^.]*$/, ""), /not a JWT/],
    ["of the algorithm none, with a signature", (team) => team.token(NOW, {}, { alg: "none" }), /not signed with RS256/],
    ["of HMAC under the public key", (team) => team.confusedToken(NOW), /not signed with RS256/],
    ["of an unknown key", (team) => team.token(NOW, {}, { kid: "key-2" }), /does not have/],
    ["without a key id", (team) => team.token(NOW, {}, { kid: undefined }), /not signed with RS256/],
    ["with critical headers", (team) => team.token(NOW, {}, { crit: ["b64"] }), /not signed with RS256/],
    ["of another team", (team) => team.token(NOW, { iss: "https://other.cloudflareaccess.com" }), /another team/],
    ["for another application", (team) => team.token(NOW, { aud: ["b".repeat(64)] }), /another application/],
    ["for nothing", (team) => team.token(NOW, { aud: undefined }), /another application/],
    ["that has expired", (team) => team.token(NOW - 61 * MINUTE_MS), /expired/],
    ["without an end", (team) => team.token(NOW, { exp: undefined }), /expired/],
    ["with an end that is a text", (team) => team.token(NOW, { exp: "9999999999" }), /expired/],
    ["that is not valid yet", (team) => team.token(NOW + MINUTE_MS), /not valid yet/],
    ["with a fourth part", async (team) => `${await team.token(NOW)}.x`, /not a JWT/],
    ["that is no token", async () => "x", /not a JWT/],
    ["that is empty", async () => "", /not a JWT/],
    ["that is endless", async (team) => (await team.token(NOW)) + "A".repeat(20_000), /not a JWT/],
  ])("%s is refused", async (_name, make, reason) => {
    expect(await protectedBy(team)(asserting(await make(team)))).toMatch(new RegExp(`^401 unauthorized .*${reason.source}`));
  });

  it("may be half a minute off the clock", async () => {
    const ask = protectedBy(team);
    expect(await ask(asserting(await team.token(NOW + 29_000)))).toBe("200");
    expect(await ask(asserting(await team.token(NOW - 60 * MINUTE_MS - 29_000)))).toBe("200");
    expect(await ask(asserting(await team.token(NOW - 60 * MINUTE_MS - 31_000)))).toMatch(/expired/);
  });

  it("in the cookie counts for what a page of the same origin reads, and for nothing else", async () => {
    const ask = protectedBy(team);
    const cookie = `a=b; CF_Authorization=${await team.token(NOW)}; c=d`;
    expect(await ask({ Cookie: cookie, "Sec-Fetch-Site": "same-origin" })).toBe("200");
    expect(await ask({ Cookie: cookie, "Sec-Fetch-Site": "same-origin" }, "HEAD")).toBe("200");
    for (const site of ["cross-site", "same-site", "none"]) expect(await ask({ Cookie: cookie, "Sec-Fetch-Site": site })).toMatch(/^401/);
    expect(await ask({ Cookie: cookie })).toMatch(/^401/);
    expect(await ask({ Cookie: cookie.replace("CF_Auth", "XCF_Auth"), "Sec-Fetch-Site": "same-origin" })).toMatch(/^401/);
  });

  it("does not help a wrong key beside it", async () => {
    expect(await protectedBy(team)({ ...asserting(await team.token(NOW)), Authorization: "Bearer wrong" })).toMatch(/^401/);
  });
});

describe("the team's keys", () => {
  it("are fetched once, and again after an hour", async () => {
    const clock = { now: NOW };
    const ask = protectedBy(team, clock);
    for (let round = 0; round < 3; round++) expect(await ask(asserting(await team.token(clock.now)))).toBe("200");
    expect(team.fetches).toEqual([`https://${TEAM_DOMAIN}/cdn-cgi/access/certs`]);
    clock.now += 60 * MINUTE_MS;
    expect(await ask(asserting(await team.token(clock.now)))).toBe("200");
    expect(team.fetches).toHaveLength(2);
  });

  it("are there for every request of the first moment, and a flood of them fetches but a few times", async () => {
    const ask = protectedBy(team);
    const token = await team.token(NOW);
    expect(await Promise.all(Array.from({ length: 6 }, () => ask(asserting(token))))).toEqual(Array(6).fill("200"));
    team.fetches.length = 0;
    const flooded = protectedBy(team);
    await Promise.all(Array.from({ length: 100 }, () => flooded(asserting(token))));
    expect(team.fetches.length).toBeLessThan(10);
    team.fetches.length = 0;
    expect(await flooded(asserting(token))).toBe("200");
    expect(team.fetches).toEqual([]);
  });

  it("are fetched for an unknown one, at most once a minute", async () => {
    const clock = { now: NOW };
    const ask = protectedBy(team, clock);
    expect(await ask(asserting(await team.token(NOW)))).toBe("200");
    await team.rotate();
    clock.now += MINUTE_MS - 1;
    for (let round = 0; round < 3; round++) expect(await ask(asserting(await team.token(clock.now)))).toMatch(/does not have/);
    expect(team.fetches).toHaveLength(1);
    clock.now += 1;
    expect(await ask(asserting(await team.token(clock.now)))).toBe("200");
    expect(team.fetches).toHaveLength(2);
  });

  it("that cannot be fetched anew serve on", async () => {
    const clock = { now: NOW };
    const ask = protectedBy(team, clock);
    expect(await ask(asserting(await team.token(NOW)))).toBe("200");
    team.answer = async () => Promise.reject(new Error("network"));
    clock.now += 2 * 60 * MINUTE_MS;
    expect(await ask(asserting(await team.token(clock.now)))).toBe("200");
    expect(team.fetches).toHaveLength(2);
  });

  it.each<[string, () => Promise<Response>]>([
    ["fail", () => Promise.reject(new Error("network"))],
    ["are not found", async () => new Response("{}", { status: 404 })],
    ["lie behind a redirect", async () => new Response(null, { status: 302, headers: { Location: "https://other.example" } })],
    ["are no JSON", async () => new Response("<html>")],
    ["are of another shape", async () => Response.json({ keys: [{ kty: "RSA", kid: "key-1", n: "!", e: "!" }, 7] })],
  ])("when they %s, 503 says so, and the next try comes seconds later", async (_name, answer) => {
    const clock = { now: NOW };
    const ask = protectedBy(team, clock);
    const working = team.answer;
    team.answer = answer;
    expect(await ask(asserting(await team.token(NOW)))).toMatch(/^503 access_unavailable/);
    team.answer = working;
    expect(await ask(asserting(await team.token(NOW)))).toMatch(/^503/);
    clock.now += 5_000;
    expect(await ask(asserting(await team.token(NOW)))).toBe("200");
  });
});

describe("the settings", () => {
  it("come from the environment too, the domain in any of its forms", async () => {
    const handler = createTrackingHandler({ now: () => NOW });
    const ask = (TRACK_ACCESS_TEAM_DOMAIN: string, TRACK_ACCESS_AUD: string) =>
      handler.fetch(new Request("https://tracker.example/analytics/tools"), { DB: db, TRACK_ACCESS_TEAM_DOMAIN, TRACK_ACCESS_AUD });
    expect((await ask(TEAM_DOMAIN, AUDIENCE)).status).toBe(401);
    for (const [domain, audience] of [[TEAM_DOMAIN, ""], ["", AUDIENCE], ["evil.example/x", AUDIENCE], ["a.b.cloudflareaccess.com", AUDIENCE]] as const) {
      expect(await (await ask(domain, audience)).json()).toMatchObject({ status: 503, code: "invalid_setting" });
    }
    for (const domain of ["the-team", TEAM_DOMAIN, `https://${TEAM_DOMAIN}/`, TEAM_DOMAIN.toUpperCase()]) {
      expect(accessSettingsOf(domain, `${AUDIENCE}, ${"b".repeat(64)}`)).toEqual({ issuer: `https://${TEAM_DOMAIN}`, audiences: [AUDIENCE, "b".repeat(64)] });
    }
  });

  it("that are wrong among the options are named when the Worker starts", () => {
    expect(() => createTrackingHandler({ access: { teamDomain: "evil.example", audience: AUDIENCE } })).toThrow(/access/);
    expect(() => createTrackingHandler({ access: { teamDomain: TEAM_DOMAIN, audience: [] } })).toThrow(/access/);
  });

  it("leave the keys as they were", async () => {
    const handler = createTrackingHandler({ access: team.access, analyticsKey: ANALYTICS_KEY });
    const request = new Request("https://tracker.example/analytics/tools", { headers: { Authorization: `Bearer ${ANALYTICS_KEY}` } });
    expect((await handler.fetch(request, { DB: db })).status).toBe(200);
    expect(team.fetches).toEqual([]);
  });
});
