/**
 * What cannot be said of people who are known for one UTC day only (`identity: "daily"`): everything that joins days. It is
 * refused, or `null`, rather than answered with a sum of strangers.
 *
 * After a change back to `stable` the same holds for ranges that reach into the daily time; so what counts is the moment
 * up to which pseudonyms were daily, and the mode itself is that moment put off for ever.
 */
import { DAY_MS, floorTo } from "../rollup/scope.ts";
import { type AnalyticsQuery, type Scope, scopeOf } from "./range.ts";

/** Thrown for a question that joins days, about people who are known for one day only. */
export class IdentityModeError extends Error {
  override readonly name = "IdentityModeError";
}

/** Questions that only people who are known for good can answer, and for how many days before their range they look. */
const JOINS_DAYS: Readonly<Record<string, number>> = { retention: 29, cohorts: 27 * 7 };

/**
 * Refuses a question that joins days where that cannot be done.
 *
 * @throws IdentityModeError
 */
export function requireStableIdentity(question: string, query: AnalyticsQuery): void {
  const daysBefore = Object.hasOwn(JOINS_DAYS, question) ? JOINS_DAYS[question] : undefined;
  const { dailyIdentityUntil } = query;
  if (daysBefore === undefined || dailyIdentityUntil === undefined || dailyIdentityUntil === null) return;
  if (dailyIdentityUntil === Number.POSITIVE_INFINITY) {
    throw new IdentityModeError('With identity "daily" nobody is known for longer than a UTC day, so nobody can be seen coming back.');
  }
  const from = floorTo(scopeOf(query).range.from, DAY_MS) - daysBefore * DAY_MS;
  if (from >= dailyIdentityUntil) return;
  const first = new Date(dailyIdentityUntil + daysBefore * DAY_MS).toISOString();
  throw new IdentityModeError(`Up to ${new Date(dailyIdentityUntil).toISOString()} people were known for a UTC day only. Ask for a range that begins at ${first} or later.`);
}

/** Whether people of [from, to) would have to be joined over days on which they were not known by the same pseudonym. */
export function joinsDailyIdentities(from: number, to: number, dailyUntil: number): boolean {
  return from < dailyUntil && floorTo(from, DAY_MS) !== floorTo(to - 1, DAY_MS);
}

/** Whether the retention of a range can be told: see `requireStableIdentity`. */
export function hasRetention(scope: Scope): boolean {
  return floorTo(scope.range.from, DAY_MS) - (JOINS_DAYS["retention"] ?? 0) * DAY_MS >= scope.dailyUntil;
}
