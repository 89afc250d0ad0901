/**
 * What an analytics question asks for: its range, its filters, and how both are read from a URL.
 *
 * Ranges lie on whole UTC hours, so that an answer can be put together from roll-ups. The answer says what was used.
 */
import { ceilTo, DAY_MS, type FilterParams, floorTo, HOUR_MS } from "../rollup/scope.ts";
import type { RangeUsed, Span } from "./answers.ts";

/** The ranges that have a name. */
export type RangePreset = "24h" | "7d" | "30d" | "90d";

/** Labels that an answer can be narrowed to. Several values of one label are alternatives. */
export interface Filters {
  skill?: string | readonly string[] | undefined;
  version?: string | readonly string[] | undefined;
  source?: string | readonly string[] | undefined;
  variant?: string | readonly string[] | undefined;
}

/** A question: which calls, and when. */
export interface AnalyticsQuery extends Filters {
  /** `24h` is the current hour and the 23 before it; `Nd` is today (UTC) and the N−1 days before it. @default "7d" */
  range?: RangePreset | undefined;
  /** Start, instead of `range`: ms since 1970 or ISO 8601 with zone. Widened to the hour. */
  from?: number | string | undefined;
  /** End (exclusive), with `from`. Widened to the hour. @default now */
  to?: number | string | undefined;
  /** Start of the range that is compared to: before the start of the range, on the hour or widened to it. @default as long before as the range is long */
  compareFrom?: number | string | undefined;
  /** The current time in ms, for tests. @default Date.now() */
  now?: number | undefined;
  /** Rows that the Worker may write in a UTC day, shown beside what it wrote. @default null (no budget) */
  dailyRowsWrittenBudget?: number | null | undefined;
  /**
   * Up to when people were known for a UTC day only, in ms since 1970: `Infinity` with `identity: "daily"`. People of ranges that join
   * such days are `null`. @default null (never)
   */
  dailyIdentityUntil?: number | null | undefined;
}

/** Thrown when a question cannot be answered as it is put. The message says what to change. */
export class InvalidQueryError extends Error {
  override readonly name = "InvalidQueryError";
}

/** Longest range, in days: the retention of roll-ups. */
export const MAX_RANGE_DAYS = 400;

const PRESET_DAYS: Readonly<Record<RangePreset, number>> = { "24h": 1, "7d": 7, "30d": 30, "90d": 90 };

/** The range of a question, with its filters in the form in which SQL takes them: JSON arrays, or `null` for all. */
export interface Scope {
  range: RangeUsed;
  /** The range that is compared to: as long as what has begun of the range, since a part of a day would always fall short of a day. */
  comparedTo: Span;
  /** From the start of that range, as long as the whole range: what was in it is not new. */
  before: Span;
  now: number;
  /** Up to when people were known for a UTC day only; `-Infinity` when never. */
  dailyUntil: number;
  filters: FilterParams;
}

/**
 * Reads a question.
 *
 * @throws InvalidQueryError when the range is unknown, empty, longer than 400 days, or given twice, or compared to a later one
 */
export function scopeOf(query: AnalyticsQuery): Scope {
  const now = query.now ?? Date.now();
  const range = rangeOf(query, now);
  return {
    range,
    ...comparisonOf(query.compareFrom, range, now),
    now,
    dailyUntil: query.dailyIdentityUntil ?? Number.NEGATIVE_INFINITY,
    filters: {
      skill: filterParam(query.skill),
      version: filterParam(query.version),
      source: filterParam(query.source),
      variant: filterParam(query.variant),
    },
  };
}

function rangeOf(query: AnalyticsQuery, now: number): RangeUsed {
  if (query.from === undefined && query.to === undefined) return presetRange(query.range ?? "7d", now);
  if (query.range !== undefined) throw new InvalidQueryError('Give either "range" or "from" and "to", not both.');
  if (query.from === undefined) throw new InvalidQueryError('"to" needs "from" beside it.');
  const from = floorTo(instantOf(query.from, "from"), HOUR_MS);
  const to = ceilTo(query.to === undefined ? now : instantOf(query.to, "to"), HOUR_MS);
  if (from >= to) throw new InvalidQueryError('"from" must lie before "to".');
  if (to - from > MAX_RANGE_DAYS * DAY_MS) throw new InvalidQueryError(`A range holds at most ${MAX_RANGE_DAYS} days.`);
  return { from, to, preset: null };
}

function comparisonOf(compareFrom: number | string | undefined, range: RangeUsed, now: number): Pick<Scope, "comparedTo" | "before"> {
  const length = range.to - range.from;
  const from = compareFrom === undefined ? range.from - length : floorTo(instantOf(compareFrom, "compareFrom"), HOUR_MS);
  if (from >= range.from) throw new InvalidQueryError('"compareFrom" must lie before the start of the range.');
  const begun = range.from < now ? Math.min(range.to, ceilTo(now, HOUR_MS)) - range.from : length;
  return { comparedTo: { from, to: from + begun }, before: { from, to: from + length } };
}

function presetRange(preset: RangePreset, now: number): RangeUsed {
  if (!Object.hasOwn(PRESET_DAYS, preset)) {
    throw new InvalidQueryError(`"range" is one of ${Object.keys(PRESET_DAYS).join(", ")}.`);
  }
  const step = preset === "24h" ? HOUR_MS : DAY_MS;
  const to = floorTo(now, step) + step;
  return { from: to - PRESET_DAYS[preset] * DAY_MS, to, preset };
}

/** ISO 8601, date and time with a zone, or a date alone (UTC). */
const ISO_8601 = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2}))?$/i;

function instantOf(value: number | string, name: string): number {
  const isNumber = typeof value === "number" || /^\d{1,15}$/.test(value);
  const at = isNumber ? Number(value) : ISO_8601.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isFinite(at) || Math.abs(at) > 8.64e15) {
    throw new InvalidQueryError(`"${name}" is milliseconds since 1970, or ISO 8601 with a zone.`);
  }
  return at;
}

function filterParam(values: string | readonly string[] | undefined): string | null {
  if (values === undefined) return null;
  const list = typeof values === "string" ? [values] : values;
  return list.length === 0 ? null : JSON.stringify(list);
}
