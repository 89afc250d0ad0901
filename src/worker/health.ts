/** Is the tracker alive, and did anything arrive? */
import type { Database, Query } from "../database.ts";
import { VERSION } from "../version.ts";

/** Body of `GET /api/health`. */
export interface Health {
  ok: true;
  /** Version of the kit. */
  version: string;
  database: "ok";
  /** When the latest stored call began, ms since 1970; `null` before the first. */
  lastEventAt: number | null;
}

/** The latest event: the last entry of the primary key, so one row is read. */
export const lastEventQuery: Query<null, { started_at: number }> = {
  sql: `
SELECT started_at
FROM skill_usage_events
ORDER BY started_at DESC, event_id DESC
LIMIT 1`,
  bind: () => [],
  columns: ["started_at"],
};

/** Reads the state of the database. Rejects with what D1 says when it does not answer. */
export async function readHealth(db: Database): Promise<Health> {
  const { results } = await db.prepare(lastEventQuery.sql).all<{ started_at: number }>();
  return { ok: true, version: VERSION, database: "ok", lastEventAt: results[0]?.started_at ?? null };
}
