/**
 * Do the people who came in one week still come weeks later?
 *
 * Goes by the lists of people that closed days keep and by the first day of each person, so it takes no filters: of which
 * skill somebody's first call was is kept nowhere. Reads a row a day, and one for everybody who came new.
 */
import { bindQuery, type Database, type Query, runBatch } from "../database.ts";
import { cellOf, type CellRow, type UsageCell } from "../rollup/cell.ts";
import { type DaysParams, dirtyDaysQuery, type UserDayRow, userDaysQuery } from "../rollup/people.ts";
import { isSampled, peopleOf, type People } from "../rollup/people-set.ts";
import { eventCellsQuery, hourCellsQuery, planCells, quarterCellsQuery, type Span } from "../rollup/read-plan.ts";
import { acceptsAll, dateOf, DAY_MS, floorTo, NO_FILTERS } from "../rollup/scope.ts";
import type { Cohort, Cohorts } from "./answers.ts";
import { requireStableIdentity } from "./identity-mode.ts";
import { countOf } from "./page.ts";
import { type AnalyticsQuery, InvalidQueryError, scopeOf } from "./range.ts";
import { approximately, envelopeOf } from "./shape.ts";

/** A question about cohorts. It takes no filters, and weeks instead of a range. */
export interface CohortsQuery extends AnalyticsQuery {
  /** ISO weeks (UTC) that end with the current one, 1 to 26. @default 12 */
  weeks?: number | undefined;
}

const DEFAULT_WEEKS = 12;
const MAX_WEEKS = 26;

const WEEK_MS = 7 * DAY_MS;
/** 1970-01-05, the first Monday. */
const MONDAY_MS = 4 * DAY_MS;

export interface FirstDayRow {
  day: number;
  /** JSON: who called for the first time on that day, as far as roll-ups know. */
  people: string;
}

/** Reads who was new on each day. */
export const firstDaysQuery: Query<DaysParams, FirstDayRow> = {
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
  columns: ["day", "people"],
};

/**
 * Answers how many of the people who first called in one week called in that and in each later week.
 *
 * @throws InvalidQueryError when `weeks` is not 1 to 26, or filters are given; IdentityModeError where people are known for a day only
 */
export async function getCohorts(db: Database, query: CohortsQuery = {}): Promise<Cohorts> {
  requireStableIdentity("cohorts", query);
  const { skill, version, source, variant, now } = query;
  const scope = scopeOf({ skill, version, source, variant, now });
  if (!acceptsAll(scope.filters)) throw new InvalidQueryError("Cohorts are of all people: they take no filters.");
  const weeks = countOf(query.weeks ?? DEFAULT_WEEKS, "weeks", MAX_WEEKS);
  const to = floorTo(scope.now - MONDAY_MS, WEEK_MS) + MONDAY_MS + WEEK_MS;
  const range = { from: to - weeks * WEEK_MS, to, preset: null };
  // A late call of long ago makes somebody old who seemed new.
  const plan = planCells({ spans: [range], hourly: null, dirtyFrom: 0, peopleFrom: 0, filters: NO_FILTERS });
  const { rows, cost } = await runBatch<[FirstDayRow, UserDayRow, { day: number }, CellRow, CellRow, CellRow]>(db, [
    bindQuery(db, firstDaysQuery, range),
    bindQuery(db, userDaysQuery, { ...range, peopleFrom: range.from }),
    bindQuery(db, dirtyDaysQuery, range),
    bindQuery(db, quarterCellsQuery, plan.quarters),
    bindQuery(db, hourCellsQuery, plan.hours),
    bindQuery(db, eventCellsQuery, plan.events),
  ]);
  const [firstDays, userDays, dirtyDays, quarters, hours, events] = rows;
  const dirty = new Set(dirtyDays.map(({ day }) => day));
  const closed = userDays.filter(({ day }) => !dirty.has(day));
  const cells = [...quarters, ...hours, ...events].map(cellOf);
  return { ...envelopeOf({ ...scope, range }, cost), ...cohortsOf(range, firstDays, closed, cells) };
}

/** Somebody new in the range. */
interface Newcomer {
  /** Week of the first call, from 0; below 0: was there before. */
  week: number;
  /** The latest week in which a call was counted. */
  counted: number;
}

/** Puts cohorts together from first days, the people of closed days, and the cells of dirty ones. Pure. */
export function cohortsOf(
  range: Span,
  firstDays: readonly FirstDayRow[],
  closedDays: readonly UserDayRow[],
  dirtyCells: readonly UsageCell[],
): Pick<Cohorts, "weeks" | "usersApproximate"> {
  const weekOf = (at: number) => Math.floor((at - range.from) / WEEK_MS);
  const newcomers = newcomersOf(firstDays, dirtyCells, weekOf);
  const days = [
    ...closedDays.map(({ day, dau, people, people_level: level }) => ({ week: weekOf(day), people: peopleOf(dau, people ?? "[]", level) })),
    ...dirtyCells.filter(({ at }) => at >= range.from).map(({ at, people }) => ({ week: weekOf(at), people })),
  ].sort((left, right) => left.week - right.week);
  const level = days.reduce((highest, { people }) => Math.max(highest, people.level), 0);
  const weeks = Array.from({ length: weekOf(range.to) }, (_, week) => emptyCohort(range.from + week * WEEK_MS, weekOf(range.to) - week));
  for (const { week } of newcomers.values()) {
    const cohort = weeks[week];
    if (cohort !== undefined) cohort.size++;
  }
  for (const { week, people } of days) countActive(weeks, newcomers, week, people, level);
  return { weeks, ...approximately(level > 0) };
}

/** Who is new, and since which week: by what roll-ups know, put right by the calls of dirty days. */
function newcomersOf(firstDays: readonly FirstDayRow[], dirtyCells: readonly UsageCell[], weekOf: (at: number) => number): Map<number | string, Newcomer> {
  const newcomers = new Map<number | string, Newcomer>();
  for (const { day, people } of firstDays) {
    const members: number[] = JSON.parse(people);
    for (const member of members) newcomers.set(member, { week: weekOf(day), counted: -1 });
  }
  for (const { at, people } of dirtyCells) {
    for (const member of people.members) {
      const known = newcomers.get(member);
      if (known !== undefined) known.week = Math.min(known.week, weekOf(at));
      // Who has no number yet was never rolled up; a number that is not known here is of somebody who was there before.
      else if (typeof member === "string") newcomers.set(member, { week: weekOf(at), counted: -1 });
    }
  }
  return newcomers;
}

function emptyCohort(monday: number, weeks: number): Cohort {
  return { week: dateOf(monday), size: 0, active: new Array<number>(weeks).fill(0) };
}

/** Counts those of some people who are new in the range, once a week. Where lists are samples, each stands for 2^level. */
function countActive(weeks: readonly Cohort[], newcomers: ReadonlyMap<number | string, Newcomer>, week: number, people: People, level: number): void {
  for (const member of people.members) {
    const newcomer = newcomers.get(member);
    const cohort = newcomer && weeks[newcomer.week];
    if (cohort === undefined || newcomer === undefined || newcomer.counted === week || !isSampled(member, level)) continue;
    newcomer.counted = week;
    const after = week - newcomer.week;
    const weight = typeof member === "string" ? 1 : 2 ** level;
    cohort.active[after] = Math.min(cohort.size, (cohort.active[after] ?? 0) + weight);
  }
}
