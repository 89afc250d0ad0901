/** All that the first screen of the dashboard shows, in one answer from one reading. */
import { bindQuery, type Database, runBatch } from "../database.ts";
import { activityQuery, peopleQuery, periodPeopleQuery, skillPeopleQuery } from "../rollup/people.ts";
import { cellsOf, usageQuery } from "../rollup/usage.ts";
import type { Overview } from "./answers.ts";
import { errorOf, errorsQuery } from "./errors.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { retentionOf, wholeDays } from "./retention.ts";
import { cellPeriodOf, envelopeOf, periodOf, summaryOf } from "./shape.ts";
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
  const span = { from: range.from, to: range.to, filters };
  const before = { startedAt: range.to, id: "" };
  const days = wholeDays(range);
  const { rows, cost } = await runBatch(db, [
    // From the range before, or from the start of the first day, whichever is earlier.
    bindQuery(db, usageQuery, { from: Math.min(previousFrom, days.from), to: days.to, filters, periodMs: cellPeriodOf(scope) }),
    bindQuery(db, peopleQuery, span),
    bindQuery(db, peopleQuery, { from: previousFrom, to: range.from, filters }),
    bindQuery(db, skillPeopleQuery, span),
    bindQuery(db, periodPeopleQuery, { ...span, periodMs: periodOf(scope) }),
    bindQuery(db, activityQuery, { from: 0, to: days.to, filters }),
    bindQuery(db, errorsQuery, { ...span, before, limit: NEWEST_ERRORS }),
  ]);
  const [usage, [people], [peopleBefore], skillPeople, periodPeople, activity, errors] = rows;
  const cells = cellsOf(usage);
  const now = cells.filter((cell) => cell.at >= range.from && cell.at < range.to);
  const previous = cells.filter((cell) => cell.at >= previousFrom && cell.at < range.from);
  return {
    ...envelopeOf(scope, cost),
    summary: { ...summaryOf(now, people?.users ?? 0), previous: summaryOf(previous, peopleBefore?.users ?? 0) },
    tools: toolsOf(now, skillPeople),
    timeseries: seriesOf(scope, now, periodPeople),
    retention: retentionOf(range, cells.filter((cell) => cell.at >= days.from), activity),
    errors: errors.map(errorOf),
  };
}
