/**
 * The registry of questions: a new one is one file beside this and one line here. The Worker serves each at
 * `GET /analytics/<name>`.
 */
import type { Database } from "../database.ts";
import type { Envelope } from "./answers.ts";
import { getCalls } from "./calls.ts";
import { getCohorts } from "./cohorts.ts";
import { getCost } from "./cost.ts";
import { getRecentErrors } from "./errors.ts";
import { getOverview } from "./overview.ts";
import { getRetentionStats } from "./retention.ts";
import { getSkill } from "./skill.ts";
import { getSummary } from "./summary.ts";
import { getTimeSeries } from "./timeseries.ts";
import { getToolStats } from "./tools.ts";
import type { ParsedQuery } from "./url.ts";

/** Answers one question. */
export type Question = (db: Database, query: ParsedQuery) => Promise<Envelope>;

/** Every question, by the last part of its path. */
export const QUESTIONS: Readonly<Record<string, Question>> = {
  summary: getSummary,
  tools: getToolStats,
  skill: getSkill,
  calls: getCalls,
  retention: getRetentionStats,
  cohorts: getCohorts,
  errors: getRecentErrors,
  timeseries: getTimeSeries,
  overview: getOverview,
  cost: getCost,
};
