/**
 * Reads a question from the query string of a URL. Names that no question knows are an error rather than ignored: a
 * misspelt filter would otherwise answer for all calls.
 */
import { type CallsQuery, parseOutcome } from "./calls.ts";
import type { CohortsQuery } from "./cohorts.ts";
import type { ErrorsQuery } from "./errors.ts";
import { type AnalyticsQuery, InvalidQueryError, type RangePreset } from "./range.ts";
import type { TimeSeriesQuery } from "./timeseries.ts";

/** All that a query string can hold. */
export type ParsedQuery = AnalyticsQuery & ErrorsQuery & TimeSeriesQuery & CallsQuery & CohortsQuery;

/** The labels that a question can be narrowed to. */
export const FILTERS = ["skill", "version", "source", "variant"] as const;
const REPEATED = [...FILTERS, "outcome"] as const;
const TEXTS = ["from", "to", "compareFrom", "cursor", "fingerprint"] as const;
const COUNTS = ["limit", "groups", "weeks"] as const;
const SINGLE = ["range", "by", ...TEXTS, ...COUNTS] as const;

/** What one question alone understands: another would answer as if it were not there. */
const PARAMETER_OF: Readonly<Record<string, string>> = { outcome: "calls", fingerprint: "errors", groups: "errors", weeks: "cohorts" };

/** Longest list of values of one filter, and longest value: that of a skill's name. */
const MAX_FILTER_VALUES = 200;

/**
 * Reads a question from a query string.
 *
 * @param question - the last part of its path
 * @throws InvalidQueryError when a name is unknown or a value cannot be read
 */
export function parseQuery(search: URLSearchParams, question: string): ParsedQuery {
  const known = [...REPEATED, ...SINGLE].filter((name) => (PARAMETER_OF[name] ?? question) === question);
  for (const name of search.keys()) {
    if (!known.some((one) => one === name)) throw new InvalidQueryError(`"${name.slice(0, 64)}" is not a parameter of "${question}". Known: ${known.join(", ")}.`);
  }
  for (const name of SINGLE) {
    if (search.getAll(name).length > 1) throw new InvalidQueryError(`"${name}" is given more than once.`);
  }
  for (const name of REPEATED) {
    if (search.getAll(name).length > MAX_FILTER_VALUES) throw new InvalidQueryError(`"${name}" takes at most ${MAX_FILTER_VALUES} values.`);
  }
  const query: ParsedQuery = {};
  for (const name of TEXTS) query[name] = single(search, name);
  for (const name of COUNTS) query[name] = countOf(single(search, name));
  for (const name of FILTERS) if (search.has(name)) query[name] = search.getAll(name);
  if (search.has("outcome")) query.outcome = search.getAll("outcome").map(parseOutcome);
  const by = single(search, "by");
  if (by !== undefined) query.by = parseBy(by);
  const range = single(search, "range");
  if (range !== undefined) query.range = parsePreset(range);
  return query;
}

function single(search: URLSearchParams, name: string): string | undefined {
  return search.get(name) ?? undefined;
}

/** NaN for what is no count, which the question then refuses. */
function countOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  return /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
}

function parseBy(by: string): "skill" {
  if (by === "skill") return by;
  throw new InvalidQueryError('"by" is "skill", or absent.');
}

function parsePreset(range: string): RangePreset {
  if (range === "24h" || range === "7d" || range === "30d" || range === "90d") return range;
  throw new InvalidQueryError('"range" is one of 24h, 7d, 30d, 90d.');
}
