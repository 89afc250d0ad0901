/**
 * The questions of the plain design, over raw rows. ?1 and ?2 are the range in ms; indexes on `created_at` narrow all of
 * them. Written as well as the schema allows: one pass per figure, window functions for percentiles.
 */

const IN_RANGE = `created_at >= CAST(?1 AS INTEGER)
  AND created_at < CAST(?2 AS INTEGER)`;

const FIGURES = `
  COUNT(*) AS calls,
  SUM(outcome IN ('error', 'timeout')) AS errors,
  SUM(outcome = 'ok') AS ok,
  SUM(outcome = 'cancelled') AS cancelled,
  SUM(outcome = 'refused') AS refused,
  COUNT(DISTINCT user_hash) AS users,
  COUNT(DISTINCT skill) AS skills,
  AVG(duration_ms) AS avg,
  MAX(created_at) AS last_used_at`;

const PERCENTILES = `
  MIN(CASE WHEN place >= 0.50 * total THEN duration_ms END) AS p50,
  MIN(CASE WHEN place >= 0.95 * total THEN duration_ms END) AS p95,
  MIN(CASE WHEN place >= 0.99 * total THEN duration_ms END) AS p99`;

export const SUMMARY_SQL = `
SELECT ${FIGURES}
FROM skill_usage
WHERE ${IN_RANGE}`;

export const SUMMARY_PERCENTILES_SQL = `
WITH ranked AS (
  SELECT
    duration_ms,
    ROW_NUMBER() OVER (ORDER BY duration_ms) AS place,
    COUNT(*) OVER () AS total
  FROM skill_usage
  WHERE ${IN_RANGE}
)
SELECT ${PERCENTILES}
FROM ranked`;

export const TOOLS_SQL = `
SELECT
  skill, ${FIGURES}
FROM skill_usage
WHERE ${IN_RANGE}
GROUP BY skill
ORDER BY calls DESC, skill`;

export const TOOL_PERCENTILES_SQL = `
WITH ranked AS (
  SELECT
    skill,
    duration_ms,
    ROW_NUMBER() OVER (PARTITION BY skill ORDER BY duration_ms) AS place,
    COUNT(*) OVER (PARTITION BY skill) AS total
  FROM skill_usage
  WHERE ${IN_RANGE}
)
SELECT
  skill, ${PERCENTILES}
FROM ranked
GROUP BY skill`;

export const ERROR_TYPES_SQL = `
SELECT
  skill,
  error_type,
  COUNT(*) AS count
FROM skill_usage
WHERE ${IN_RANGE}
  AND outcome IN ('error', 'timeout')
GROUP BY skill, error_type
ORDER BY count DESC, error_type`;

/** ?3 is the length of a period in ms: an hour or a day. */
export const TIMESERIES_SQL = `
WITH ranked AS (
  SELECT
    created_at / CAST(?3 AS INTEGER) * CAST(?3 AS INTEGER) AS at,
    outcome,
    user_hash,
    duration_ms,
    ROW_NUMBER() OVER (PARTITION BY created_at / CAST(?3 AS INTEGER) ORDER BY duration_ms) AS place,
    COUNT(*) OVER (PARTITION BY created_at / CAST(?3 AS INTEGER)) AS total
  FROM skill_usage
  WHERE ${IN_RANGE}
)
SELECT
  at,
  COUNT(*) AS calls,
  SUM(outcome IN ('error', 'timeout')) AS errors,
  COUNT(DISTINCT user_hash) AS users, ${PERCENTILES}
FROM ranked
GROUP BY at
ORDER BY at`;

/** Active people of each day: first who was there on which day, then the days of each window. */
export const RETENTION_SQL = `
WITH active AS MATERIALIZED (
  SELECT DISTINCT
    created_at / 86400000 AS day,
    user_hash
  FROM skill_usage
  WHERE created_at >= CAST(?1 AS INTEGER) - 29 * 86400000
    AND created_at < CAST(?2 AS INTEGER)
    AND user_hash IS NOT NULL
), days AS (
  SELECT DISTINCT day
  FROM active
  WHERE day >= CAST(?1 AS INTEGER) / 86400000
)
SELECT
  days.day,
  COUNT(DISTINCT CASE WHEN active.day = days.day THEN user_hash END) AS dau,
  COUNT(DISTINCT CASE WHEN active.day > days.day - 7 THEN user_hash END) AS wau,
  COUNT(DISTINCT user_hash) AS mau
FROM days
JOIN active ON active.day BETWEEN days.day - 29 AND days.day
GROUP BY days.day
ORDER BY days.day`;

/** New people of each day: the first stored call of everybody. */
export const NEW_USERS_SQL = `
SELECT
  first_at / 86400000 AS day,
  COUNT(*) AS new_users
FROM (
  SELECT MIN(created_at) AS first_at
  FROM skill_usage
  WHERE user_hash IS NOT NULL
  GROUP BY user_hash
)
WHERE first_at >= CAST(?1 AS INTEGER)
  AND first_at < CAST(?2 AS INTEGER)
GROUP BY 1
ORDER BY 1`;

/** ?3 is how many. */
export const ERRORS_SQL = `
SELECT
  id, created_at, skill, version, source, outcome, error_type, error_message, duration_ms, metadata
FROM skill_usage
WHERE ${IN_RANGE}
  AND outcome IN ('error', 'timeout')
ORDER BY created_at DESC, id DESC
LIMIT CAST(?3 AS INTEGER)`;

export const ERROR_GROUPS_SQL = `
SELECT
  skill,
  error_type,
  error_message,
  COUNT(*) AS count,
  MIN(created_at) AS first_at,
  MAX(created_at) AS last_at
FROM skill_usage
WHERE ${IN_RANGE}
  AND outcome IN ('error', 'timeout')
GROUP BY skill, error_type, error_message
ORDER BY count DESC, last_at DESC
LIMIT 200`;

export const INSERT_SQL = `
INSERT INTO skill_usage
  (skill, outcome, duration_ms, user_hash, session_hash, version, source, variant, error_type, error_message, metadata, created_at)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, CAST(?12 AS INTEGER))`;

export const CLEAN_UP_SQL = `
DELETE FROM skill_usage
WHERE created_at < CAST(?1 AS INTEGER)`;
