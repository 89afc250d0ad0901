/**
 * What a request is answered with: the settings, the environment's bindings and secrets, and the moment.
 */
import type { Database } from "../database.ts";
import type { WaitUntil } from "../runtime.ts";
import type { IdentityMode } from "./identity.ts";
import { choiceOf, IDENTITIES, PRIVACY_SIGNALS, type PrivacySignals, type Settings, type TrackingEnv, type TrackingOptions } from "./options.ts";
import { Problem } from "./problem.ts";
import type { Upkeep } from "./upkeep.ts";

/** What a request is answered with. */
export interface Context {
  settings: Settings;
  upkeep: Upkeep;
  ctx: WaitUntil | undefined;
  db: Database | undefined;
  hashSecret: string | undefined;
  analyticsKey: string | undefined;
  ingestKey: string | undefined;
  adminKey: string | undefined;
  previousHashSecret: string | undefined;
  project: string;
  readonly identity: IdentityMode;
  readonly privacySignals: PrivacySignals;
  now: number;
}

/** Puts together the context of a request. */
export function contextOf(options: TrackingOptions, settings: Settings, env: TrackingEnv, upkeep: Upkeep, ctx: WaitUntil | undefined): Context {
  return {
    settings,
    upkeep,
    ctx,
    db: env.DB,
    hashSecret: options.hashSecret ?? env.TRACK_HASH_SECRET,
    // An empty secret counts as none: it must never open anything.
    analyticsKey: options.analyticsKey || env.TRACK_ANALYTICS_KEY || undefined,
    ingestKey: options.ingestKey || env.TRACK_INGEST_KEY || undefined,
    adminKey: options.adminKey || env.TRACK_ADMIN_KEY || undefined,
    previousHashSecret: options.previousHashSecret || env.TRACK_HASH_SECRET_PREVIOUS || undefined,
    project: options.project ?? env.TRACK_PROJECT ?? "",
    // Read where they are asked for: a misspelt variable is refused there, and breaks nothing else.
    get identity() {
      return fromEnvironment("TRACK_IDENTITY", options.identity ?? env.TRACK_IDENTITY, IDENTITIES);
    },
    get privacySignals() {
      return fromEnvironment("TRACK_PRIVACY_SIGNALS", options.privacySignals ?? env.TRACK_PRIVACY_SIGNALS, PRIVACY_SIGNALS);
    },
    now: settings.now(),
  };
}

function fromEnvironment<Choice extends string>(name: string, value: string | undefined, choices: readonly [Choice, ...Choice[]]): Choice {
  try {
    return choiceOf(name, value, choices);
  } catch (error) {
    throw new Problem("invalid_setting", error instanceof Error ? error.message : name);
  }
}

/** The database, or a refusal that says how to bind one. */
export function databaseOf({ db }: Context): Database {
  if (db !== undefined) return db;
  throw new Problem("database_missing", 'Bind a D1 database as "DB" in wrangler.toml.');
}

/** An answer in JSON. */
export function jsonResponse(body: unknown, status: number): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...ANSWER_HEADERS, "Content-Type": "application/json; charset=utf-8" } });
}

/** Headers of every answer that is no refusal. */
export const ANSWER_HEADERS: Readonly<Record<string, string>> = { "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" };
