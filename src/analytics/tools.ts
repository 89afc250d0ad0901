/** Which skills are used, which fail and with what, which are slow? */
import type { Database } from "../database.ts";
import { groupCells, sumCells, type UsageCell } from "../rollup/cell.ts";
import type { ToolFigures, ToolStats } from "./answers.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { type Reading, readUsage } from "./reading.ts";
import { approximately, durationsOf, envelopeOf, errorsOf, successRateOf } from "./shape.ts";

/**
 * Answers the figures of each skill that was called in a range: most called first, then by name.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getToolStats(db: Database, query: AnalyticsQuery = {}): Promise<ToolStats> {
  const scope = scopeOf(query);
  const { from, to } = scope.range;
  const reading = await readUsage(db, scope, { peopleByCell: true });
  return { ...envelopeOf(scope, reading.cost), tools: toolsOf(reading.cellsIn(from, to), reading) };
}

/** The figures of each skill that has cells. */
export function toolsOf(cells: readonly UsageCell[], reading: Reading): ToolFigures[] {
  const tools = [...groupCells(cells, (cell) => cell.skill)].map(([skill, group]) => toolOf(skill, group, reading));
  return tools.sort((left, right) => right.calls - left.calls || compareText(left.skill, right.skill));
}

function toolOf(skill: string, cells: readonly UsageCell[], reading: Reading): ToolFigures {
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersOf(cells);
  return {
    skill,
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
    users,
    ...approximately(isApproximate),
    callsWithoutUser: sum.callsWithoutUser,
    foldedCalls: sum.foldedCalls,
    foldedErrors: sum.foldedErrors,
    lastUsedAt: sum.lastAt,
    durationMs: durationsOf(sum),
    errorTypes: [...sum.errorTypes]
      .map(([errorType, count]) => ({ errorType, count }))
      .sort((left, right) => right.count - left.count || compareText(left.errorType, right.errorType)),
  };
}

/** Code point order, as SQLite sorts text: the same on every machine. */
function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
