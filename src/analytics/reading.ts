/**
 * One reading of what the questions are answered from: usage cells, and the people of days. All in one transaction.
 *
 * People without filters over whole days come from what closed days keep; under filters, or for parts of days, from the
 * lists in the cells.
 */
import { type BatchAnswer, bindQuery, type BoundQuery, type Cost, type Database, runBatchAlong } from "../database.ts";
import { cellOf, type CellRow, groupCells, type UsageCell } from "../rollup/cell.ts";
import * as people from "../rollup/people.ts";
import { type People, type PeopleCount, PeopleCounter } from "../rollup/people-set.ts";
import { cellQueriesFor, eventCellsQuery, planCells, type ReadPlan, type Span } from "../rollup/read-plan.ts";
import { acceptsAll, ceilTo, DAY_MS, floorTo } from "../rollup/scope.ts";
import { joinsDailyIdentities } from "./identity-mode.ts";
import { MAX_RANGE_DAYS, type Scope } from "./range.ts";

/** What a question needs of a reading. */
export interface Needs {
  /** Sums of the range that is compared to. */
  previous?: boolean;
  /** The people of skills or of periods, beside those of the whole range. */
  peopleByCell?: boolean;
  /** Periods of an hour. */
  hourly?: boolean;
  /** DAU, WAU, MAU and new users of the days that the range touches. */
  retention?: boolean;
  /** Dirty days of any time, along with the range: what day cells say of them does not hold. */
  allDirty?: boolean;
}

/** Distinct people of a figure: `null` where they cannot be told apart, see `identity-mode.ts`. */
export type FigurePeople = PeopleCount | { users: null; isApproximate: false };

/** What was read. */
export interface Reading {
  cost: Cost;
  /** Cells that lie in a span. */
  cellsIn(span: Span): UsageCell[];
  /** Distinct people of the range, or of the one that it is compared to. */
  usersIn(span: Span): FigurePeople;
  /** Distinct people of some cells of one of these ranges. */
  usersOf(cells: readonly UsageCell[]): FigurePeople;
  /** Distinct people of the cells of one period: of a day at most. */
  usersOfPeriod(cells: readonly UsageCell[]): PeopleCount;
  /** Active people of a UTC day. */
  activeOn(day: number): people.ActivePeople;
}

interface Plan {
  cells: ReadPlan;
  userDays: people.UserDaysParams;
  /** Days whose new users are wanted. */
  newUsers: people.DaysParams;
  /** Whether people follow from what closed days keep, save those of a last part of a day. */
  hasDays: boolean;
  /** Whether closed days keep anything about these calls. */
  keepsDays: boolean;
}

const UNKNOWN_PEOPLE: FigurePeople = { users: null, isApproximate: false };

const NO_DAYS = { from: 0, to: 0 };

/** The UTC days that a range touches, as a span. */
export function wholeDays({ from, to }: Span): Span {
  return { from: floorTo(from, DAY_MS), to: ceilTo(to, DAY_MS) };
}

/** Reads what a question needs. */
export async function readUsage(db: Database, scope: Scope, needs: Needs): Promise<Reading> {
  return (await readUsageAlong(db, scope, needs, [])).reading;
}

/** Reads what a question needs, and the rows of other queries in the same transaction. */
export async function readUsageAlong<const Rows extends readonly unknown[]>(
  db: Database,
  scope: Scope,
  needs: Needs,
  along: { [Index in keyof Rows]: BoundQuery<Rows[Index]> },
): Promise<{ reading: Reading; along: { [Index in keyof Rows]: Rows[Index][] } }> {
  const plan = planOf(scope, needs);
  const cells = cellQueriesFor(scope.filters);
  const base = [
    bindQuery(db, cells.days, plan.cells.days),
    bindQuery(db, cells.quarters, plan.cells.quarters),
    bindQuery(db, cells.hours, plan.cells.hours),
    bindQuery(db, eventCellsQuery, plan.cells.events),
    bindQuery(db, people.userDaysQuery, plan.userDays),
    bindQuery(db, people.dirtyDaysQuery, plan.userDays),
    bindQuery(db, people.newUsersQuery, plan.newUsers),
    bindQuery(db, people.earlierPeopleQuery, plan.newUsers),
  ] as const;
  const { rows, alongRows, cost } = await runBatchAlong<BaseRows, Rows>(db, base, along);
  return { reading: readingOf(scope, plan, rows, cost), along: alongRows };
}

type BaseRows = readonly [CellRow, CellRow, CellRow, CellRow, people.UserDayRow, { day: number }, people.NewUsersRow, people.EarlierRow];

function readingOf({ range, dailyUntil }: Scope, plan: Plan, rows: BatchAnswer<BaseRows>["rows"], cost: Cost): Reading {
  const [dayCells, quarterCells, hourCells, eventCells, userDays, dirtyDays, newUsers, earlier] = rows;
  const cells = [...dayCells, ...quarterCells, ...hourCells, ...eventCells].map(cellOf);
  const peopleByDay = peopleByDayOf(cells);
  const known = plan.keepsDays
    ? people.daysKnownOf({ userDays, dirtyDays, newUsers, earlier }, peopleByDay)
    : { kept: new Map(), people: peopleByDay, newUsers: people.firstDaysOf(peopleByDay) };
  const counter = new PeopleCounter();
  const count = (some: readonly UsageCell[]) => counter.count(some.map((cell) => cell.people));
  const joinsDays = ({ from, to }: Span) => joinsDailyIdentities(from, to, dailyUntil);
  const usersIn = ({ from, to }: Span) => {
    const day = plan.hasDays ? floorTo(to, DAY_MS) : from;
    if (day === to) return people.usersOfDays(from, to, known, counter);
    return counter.count([...people.peopleOfDays(from, day, known), ...cellsIn({ from: day, to }).map((cell) => cell.people)]);
  };
  // Of the range, or of the one compared to: which may lie across midnight where the range itself does not.
  const isOfDays = (some: readonly UsageCell[]) => {
    const first = some.reduce((earliest, { at }) => Math.min(earliest, at), Number.POSITIVE_INFINITY);
    const last = some.reduce((latest, { at }) => Math.max(latest, at), 0);
    return joinsDays(range) || (some.length > 0 && joinsDays({ from: first, to: last + 1 }));
  };
  const cellsIn = ({ from, to }: Span) => cells.filter((cell) => cell.at >= from && cell.at < to);
  return {
    cost,
    cellsIn,
    usersIn: (span) => (joinsDays(span) ? UNKNOWN_PEOPLE : usersIn(span)),
    usersOf: (some) => (isOfDays(some) ? UNKNOWN_PEOPLE : count(some)),
    usersOfPeriod: count,
    activeOn: (day) => people.activePeopleOn(day, known, counter),
  };
}

function planOf({ filters, range, comparedTo, before }: Scope, needs: Needs): Plan {
  const days = wholeDays(range);
  const keepsDays = acceptsAll(filters);
  const asked: Span[] = needs.previous ? [range, comparedTo, before] : [range];
  const askedFrom = Math.min(...asked.map(({ from }) => from));
  const hasDays = keepsDays && asked.every(({ from }) => from % DAY_MS === 0);
  const spans = needs.retention ? [...asked, days] : asked;
  // Nothing is kept of filtered calls, so the first day of each person is looked for in all cells.
  if (needs.retention && !keepsDays) spans.push({ from: days.from - MAX_RANGE_DAYS * DAY_MS, to: days.from });
  const earliest = Math.min(askedFrom, days.from - people.MONTH_DAYS * DAY_MS);
  const userDays = keepsDays && (needs.retention || hasDays) ? { from: floorTo(earliest, DAY_MS), to: days.to } : NO_DAYS;
  const hasKeptLength = asked.every(({ from, to }) => [1, people.WEEK_DAYS, people.MONTH_DAYS].includes((to - from) / DAY_MS));
  return {
    keepsDays,
    hasDays,
    cells: planCells({
      spans,
      hourly: needs.hourly ? range : null,
      dirtyFrom: needs.allDirty ? 0 : userDays === NO_DAYS ? range.from : userDays.from,
      peopleFrom: !hasDays ? 0 : needs.peopleByCell ? askedFrom : days.to,
      filters,
    }),
    userDays: { ...userDays, peopleFrom: hasKeptLength ? range.from : askedFrom },
    newUsers: needs.retention && keepsDays ? days : NO_DAYS,
  };
}

function peopleByDayOf(cells: readonly UsageCell[]): Map<number, People[]> {
  const byDay = groupCells(cells, (cell) => floorTo(cell.at, DAY_MS));
  return new Map([...byDay].map(([day, group]) => [day, group.map((cell) => cell.people)]));
}
