/** What the page says of the rows that the kit itself costs. Pure. */
import type { CostToday } from "../../src/analytics/answers.ts";
import { formatCount, formatPeriodStart } from "./format.ts";

/** What a spent budget means. The local day stands beside the hour: east of UTC it is often tomorrow's. */
export function budgetNotice({ rowsWrittenBudget, resetsAt }: CostToday): string {
  const budget = rowsWrittenBudget === null ? "" : ` of ${formatCount(rowsWrittenBudget)} rows written`;
  return `Today's budget${budget} is spent: calls are not recorded until 00:00 UTC (${formatPeriodStart(resetsAt, "hour")} your time).`;
}

/** The rows of today, for the foot of the page. */
export function costSentence({ rowsRead, rowsWritten, rowsWrittenBudget }: CostToday): string {
  const budget = rowsWrittenBudget === null ? "" : ` of ${formatCount(rowsWrittenBudget)} budgeted`;
  return `D1 today (UTC): ${formatCount(rowsRead)} rows read, ${formatCount(rowsWritten)} rows written${budget}.`;
}
