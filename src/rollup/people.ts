/**
 * Distinct people: the one figure that does not add up over cells, so it is counted where the pseudonyms are.
 */
import type { Query } from "../database.ts";
import { bindScope, DAY_MS, SCOPE_SQL, type ScopeParams } from "./scope.ts";

export interface PeopleRow {
  users: number;
}

/** Distinct people of a scope. */
export const peopleQuery: Query<ScopeParams, PeopleRow> = {
  sql: `
SELECT
  COUNT(DISTINCT user_hash) AS users
FROM skill_usage_events
WHERE ${SCOPE_SQL}`,
  bind: bindScope,
  columns: ["users"],
};

export interface SkillPeopleRow {
  skill: string;
  users: number;
}

/** Distinct people per skill. */
export const skillPeopleQuery: Query<ScopeParams, SkillPeopleRow> = {
  sql: `
SELECT
  skill,
  COUNT(DISTINCT user_hash) AS users
FROM skill_usage_events
WHERE ${SCOPE_SQL}
GROUP BY skill
ORDER BY skill`,
  bind: bindScope,
  columns: ["skill", "users"],
};

export interface PeriodParams extends ScopeParams {
  periodMs: number;
}

export interface PeriodPeopleRow {
  at: number;
  users: number;
}

/** Distinct people per hour or day. */
export const periodPeopleQuery: Query<PeriodParams, PeriodPeopleRow> = {
  sql: `
SELECT
  started_at / CAST(?7 AS INTEGER) * CAST(?7 AS INTEGER) AS at,
  COUNT(DISTINCT user_hash) AS users
FROM skill_usage_events
WHERE ${SCOPE_SQL}
GROUP BY 1
ORDER BY 1`,
  bind: (params) => [...bindScope(params), params.periodMs],
  columns: ["at", "users"],
};

export interface SkillPeriodPeopleRow {
  at: number;
  skill: string;
  users: number;
}

/** Distinct people per skill and hour or day. */
export const skillPeriodPeopleQuery: Query<PeriodParams, SkillPeriodPeopleRow> = {
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
  columns: ["at", "skill", "users"],
};

/** The windows of WAU and MAU, in days. */
export const WEEK_DAYS = 7;
export const MONTH_DAYS = 30;

/** People who were active on a day, by how long they then stayed away. */
export interface ActivityRow {
  /** Days since 1970. */
  day: number;
  /** Days until they came back, at most 30. */
  gap: number;
  /** 1 when it was their first stored day, else 0. */
  is_new: number;
  users: number;
}

/**
 * Reads activity: people by day and by days until their next active day.
 *
 * A person active on day d and next on day d + gap is inside a window of w days that ends on any day of
 * d … d + min(gap, w) − 1, and on none twice. So DAU, WAU and MAU of every day follow from these few rows.
 */
export const activityQuery: Query<ScopeParams, ActivityRow> = {
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
  columns: ["day", "gap", "is_new", "users"],
};

/** Distinct people of one day and of the windows that end on it. */
export interface ActivePeople {
  dau: number;
  wau: number;
  mau: number;
  newUsers: number;
}

/** Gives the active people of one day, from activity that reaches at least 29 days back. */
export function activePeopleOn(day: number, rows: readonly ActivityRow[]): ActivePeople {
  const people: ActivePeople = { dau: 0, wau: 0, mau: 0, newUsers: 0 };
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
