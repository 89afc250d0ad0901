/*! Track-Skills worker 0.1.0 | MIT licence | made from src/worker.ts: change it there */
// src/privacy/base64url.ts
/** Base64url without padding (RFC 4648, section 5), the way pseudonyms, salts and tokens are written. */
/** Encodes bytes, however many: as arguments of one call they would be bounded by the stack. */
function toBase64url(bytes) {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

// src/privacy/pseudonym.ts
/**
 * Pseudonyms: what is stored instead of a user id.
 *
 * A plain hash of an e-mail address is found out by hashing a list of addresses; a keyed one is not, by anybody who
 * lacks the key. The result is still personal data under the GDPR: whoever has the secret can recompute it from an id.
 */
var encoder = new TextEncoder();
/** Shortest secret that is accepted: 32 bytes, the output length of SHA-256 (RFC 2104, section 3). */
var MIN_SECRET_BYTES = 32;
/** Whether a secret is long enough to be used. */
function isUsableSecret(secret) {
  return secret !== void 0 && encoder.encode(secret).byteLength >= MIN_SECRET_BYTES;
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
async function hashUserId(secret, userId, project = "") {
  const isKnown2 = derived?.secret === secret && derived.project === project;
  const keys = derived !== void 0 && isKnown2 ? derived.keys : await deriveKeys(secret, encoder.encode(project));
  derived = { secret, project, keys };
  return pseudonymizerOf(keys).pseudonym("user", userId);
}
/** The keys of the last call, since many calls in a row are about one project. */
var derived;
/**
 * Derives the keys of a secret. Takes longer than using them: keep them.
 *
 * @throws RangeError when the secret has fewer than 32 bytes
 */
async function deriveKeys(secret, salt) {
  if (!isUsableSecret(secret)) throw new RangeError(`The hash secret must have at least ${MIN_SECRET_BYTES} bytes.`);
  const master = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey", "deriveBits"]);
  return {
    keyId: await deriveKeyId(master),
    user: await deriveKey(master, salt, "track-skills/uid/v1"),
    session: await deriveKey(master, salt, "track-skills/session/v1"),
    tombstone: await deriveKey(master, salt, "track-skills/tombstone/v1")
  };
}
/** Remembers pseudonyms, since one batch often names the same person many times. For one request: promises do not outlive it. */
function pseudonymizerOf(keys) {
  const known = /* @__PURE__ */ new Map();
  return {
    pseudonym(kind, id) {
      const normalized = normalizeId(id);
      const name = `${kind}:${normalized}`;
      let hash2 = known.get(name);
      if (hash2 === void 0) {
        hash2 = sign(keys, kind, normalized);
        known.set(name, hash2);
      }
      return hash2;
    }
  };
}
/** Brings the spellings of one id together: trimmed, Unicode NFC, e-mail addresses in lower case. */
function normalizeId(id) {
  const trimmed = id.trim().normalize("NFC");
  return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}
/**
 * Whether an id looks like the SHA-1 or SHA-256 of something: whoever has a list of addresses finds out which, were it stored
 * anywhere else. 32 digits are not taken for MD5, since random UUIDs without dashes look the same.
 */
function looksLikeUnkeyedHash(id) {
  return /^(?:[\da-f]{40}|[\da-f]{64})$/i.test(id.trim());
}
function hkdf(salt, info) {
  return { name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(info) };
}
/** Of the secret alone, whatever the salt: 6 bits of HKDF's output for an info of its own, which help nobody to find the secret. */
async function deriveKeyId(master) {
  const bits = await crypto.subtle.deriveBits(hkdf(new Uint8Array(0), "track-skills/key-id/v1"), master, 8);
  return toBase64url(new Uint8Array(bits)).slice(0, 1);
}
function deriveKey(master, salt, info) {
  return crypto.subtle.deriveKey(hkdf(salt, info), master, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}
async function sign(keys, kind, id) {
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", keys[kind], encoder.encode(id)));
  return keys.keyId + toBase64url(mac.subarray(0, 16));
}

// src/rollup/scope.ts
/**
 * Which calls a reading is about: a span of time and filters, as SQL and as its parameters.
 *
 * Filters are JSON arrays, one parameter each, so that their length never meets D1's limit of 100 parameters a query.
 */
var HOUR_MS = 36e5;
/** A quarter of a day: 00, 06, 12 or 18 o'clock UTC and the six hours from then. */
var QUARTER_MS = 216e5;
var DAY_MS = 864e5;
/** The lengths of the periods that are rolled up. */
var PERIODS_MS = [HOUR_MS, QUARTER_MS, DAY_MS];
/** Accepts every call. */
var NO_FILTERS = { skill: null, version: null, source: null, variant: null };
/** Narrows a statement to some labels: ?3 to ?6. */
var FILTER_SQL = `(?3 IS NULL OR skill IN (SELECT value FROM json_each(?3)))
  AND (?4 IS NULL OR version IN (SELECT value FROM json_each(?4)))
  AND (?5 IS NULL OR source IN (SELECT value FROM json_each(?5)))
  AND (?6 IS NULL OR variant IN (SELECT value FROM json_each(?6)))`;
/** Narrows a statement over the events: ?1 and ?2 are the span, ?3 to ?6 the filters. D1 binds numbers as REAL. */
var SCOPE_SQL = `started_at >= CAST(?1 AS INTEGER)
  AND started_at < CAST(?2 AS INTEGER)
  AND ${FILTER_SQL}`;
/** Binds `SCOPE_SQL`. */
function bindScope({ from, to, filters }) {
  return [from, to, ...bindFilters(filters)];
}
/** Binds `FILTER_SQL`. */
function bindFilters(filters) {
  return [filters.skill, filters.version, filters.source, filters.variant];
}
/** Whether filters accept every call. */
function acceptsAll(filters) {
  return bindFilters(filters).every((filter) => filter === null);
}
/** The largest multiple of `step` that is not above a time. */
function floorTo(at, step) {
  return Math.floor(at / step) * step;
}
/** The smallest multiple of `step` that is not below a time. */
function ceilTo(at, step) {
  return Math.ceil(at / step) * step;
}
/** The UTC date of a time, `YYYY-MM-DD`. */
function dateOf(at) {
  return new Date(at).toISOString().slice(0, 10);
}

// src/analytics/range.ts
/**
 * What an analytics question asks for: its range, its filters, and how both are read from a URL.
 *
 * Ranges lie on whole UTC hours, so that an answer can be put together from roll-ups. The answer says what was used.
 */
/** Thrown when a question cannot be answered as it is put. The message says what to change. */
var InvalidQueryError = class extends Error {
  name = "InvalidQueryError";
};
/** Longest range, in days: the retention of roll-ups. */
var MAX_RANGE_DAYS = 400;
var PRESET_DAYS = { "24h": 1, "7d": 7, "30d": 30, "90d": 90 };
/**
 * Reads a question.
 *
 * @throws InvalidQueryError when the range is unknown, empty, longer than 400 days, or given twice, or compared to a later one
 */
function scopeOf(query) {
  const now = query.now ?? Date.now();
  const range = rangeOf(query, now);
  return {
    range,
    ...comparisonOf(query.compareFrom, range, now),
    now,
    dailyUntil: query.dailyIdentityUntil ?? Number.NEGATIVE_INFINITY,
    filters: {
      skill: filterParam(query.skill),
      version: filterParam(query.version),
      source: filterParam(query.source),
      variant: filterParam(query.variant)
    }
  };
}
function rangeOf(query, now) {
  if (query.from === void 0 && query.to === void 0) return presetRange(query.range ?? "7d", now);
  if (query.range !== void 0) throw new InvalidQueryError('Give either "range" or "from" and "to", not both.');
  if (query.from === void 0) throw new InvalidQueryError('"to" needs "from" beside it.');
  const from = floorTo(instantOf(query.from, "from"), HOUR_MS);
  const to = ceilTo(query.to === void 0 ? now : instantOf(query.to, "to"), HOUR_MS);
  if (from >= to) throw new InvalidQueryError('"from" must lie before "to".');
  if (to - from > MAX_RANGE_DAYS * DAY_MS) throw new InvalidQueryError(`A range holds at most ${MAX_RANGE_DAYS} days.`);
  return { from, to, preset: null };
}
function comparisonOf(compareFrom, range, now) {
  const length = range.to - range.from;
  const from = compareFrom === void 0 ? range.from - length : floorTo(instantOf(compareFrom, "compareFrom"), HOUR_MS);
  if (from >= range.from) throw new InvalidQueryError('"compareFrom" must lie before the start of the range.');
  const begun = range.from < now ? Math.min(range.to, ceilTo(now, HOUR_MS)) - range.from : length;
  return { comparedTo: { from, to: from + begun }, before: { from, to: from + length } };
}
function presetRange(preset, now) {
  if (!Object.hasOwn(PRESET_DAYS, preset)) {
    throw new InvalidQueryError(`"range" is one of ${Object.keys(PRESET_DAYS).join(", ")}.`);
  }
  const step = preset === "24h" ? HOUR_MS : DAY_MS;
  const to = floorTo(now, step) + step;
  return { from: to - PRESET_DAYS[preset] * DAY_MS, to, preset };
}
/** ISO 8601, date and time with a zone, or a date alone (UTC). */
var ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/i;
function instantOf(value, name) {
  const isNumber = typeof value === "number" || /^\d{1,15}$/.test(value);
  const at = isNumber ? Number(value) : ISO_8601.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isFinite(at) || Math.abs(at) > 864e13) {
    throw new InvalidQueryError(`"${name}" is milliseconds since 1970, or ISO 8601 with a zone.`);
  }
  return at;
}
function filterParam(values) {
  if (values === void 0) return null;
  const list = typeof values === "string" ? [values] : values;
  return list.length === 0 ? null : JSON.stringify(list);
}

// src/analytics/identity-mode.ts
/**
 * What cannot be said of people who are known for one UTC day only (`identity: "daily"`): everything that joins days. It is
 * refused, or `null`, rather than answered with a sum of strangers.
 *
 * After a change back to `stable` the same holds for ranges that reach into the daily time; so what counts is the moment
 * up to which pseudonyms were daily, and the mode itself is that moment put off for ever.
 */
/** Thrown for a question that joins days, about people who are known for one day only. */
var IdentityModeError = class extends Error {
  name = "IdentityModeError";
};
/** Questions that only people who are known for good can answer, and for how many days before their range they look. */
var JOINS_DAYS = { retention: 29, cohorts: 27 * 7 };
/**
 * Refuses a question that joins days where that cannot be done.
 *
 * @throws IdentityModeError
 */
function requireStableIdentity(question2, query) {
  const daysBefore = Object.hasOwn(JOINS_DAYS, question2) ? JOINS_DAYS[question2] : void 0;
  const { dailyIdentityUntil } = query;
  if (daysBefore === void 0 || dailyIdentityUntil === void 0 || dailyIdentityUntil === null) return;
  if (dailyIdentityUntil === Number.POSITIVE_INFINITY) {
    throw new IdentityModeError('With identity "daily" nobody is known for longer than a UTC day, so nobody can be seen coming back.');
  }
  const from = floorTo(scopeOf(query).range.from, DAY_MS) - daysBefore * DAY_MS;
  if (from >= dailyIdentityUntil) return;
  const first = new Date(dailyIdentityUntil + daysBefore * DAY_MS).toISOString();
  throw new IdentityModeError(`Up to ${new Date(dailyIdentityUntil).toISOString()} people were known for a UTC day only. Ask for a range that begins at ${first} or later.`);
}
/** Whether people of [from, to) would have to be joined over days on which they were not known by the same pseudonym. */
function joinsDailyIdentities(from, to, dailyUntil) {
  return from < dailyUntil && floorTo(from, DAY_MS) !== floorTo(to - 1, DAY_MS);
}
/** Whether the retention of a range can be told: see `requireStableIdentity`. */
function hasRetention(scope) {
  return floorTo(scope.range.from, DAY_MS) - (JOINS_DAYS["retention"] ?? 0) * DAY_MS >= scope.dailyUntil;
}

// src/worker/access/cors.ts
/**
 * Which pages may use a route: origins, and the headers by which a browser hears of it (CORS, Fetch standard).
 *
 * It keeps foreign pages from using what a browser holds. It keeps nobody out who has no browser: keys do that.
 */
/** Whether the page that sent a request may use a route. Requests without an `Origin` do not come from pages. */
function isOriginAllowed(request, policy) {
  const origin = request.headers.get("Origin");
  if (origin === null || policy.origins === "*" || policy.origins.includes(origin)) return true;
  return origin === new URL(request.url).origin;
}
/** CORS headers of an answer (Fetch standard). Empty for a request that is not from another origin's page. */
function corsHeaders(request, policy) {
  const origin = request.headers.get("Origin");
  if (origin === null || !isOriginAllowed(request, policy)) return {};
  const headers = { "Access-Control-Expose-Headers": "Retry-After" };
  // Answers are never offered to requests with cookies (no Allow-Credentials), so that "*" is safe where every origin is allowed.
  return policy.origins === "*" ? { ...headers, "Access-Control-Allow-Origin": "*" } : { ...headers, "Access-Control-Allow-Origin": origin, Vary: "Origin" };
}
/** Answers a preflight request. */
function preflightResponse(request, policy) {
  const headers = new Headers(corsHeaders(request, policy));
  if (headers.has("Access-Control-Allow-Origin")) {
    headers.set("Access-Control-Allow-Methods", policy.methods);
    headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
    headers.set("Access-Control-Max-Age", "86400");
  }
  return new Response(null, { status: 204, headers });
}

// src/worker/problem.ts
/**
 * Errors on the wire: one table of codes, one function that makes the answer (RFC 9457, `application/problem+json`).
 *
 * A detail says what to do. It never holds a stack, a key or anything that a request said.
 */
/** A refusal. Thrown inside the Worker, and turned into an answer in one place. */
var Problem = class extends Error {
  name = "Problem";
  code;
  headers;
  constructor(code, detail, headers = {}) {
    super(detail);
    this.code = code;
    this.headers = headers;
  }
};
/** Seconds after which a client may ask again when the database or a setting is missing. */
var RETRY_AFTER_SECONDS = "60";
var RETRY = { "Retry-After": RETRY_AFTER_SECONDS };
var KINDS = {
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
  access_unavailable: { status: 503, title: "Cloudflare Access does not answer", headers: RETRY }
};
/** Makes the answer of a refusal. */
function problemResponse(problem) {
  const { status, title, headers } = KINDS[problem.code];
  const body = { type: `urn:track-skills:problem:${problem.code}`, title, status, detail: problem.message, code: problem.code };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, ...problem.headers, "Content-Type": "application/problem+json" }
  });
}
/** A failure of D1 as a refusal: what its message says to do, and when to try again. */
function databaseProblem(error, now) {
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
function budgetProblem(now) {
  return new Problem("write_budget_spent", "Events are taken again from 00:00 UTC, or with a higher dailyRowsWrittenBudget.", untilMidnight(now));
}
function untilMidnight(now) {
  return { "Retry-After": String(Math.ceil((864e5 - now % 864e5) / 1e3)) };
}

// src/worker/access/derived-key.ts
/**
 * Keys that are derived from `TRACK_HASH_SECRET` for other purposes than pseudonyms.
 *
 * One secret for an owner to set and keep. HKDF (RFC 5869) with a label for each purpose makes keys of which none tells
 * anything of another. The price: a new secret withdraws all that was signed with the old one, which is documented as the
 * way to withdraw all share links at once.
 */
var encoder2 = new TextEncoder();
var derived2 = /* @__PURE__ */ new Map();
/** Gives the HMAC-SHA-256 key of a purpose. That of the last secret is kept: deriving takes longer than using. */
async function derivedKey(secret, purpose) {
  const known = derived2.get(purpose);
  if (known?.secret === secret) return known.key;
  const master = await crypto.subtle.importKey("raw", encoder2.encode(secret), "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: encoder2.encode(purpose) };
  const key = await crypto.subtle.deriveKey(parameters, master, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign", "verify"]);
  derived2.set(purpose, { secret, key });
  return key;
}

// src/worker/access/rate-limit.ts
/**
 * Rate limits, where the owner bound a limiter: so many requests per client and minute.
 *
 * A client is a network (/24 of IPv4, /48 of IPv6), known to the limiter as a keyed hash: no address is stored, logged or
 * handed on. People behind one network share its limit. Cloudflare counts per location and lets a few too many through;
 * what fails to count lets all through, since a limiter must not cost an event.
 */
/**
 * Refuses a client that asks too often. Before any key is compared, so that keys cannot be tried out at speed.
 *
 * @throws Problem `rate_limited`
 */
async function requireRate(request, quota, { rateLimiter, hashSecret, caller }) {
  const address = request.headers.get("CF-Connecting-IP");
  // Cloudflare sets the header on whatever comes from the internet. A Worker of the owner's has no address to be counted by.
  if (rateLimiter === void 0 || address === null || (quota === "ingest" ? caller.ingest : caller.analytics)) return;
  // Without the secret nothing is taken in and no share is read: there is nothing to guard yet.
  if (!isUsableSecret(hashSecret)) return;
  const key = `${quota}:${await hashOf(networkOf(address), hashSecret)}`;
  if (await isWithin(rateLimiter, key)) return;
  throw new Problem("rate_limited", "Too many requests from this network: try again in a minute.");
}
async function isWithin(limiter, key) {
  try {
    return (await limiter.limit({ key })).success;
  } catch (error) {
    console.error(JSON.stringify({ trackSkills: "rate-limit", error: error instanceof Error ? error.message : String(error) }));
    return true;
  }
}
async function hashOf(network, hashSecret) {
  const key = await derivedKey(hashSecret, "track-skills/rate-limit/v1");
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(network)));
  return toBase64url(mac.subarray(0, 16));
}
/** The network of an address: what a household or an office has, so that changing the last digits is no new client. */
function networkOf(address) {
  if (!address.includes(":")) return address.split(".").slice(0, 3).join(".");
  const [left = "", right] = address.toLowerCase().split("::");
  const [before, after] = [groupsOf(left), groupsOf(right ?? "")];
  const zeros = right === void 0 ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return groups.slice(0, 3).map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}
function groupsOf(text) {
  return text === "" ? [] : text.split(":");
}

// src/database.ts
/**
 * The few D1 methods in use, as structural types, so that the declaration files need no ambient types.
 *
 * Cloudflare's `D1Database` is assignable to `Database`. Queries are data: `{ sql, bind, columns }`, which lets one
 * test prepare every one of them on the migrated schema. D1 hands rows back untyped; that test is what makes the
 * row types of this code true.
 */
/** Binds a query's parameters. */
function bindQuery(db, query, params) {
  return { statement: db.prepare(query.sql).bind(...query.bind(params)), columns: query.columns };
}
/** Runs several queries in one round trip and one transaction, so that they see the same state. */
async function runBatch(db, queries) {
  const results = await db.batch(queries.map((query) => query.statement));
  const rows = results.map((result) => result.results);
  return { rows, cost: costOf(results) };
}
/** `runBatch` for two lists of queries, whose rows come apart again. */
async function runBatchAlong(db, queries, more) {
  const results = await db.batch([...queries, ...more].map((query) => query.statement));
  const rows = results.map((result) => result.results);
  return {
    rows: rows.slice(0, queries.length),
    alongRows: rows.slice(queries.length),
    cost: costOf(results)
  };
}
/** The cost of two operations together. */
function addCosts(left, right) {
  return { rowsRead: left.rowsRead + right.rowsRead, rowsWritten: left.rowsWritten + right.rowsWritten };
}
/** Adds up what D1 counted for some results. */
function costOf(results) {
  let rowsRead = 0;
  let rowsWritten = 0;
  for (const { meta } of results) {
    rowsRead += meta.rows_read ?? 0;
    rowsWritten += meta.rows_written ?? 0;
  }
  return { rowsRead, rowsWritten };
}

// src/event.ts
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** Every outcome, in the order in which they are shown. */
var OUTCOMES = ["ok", "error", "timeout", "cancelled", "refused"];
/** Every reason why a client lost events, and none lost yet. The compiler holds it to `LossReason`. */
var NO_LOSSES = {
  options: 0,
  queue_full: 0,
  too_large: 0,
  unserializable: 0,
  before_send: 0,
  network: 0,
  refused_by_server: 0
};
/** Longest type and longest message of an error, in characters: by themselves, so that the client need not carry the other limits. */
var ERROR_TYPE_CHARS = 128;
var ERROR_MESSAGE_CHARS = 1024;
/** The limits of an event and of a request that carries events. */
var LIMITS = {
  skillChars: 200,
  idChars: 64,
  personChars: 320,
  labelChars: 64,
  durationMs: 2592e6,
  clockSkewMs: 3e5,
  metadataBytes: 4096,
  metadataDepth: 4,
  metadataKeys: 32,
  batchEvents: 500,
  bodyBytes: 1048576
};
/**
 * The keys of metadata that the kit itself sets: its adapter for MCP, its hook and import for Claude Code, what it reads of
 * OTLP, and ingest, which notes as `_skill` the name of a call that it counts under `other`. Their values are flags and short
 * names of software, so a Worker keeps them without being told to. All else depends on what an owner's code puts in, which
 * may be anything, so its keys are kept where the owner names them.
 */
var KIT_METADATA_KEYS = ["_skill", "agentVersion", "client", "clientVersion", "measures", "model", "protocolVersion", "service", "subagent", "toolType", "transport"];
/** Column of each field in `skill_usage_events`, in the table's own order. The compiler holds it to `EventRow`. */
var EVENT_COLUMNS = {
  startedAt: "started_at",
  id: "event_id",
  skill: "skill",
  outcome: "outcome",
  durationMs: "duration_ms",
  clock: "clock",
  userHash: "user_hash",
  sessionHash: "session_hash",
  version: "version",
  source: "source",
  variant: "variant",
  errorType: "error_type",
  errorMessage: "error_message",
  errorFingerprint: "error_fingerprint",
  metadata: "metadata"
};

// src/rollup/aliases.ts
/**
 * One person under two pseudonyms: what a change of the secret leaves behind.
 *
 * While both secrets are known, ingest writes an alias for everybody who calls: from then on the new pseudonym stands for the old
 * one, wherever people are counted. Nobody's events are touched, and an alias costs one row written, once. In return,
 * each look at the caller of an event looks into a second table, which is empty for whoever never changed the secret.
 */
/** The pseudonym by which the caller of `events` is known: that of the first alias, or the event's own. */
var KNOWN_AS_SQL = `COALESCE((SELECT known_as FROM skill_usage_aliases AS alias WHERE alias.user_hash = events.user_hash), events.user_hash)`;

// src/rollup/marks.ts
/**
 * Dirty marks: how ingest says that the cells of an hour, of its quarter day and of its day may no longer equal their events.
 *
 * The mark is set in the transaction that stores the event. It costs one row written for the first event of an hour, of a
 * quarter and of a day; where the mark stands, or the event is stored already, it costs none.
 */
/** Events before this are deleted, or are about to be: a roll-up of their hours could not be rebuilt. */
var RAW_FROM_SQL = "COALESCE((SELECT value FROM skill_usage_state WHERE name = 'raw_from'), 0)";
/** Whether anybody was ever erased, nearly always not: looked up once a statement, and then no event is compared with the erasures. */
var HAS_ERASURES_SQL = "EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone > '')";
/** Pseudonyms under which an erasure may have met a person: of the secret and of the one before, of the day and for good. */
var MAX_TOMBSTONES = 4;
/**
 * Whether the person of an event was erased, and the event with them. The event is a JSON list: its time comes first, its
 * tombstones stand from some place on, to the end. Of fewer the rest is NULL.
 */
function isErasedSql(list, place) {
  const tombstones = Array.from({ length: MAX_TOMBSTONES }, (_, index) => `${list} ->> ${place + index}`).join(", ");
  return `(
    ${HAS_ERASURES_SQL}
    AND EXISTS (
      SELECT 1
      FROM skill_usage_erasures
      WHERE tombstone IN (${tombstones})
        AND erased_until >= (${list} ->> 0)
    )
  )`;
}
var IS_ERASED_SQL = isErasedSql("event.value", 2);
/**
 * Marks hours, quarters and days that hold events which are not stored yet and will be. ?1 is JSON: [[period_ms, starts_at, [[started_at,
 * event_id, tombstone, ...], ...]], ...]. Where the mark stands, which is nearly always, no event is looked up.
 */
var MARK_DIRTY_SQL = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT span.value ->> 0, span.value ->> 1
FROM json_each(?1) AS span
WHERE NOT EXISTS (
    SELECT 1
    FROM skill_usage_dirty
    WHERE period_ms = (span.value ->> 0)
      AND starts_at = (span.value ->> 1)
  )
  AND EXISTS (
    SELECT 1
    FROM json_each(span.value, '$[2]') AS event
    WHERE (event.value ->> 0) >= ${RAW_FROM_SQL}
      AND NOT EXISTS (
        SELECT 1
        FROM skill_usage_events
        WHERE started_at = (event.value ->> 0)
          AND event_id = (event.value ->> 1)
      )
      AND NOT ${IS_ERASED_SQL}
  )
ON CONFLICT DO NOTHING`;
/** What a statement looks for: those that an event has. */
function tombstonesOf({ tombstones }) {
  return tombstones.filter((tombstone) => tombstone !== null);
}
/** The parameter of `MARK_DIRTY_SQL` for some events. */
function spansToMark(events) {
  const spans = PERIODS_MS.flatMap((periodMs) => {
    const groups = Map.groupBy(events, (event) => floorTo(event.startedAt, periodMs));
    return [...groups].map(([startsAt, group]) => [periodMs, startsAt, group.map((event) => [event.startedAt, event.id, ...tombstonesOf(event)])]);
  });
  return JSON.stringify(spans);
}

// src/rollup/people-set.ts
/**
 * Sets of people, and how many there are in several of them together.
 *
 * People are small numbers (`skill_usage_people.person`), so a set is a list of them and a union is a pass over an array
 * of marks: exact, and fast enough for a range of months. A list with more people than a row should hold is a sample:
 * everybody whose hashed number begins with `level` zero bits. Samples unite at the highest level among them.
 */
/** Spreads consecutive numbers over 32 bits: 2^32 ÷ golden ratio (Knuth, "The Art of Computer Programming" 3, section 6.4). */
var PEOPLE_HASH_MULTIPLIER = 2654435761;
var NOBODY = { count: 0, members: [], level: 0 };
/** Reads the columns of a row. */
function peopleOf(count, members, level) {
  return count === 0 ? NOBODY : { count, members: JSON.parse(members), level };
}
/** Counts the people of several sets, each person once. Reuses its memory, so keep one for many counts. */
var PeopleCounter = class {
  /** The round in which a person was last seen, by number. */
  #seen = new Uint32Array(1024);
  #round = 0;
  count(all) {
    const sets = all.filter((set) => set.count > 0);
    const [first = NOBODY, second] = sets;
    // One set knows its size, even where it lists only a sample.
    if (second === void 0) return { users: first.count, isApproximate: false };
    const level = sets.reduce((highest, set) => Math.max(highest, set.level), 0);
    const hashes = /* @__PURE__ */ new Set();
    let numbers = 0;
    this.#round++;
    for (const { members } of sets) {
      for (const member of members) {
        if (typeof member === "string") hashes.add(member);
        else if (this.#isNew(member) && isSampled(member, level)) numbers++;
      }
    }
    return { users: numbers * 2 ** level + hashes.size, isApproximate: level > 0 };
  }
  #isNew(member) {
    if (member >= this.#seen.length) {
      const larger = new Uint32Array(Math.max(member + 1, 2 * this.#seen.length));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    if (this.#seen[member] === this.#round) return false;
    this.#seen[member] = this.#round;
    return true;
  }
};
/** Whether a sample of one person in 2^level has somebody in it. Those without a number are in every sample. */
function isSampled(member, level) {
  return level === 0 || typeof member === "string" || Math.imul(member, PEOPLE_HASH_MULTIPLIER) >>> 0 < 2 ** (32 - level);
}

// src/rollup/sketch.ts
/**
 * The duration sketch: counts per logarithmic bucket, from which any percentile follows within 2 %.
 *
 * DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
 * VLDB 2019) with α = 0.02: bucket i holds the durations in (γ^(i−1), γ^i], γ = (1 + α) / (1 − α). Sketches merge by
 * adding their counts. Thirty days in milliseconds need 542 buckets, real ones a few dozen.
 */
/** Relative error of a percentile. */
var SKETCH_ERROR = 0.02;
var GAMMA = (1 + SKETCH_ERROR) / (1 - SKETCH_ERROR);
/** Bucket of durations of 0 ms, which have no logarithm. */
var ZERO_BUCKET = -1;
/** Natural logarithm of γ, for SQL. */
var LN_GAMMA = 0.040005334613699206;
/** The bucket of a duration, as SQL over an event's columns; NULL where a clock that stood still says nothing. */
var BUCKET_SQL = `CASE WHEN duration_ms = 0 THEN CASE WHEN clock = 'io' THEN NULL ELSE ${ZERO_BUCKET} END ELSE CAST(CEIL(LN(duration_ms) / ${LN_GAMMA}) AS INTEGER) END`;
/** Adds the counts of `from` to `into`. */
function mergeSketch(into, from) {
  for (const [bucket, count] of from) into.set(bucket, (into.get(bucket) ?? 0) + count);
}
/** How many durations a sketch holds. */
function sketchSize(sketch) {
  let size = 0;
  for (const count of sketch.values()) size += count;
  return size;
}
/**
 * Estimates percentiles: each the value of nearest rank ⌈q·n⌉, within 2 %.
 *
 * @param quantiles - each in 0…1
 * @returns milliseconds, in the order of `quantiles`; `null` for an empty sketch
 */
function quantilesOf(sketch, quantiles) {
  const buckets = [...sketch].sort(([left], [right]) => left - right);
  const total = sketchSize(sketch);
  return quantiles.map((quantile) => {
    let rank = Math.max(1, Math.ceil(quantile * total));
    for (const [bucket, count] of buckets) {
      rank -= count;
      if (rank <= 0) return estimateOf(bucket);
    }
    return null;
  });
}
/** The value with the smallest relative error to every whole millisecond of a bucket: their harmonic mid-point. */
function estimateOf(bucket) {
  if (bucket === ZERO_BUCKET) return 0;
  const high = Math.max(1, Math.floor(GAMMA ** bucket));
  const low = Math.min(high, Math.floor(GAMMA ** (bucket - 1)) + 1);
  return 2 * low * high / (low + high);
}

// src/rollup/cell.ts
/**
 * Usage cells: the calls of one skill, version, source and variant in one hour, quarter of a
 * day or day. Every figure is a sum of
 * cells; people are a union of theirs.
 */
/** The columns of `CellRow`, in their order. */
var CELL_COLUMNS = [
  ...["starts_at", "skill", "version", "source", "variant"],
  ...["ok", "error", "timeout", "cancelled", "refused", "calls_without_user", "duration_sum_ms", "last_at"],
  ...["durations", "error_types", "users", "people", "people_level", "folded_calls", "folded_errors"]
];
/** Reads a row. */
function cellOf(row) {
  const { ok, error, timeout, cancelled, refused: refused2 } = row;
  return {
    at: row.starts_at,
    skill: row.skill,
    version: row.version,
    source: row.source,
    variant: row.variant,
    calls: ok + error + timeout + cancelled + refused2,
    callsWithoutUser: row.calls_without_user,
    outcomes: { ok, error, timeout, cancelled, refused: refused2 },
    durationSumMs: row.duration_sum_ms,
    durations: sketchOf(row.durations),
    errorTypes: new Map(row.error_types === "{}" ? [] : Object.entries(JSON.parse(row.error_types))),
    lastAt: row.last_at,
    people: peopleOf(row.users, row.people ?? "[]", row.people_level),
    foldedCalls: row.folded_calls,
    foldedErrors: row.folded_errors
  };
}
function sketchOf(json) {
  const counts = JSON.parse(json);
  const sketch = /* @__PURE__ */ new Map();
  for (const bucket in counts) sketch.set(Number(bucket), counts[bucket] ?? 0);
  return sketch;
}
/** The sum of some cells. People are no sum: see `PeopleCounter`. */
function sumCells(cells) {
  const sum = emptySum();
  for (const cell of cells) addCell(sum, cell);
  return sum;
}
function emptySum() {
  return {
    calls: 0,
    callsWithoutUser: 0,
    outcomes: { ok: 0, error: 0, timeout: 0, cancelled: 0, refused: 0 },
    durationSumMs: 0,
    durations: /* @__PURE__ */ new Map(),
    errorTypes: /* @__PURE__ */ new Map(),
    lastAt: 0,
    foldedCalls: 0,
    foldedErrors: 0
  };
}
function addCell(into, from) {
  into.calls += from.calls;
  into.callsWithoutUser += from.callsWithoutUser;
  for (const outcome of OUTCOMES) into.outcomes[outcome] += from.outcomes[outcome];
  into.durationSumMs += from.durationSumMs;
  mergeSketch(into.durations, from.durations);
  for (const [errorType, count] of from.errorTypes) into.errorTypes.set(errorType, (into.errorTypes.get(errorType) ?? 0) + count);
  into.lastAt = Math.max(into.lastAt, from.lastAt);
  into.foldedCalls += from.foldedCalls;
  into.foldedErrors += from.foldedErrors;
}
/** Cells in groups, by a key of each. */
function groupCells(cells, keyOf) {
  const groups = /* @__PURE__ */ new Map();
  for (const cell of cells) {
    const group = groups.get(keyOf(cell));
    if (group === void 0) groups.set(keyOf(cell), [cell]);
    else group.push(cell);
  }
  return groups;
}

// src/analytics/proportion.ts
/**
 * How far a success rate may be chance. Without it, one failure of two calls looks worse than forty of a hundred.
 *
 * Intervals of scores rather than the textbook's p ± z·√(p(1−p)/n), which is wrong where it matters here: for few calls
 * and for rates near 0 and 1.
 */
/** The 97.5th percentile of the standard normal distribution: 95 % lie within ± Z. */
var Z = 1.959964;
/**
 * Wilson's score interval of a rate, 95 %.
 *
 * E. B. Wilson: "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), without continuity correction.
 *
 * @returns both bounds in 0…1; `null` for no trials
 */
function wilsonInterval(successes, trials) {
  if (trials === 0) return null;
  const rate = successes / trials;
  const square = Z ** 2 / trials;
  const centre = rate + square / 2;
  const spread = Z * Math.sqrt((rate * (1 - rate) + square / 4) / trials);
  const bound = (value) => Math.min(1, Math.max(0, value / (1 + square)));
  return { low: bound(centre - spread), high: bound(centre + spread) };
}
/**
 * Newcombe's hybrid score interval of the difference `left` − `right` of two independent rates, 95 %. The rates differ
 * beyond chance when 0 lies outside it.
 *
 * R. G. Newcombe: "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10.
 *
 * @returns both bounds in −1…1; `null` when either has no trials
 */
function differenceInterval(left, right) {
  const ofLeft = wilsonInterval(left.successes, left.trials);
  const ofRight = wilsonInterval(right.successes, right.trials);
  if (ofLeft === null || ofRight === null) return null;
  const [p, q] = [left.successes / left.trials, right.successes / right.trials];
  return {
    low: p - q - Math.hypot(p - ofLeft.low, ofRight.high - q),
    high: p - q + Math.hypot(ofLeft.high - p, q - ofRight.low)
  };
}

// src/analytics/shape.ts
/**
 * How usage cells become the figures of an answer. Pure functions: every question shapes its answer with these.
 */
/** Longest range that is shown by the hour. */
var MAX_HOURLY_MS = 7 * DAY_MS;
/** What every answer carries. */
function envelopeOf(scope, cost) {
  return { range: scope.range, generatedAt: scope.now, cost: { rowsRead: cost.rowsRead } };
}
/** What every answer carries that says how things were before. */
function comparedEnvelopeOf(scope, cost) {
  return { ...envelopeOf(scope, cost), comparedTo: scope.comparedTo };
}
/** The length of a period of a scope: an hour up to 7 days, else a day. */
function periodOf(scope) {
  return scope.range.to - scope.range.from <= MAX_HOURLY_MS ? HOUR_MS : DAY_MS;
}
/** Marks figures whose people are estimated. */
function approximately(isApproximate) {
  return isApproximate ? { usersApproximate: true } : {};
}
/** Failures of a sum. */
function errorsOf(sum) {
  return sum.outcomes.error + sum.outcomes.timeout;
}
/** ok ÷ (ok + error + timeout), and its interval: what people cancelled or refused says nothing about the skill. */
function successOf({ outcomes }) {
  const judged = outcomes.ok + outcomes.error + outcomes.timeout;
  return { successRate: judged === 0 ? null : outcomes.ok / judged, successRateInterval: wilsonInterval(outcomes.ok, judged) };
}
/** Mean and percentiles of a sum's durations. */
function durationsOf(sum) {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(sum.durations, [0.5, 0.95, 0.99]);
  const measured = sketchSize(sum.durations);
  return { avg: measured === 0 ? null : sum.durationSumMs / measured, p50, p95, p99 };
}
/** The headline figures of a span. */
function summaryOf(reading, span) {
  const cells = reading.cellsIn(span);
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersIn(span);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    ...successOf(sum),
    users,
    ...approximately(isApproximate),
    callsWithoutUser: sum.callsWithoutUser,
    skills: new Set(cells.map((cell) => cell.skill)).size,
    foldedCalls: sum.foldedCalls,
    outcomes: sum.outcomes,
    durationMs: durationsOf(sum)
  };
}
/** One point per period of a range, without gaps. A period without calls has 0 calls and no percentiles. */
function pointsOf(scope, cells, reading) {
  const step = periodOf(scope);
  const byPeriod = groupCells(cells, (cell) => floorTo(cell.at, step));
  const points = [];
  for (let at = floorTo(scope.range.from, step); at < scope.range.to; at += step) {
    const group = byPeriod.get(at) ?? [];
    const sum = sumCells(group);
    const { users, isApproximate } = reading.usersOfPeriod(group);
    const [p50 = null, p95 = null, p99 = null] = quantilesOf(sum.durations, [0.5, 0.95, 0.99]);
    points.push({ at, calls: sum.calls, errors: errorsOf(sum), outcomes: sum.outcomes, users, ...approximately(isApproximate), p50, p95, p99 });
  }
  return points;
}
/** Slices of a trend. A function of D1 takes 32 arguments, which bounds what one statement can count apart. */
var MAX_SLICES = 31;
/**
 * Cuts a range into at most 31 slices of whole periods. They begin with the period in which the range begins: a cell
 * cannot be cut.
 */
function slicesOf(scope) {
  const periodMs = periodOf(scope);
  const from = floorTo(scope.range.from, periodMs);
  const periods = Math.ceil((scope.range.to - from) / periodMs);
  const stepMs = Math.ceil(periods / MAX_SLICES) * periodMs;
  return { from, stepMs, count: Math.ceil((scope.range.to - from) / stepMs) };
}
/** The calls of some cells by slice. */
function trendOf(scope, cells) {
  const { from, stepMs, count } = slicesOf(scope);
  const trend = new Array(count).fill(0);
  for (const { at, calls } of cells) {
    const slice = Math.floor((at - from) / stepMs);
    trend[slice] = (trend[slice] ?? 0) + calls;
  }
  return trend;
}
/** Code point order, as SQLite sorts text: the same on every machine. */
function compareText(left, right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

// src/analytics/error-groups.ts
/**
 * Which failures are the same one, how often does each happen, to how many people, and is it new?
 *
 * One pass over the failures of the range and of the one that it is compared to, so ten thousand groups cost no more than
 * one; what leaves the database is bounded by the number of groups that are asked for.
 */
/** One argument a slice: D1 takes 32. */
var TREND_SQL = Array.from({ length: MAX_SLICES }, (_, slice) => `COUNT(*) FILTER (WHERE slice = ${slice})`).join(", ");
/** Groups failures that say the same but for numbers and names; the message is the latest one. Events of the compared range have no slice. */
var errorGroupsQuery = {
  sql: `
WITH spans (starts_at, ends_at, is_current) AS (
  VALUES
    (CAST(?1 AS INTEGER), CAST(?2 AS INTEGER), 1),
    (CAST(?7 AS INTEGER), CAST(?8 AS INTEGER), 0)
), failures AS (
  SELECT
    skill,
    error_type,
    COALESCE(error_fingerprint, '') AS fingerprint,
    error_message,
    started_at,
    ${KNOWN_AS_SQL} AS user_hash,
    is_current,
    CASE WHEN is_current THEN (started_at - CAST(?9 AS INTEGER)) / CAST(?10 AS INTEGER) END AS slice
  FROM spans
  CROSS JOIN skill_usage_events AS events INDEXED BY skill_usage_events_failures ON started_at >= starts_at AND started_at < ends_at
  WHERE outcome IN ('error', 'timeout')
    AND ${FILTER_SQL}
    AND (?11 IS NULL OR error_fingerprint = ?11)
)
SELECT
  skill,
  error_type,
  fingerprint,
  SUBSTR(MAX(PRINTF('%016d', started_at) || error_message) FILTER (WHERE is_current), 17) AS message,
  COUNT(*) FILTER (WHERE is_current) AS count,
  MIN(started_at) FILTER (WHERE is_current) AS first_at,
  MAX(started_at) FILTER (WHERE is_current) AS last_at,
  COUNT(DISTINCT user_hash) FILTER (WHERE is_current) AS users,
  COUNT(*) FILTER (WHERE is_current AND user_hash IS NULL) AS calls_without_user,
  MIN(is_current)
    AND CAST(?7 AS INTEGER) >= ${RAW_FROM_SQL}
    AND EXISTS (
      SELECT 1
      FROM skill_usage_events
      WHERE started_at >= CAST(?7 AS INTEGER)
        AND started_at < CAST(?8 AS INTEGER)
    ) AS is_new,
  json_array(${TREND_SQL}) AS trend,
  COUNT(*) OVER () AS groups_total
FROM failures
GROUP BY skill, error_type, fingerprint
HAVING MAX(is_current)
ORDER BY count DESC, last_at DESC, skill, error_type, fingerprint
LIMIT ?12`,
  bind: ({ before, slices, fingerprint, limit, ...scope }) => [
    ...bindScope(scope),
    ...[before.from, before.to, slices.from, slices.stepMs, fingerprint, limit]
  ],
  columns: [
    ...["skill", "error_type", "fingerprint", "message", "count", "first_at", "last_at"],
    ...["users", "calls_without_user", "is_new", "trend", "groups_total"]
  ]
};
/** Binds the query of the most frequent groups of a scope. */
function bindErrorGroups(db, scope, { fingerprint, limit }) {
  const { range, before, filters } = scope;
  return bindQuery(db, errorGroupsQuery, { from: range.from, to: range.to, filters, before, slices: slicesOf(scope), fingerprint, limit });
}
/** The groups of an answer. */
function errorGroupsOf(scope, rows) {
  const { count: slices } = slicesOf(scope);
  const joinsDays = joinsDailyIdentities(scope.range.from, scope.range.to, scope.dailyUntil);
  return rows.map((row) => ({
    skill: row.skill,
    errorType: row.error_type,
    fingerprint: row.fingerprint,
    message: row.message,
    count: row.count,
    firstAt: row.first_at,
    lastAt: row.last_at,
    trend: JSON.parse(row.trend).slice(0, slices),
    users: joinsDays ? null : row.users,
    callsWithoutUser: row.calls_without_user,
    isNew: row.is_new === 1
  }));
}

// src/analytics/page.ts
/** Pages of calls, newest first. A cursor names the last call that was looked at, so that calls which come in meanwhile move nothing. */
/**
 * The part of a range that a cursor leaves. Its end says the same as the cursor but for calls of one millisecond: SQLite
 * seeks to one bound only, and takes the plain one.
 *
 * @throws InvalidQueryError when the cursor is none
 */
function spanBefore({ from, to }, cursor) {
  if (cursor === void 0) return { from, to, before: { startedAt: to, id: "" } };
  const before = parseCursor(cursor);
  return { from, to: Math.min(to, before.startedAt + 1), before };
}
function parseCursor(cursor) {
  const [, startedAt, id] = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor) ?? [];
  if (startedAt === void 0 || id === void 0) throw new InvalidQueryError('"cursor" is the "cursor" of the answer before.');
  return { startedAt: Number(startedAt), id };
}
/** The cursor behind a call. */
function cursorOf(last) {
  return last === void 0 ? null : `${last.started_at}.${last.event_id}`;
}
/**
 * Reads how many of something an answer should have.
 *
 * @throws InvalidQueryError when that is no whole number from 1 to `max`
 */
function countOf(count, name, max) {
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new InvalidQueryError(`"${name}" is a whole number from 1 to ${max}.`);
}

// src/analytics/errors.ts
/** What failed, with which message, and since when? */
var DEFAULT_LIMIT = 50;
var MAX_LIMIT = 500;
var DEFAULT_GROUPS = 200;
var MAX_GROUPS = 1e3;
/** Reads failures, newest first. */
var errorsQuery = {
  sql: `
SELECT
  event_id,
  started_at,
  skill,
  version,
  source,
  outcome,
  error_type,
  error_message,
  duration_ms,
  metadata
FROM skill_usage_events INDEXED BY skill_usage_events_failures
WHERE outcome IN ('error', 'timeout')
  AND ${SCOPE_SQL}
  AND (started_at, event_id) < (CAST(?7 AS INTEGER), ?8)
  AND (?10 IS NULL OR error_fingerprint = ?10)
ORDER BY started_at DESC, event_id DESC
LIMIT ?9`,
  bind: (params) => [...bindScope(params), params.before.startedAt, params.before.id, params.limit, params.fingerprint],
  columns: [
    ...["event_id", "started_at", "skill", "version", "source"],
    ...["outcome", "error_type", "error_message", "duration_ms", "metadata"]
  ]
};
/**
 * Answers the failures (`error`, `timeout`) of a range, newest first, and their groups, the most frequent first.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getRecentErrors(db, query = {}) {
  const scope = scopeOf(query);
  const { range, filters } = scope;
  const limit = countOf(query.limit ?? DEFAULT_LIMIT, "limit", MAX_LIMIT);
  const groups = countOf(query.groups ?? DEFAULT_GROUPS, "groups", MAX_GROUPS);
  const fingerprint = fingerprintOf(query.fingerprint);
  const { rows, cost } = await runBatch(db, [
    // One row more than asked tells whether there is a next page.
    bindQuery(db, errorsQuery, { ...spanBefore(range, query.cursor), filters, fingerprint, limit: limit + 1 }),
    bindErrorGroups(db, scope, { fingerprint, limit: groups })
  ]);
  const [found, groupRows] = rows;
  return {
    ...comparedEnvelopeOf(scope, cost),
    errors: found.slice(0, limit).map(errorOf),
    groups: errorGroupsOf(scope, groupRows),
    groupsTotal: groupRows[0]?.groups_total ?? 0,
    cursor: found.length > limit ? cursorOf(found[limit - 1]) : null
  };
}
/** One failure, as answers show it. */
function errorOf(row) {
  return {
    id: row.event_id,
    startedAt: row.started_at,
    skill: row.skill,
    version: row.version,
    source: row.source,
    outcome: row.outcome,
    errorType: row.error_type,
    errorMessage: row.error_message,
    durationMs: row.duration_ms,
    metadata: row.metadata === null ? null : JSON.parse(row.metadata)
  };
}
function fingerprintOf(fingerprint) {
  if (fingerprint === void 0) return null;
  if (/^[0-9a-f]{16}$/.test(fingerprint)) return fingerprint;
  throw new InvalidQueryError('"fingerprint" is that of a group of errors: 16 hex digits.');
}

// src/analytics/calls.ts
/**
 * What happened, call by call?
 *
 * There is no index by skill or outcome, since each would cost a row written for every event. So a page looks at a bounded
 * number of calls, newest first, and may be short although there are more: `cursor` goes on behind what was looked at.
 */
var DEFAULT_LIMIT2 = 50;
var MAX_LIMIT2 = 500;
/** Calls that one page looks at, twice. */
var MAX_LOOKED_AT = 2e3;
var CALL_COLUMNS = [
  ...["event_id", "started_at", "skill", "version", "source", "variant"],
  ...["outcome", "error_type", "error_message", "duration_ms", "metadata"]
];
var COLUMNS = CALL_COLUMNS.join(", ");
/** Reads how far back the next `count` calls reach: no row when there are fewer. */
var farthestCallQuery = {
  sql: `
SELECT started_at, event_id
FROM skill_usage_events
WHERE started_at >= CAST(?1 AS INTEGER)
  AND started_at < CAST(?2 AS INTEGER)
  AND (started_at, event_id) < (CAST(?3 AS INTEGER), ?4)
ORDER BY started_at DESC, event_id DESC
LIMIT 1 OFFSET ?5`,
  bind: ({ from, to, before, count }) => [from, to, before.startedAt, before.id, count - 1],
  columns: ["started_at", "event_id"]
};
/** Reads calls, newest first. */
var callsQuery = {
  sql: `
SELECT ${COLUMNS}
FROM skill_usage_events
WHERE ${SCOPE_SQL}
  AND (started_at, event_id) < (CAST(?7 AS INTEGER), ?8)
  AND (started_at, event_id) >= (CAST(?9 AS INTEGER), ?10)
  AND (?11 IS NULL OR outcome IN (SELECT value FROM json_each(?11)))
ORDER BY started_at DESC, event_id DESC
LIMIT ?12`,
  bind: ({ before, downTo, outcome, limit, ...scope }) => [
    ...bindScope(scope),
    ...[before.startedAt, before.id, downTo.startedAt, downTo.id, outcome, limit]
  ],
  columns: CALL_COLUMNS
};
/**
 * Answers the calls of a range, newest first.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getCalls(db, query = {}) {
  const scope = scopeOf(query);
  const { range, filters } = scope;
  const limit = countOf(query.limit ?? DEFAULT_LIMIT2, "limit", MAX_LIMIT2);
  const outcome = outcomesOf(query.outcome);
  const span = spanBefore(range, query.cursor);
  // Without filters every call that is looked at is one of the page. The two readings see different moments, but the same
  // stretch of calls, so none is passed over and none comes twice.
  const isNarrowed = !acceptsAll(filters) || outcome !== null;
  const bound = isNarrowed ? await runBatch(db, [bindQuery(db, farthestCallQuery, { ...span, count: MAX_LOOKED_AT })]) : null;
  const farthest = bound?.rows[0][0];
  const downTo = farthest === void 0 ? { startedAt: range.from, id: "" } : { startedAt: farthest.started_at, id: farthest.event_id };
  // One row more than asked tells whether there is a next page.
  const page = { ...span, from: downTo.startedAt, downTo, filters, outcome, limit: limit + 1 };
  const { rows, cost } = await runBatch(db, [bindQuery(db, callsQuery, page)]);
  const found = rows[0];
  return {
    ...envelopeOf(scope, { ...cost, rowsRead: (bound?.cost.rowsRead ?? 0) + cost.rowsRead }),
    calls: found.slice(0, limit).map(callOf),
    cursor: cursorOf(found.length > limit ? found[limit - 1] : farthest)
  };
}
/** One call, as answers show it. */
function callOf(row) {
  return { ...errorOf(row), variant: row.variant };
}
function outcomesOf(outcome) {
  if (outcome === void 0) return null;
  const outcomes = [outcome].flat().map(parseOutcome);
  return outcomes.length === 0 ? null : JSON.stringify(outcomes);
}
/**
 * Reads how a call ended.
 *
 * @throws InvalidQueryError when there is no such end
 */
function parseOutcome(name) {
  const outcome = OUTCOMES.find((known) => known === name);
  if (outcome === void 0) throw new InvalidQueryError(`"outcome" is one of ${OUTCOMES.join(", ")}.`);
  return outcome;
}

// src/analytics/url.ts
/**
 * Reads a question from the query string of a URL. Names that no question knows are an error rather than ignored: a
 * misspelt filter would otherwise answer for all calls.
 */
/** The labels that a question can be narrowed to. */
var FILTERS = ["skill", "version", "source", "variant"];
var REPEATED = [...FILTERS, "outcome"];
var TEXTS = ["from", "to", "compareFrom", "cursor", "fingerprint"];
var COUNTS = ["limit", "groups", "weeks"];
var SINGLE = ["range", "by", ...TEXTS, ...COUNTS];
/** What one question alone understands: another would answer as if it were not there. */
var PARAMETER_OF = { outcome: "calls", fingerprint: "errors", groups: "errors", weeks: "cohorts" };
/** Longest list of values of one filter, and longest value: that of a skill's name. */
var MAX_FILTER_VALUES = 200;
/**
 * Reads a question from a query string.
 *
 * @param question - the last part of its path
 * @throws InvalidQueryError when a name is unknown or a value cannot be read
 */
function parseQuery(search, question2) {
  const known = [...REPEATED, ...SINGLE].filter((name) => (PARAMETER_OF[name] ?? question2) === question2);
  for (const name of search.keys()) {
    if (!known.some((one) => one === name)) throw new InvalidQueryError(`"${name.slice(0, 64)}" is not a parameter of "${question2}". Known: ${known.join(", ")}.`);
  }
  for (const name of SINGLE) {
    if (search.getAll(name).length > 1) throw new InvalidQueryError(`"${name}" is given more than once.`);
  }
  for (const name of REPEATED) {
    if (search.getAll(name).length > MAX_FILTER_VALUES) throw new InvalidQueryError(`"${name}" takes at most ${MAX_FILTER_VALUES} values.`);
  }
  const query = {};
  for (const name of TEXTS) query[name] = single(search, name);
  for (const name of COUNTS) query[name] = countOf2(single(search, name));
  for (const name of FILTERS) if (search.has(name)) query[name] = search.getAll(name);
  if (search.has("outcome")) query.outcome = search.getAll("outcome").map(parseOutcome);
  const by = single(search, "by");
  if (by !== void 0) query.by = parseBy(by);
  const range = single(search, "range");
  if (range !== void 0) query.range = parsePreset(range);
  return query;
}
function single(search, name) {
  return search.get(name) ?? void 0;
}
/** NaN for what is no count, which the question then refuses. */
function countOf2(text) {
  if (text === void 0) return void 0;
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
}
function parseBy(by) {
  if (by === "skill") return by;
  throw new InvalidQueryError('"by" is "skill", or absent.');
}
function parsePreset(range) {
  if (range === "24h" || range === "7d" || range === "30d" || range === "90d") return range;
  throw new InvalidQueryError('"range" is one of 24h, 7d, 30d, 90d.');
}

// src/worker/body.ts
/**
 * Reads the bodies of requests, within their limits and without trust.
 */
/**
 * Reads a body of one event, or of `{ "events": [...] }`.
 *
 * @throws Problem when it is too large, not JSON, of a foreign content type, or holds more than 500 events
 */
async function readTrackBody(request) {
  const type = contentTypeOf(request);
  if (type !== "" && type !== "application/json" && type !== "text/plain") {
    throw new Problem("unsupported_content_type", 'Send JSON with "Content-Type: application/json" (or text/plain, for beacons).');
  }
  return bodyOf(await readJson(request));
}
/**
 * Reads a body of JSON, whatever its content type.
 *
 * @throws Problem when it is too large or not JSON
 */
async function readJson(request) {
  const text = await readText(request);
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_json", "The body is not JSON.");
  }
}
function bodyOf(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("malformed_json", 'The body is one event, or { "events": [event, ...] }.');
  }
  const key = "key" in value && typeof value.key === "string" ? value.key : void 0;
  if (!("events" in value)) return { events: [value], lost: void 0, key };
  if (!Array.isArray(value.events)) throw new Problem("malformed_json", '"events" is a list of events.');
  if (value.events.length > LIMITS.batchEvents) {
    throw new Problem("too_many_events", `A request holds at most ${LIMITS.batchEvents} events: split the batch.`);
  }
  return { events: value.events, lost: "lost" in value ? value.lost : void 0, key };
}
async function readText(request) {
  return new TextDecoder().decode(await collect(request, LIMITS.bodyBytes));
}
/** The content type without its parameters; "" when there is none. */
function contentTypeOf(request) {
  return (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
}
/**
 * Reads a body that may be compressed.
 *
 * @throws Problem when it has more than `maxBytes`, before or after decompression, is cut, or is compressed otherwise
 */
async function readBytes(request, maxBytes) {
  const encoding = (request.headers.get("Content-Encoding") ?? "").trim().toLowerCase();
  const bytes = await collect(request, maxBytes);
  if (encoding === "" || encoding === "identity") return bytes;
  if (encoding !== "gzip" && encoding !== "deflate") {
    throw new Problem("unsupported_content_encoding", "Compress with gzip or deflate, or not at all.", { "Accept-Encoding": "gzip, deflate" });
  }
  return decompress(bytes, encoding, maxBytes);
}
/** What a decompressor takes at once. It may give back a thousand times as much. */
var SLICE_BYTES = 4096;
/**
 * Decompresses slice by slice, each after all of the one before has been read: workerd decompresses whatever it is given
 * at once, into memory, so that a small body could become gigabytes before the first of them is counted.
 */
async function decompress(bytes, format, maxBytes) {
  const { readable, writable } = new DecompressionStream(format);
  const [reader, writer] = [readable.getReader(), writable.getWriter()];
  const output = new Output(maxBytes);
  // What fails here fails the reading too, and is heard of there.
  const ignore = (promise) => void promise.catch(() => {
  });
  ignore(writer.closed);
  try {
    let reading = reader.read();
    for (let start = 0; start < bytes.length; start += SLICE_BYTES) {
      ignore(writer.write(bytes.slice(start, start + SLICE_BYTES)));
      for (let part = await readSoon(reading); part?.value !== void 0; part = await readSoon(reading)) {
        output.add(part.value);
        reading = reader.read();
      }
    }
    ignore(writer.close());
    for (let part = await reading; part.value !== void 0; part = await reader.read()) output.add(part.value);
    return output.bytes();
  } catch (error) {
    ignore(reader.cancel());
    if (error instanceof Problem) throw error;
    throw new Problem("malformed_otlp", `The body is not ${format}, or was cut.`);
  }
}
/** What is read within a turn of the event loop; `undefined` when nothing is. */
function readSoon(reading) {
  return Promise.race([reading, new Promise((resolve) => setTimeout(resolve, 0))]);
}
/** Reads at most `maxBytes`, so that a body without a length cannot fill the memory. */
async function collect(request, maxBytes) {
  const output = new Output(maxBytes);
  output.expect(Number(request.headers.get("Content-Length") ?? 0));
  for await (const part of request.body ?? []) output.add(part);
  return output.bytes();
}
/** Bytes that come in parts, up to a limit. */
var Output = class {
  #maxBytes;
  #parts = [];
  #length = 0;
  constructor(maxBytes) {
    this.#maxBytes = maxBytes;
  }
  expect(length) {
    if (length > this.#maxBytes) throw new Problem("body_too_large", `A body holds at most ${this.#maxBytes} bytes: split the batch.`);
  }
  add(part) {
    this.#length += part.byteLength;
    this.expect(this.#length);
    this.#parts.push(part);
  }
  bytes() {
    const bytes = new Uint8Array(this.#length);
    let position = 0;
    for (const part of this.#parts) {
      bytes.set(part, position);
      position += part.byteLength;
    }
    return bytes;
  }
};

// src/worker/access/caller.ts
/**
 * Who calls through a service binding. The owner of the calling Worker writes `props` into its configuration, and nothing
 * that comes from the internet can: so they stand for a key.
 */
/** Reads the caller of a request. Whoever is none may do nothing. Only `true` grants: a typing error grants nothing. */
function callerOf(ctx) {
  const props = propertyOf(ctx?.props, "trackSkills");
  const name = propertyOf(props, "name");
  return {
    name: typeof name === "string" && /^[\w.-]{1,64}$/.test(name) ? name : "service",
    analytics: propertyOf(props, "analytics") === true,
    ingest: propertyOf(props, "ingest") === true
  };
}
function propertyOf(value, name) {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : void 0;
}

// src/worker/access/base64url.ts
/** Reading base64url without padding (RFC 4648, section 5), the way tokens are written. */
/** Decodes a text; `undefined` when it is no base64url. */
function fromBase64url(text) {
  if (!/^[\w-]+$/.test(text) || text.length % 4 === 1) return void 0;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
/** Decodes a text that holds a JSON object; `undefined` when it holds none. */
function objectFromBase64url(text) {
  const bytes = fromBase64url(text);
  if (bytes === void 0) return void 0;
  try {
    const value = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(value) ? value : void 0;
  } catch {
    return void 0;
  }
}
/** Whether a value is an object with fields. */
function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// src/worker/access/cloudflare-access.ts
/**
 * Cloudflare Access in place of a key: verifies the token that Access puts on the requests which it lets through.
 *
 * A Worker can be reached beside Access (another route, workers.dev), so the header alone proves nothing: the signature is
 * verified here, with the team's public keys. They are fetched when first needed and kept in memory, so the first request of
 * an instance waits for them; ingest never does.
 */
/**
 * Reads the options. The domain may come with `https://`, or as the team's name alone.
 *
 * @throws TypeError saying what is wrong
 */
function accessSettingsOf(teamDomain, audience) {
  const host = teamDomain.trim().toLowerCase().replace(/^https:\/\//, "").replace(/\/$/, "").replace(/\.cloudflareaccess\.com$/, "");
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host)) throw new TypeError('the team domain is such as "my-team.cloudflareaccess.com".');
  const audiences = (typeof audience === "string" ? audience.split(/[\s,]+/) : audience).filter((one) => one !== "");
  if (audiences.length === 0) throw new TypeError("the audience is the AUD tag of the Access application.");
  return { issuer: `https://${host}.cloudflareaccess.com`, audiences };
}
/** Clocks of Access and of the Worker may differ by this. */
var LEEWAY_SECONDS = 30;
/** Tokens of Access have one or two thousand characters; longer ones are not looked at. */
var MAX_TOKEN_CHARS = 16384;
/**
 * Verifies a token (RFC 7519, RS256 alone) and gives the name of its bearer: the subject, a random id. The e-mail address
 * that the token holds too is not read.
 *
 * @throws Problem `unauthorized` with the reason, `access_unavailable` when the team's keys cannot be fetched
 */
async function verifyAccessToken(token, settings, keys, now) {
  const [head = "", body = "", mac = "", ...rest] = token.length > MAX_TOKEN_CHARS ? [] : token.split(".");
  const [header, claims, signature] = [objectFromBase64url(head), objectFromBase64url(body), fromBase64url(mac)];
  if (header === void 0 || claims === void 0 || signature === void 0 || rest.length > 0) throw refused("is not a JWT");
  // The algorithm is this code's choice, never the token's: "none" and HMAC under the public key are refused by name.
  if (header["alg"] !== "RS256" || header["crit"] !== void 0 || typeof header["kid"] !== "string") throw refused("is not signed with RS256");
  const key = await keys.find(header["kid"], settings.issuer, now);
  if (key === void 0) throw refused("is signed with a key that the team does not have");
  const signed = new TextEncoder().encode(`${head}.${body}`);
  if (!await crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signature, signed)) throw refused("has a wrong signature");
  checkClaims(claims, settings, now / 1e3);
  const names = [claims["sub"], claims["common_name"]].filter((name) => typeof name === "string");
  return names.find((name) => /^[\w.-]{1,64}$/.test(name)) ?? "access";
}
function checkClaims(claims, { issuer, audiences }, nowSeconds) {
  const { iss, aud, exp, nbf } = claims;
  if (iss !== issuer) throw refused("is of another team");
  const named2 = Array.isArray(aud) ? aud : [aud];
  if (!named2.some((one) => typeof one === "string" && audiences.includes(one))) throw refused("is for another application: compare its AUD tag");
  if (typeof exp !== "number" || exp + LEEWAY_SECONDS <= nowSeconds) throw refused("has expired: sign in again");
  if (nbf !== void 0 && !(typeof nbf === "number" && nbf - LEEWAY_SECONDS <= nowSeconds)) throw refused("is not valid yet");
}
function refused(reason) {
  return new Problem("unauthorized", `The token of Cloudflare Access ${reason}.`);
}
/** Access changes its keys every six weeks and accepts the ones before for a week, so an hour is often enough. */
var MAX_AGE_MS = 36e5;
/** Between two fetches: anybody can send tokens that name unknown keys. */
var MIN_PAUSE_MS = 6e4;
/** The same while there is no key at all, so that one failed fetch is no minute without analytics. */
var RETRY_PAUSE_MS = 5e3;
var FETCH_TIMEOUT_MS = 5e3;
/** Requests that fetch at once while there is no key at all. */
var MAX_FIRST_FETCHES = 8;
/** More keys than a team ever has at a time. */
var MAX_KEYS = 16;
/** The public keys of a team, as one instance of the Worker knows them. */
var AccessKeys = class {
  #fetch;
  #issuer = "";
  #keys = /* @__PURE__ */ new Map();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #underWay = 0;
  constructor(fetchKeys) {
    this.#fetch = fetchKeys ?? ((url, init) => fetch(url, init));
  }
  /**
   * The key of an id; `undefined` when the team has none of that id. Keys that cannot be fetched anew serve on: they are as
   * good as they were.
   *
   * @throws Problem `access_unavailable` when there is none at all
   */
  async find(id, issuer, now) {
    if (issuer !== this.#issuer) {
      this.#issuer = issuer;
      this.#keys = /* @__PURE__ */ new Map();
      this.#fetchedAt = this.#triedAt = Number.NEGATIVE_INFINITY;
    }
    const isStale = now - this.#fetchedAt >= MAX_AGE_MS;
    const pauseMs = this.#keys.size === 0 ? RETRY_PAUSE_MS : MIN_PAUSE_MS;
    const isDue = now - this.#triedAt >= pauseMs;
    // What was under way so long ago may have ended with its request.
    if (isDue) this.#underWay = 0;
    // A dashboard asks several questions at once. In a Worker none can wait for the fetch of another, so the first ones all fetch.
    const isAmongFirst = this.#keys.size === 0 && this.#underWay > 0 && this.#underWay < MAX_FIRST_FETCHES;
    if ((isStale || !this.#keys.has(id)) && (isDue || isAmongFirst)) await this.#fetchKeys(issuer, now);
    if (this.#keys.size === 0) throw new Problem("access_unavailable", "The keys of Cloudflare Access could not be fetched: check the team domain, or try again.");
    return this.#keys.get(id);
  }
  async #fetchKeys(issuer, now) {
    this.#triedAt = now;
    this.#underWay += 1;
    try {
      const response = await this.#fetch(`${issuer}/cdn-cgi/access/certs`, { redirect: "manual", signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      const body = response.ok ? await response.json() : void 0;
      const keys = await importKeys(body);
      if (keys.size === 0 || issuer !== this.#issuer) return;
      this.#keys = keys;
      this.#fetchedAt = now;
    } catch {
      // As without an answer: what is known serves on.
    } finally {
      this.#underWay = Math.max(0, this.#underWay - 1);
    }
  }
};
/** The RSA signature keys of a JWK set (RFC 7517). What else stands there is passed over. */
async function importKeys(body) {
  const listed = isObject(body) && Array.isArray(body["keys"]) ? body["keys"].slice(0, MAX_KEYS) : [];
  const keys = /* @__PURE__ */ new Map();
  for (const jwk of listed) {
    if (!isObject(jwk) || jwk["kty"] !== "RSA" || (jwk["use"] ?? "sig") !== "sig" || (jwk["alg"] ?? "RS256") !== "RS256") continue;
    const { kid, n, e } = jwk;
    if (typeof kid !== "string" || typeof n !== "string" || typeof e !== "string") continue;
    const key = await crypto.subtle.importKey("jwk", { kty: "RSA", n, e }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["verify"]).catch(() => void 0);
    if (key !== void 0) keys.set(kid, key);
  }
  return keys;
}

// src/worker/access/keys.ts
/**
 * Keys: how one is read from a request, compared, and told from others by its name.
 *
 * Keys are compared by their SHA-256 digests, and always with every key that is set, so that the time taken says neither
 * how much of a guess was right nor which key it came near. That costs a digest a key and request: microseconds.
 */
/** Shortest key that a named one may be: 16 characters of base64 are 96 bits, out of the reach of guessing over a network. */
var MIN_KEY_CHARS = 16;
/** The key of an `Authorization: Bearer KEY` header. */
function bearerOf(request) {
  return /^Bearer +(\S.*)$/i.exec(request.headers.get("Authorization") ?? "")?.[1]?.trim();
}
/** Refuses a request whose key is not the expected one. */
async function requireKey(given, expected, where) {
  if (given !== void 0 && await nameOfKey(given, [{ name: where, key: expected }]) !== void 0) return;
  throw new Problem("unauthorized", `Send the ${where} as "Authorization: Bearer KEY".`);
}
/** The name of a key; `undefined` when it is none of those given. Compares with all of them, whatever the result. */
async function nameOfKey(given, keys) {
  const digest = await digestOf(given);
  const known = await Promise.all(keys.map(async ({ name, key }) => ({ name, digest: await digestOf(key) })));
  let found;
  for (const one of known) if (isSameDigest(digest, one.digest)) found ??= one.name;
  return found;
}
/**
 * Reads keys from a setting: `name:key` pairs between spaces, commas or line ends. A name may stand twice, so that a key
 * can be replaced without a moment in which neither works.
 *
 * @throws TypeError saying which pair, never what stands in it
 */
function parseNamedKeys(text) {
  const pairs = text.split(/[\s,]+/).filter((pair) => pair !== "");
  return pairs.map((pair, index) => {
    const [, name = "", key = ""] = /^([^:]*):(.*)$/.exec(pair) ?? [];
    return checkedKey({ name, key }, `pair ${index + 1}`);
  });
}
/**
 * Reads keys from an option: an object of name to key.
 *
 * @throws TypeError saying which entry, never what stands in it
 */
function namedKeysOf(keys) {
  return Object.entries(keys).map(([name, key], index) => checkedKey({ name, key }, `entry ${index + 1}`));
}
function checkedKey(named2, place) {
  // What stands in the place of a name may be a key, pasted there or the wrong way round: it is not repeated.
  if (!/^[\w.-]{1,64}$/.test(named2.name)) throw new TypeError(`${place} must be name:key, the name 1 to 64 of A-Z a-z 0-9 _ . -`);
  if (named2.key.length < MIN_KEY_CHARS) throw new TypeError(`the key of ${place} has fewer than ${MIN_KEY_CHARS} characters: openssl rand -base64 32`);
  return named2;
}
var warned = /* @__PURE__ */ new Set();
/**
 * Says once in the owner's log that a key can be guessed. The single keys of the first version had no shortest length, and
 * whoever set a short one is not locked out for it.
 */
function warnOfShortKey(setting, key) {
  if (key === void 0 || key.length >= MIN_KEY_CHARS || warned.has(setting)) return;
  warned.add(setting);
  console.warn(JSON.stringify({ trackSkills: "setting", message: `${setting} has fewer than ${MIN_KEY_CHARS} characters and can be guessed: openssl rand -base64 32` }));
}
function isSameDigest(left, right) {
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}
async function digestOf(key) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}

// src/privacy/scrub.ts
/**
 * Takes personal data and secrets out of text, before it leaves the client and again before the Worker stores it.
 *
 * Each rule leaves a word that names it, such as `[email]`. What has no shape, such as a name, stays: messages remain
 * personal data. Patterns begin where a run of their characters does, or look back from a rare one, so that the time is
 * linear on hostile text. A replacement can lay a neighbour open to an earlier rule, so they run until nothing changes.
 */
/** In order: what contains other things (keys, addresses) goes first, plain numbers last. */
var RULES = [
  [/-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, "[key]"],
  [/:\/\/[^\s/?#"'<>`]*@/g, "://[credentials]@"],
  [/=(?<=[?&#][^\s=&#?"'<>`]{1,64}=)[^\s&#"'<>`]+/g, "=[value]"],
  [/(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){2,4}/g, "[token]"],
  [/\b(bearer|basic) {1,4}([\w.~+/=-]{8,})/gi, scrubCredential],
  [
    /(?<![\w-])(?:(?:[spr]k|gsk|xai|pplx|whsec|GOCSPX)[-_][\w-]{16,}|(?:gh[pousr]|github_pat|hf)_\w{20,}|glpat-[\w-]{16,}|A[KS]IA[0-9A-Z]{16,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g,
    "[key]"
  ],
  [
    /(?<![A-Za-z])(pass(?:word|wd|phrase)|pwd|(?:client[-_]?)?secret|(?:api|access)[-_]?key|(?:(?:auth|access)[-_]?)?token)(["']? ?[=:] ?["']?)([^\s"',;&}[]{4,})/gi,
    scrubAssignment
  ],
  [
    // %40 is @ in a URL. Letters beyond ASCII by ranges, without Unicode's punctuation: many times as fast as \p{L}.
    /(?:@(?<=([\w.%+\u00c0-\u1fff\u3040-\ufeff-]+)@)|%40(?<=((?:(?!%40)[\w.%+\u00c0-\u1fff\u3040-\ufeff-])+)%40))(?!\d+(?:x\.|\.\d))(?:[\w\u00c0-\u1fff\u3040-\ufeff-]+\.)+[a-z\u00c0-\u1fff\u3040-\ufeff]{2,}/gi,
    () => "[email]",
    true
  ],
  [/(\/(?:home|Users)\/|\\{1,2}[Uu]sers\\{1,2})[^\s\\/"'<>:|[]+(?:(?: [^\s\\/"'<>:|[]+){1,3}(?=[\\/]))?/g, "$1[user]"],
  [/(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g, (match) => scrubLongest(match, ibanCheck(), "[iban]")],
  [/(?<![\d.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/g, (match) => scrubLongest(match, cardCheck(), "[card]")],
  [/(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, "[ssn]"],
  [/(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/gi, "[mac]"],
  // Loopback and the unspecified address say nothing about a person and much about a failure.
  [/(?<![\d.v])(?!127\.|0\.0\.0\.0(?!\.?\d))(?:25[0-5]|2[0-4]\d|[01]?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|[01]?\d?\d)){3}(?!\.?\d)/g, "[ip]"],
  [
    // Eight groups, or fewer with a double colon. `a::b` is C++, and `::1` loopback.
    /:(?<=(?<![\w:.])([\da-f]{0,4}):)(?!(?<![\da-f]:):1(?::\d+)?(?![\w:]))(?=[\da-f:]*:(?<=::)|(?:[\da-f]+:){6})(?:[\da-f]{0,4}:){1,6}[\da-f]{0,4}(?<=\d[\da-f:]*)(?::\d{5})?(?![\w:])/gi,
    () => "[ip]",
    true
  ],
  [/(?<![\w.+-])(?:\+\d(?:[ .()/-]{0,2}\d){7,14}(?<=\d\d))+(?!\w)/g, "[phone]"],
  [/(?:\(\d{1,5}\)[ .-]?|(?<![\w.+:/-]))\d{1,5}(?:[ ./-]\d{2,8}){1,4}(?![\w:/-])/g, (match) => isPhoneNumber(match) ? "[phone]" : match],
  [
    // From a run's first digit: none is random without.
    /\d(?<=(?<![\w+/-])([A-Za-z_+/-]*)\d)[\w+/-]*(?![\w+/-])(?<=[\w+/-]{32})={0,2}/g,
    (match) => isRandomString(match) ? "[secret]" : match,
    true
  ]
];
/** Rounds after which no text was ever seen to change. */
var MAX_ROUNDS = 8;
/**
 * Scrubs a text. An owner's rules run first, once each. The kit's take linear time, and change nothing in what they have
 * scrubbed.
 *
 * @throws TypeError for an owner's rule that is none
 */
function scrubText(text, own2 = []) {
  let scrubbed = text;
  for (const { name, pattern } of own2) {
    scrubbed = scrubbed.replace(new RegExp(pattern, `g${pattern.flags.replace(/[gy]/g, "")}`), (match) => match && `[${name}]`);
  }
  let quietRules = 0;
  // Until each rule has seen the text as the last change left it.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const rule of RULES) {
      const before = scrubbed;
      scrubbed = applyRule(before, rule);
      quietRules = scrubbed === before ? quietRules + 1 : 0;
      if (quietRules === RULES.length) return scrubbed;
    }
  }
  return scrubbed;
}
/** Scrubs a number: one whose digits are a card's becomes text, any other stays. */
function scrubNumber(value, scrub) {
  const text = String(value);
  const scrubbed = scrub(text);
  return scrubbed === text ? value : scrubbed;
}
function applyRule(text, [pattern, replacement, looksBack]) {
  if (typeof replacement === "string") return text.replace(pattern, replacement);
  if (!looksBack) return text.replace(pattern, replacement);
  let scrubbed = "";
  let end = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const { 1: before = "", 2: other = "", index } = found;
    const start = Math.max(end, index - before.length - other.length);
    scrubbed += text.slice(end, start);
    end = pattern.lastIndex;
    scrubbed += replacement(text.slice(start, end));
  }
  return scrubbed + text.slice(end);
}
function scrubCredential(match, scheme, credential) {
  return /\d|[a-z][A-Z].*[A-Z]/.test(credential) || credential.length >= 20 ? `${scheme} [token]` : match;
}
/** With `=` or after a quoted name anything is a value; else with `:` ("unexpected token: name") only what holds a digit. */
function scrubAssignment(match, name, sign2, value) {
  return /^["']|=/.test(sign2) || /\d/.test(value) ? `${name}${sign2}[secret]` : match;
}
/** What follows a number may look like more of it, so it may end where any group ends. */
function scrubLongest(match, isNumber, word) {
  let end = 0;
  for (let index = 0; index < match.length; index++) {
    const code = match.charCodeAt(index);
    // A space and a hyphen come before 0; past the end there is NaN.
    if (code > 47 && isNumber(code) && !(match.charCodeAt(index + 1) > 47)) end = index + 1;
  }
  return end > 0 ? word + match.slice(end) : match;
}
/** ISO 13616: with its first four characters last and letters as numbers, an IBAN is 1 modulo 97. */
function ibanCheck() {
  let chars = 0;
  let head = 0;
  let rest = 0;
  return (code) => {
    const append = (value) => code > 64 ? value * 100 + code - 55 : value * 10 + code - 48;
    if (++chars > 4) rest = append(rest) % 97;
    else head = append(head);
    return chars >= 15 && chars <= 34 && (rest * 1e6 + head) % 97 === 1;
  };
}
/** The Luhn check of ISO/IEC 7812-1: from the right, every second digit counts twice. */
function cardCheck() {
  let digits = 0;
  let sum = 0;
  let sumWithLastTwice = 0;
  return (code) => {
    const digit = code - 48;
    [sum, sumWithLastTwice] = [sumWithLastTwice + digit, sum + digit * 2 - (digit > 4 ? 9 : 0)];
    return ++digits >= 13 && sum % 10 === 0;
  };
}
/** 10 to 15 digits (E.164 allows 15), and not a date. Groups of more than four digits are usual only after a 0. */
function isPhoneNumber(text) {
  if (text.length < 11 || !/^(?:\D*\d){10,15}\D*$/.test(text)) return false;
  const isGrouped = /^\(?0\d/.test(text) || !/\d{5}|\//.test(text);
  return isGrouped && !/^(?:\d{4}[-.]\d\d[-.]\d\d|\d\d[-.]\d\d[-.]\d{4})(?!\d)/.test(text);
}
/** Hex of 32 digits or more, or a mix of cases and digits without words in it. UUIDs, paths and identifiers stay. */
function isRandomString(text) {
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /(?:\d\D*){3}/.test(text);
  return /^[\da-f]*$/i.test(text) || isMixed && !/(?:^|[/_-])[A-Za-z]?[a-z]{3,}(?![^/_-])/.test(text);
}

// src/worker/options.ts
/**
 * The settings of the Worker: what its owner passes to the factory, and what the environment carries.
 *
 * An option wins over the environment; most owners need no option at all.
 */
/**
 * Checks the options and fills in the defaults.
 *
 * @throws TypeError naming the option that is wrong, when the Worker starts rather than at the first event
 */
function settingsOf(options) {
  const { rawRetentionDays = 90, basePath = "", dailyRowsWrittenBudget = null } = options;
  const { rollUpRetentionDays = Math.max(400, rawRetentionDays) } = options;
  if (!Number.isFinite(rawRetentionDays) || rawRetentionDays < 1) throw new TypeError('"rawRetentionDays" must be a number of at least 1.');
  if (!Number.isFinite(rollUpRetentionDays) || rollUpRetentionDays < rawRetentionDays) {
    throw new TypeError('"rollUpRetentionDays" must be a number of at least "rawRetentionDays".');
  }
  if (dailyRowsWrittenBudget !== null && !(dailyRowsWrittenBudget > 0)) throw new TypeError('"dailyRowsWrittenBudget" must be a number above 0, or null.');
  if (options.metadata !== void 0 && options.metadata !== "all" && !Array.isArray(options.metadata)) throw new TypeError('"metadata" must be "all" or a list of keys.');
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
    maxSkillsPerDay: options.maxSkillsPerDay ?? 1e3,
    scrubRules: scrubRulesOf(options.scrubRules ?? []),
    now: options.now ?? Date.now
  };
}
function checkAccess({ access, analyticsKeys, maxSkillsPerDay = 1, minGroup = 0 }) {
  if (!(Number.isInteger(minGroup) && minGroup >= 0)) throw new TypeError('"minGroup" must be a whole number of at least 0.');
  if (!(Number.isInteger(maxSkillsPerDay) && maxSkillsPerDay >= 1)) throw new TypeError('"maxSkillsPerDay" must be a whole number of at least 1.');
  named("analyticsKeys", () => namedKeysOf(analyticsKeys ?? {}));
  if (access !== void 0) named("access", () => accessSettingsOf(access.teamDomain, access.audience));
}
function named(option, check) {
  try {
    check();
  } catch (error) {
    throw new TypeError(`"${option}": ${error instanceof Error ? error.message : "not readable"}`, { cause: error });
  }
}
/** The values of two settings that may come from the environment; the first is the default. */
var IDENTITIES = ["stable", "daily"];
var PRIVACY_SIGNALS = ["drop_user", "drop", "ignore"];
/**
 * Reads a setting that is one of a few words; nothing said, or an empty text, is the first of them.
 *
 * @throws TypeError naming the setting
 */
function choiceOf(name, value, choices) {
  const choice = value === void 0 || value === "" ? choices[0] : choices.find((known) => known === value);
  if (choice === void 0) throw new TypeError(`"${name}" is one of ${choices.map((known) => `"${known}"`).join(", ")}.`);
  return choice;
}
function originsOf(name, origins) {
  if (origins === "*") return origins;
  for (const origin of origins) {
    if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
      throw new TypeError(`"${name}" takes origins such as "https://app.example.com", without a path; got "${origin}".`);
    }
  }
  return origins;
}
function scrubRulesOf(rules) {
  try {
    scrubText("", rules);
    if (rules.every(({ name }) => typeof name === "string" && name !== "")) return rules;
  } catch {
    // Said below.
  }
  throw new TypeError('"scrubRules" takes a list of { name, pattern }, the pattern being a regular expression.');
}
/** The keys of metadata that are stored beside the kit's own: by the option, or else by the environment. */
function metadataKeysOf({ metadata }, { TRACK_METADATA_KEYS = "" }) {
  if (metadata !== void 0) return metadata;
  return TRACK_METADATA_KEYS.trim() === "all" ? "all" : TRACK_METADATA_KEYS.split(",").map((key) => key.trim()).filter((key) => key !== "");
}

// src/worker/skill-names.ts
/**
 * A bound on the names of skills that a day can have, so that junk fills neither charts nor roll-ups.
 *
 * Each instance of the Worker remembers the names that it met. While they are few it asks nobody, so an ordinary project
 * pays nothing; an instance that meets many also reads those that roll-ups hold, along with a batch. So the bound is exact
 * within an instance, and several together let through a tenth of it each, and what the last hour brought. Names that come
 * first stay, and those of the day before; a call of a further name is stored as `other` and keeps its name in its metadata:
 * none is lost.
 */
/** The skill that stands for those past the bound. Roll-ups use the same. */
var OTHER = "other";
/** Share of the bound up to which an instance trusts its own memory. */
var TRUSTED_SHARE = 0.1;
/** Between two readings of one day: roll-ups change once an hour. */
var READ_PAUSE_MS = 6e5;
/** Days in memory. Events come late, and from imports, but for few days at a time. */
var MAX_DAYS = 8;
/**
 * Names that the roll-ups of a day hold, and of the day before, so that junk which comes first crowds out no skill that was
 * there yesterday: all of those, at most ?2 of the day's own. Reads as many rows as there are hourly cells of the one day and
 * daily ones of the other.
 */
var skillNamesQuery = {
  sql: `
SELECT skill
FROM skill_usage_cells
WHERE period_ms = ${DAY_MS}
  AND starts_at = CAST(?1 AS INTEGER) - ${DAY_MS}
UNION
SELECT skill
FROM (
  SELECT DISTINCT skill
  FROM skill_usage_cells
  WHERE period_ms = ${HOUR_MS}
    AND starts_at >= CAST(?1 AS INTEGER)
    AND starts_at < CAST(?1 AS INTEGER) + ${DAY_MS}
  LIMIT CAST(?2 AS INTEGER)
)`,
  bind: ({ day, limit }) => [day, limit],
  columns: ["skill"]
};
/** The names of skills that one instance of the Worker knows, by day. */
var SkillNames = class {
  #maxPerDay;
  #days = /* @__PURE__ */ new Map();
  constructor(maxPerDay) {
    this.#maxPerDay = maxPerDay;
  }
  /** Gives events of names past the bound the name `other`, and says how many those are. */
  bound(events) {
    let folded = 0;
    const named2 = events.map((event) => {
      if (this.#admits(event)) return withoutForgedName(event);
      folded += 1;
      return foldedEvent(event);
    });
    return { named: named2, folded };
  }
  /** Which day's names are worth reading now; `undefined` as a rule. */
  namesToRead(now) {
    for (const [day, known] of this.#days) {
      if (!known.hasNews || known.names.size < this.#maxPerDay * TRUSTED_SHARE || now - known.readAt < READ_PAUSE_MS) continue;
      known.readAt = now;
      known.hasNews = false;
      return { day, limit: 2 * this.#maxPerDay };
    }
    return void 0;
  }
  /** Adds names that were read. They were stored, so they are never past the bound. */
  learn(day, rows) {
    const known = this.#days.get(day);
    for (const { skill } of rows) known?.names.add(skill);
  }
  #admits({ skill, startedAt }) {
    const day = this.#dayOf(floorTo(startedAt, DAY_MS));
    if (skill === OTHER || day.names.has(skill)) return true;
    // Also at the bound: the name may be known to other instances.
    day.hasNews = true;
    if (day.names.size >= this.#maxPerDay) return false;
    day.names.add(skill);
    return true;
  }
  #dayOf(at) {
    let day = this.#days.get(at);
    if (day === void 0) {
      day = { names: /* @__PURE__ */ new Set(), hasNews: false, readAt: Number.NEGATIVE_INFINITY };
      this.#days.set(at, day);
      // Never the latest, whose bound could else be passed by sending events of other days in between.
      const latest = Math.max(...this.#days.keys());
      const oldest = [...this.#days.keys()].find((known) => known !== latest);
      if (this.#days.size > MAX_DAYS && oldest !== void 0) this.#days.delete(oldest);
    }
    return day;
  }
};
/** Only here is a call given its former name: one of a client's own would count among calls past the bound. */
function withoutForgedName(event) {
  // A field that is undefined counts as absent.
  return event.metadata !== null && Object.hasOwn(event.metadata, "_skill") ? { ...event, metadata: { ...event.metadata, _skill: void 0 } } : event;
}
/** The name stands first, since metadata is cut at its end, and over one of the client's own. */
function foldedEvent(event) {
  return { ...event, skill: OTHER, metadata: Object.assign({ _skill: "" }, event.metadata, { _skill: event.skill }) };
}

// src/rollup/cells-of-events.ts
/**
 * How events become usage cells, in SQL. A roll-up stores what this gives; a reading of dirty hours takes it as it is.
 * So both are the same by construction.
 *
 * It runs in the database because a Worker on the free plan has 10 ms of CPU time, and because reading and replacing
 * must be one transaction.
 */
/** Cells of one period. The calls of all smaller ones are folded into one of the skill `other`. */
var MAX_CELLS = 1e3;
/** Error types of one cell. The failures of all rarer ones are folded into the type `other`. */
var MAX_ERROR_TYPES = 50;
/** People that one cell lists. A cell with more lists a sample of at least half as many. */
var MAX_PEOPLE = 8192;
/** Whether ingest gave an event the skill `other` because its day had too many names: its own is in the metadata then. */
var IS_RENAMED_SQL = "CASE WHEN skill = 'other' THEN metadata ->> '_skill' IS NOT NULL ELSE 0 END";
/** A cell's names, in the order of the primary key. */
var CELL_SQL = "starts_at, skill, version, source, variant";
/** Keeps one person in 2^level: ?1-free SQL over the columns `person` and `people_level`. Multiplicative hashing (Knuth, TAOCP 6.4). */
var IS_SAMPLED_SQL = `(people_level = 0 OR ((person * ${PEOPLE_HASH_MULTIPLIER}) & 4294967295) < (4294967296 >> people_level))`;
/** The level at which at most `max` of `users` are kept. */
var levelSql = (users, max) => `CASE WHEN ${users} <= ${max} THEN 0 ELSE CAST(CEIL(LN(${users} / ${max}.0) / LN(2)) AS INTEGER) END`;
var PEOPLE_LEVEL_SQL = levelSql("users", MAX_PEOPLE);
/**
 * The cells of the events of some spans: common table expressions that end in `cells`. Stands behind one named `spans`
 * (starts_at, ends_at); ?3 to ?6 are filters. People without a number yet stand in the list by their hash.
 */
var CELLS_OF_SPANS_SQL = `
calls AS (
  SELECT
    starts_at,
    skill,
    version,
    source,
    variant,
    outcome,
    CASE WHEN outcome IN ('error', 'timeout') THEN COALESCE(error_type, '') END AS error_type,
    ${BUCKET_SQL} AS bucket,
    COALESCE(people.person, ${KNOWN_AS_SQL}) AS person,
    COUNT(*) AS calls,
    SUM(${IS_RENAMED_SQL}) AS renamed,
    SUM(duration_ms) AS duration_sum_ms,
    MAX(started_at) AS last_at
  FROM spans
  CROSS JOIN skill_usage_events AS events ON started_at >= starts_at AND started_at < ends_at
  LEFT JOIN skill_usage_people AS people ON people.user_hash = ${KNOWN_AS_SQL}
  WHERE ${FILTER_SQL}
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
), sized AS (
  SELECT
    *,
    SUM(calls) OVER (PARTITION BY ${CELL_SQL}) AS cell_calls
  FROM calls
), ranked AS (
  SELECT
    *,
    DENSE_RANK() OVER (PARTITION BY starts_at ORDER BY cell_calls DESC, skill, version, source, variant) > ${MAX_CELLS} AS is_folded
  FROM sized
), folded AS MATERIALIZED (
  SELECT
    starts_at,
    CASE WHEN is_folded THEN 'other' ELSE skill END AS skill,
    CASE WHEN is_folded THEN '' ELSE version END AS version,
    CASE WHEN is_folded THEN '' ELSE source END AS source,
    CASE WHEN is_folded THEN '' ELSE variant END AS variant,
    outcome,
    error_type,
    bucket,
    person,
    calls,
    CASE WHEN is_folded THEN calls ELSE renamed END AS folded_calls,
    duration_sum_ms,
    last_at
  FROM ranked
), failures AS (
  SELECT
    ${CELL_SQL},
    error_type,
    SUM(calls) AS calls,
    ROW_NUMBER() OVER (PARTITION BY ${CELL_SQL} ORDER BY SUM(calls) DESC, error_type) > ${MAX_ERROR_TYPES} AS is_folded
  FROM folded
  WHERE error_type IS NOT NULL
  GROUP BY ${CELL_SQL}, error_type
), present AS (
  SELECT
    ${CELL_SQL},
    person,
    COUNT(*) OVER (PARTITION BY ${CELL_SQL}) AS users
  FROM (SELECT DISTINCT ${CELL_SQL}, person FROM folded WHERE person IS NOT NULL)
), present_at_level AS (
  SELECT
    *,
    ${PEOPLE_LEVEL_SQL} AS people_level
  FROM present
), parts AS (
  SELECT
    ${CELL_SQL},
    'outcome' AS kind,
    outcome AS name,
    SUM(calls) AS calls,
    SUM(calls) FILTER (WHERE person IS NULL) AS calls_without_user,
    SUM(duration_sum_ms) AS duration_sum_ms,
    MAX(last_at) AS last_at,
    SUM(folded_calls) AS folded
  FROM folded
  GROUP BY ${CELL_SQL}, outcome
  UNION ALL
  SELECT ${CELL_SQL}, 'bucket', bucket, SUM(calls), 0, 0, 0, 0
  FROM folded
  WHERE bucket IS NOT NULL
  GROUP BY ${CELL_SQL}, bucket
  UNION ALL
  SELECT ${CELL_SQL}, 'error type', CASE WHEN is_folded THEN 'other' ELSE error_type END, SUM(calls), 0, 0, 0, SUM(calls * is_folded)
  FROM failures
  GROUP BY 1, 2, 3, 4, 5, 7
  UNION ALL
  SELECT ${CELL_SQL}, 'person', CASE WHEN TYPEOF(person) = 'text' OR ${IS_SAMPLED_SQL} THEN person END, users, people_level, 0, 0, 0
  FROM present_at_level
), cells AS (
  SELECT
    ${CELL_SQL},
    COALESCE(SUM(calls) FILTER (WHERE kind = 'outcome' AND name = 'ok'), 0) AS ok,
    COALESCE(SUM(calls) FILTER (WHERE kind = 'outcome' AND name = 'error'), 0) AS error,
    COALESCE(SUM(calls) FILTER (WHERE kind = 'outcome' AND name = 'timeout'), 0) AS timeout,
    COALESCE(SUM(calls) FILTER (WHERE kind = 'outcome' AND name = 'cancelled'), 0) AS cancelled,
    COALESCE(SUM(calls) FILTER (WHERE kind = 'outcome' AND name = 'refused'), 0) AS refused,
    COALESCE(SUM(calls_without_user) FILTER (WHERE kind = 'outcome'), 0) AS calls_without_user,
    SUM(duration_sum_ms) AS duration_sum_ms,
    MAX(last_at) AS last_at,
    json_group_object(name, calls) FILTER (WHERE kind = 'bucket') AS durations,
    json_group_object(name, calls) FILTER (WHERE kind = 'error type') AS error_types,
    COALESCE(MAX(calls) FILTER (WHERE kind = 'person'), 0) AS users,
    json_group_array(name) FILTER (WHERE kind = 'person' AND name IS NOT NULL) AS people,
    COALESCE(MAX(calls_without_user) FILTER (WHERE kind = 'person'), 0) AS people_level,
    SUM(folded) FILTER (WHERE kind = 'outcome') AS folded_calls,
    COALESCE(SUM(folded) FILTER (WHERE kind = 'error type'), 0) AS folded_errors
  FROM parts
  GROUP BY ${CELL_SQL}
)`;

// src/rollup/people.ts
/**
 * Active people by day: DAU, WAU, MAU and who is new. They are no sum of cells, so closed days keep their counts and
 * their people; what a dirty day changes is counted anew from the people of the days around it.
 */
/** The windows of WAU and MAU, in days. */
var WEEK_DAYS = 7;
var MONTH_DAYS = 30;
/** How far the longest window reaches back from the day with which it ends. */
var WINDOW_MS = (MONTH_DAYS - 1) * DAY_MS;
/** Reads the closed days. Their people come with them where something must be counted: near dirty or uncounted days too. */
var userDaysQuery = {
  sql: `
WITH dirty AS (
  SELECT starts_at AS day
  FROM skill_usage_dirty
  WHERE period_ms = ${DAY_MS}
    AND starts_at >= CAST(?1 AS INTEGER)
    AND starts_at < CAST(?2 AS INTEGER)
), closed AS (
  SELECT
    COUNT(*) AS days,
    MIN(day) FILTER (WHERE wau IS NULL OR mau IS NULL) AS uncounted
  FROM skill_usage_user_days
  WHERE day >= CAST(?1 AS INTEGER)
    AND day < CAST(?2 AS INTEGER)
), wanted AS (
  SELECT CASE
    -- A day without a row has windows all the same, which nobody has counted.
    WHEN days + (SELECT COUNT(*) FROM dirty WHERE NOT EXISTS (SELECT 1 FROM skill_usage_user_days AS known WHERE known.day = dirty.day))
      < (CAST(?2 AS INTEGER) - CAST(?1 AS INTEGER)) / ${DAY_MS} THEN 0
    ELSE MIN(
      CAST(?3 AS INTEGER),
      COALESCE((SELECT MIN(day) FROM dirty) - ${WINDOW_MS}, CAST(?3 AS INTEGER)),
      COALESCE(uncounted - ${WINDOW_MS}, CAST(?3 AS INTEGER))
    )
  END AS day
  FROM closed
)
SELECT
  day,
  dau,
  wau,
  mau,
  new_users,
  CASE WHEN day >= (SELECT day FROM wanted) THEN people END AS people,
  people_level
FROM skill_usage_user_days
WHERE day >= CAST(?1 AS INTEGER)
  AND day < CAST(?2 AS INTEGER)
ORDER BY day`,
  bind: (params) => [params.from, params.to, params.peopleFrom],
  columns: ["day", "dau", "wau", "mau", "new_users", "people", "people_level"]
};
/** Reads which days are dirty. */
var dirtyDaysQuery = {
  sql: `
SELECT starts_at AS day
FROM skill_usage_dirty
WHERE period_ms = ${DAY_MS}
  AND starts_at >= CAST(?1 AS INTEGER)
  AND starts_at < CAST(?2 AS INTEGER)
ORDER BY starts_at`,
  bind: (params) => [params.from, params.to],
  columns: ["day"]
};
/** Counts the people whose first call was on a dirty day, as far as roll-ups know. */
var newUsersQuery = {
  sql: `
SELECT
  first_day AS day,
  COUNT(*) AS users
FROM skill_usage_dirty
CROSS JOIN skill_usage_people ON first_day = starts_at
WHERE period_ms = ${DAY_MS}
  AND starts_at >= CAST(?1 AS INTEGER)
  AND starts_at < CAST(?2 AS INTEGER)
GROUP BY first_day
ORDER BY first_day`,
  bind: (params) => [params.from, params.to],
  columns: ["day", "users"]
};
/** Counts the people whose first call is in a dirty hour, earlier than roll-ups know. Looks at all dirty hours before `to`. */
var earlierPeopleQuery = {
  sql: `
WITH seen AS (
  SELECT
    ${KNOWN_AS_SQL} AS user_hash,
    MIN(started_at) / ${DAY_MS} * ${DAY_MS} AS day
  FROM skill_usage_dirty
  CROSS JOIN skill_usage_events AS events ON started_at >= starts_at AND started_at < starts_at + ${HOUR_MS}
  WHERE period_ms = ${HOUR_MS}
    AND starts_at < CAST(?1 AS INTEGER)
    AND events.user_hash IS NOT NULL
  GROUP BY 1
)
SELECT
  day,
  first_day AS known_day,
  COUNT(*) AS users
FROM seen
LEFT JOIN skill_usage_people USING (user_hash)
WHERE first_day IS NULL OR first_day > day
GROUP BY 1, 2
ORDER BY 1, 2`,
  bind: (params) => [params.to],
  columns: ["day", "known_day", "users"]
};
/** Puts together what closed days keep, and the people of dirty days, which come from cells. */
function daysKnownOf({ userDays, dirtyDays, newUsers, earlier }, peopleByDay) {
  // What was kept of a dirty day no longer holds.
  const clean = userDays.filter(({ day }) => !dirtyDays.some((dirty) => dirty.day === day));
  const kept = /* @__PURE__ */ new Map();
  const people = /* @__PURE__ */ new Map();
  for (const { day } of dirtyDays) people.set(day, peopleByDay.get(day) ?? []);
  for (const { day, dau, wau, mau, people: members, people_level: level } of clean) {
    if (members !== null) people.set(day, [peopleOf(dau, members, level)]);
    const isDoubtful = dirtyDays.some((dirty) => dirty.day <= day && dirty.day >= day - WINDOW_MS);
    if (wau !== null && mau !== null && !isDoubtful) kept.set(day, { dau, wau, mau });
  }
  return { kept, people, newUsers: newUsersOf(clean, newUsers, earlier) };
}
/** People whose first call was on each day: kept, counted on dirty days, and put right by the events of dirty hours. */
function newUsersOf(rows, dirty, earlier) {
  const newUsers = new Map(rows.map((row) => [row.day, row.new_users]));
  const add = (day, users) => newUsers.set(day, (newUsers.get(day) ?? 0) + users);
  for (const { day, users } of dirty) add(day, users);
  for (const { day, known_day, users } of earlier) {
    add(day, users);
    if (known_day !== null) add(known_day, -users);
  }
  return newUsers;
}
/** Distinct people of the days [from, to). */
function usersOfDays(from, to, known, counter) {
  const counts = known.kept.get(to - DAY_MS);
  const days = (to - from) / DAY_MS;
  if (counts !== void 0 && days === 1) return { users: counts.dau, isApproximate: false };
  if (counts !== void 0 && days === WEEK_DAYS) return { users: counts.wau, isApproximate: false };
  if (counts !== void 0 && days === MONTH_DAYS) return { users: counts.mau, isApproximate: false };
  return counter.count(peopleOfDays(from, to, known));
}
/** The people of the days [from, to), day by day. */
function peopleOfDays(from, to, { people }) {
  const sets = [];
  for (let day = from; day < to; day += DAY_MS) sets.push(...people.get(day) ?? []);
  return sets;
}
/** The active people of one day. */
function activePeopleOn(day, known, counter) {
  const window = (days) => usersOfDays(day - (days - 1) * DAY_MS, day + DAY_MS, known, counter);
  const [dau, wau, mau] = [window(1), window(WEEK_DAYS), window(MONTH_DAYS)];
  return {
    dau: dau.users,
    wau: wau.users,
    mau: mau.users,
    newUsers: known.newUsers.get(day) ?? 0,
    isApproximate: dau.isApproximate || wau.isApproximate || mau.isApproximate
  };
}
/** People whose first day is each day, by the people of all days. Where lists are samples, of those in the samples. */
function firstDaysOf(peopleByDay) {
  const seen = /* @__PURE__ */ new Set();
  const newUsers = /* @__PURE__ */ new Map();
  for (const [day, sets] of [...peopleByDay].sort(([left], [right]) => left - right)) {
    const before = seen.size;
    for (const { members } of sets) for (const member of members) seen.add(member);
    newUsers.set(day, seen.size - before);
  }
  return newUsers;
}

// src/rollup/roll-up-sql.ts
/**
 * The statements of a roll-up. Each looks only at those of the wanted hours, quarters or days that still carry their mark, and the
 * last one takes the marks away: so a batch of them, which is one transaction, does its work once, whoever else runs it.
 */
/** People that one day lists: a row of D1 holds 2 MB. A day with more lists a sample of at least half as many. */
var MAX_DAY_PEOPLE = 2e5;
var MONTH_MS = MONTH_DAYS * DAY_MS;
/** The dirty ones among the periods ?2 (JSON) of length ?1. A quarter or a day waits for its hours. */
var SPANS_SQL = `spans AS (
  SELECT starts_at, starts_at + period_ms AS ends_at
  FROM skill_usage_dirty AS mark
  WHERE period_ms = CAST(?1 AS INTEGER)
    AND starts_at IN (SELECT value FROM json_each(?2))
    AND (
      period_ms = ${HOUR_MS}
      OR NOT EXISTS (
        SELECT 1
        FROM skill_usage_dirty AS hour
        WHERE hour.period_ms = ${HOUR_MS}
          AND hour.starts_at >= mark.starts_at
          AND hour.starts_at < mark.starts_at + mark.period_ms
      )
    )
)`;
var SEEN_SQL = `${SPANS_SQL}, seen AS (
  SELECT
    ${KNOWN_AS_SQL} AS user_hash,
    MIN(started_at) / ${DAY_MS} * ${DAY_MS} AS first_day,
    (MAX(started_at) / ${MONTH_MS} + 1) * ${MONTH_MS} AS seen_until
  FROM spans
  CROSS JOIN skill_usage_events AS events ON started_at >= starts_at AND started_at < ends_at
  WHERE events.user_hash IS NOT NULL
  GROUP BY 1
)`;
/** Days that counted somebody as new who was here before: they must be counted again. */
var MARK_LATER_FIRST_DAYS_SQL = `
WITH ${SEEN_SQL}
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT ${DAY_MS}, people.first_day
FROM seen
CROSS JOIN skill_usage_people AS people ON people.user_hash = seen.user_hash
WHERE people.first_day > seen.first_day
ON CONFLICT DO NOTHING`;
var UPDATE_PEOPLE_SQL = `
WITH ${SEEN_SQL}
UPDATE skill_usage_people
SET
  first_day = MIN(skill_usage_people.first_day, seen.first_day),
  seen_until = MAX(skill_usage_people.seen_until, seen.seen_until)
FROM seen
WHERE seen.user_hash = skill_usage_people.user_hash
  AND (seen.first_day < skill_usage_people.first_day OR seen.seen_until > skill_usage_people.seen_until)`;
var INSERT_PEOPLE_SQL = `
WITH ${SEEN_SQL}
INSERT INTO skill_usage_people (user_hash, first_day, seen_until)
SELECT user_hash, first_day, seen_until
FROM seen
WHERE NOT EXISTS (SELECT 1 FROM skill_usage_people AS known WHERE known.user_hash = seen.user_hash)`;
var DELETE_CELLS_SQL = `
WITH ${SPANS_SQL}
DELETE FROM skill_usage_cells
WHERE period_ms = CAST(?1 AS INTEGER)
  AND starts_at IN (SELECT starts_at FROM spans)`;
var COLUMNS2 = CELL_COLUMNS.join(", ");
/** ?3 to ?6 are filters, which a roll-up binds to NULL. */
var INSERT_CELLS_SQL = `
WITH ${SPANS_SQL}, ${CELLS_OF_SPANS_SQL}
INSERT INTO skill_usage_cells (period_ms, ${COLUMNS2})
SELECT CAST(?1 AS INTEGER), ${COLUMNS2}
FROM cells`;
/** Windows that hold a day which is about to change. */
var UNCOUNT_WINDOWS_SQL = `
WITH ${SPANS_SQL}
UPDATE skill_usage_user_days
SET wau = NULL, mau = NULL
WHERE day >= (SELECT MIN(starts_at) FROM spans)
  AND wau IS NOT NULL
  AND EXISTS (SELECT 1 FROM spans WHERE day >= starts_at AND day < starts_at + ${MONTH_MS})`;
var DAY_LEVEL_SQL = levelSql("users", MAX_DAY_PEOPLE);
/** The people of each day; a day without people has a row too. */
var UPSERT_USER_DAYS_SQL = `
WITH ${SPANS_SQL}, present AS (
  SELECT DISTINCT starts_at, person
  FROM spans
  CROSS JOIN skill_usage_events AS events ON started_at >= starts_at AND started_at < ends_at
  CROSS JOIN skill_usage_people AS people ON people.user_hash = ${KNOWN_AS_SQL}
), counted AS (
  SELECT starts_at, COUNT(person) AS users
  FROM spans
  LEFT JOIN present USING (starts_at)
  GROUP BY starts_at
), days AS (
  SELECT starts_at, users, ${DAY_LEVEL_SQL} AS people_level
  FROM counted
)
INSERT INTO skill_usage_user_days (day, dau, new_users, people, people_level)
SELECT
  starts_at,
  users,
  (SELECT COUNT(*) FROM skill_usage_people WHERE first_day = starts_at),
  json_group_array(person) FILTER (WHERE person IS NOT NULL AND ${IS_SAMPLED_SQL}),
  people_level
FROM days
LEFT JOIN present USING (starts_at)
GROUP BY starts_at
ON CONFLICT (day) DO UPDATE SET
  dau = excluded.dau,
  wau = NULL,
  mau = NULL,
  new_users = excluded.new_users,
  people = excluded.people,
  people_level = excluded.people_level`;
var DELETE_MARKS_SQL = `
WITH ${SPANS_SQL}
DELETE FROM skill_usage_dirty
WHERE period_ms = CAST(?1 AS INTEGER)
  AND starts_at IN (SELECT starts_at FROM spans)`;
/** Distinct people of the days that end with `skill_usage_user_days.day`, scaled up where days are samples. */
var windowSql = (days) => `(
    SELECT COUNT(DISTINCT person) << MAX(people_level)
    FROM (
      SELECT MAX(level.people_level) AS people_level
      FROM skill_usage_user_days AS level
      WHERE level.day > ending.day - ${days * DAY_MS}
        AND level.day <= ending.day
    )
    CROSS JOIN (
      SELECT member.value AS person
      FROM skill_usage_user_days AS one
      CROSS JOIN json_each(one.people) AS member
      WHERE one.day > ending.day - ${days * DAY_MS}
        AND one.day <= ending.day
    )
    WHERE ${IS_SAMPLED_SQL}
  )`;
var WAU_SQL = windowSql(WEEK_DAYS);
var MAU_SQL = windowSql(MONTH_DAYS);
/** Counts the windows of at most ?1 days which have none and in whose windows no day is dirty. */
var COUNT_WINDOWS_SQL = `
UPDATE skill_usage_user_days AS ending
SET
  wau = COALESCE(${WAU_SQL}, 0),
  mau = COALESCE(${MAU_SQL}, 0)
WHERE day IN (
  SELECT day
  FROM skill_usage_user_days AS waiting
  WHERE (wau IS NULL OR mau IS NULL)
    AND NOT EXISTS (
      SELECT 1
      FROM skill_usage_dirty
      WHERE period_ms = ${DAY_MS}
        AND starts_at <= waiting.day
        AND starts_at > waiting.day - ${MONTH_MS}
    )
  ORDER BY day
  LIMIT CAST(?1 AS INTEGER)
)`;
/** The closed periods (of length ?1, over before ?2) that are dirty, oldest first, and how many events each holds. */
var DIRTY_SPANS_SQL = `
SELECT
  starts_at,
  (SELECT COUNT(*) FROM skill_usage_events WHERE started_at >= starts_at AND started_at < starts_at + period_ms) AS events
FROM skill_usage_dirty AS mark
WHERE period_ms = CAST(?1 AS INTEGER)
  AND starts_at <= CAST(?2 AS INTEGER) - period_ms
  AND (
    period_ms = ${HOUR_MS}
    OR NOT EXISTS (
      SELECT 1
      FROM skill_usage_dirty AS hour
      WHERE hour.period_ms = ${HOUR_MS}
        AND hour.starts_at >= mark.starts_at
        AND hour.starts_at < mark.starts_at + mark.period_ms
    )
  )
ORDER BY starts_at
LIMIT CAST(?3 AS INTEGER)`;

// src/rollup/roll-up.ts
/**
 * Rolling up: rebuilds the cells of dirty hours, quarters and days from their events. May be run at any time, by any number of
 * Workers at once, and stopped anywhere: a batch is a transaction, and a mark goes with the work that it asked for.
 */
/** A period is rolled up when it has been over for this long: late events would make the work be done twice. */
var CLOSING_MS = 12e4;
/** Bounds of one run: the free plan allows 50 queries an invocation, and clean-up needs some of them. */
var MAX_HOUR_BATCHES = 2;
var MAX_QUARTER_BATCHES = 2;
var MAX_DAY_BATCHES = 2;
var MAX_SPANS = 240;
/** Events of one batch: D1 ends a transaction after 30 s, and 20,000 events take about one. A larger hour goes alone. */
var EVENTS_PER_BATCH = 2e4;
/** Days whose windows are counted in one run. */
var MAX_WINDOWS = 40;
/** Rolls up what is dirty and over, oldest first, within the bounds of one run. Rejects with what D1 says. */
async function rollUp(db, now) {
  const results = [];
  const run = async (statements) => {
    const done = await db.batch(statements.map(({ sql, values }) => db.prepare(sql).bind(...values)));
    results.push(...done);
    return done[0]?.results ?? [];
  };
  const rollUpAll = async (periodMs, maxBatches, statements) => {
    const spans = await run([{ sql: DIRTY_SPANS_SQL, values: [periodMs, now - CLOSING_MS, MAX_SPANS] }]);
    const batches = batchesOf(spans);
    for (const batch of batches.slice(0, maxBatches)) {
      const values = [periodMs, JSON.stringify(batch)];
      await run(statements.map((text) => ({ sql: text, values: text === INSERT_CELLS_SQL ? [...values, ...bindFilters(NO_FILTERS)] : values })));
    }
    return { done: batches.slice(0, maxBatches).flat().length, isUnfinished: batches.length > maxBatches || spans.length === MAX_SPANS };
  };
  const hours = await rollUpAll(HOUR_MS, MAX_HOUR_BATCHES, HOUR_STATEMENTS);
  const quarters = await rollUpAll(QUARTER_MS, MAX_QUARTER_BATCHES, QUARTER_STATEMENTS);
  const days = await rollUpAll(DAY_MS, MAX_DAY_BATCHES, DAY_STATEMENTS);
  await run([{ sql: COUNT_WINDOWS_SQL, values: [MAX_WINDOWS] }]);
  const isUnfinished = hours.isUnfinished || quarters.isUnfinished || days.isUnfinished;
  return { hours: hours.done, quarters: quarters.done, days: days.done, isUnfinished, ...costOf(results) };
}
/** People get their numbers before cells list them. */
var HOUR_STATEMENTS = [
  MARK_LATER_FIRST_DAYS_SQL,
  UPDATE_PEOPLE_SQL,
  INSERT_PEOPLE_SQL,
  DELETE_CELLS_SQL,
  INSERT_CELLS_SQL,
  DELETE_MARKS_SQL
];
var QUARTER_STATEMENTS = [DELETE_CELLS_SQL, INSERT_CELLS_SQL, DELETE_MARKS_SQL];
var DAY_STATEMENTS = [
  DELETE_CELLS_SQL,
  INSERT_CELLS_SQL,
  UNCOUNT_WINDOWS_SQL,
  UPSERT_USER_DAYS_SQL,
  DELETE_MARKS_SQL
];
/** Puts spans together as long as their events fit one batch. */
function batchesOf(spans) {
  const batches = [];
  let events = Number.POSITIVE_INFINITY;
  for (const span of spans) {
    events += span.events;
    if (events > EVENTS_PER_BATCH) {
      batches.push([]);
      events = span.events;
    }
    batches.at(-1)?.push(span.starts_at);
  }
  return batches;
}

// src/worker/clean-up.ts
/**
 * Clean-up: deletes whole days of events, and roll-ups, that are older than their retention. In chunks, so that each
 * statement stays short, and with a bound per run; what is left is left for the next run.
 *
 * Events go only once their days are rolled up, and before the first of them goes, `raw_from` says so: from then on no
 * event of those days is taken, since a roll-up of them could not be rebuilt.
 */
/** Cloudflare's rules of D1: about 10,000 rows a statement. */
var ROWS_PER_CHUNK = 1e4;
/** Statements of one run: the free plan allows 50 queries an invocation, of which a roll-up may use 32. */
var MAX_CHUNKS = 12;
/** Days go this long after their retention, so that no event which was just taken meets the deletion. */
var MARGIN_MS = HOUR_MS;
/** Moves `raw_from` up to ?1, or to the first day that is not rolled up. */
var RAISE_RAW_FROM_SQL = `
INSERT INTO skill_usage_state (name, value)
SELECT 'raw_from', MIN(CAST(?1 AS INTEGER), COALESCE((SELECT MIN(starts_at) FROM skill_usage_dirty WHERE period_ms = ${DAY_MS}), CAST(?1 AS INTEGER)))
WHERE true
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE excluded.value > value`;
/** Deletes the oldest ?1 events before `raw_from`. A table without rowid has no DELETE … LIMIT, so the bound is a primary key. */
var DELETE_EVENTS_SQL = `
DELETE FROM skill_usage_events
WHERE started_at < ${RAW_FROM_SQL}
  AND (started_at, event_id) <= (
    SELECT started_at, event_id
    FROM (
      SELECT started_at, event_id
      FROM skill_usage_events
      WHERE started_at < ${RAW_FROM_SQL}
      ORDER BY started_at, event_id
      LIMIT CAST(?1 AS INTEGER)
    )
    ORDER BY started_at DESC, event_id DESC
    LIMIT 1
  )`;
/** Deletes cells of periods of ?3 ms that begin before ?1, about ?2 of them: whole periods, the oldest. */
var DELETE_OLD_CELLS_SQL = `
DELETE FROM skill_usage_cells
WHERE period_ms = CAST(?3 AS INTEGER)
  AND starts_at < CAST(?1 AS INTEGER)
  AND starts_at < COALESCE((
    SELECT starts_at
    FROM skill_usage_cells
    WHERE period_ms = CAST(?3 AS INTEGER)
    ORDER BY starts_at
    LIMIT 1 OFFSET CAST(?2 AS INTEGER)
  ), CAST(?1 AS INTEGER))`;
var DELETE_OLD_USER_DAYS_SQL = `
DELETE FROM skill_usage_user_days
WHERE day < CAST(?1 AS INTEGER)`;
var ANY_USER_DAY_SQL = `
SELECT 1
FROM skill_usage_user_days
LIMIT 1`;
var DELETE_OLD_COSTS_SQL = `
DELETE FROM skill_usage_costs
WHERE day < CAST(?1 AS INTEGER)`;
var DELETE_OLD_LOSSES_SQL = `
DELETE FROM skill_usage_losses
WHERE reported_at < CAST(?1 AS INTEGER)`;
/** Tombstones whose events no longer pass `raw_from`. Those of an erasure that nobody finished stay while lists may hold the person (?1). */
var DELETE_OLD_ERASURES_SQL = `
DELETE FROM skill_usage_erasures
WHERE erased_until < CASE WHEN request_id IS NULL THEN ${RAW_FROM_SQL} ELSE MIN(${RAW_FROM_SQL}, CAST(?1 AS INTEGER)) END`;
/** The aliases of all people who go next, ?2 of them at most: nothing leads to one whose person is gone. */
var DELETE_OLD_ALIASES_SQL = `
DELETE FROM skill_usage_aliases
WHERE user_hash IN (
  SELECT alias.user_hash
  FROM skill_usage_aliases AS alias
  CROSS JOIN skill_usage_people AS people ON people.user_hash = known_as
  WHERE seen_until < CAST(?1 AS INTEGER)
  LIMIT CAST(?2 AS INTEGER)
)`;
/** People who were not seen within the retention of roll-ups. ?2 of them at most. */
var DELETE_OLD_PEOPLE_SQL = `
DELETE FROM skill_usage_people
WHERE person IN (
  SELECT person
  FROM skill_usage_people
  WHERE seen_until < CAST(?1 AS INTEGER)
  LIMIT CAST(?2 AS INTEGER)
)`;
/** Deletes what is older than its retention, within the bounds of one run. May be stopped at any moment. Rejects with what D1 says. */
async function cleanUp(db, { now, rawRetentionDays, rollUpRetentionDays }) {
  const results = [];
  let chunks = 0;
  const deleteAll = async (sql, ...values) => {
    let deleted = 0;
    let changes = ROWS_PER_CHUNK;
    // A statement that deleted much may have left more.
    while (changes >= ROWS_PER_CHUNK / 2 && chunks++ < MAX_CHUNKS) {
      const result = await db.prepare(sql).bind(...values).all();
      results.push(result);
      changes = result.meta.changes ?? 0;
      deleted += changes;
    }
    return deleted;
  };
  const rawBefore = floorTo(now - rawRetentionDays * DAY_MS - MARGIN_MS, DAY_MS);
  const rollUpsBefore = floorTo(now - rollUpRetentionDays * DAY_MS, DAY_MS);
  results.push(await db.prepare(RAISE_RAW_FROM_SQL).bind(rawBefore).all());
  const deletedEvents = await deleteAll(DELETE_EVENTS_SQL, ROWS_PER_CHUNK);
  let deletedCells = 0;
  for (const periodMs of PERIODS_MS) deletedCells += await deleteAll(DELETE_OLD_CELLS_SQL, rollUpsBefore, ROWS_PER_CHUNK, periodMs);
  const deletedUserDays = await deleteAll(DELETE_OLD_USER_DAYS_SQL, rollUpsBefore);
  await deleteAll(DELETE_OLD_COSTS_SQL, rollUpsBefore);
  await deleteAll(DELETE_OLD_LOSSES_SQL, rollUpsBefore);
  await deleteAll(DELETE_OLD_ERASURES_SQL, rollUpsBefore);
  // The search for people looks at all of them, so it is made once a day: when a day of roll-ups has gone, or none is left.
  const isDayGone = deletedUserDays > 0 || (await db.prepare(ANY_USER_DAY_SQL).all()).results.length === 0;
  if (isDayGone) await deleteAll(DELETE_OLD_ALIASES_SQL, rollUpsBefore, ROWS_PER_CHUNK);
  const deletedPeople = isDayGone ? await deleteAll(DELETE_OLD_PEOPLE_SQL, rollUpsBefore, ROWS_PER_CHUNK) : 0;
  return {
    deletedEvents,
    deletedRollUps: deletedCells + deletedUserDays,
    deletedPeople,
    isUnfinished: chunks > MAX_CHUNKS,
    ...costOf(results)
  };
}

// src/rollup/read-plan.ts
/**
 * How a span of time is read: whole clean days from daily cells, clean quarters of other days from theirs, clean hours
 * from hourly cells, dirty hours from the events. Every moment is read exactly once, so that the figures are exact at every moment.
 *
 * What is dirty is looked up by the statements themselves: all of them run in one transaction, so no
 * roll-up can come between the plan and the reading.
 */
/** Plans a reading. Pure. */
function planCells({ spans, hourly, dirtyFrom, peopleFrom, filters }) {
  const edges = spans.flatMap(({ from: from2, to: to2 }) => [from2, to2]);
  const from = Math.min(...edges);
  const to = Math.max(...edges);
  // A daily cell cannot stand for a part of its day, nor for one hour of it.
  const hourDays = new Set(edges.filter((edge) => edge % DAY_MS !== 0).map((edge) => floorTo(edge, DAY_MS)));
  for (const day of hourly === null ? [] : daysIn(hourly)) hourDays.add(day);
  const days = new Set(spans.flatMap(daysIn).filter((day) => !hourDays.has(day)));
  const shared = { filters, days: [...days], hourDays: [...hourDays], peopleFrom };
  const within = { ...shared, from: Math.min(from, dirtyFrom), to };
  return { days: { ...shared, from: floorTo(from, DAY_MS), to: ceilTo(to, DAY_MS) }, quarters: within, hours: within, events: within };
}
/** The days that a span touches. */
function daysIn({ from, to }) {
  const days = [];
  for (let day = floorTo(from, DAY_MS); day < to; day += DAY_MS) days.push(day);
  return days;
}
var COLUMNS_SQL = CELL_COLUMNS.join(", ");
var COLUMNS_SQL_PEOPLE_FROM = COLUMNS_SQL.replace("people,", "CASE WHEN starts_at >= CAST(?8 AS INTEGER) THEN people END AS people,");
/** Reads the cells of whole clean days. Goes by the days, since D1 counts each look into a list as a row read. */
var dayCellsQuery = {
  sql: `
WITH days AS (
  SELECT value AS day
  FROM json_each(?7)
  WHERE value NOT IN (SELECT starts_at FROM skill_usage_dirty WHERE period_ms = ${DAY_MS})
)
SELECT ${COLUMNS_SQL_PEOPLE_FROM}
FROM days
CROSS JOIN skill_usage_cells ON period_ms = ${DAY_MS} AND starts_at = day
WHERE day >= CAST(?1 AS INTEGER)
  AND day < CAST(?2 AS INTEGER)
  AND ${FILTER_SQL}`,
  bind: (params) => [params.from, params.to, ...bindFilters(params.filters), JSON.stringify(params.days), params.peopleFrom],
  columns: CELL_COLUMNS
};
/** Starts of parts of `ms` in a whole of `count` of them, as JSON. */
var startsOf = (count, ms) => JSON.stringify(Array.from({ length: count }, (_, index) => index * ms));
var QUARTERS_OF_DAY = startsOf(4, QUARTER_MS);
var HOURS_OF_QUARTER = startsOf(6, HOUR_MS);
/** Reads the cells of clean quarters of dirty days. What is wanted by the hour is left to the hours. */
var quarterCellsQuery = {
  sql: `
WITH quarters AS (
  SELECT mark.starts_at + part.value AS quarter
  FROM skill_usage_dirty AS mark
  CROSS JOIN json_each('${QUARTERS_OF_DAY}') AS part
  WHERE period_ms = ${DAY_MS}
    AND starts_at > CAST(?1 AS INTEGER) - ${DAY_MS}
    AND starts_at < CAST(?2 AS INTEGER)
    AND starts_at NOT IN (SELECT value FROM json_each(?7))
    AND mark.starts_at + part.value NOT IN (SELECT starts_at FROM skill_usage_dirty WHERE period_ms = ${QUARTER_MS})
)
SELECT ${COLUMNS_SQL}
FROM quarters
CROSS JOIN skill_usage_cells ON period_ms = ${QUARTER_MS} AND starts_at = quarter
WHERE quarter >= CAST(?1 AS INTEGER)
  AND quarter < CAST(?2 AS INTEGER)
  AND ${FILTER_SQL}`,
  bind: (params) => [params.from, params.to, ...bindFilters(params.filters), JSON.stringify(params.hourDays)],
  columns: CELL_COLUMNS
};
/** Reads the cells of clean hours, where a quarter is dirty or its day is wanted by the hour. */
var hourCellsQuery = {
  sql: `
WITH quarters AS (
  SELECT day.value + part.value AS quarter
  FROM json_each(?7) AS day
  CROSS JOIN json_each('${QUARTERS_OF_DAY}') AS part
  UNION
  SELECT starts_at
  FROM skill_usage_dirty
  WHERE period_ms = ${QUARTER_MS}
    AND starts_at > CAST(?1 AS INTEGER) - ${QUARTER_MS}
    AND starts_at < CAST(?2 AS INTEGER)
), hours AS (
  SELECT quarter + value AS hour
  FROM quarters
  CROSS JOIN json_each('${HOURS_OF_QUARTER}')
  WHERE quarter + value NOT IN (SELECT starts_at FROM skill_usage_dirty WHERE period_ms = ${HOUR_MS})
)
SELECT ${COLUMNS_SQL}
FROM hours
CROSS JOIN skill_usage_cells ON period_ms = ${HOUR_MS} AND starts_at = hour
WHERE hour >= CAST(?1 AS INTEGER)
  AND hour < CAST(?2 AS INTEGER)
  AND ${FILTER_SQL}`,
  bind: (params) => [params.from, params.to, ...bindFilters(params.filters), JSON.stringify(params.hourDays)],
  columns: CELL_COLUMNS
};
/** Makes the cells of dirty hours from their events. */
var eventCellsQuery = {
  sql: `
WITH spans AS (
  SELECT starts_at, starts_at + ${HOUR_MS} AS ends_at
  FROM skill_usage_dirty
  WHERE period_ms = ${HOUR_MS}
    AND starts_at >= CAST(?1 AS INTEGER)
    AND starts_at < CAST(?2 AS INTEGER)
), ${CELLS_OF_SPANS_SQL}
SELECT ${COLUMNS_SQL}
FROM cells`,
  bind: (params) => [params.from, params.to, ...bindFilters(params.filters)],
  columns: CELL_COLUMNS
};
var OF_ALL = { days: dayCellsQuery, quarters: quarterCellsQuery, hours: hourCellsQuery };
/** The same for filters that want one skill: they look it up in each period rather than pass over all other skills. */
var OF_SKILL = { days: seekingSkill(dayCellsQuery), quarters: seekingSkill(quarterCellsQuery), hours: seekingSkill(hourCellsQuery) };
function seekingSkill(query) {
  return { ...query, sql: query.sql.replace("CROSS JOIN skill_usage_cells ON ", "CROSS JOIN skill_usage_cells ON skill = (?3 ->> 0) AND ") };
}
/** The queries that read the cells of some filters with the fewest rows. */
function cellQueriesFor({ skill }) {
  return skill !== null && JSON.parse(skill).length === 1 ? OF_SKILL : OF_ALL;
}

// src/analytics/reading.ts
/**
 * One reading of what the questions are answered from: usage cells, and the people of days. All in one transaction.
 *
 * People without filters over whole days come from what closed days keep; under filters, or for parts of days, from the
 * lists in the cells.
 */
var UNKNOWN_PEOPLE = { users: null, isApproximate: false };
var NO_DAYS = { from: 0, to: 0 };
/** The UTC days that a range touches, as a span. */
function wholeDays({ from, to }) {
  return { from: floorTo(from, DAY_MS), to: ceilTo(to, DAY_MS) };
}
/** Reads what a question needs. */
async function readUsage(db, scope, needs) {
  return (await readUsageAlong(db, scope, needs, [])).reading;
}
/** Reads what a question needs, and the rows of other queries in the same transaction. */
async function readUsageAlong(db, scope, needs, along) {
  const plan = planOf(scope, needs);
  const cells = cellQueriesFor(scope.filters);
  const base = [
    bindQuery(db, cells.days, plan.cells.days),
    bindQuery(db, cells.quarters, plan.cells.quarters),
    bindQuery(db, cells.hours, plan.cells.hours),
    bindQuery(db, eventCellsQuery, plan.cells.events),
    bindQuery(db, userDaysQuery, plan.userDays),
    bindQuery(db, dirtyDaysQuery, plan.userDays),
    bindQuery(db, newUsersQuery, plan.newUsers),
    bindQuery(db, earlierPeopleQuery, plan.newUsers)
  ];
  const { rows, alongRows, cost } = await runBatchAlong(db, base, along);
  return { reading: readingOf(scope, plan, rows, cost), along: alongRows };
}
function readingOf({ range, dailyUntil }, plan, rows, cost) {
  const [dayCells, quarterCells, hourCells, eventCells, userDays, dirtyDays, newUsers, earlier] = rows;
  const cells = [...dayCells, ...quarterCells, ...hourCells, ...eventCells].map(cellOf);
  const peopleByDay = peopleByDayOf(cells);
  const known = plan.keepsDays ? daysKnownOf({ userDays, dirtyDays, newUsers, earlier }, peopleByDay) : { kept: /* @__PURE__ */ new Map(), people: peopleByDay, newUsers: firstDaysOf(peopleByDay) };
  const counter = new PeopleCounter();
  const count = (some) => counter.count(some.map((cell) => cell.people));
  const joinsDays = ({ from, to }) => joinsDailyIdentities(from, to, dailyUntil);
  const usersIn = ({ from, to }) => {
    const day = plan.hasDays ? floorTo(to, DAY_MS) : from;
    if (day === to) return usersOfDays(from, to, known, counter);
    return counter.count([...peopleOfDays(from, day, known), ...cellsIn({ from: day, to }).map((cell) => cell.people)]);
  };
  // Of the range, or of the one compared to: which may lie across midnight where the range itself does not.
  const isOfDays = (some) => {
    const first = some.reduce((earliest, { at }) => Math.min(earliest, at), Number.POSITIVE_INFINITY);
    const last = some.reduce((latest, { at }) => Math.max(latest, at), 0);
    return joinsDays(range) || some.length > 0 && joinsDays({ from: first, to: last + 1 });
  };
  const cellsIn = ({ from, to }) => cells.filter((cell) => cell.at >= from && cell.at < to);
  return {
    cost,
    cellsIn,
    usersIn: (span) => joinsDays(span) ? UNKNOWN_PEOPLE : usersIn(span),
    usersOf: (some) => isOfDays(some) ? UNKNOWN_PEOPLE : count(some),
    usersOfPeriod: count,
    activeOn: (day) => activePeopleOn(day, known, counter)
  };
}
function planOf({ filters, range, comparedTo, before }, needs) {
  const days = wholeDays(range);
  const keepsDays = acceptsAll(filters);
  const asked = needs.previous ? [range, comparedTo, before] : [range];
  const askedFrom = Math.min(...asked.map(({ from }) => from));
  const hasDays = keepsDays && asked.every(({ from }) => from % DAY_MS === 0);
  const spans = needs.retention ? [...asked, days] : asked;
  // Nothing is kept of filtered calls, so the first day of each person is looked for in all cells.
  if (needs.retention && !keepsDays) spans.push({ from: days.from - MAX_RANGE_DAYS * DAY_MS, to: days.from });
  const earliest = Math.min(askedFrom, days.from - MONTH_DAYS * DAY_MS);
  const userDays = keepsDays && (needs.retention || hasDays) ? { from: floorTo(earliest, DAY_MS), to: days.to } : NO_DAYS;
  const hasKeptLength = asked.every(({ from, to }) => [1, WEEK_DAYS, MONTH_DAYS].includes((to - from) / DAY_MS));
  return {
    keepsDays,
    hasDays,
    cells: planCells({
      spans,
      hourly: needs.hourly ? range : null,
      dirtyFrom: needs.allDirty ? 0 : userDays === NO_DAYS ? range.from : userDays.from,
      peopleFrom: !hasDays ? 0 : needs.peopleByCell ? askedFrom : days.to,
      filters
    }),
    userDays: { ...userDays, peopleFrom: hasKeptLength ? range.from : askedFrom },
    newUsers: needs.retention && keepsDays ? days : NO_DAYS
  };
}
function peopleByDayOf(cells) {
  const byDay = groupCells(cells, (cell) => floorTo(cell.at, DAY_MS));
  return new Map([...byDay].map(([day, group]) => [day, group.map((cell) => cell.people)]));
}

// src/analytics/cost.ts
/** What does the kit itself cost, and how far is that from the limits of the account's plan? */
/** D1's prices and limits (Cloudflare's D1 pricing page, November 2026). The free plan counts per day and account. */
var FREE_PLAN = { rowsRead: 5e6, rowsWritten: 1e5 };
var PAID_PLAN = { rowsRead: 25e9, rowsWritten: 5e7, usdPerRowRead: 1e-9, usdPerRowWritten: 1e-6 };
var MONTH_DAYS2 = 30;
/** Reads what was recorded of some UTC days: at most six rows a day. */
var costsQuery = {
  sql: `
SELECT
  day,
  operation,
  runs,
  rows_read,
  rows_written
FROM skill_usage_costs
WHERE day >= CAST(?1 AS INTEGER)
  AND day < CAST(?2 AS INTEGER)
ORDER BY day, operation`,
  bind: (params) => [params.from, params.to],
  columns: ["day", "operation", "runs", "rows_read", "rows_written"]
};
/**
 * Answers the rows that D1 read and wrote for the kit, by UTC day and operation, and what a month of that means on the
 * free and on the paid plan. Filters make no difference. Other users of the same account are not in it.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getCost(db, query = {}) {
  const scope = scopeOf(query);
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, costsQuery, wholeDays(scope.range)),
    bindQuery(db, costsQuery, costDaysOf(scope.now))
  ]);
  const days = [...Map.groupBy(rows[0], (row) => row.day)].map(([day, group]) => costDayOf(day, group));
  const today = costTodayOf(rows[1], scope.now, query.dailyRowsWrittenBudget);
  const month = monthOf(days, today, scope.now);
  return { ...envelopeOf(scope, cost), days, today, projectedMonth: month, plans: { free: freePlanOf(month), paid: paidPlanOf(month) } };
}
/** The UTC day of a time, as parameters. */
function costDaysOf(now) {
  const from = floorTo(now, DAY_MS);
  return { from, to: from + DAY_MS };
}
/** What was recorded of today, beside the budget. */
function costTodayOf(rows, now, budget = null) {
  const { rowsRead, rowsWritten } = sumOf(rows);
  return {
    rowsRead,
    rowsWritten,
    rowsWrittenBudget: budget,
    isBudgetSpent: budget !== null && rowsWritten >= budget,
    resetsAt: costDaysOf(now).to
  };
}
function costDayOf(day, rows) {
  const operations = rows.map((row) => ({ operation: row.operation, runs: row.runs, rowsRead: row.rows_read, rowsWritten: row.rows_written }));
  return { day: dateOf(day), ...sumOf(rows), operations };
}
function sumOf(rows) {
  return {
    rowsRead: rows.reduce((sum, row) => sum + row.rows_read, 0),
    rowsWritten: rows.reduce((sum, row) => sum + row.rows_written, 0)
  };
}
function monthOf(days, today, now) {
  const full = days.filter(({ day }) => day < dateOf(now));
  if (full.length === 0) {
    const elapsed = Math.max(now % DAY_MS, 1) / DAY_MS;
    if (today.rowsRead + today.rowsWritten === 0) return null;
    return { ...scaled([today], MONTH_DAYS2 / elapsed), basedOnDays: elapsed };
  }
  return { ...scaled(full, MONTH_DAYS2 / full.length), basedOnDays: full.length };
}
function scaled(days, factor) {
  return {
    rowsRead: Math.round(days.reduce((sum, day) => sum + day.rowsRead, 0) * factor),
    rowsWritten: Math.round(days.reduce((sum, day) => sum + day.rowsWritten, 0) * factor)
  };
}
function freePlanOf(month) {
  return {
    includedRowsRead: FREE_PLAN.rowsRead,
    includedRowsWritten: FREE_PLAN.rowsWritten,
    readShare: month && month.rowsRead / MONTH_DAYS2 / FREE_PLAN.rowsRead,
    writtenShare: month && month.rowsWritten / MONTH_DAYS2 / FREE_PLAN.rowsWritten,
    overageUsd: null
  };
}
function paidPlanOf(month) {
  const { rowsRead, rowsWritten, usdPerRowRead, usdPerRowWritten } = PAID_PLAN;
  const over = (used, included) => Math.max(0, used - included);
  return {
    includedRowsRead: rowsRead,
    includedRowsWritten: rowsWritten,
    readShare: month && month.rowsRead / rowsRead,
    writtenShare: month && month.rowsWritten / rowsWritten,
    overageUsd: month && over(month.rowsRead, rowsRead) * usdPerRowRead + over(month.rowsWritten, rowsWritten) * usdPerRowWritten
  };
}

// src/worker/cost-meter.ts
/**
 * The kit's own account: rows that D1 counted, by UTC day and operation.
 *
 * Writing an account costs rows too, so an instance of the Worker keeps it in memory and adds it to the table at once
 * after its first work, then every few minutes or thousand rows. An instance that ends in between takes what it had not
 * written with it: a few minutes of one instance, on the low side.
 */
var FLUSH_MS = 3e5;
var FLUSH_ROWS_WRITTEN = 1e3;
/** How long the table's sum is believed before it is read again. */
var SUM_MS = 6e4;
/** Adds entries, given as JSON [[day, operation, runs, rows_read, rows_written], ...]. */
var ADD_COSTS_SQL = `
INSERT INTO skill_usage_costs (day, operation, runs, rows_read, rows_written)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM json_each(?1)
WHERE true
ON CONFLICT (day, operation) DO UPDATE SET
  runs = runs + excluded.runs,
  rows_read = rows_read + excluded.rows_read,
  rows_written = rows_written + excluded.rows_written`;
var ROWS_WRITTEN_SQL = `
SELECT COALESCE(SUM(rows_written), 0) AS rows_written
FROM skill_usage_costs
WHERE day = CAST(?1 AS INTEGER)`;
/** The account of one instance of the Worker. */
var CostMeter = class {
  #pending = [];
  #flushedAt = Number.NEGATIVE_INFINITY;
  #sum = { day: -1, readAt: Number.NEGATIVE_INFINITY, rowsWritten: 0 };
  /** Notes what an operation cost. */
  add(operation, { rowsRead, rowsWritten }, now) {
    const day = costDaysOf(now).from;
    const entry = this.#pending.find((known) => known[0] === day && known[1] === operation);
    if (entry === void 0) {
      this.#pending.push([day, operation, 1, rowsRead, rowsWritten]);
      return;
    }
    entry[2]++;
    entry[3] += rowsRead;
    entry[4] += rowsWritten;
  }
  /** Writes what is pending, when it is time or `isUrgent`. Rejects with what D1 says; what was pending then stays so. */
  async flush(db, now, isUrgent = false) {
    const isDue = isUrgent || now - this.#flushedAt >= FLUSH_MS || this.#rowsPending(costDaysOf(now).from) >= FLUSH_ROWS_WRITTEN;
    if (!isDue || this.#pending.length === 0) return;
    const entries = this.#pending;
    const flushedBefore = this.#flushedAt;
    this.#pending = [];
    this.#flushedAt = now;
    try {
      const result = await db.prepare(ADD_COSTS_SQL).bind(JSON.stringify(entries)).all();
      this.#sum.readAt = Number.NEGATIVE_INFINITY;
      this.add("accounting", costOf([result]), now);
    } catch (error) {
      this.#pending.push(...entries);
      this.#flushedAt = flushedBefore;
      throw error;
    }
  }
  /** Rows written today, as far as this instance knows: what all of them have recorded, and what it has pending. */
  async rowsWrittenToday(db, now) {
    const day = costDaysOf(now).from;
    if (this.#sum.day !== day || now - this.#sum.readAt >= SUM_MS) {
      const { results } = await db.prepare(ROWS_WRITTEN_SQL).bind(day).all();
      this.#sum = { day, readAt: now, rowsWritten: results[0]?.rows_written ?? 0 };
    }
    return this.#sum.rowsWritten + this.#rowsPending(day);
  }
  #rowsPending(day) {
    return this.#pending.reduce((sum, entry) => sum + (entry[0] === day ? entry[4] : 0), 0);
  }
};

// src/worker/salts.ts
/**
 * The salts of `identity: "daily"`: 32 random bytes for each UTC day, kept until the end of the next day, so that a late
 * event finds the pseudonym of its own day. Random and deleted, rather than derived from the date: afterwards neither the
 * secret nor the database leads from an id to a pseudonym of that day.
 */
/** Deletes the salts of days before ?1. */
var DELETE_OLD_SALTS_SQL = `
DELETE FROM skill_usage_salts
WHERE day < CAST(?1 AS INTEGER)`;
/** Adds salts, given as JSON [[day, salt], ...]. Of two that are made at once the first is the day's. */
var INSERT_SALTS_SQL = `
INSERT INTO skill_usage_salts (day, salt)
SELECT value ->> 0, value ->> 1
FROM json_each(?1)
WHERE true
ON CONFLICT DO NOTHING`;
/** Notes up to where pseudonyms hold for one day: people of such days cannot be counted over several days, then or later. */
var RAISE_DAILY_UNTIL_SQL = `
INSERT INTO skill_usage_state (name, value)
SELECT 'daily_until', MAX(day) + ${DAY_MS}
FROM skill_usage_salts
HAVING COUNT(*) > 0
ON CONFLICT (name) DO UPDATE SET value = excluded.value
WHERE excluded.value > value`;
/** Reads the salts of days from ?1 on: as a rule two. */
var SALTS_SQL = `
SELECT day, salt
FROM skill_usage_salts
WHERE day >= CAST(?1 AS INTEGER)
ORDER BY day`;
var DAILY_UNTIL_SQL = `
SELECT value
FROM skill_usage_state
WHERE name = 'daily_until'`;
/** The first day whose salt may be used. It ends 48 hours after it began. */
function firstSaltedDay(now) {
  return floorTo(now, DAY_MS) - DAY_MS;
}
/** The salts that may be used. */
async function readSalts(db, now) {
  const result = await db.prepare(SALTS_SQL).bind(firstSaltedDay(now)).all();
  return { salts: result.results, cost: costOf([result]) };
}
/** Deletes the salts that may not be used any more. Rejects with what D1 says. */
async function deleteOldSalts(db, now) {
  return costOf([await db.prepare(DELETE_OLD_SALTS_SQL).bind(firstSaltedDay(now)).all()]);
}
/** Makes the salts of some days that have none, and deletes those that are too old, so that nothing depends on a cron. Gives all that may be used. */
async function makeSalts(db, days, now) {
  const made = days.map((day) => [day, toBase64url(crypto.getRandomValues(new Uint8Array(32)))]);
  const results = await db.batch([
    db.prepare(DELETE_OLD_SALTS_SQL).bind(firstSaltedDay(now)),
    db.prepare(INSERT_SALTS_SQL).bind(JSON.stringify(made)),
    db.prepare(RAISE_DAILY_UNTIL_SQL),
    db.prepare(SALTS_SQL).bind(firstSaltedDay(now))
  ]);
  return { salts: results[3]?.results ?? [], cost: costOf(results) };
}

// src/worker/subjects/days.ts
/**
 * The days on which a person may be found.
 *
 * No index leads from a person to the events: it would cost a row written for every event, for a question that is asked once
 * in a while. The lists of people by day lead to the days instead, and only these are searched.
 */
/**
 * Whether the JSON list `people` holds the number `person`: as text, since D1 counts every item that `json_each` gives as a
 * row read. The lists are written by `json_group_array`, without spaces.
 */
var LISTS_PERSON_SQL = `INSTR(',' || SUBSTR(people, 2, LENGTH(people) - 2) || ',', ',' || person || ',') > 0`;
/**
 * Those of the days ?1 (JSON) that may know a person: all but the clean ones whose complete list does not name the person. The
 * number is that of the pseudonyms ?3 (JSON), or that which an erasure (?2, JSON: its tombstones) is taking out.
 */
var daysOfPersonQuery = {
  sql: `
WITH subject AS (
  SELECT person FROM skill_usage_erasures WHERE tombstone IN (SELECT value FROM json_each(?2)) AND person IS NOT NULL
  UNION
  SELECT person FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3))
)
SELECT wanted.value AS day
FROM json_each(?1) AS wanted
LEFT JOIN skill_usage_user_days ON skill_usage_user_days.day = wanted.value
LEFT JOIN skill_usage_dirty AS mark ON mark.period_ms = ${DAY_MS} AND mark.starts_at = wanted.value
WHERE skill_usage_user_days.day IS NULL
  OR mark.starts_at IS NOT NULL
  OR EXISTS (SELECT 1 FROM subject WHERE ${LISTS_PERSON_SQL} OR NOT ${IS_SAMPLED_SQL})
ORDER BY wanted.value`,
  bind: ({ days, tombstones, userHashes }) => [JSON.stringify(days), JSON.stringify(tombstones), JSON.stringify(userHashes)],
  columns: ["day"]
};
/** The UTC days from that of one instant to that of another. */
function daysBetween(from, to) {
  const days = [];
  for (let day = floorTo(from, DAY_MS); day <= to; day += DAY_MS) days.push(day);
  return days;
}
/** Rows that a statement should read: well under a second, where D1 ends a statement after 30. */
var ROWS_PER_STATEMENT = 5e5;
/** Most days of a statement. */
var MAX_DAYS2 = 32;
/** How many days the next statement should take, when the last one took `days` and read so many rows. */
function nextDays(days, rowsRead) {
  const fitting = Math.floor(days * ROWS_PER_STATEMENT / Math.max(1, rowsRead));
  return Math.max(1, Math.min(fitting, 4 * days, MAX_DAYS2));
}
/** Takes the first days, which lie in a span of at most `max` days, out of a list of days. */
function takeSpan(days, max) {
  const from = days[0] ?? 0;
  let last = from;
  while (days[0] !== void 0 && days[0] < from + max * DAY_MS) last = days.shift() ?? last;
  return { from, to: last + DAY_MS };
}

// src/worker/subjects/erase-sql.ts
/**
 * The statements of an erasure that take a person out of the database. ?1 is the tombstone that stands for the erasure and ?2 the
 * request, where a statement depends on how far it has come: a statement of a request that is finished, or of a stage that
 * is over, does nothing, so that two erasures of one person may run at once.
 */
var PERIODS_SQL = `(VALUES ${PERIODS_MS.map((periodMs) => `(${periodMs})`).join(", ")}) AS period`;
var MONTH_MS2 = MONTH_DAYS * DAY_MS;
/** Whether an event is of one of the pseudonyms ?1 (JSON): as text, since D1 counts every item that `json_each` gives as a row read. */
var IS_OF_PERSON_SQL = `INSTR(?1, '"' || user_hash || '"') > 0`;
/** The person's (?1) oldest ?4 events from ?2 to before ?3. */
var CHUNK_SQL = `(
    SELECT started_at, event_id
    FROM skill_usage_events
    WHERE started_at >= CAST(?2 AS INTEGER)
      AND started_at < CAST(?3 AS INTEGER)
      AND ${IS_OF_PERSON_SQL}
    ORDER BY started_at, event_id
    LIMIT CAST(?4 AS INTEGER)
  )`;
/** Marks what the next statement changes. Days of which events are deleted already must not be rolled up again. */
var MARK_CHUNK_SQL = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT period.column1, started_at / period.column1 * period.column1
FROM ${CHUNK_SQL}
CROSS JOIN ${PERIODS_SQL}
WHERE started_at >= ${RAW_FROM_SQL}
ON CONFLICT DO NOTHING`;
var DELETE_CHUNK_SQL = `
DELETE FROM skill_usage_events
WHERE (started_at, event_id) IN ${CHUNK_SQL}`;
var IS_ERASING_EVENTS_SQL = `EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NOT NULL)`;
/** Calls after the erasure that were rolled up under the old number (of the pseudonyms ?3, JSON) get a new one: their hours, quarters and days are marked. */
var MARK_LATER_CALLS_SQL = `
INSERT INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT period.column1, starts_at / period.column1 * period.column1
FROM (SELECT erased_until FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NOT NULL)
CROSS JOIN (SELECT person FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3)))
CROSS JOIN skill_usage_cells ON period_ms = ${HOUR_MS} AND starts_at > erased_until - ${HOUR_MS}
CROSS JOIN ${PERIODS_SQL}
WHERE (${LISTS_PERSON_SQL} OR NOT ${IS_SAMPLED_SQL})
  AND starts_at >= ${RAW_FROM_SQL}
ON CONFLICT DO NOTHING`;
/** A day that is clean counts exactly those as new whose first day it is. */
var UNCOUNT_NEW_USER_SQL = `
UPDATE skill_usage_user_days
SET new_users = new_users - 1
WHERE day = (SELECT first_day FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3)))
  AND ${IS_ERASING_EVENTS_SQL}`;
/** Keeps the number until it has left all lists. */
var KEEP_NUMBER_SQL = `
UPDATE skill_usage_erasures
SET
  person = known.person,
  lists_from = known.first_day,
  lists_to = known.seen_until
FROM (SELECT person, first_day, seen_until FROM skill_usage_people WHERE user_hash IN (SELECT value FROM json_each(?3))) AS known
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NOT NULL`;
var DELETE_PERSON_SQL = `
DELETE FROM skill_usage_people
WHERE user_hash IN (SELECT value FROM json_each(?3))
  AND ${IS_ERASING_EVENTS_SQL}`;
/** With the number goes what leads to it: later calls under a new pseudonym are known by that one, or begin anew with the old. */
var DELETE_ALIASES_SQL = `
DELETE FROM skill_usage_aliases
WHERE user_hash IN (SELECT value FROM json_each(?3))
  AND ${IS_ERASING_EVENTS_SQL}`;
var PERSON_SQL = `(SELECT person FROM skill_usage_erasures WHERE tombstone = ?1)`;
/** The list `people` without the number `person`, which it holds. */
var WITHOUT_PERSON_SQL = `'[' || TRIM(REPLACE(',' || SUBSTR(people, 2, LENGTH(people) - 2) || ',', ',' || ${PERSON_SQL} || ',', ','), ',') || ']'`;
/** Windows that hold one of the days ?2 (JSON) which list the person: they are counted again by the next roll-up. */
var UNCOUNT_WINDOWS_SQL2 = `
WITH changed AS (
  SELECT day
  FROM ${PERSON_SQL}
  CROSS JOIN json_each(?2)
  CROSS JOIN skill_usage_user_days ON day = value
  WHERE ${LISTS_PERSON_SQL}
)
UPDATE skill_usage_user_days
SET wau = NULL, mau = NULL
WHERE day >= (SELECT MIN(day) FROM changed)
  AND wau IS NOT NULL
  AND EXISTS (SELECT 1 FROM changed WHERE skill_usage_user_days.day >= changed.day AND skill_usage_user_days.day < changed.day + ${MONTH_MS2})`;
/** Takes the number out of the cells of the days ?2 (JSON). Their calls stay: of deleted events nobody knows which were whose. */
var STRIP_CELLS_SQL = `
UPDATE skill_usage_cells
SET
  users = users - 1,
  people = ${WITHOUT_PERSON_SQL}
WHERE (period_ms, starts_at, skill, version, source, variant) IN (
  SELECT period_ms, starts_at, skill, version, source, variant
  FROM ${PERSON_SQL}
  CROSS JOIN json_each(?2) AS wanted
  CROSS JOIN ${PERIODS_SQL}
  CROSS JOIN skill_usage_cells ON period_ms = period.column1 AND starts_at >= wanted.value AND starts_at < wanted.value + ${DAY_MS}
  WHERE ${LISTS_PERSON_SQL}
)`;
var STRIP_USER_DAYS_SQL = `
UPDATE skill_usage_user_days
SET
  dau = dau - 1,
  people = ${WITHOUT_PERSON_SQL}
WHERE day IN (
  SELECT day
  FROM ${PERSON_SQL}
  CROSS JOIN json_each(?2)
  CROSS JOIN skill_usage_user_days ON day = value
  WHERE ${LISTS_PERSON_SQL}
)`;

// src/worker/subjects/erasure-state-sql.ts
/**
 * How far an erasure has come: the statements that begin it, move it on and end it. ?1 is the tombstone that stands for it and
 * ?2 the request; a statement of a request that is finished does nothing. An erasure outlives the request that began it, so all
 * that it needs to go on stands in the database, and only until it is finished.
 */
/**
 * Begins an erasure up to ?3, or leaves one alone that is unfinished, or that holds beyond now (?4) for all tombstones of the
 * person (?5, JSON).
 */
var BEGIN_SQL = `
INSERT INTO skill_usage_erasures (tombstone, erased_until, request_id, events_from)
VALUES (?1, CAST(?3 AS INTEGER), ?2, 0)
ON CONFLICT (tombstone) DO UPDATE SET
  erased_until = excluded.erased_until,
  request_id = excluded.request_id,
  events_from = 0
WHERE skill_usage_erasures.request_id IS NULL
  AND (
    skill_usage_erasures.erased_until < CAST(?4 AS INTEGER)
    OR EXISTS (SELECT 1 FROM json_each(?5) WHERE value NOT IN (SELECT tombstone FROM skill_usage_erasures))
  )`;
/** Holds ingest off under the person's other pseudonyms too (?2, JSON: their tombstones). An erasure that is under way there keeps its own time. */
var GUARD_SQL = `
INSERT INTO skill_usage_erasures (tombstone, erased_until)
SELECT value, erased_until
FROM json_each(?2)
CROSS JOIN skill_usage_erasures ON tombstone = ?1
WHERE true
ON CONFLICT (tombstone) DO UPDATE SET erased_until = excluded.erased_until
WHERE skill_usage_erasures.request_id IS NULL
  AND skill_usage_erasures.erased_until < excluded.erased_until`;
/** Notes whom (?2, JSON) an unfinished erasure is about. */
var BEGIN_ERASING_SQL = `
INSERT INTO skill_usage_erasing (tombstone, user_hashes)
SELECT tombstone, ?2
FROM skill_usage_erasures
WHERE tombstone = ?1
  AND request_id IS NOT NULL
ON CONFLICT DO NOTHING`;
/** Notes the request, unless it goes on with an earlier one. Nothing to do: finished at once. */
var BEGIN_AUDIT_SQL = `
INSERT INTO skill_usage_audit (request_id, kind, requested_at, finished_at, events, roll_ups)
SELECT ?2, 'erase', CAST(?3 AS INTEGER), CASE WHEN request_id IS NULL THEN CAST(?3 AS INTEGER) END, 0, 0
FROM skill_usage_erasures
WHERE tombstone = ?1
  AND (request_id = ?2 OR request_id IS NULL)`;
/** Reads some erasures (?1, JSON: their tombstones), in their order. */
var erasureQuery = {
  sql: `
SELECT
  erasure.tombstone AS tombstone,
  user_hashes,
  erased_until,
  request_id,
  events_from,
  lists_from,
  lists_to,
  (SELECT started_at FROM skill_usage_events ORDER BY started_at, event_id LIMIT 1) AS oldest
FROM json_each(?1) AS wanted
CROSS JOIN skill_usage_erasures AS erasure ON erasure.tombstone = wanted.value
LEFT JOIN skill_usage_erasing AS erasing ON erasing.tombstone = wanted.value
ORDER BY wanted.key`,
  bind: ({ tombstones }) => [JSON.stringify(tombstones)],
  columns: ["tombstone", "user_hashes", "erased_until", "request_id", "events_from", "lists_from", "lists_to", "oldest"]
};
/** Tombstones of erasures that are unfinished, at most ?1 of them. */
var unfinishedQuery = {
  sql: `
SELECT tombstone
FROM skill_usage_erasing
ORDER BY tombstone
LIMIT CAST(?1 AS INTEGER)`,
  bind: ({ limit }) => [limit],
  columns: ["tombstone"]
};
/** Adds what the statement before it changed to the audit of request ?1. */
var COUNT_EVENTS_SQL = `
UPDATE skill_usage_audit
SET events = events + CHANGES()
WHERE request_id = ?1
  AND CHANGES() > 0`;
var COUNT_ROLL_UPS_SQL = `
UPDATE skill_usage_audit
SET roll_ups = roll_ups + CHANGES()
WHERE request_id = ?1
  AND CHANGES() > 0`;
/** Says that all events before ?3 are erased. */
var MOVE_EVENTS_FROM_SQL = `
UPDATE skill_usage_erasures
SET events_from = CAST(?3 AS INTEGER)
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from < CAST(?3 AS INTEGER)`;
var END_EVENTS_SQL = `
UPDATE skill_usage_erasures
SET events_from = NULL
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NOT NULL`;
/** Says that the number has left the lists of all days before ?3. */
var MOVE_LISTS_FROM_SQL = `
UPDATE skill_usage_erasures
SET lists_from = CAST(?3 AS INTEGER)
WHERE tombstone = ?1
  AND request_id = ?2
  AND lists_from < CAST(?3 AS INTEGER)`;
/** ?3 is the time. */
var FINISH_AUDIT_SQL = `
UPDATE skill_usage_audit
SET finished_at = CAST(?3 AS INTEGER)
WHERE request_id = ?2
  AND EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id = ?2 AND events_from IS NULL)`;
var FINISH_SQL = `
UPDATE skill_usage_erasures
SET
  request_id = NULL,
  person = NULL,
  lists_from = NULL,
  lists_to = NULL
WHERE tombstone = ?1
  AND request_id = ?2
  AND events_from IS NULL`;
/** Forgets whom an erasure was about that is finished, or gone with the days that it guarded. */
var FORGET_SQL = `
DELETE FROM skill_usage_erasing
WHERE tombstone = ?1
  AND NOT EXISTS (SELECT 1 FROM skill_usage_erasures WHERE tombstone = ?1 AND request_id IS NOT NULL)`;

// src/worker/subjects/erase.ts
/**
 * Erasing a person, in steps of which each is one transaction, so that it may be stopped anywhere, go on in a later request, and
 * run beside ingest, roll-ups, clean-up and itself.
 *
 * 1. A tombstone for each pseudonym: from here on ingest takes no event of the person that began up to now, so what is deleted stays deleted.
 * 2. The events go, a chunk at a time, each with marks for the roll-ups that counted them.
 * 3. The person's row goes: later calls get another number. The old one is kept only until the next step is done.
 * 4. The number leaves the lists of cells and days. Where the events are gone since long, the calls stay counted, of nobody.
 */
var BOUNDS = { queries: 45, eventsPerChunk: 1e4, firstDays: 4 };
/** Erases a person as far as the bounds of one run allow. Rejects with what D1 says; then too the next run goes on. */
async function eraseSubject(db, { subjects, now, bounds = BOUNDS }) {
  const run = new EraseRun(db, now, bounds);
  let isFinished = true;
  for (const subject of subjects) isFinished = isFinished && await run.erase(subject);
  return run.report(isFinished);
}
/**
 * Finishes erasures that were broken off, as far as the bounds of one run allow: what was asked for is done, though nobody asks
 * again. Rejects with what D1 says.
 */
async function finishErasures(db, now, bounds = BOUNDS) {
  const run = new EraseRun(db, now, bounds);
  return run.report(await run.finishAll());
}
var EraseRun = class {
  #db;
  #now;
  #bounds;
  #results = [];
  #counts = { erasedUntil: 0, requestId: "", events: 0, rollUps: 0 };
  constructor(db, now, bounds) {
    this.#db = db;
    this.#now = now;
    this.#bounds = bounds;
  }
  report(isFinished) {
    return { isFinished, ...this.#counts, ...costOf(this.#results) };
  }
  /** Works off earlier requests first, when some were left, and then its own. Gives whether all of it is done. */
  async erase(subject) {
    const [lead] = subject.tombstones;
    for (; ; ) {
      if (!this.#canAfford(5)) return false;
      const stages = await this.#begin(subject);
      for (const stage of stages) if (!await this.#finish(stage)) return false;
      // A client's clock may be ahead by so much: what is erased reaches as far beyond the request.
      if (!stages.some(({ tombstone, erased_until }) => tombstone === lead && erased_until < this.#now)) return true;
    }
  }
  async finishAll() {
    while (this.#canAfford(2)) {
      const [unfinished] = await this.#batch([[unfinishedQuery.sql, 1]]);
      const tombstone = unfinished?.results[0]?.tombstone;
      if (tombstone === void 0) return true;
      const [results] = await this.#batch([[erasureQuery.sql, JSON.stringify([tombstone])], [FORGET_SQL, tombstone]]);
      for (const stage of stagesOf(results?.results ?? [], [])) {
        this.#counts.requestId = stage.request_id;
        this.#counts.erasedUntil = Math.max(this.#counts.erasedUntil, stage.erased_until);
        if (!await this.#finish(stage)) return false;
      }
    }
    return false;
  }
  async #finish(stage) {
    const isDone = await this.#eraseEvents(stage) && await this.#stripLists(stage);
    if (!isDone || !this.#canAfford(3)) return false;
    const done = [stage.tombstone, stage.request_id];
    await this.#batch([[FINISH_AUDIT_SQL, ...done, this.#now], [FINISH_SQL, ...done], [FORGET_SQL, stage.tombstone]]);
    return true;
  }
  /** What is unfinished of the person, its own request last. None: everything is erased already. */
  async #begin({ tombstones, userHashes }) {
    const [lead, ...others] = tombstones;
    const requestId = crypto.randomUUID();
    const all = JSON.stringify([...others, lead]);
    const results = await this.#batch([
      [BEGIN_SQL, lead, requestId, this.#now + LIMITS.clockSkewMs, this.#now, all],
      [BEGIN_ERASING_SQL, lead, JSON.stringify(userHashes)],
      [BEGIN_AUDIT_SQL, lead, requestId, this.#now],
      ...others.length === 0 ? [] : [[GUARD_SQL, lead, JSON.stringify(others)]],
      [erasureQuery.sql, all]
    ]);
    const rows = results.at(-1)?.results ?? [];
    this.#counts.requestId = rows.at(-1)?.request_id ?? requestId;
    this.#counts.erasedUntil = Math.max(this.#counts.erasedUntil, rows.at(-1)?.erased_until ?? 0);
    return stagesOf(rows, userHashes);
  }
  async #eraseEvents(stage) {
    const { tombstone, request_id, erased_until, userHashes } = stage;
    if (stage.events_from === null) return true;
    const from = Math.max(stage.events_from, stage.oldest ?? Number.POSITIVE_INFINITY);
    const days = from > erased_until ? [] : await this.#daysOf(stage, daysBetween(from, erased_until));
    if (days === null) return false;
    let size = this.#bounds.firstDays;
    while (days.length > 0) {
      const span = takeSpan(days, size);
      const chunk = [JSON.stringify(userHashes), Math.max(span.from, stage.events_from), Math.min(span.to, erased_until + 1), this.#bounds.eventsPerChunk];
      for (let deleted = this.#bounds.eventsPerChunk; deleted >= this.#bounds.eventsPerChunk; ) {
        if (!this.#canAfford(4)) return false;
        const results = await this.#batch([
          [MARK_CHUNK_SQL, ...chunk],
          [DELETE_CHUNK_SQL, ...chunk],
          [COUNT_EVENTS_SQL, request_id],
          [MOVE_EVENTS_FROM_SQL, tombstone, request_id, span.from]
        ]);
        deleted = changesOf(results[1]);
        this.#counts.events += deleted;
        size = nextDays((span.to - span.from) / DAY_MS, results[0]?.meta.rows_read ?? 0);
      }
    }
    return this.#retireNumber(stage);
  }
  /** Takes the person's row away, and the number with it. */
  async #retireNumber(stage) {
    if (!this.#canAfford(7)) return false;
    const { tombstone, request_id } = stage;
    const values = [tombstone, request_id, JSON.stringify(stage.userHashes)];
    const results = await this.#batch([
      [MARK_LATER_CALLS_SQL, ...values],
      [UNCOUNT_NEW_USER_SQL, ...values],
      [KEEP_NUMBER_SQL, ...values],
      [DELETE_PERSON_SQL, ...values],
      ...stage.userHashes.length === 1 ? [] : [[DELETE_ALIASES_SQL, ...values]],
      [END_EVENTS_SQL, tombstone, request_id],
      [erasureQuery.sql, JSON.stringify([tombstone])]
    ]);
    Object.assign(stage, results.at(-1)?.results[0], { request_id });
    return true;
  }
  async #stripLists(stage) {
    const { tombstone, request_id, lists_from, lists_to } = stage;
    if (lists_from === null || lists_to === null) return true;
    const days = await this.#daysOf(stage, daysBetween(lists_from, Math.min(lists_to, this.#now + LIMITS.clockSkewMs)));
    if (days === null) return false;
    let size = this.#bounds.firstDays;
    while (days.length > 0) {
      if (!this.#canAfford(6)) return false;
      const some = days.splice(0, size);
      const values = [tombstone, JSON.stringify(some)];
      const results = await this.#batch([
        [UNCOUNT_WINDOWS_SQL2, ...values],
        [STRIP_CELLS_SQL, ...values],
        [COUNT_ROLL_UPS_SQL, request_id],
        [STRIP_USER_DAYS_SQL, ...values],
        [COUNT_ROLL_UPS_SQL, request_id],
        [MOVE_LISTS_FROM_SQL, tombstone, request_id, (some.at(-1) ?? 0) + DAY_MS]
      ]);
      this.#counts.rollUps += changesOf(results[1]) + changesOf(results[3]);
      size = nextDays(some.length, results[1]?.meta.rows_read ?? 0);
    }
    return true;
  }
  /** Those of some days that may know the person; `null` when this run may ask no more. */
  async #daysOf({ tombstone, userHashes }, days) {
    if (!this.#canAfford(1)) return null;
    const values = daysOfPersonQuery.bind({ tombstones: [tombstone], userHashes, days });
    const [result] = await this.#batch([[daysOfPersonQuery.sql, ...values]]);
    return (result?.results ?? []).map(({ day }) => day);
  }
  #canAfford(queries) {
    return this.#results.length + queries <= this.#bounds.queries;
  }
  async #batch(statements) {
    const results = await this.#db.batch(statements.map(([text, ...values]) => this.#db.prepare(text).bind(...values)));
    this.#results.push(...results);
    return results;
  }
};
/** Those of some erasures that are unfinished. `userHashes` are those of one that does not say: from before it was noted. */
function stagesOf(rows, userHashes) {
  return rows.flatMap(
    ({ request_id, user_hashes, ...row }) => request_id === null ? [] : [{ ...row, request_id, user_hashes, userHashes: user_hashes === null ? userHashes : JSON.parse(user_hashes) }]
  );
}
function changesOf(result) {
  return result?.meta.changes ?? 0;
}

// src/worker/upkeep.ts
/**
 * Upkeep: salts that are too old, erasures that were broken off, roll-ups, clean-up and the account of costs. From `scheduled`, and, so that nothing depends on a cron that an
 * owner forgot, after requests and behind their answers. Nothing that fails here reaches a caller: it is logged.
 */
/** Between two roll-ups that ingest sets off in one instance of the Worker; the shorter when work was left. */
var ROLL_UP_PAUSE_MS = 3e5;
var UNFINISHED_PAUSE_MS = 3e4;
/** The upkeep of one instance of the Worker. */
var Upkeep = class {
  #settings;
  #meter = new CostMeter();
  #nextRollUpAt = 0;
  #spentOn = -1;
  constructor(settings) {
    this.#settings = settings;
  }
  /** Deletes old salts, then finishes what erasures left, or else rolls up and cleans up, and reports. Never rejects. */
  async run(db, now) {
    // What people were promised comes first, before the budget too.
    await deleteOldSalts(db, now).then((cost) => this.#meter.add("clean-up", cost, now)).catch(logFailure);
    // An invocation has queries for an erasure or for the rest: the figures are exact without a roll-up.
    const erasures = await this.#finishErasures(db, now).catch(failureOf);
    if (erasures !== null && !("error" in erasures)) return { erasures };
    if (await this.isBudgetSpent(db, now).catch(() => false)) return { skipped: "write_budget_spent" };
    const report = {
      ...erasures !== null && { erasures },
      rollUp: await this.#rollUp(db, now).catch(failureOf),
      cleanUp: await this.#cleanUp(db, now).catch(failureOf)
    };
    await this.#meter.flush(db, now).catch(logFailure);
    return report;
  }
  /** Whether the daily budget of rows written is spent. Without a budget it never is, and nothing is read. */
  async isBudgetSpent(db, now) {
    const budget = this.#settings.dailyRowsWrittenBudget;
    if (budget === null || await this.#meter.rowsWrittenToday(db, now) < budget) return false;
    // So that the other instances and the dashboard know.
    if (!this.#isSpentKnown(now)) await this.#meter.flush(db, now, true).catch(logFailure);
    return true;
  }
  /** Whether the spent budget of this day was made known before. */
  #isSpentKnown(now) {
    const day = floorTo(now, DAY_MS);
    const isKnown2 = this.#spentOn === day;
    this.#spentOn = day;
    return isKnown2;
  }
  /** After events were stored: notes the cost, and rolls up when an hour that is over waits for it. */
  afterIngest(db, cost, dirtyFrom, now, ctx) {
    this.#meter.add("ingest", cost, now);
    const isDue = dirtyFrom !== null && dirtyFrom + HOUR_MS + CLOSING_MS <= now && now >= this.#nextRollUpAt;
    if (isDue) this.#nextRollUpAt = now + ROLL_UP_PAUSE_MS;
    inBackground(ctx, async () => {
      if (isDue) await this.#rollUp(db, now);
      await this.#meter.flush(db, now);
    });
  }
  /** After a question was answered: notes the cost. */
  afterReading(db, cost, now, ctx) {
    this.#meter.add("analytics", cost, now);
    inBackground(ctx, () => this.#meter.flush(db, now));
  }
  /** After a person's data was exported or erased: notes the cost. Roll-ups wait for their own invocation: this one has used its queries. */
  afterSubject(db, cost, now, ctx) {
    this.#meter.add("subjects", cost, now);
    inBackground(ctx, () => this.#meter.flush(db, now));
  }
  /** `null` when none was unfinished. */
  async #finishErasures(db, now) {
    const report = await finishErasures(db, now);
    if (report.requestId === "") return null;
    this.#meter.add("subjects", report, now);
    await this.#meter.flush(db, now).catch(logFailure);
    return report;
  }
  async #rollUp(db, now) {
    const report = await rollUp(db, now);
    this.#meter.add("roll-up", report, now);
    if (report.isUnfinished) this.#nextRollUpAt = now + UNFINISHED_PAUSE_MS;
    return report;
  }
  async #cleanUp(db, now) {
    const { rawRetentionDays, rollUpRetentionDays } = this.#settings;
    const report = await cleanUp(db, { now, rawRetentionDays, rollUpRetentionDays });
    this.#meter.add("clean-up", report, now);
    return report;
  }
};
/** Work that no answer waits for. In a Worker only `waitUntil` keeps it alive; elsewhere it just runs. */
function inBackground(ctx, work) {
  const done = work().catch(logFailure);
  ctx?.waitUntil(done);
}
function failureOf(error) {
  return { error: error instanceof Error ? error.message : String(error) };
}
function logFailure(error) {
  console.error(JSON.stringify({ trackSkills: "upkeep", ...failureOf(error) }));
}

// src/worker/context.ts
/**
 * What a request is answered with: the settings, the environment's bindings and secrets, who calls, and the moment.
 */
/**
 * Makes an instance.
 *
 * @throws TypeError naming the option that is wrong
 */
function instanceOf(options) {
  const settings = settingsOf(options);
  return {
    settings,
    upkeep: new Upkeep(settings),
    accessKeys: new AccessKeys(options.access?.fetch),
    skillNames: new SkillNames(settings.maxSkillsPerDay)
  };
}
/** Puts together the context of a request. */
function contextOf(options, instance, env, ctx) {
  // An empty secret counts as none: it must never open anything.
  const keys = {
    analyticsKey: options.analyticsKey || env.TRACK_ANALYTICS_KEY || void 0,
    ingestKey: options.ingestKey || env.TRACK_INGEST_KEY || void 0,
    adminKey: options.adminKey || env.TRACK_ADMIN_KEY || void 0
  };
  for (const [name, key] of Object.entries(keys)) warnOfShortKey(name, key);
  return {
    ...instance,
    ...keys,
    ctx,
    caller: callerOf(ctx),
    db: env.DB,
    hashSecret: options.hashSecret ?? env.TRACK_HASH_SECRET,
    previousHashSecret: options.previousHashSecret || env.TRACK_HASH_SECRET_PREVIOUS || void 0,
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
    now: instance.settings.now()
  };
}
function accessOf({ TRACK_ACCESS_TEAM_DOMAIN: teamDomain = "", TRACK_ACCESS_AUD: audience = "" }) {
  return teamDomain === "" && audience === "" ? void 0 : { teamDomain, audience };
}
function fromEnvironment(name, value, choices) {
  try {
    return choiceOf(name, value, choices);
  } catch (error) {
    throw new Problem("invalid_setting", error instanceof Error ? error.message : name);
  }
}
/** The database, or a refusal that says how to bind one. */
function databaseOf({ db }) {
  if (db !== void 0) return db;
  throw new Problem("database_missing", 'Bind a D1 database as "DB" in wrangler.toml.');
}
/** An answer in JSON. */
function jsonResponse(body, status) {
  return new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json; charset=utf-8" } });
}

// src/worker/access/share.ts
/**
 * Share links: a token that reads a part of the analytics until it expires.
 *
 * All that it allows stands in the token, signed, so nothing is stored and none can be looked up. So one token is withdrawn
 * by naming its id in a setting, and all at once by a new hash secret.
 */
var encoder3 = new TextEncoder();
var PREFIX = "share.";
var PURPOSE = "track-skills/share/v1";
/** Whether a key is meant to be a share. The prefix also tells scanners for leaked secrets what they found. */
function isShareToken(key) {
  return key.startsWith(PREFIX);
}
/** Makes a token: `share.PAYLOAD.SIGNATURE`, the signature over all before its dot. HMAC-SHA-256 (RFC 2104). */
async function signShare({ id, expiresAt, limits }, hashSecret) {
  const payload = { v: 1, id, exp: Math.floor(expiresAt / 1e3), limits };
  const signed = PREFIX + toBase64url(encoder3.encode(JSON.stringify(payload)));
  const signature = await crypto.subtle.sign("HMAC", await derivedKey(hashSecret, PURPOSE), encoder3.encode(signed));
  return `${signed}.${toBase64url(new Uint8Array(signature))}`;
}
/**
 * Reads a token.
 *
 * @throws Problem `unauthorized` when it was not signed here, `share_revoked`, `share_expired`
 */
async function verifyShare(token, hashSecret, revoked, now) {
  const [, payloadText = "", signatureText = ""] = /^share\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  const signature = fromBase64url(signatureText) ?? new Uint8Array();
  const isSigned = await crypto.subtle.verify("HMAC", await derivedKey(hashSecret, PURPOSE), signature, encoder3.encode(PREFIX + payloadText));
  const payload = isSigned ? objectFromBase64url(payloadText) : void 0;
  if (!isPayload(payload)) throw new Problem("unauthorized", "This share link was not made here, was changed, or was withdrawn with all others. Ask for a new one.");
  if (revoked.includes(payload.id)) throw new Problem("share_revoked", "This share link was withdrawn. Ask for a new one.");
  if (payload.exp * 1e3 <= now) throw new Problem("share_expired", "This share link has expired. Ask for a new one.");
  return { id: payload.id, expiresAt: payload.exp * 1e3, limits: payload.limits };
}
/** Whether a payload is of this version. It was signed here, so the rest of it is what `signShare` wrote. */
function isPayload(payload) {
  return payload !== void 0 && "v" in payload && payload.v === 1;
}

// src/worker/access/reader.ts
/**
 * Who reads the analytics, and by what right: a key, Cloudflare Access, a share link, a service binding, or nobody in
 * particular where the owner made the figures public.
 *
 * An `Authorization` header is what counts when there is one: a wrong key is refused even where Access would let in, so
 * that whoever holds a share never reads more by accident.
 */
/**
 * Finds out who reads.
 *
 * @throws Problem when nobody does who may
 */
async function readerOf(request, context) {
  const { caller, settings } = context;
  const { minGroup } = settings;
  // A Worker that hands on the request of a link's bearer does not make it a request for more.
  if (caller.analytics && !isShareToken(bearerOf(request) ?? "")) return { kind: "service", name: caller.name, minGroup, share: null };
  try {
    return await identify(request, context);
  } catch (error) {
    if (settings.publicAnalytics && error instanceof Problem) return { kind: "public", name: "public", minGroup, share: null };
    throw error;
  }
}
/** Finds out who reads, and refuses whoever may not hand on what they read. */
async function sharerOf(request, context) {
  const reader = await readerOf(request, context);
  if (reader.kind === "share") throw new Problem("outside_share", "A share link makes no other share link.");
  if (reader.kind === "public") throw new Problem("unauthorized", 'Send the analytics key as "Authorization: Bearer KEY".');
  return reader;
}
async function identify(request, context) {
  const { minGroup } = context.settings;
  const bearer = bearerOf(request);
  if (bearer !== void 0 && isShareToken(bearer)) return readerOfShare(bearer, context);
  const keys = analyticsKeysOf(context);
  const access = accessOf2(context);
  if (keys.length === 0 && access === void 0) {
    throw new Problem("analytics_key_missing", "Set the key that reads the analytics: npx wrangler secret put TRACK_ANALYTICS_KEY");
  }
  const token = bearer === void 0 && access !== void 0 ? accessTokenOf(request) : void 0;
  if (access !== void 0 && token !== void 0) {
    const name2 = await verifyAccessToken(token, access, context.accessKeys, context.now);
    return { kind: "access", name: name2, minGroup, share: null };
  }
  const name = bearer === void 0 ? void 0 : await nameOfKey(bearer, keys);
  if (name !== void 0) return { kind: "key", name, minGroup, share: null };
  throw new Problem("unauthorized", keys.length > 0 ? 'Send the analytics key as "Authorization: Bearer KEY".' : "Sign in with Cloudflare Access.");
}
async function readerOfShare(token, { hashSecret, revokedShares, settings, now }) {
  const share = await verifyShare(token, requireShareSecret(hashSecret), revokedShares, now);
  return { kind: "share", name: share.id, minGroup: Math.max(share.limits.minGroup, settings.minGroup), share };
}
/** The secret from which the key of shares is derived. */
function requireShareSecret(hashSecret) {
  if (isUsableSecret(hashSecret)) return hashSecret;
  throw new Problem("hash_secret_missing", `Share links are signed under TRACK_HASH_SECRET, of at least ${MIN_SECRET_BYTES} bytes.`);
}
/** Every key that reads. That of `TRACK_ANALYTICS_KEY` is called `default`. */
function analyticsKeysOf({ analyticsKey, analyticsKeys }) {
  const single2 = analyticsKey === void 0 ? [] : [{ name: "default", key: analyticsKey }];
  const named2 = readSetting("TRACK_ANALYTICS_KEYS", () => typeof analyticsKeys === "string" ? parseNamedKeys(analyticsKeys) : namedKeysOf(analyticsKeys ?? {}));
  return [...single2, ...named2];
}
function accessOf2({ access }) {
  if (access === void 0) return void 0;
  return readSetting("TRACK_ACCESS_TEAM_DOMAIN and TRACK_ACCESS_AUD", () => accessSettingsOf(access.teamDomain, access.audience));
}
/** What cannot be read is said to the owner rather than passed over: a key that silently does not work looks like an attack. */
function readSetting(setting, read2) {
  try {
    return read2();
  } catch (error) {
    throw new Problem("invalid_setting", `${setting}: ${error instanceof Error ? error.message : "not readable"}`);
  }
}
/**
 * The token of Access: from the header that it sets, or from its cookie, which is there when the page is behind Access and the
 * Worker is not. A browser sends a cookie whoever asks, so only for what the same origin reads.
 */
function accessTokenOf(request) {
  const header = request.headers.get("Cf-Access-Jwt-Assertion");
  if (header !== null) return header;
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (!isReading || request.headers.get("Sec-Fetch-Site") !== "same-origin") return void 0;
  return /(?:^|;\s*)CF_Authorization=([^;\s]+)/.exec(request.headers.get("Cookie") ?? "")?.[1];
}

// src/worker/access/share-route.ts
/**
 * `POST /api/share`: makes a share link's token for whoever reads with a key of their own.
 *
 * Nothing is stored. The line in the owner's log, with the id and who made it, is the only trace, and what a link is
 * withdrawn by later.
 */
var DAY_MS2 = 864e5;
var DEFAULT_DAYS = 30;
var MAX_DAYS3 = 365;
/** Below five people a figure is nearly about somebody; common thresholds of statistical offices lie between 3 and 10. */
var DEFAULT_MIN_GROUP = 5;
var MAX_MIN_GROUP = 1e3;
/** Values of one filter, and characters of a token: it travels in a header. */
var MAX_VALUES = 20;
var MAX_TOKEN_CHARS2 = 4096;
var FIELDS = ["expiresInDays", "range", "from", "to", ...FILTERS, "minGroup"];
/** Makes a share. Answers `{ token, id, expiresAt, limits }`. */
async function answerShare(request, context) {
  // Access vouches for a browser, whichever page it is on: so the page must be one that may read.
  if (!isOriginAllowed(request, { origins: context.settings.dashboardOrigins, methods: "POST" })) {
    throw new Problem("origin_not_allowed", `This page's origin is not in "dashboardOrigins".`);
  }
  const reader = await sharerOf(request, context);
  const hashSecret = requireShareSecret(context.hashSecret);
  const body = await readJson(request);
  if (!isObject(body)) throw invalid('The body is an object, such as { "range": "30d" }.');
  const unknown = Object.keys(body).find((name) => !FIELDS.includes(name));
  // A misspelt limit would otherwise be none.
  if (unknown !== void 0) throw invalid(`A field is not known. Known: ${FIELDS.join(", ")}.`);
  const id = toBase64url(crypto.getRandomValues(new Uint8Array(6)));
  const limits = limitsOf(body, context);
  // A token's time is in whole seconds.
  const expiresAt = Math.floor((context.now + daysOf(body["expiresInDays"]) * DAY_MS2) / 1e3) * 1e3;
  const token = await signShare({ id, expiresAt, limits }, hashSecret);
  if (token.length > MAX_TOKEN_CHARS2) throw invalid("The filters are too long for a link: name fewer values.");
  console.log(JSON.stringify({ trackSkills: "share", id, by: reader.name, kind: reader.kind, expiresAt }));
  return jsonResponse({ token, id, expiresAt, limits }, 200);
}
function limitsOf(body, { settings, now }) {
  const limits = { ...rangeOf2(body, now), minGroup: minGroupOf(body["minGroup"], settings.minGroup) };
  for (const name of FILTERS) {
    const value = body[name];
    if (value === void 0) continue;
    const values = Array.isArray(value) ? value : [value];
    const texts = values.filter((one) => typeof one === "string");
    // An empty list would read as "all".
    if (texts.length !== values.length || texts.length === 0 || texts.length > MAX_VALUES) throw invalid(`"${name}" is a list of 1 to ${MAX_VALUES} texts.`);
    limits[name] = texts;
  }
  return limits;
}
function rangeOf2({ range, from, to }, now) {
  const isPreset = range === "24h" || range === "7d" || range === "30d" || range === "90d";
  if (range !== void 0 && (!isPreset || from !== void 0 || to !== void 0)) {
    throw invalid('"range" is one of 24h, 7d, 30d, 90d, or absent beside "from" and "to".');
  }
  if (isPreset) return { range };
  if (from === void 0 && to === void 0) return {};
  const isInstant = (value) => typeof value === "number" || typeof value === "string";
  if (!isInstant(from) || !isInstant(to)) throw invalid('"from" and "to" go together: ms since 1970, or ISO 8601 with a zone.');
  try {
    const used = scopeOf({ from, to, now }).range;
    return { from: used.from, to: used.to };
  } catch (error) {
    throw error instanceof InvalidQueryError ? invalid(error.message) : error;
  }
}
function daysOf(value = DEFAULT_DAYS) {
  if (typeof value === "number" && value > 0 && value <= MAX_DAYS3) return value;
  throw invalid(`"expiresInDays" is a number above 0, at most ${MAX_DAYS3}.`);
}
function minGroupOf(value = DEFAULT_MIN_GROUP, least) {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_MIN_GROUP) return Math.max(value, least);
  throw invalid(`"minGroup" is a whole number from 0 to ${MAX_MIN_GROUP}.`);
}
function invalid(detail) {
  return new Problem("invalid_share", detail);
}

// src/worker/answer-headers.ts
/**
 * Headers of every answer, refusals included, set in one place so that no route can forget them.
 *
 * Answers are data: no browser may keep them, guess another type, run or frame them, or tell other sites where they came
 * from, and no search engine list them.
 */
var ANSWER_HEADERS = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Robots-Tag": "noindex"
};
/** Sets the headers of every answer, and those of this one. */
function withHeaders(response, headers = {}) {
  // What says itself how long it may be kept is public.
  const cacheControl = response.headers.get("Cache-Control") ?? ANSWER_HEADERS["Cache-Control"] ?? "";
  for (const [name, value] of Object.entries({ ...ANSWER_HEADERS, "Cache-Control": cacheControl, ...headers })) response.headers.set(name, value);
  return response;
}

// src/version.ts
var VERSION = "0.1.0";

// src/worker/health.ts
/** Is the tracker alive, and did anything arrive? */
/** The latest event: the last entry of the primary key, so one row is read. */
var lastEventQuery = {
  sql: `
SELECT started_at
FROM skill_usage_events
ORDER BY started_at DESC, event_id DESC
LIMIT 1`,
  bind: () => [],
  columns: ["started_at"]
};
/** Reads the state of the database. Rejects with what D1 says when it does not answer. */
async function readHealth(db) {
  const { results } = await db.prepare(lastEventQuery.sql).all();
  return { ok: true, version: VERSION, database: "ok", lastEventAt: results[0]?.started_at ?? null };
}

// src/claude-code/failure.ts
/**
 * How a call of Claude Code that did not go well ended: an outcome, and an error type of few values.
 *
 * Hooks, transcripts and telemetry share this table, so that a failure stands under one name whatever told of it. The text
 * of a failure is content: rules look at its beginning and give a constant, or a constant with an exit code or a status; no
 * part of the text itself ever becomes a type. Texts are those that Claude Code writes; what no rule knows is `_OTHER`,
 * as OpenTelemetry's `error.type` has it (the analytics fold the rest of their rows into `other`, which this is not).
 */
/** Classifies the text of a failure, which may be anything. `isInterrupted`: whether Claude Code says that it was aborted. */
function endingOfFailure(text, isInterrupted2) {
  const ending = endingOfText(typeof text === "string" ? text : "");
  // An interrupted command has whatever text it wrote so far.
  return isInterrupted2 && ending.outcome === "error" ? INTERRUPTED : ending;
}
/** Classifies what telemetry has as `error_type`: the name of a class, or `Error:` and a code of the system. */
function endingOfErrorClass(name) {
  // Telemetry does not say which exit code it was.
  if (name === "ShellError") return { outcome: "error", errorType: "exit_code" };
  const ending = endingOfText(name.replace(/^Error:/, ""));
  return ending.errorType === OTHER2 ? void 0 : ending;
}
/** Error types of refusals, by what `tool_decision` calls their source. */
var REFUSAL_TYPES = { user_reject: "user_rejected", user_abort: "user_rejected", config: "permission_denied", hook: "hook_blocked" };
/** What no rule knows. */
var OTHER2 = "_OTHER";
var INTERRUPTED = { outcome: "cancelled", errorType: "interrupted" };
/** Bounds the time of every rule. */
var LOOKED_AT_CHARS = 600;
function endingOfText(text) {
  const begin = text.slice(0, LOOKED_AT_CHARS).replace(/^\s*(?:<tool_use_error>)?\s*(?:Error: )?/, "");
  for (const { pattern, outcome = "error", errorType = "" } of RULES2) {
    const match = pattern.exec(begin);
    if (match !== null) return { outcome, errorType: [errorType, match[1] ?? ""].filter((part) => part !== "").join("_") };
  }
  return { outcome: "error", errorType: OTHER2 };
}
/** The first that fits decides: decisions of people, then what ended the call, then what the tool said. */
var RULES2 = [
  { pattern: /^(?:The )?user (?:doesn't|does not|did not) want to (?:proceed|take this action)|^(?:The )?(?:user )?rejected tool use|^User rejected/i, outcome: "refused", errorType: "user_rejected" },
  // By a rule in the settings, by auto mode, or because nobody could be asked.
  { pattern: /^Permission (?:to use|for this action)[\s\S]*?(?:has been|was) denied|^Claude requested permissions? to [\s\S]*?haven't granted/i, outcome: "refused", errorType: "permission_denied" },
  { pattern: /^(?:PreToolUse|PermissionRequest)\b.{0,80}\bhook\b|^Hook \S{1,80} (?:denied|blocked)/i, outcome: "refused", errorType: "hook_blocked" },
  { pattern: /^Sibling tool call errored|^Cancelled: parallel tool call/i, outcome: "cancelled", errorType: "sibling_error" },
  { pattern: /^\[?Request interrupted by user|^(?:Request was aborted|The operation was aborted|This operation was aborted|AbortError|Interrupted by user)/i, ...INTERRUPTED },
  { pattern: /^Streaming fallback/i, ...INTERRUPTED },
  { pattern: /^(?:Exit code \d{1,3}\s+)?Command timed out/i, outcome: "timeout", errorType: "timeout" },
  // What a command printed may speak of time-outs too: behind an exit code only Claude Code's own line counts.
  { pattern: /^Exit code (\d{1,3})\b/, errorType: "exit_code" },
  { pattern: /^.{0,200}\b(?:timed out|ETIMEDOUT|TimeoutError|timeout of \d+ ?ms exceeded)\b/i, outcome: "timeout", errorType: "timeout" },
  { pattern: /^File has (?:not been read|been (?:unexpectedly )?modified)/i, errorType: "stale_file" },
  { pattern: /^String to replace not found/i, errorType: "edit_no_match" },
  { pattern: /^Found \d+ matches of the string/i, errorType: "edit_ambiguous" },
  { pattern: /^No changes to make/i, errorType: "edit_no_change" },
  { pattern: /^(?:InputValidationError|Argument Validation Error|MCP error -32602)\b/i, errorType: "input_validation" },
  { pattern: /^File content \(.{1,40}\) exceeds|exceeds maximum allowed (?:size|tokens)/i, errorType: "too_large" },
  { pattern: /^(?:Unknown skill|Skill \S{1,200} (?:is not|not found|cannot))/i, errorType: "unknown_skill" },
  { pattern: /^No such tool available/i, errorType: "unknown_tool" },
  { pattern: /^(?:Request failed with status code|HTTP(?: error)?:?|API Error:?) ([1-5]\d\d)\b/i, errorType: "http" },
  { pattern: /^.{0,200}\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|fetch failed|Connection closed)\b/i, errorType: "network" },
  { pattern: /^.{0,200}\b(?:EACCES|EPERM)\b/, errorType: "permission_denied" },
  { pattern: /^(?:File|Path|Directory) does not exist|^(?:Agent type|Task|Entity|Resource|Page)\b.{0,100}\bnot found|^.{0,300}\b(?:ENOENT|EISDIR|ENOTDIR)\b/, errorType: "not_found" },
  // JSON-RPC keeps -32768 to -32000 for itself.
  { pattern: /^MCP error (-32\d{3})\b/i, errorType: "jsonrpc" },
  { pattern: /^((?:Type|Range|Syntax|Reference|Aggregate)Error)\b/ }
];

// src/claude-code/tool-names.ts
/**
 * What Claude Code calls its tools, as the skills that an owner knows. Hooks, transcripts and telemetry share these names,
 * so that a skill stands on one row of the dashboard whatever told of it.
 */
/** Names a tool from its name and, for the one tool that loads skills, from its input. `undefined` where there is no name. */
function nameTool(toolName, toolInput) {
  if (typeof toolName !== "string" || toolName.trim() === "") return void 0;
  if (toolName === "Skill") return { skill: skillIn(toolInput) ?? toolName, isLoad: true };
  // mcp__SERVER__TOOL; a server's own name may hold single underscores.
  const [, server, tool] = /^mcp__(.+?)__(.+)$/s.exec(toolName) ?? [];
  return { skill: server === void 0 ? toolName : `${server}/${tool}`, isLoad: false };
}
/** What the metadata of a call that only loads a skill says. */
var LOAD_METADATA = { measures: "load" };
/** What the metadata of a call inside a sub-agent says. */
var SUBAGENT_METADATA = { subagent: true };
/** The name in what was typed: without its slash, and without the arguments that some versions leave behind it. */
function nameCommand(text) {
  if (typeof text !== "string") return void 0;
  return text.trim().replace(/^\//, "").split(/\s/, 1)[0] || void 0;
}
function skillIn(toolInput) {
  if (typeof toolInput !== "object" || toolInput === null) return void 0;
  const name = nameCommand(Reflect.get(toolInput, "skill")) ?? nameCommand(Reflect.get(toolInput, "command")) ?? "";
  return SKILL_NAME.test(name) && !FILE_ENDING.test(name) ? name : void 0;
}
/**
 * `SKILL` or `PLUGIN:SKILL`. The model writes what the Skill tool is asked for, and a call that fails may hold anything, a
 * path as well: what has another shape counts for the Skill tool itself.
 */
var SKILL_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*(?::[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*)*$/u;
/** The end of a file's name. A skill that is called like that stays unnamed, which is the lesser evil. */
var FILE_ENDING = /\.[A-Za-z]\w{0,4}$/;

// src/claude-code/hook-event.ts
/**
 * From what Claude Code hands to a hook to one event, for the hook file and for the Worker's route alike.
 *
 * The input holds prompts, arguments, results and paths. Read are names, times, ids and how it ended; the text of an
 * error is looked at and dropped; all else stays unread. Formats: https://code.claude.com/docs/en/hooks.
 */
/**
 * Makes the event of a hook's parsed input, which may be anything at all. Never throws.
 *
 * A tool's event has the tool call's own id and the same time whenever it is sent, so a second sending writes nothing.
 * A typed `/skill` does not pass through the Skill tool, so that each of the two is a use of its own.
 *
 * @param now when the hook ran, ms since 1970: the end of the call
 */
function eventOfHook(input, now) {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return "not_an_object";
  const hook = field(input, "hook_event_name");
  const kind = typeof hook === "string" && Object.hasOwn(KINDS2, hook) ? KINDS2[hook] : void 0;
  if (kind === void 0) return "unknown_hook";
  const named2 = kind.nameOf(input);
  if (named2 === void 0 || named2.skill.length > LIMITS.skillChars || /\p{Cc}/u.test(named2.skill)) return "no_name";
  const durationMs = durationIn(input);
  return {
    skill: named2.skill,
    id: matching(field(input, "tool_use_id"), ID),
    startedAt: now - (durationMs ?? 0),
    // "io" is the clock of which 0 ms say nothing: a call that nobody measured stays out of the durations.
    ...durationMs === void 0 ? { durationMs: 0, clock: "io" } : { durationMs },
    ...kind.endingOf(input),
    sessionId: matching(field(input, "session_id"), SESSION),
    source: "claude-code",
    metadata: metadataOf(named2, field(input, "agent_id"))
  };
}
/** What the Worker takes for an id and for a session: anything else would cost the event. */
var ID = new RegExp(`^[\\w-]{1,${LIMITS.idChars}}$`);
var SESSION = new RegExp(`^.{1,${LIMITS.personChars}}$`);
var toolIn = (input) => nameTool(field(input, "tool_name"), field(input, "tool_input"));
var KINDS2 = {
  PostToolUse: { nameOf: toolIn, endingOf: (input) => isInterrupted(input) ? endingOfFailure("", true) : { outcome: "ok" } },
  PostToolUseFailure: { nameOf: toolIn, endingOf: (input) => endingOfFailure(field(input, "error"), field(input, "is_interrupt") === true) },
  PermissionDenied: { nameOf: toolIn, endingOf: () => ({ outcome: "refused", errorType: "permission_denied" }) },
  UserPromptExpansion: { nameOf: commandIn, endingOf: () => ({ outcome: "ok" }) }
};
/** A command that a person stopped has a response, which says so. */
function isInterrupted(input) {
  const response = field(input, "tool_response");
  return typeof response === "object" && response !== null && field(response, "interrupted") === true;
}
/** A typed command: a skill's name as the Skill tool has it, or a prompt of an MCP server, `mcp__SERVER__PROMPT` or `SERVER:PROMPT`. */
function commandIn(input) {
  const name = nameCommand(field(input, "command_name"));
  if (name === void 0) return void 0;
  const isPrompt = field(input, "expansion_type") === "mcp_prompt";
  const skill = isPrompt ? (nameTool(name, void 0)?.skill ?? name).replace(/^([^/:]+):/, "$1/") : name;
  return { skill, isLoad: true };
}
function metadataOf({ isLoad }, agentId) {
  const isInSubagent = typeof agentId === "string" && agentId !== "";
  return isLoad || isInSubagent ? { ...isLoad && LOAD_METADATA, ...isInSubagent && SUBAGENT_METADATA } : void 0;
}
function durationIn(input) {
  const value = field(input, "duration_ms");
  return typeof value === "number" && value >= 0 && value <= LIMITS.durationMs ? Math.round(value) : void 0;
}
/** A field of its own: what an object inherits was not sent. */
function field(input, name) {
  return Object.hasOwn(input, name) ? Reflect.get(input, name) : void 0;
}
function matching(value, pattern) {
  return typeof value === "string" && pattern.test(value) ? value : void 0;
}

// src/privacy/keyring.ts
/**
 * The keys that are in force: those of the secret, and while it is being changed those of the one before.
 *
 * Pseudonyms of both are needed for as long as somebody may be known by the older one alone. What that costs is a second
 * HMAC for each person of a batch.
 */
/** Thrown for two secrets that cannot be used side by side. The message says what to do. */
var SecretsError = class extends Error {
  name = "SecretsError";
};
/**
 * Derives the keys of a project's secrets.
 *
 * @throws RangeError when `hashSecret` has fewer than 32 bytes
 * @throws SecretsError when the secret before has, or when both have one key id, which is so for one pair in 64
 */
async function deriveKeyring({ hashSecret, previousHashSecret }, salt) {
  const current = await deriveKeys(hashSecret, salt);
  // The same secret twice is the moment before the new one is set.
  if (previousHashSecret === void 0 || previousHashSecret === hashSecret) return { current, previous: null };
  if (!isUsableSecret(previousHashSecret)) throw new SecretsError(`TRACK_HASH_SECRET_PREVIOUS has fewer than ${MIN_SECRET_BYTES} bytes: set the secret before as it was, or delete it.`);
  const previous = await deriveKeys(previousHashSecret, salt);
  if (previous.keyId === current.keyId) {
    throw new SecretsError("TRACK_HASH_SECRET and TRACK_HASH_SECRET_PREVIOUS give the same key id, so that their pseudonyms could not be told apart: make another new secret.");
  }
  return { current, previous };
}
/** Makes the pseudonymizers of a request. */
function pseudonymizersOf({ current, previous }) {
  return { current: pseudonymizerOf(current), previous: previous === null ? null : pseudonymizerOf(previous) };
}

// src/privacy/sensitive-key.ts
/**
 * Names under which a value is secret or personal whatever it looks like.
 */
/** Words in lower case; none that another makes a measure of, as in `token count`. */
var SENSITIVE = /(?<!\S)(?:pass(?:word|wd|phrase)|pwd|secrets?|token|apikey|auth(?:orization)?|credentials?|cookies?|otp|cvv|ssn|iban|(?:api|private|access) key|credit card|card number)(?!\S| (?:counts?|usage|limit|type|length)(?!\S))/;
/** Whether a key such as `dbPassword` names a secret. */
function isSensitiveKey(key) {
  const words = key.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
  return SENSITIVE.test(words);
}

// src/privacy/scrub-metadata.ts
/**
 * Scrubs metadata and holds it to its limits.
 *
 * Metadata is what the owner chose to name, so keys stay, values are scrubbed, and values under names such as
 * `password` are replaced whatever they are. What nobody allowed or what is over a limit is dropped, and `_dropped` says
 * how many entries were.
 */
/** Longest key and longest string inside metadata, in characters. */
var MAX_KEY_CHARS = 64;
var MAX_STRING_CHARS = 256;
/** Where the count of dropped entries stands. */
var DROPPED = "_dropped";
/**
 * Gives what is allowed of metadata as scrubbed JSON within its limits: 4 KiB, depth 4, 32 keys, 64 characters a key, 256
 * a string.
 *
 * Never throws: a getter that throws, a cycle or a value that JSON cannot hold is dropped and counted in `_dropped`.
 *
 * @returns `null` when nothing is left.
 */
function scrubMetadata(metadata, { metadata: allowed = [], scrubRules } = {}) {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return null;
  const keys = KIT_METADATA_KEYS;
  const budget = {
    keys: 0,
    dropped: 0,
    scrub: (text) => scrubText(text.toWellFormed(), scrubRules),
    // What the kit sets is flat: an object under a key of the kit's is somebody else's, who happened on the same name.
    isAllowed: (key, value) => allowed === "all" || allowed.includes(key) || keys.includes(key) && typeof value !== "object"
  };
  const scrubbed = scrubObject(metadata, 1, budget);
  let json = serialize(scrubbed, budget);
  for (const key of Object.keys(scrubbed).reverse()) {
    if (new TextEncoder().encode(json).byteLength <= LIMITS.metadataBytes) break;
    delete scrubbed[key];
    budget.dropped += 1;
    json = serialize(scrubbed, budget);
  }
  return json === "{}" ? null : json;
}
function serialize(scrubbed, budget) {
  return JSON.stringify(budget.dropped > 0 ? { ...scrubbed, [DROPPED]: budget.dropped } : scrubbed);
}
function scrubObject(source, depth, budget) {
  const scrubbed = {};
  for (const key of keysOf(source)) {
    const value = readProperty(source, key);
    if (depth === 1 && key === DROPPED && typeof value === "number") {
      budget.dropped += Number.isSafeInteger(value) && value > 0 ? value : 0;
      continue;
    }
    if (value === void 0) continue;
    const isOver = budget.keys >= LIMITS.metadataKeys || key.length > MAX_KEY_CHARS || key === "__proto__";
    const isOut = isOver || depth === 1 && !budget.isAllowed(key, value);
    const kept = isOut ? void 0 : isSensitiveKey(key) && typeof value !== "boolean" ? "[redacted]" : scrubValue(value, depth, budget);
    if (kept === void 0) {
      budget.dropped += 1;
      continue;
    }
    budget.keys += 1;
    scrubbed[budget.scrub(key)] = kept;
  }
  return scrubbed;
}
function scrubValue(value, depth, budget) {
  if (typeof value === "string") return cut(budget.scrub(value.slice(0, LIMITS.metadataBytes)), MAX_STRING_CHARS);
  if (typeof value === "number") return Number.isFinite(value) ? scrubNumber(value, budget.scrub) : void 0;
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object" || depth >= LIMITS.metadataDepth) return void 0;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? void 0 : value.toISOString();
  if (!Array.isArray(value)) return scrubObject(value, depth + 1, budget);
  const items = [];
  for (const item of value.slice(0, LIMITS.metadataBytes)) {
    const kept = scrubValue(item, depth + 1, budget);
    if (kept === void 0) budget.dropped += 1;
    else items.push(kept);
  }
  return items;
}
/** Cuts a text to a number of characters, never through the middle of one. */
function cut(text, maxChars) {
  return text.length <= maxChars ? text : text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, "");
}
function keysOf(source) {
  try {
    return Object.keys(source);
  } catch {
    return [];
  }
}
function readProperty(source, key) {
  try {
    return Reflect.get(source, key);
  } catch {
    return Number.NaN;
  }
}

// src/worker/fingerprint.ts
/**
 * Groups failures that say the same: a fingerprint of the error's type and of its message without what varies.
 */
/** What varies between two messages of the same failure: quoted names, ids, numbers. */
var VARIABLE_PARTS = /"[^"\n]*"|'[^'\n]*'|`[^`\n]*`|\b[\da-f]{8}-[\da-f-]{27}\b|\b0x[\da-f]+\b|\d+(?:[.,:]\d+)*/gi;
/** Messages differ late in their text more often than they mean something else there. */
var TEMPLATE_CHARS = 256;
/** Gives the fingerprint of a failure: 16 hex digits. */
async function fingerprintOf2(errorType, errorMessage) {
  const text = `${errorType ?? ""}
${templateOf(errorMessage ?? "")}`;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
/** A message with `#` in place of what varies. */
function templateOf(message) {
  return message.replace(VARIABLE_PARTS, "#").replace(/\s+/g, " ").trim().slice(0, TEMPLATE_CHARS);
}

// src/worker/identity.ts
/**
 * By what people are told apart: under one key for good (`stable`), or under the key of each UTC day (`daily`).
 *
 * Keys are derived once for each instance of the Worker and kept, since deriving takes longer than using them. Those of a
 * day are dropped with its salt.
 */
var NO_COST = { rowsRead: 0, rowsWritten: 0 };
var encoder4 = new TextEncoder();
/**
 * Makes the pseudonyms of events that began at some instants. With `daily`, the first event of a day makes its salt: up to
 * two rows written a day.
 *
 * @throws RangeError or SecretsError when the secrets cannot be used, and what D1 throws
 */
async function identityFor(db, options, instants, now) {
  if (options.identity !== "daily") return stableIdentity(options);
  const first = firstSaltedDay(now);
  const wanted = new Set(instants.map((instant) => floorTo(instant, DAY_MS)).filter((day) => day >= first));
  const { keyrings, cost } = await dailyKeyrings(db, options, [...wanted], now);
  const pseudonymizers = new Map([...keyrings].map(([day, keyring]) => [day, pseudonymizersOf(keyring)]));
  const lasting = instants.length === 0 ? null : pseudonymizersOf(await stableKeyring(options));
  return { at: (instant) => pseudonymizers.get(floorTo(instant, DAY_MS)) ?? null, lasting, cost };
}
/** Every identity under which events may have been stored, with any mode: the stable one, and those of the days whose salts are kept. */
async function knownIdentities(db, options, now) {
  const stable = pseudonymizersOf(await stableKeyring(options));
  const { salts, cost } = await readSalts(db, now);
  const daily = await Promise.all(salts.map(({ salt }) => deriveKeyring(options, encoder4.encode(salt))));
  return { identities: [stable, ...daily.map(pseudonymizersOf)], cost };
}
async function stableIdentity(options) {
  const pseudonymizers = pseudonymizersOf(await stableKeyring(options));
  return { at: () => pseudonymizers, lasting: null, cost: NO_COST };
}
/** The last keyring that was derived. Keys, not promises: those belong to one request. */
var derived3;
async function stableKeyring(options) {
  const { project = "" } = options;
  const name = nameOf(options, project);
  const keyring = derived3?.name === name ? derived3.keyring : await deriveKeyring(options, encoder4.encode(project));
  derived3 = { name, keyring };
  return keyring;
}
function nameOf({ hashSecret, previousHashSecret }, salt) {
  return JSON.stringify([hashSecret, previousHashSecret, salt]);
}
/** The keyrings of each database's days, by day. */
var derivedDaily = /* @__PURE__ */ new WeakMap();
async function dailyKeyrings(db, options, days, now) {
  const kept = derivedDaily.get(db) ?? /* @__PURE__ */ new Map();
  derivedDaily.set(db, kept);
  for (const day of kept.keys()) if (day < firstSaltedDay(now)) kept.delete(day);
  const secrets = nameOf(options, "");
  const missing = days.filter((day) => kept.get(day)?.secrets !== secrets);
  let made = { salts: [], cost: NO_COST };
  if (missing.length > 0) {
    made = await makeSalts(db, missing, now);
    for (const { day, salt } of made.salts) kept.set(day, { secrets, keyring: await deriveKeyring(options, encoder4.encode(salt)) });
  }
  return { keyrings: new Map([...kept].map(([day, { keyring }]) => [day, keyring])), cost: made.cost };
}
/** How long what the table said of an earlier daily time is believed: a change of mode is a deployment, whose instances live side by side for minutes. */
var DAILY_UNTIL_MS = 6e5;
var dailyUntilKnown = /* @__PURE__ */ new WeakMap();
/** Up to when people are known for one UTC day only: for ever with `daily`, up to the change with a `stable` that followed it, else `null`. */
async function dailyIdentityUntilOf(db, { identity, now }) {
  if (identity === "daily") return Number.POSITIVE_INFINITY;
  const known = dailyUntilKnown.get(db);
  if (known !== void 0 && Math.abs(now - known.readAt) < DAILY_UNTIL_MS) return known.value;
  const { results } = await db.prepare(DAILY_UNTIL_SQL).all();
  const value = results[0]?.value ?? null;
  dailyUntilKnown.set(db, { readAt: now, value });
  return value;
}

// src/worker/losses.ts
/**
 * What clients lost: an account that travels with a batch, stored once however often it comes.
 */
/** More than this in one account is nothing that a client counted. */
var MAX_EVENTS = 1e9;
/** Stores an account. ?1 is its id, ?2 its time, ?3 JSON: {reason: events}. */
var INSERT_LOSSES_SQL = `
INSERT INTO skill_usage_losses (account_id, reason, events, reported_at)
SELECT ?1, key, CAST(value AS INTEGER), CAST(?2 AS INTEGER)
FROM json_each(?3)
WHERE true
ON CONFLICT DO NOTHING`;
/** Reads an account; `null` for anything else. Reasons that are not known are left out. */
function parseLosses(value, now) {
  if (typeof value !== "object" || value === null || !("id" in value && "at" in value && "reasons" in value)) return null;
  const { id, at, reasons } = value;
  if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id) || typeof at !== "number" || typeof reasons !== "object" || reasons === null) return null;
  const known = Object.entries(reasons).filter(([reason, events]) => isReason(reason) && Number.isInteger(events) && events > 0 && events <= MAX_EVENTS);
  if (known.length === 0) return null;
  // A client whose clock is off has still lost something: it is counted as of now.
  const isPlausible = at >= 0 && at <= now && at > now - LIMITS.durationMs;
  return { id, at: isPlausible ? Math.floor(at) : now, reasons: Object.fromEntries(known) };
}
function isReason(name) {
  return Object.hasOwn(NO_LOSSES, name);
}

// src/worker/store-rows.ts
/**
 * Storing rows: the statements of one `batch()` of D1, which is a transaction.
 *
 * Marks come first, then the events, then what follows from them; what ingest must know of the database is read along.
 */
/** Stores rows, and what a client lost. A row that is there already stays as it is. @throws what D1 throws */
async function storeRows(db, rows, losses, { skillNames, now }) {
  if (rows.length === 0 && losses === null) return { stored: 0, rawFrom: 0, dirtyFrom: null, cost: { rowsRead: 0, rowsWritten: 0 } };
  const parameters = chunkJson(rows.map((row) => JSON.stringify([...FIELDS2.map((field2) => row[field2]), row.previousHash, ...tombstonesOf(row)])));
  const inserts = parameters.map((parameter) => db.prepare(INSERT_EVENTS_SQL).bind(parameter));
  const namesToRead = skillNames?.namesToRead(now);
  const hasAliases = rows.some(({ previousHash }) => previousHash !== null);
  const aliases = hasAliases ? parameters.map((parameter) => db.prepare(INSERT_ALIASES_SQL).bind(parameter)) : [];
  const results = await db.batch([
    db.prepare(MARK_DIRTY_SQL).bind(spansToMark(rows)),
    ...inserts,
    ...aliases,
    ...losses === null ? [] : [db.prepare(INSERT_LOSSES_SQL).bind(losses.id, losses.at, JSON.stringify(losses.reasons))],
    ...namesToRead === void 0 ? [] : [db.prepare(skillNamesQuery.sql).bind(...skillNamesQuery.bind(namesToRead))],
    db.prepare(stateQuery.sql)
  ]);
  if (namesToRead !== void 0) skillNames?.learn(namesToRead.day, results.at(-2)?.results ?? []);
  const state = results.at(-1)?.results[0];
  const stored = results.slice(1, 1 + inserts.length).reduce((sum, { meta }) => sum + (meta.changes ?? 0), 0);
  return { stored, rawFrom: state?.raw_from ?? 0, dirtyFrom: state?.dirty_from ?? null, cost: costOf(results) };
}
var FIELDS2 = Object.keys(EVENT_COLUMNS);
var COLUMNS3 = Object.values(EVENT_COLUMNS).join(", ");
var VALUES = FIELDS2.map((_, index) => `value ->> ${index}`).join(", ");
/** Places in a row of the parameter: what is no column stands behind the columns. */
var USER_HASH_PLACE = FIELDS2.indexOf("userHash");
var PREVIOUS_HASH_PLACE = FIELDS2.length;
var IS_ERASED_SQL2 = isErasedSql("value", PREVIOUS_HASH_PLACE + 1);
/** One JSON parameter for all rows, which passes D1's limit of 100 parameters. Events of people who are erased are passed over. */
var INSERT_EVENTS_SQL = `
INSERT INTO skill_usage_events (${COLUMNS3})
SELECT ${VALUES}
FROM json_each(?1)
WHERE (value ->> 0) >= ${RAW_FROM_SQL}
  AND NOT ${IS_ERASED_SQL2}
ON CONFLICT DO NOTHING`;
/**
 * While the secret is being changed: notes under which pseudonym everybody whose event was just stored is known already. Who has a
 * number under the new one keeps it: cells that list it would otherwise name two people.
 */
var INSERT_ALIASES_SQL = `
INSERT INTO skill_usage_aliases (user_hash, known_as)
SELECT
  value ->> ${USER_HASH_PLACE},
  COALESCE((SELECT known_as FROM skill_usage_aliases WHERE user_hash = (value ->> ${PREVIOUS_HASH_PLACE})), value ->> ${PREVIOUS_HASH_PLACE})
FROM json_each(?1)
WHERE (value ->> ${PREVIOUS_HASH_PLACE}) IS NOT NULL
  AND NOT EXISTS (SELECT 1 FROM skill_usage_aliases WHERE user_hash = (value ->> ${USER_HASH_PLACE}))
  AND NOT EXISTS (SELECT 1 FROM skill_usage_people WHERE user_hash = (value ->> ${USER_HASH_PLACE}))
  AND EXISTS (
    SELECT 1
    FROM skill_usage_events
    WHERE started_at = (value ->> 0)
      AND event_id = (value ->> 1)
      AND user_hash = (value ->> ${USER_HASH_PLACE})
  )
ON CONFLICT DO NOTHING`;
/** Reads what ingest must know of the database: two rows, along with the batch. */
var stateQuery = {
  sql: `
SELECT
  ${RAW_FROM_SQL} AS raw_from,
  (SELECT MIN(starts_at) FROM skill_usage_dirty WHERE period_ms = ${HOUR_MS}) AS dirty_from`,
  bind: () => [],
  columns: ["raw_from", "dirty_from"]
};
/** D1 takes 2 MB a parameter; a character of JSON text has at most three bytes of UTF-8. */
var MAX_PARAMETER_CHARS = 6e5;
/** Joins JSON texts into arrays that fit a parameter: nearly always one. */
function chunkJson(items) {
  const chunks = [[]];
  let chars = 0;
  for (const item of items) {
    if (chars + item.length > MAX_PARAMETER_CHARS && chars > 0) {
      chunks.push([]);
      chars = 0;
    }
    chunks.at(-1)?.push(item);
    chars += item.length + 1;
  }
  return chunks.map((chunk) => `[${chunk.join(",")}]`);
}

// src/worker/validate.ts
/**
 * Reads one event of a request: from anything at all to a typed event, or to the reason why not.
 *
 * A field that is `null` counts as absent, which is what most languages send for "nothing". Fields that only describe
 * (labels, errors, metadata) are cut or dropped where they are wrong rather than costing the event.
 */
/** Thrown while one event is read, and caught by `parseEvent`. */
var InvalidEvent = class extends Error {
  code;
  constructor(code, message) {
    super(message);
    this.code = code;
  }
};
/** Reads one event. Never throws. */
function parseEvent(value, context) {
  try {
    return readEvent(value, context);
  } catch (error) {
    if (error instanceof InvalidEvent) return { code: error.code, message: error.message };
    throw error;
  }
}
/** Whether `parseEvent` accepted an event. */
function isValidEvent(parsed) {
  return "skill" in parsed;
}
function readEvent(value, context) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new InvalidEvent("not_an_object", "An event is an object with at least a skill.");
  }
  const field2 = (name) => Object.hasOwn(value, name) ? Reflect.get(value, name) ?? void 0 : void 0;
  return {
    skill: readSkill(field2("skill")),
    id: readId(field2("id")) ?? context.makeId(),
    startedAt: readStartedAt(field2("startedAt"), context),
    durationMs: readDuration(field2("durationMs")),
    clock: field2("clock") === "io" ? "io" : "",
    outcome: readOutcome(field2("outcome"), field2("success")),
    errorType: readText2(field2("errorType"), "errorType", LIMITS.bodyBytes) || null,
    errorMessage: readText2(field2("errorMessage"), "errorMessage", LIMITS.bodyBytes) || null,
    userId: readPersonId(field2("userId"), "userId"),
    sessionId: readPersonId(field2("sessionId"), "sessionId"),
    version: readText2(field2("version"), "version", LIMITS.labelChars),
    source: readText2(field2("source"), "source", LIMITS.labelChars),
    variant: readText2(field2("variant"), "variant", LIMITS.labelChars),
    metadata: readMetadata(field2("metadata"))
  };
}
function readSkill(value) {
  const skill = typeof value === "string" ? value.toWellFormed().trim() : "";
  if (skill !== "" && skill.length <= LIMITS.skillChars && !/\p{Cc}/u.test(skill)) return skill;
  throw new InvalidEvent("invalid_skill", `"skill" is a string of 1 to ${LIMITS.skillChars} characters without control characters.`);
}
function readId(value) {
  if (value === void 0) return void 0;
  if (typeof value === "string" && /^[\w-]{1,64}$/.test(value)) return value;
  throw new InvalidEvent("invalid_id", `"id" is a string of 1 to ${LIMITS.idChars} characters of A-Z a-z 0-9 _ -.`);
}
/** ISO 8601 with a zone: a local time would be read in the time zone of the server. */
var ISO_86012 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;
function readStartedAt(value, { now, rawRetentionDays }) {
  if (value === void 0) return now;
  const at = typeof value === "string" ? parseIso(value) : value;
  if (typeof at !== "number" || !Number.isFinite(at) || Math.abs(at) > 864e13) {
    throw new InvalidEvent("invalid_started_at", '"startedAt" is milliseconds since 1970, or ISO 8601 with a zone.');
  }
  if (at > now + LIMITS.clockSkewMs) {
    throw new InvalidEvent("clock_skew", '"startedAt" is more than 5 minutes ahead of the server: correct it by "serverTime".');
  }
  if (at < Math.max(0, now - rawRetentionDays * 864e5)) {
    throw new InvalidEvent("too_old", `"startedAt" is before the raw retention of ${rawRetentionDays} days.`);
  }
  return Math.floor(at);
}
function parseIso(text) {
  return ISO_86012.test(text) ? Date.parse(text.replace(",", ".").replace(/([+-]\d{2})(\d{2})?$/, (_, hours, minutes = "00") => `${hours}:${minutes}`)) : Number.NaN;
}
function readDuration(value) {
  if (value === void 0) return 0;
  if (typeof value === "number" && value >= 0 && value <= LIMITS.durationMs) return Math.round(value);
  throw new InvalidEvent("invalid_duration", '"durationMs" is a number from 0 to 30 days in milliseconds.');
}
function readOutcome(outcome, success) {
  if (success !== void 0 && typeof success !== "boolean") throw new InvalidEvent("invalid_success", '"success" is true or false.');
  if (outcome === void 0) return success === false ? "error" : "ok";
  const known = OUTCOMES.find((candidate) => candidate === outcome);
  if (known !== void 0) return known;
  throw new InvalidEvent("invalid_outcome", `"outcome" is one of ${OUTCOMES.join(", ")}.`);
}
/** Cuts a descriptive text rather than refusing the event for it. */
function readText2(value, name, maxChars) {
  return cut(cleanText(value, name), maxChars);
}
/** A cut id would be another person's, so a long one is refused. */
function readPersonId(value, name) {
  const id = cleanText(value, name);
  if (id.length > LIMITS.personChars) throw new InvalidEvent("invalid_text", `"${name}" has at most ${LIMITS.personChars} characters.`);
  return id || null;
}
/** Drops control characters but tab and line feed: SQLite's own tools end a text at a NUL. */
function cleanText(value, name) {
  if (value === void 0) return "";
  if (typeof value !== "string") throw new InvalidEvent("invalid_text", `"${name}" is a string.`);
  return value.toWellFormed().replace(/[^\P{Cc}\t\n]/gu, "").trim();
}
function readMetadata(value) {
  if (value === void 0) return null;
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new InvalidEvent("invalid_metadata", '"metadata" is an object.');
}

// src/worker/ingest.ts
/**
 * From events as they came to rows: validate, scrub, pseudonymise, store. One D1 round trip a request.
 *
 * Raw user ids live only inside these functions, for as long as one request.
 */
/**
 * Stores one event without HTTP, for code that runs beside the database. Give it the Worker's own secrets, project and identity:
 * under others the same person is somebody else.
 *
 * @returns what became of it, as `POST /api/track` would answer
 * @throws RangeError when `hashSecret` has fewer than 32 bytes, an Error when `previousHashSecret` cannot be used beside it, and what D1 throws
 */
async function logUsageEvent(db, event, options) {
  return (await ingestEvents(db, [event], options)).result;
}
/**
 * Stores a batch of events, each of which may be anything at all, and what their client says that it lost. With
 * `skillNames`, a day takes a bounded number of them.
 *
 * @throws RangeError or SecretsError when the secrets cannot be used, and what D1 throws
 */
async function ingestEvents(db, events, options, lost, skillNames) {
  const { now = Date.now(), rawRetentionDays = 90 } = options;
  const context = { now, rawRetentionDays, makeId: () => crypto.randomUUID() };
  const valid = [];
  const places = [];
  const rejected = [];
  for (const [index, event] of events.entries()) {
    const parsed = parseEvent(event, context);
    if (isValidEvent(parsed)) {
      valid.push(parsed);
      places.push(index);
    } else {
      rejected.push({ index, ...parsed });
    }
  }
  const withSomebody = valid.filter(({ userId, sessionId }) => userId !== null || sessionId !== null);
  const identity = await identityFor(db, options, withSomebody.map(({ startedAt }) => startedAt), now);
  const { named: named2, folded } = skillNames?.bound(valid) ?? { named: valid, folded: 0 };
  const rows = await Promise.all(named2.map((event) => rowOf(event, identity, options)));
  const { stored, rawFrom, dirtyFrom, cost } = await storeRows(db, rows, parseLosses(lost, now), { skillNames, now });
  for (const [place, row] of rows.entries()) {
    if (row.startedAt < rawFrom) rejected.push({ index: places[place] ?? 0, code: "too_old", message: "Events of that day are deleted already." });
  }
  const duplicates = events.length - rejected.length - stored;
  const result = { accepted: stored, duplicates, rejected, ...folded > 0 && { folded }, serverTime: now, ...warningsOf(valid) };
  return { result, cost: addCosts(identity.cost, cost), dirtyFrom };
}
function warningsOf(events) {
  const count = events.filter(({ userId }) => userId !== null && looksLikeUnkeyedHash(userId)).length;
  if (count === 0) return {};
  const message = "User ids look like plain hashes, which a list of addresses undoes. Send the id itself, or a random one: it is hashed here, with a key.";
  return { warnings: [{ code: "unkeyed_hash", message, count }] };
}
async function rowOf(event, identity, options) {
  const { errorType, errorMessage, metadata, outcome, userId, sessionId, ...rest } = event;
  const { scrubRules } = options;
  // Scrubbed first and cut afterwards: a cut address would no longer look like one.
  const type = errorType === null ? null : cut(scrubText(cut(errorType, SCRUBBED_CHARS), scrubRules), ERROR_TYPE_CHARS);
  const message = errorMessage === null ? null : cut(scrubText(cut(errorMessage, SCRUBBED_CHARS), scrubRules), ERROR_MESSAGE_CHARS);
  const hasFailed = outcome === "error" || outcome === "timeout";
  const { current = null, previous = null } = identity.at(event.startedAt) ?? {};
  const { current: lasting = null, previous: lastingBefore = null } = identity.lasting ?? {};
  const pseudonyms = await Promise.all([current, previous, lasting, lastingBefore].map((pseudonymizer) => userId === null || pseudonymizer === null ? null : pseudonymOf(userId, pseudonymizer)));
  const [userHash = null, previousHash = null] = pseudonyms.map((pseudonym) => pseudonym?.userHash ?? null);
  return {
    ...rest,
    outcome,
    userHash,
    previousHash,
    tombstones: pseudonyms.map((pseudonym) => pseudonym?.tombstone ?? null),
    sessionHash: sessionId === null || current === null ? null : await current.pseudonym("session", sessionId),
    errorType: type,
    errorMessage: message,
    errorFingerprint: hasFailed ? await fingerprintOf2(type, message) : null,
    metadata: metadata === null ? null : scrubMetadata(metadata, options)
  };
}
async function pseudonymOf(userId, pseudonymizer) {
  const userHash = await pseudonymizer.pseudonym("user", userId);
  return { userHash, tombstone: await pseudonymizer.pseudonym("tombstone", userHash) };
}
/** Text that is looked at: eight times what is kept, since scrubbing mostly shortens. Bounds the CPU time of an event. */
var SCRUBBED_CHARS = 8 * ERROR_MESSAGE_CHARS;

// src/worker/privacy-signals.ts
/**
 * Signals by which somebody's browser says that they do not want to be followed: Global Privacy Control and Do Not Track.
 *
 * Neither asks not to be counted, and a call without a person is a call all the same; so by default it is the person that goes.
 */
/** When the statement of `/.well-known/gpc.json` was last changed. */
var GPC_LAST_UPDATE = "2026-11-26";
/** Seconds for which the statement may be kept. */
var GPC_MAX_AGE_SECONDS = 86400;
/** What the signals of a request ask for, as the settings have it. Only `1` is a signal: `0` and all else say nothing. */
function signalOf(request, { privacySignals }) {
  const isSet = request.headers.get("Sec-GPC") === "1" || request.headers.get("DNT") === "1";
  return isSet ? privacySignals : "ignore";
}
/** An event without what tells of a person, as it came otherwise. */
function withoutPerson(event) {
  // A field that is null counts as absent.
  return typeof event === "object" && event !== null && !Array.isArray(event) ? { ...event, userId: null, sessionId: null, metadata: null } : event;
}
/** Answers `GET /.well-known/gpc.json` (W3C, Global Privacy Control): whether the signal is heard here. */
async function answerGpc(_request, { privacySignals }) {
  const body = JSON.stringify({ gpc: privacySignals !== "ignore", lastUpdate: GPC_LAST_UPDATE });
  return new Response(body, { headers: { "Cache-Control": `public, max-age=${GPC_MAX_AGE_SECONDS}`, "Content-Type": "application/json; charset=utf-8" } });
}

// src/worker/intake.ts
/**
 * What every intake asks for before it takes events, and how it stores them; and the intake of the kit's own clients.
 */
/** Answers `POST /api/track`. */
async function answerTrack(request, context) {
  requireOrigin(request, context);
  // A wrong key in the header is refused before the body is read.
  const isInHeader = bearerOf(request) !== void 0;
  if (isInHeader) await requireIngestKey(bearerOf(request), context);
  const { events, lost, key } = await readTrackBody(request);
  if (!isInHeader) await requireIngestKey(key, context);
  const result = await storeEvents(request, events, context, lost);
  // What a signal keeps out is no fault of the sender: nothing is to be mended, and nothing to be sent again.
  const isTaken = result.accepted + result.duplicates > 0 || result.rejected.some(({ code }) => code === "privacy_signal");
  return jsonResponse(result, isTaken ? 202 : 422);
}
/** Refuses pages of origins that may not send. */
function requireOrigin(request, { settings }) {
  if (isOriginAllowed(request, { origins: settings.allowedOrigins, methods: "POST" })) return;
  throw new Problem("origin_not_allowed", `This page's origin is not in "allowedOrigins".`);
}
/** Refuses a key that is not the ingest key, when there is one. A Worker whose binding grants it needs none. */
async function requireIngestKey(key, { ingestKey, caller }) {
  if (ingestKey !== void 0 && !caller.ingest) await requireKey(key, ingestKey, "ingest key");
}
/**
 * Largest request behind which a roll-up may run. D1 takes 50 queries per invocation on the free plan: 500 events take
 * three, or four while the secret is changed, a day's salt four, a roll-up up to 32. After a larger one it waits for the next
 * request, or for the cron.
 */
var MAX_EVENTS_BEFORE_ROLL_UP = 1500;
/**
 * Stores events, 500 in one call of D1, and notes what that cost; hears the privacy signals of the request that they came with. When a later call fails the earlier ones stay: a batch
 * that is sent again writes only what is missing, as far as its events have ids.
 *
 * @throws Problem when the secret, the database or the budget for it is missing or a setting is wrong, and what D1 throws
 */
async function storeEvents(request, events, context, lost) {
  const { hashSecret, previousHashSecret, project, identity, settings, skillNames, upkeep, ctx, metadata, now } = context;
  const { rawRetentionDays, scrubRules } = settings;
  if (!isUsableSecret(hashSecret)) {
    throw new Problem("hash_secret_missing", `Set a secret of at least ${MIN_SECRET_BYTES} bytes: openssl rand -base64 32 | npx wrangler secret put TRACK_HASH_SECRET`);
  }
  const signal = signalOf(request, context);
  if (signal === "drop") return dropped(events, now);
  const named2 = signal === "drop_user" ? events.map(withoutPerson) : events;
  const options = { hashSecret, previousHashSecret, project, identity, rawRetentionDays, metadata, scrubRules, now };
  const db = databaseOf(context);
  if (await upkeep.isBudgetSpent(db, now)) throw budgetProblem(now);
  const sum = { accepted: 0, duplicates: 0, rejected: [], serverTime: now };
  let first = 0;
  do {
    const chunk = named2.slice(first, first + LIMITS.batchEvents);
    const { result, cost, dirtyFrom } = await ingestEvents(db, chunk, options, first === 0 ? lost : void 0, skillNames).catch(refuseSecrets);
    upkeep.afterIngest(db, cost, events.length > MAX_EVENTS_BEFORE_ROLL_UP ? null : dirtyFrom, now, ctx);
    sum.accepted += result.accepted;
    sum.duplicates += result.duplicates;
    if (result.folded !== void 0) sum.folded = (sum.folded ?? 0) + result.folded;
    for (const warning of result.warnings ?? []) addWarning(sum, warning);
    for (const rejection of result.rejected) sum.rejected.push({ ...rejection, index: first + rejection.index });
    first += LIMITS.batchEvents;
  } while (first < events.length);
  return sum;
}
/** Two secrets that cannot be used side by side are the owner's to mend. */
function refuseSecrets(error) {
  throw error instanceof SecretsError ? new Problem("invalid_setting", error.message) : error;
}
function dropped(events, now) {
  const message = "The request carries a privacy signal: nothing is stored.";
  return { accepted: 0, duplicates: 0, rejected: events.map((_, index) => ({ index, code: "privacy_signal", message })), serverTime: now };
}
/** The same warning of a later chunk is about more events. */
function addWarning(sum, warning) {
  const known = sum.warnings?.find(({ code }) => code === warning.code);
  if (known === void 0) sum.warnings = [...sum.warnings ?? [], { ...warning }];
  else known.count += warning.count;
}

// src/worker/hooks.ts
/**
 * `POST /hooks/claude-code`: takes what a hook of `"type": "http"` posts, so that Claude Code needs no file.
 *
 * Claude Code reads a body as output of the hook and shows its user every status but 2xx. So an input that is no event is
 * an empty 204 too, and a line in the owner's log, without content. What the owner has to mend (a key, the secret, the
 * database, the budget) is refused as on `/api/track`: it never blocks a tool, and the notice says where to look.
 */
/** Names the person. A header, since addresses stand in logs; Claude Code fills it from the environment when told to. */
var USER_HEADER = "X-Track-User";
/** Stores one hook's event. Answers 204 with an empty body to whoever may send events, whatever was sent. */
async function answerHook(request, context) {
  requireOrigin(request, context);
  await requireIngestKey(bearerOf(request), context);
  const { event, lost, issue } = await readHook(request, context.now);
  const { rejected } = event === void 0 && lost === void 0 ? { rejected: [] } : await storeEvents(request, event === void 0 ? [] : [event], context, lost);
  const skipped = issue ?? rejected[0]?.code;
  if (skipped !== void 0) console.log(JSON.stringify({ trackSkills: "hook", skipped }));
  return new Response(null, { status: 204 });
}
async function readHook(request, now) {
  try {
    const event = eventOfHook(await readJson(request), now);
    return typeof event === "string" ? { issue: event } : { event: { ...event, userId: request.headers.get(USER_HEADER) ?? void 0 } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Only a real call is as large as that (a result with images); noise is not.
    const isCall2 = error.code === "body_too_large";
    return { issue: error.code, ...isCall2 && { lost: { id: crypto.randomUUID(), at: now, reasons: { too_large: 1 } } } };
  }
}

// src/otlp/answer.ts
/**
 * Answers of OTLP/HTTP (opentelemetry-proto, docs/specification.md), in the encoding of the request.
 *
 * A whole success is an empty message. A partial one says how many items were rejected, or, with none, carries a warning.
 * A refusal is a `google.rpc.Status`, of which OTLP uses the message alone.
 */
/** The content type of an encoding. */
var CONTENT_TYPES = { json: "application/json", protobuf: "application/x-protobuf" };
var REJECTED = { logs: "rejectedLogRecords", traces: "rejectedSpans" };
/** Encodes an `ExportLogsServiceResponse` or an `ExportTraceServiceResponse`. */
function encodeResponse(signal, encoding, { rejected, message }) {
  const isWhole = rejected === 0 && message === "";
  if (encoding === "json") {
    // 64-bit integers are text in the JSON of protobuf.
    return encodeJson(isWhole ? {} : { partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: message } });
  }
  if (isWhole) return new Uint8Array(0);
  const partialSuccess = [...rejected === 0 ? [] : [8, ...varintOf(rejected)], ...stringField(2, message)];
  return Uint8Array.from([10, ...varintOf(partialSuccess.length), ...partialSuccess]);
}
/** Encodes a `google.rpc.Status`. */
function encodeStatus(encoding, message) {
  return encoding === "json" ? encodeJson({ message }) : Uint8Array.from(stringField(2, message));
}
function encodeJson(value) {
  return Uint8Array.from(new TextEncoder().encode(JSON.stringify(value)));
}
function stringField(number, text) {
  const bytes = new TextEncoder().encode(text);
  return [number * 8 + 2, ...varintOf(bytes.length), ...bytes];
}
function varintOf(value) {
  return value < 128 ? [value] : [value % 128 + 128, ...varintOf(Math.floor(value / 128))];
}

// src/otlp/names.ts
/**
 * The one table of names: which attribute carries which field, and which records tell of calls.
 *
 * The conventions still move, so a new name is a new entry here and nowhere else. An attribute that is not named here is
 * never looked at, which is also how prompts, arguments, results and error texts stay out: they have no entry.
 */
/**
 * Attributes that carry a field; the first that is there counts. Sources: Claude Code's and Gemini CLI's monitoring pages;
 * OpenTelemetry's semantic conventions for GenAI and MCP (status: Development); `mcp.tool.name` is Sentry's.
 */
var ATTRIBUTES = {
  event: ["event.name"],
  operation: ["gen_ai.operation.name"],
  mcpMethod: ["mcp.method.name"],
  tool: ["gen_ai.tool.name", "mcp.tool.name", "tool_name", "function_name", "skill.name"],
  // JSON that holds commands and file names too: only the names of servers, tools and skills are taken out of it.
  toolDetails: ["tool_parameters"],
  mcpServer: ["mcp_server_name"],
  callId: ["tool_use_id"],
  durationMs: ["duration_ms"],
  success: ["success"],
  decision: ["decision"],
  decisionSource: ["source"],
  trigger: ["invocation_trigger"],
  errorType: ["error.type", "error_type"],
  session: ["session.id", "mcp.session.id", "gen_ai.conversation.id"],
  // Random per installation in both CLIs. E-mail addresses and account ids have no entry, on purpose.
  user: ["user.id", "installation.id"],
  at: ["event.timestamp"],
  order: ["event.sequence", "prompt.id", "prompt_id"],
  service: ["service.name"],
  version: ["service.version"],
  model: ["gen_ai.response.model", "gen_ai.request.model"],
  toolType: ["gen_ai.tool.type", "tool_type"],
  transport: ["network.transport"]
};
/** Every attribute that has an entry. */
var KNOWN_ATTRIBUTES = new Set(Object.values(ATTRIBUTES).flat());
/** Log records that tell of calls, by the name of their event. */
var LOG_KINDS = {
  "claude_code.tool_result": { source: "claude-code", tells: "call" },
  "claude_code.tool_decision": { source: "claude-code", tells: "decision" },
  "claude_code.skill_activated": { source: "claude-code", tells: "load" },
  "gemini_cli.tool_call": { source: "gemini-cli", tells: "call" }
};
/** What `event.name` lacks in front where only the service says whose event it is. */
var EVENT_PREFIXES = { "claude-code": "claude_code.", "gemini-cli": "gemini_cli." };
/** The operation and the method of spans that are calls of tools; a span's name is one of them and the tool. */
var SPAN_CALLS = { operation: "execute_tool", mcpMethod: "tools/call" };
/** The trigger of a skill that a person typed. All others come by way of the Skill tool, which tells of itself. */
var TYPED_TRIGGER = "user-slash";
/** What the decisions of both CLIs call a refusal. */
var REFUSALS = /* @__PURE__ */ new Set(["reject"]);

// src/otlp/telemetry.ts
/**
 * Log records and spans, as both encodings give them, and how a field is read from their attributes.
 */
/** A body that is no OTLP request, or one over a limit. Decoding throws nothing else. */
var OtlpError = class extends Error {
  name = "OtlpError";
  code;
  constructor(code, message) {
    super(message);
    this.code = code;
  }
};
/** A field as text; "" when it is not there. */
function textOf(item, field2) {
  const value = valueOf(item, field2);
  return value === void 0 ? "" : String(value);
}
/** A field as a number, which may be written as text. */
function numberOf(item, field2) {
  const value = valueOf(item, field2);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : void 0;
}
/** A field as true or false, which may be written as text. */
function booleanOf(item, field2) {
  const text = textOf(item, field2).toLowerCase();
  return text === "true" ? true : text === "false" ? false : void 0;
}
/** An item's own attribute goes before one of its resource. */
function valueOf({ attributes, resource }, field2) {
  for (const from of [attributes, resource]) {
    for (const name of ATTRIBUTES[field2]) {
      const value = from.get(name);
      if (value !== void 0 && value !== "") return value;
    }
  }
  return void 0;
}

// src/otlp/protobuf.ts
/**
 * Reads protobuf: just enough of the wire format (https://protobuf.dev/programming-guides/encoding/) for OTLP.
 *
 * A message is described by the few of its fields that are wanted; all others are stepped over, unread. Messages are as
 * deep as their descriptions, so that no input makes it recurse, and a number of lists bounds what it may build.
 */
/** Messages of one request, attributes aside: five times what `MAX_RECORDS` records need. */
var MAX_MESSAGES = 1e5;
/** Reads a message into an object. Throws OtlpError when the bytes are none. */
function readMessage(bytes, type, count = { messages: 0 }) {
  const message = {};
  const reader = new Reader(bytes);
  while (!reader.isAtEnd) {
    const { number, wireType } = reader.readTag();
    const field2 = type[number];
    if (field2 === void 0 || wireType !== wireTypeOf(field2)) reader.skip(wireType);
    else message[field2.name] = readField(reader, field2, message[field2.name], count);
  }
  return message;
}
var [VARINT, FIXED64, LENGTH, FIXED32] = [0, 1, 2, 5];
function wireTypeOf({ type }) {
  if (type === "bool" || type === "int") return VARINT;
  return type === "fixed64" || type === "double" ? FIXED64 : LENGTH;
}
function readField(reader, field2, before, count) {
  switch (field2.type) {
    case "string":
      return TEXT.decode(reader.readBytes());
    case "bytes":
      return reader.readBytes();
    case "hex":
      return Array.from(reader.readBytes(), (byte) => byte.toString(16).padStart(2, "0")).join("");
    case "bool":
      return reader.readVarint() !== 0;
    case "int":
      return reader.readVarint();
    case "fixed64":
      return reader.readFixed64();
    case "double":
      return reader.readDouble();
    case "collect":
      return field2.add(reader.readBytes(), before);
    case "message":
    case "list": {
      count.messages += 1;
      if (count.messages > MAX_MESSAGES) throw new OtlpError("too_many_events", `A request holds at most ${MAX_MESSAGES} messages: send smaller batches.`);
      const message = readMessage(reader.readBytes(), field2.of, count);
      if (field2.type === "message") return message;
      const list = Array.isArray(before) ? before : [];
      list.push(message);
      return list;
    }
  }
}
/** Not fatal: a text with broken bytes is no reason to refuse a batch. */
var TEXT = new TextDecoder();
/** A place in bytes. Every read checks that the bytes are there. */
var Reader = class {
  #bytes;
  #view;
  #position = 0;
  constructor(bytes) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  get isAtEnd() {
    return this.#position >= this.#bytes.length;
  }
  readTag() {
    const tag = this.readVarint();
    const number = Math.floor(tag / 8);
    if (number < 1 || number > 536870911) throw malformed("a field's number");
    return { number, wireType: tag % 8 };
  }
  /** Up to 64 bits, in two's complement; a number beyond 2^53 is rounded. */
  readVarint() {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.#bytes[this.#position];
      if (byte === void 0) break;
      this.#position += 1;
      const bits = byte & 127;
      if (index < 4) low += bits * 2 ** (7 * index);
      else high += bits * 2 ** (7 * (index - 4));
      if (byte < 128) {
        // 28 bits are in `low`, 36 in `high`; the highest of those is the sign.
        const upper = high % 2 ** 36;
        return (upper >= 2 ** 35 ? upper - 2 ** 36 : upper) * 2 ** 28 + low;
      }
    }
    throw malformed("a number");
  }
  readBytes() {
    const length = this.readVarint();
    if (length < 0) throw malformed("a length");
    return this.#take(length);
  }
  readFixed64() {
    const start = this.#advance(8);
    return this.#view.getUint32(start + 4, true) * 2 ** 32 + this.#view.getUint32(start, true);
  }
  readDouble() {
    return this.#view.getFloat64(this.#advance(8), true);
  }
  skip(wireType) {
    if (wireType === VARINT) this.readVarint();
    else if (wireType === FIXED64) this.#advance(8);
    else if (wireType === LENGTH) this.readBytes();
    else if (wireType === FIXED32) this.#advance(4);
    else throw malformed("a wire type");
  }
  #take(length) {
    const start = this.#advance(length);
    return this.#bytes.subarray(start, start + length);
  }
  #advance(length) {
    const start = this.#position;
    if (length > this.#bytes.length - start) throw malformed("a length beyond the end");
    this.#position = start + length;
    return start;
  }
};
function malformed(what) {
  return new OtlpError("malformed_otlp", `The body is not protobuf of OTLP, or was cut: ${what}.`);
}

// src/otlp/decode.ts
/**
 * Decodes the body of an OTLP request (opentelemetry-proto 1.x, `ExportLogsServiceRequest` and
 * `ExportTraceServiceRequest`) into log records and spans.
 *
 * Protobuf is first read into the shape of OTLP/JSON, so that both encodings go one way from there. Whatever has another
 * type than it should counts as absent; only what is no request at all is refused.
 */
/** Log records or spans of one request; a batch of a collector holds 8,192 unless told otherwise. */
var MAX_RECORDS = 1e4;
/** Log records of a body. Throws OtlpError. */
function decodeLogs(body, encoding) {
  return itemsOf(body, encoding, "logs").map(({ item, resource }) => ({
    resource,
    attributes: attributesOf(item["attributes"]),
    at: millisecondsOf(item["timeUnixNano"]) ?? millisecondsOf(item["observedTimeUnixNano"]),
    names: [textOf2(item["eventName"]), textOf2(objectOf(item["body"])["stringValue"])]
  }));
}
/** Spans of a body. Throws OtlpError. */
function decodeSpans(body, encoding) {
  return itemsOf(body, encoding, "traces").map(({ item, resource }) => ({
    resource,
    attributes: attributesOf(item["attributes"]),
    traceId: idOf(item["traceId"], 32),
    spanId: idOf(item["spanId"], 16),
    parentSpanId: idOf(item["parentSpanId"], 16),
    name: textOf2(item["name"]),
    kind: kindOf(item["kind"]),
    startedAt: millisecondsOf(item["startTimeUnixNano"]),
    endedAt: millisecondsOf(item["endTimeUnixNano"]),
    // STATUS_CODE_ERROR; some exporters write the names of enums, against the specification.
    hasFailed: [2, "STATUS_CODE_ERROR"].some((code) => code === objectOf(item["status"])["code"])
  }));
}
/** How both signals nest: resources hold scopes, which hold items. */
var NESTING = {
  logs: { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords" },
  traces: { resources: "resourceSpans", scopes: "scopeSpans", items: "spans" }
};
function itemsOf(body, encoding, signal) {
  const names = NESTING[signal];
  const request = encoding === "json" ? parseJson(body, names.resources) : readMessage(body, requestType(signal));
  const items = [];
  for (const one of listOf(request[names.resources])) {
    const resource = attributesOf(objectOf(one["resource"])["attributes"]);
    for (const item of listOf(one[names.scopes]).flatMap((scope) => listOf(scope[names.items]))) {
      if (items.length >= MAX_RECORDS) throw new OtlpError("too_many_events", `A request holds at most ${MAX_RECORDS} records: send smaller batches.`);
      items.push({ item, resource });
    }
  }
  return items;
}
function parseJson(body, resources) {
  let request;
  try {
    request = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new OtlpError("malformed_otlp", "The body is not JSON, or was cut.");
  }
  const object = objectOf(request);
  // An object of other names is a client that sends to the wrong path, and should hear of it.
  if (object !== request || !Array.isArray(object[resources]) && Object.keys(object).length > 0) {
    throw new OtlpError("malformed_otlp", `The body is { "${resources}": [...] }.`);
  }
  return object;
}
var NOTHING = {};
function objectOf(value) {
  return isObject2(value) ? value : NOTHING;
}
function isObject2(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function listOf(value) {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
function textOf2(value) {
  return typeof value === "string" ? value : "";
}
/**
 * Nanoseconds since 1970, as a number or as text, in milliseconds. 0 says "unknown". Rounded to microseconds first, since
 * a double holds today's nanoseconds to the nearest 256, and a whole millisecond should stay one.
 */
function millisecondsOf(value) {
  const at = typeof value === "string" || typeof value === "number" ? Math.round(Number(value) / 1e3) / 1e3 : 0;
  return at > 0 ? at : void 0;
}
/** An id in hexadecimal digits, as OTLP/JSON has it too; one that is all zeros is none. */
function idOf(value, digits) {
  const id = textOf2(value).toLowerCase();
  return id.length === digits && /^[\da-f]+$/.test(id) && !/^0+$/.test(id) ? id : "";
}
function kindOf(value) {
  if (value === 3 || value === "SPAN_KIND_CLIENT") return "client";
  return value === 2 || value === "SPAN_KIND_SERVER" ? "server" : "other";
}
/** The known ones among attributes: a list as in JSON, or what `ATTRIBUTE` has collected. */
function attributesOf(value) {
  if (value instanceof Map) return value;
  const attributes = /* @__PURE__ */ new Map();
  for (const { key, value: given } of listOf(value)) if (isKnown(key)) addAttribute(attributes, key, objectOf(given));
  return attributes;
}
function isKnown(key) {
  return typeof key === "string" && KNOWN_ATTRIBUTES.has(key);
}
function addAttribute(attributes, key, value) {
  const scalar = value["stringValue"] ?? value["boolValue"] ?? value["intValue"] ?? value["doubleValue"];
  if (typeof scalar === "string" || typeof scalar === "number" || typeof scalar === "boolean") attributes.set(key, scalar);
}
var ANY_VALUE = {
  1: { name: "stringValue", type: "string" },
  2: { name: "boolValue", type: "bool" },
  3: { name: "intValue", type: "int" },
  4: { name: "doubleValue", type: "double" }
};
var KEY_VALUE = { 1: { name: "key", type: "string" }, 2: { name: "value", type: "bytes" } };
/** Attributes go into a map at once, and values of those without an entry are not decoded: most are of no interest. */
var ATTRIBUTE = {
  name: "attributes",
  type: "collect",
  add(bytes, collected) {
    const attributes = collected instanceof Map ? collected : /* @__PURE__ */ new Map();
    const { key, value } = readMessage(bytes, KEY_VALUE);
    if (isKnown(key) && value instanceof Uint8Array) addAttribute(attributes, key, readMessage(value, ANY_VALUE));
    return attributes;
  }
};
var LOG_RECORD = {
  1: { name: "timeUnixNano", type: "fixed64" },
  5: { name: "body", type: "message", of: ANY_VALUE },
  6: ATTRIBUTE,
  11: { name: "observedTimeUnixNano", type: "fixed64" },
  12: { name: "eventName", type: "string" }
};
var SPAN = {
  1: { name: "traceId", type: "hex" },
  2: { name: "spanId", type: "hex" },
  4: { name: "parentSpanId", type: "hex" },
  5: { name: "name", type: "string" },
  6: { name: "kind", type: "int" },
  7: { name: "startTimeUnixNano", type: "fixed64" },
  8: { name: "endTimeUnixNano", type: "fixed64" },
  9: ATTRIBUTE,
  15: { name: "status", type: "message", of: { 3: { name: "code", type: "int" } } }
};
function requestType(signal) {
  const { resources, scopes, items } = NESTING[signal];
  const scopeType = { 2: { name: items, type: "list", of: signal === "logs" ? LOG_RECORD : SPAN } };
  const resourceType = {
    1: { name: "resource", type: "message", of: { 1: ATTRIBUTE } },
    2: { name: scopes, type: "list", of: scopeType }
  };
  return { 1: { name: resources, type: "list", of: resourceType } };
}

// src/otlp/facts.ts
/**
 * What is kept of a call beside its name and its times: only short constants, never a text that may quote an input.
 */
/** The class of a failure; `_OTHER`, as OpenTelemetry has it, for what is no name of a class; `undefined` for none. */
function errorTypeOf(item) {
  const type = textOf(item, "errorType").trim();
  if (type === "") return void 0;
  // A sentence, a path or an address is not a class, whatever attribute it stands in.
  return /^[\w.:$-]{1,128}$/.test(type) ? type : "_OTHER";
}
/** -32001 is the code of the MCP SDKs for a request that took too long; 504 is HTTP's. */
var TIMEOUT = /time-?_?d?_?out|deadline|^-32001$|^504$/i;
var CANCELLED = /cancel|abort|interrupt/i;
/** How a failed call ended, by its class. */
function outcomeOfFailure(errorType) {
  if (errorType === void 0) return "error";
  if (TIMEOUT.test(errorType)) return "timeout";
  return CANCELLED.test(errorType) ? "cancelled" : "error";
}
/** A duration in milliseconds; one that the Worker would reject is none, so that the call is kept. */
function durationOf(ms) {
  return ms !== void 0 && ms >= 0 && ms <= LIMITS.durationMs ? ms : void 0;
}
/** The id of a person or of a session; one that the Worker would reject is none. A cut one would be another's. */
function personOf(item, field2) {
  const id = textOf(item, field2);
  return id === "" || id.length > LIMITS.personChars ? void 0 : id;
}
/** Labels that go into the metadata. */
function labelsOf(item, withService) {
  const service = labelOf(textOf(item, "service"));
  const labels = {
    // An SDK that was not told a name says "unknown_service:PROCESS".
    service: withService && !service.startsWith("unknown_service") ? service : "",
    model: modelOf(textOf(item, "model")),
    toolType: labelOf(textOf(item, "toolType")),
    transport: labelOf(textOf(item, "transport"))
  };
  return Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== ""));
}
/** `NAME` or `ORGANISATION/NAME`. More slashes make a path of a local file, or an address with an account's number. */
function modelOf(text) {
  const [, organisation = "", name = ""] = /^(?:([\w-]{2,64})\/)?([^/]+)$/.exec(text) ?? [];
  return labelOf(name) === "" || /\.(?:gguf|bin|safetensors|pt|onnx)$/i.test(name) ? "" : [organisation, name].filter((part) => part !== "").join("/");
}
/** A name of up to 64 characters; "" for what is longer, or may be a path or a sentence. */
function labelOf(text) {
  return /^[A-Za-z\d][\w.:@+-]{0,63}$/.test(text) ? text : "";
}

// src/otlp/ids.ts
/**
 * Ids for calls that have none: the same record gives the same id, so that a batch that is sent again writes nothing.
 */
/**
 * Makes ids from what a record says. Records of one request that say the same are numbered, since tools that ran side by
 * side can end in the same millisecond.
 */
function createIdMaker() {
  const seen = /* @__PURE__ */ new Map();
  return (seed) => {
    const text = JSON.stringify(seed);
    const number = seen.get(text) ?? 0;
    seen.set(text, number + 1);
    return `otlp-${hash(text)}${number === 0 ? "" : `-${number}`}`;
  };
}
/** Two multiplicative hashes of 32 bits. They must tell apart only the events of one millisecond. */
function hash(text) {
  let [left, right] = [2166136261, 2654435769];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    left = Math.imul(left ^ unit, 16777619);
    right = Math.imul(right ^ unit, 2246822507);
    right ^= right >>> 15;
  }
  return [left, right].map((half) => (half >>> 0).toString(36)).join("");
}

// src/otlp/events-of-logs.ts
/**
 * From log records of Claude Code and Gemini CLI to events.
 *
 * One use of a skill is counted once: a skill that Claude calls comes as a result of the Skill tool, which knows how it
 * ended, and as a `skill_activated`, which does not; the latter counts only for skills that a person typed, which pass by
 * the Skill tool. A refused call has a decision and no result; an accepted one has both, and its result counts.
 */
/** Events of log records, and how many records tell of no call. */
function eventsOfLogs(records) {
  const makeId = createIdMaker();
  const events = [];
  for (const record of records) {
    const kind = kindOf2(record);
    const event = kind === void 0 ? void 0 : eventOf(record, kind, makeId);
    if (event !== void 0) events.push(event);
  }
  return { events, ignored: records.length - events.length };
}
/** The event's name stands in a field of its own, in the body or in an attribute, by producer and version. */
function kindOf2(record) {
  const name = textOf(record, "event");
  const prefix = own(EVENT_PREFIXES, textOf(record, "service")) ?? "";
  for (const candidate of [...record.names, name, prefix + name]) {
    const kind = own(LOG_KINDS, candidate);
    if (kind !== void 0) return kind;
  }
  return void 0;
}
function own(table, name) {
  return Object.hasOwn(table, name) ? table[name] : void 0;
}
function eventOf(record, kind, makeId) {
  const isRefused = REFUSALS.has(textOf(record, "decision"));
  if (kind.tells === "decision" && !isRefused) return void 0;
  if (kind.tells === "load" && textOf(record, "trigger") !== TYPED_TRIGGER) return void 0;
  const { skill, isLoad } = kind.tells === "load" ? { skill: textOf(record, "tool"), isLoad: true } : toolOf(record);
  const at = record.at ?? timeOf(textOf(record, "at"));
  const durationMs = kind.tells === "call" ? durationOf(numberOf(record, "durationMs")) : void 0;
  const { outcome, errorType } = isRefused ? refusalOf(record) : endingOf(record, kind);
  const callId = textOf(record, "callId");
  return {
    skill,
    id: /^[\w-]{1,64}$/.test(callId) ? callId : makeId([kind, skill, at, durationMs, outcome, textOf(record, "session"), textOf(record, "order")]),
    startedAt: at === void 0 ? void 0 : Math.max(0, at - (durationMs ?? 0)),
    durationMs: durationMs ?? 0,
    // A time that nobody measured is like one of a clock that stood still: it stays out of the durations.
    clock: durationMs === void 0 ? "io" : void 0,
    outcome,
    errorType,
    userId: personOf(record, "user"),
    sessionId: personOf(record, "session"),
    source: kind.source,
    metadata: { ...labelsOf(record, false), ...isLoad ? LOAD_METADATA : {} }
  };
}
function refusalOf(record) {
  return { outcome: "refused", errorType: own(REFUSAL_TYPES, textOf(record, "decisionSource")) };
}
/** Failures of Claude Code are called as its hooks and transcripts call them; those of others as they call them. */
function endingOf(record, { source }) {
  const errorType = errorTypeOf(record);
  if (booleanOf(record, "success") ?? errorType === void 0) return { outcome: "ok", errorType: void 0 };
  const known = source === "claude-code" && errorType !== void 0 ? endingOfErrorClass(errorType) : void 0;
  return known ?? { outcome: outcomeOfFailure(errorType), errorType };
}
function timeOf(text) {
  const at = Date.parse(text);
  return Number.isNaN(at) ? void 0 : at;
}
/** Names a tool as the hooks and transcripts do: by its server and its own name, or by the skill that it loads. */
function toolOf(record) {
  const name = textOf(record, "tool");
  const details = detailsOf(record);
  const server = details.server || textOf(record, "mcpServer");
  if (server === "") return nameTool(name, { skill: details.skill }) ?? { skill: name, isLoad: false };
  const tool = details.tool || withoutServer(name, server);
  return nameTool(`mcp__${normalize(server)}__${normalize(tool)}`, void 0) ?? { skill: name, isLoad: false };
}
/** Gemini CLI's versions put a server's name in front of its tools in two ways, or not at all. */
function withoutServer(name, server) {
  const prefix = [`mcp_${server}_`, `${server}__`].find((candidate) => name.startsWith(candidate)) ?? "";
  return name.slice(prefix.length);
}
/** As Claude Code writes servers and tools into the names of its transcripts. */
function normalize(name) {
  return name.replace(/[^\w-]/g, "_");
}
/** The three names in `tool_parameters`, "" where there is none. Nothing else of it is kept. */
function detailsOf(record) {
  const details = parseDetails(textOf(record, "toolDetails"));
  const name = (key) => {
    const value = Object.hasOwn(details, key) ? Reflect.get(details, key) : "";
    return typeof value === "string" ? value : "";
  };
  return { server: name("mcp_server_name"), tool: name("mcp_tool_name"), skill: name("skill_name") };
}
function parseDetails(json) {
  try {
    const details = JSON.parse(json || "{}");
    return typeof details === "object" && details !== null ? details : {};
  } catch {
    return {};
  }
}

// src/otlp/events-of-spans.ts
/**
 * From spans with the conventions for GenAI and MCP to events.
 *
 * One call may have up to three spans: the agent's `execute_tool`, the MCP client's and the MCP server's `tools/call`. It
 * is counted where the tool runs: by the server's span, or by the agent's when the tool is a function of its own. Spans of
 * clients, and agents' spans around them, are left out, since the server's may come with another request. An owner whose
 * servers do not report here counts them by an option; in one request, the innermost span of a call then counts.
 */
/** Spans between a span of a call and another of the same call, at most. */
var MAX_DISTANCE = 8;
/** Events of spans; how many spans tell of no call, and how many of the client's side of one. */
function eventsOfSpans(spans, { countClients }) {
  const calls = spans.filter(isCall);
  const covered = coveredSpans(calls, spans);
  const counted = calls.filter((span) => !covered.has(span) && (countClients || span.kind !== "client"));
  const makeId = createIdMaker();
  return {
    events: counted.map((span) => eventOf2(span, makeId)),
    ignored: spans.length - counted.length,
    clientSpans: countClients ? 0 : calls.filter((span) => span.kind === "client").length
  };
}
/** The CLIs that tell of their calls by log records would tell of them twice. */
function isCall(span) {
  if (Object.hasOwn(EVENT_PREFIXES, textOf(span, "service"))) return false;
  return textOf(span, "operation") === SPAN_CALLS.operation || textOf(span, "mcpMethod") === SPAN_CALLS.mcpMethod;
}
/** A span's name may be anything, a path as well: only what stands behind the convention's prefix is a tool. */
function skillOf(span) {
  const prefix = Object.values(SPAN_CALLS).find((candidate) => span.name.startsWith(`${candidate} `));
  return textOf(span, "tool") || (prefix === void 0 ? "" : span.name.slice(prefix.length + 1));
}
/** Spans of calls that have another span of the same call inside. */
function coveredSpans(calls, spans) {
  const known = new Map(spans.filter(({ spanId }) => spanId !== "").map((span) => [span.traceId + span.spanId, span]));
  const covered = /* @__PURE__ */ new Set();
  for (const call of calls) {
    let outer = known.get(call.traceId + call.parentSpanId);
    for (let distance = 0; outer !== void 0 && distance < MAX_DISTANCE; distance++) {
      if (outer !== call && isCall(outer) && isSameTool(outer, call)) covered.add(outer);
      outer = known.get(outer.traceId + outer.parentSpanId);
    }
  }
  return covered;
}
/** Agents put the name of the server in front of a tool's, and a sign between them: `forget` is no call of `get`. */
function isSameTool(outer, inner) {
  const [whole, name] = [skillOf(outer), skillOf(inner)];
  return name !== "" && whole.endsWith(name) && !/[\p{L}\p{N}]$/u.test(whole.slice(0, -name.length));
}
function eventOf2(span, makeId) {
  const skill = skillOf(span);
  const errorType = errorTypeOf(span);
  const outcome = span.hasFailed || errorType !== void 0 ? outcomeOfFailure(errorType) : "ok";
  const { startedAt, endedAt, traceId, spanId } = span;
  const durationMs = startedAt === void 0 || endedAt === void 0 ? void 0 : durationOf(Math.round(Math.max(0, endedAt - startedAt)));
  const hasIds = traceId !== "" && spanId !== "";
  return {
    skill,
    id: hasIds ? `${traceId}-${spanId}` : makeId([skill, startedAt, endedAt, outcome, textOf(span, "session")]),
    startedAt,
    durationMs: durationMs ?? 0,
    clock: durationMs === void 0 ? "io" : void 0,
    outcome,
    errorType: outcome === "ok" ? void 0 : errorType,
    userId: personOf(span, "user"),
    sessionId: personOf(span, "session"),
    // The service that runs a tool has the tool's version; a client's says nothing of it.
    version: span.kind === "client" ? void 0 : labelOf(textOf(span, "version")) || void 0,
    source: "otlp",
    metadata: labelsOf(span, true)
  };
}

// src/otlp/index.ts
/**
 * OTLP: from the body of a request to events. Pure functions; the Worker stores what they give.
 */
/** Reads a request. Throws OtlpError when its body is none, or over a limit. */
function readTelemetry(signal, encoding, body, options) {
  if (signal === "traces") return eventsOfSpans(decodeSpans(body, encoding), options);
  return { ...eventsOfLogs(decodeLogs(body, encoding)), clientSpans: 0 };
}

// src/worker/otlp-intake.ts
/**
 * `POST /v1/logs` and `POST /v1/traces`: OTLP/HTTP in both of its encodings, plain, gzip or deflate.
 *
 * Answers are those of the protocol: 200 with what was rejected and ignored, 400 for a body that will never do, 503 with
 * `Retry-After` for what may do later, each in the encoding of the request.
 */
/** Bytes of a body, before and after decompression. Exporters send up to 512 records, of up to 4 KiB each with Claude Code's tool details. */
var MAX_BODY_BYTES = 4194304;
/** Events of one request. D1 takes 50 queries per invocation on the free plan, and 500 events take three. */
var MAX_EVENTS2 = 5e3;
/** Answers an export request. */
async function answerOtlp(signal, request, context) {
  requireOrigin(request, context);
  await requireIngestKey(bearerOf(request), context);
  const encoding = encodingOf(request);
  if (encoding === void 0) {
    throw new Problem("unsupported_content_type", `Send OTLP as ${Object.values(CONTENT_TYPES).join(" or ")}.`);
  }
  const told = read(signal, encoding, await readBytes(request, MAX_BODY_BYTES), context);
  const { rejected } = await storeEvents(request, told.events.slice(0, MAX_EVENTS2), context);
  const over = Math.max(0, told.events.length - MAX_EVENTS2);
  const body = encodeResponse(signal, encoding, { rejected: rejected.length + over, message: messageOf(told, rejected, over) });
  return new Response(body, { status: 200, headers: { "Content-Type": CONTENT_TYPES[encoding] } });
}
/** Makes the answer of a refusal, in the encoding of the request when that is one of OTLP's. */
function refuseOtlp(request, problem) {
  const response = problemResponse(problem);
  const encoding = encodingOf(request);
  if (encoding === void 0) return response;
  const headers = new Headers(response.headers);
  headers.set("Content-Type", CONTENT_TYPES[encoding]);
  return new Response(encodeStatus(encoding, `${problem.code}: ${problem.message}`), { status: response.status, headers });
}
function encodingOf(request) {
  const type = contentTypeOf(request);
  return ["json", "protobuf"].find((encoding) => CONTENT_TYPES[encoding] === type);
}
function read(signal, encoding, body, { settings }) {
  try {
    return readTelemetry(signal, encoding, body, { countClients: settings.otlpClientSpans });
  } catch (error) {
    if (error instanceof OtlpError) throw new Problem(error.code, error.message);
    throw error;
  }
}
/** What the sender should know: the reasons of what was rejected, and how much was of no interest. */
function messageOf({ ignored, clientSpans }, rejected, over) {
  const reasons = Map.groupBy(rejected, ({ code }) => code);
  const parts = Array.from(reasons, ([code, { length }]) => `${length} rejected as ${code}.`);
  if (over > 0) parts.push(`${over} rejected: a request stores at most ${MAX_EVENTS2} calls.`);
  if (ignored > 0) parts.push(`${ignored} ignored: no call of a tool, or told by another record.`);
  if (clientSpans > 0) parts.push(`${clientSpans} of them are spans of clients, which count with "otlpClientSpans".`);
  return parts.join(" ");
}

// src/analytics/cohorts.ts
/**
 * Do the people who came in one week still come weeks later?
 *
 * Goes by the lists of people that closed days keep and by the first day of each person, so it takes no filters: of which
 * skill somebody's first call was is kept nowhere. Reads a row a day, and one for everybody who came new.
 */
var DEFAULT_WEEKS = 12;
var MAX_WEEKS = 26;
var WEEK_MS = 7 * DAY_MS;
/** 1970-01-05, the first Monday. */
var MONDAY_MS = 4 * DAY_MS;
/** Reads who was new on each day. */
var firstDaysQuery = {
  sql: `
SELECT
  first_day AS day,
  json_group_array(person) AS people
FROM skill_usage_people
WHERE first_day >= CAST(?1 AS INTEGER)
  AND first_day < CAST(?2 AS INTEGER)
GROUP BY first_day
ORDER BY first_day`,
  bind: ({ from, to }) => [from, to],
  columns: ["day", "people"]
};
/**
 * Answers how many of the people who first called in one week called in that and in each later week.
 *
 * @throws InvalidQueryError when `weeks` is not 1 to 26, or filters are given; IdentityModeError where people are known for a day only
 */
async function getCohorts(db, query = {}) {
  requireStableIdentity("cohorts", query);
  const { skill, version, source, variant, now } = query;
  const scope = scopeOf({ skill, version, source, variant, now });
  if (!acceptsAll(scope.filters)) throw new InvalidQueryError("Cohorts are of all people: they take no filters.");
  const weeks = countOf(query.weeks ?? DEFAULT_WEEKS, "weeks", MAX_WEEKS);
  const to = floorTo(scope.now - MONDAY_MS, WEEK_MS) + MONDAY_MS + WEEK_MS;
  const range = { from: to - weeks * WEEK_MS, to, preset: null };
  // A late call of long ago makes somebody old who seemed new.
  const plan = planCells({ spans: [range], hourly: null, dirtyFrom: 0, peopleFrom: 0, filters: NO_FILTERS });
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, firstDaysQuery, range),
    bindQuery(db, userDaysQuery, { ...range, peopleFrom: range.from }),
    bindQuery(db, dirtyDaysQuery, range),
    bindQuery(db, quarterCellsQuery, plan.quarters),
    bindQuery(db, hourCellsQuery, plan.hours),
    bindQuery(db, eventCellsQuery, plan.events)
  ]);
  const [firstDays, userDays, dirtyDays, quarters, hours, events] = rows;
  const dirty = new Set(dirtyDays.map(({ day }) => day));
  const closed = userDays.filter(({ day }) => !dirty.has(day));
  const cells = [...quarters, ...hours, ...events].map(cellOf);
  return { ...envelopeOf({ ...scope, range }, cost), ...cohortsOf(range, firstDays, closed, cells) };
}
/** Puts cohorts together from first days, the people of closed days, and the cells of dirty ones. Pure. */
function cohortsOf(range, firstDays, closedDays, dirtyCells) {
  const weekOf = (at) => Math.floor((at - range.from) / WEEK_MS);
  const newcomers = newcomersOf(firstDays, dirtyCells, weekOf);
  const days = [
    ...closedDays.map(({ day, dau, people, people_level: level2 }) => ({ week: weekOf(day), people: peopleOf(dau, people ?? "[]", level2) })),
    ...dirtyCells.filter(({ at }) => at >= range.from).map(({ at, people }) => ({ week: weekOf(at), people }))
  ].sort((left, right) => left.week - right.week);
  const level = days.reduce((highest, { people }) => Math.max(highest, people.level), 0);
  const weeks = Array.from({ length: weekOf(range.to) }, (_, week) => emptyCohort(range.from + week * WEEK_MS, weekOf(range.to) - week));
  for (const { week } of newcomers.values()) {
    const cohort = weeks[week];
    if (cohort !== void 0) cohort.size++;
  }
  for (const { week, people } of days) countActive(weeks, newcomers, week, people, level);
  return { weeks, ...approximately(level > 0) };
}
/** Who is new, and since which week: by what roll-ups know, put right by the calls of dirty days. */
function newcomersOf(firstDays, dirtyCells, weekOf) {
  const newcomers = /* @__PURE__ */ new Map();
  for (const { day, people } of firstDays) {
    const members = JSON.parse(people);
    for (const member of members) newcomers.set(member, { week: weekOf(day), counted: -1 });
  }
  for (const { at, people } of dirtyCells) {
    for (const member of people.members) {
      const known = newcomers.get(member);
      if (known !== void 0) known.week = Math.min(known.week, weekOf(at));
      else if (typeof member === "string") newcomers.set(member, { week: weekOf(at), counted: -1 });
    }
  }
  return newcomers;
}
function emptyCohort(monday, weeks) {
  return { week: dateOf(monday), size: 0, active: new Array(weeks).fill(0) };
}
/** Counts those of some people who are new in the range, once a week. Where lists are samples, each stands for 2^level. */
function countActive(weeks, newcomers, week, people, level) {
  for (const member of people.members) {
    const newcomer = newcomers.get(member);
    const cohort = newcomer && weeks[newcomer.week];
    if (cohort === void 0 || newcomer === void 0 || newcomer.counted === week || !isSampled(member, level)) continue;
    newcomer.counted = week;
    const after = week - newcomer.week;
    const weight = typeof member === "string" ? 1 : 2 ** level;
    cohort.active[after] = Math.min(cohort.size, (cohort.active[after] ?? 0) + weight);
  }
}

// src/analytics/changes.ts
/**
 * What differs from the range before, per skill: the rules, and which of the findings come first. Pure.
 *
 * A rule speaks only when chance, or what nobody could know, does not explain the difference: an owner who was alarmed
 * for nothing twice does not look a third time. So small skills change in silence.
 */
/** Changes in one answer. */
var MAX_CHANGES = 8;
/** A percentile that differs by less than this factor, or by less than this time, is noise. */
var SPEED_FACTOR = 1.5;
var SPEED_STEP_MS = 50;
/** The 95th percentile of fewer durations is their maximum. */
var SPEED_CALLS = 20;
/** What comes first. Within a kind: what concerns more calls. */
var IMPORTANCE = ["more_failures", "new_error", "slower", "quiet", "new_skill", "fewer_failures", "faster"];
/** Finds what differs, most important first. */
function changesOf2({ current, previous, before, lastUsedBefore }) {
  const sums = [...current.values(), ...before.values()];
  // Where calls were folded, a skill that seems to come or go may only have changed places with `other`.
  const isFolded = sums.some((sum) => sum.foldedCalls > 0);
  const findings = [];
  for (const [skill, now] of current) {
    const [compared, earlier] = [previous.get(skill), before.get(skill)];
    if (isFolded && now.foldedCalls + (earlier?.foldedCalls ?? 0) > 0) continue;
    if (compared !== void 0) findings.push(...failuresOf(skill, now, compared), ...speedOf(skill, now, compared));
    if (earlier !== void 0) findings.push(...newErrorsOf(skill, now, earlier));
    else if (!isFolded && lastUsedBefore !== null && !lastUsedBefore.has(skill)) findings.push({ change: { kind: "new_skill", skill, calls: now.calls }, weight: now.calls });
  }
  for (const [skill, { calls, lastAt }] of before) {
    if (isFolded || current.has(skill)) continue;
    const lastUsedAt = Math.max(lastAt, lastUsedBefore?.get(skill) ?? 0);
    findings.push({ change: { kind: "quiet", skill, lastUsedAt, previousCalls: calls }, weight: calls });
  }
  return findings.sort(byImportance).slice(0, MAX_CHANGES).map(({ change }) => change);
}
function newErrorsOf(skill, now, before) {
  // A type may hide among those that were folded.
  if (before.foldedErrors > 0) return [];
  const types = [...now.errorTypes].filter(([errorType]) => !before.errorTypes.has(errorType) && !(errorType === "other" && now.foldedErrors > 0));
  return types.map(([errorType, count]) => ({ change: { kind: "new_error", skill, errorType, count }, weight: count }));
}
function failuresOf(skill, now, before) {
  const [current, previous] = [judgedOf(now), judgedOf(before)];
  const difference = differenceInterval(current, previous);
  if (difference === null || difference.low <= 0 && difference.high >= 0) return [];
  const [successRate, previousSuccessRate] = [current.successes / current.trials, previous.successes / previous.trials];
  const kind = successRate < previousSuccessRate ? "more_failures" : "fewer_failures";
  const weight = Math.abs(successRate - previousSuccessRate) * current.trials;
  return [{ change: { kind, skill, successRate, previousSuccessRate }, weight }];
}
/** ok among ok, error and timeout. */
function judgedOf(sum) {
  return { successes: sum.outcomes.ok, trials: sum.outcomes.ok + errorsOf(sum) };
}
function speedOf(skill, now, before) {
  if (Math.min(sketchSize(now.durations), sketchSize(before.durations)) < SPEED_CALLS) return [];
  const [p95 = null] = quantilesOf(now.durations, [0.95]);
  const [previousP95 = null] = quantilesOf(before.durations, [0.95]);
  if (p95 === null || previousP95 === null) return [];
  const [low, high] = [Math.min(p95, previousP95), Math.max(p95, previousP95)];
  if (high - low < SPEED_STEP_MS || high < low * SPEED_FACTOR) return [];
  return [{ change: { kind: p95 > previousP95 ? "slower" : "faster", skill, p95, previousP95 }, weight: now.calls }];
}
function byImportance(left, right) {
  return IMPORTANCE.indexOf(left.change.kind) - IMPORTANCE.indexOf(right.change.kind) || right.weight - left.weight || compareText(left.change.skill, right.change.skill) || compareText(errorTypeOf2(left.change), errorTypeOf2(right.change));
}
function errorTypeOf2(change) {
  return change.kind === "new_error" ? change.errorType : "";
}

// src/analytics/losses.ts
/** How many calls are missing from the figures, because a client could not send them? */
/** Reads what clients said in a span of time that they lost. */
var lossesQuery = {
  sql: `
SELECT
  reason,
  SUM(events) AS events
FROM skill_usage_losses
WHERE reported_at >= CAST(?1 AS INTEGER)
  AND reported_at < CAST(?2 AS INTEGER)
GROUP BY reason
ORDER BY reason`,
  bind: ({ from, to }) => [from, to],
  columns: ["reason", "events"]
};
/** Adds up what was lost. */
function lossesOf(rows) {
  return {
    events: rows.reduce((sum, { events }) => sum + events, 0),
    reasons: Object.fromEntries(rows.map(({ reason, events }) => [reason, events]))
  };
}

// src/analytics/retention.ts
/** Does anyone come back? */
/**
 * Answers the active people of each UTC day that a range touches, as whole days: DAU, WAU (7 days), MAU (30 days) and
 * the people whose first stored call was on that day.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put, IdentityModeError where people are known for one day only
 */
async function getRetentionStats(db, query = {}) {
  requireStableIdentity("retention", query);
  const scope = scopeOf(query);
  const reading = await readUsage(db, scope, { retention: true });
  return { ...envelopeOf(scope, reading.cost), ...retentionOf(scope.range, reading) };
}
/** The active people of each day of a range. */
function retentionOf(range, reading) {
  const { from, to } = wholeDays(range);
  const byDay = groupCells(reading.cellsIn({ from, to }), (cell) => floorTo(cell.at, DAY_MS));
  const days = [];
  for (let at = from; at < to; at += DAY_MS) {
    const { calls, callsWithoutUser } = sumCells(byDay.get(at) ?? []);
    const { isApproximate, ...active } = reading.activeOn(at);
    days.push({ day: dateOf(at), ...active, calls, callsWithoutUser, ...approximately(isApproximate) });
  }
  const { dau, wau, mau } = days.at(-1) ?? { dau: 0, wau: 0, mau: 0 };
  return { days, dau, wau, mau, stickiness: mau === 0 ? null : dau / mau };
}

// src/rollup/known-skills.ts
/**
 * Every skill that was ever called, by the index of daily cells: two rows read a skill, however many days there are.
 *
 * Dirty days are left out, since their cells may not hold; whoever asks reads these days beside.
 */
/** Skills that one reading looks up. Names that are made up call by call would make more, and reading them dear. */
var MAX_KNOWN_SKILLS = 2e3;
/** Reads the latest call of each skill: steps through the names in the index (a loose scan, which SQLite does not do by itself). */
var knownSkillsQuery = {
  sql: `
WITH RECURSIVE skills (skill) AS (
  SELECT MIN(skill)
  FROM skill_usage_cells INDEXED BY skill_usage_cells_skills
  WHERE period_ms = ${DAY_MS}
  UNION ALL
  SELECT (
    SELECT MIN(next.skill)
    FROM skill_usage_cells AS next INDEXED BY skill_usage_cells_skills
    WHERE next.period_ms = ${DAY_MS}
      AND next.skill > skills.skill
  )
  FROM skills
  WHERE skill IS NOT NULL
  LIMIT CAST(?3 AS INTEGER)
)
SELECT
  skill,
  (
    SELECT cell.last_at
    FROM skill_usage_cells AS cell INDEXED BY skill_usage_cells_skills
    WHERE cell.period_ms = ${DAY_MS}
      AND cell.skill = skills.skill
      AND cell.last_at < CAST(?1 AS INTEGER)
      AND cell.starts_at NOT IN (SELECT starts_at FROM skill_usage_dirty WHERE period_ms = ${DAY_MS})
    ORDER BY cell.last_at DESC
    LIMIT 1
  ) AS last_at
FROM skills
WHERE skill IS NOT NULL
  AND (?2 IS NULL OR skill IN (SELECT value FROM json_each(?2)))`,
  bind: ({ before, skill, limit }) => [before, skill, limit],
  columns: ["skill", "last_at"]
};

// src/analytics/skills-before.ts
/** Which skills are known from before a range, and which of them it did not see? */
/** Quiet skills in one answer. */
var MAX_QUIET = 100;
/** Reads what closed days know. Nothing under filters by which nothing is kept. */
function bindKnownSkills(db, scope) {
  const { skill } = scope.filters;
  // One more than is taken tells whether these are all.
  return bindQuery(db, knownSkillsQuery, { before: scope.range.from, skill, limit: isKept(scope) ? MAX_KNOWN_SKILLS + 1 : 0 });
}
/**
 * The latest call of each skill before the range, by what closed days know and by the cells of all dirty days. `null`
 * when that is not known of all: under other filters than skills, with too many skills, or where calls were folded.
 */
function lastUsedBeforeOf(scope, rows, cells) {
  if (!isKept(scope) || rows.length > MAX_KNOWN_SKILLS || cells.some((cell) => cell.foldedCalls > 0)) return null;
  const lastUsed = /* @__PURE__ */ new Map();
  const note = (skill, at) => lastUsed.set(skill, Math.max(at, lastUsed.get(skill) ?? 0));
  for (const { skill, last_at } of rows) if (last_at !== null) note(skill, last_at);
  for (const cell of cells) if (cell.at < scope.range.from) note(cell.skill, cell.lastAt);
  return lastUsed;
}
/** Known skills that were not called in the range, latest first. */
function quietSkillsOf(lastUsedBefore, called) {
  return [...lastUsedBefore ?? []].filter(([skill]) => !called.has(skill)).map(([skill, lastUsedAt]) => ({ skill, lastUsedAt })).sort((left, right) => right.lastUsedAt - left.lastUsedAt || compareText(left.skill, right.skill)).slice(0, MAX_QUIET);
}
function isKept({ filters: { version, source, variant } }) {
  return version === null && source === null && variant === null;
}

// src/analytics/timeseries.ts
/** How does it change from hour to hour, from day to day? */
/**
 * Answers calls, failures, people and percentiles per hour (ranges up to 7 days) or per UTC day, without gaps.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getTimeSeries(db, query = {}) {
  const scope = scopeOf(query);
  if (query.by !== void 0 && query.by !== "skill") throw new InvalidQueryError('"by" is "skill", or absent.');
  const needs = { peopleByCell: true, hourly: periodOf(scope) === HOUR_MS };
  const reading = await readUsage(db, scope, needs);
  const cells = reading.cellsIn(scope.range);
  const all = { ...envelopeOf(scope, reading.cost), ...seriesOf(scope, cells, reading) };
  if (query.by === void 0) return all;
  const series = [...groupCells(cells, (cell) => cell.skill)].sort(([, left], [, right]) => callsOf(right) - callsOf(left)).map(([skill, group]) => ({ skill, points: seriesOf(scope, group, reading).points }));
  return { ...all, series };
}
/** The points of some cells. */
function seriesOf(scope, cells, reading) {
  return { interval: periodOf(scope) === HOUR_MS ? "hour" : "day", points: pointsOf(scope, cells, reading) };
}
function callsOf(cells) {
  return cells.reduce((sum, cell) => sum + cell.calls, 0);
}

// src/analytics/tools.ts
/** Which skills are used, which fail and with what, which are slow, and how was it before? */
/**
 * Answers the figures of each skill that was called in a range: most called first, then by name.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getToolStats(db, query = {}) {
  const scope = scopeOf(query);
  const reading = await readUsage(db, scope, { previous: true, peopleByCell: true, hourly: periodOf(scope) === HOUR_MS });
  const current = usageBySkill(reading.cellsIn(scope.range));
  const previous = usageBySkill(reading.cellsIn(scope.comparedTo));
  return { ...comparedEnvelopeOf(scope, reading.cost), tools: toolsOf(scope, reading, current, previous) };
}
/** The calls of each skill that has cells. */
function usageBySkill(cells) {
  return new Map([...groupCells(cells, (cell) => cell.skill)].map(([skill, group]) => [skill, { cells: group, sum: sumCells(group) }]));
}
/** The figures of each skill that was called. */
function toolsOf(scope, reading, current, previous) {
  const tools = [...current].map(([skill, usage]) => ({
    ...toolOf2(skill, usage, reading),
    trend: trendOf(scope, usage.cells),
    previous: previousOf(previous.get(skill), reading)
  }));
  return tools.sort((left, right) => right.calls - left.calls || compareText(left.skill, right.skill));
}
function toolOf2(skill, { cells, sum }, reading) {
  const { users, isApproximate } = reading.usersOf(cells);
  return {
    skill,
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    outcomes: sum.outcomes,
    ...successOf(sum),
    users,
    ...approximately(isApproximate),
    callsWithoutUser: sum.callsWithoutUser,
    foldedCalls: sum.foldedCalls,
    foldedErrors: sum.foldedErrors,
    lastUsedAt: sum.lastAt,
    durationMs: durationsOf(sum),
    errorTypes: errorTypesOf(sum)
  };
}
function previousOf(usage, reading) {
  if (usage === void 0) return null;
  const { cells, sum } = usage;
  const { successRate } = successOf(sum);
  const { users, isApproximate } = reading.usersOf(cells);
  return { calls: sum.calls, errors: errorsOf(sum), successRate, users, ...approximately(isApproximate), durationMs: durationsOf(sum) };
}
/** Failures by type, most frequent first. */
function errorTypesOf(sum) {
  return [...sum.errorTypes].map(([errorType, count]) => ({ errorType, count })).sort((left, right) => right.count - left.count || compareText(left.errorType, right.errorType));
}

// src/analytics/overview.ts
/** All that the first screen of the dashboard shows, in one answer from one reading. */
/** Failures on the first screen. */
var NEWEST_ERRORS = 10;
/**
 * Answers summary, tools, what changed, time series, retention and the ten newest failures of a range, all from one moment.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getOverview(db, query = {}) {
  const scope = scopeOf(query);
  const { comparedTo, before, filters, range } = scope;
  const needs = { previous: true, peopleByCell: true, retention: hasRetention(scope), allDirty: true, hourly: periodOf(scope) === HOUR_MS };
  const newest = { ...range, filters, fingerprint: null, before: { startedAt: range.to, id: "" }, limit: NEWEST_ERRORS };
  const { reading, along } = await readUsageAlong(db, scope, needs, [
    bindQuery(db, errorsQuery, newest),
    bindQuery(db, costsQuery, costDaysOf(scope.now)),
    bindQuery(db, lossesQuery, range),
    bindKnownSkills(db, scope)
  ]);
  const [errors, costs, losses, knownSkills] = along;
  const cells = reading.cellsIn(range);
  const current = usageBySkill(cells);
  const previous = usageBySkill(reading.cellsIn(comparedTo));
  const lastUsedBefore = lastUsedBeforeOf(scope, knownSkills, reading.cellsIn({ from: 0, to: range.to }));
  return {
    ...comparedEnvelopeOf(scope, reading.cost),
    summary: { ...summaryOf(reading, range), previous: summaryOf(reading, comparedTo), lost: lossesOf(losses) },
    tools: toolsOf(scope, reading, current, previous),
    quietSkills: quietSkillsOf(lastUsedBefore, new Set(current.keys())),
    changes: changesOf2({ current: sumsOf(current), previous: sumsOf(previous), before: sumsOf(usageBySkill(reading.cellsIn(before))), lastUsedBefore }),
    sources: valuesOf(cells, "source"),
    versions: valuesOf(cells, "version"),
    variants: valuesOf(cells, "variant"),
    timeseries: seriesOf(scope, cells, reading),
    retention: hasRetention(scope) ? retentionOf(range, reading) : null,
    errors: errors.map(errorOf),
    costToday: costTodayOf(costs, scope.now, query.dailyRowsWrittenBudget)
  };
}
function sumsOf(usages) {
  return new Map([...usages].map(([skill, { sum }]) => [skill, sum]));
}
function valuesOf(cells, label) {
  return [...new Set(cells.map((cell) => cell[label]))].sort(compareText);
}

// src/analytics/histogram.ts
/** How long calls took, as bins that a chart can show: the shape tells what percentiles hide, such as two humps. */
/** Ten steps a decade that are easy to read: the preferred numbers R10 (ISO 3). */
var STEPS = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];
/** Durations reach 30 days, 2.6 · 10^9 ms. */
var DECADES = 10;
/** Bounds of bins in whole milliseconds, ascending. Below 10 ms several steps are the same one. */
var BOUNDS2 = [
  .../* @__PURE__ */ new Set([0, ...Array.from({ length: DECADES }, (_, decade) => STEPS.map((step) => Math.ceil(step * 10 ** decade))).flat(), 10 ** DECADES])
];
/** The bins between the shortest and the longest duration, empty ones included. */
function histogramOf(durations) {
  const bins = [];
  const values = [...durations].map(([bucket, calls]) => ({ durationMs: estimateOf(bucket), calls }));
  for (const [index, toMs] of BOUNDS2.slice(1).entries()) {
    const fromMs = BOUNDS2[index] ?? 0;
    const calls = values.reduce((sum, value) => sum + (value.durationMs >= fromMs && value.durationMs < toMs ? value.calls : 0), 0);
    bins.push({ fromMs, toMs, calls });
  }
  const first = bins.findIndex(({ calls }) => calls > 0);
  return first < 0 ? [] : bins.slice(first, bins.findLastIndex(({ calls }) => calls > 0) + 1);
}

// src/analytics/newest-calls.ts
/**
 * The newest calls of what the usage cells of a range are about, with few rows: the cells know the hours in which to look.
 */
var COLUMNS4 = CALL_COLUMNS.join(", ");
/** Reads the newest calls of some hours, each of which is read whole. */
var callsOfHoursQuery = {
  sql: `
SELECT ${COLUMNS4}
FROM json_each(?1) AS wanted
CROSS JOIN skill_usage_events ON started_at >= wanted.value AND started_at < wanted.value + ${HOUR_MS}
WHERE ${FILTER_SQL}
ORDER BY started_at DESC, event_id DESC
LIMIT ?2`,
  bind: ({ hours, filters, limit }) => [JSON.stringify(hours), limit, ...bindFilters(filters)],
  columns: CALL_COLUMNS
};
/** The latest hours that hold `count` calls together, by cells of an hour each: at most `count` hours. */
function newestHours(cells, count) {
  const hours = /* @__PURE__ */ new Set();
  let calls = 0;
  for (const cell of [...cells].sort((left, right) => right.at - left.at)) {
    if (calls >= count && !hours.has(cell.at)) break;
    hours.add(cell.at);
    calls += cell.calls;
  }
  return [...hours];
}

// src/analytics/skill.ts
/** All about one skill: how it does, since when, in which version, when in the week, for whom, and what its latest calls were. */
var ERROR_GROUPS = 20;
var NEWEST_CALLS = 20;
/**
 * Answers all about one skill in a range. Reads an hour of the range after the other, since it tells the hours of the week.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put, or names not exactly one skill
 */
async function getSkill(db, query = {}) {
  const skill = skillOf2(query);
  const scope = scopeOf(query);
  const { reading, along } = await readUsageAlong(db, scope, { previous: true, peopleByCell: true, hourly: true }, [
    bindErrorGroups(db, scope, { fingerprint: null, limit: ERROR_GROUPS })
  ]);
  const cells = reading.cellsIn(scope.range);
  const hours = newestHours(cells, NEWEST_CALLS);
  const { rows, cost } = await runBatch(db, [bindQuery(db, callsOfHoursQuery, { hours, filters: scope.filters, limit: NEWEST_CALLS })]);
  const sum = sumCells(cells);
  return {
    ...comparedEnvelopeOf(scope, { ...reading.cost, rowsRead: reading.cost.rowsRead + cost.rowsRead }),
    skill,
    summary: { ...summaryOf(reading, scope.range), previous: summaryOf(reading, scope.comparedTo) },
    ...seriesOf(scope, cells, reading),
    histogram: histogramOf(sum.durations),
    versions: labelsOf2("version", cells, reading).map(([version, figures]) => ({ version, ...figures })),
    sources: labelsOf2("source", cells, reading).map(([source, figures]) => ({ source, ...figures })),
    hours: hoursOfWeek(cells),
    returningUsers: returningUsersOf(scope, reading),
    lastUsedAt: cells.length === 0 ? null : sum.lastAt,
    errorTypes: errorTypesOf(sum),
    errorGroups: errorGroupsOf(scope, along[0]),
    calls: rows[0].map(callOf)
  };
}
function skillOf2({ skill }) {
  const [name, ...others] = skill === void 0 ? [] : [skill].flat();
  if (name === void 0 || others.length > 0) throw new InvalidQueryError('"skill" is the name of exactly one skill.');
  return name;
}
/** The figures of each version or source, latest used first. */
function labelsOf2(label, cells, reading) {
  const labels = [...groupCells(cells, (cell) => cell[label])].map(([name, group]) => [name, figuresOf(group, reading)]);
  return labels.sort(([leftName, left], [rightName, right]) => right.lastUsedAt - left.lastUsedAt || compareText(leftName, rightName));
}
function figuresOf(cells, reading) {
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersOf(cells);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    ...successOf(sum),
    users,
    ...approximately(isApproximate),
    lastUsedAt: sum.lastAt,
    durationMs: durationsOf(sum)
  };
}
/** Calls by weekday from Monday and by hour, UTC, of cells of an hour each. */
function hoursOfWeek(cells) {
  const hours = Array.from({ length: 7 }, () => new Array(24).fill(0));
  for (const { at, calls } of cells) {
    const date = new Date(at);
    const day = hours[(date.getUTCDay() + 6) % 7];
    if (day !== void 0) day[date.getUTCHours()] = (day[date.getUTCHours()] ?? 0) + calls;
  }
  return hours;
}
/** People in both ranges: those of each, less those of the two together. */
function returningUsersOf({ range, comparedTo }, reading) {
  const [now, before] = [reading.cellsIn(range), reading.cellsIn(comparedTo)];
  const counts = [now, before, [...now, ...before]].map((cells) => reading.usersOf(cells));
  const [ofNow = null, ofBefore = null, ofBoth = null] = counts.map(({ users }) => users);
  const isUnknown = ofNow === null || ofBefore === null || ofBoth === null;
  return isUnknown || counts.some(({ isApproximate }) => isApproximate) ? null : ofNow + ofBefore - ofBoth;
}

// src/analytics/summary.ts
/** Are my skills used, do they work, are they fast enough, and is it better than before? */
/**
 * Answers the headline figures of a range, and the same of the range that it is compared to.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getSummary(db, query = {}) {
  const scope = scopeOf(query);
  const { reading, along } = await readUsageAlong(db, scope, { previous: true }, [bindQuery(db, lossesQuery, scope.range)]);
  return {
    ...comparedEnvelopeOf(scope, reading.cost),
    ...summaryOf(reading, scope.range),
    previous: summaryOf(reading, scope.comparedTo),
    lost: lossesOf(along[0])
  };
}

// src/analytics/small-groups.ts
/**
 * Small groups: which cells of an answer are about so few people that they are nearly about somebody, and which others have
 * to go with them, since a total less all that is shown is what is not shown.
 *
 * Holds within one answer. Whoever may ask for several can subtract one from another, over ranges or filters, and no
 * threshold ends that. What is hidden in addition is more than the least possible: a rule that fits into two sentences
 * can be checked by whoever relies on it.
 */
/**
 * Whether so many people are too few. Nobody is not: where no call names anybody, there is nobody to tell of. People whose
 * number is not known (`null`, with daily identities) are taken for few.
 *
 * @param minGroup - smallest number of people that a figure may be about
 */
function isSmall(people, minGroup) {
  return people === null || people > 0 && people < minGroup;
}
/**
 * Finds the groups to hide; a group may stand in several lines.
 *
 * Small groups are hidden. Where a line hides any, it hides at least two, and one of them of `minGroup` people or more, the
 * smallest there is: so neither a hidden group nor the sum of all hidden ones is about fewer people.
 *
 * @param already - groups that are hidden for another reason
 */
function hiddenGroups(lines, minGroup, already = []) {
  const hidden = /* @__PURE__ */ new Set([...already, ...lines.flatMap(({ groups }) => groups).filter(({ people }) => isSmall(people, minGroup))]);
  let hiddenBefore;
  // What is hidden along one line may leave another with a single one.
  do {
    hiddenBefore = hidden.size;
    for (const line of lines) hideAlong(line, hidden, minGroup);
  } while (hidden.size > hiddenBefore);
  return hidden;
}
function hideAlong({ groups, sum }, hidden, minGroup) {
  // A group without calls adds nothing to a sum, so it cannot stand in front of another.
  const filled = groups.filter(({ calls }) => calls > 0);
  const countHidden = (some) => some.filter((group) => hidden.has(group)).length;
  const hideSmallestOf = (some) => {
    const [smallest] = some.filter((group) => !hidden.has(group)).sort((left, right) => left.people - right.people || left.calls - right.calls);
    if (smallest !== void 0) hidden.add(smallest);
  };
  if (sum !== void 0 && hidden.has(sum)) {
    // A hidden sum stands in front of one hidden group, and follows from groups that are all shown.
    if (countHidden(filled) === 0) hideSmallestOf(filled);
    return;
  }
  if (countHidden(filled) === 0) return;
  const large = filled.filter(({ people }) => people >= minGroup);
  if (countHidden(large) === 0) hideSmallestOf(large);
  if (countHidden(filled) === 1) hideSmallestOf(filled);
}
/** Leaves small groups out of one answer, and counts what it left out, by the name of the list or figure. */
var Suppression = class {
  minGroup;
  /** Whether figures of the compared range are left out: where it overlaps the range, their difference is about the ends of both. */
  hidesComparison;
  suppressed = {};
  constructor(minGroup, hidesComparison) {
    this.minGroup = minGroup;
    this.hidesComparison = hidesComparison;
  }
  isSmall(people) {
    return isSmall(people, this.minGroup);
  }
  count(name, left) {
    if (left > 0) this.suppressed[name] = (this.suppressed[name] ?? 0) + left;
  }
  /** A list whose entries are about nobody knows how many people: none of it. */
  none(name, list) {
    this.count(name, list.length);
    return [];
  }
  /** A list of single calls: none of it. Counts as one, since under filters the number of calls may itself be about few. */
  noCalls(name, list) {
    this.count(name, Math.min(1, list.length));
    return [];
  }
  /** The items of those groups that are not hidden. */
  shown(name, groups, hidden) {
    const shown = groups.filter((group) => !hidden.has(group));
    this.count(name, groups.length - shown.length);
    return shown.map(({ item }) => item);
  }
  /** The rows of a list whose total is known. */
  rows(name, groups) {
    return this.shown(name, groups, hiddenGroups([{ groups }], this.minGroup));
  }
};

// src/analytics/without-small-groups.ts
/**
 * What of each answer is about too few people: one function a question, for readers who may not see small groups.
 *
 * Rows and points are left out, figures are absent, and tables that do not know how many people each of their cells is about
 * (hours of the week, bins, trends, types of errors) are left out whole: counting people for each would make every answer
 * dearer for all readers. `null` stands for an answer that is about too few people as a whole.
 */
function summaryWithout(answer2, suppression) {
  return suppression.isSmall(answer2.users) ? null : { ...previousWithout(answer2, suppression) };
}
function toolsWithout(answer2, suppression) {
  return { ...answer2, tools: toolRows(answer2.tools, suppression) };
}
function skillWithout(answer2, suppression) {
  const { summary } = answer2;
  if (suppression.isSmall(summary.users)) return null;
  const grouped = answer2.errorGroups.reduce((sum, { count }) => sum + count, 0);
  const shown = {
    ...answer2,
    returningUsers: returningWithout(answer2, suppression),
    summary: previousWithout(summary, suppression),
    points: pointsWithout(answer2, suppression),
    versions: suppression.rows("versions", answer2.versions.map(groupOfUsers)),
    sources: suppression.rows("sources", answer2.sources.map(groupOfUsers)),
    errorGroups: errorGroupsWithout("errorGroups", answer2.errorGroups, summary.users !== 0 && grouped < summary.errors, suppression),
    calls: suppression.noCalls("calls", answer2.calls)
  };
  if (summary.users === 0) return shown;
  return {
    ...shown,
    histogram: suppression.none("histogram", answer2.histogram),
    hours: suppression.none("hours", answer2.hours),
    errorTypes: suppression.none("errorTypes", answer2.errorTypes)
  };
}
function retentionWithout(answer2, suppression) {
  const days = answer2.days.map(groupOfDay);
  return { ...answer2, ...daysWithout(answer2, days, hiddenGroups(linesOfDays(days, answer2.range), suppression.minGroup), suppression) };
}
/** A cohort's week whose people of a later week are too few, or all but too few, has `null` there. */
function cohortsWithout(answer2, suppression) {
  const weeks = suppression.rows("weeks", answer2.weeks.map((week) => ({ item: week, people: week.size, calls: week.size })));
  return {
    ...answer2,
    weeks: weeks.map((week) => {
      const active = week.active.map((people) => suppression.isSmall(people) || suppression.isSmall(week.size - people) ? null : people);
      suppression.count("active", active.filter((people) => people === null).length);
      return { ...week, active };
    })
  };
}
function errorsWithout(answer2, suppression) {
  return {
    ...answer2,
    errors: suppression.noCalls("errors", answer2.errors),
    groups: errorGroupsWithout("groups", answer2.groups, answer2.groups.length < answer2.groupsTotal, suppression),
    // The cursor of a list names a call.
    cursor: null
  };
}
/** A skill's points would need two totals each to hold, those of its row and of its moment: a reader asks for one skill instead. */
function timeSeriesWithout(answer2, suppression) {
  const { series, ...rest } = answer2;
  return { ...rest, points: pointsWithout(answer2, suppression), ...series !== void 0 && { series: suppression.none("series", series) } };
}
function overviewWithout(answer2, suppression) {
  const { summary, retention, timeseries } = answer2;
  if (suppression.isSmall(summary.users)) return null;
  const days = (retention?.days ?? []).map(groupOfDay);
  const points = timeseries.points.map(groupOfUsers);
  const hidden = hiddenGroups([...linesOfDays(days, answer2.range), ...linesOfPoints(points, days.filter((day) => isWithin2(day, answer2.range)))], suppression.minGroup);
  const shown = {
    ...answer2,
    summary: previousWithout(summary, suppression),
    tools: toolRows(answer2.tools, suppression),
    timeseries: { ...timeseries, points: suppression.shown("points", points, hidden) },
    retention: retention === null ? null : daysWithout(retention, days, hidden, suppression),
    errors: suppression.noCalls("errors", answer2.errors)
  };
  if (summary.users === 0 && summary.previous.users === 0) return shown;
  return {
    ...shown,
    quietSkills: suppression.none("quietSkills", answer2.quietSkills),
    changes: suppression.none("changes", answer2.changes),
    sources: suppression.none("sources", answer2.sources),
    versions: suppression.none("versions", answer2.versions),
    variants: suppression.none("variants", answer2.variants)
  };
}
/** For answers of single calls alone: each is about one person, or nobody. */
function nothingWithout() {
  return null;
}
/** For answers that are about no people. */
function allWithout(answer2) {
  return answer2;
}
/** A figure that is left out keeps its name, without a value: JSON drops it, and what a share withholds is told by names. */
function previousWithout(figures, suppression) {
  if (!suppression.hidesComparison && !suppression.isSmall(figures.previous.users)) return figures;
  suppression.count("previous", 1);
  return { ...figures, previous: void 0 };
}
/** People who came back, and so those who did not. */
function returningWithout({ returningUsers, summary: { users } }, suppression) {
  if (returningUsers === null || users === null) return returningUsers;
  if (!suppression.hidesComparison && !suppression.isSmall(returningUsers) && !suppression.isSmall(users - returningUsers)) return returningUsers;
  suppression.count("returningUsers", 1);
  return void 0;
}
function toolRows(tools, suppression) {
  const now = tools.map(groupOfUsers);
  const before = tools.flatMap((tool) => tool.previous === null ? [] : [{ item: tool, people: peopleOf2(tool.previous), calls: tool.previous.calls }]);
  const shown = suppression.rows("tools", now);
  const isShown = new Set(shown);
  const hidden = hiddenGroups([{ groups: before }], suppression.minGroup, before.filter(({ item }) => suppression.hidesComparison || !isShown.has(item)));
  const withoutPrevious = new Set([...hidden].map(({ item }) => item));
  return shown.map((tool) => {
    const isHidden = withoutPrevious.has(tool);
    suppression.count("previous", isHidden ? 1 : 0);
    const figures = isHidden ? { ...tool, previous: void 0 } : tool;
    if (tool.users === 0) return figures;
    return { ...figures, errorTypes: suppression.none("errorTypes", tool.errorTypes), trend: suppression.none("trend", tool.trend) };
  });
}
/**
 * The message of a group is that of a single call.
 *
 * @param isCut - whether there are more groups than these. The number of all failures is known, so the rest counts as a small group
 */
function errorGroupsWithout(name, groups, isCut, suppression) {
  const listed = groups.map((group) => ({ item: group, people: peopleOf2(group), calls: group.count }));
  const rest = isCut ? [{ item: null, people: 1, calls: 1 }] : [];
  const shown = suppression.shown(name, listed, hiddenGroups([{ groups: [...listed, ...rest] }], suppression.minGroup));
  return shown.map((group) => {
    if (group.users === 0) return group;
    suppression.count("message", group.message === null ? 0 : 1);
    return { ...group, message: null, trend: suppression.none("trend", group.trend) };
  });
}
function pointsWithout({ points }, suppression) {
  const groups = points.map(groupOfUsers);
  return suppression.shown("points", groups, hiddenGroups(linesOfPoints(groups, []), suppression.minGroup));
}
/** The sum of days is known where it is that of the range: days at its ends are whole ones in `retention`, and the range may cut them. */
function linesOfDays(days, range) {
  return days.every((day) => isWithin2(day, range)) ? [{ groups: days }] : days.map((day) => ({ groups: [day] }));
}
/**
 * The sum of points is known of the range and of each day, from `retention` or a question for that day.
 *
 * @param days - days of the same answer that the range does not cut
 */
function linesOfPoints(points, days) {
  const sums = new Map(days.map((day) => [day.item.day, day]));
  const pointsByDay = /* @__PURE__ */ new Map();
  for (const point of points) {
    const day = dateOf(point.item.at);
    pointsByDay.set(day, [...pointsByDay.get(day) ?? [], point]);
  }
  return [{ groups: points }, ...[...pointsByDay].map(([day, groups]) => ({ groups, sum: sums.get(day) }))];
}
function isWithin2({ item }, { from, to }) {
  const start = Date.parse(item.day);
  return start >= from && start + DAY_MS <= to;
}
/** Newcomers are people too: a day that has few of them goes without that figure. */
function daysWithout(figures, groups, hidden, suppression) {
  const newcomers = groups.map((group) => ({ item: group.item, people: group.item.newUsers, calls: group.item.newUsers }));
  const hiddenNewcomers = hiddenGroups([{ groups: newcomers }], suppression.minGroup, newcomers.filter((_, index) => isIn(hidden, groups[index])));
  const withoutNewcomers = new Set([...hiddenNewcomers].map(({ item }) => item));
  const days = suppression.shown("days", groups, hidden).map((day) => {
    if (!withoutNewcomers.has(day)) return day;
    suppression.count("newUsers", 1);
    return { ...day, newUsers: void 0 };
  });
  const ofLastDay = isIn(hidden, groups.at(-1)) ? { dau: void 0, wau: void 0, mau: void 0, stickiness: void 0 } : {};
  return { ...figures, ...ofLastDay, days };
}
function isIn(hidden, group) {
  return group !== void 0 && hidden.has(group);
}
function groupOfUsers(item) {
  return { item, people: peopleOf2(item), calls: item.calls };
}
/** People whose number is not known count as one: as few as people can be. */
function peopleOf2({ users }) {
  return users ?? 1;
}
/** A day without people can still end a week with few: the smallest of its counts is what it is about. */
function groupOfDay(day) {
  return { item: day, people: day.dau || day.wau || day.mau, calls: day.calls };
}

// src/analytics/index.ts
/**
 * The registry of questions: a new one is one file beside this and one line here. The Worker serves each at
 * `GET /analytics/<name>`.
 */
/** Every question, by the last part of its path. None goes without saying what of its answer is about few people. */
var QUESTIONS = {
  summary: question(getSummary, summaryWithout),
  tools: question(getToolStats, toolsWithout),
  skill: question(getSkill, skillWithout),
  calls: question(getCalls, nothingWithout),
  retention: question(getRetentionStats, retentionWithout),
  cohorts: question(getCohorts, cohortsWithout),
  errors: question(getRecentErrors, errorsWithout),
  timeseries: question(getTimeSeries, timeSeriesWithout),
  overview: question(getOverview, overviewWithout),
  cost: question(getCost, allWithout)
};
function question(ask, without) {
  return async (db, query) => {
    const answer2 = await ask(db, query);
    return {
      answer: answer2,
      withoutSmallGroups(minGroup) {
        const suppression = new Suppression(minGroup, overlapsComparison(answer2));
        const shown = without(answer2, suppression);
        return shown && { ...shown, minGroup, suppressed: suppression.suppressed };
      }
    };
  };
}
function overlapsComparison(answer2) {
  return answer2.comparedTo !== void 0 && answer2.comparedTo.to > answer2.range.from;
}

// src/worker/access/share-limits.ts
/**
 * What the bearer of a share may ask and is told: less than a key, and never more than its limits.
 *
 * Questions are listed one by one, so that a new question is closed to shares until somebody has thought about it.
 */
var SHARED_QUESTIONS = ["summary", "tools", "skill", "retention", "errors", "timeseries", "overview"];
/**
 * A question within the limits of a share: what it leaves open is set to them.
 *
 * @throws Problem `outside_share` when it asks for more
 */
function withinShare(question2, query, limits, now) {
  if (!SHARED_QUESTIONS.includes(question2)) throw outside(`A share link answers ${SHARED_QUESTIONS.join(", ")}.`);
  if (query.compareFrom !== void 0) throw outside("A share link compares with no other range.");
  const narrowed = { ...query, ...rangeWithin(query, limits, now) };
  for (const name of FILTERS) {
    const allowed = limits[name];
    if (allowed === void 0) continue;
    const asked = query[name];
    const values = typeof asked === "string" ? [asked] : asked;
    if (values?.some((value) => !allowed.includes(value))) throw outside(`This share link is limited to some values of "${name}".`);
    narrowed[name] = values === void 0 || values.length === 0 ? allowed : values;
  }
  return narrowed;
}
function rangeWithin(query, limits, now) {
  const { range, from, to } = limits;
  const { range: askedRange, from: askedFrom, to: askedTo } = query;
  if (range === void 0 && from === void 0) return {};
  if (askedRange === void 0 && askedFrom === void 0 && askedTo === void 0) return { range, from, to };
  const allowed = scopeOf({ range, from, to, now }).range;
  const asked = scopeOf({ range: askedRange, from: askedFrom, to: askedTo, now }).range;
  if (asked.from >= allowed.from && asked.to <= allowed.to) return {};
  throw outside(range === void 0 ? `This share link is limited to from=${from}&to=${to}.` : `This share link is limited to the range ${range}.`);
}
function outside(detail) {
  return new Problem("outside_share", detail);
}
/** Figures that a share does not show: of other ranges, of clients, and of what the owner pays. */
var WITHHELD_FIGURES = /* @__PURE__ */ new Set(["comparedTo", "previous", "isNew", "returningUsers", "lost", "costToday"]);
/** Lists of single calls and of other ranges. A share shows sums; the lists stay, empty, so that a reader of answers needs no other shape. */
var WITHHELD_LISTS = /* @__PURE__ */ new Set(["errors", "calls", "changes", "quietSkills"]);
/** Texts of single calls, which groups of failures show of their latest one. They stay, as `null`. */
var WITHHELD_TEXTS = /* @__PURE__ */ new Set(["message"]);
function isWithheld(name) {
  return [WITHHELD_FIGURES, WITHHELD_LISTS, WITHHELD_TEXTS].some((names) => names.has(name));
}
/** An answer without what a share does not show. `shared` says what that was, so that an empty list is not taken for "none". */
function withoutWithheld(answer2, { expiresAt, limits }) {
  const { suppressed, ...rest } = answer2;
  const withheld = /* @__PURE__ */ new Set();
  const shown = withhold(rest, withheld);
  const shared = { expiresAt, limits, withheld: [...withheld] };
  return {
    ...shown,
    // The cursor of a list names a call.
    ..."cursor" in shown && { cursor: null },
    // How much of another range was about few people tells of that range.
    ...suppressed !== void 0 && { suppressed: Object.fromEntries(Object.entries(suppressed).filter(([name]) => !isWithheld(name))) },
    shared
  };
}
/** Leaves out what is withheld, however deep it stands, and notes its name. */
function withhold(value, withheld) {
  const shown = {};
  for (const [name, inner] of Object.entries(value)) {
    if (WITHHELD_FIGURES.has(name)) withheld.add(name);
    else if (WITHHELD_LISTS.has(name) && Array.isArray(inner)) {
      withheld.add(name);
      shown[name] = [];
    } else if (WITHHELD_TEXTS.has(name)) {
      withheld.add(name);
      shown[name] = null;
    } else shown[name] = withholdWithin(inner, withheld);
  }
  return shown;
}
function withholdWithin(value, withheld) {
  if (Array.isArray(value)) return value.map((entry) => withholdWithin(entry, withheld));
  return typeof value === "object" && value !== null ? withhold(value, withheld) : value;
}

// src/worker/question.ts
/**
 * `GET /analytics/…`: who asks, what they may ask, and the answer that they may see.
 */
/** Answers a question of the analytics. */
async function answerQuestion(name, request, context) {
  const { settings, upkeep, ctx, now } = context;
  const { share, minGroup } = await readerOf(request, context);
  const question2 = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name] : void 0;
  if (question2 === void 0) {
    throw new Problem("not_found", `Known questions: ${Object.keys(QUESTIONS).join(", ")}.`);
  }
  const asked = parseQuery(new URL(request.url).searchParams, name);
  const query = share === null ? asked : withinShare(name, asked, share.limits, now);
  const db = databaseOf(context);
  const dailyIdentityUntil = await dailyIdentityUntilOf(db, context);
  requireStableIdentity(name, { ...query, now, dailyIdentityUntil });
  const answered = await question2(db, { ...query, now, dailyRowsWrittenBudget: settings.dailyRowsWrittenBudget, dailyIdentityUntil });
  upkeep.afterReading(db, { ...answered.answer.cost, rowsWritten: 0 }, now, ctx);
  const answer2 = minGroup > 1 ? answered.withoutSmallGroups(minGroup) : answered.answer;
  if (answer2 === null) throw new Problem("group_too_small", `This is about fewer than ${minGroup} people, as single calls always are. Ask for a longer range, or with fewer filters.`);
  return jsonResponse(share === null ? answer2 : withoutWithheld(answer2, share), 200);
}

// src/worker/subjects/export.ts
/**
 * What is stored of a person, as NDJSON: a line for each event, oldest first, then one for each day on which the person is
 * counted, which outlives the events.
 *
 * Lines are made by the database and sent a page at a time, so that memory and CPU time are bounded. Left out are what tells
 * the person nothing: hashes, which only the owner's secret connects with anything.
 */
var BOUNDS3 = { queries: 42, eventsPerPage: 1e3, firstDays: 4 };
/** Events of a person (?1, JSON: all pseudonyms) behind an event (?2, ?3) and before ?4, as lines of JSON. */
var exportPageQuery = {
  sql: `
SELECT
  started_at,
  event_id,
  json_object(
    'kind', 'event',
    'id', event_id,
    'startedAt', started_at,
    'skill', skill,
    'outcome', outcome,
    'durationMs', duration_ms,
    'version', version,
    'source', source,
    'variant', variant,
    'errorType', error_type,
    'errorMessage', error_message,
    'metadata', json(metadata)
  ) AS line
FROM skill_usage_events
WHERE (started_at, event_id) > (CAST(?2 AS INTEGER), ?3)
  AND started_at < CAST(?4 AS INTEGER)
  AND ${IS_OF_PERSON_SQL}
ORDER BY started_at, event_id
LIMIT CAST(?5 AS INTEGER)`,
  bind: ({ userHashes, startedAt, id, to, limit }) => [JSON.stringify(userHashes), startedAt, id, to, limit],
  columns: ["started_at", "event_id", "line"]
};
/** The closed days on which a person is counted, and the first. */
var personDaysQuery = {
  sql: `
SELECT
  MIN(first_day) AS first_day,
  day
FROM skill_usage_people
LEFT JOIN skill_usage_user_days ON day >= first_day AND ${LISTS_PERSON_SQL}
WHERE user_hash IN (SELECT value FROM json_each(?1))
GROUP BY day
ORDER BY day`,
  bind: ({ userHashes }) => [JSON.stringify(userHashes)],
  columns: ["first_day", "day"]
};
/** Where the oldest event of all is. */
var oldestEventQuery = {
  sql: `
SELECT started_at
FROM skill_usage_events
ORDER BY started_at, event_id
LIMIT 1`,
  bind: () => [],
  columns: ["started_at"]
};
var BEGIN_EXPORT_AUDIT_SQL = `
INSERT INTO skill_usage_audit (request_id, kind, requested_at, finished_at, events, roll_ups)
VALUES (?1, 'export', CAST(?2 AS INTEGER), NULL, 0, 0)`;
var FINISH_EXPORT_AUDIT_SQL = `
UPDATE skill_usage_audit
SET finished_at = CAST(?2 AS INTEGER), events = CAST(?3 AS INTEGER)
WHERE request_id = ?1`;
/**
 * Gives the lines of an export, a page at a time. The last line, `{"kind":"end"}`, says whether that was all: without it the
 * answer was broken off. Throws what D1 throws.
 */
async function* exportSubject(db, { subjects, about, cursor, now, onEnd, bounds = BOUNDS3 }) {
  const results = [];
  const ask = async (sql, ...values) => {
    const result = await db.prepare(sql).bind(...values).all();
    results.push(result);
    return result.results;
  };
  const userHashes = subjects.flatMap((subject) => subject.userHashes);
  const tombstones = subjects.flatMap((subject) => subject.tombstones);
  const requestId = crypto.randomUUID();
  let events = 0;
  let last = cursor;
  try {
    await ask(BEGIN_EXPORT_AUDIT_SQL, requestId, now());
    yield lineOf({ kind: "export", requestId, exportedAt: now(), goesOnAfter: cursor, ...about });
    const [oldest] = await ask(oldestEventQuery.sql);
    const wanted = oldest === void 0 ? [] : daysBetween(Math.max(oldest.started_at, cursor?.startedAt ?? 0), now() + DAY_MS);
    const days = (await ask(daysOfPersonQuery.sql, ...daysOfPersonQuery.bind({ userHashes, tombstones, days: wanted }))).map(({ day }) => day);
    let size = bounds.firstDays;
    while (days.length > 0 && results.length < bounds.queries) {
      const span = takeSpan(days, size);
      // An id has at least one character, so "" stands before every event of its instant.
      let after = last !== null && last.startedAt >= span.from ? last : { startedAt: span.from, id: "" };
      for (let found = bounds.eventsPerPage; found === bounds.eventsPerPage; ) {
        if (results.length >= bounds.queries) {
          days.unshift(span.from);
          break;
        }
        const params = { userHashes, ...after, to: span.to, limit: bounds.eventsPerPage };
        const page = await ask(exportPageQuery.sql, ...exportPageQuery.bind(params));
        found = page.length;
        events += found;
        const end = page.at(-1);
        if (end === void 0) continue;
        last = after = { startedAt: end.started_at, id: end.event_id };
        yield `${page.map(({ line }) => line).join("\n")}
`;
      }
      size = nextDays((span.to - span.from) / DAY_MS, results.at(-1)?.meta.rows_read ?? 0);
    }
    const isComplete = days.length === 0;
    // Days that were searched in vain need not be searched again.
    const next = isComplete ? null : { startedAt: Math.max(last?.startedAt ?? 0, days[0] ?? 0), id: last !== null && last.startedAt >= (days[0] ?? 0) ? last.id : "" };
    if (isComplete) for (const line of daysOf2(await ask(personDaysQuery.sql, ...personDaysQuery.bind({ userHashes })))) yield line;
    await ask(FINISH_EXPORT_AUDIT_SQL, requestId, now(), events);
    yield lineOf({ kind: "end", isComplete, events, next });
  } finally {
    onEnd(costOf(results));
  }
}
function* daysOf2(rows) {
  if (rows.length > 0) yield lineOf({ kind: "first-day", day: Math.min(...rows.map(({ first_day }) => first_day)) });
  for (const { day } of rows) if (day !== null) yield lineOf({ kind: "day", day });
}
function lineOf(value) {
  return `${JSON.stringify(value)}
`;
}

// src/worker/subjects/subject.ts
/**
 * Who a request for erasure or export is about: every pseudonym under which somebody may be stored.
 *
 * They are made from the id with the secrets and salts that are at hand, and completed by the aliases, which also lead to
 * pseudonyms of a secret that is gone. What no secret and no alias leads to cannot be found by anybody.
 */
/** Finds the aliases of some pseudonyms (?1, JSON), and those of the pseudonyms that these are known as. */
var aliasesQuery = {
  sql: `
WITH wanted AS (
  SELECT value AS user_hash
  FROM json_each(?1)
  UNION
  SELECT known_as
  FROM json_each(?1)
  CROSS JOIN skill_usage_aliases AS alias ON alias.user_hash = value
)
SELECT user_hash, known_as
FROM skill_usage_aliases
WHERE user_hash IN (SELECT user_hash FROM wanted)
  OR known_as IN (SELECT user_hash FROM wanted)
ORDER BY user_hash`,
  bind: ({ userHashes }) => [JSON.stringify(userHashes)],
  columns: ["user_hash", "known_as"]
};
/** Gives everybody whom an id may stand for: one with a stable identity, one more for each day with a daily one. */
async function subjectsOf(db, userId, identities) {
  const subjects = [];
  let cost = { rowsRead: 0, rowsWritten: 0 };
  for (const identity of identities) {
    const pseudonyms = await pseudonymsOf(userId, identity);
    const userHashes = pseudonyms.map(({ userHash }) => userHash);
    const result = await db.prepare(aliasesQuery.sql).bind(...aliasesQuery.bind({ userHashes })).all();
    cost = addCosts(cost, costOf([result]));
    subjects.push(...groupByNumber(pseudonyms, result.results));
  }
  return { subjects, cost };
}
/** The newest first: it leads the erasure, whatever becomes of the aliases meanwhile. */
async function pseudonymsOf(userId, { current, previous }) {
  const pseudonymizers = previous === null ? [current] : [current, previous];
  return Promise.all(
    pseudonymizers.map(async (pseudonymizer) => {
      const userHash = await pseudonymizer.pseudonym("user", userId);
      return { userHash, tombstone: await pseudonymizer.pseudonym("tombstone", userHash) };
    })
  );
}
/** Pure: pseudonyms that are known as the same one share a number; others do not. */
function groupByNumber(pseudonyms, aliases) {
  const knownAs = new Map(aliases.map(({ user_hash, known_as }) => [user_hash, known_as]));
  const groups = Map.groupBy(pseudonyms, ({ userHash }) => knownAs.get(userHash) ?? userHash);
  return [...groups].flatMap(([known, group]) => {
    const [lead, ...others] = group.map(({ tombstone }) => tombstone);
    const userHashes = /* @__PURE__ */ new Set([...group.map(({ userHash }) => userHash), known, ...aliases.filter(({ known_as }) => known_as === known).map(({ user_hash }) => user_hash)]);
    return lead === void 0 ? [] : [{ userHashes: [...userHashes], tombstones: [lead, ...others] }];
  });
}

// src/worker/subjects/routes.ts
/**
 * `POST /api/subjects/export` and `POST /api/subjects/erase`: what is stored of one person, handed over or erased.
 *
 * The id stands in the body, since addresses stand in logs, and lives only as long as the request. No page of any other
 * origin has business here: there is no CORS. Erasing is not held back by the daily budget of rows: it is a right.
 */
/** Erases a person. 200 when nothing is left, 202 when the same request must be sent again. */
async function answerErase(request, context) {
  const wanted = await readRequest(request, context);
  const { identity, settings, upkeep, ctx, now } = context;
  const db = databaseOf(context);
  const found = await findSubjects(db, wanted, context);
  const { rowsRead, rowsWritten, ...report } = await eraseSubject(db, { subjects: found.subjects, now });
  const cost = addCosts(found.cost, { rowsRead, rowsWritten });
  upkeep.afterSubject(db, cost, settings.now(), ctx);
  const left = found.foundFrom === null ? "Nothing of this person is left." : `Nothing of this person is left that can be found: ${reachOf(found.foundFrom)}`;
  const detail = report.isFinished ? left : "Send the same request again: it goes on from here.";
  const body = { ...report, identity, foundFrom: found.foundFrom, detail, cost };
  return jsonResponse(body, report.isFinished ? 200 : 202);
}
/** Streams a person's data. The last line says whether it is all; a database that fails half-way breaks the stream off. */
async function answerExport(request, context) {
  const { cursor, ...wanted } = await readRequest(request, context);
  const { identity, settings, upkeep, ctx } = context;
  const db = databaseOf(context);
  const { subjects, foundFrom, cost } = await findSubjects(db, wanted, context);
  const about = { identity, foundFrom, ...foundFrom !== null && { detail: reachOf(foundFrom) } };
  const onEnd = (spent) => upkeep.afterSubject(db, addCosts(cost, spent), settings.now(), ctx);
  const lines = exportSubject(db, { subjects, about, cursor, now: settings.now, onEnd });
  // The first line is made before the answer begins, so that a database that does not answer is a 503.
  const first = await lines.next();
  const encoder5 = new TextEncoder();
  const stream = new ReadableStream({
    start(controller) {
      if (first.value !== void 0) controller.enqueue(encoder5.encode(first.value));
    },
    async pull(controller) {
      const { value } = await lines.next();
      if (value === void 0) controller.close();
      else controller.enqueue(encoder5.encode(value));
    },
    async cancel() {
      await lines.return();
    }
  });
  return new Response(stream, { headers: { "Content-Type": "application/x-ndjson; charset=utf-8" } });
}
async function readRequest(request, { adminKey, hashSecret }) {
  if (adminKey === void 0) {
    throw new Problem("admin_key_missing", "Set the key that exports and erases: openssl rand -base64 32 | npx wrangler secret put TRACK_ADMIN_KEY");
  }
  await requireKey(bearerOf(request), adminKey, "admin key");
  if (!isUsableSecret(hashSecret)) {
    throw new Problem("hash_secret_missing", `People are found by TRACK_HASH_SECRET, of at least ${MIN_SECRET_BYTES} bytes: set the one that their events were stored with.`);
  }
  return { ...parseBody(await readJson(request)), hashSecret };
}
async function findSubjects(db, { userId, hashSecret }, context) {
  const { previousHashSecret, project, identity, now } = context;
  const known = await knownIdentities(db, { hashSecret, previousHashSecret, project }, now).catch((error) => {
    throw error instanceof SecretsError ? new Problem("invalid_setting", error.message) : error;
  });
  const { subjects, cost } = await subjectsOf(db, userId, known.identities);
  return { subjects, foundFrom: foundFromOf(identity, now), cost: addCosts(known.cost, cost) };
}
function foundFromOf(identity, now) {
  return identity === "daily" ? firstSaltedDay(now) : null;
}
function reachOf(foundFrom) {
  return `with a daily identity, people are found by their id from ${dateOf(foundFrom)} (UTC) on; whose the pseudonyms of earlier days were, nobody can tell.`;
}
function parseBody(body) {
  const fields = typeof body === "object" && body !== null ? body : {};
  const userId = typeof fields.userId === "string" ? cleanText(fields.userId, "userId") : "";
  if (userId === "" || userId.length > LIMITS.personChars) {
    throw new Problem("invalid_subject", `The body is { "userId": "..." }: the id as it was sent with the events, of at most ${LIMITS.personChars} characters.`);
  }
  return { userId, cursor: fields.cursor === void 0 || fields.cursor === null ? null : parseCursor2(fields.cursor) };
}
function parseCursor2(value) {
  const { startedAt, id } = typeof value === "object" && value !== null ? value : {};
  if (typeof startedAt === "number" && Number.isSafeInteger(startedAt) && typeof id === "string") return { startedAt, id };
  throw new Problem("invalid_subject", `"cursor" is the "next" of an export's last line, as it was.`);
}

// src/worker/handler.ts
/**
 * The Worker: routes, who may use them, and what happens when something fails.
 *
 * Every failure ends here as an answer that says what to do. `handle` gives `undefined` for paths that are not its own,
 * which is what lets it stand inside any router.
 */
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
function createTrackingHandler(options = {}) {
  const instance = instanceOf(options);
  const { settings, upkeep } = instance;
  async function handle(request, env, ctx) {
    const route = routeOf(new URL(request.url), settings);
    if (route === void 0) return void 0;
    if (request.method === "OPTIONS" && route.cors !== void 0) return withHeaders(preflightResponse(request, route.cors));
    const answered = await answer(request, route, contextOf(options, instance, env, ctx));
    const response = withHeaders(answered, route.cors === void 0 ? {} : corsHeaders(request, route.cors));
    return request.method === "HEAD" ? new Response(null, response) : response;
  }
  return {
    handle,
    async fetch(request, env, ctx) {
      const response = await handle(request, env, ctx);
      return response ?? withHeaders(problemResponse(new Problem("not_found", "Known paths: /api/track, /hooks/claude-code, /v1/logs, /v1/traces, /api/health, /analytics/…")));
    },
    async scheduled(_controller, env) {
      const report = env.DB === void 0 ? { error: "The D1 binding DB is missing." } : await upkeep.run(env.DB, settings.now());
      console.log(JSON.stringify({ trackSkills: "scheduled", ...report }));
    }
  };
}
function routeOf(url, settings) {
  if (!url.pathname.startsWith(`${settings.basePath}/`)) return void 0;
  const path = url.pathname.slice(settings.basePath.length);
  const intake = { methods: ["POST"], quota: "ingest", cors: { origins: settings.allowedOrigins, methods: "POST" } };
  const reading = { methods: ["GET", "HEAD"], quota: "reading", cors: { origins: settings.dashboardOrigins, methods: "GET" } };
  switch (path) {
    case "/api/track":
      return { ...intake, answer: answerTrack };
    case "/hooks/claude-code":
      return { methods: ["POST"], quota: "ingest", answer: answerHook };
    case "/v1/logs":
      return { ...intake, answer: (request, context) => answerOtlp("logs", request, context), refuse: refuseOtlp };
    case "/v1/traces":
      return { ...intake, answer: (request, context) => answerOtlp("traces", request, context), refuse: refuseOtlp };
    case "/api/subjects/export":
      return { methods: ["POST"], quota: "reading", answer: answerExport };
    case "/api/subjects/erase":
      return { methods: ["POST"], quota: "reading", answer: answerErase };
    case "/api/share":
      return { methods: ["POST"], quota: "reading", cors: { origins: settings.dashboardOrigins, methods: "POST" }, answer: answerShare };
    case "/.well-known/gpc.json":
      return settings.basePath === "" ? { ...reading, cors: { origins: "*", methods: "GET" }, answer: answerGpc } : void 0;
    case "/api/health":
      return { ...reading, cors: { origins: "*", methods: "GET" }, answer: answerHealth };
  }
  if (!path.startsWith("/analytics/")) return void 0;
  const name = path.slice("/analytics/".length);
  return { ...reading, answer: (request, context) => answerQuestion(name, request, context) };
}
async function answer(request, route, context) {
  try {
    if (!route.methods.includes(request.method)) {
      const methods = route.methods.join(", ");
      throw new Problem("method_not_allowed", `This path takes ${methods}.`, { Allow: route.cors === void 0 ? methods : `${methods}, OPTIONS` });
    }
    await requireRate(request, route.quota, context);
    return await route.answer(request, context);
  } catch (error) {
    const problem = problemOf(error, context);
    return route.refuse === void 0 ? problemResponse(problem) : route.refuse(request, problem);
  }
}
function problemOf(error, { now }) {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidQueryError) return new Problem("invalid_query", error.message);
  if (error instanceof IdentityModeError) return new Problem("identity_mode_daily", error.message);
  // Nothing but D1 is left that could fail. The reason goes to the owner's log, not to the caller.
  console.error(JSON.stringify({ trackSkills: "error", message: error instanceof Error ? error.message : String(error) }));
  return databaseProblem(error, now);
}
async function answerHealth(_request, context) {
  try {
    return jsonResponse(await readHealth(databaseOf(context)), 200);
  } catch (error) {
    throw error instanceof Problem ? error : databaseProblem(error, context.now);
  }
}
export {
  createTrackingHandler,
  hashUserId,
  logUsageEvent
};
