/** What the answer about costs is made of, as types. Rows are those that D1 counts and bills. */

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
