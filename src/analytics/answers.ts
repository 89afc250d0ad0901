/**
 * The answers of the analytics endpoints, as types. They are the whole of what the dashboard knows of the Worker.
 *
 * Instants are milliseconds since 1970, days are UTC dates `YYYY-MM-DD`, rates lie in 0…1.
 * A figure that no call supports is `null`, never 0.
 */
import type { LossReason, Outcome } from "../event.ts";

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
  cost: { rowsRead: number };
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
  /** Distinct people. `null` over several UTC days with `identity: "daily"`: they are known for one day only. */
  users: number | null;
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
  errorTypes: { errorType: string; count: number }[];
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
  series?: { skill: string; points: TimePoint[] }[];
}

/** Body of `GET /analytics/overview`: all that the dashboard's first screen shows. */
export interface Overview extends Envelope {
  summary: SummaryFigures & { previous: SummaryFigures; lost: LossFigures };
  tools: ToolFigures[];
  /** Where the calls came from, by name; `""` stands for calls that did not say. */
  sources: string[];
  timeseries: TimeSeriesFigures;
  /** `null` with `identity: "daily"`. */
  retention: RetentionFigures | null;
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
  operations: { operation: CostOperation; runs: number; rowsRead: number; rowsWritten: number }[];
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
  projectedMonth: { rowsRead: number; rowsWritten: number; basedOnDays: number } | null;
  plans: { free: PlanCost; paid: PlanCost };
}
