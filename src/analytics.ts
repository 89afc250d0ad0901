/**
 * Track-Skills analytics: each question as a function of a database and a query. Each answer is the body of the
 * endpoint `GET /analytics/<name>`.
 *
 * ```ts
 * import { getToolStats } from "./track-skills.analytics.js";
 *
 * const { tools } = await getToolStats(env.DB, { range: "30d" });
 * ```
 *
 * @module
 */
export * from "./analytics/answers.ts";
export { type CallsQuery, getCalls } from "./analytics/calls.ts";
export { type CohortsQuery, getCohorts } from "./analytics/cohorts.ts";
export { getCost } from "./analytics/cost.ts";
export { type ErrorsQuery, getRecentErrors } from "./analytics/errors.ts";
export { IdentityModeError } from "./analytics/identity-mode.ts";
export { getOverview } from "./analytics/overview.ts";
export { type AnalyticsQuery, type Filters, InvalidQueryError, type RangePreset } from "./analytics/range.ts";
export { getRetentionStats } from "./analytics/retention.ts";
export { getSkill } from "./analytics/skill.ts";
export { getSummary } from "./analytics/summary.ts";
export { getTimeSeries, type TimeSeriesQuery } from "./analytics/timeseries.ts";
export { getToolStats } from "./analytics/tools.ts";
export type { Database, Statement, StatementMeta, StatementResult } from "./database.ts";
export type { Outcome } from "./event.ts";
