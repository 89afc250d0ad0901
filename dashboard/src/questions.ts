/**
 * The questions that views ask: the type of each answer, and the path that asks it for a place.
 *
 * The first screen asks one. A view asks what its panels name, each once.
 */
import type {
  RecentCalls,
  Cohorts,
  Overview,
  RecentErrors,
  RetentionStats,
  SkillReport,
  TimeSeries,
} from "../../src/analytics/answers.ts";
import type { ShareLimits } from "../../src/analytics/shared.ts";
import { DAY_MS, HOUR_MS } from "./format.ts";
import type { Comparison, Dimension, Place, Range } from "./state.ts";

/** The answer to each question. */
export interface Answers {
  overview: Overview;
  skill: SkillReport;
  errors: RecentErrors;
  /** The newest failures of one group. */
  examples: RecentErrors;
  retention: RetentionStats;
  cohorts: Cohorts;
  timeseries: TimeSeries;
  calls: RecentCalls;
}

export type Question = keyof Answers;

interface Asking {
  path: string;
  /** The filters that the question takes. */
  filters: readonly Dimension[];
  /** Parameters of its own; `undefined` when there is nothing to ask at this place. */
  own?(place: Place): Record<string, string> | undefined;
  /** Whether the answer holds a comparison range. */
  isCompared?: true;
  /** Whether it has a range. */
  isTimeless?: true;
  /** What an answer holds at least: the border where it is checked. A panel that meets something else fails by itself. */
  lists: readonly string[];
}

const USAGE: readonly Dimension[] = ["skill", "version", "source", "variant"];

const ASKINGS: Readonly<Record<Question, Asking>> = {
  overview: { path: "overview", filters: USAGE, isCompared: true, lists: ["tools", "sources", "errors"] },
  skill: {
    path: "skill",
    filters: ["version", "source", "variant"],
    isCompared: true,
    own: ({ skill }) => (skill === null ? undefined : { skill }),
    lists: ["points", "versions", "calls"],
  },
  errors: { path: "errors", filters: USAGE, isCompared: true, own: () => ({ limit: "25", groups: "500" }), lists: ["errors", "groups"] },
  examples: {
    path: "errors",
    filters: USAGE,
    // Not for its own sake: so that all answers of a view compare with the same range.
    isCompared: true,
    own: ({ group, groupSkill }) => (group === null ? undefined : { fingerprint: group, limit: "20", groups: "20", ...(groupSkill === null ? {} : { skill: groupSkill }) }),
    lists: ["errors", "groups"],
  },
  retention: { path: "retention", filters: USAGE, lists: ["days"] },
  cohorts: { path: "cohorts", filters: [], isTimeless: true, lists: ["weeks"] },
  timeseries: { path: "timeseries", filters: USAGE, lists: ["points"] },
  calls: { path: "calls", filters: [...USAGE, "outcome"], own: () => ({ limit: "50" }), lists: ["calls"] },
};

/** What a path depends on beside the place. */
export interface AskingTime {
  now: number;
  /** Those of a share link: a fixed range is the Worker's to set. */
  limits: ShareLimits | undefined;
}

/** The path that asks a question at a place; `undefined` when there is nothing to ask. */
export function pathOf(question: Question, place: Place, { now, limits }: AskingTime, cursor?: string): string | undefined {
  const asking = ASKINGS[question];
  const own = asking.own === undefined ? {} : asking.own(place);
  if (own === undefined) return undefined;
  const params = new URLSearchParams(own);
  const isFixed = asking.isTimeless === true || limits?.from !== undefined;
  if (!isFixed) for (const [name, value] of Object.entries(rangeParamsOf(place.range))) params.set(name, value);
  if (asking.isCompared && place.comparison !== "before") params.set("compareFrom", String(comparisonStart(place, now)));
  for (const dimension of asking.filters) {
    // Values of a label are alternatives: a filter beside the one skill that is asked for would widen the question.
    if (dimension in own) continue;
    for (const value of place.filters[dimension]) params.append(dimension, value);
  }
  if (cursor !== undefined) params.set("cursor", cursor);
  const query = params.toString();
  return `/analytics/${asking.path}${query === "" ? "" : `?${query}`}`;
}

/** The limits of a share link that shows a place. */
export function shareLimitsOf({ range, filters, skill }: Place): Record<string, unknown> {
  const { from, to } = rangeParamsOf(range);
  const wanted = { ...filters, skill: skill === null ? filters.skill : [skill] };
  const chosen = USAGE.filter((dimension) => wanted[dimension].length > 0).map((dimension) => [dimension, wanted[dimension]] as const);
  const span = "preset" in range ? { range: range.preset } : { from: Number(from), to: Number(to) };
  return { ...span, ...Object.fromEntries(chosen) };
}

/** Whether a body has what the answer to a question holds at least. */
export function isAnswer<Asked extends Question>(question: Asked, body: unknown): body is Answers[Asked] {
  if (typeof body !== "object" || body === null) return false;
  const has = (name: string): unknown => Reflect.get(body, name);
  return typeof has("generatedAt") === "number" && ASKINGS[question].lists.every((name) => Array.isArray(has(name)));
}

function rangeParamsOf(range: Range): Record<string, string> {
  if ("preset" in range) return { range: range.preset };
  return { from: String(Date.parse(range.from)), to: String(Date.parse(range.to) + DAY_MS) };
}

const COMPARISON_DAYS: Readonly<Record<Exclude<Comparison, "before">, number>> = { "1w": 7, "4w": 28, "52w": 364 };

/** Where the comparison range begins. Whole weeks earlier, so that weekdays meet weekdays. */
function comparisonStart({ range, comparison }: Place, now: number): number {
  const days = comparison === "before" ? 0 : COMPARISON_DAYS[comparison];
  return startOf(range, now) - days * DAY_MS;
}

/** When a range begins, ms since 1970, as the Worker has it: the hour 23 before this one, or N − 1 UTC days before today. */
function startOf(range: Range, now: number): number {
  if (!("preset" in range)) return Date.parse(range.from);
  if (range.preset === "24h") return Math.floor(now / HOUR_MS) * HOUR_MS - 23 * HOUR_MS;
  return Math.floor(now / DAY_MS) * DAY_MS - (Number.parseInt(range.preset, 10) - 1) * DAY_MS;
}
