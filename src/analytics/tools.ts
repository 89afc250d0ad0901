/** Which skills are used, which fail and with what, which are slow? */
import { bindQuery, type Database, runBatch } from "../database.ts";
import { skillPeopleQuery, type SkillPeopleRow } from "../rollup/people.ts";
import { DAY_MS } from "../rollup/scope.ts";
import { cellsOf, groupCells, sumCells, type UsageCell, usageQuery } from "../rollup/usage.ts";
import type { ToolFigures, ToolStats } from "./answers.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { durationsOf, envelopeOf, errorsOf, successRateOf } from "./shape.ts";

/**
 * Answers the figures of each skill that was called in a range: most called first, then by name.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getToolStats(db: Database, query: AnalyticsQuery = {}): Promise<ToolStats> {
  const scope = scopeOf(query);
  const { from, to } = scope.range;
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, usageQuery, { from, to, filters: scope.filters, periodMs: DAY_MS }),
    bindQuery(db, skillPeopleQuery, { from, to, filters: scope.filters }),
  ]);
  const [usage, people] = rows;
  return { ...envelopeOf(scope, cost), tools: toolsOf(cellsOf(usage), people) };
}

/** The figures of each skill that has cells. */
export function toolsOf(cells: readonly UsageCell[], people: readonly SkillPeopleRow[]): ToolFigures[] {
  const users = new Map(people.map((row) => [row.skill, row.users]));
  const tools = [...groupCells(cells, (cell) => cell.skill)].map(([skill, group]) => toolOf(skill, sumCells(group), users.get(skill) ?? 0));
  return tools.sort((left, right) => right.calls - left.calls || compareText(left.skill, right.skill));
}

function toolOf(skill: string, sum: UsageCell, users: number): ToolFigures {
  return {
    skill,
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    successRate: successRateOf(sum),
    users,
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
