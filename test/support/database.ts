/** The database of a test file: a real D1 inside workerd, with the migrations of `sql/` applied. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { createTrackingHandler } from "../../src/worker.ts";
import type { TrackingOptions } from "../../src/worker/options.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "./secrets.ts";

export const db: D1Database = env.DB;

/** Applies the migrations. For `beforeAll`. */
export async function migrate(): Promise<void> {
  await applyD1Migrations(db, inject("migrations"));
}

const TABLES = ["events", "dirty", "cells", "people", "user_days", "costs", "state", "losses"];

/** Empties every table. For `beforeEach`. */
export async function clearEvents(): Promise<void> {
  await db.batch(TABLES.map((table) => db.prepare(`DELETE FROM skill_usage_${table}`)));
}

/** Hours and days that carry a mark. */
export async function countMarks(): Promise<number> {
  return Number(await db.prepare("SELECT COUNT(*) AS marks FROM skill_usage_dirty").first("marks"));
}

/** Every stored event, oldest first. */
export async function storedEvents(): Promise<Record<string, unknown>[]> {
  return (await db.prepare("SELECT * FROM skill_usage_events ORDER BY started_at, event_id").all()).results;
}

/** Events before this are deleted, or about to be. */
export async function rawFrom(): Promise<number> {
  return Number((await db.prepare("SELECT value FROM skill_usage_state WHERE name = 'raw_from'").first("value")) ?? 0);
}

/** Erases a person: all rows that name the person, and marks for the roll-ups that counted them. */
export async function eraseUser(userHash: string): Promise<void> {
  const mark = `
    INSERT INTO skill_usage_dirty (period_ms, starts_at)
    SELECT DISTINCT period.column1, started_at / period.column1 * period.column1
    FROM skill_usage_events
    CROSS JOIN (VALUES (3600000), (21600000), (86400000)) AS period
    WHERE user_hash = ?1 AND started_at >= ?2
    ON CONFLICT DO NOTHING`;
  await db.batch([
    db.prepare(mark).bind(userHash, await rawFrom()),
    db.prepare("DELETE FROM skill_usage_events WHERE user_hash = ?1").bind(userHash),
    db.prepare("DELETE FROM skill_usage_people WHERE user_hash = ?1").bind(userHash),
  ]);
}

/** A handler with the keys of the tests. */
export function handlerOf(options: TrackingOptions = {}) {
  const handler = createTrackingHandler({ hashSecret: HASH_SECRET, analyticsKey: ANALYTICS_KEY, ...options });
  return {
    ...handler,
    /** Sends a body to `/api/track`. */
    track(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const init = { method: "POST", body: text, headers: { "Content-Type": "application/json", ...headers } };
      return handler.fetch(new Request("https://tracker.example/api/track", init), env);
    },
    /** Reads one of the analytics. */
    read(path: string, headers: Record<string, string> = { Authorization: `Bearer ${ANALYTICS_KEY}` }): Promise<Response> {
      return handler.fetch(new Request(`https://tracker.example${path}`, { headers }), env);
    },
  };
}
