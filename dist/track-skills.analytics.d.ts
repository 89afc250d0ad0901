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
/** The range that an answer covers: from `from` (inclusive) to `to` (exclusive), both on a UTC hour. */
export interface RangeUsed {
  from: number;
  to: number;
  preset: "24h" | "7d" | "30d" | "90d" | null;
}
/** What every answer carries. */
export interface Envelope {
  range: RangeUsed;
  /** When the answer was made. */
  generatedAt: number;
  /** Rows that D1 read for this answer, by its own `meta`. */
  cost: {
    rowsRead: number;
  };
}
/**
 * Durations in milliseconds. Percentiles are within 2 % of the nearest-rank value. `null` without calls. Calls of 0 ms on
 * a clock that stands still without I/O, as in a deployed Worker, are left out: nobody knows how long they took.
 */
export interface DurationFigures {
  avg: number | null;
  p50: number | null;
  p95: number | null;
  p99: number | null;
}
export interface SummaryFigures {
  calls: number;
  /** Calls that ended as `error` or `timeout`. */
  errors: number;
  cancelled: number;
  refused: number;
  /** ok ÷ (ok + error + timeout). */
  successRate: number | null;
  /** Distinct people. */
  users: number;
  /** `true` when people are estimated (within 3 % as a rule): a skill had over 8,192 of them in an hour or a day. */
  usersApproximate?: true;
  /** Calls that named nobody. */
  callsWithoutUser: number;
  /** Distinct skills. */
  skills: number;
  /** Calls of skills, versions, sources and variants past the 1,000 most called of an hour or a day, counted as the skill `other`. */
  foldedCalls: number;
  outcomes: Record<Outcome, number>;
  durationMs: DurationFigures;
}
/** What clients said that they lost in a range, whatever the filters: nobody knows of which skill. */
export interface LossFigures {
  events: number;
  reasons: Partial<Record<LossReason, number>>;
}
/** Body of `GET /analytics/summary`. `previous` is the range of the same length just before. */
export interface Summary extends Envelope, SummaryFigures {
  previous: SummaryFigures;
  lost: LossFigures;
}
export interface ToolFigures {
  skill: string;
  calls: number;
  errors: number;
  cancelled: number;
  refused: number;
  successRate: number | null;
  users: number;
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
  errorTypes: {
    errorType: string;
    count: number;
  }[];
}
/** Body of `GET /analytics/tools`: most called first, then by name. */
export interface ToolStats extends Envelope {
  tools: ToolFigures[];
}
export interface RetentionDay {
  /** UTC date, `YYYY-MM-DD`. */
  day: string;
  /** Distinct people of this day. */
  dau: number;
  /** Distinct people of this day and the 6 before it. */
  wau: number;
  /** Distinct people of this day and the 29 before it. */
  mau: number;
  /** People whose first stored call was on this day. */
  newUsers: number;
  calls: number;
  callsWithoutUser: number;
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
}
export interface RetentionFigures {
  days: RetentionDay[];
  /** The last day's figures. */
  dau: number;
  wau: number;
  mau: number;
  /** DAU ÷ MAU of the last day. */
  stickiness: number | null;
}
/** Body of `GET /analytics/retention`. */
export interface RetentionStats extends Envelope, RetentionFigures {}
export interface ErrorEntry {
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
export interface ErrorGroup {
  skill: string;
  errorType: string | null;
  fingerprint: string;
  /** The latest message of the group. */
  message: string | null;
  count: number;
  firstAt: number;
  lastAt: number;
}
/** Body of `GET /analytics/errors`: newest first; `cursor` is `null` on the last page. */
export interface RecentErrors extends Envelope {
  errors: ErrorEntry[];
  groups: ErrorGroup[];
  cursor: string | null;
}
export interface TimePoint {
  /** Start of the hour or day. */
  at: number;
  calls: number;
  errors: number;
  users: number;
  /** `true` when people are estimated, see `SummaryFigures`. */
  usersApproximate?: true;
  p50: number | null;
  p95: number | null;
}
export interface TimeSeriesFigures {
  interval: "hour" | "day";
  /** One point per interval of the range, without gaps. */
  points: TimePoint[];
}
/** Body of `GET /analytics/timeseries`; `series` only with `by=skill`. */
export interface TimeSeries extends Envelope, TimeSeriesFigures {
  series?: {
    skill: string;
    points: TimePoint[];
  }[];
}
/** Body of `GET /analytics/overview`: all that the dashboard's first screen shows. */
export interface Overview extends Envelope {
  summary: SummaryFigures & {
    previous: SummaryFigures;
    lost: LossFigures;
  };
  tools: ToolFigures[];
  /** Where the calls came from, by name; `""` stands for calls that did not say. */
  sources: string[];
  timeseries: TimeSeriesFigures;
  retention: RetentionFigures;
  /** The newest ten. */
  errors: ErrorEntry[];
  costToday: CostToday;
}
/** Rows that the kit read and wrote today (UTC), by what D1 counted. Each Worker instance reports every few minutes. */
export interface CostToday {
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
export type CostOperation = "ingest" | "analytics" | "roll-up" | "clean-up" | "subjects" | "accounting";
export interface CostDay {
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
export interface PlanCost {
  /** Rows included: per day on the free plan, per month on the paid one. */
  includedRowsRead: number;
  includedRowsWritten: number;
  /** Share of the included rows that is used, on an average day or in a month; 1 is all of them. `null` before the first record. */
  readShare: number | null;
  writtenShare: number | null;
  /** US dollars a month for rows above the included ones; `null` on the free plan, which stops instead, and before the first record. */
  overageUsd: number | null;
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
  /** The current time in ms, for tests. @default Date.now() */
  now?: number | undefined;
  /** Rows that the Worker may write in a UTC day, shown beside what it wrote. @default null (no budget) */
  dailyRowsWrittenBudget?: number | null | undefined;
}
/** Thrown when a question cannot be answered as it is put. The message says what to change. */
export declare class InvalidQueryError extends Error {
  override readonly name = "InvalidQueryError";
}
/**
 * Answers the rows that D1 read and wrote for the kit, by UTC day and operation, and what a month of that means on the
 * free and on the paid plan. Filters make no difference. Other users of the same account are not in it.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getCost(db: Database, query?: AnalyticsQuery): Promise<CostReport>;
/** A question about failures. */
interface ErrorsQuery extends AnalyticsQuery {
  /** Failures in one answer, at most 500. @default 50 */
  limit?: number | undefined;
  /** Where to go on: `cursor` of the answer before. */
  cursor?: string | undefined;
}
/**
 * Answers the failures (`error`, `timeout`) of a range, newest first, and their groups (the 200 largest).
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getRecentErrors(db: Database, query?: ErrorsQuery): Promise<RecentErrors>;
/**
 * Answers summary, tools, time series, retention and the ten newest failures of a range, all from one moment.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getOverview(db: Database, query?: AnalyticsQuery): Promise<Overview>;
/**
 * Answers the active people of each UTC day that a range touches, as whole days: DAU, WAU (7 days), MAU (30 days) and
 * the people whose first stored call was on that day.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export declare function getRetentionStats(db: Database, query?: AnalyticsQuery): Promise<RetentionStats>;
/**
 * Answers the headline figures of a range, and the same of the range of equal length just before.
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
export type { AnalyticsQuery, Database, ErrorsQuery, Filters, Outcome, RangePreset, Statement, StatementMeta, StatementResult, TimeSeriesQuery };