/**
 * What a request is answered with: the settings, the environment's bindings and secrets, and the moment.
 */
import type { Database } from "../database.ts";
import type { WaitUntil } from "../runtime.ts";
import { metadataKeysOf, type Settings, type TrackingEnv, type TrackingOptions } from "./options.ts";
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
  metadata: "all" | readonly string[];
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
    metadata: metadataKeysOf(options, env),
    now: settings.now(),
  };
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
