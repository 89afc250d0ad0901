/**
 * The answers of the analytics endpoints, as types. With the figures that they are made of, they are the whole of what the
 * dashboard knows of the Worker.
 */
import type { CallEntry, ErrorEntry, ErrorGroup } from "./call-figures.ts";
import type { CostDay, CostToday, PlanCost } from "./cost-figures.ts";
import type {
  Change,
  Cohort,
  Compared,
  Envelope,
  ErrorTypeCount,
  HistogramBin,
  LabelFigures,
  LossFigures,
  QuietSkill,
  RetentionFigures,
  SummaryFigures,
  TimePoint,
  TimeSeriesFigures,
  ToolFigures,
} from "./figures.ts";

export type * from "./call-figures.ts";
export type * from "./cost-figures.ts";
export type * from "./figures.ts";

/** Body of `GET /analytics/summary`. */
export interface Summary extends Envelope, Compared, SummaryFigures {
  /** The same of the range that is compared to. */
  previous: SummaryFigures;
  lost: LossFigures;
}

/** Body of `GET /analytics/tools`: most called first, then by name. */
export interface ToolStats extends Envelope, Compared {
  tools: ToolFigures[];
}

/** Body of `GET /analytics/skill`: all about one skill. */
export interface SkillReport extends Envelope, Compared, TimeSeriesFigures {
  skill: string;
  summary: SummaryFigures & { previous: SummaryFigures };
  /**
   * How long calls took: logarithmic bins, ten a decade or fewer, without gaps between the first and the last one in use.
   * Calls of 0 ms stand in a first bin [0, 1). Within 2 % of a bin's bounds a call may stand in its neighbour.
   */
  histogram: HistogramBin[];
  /** By version, latest used first; `""` stands for calls that did not say. */
  versions: (LabelFigures & { version: string })[];
  /** By source, latest used first; `""` stands for calls that did not say. */
  sources: (LabelFigures & { source: string })[];
  /** Calls by weekday (7, from Monday) and hour (24), UTC. */
  hours: number[][];
  /** People of the range who also called in the range that is compared to; `null` when lists of people are samples, or known for a day only. */
  returningUsers: number | null;
  lastUsedAt: number | null;
  /** Most frequent first. */
  errorTypes: ErrorTypeCount[];
  /** The 20 most frequent. */
  errorGroups: ErrorGroup[];
  /** The newest 20. */
  calls: CallEntry[];
}

/** Body of `GET /analytics/calls`: newest first. `calls` may be short or empty although there are more: `cursor` says where to go on, and is `null` at the end. */
export interface RecentCalls extends Envelope {
  calls: CallEntry[];
  cursor: string | null;
}

/** Body of `GET /analytics/retention`. */
export interface RetentionStats extends Envelope, RetentionFigures {}

/** Body of `GET /analytics/cohorts`: people by the week of their first call, oldest week first. */
export interface Cohorts extends Envelope {
  weeks: Cohort[];
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
}

/** Body of `GET /analytics/errors`: newest first; `cursor` is `null` on the last page. */
export interface RecentErrors extends Envelope, Compared {
  errors: ErrorEntry[];
  /** Most frequent first. */
  groups: ErrorGroup[];
  /** How many groups there are, those included that are not in this answer. */
  groupsTotal: number;
  cursor: string | null;
}

/** Body of `GET /analytics/timeseries`; `series` only with `by=skill`. */
export interface TimeSeries extends Envelope, TimeSeriesFigures {
  series?: { skill: string; points: TimePoint[] }[];
}

/** Body of `GET /analytics/overview`: all that the dashboard's first screen shows. */
export interface Overview extends Envelope, Compared {
  summary: SummaryFigures & { previous: SummaryFigures; lost: LossFigures };
  tools: ToolFigures[];
  /** Known skills that were not called in the range, latest first, at most 100. `[]` with a filter other than `skill`. */
  quietSkills: QuietSkill[];
  /** What differs from the range that is compared to, most important first, at most 8. */
  changes: Change[];
  /** Where the calls came from, by name; `""` stands for calls that did not say. */
  sources: string[];
  /** The versions that were called, alike. */
  versions: string[];
  /** The arms of experiments that were called, alike. */
  variants: string[];
  timeseries: TimeSeriesFigures;
  /** `null` with `identity: "daily"`. */
  retention: RetentionFigures | null;
  /** The newest ten. */
  errors: ErrorEntry[];
  costToday: CostToday;
}

/** Body of `GET /analytics/cost`: the UTC days that the range touches. */
export interface CostReport extends Envelope {
  days: CostDay[];
  today: CostToday;
  /** 30 average days: by the full days of the range that have records, else by today so far. `null` before the first record. */
  projectedMonth: { rowsRead: number; rowsWritten: number; basedOnDays: number } | null;
  plans: { free: PlanCost; paid: PlanCost };
}
