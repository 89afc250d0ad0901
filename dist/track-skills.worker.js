/*! Track-Skills worker 0.1.0 | MIT licence | made from src/worker.ts: change it there */
// src/privacy/pseudonym.ts
/**
 * Pseudonyms: what is stored instead of a user id.
 *
 * A plain hash of an e-mail address is reversed by hashing a list of addresses; a keyed one is not, for anybody who
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
 * Gives the pseudonym under which a user's events are stored.
 *
 * HMAC-SHA-256 (RFC 2104) under a key derived from the secret by HKDF-SHA-256 (RFC 5869, no salt, info
 * `track-skills/uid/v1`), cut to 128 bits, in base64url: 22 characters. The id is trimmed, brought to Unicode NFC and,
 * when it is an e-mail address, lower-cased first.
 *
 * @param secret - the project's `TRACK_HASH_SECRET`, at least 32 bytes
 * @throws RangeError when the secret is shorter
 */
async function hashUserId(secret, userId) {
  const pseudonymizer = await createPseudonymizer(secret);
  return pseudonymizer.pseudonym("user", userId);
}
/**
 * Derives the keys once, and remembers pseudonyms, since one batch often names the same person many times.
 *
 * @throws RangeError when the secret has fewer than 32 bytes
 */
async function createPseudonymizer(secret) {
  if (!isUsableSecret(secret)) throw new RangeError(`The hash secret must have at least ${MIN_SECRET_BYTES} bytes.`);
  const master = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  const keys = {
    user: await deriveKey(master, "track-skills/uid/v1"),
    session: await deriveKey(master, "track-skills/session/v1")
  };
  const known = /* @__PURE__ */ new Map();
  return {
    pseudonym(kind, id) {
      const normalized = normalizeId(id);
      const name = `${kind}:${normalized}`;
      let hash = known.get(name);
      if (hash === void 0) {
        hash = sign(keys[kind], normalized);
        known.set(name, hash);
      }
      return hash;
    }
  };
}
/** Brings the spellings of one id together: trimmed, Unicode NFC, e-mail addresses in lower case. */
function normalizeId(id) {
  const trimmed = id.trim().normalize("NFC");
  return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}
function deriveKey(master, info) {
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: encoder.encode(info) };
  return crypto.subtle.deriveKey(parameters, master, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}
async function sign(key, id) {
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(id)));
  return base64url(mac.subarray(0, 16));
}
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
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

// src/rollup/scope.ts
/**
 * Which events a reading is about: a span of time and filters, as SQL and as its parameters.
 *
 * Filters are JSON arrays, one parameter each, so that their length never meets D1's limit of 100 parameters a query.
 */
var HOUR_MS = 36e5;
var DAY_MS = 864e5;
/** Narrows a statement over the events: ?1 and ?2 are the span, ?3 to ?6 the filters. D1 binds numbers as REAL. */
var SCOPE_SQL = `started_at >= CAST(?1 AS INTEGER)
  AND started_at < CAST(?2 AS INTEGER)
  AND (?3 IS NULL OR skill IN (SELECT value FROM json_each(?3)))
  AND (?4 IS NULL OR version IN (SELECT value FROM json_each(?4)))
  AND (?5 IS NULL OR source IN (SELECT value FROM json_each(?5)))
  AND (?6 IS NULL OR variant IN (SELECT value FROM json_each(?6)))`;
/** Binds `SCOPE_SQL`. */
function bindScope({ from, to, filters }) {
  return [from, to, filters.skill, filters.version, filters.source, filters.variant];
}
/** The largest multiple of `step` that is not above a time. */
function floorTo(at, step) {
  return Math.floor(at / step) * step;
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
 * @throws InvalidQueryError when the range is unknown, empty, longer than 400 days, or given twice
 */
function scopeOf(query) {
  const now = query.now ?? Date.now();
  const range = rangeOf(query, now);
  return {
    range,
    previousFrom: range.from - (range.to - range.from),
    now,
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
function ceilTo(at, step) {
  return Math.ceil(at / step) * step;
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
/** The bucket of a duration, as SQL over the column `duration_ms`. */
var BUCKET_SQL = `CASE WHEN duration_ms = 0 THEN ${ZERO_BUCKET} ELSE CAST(CEIL(LN(duration_ms) / ${LN_GAMMA}) AS INTEGER) END`;
/** Adds the counts of `from` to `into`. */
function mergeSketch(into, from) {
  for (const [bucket, count] of from) into.set(bucket, (into.get(bucket) ?? 0) + count);
}
/**
 * Estimates percentiles: each the value of nearest rank ⌈q·n⌉, within 2 %.
 *
 * @param quantiles - each in 0…1
 * @returns milliseconds, in the order of `quantiles`; `null` for an empty sketch
 */
function quantilesOf(sketch, quantiles) {
  const buckets = [...sketch].sort(([left], [right]) => left - right);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
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

// src/rollup/usage.ts
/**
 * Usage cells: what happened to one skill in one hour or one day. Every figure but people is a sum of cells.
 *
 * They are read from the events grouped as finely as a sketch needs it, and put together here, which keeps the SQL to
 * one statement and the figures exact at every moment.
 */
/** Reads events as parts of usage cells, one row per period, skill, outcome, error type and duration bucket. */
var usageQuery = {
  sql: `
SELECT
  started_at / CAST(?7 AS INTEGER) * CAST(?7 AS INTEGER) AS at,
  skill,
  outcome,
  CASE WHEN outcome IN ('error', 'timeout') THEN error_type END AS error_type,
  ${BUCKET_SQL} AS bucket,
  COUNT(*) AS calls,
  COUNT(*) - COUNT(user_hash) AS calls_without_user,
  SUM(duration_ms) AS duration_sum_ms,
  MAX(started_at) AS last_at
FROM skill_usage_events
WHERE ${SCOPE_SQL}
GROUP BY 1, 2, 3, 4, 5
ORDER BY 1, 2, 3, 4, 5`,
  bind: (params) => [...bindScope(params), params.periodMs],
  columns: ["at", "skill", "outcome", "error_type", "bucket", "calls", "calls_without_user", "duration_sum_ms", "last_at"]
};
/** Puts the rows of `usageQuery` together into cells, one per period and skill. */
function cellsOf(rows) {
  const cells = /* @__PURE__ */ new Map();
  for (const row of rows) {
    const key = `${row.at} ${row.skill}`;
    const cell = cells.get(key) ?? emptyCell(row.at, row.skill);
    cells.set(key, cell);
    addRow(cell, row);
  }
  return [...cells.values()];
}
/** A cell without calls. */
function emptyCell(at, skill) {
  return {
    at,
    skill,
    calls: 0,
    callsWithoutUser: 0,
    outcomes: { ok: 0, error: 0, timeout: 0, cancelled: 0, refused: 0 },
    durationSumMs: 0,
    durations: /* @__PURE__ */ new Map(),
    errorTypes: /* @__PURE__ */ new Map(),
    lastAt: 0
  };
}
/** Adds the calls of `from` to `into`, whatever their skill and period. */
function addCell(into, from) {
  into.calls += from.calls;
  into.callsWithoutUser += from.callsWithoutUser;
  for (const outcome of ["ok", "error", "timeout", "cancelled", "refused"]) {
    into.outcomes[outcome] += from.outcomes[outcome];
  }
  into.durationSumMs += from.durationSumMs;
  mergeSketch(into.durations, from.durations);
  for (const [errorType, count] of from.errorTypes) addTo(into.errorTypes, errorType, count);
  into.lastAt = Math.max(into.lastAt, from.lastAt);
}
/** The sum of some cells. */
function sumCells(cells) {
  const sum = emptyCell(0, "");
  for (const cell of cells) addCell(sum, cell);
  return sum;
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
function addRow(cell, row) {
  cell.calls += row.calls;
  cell.callsWithoutUser += row.calls_without_user;
  cell.outcomes[row.outcome] += row.calls;
  cell.durationSumMs += row.duration_sum_ms;
  addTo(cell.durations, row.bucket, row.calls);
  if (row.outcome === "error" || row.outcome === "timeout") addTo(cell.errorTypes, row.error_type ?? "", row.calls);
  cell.lastAt = Math.max(cell.lastAt, row.last_at);
}
function addTo(counts, key, count) {
  counts.set(key, (counts.get(key) ?? 0) + count);
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
/** The length of a period of a scope: an hour up to 7 days, else a day. */
function periodOf(scope) {
  return scope.range.to - scope.range.from <= MAX_HOURLY_MS ? HOUR_MS : DAY_MS;
}
/**
 * The length of the cells to read for a scope. Daily cells can only stand for whole days: a range that begins at five
 * is read by the hour, even where it is shown by the day.
 */
function cellPeriodOf(scope) {
  const isWholeDays = scope.range.from % DAY_MS === 0 && scope.range.to % DAY_MS === 0;
  return isWholeDays ? periodOf(scope) : HOUR_MS;
}
/** Failures of a cell. */
function errorsOf(cell) {
  return cell.outcomes.error + cell.outcomes.timeout;
}
/** ok ÷ (ok + error + timeout): what people cancelled or refused says nothing about the skill. */
function successRateOf(cell) {
  const judged = cell.outcomes.ok + errorsOf(cell);
  return judged === 0 ? null : cell.outcomes.ok / judged;
}
/** Mean and percentiles of a cell's durations. */
function durationsOf(cell) {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(cell.durations, [0.5, 0.95, 0.99]);
  return { avg: cell.calls === 0 ? null : cell.durationSumMs / cell.calls, p50, p95, p99 };
}
/** The headline figures of some cells. */
function summaryOf(cells, users) {
  const sum = sumCells(cells);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
    users,
    callsWithoutUser: sum.callsWithoutUser,
    skills: new Set(cells.map((cell) => cell.skill)).size,
    outcomes: sum.outcomes,
    durationMs: durationsOf(sum)
  };
}
/** One point per period of a range, without gaps. A period without calls has 0 calls and no percentiles. */
function pointsOf(scope, cells, usersAt) {
  const step = periodOf(scope);
  const byPeriod = groupCells(cells, (cell) => Math.floor(cell.at / step) * step);
  const points = [];
  for (let at = Math.floor(scope.range.from / step) * step; at < scope.range.to; at += step) {
    const sum = sumCells(byPeriod.get(at) ?? []);
    points.push({ at, calls: sum.calls, errors: errorsOf(sum), users: usersAt.get(at) ?? 0, ...tailOf(sum.durations) });
  }
  return points;
}
function tailOf(durations) {
  const [p50 = null, p95 = null] = quantilesOf(durations, [0.5, 0.95]);
  return { p50, p95 };
}

// src/analytics/errors.ts
/** What failed, with which message, and since when? */
var DEFAULT_LIMIT = 50;
var MAX_LIMIT = 500;
/** Groups in one answer, most frequent first. */
var MAX_GROUPS = 200;
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
ORDER BY started_at DESC, event_id DESC
LIMIT ?9`,
  bind: (params) => [...bindScope(params), params.before.startedAt, params.before.id, params.limit],
  columns: [
    ...["event_id", "started_at", "skill", "version", "source"],
    ...["outcome", "error_type", "error_message", "duration_ms", "metadata"]
  ]
};
/** Groups failures that say the same but for numbers and names; the message is the latest one. */
var errorGroupsQuery = {
  sql: `
SELECT
  skill,
  error_type,
  COALESCE(error_fingerprint, '') AS fingerprint,
  SUBSTR(MAX(PRINTF('%016d', started_at) || error_message), 17) AS message,
  COUNT(*) AS count,
  MIN(started_at) AS first_at,
  MAX(started_at) AS last_at
FROM skill_usage_events INDEXED BY skill_usage_events_failures
WHERE outcome IN ('error', 'timeout')
  AND ${SCOPE_SQL}
GROUP BY skill, error_type, error_fingerprint
ORDER BY count DESC, last_at DESC, skill, error_type, fingerprint
LIMIT ?7`,
  bind: (params) => [...bindScope(params), params.limit],
  columns: ["skill", "error_type", "fingerprint", "message", "count", "first_at", "last_at"]
};
/**
 * Answers the failures (`error`, `timeout`) of a range, newest first, and their groups (the 200 largest).
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getRecentErrors(db, query = {}) {
  const scope = scopeOf(query);
  const { range, filters } = scope;
  const limit = limitOf(query.limit);
  const before = query.cursor === void 0 ? { startedAt: range.to, id: "" } : parseCursor(query.cursor);
  const { rows, cost } = await runBatch(db, [
    // One row more than asked tells whether there is a next page.
    bindQuery(db, errorsQuery, { from: range.from, to: range.to, filters, before, limit: limit + 1 }),
    bindQuery(db, errorGroupsQuery, { from: range.from, to: range.to, filters, limit: MAX_GROUPS })
  ]);
  const [found, groups] = rows;
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return {
    ...envelopeOf(scope, cost),
    errors: page.map(errorOf),
    groups: groups.map((row) => ({
      skill: row.skill,
      errorType: row.error_type,
      fingerprint: row.fingerprint,
      message: row.message,
      count: row.count,
      firstAt: row.first_at,
      lastAt: row.last_at
    })),
    cursor: found.length > limit && last !== void 0 ? `${last.started_at}.${last.event_id}` : null
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
function limitOf(limit = DEFAULT_LIMIT) {
  if (Number.isInteger(limit) && limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new InvalidQueryError(`"limit" is a whole number from 1 to ${MAX_LIMIT}.`);
}
function parseCursor(cursor) {
  const [, startedAt, id] = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor) ?? [];
  if (startedAt === void 0 || id === void 0) throw new InvalidQueryError('"cursor" is the "cursor" of the answer before.');
  return { startedAt: Number(startedAt), id };
}

// src/rollup/people.ts
/**
 * Distinct people: the one figure that does not add up over cells, so it is counted where the pseudonyms are.
 */
/** Distinct people of a scope. */
var peopleQuery = {
  sql: `
SELECT
  COUNT(DISTINCT user_hash) AS users
FROM skill_usage_events
WHERE ${SCOPE_SQL}`,
  bind: bindScope,
  columns: ["users"]
};
/** Distinct people per skill. */
var skillPeopleQuery = {
  sql: `
SELECT
  skill,
  COUNT(DISTINCT user_hash) AS users
FROM skill_usage_events
WHERE ${SCOPE_SQL}
GROUP BY skill
ORDER BY skill`,
  bind: bindScope,
  columns: ["skill", "users"]
};
/** Distinct people per hour or day. */
var periodPeopleQuery = {
  sql: `
SELECT
  started_at / CAST(?7 AS INTEGER) * CAST(?7 AS INTEGER) AS at,
  COUNT(DISTINCT user_hash) AS users
FROM skill_usage_events
WHERE ${SCOPE_SQL}
GROUP BY 1
ORDER BY 1`,
  bind: (params) => [...bindScope(params), params.periodMs],
  columns: ["at", "users"]
};
/** Distinct people per skill and hour or day. */
var skillPeriodPeopleQuery = {
  sql: `
SELECT
  started_at / CAST(?7 AS INTEGER) * CAST(?7 AS INTEGER) AS at,
  skill,
  COUNT(DISTINCT user_hash) AS users
FROM skill_usage_events
WHERE ${SCOPE_SQL}
GROUP BY 1, 2
ORDER BY 1, 2`,
  bind: (params) => [...bindScope(params), params.periodMs],
  columns: ["at", "skill", "users"]
};
/** The windows of WAU and MAU, in days. */
var WEEK_DAYS = 7;
var MONTH_DAYS = 30;
/**
 * Reads activity: people by day and by days until their next active day.
 *
 * A person active on day d and next on day d + gap is inside a window of w days that ends on any day of
 * d … d + min(gap, w) − 1, and on none twice. So DAU, WAU and MAU of every day follow from these few rows.
 */
var activityQuery = {
  sql: `
WITH active_days AS (
  SELECT DISTINCT
    started_at / ${DAY_MS} AS day,
    user_hash
  FROM skill_usage_events
  WHERE user_hash IS NOT NULL
    AND ${SCOPE_SQL}
), gaps AS (
  SELECT
    day,
    MIN(LEAD(day, 1, day + ${MONTH_DAYS}) OVER person - day, ${MONTH_DAYS}) AS gap,
    LAG(day) OVER person IS NULL AS is_new
  FROM active_days
  WINDOW person AS (PARTITION BY user_hash ORDER BY day)
)
SELECT
  day,
  gap,
  is_new,
  COUNT(*) AS users
FROM gaps
GROUP BY day, gap, is_new
ORDER BY day, gap, is_new`,
  bind: bindScope,
  columns: ["day", "gap", "is_new", "users"]
};
/** Gives the active people of one day, from activity that reaches at least 29 days back. */
function activePeopleOn(day, rows) {
  const people = { dau: 0, wau: 0, mau: 0, newUsers: 0 };
  for (const row of rows) {
    const ago = day - row.day;
    if (ago < 0) continue;
    if (ago === 0) {
      people.dau += row.users;
      people.newUsers += row.is_new * row.users;
    }
    if (ago < Math.min(row.gap, WEEK_DAYS)) people.wau += row.users;
    if (ago < row.gap) people.mau += row.users;
  }
  return people;
}

// src/analytics/retention.ts
/** Does anyone come back? */
/**
 * Answers the active people of each UTC day that a range touches, as whole days: DAU, WAU (7 days), MAU (30 days) and
 * the people whose first stored call was on that day.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getRetentionStats(db, query = {}) {
  const scope = scopeOf(query);
  const { filters, range } = scope;
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, usageQuery, { ...wholeDays(range), filters, periodMs: DAY_MS }),
    bindQuery(db, activityQuery, { ...wholeDays(range), from: 0, filters })
  ]);
  const [usage, activity] = rows;
  return { ...envelopeOf(scope, cost), ...retentionOf(range, cellsOf(usage), activity) };
}
/** The UTC days that a range touches, as a span. */
function wholeDays(range) {
  return { from: floorTo(range.from, DAY_MS), to: floorTo(range.to - 1, DAY_MS) + DAY_MS };
}
/** The active people of each day of a range, from its daily or hourly cells and from activity since the first event. */
function retentionOf(range, cells, activity) {
  const { from, to } = wholeDays(range);
  const byDay = groupCells(cells, (cell) => floorTo(cell.at, DAY_MS));
  const days = [];
  for (let at = from; at < to; at += DAY_MS) {
    const { calls, callsWithoutUser } = sumCells(byDay.get(at) ?? []);
    days.push({ day: dateOf(at), ...activePeopleOn(at / DAY_MS, activity), calls, callsWithoutUser });
  }
  const { dau, wau, mau } = days.at(-1) ?? { dau: 0, wau: 0, mau: 0 };
  return { days, dau, wau, mau, stickiness: mau === 0 ? null : dau / mau };
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
  const params = { from: scope.range.from, to: scope.range.to, filters: scope.filters, periodMs: periodOf(scope) };
  const usage = bindQuery(db, usageQuery, params);
  const people = bindQuery(db, periodPeopleQuery, params);
  if (query.by === void 0) {
    const { rows: rows2, cost: cost2 } = await runBatch(db, [usage, people]);
    return { ...envelopeOf(scope, cost2), ...seriesOf(scope, cellsOf(rows2[0]), rows2[1]) };
  }
  const { rows, cost } = await runBatch(db, [usage, people, bindQuery(db, skillPeriodPeopleQuery, params)]);
  const cells = cellsOf(rows[0]);
  const peopleOf = Map.groupBy(rows[2], (row) => row.skill);
  const series = [...groupCells(cells, (cell) => cell.skill)].sort(([, left], [, right]) => callsOf(right) - callsOf(left)).map(([skill, group]) => ({ skill, points: seriesOf(scope, group, peopleOf.get(skill) ?? []).points }));
  return { ...envelopeOf(scope, cost), ...seriesOf(scope, cells, rows[1]), series };
}
/** The points of some cells. */
function seriesOf(scope, cells, people) {
  const interval = periodOf(scope) === HOUR_MS ? "hour" : "day";
  return { interval, points: pointsOf(scope, cells, new Map(people.map((row) => [row.at, row.users]))) };
}
function callsOf(cells) {
  return cells.reduce((sum, cell) => sum + cell.calls, 0);
}

// src/analytics/tools.ts
/** Which skills are used, which fail and with what, which are slow? */
/**
 * Answers the figures of each skill that was called in a range: most called first, then by name.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getToolStats(db, query = {}) {
  const scope = scopeOf(query);
  const { from, to } = scope.range;
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, usageQuery, { from, to, filters: scope.filters, periodMs: DAY_MS }),
    bindQuery(db, skillPeopleQuery, { from, to, filters: scope.filters })
  ]);
  const [usage, people] = rows;
  return { ...envelopeOf(scope, cost), tools: toolsOf(cellsOf(usage), people) };
}
/** The figures of each skill that has cells. */
function toolsOf(cells, people) {
  const users = new Map(people.map((row) => [row.skill, row.users]));
  const tools = [...groupCells(cells, (cell) => cell.skill)].map(([skill, group]) => toolOf(skill, sumCells(group), users.get(skill) ?? 0));
  return tools.sort((left, right) => right.calls - left.calls || compareText(left.skill, right.skill));
}
function toolOf(skill, sum, users) {
  return {
    skill,
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
    users,
    lastUsedAt: sum.lastAt,
    durationMs: durationsOf(sum),
    errorTypes: [...sum.errorTypes].map(([errorType, count]) => ({ errorType, count })).sort((left, right) => right.count - left.count || compareText(left.errorType, right.errorType))
  };
}
/** Code point order, as SQLite sorts text: the same on every machine. */
function compareText(left, right) {
  return left < right ? -1 : left > right ? 1 : 0;
}

// src/analytics/overview.ts
/** All that the first screen of the dashboard shows, in one answer from one reading. */
/** Failures on the first screen. */
var NEWEST_ERRORS = 10;
/**
 * Answers summary, tools, time series, retention and the ten newest failures of a range, all from one moment.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getOverview(db, query = {}) {
  const scope = scopeOf(query);
  const { filters, previousFrom, range } = scope;
  const span = { from: range.from, to: range.to, filters };
  const before = { startedAt: range.to, id: "" };
  const days = wholeDays(range);
  const { rows, cost } = await runBatch(db, [
    // From the range before, or from the start of the first day, whichever is earlier.
    bindQuery(db, usageQuery, { from: Math.min(previousFrom, days.from), to: days.to, filters, periodMs: cellPeriodOf(scope) }),
    bindQuery(db, peopleQuery, span),
    bindQuery(db, peopleQuery, { from: previousFrom, to: range.from, filters }),
    bindQuery(db, skillPeopleQuery, span),
    bindQuery(db, periodPeopleQuery, { ...span, periodMs: periodOf(scope) }),
    bindQuery(db, activityQuery, { from: 0, to: days.to, filters }),
    bindQuery(db, errorsQuery, { ...span, before, limit: NEWEST_ERRORS })
  ]);
  const [usage, [people], [peopleBefore], skillPeople, periodPeople, activity, errors] = rows;
  const cells = cellsOf(usage);
  const now = cells.filter((cell) => cell.at >= range.from && cell.at < range.to);
  const previous = cells.filter((cell) => cell.at >= previousFrom && cell.at < range.from);
  return {
    ...envelopeOf(scope, cost),
    summary: { ...summaryOf(now, people?.users ?? 0), previous: summaryOf(previous, peopleBefore?.users ?? 0) },
    tools: toolsOf(now, skillPeople),
    timeseries: seriesOf(scope, now, periodPeople),
    retention: retentionOf(range, cells.filter((cell) => cell.at >= days.from), activity),
    errors: errors.map(errorOf)
  };
}

// src/analytics/summary.ts
/** Are my skills used, do they work, are they fast enough, and is it better than before? */
/**
 * Answers the headline figures of a range, and the same of the range of equal length just before.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getSummary(db, query = {}) {
  const scope = scopeOf(query);
  const { filters, previousFrom, range } = scope;
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, usageQuery, { from: previousFrom, to: range.to, filters, periodMs: cellPeriodOf(scope) }),
    bindQuery(db, peopleQuery, { from: range.from, to: range.to, filters }),
    bindQuery(db, peopleQuery, { from: previousFrom, to: range.from, filters })
  ]);
  const [usage, [people], [peopleBefore]] = rows;
  const cells = cellsOf(usage);
  const now = cells.filter((cell) => cell.at >= range.from);
  const before = cells.filter((cell) => cell.at < range.from);
  return {
    ...envelopeOf(scope, cost),
    ...summaryOf(now, people?.users ?? 0),
    previous: summaryOf(before, peopleBefore?.users ?? 0)
  };
}

// src/analytics/index.ts
/**
 * The registry of questions: a new one is one file beside this and one line here. The Worker serves each at
 * `GET /analytics/<name>`.
 */
/** Every question, by the last part of its path. */
var QUESTIONS = {
  summary: getSummary,
  tools: getToolStats,
  retention: getRetentionStats,
  errors: getRecentErrors,
  timeseries: getTimeSeries,
  overview: getOverview
};

// src/analytics/url.ts
/**
 * Reads a question from the query string of a URL. Names that no question knows are an error rather than ignored: a
 * misspelt filter would otherwise answer for all calls.
 */
var FILTERS = ["skill", "version", "source", "variant"];
var SINGLE = ["range", "from", "to", "limit", "cursor", "by"];
/** Longest list of values of one filter, and longest value: that of a skill's name. */
var MAX_FILTER_VALUES = 200;
/**
 * Reads a question from a query string.
 *
 * @throws InvalidQueryError when a name is unknown or a value cannot be read
 */
function parseQuery(search) {
  const known = /* @__PURE__ */ new Set([...FILTERS, ...SINGLE]);
  for (const name of search.keys()) {
    if (!known.has(name)) throw new InvalidQueryError(`"${name.slice(0, 64)}" is not a parameter. Known: ${[...known].join(", ")}.`);
  }
  for (const name of SINGLE) {
    if (search.getAll(name).length > 1) throw new InvalidQueryError(`"${name}" is given more than once.`);
  }
  const query = { from: single(search, "from"), to: single(search, "to"), cursor: single(search, "cursor") };
  for (const name of FILTERS) {
    const values = search.getAll(name);
    if (values.length > MAX_FILTER_VALUES) throw new InvalidQueryError(`"${name}" takes at most ${MAX_FILTER_VALUES} values.`);
    if (values.length > 0) query[name] = values;
  }
  const limit = single(search, "limit");
  if (limit !== void 0) query.limit = /^\d{1,4}$/.test(limit) ? Number(limit) : Number.NaN;
  const by = single(search, "by");
  if (by !== void 0) query.by = parseBy(by);
  const range = single(search, "range");
  if (range !== void 0) query.range = parsePreset(range);
  return query;
}
function single(search, name) {
  return search.get(name) ?? void 0;
}
function parseBy(by) {
  if (by === "skill") return by;
  throw new InvalidQueryError('"by" is "skill", or absent.');
}
function parsePreset(range) {
  if (range === "24h" || range === "7d" || range === "30d" || range === "90d") return range;
  throw new InvalidQueryError('"range" is one of 24h, 7d, 30d, 90d.');
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
  unsupported_content_type: { status: 400, title: "Unsupported content type" },
  invalid_query: { status: 400, title: "Invalid query" },
  unauthorized: { status: 401, title: "Key required", headers: { "WWW-Authenticate": "Bearer" } },
  origin_not_allowed: { status: 403, title: "Origin not allowed" },
  not_found: { status: 404, title: "Not found" },
  method_not_allowed: { status: 405, title: "Method not allowed" },
  body_too_large: { status: 413, title: "Body too large" },
  too_many_events: { status: 413, title: "Too many events" },
  hash_secret_missing: { status: 503, title: "TRACK_HASH_SECRET is not set", headers: RETRY },
  analytics_key_missing: { status: 503, title: "TRACK_ANALYTICS_KEY is not set", headers: RETRY },
  database_missing: { status: 503, title: "The database binding is missing", headers: RETRY },
  database_unavailable: { status: 503, title: "The database does not answer", headers: RETRY }
};
/** Makes the answer of a refusal. */
function problemResponse(problem) {
  const { status, title, headers } = KINDS[problem.code];
  const body = { type: `urn:track-skills:problem:${problem.code}`, title, status, detail: problem.message, code: problem.code };
  return new Response(JSON.stringify(body), {
    status,
    headers: { ...headers, ...problem.headers, "Content-Type": "application/problem+json", "Cache-Control": "no-store" }
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
    const seconds = Math.ceil((864e5 - now % 864e5) / 1e3);
    return new Problem("database_unavailable", "The account's daily D1 limit is spent; it is reset at 00:00 UTC.", { "Retry-After": String(seconds) });
  }
  return new Problem("database_unavailable", "D1 did not answer. Try again; `wrangler tail` shows the reason.");
}

// src/worker/access.ts
/**
 * Who may do what: keys and origins.
 *
 * Keys are compared by their SHA-256 digests, so that the time taken says nothing about how much of a guess was right.
 */
/** The key of an `Authorization: Bearer KEY` header. */
function bearerOf(request) {
  return /^Bearer +(\S.*)$/i.exec(request.headers.get("Authorization") ?? "")?.[1]?.trim();
}
/** Whether two keys are equal, in a time that does not depend on their contents. */
async function isSameKey(given, expected) {
  const [left, right] = await Promise.all([digestOf(given), digestOf(expected)]);
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}
/** Refuses a request whose key is not the expected one. */
async function requireKey(given, expected, where) {
  if (given !== void 0 && await isSameKey(given, expected)) return;
  throw new Problem("unauthorized", `Send the ${where} as "Authorization: Bearer KEY".`);
}
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
  // Credentials (cookies) play no part, so that "*" is safe where every origin is allowed.
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
async function digestOf(key) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
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
/** The limits of an event and of a request that carries events. */
var LIMITS = {
  skillChars: 200,
  idChars: 64,
  errorTypeChars: 128,
  errorMessageChars: 1024,
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
/** Column of each field in `skill_usage_events`, in the table's own order. The compiler holds it to `EventRow`. */
var EVENT_COLUMNS = {
  startedAt: "started_at",
  id: "event_id",
  skill: "skill",
  outcome: "outcome",
  durationMs: "duration_ms",
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

// src/worker/body.ts
/**
 * Reads the body of `POST /api/track`, within its limit and without trust.
 */
/**
 * Reads a body of one event, or of `{ "events": [...] }`.
 *
 * @throws Problem when it is too large, not JSON, of a foreign content type, or holds more than 500 events
 */
async function readTrackBody(request) {
  const type = (request.headers.get("Content-Type") ?? "").split(";")[0]?.trim().toLowerCase();
  if (type !== "" && type !== "application/json" && type !== "text/plain") {
    throw new Problem("unsupported_content_type", 'Send JSON with "Content-Type: application/json" (or text/plain, for beacons).');
  }
  return bodyOf(parseJson(await readText(request)));
}
function bodyOf(value) {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Problem("malformed_json", 'The body is one event, or { "events": [event, ...] }.');
  }
  const key = "key" in value && typeof value.key === "string" ? value.key : void 0;
  if (!("events" in value)) return { events: [value], key };
  if (!Array.isArray(value.events)) throw new Problem("malformed_json", '"events" is a list of events.');
  if (value.events.length > LIMITS.batchEvents) {
    throw new Problem("too_many_events", `A request holds at most ${LIMITS.batchEvents} events: split the batch.`);
  }
  return { events: value.events, key };
}
function parseJson(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem("malformed_json", "The body is not JSON.");
  }
}
/** Reads at most `LIMITS.bodyBytes`, so that a body without a length cannot fill the memory. */
async function readText(request) {
  const tooLarge = new Problem("body_too_large", `A body holds at most ${LIMITS.bodyBytes} bytes: split the batch.`);
  if (Number(request.headers.get("Content-Length") ?? 0) > LIMITS.bodyBytes) throw tooLarge;
  if (request.body === null) return "";
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > LIMITS.bodyBytes) throw tooLarge;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

// src/worker/clean-up.ts
/**
 * Deletes events that are older than their retention: in chunks, so that each statement stays short, and with a bound
 * per run. What is left is left for the next run.
 */
var EVENTS_PER_CHUNK = 2e3;
/** 100,000 events a run: the free plan writes no more rows than that in a day. */
var MAX_CHUNKS = 50;
/** Deletes the oldest events before a time. A table without rowid has no DELETE … LIMIT, so the bound is a primary key. */
var DELETE_EVENTS_SQL = `
DELETE FROM skill_usage_events
WHERE started_at < CAST(?1 AS INTEGER)
  AND (started_at, event_id) <= (
    SELECT started_at, event_id
    FROM (
      SELECT started_at, event_id
      FROM skill_usage_events
      WHERE started_at < CAST(?1 AS INTEGER)
      ORDER BY started_at, event_id
      LIMIT CAST(?2 AS INTEGER)
    )
    ORDER BY started_at DESC, event_id DESC
    LIMIT 1
  )`;
/** Deletes events that began before a time. May be stopped and begun again at any moment. */
async function deleteEventsBefore(db, before) {
  let deletedEvents = 0;
  for (let chunk = 0; chunk < MAX_CHUNKS; chunk++) {
    const { meta } = await db.prepare(DELETE_EVENTS_SQL).bind(before, EVENTS_PER_CHUNK).all();
    const deleted = meta.changes ?? 0;
    deletedEvents += deleted;
    if (deleted < EVENTS_PER_CHUNK) return { deletedEvents, isUnfinished: false };
  }
  return { deletedEvents, isUnfinished: true };
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

// src/privacy/scrub.ts
/**
 * Takes personal data and secrets out of text, before it leaves the client and again before the Worker stores it.
 *
 * Each rule replaces what it finds by a word that names the rule, such as `[email]`. Patterns find what has a shape;
 * a name or a street in free text has none and stays, so messages remain personal data. Every pattern begins where a
 * run of its characters begins (the lookbehinds), which keeps the work linear on hostile text.
 * A replacement can make a neighbour visible to an earlier rule, so the rules run until nothing changes.
 */
/** In order: what contains other things (keys, addresses) goes first, plain numbers last. */
var RULES = [
  { pattern: /-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, replacement: "[key]" },
  { pattern: /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`]+/gi, replacement: scrubUrl },
  { pattern: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, replacement: "[token]" },
  { pattern: /\b(bearer|basic) {1,4}([\w.~+/=-]{8,})/gi, replacement: scrubCredential },
  {
    pattern: /(?<![\w-])(?:(?:sk|pk|rk)[-_][\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|(?:AKIA|ASIA)[0-9A-Z]{16}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_\w{30,}|hf_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g,
    replacement: "[key]"
  },
  {
    pattern: /(?<![A-Za-z])(password|passwd|pwd|passphrase|secret|api[-_]?key|access[-_]?key|client[-_]?secret|auth[-_]?token|access[-_]?token|token)(["']? ?[=:] ?["']?)([^\s"',;&}[]{4,})/gi,
    replacement: scrubAssignment
  },
  { pattern: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu, replacement: "[email]" },
  { pattern: /(\/(?:home|Users)\/)([^/\\\s"'<>:[]+)/g, replacement: "$1[user]" },
  { pattern: /(\\{1,2}Users\\{1,2})([^\\/"'<>:|[\n]{1,64}(?=\\)|[^\\/\s"'<>:|[]+)/gi, replacement: "$1[user]" },
  {
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    replacement: (match) => isIban(match) ? "[iban]" : match
  },
  {
    pattern: /(?<![\d.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/g,
    replacement: scrubCard
  },
  { pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, replacement: "[ssn]" },
  { pattern: /(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/gi, replacement: "[mac]" },
  { pattern: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g, replacement: (match) => isPublicIpv4(match) ? "[ip]" : match },
  { pattern: /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi, replacement: (match) => isIpv6(match) ? "[ip]" : match },
  { pattern: /(?<![\w.+-])\+\d{8,15}(?!\d)/g, replacement: "[phone]" },
  {
    pattern: /(?<![\w.+:/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]\d{2,4}){1,4}(?![\w:/-])/g,
    replacement: (match) => isPhoneNumber(match) ? "[phone]" : match
  },
  { pattern: /(?<![\w+/=-])[\w+/-]{32,}={0,2}/g, replacement: (match) => isRandomString(match) ? "[secret]" : match }
];
/** Rounds after which no text was ever seen to change. Most texts need one. */
var MAX_ROUNDS = 8;
/**
 * Takes personal data and secrets out of a text. Never throws; the time is linear in its length.
 *
 * Scrubbing what was scrubbed changes nothing.
 */
function scrubText(text) {
  let scrubbed = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = scrubbed;
    scrubbed = scrubOnce(before);
    if (scrubbed === before) break;
  }
  return scrubbed;
}
function scrubOnce(text) {
  let scrubbed = text;
  for (const { pattern, replacement } of RULES) {
    scrubbed = typeof replacement === "string" ? scrubbed.replace(pattern, replacement) : scrubbed.replace(pattern, replacement);
  }
  return scrubbed;
}
/** Keeps scheme, host and path; drops user and password; keeps the names of query parameters and drops their values. */
function scrubUrl(url) {
  const [, scheme = "", rest = ""] = /^([^:]+:\/\/)([\s\S]*)$/.exec(url) ?? [];
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const path = end < 0 ? "" : rest.slice(end);
  const host = authority.includes("@") ? `[credentials]${authority.slice(authority.lastIndexOf("@"))}` : authority;
  return scheme + host + path.replace(/([?&#][^=&#?]{0,64}=)[^&#]+/g, "$1[value]");
}
function scrubCredential(match, scheme, credential) {
  return /\d/.test(credential) || credential.length >= 20 ? `${scheme} [token]` : match;
}
/** With `=` anything is a value; with `:` ("unexpected token: name") only what holds a digit. */
function scrubAssignment(match, name, sign2, value) {
  return sign2.includes("=") || /\d/.test(value) ? `${name}${sign2}[secret]` : match;
}
/** ISO 13616: rearranged and with letters as numbers, an IBAN is 1 modulo 97. */
function isIban(text) {
  const compact = text.replaceAll(" ", "");
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
/** Digits that follow a card number may belong to something else: any part that ends where digits end may be the card. */
function scrubCard(match) {
  for (let end = match.length; end >= 13; end--) {
    const isBoundary = end === match.length || !/\d/.test(match[end] ?? "");
    if (isBoundary && isCardNumber(match.slice(0, end))) return `[card]${match.slice(end)}`;
  }
  return match;
}
/** The Luhn check of ISO/IEC 7812-1. */
function isCardNumber(text) {
  const digits = text.replace(/\D/g, "");
  if (digits.length < 13) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
/** Loopback and the unspecified address say nothing about a person and much about a failure. */
function isPublicIpv4(text) {
  return text.split(".").every((part) => Number(part) <= 255) && !text.startsWith("127.") && text !== "0.0.0.0";
}
function isIpv6(text) {
  const groups = text.split(":");
  return text !== "::1" && /\d/.test(text) && (text.includes("::") ? groups.length >= 3 : groups.length === 8);
}
/** 10 to 15 digits (E.164 allows 15), and not a date. */
function isPhoneNumber(text) {
  const digits = text.replace(/\D/g, "").length;
  return digits >= 10 && digits <= 15 && !/^\d{4}-\d{2}-\d{2}/.test(text);
}
/** Hex of 32 digits or more, or a mix of cases and digits without words in it. UUIDs, paths and identifiers stay. */
function isRandomString(text) {
  if (/^[\da-f]{32,}$/i.test(text)) return /\d/.test(text);
  const digits = text.replace(/\D/g, "").length;
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && digits >= 3;
  return isMixed && !text.split(/[/_-]/).some((part) => /^[A-Za-z]?[a-z]{3,}$/.test(part));
}

// src/privacy/scrub-metadata.ts
/**
 * Scrubs metadata and holds it to its limits.
 *
 * Metadata is what the owner chose to name, so keys stay, values are scrubbed, and values under names such as
 * `password` are replaced whatever they are. What is over a limit is dropped, and `_dropped` says how many entries were.
 */
/** Longest key and longest string inside metadata, in characters. */
var MAX_KEY_CHARS = 64;
var MAX_STRING_CHARS = 256;
/** Where the count of dropped entries stands. */
var DROPPED = "_dropped";
var SENSITIVE_WORDS = /* @__PURE__ */ new Set([
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "secrets",
  "token",
  "apikey",
  "authorization",
  "auth",
  "credential",
  "credentials",
  "cookie",
  "cookies",
  "otp",
  "cvv",
  "ssn",
  "iban"
]);
/** Words that turn a sensitive one into a measure: `token count`. */
var MEASURES = /* @__PURE__ */ new Set(["count", "counts", "usage", "limit", "type", "length"]);
var SENSITIVE_PAIRS = /* @__PURE__ */ new Set(["api key", "private key", "access key", "credit card", "card number"]);
/**
 * Gives metadata as scrubbed JSON within its limits: 4 KiB, depth 4, 32 keys, 64 characters a key, 256 a string.
 *
 * Never throws: a getter that throws, a cycle or a value that JSON cannot hold is dropped and counted in `_dropped`.
 *
 * @returns `null` when nothing is left.
 */
function scrubMetadata(metadata) {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return null;
  const budget = { keys: 0, dropped: 0 };
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
    const kept = isOver ? void 0 : isSensitiveKey(key) && typeof value !== "boolean" ? "[redacted]" : scrubValue(value, depth, budget);
    if (kept === void 0) {
      budget.dropped += 1;
      continue;
    }
    budget.keys += 1;
    scrubbed[scrubText(key.toWellFormed())] = kept;
  }
  return scrubbed;
}
function scrubValue(value, depth, budget) {
  if (typeof value === "string") return cut(scrubText(value.slice(0, LIMITS.metadataBytes).toWellFormed()), MAX_STRING_CHARS);
  if (typeof value === "number") return Number.isFinite(value) ? value : void 0;
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
function isSensitiveKey(key) {
  const words = key.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.some((word, index) => {
    const next = words[index + 1] ?? "";
    return SENSITIVE_WORDS.has(word) && !MEASURES.has(next) || SENSITIVE_PAIRS.has(`${word} ${next}`);
  });
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
async function fingerprintOf(errorType, errorMessage) {
  const text = `${errorType ?? ""}
${templateOf(errorMessage ?? "")}`;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
/** A message with `#` in place of what varies. */
function templateOf(message) {
  return message.replace(VARIABLE_PARTS, "#").replace(/\s+/g, " ").trim().slice(0, TEMPLATE_CHARS);
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
  const field = (name) => Object.hasOwn(value, name) ? Reflect.get(value, name) ?? void 0 : void 0;
  return {
    skill: readSkill(field("skill")),
    id: readId(field("id")) ?? context.makeId(),
    startedAt: readStartedAt(field("startedAt"), context),
    durationMs: readDuration(field("durationMs")),
    outcome: readOutcome(field("outcome"), field("success")),
    errorType: readText2(field("errorType"), "errorType", LIMITS.bodyBytes) || null,
    errorMessage: readText2(field("errorMessage"), "errorMessage", LIMITS.bodyBytes) || null,
    userId: readPersonId(field("userId"), "userId"),
    sessionId: readPersonId(field("sessionId"), "sessionId"),
    version: readText2(field("version"), "version", LIMITS.labelChars),
    source: readText2(field("source"), "source", LIMITS.labelChars),
    variant: readText2(field("variant"), "variant", LIMITS.labelChars),
    metadata: readMetadata(field("metadata"))
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
 * Stores one event without HTTP, for code that runs beside the database.
 *
 * @returns what became of it, as `POST /api/track` would answer
 * @throws RangeError when `hashSecret` has fewer than 32 bytes, and what D1 throws
 */
async function logUsageEvent(db, event, options) {
  return (await ingestEvents(db, [event], options)).result;
}
/**
 * Stores a batch of events, each of which may be anything at all.
 *
 * @throws RangeError when `hashSecret` has fewer than 32 bytes, and what D1 throws
 */
async function ingestEvents(db, events, options) {
  const { now = Date.now(), rawRetentionDays = 90 } = options;
  const pseudonymizer = await createPseudonymizer(options.hashSecret);
  const context = { now, rawRetentionDays, makeId: () => crypto.randomUUID() };
  const valid = [];
  const rejected = [];
  for (const [index, event] of events.entries()) {
    const parsed = parseEvent(event, context);
    if (isValidEvent(parsed)) valid.push(parsed);
    else rejected.push({ index, ...parsed });
  }
  const rows = await Promise.all(valid.map((event) => rowOf(event, pseudonymizer)));
  const { stored, rowsWritten } = await storeRows(db, rows);
  return { result: { accepted: stored, duplicates: rows.length - stored, rejected, serverTime: now }, rowsWritten };
}
async function rowOf(event, pseudonymizer) {
  const { errorType, errorMessage, metadata, outcome, userId, sessionId, ...rest } = event;
  // Scrubbed first and cut afterwards: a cut address would no longer look like one.
  const type = errorType === null ? null : cut(scrubText(cut(errorType, SCRUBBED_CHARS)), LIMITS.errorTypeChars);
  const message = errorMessage === null ? null : cut(scrubText(cut(errorMessage, SCRUBBED_CHARS)), LIMITS.errorMessageChars);
  const hasFailed = outcome === "error" || outcome === "timeout";
  return {
    ...rest,
    outcome,
    userHash: userId === null ? null : await pseudonymizer.pseudonym("user", userId),
    sessionHash: sessionId === null ? null : await pseudonymizer.pseudonym("session", sessionId),
    errorType: type,
    errorMessage: message,
    errorFingerprint: hasFailed ? await fingerprintOf(type, message) : null,
    metadata: metadata === null ? null : scrubMetadata(metadata)
  };
}
/** Text that is looked at: eight times what is kept, since scrubbing mostly shortens. Bounds the CPU time of an event. */
var SCRUBBED_CHARS = 8 * LIMITS.errorMessageChars;
var FIELDS = Object.keys(EVENT_COLUMNS);
var COLUMNS = Object.values(EVENT_COLUMNS).join(", ");
var VALUES = FIELDS.map((_, index) => `value ->> ${index}`).join(", ");
/** One JSON parameter for all rows, which passes D1's limit of 100 parameters. `WHERE true` keeps ON CONFLICT from being read as a join. */
var INSERT_EVENTS_SQL = `
INSERT INTO skill_usage_events (${COLUMNS})
SELECT ${VALUES}
FROM json_each(?1)
WHERE true
ON CONFLICT DO NOTHING`;
/** D1 takes 2 MB a parameter; a character of JSON text has at most three bytes of UTF-8. */
var MAX_PARAMETER_CHARS = 6e5;
async function storeRows(db, rows) {
  if (rows.length === 0) return { stored: 0, rowsWritten: 0 };
  const parameters = chunkJson(rows.map((row) => JSON.stringify(FIELDS.map((field) => row[field]))));
  const results = await db.batch(parameters.map((parameter) => db.prepare(INSERT_EVENTS_SQL).bind(parameter)));
  const stored = results.reduce((sum, { meta }) => sum + (meta.changes ?? 0), 0);
  return { stored, rowsWritten: costOf(results).rowsWritten };
}
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
  const { rawRetentionDays = 90, basePath = "" } = options;
  if (!Number.isFinite(rawRetentionDays) || rawRetentionDays < 1) throw new TypeError('"rawRetentionDays" must be a number of at least 1.');
  if (basePath !== "" && !/^\/[^?#]*[^/?#]$/.test(basePath)) throw new TypeError('"basePath" must begin with "/" and end without one, such as "/usage".');
  return {
    publicAnalytics: options.publicAnalytics ?? false,
    allowedOrigins: originsOf("allowedOrigins", options.allowedOrigins ?? "*"),
    dashboardOrigins: originsOf("dashboardOrigins", options.dashboardOrigins ?? []),
    basePath,
    rawRetentionDays,
    now: options.now ?? Date.now
  };
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
 * Serves `POST /api/track`, `GET /api/health` and `GET /analytics/*`. Bindings and secrets come with each request's
 * `env`; an option wins over them.
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
  const settings = settingsOf(options);
  async function handle(request, env) {
    const route = routeOf(new URL(request.url), settings);
    if (route === void 0) return void 0;
    if (request.method === "OPTIONS" && route.cors !== void 0) return preflightResponse(request, route.cors);
    const response = await answer(request, route, contextOf(options, settings, env));
    for (const [name, value] of Object.entries(route.cors ? corsHeaders(request, route.cors) : {})) response.headers.set(name, value);
    return request.method === "HEAD" ? new Response(null, response) : response;
  }
  return {
    handle,
    async fetch(request, env) {
      const response = await handle(request, env);
      return response ?? problemResponse(new Problem("not_found", "Known paths: /api/track, /api/health, /analytics/…"));
    },
    async scheduled(_controller, env) {
      const { db, now } = contextOf(options, settings, env);
      let report;
      try {
        report = await deleteEventsBefore(databaseOf(db), now - settings.rawRetentionDays * 864e5);
      } catch (error) {
        report = { error: error instanceof Error ? error.message : String(error) };
      }
      console.log(JSON.stringify({ trackSkills: "scheduled", ...report }));
    }
  };
}
function contextOf(options, settings, env) {
  return {
    settings,
    db: env.DB,
    hashSecret: options.hashSecret ?? env.TRACK_HASH_SECRET,
    // An empty secret counts as none: it must never open anything.
    analyticsKey: options.analyticsKey || env.TRACK_ANALYTICS_KEY || void 0,
    ingestKey: options.ingestKey || env.TRACK_INGEST_KEY || void 0,
    now: settings.now()
  };
}
function routeOf(url, settings) {
  if (!url.pathname.startsWith(`${settings.basePath}/`)) return void 0;
  const path = url.pathname.slice(settings.basePath.length);
  if (path === "/api/track") {
    return { methods: ["POST"], cors: { origins: settings.allowedOrigins, methods: "POST" }, answer: answerTrack };
  }
  if (path === "/api/health") return { methods: ["GET", "HEAD"], cors: { origins: "*", methods: "GET" }, answer: answerHealth };
  if (!path.startsWith("/analytics/")) return void 0;
  const name = path.slice("/analytics/".length);
  return {
    methods: ["GET", "HEAD"],
    cors: { origins: settings.dashboardOrigins, methods: "GET" },
    answer: (request, context) => answerQuestion(name, request, context)
  };
}
async function answer(request, route, context) {
  try {
    if (!route.methods.includes(request.method)) {
      const methods = route.methods.join(", ");
      throw new Problem("method_not_allowed", `This path takes ${methods}.`, { Allow: `${methods}, OPTIONS` });
    }
    return await route.answer(request, context);
  } catch (error) {
    if (error instanceof Problem) return problemResponse(error);
    if (error instanceof InvalidQueryError) return problemResponse(new Problem("invalid_query", error.message));
    // Nothing but D1 is left that could fail. The reason goes to the owner's log, not to the caller.
    console.error(JSON.stringify({ trackSkills: "error", message: error instanceof Error ? error.message : String(error) }));
    return problemResponse(databaseProblem(error, context.now));
  }
}
async function answerTrack(request, context) {
  const { ingestKey, hashSecret, settings, now } = context;
  if (!isOriginAllowed(request, { origins: settings.allowedOrigins, methods: "POST" })) {
    throw new Problem("origin_not_allowed", `This page's origin is not in "allowedOrigins".`);
  }
  const header = bearerOf(request);
  // A wrong key in the header is refused before the body is read.
  if (ingestKey !== void 0 && header !== void 0) await requireKey(header, ingestKey, "ingest key");
  const { events, key } = await readTrackBody(request);
  if (ingestKey !== void 0 && header === void 0) await requireKey(key, ingestKey, "ingest key");
  if (!isUsableSecret(hashSecret)) {
    throw new Problem("hash_secret_missing", `Set a secret of at least ${MIN_SECRET_BYTES} bytes: openssl rand -base64 32 | npx wrangler secret put TRACK_HASH_SECRET`);
  }
  const { rawRetentionDays } = settings;
  const { result } = await ingestEvents(databaseOf(context.db), events, { hashSecret, rawRetentionDays, now });
  return jsonResponse(result, result.accepted + result.duplicates > 0 ? 202 : 422);
}
async function answerHealth(_request, { db, now }) {
  try {
    return jsonResponse(await readHealth(databaseOf(db)), 200);
  } catch (error) {
    throw error instanceof Problem ? error : databaseProblem(error, now);
  }
}
async function answerQuestion(name, request, context) {
  const { analyticsKey, settings, now } = context;
  if (!settings.publicAnalytics) {
    if (analyticsKey === void 0) {
      throw new Problem("analytics_key_missing", "Set the key that reads the analytics: npx wrangler secret put TRACK_ANALYTICS_KEY");
    }
    await requireKey(bearerOf(request), analyticsKey, "analytics key");
  }
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name] : void 0;
  if (question === void 0) {
    throw new Problem("not_found", `Known questions: ${Object.keys(QUESTIONS).join(", ")}.`);
  }
  const query = parseQuery(new URL(request.url).searchParams);
  return jsonResponse(await question(databaseOf(context.db), { ...query, now }), 200);
}
function databaseOf(db) {
  if (db !== void 0) return db;
  throw new Problem("database_missing", 'Bind a D1 database as "DB" in wrangler.toml.');
}
function jsonResponse(body, status) {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" }
  });
}
export {
  createTrackingHandler,
  hashUserId,
  logUsageEvent
};
