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
import { dayCellsQuery, eventCellsQuery, hourCellsQuery, planCells, quarterCellsQuery, type ReadPlan } from "../rollup/read-plan.ts";
import { acceptsAll, ceilTo, DAY_MS, floorTo } from "../rollup/scope.ts";
import { joinsDailyIdentities } from "./identity-mode.ts";
import type { Scope } from "./range.ts";

/** What a question needs of a reading. */
export interface Needs {
  /** Sums of the range before. */
  previous?: boolean;
  /** The people of skills or of periods, beside those of the whole range. */
  peopleByCell?: boolean;
  /** Periods of an hour. */
  hourly?: boolean;
  /** DAU, WAU, MAU and new users of the days that the range touches. */
  retention?: boolean;
}

/** Distinct people of a figure: `null` where they cannot be told apart, see `identity-mode.ts`. */
export type FigurePeople = PeopleCount | { users: null; isApproximate: false };

/** What was read. */
export interface Reading {
  cost: Cost;
  /** Cells that lie in [from, to). */
  cellsIn(from: number, to: number): UsageCell[];
  /** Distinct people of [from, to). */
  usersIn(from: number, to: number): FigurePeople;
  /** Distinct people of some cells of a range. */
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
  /** Whether the people of the range follow from what closed days keep. */
  isWholeDays: boolean;
  /** Whether closed days keep anything about these calls. */
  keepsDays: boolean;
}

const UNKNOWN_PEOPLE: FigurePeople = { users: null, isApproximate: false };

const NO_DAYS = { from: 0, to: 0 };

/** The UTC days that a range touches, as a span. */
export function wholeDays({ from, to }: { from: number; to: number }): { from: number; to: number } {
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
  const base = [
    bindQuery(db, dayCellsQuery, plan.cells.days),
    bindQuery(db, quarterCellsQuery, plan.cells.quarters),
    bindQuery(db, hourCellsQuery, plan.cells.hours),
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
  const joinsDays = (from: number, to: number) => joinsDailyIdentities(from, to, dailyUntil);
  const usersIn = (from: number, to: number) => (plan.isWholeDays ? people.usersOfDays(from, to, known, counter) : count(cellsIn(from, to)));
  // Of the range, or of the range before: which may lie across midnight where the range itself does not.
  const isOfDays = (some: readonly UsageCell[]) => {
    const first = some.reduce((earliest, { at }) => Math.min(earliest, at), range.from);
    const last = some.reduce((latest, { at }) => Math.max(latest, at), first);
    return joinsDays(range.from, range.to) || (some.length > 0 && joinsDays(first, last + 1));
  };
  const cellsIn = (from: number, to: number) => cells.filter((cell) => cell.at >= from && cell.at < to);
  return {
    cost,
    cellsIn,
    usersIn: (from, to) => (joinsDays(from, to) ? UNKNOWN_PEOPLE : usersIn(from, to)),
    usersOf: (some) => (isOfDays(some) ? UNKNOWN_PEOPLE : count(some)),
    usersOfPeriod: count,
    activeOn: (day) => people.activePeopleOn(day, known, counter),
  };
}

function planOf({ filters, range, previousFrom }: Scope, needs: Needs): Plan {
  const days = wholeDays(range);
  const keepsDays = acceptsAll(filters);
  const isWholeDays = keepsDays && range.from === days.from && range.to === days.to;
  const bounds = [range.from, range.to];
  if (needs.previous) bounds.push(previousFrom);
  if (needs.retention) bounds.push(days.from, days.to);
  // Nothing is kept of filtered calls, so the first day of each person is looked for in all cells.
  if (needs.retention && !keepsDays) bounds.push(0);
  const earliest = Math.min(...bounds, days.from - people.MONTH_DAYS * DAY_MS);
  const userDays = keepsDays && (needs.retention || isWholeDays) ? { from: floorTo(earliest, DAY_MS), to: days.to } : NO_DAYS;
  const hasKeptLength = [1, people.WEEK_DAYS, people.MONTH_DAYS].includes((range.to - range.from) / DAY_MS);
  return {
    keepsDays,
    isWholeDays,
    cells: planCells({
      bounds,
      hourly: needs.hourly ? range : null,
      dirtyFrom: userDays === NO_DAYS ? range.from : userDays.from,
      peopleFrom: !isWholeDays ? 0 : needs.peopleByCell ? range.from : days.to,
      filters,
    }),
    userDays: { ...userDays, peopleFrom: needs.previous && !hasKeptLength ? previousFrom : range.from },
    newUsers: needs.retention && keepsDays ? days : NO_DAYS,
  };
}

function peopleByDayOf(cells: readonly UsageCell[]): Map<number, People[]> {
  const byDay = groupCells(cells, (cell) => floorTo(cell.at, DAY_MS));
  return new Map([...byDay].map(([day, group]) => [day, group.map((cell) => cell.people)]));
}
