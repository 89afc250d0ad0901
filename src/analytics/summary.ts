/** Are my skills used, do they work, are they fast enough, and is it better than before? */
import { bindQuery, type Database } from "../database.ts";
import type { Summary } from "./answers.ts";
import { lossesOf, lossesQuery } from "./losses.ts";
import { type AnalyticsQuery, scopeOf } from "./range.ts";
import { readUsageAlong } from "./reading.ts";
import { comparedEnvelopeOf, summaryOf } from "./shape.ts";

/**
 * Answers the headline figures of a range, and the same of the range that it is compared to.
 *
 * @throws InvalidQueryError when the question cannot be answered as it is put
 */
export async function getSummary(db: Database, query: AnalyticsQuery = {}): Promise<Summary> {
  const scope = scopeOf(query);
  const { reading, along } = await readUsageAlong(db, scope, { previous: true }, [bindQuery(db, lossesQuery, scope.range)]);
  return {
    ...comparedEnvelopeOf(scope, reading.cost),
    ...summaryOf(reading, scope.range),
    previous: summaryOf(reading, scope.comparedTo),
    lost: lossesOf(along[0]),
  };
}
