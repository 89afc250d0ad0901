/**
 * By what people are told apart: under one key for good (`stable`), or under the key of each UTC day (`daily`).
 *
 * Keys are derived once for each instance of the Worker and kept, since deriving takes longer than using them. Those of a
 * day are dropped with its salt.
 */
import type { Cost, Database } from "../database.ts";
import { deriveKeyring, type Keyring, type Pseudonymizers, pseudonymizersOf, type Secrets } from "../privacy/keyring.ts";
import { DAY_MS, floorTo } from "../rollup/scope.ts";
import { DAILY_UNTIL_SQL, firstSaltedDay, makeSalts, readSalts, type SaltRow } from "./salts.ts";

/** For how long a person keeps a pseudonym: `stable`, until the secret is changed twice; `daily`, for a UTC day. */
export type IdentityMode = "stable" | "daily";

/** How people become pseudonyms. */
export interface IdentityOptions extends Secrets {
  /** Name of the project: two of them under one secret give one person two pseudonyms. @default "" */
  project?: string | undefined;
  /** @default "stable" */
  identity?: IdentityMode | undefined;
}

/** The pseudonyms of one request. */
export interface Identity {
  /** Those of an instant; `null` when nobody may be named any more: the salt of that day is gone. */
  at(instant: number): Pseudonymizers | null;
  /** Those under which an erasure is remembered beside these: of the secret alone, so that it outlives salts and a change of the mode. */
  lasting: Pseudonymizers | null;
  cost: Cost;
}

const NO_COST: Cost = { rowsRead: 0, rowsWritten: 0 };

const encoder = new TextEncoder();

/**
 * Makes the pseudonyms of events that began at some instants. With `daily`, the first event of a day makes its salt: up to
 * two rows written a day.
 *
 * @throws RangeError or SecretsError when the secrets cannot be used, and what D1 throws
 */
export async function identityFor(db: Database, options: IdentityOptions, instants: readonly number[], now: number): Promise<Identity> {
  if (options.identity !== "daily") return stableIdentity(options);
  const first = firstSaltedDay(now);
  const wanted = new Set(instants.map((instant) => floorTo(instant, DAY_MS)).filter((day) => day >= first));
  const { keyrings, cost } = await dailyKeyrings(db, options, [...wanted], now);
  const pseudonymizers = new Map([...keyrings].map(([day, keyring]) => [day, pseudonymizersOf(keyring)]));
  const lasting = instants.length === 0 ? null : pseudonymizersOf(await stableKeyring(options));
  return { at: (instant) => pseudonymizers.get(floorTo(instant, DAY_MS)) ?? null, lasting, cost };
}

/** Every identity under which events may have been stored, with any mode: the stable one, and those of the days whose salts are kept. */
export async function knownIdentities(db: Database, options: Secrets & { project: string }, now: number): Promise<{ identities: Pseudonymizers[]; cost: Cost }> {
  const stable = pseudonymizersOf(await stableKeyring(options));
  const { salts, cost } = await readSalts(db, now);
  const daily = await Promise.all(salts.map(({ salt }) => deriveKeyring(options, encoder.encode(salt))));
  return { identities: [stable, ...daily.map(pseudonymizersOf)], cost };
}

async function stableIdentity(options: IdentityOptions): Promise<Identity> {
  const pseudonymizers = pseudonymizersOf(await stableKeyring(options));
  return { at: () => pseudonymizers, lasting: null, cost: NO_COST };
}

/** The last keyring that was derived. Keys, not promises: those belong to one request. */
let derived: { name: string; keyring: Keyring } | undefined;

async function stableKeyring(options: IdentityOptions): Promise<Keyring> {
  const { project = "" } = options;
  const name = nameOf(options, project);
  const keyring = derived?.name === name ? derived.keyring : await deriveKeyring(options, encoder.encode(project));
  derived = { name, keyring };
  return keyring;
}

function nameOf({ hashSecret, previousHashSecret }: Secrets, salt: string): string {
  return JSON.stringify([hashSecret, previousHashSecret, salt]);
}

/** The keyrings of each database's days, by day. */
const derivedDaily = new WeakMap<Database, Map<number, { secrets: string; keyring: Keyring }>>();

async function dailyKeyrings(db: Database, options: Secrets, days: readonly number[], now: number): Promise<{ keyrings: Map<number, Keyring>; cost: Cost }> {
  const kept = derivedDaily.get(db) ?? new Map<number, { secrets: string; keyring: Keyring }>();
  derivedDaily.set(db, kept);
  for (const day of kept.keys()) if (day < firstSaltedDay(now)) kept.delete(day);
  const secrets = nameOf(options, "");
  const missing = days.filter((day) => kept.get(day)?.secrets !== secrets);
  let made: { salts: SaltRow[]; cost: Cost } = { salts: [], cost: NO_COST };
  if (missing.length > 0) {
    made = await makeSalts(db, missing, now);
    for (const { day, salt } of made.salts) kept.set(day, { secrets, keyring: await deriveKeyring(options, encoder.encode(salt)) });
  }
  return { keyrings: new Map([...kept].map(([day, { keyring }]) => [day, keyring])), cost: made.cost };
}

/** How long what the table said of an earlier daily time is believed: a change of mode is a deployment, whose instances live side by side for minutes. */
const DAILY_UNTIL_MS = 600_000;

const dailyUntilKnown = new WeakMap<Database, { readAt: number; value: number | null }>();

/** Up to when people are known for one UTC day only: for ever with `daily`, up to the change with a `stable` that followed it, else `null`. */
export async function dailyIdentityUntilOf(db: Database, { identity, now }: { identity: IdentityMode; now: number }): Promise<number | null> {
  if (identity === "daily") return Number.POSITIVE_INFINITY;
  const known = dailyUntilKnown.get(db);
  if (known !== undefined && Math.abs(now - known.readAt) < DAILY_UNTIL_MS) return known.value;
  const { results } = await db.prepare(DAILY_UNTIL_SQL).all<{ value: number }>();
  const value = results[0]?.value ?? null;
  dailyUntilKnown.set(db, { readAt: now, value });
  return value;
}
