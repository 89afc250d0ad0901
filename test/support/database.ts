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

/** Removes every event. For `beforeEach`. */
export async function clearEvents(): Promise<void> {
  await db.prepare("DELETE FROM skill_usage_events").run();
}

/** Every stored event, oldest first. */
export async function storedEvents(): Promise<Record<string, unknown>[]> {
  return (await db.prepare("SELECT * FROM skill_usage_events ORDER BY started_at, event_id").all()).results;
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
