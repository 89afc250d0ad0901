/**
 * The settings of the Worker: what its owner passes to the factory, and what the environment carries.
 *
 * An option wins over the environment; most owners need no option at all.
 */
import type { Database } from "../database.ts";
import { type ScrubRule, scrubText } from "../privacy/scrub.ts";
import { type AccessOptions, accessSettingsOf } from "./access/cloudflare-access.ts";
import { namedKeysOf } from "./access/keys.ts";
import type { RateLimiter } from "./access/rate-limit.ts";
import type { IdentityMode } from "./identity.ts";

/** What a privacy signal does: the call counts without its person and metadata, or is not stored, or nothing happens. */
export type PrivacySignals = "drop_user" | "drop" | "ignore";

/** Options of `createTrackingHandler`. */
export interface TrackingOptions {
  /** Key of the pseudonyms, at least 32 bytes. @default env.TRACK_HASH_SECRET */
  hashSecret?: string | undefined;
  /** Key that reads `/analytics/*`. @default env.TRACK_ANALYTICS_KEY */
  analyticsKey?: string | undefined;
  /** Key that `/api/track`, `/hooks/claude-code` and `/v1/*` ask for. Without one, anybody may send events. @default env.TRACK_INGEST_KEY */
  ingestKey?: string | undefined;
  /** Key that exports and erases people's data at `/api/subjects/*`. @default env.TRACK_ADMIN_KEY */
  adminKey?: string | undefined;
  /** Lets anybody read `/analytics/*`, without a key. @default false */
  publicAnalytics?: boolean | undefined;
  /** Origins whose pages may send events, such as `https://app.example.com`. @default "*" (all) */
  allowedOrigins?: "*" | readonly string[] | undefined;
  /** Origins whose pages may read analytics, for a dashboard served elsewhere. @default [] (same origin only) */
  dashboardOrigins?: "*" | readonly string[] | undefined;
  /** Path in front of `/api/track`, `/v1/*` and `/analytics/*`, such as `/usage`. @default "" */
  basePath?: string | undefined;
  /** Days for which events are kept; `scheduled` deletes the days before, ingest refuses them as `too_old`. @default 90 */
  rawRetentionDays?: number | undefined;
  /** Days for which roll-ups are kept, and so the reach of the analytics. At least `rawRetentionDays`. @default 400 */
  rollUpRetentionDays?: number | undefined;
  /**
   * Rows that the kit may write to D1 in a UTC day. When they are spent, ingest answers 503 `write_budget_spent` until
   * 00:00 UTC and upkeep waits, so that the account's other databases keep their share of the plan's daily limit.
   * @default null (no budget)
   */
  dailyRowsWrittenBudget?: number | null | undefined;
  /**
   * Counts the spans of MCP clients that come to `/v1/traces`, and agents' spans around them. For agents whose servers do
   * not report here: where both do, a call would count twice.
   * @default false
   */
  otlpClientSpans?: boolean | undefined;
  /** Keys that read `/analytics/*`, by a name each, so that one can be withdrawn. At least 16 characters each. @default env.TRACK_ANALYTICS_KEYS */
  analyticsKeys?: Readonly<Record<string, string>> | undefined;
  /** Lets those read `/analytics/*` whom Cloudflare Access let in. @default env.TRACK_ACCESS_TEAM_DOMAIN and env.TRACK_ACCESS_AUD */
  access?: AccessOptions | undefined;
  /** Ids of share links that are withdrawn. @default env.TRACK_REVOKED_SHARES */
  revokedShares?: readonly string[] | undefined;
  /**
   * Smallest number of people that a figure may be about, for whoever reads: smaller groups are left out of answers. Share
   * links have at least this, and 5 unless they say otherwise. Set 5 or more along with `publicAnalytics`.
   * @default 0 (no limit)
   */
  minGroup?: number | undefined;
  /**
   * Names of skills that are stored for a UTC day; calls of further ones are stored as the skill `other`, with their name
   * in the metadata as `_skill`. Against junk: each instance of the Worker counts by itself, so a few too many get through.
   * @default 1000
   */
  maxSkillsPerDay?: number | undefined;
  /**
   * What to take out of errors and metadata beside what the kit knows: `[{ name: "order", pattern: /ORD-\d+/ }]` leaves
   * `[order]`. Runs here whatever clients did, on at most 8,192 characters of a text.
   * @default []
   */
  scrubRules?: readonly ScrubRule[] | undefined;
  /**
   * Keys of metadata that are stored, with all that stands under them, beside those that the kit itself sets; `all` stores
   * every key. Others are dropped and counted in `_dropped`.
   * @default env.TRACK_METADATA_KEYS, or [] (the kit's own)
   */
  metadata?: "all" | readonly string[] | undefined;
  /** The `hashSecret` before, for as long as people who are known by it may come back. @default env.TRACK_HASH_SECRET_PREVIOUS */
  previousHashSecret?: string | undefined;
  /** Name of the project: under one secret, a person has another pseudonym in each project. @default env.TRACK_PROJECT, or "" */
  project?: string | undefined;
  /**
   * `stable`: a person is known for good, and can be counted over weeks. `daily`: only within a UTC day; nobody, you included, can
   * tell later whose the pseudonyms were, and what joins days (WAU, MAU, retention, people of longer ranges) is not answered.
   * @default env.TRACK_IDENTITY, or "stable"
   */
  identity?: IdentityMode | undefined;
  /**
   * What a request with `Sec-GPC: 1` or `DNT: 1` does: `drop_user` counts its calls without user, session and metadata, `drop`
   * stores nothing, `ignore` does nothing. @default env.TRACK_PRIVACY_SIGNALS, or "drop_user"
   */
  privacySignals?: PrivacySignals | undefined;
  /** The clock, in ms since 1970, for tests. @default Date.now */
  now?: (() => number) | undefined;
}

/** What the Worker's environment carries. A `D1Database` fits `DB`. */
export interface TrackingEnv {
  DB?: Database | undefined;
  TRACK_HASH_SECRET?: string | undefined;
  TRACK_ANALYTICS_KEY?: string | undefined;
  TRACK_INGEST_KEY?: string | undefined;
  TRACK_ADMIN_KEY?: string | undefined;
  /** `name:key` pairs between spaces or commas. */
  TRACK_ANALYTICS_KEYS?: string | undefined;
  TRACK_ACCESS_TEAM_DOMAIN?: string | undefined;
  /** Audience tags between spaces or commas. */
  TRACK_ACCESS_AUD?: string | undefined;
  /** Ids between spaces or commas. */
  TRACK_REVOKED_SHARES?: string | undefined;
  /** A rate limiting binding: requests of one network in its period. */
  TRACK_RATE_LIMIT?: RateLimiter | undefined;
  /** Keys of metadata that are stored beside the kit's own, with commas between, or `all`. */
  TRACK_METADATA_KEYS?: string | undefined;
  TRACK_HASH_SECRET_PREVIOUS?: string | undefined;
  TRACK_PROJECT?: string | undefined;
  TRACK_IDENTITY?: string | undefined;
  TRACK_PRIVACY_SIGNALS?: string | undefined;
}

/** Options with their defaults filled in, secrets aside: those may come with each request's environment. */
export interface Settings {
  publicAnalytics: boolean;
  allowedOrigins: "*" | readonly string[];
  dashboardOrigins: "*" | readonly string[];
  basePath: string;
  rawRetentionDays: number;
  rollUpRetentionDays: number;
  dailyRowsWrittenBudget: number | null;
  otlpClientSpans: boolean;
  minGroup: number;
  maxSkillsPerDay: number;
  scrubRules: readonly ScrubRule[];
  now: () => number;
}

/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError naming the option that is wrong, when the Worker starts rather than at the first event
 */
export function settingsOf(options: TrackingOptions): Settings {
  const { rawRetentionDays = 90, basePath = "", dailyRowsWrittenBudget = null } = options;
  const { rollUpRetentionDays = Math.max(400, rawRetentionDays) } = options;
  if (!Number.isFinite(rawRetentionDays) || rawRetentionDays < 1) throw new TypeError('"rawRetentionDays" must be a number of at least 1.');
  if (!Number.isFinite(rollUpRetentionDays) || rollUpRetentionDays < rawRetentionDays) {
    throw new TypeError('"rollUpRetentionDays" must be a number of at least "rawRetentionDays".');
  }
  if (dailyRowsWrittenBudget !== null && !(dailyRowsWrittenBudget > 0)) throw new TypeError('"dailyRowsWrittenBudget" must be a number above 0, or null.');
  if (options.metadata !== undefined && options.metadata !== "all" && !Array.isArray(options.metadata)) throw new TypeError('"metadata" must be "all" or a list of keys.');
  choiceOf("identity", options.identity, IDENTITIES);
  choiceOf("privacySignals", options.privacySignals, PRIVACY_SIGNALS);
  if (basePath !== "" && !/^\/[^?#]*[^/?#]$/.test(basePath)) throw new TypeError('"basePath" must begin with "/" and end without one, such as "/usage".');
  checkAccess(options);
  return {
    publicAnalytics: options.publicAnalytics ?? false,
    allowedOrigins: originsOf("allowedOrigins", options.allowedOrigins ?? "*"),
    dashboardOrigins: originsOf("dashboardOrigins", options.dashboardOrigins ?? []),
    basePath,
    rawRetentionDays,
    rollUpRetentionDays,
    dailyRowsWrittenBudget,
    otlpClientSpans: options.otlpClientSpans ?? false,
    minGroup: options.minGroup ?? 0,
    maxSkillsPerDay: options.maxSkillsPerDay ?? 1_000,
    scrubRules: scrubRulesOf(options.scrubRules ?? []),
    now: options.now ?? Date.now,
  };
}

function checkAccess({ access, analyticsKeys, maxSkillsPerDay = 1, minGroup = 0 }: TrackingOptions): void {
  if (!(Number.isInteger(minGroup) && minGroup >= 0)) throw new TypeError('"minGroup" must be a whole number of at least 0.');
  if (!(Number.isInteger(maxSkillsPerDay) && maxSkillsPerDay >= 1)) throw new TypeError('"maxSkillsPerDay" must be a whole number of at least 1.');
  named("analyticsKeys", () => namedKeysOf(analyticsKeys ?? {}));
  if (access !== undefined) named("access", () => accessSettingsOf(access.teamDomain, access.audience));
}

function named(option: string, check: () => unknown): void {
  try {
    check();
  } catch (error) {
    throw new TypeError(`"${option}": ${error instanceof Error ? error.message : "not readable"}`, { cause: error });
  }
}

/** The values of two settings that may come from the environment; the first is the default. */
export const IDENTITIES: readonly [IdentityMode, ...IdentityMode[]] = ["stable", "daily"];
export const PRIVACY_SIGNALS: readonly [PrivacySignals, ...PrivacySignals[]] = ["drop_user", "drop", "ignore"];

/**
 * Reads a setting that is one of a few words; nothing said, or an empty text, is the first of them.
 *
 * @throws TypeError naming the setting
 */
export function choiceOf<Choice extends string>(name: string, value: string | undefined, choices: readonly [Choice, ...Choice[]]): Choice {
  const choice = value === undefined || value === "" ? choices[0] : choices.find((known) => known === value);
  if (choice === undefined) throw new TypeError(`"${name}" is one of ${choices.map((known) => `"${known}"`).join(", ")}.`);
  return choice;
}

function originsOf(name: string, origins: "*" | readonly string[]): "*" | readonly string[] {
  if (origins === "*") return origins;
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`"${name}" takes origins such as "https://app.example.com", without a path; got "${origin}".`);
    }
  }
  return origins;
}

function scrubRulesOf(rules: readonly ScrubRule[]): readonly ScrubRule[] {
  try {
    scrubText("", rules);
    if (rules.every(({ name }) => typeof name === "string" && name !== "")) return rules;
  } catch {
    // Said below.
  }
  throw new TypeError('"scrubRules" takes a list of { name, pattern }, the pattern being a regular expression.');
}

/** The keys of metadata that are stored beside the kit's own: by the option, or else by the environment. */
export function metadataKeysOf({ metadata }: TrackingOptions, { TRACK_METADATA_KEYS = "" }: TrackingEnv): "all" | readonly string[] {
  if (metadata !== undefined) return metadata;
  return TRACK_METADATA_KEYS.trim() === "all" ? "all" : TRACK_METADATA_KEYS.split(",").map((key) => key.trim()).filter((key) => key !== "");
}
