/**
 * What the page shows, as one plain object, and its mirror in the URL, so that every view is a link.
 *
 * Names in the query string are those of the API where it has them. What other tools put into it is kept.
 */
import { OUTCOMES } from "./theme.ts";

export const VIEWS = ["overview", "skill", "errors", "people", "explore"] as const;
export type View = (typeof VIEWS)[number];

export const PRESETS = ["24h", "7d", "30d", "90d"] as const;
export type Preset = (typeof PRESETS)[number];

/** A preset, or UTC dates `YYYY-MM-DD`, both of them included. */
export type Range = { preset: Preset } | { from: string; to: string };

/** What a range is compared with: the range just before it, or the same a week, four weeks or a year earlier. */
export const COMPARISONS = ["before", "1w", "4w", "52w"] as const;
export type Comparison = (typeof COMPARISONS)[number];

export const DIMENSIONS = ["skill", "version", "source", "variant", "outcome"] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** The values that calls are held to, by dimension; without values all calls count. */
export type Filters = Readonly<Record<Dimension, readonly string[]>>;

export const NO_FILTERS: Filters = { skill: [], version: [], source: [], variant: [], outcome: [] };

export const SORT_KEYS = ["skill", "calls", "successRate", "p50", "p95", "p99", "users", "lastUsedAt", "errors"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface SkillOrder {
  key: SortKey;
  descending: boolean;
}

/** Where the reader is: all that a link holds. */
export interface Place {
  view: View;
  /** The skill of the view `skill`. */
  skill: string | null;
  /** Fingerprint of the error group that is looked at in the view `errors`. */
  group: string | null;
  /** The skill of that group: failures of several skills may say the same. `null` in links that name none: all of them. */
  groupSkill: string | null;
  range: Range;
  comparison: Comparison;
  filters: Filters;
  order: SkillOrder;
  /** What the names of skills are searched for. */
  search: string;
}

const MOST_CALLED: SkillOrder = { key: "calls", descending: true };

/** Reads a place from a query string. What it does not hold, or holds wrongly, gets its default. */
export function placeOf(search: string): Place {
  const params = new URLSearchParams(search);
  const view = oneOf(VIEWS, params.get("view")) ?? "overview";
  const skill = view === "skill" ? params.get("skill") : null;
  const isSkill = skill !== null && skill !== "";
  return {
    view: view === "skill" && !isSkill ? "overview" : view,
    skill: isSkill ? skill : null,
    group: view === "errors" ? params.get("group") : null,
    groupSkill: view === "errors" ? params.get("groupSkill") : null,
    range: rangeOf(params),
    comparison: oneOf(COMPARISONS, params.get("compare")) ?? "before",
    filters: {
      // The first is that of the page; the others wait for the way back to all skills.
      skill: isSkill ? [...new Set(params.getAll("skill").slice(1))] : valuesOf(params, "skill"),
      version: valuesOf(params, "version"),
      source: valuesOf(params, "source"),
      variant: valuesOf(params, "variant"),
      outcome: valuesOf(params, "outcome").filter((value) => OUTCOMES.some((outcome) => outcome === value)),
    },
    order: orderOf(params.get("sort")),
    search: params.get("q") ?? "",
  };
}

/** The query string that leads to a place. */
export function searchOf(place: Place, search: string): string {
  const params = new URLSearchParams(search);
  for (const name of OWN_NAMES) params.delete(name);
  if (place.view !== "overview") params.set("view", place.view);
  if (place.view === "skill" && place.skill !== null) params.set("skill", place.skill);
  if (place.view === "errors" && place.group !== null) {
    params.set("group", place.group);
    if (place.groupSkill !== null) params.set("groupSkill", place.groupSkill);
  }
  if ("preset" in place.range) params.set("range", place.range.preset);
  else for (const [name, value] of Object.entries(place.range)) params.set(name, value);
  if (place.comparison !== "before") params.set("compare", place.comparison);
  for (const dimension of DIMENSIONS) {
    for (const value of place.filters[dimension]) params.append(dimension, value);
  }
  const { key, descending } = place.order;
  if (key !== MOST_CALLED.key || descending !== MOST_CALLED.descending) params.set("sort", descending ? `-${key}` : key);
  if (place.search !== "") params.set("q", place.search);
  return `?${params}`;
}

const OWN_NAMES = ["view", "group", "groupSkill", "range", "from", "to", "compare", "sort", "q", ...DIMENSIONS];

/** A place with some things changed. Another view lets go of what belongs to the one before. */
export function moved(place: Place, change: Partial<Place>): Place {
  const next = { ...place, ...change };
  if (next.view !== "skill") next.skill = null;
  // A filter that the group's skill does not meet leaves nothing of the group.
  const isFilteredOut = next.groupSkill !== null && next.filters.skill.length > 0 && !next.filters.skill.includes(next.groupSkill);
  if (next.view !== "errors" || isFilteredOut) Object.assign(next, { group: null, groupSkill: null });
  return next;
}

/** How many values calls are held to. */
export function filterCount(filters: Filters): number {
  return DIMENSIONS.reduce((count, dimension) => count + filters[dimension].length, 0);
}

/** Whether a text is a date `YYYY-MM-DD` of the calendar. */
export function isDate(text: string | null): text is string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text);
}

/** The UTC date of an instant, `YYYY-MM-DD`. */
export function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function rangeOf(params: URLSearchParams): Range {
  const [from, to] = [params.get("from"), params.get("to")];
  if (isDate(from) && isDate(to) && from <= to) return { from, to };
  return { preset: oneOf(PRESETS, params.get("range")) ?? "7d" };
}

function valuesOf(params: URLSearchParams, dimension: Dimension): string[] {
  return [...new Set(params.getAll(dimension))];
}

function orderOf(text: string | null): SkillOrder {
  const key = oneOf(SORT_KEYS, text?.replace(/^-/, ""));
  return key === undefined ? MOST_CALLED : { key, descending: text?.startsWith("-") === true };
}

function oneOf<Value extends string>(values: readonly Value[], text: string | null | undefined): Value | undefined {
  return values.find((value) => value === text);
}
