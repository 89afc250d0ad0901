/**
 * Errors on the wire: one table of codes, one function that makes the answer (RFC 9457, `application/problem+json`).
 *
 * A detail says what to do. It never holds a stack, a key or anything that a request said.
 */

/** Every code that an answer of the Worker can carry. */
export type ProblemCode =
  | "malformed_json"
  | "malformed_otlp"
  | "unsupported_content_type"
  | "invalid_query"
  | "invalid_subject"
  | "unauthorized"
  | "origin_not_allowed"
  | "not_found"
  | "method_not_allowed"
  | "body_too_large"
  | "too_many_events"
  | "unsupported_content_encoding"
  | "hash_secret_missing"
  | "analytics_key_missing"
  | "admin_key_missing"
  | "identity_mode_daily"
  | "invalid_setting"
  | "write_budget_spent"
  | "database_missing"
  | "database_unavailable"
  | "invalid_share"
  | "share_expired"
  | "share_revoked"
  | "outside_share"
  | "group_too_small"
  | "rate_limited"
  | "access_unavailable";

/** A refusal. Thrown inside the Worker, and turned into an answer in one place. */
export class Problem extends Error {
  override readonly name = "Problem";
  readonly code: ProblemCode;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, headers: Readonly<Record<string, string>> = {}) {
    super(detail);
    this.code = code;
    this.headers = headers;
  }
}

/** Seconds after which a client may ask again when the database or a setting is missing. */
const RETRY_AFTER_SECONDS = "60";

const RETRY: Readonly<Record<string, string>> = { "Retry-After": RETRY_AFTER_SECONDS };

interface Kind {
  status: number;
  title: string;
  headers?: Readonly<Record<string, string>>;
}

const KINDS: Readonly<Record<ProblemCode, Kind>> = {
  malformed_json: { status: 400, title: "The body is not JSON" },
  malformed_otlp: { status: 400, title: "The body is not OTLP" },
  unsupported_content_type: { status: 400, title: "Unsupported content type" },
  invalid_query: { status: 400, title: "Invalid query" },
  invalid_subject: { status: 400, title: "Invalid subject" },
  unauthorized: { status: 401, title: "Key required", headers: { "WWW-Authenticate": "Bearer" } },
  origin_not_allowed: { status: 403, title: "Origin not allowed" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  body_too_large: { status: 413, title: "Body too large" },
  too_many_events: { status: 413, title: "Too many events" },
  unsupported_content_encoding: { status: 415, title: "Unsupported content encoding" },
  hash_secret_missing: { status: 503, title: "TRACK_HASH_SECRET is not set", headers: RETRY },
  analytics_key_missing: { status: 503, title: "TRACK_ANALYTICS_KEY is not set", headers: RETRY },
  admin_key_missing: { status: 503, title: "TRACK_ADMIN_KEY is not set", headers: RETRY },
  identity_mode_daily: { status: 409, title: "People are known for one day only" },
  invalid_setting: { status: 503, title: "A setting of the Worker is wrong", headers: RETRY },
  write_budget_spent: { status: 503, title: "The daily budget of rows written is spent" },
  database_missing: { status: 503, title: "The database binding is missing", headers: RETRY },
  database_unavailable: { status: 503, title: "The database does not answer", headers: RETRY },
  invalid_share: { status: 400, title: "Invalid share" },
  share_expired: { status: 401, title: "The share link has expired", headers: { "WWW-Authenticate": "Bearer" } },
  share_revoked: { status: 401, title: "The share link was withdrawn", headers: { "WWW-Authenticate": "Bearer" } },
  outside_share: { status: 403, title: "Outside of the share link" },
  group_too_small: { status: 403, title: "About too few people" },
  rate_limited: { status: 429, title: "Too many requests", headers: RETRY },
  access_unavailable: { status: 503, title: "Cloudflare Access does not answer", headers: RETRY },
};

/** Makes the answer of a refusal. */
export function problemResponse(problem: Problem): Response {
  const { status, title, headers } = KINDS[problem.code];
  const body = { type: `urn:track-skills:problem:${problem.code}`, title, status, detail: problem.message, code: problem.code };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, ...problem.headers, "Content-Type": "application/problem+json" },
  });
}

/** A failure of D1 as a refusal: what its message says to do, and when to try again. */
export function databaseProblem(error: unknown, now: number): Problem {
  const message = error instanceof Error ? error.message : "";
  if (/no such (table|column|index)/i.test(message)) {
    return new Problem("database_unavailable", "A table is missing: run the migrations in sql/ on this database, for instance with `wrangler d1 migrations apply DB --remote`.");
  }
  if (/exceeded.*(daily|limit)|daily.*limit/i.test(message)) {
    // The free plan's daily limits are reset at 00:00 UTC (Cloudflare's D1 pricing page).
    return new Problem("database_unavailable", "The account's daily D1 limit is spent; it is reset at 00:00 UTC.", untilMidnight(now));
  }
  return new Problem("database_unavailable", "D1 did not answer. Try again; `wrangler tail` shows the reason.");
}

/** The daily budget of rows written is spent. */
export function budgetProblem(now: number): Problem {
  return new Problem("write_budget_spent", "Events are taken again from 00:00 UTC, or with a higher dailyRowsWrittenBudget.", untilMidnight(now));
}

function untilMidnight(now: number): Record<string, string> {
  return { "Retry-After": String(Math.ceil((86_400_000 - (now % 86_400_000)) / 1000)) };
}
