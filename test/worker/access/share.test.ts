import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { scopeOf } from "../../../src/analytics/range.ts";
import type { ShareLimits } from "../../../src/analytics/shared.ts";
import { withinShare } from "../../../src/worker/access/share-limits.ts";
import { clearEvents, handlerOf, migrate } from "../../support/database.ts";
import { ANALYTICS_KEY } from "../../support/secrets.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 20, 12, 34);
const clock = { now: NOW };
const handler = handlerOf({ metadata: "all", now: () => clock.now });

interface Made {
  token: string;
  id: string;
  expiresAt: number;
  limits: ShareLimits;
}

beforeAll(migrate);
beforeEach(async () => {
  clock.now = NOW;
  vi.spyOn(console, "log").mockImplementation(() => {});
  await clearEvents();
});
afterEach(() => void vi.restoreAllMocks());

function post(body: unknown, key = ANALYTICS_KEY, headers: Record<string, string> = {}): Promise<Response> {
  const init = { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body), headers: { Authorization: `Bearer ${key}`, ...headers } };
  return handler.fetch(new Request("https://tracker.example/api/share", init), env);
}

const make = async (body: unknown): Promise<Made> => (await post(body)).json();
const read = (path: string, token: string): Promise<Response> => handler.read(`/analytics/${path}`, { Authorization: `Bearer ${token}` });
const codeOf = async (response: Response): Promise<string> => {
  const { code }: { code?: string } = await response.json();
  return `${response.status} ${code}`;
};

describe("making a share", () => {
  it("gives a token with its end and its limits, and tells the log who made it and by which id it is withdrawn", async () => {
    const log = vi.spyOn(console, "log");
    const { token, id, ...rest } = await make({ range: "30d", skill: ["a", "b"], source: "mcp" });
    expect(rest).toEqual({ expiresAt: Math.floor((NOW + 30 * DAY_MS) / 1000) * 1000, limits: { range: "30d", skill: ["a", "b"], source: ["mcp"], minGroup: 5 } });
    expect(log.mock.calls).toEqual([[JSON.stringify({ trackSkills: "share", id, by: "default", kind: "key", expiresAt: rest.expiresAt })]]);
    expect(token).toMatch(/^share\.[\w-]+\.[\w-]{43}$/);
    expect((await read("tools", token)).status).toBe(200);
  });

  it("widens a fixed range to whole hours, as every question does", async () => {
    const { limits } = await make({ from: "2026-11-01T00:30:00Z", to: Date.UTC(2026, 10, 2), minGroup: 0 });
    expect(limits).toEqual({ from: Date.UTC(2026, 10, 1), to: Date.UTC(2026, 10, 2), minGroup: 0 });
  });

  it.each([
    ["[]"], ["7"], ['{"range":"1y"}'], ['{"range":"7d","from":1,"to":2}'], ['{"from":"2026-11-01"}'], ['{"to":"2026-11-01"}'], ['{"from":"2026-11-02","to":"2026-11-01"}'],
    ['{"from":{},"to":[]}'], ['{"expiresInDays":0}'], ['{"expiresInDays":366}'], ['{"expiresInDays":"7"}'], ['{"expiresInDays":1e999}'], ['{"minGroup":-1}'], ['{"minGroup":2.5}'],
    ['{"skill":[]}'], ['{"skill":[7]}'], ['{"skill":{}}'], [JSON.stringify({ skill: Array(21).fill("s") })], [JSON.stringify({ skill: ["ü".repeat(3_000)] })], ['{"skil":["a"]}'], ['{"__proto__":{"range":"7d"}}'],
  ])("of %s is refused", async (body) => {
    expect(await codeOf(await post(body))).toBe("400 invalid_share");
  });

  it("is not for shares, nor for the public, nor for pages of other origins", async () => {
    expect(await codeOf(await post({}, (await make({})).token))).toBe("403 outside_share");
    expect(await codeOf(await post({}, ANALYTICS_KEY, { Origin: "https://evil.example" }))).toBe("403 origin_not_allowed");
    const open = handlerOf({ publicAnalytics: true });
    expect(await codeOf(await open.fetch(new Request("https://tracker.example/api/share", { method: "POST", body: "{}" }), env))).toBe("401 unauthorized");
  });

  it("never goes below the owner's own minGroup", async () => {
    const strict = handlerOf({ minGroup: 10 });
    const asking = (body: string) => new Request("https://tracker.example/api/share", { method: "POST", body, headers: { Authorization: `Bearer ${ANALYTICS_KEY}` } });
    for (const [body, minGroup] of [["{}", 10], ['{"minGroup":0}', 10], ['{"minGroup":50}', 50]] as const) {
      expect(await (await strict.fetch(asking(body), env)).json()).toMatchObject({ limits: { minGroup } });
    }
  });
});

describe("a share ends", () => {
  it("when it expires", async () => {
    const { token, expiresAt } = await make({ expiresInDays: 1 });
    clock.now = expiresAt - 1;
    expect((await read("tools", token)).status).toBe(200);
    clock.now = expiresAt;
    expect(await codeOf(await read("tools", token))).toBe("401 share_expired");
  });

  it("when its id is named, by an option or in the environment, and no other does", async () => {
    const [first, second] = [await make({}), await make({})];
    expect(first.id).not.toBe(second.id);
    const asking = ({ token }: Made) => new Request("https://tracker.example/analytics/tools", { headers: { Authorization: `Bearer ${token}` } });
    const withdrawing = handlerOf({ revokedShares: [first.id], now: () => NOW });
    expect(await codeOf(await withdrawing.fetch(asking(first), env))).toBe("401 share_revoked");
    expect((await withdrawing.fetch(asking(second), env)).status).toBe(200);
    const revoked = { ...env, TRACK_REVOKED_SHARES: `x, ${second.id}` };
    expect(await codeOf(await handler.fetch(asking(second), revoked))).toBe("401 share_revoked");
    expect((await handler.fetch(asking(first), revoked)).status).toBe(200);
  });

  it("with all others when the hash secret changes", async () => {
    const { token } = await make({});
    const other = handlerOf({ hashSecret: "another secret of the tests, 32 bytes or more" });
    expect(await codeOf(await other.read("/analytics/tools", { Authorization: `Bearer ${token}` }))).toBe("401 unauthorized");
  });

  it("with any character of it changed, anywhere", async () => {
    const { token } = await make({ range: "24h" });
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    await fc.assert(
      fc.asyncProperty(fc.nat(token.length - 2), fc.constantFrom(...letters), async (place, letter) => {
        fc.pre(token[place] !== letter);
        expect((await read("tools", token.slice(0, place) + letter + token.slice(place + 1))).status).toBe(401);
      }),
      { numRuns: 300 },
    );
    for (const broken of ["share.", "share..", `${token}.x`, token.slice(0, -4), token.replace("share.", "share.x"), token.replace("share.", "")]) {
      expect((await read("tools", broken)).status).toBe(401);
    }
  });
});

describe("a share reads", () => {
  const LIMITED = { skill: ["a", "b"], version: ["1"], range: "7d" };

  it("what it is limited to, when the question leaves that open", async () => {
    await handler.track({ events: [{ skill: "a", version: "1" }, { skill: "b", version: "1" }, { skill: "b", version: "2" }, { skill: "c", version: "1" }, { skill: "a", version: "1", startedAt: NOW - 8 * DAY_MS }] });
    const { token, limits, expiresAt } = await make(LIMITED);
    const { tools, range, shared }: { tools: { skill: string; calls: number }[]; range: { preset: string }; shared: object } = await (await read("tools", token)).json();
    expect(tools.map(({ skill, calls }) => [skill, calls])).toEqual([["a", 1], ["b", 1]]);
    expect(range.preset).toBe("7d");
    expect(shared).toEqual({ expiresAt, limits, withheld: ["comparedTo", "previous"] });
    const narrowed: { tools: object[] } = await (await read("tools?skill=b&range=24h", token)).json();
    expect(narrowed.tools).toMatchObject([{ skill: "b", calls: 1 }]);
  });

  it.each([
    "tools?skill=c", "tools?skill=a&skill=c", "tools?skill=", "tools?version=2", "tools?range=30d", "tools?from=2026-11-13&to=2026-11-15", "tools?from=2026-11-14&to=2026-11-22",
    "tools?from=1&to=2", "tools?compareFrom=2026-11-01", "skill", "skill?skill=c", "skill?skill=a&range=30d", "calls", "calls?skill=a", "cohorts", "cost", "cost?range=7d", "unknown-to-shares",
  ])("not %s", async (path) => {
    const response = await read(path, (await make(LIMITED)).token);
    // Of two skills that a link allows, a question about one skill has to name one.
    const expected: Record<string, string> = { "unknown-to-shares": "404 not_found", "skill": "400 invalid_query" };
    expect(await codeOf(response)).toBe(expected[path] ?? "403 outside_share");
  });

  it("a fixed range, and what lies within it", async () => {
    const [from, to] = [Date.UTC(2026, 10, 1), Date.UTC(2026, 10, 3)];
    const { token } = await make({ from, to });
    expect(await (await read("tools", token)).json()).toMatchObject({ range: { from, to } });
    expect((await read(`tools?from=${from}&to=${from + DAY_MS}`, token)).status).toBe(200);
    for (const path of [`tools?from=${from - 1}&to=${to}`, `tools?from=${from}&to=${to + 1}`, `tools?from=${from}`, "tools?range=30d"]) expect(await codeOf(await read(path, token))).toBe("403 outside_share");
  });

  it("no single call, no other range, no losses and no costs, and the answer says so", async () => {
    const failure = { skill: "s", outcome: "error", errorMessage: "marker of a message", metadata: { private: "marker of metadata" }, userId: "somebody" };
    const before = ["quiet", "s", "s"].map((skill) => ({ skill, userId: "somebody", startedAt: NOW - 8 * DAY_MS }));
    await handler.track({ events: [failure, ...before], lost: { id: "l1", at: NOW, reasons: { network: 3 } } });
    // With the owner's key the answers have all of it: what is asserted below can fail.
    const questions = ["overview", "summary", "tools", "skill?skill=s", "errors?limit=1", "retention", "timeseries?by=skill"];
    const full = await Promise.all(questions.map(async (path) => (await handler.read(`/analytics/${path}`)).text()));
    const SECRETS = [/marker of a message/, /marker of metadata/, /"(previous)":\{/, /"comparedTo":/, /"isNew":/, /"returningUsers":1/, /"quietSkills":\[\{/, /"changes":\[\{/, /"lost":/, /"costToday":/];
    for (const secret of SECRETS) expect(full.join()).toMatch(secret);

    for (const minGroup of [0, 1]) {
      const { token } = await make({ range: "7d", minGroup });
      const answers = await Promise.all(questions.map(async (path) => (await read(path, token)).text()));
      for (const secret of SECRETS) expect(answers.join()).not.toMatch(secret);
      expect(answers.join()).not.toMatch(/"previous":|quiet"/);
      const [overview, summary, tools, skill, errors] = answers.map((text) => JSON.parse(text));
      expect(overview).toMatchObject({ summary: { calls: 1, errors: 1 }, errors: [], changes: [], quietSkills: [] });
      expect(overview.shared.withheld.sort()).toEqual(["changes", "comparedTo", "costToday", "errors", "lost", "previous", "quietSkills"]);
      expect(summary).toMatchObject({ calls: 1, errors: 1, shared: { withheld: ["comparedTo", "previous", "lost"] } });
      expect(tools).toMatchObject({ tools: [{ skill: "s", calls: 1 }], shared: { withheld: ["comparedTo", "previous"] } });
      expect(skill).toMatchObject({ skill: "s", summary: { calls: 1 }, errorGroups: [{ count: 1, message: null }], calls: [] });
      expect(skill.shared.withheld.sort()).toEqual(["calls", "comparedTo", "isNew", "message", "previous", "returningUsers"]);
      expect(errors).toMatchObject({ errors: [], groups: [{ skill: "s", count: 1, message: null }], cursor: null, shared: { withheld: ["comparedTo", "errors", "message", "isNew"] } });
    }
  });

  it("the only skill that it is limited to, without being asked for it by name", async () => {
    await handler.track({ events: [{ skill: "a" }, { skill: "b" }] });
    const { token } = await make({ skill: ["a"], range: "7d" });
    expect(await (await read("skill", token)).json()).toMatchObject({ skill: "a", summary: { calls: 1 } });
  });

  it("the same whether or not few people stood behind the range before", async () => {
    const people = (from: number, to: number, startedAt: number) => Array.from({ length: to - from }, (_, index) => ({ skill: "s", userId: `u${from + index}`, startedAt }));
    // Retention looks back, as the documents say; rows read and the end of the token are those of the moment.
    const LEFT_ASIDE = new Set(["retention", "days", "newUsers", "rowsRead", "expiresAt"]);
    const tell = async (events: readonly object[]): Promise<unknown[]> => {
      await clearEvents();
      await handler.track({ events: [...people(0, 9, NOW), ...events] });
      const { token } = await make({ range: "24h" });
      const answers = ["overview", "summary", "tools", "skill?skill=s", "errors"].map(async (path) => (await read(path, token)).text());
      return (await Promise.all(answers)).map((text) => JSON.parse(text, (name, value) => (LEFT_ASIDE.has(name) ? undefined : value)));
    };
    const alone = await tell([]);
    expect(await tell(people(20, 22, NOW - 40 * 3_600_000))).toEqual(alone);
    expect(await tell(people(0, 3, NOW - 30 * 3_600_000))).toEqual(alone);
  });

  it("never more than its limits, whatever it asks", () => {
    const names = fc.option(fc.subarray(["a", "b", "c"], { minLength: 1 }), { nil: undefined });
    const range = fc.constantFrom<Pick<ShareLimits, "range" | "from" | "to">>({}, { range: "24h" }, { range: "7d" }, { range: "30d" }, { range: "90d" }, { from: NOW - 9 * DAY_MS, to: NOW - DAY_MS }, { from: NOW - DAY_MS, to: NOW });
    const ask = fc.record({ range, skill: names, source: names });
    fc.assert(
      fc.property(ask, ask, ({ range: limited, ...filters }, { range: asked, ...wanted }) => {
        const limits = { ...limited, ...filters, minGroup: 5 };
        const used = attempt(() => withinShare("tools", { ...asked, ...wanted }, limits, NOW));
        if (used === undefined) return;
        const scope = scopeOf({ ...used, now: NOW });
        if (limited.range !== undefined || limited.from !== undefined) {
          const allowed = scopeOf({ ...limited, now: NOW }).range;
          expect(scope.range.from).toBeGreaterThanOrEqual(allowed.from);
          expect(scope.range.to).toBeLessThanOrEqual(allowed.to);
        }
        for (const name of ["skill", "source"] as const) {
          const values: string[] | null = JSON.parse(scope.filters[name] ?? "null");
          const allowed = filters[name];
          if (allowed !== undefined) expect(values?.every((value) => allowed.includes(value))).toBe(true);
          if (wanted[name] !== undefined) expect(values).toEqual(wanted[name]);
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

function attempt<Value>(work: () => Value): Value | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}
