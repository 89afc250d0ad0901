/** Which skills are used, which fail and with what, which are slow, and how was it before? */
import type { Database } from "../database.ts";
import { groupCells, sumCells, type UsageCell, type UsageSum } from "../rollup/cell.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import type { ErrorTypeCount, PreviousToolFigures, ToolFigures, ToolStats } from "./answers.ts";
import { type AnalyticsQuery, type Scope, scopeOf } from "./range.ts";
import { type Reading, readUsage } from "./reading.ts";
import { approximately, comparedEnvelopeOf, compareText, durationsOf, errorsOf, periodOf, successOf, trendOf } from "./shape.ts";

/**
 * Answers the figures of each skill that was called in a range: most called first, then by name.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getToolStats(db: Database, query: AnalyticsQuery = {}): Promise<ToolStats> {
  const scope = scopeOf(query);
  const reading = await readUsage(db, scope, { previous: true, peopleByCell: true, hourly: periodOf(scope) === HOUR_MS });
  const current = usageBySkill(reading.cellsIn(scope.range));
  const previous = usageBySkill(reading.cellsIn(scope.comparedTo));
  return { ...comparedEnvelopeOf(scope, reading.cost), tools: toolsOf(scope, reading, current, previous) };
}

/** The calls of one skill. */
export interface SkillUsage {
  cells: readonly UsageCell[];
  sum: UsageSum;
}

/** The calls of each skill that has cells. */
export function usageBySkill(cells: readonly UsageCell[]): Map<string, SkillUsage> {
  return new Map([...groupCells(cells, (cell) => cell.skill)].map(([skill, group]) => [skill, { cells: group, sum: sumCells(group) }]));
}

/** The figures of each skill that was called. */
export function toolsOf(scope: Scope, reading: Reading, current: ReadonlyMap<string, SkillUsage>, previous: ReadonlyMap<string, SkillUsage>): ToolFigures[] {
  const tools = [...current].map(([skill, usage]) => ({
    ...toolOf(skill, usage, reading),
    trend: trendOf(scope, usage.cells),
    previous: previousOf(previous.get(skill), reading),
  }));
  return tools.sort((left, right) => right.calls - left.calls || compareText(left.skill, right.skill));
}

function toolOf(skill: string, { cells, sum }: SkillUsage, reading: Reading): Omit<ToolFigures, "trend" | "previous"> {
  const { users, isApproximate } = reading.usersOf(cells);
  return {
    skill,
    calls: sum.calls,
    errors: errorsOf(sum),
    cancelled: sum.outcomes.cancelled,
    refused: sum.outcomes.refused,
    outcomes: sum.outcomes,
    ...successOf(sum),
    users,
    ...approximately(isApproximate),
    callsWithoutUser: sum.callsWithoutUser,
    foldedCalls: sum.foldedCalls,
    foldedErrors: sum.foldedErrors,
    lastUsedAt: sum.lastAt,
    durationMs: durationsOf(sum),
    errorTypes: errorTypesOf(sum),
  };
}

function previousOf(usage: SkillUsage | undefined, reading: Reading): PreviousToolFigures | null {
  if (usage === undefined) return null;
  const { cells, sum } = usage;
  const { successRate } = successOf(sum);
  const { users, isApproximate } = reading.usersOf(cells);
  return { calls: sum.calls, errors: errorsOf(sum), successRate, users, ...approximately(isApproximate), durationMs: durationsOf(sum) };
}

/** Failures by type, most frequent first. */
export function errorTypesOf(sum: UsageSum): ErrorTypeCount[] {
  return [...sum.errorTypes]
    .map(([errorType, count]) => ({ errorType, count }))
    .sort((left, right) => right.count - left.count || compareText(left.errorType, right.errorType));
}
