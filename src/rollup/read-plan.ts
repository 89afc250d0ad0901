/**
 * How a span of time is read: whole clean days from daily cells, clean quarters of other days from theirs, clean hours
 * from hourly cells, dirty hours from the events. Every moment is read exactly once, so that the figures are exact at every moment.
 *
 * What is dirty is looked up by the statements themselves: all of them run in one transaction, so no
 * roll-up can come between the plan and the reading.
 */
import type { Query } from "../database.ts";
import { CELL_COLUMNS, type CellRow } from "./cell.ts";
import { CELLS_OF_SPANS_SQL } from "./cells-of-events.ts";
import { bindFilters, ceilTo, DAY_MS, FILTER_SQL, type FilterParams, floorTo, HOUR_MS, QUARTER_MS } from "./scope.ts";

/** A span of time, `from` inclusive, `to` exclusive, in ms. */
export interface Span {
  from: number;
  to: number;
}

/** What a reading of cells is about. */
export interface CellsWanted {
  /** The spans of which sums are wanted, on the hour. Between them whole days are not read. */
  spans: readonly Span[];
  /** The span that is shown by the hour. */
  hourly: Span | null;
  /** Dirty days are read from here on, even before the first bound: their people count towards later windows. */
  dirtyFrom: number;
  /** Daily cells from here on come with their people. */
  peopleFrom: number;
  filters: FilterParams;
}

/** The parameters of the statements that read cells. */
export interface ReadPlan {
  days: SegmentParams;
  quarters: SegmentParams;
  hours: SegmentParams;
  events: SegmentParams;
}

export interface SegmentParams extends Span {
  filters: FilterParams;
  /** Days that are read whole where they are clean. */
  days: readonly number[];
  /** Days that are read by the hour although they are clean. */
  hourDays: readonly number[];
  peopleFrom: number;
}

/** Plans a reading. Pure. */
export function planCells({ spans, hourly, dirtyFrom, peopleFrom, filters }: CellsWanted): ReadPlan {
  const edges = spans.flatMap(({ from, to }) => [from, to]);
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
function daysIn({ from, to }: Span): number[] {
  const days: number[] = [];
  for (let day = floorTo(from, DAY_MS); day < to; day += DAY_MS) days.push(day);
  return days;
}

const COLUMNS_SQL = CELL_COLUMNS.join(", ");

const COLUMNS_SQL_PEOPLE_FROM = COLUMNS_SQL.replace("people,", "CASE WHEN starts_at >= CAST(?8 AS INTEGER) THEN people END AS people,");

/** Reads the cells of whole clean days. Goes by the days, since D1 counts each look into a list as a row read. */
export const dayCellsQuery: Query<SegmentParams, CellRow> = {
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
  columns: CELL_COLUMNS,
};

/** Starts of parts of `ms` in a whole of `count` of them, as JSON. */
const startsOf = (count: number, ms: number): string => JSON.stringify(Array.from({ length: count }, (_, index) => index * ms));
const QUARTERS_OF_DAY = startsOf(4, QUARTER_MS);
const HOURS_OF_QUARTER = startsOf(6, HOUR_MS);

/** Reads the cells of clean quarters of dirty days. What is wanted by the hour is left to the hours. */
export const quarterCellsQuery: Query<SegmentParams, CellRow> = {
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
  columns: CELL_COLUMNS,
};

/** Reads the cells of clean hours, where a quarter is dirty or its day is wanted by the hour. */
export const hourCellsQuery: Query<SegmentParams, CellRow> = {
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
  columns: CELL_COLUMNS,
};

/** Makes the cells of dirty hours from their events. */
export const eventCellsQuery: Query<SegmentParams, CellRow> = {
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
  columns: CELL_COLUMNS,
};

/** The queries that read cells. */
export interface CellQueries {
  days: Query<SegmentParams, CellRow>;
  quarters: Query<SegmentParams, CellRow>;
  hours: Query<SegmentParams, CellRow>;
}

const OF_ALL: CellQueries = { days: dayCellsQuery, quarters: quarterCellsQuery, hours: hourCellsQuery };

/** The same for filters that want one skill: they look it up in each period rather than pass over all other skills. */
export const OF_SKILL: CellQueries = { days: seekingSkill(dayCellsQuery), quarters: seekingSkill(quarterCellsQuery), hours: seekingSkill(hourCellsQuery) };

function seekingSkill(query: Query<SegmentParams, CellRow>): Query<SegmentParams, CellRow> {
  return { ...query, sql: query.sql.replace("CROSS JOIN skill_usage_cells ON ", "CROSS JOIN skill_usage_cells ON skill = (?3 ->> 0) AND ") };
}

/** The queries that read the cells of some filters with the fewest rows. */
export function cellQueriesFor({ skill }: FilterParams): CellQueries {
  return skill !== null && JSON.parse(skill).length === 1 ? OF_SKILL : OF_ALL;
}
