/*! Track-Skills worker 0.1.0 | MIT licence | made from src/worker.ts: change it there */
/**
 * The few D1 methods in use, as structural types, so that the declaration files need no ambient types.
 *
 * Cloudflare's `D1Database` is assignable to `Database`. Queries are data: `{ sql, bind, columns }`, which lets one
 * test prepare every one of them on the migrated schema. D1 hands rows back untyped; that test is what makes the
 * row types of this code true.
 */
/** What D1 says about a statement that ran. Rows are what D1 bills. */
interface StatementMeta {
  rows_read?: number | undefined;
  rows_written?: number | undefined;
  /** Rows inserted, updated or deleted. */
  changes?: number | undefined;
}
/** What a statement gave back. */
interface StatementResult<Row> {
  results: Row[];
  meta: StatementMeta;
}
/** A prepared statement: the part of `D1PreparedStatement` in use. */
interface Statement {
  bind(...values: unknown[]): Statement;
  all<Row>(): Promise<StatementResult<Row>>;
}
/** A database: the part of `D1Database` in use. `batch` is one round trip and one transaction. */
interface Database {
  prepare(sql: string): Statement;
  batch<Row>(statements: Statement[]): Promise<StatementResult<Row>[]>;
}
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** How a call ended. `error` and `timeout` are faults of the skill; `cancelled` and `refused` are decisions of people. */
type Outcome = "ok" | "error" | "timeout" | "cancelled" | "refused";
/**
 * One call of a skill, as a client sends it to `POST /api/track`.
 *
 * Only `skill` is required. Strings are trimmed by the Worker; unknown fields are ignored.
 */
interface UsageEvent {
  /** Name of the skill or tool: 1–200 characters after trimming, any script, no control characters. */
  skill: string;
  /** 1–64 characters of `A-Z a-z 0-9 _ -`, unique per event. Makes a retry write nothing. The server makes one when absent. */
  id?: string | undefined;
  /** When the call began: milliseconds since 1970, or ISO 8601 with a zone. Server time when absent. */
  startedAt?: number | string | undefined;
  /** How long it took, in milliseconds: 0 to 30 days. @default 0 */
  durationMs?: number | undefined;
  /**
   * `io`: the clock that measured `durationMs` stands still while no I/O happens, as in a deployed Worker. A duration of
   * 0 ms on such a clock says nothing, and is left out of the durations.
   */
  clock?: "io" | undefined;
  /** Whether it worked; `outcome` wins over it. @default true */
  success?: boolean | undefined;
  /** How it ended. Follows from `success` when absent. */
  outcome?: Outcome | undefined;
  /** Class of the failure, a short constant such as `TypeError` or `http_404`. Scrubbed, cut at 128 characters. */
  errorType?: string | undefined;
  /** Message of the failure. Scrubbed, cut at 1,024 characters. */
  errorMessage?: string | undefined;
  /** Who called, up to 320 characters. Stored only as a keyed hash. */
  userId?: string | undefined;
  /** The session of the call, up to 320 characters. Stored only as a keyed hash. */
  sessionId?: string | undefined;
  /** The skill's version, up to 64 characters. */
  version?: string | undefined;
  /** Where the call came from (`function`, `mcp`, …), up to 64 characters. */
  source?: string | undefined;
  /** Arm of an experiment, up to 64 characters. */
  variant?: string | undefined;
  /** What the owner wants to see beside the call: at most 4 KiB of JSON, depth 4, 32 keys. Scrubbed; what is over is dropped and marked. */
  metadata?: Readonly<Record<string, unknown>> | undefined;
}
/**
 * Gives the pseudonym under which a user's events are stored, with `identity: "stable"`.
 *
 * 23 characters: one that names the secret, and HMAC-SHA-256 (RFC 2104) cut to 128 bits, in base64url. Its key comes
 * from the secret by HKDF-SHA-256 (RFC 5869, salt: the project's name in UTF-8, info `track-skills/uid/v1`). The id is
 * trimmed, brought to Unicode NFC and, when it is an e-mail address, lower-cased first.
 *
 * @param secret - the project's `TRACK_HASH_SECRET`, at least 32 bytes
 * @param project - the project's `TRACK_PROJECT`; the same id has other pseudonyms in other projects. @default ""
 * @throws RangeError when the secret is shorter
 */
export declare function hashUserId(secret: string, userId: string, project?: string): Promise<string>;
/** A rule of an owner. */
interface ScrubRule {
  /** The word that stands in brackets for what was found: `order` gives `[order]`. */
  name: string;
  /**
   * What to find, everywhere: `/ORD-\d+/` and `/ORD-\d+/y` do the same as `/ORD-\d+/g`. It meets texts of some thousand
   * characters that others wrote: one that backtracks without end, such as `/(a+)+$/`, stops whoever scrubs.
   */
  pattern: RegExp;
}
/**
 * The platform's own types, without ambient declarations.
 *
 * The declaration files must type-check in a project that has neither the DOM's nor Cloudflare's types. So each type is
 * taken from `globalThis` where it exists, and is a structural stand-in where it does not.
 */
/** `Request`, where the project knows it. */
type PlatformRequest = typeof globalThis extends {
  Request: {
    prototype: infer Known;
  };
} ? Known : RequestShape;
/** `Response`, where the project knows it. */
type PlatformResponse = typeof globalThis extends {
  Response: {
    prototype: infer Known;
  };
} ? Known : ResponseShape;
/** `AbortSignal`, where the project knows it. */
type PlatformSignal = PlatformRequest extends {
  readonly signal: infer Known;
} ? Known : {
  readonly aborted: boolean;
};
/** The least of a `Request`. */
interface RequestShape {
  readonly method: string;
  readonly url: string;
  readonly headers: {
    get(name: string): string | null;
  };
}
/** The least of a `Response`. */
interface ResponseShape {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: {
    get(name: string): string | null;
  };
  json(): Promise<unknown>;
}
/** Where work may go on after the answer: the part of an `ExecutionContext` in use. */
interface WaitUntil {
  waitUntil(promise: Promise<unknown>): void;
}
/** The part of an `ExecutionContext` in use. */
interface CallContext extends WaitUntil {
  /** What the configuration of a service binding says of its caller: `{ trackSkills: { analytics: true, ingest: true, name: "…" } }`. */
  readonly props?: unknown;
}
/** Cloudflare Access as the way to read the analytics. */
interface AccessOptions {
  /** The team's domain, `my-team.cloudflareaccess.com`. @default env.TRACK_ACCESS_TEAM_DOMAIN */
  teamDomain: string;
  /** Audience tag (AUD) of the Access application, or several. @default env.TRACK_ACCESS_AUD */
  audience: string | readonly string[];
  /** Fetches the team's keys, for tests. @default globalThis.fetch */
  fetch?: ((url: string, init: {
    redirect: "manual";
    signal: PlatformSignal;
  }) => Promise<ResponseShape>) | undefined;
}
/** A rate limiting binding of Workers: the part in use. */
interface RateLimiter {
  limit(options: {
    key: string;
  }): Promise<{
    success: boolean;
  }>;
}
/** The secrets of a project. */
interface Secrets {
  /** At least 32 bytes. */
  hashSecret: string;
  /** The one before, while people who are known by it may come back. */
  previousHashSecret?: string | undefined;
}
/** For how long a person keeps a pseudonym: `stable`, until the secret is changed twice; `daily`, for a UTC day. */
type IdentityMode = "stable" | "daily";
/** How people become pseudonyms. */
interface IdentityOptions extends Secrets {
  /** Name of the project: two of them under one secret give one person two pseudonyms. @default "" */
  project?: string | undefined;
  /** @default "stable" */
  identity?: IdentityMode | undefined;
}
/** What a privacy signal does: the call counts without its person and metadata, or is not stored, or nothing happens. */
type PrivacySignals = "drop_user" | "drop" | "ignore";
/** Options of `createTrackingHandler`. */
interface TrackingOptions {
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
interface TrackingEnv {
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
/** A Worker that stores usage events and answers questions about them. */
interface TrackingHandler {
  /** Answers every request, with 404 for paths that are not its own: for `export default`. Never rejects. */
  fetch(request: PlatformRequest, env: TrackingEnv, ctx?: CallContext): Promise<PlatformResponse>;
  /** Answers its own paths and gives `undefined` for all others: for mounting in a router. Never rejects. */
  handle(request: PlatformRequest, env: TrackingEnv, ctx?: CallContext): Promise<PlatformResponse | undefined>;
  /** Rolls up what is dirty, then deletes what is older than its retention; or finishes an erasure that was broken off: for a cron trigger, best every hour. Logs one line of JSON. Never rejects. */
  scheduled(controller: unknown, env: TrackingEnv, ctx?: CallContext): Promise<void>;
}
/**
 * Makes the Worker's handler.
 *
 * Serves `POST /api/track`, `POST /hooks/claude-code`, `POST /v1/logs` and `POST /v1/traces` (OTLP), `POST
 * /api/subjects/export` and `/erase`, `POST /api/share`, `GET /api/health`, `GET /.well-known/gpc.json` and `GET
 * /analytics/*`. Bindings and secrets come with each request's `env`; an option wins over them.
 *
 * @throws TypeError naming the option that is wrong
 * @example
 * ```ts
 * import { createTrackingHandler } from "./track-skills.worker.js";
 *
 * export default createTrackingHandler();
 * ```
 */
export declare function createTrackingHandler(options?: TrackingOptions): TrackingHandler;
/** Why an event was rejected. */
type RejectionCode = "not_an_object" | "invalid_skill" | "invalid_id" | "invalid_started_at" | "clock_skew" | "too_old" | "invalid_duration" | "invalid_success" | "invalid_outcome" | "invalid_text" | "invalid_metadata" | "privacy_signal";
/** One rejected event of a batch. */
interface Rejection {
  /** Its place in the batch, from 0. */
  index: number;
  code: RejectionCode;
  message: string;
}
/** What became of a batch: the body of the answer to `POST /api/track`. */
interface TrackResult {
  /** Events stored now. */
  accepted: number;
  /** Events that were stored before: retries. Those of somebody who was erased since count as well: whether anybody was is not told. */
  duplicates: number;
  rejected: Rejection[];
  /** Events that are stored as the skill `other`, their name in the metadata as `_skill`: their day has `maxSkillsPerDay` others. Absent when none. */
  folded?: number;
  /** The server's clock, ms since 1970, by which a client can correct its own. */
  serverTime: number;
  /** What the sender should mend, though the events are stored. Absent when there is nothing. */
  warnings?: IngestWarning[];
}
/** Something about stored events that their sender should mend. */
interface IngestWarning {
  /** `unkeyed_hash`: user ids look like plain SHA-1 or SHA-256 hashes. Send the id itself, or a random one: it is hashed here, with a key. */
  code: "unkeyed_hash";
  message: string;
  /** Events that it is about. */
  count: number;
}
/** What ingest needs beside the events. */
interface IngestOptions extends IdentityOptions {
  /** Days for which events are kept; older ones are rejected. @default 90 */
  rawRetentionDays?: number | undefined;
  /** Keys of metadata that are stored, as the Worker's option of that name. @default [] (the kit's own) */
  metadata?: "all" | readonly string[] | undefined;
  /** Rules of scrubbing beside those of the kit, as the Worker's option of that name. @default [] */
  scrubRules?: readonly ScrubRule[] | undefined;
  /** The current time, ms since 1970. @default Date.now() */
  now?: number | undefined;
}
/**
 * Stores one event without HTTP, for code that runs beside the database. Give it the Worker's own secrets, project and identity:
 * under others the same person is somebody else.
 *
 * @returns what became of it, as `POST /api/track` would answer
 * @throws RangeError when `hashSecret` has fewer than 32 bytes, an Error when `previousHashSecret` cannot be used beside it, and what D1 throws
 */
export declare function logUsageEvent(db: Database, event: UsageEvent, options: IngestOptions): Promise<TrackResult>;
export type { AccessOptions, CallContext, Database, IdentityMode, IdentityOptions, IngestOptions, IngestWarning, Outcome, PlatformRequest, PlatformResponse, PlatformSignal, PrivacySignals, RateLimiter, Rejection, RejectionCode, RequestShape, ResponseShape, ScrubRule, Statement, StatementMeta, StatementResult, TrackResult, TrackingEnv, TrackingHandler, TrackingOptions, UsageEvent, WaitUntil };