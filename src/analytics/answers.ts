/**
 * The answers of the analytics endpoints, as types. They are the whole of what the dashboard knows of the Worker.
 *
 * Instants are milliseconds since 1970, days are UTC dates `YYYY-MM-DD`, rates lie in 0…1.
 * A figure that no call supports is `null`, never 0.
 */
import type { Outcome } from "../event.ts";

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

/** Durations in milliseconds. Percentiles are within 2 % of the nearest-rank value. `null` without calls. */
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
  callsWithoutUser: number;
  /** Distinct skills. */
  skills: number;
  outcomes: Record<Outcome, number>;
  durationMs: DurationFigures;
}

/** Body of `GET /analytics/summary`. `previous` is the range of the same length just before. */
export interface Summary extends Envelope, SummaryFigures {
  previous: SummaryFigures;
}

export interface ToolFigures {
  skill: string;
  calls: number;
  errors: number;
  cancelled: number;
  refused: number;
  successRate: number | null;
  users: number;
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
  summary: SummaryFigures & { previous: SummaryFigures };
  tools: ToolFigures[];
  timeseries: TimeSeriesFigures;
  retention: RetentionFigures;
  /** The newest ten. */
  errors: ErrorEntry[];
}
