/**
 * The registry of questions: a new one is one file beside this and one line here. The Worker serves each at
 * `GET /analytics/<name>`.
 */
import type { Database } from "../database.ts";
import type { Compared, Envelope } from "./answers.ts";
import { getCalls } from "./calls.ts";
import { getCohorts } from "./cohorts.ts";
import { getCost } from "./cost.ts";
import { getRecentErrors } from "./errors.ts";
import { getOverview } from "./overview.ts";
import { getRetentionStats } from "./retention.ts";
import { getSkill } from "./skill.ts";
import { getSummary } from "./summary.ts";
import { getTimeSeries } from "./timeseries.ts";
import { Suppression } from "./small-groups.ts";
import { getToolStats } from "./tools.ts";
import type { ParsedQuery } from "./url.ts";
import * as small from "./without-small-groups.ts";

/** Answers one question. */
export type Question = (db: Database, query: ParsedQuery) => Promise<Answered>;

/** An answer, in full and for readers who may not see small groups. */
export interface Answered {
  answer: Envelope;
  /**
   * The answer without what is about fewer people; `null` when it is as a whole.
   *
   * @param minGroup - smallest number of people that a figure may be about
   */
  withoutSmallGroups(minGroup: number): Envelope | null;
}

/** Every question, by the last part of its path. None goes without saying what of its answer is about few people. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  summary: question(getSummary, small.summaryWithout),
  tools: question(getToolStats, small.toolsWithout),
  skill: question(getSkill, small.skillWithout),
  calls: question(getCalls, small.nothingWithout),
  retention: question(getRetentionStats, small.retentionWithout),
  cohorts: question(getCohorts, small.cohortsWithout),
  errors: question(getRecentErrors, small.errorsWithout),
  timeseries: question(getTimeSeries, small.timeSeriesWithout),
  overview: question(getOverview, small.overviewWithout),
  cost: question(getCost, small.allWithout),
};

function question<Answer extends Envelope>(
  ask: (db: Database, query: ParsedQuery) => Promise<Answer>,
  without: (answer: Answer, suppression: Suppression) => Envelope | null,
): Question {
  return async (db, query) => {
    const answer = await ask(db, query);
    return {
      answer,
      withoutSmallGroups(minGroup) {
        const suppression = new Suppression(minGroup, overlapsComparison(answer));
        const shown = without(answer, suppression);
        return shown && { ...shown, minGroup, suppressed: suppression.suppressed };
      },
    };
  };
}

function overlapsComparison(answer: Envelope & Partial<Compared>): boolean {
  return answer.comparedTo !== undefined && answer.comparedTo.to > answer.range.from;
}
