/**
 * Nothing secret leaves by the back door: whatever stands in a header, a cookie, a body or a setting is in no line of the log
 * and in no answer, and every answer carries the headers that keep it where it belongs.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import dashboardHeaders from "../../dashboard/_headers?raw";
import type { Database } from "../../src/database.ts";
import type { TrackingEnv } from "../../src/worker/options.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import { foundTeam } from "../support/cloudflare-access.ts";
import { clearEvents, db, migrate } from "../support/database.ts";

const NOW = Date.UTC(2026, 10, 20, 12);

/** A body as text, whatever its type. */
const textOf = async (response: Response): Promise<string> => new TextDecoder().decode(await response.arrayBuffer());

/** A text that stands nowhere else. */
const marked = (what: string): string => `MARKER-of-the-${what}-0123456789abcdef`;

const SETTINGS: TrackingEnv = {
  DB: env.DB,
  TRACK_HASH_SECRET: marked("hash-secret"),
  TRACK_ANALYTICS_KEY: marked("analytics-key"),
  TRACK_ANALYTICS_KEYS: `team:${marked("team-key")}`,
  TRACK_INGEST_KEY: marked("ingest-key"),
  TRACK_ADMIN_KEY: marked("admin-key"),
  TRACK_RATE_LIMIT: { limit: () => Promise.reject(new Error("limiter down")) },
};

const PATHS = ["/api/track", "/hooks/claude-code", "/v1/logs", "/v1/traces", "/api/share", "/api/subjects/export", "/api/subjects/erase", "/api/health", "/analytics/overview", "/analytics/errors", "/analytics/cost", "/analytics/unknown", "/elsewhere"];

const BODIES = [
  JSON.stringify({ skill: "s", userId: marked("user"), sessionId: marked("session"), key: marked("body-key") }),
  JSON.stringify({ events: [{ skill: "", userId: marked("user") }], key: marked("ingest-key") }),
  JSON.stringify({ userId: marked("user"), cursor: marked("cursor") }),
  JSON.stringify({ userId: marked("user") }),
  JSON.stringify({ range: marked("range") }),
  JSON.stringify({ [marked("field")]: 1 }),
  `${marked("text")} that is no JSON`,
];

let lines: string[];
beforeAll(migrate);
beforeEach(async () => {
  await clearEvents();
  lines = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const) vi.spyOn(console, method).mockImplementation((...words) => void lines.push(words.map(String).join(" ")));
});
afterEach(() => void vi.restoreAllMocks());

/** A database that fails with what it was asked, as badly as a database can. */
const telling: Database = {
  prepare: (sql) => db.prepare(sql),
  batch: () => Promise.reject(new Error("D1_ERROR: no such table: skill_usage_events")),
};

describe("keys, ids and bodies", () => {
  it.each([["the database works", SETTINGS], ["the database fails", { ...SETTINGS, DB: telling }], ["the settings are wrong", { ...SETTINGS, TRACK_ANALYTICS_KEYS: marked("bad-setting") }]])(
    "are in no answer and no line of the log, when %s",
    async (_name, settings) => {
      const team = await foundTeam();
      const handler = createTrackingHandler({ now: () => NOW, access: team.access });
      const credentials = [undefined, ...["wrong-key", "analytics-key", "team-key", "ingest-key", "admin-key"].map(marked), `share.${marked("payload")}.${marked("signature")}`];
      let answers = 0;
      for (const path of PATHS) {
        for (const credential of credentials) {
          for (const body of [undefined, ...BODIES]) {
            const headers = {
              "Content-Type": "application/json",
              "CF-Connecting-IP": "192.0.2.77",
              "X-Track-User": marked("hook-user"),
              Cookie: `CF_Authorization=${marked("cookie")}`,
              "Cf-Access-Jwt-Assertion": await team.token(NOW),
              ...(credential !== undefined && { Authorization: `Bearer ${credential}` }),
            };
            const init = body === undefined ? { headers } : { method: "POST", body, headers };
            const response = await handler.fetch(new Request(`https://tracker.example${path}?skill=${marked("filter")}`, init), settings);
            const text = `${JSON.stringify([...response.headers])} ${await textOf(response)}`;
            expect(text).not.toMatch(/MARKER|jane@example\.com|192\.0\.2/);
            answers += 1;
          }
        }
      }
      expect(answers).toBe(PATHS.length * 7 * 8);
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.filter((line) => /MARKER|jane@example\.com|192\.0\.2/.test(line))).toEqual([]);
      for (const line of lines) expect(JSON.parse(line)).toHaveProperty("trackSkills");
    },
  );

  it("are found by this test where they are: the token of a share is in its answer, and not in the log", async () => {
    const handler = createTrackingHandler({ now: () => NOW });
    const init = { method: "POST", body: "{}", headers: { Authorization: `Bearer ${marked("team-key")}` } };
    const { token }: { token: string } = await (await handler.fetch(new Request("https://tracker.example/api/share", init), SETTINGS)).json();
    expect(token).toMatch(/^share\./);
    expect(lines.join()).toContain('"by":"team"');
    expect(lines.join()).not.toContain(token.split(".")[1]);
  });
});

describe("every answer", () => {
  const HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
  };

  it.each(PATHS.flatMap((path) => ["GET", "HEAD", "POST", "PUT", "OPTIONS"].map((method) => [method, path] as const)))("to %s %s is kept nowhere, framed nowhere, listed nowhere and read as what it is", async (method, path) => {
    const handler = createTrackingHandler({ now: () => NOW });
    for (const key of ["analytics-key", "ingest-key", "admin-key", "wrong-key"]) {
      const headers = { Authorization: `Bearer ${marked(key)}`, "Content-Type": "application/json", Origin: "https://tracker.example" };
      const init = method === "POST" || method === "PUT" ? { method, headers, body: '{"userId":"u","skill":"s"}' } : { method, headers };
      const response = await handler.fetch(new Request(`https://tracker.example${path}`, init), SETTINGS);
      await response.body?.cancel();
      expect(Object.fromEntries(response.headers)).toMatchObject(HEADERS);
    }
  });
});

it("the dashboard's files run no foreign script, send no form, stand in no frame and tell no other site of themselves", () => {
  const headers = new Map(dashboardHeaders.trim().split("\n").slice(1).map((line): [string, string] => {
    const [name = "", ...value] = line.trim().split(": ");
    return [name, value.join(": ")];
  }));
  const policy = new Map((headers.get("Content-Security-Policy") ?? "").split("; ").map((directive): [string, string] => {
    const [name = "", ...sources] = directive.split(" ");
    return [name, sources.join(" ")];
  }));
  expect(Object.fromEntries(policy)).toEqual({
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    // The tracker may be elsewhere, but not where a key would travel in the clear.
    "connect-src": "'self' https: http://localhost:* http://127.0.0.1:*",
    "base-uri": "'none'",
    "form-action": "'none'",
    "frame-ancestors": "'none'",
  });
  expect([...headers.keys()].sort()).toEqual(["Content-Security-Policy", "Cross-Origin-Opener-Policy", "Cross-Origin-Resource-Policy", "Permissions-Policy", "Referrer-Policy", "X-Content-Type-Options", "X-Frame-Options"]);
});
