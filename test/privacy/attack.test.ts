/**
 * The dictionary attack: who holds a full dump and a list of addresses hashes the list and looks for the results.
 *
 * The attacker knows this code, and all but the secret. The same attack is let loose on twins of the database whose ids
 * are hashed without a key, and with the key: an attack that finds nothing anywhere would prove nothing.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { deriveKeys, hashUserId, pseudonymizerOf } from "../../src/privacy/pseudonym.ts";
import type { TrackingOptions } from "../../src/worker/options.ts";
import { clearEvents, db, handlerOf, migrate } from "../support/database.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const PEOPLE = 1_000;
const CANDIDATES: readonly string[] = Array.from({ length: 10_000 }, (_, index) => `Person.${index * 7919}@mail${index % 13}.example`);
/** Every tenth candidate is in the database. */
const members = CANDIDATES.filter((_, index) => index % 10 === 0);

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const digest = async (algorithm: string, text: string): Promise<Uint8Array> => new Uint8Array(await crypto.subtle.digest(algorithm, encode(text)));
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll("=", "");
const base64url = (bytes: Uint8Array): string => base64(bytes).replaceAll("+", "-").replaceAll("/", "_");

type Hash = (id: string) => Promise<Uint8Array>;

/** An empty key is the same as one of zeros: HMAC fills keys up with zeros (RFC 2104, section 2). */
const OBVIOUS_KEYS = ["\0", "secret", "salt", "changeme", "default-salt-change-me", "track-skills", "track-skills/uid/v1", "TRACK_HASH_SECRET"];

async function attackerHashes(): Promise<Hash[]> {
  const hashes: Hash[] = ["SHA-256", "SHA-1", "SHA-512", "MD5"].map((algorithm) => (id) => digest(algorithm, id));
  for (const prefix of ["user:", "track-skills/uid/v1"]) hashes.push((id) => digest("SHA-256", prefix + id));
  return [...hashes, ...(await Promise.all(OBVIOUS_KEYS.map(hmacUnder)))];
}

async function hmacUnder(secret: string): Promise<Hash> {
  const key = await crypto.subtle.importKey("raw", encode(secret), { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return async (id) => new Uint8Array(await crypto.subtle.sign("HMAC", key, encode(id)));
}

/** With daily pseudonyms the attacker takes the salts of the dump for keys, as they are and as bytes. */
async function saltHashes(): Promise<Hash[]> {
  const { results } = await db.prepare("SELECT salt FROM skill_usage_salts").all<{ salt: string }>();
  return Promise.all(results.map(({ salt }) => hmacUnder(salt)));
}

/** Everything that the database holds, as the texts of which it consists. */
async function dump(): Promise<Set<string>> {
  const { results: tables } = await db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'skill\\_%' ESCAPE '\\'").all<{ name: string }>();
  const texts = new Set<string>();
  for (const { name } of tables) {
    const { results } = await db.prepare(`SELECT * FROM ${name}`).all();
    for (const text of JSON.stringify(results).split(/[^\w+/=@.-]+/)) texts.add(text);
  }
  return texts;
}

/** Eight characters of any hash name one of 10,000 people. */
const SHORTEST_CUT = 8;

/** The candidates that an attacker finds in a dump. */
async function recover(texts: ReadonlySet<string>, hashes: readonly Hash[]): Promise<string[]> {
  const byBeginning = Map.groupBy([...texts, ...Array.from(texts, (text) => text.slice(1))], (text) => text.slice(0, SHORTEST_CUT));
  // A hash may be stored whole, or cut to any length.
  // A pseudonym's first character is its key id, which the attacker of this code leaves away.
  const isStored = (guess: string): boolean => byBeginning.get(guess.slice(0, SHORTEST_CUT))?.some((text) => text.length >= SHORTEST_CUT && guess.startsWith(text)) ?? false;
  const recovered: string[] = [];
  for (const candidate of CANDIDATES) {
    const spellings = [candidate, candidate.toLowerCase()];
    const made = await Promise.all(hashes.flatMap((hash) => spellings.map(hash)));
    const guesses = [...spellings, ...made.flatMap((bytes) => [hex(bytes), hex(bytes).toUpperCase(), base64(bytes), base64url(bytes)])];
    if (guesses.some(isStored)) recovered.push(candidate);
  }
  return recovered;
}

/** Stores the people under ids that another design would have given them. */
async function rehash(design: (id: string) => Promise<string>): Promise<void> {
  const pairs = await Promise.all(members.map(async (id) => [await hashUserId(HASH_SECRET, id), await design(id.toLowerCase())]));
  const renamed = "(SELECT value ->> 1 FROM json_each(?1) WHERE value ->> 0 = user_hash)";
  await db.prepare(`UPDATE skill_usage_people SET user_hash = ${renamed}`).bind(JSON.stringify(pairs)).run();
  await db.prepare(`UPDATE skill_usage_events SET user_hash = ${renamed}`).bind(JSON.stringify(pairs)).run();
}

async function storePeople(options: TrackingOptions = {}): Promise<void> {
  await clearEvents();
  const handler = handlerOf({ metadata: "all", ...options });
  for (let first = 0; first < PEOPLE; first += 500) {
    const events = members.slice(first, first + 500).map((userId, index) => ({ skill: "s", userId, sessionId: userId, outcome: index % 2 ? "ok" : "error", errorMessage: `No answer for ${userId}`, metadata: { by: userId } }));
    expect(await (await handler.track({ events })).json()).toMatchObject({ accepted: 500 });
  }
  await runCron(options);
}

async function runCron(options: TrackingOptions): Promise<void> {
  const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
  await handlerOf(options).scheduled(undefined, env);
  log.mockRestore();
}

beforeAll(migrate);

describe("from a full dump and 10,000 candidates of which 1,000 are in it", () => {
  it("an attacker without the key recovers none", { timeout: 120_000 }, async () => {
    await storePeople();
    const texts = await dump();
    expect(texts.has(await hashUserId(HASH_SECRET, members[0] ?? ""))).toBe(true);
    expect(await recover(texts, await attackerHashes())).toEqual([]);
  });

  // One test: an instance of the Worker remembers the salts of its database, so that this one cannot be emptied between two.
  it("nor from daily pseudonyms, with the day's salt in the dump; and after 48 hours not even with the secret: the salt is in no dump any more", { timeout: 120_000 }, async () => {
    await storePeople({ identity: "daily" });
    const texts = await dump();
    const hashes = [...(await attackerHashes()), ...(await saltHashes())];
    expect(hashes.length).toBeGreaterThan((await attackerHashes()).length);
    expect(await recover(texts, hashes)).toEqual([]);

    const kept = await db.prepare("SELECT salt FROM skill_usage_salts").all<{ salt: string }>();
    const holderOfSecretAnd = async (salts: readonly string[]): Promise<string[]> => {
      const texts = await dump();
      const keys = await Promise.all(["", ...salts].map((salt) => deriveKeys(HASH_SECRET, encode(salt))));
      const found = await Promise.all(CANDIDATES.map(async (id) => (await Promise.all(keys.map((key) => pseudonymizerOf(key).pseudonym("user", id)))).some((hash) => texts.has(hash))));
      return CANDIDATES.filter((_, index) => found[index]);
    };
    const salts = async () => (await db.prepare("SELECT salt FROM skill_usage_salts").all<{ salt: string }>()).results.map(({ salt }) => salt);
    expect(await holderOfSecretAnd(await salts())).toEqual(members);
    await runCron({ identity: "daily", now: () => Date.now() + 3 * 86_400_000 });
    expect(await salts()).toEqual([]);
    for (const { salt } of kept.results) expect([...(await dump())].join("\n")).not.toContain(salt);
    expect(await holderOfSecretAnd([])).toEqual([]);
  });

  it("the secret is in no table", async () => {
    const secret = encode(HASH_SECRET);
    const all = [...(await dump())].join("\n");
    for (const form of [HASH_SECRET, hex(secret), base64(secret), base64url(secret), hex(await digest("SHA-256", HASH_SECRET))]) expect(all).not.toContain(form);
  });

  it.each<[string, (id: string) => Promise<string>]>([
    ["SHA-256 in hex", async (id) => hex(await digest("SHA-256", id))],
    ["SHA-256 in base64url, cut to 22 characters", async (id) => base64url(await digest("SHA-256", id)).slice(0, 22)],
    ["HMAC under a default key", async (id) => hex(await (await hmacUnder("default-salt-change-me"))(id)).slice(0, 32)],
  ])("the same attacker recovers all of a design by %s", { timeout: 120_000 }, async (_name, design) => {
    await storePeople();
    await rehash(design);
    expect((await recover(await dump(), await attackerHashes())).toSorted()).toEqual(members.toSorted());
  });

  it("whoever holds the secret recovers all: a pseudonym is personal data", async () => {
    await storePeople();
    const texts = await dump();
    const known = await Promise.all(CANDIDATES.map(async (id) => texts.has(await hashUserId(HASH_SECRET, id))));
    expect(CANDIDATES.filter((_, index) => known[index])).toEqual(members);
  });
});
