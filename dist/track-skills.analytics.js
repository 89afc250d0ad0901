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
 * Which calls a reading is about: a span of time and filters, as SQL and as its parameters.
 *
 * Filters are JSON arrays, one parameter each, so that their length never meets D1's limit of 100 parameters a query.
 */
var HOUR_MS = 36e5;
/** A quarter of a day: 00, 06, 12 or 18 o'clock UTC and the six hours from then. */
var QUARTER_MS = 216e5;
var DAY_MS = 864e5;
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

// src/event.ts
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** Every outcome, in the order in which they are shown. */
var OUTCOMES = ["ok", "error", "timeout", "cancelled", "refused"];

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
    const limit = 2 ** (32 - level);
    const hashes = /* @__PURE__ */ new Set();
    let numbers = 0;
    this.#round++;
    for (const { members } of sets) {
      for (const member of members) {
        if (typeof member === "string") hashes.add(member);
        else if (this.#isNew(member) && (level === 0 || hashOf(member) < limit)) numbers++;
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
function hashOf(member) {
  return Math.imul(member, PEOPLE_HASH_MULTIPLIER) >>> 0;
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

// src/rollup/cell.ts
/**
 * Usage cells: the calls of one skill, version, source and variant in one hour, quarter of a
 * day or day. Every figure is a sum of
 * cells; people are a union of theirs.
 */
/** The columns of `CellRow`, in their order. */
var CELL_COLUMNS = [
  ...["starts_at", "skill", "source", "ok", "error", "timeout", "cancelled", "refused", "calls_without_user", "duration_sum_ms", "last_at"],
  ...["durations", "error_types", "users", "people", "people_level", "folded_calls", "folded_errors"]
];
/** Reads a row. */
function cellOf(row) {
  const { ok, error, timeout, cancelled, refused } = row;
  return {
    at: row.starts_at,
    skill: row.skill,
    source: row.source,
    calls: ok + error + timeout + cancelled + refused,
    callsWithoutUser: row.calls_without_user,
    outcomes: { ok, error, timeout, cancelled, refused },
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
    user_hash,
    MIN(started_at) / ${DAY_MS} * ${DAY_MS} AS day
  FROM skill_usage_dirty
  CROSS JOIN skill_usage_events ON started_at >= starts_at AND started_at < starts_at + ${HOUR_MS}
  WHERE period_ms = ${HOUR_MS}
    AND starts_at < CAST(?1 AS INTEGER)
    AND user_hash IS NOT NULL
  GROUP BY user_hash
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
function usersOfDays(from, to, { kept, people }, counter) {
  const counts = kept.get(to - DAY_MS);
  const days = (to - from) / DAY_MS;
  if (counts !== void 0 && days === 1) return { users: counts.dau, isApproximate: false };
  if (counts !== void 0 && days === WEEK_DAYS) return { users: counts.wau, isApproximate: false };
  if (counts !== void 0 && days === MONTH_DAYS) return { users: counts.mau, isApproximate: false };
  const sets = [];
  for (let day = from; day < to; day += DAY_MS) sets.push(...people.get(day) ?? []);
  return counter.count(sets);
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
    COALESCE(people.person, events.user_hash) AS person,
    COUNT(*) AS calls,
    SUM(duration_ms) AS duration_sum_ms,
    MAX(started_at) AS last_at
  FROM spans
  CROSS JOIN skill_usage_events AS events ON started_at >= starts_at AND started_at < ends_at
  LEFT JOIN skill_usage_people AS people ON people.user_hash = events.user_hash
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
    duration_sum_ms,
    last_at,
    is_folded
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
    SUM(calls * is_folded) AS folded
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

// src/rollup/read-plan.ts
/**
 * How a span of time is read: whole clean days from daily cells, clean quarters of other days from theirs, clean hours
 * from hourly cells, dirty hours from the events. Every moment is read exactly once, so that the figures are exact at every moment.
 *
 * What is dirty is looked up by the statements themselves: all of them run in one transaction, so no
 * roll-up can come between the plan and the reading.
 */
/** Plans a reading. Pure. */
function planCells({ bounds, hourly, dirtyFrom, peopleFrom, filters }) {
  const from = Math.min(...bounds);
  const to = Math.max(...bounds);
  // A daily cell cannot stand for a part of its day, nor for one hour of it.
  const hourDays = new Set(bounds.filter((bound) => bound % DAY_MS !== 0).map((bound) => floorTo(bound, DAY_MS)));
  if (hourly !== null) for (let day = floorTo(hourly.from, DAY_MS); day < hourly.to; day += DAY_MS) hourDays.add(day);
  const shared = { filters, hourDays: [...hourDays], peopleFrom };
  const within = { ...shared, from: Math.min(from, dirtyFrom), to };
  return { days: { ...shared, from: floorTo(from, DAY_MS), to: ceilTo(to, DAY_MS) }, quarters: within, hours: within, events: within };
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
  bind: (params) => [params.from, params.to, ...bindFilters(params.filters), JSON.stringify(daysOf(params)), params.peopleFrom],
  columns: CELL_COLUMNS
};
/** The whole days of a segment that are not read by the hour. */
function daysOf({ from, to, hourDays }) {
  const byHour = new Set(hourDays);
  const days = [];
  for (let day = from; day < to; day += DAY_MS) if (!byHour.has(day)) days.push(day);
  return days;
}
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

// src/analytics/reading.ts
/**
 * One reading of what the questions are answered from: usage cells, and the people of days. All in one transaction.
 *
 * People without filters over whole days come from what closed days keep; under filters, or for parts of days, from the
 * lists in the cells.
 */
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
  const base = [
    bindQuery(db, dayCellsQuery, plan.cells.days),
    bindQuery(db, quarterCellsQuery, plan.cells.quarters),
    bindQuery(db, hourCellsQuery, plan.cells.hours),
    bindQuery(db, eventCellsQuery, plan.cells.events),
    bindQuery(db, userDaysQuery, plan.userDays),
    bindQuery(db, dirtyDaysQuery, plan.userDays),
    bindQuery(db, newUsersQuery, plan.newUsers),
    bindQuery(db, earlierPeopleQuery, plan.newUsers)
  ];
  const { rows, alongRows, cost } = await runBatchAlong(db, base, along);
  return { reading: readingOf(plan, rows, cost), along: alongRows };
}
function readingOf(plan, rows, cost) {
  const [dayCells, quarterCells, hourCells, eventCells, userDays, dirtyDays, newUsers, earlier] = rows;
  const cells = [...dayCells, ...quarterCells, ...hourCells, ...eventCells].map(cellOf);
  const peopleByDay = peopleByDayOf(cells);
  const known = plan.keepsDays ? daysKnownOf({ userDays, dirtyDays, newUsers, earlier }, peopleByDay) : { kept: /* @__PURE__ */ new Map(), people: peopleByDay, newUsers: firstDaysOf(peopleByDay) };
  const counter = new PeopleCounter();
  const usersOf = (some) => counter.count(some.map((cell) => cell.people));
  const cellsIn = (from, to) => cells.filter((cell) => cell.at >= from && cell.at < to);
  return {
    cost,
    cellsIn,
    usersIn: (from, to) => plan.isWholeDays ? usersOfDays(from, to, known, counter) : usersOf(cellsIn(from, to)),
    usersOf,
    activeOn: (day) => activePeopleOn(day, known, counter)
  };
}
function planOf({ filters, range, previousFrom }, needs) {
  const days = wholeDays(range);
  const keepsDays = acceptsAll(filters);
  const isWholeDays = keepsDays && range.from === days.from && range.to === days.to;
  const bounds = [range.from, range.to];
  if (needs.previous) bounds.push(previousFrom);
  if (needs.retention) bounds.push(days.from, days.to);
  // Nothing is kept of filtered calls, so the first day of each person is looked for in all cells.
  if (needs.retention && !keepsDays) bounds.push(0);
  const earliest = Math.min(...bounds, days.from - MONTH_DAYS * DAY_MS);
  const userDays = keepsDays && (needs.retention || isWholeDays) ? { from: floorTo(earliest, DAY_MS), to: days.to } : NO_DAYS;
  const hasKeptLength = [1, WEEK_DAYS, MONTH_DAYS].includes((range.to - range.from) / DAY_MS);
  return {
    keepsDays,
    isWholeDays,
    cells: planCells({
      bounds,
      hourly: needs.hourly ? range : null,
      dirtyFrom: userDays === NO_DAYS ? range.from : userDays.from,
      peopleFrom: !isWholeDays ? 0 : needs.peopleByCell ? range.from : days.to,
      filters
    }),
    userDays: { ...userDays, peopleFrom: needs.previous && !hasKeptLength ? previousFrom : range.from },
    newUsers: needs.retention && keepsDays ? days : NO_DAYS
  };
}
function peopleByDayOf(cells) {
  const byDay = groupCells(cells, (cell) => floorTo(cell.at, DAY_MS));
  return new Map([...byDay].map(([day, group]) => [day, group.map((cell) => cell.people)]));
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
/** Marks figures whose people are estimated. */
function approximately(isApproximate) {
  return isApproximate ? { usersApproximate: true } : {};
}
/** Failures of a sum. */
function errorsOf(sum) {
  return sum.outcomes.error + sum.outcomes.timeout;
}
/** ok ÷ (ok + error + timeout): what people cancelled or refused says nothing about the skill. */
function successRateOf(sum) {
  const judged = sum.outcomes.ok + errorsOf(sum);
  return judged === 0 ? null : sum.outcomes.ok / judged;
}
/** Mean and percentiles of a sum's durations. */
function durationsOf(sum) {
  const [p50 = null, p95 = null, p99 = null] = quantilesOf(sum.durations, [0.5, 0.95, 0.99]);
  let measured = 0;
  for (const count of sum.durations.values()) measured += count;
  return { avg: measured === 0 ? null : sum.durationSumMs / measured, p50, p95, p99 };
}
/** The headline figures of [from, to). */
function summaryOf(reading, from, to) {
  const cells = reading.cellsIn(from, to);
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersIn(from, to);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
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
    const { users, isApproximate } = reading.usersOf(group);
    points.push({ at, calls: sum.calls, errors: errorsOf(sum), users, ...approximately(isApproximate), ...tailOf(sum.durations) });
  }
  return points;
}
function tailOf(durations) {
  const [p50 = null, p95 = null] = quantilesOf(durations, [0.5, 0.95]);
  return { p50, p95 };
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
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getRetentionStats(db, query = {}) {
  const scope = scopeOf(query);
  const reading = await readUsage(db, scope, { retention: true });
  return { ...envelopeOf(scope, reading.cost), ...retentionOf(scope.range, reading) };
}
/** The active people of each day of a range. */
function retentionOf(range, reading) {
  const { from, to } = wholeDays(range);
  const byDay = groupCells(reading.cellsIn(from, to), (cell) => floorTo(cell.at, DAY_MS));
  const days = [];
  for (let at = from; at < to; at += DAY_MS) {
    const { calls, callsWithoutUser } = sumCells(byDay.get(at) ?? []);
    const { isApproximate, ...active } = reading.activeOn(at);
    days.push({ day: dateOf(at), ...active, calls, callsWithoutUser, ...approximately(isApproximate) });
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
  const needs = { peopleByCell: true, hourly: periodOf(scope) === HOUR_MS };
  const reading = await readUsage(db, scope, needs);
  const cells = reading.cellsIn(scope.range.from, scope.range.to);
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
/** Which skills are used, which fail and with what, which are slow? */
/**
 * Answers the figures of each skill that was called in a range: most called first, then by name.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
async function getToolStats(db, query = {}) {
  const scope = scopeOf(query);
  const { from, to } = scope.range;
  const reading = await readUsage(db, scope, { peopleByCell: true });
  return { ...envelopeOf(scope, reading.cost), tools: toolsOf(reading.cellsIn(from, to), reading) };
}
/** The figures of each skill that has cells. */
function toolsOf(cells, reading) {
  const tools = [...groupCells(cells, (cell) => cell.skill)].map(([skill, group]) => toolOf(skill, group, reading));
  return tools.sort((left, right) => right.calls - left.calls || compareText(left.skill, right.skill));
}
function toolOf(skill, cells, reading) {
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersOf(cells);
  return {
    skill,
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
    users,
    ...approximately(isApproximate),
    callsWithoutUser: sum.callsWithoutUser,
    foldedCalls: sum.foldedCalls,
    foldedErrors: sum.foldedErrors,
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
  const needs = { previous: true, peopleByCell: true, retention: true, hourly: periodOf(scope) === HOUR_MS };
  const newest = { from: range.from, to: range.to, filters, before: { startedAt: range.to, id: "" }, limit: NEWEST_ERRORS };
  const { reading, along } = await readUsageAlong(db, scope, needs, [
    bindQuery(db, errorsQuery, newest),
    bindQuery(db, costsQuery, costDaysOf(scope.now)),
    bindQuery(db, lossesQuery, range)
  ]);
  const [errors, costs, losses] = along;
  const cells = reading.cellsIn(range.from, range.to);
  return {
    ...envelopeOf(scope, reading.cost),
    summary: { ...summaryOf(reading, range.from, range.to), previous: summaryOf(reading, previousFrom, range.from), lost: lossesOf(losses) },
    tools: toolsOf(cells, reading),
    sources: [...new Set(cells.map((cell) => cell.source))].sort(),
    timeseries: seriesOf(scope, cells, reading),
    retention: retentionOf(range, reading),
    errors: errors.map(errorOf),
    costToday: costTodayOf(costs, scope.now, query.dailyRowsWrittenBudget)
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
  const { previousFrom, range } = scope;
  const { reading, along } = await readUsageAlong(db, scope, { previous: true }, [bindQuery(db, lossesQuery, range)]);
  return {
    ...envelopeOf(scope, reading.cost),
    ...summaryOf(reading, range.from, range.to),
    previous: summaryOf(reading, previousFrom, range.from),
    lost: lossesOf(along[0])
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
  getCost,
  getOverview,
  getRecentErrors,
  getRetentionStats,
  getSummary,
  getTimeSeries,
  getToolStats
};
