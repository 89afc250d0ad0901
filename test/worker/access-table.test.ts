/**
 * Who may do what: every route and every kind of key, in one table. A route that is not in it fails the last test.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import type { CallContext } from "../../src/worker/access/caller.ts";
import type { TrackingOptions } from "../../src/worker/options.ts";
import { foundTeam, type Team } from "../support/cloudflare-access.ts";
import { handlerOf, migrate } from "../support/database.ts";
import { ADMIN_KEY, ANALYTICS_KEY, INGEST_KEY } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const DAY_MS = 86_400_000;

/** What each column of the tables asks for. */
const ROUTES: Readonly<Record<string, { path: string; body?: string }>> = {
  track: { path: "/api/track", body: '{"skill":"s"}' },
  hooks: { path: "/hooks/claude-code", body: "{}" },
  logs: { path: "/v1/logs", body: "{}" },
  traces: { path: "/v1/traces", body: "{}" },
  tools: { path: "/analytics/tools" },
  errors: { path: "/analytics/errors" },
  cost: { path: "/analytics/cost" },
  calls: { path: "/analytics/calls" },
  cohorts: { path: "/analytics/cohorts" },
  share: { path: "/api/share", body: '{"range":"7d"}' },
  export: { path: "/api/subjects/export", body: '{"userId":"u"}' },
  erase: { path: "/api/subjects/erase", body: '{"userId":"u"}' },
  health: { path: "/api/health" },
  gpc: { path: "/.well-known/gpc.json" },
};

/** A way to come. */
interface Key {
  headers?: Record<string, string>;
  query?: string;
  props?: unknown;
}

const bearer = (key: string): Key => ({ headers: { Authorization: `Bearer ${key}` } });
const assertion = (token: string): Key => ({ headers: { "Cf-Access-Jwt-Assertion": token } });

const OPTIONS: TrackingOptions = {
  ingestKey: INGEST_KEY,
  adminKey: ADMIN_KEY,
  analyticsKeys: { team: "key-of-the-team-0123456789" },
  now: () => NOW,
};

let team: Team;
const keys: Record<string, Key> = {};

beforeAll(async () => {
  await migrate();
  vi.spyOn(console, "log").mockImplementation(() => {});
  team = await foundTeam();
  const makeShare = async (now: number): Promise<{ token: string; id: string }> => {
    const headers = { Authorization: `Bearer ${ANALYTICS_KEY}` };
    const request = new Request("https://tracker.example/api/share", { method: "POST", body: '{"skill":["s"],"expiresInDays":7}', headers });
    return (await handlerOf({ now: () => now }).fetch(request, env)).json();
  };
  const [share, expired, revoked] = [await makeShare(NOW), await makeShare(NOW - 8 * DAY_MS), await makeShare(NOW)];
  OPTIONS.revokedShares = [revoked.id];
  OPTIONS.access = team.access;
  Object.assign(keys, {
    none: {},
    wrong: bearer("wrong-key-0123456789"),
    analytics: bearer(ANALYTICS_KEY),
    named: bearer("key-of-the-team-0123456789"),
    withdrawn: bearer("key-of-the-board-0123456789"),
    ingest: bearer(INGEST_KEY),
    admin: bearer(ADMIN_KEY),
    "access": assertion(await team.token(NOW)),
    "access, expired": assertion(await team.token(NOW - DAY_MS)),
    "access, other app": assertion(await team.token(NOW, { aud: ["other"] })),
    "access, forged": assertion(await team.forgedToken(NOW)),
    "access, unsigned": assertion(await team.token(NOW, {}, { alg: "none" })),
    "access, wrong key": { headers: { ...assertion(await team.token(NOW)).headers, ...bearer("wrong").headers } },
    "share": bearer(share.token),
    "share, outside": { ...bearer(share.token), query: "?skill=t" },
    "share, expired": bearer(expired.token),
    "share, tampered": bearer(share.token.replace("share.e", "share.f")),
    "share, revoked": bearer(revoked.token),
    "service, analytics": { props: { trackSkills: { analytics: true } } },
    "service, ingest": { props: { trackSkills: { ingest: true } } },
    "service, other": { props: { analytics: true, trackSkills: "analytics" } },
  } satisfies Record<string, Key>);
});

/** The rows of a table: the name of a key, then a status for each column. */
function rowsOf(table: string): { name: string; expected: Record<string, string> }[] {
  const [head = "", ...rows] = table.trim().split("\n");
  const columns = head.split("|")[1]?.trim().split(/\s+/) ?? [];
  return rows.map((row) => {
    const [name = "", statuses = ""] = row.split("|").map((part) => part.trim());
    return { name, expected: Object.fromEntries(statuses.split(/\s+/).map((status, index) => [columns[index] ?? "", status])) };
  });
}

async function statusesOf(name: string, columns: readonly string[], options: TrackingOptions): Promise<Record<string, string>> {
  const handler = handlerOf(options);
  const { headers = {}, query = "", props } = keys[name] ?? { headers: { Authorization: "Bearer not in the list" } };
  const ctx: CallContext = { waitUntil: () => {}, props };
  const statuses: Record<string, string> = {};
  for (const column of columns) {
    const { path, body } = ROUTES[column] ?? { path: "/unknown" };
    const init = body === undefined ? { headers } : { method: "POST", body, headers: { ...headers, "Content-Type": "application/json" } };
    const response = await handler.fetch(new Request(`https://tracker.example${path}${query}`, init), env, ctx);
    await response.body?.cancel();
    statuses[column] = String(response.status);
  }
  return statuses;
}

const WITH_KEYS = `
                   | track hooks logs traces   tools errors cost  calls cohorts   share   export erase   health   gpc
none               | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
wrong              | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
analytics          | 401   401   401  401      200   200    200   200   200       200     401    401     200      200
named              | 401   401   401  401      200   200    200   200   200       200     401    401     200      200
withdrawn          | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
ingest             | 202   204   200  200      401   401    401   401   401       401     401    401     200      200
admin              | 401   401   401  401      401   401    401   401   401       401     200    200     200      200
access             | 401   401   401  401      200   200    200   200   200       200     401    401     200      200
access, expired    | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
access, other app  | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
access, forged     | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
access, unsigned   | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
access, wrong key  | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
share              | 401   401   401  401      200   200    403   403   403       403     401    401     200      200
share, outside     | 401   401   401  401      403   403    403   403   403       403     401    401     200      200
share, expired     | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
share, tampered    | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
share, revoked     | 401   401   401  401      401   401    401   401   401       401     401    401     200      200
service, analytics | 401   401   401  401      200   200    200   200   200       200     401    401     200      200
service, ingest    | 202   204   200  200      401   401    401   401   401       401     401    401     200      200
service, other     | 401   401   401  401      401   401    401   401   401       401     401    401     200      200`;

/** Reading needs no key then. Making shares does, and a share in force stays within its limits. */
const WITH_PUBLIC_ANALYTICS = `
                   | track hooks logs traces   tools errors cost  calls cohorts   share   export erase   health   gpc
none               | 401   401   401  401      200   200    200   200   200       401     401    401     200      200
wrong              | 401   401   401  401      200   200    200   200   200       401     401    401     200      200
analytics          | 401   401   401  401      200   200    200   200   200       200     401    401     200      200
access, expired    | 401   401   401  401      200   200    200   200   200       401     401    401     200      200
share              | 401   401   401  401      200   200    403   403   403       403     401    401     200      200
share, outside     | 401   401   401  401      403   403    403   403   403       403     401    401     200      200
share, expired     | 401   401   401  401      200   200    200   200   200       401     401    401     200      200`;

/** Nothing but the hash secret: events come in, and what has no key says which one to set. */
const WITHOUT_KEYS = `
                   | track hooks logs traces   tools errors cost  calls cohorts   share   export erase   health   gpc
none               | 202   204   200  200      503   503    503   503   503       503     503    503     200      200
wrong              | 202   204   200  200      503   503    503   503   503       503     503    503     200      200
access             | 202   204   200  200      503   503    503   503   503       503     503    503     200      200
share              | 202   204   200  200      200   200    403   403   403       403     503    503     200      200
service, analytics | 202   204   200  200      200   200    200   200   200       200     503    503     200      200`;

describe.each([
  ["with every kind of key set", WITH_KEYS, () => OPTIONS],
  ["with publicAnalytics", WITH_PUBLIC_ANALYTICS, () => ({ ...OPTIONS, publicAnalytics: true })],
  ["without any key", WITHOUT_KEYS, () => ({ analyticsKey: "", adminKey: "", now: () => NOW })],
])("%s", (_title, table, options) => {
  it.each(rowsOf(table))("$name", async ({ name, expected }) => {
    expect(Object.keys(keys)).toContain(name);
    expect(await statusesOf(name, Object.keys(expected), options())).toEqual(expected);
  });
});

it("every route and every kind of key is in the table", async () => {
  const { default: handlerSource } = await import("../../src/worker/handler.ts?raw");
  const served = [...handlerSource.matchAll(/case "(\/[^"]+)":/g)].map(([, path]) => path);
  expect(served.length).toBeGreaterThanOrEqual(8);
  const paths = Object.values(ROUTES).map(({ path }) => path).filter((path) => !path.startsWith("/analytics/"));
  expect(paths.sort()).toEqual(served.sort());
  const rows = rowsOf(WITH_KEYS);
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(keys));
  for (const { expected } of rows) expect(Object.keys(expected)).toEqual(Object.keys(ROUTES));
});
