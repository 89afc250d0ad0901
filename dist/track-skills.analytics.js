/*! Track-Skills analytics 0.1.0 | MIT licence | made from src/analytics.ts: change it there */
// src/analytics/answers.ts
/**
 * The answers of the analytics endpoints, as types. With the figures that they are made of, they are the whole of what the
 * dashboard knows of the Worker.
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

// src/event.ts
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** Every outcome, in the order in which they are shown. */
var OUTCOMES = ["ok", "error", "timeout", "cancelled", "refused"];

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
function requireStableIdentity(question, query) {
  const daysBefore = Object.hasOwn(JOINS_DAYS, question) ? JOINS_DAYS[question] : void 0;
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
  const { ok, error, timeout, cancelled, refused } = row;
  return {
    at: row.starts_at,
    skill: row.skill,
    version: row.version,
    source: row.source,
    variant: row.variant,
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
function changesOf({ current, previous, before, lastUsedBefore }) {
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
  return IMPORTANCE.indexOf(left.change.kind) - IMPORTANCE.indexOf(right.change.kind) || right.weight - left.weight || compareText(left.change.skill, right.change.skill) || compareText(errorTypeOf(left.change), errorTypeOf(right.change));
}
function errorTypeOf(change) {
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
    ...toolOf(skill, usage, reading),
    trend: trendOf(scope, usage.cells),
    previous: previousOf(previous.get(skill), reading)
  }));
  return tools.sort((left, right) => right.calls - left.calls || compareText(left.skill, right.skill));
}
function toolOf(skill, { cells, sum }, reading) {
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
    changes: changesOf({ current: sumsOf(current), previous: sumsOf(previous), before: sumsOf(usageBySkill(reading.cellsIn(before))), lastUsedBefore }),
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
var BOUNDS = [
  .../* @__PURE__ */ new Set([0, ...Array.from({ length: DECADES }, (_, decade) => STEPS.map((step) => Math.ceil(step * 10 ** decade))).flat(), 10 ** DECADES])
];
/** The bins between the shortest and the longest duration, empty ones included. */
function histogramOf(durations) {
  const bins = [];
  const values = [...durations].map(([bucket, calls]) => ({ durationMs: estimateOf(bucket), calls }));
  for (const [index, toMs] of BOUNDS.slice(1).entries()) {
    const fromMs = BOUNDS[index] ?? 0;
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
var COLUMNS2 = CALL_COLUMNS.join(", ");
/** Reads the newest calls of some hours, each of which is read whole. */
var callsOfHoursQuery = {
  sql: `
SELECT ${COLUMNS2}
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
  const skill = skillOf(query);
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
    versions: labelsOf("version", cells, reading).map(([version, figures]) => ({ version, ...figures })),
    sources: labelsOf("source", cells, reading).map(([source, figures]) => ({ source, ...figures })),
    hours: hoursOfWeek(cells),
    returningUsers: returningUsersOf(scope, reading),
    lastUsedAt: cells.length === 0 ? null : sum.lastAt,
    errorTypes: errorTypesOf(sum),
    errorGroups: errorGroupsOf(scope, along[0]),
    calls: rows[0].map(callOf)
  };
}
function skillOf({ skill }) {
  const [name, ...others] = skill === void 0 ? [] : [skill].flat();
  if (name === void 0 || others.length > 0) throw new InvalidQueryError('"skill" is the name of exactly one skill.');
  return name;
}
/** The figures of each version or source, latest used first. */
function labelsOf(label, cells, reading) {
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
  IdentityModeError,
  InvalidQueryError,
  getCalls,
  getCohorts,
  getCost,
  getOverview,
  getRecentErrors,
  getRetentionStats,
  getSkill,
  getSummary,
  getTimeSeries,
  getToolStats
};
