/**
 * Which calls a reading is about: a span of time and filters, as SQL and as its parameters.
 *
 * Filters are JSON arrays, one parameter each, so that their length never meets D1's limit of 100 parameters a query.
 */

export const HOUR_MS = 3_600_000;
/** A quarter of a day: 00, 06, 12 or 18 o'clock UTC and the six hours from then. */
export const QUARTER_MS = 21_600_000;
export const DAY_MS = 86_400_000;

/** The lengths of the periods that are rolled up. */
export const PERIODS_MS: readonly number[] = [HOUR_MS, QUARTER_MS, DAY_MS];

/** JSON arrays of accepted values; `null` accepts all. */
export interface FilterParams {
  skill: string | null;
  version: string | null;
  source: string | null;
  variant: string | null;
}

/** Accepts every call. */
export const NO_FILTERS: FilterParams = { skill: null, version: null, source: null, variant: null };

/** A span of time, `from` inclusive, `to` exclusive, in ms, and its filters. */
export interface ScopeParams {
  from: number;
  to: number;
  filters: FilterParams;
}

/** Narrows a statement to some labels: ?3 to ?6. */
export const FILTER_SQL: string = `(?3 IS NULL OR skill IN (SELECT value FROM json_each(?3)))
  AND (?4 IS NULL OR version IN (SELECT value FROM json_each(?4)))
  AND (?5 IS NULL OR source IN (SELECT value FROM json_each(?5)))
  AND (?6 IS NULL OR variant IN (SELECT value FROM json_each(?6)))`;

/** Narrows a statement over the events: ?1 and ?2 are the span, ?3 to ?6 the filters. D1 binds numbers as REAL. */
export const SCOPE_SQL: string = `started_at >= CAST(?1 AS INTEGER)
  AND started_at < CAST(?2 AS INTEGER)
  AND ${FILTER_SQL}`;

/** Binds `SCOPE_SQL`. */
export function bindScope({ from, to, filters }: ScopeParams): unknown[] {
  return [from, to, ...bindFilters(filters)];
}

/** Binds `FILTER_SQL`. */
export function bindFilters(filters: FilterParams): unknown[] {
  return [filters.skill, filters.version, filters.source, filters.variant];
}

/** Whether filters accept every call. */
export function acceptsAll(filters: FilterParams): boolean {
  return bindFilters(filters).every((filter) => filter === null);
}

/** The largest multiple of `step` that is not above a time. */
export function floorTo(at: number, step: number): number {
  return Math.floor(at / step) * step;
}

/** The smallest multiple of `step` that is not below a time. */
export function ceilTo(at: number, step: number): number {
  return Math.ceil(at / step) * step;
}

/** The UTC date of a time, `YYYY-MM-DD`. */
export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
