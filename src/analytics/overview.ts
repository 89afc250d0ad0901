/** All that the first screen of the dashboard shows, in one answer from one reading. */
import { bindQuery, type Database } from "../database.ts";
import { HOUR_MS } from "../rollup/scope.ts";
import type { Overview } from "./answers.ts";
import { costDaysOf, costsQuery, costTodayOf } from "./cost.ts";
import { errorOf, errorsQuery } from "./errors.ts";
import { lossesOf, lossesQuery } from "./losses.ts";
import { hasRetention } from "./identity-mode.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { readUsageAlong } from "./reading.ts";
import { retentionOf } from "./retention.ts";
import { envelopeOf, periodOf, summaryOf } from "./shape.ts";
import { seriesOf } from "./timeseries.ts";
import { toolsOf } from "./tools.ts";

/** Failures on the first screen. */
const NEWEST_ERRORS = 10;

/**
 * Answers summary, tools, time series, retention and the ten newest failures of a range, all from one moment.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getOverview(db: Database, query: AnalyticsQuery = {}): Promise<Overview> {
  const scope = scopeOf(query);
  const { filters, previousFrom, range } = scope;
  const needs = { previous: true, peopleByCell: true, retention: hasRetention(scope), hourly: periodOf(scope) === HOUR_MS };
  const newest = { from: range.from, to: range.to, filters, before: { startedAt: range.to, id: "" }, limit: NEWEST_ERRORS };
  const { reading, along } = await readUsageAlong(db, scope, needs, [
    bindQuery(db, errorsQuery, newest),
    bindQuery(db, costsQuery, costDaysOf(scope.now)),
    bindQuery(db, lossesQuery, range),
  ]);
  const [errors, costs, losses] = along;
  const cells = reading.cellsIn(range.from, range.to);
  return {
    ...envelopeOf(scope, reading.cost),
    summary: { ...summaryOf(reading, range.from, range.to), previous: summaryOf(reading, previousFrom, range.from), lost: lossesOf(losses) },
    tools: toolsOf(cells, reading),
    sources: [...new Set(cells.map((cell) => cell.source))].sort(),
    timeseries: seriesOf(scope, cells, reading),
    retention: hasRetention(scope) ? retentionOf(range, reading) : null,
    errors: errors.map(errorOf),
    costToday: costTodayOf(costs, scope.now, query.dailyRowsWrittenBudget),
  };
}
