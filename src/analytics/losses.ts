/** How many calls are missing from the figures, because a client could not send them? */
import type { Query } from "../database.ts";
import type { LossReason } from "../event.ts";
import type { LossFigures } from "./answers.ts";

export interface LossRow {
  reason: LossReason;
  events: number;
}

/** Reads what clients said in a span of time that they lost. */
export const lossesQuery: Query<{ from: number; to: number }, LossRow> = {
  sql: `
SELECT
  reason,
  SUM(events) AS events
FROM skill_usage_losses
WHERE reported_at >= CAST(?1 AS INTEGER)
  AND reported_at < CAST(?2 AS INTEGER)
GROUP BY reason
ORDER BY reason`,
  bind: ({ from, to }) => [from, to],
  columns: ["reason", "events"],
};

/** Adds up what was lost. */
export function lossesOf(rows: readonly LossRow[]): LossFigures {
  return {
    events: rows.reduce((sum, { events }) => sum + events, 0),
    reasons: Object.fromEntries(rows.map(({ reason, events }) => [reason, events])),
  };
}
