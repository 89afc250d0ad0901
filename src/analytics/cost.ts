/** What does the kit itself cost, and how far is that from the limits of the account's plan? */
import { bindQuery, type Database, type Query, runBatch } from "../database.ts";
import { dateOf, DAY_MS, floorTo } from "../rollup/scope.ts";
import type { CostDay, CostOperation, CostReport, CostToday, PlanCost } from "./answers.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { wholeDays } from "./reading.ts";
import { envelopeOf } from "./shape.ts";

/** D1's prices and limits (Cloudflare's D1 pricing page, November 2026). The free plan counts per day and account. */
const FREE_PLAN = { rowsRead: 5_000_000, rowsWritten: 100_000 };
const PAID_PLAN = { rowsRead: 25_000_000_000, rowsWritten: 50_000_000, usdPerRowRead: 0.001e-6, usdPerRowWritten: 1e-6 };

const MONTH_DAYS = 30;

export interface CostsParams {
  from: number;
  to: number;
}

export interface CostRow {
  day: number;
  operation: CostOperation;
  runs: number;
  rows_read: number;
  rows_written: number;
}

/** Reads what was recorded of some UTC days: at most six rows a day. */
export const costsQuery: Query<CostsParams, CostRow> = {
  sql: `
SELECT
  day,
  operation,
  runs,
  rows_read,
  rows_written
FROM skill_usage_costs
WHERE day >= CAST(?1 AS INTEGER)
  AND day < CAST(?2 AS INTEGER)
ORDER BY day, operation`,
  bind: (params) => [params.from, params.to],
  columns: ["day", "operation", "runs", "rows_read", "rows_written"],
};

/**
 * Answers the rows that D1 read and wrote for the kit, by UTC day and operation, and what a month of that means on the
 * free and on the paid plan. Filters make no difference. Other users of the same account are not in it.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getCost(db: Database, query: AnalyticsQuery = {}): Promise<CostReport> {
  const scope = scopeOf(query);
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, costsQuery, wholeDays(scope.range)),
    bindQuery(db, costsQuery, costDaysOf(scope.now)),
  ]);
  const days = [...Map.groupBy(rows[0], (row) => row.day)].map(([day, group]) => costDayOf(day, group));
  const today = costTodayOf(rows[1], scope.now, query.dailyRowsWrittenBudget);
  const month = monthOf(days, today, scope.now);
  return { ...envelopeOf(scope, cost), days, today, projectedMonth: month, plans: { free: freePlanOf(month), paid: paidPlanOf(month) } };
}

/** The UTC day of a time, as parameters. */
export function costDaysOf(now: number): CostsParams {
  const from = floorTo(now, DAY_MS);
  return { from, to: from + DAY_MS };
}

/** What was recorded of today, beside the budget. */
export function costTodayOf(rows: readonly CostRow[], now: number, budget: number | null = null): CostToday {
  const { rowsRead, rowsWritten } = sumOf(rows);
  return {
    rowsRead,
    rowsWritten,
    rowsWrittenBudget: budget,
    isBudgetSpent: budget !== null && rowsWritten >= budget,
    resetsAt: costDaysOf(now).to,
  };
}

function costDayOf(day: number, rows: readonly CostRow[]): CostDay {
  const operations = rows.map((row) => ({ operation: row.operation, runs: row.runs, rowsRead: row.rows_read, rowsWritten: row.rows_written }));
  return { day: dateOf(day), ...sumOf(rows), operations };
}

function sumOf(rows: readonly CostRow[]): { rowsRead: number; rowsWritten: number } {
  return {
    rowsRead: rows.reduce((sum, row) => sum + row.rows_read, 0),
    rowsWritten: rows.reduce((sum, row) => sum + row.rows_written, 0),
  };
}

function monthOf(days: readonly CostDay[], today: CostToday, now: number): CostReport["projectedMonth"] {
  const full = days.filter(({ day }) => day < dateOf(now));
  if (full.length === 0) {
    const elapsed = Math.max(now % DAY_MS, 1) / DAY_MS;
    if (today.rowsRead + today.rowsWritten === 0) return null;
    return { ...scaled([today], MONTH_DAYS / elapsed), basedOnDays: elapsed };
  }
  return { ...scaled(full, MONTH_DAYS / full.length), basedOnDays: full.length };
}

function scaled(days: readonly { rowsRead: number; rowsWritten: number }[], factor: number): { rowsRead: number; rowsWritten: number } {
  return {
    rowsRead: Math.round(days.reduce((sum, day) => sum + day.rowsRead, 0) * factor),
    rowsWritten: Math.round(days.reduce((sum, day) => sum + day.rowsWritten, 0) * factor),
  };
}

function freePlanOf(month: CostReport["projectedMonth"]): PlanCost {
  return {
    includedRowsRead: FREE_PLAN.rowsRead,
    includedRowsWritten: FREE_PLAN.rowsWritten,
    readShare: month && month.rowsRead / MONTH_DAYS / FREE_PLAN.rowsRead,
    writtenShare: month && month.rowsWritten / MONTH_DAYS / FREE_PLAN.rowsWritten,
    overageUsd: null,
  };
}

function paidPlanOf(month: CostReport["projectedMonth"]): PlanCost {
  const { rowsRead, rowsWritten, usdPerRowRead, usdPerRowWritten } = PAID_PLAN;
  const over = (used: number, included: number) => Math.max(0, used - included);
  return {
    includedRowsRead: rowsRead,
    includedRowsWritten: rowsWritten,
    readShare: month && month.rowsRead / rowsRead,
    writtenShare: month && month.rowsWritten / rowsWritten,
    overageUsd: month && over(month.rowsRead, rowsRead) * usdPerRowRead + over(month.rowsWritten, rowsWritten) * usdPerRowWritten,
  };
}
