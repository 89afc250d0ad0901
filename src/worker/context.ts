/**
 * What a request is answered with: the settings, the environment's bindings and secrets, who calls, and the moment.
 */
import type { Database } from "../database.ts";
import { type CallContext, type Caller, callerOf } from "./access/caller.ts";
import { AccessKeys, type AccessOptions } from "./access/cloudflare-access.ts";
import { warnOfShortKey } from "./access/keys.ts";
import type { RateLimiter } from "./access/rate-limit.ts";
import type { IdentityMode } from "./identity.ts";
import { choiceOf, IDENTITIES, metadataKeysOf, PRIVACY_SIGNALS, type PrivacySignals, type Settings, settingsOf, type TrackingEnv, type TrackingOptions } from "./options.ts";
import { Problem } from "./problem.ts";
import { SkillNames } from "./skill-names.ts";
import { Upkeep } from "./upkeep.ts";

/** What lives as long as an instance of the Worker. */
export interface Instance {
  settings: Settings;
  upkeep: Upkeep;
  accessKeys: AccessKeys;
  skillNames: SkillNames;
}

/** What a request is answered with. */
export interface Context extends Instance {
  ctx: CallContext | undefined;
  caller: Caller;
  db: Database | undefined;
  hashSecret: string | undefined;
  analyticsKey: string | undefined;
  /** As set: read when somebody asks to read. */
  analyticsKeys: string | Readonly<Record<string, string>> | undefined;
  access: AccessOptions | undefined;
  revokedShares: readonly string[];
  ingestKey: string | undefined;
  adminKey: string | undefined;
  rateLimiter: RateLimiter | undefined;
  metadata: "all" | readonly string[];
  previousHashSecret: string | undefined;
  project: string;
  readonly identity: IdentityMode;
  readonly privacySignals: PrivacySignals;
  now: number;
}

/**
 * Makes an instance.
 *
 * @throws TypeError naming the option that is wrong
 */
export function instanceOf(options: TrackingOptions): Instance {
  const settings = settingsOf(options);
  return {
    settings,
    upkeep: new Upkeep(settings),
    accessKeys: new AccessKeys(options.access?.fetch),
    skillNames: new SkillNames(settings.maxSkillsPerDay),
  };
}

/** Puts together the context of a request. */
export function contextOf(options: TrackingOptions, instance: Instance, env: TrackingEnv, ctx: CallContext | undefined): Context {
  // An empty secret counts as none: it must never open anything.
  const keys = {
    analyticsKey: options.analyticsKey || env.TRACK_ANALYTICS_KEY || undefined,
    ingestKey: options.ingestKey || env.TRACK_INGEST_KEY || undefined,
    adminKey: options.adminKey || env.TRACK_ADMIN_KEY || undefined,
  };
  for (const [name, key] of Object.entries(keys)) warnOfShortKey(name, key);
  return {
    ...instance,
    ...keys,
    ctx,
    caller: callerOf(ctx),
    db: env.DB,
    hashSecret: options.hashSecret ?? env.TRACK_HASH_SECRET,
    previousHashSecret: options.previousHashSecret || env.TRACK_HASH_SECRET_PREVIOUS || undefined,
    project: options.project ?? env.TRACK_PROJECT ?? "",
    // Read where they are asked for: a misspelt variable is refused there, and breaks nothing else.
    get identity() {
      return fromEnvironment("TRACK_IDENTITY", options.identity ?? env.TRACK_IDENTITY, IDENTITIES);
    },
    get privacySignals() {
      return fromEnvironment("TRACK_PRIVACY_SIGNALS", options.privacySignals ?? env.TRACK_PRIVACY_SIGNALS, PRIVACY_SIGNALS);
    },
    analyticsKeys: options.analyticsKeys ?? env.TRACK_ANALYTICS_KEYS,
    access: options.access ?? accessOf(env),
    revokedShares: options.revokedShares ?? (env.TRACK_REVOKED_SHARES ?? "").split(/[\s,]+/),
    rateLimiter: env.TRACK_RATE_LIMIT,
    metadata: metadataKeysOf(options, env),
    now: instance.settings.now(),
  };
}

function accessOf({ TRACK_ACCESS_TEAM_DOMAIN: teamDomain = "", TRACK_ACCESS_AUD: audience = "" }: TrackingEnv): AccessOptions | undefined {
  return teamDomain === "" && audience === "" ? undefined : { teamDomain, audience };
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
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json; charset=utf-8" } });
}
