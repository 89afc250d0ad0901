/**
 * Hostile input: 50,000 bodies, events and query strings, and every naughty string in every field.
 *
 * Whatever comes: no 5xx, no row that reads back differently from what validation made of it, no break in a header or a
 * line of the log, and no prototype touched.
 */
import { env } from "cloudflare:workers";
import * as fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { QUESTIONS } from "../../src/analytics/index.ts";
import { ERROR_MESSAGE_CHARS, ERROR_TYPE_CHARS, LIMITS } from "../../src/event.ts";
import { normalizeId } from "../../src/privacy/pseudonym.ts";
import { scrubText } from "../../src/privacy/scrub.ts";
import { hashUserId } from "../../src/worker.ts";
import { isValidEvent, parseEvent, type ValidEvent } from "../../src/worker/validate.ts";
import { clearEvents, db, handlerOf, migrate } from "../support/database.ts";
import { NAUGHTY_STRINGS } from "../support/naughty-strings.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12, 34, 56, 789);
/** All metadata and all names are kept, so that all of it is put to the test. */
const handler = handlerOf({ now: () => NOW, maxSkillsPerDay: 1_000_000, metadata: "all" });

const FIELDS = ["skill", "id", "startedAt", "durationMs", "clock", "success", "outcome", "errorType", "errorMessage", "userId", "sessionId", "version", "source", "variant", "metadata"];
/** Fields of an event that hold a text of anybody's choice. */
const TEXT_FIELDS = ["skill", "errorType", "errorMessage", "userId", "sessionId", "version", "source", "variant"];

const naughty = fc.constantFrom(...NAUGHTY_STRINGS);
const text = fc.oneof(naughty, fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" }), fc.tuple(naughty, naughty).map((both) => both.join("")));
const number = fc.oneof(fc.double(), fc.integer(), fc.maxSafeInteger(), fc.constantFrom(0, -0, -1, 1e300, 2 ** 53, -(2 ** 63), 8.64e15, 8.64e15 + 1, NOW, NOW + 300_001, NOW - 90 * 86_400_000, 2_592_000_000, 2_592_000_001));
const anything = fc.oneof(text, number, fc.boolean(), fc.constant(null), fc.jsonValue(), fc.dictionary(text, fc.oneof(text, number, fc.jsonValue())), fc.array(text, { maxLength: 4 }));
/** An event of which up to three fields may be anything: with more, nearly none would be taken. */
const hostileEvent = fc.dictionary(fc.constantFrom(...FIELDS, "extra"), anything, { maxKeys: 3 }).map((fields) => ({ skill: "s", ...fields }));
/** An event that is valid but for texts of anybody's choice, so that most of it is stored. */
const storableEvent = fc.record({ ...Object.fromEntries(TEXT_FIELDS.map((field) => [field, text])), skill: fc.oneof(text, fc.constant("s")), outcome: fc.constantFrom("ok", "error", "timeout", undefined), durationMs: fc.nat(10_000), metadata: fc.dictionary(text, anything) }, { requiredKeys: ["skill"] });

const prototypes = [Object, Array, String, Number, Function, Map, Promise, Error].map((constructor) => constructor.prototype);
const namesOf = (): string[][] => prototypes.map((prototype) => Reflect.ownKeys(prototype).map(String));
const namesBefore = namesOf();

let lines: string[];
beforeAll(migrate);
beforeEach(async () => {
  await clearEvents();
  lines = [];
  for (const method of ["log", "error", "warn"] as const) vi.spyOn(console, method).mockImplementation((...words) => void lines.push(words.map(String).join(" ")));
});
afterEach(() => {
  vi.restoreAllMocks();
  for (const line of lines) {
    expect(line).not.toMatch(/[\u0000-\u001f\u007f\u2028\u2029]/);
    expect(JSON.parse(line)).toHaveProperty("trackSkills");
  }
});
afterAll(() => {
  expect(namesOf()).toEqual(namesBefore);
  expect(Reflect.get({}, "polluted")).toBeUndefined();
});

/** Holds an answer to what every answer must be. */
async function expectSound(response: Response): Promise<string> {
  const body = await response.text();
  expect(response.status, body).toBeLessThan(500);
  for (const [name, value] of response.headers) expect(`${name}: ${value}`).toMatch(/^[\x20-\x7e]+$/);
  if (body !== "") expect(JSON.parse(body)).toBeTypeOf("object");
  return body;
}

const post = (body: BodyInit, headers: Record<string, string> = {}, path = "/api/track"): Promise<Response> => handler.fetch(new Request(`https://tracker.example${path}`, { method: "POST", body, headers }), env);

describe("bodies", () => {
  it("20,000 of any bytes", { timeout: 60_000 }, async () => {
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), async (bytes) => void (await expectSound(await post(bytes)))), { numRuns: 20_000 });
  });

  it("4,000 of JSON with a few characters changed, doubled or taken away", { timeout: 120_000 }, async () => {
    const change = fc.tuple(fc.nat(), fc.constantFrom("cut", "double", "replace"), fc.oneof(naughty, fc.constantFrom('"', "{", "}", "[", ",", ":", "1e999", "null", '"__proto__":', '"skill":1,')));
    const changed = fc.tuple(hostileEvent, fc.array(change, { minLength: 1, maxLength: 4 })).map(([event, changes]) =>
      changes.reduce((json, [place, kind, piece]) => {
        const at = place % json.length;
        return json.slice(0, at) + (kind === "replace" ? piece : kind === "double" ? json.slice(Math.max(0, at - 20), at) : "") + json.slice(at + (kind === "double" ? 0 : 1)) || " ";
      }, JSON.stringify(event)),
    );
    await fc.assert(fc.asyncProperty(changed, async (body) => void (await expectSound(await post(body)))), { numRuns: 4_000 });
  });

  it.each([
    ["a key twice", '{"skill":"a","skill":"b","metadata":{"a":1,"a":2}}'],
    ["a prototype of its own", '{"skill":"s","__proto__":{"polluted":1},"metadata":{"__proto__":{"polluted":1},"a":{"constructor":{"prototype":{"polluted":1}}}}}'],
    ["events with a prototype", '{"__proto__":{"events":[{"skill":"s"}]},"events":[{"__proto__":{"skill":"s"}}]}'],
    ["nesting", `{"events":[${'{"metadata":'.repeat(20_000)}1${"}".repeat(20_000)}]}`],
    ["a list in lists", "[".repeat(200_000)],
    ["digits without end", `{"skill":"s","durationMs":${"9".repeat(100_000)}}`],
    ["a byte order mark", '\ufeff{"skill":"s"}'],
  ])("%s", async (_name, body) => void (await expectSound(await post(body))));

  it.each([
    ["UTF-8 cut within a character", [0x7b, 0x22, 0xf0, 0x9f, 0x98]],
    ["UTF-8 that is too long", [0x22, 0xc0, 0x80, 0x22]],
    ["surrogates in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00, 0x7d, 0x00]],
    ["gzip", [0x1f, 0x8b, 0x08, 0x00]],
  ])("%s", async (_name, bytes) => void (await expectSound(await post(new Uint8Array(bytes)))));

  it("headers of any kind change nothing", async () => {
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)) });
    await fc.assert(
      fc.asyncProperty(value, fc.constantFrom("Origin", "Authorization", "Content-Type", "X-Track-User", "Content-Length", "Sec-GPC"), fc.constantFrom("/api/track", "/hooks/claude-code"), async (header, name, path) => {
        await expectSound(await post('{"hook_event_name":"none"}', { [name]: header }, path));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe("events", () => {
  it("every naughty string in every field, and as a name and a value of metadata", { timeout: 60_000 }, async () => {
    const events = NAUGHTY_STRINGS.flatMap((string) => [...FIELDS.map((field) => ({ skill: "s", [field]: string })), ...[{ [string]: 1 }, { a: string }, { a: { [string]: [string] } }].map((metadata) => ({ skill: "s", metadata }))]);
    expect(await storeAndReadBack(events)).toBeGreaterThan(events.length / 2);
  });

  it("10,000 with texts of anybody's choice", { timeout: 120_000 }, async () => {
    const stored = await storeAndReadBack(fc.sample(storableEvent, 10_000));
    expect(stored).toBeGreaterThan(3_000);
  });

  it("6,000 with anything in up to three fields", { timeout: 120_000 }, async () => {
    expect(await storeAndReadBack(fc.sample(hostileEvent, 6_000))).toBeGreaterThan(1_000);
  });
});

/** Sends events in batches and compares the rows with what validation and scrubbing make of the events. Gives the number of rows. */
async function storeAndReadBack(events: readonly Record<string, unknown>[]): Promise<number> {
  let stored = 0;
  const named = events.map((event, index) => ({ ...event, id: event["id"] ?? `fuzz-${index}` }));
  for (let first = 0; first < named.length; first += 100) {
    await clearEvents();
    const body = JSON.stringify({ events: named.slice(first, first + 100) });
    const sent: { events: unknown[] } = JSON.parse(body);
    await expectSound(await post(body));
    const { results } = await db.prepare("SELECT * FROM skill_usage_events").all();
    const rows = new Map(results.map((row) => [`${row["started_at"]} ${row["event_id"]}`, row]));
    const expected = new Set<string>();
    for (const event of sent.events) {
      const parsed = parseEvent(event, { now: NOW, rawRetentionDays: 90, makeId: () => "" });
      if (!isValidEvent(parsed)) continue;
      const key = `${parsed.startedAt} ${parsed.id}`;
      if (!expected.has(key)) await expectRow(rows.get(key), parsed);
      expected.add(key);
    }
    expect(rows.size).toBe(expected.size);
    stored += rows.size;
  }
  return stored;
}

/** Compares a row with the event that it must hold. */
async function expectRow(row: Record<string, unknown> | undefined, event: ValidEvent): Promise<void> {
  const { skill, startedAt, durationMs, outcome, version, source, variant, userId, sessionId, errorType, errorMessage, metadata } = event;
  expect(row).toMatchObject({ skill, started_at: startedAt, duration_ms: durationMs, outcome, version, source, variant });
  expect(row?.["user_hash"]).toBe(userId === null ? null : await hashUserId(HASH_SECRET, normalizeId(userId)));
  expect(row?.["session_hash"] === null).toBe(sessionId === null);
  for (const [column, source, maxChars] of [["error_type", errorType, ERROR_TYPE_CHARS], ["error_message", errorMessage, ERROR_MESSAGE_CHARS]] as const) {
    const stored = row?.[column];
    if (source === null) expect(stored).toBeNull();
    else expect(stored).toBe(withoutHalf(scrubText(withoutHalf(source.slice(0, 8 * ERROR_MESSAGE_CHARS))).slice(0, maxChars)));
  }
  const json = row?.["metadata"];
  if (typeof json === "string") {
    expect(new TextEncoder().encode(json).byteLength).toBeLessThanOrEqual(LIMITS.metadataBytes);
    // The V8 of Node 24 reads a name that is one escaped control character as a backslash now and then: of random objects with
    // many such names one in seven came back changed from JSON.stringify and JSON.parse alone, with Node 20 none of 600,000.
    if (!/"\\u00[01][\da-f]":/.test(json)) expect(JSON.stringify(JSON.parse(json))).toBe(json);
  } else {
    expect(json).toBeNull();
    // A count of nothing dropped says nothing, and is not kept.
    expect(Object.keys(metadata ?? {}).filter((key) => key !== "_dropped")).toEqual([]);
  }
  for (const [column, value] of Object.entries(row ?? {})) {
    if (typeof value !== "string") continue;
    expect(value.isWellFormed()).toBe(true);
    // JSON escapes what SQLite's own tools would stumble over, and leaves the rest of the control characters as they are.
    expect(value).not.toMatch(column === "metadata" ? /[\u0000-\u001f]/ : /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
  }
}

/** A cut text without the half of a character at its end. */
const withoutHalf = (cutText: string): string => cutText.replace(/[\ud800-\udbff]$/, "");

describe("query strings", () => {
  const NAMES = [
    ...["range", "from", "to", "compareFrom", "limit", "cursor", "by", "skill", "version", "source", "variant"],
    ...["outcome", "fingerprint", "groups", "weeks"],
  ];
  const name = fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...NAMES) }, { weight: 1, arbitrary: text });
  const value = fc.oneof(text, number.map(String), fc.constantFrom("24h", "7d", "90d", "skill", "2026-11-19", "2026-11-20T00:00:00Z", "-1", "0", "12", "500", "501", "1e2", "error", "0123456789abcdef"));
  const escaped = fc.array(fc.tuple(name, value), { maxLength: 4 }).map((pairs) => pairs.map(([key, item]) => `${encodeURIComponent(key.toWellFormed())}=${encodeURIComponent(item.toWellFormed())}`).join("&"));
  const raw = fc.array(text, { maxLength: 3 }).map((texts) => texts.join("&"));
  const question = fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...Object.keys(QUESTIONS)) }, { weight: 1, arbitrary: text });

  it("14,000 to every question", { timeout: 180_000 }, async () => {
    const headers = { Authorization: `Bearer ${ANALYTICS_KEY}` };
    await fc.assert(
      fc.asyncProperty(question, fc.oneof(escaped, raw), async (path, search) => {
        const url = URL.parse(`https://tracker.example/analytics/${path}?${search}`);
        if (url !== null) await expectSound(await handler.fetch(new Request(url, { headers }), env));
      }),
      { numRuns: 14_000 },
    );
  });
});
