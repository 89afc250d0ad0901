/**
 * What the answers of the analytics are made of, as types. Bodies of endpoints are in `answers.ts`, which hands on these as well.
 *
 * Instants are milliseconds since 1970, days are UTC dates `YYYY-MM-DD`, rates lie in 0…1.
 * A figure that no call supports is `null`, never 0.
 */
import type { LossReason, Outcome } from "../event.ts";
import type { SharedView } from "./shared.ts";

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
export type Suppressed = Record<string, number>;

/** A span of time: from `from` (inclusive) to `to` (exclusive), both on a UTC hour. */
export interface Span {
  from: number;
  to: number;
}

/** What an answer carries that says how things were before. */
export interface Compared {
  /**
   * The range that `previous` is about: as long as what has begun of the range, and as long before it as the range is long,
   * unless the question said otherwise. New is what was neither in it nor between its end and the range.
   */
  comparedTo: Span;
}

/** A rate that is known within bounds: with so many calls, the true one lies between them in 95 of 100 cases. */
export interface Interval {
  low: number;
  high: number;
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
export interface LossFigures {
  events: number;
  reasons: Partial<Record<LossReason, number>>;
}

export interface ToolFigures {
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
export interface PreviousToolFigures {
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
export interface ErrorTypeCount {
  errorType: string;
  count: number;
}

/** The calls of one version or source of a skill. */
export interface LabelFigures {
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
export interface HistogramBin {
  fromMs: number;
  toMs: number;
  calls: number;
}

/** A skill that was not called in a range. */
export interface QuietSkill {
  skill: string;
  /** Its latest call before the range. */
  lastUsedAt: number;
}

/** Something that differs from the range that is compared to, beyond what chance explains. The rules are in `changes.ts`. */
export type Change =
  | { kind: "new_error"; skill: string; errorType: string; count: number }
  | { kind: "more_failures" | "fewer_failures"; skill: string; successRate: number; previousSuccessRate: number }
  | { kind: "slower" | "faster"; skill: string; p95: number; previousP95: number }
  | { kind: "quiet"; skill: string; lastUsedAt: number; previousCalls: number }
  | { kind: "new_skill"; skill: string; calls: number };

export interface RetentionDay {
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

export interface RetentionFigures {
  days: RetentionDay[];
  /** The last day's figures. */
  dau: number;
  wau: number;
  mau: number;
  /** DAU ÷ MAU of the last day. */
  stickiness: number | null;
}

export interface TimePoint {
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

export interface TimeSeriesFigures {
  interval: "hour" | "day";
  /** One point per interval of the range, without gaps. */
  points: TimePoint[];
}

/** The people whose first call was in one week. */
export interface Cohort {
  /** The Monday of the ISO week (UTC), `YYYY-MM-DD`. */
  week: string;
  size: number;
  /** How many of them called in that week and in each week after it, up to the current one. */
  active: number[];
}
