/**
 * Reads a question from the query string of a URL. Names that no question knows are an error rather than ignored: a
 * misspelt filter would otherwise answer for all calls.
 */
import type { ErrorsQuery } from "./errors.ts";
import { type AnalyticsQuery, InvalidQueryError, type RangePreset } from "./range.ts";
import type { TimeSeriesQuery } from "./timeseries.ts";

/** All that a query string can hold. */
export type ParsedQuery = AnalyticsQuery & ErrorsQuery & TimeSeriesQuery;

/** The labels that a question can be narrowed to. */
export const FILTERS = ["skill", "version", "source", "variant"] as const;
const SINGLE = ["range", "from", "to", "limit", "cursor", "by"] as const;

/** Longest list of values of one filter, and longest value: that of a skill's name. */
const MAX_FILTER_VALUES = 200;

/**
 * Reads a question from a query string.
 *
 * @throws InvalidQueryError when a name is unknown or a value cannot be read
 */
export function parseQuery(search: URLSearchParams): ParsedQuery {
  const known = new Set<string>([...FILTERS, ...SINGLE]);
  for (const name of search.keys()) {
    if (!known.has(name)) throw new InvalidQueryError(`"${name.slice(0, 64)}" is not a parameter. Known: ${[...known].join(", ")}.`);
  }
  for (const name of SINGLE) {
    if (search.getAll(name).length > 1) throw new InvalidQueryError(`"${name}" is given more than once.`);
  }
  const query: ParsedQuery = { from: single(search, "from"), to: single(search, "to"), cursor: single(search, "cursor") };
  for (const name of FILTERS) {
    const values = search.getAll(name);
    if (values.length > MAX_FILTER_VALUES) throw new InvalidQueryError(`"${name}" takes at most ${MAX_FILTER_VALUES} values.`);
    if (values.length > 0) query[name] = values;
  }
  const limit = single(search, "limit");
  if (limit !== undefined) query.limit = /^\d{1,4}$/.test(limit) ? Number(limit) : Number.NaN;
  const by = single(search, "by");
  if (by !== undefined) query.by = parseBy(by);
  const range = single(search, "range");
  if (range !== undefined) query.range = parsePreset(range);
  return query;
}

function single(search: URLSearchParams, name: string): string | undefined {
  return search.get(name) ?? undefined;
}

function parseBy(by: string): "skill" {
  if (by === "skill") return by;
  throw new InvalidQueryError('"by" is "skill", or absent.');
}

function parsePreset(range: string): RangePreset {
  if (range === "24h" || range === "7d" || range === "30d" || range === "90d") return range;
  throw new InvalidQueryError('"range" is one of 24h, 7d, 30d, 90d.');
}
