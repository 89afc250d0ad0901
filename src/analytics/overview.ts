/** All that the first screen of the dashboard shows, in one answer from one reading. */
import { bindQuery, type Database } from "../database.ts";
import type { UsageCell, UsageSum } from "../rollup/cell.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import type { Overview } from "./answers.ts";
import { changesOf } from "./changes.ts";
import { costDaysOf, costsQuery, costTodayOf } from "./cost.ts";
import { errorOf, errorsQuery } from "./errors.ts";
import { lossesOf, lossesQuery } from "./losses.ts";
import { hasRetention } from "./identity-mode.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { readUsageAlong } from "./reading.ts";
import { retentionOf } from "./retention.ts";
import { comparedEnvelopeOf, compareText, periodOf, summaryOf } from "./shape.ts";
import { bindKnownSkills, lastUsedBeforeOf, quietSkillsOf } from "./skills-before.ts";
import { seriesOf } from "./timeseries.ts";
import { type SkillUsage, toolsOf, usageBySkill } from "./tools.ts";

/** Failures on the first screen. */
const NEWEST_ERRORS = 10;

/**
 * Answers summary, tools, what changed, time series, retention and the ten newest failures of a range, all from one moment.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getOverview(db: Database, query: AnalyticsQuery = {}): Promise<Overview> {
  const scope = scopeOf(query);
  const { comparedTo, before, filters, range } = scope;
  const needs = { previous: true, peopleByCell: true, retention: hasRetention(scope), allDirty: true, hourly: periodOf(scope) === HOUR_MS };
  const newest = { ...range, filters, fingerprint: null, before: { startedAt: range.to, id: "" }, limit: NEWEST_ERRORS };
  const { reading, along } = await readUsageAlong(db, scope, needs, [
    bindQuery(db, errorsQuery, newest),
    bindQuery(db, costsQuery, costDaysOf(scope.now)),
    bindQuery(db, lossesQuery, range),
    bindKnownSkills(db, scope),
  ]);
  const [errors, costs, losses, knownSkills] = along;
  const cells = reading.cellsIn(range);
  const current = usageBySkill(cells);
  const previous = usageBySkill(reading.cellsIn(comparedTo));
  const lastUsedBefore = lastUsedBeforeOf(scope, knownSkills, reading.cellsIn({ from: 0, to: range.to }));
  return {
    ...comparedEnvelopeOf(scope, reading.cost),
    summary: { ...summaryOf(reading, range), previous: summaryOf(reading, comparedTo), lost: lossesOf(losses) },
    tools: toolsOf(scope, reading, current, previous),
    quietSkills: quietSkillsOf(lastUsedBefore, new Set(current.keys())),
    changes: changesOf({ current: sumsOf(current), previous: sumsOf(previous), before: sumsOf(usageBySkill(reading.cellsIn(before))), lastUsedBefore }),
    sources: valuesOf(cells, "source"),
    versions: valuesOf(cells, "version"),
    variants: valuesOf(cells, "variant"),
    timeseries: seriesOf(scope, cells, reading),
    retention: hasRetention(scope) ? retentionOf(range, reading) : null,
    errors: errors.map(errorOf),
    costToday: costTodayOf(costs, scope.now, query.dailyRowsWrittenBudget),
  };
}

function sumsOf(usages: ReadonlyMap<string, SkillUsage>): Map<string, UsageSum> {
  return new Map([...usages].map(([skill, { sum }]) => [skill, sum]));
}

function valuesOf(cells: readonly UsageCell[], label: "source" | "version" | "variant"): string[] {
  return [...new Set(cells.map((cell) => cell[label]))].sort(compareText);
}
