/** Are my skills used, do they work, are they fast enough, and is it better than before? */
import { bindQuery, type Database, runBatch } from "../database.ts";
import { peopleQuery } from "../rollup/people.ts";
import { cellsOf, usageQuery } from "../rollup/usage.ts";
import type { Summary } from "./answers.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { cellPeriodOf, envelopeOf, summaryOf } from "./shape.ts";

/**
 * Answers the headline figures of a range, and the same of the range of equal length just before.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getSummary(db: Database, query: AnalyticsQuery = {}): Promise<Summary> {
  const scope = scopeOf(query);
  const { filters, previousFrom, range } = scope;
  const { rows, cost } = await runBatch(db, [
    bindQuery(db, usageQuery, { from: previousFrom, to: range.to, filters, periodMs: cellPeriodOf(scope) }),
    bindQuery(db, peopleQuery, { from: range.from, to: range.to, filters }),
    bindQuery(db, peopleQuery, { from: previousFrom, to: range.from, filters }),
  ]);
  const [usage, [people], [peopleBefore]] = rows;
  const cells = cellsOf(usage);
  const now = cells.filter((cell) => cell.at >= range.from);
  const before = cells.filter((cell) => cell.at < range.from);
  return {
    ...envelopeOf(scope, cost),
    ...summaryOf(now, people?.users ?? 0),
    previous: summaryOf(before, peopleBefore?.users ?? 0),
  };
}
