/** All about one skill: how it does, since when, in which version, when in the week, for whom, and what its latest calls were. */
import { bindQuery, type Database, runBatch } from "../database.ts";
import { groupCells, sumCells, type UsageCell } from "../rollup/cell.ts";
import type { LabelFigures, SkillReport } from "./answers.ts";
import { callOf } from "./calls.ts";
import { bindErrorGroups, errorGroupsOf } from "./error-groups.ts";
import { histogramOf } from "./histogram.ts";
import { callsOfHoursQuery, newestHours } from "./newest-calls.ts";
import { type AnalyticsQuery, InvalidQueryError, type Scope, scopeOf } from "./range.ts";
import { type Reading, readUsageAlong } from "./reading.ts";
import { approximately, comparedEnvelopeOf, compareText, durationsOf, errorsOf, successOf, summaryOf } from "./shape.ts";
import { seriesOf } from "./timeseries.ts";
import { errorTypesOf } from "./tools.ts";

const ERROR_GROUPS = 20;
const NEWEST_CALLS = 20;

/**
 * Answers all about one skill in a range. Reads an hour of the range after the other, since it tells the hours of the week.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put, or names not exactly one skill
 */
export async function getSkill(db: Database, query: AnalyticsQuery = {}): Promise<SkillReport> {
  const skill = skillOf(query);
  const scope = scopeOf(query);
  const { reading, along } = await readUsageAlong(db, scope, { previous: true, peopleByCell: true, hourly: true }, [
    bindErrorGroups(db, scope, { fingerprint: null, limit: ERROR_GROUPS }),
  ]);
  const cells = reading.cellsIn(scope.range);
  const hours = newestHours(cells, NEWEST_CALLS);
  const { rows, cost } = await runBatch(db, [bindQuery(db, callsOfHoursQuery, { hours, filters: scope.filters, limit: NEWEST_CALLS })]);
  const sum = sumCells(cells);
  return {
    ...comparedEnvelopeOf(scope, { ...reading.cost, rowsRead: reading.cost.rowsRead + cost.rowsRead }),
    skill,
    summary: { ...summaryOf(reading, scope.range), previous: summaryOf(reading, scope.comparedTo) },
    ...seriesOf(scope, cells, reading),
    histogram: histogramOf(sum.durations),
    versions: labelsOf("version", cells, reading).map(([version, figures]) => ({ version, ...figures })),
    sources: labelsOf("source", cells, reading).map(([source, figures]) => ({ source, ...figures })),
    hours: hoursOfWeek(cells),
    returningUsers: returningUsersOf(scope, reading),
    lastUsedAt: cells.length === 0 ? null : sum.lastAt,
    errorTypes: errorTypesOf(sum),
    errorGroups: errorGroupsOf(scope, along[0]),
    calls: rows[0].map(callOf),
  };
}

function skillOf({ skill }: AnalyticsQuery): string {
  const [name, ...others] = skill === undefined ? [] : [skill].flat();
  if (name === undefined || others.length > 0) throw new InvalidQueryError('"skill" is the name of exactly one skill.');
  return name;
}

/** The figures of each version or source, latest used first. */
function labelsOf(label: "version" | "source", cells: readonly UsageCell[], reading: Reading): [string, LabelFigures][] {
  const labels = [...groupCells(cells, (cell) => cell[label])].map(([name, group]): [string, LabelFigures] => [name, figuresOf(group, reading)]);
  return labels.sort(([leftName, left], [rightName, right]) => right.lastUsedAt - left.lastUsedAt || compareText(leftName, rightName));
}

function figuresOf(cells: readonly UsageCell[], reading: Reading): LabelFigures {
  const sum = sumCells(cells);
  const { users, isApproximate } = reading.usersOf(cells);
  return {
    calls: sum.calls,
    errors: errorsOf(sum),
    ...successOf(sum),
    users,
    ...approximately(isApproximate),
    lastUsedAt: sum.lastAt,
    durationMs: durationsOf(sum),
  };
}

/** Calls by weekday from Monday and by hour, UTC, of cells of an hour each. */
function hoursOfWeek(cells: readonly UsageCell[]): number[][] {
  const hours = Array.from({ length: 7 }, () => new Array<number>(24).fill(0));
  for (const { at, calls } of cells) {
    const date = new Date(at);
    const day = hours[(date.getUTCDay() + 6) % 7];
    if (day !== undefined) day[date.getUTCHours()] = (day[date.getUTCHours()] ?? 0) + calls;
  }
  return hours;
}

/** People in both ranges: those of each, less those of the two together. */
function returningUsersOf({ range, comparedTo }: Scope, reading: Reading): number | null {
  const [now, before] = [reading.cellsIn(range), reading.cellsIn(comparedTo)];
  const counts = [now, before, [...now, ...before]].map((cells) => reading.usersOf(cells));
  const [ofNow = null, ofBefore = null, ofBoth = null] = counts.map(({ users }) => users);
  const isUnknown = ofNow === null || ofBefore === null || ofBoth === null;
  return isUnknown || counts.some(({ isApproximate }) => isApproximate) ? null : ofNow + ofBefore - ofBoth;
}
