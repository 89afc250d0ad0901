/** Single calls and groups of failures, as types. Instants are milliseconds since 1970. */
import type { Outcome } from "../event.ts";

/** One failure. */
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

/** One call, however it ended. */
export interface CallEntry extends ErrorEntry {
  variant: string;
}

/** Failures that say the same but for numbers and names. */
export interface ErrorGroup {
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
