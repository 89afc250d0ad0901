/*! Track-Skills analytics 0.1.0 | MIT licence | made from src/analytics.ts: change it there */
// src/analytics/answers.ts
/**
 * The answers of the analytics endpoints, as types. They are the whole of what the dashboard knows of the Worker.
 *
 * Instants are milliseconds since 1970, days are UTC dates `YYYY-MM-DD`, rates lie in 0…1.
 * A figure that no call supports is `null`, never 0.
 */

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

// src/analytics.ts
/**
 * Track-Skills analytics: each question as a function of a database and a query. Each answer is the body of the
 * endpoint `GET /analytics/<name>`.
 *
 * ```ts
 * import { getToolStats } from "./track-skills.analytics.js";
 *
 * const { tools } = await getToolStats(env.DB, { range: "30d" });
 * ```
 *
 * @module
 */
export {
  InvalidQueryError,
  getOverview,
  getRecentErrors,
  getRetentionStats,
  getSummary,
  getTimeSeries,
  getToolStats
};
