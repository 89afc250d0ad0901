/**
 * How events become usage cells, in SQL. A roll-up stores what this gives; a reading of dirty hours takes it as it is.
 * So both are the same by construction.
 *
 * It runs in the database because a Worker on the free plan has 10 ms of CPU time, and because reading and replacing
 * must be one transaction.
 */
import { KNOWN_AS_SQL } from "./aliases.ts";
import { PEOPLE_HASH_MULTIPLIER } from "./people-set.ts";
import { FILTER_SQL } from "./scope.ts";
import { BUCKET_SQL } from "./sketch.ts";

/** Cells of one period. The calls of all smaller ones are folded into one of the skill `other`. */
export const MAX_CELLS = 1_000;

/** Error types of one cell. The failures of all rarer ones are folded into the type `other`. */
export const MAX_ERROR_TYPES = 50;

/** People that one cell lists. A cell with more lists a sample of at least half as many. */
export const MAX_PEOPLE = 8_192;

/** Whether ingest gave an event the skill `other` because its day had too many names: its own is in the metadata then. */
const IS_RENAMED_SQL = "CASE WHEN skill = 'other' THEN metadata ->> '_skill' IS NOT NULL ELSE 0 END";

/** A cell's names, in the order of the primary key. */
const CELL_SQL = "starts_at, skill, version, source, variant";

/** Keeps one person in 2^level: ?1-free SQL over the columns `person` and `people_level`. Multiplicative hashing (Knuth, TAOCP 6.4). */
export const IS_SAMPLED_SQL: string = `(people_level = 0 OR ((person * ${PEOPLE_HASH_MULTIPLIER}) & 4294967295) < (4294967296 >> people_level))`;

/** The level at which at most `max` of `users` are kept. */
export const levelSql = (users: string, max: number): string => `CASE WHEN ${users} <= ${max} THEN 0 ELSE CAST(CEIL(LN(${users} / ${max}.0) / LN(2)) AS INTEGER) END`;

const PEOPLE_LEVEL_SQL = levelSql("users", MAX_PEOPLE);

/**
 * The cells of the events of some spans: common table expressions that end in `cells`. Stands behind one named `spans`
 * (starts_at, ends_at); ?3 to ?6 are filters. People without a number yet stand in the list by their hash.
 */
export const CELLS_OF_SPANS_SQL: string = `
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
