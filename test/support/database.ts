/** The database of a test file: a real D1 inside workerd, with the migrations of `sql/` applied. */
import { applyD1Migrations } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import { deriveKeys, pseudonymizerOf } from "../../src/privacy/pseudonym.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import type { TrackingOptions } from "../../src/worker/options.ts";
import type { Subject } from "../../src/worker/subjects/subject.ts";
import { ADMIN_KEY, ANALYTICS_KEY, HASH_SECRET } from "./secrets.ts";

export const db: D1Database = env.DB;

/** Applies the migrations. For `beforeAll`. */
export async function migrate(): Promise<void> {
  await applyD1Migrations(db, inject("migrations"));
}

const TABLES = ["events", "dirty", "cells", "people", "user_days", "costs", "state", "losses", "erasures", "audit", "aliases", "salts", "erasing"];

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

/** The person as erasures and exports know it. */
export async function subjectOf(userId: string): Promise<Subject & { userHash: string; tombstone: string }> {
  const pseudonymizer = pseudonymizerOf(await deriveKeys(HASH_SECRET, new Uint8Array(0)));
  const userHash = await pseudonymizer.pseudonym("user", userId);
  const tombstone = await pseudonymizer.pseudonym("tombstone", userHash);
  return { userHash, tombstone, userHashes: [userHash], tombstones: [tombstone] };
}

/** The number by which lists know a person; `null` when they do not. */
export async function numberOf(userId: string): Promise<number | null> {
  const { userHash } = await subjectOf(userId);
  return db.prepare("SELECT person FROM skill_usage_people WHERE user_hash = ?1").bind(userHash).first("person");
}

/** Where a text stands in the database, and where the lists of people hold a number: nowhere, after an erasure. */
export async function tracesOf(texts: readonly string[], person: number | null): Promise<string[]> {
  const traces: string[] = [];
  for (const table of TABLES) {
    for (const row of (await db.prepare(`SELECT * FROM skill_usage_${table}`).all()).results) {
      const text = JSON.stringify(row);
      for (const wanted of texts) if (text.includes(wanted)) traces.push(`${table}: ${wanted}`);
      const list: unknown = typeof row["people"] === "string" ? JSON.parse(row["people"]) : [row["person"]];
      if (person !== null && Array.isArray(list) && list.includes(person)) traces.push(`${table}: person ${person} in ${text}`);
    }
  }
  return traces;
}

/** A handler with the keys of the tests. */
export function handlerOf(options: TrackingOptions = {}) {
  const handler = createTrackingHandler({ hashSecret: HASH_SECRET, analyticsKey: ANALYTICS_KEY, adminKey: ADMIN_KEY, ...options });
  return {
    ...handler,
    /** Sends a body to `/api/track`. */
    track(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
      const text = typeof body === "string" ? body : JSON.stringify(body);
      const init = { method: "POST", body: text, headers: { "Content-Type": "application/json", ...headers } };
      return handler.fetch(new Request("https://tracker.example/api/track", init), env);
    },
    /** Exports or erases a person. */
    subject(what: "export" | "erase", body: unknown, key = ADMIN_KEY): Promise<Response> {
      const init = { method: "POST", body: JSON.stringify(body), headers: { Authorization: `Bearer ${key}` } };
      return handler.fetch(new Request(`https://tracker.example/api/subjects/${what}`, init), env);
    },
    /** Reads one of the analytics. */
    read(path: string, headers: Record<string, string> = { Authorization: `Bearer ${ANALYTICS_KEY}` }): Promise<Response> {
      return handler.fetch(new Request(`https://tracker.example${path}`, { headers }), env);
    },
  };
}
