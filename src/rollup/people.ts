/**
 * Active people by day: DAU, WAU, MAU and who is new. They are no sum of cells, so closed days keep their counts and
 * their people; what a dirty day changes is counted anew from the people of the days around it.
 */
import type { Query } from "../database.ts";
import { KNOWN_AS_SQL } from "./aliases.ts";
import { type People, type PeopleCount, type PeopleCounter, peopleOf } from "./people-set.ts";
import { DAY_MS, HOUR_MS } from "./scope.ts";

/** The windows of WAU and MAU, in days. */
export const WEEK_DAYS = 7;
export const MONTH_DAYS = 30;

/** A span of days, `from` inclusive, `to` exclusive, in ms. */
export interface DaysParams {
  from: number;
  to: number;
}

export interface UserDaysParams extends DaysParams {
  /** Days from here on come with their people. */
  peopleFrom: number;
}

export interface UserDayRow {
  day: number;
  dau: number;
  /** `null` until counted. */
  wau: number | null;
  mau: number | null;
  new_users: number;
  people: string | null;
  people_level: number;
}

/** How far the longest window reaches back from the day with which it ends. */
const WINDOW_MS = (MONTH_DAYS - 1) * DAY_MS;

/** Reads the closed days. Their people come with them where something must be counted: near dirty or uncounted days too. */
export const userDaysQuery: Query<UserDaysParams, UserDayRow> = {
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
  columns: ["day", "dau", "wau", "mau", "new_users", "people", "people_level"],
};

/** Reads which days are dirty. */
export const dirtyDaysQuery: Query<DaysParams, { day: number }> = {
  sql: `
SELECT starts_at AS day
FROM skill_usage_dirty
WHERE period_ms = ${DAY_MS}
  AND starts_at >= CAST(?1 AS INTEGER)
  AND starts_at < CAST(?2 AS INTEGER)
ORDER BY starts_at`,
  bind: (params) => [params.from, params.to],
  columns: ["day"],
};

export interface NewUsersRow {
  day: number;
  users: number;
}

/** Counts the people whose first call was on a dirty day, as far as roll-ups know. */
export const newUsersQuery: Query<DaysParams, NewUsersRow> = {
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
  columns: ["day", "users"],
};

export interface EarlierRow {
  day: number;
  /** The day that counts these people as new so far; `null` when none does. */
  known_day: number | null;
  users: number;
}

/** Counts the people whose first call is in a dirty hour, earlier than roll-ups know. Looks at all dirty hours before `to`. */
export const earlierPeopleQuery: Query<Pick<DaysParams, "to">, EarlierRow> = {
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
  columns: ["day", "known_day", "users"],
};

/** Active people of one day and of the windows that end on it. */
export interface ActivePeople {
  dau: number;
  wau: number;
  mau: number;
  newUsers: number;
  isApproximate: boolean;
}

/** What is known of some days. */
export interface DaysKnown {
  /** Counts that were kept and still hold, by day. */
  kept: ReadonlyMap<number, { dau: number; wau: number; mau: number }>;
  /** The people of each day, in one set or several, by day. */
  people: ReadonlyMap<number, readonly People[]>;
  newUsers: ReadonlyMap<number, number>;
}

/** What the queries of this file gave. */
export interface DaysRead {
  userDays: readonly UserDayRow[];
  dirtyDays: readonly { day: number }[];
  newUsers: readonly NewUsersRow[];
  earlier: readonly EarlierRow[];
}

/** Puts together what closed days keep, and the people of dirty days, which come from cells. */
export function daysKnownOf({ userDays, dirtyDays, newUsers, earlier }: DaysRead, peopleByDay: ReadonlyMap<number, readonly People[]>): DaysKnown {
  // What was kept of a dirty day no longer holds.
  const clean = userDays.filter(({ day }) => !dirtyDays.some((dirty) => dirty.day === day));
  const kept = new Map<number, { dau: number; wau: number; mau: number }>();
  const people = new Map<number, readonly People[]>();
  for (const { day } of dirtyDays) people.set(day, peopleByDay.get(day) ?? []);
  for (const { day, dau, wau, mau, people: members, people_level: level } of clean) {
    if (members !== null) people.set(day, [peopleOf(dau, members, level)]);
    const isDoubtful = dirtyDays.some((dirty) => dirty.day <= day && dirty.day >= day - WINDOW_MS);
    if (wau !== null && mau !== null && !isDoubtful) kept.set(day, { dau, wau, mau });
  }
  return { kept, people, newUsers: newUsersOf(clean, newUsers, earlier) };
}

/** People whose first call was on each day: kept, counted on dirty days, and put right by the events of dirty hours. */
function newUsersOf(rows: readonly UserDayRow[], dirty: readonly NewUsersRow[], earlier: readonly EarlierRow[]): Map<number, number> {
  const newUsers = new Map(rows.map((row) => [row.day, row.new_users]));
  const add = (day: number, users: number) => newUsers.set(day, (newUsers.get(day) ?? 0) + users);
  for (const { day, users } of dirty) add(day, users);
  for (const { day, known_day, users } of earlier) {
    add(day, users);
    if (known_day !== null) add(known_day, -users);
  }
  return newUsers;
}

/** Distinct people of the days [from, to). */
export function usersOfDays(from: number, to: number, known: DaysKnown, counter: PeopleCounter): PeopleCount {
  const counts = known.kept.get(to - DAY_MS);
  const days = (to - from) / DAY_MS;
  if (counts !== undefined && days === 1) return { users: counts.dau, isApproximate: false };
  if (counts !== undefined && days === WEEK_DAYS) return { users: counts.wau, isApproximate: false };
  if (counts !== undefined && days === MONTH_DAYS) return { users: counts.mau, isApproximate: false };
  return counter.count(peopleOfDays(from, to, known));
}

/** The people of the days [from, to), day by day. */
export function peopleOfDays(from: number, to: number, { people }: Pick<DaysKnown, "people">): People[] {
  const sets: People[] = [];
  for (let day = from; day < to; day += DAY_MS) sets.push(...(people.get(day) ?? []));
  return sets;
}

/** The active people of one day. */
export function activePeopleOn(day: number, known: DaysKnown, counter: PeopleCounter): ActivePeople {
  const window = (days: number) => usersOfDays(day - (days - 1) * DAY_MS, day + DAY_MS, known, counter);
  const [dau, wau, mau] = [window(1), window(WEEK_DAYS), window(MONTH_DAYS)];
  return {
    dau: dau.users,
    wau: wau.users,
    mau: mau.users,
    newUsers: known.newUsers.get(day) ?? 0,
    isApproximate: dau.isApproximate || wau.isApproximate || mau.isApproximate,
  };
}

/** People whose first day is each day, by the people of all days. Where lists are samples, of those in the samples. */
export function firstDaysOf(peopleByDay: ReadonlyMap<number, readonly People[]>): Map<number, number> {
  const seen = new Set<number | string>();
  const newUsers = new Map<number, number>();
  for (const [day, sets] of [...peopleByDay].sort(([left], [right]) => left - right)) {
    const before = seen.size;
    for (const { members } of sets) for (const member of members) seen.add(member);
    newUsers.set(day, seen.size - before);
  }
  return newUsers;
}
