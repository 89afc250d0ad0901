/*! Track-Skills analytics 0.1.0 | MIT licence | made from src/analytics.ts: change it there */
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** How a call ended. `error` and `timeout` are faults of the skill; `cancelled` and `refused` are decisions of people. */
type Outcome = "ok" | "error" | "timeout" | "cancelled" | "refused";
/** Why a client lost events. Its Worker hears of it with the next batch. */
type LossReason = "options" | "queue_full" | "too_large" | "unserializable" | "before_send" | "network" | "refused_by_server";
/** One failure. */
interface ErrorEntry {
  id: string;
  startedAt: number;
  skill: string;
  version: string;
  source: string;
  outcome: Outcome;
  errorType: string | null;
  errorMessage: string | null;
  durationMs: number;
  metadata: unknown;
}
/** One call, however it ended. */
interface CallEntry extends ErrorEntry {
  variant: string;
}
/** Failures that say the same but for numbers and names. */
interface ErrorGroup {
  skill: string;
  errorType: string | null;
  /** 16 hex digits: the `fingerprint` that narrows a question to such failures. */
  fingerprint: string;
  /** The latest message of the group. */
  message: string | null;
  count: number;
  firstAt: number;
  lastAt: number;
  /** Failures in equal slices of the range, as `ToolFigures` has its calls. */
  trend: number[];
  /** Distinct people who met it; `null` as in `SummaryFigures`. */
  users: number | null;
  /** Failures of calls that named nobody. */
  callsWithoutUser: number;
  /** No such failure in the range that is compared to. `false` as well where nobody knows: its events are deleted already, or it has no calls at all. */
  isNew: boolean;
}
/** What the answer about costs is made of, as types. Rows are those that D1 counts and bills. */
/** Rows that the kit read and wrote today (UTC), by what D1 counted. Each Worker instance reports every few minutes. */
interface CostToday {
  rowsRead: number;
  rowsWritten: number;
  /** `dailyRowsWrittenBudget` of the Worker, or `null` without one. */
  rowsWrittenBudget: number | null;
  /** Whether the budget is spent: ingest then answers 503 until `resetsAt`. */
  isBudgetSpent: boolean;
  /** The next 00:00 UTC, when D1's daily limits and the budget begin anew. */
  resetsAt: number;
}
/** What the kit spends its rows on. */
type CostOperation = "ingest" | "analytics" | "roll-up" | "clean-up" | "subjects" | "accounting";
interface CostDay {
  /** UTC date, `YYYY-MM-DD`. */
  day: string;
  rowsRead: number;
  rowsWritten: number;
  operations: {
    operation: CostOperation;
    runs: number;
    rowsRead: number;
    rowsWritten: number;
  }[];
}
/** What a month costs on one plan. */
interface PlanCost {
  /** Rows included: per day on the free plan, per month on the paid one. */
  includedRowsRead: number;
  includedRowsWritten: number;
  /** Share of the included rows that is used, on an average day or in a month; 1 is all of them. `null` before the first record. */
  readShare: number | null;
  writtenShare: number | null;
  /** US dollars a month for rows above the included ones; `null` on the free plan, which stops instead, and before the first record. */
  overageUsd: number | null;
}
/**
 * What a share link is limited to, and what its answers say of that: known to the Worker, which holds the limits, and to the
 * dashboard, which shows them.
 */
/** What a share link is limited to. What is absent is not limited. */
interface ShareLimits {
  /** A range that moves with time, and all that lies within it. */
  range?: "24h" | "7d" | "30d" | "90d" | undefined;
  /** Start (inclusive) and end (exclusive) of a fixed range instead, ms since 1970, both on a UTC hour. */
  from?: number | undefined;
  to?: number | undefined;
  skill?: readonly string[] | undefined;
  version?: readonly string[] | undefined;
  source?: readonly string[] | undefined;
  variant?: readonly string[] | undefined;
  /** Smallest number of people that a figure may be about. */
  minGroup: number;
}
/** What an answer to a share link carries beside its figures. */
interface SharedView {
  /** When the link ends, ms since 1970. */
  expiresAt: number;
  limits: ShareLimits;
  /**
   * Names of what the link does not show: lists of single calls and of other ranges are empty (`errors`, `calls`, `changes`,
   * `quietSkills`), a group's `message` is `null`, figures (`comparedTo`, `previous`, `isNew`, `returningUsers`, `lost`,
   * `costToday`) are absent.
   */
  withheld: string[];
}
/** The range that an answer covers: from `from` (inclusive) to `to` (exclusive), both on a UTC hour. */
interface RangeUsed {
  from: number;
  to: number;
  preset: "24h" | "7d" | "30d" | "90d" | null;
}
/** What every answer carries. */
interface Envelope {
  range: RangeUsed;
  /** When the answer was made. */
  generatedAt: number;
  /** Rows that D1 read for this answer, by its own `meta`. */
  cost: {
    rowsRead: number;
  };
  /** Set when a share link asked: some of the answer is then left out. */
  shared?: SharedView;
  /** Set when the reader sees no small groups: smallest number of people that a figure of this answer is about. */
  minGroup?: number;
  /** What was left out for that, beside `minGroup`. */
  suppressed?: Suppressed;
}
/**
 * How many entries each list lost because they are about too few people, by the name of the list. Lists have gaps then
 * (`active` of a cohort has `null`), and what is no list is absent: `previous`, `returningUsers`, `newUsers` of a day, and
 * `dau wau mau stickiness` when the last day is left out.
 */
type Suppressed = Record<string, number>;
/** A span of time: from `from` (inclusive) to `to` (exclusive), both on a UTC hour. */
interface Span {
  from: number;
  to: number;
}
/** What an answer carries that says how things were before. */
interface Compared {
  /**
   * The range that `previous` is about: as long as what has begun of the range, and as long before it as the range is long,
   * unless the question said otherwise. New is what was neither in it nor between its end and the range.
   */
  comparedTo: Span;
}
/** A rate that is known within bounds: with so many calls, the true one lies between them in 95 of 100 cases. */
interface Interval {
  low: number;
  high: number;
}
/**
 * Durations in milliseconds. Percentiles are within 2 % of the nearest-rank value. `null` without calls. Calls of 0 ms on
 * a clock that stands still without I/O, as in a deployed Worker, are left out: nobody knows how long they took.
 */
interface DurationFigures {
  avg: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}
interface SummaryFigures {
  calls: number;
  /** Calls that ended as `error` or `timeout`. */
  errors: number;
  cancelled: number;
  refused: number;
  /** ok ÷ (ok + error + timeout). */
  successRate: number | null;
  /** How far `successRate` may be chance: Wilson's score interval, 95 %. */
  successRateInterval: Interval | null;
  /** Distinct people. `null` over several UTC days with `identity: "daily"`: they are known for one day only. */
  users: number | null;
  /** `true` when people are estimated (within 3 % as a rule): a skill had over 8,192 of them in an hour or a day. */
  usersApproximate?: true;
  /** Calls that named nobody. */
  callsWithoutUser: number;
  /** Distinct skills. */
  skills: number;
  /** Calls counted as the skill `other`: of skills, versions, sources and variants past the 1,000 most called of an hour or a day, or past `maxSkillsPerDay`. */
  foldedCalls: number;
  outcomes: Record<Outcome, number>;
  durationMs: DurationFigures;
}
/** What clients said that they lost in a range, whatever the filters: nobody knows of which skill. */
interface LossFigures {
  events: number;
  reasons: Partial<Record<LossReason, number>>;
}
interface ToolFigures {
  skill: string;
  calls: number;
  errors: number;
  cancelled: number;
  refused: number;
  outcomes: Record<Outcome, number>;
  /** ok ÷ (ok + error + timeout). */
  successRate: number | null;
  /** How far `successRate` may be chance: Wilson's score interval, 95 %. */
  successRateInterval: Interval | null;
  /** Distinct people; `null` as in `SummaryFigures`. */
  users: number | null;
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
  /** Calls that named nobody. */
  callsWithoutUser: number;
  /** Calls of other skills that stand here, which is only so for `other`. */
  foldedCalls: number;
  /** Failures of error types past the 50 most frequent of an hour or a day, counted as the type `other`. */
  foldedErrors: number;
  lastUsedAt: number;
  durationMs: DurationFigures;
  /** Most frequent first. */
  errorTypes: ErrorTypeCount[];
  /** Calls in equal slices of the range, oldest first: at most 31, each a whole number of hours (ranges up to 7 days) or of UTC days. The last may be shorter. */
  trend: number[];
  /** The same in the range that is compared to; `null` when the skill was not called there. */
  previous: PreviousToolFigures | null;
}
/** What is said of a skill in the range that is compared to. */
interface PreviousToolFigures {
  calls: number;
  errors: number;
  successRate: number | null;
  /** Distinct people; `null` as in `SummaryFigures`. */
  users: number | null;
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
  durationMs: DurationFigures;
}
/** Failures of one type; `""` where none was said. */
interface ErrorTypeCount {
  errorType: string;
  count: number;
}
/** The calls of one version or source of a skill. */
interface LabelFigures {
  calls: number;
  errors: number;
  /** ok ÷ (ok + error + timeout). */
  successRate: number | null;
  /** How far `successRate` may be chance: Wilson's score interval, 95 %. */
  successRateInterval: Interval | null;
  /** Distinct people; `null` as in `SummaryFigures`. */
  users: number | null;
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
  lastUsedAt: number;
  durationMs: DurationFigures;
}
/** Calls whose duration lies in [fromMs, toMs). */
interface HistogramBin {
  fromMs: number;
  toMs: number;
  calls: number;
}
/** A skill that was not called in a range. */
interface QuietSkill {
  skill: string;
  /** Its latest call before the range. */
  lastUsedAt: number;
}
/** Something that differs from the range that is compared to, beyond what chance explains. The rules are in `changes.ts`. */
type Change = {
  kind: "new_error";
  skill: string;
  errorType: string;
  count: number;
} | {
  kind: "more_failures" | "fewer_failures";
  skill: string;
  successRate: number;
  previousSuccessRate: number;
} | {
  kind: "slower" | "faster";
  skill: string;
  p95: number;
  previousP95: number;
} | {
  kind: "quiet";
  skill: string;
  lastUsedAt: number;
  previousCalls: number;
} | {
  kind: "new_skill";
  skill: string;
  calls: number;
};
interface RetentionDay {
  /** UTC date, `YYYY-MM-DD`. */
  day: string;
  /** Distinct people of this day. */
  dau: number;
  /** Distinct people of this day and the 6 before it. */
  wau: number;
  /** Distinct people of this day and the 29 before it. */
  mau: number;
  /** People whose first stored call was on this day; under filters, their first one in 400 days. */
  newUsers: number;
  calls: number;
  callsWithoutUser: number;
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
}
interface RetentionFigures {
  days: RetentionDay[];
  /** The last day's figures. */
  dau: number;
  wau: number;
  mau: number;
  /** DAU ÷ MAU of the last day. */
  stickiness: number | null;
}
interface TimePoint {
  /** Start of the hour or day. */
  at: number;
  calls: number;
  errors: number;
  outcomes: Record<Outcome, number>;
  users: number;
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}
interface TimeSeriesFigures {
  interval: "hour" | "day";
  /** One point per interval of the range, without gaps. */
  points: TimePoint[];
}
/** The people whose first call was in one week. */
interface Cohort {
  /** The Monday of the ISO week (UTC), `YYYY-MM-DD`. */
  week: string;
  size: number;
  /** How many of them called in that week and in each week after it, up to the current one. */
  active: number[];
}
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
  summary: SummaryFigures & {
    previous: SummaryFigures;
  };
  /**
   * How long calls took: logarithmic bins, ten a decade or fewer, without gaps between the first and the last one in use.
   * Calls of 0 ms stand in a first bin [0, 1). Within 2 % of a bin's bounds a call may stand in its neighbour.
   */
  histogram: HistogramBin[];
  /** By version, latest used first; `""` stands for calls that did not say. */
  versions: (LabelFigures & {
    version: string;
  })[];
  /** By source, latest used first; `""` stands for calls that did not say. */
  sources: (LabelFigures & {
    source: string;
  })[];
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
  series?: {
    skill: string;
    points: TimePoint[];
  }[];
}
/** Body of `GET /analytics/overview`: all that the dashboard's first screen shows. */
export interface Overview extends Envelope, Compared {
  summary: SummaryFigures & {
    previous: SummaryFigures;
    lost: LossFigures;
  };
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
  projectedMonth: {
    rowsRead: number;
    rowsWritten: number;
    basedOnDays: number;
  } | null;
  plans: {
    free: PlanCost;
    paid: PlanCost;
  };
}
/**
 * The few D1 methods in use, as structural types, so that the declaration files need no ambient types.
 *
 * Cloudflare's `D1Database` is assignable to `Database`. Queries are data: `{ sql, bind, columns }`, which lets one
 * test prepare every one of them on the migrated schema. D1 hands rows back untyped; that test is what makes the
 * row types of this code true.
 */
/** What D1 says about a statement that ran. Rows are what D1 bills. */
interface StatementMeta {
  rows_read?: number | undefined;
  rows_written?: number | undefined;
  /** Rows inserted, updated or deleted. */
  changes?: number | undefined;
}
/** What a statement gave back. */
interface StatementResult<Row> {
  results: Row[];
  meta: StatementMeta;
}
/** A prepared statement: the part of `D1PreparedStatement` in use. */
interface Statement {
  bind(...values: unknown[]): Statement;
  all<Row>(): Promise<StatementResult<Row>>;
}
/** A database: the part of `D1Database` in use. `batch` is one round trip and one transaction. */
interface Database {
  prepare(sql: string): Statement;
  batch<Row>(statements: Statement[]): Promise<StatementResult<Row>[]>;
}
/** The ranges that have a name. */
type RangePreset = "24h" | "7d" | "30d" | "90d";
/** Labels that an answer can be narrowed to. Several values of one label are alternatives. */
interface Filters {
  skill?: string | readonly string[] | undefined;
  version?: string | readonly string[] | undefined;
  source?: string | readonly string[] | undefined;
  variant?: string | readonly string[] | undefined;
}
/** A question: which calls, and when. */
interface AnalyticsQuery extends Filters {
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
export declare class InvalidQueryError extends Error {
  override readonly name = "InvalidQueryError";
}
/** A question about failures. */
interface ErrorsQuery extends AnalyticsQuery {
  /** Failures in one answer, at most 500. @default 50 */
  limit?: number | undefined;
  /** Where to go on: `cursor` of the answer before. */
  cursor?: string | undefined;
  /** Only failures of one kind: `fingerprint` of a group, 16 hex digits. */
  fingerprint?: string | undefined;
  /** Groups in one answer, the most frequent, at most 1,000. @default 200 */
  groups?: number | undefined;
}
/**
 * Answers the failures (`error`, `timeout`) of a range, newest first, and their groups, the most frequent first.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getRecentErrors(db: Database, query?: ErrorsQuery): Promise<RecentErrors>;
/** A question about calls. */
interface CallsQuery extends AnalyticsQuery {
  /** Only calls that ended so; several are alternatives. @default all */
  outcome?: Outcome | readonly Outcome[] | undefined;
  /** Calls in one answer, at most 500. @default 50 */
  limit?: number | undefined;
  /** Where to go on: `cursor` of the answer before. */
  cursor?: string | undefined;
}
/**
 * Answers the calls of a range, newest first.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getCalls(db: Database, query?: CallsQuery): Promise<RecentCalls>;
/** A question about cohorts. It takes no filters, and weeks instead of a range. */
interface CohortsQuery extends AnalyticsQuery {
  /** ISO weeks (UTC) that end with the current one, 1 to 26. @default 12 */
  weeks?: number | undefined;
}
/**
 * Answers how many of the people who first called in one week called in that and in each later week.
 *
 * @throws InvalidQueryError when `weeks` is not 1 to 26, or filters are given; IdentityModeError where people are known for a day only
 */
export declare function getCohorts(db: Database, query?: CohortsQuery): Promise<Cohorts>;
/**
 * Answers the rows that D1 read and wrote for the kit, by UTC day and operation, and what a month of that means on the
 * free and on the paid plan. Filters make no difference. Other users of the same account are not in it.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getCost(db: Database, query?: AnalyticsQuery): Promise<CostReport>;
/** Thrown for a question that joins days, about people who are known for one day only. */
export declare class IdentityModeError extends Error {
  override readonly name = "IdentityModeError";
}
/**
 * Answers summary, tools, what changed, time series, retention and the ten newest failures of a range, all from one moment.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getOverview(db: Database, query?: AnalyticsQuery): Promise<Overview>;
/**
 * Answers the active people of each UTC day that a range touches, as whole days: DAU, WAU (7 days), MAU (30 days) and
 * the people whose first stored call was on that day.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put, IdentityModeError where people are known for one day only
 */
export declare function getRetentionStats(db: Database, query?: AnalyticsQuery): Promise<RetentionStats>;
/**
 * Answers all about one skill in a range. Reads an hour of the range after the other, since it tells the hours of the week.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put, or names not exactly one skill
 */
export declare function getSkill(db: Database, query?: AnalyticsQuery): Promise<SkillReport>;
/**
 * Answers the headline figures of a range, and the same of the range that it is compared to.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getSummary(db: Database, query?: AnalyticsQuery): Promise<Summary>;
/** A question about the course of things. */
interface TimeSeriesQuery extends AnalyticsQuery {
  /** `skill`: one series a skill beside the one of all. */
  by?: "skill" | undefined;
}
/**
 * Answers calls, failures, people and percentiles per hour (ranges up to 7 days) or per UTC day, without gaps.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getTimeSeries(db: Database, query?: TimeSeriesQuery): Promise<TimeSeries>;
/**
 * Answers the figures of each skill that was called in a range: most called first, then by name.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getToolStats(db: Database, query?: AnalyticsQuery): Promise<ToolStats>;
export type { AnalyticsQuery, CallEntry, CallsQuery, Change, Cohort, CohortsQuery, Compared, CostDay, CostOperation, CostToday, Database, DurationFigures, Envelope, ErrorEntry, ErrorGroup, ErrorTypeCount, ErrorsQuery, Filters, HistogramBin, Interval, LabelFigures, LossFigures, Outcome, PlanCost, PreviousToolFigures, QuietSkill, RangePreset, RangeUsed, RetentionDay, RetentionFigures, Span, Statement, StatementMeta, StatementResult, SummaryFigures, Suppressed, TimePoint, TimeSeriesFigures, TimeSeriesQuery, ToolFigures };