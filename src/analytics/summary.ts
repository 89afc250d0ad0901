/** Are my skills used, do they work, are they fast enough, and is it better than before? */
import { bindQuery, type Database } from "../database.ts";
import type { Summary } from "./answers.ts";
import { lossesOf, lossesQuery } from "./losses.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { readUsageAlong } from "./reading.ts";
import { envelopeOf, summaryOf } from "./shape.ts";

/**
 * Answers the headline figures of a range, and the same of the range of equal length just before.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getSummary(db: Database, query: AnalyticsQuery = {}): Promise<Summary> {
  const scope = scopeOf(query);
  const { previousFrom, range } = scope;
  const { reading, along } = await readUsageAlong(db, scope, { previous: true }, [bindQuery(db, lossesQuery, range)]);
  return {
    ...envelopeOf(scope, reading.cost),
    ...summaryOf(reading, range.from, range.to),
    previous: summaryOf(reading, previousFrom, range.from),
    lost: lossesOf(along[0]),
  };
}
