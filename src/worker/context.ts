/**
 * What a request is answered with: the settings, what its environment carries, and the time.
 */
import type { Database } from "../database.ts";
import type { WaitUntil } from "../runtime.ts";
import type { Settings } from "./options.ts";
import { Problem } from "./problem.ts";
import type { Upkeep } from "./upkeep.ts";

/** What a request is answered with. */
export interface Context {
  settings: Settings;
  upkeep: Upkeep;
  ctx: WaitUntil | undefined;
  db: Database | undefined;
  hashSecret: string | undefined;
  analyticsKey: string | undefined;
  ingestKey: string | undefined;
  adminKey: string | undefined;
  now: number;
}

/** The database of a request that cannot be answered without one. */
export function databaseOf({ db }: Context): Database {
  if (db !== undefined) return db;
  throw new Problem("database_missing", 'Bind a D1 database as "DB" in wrangler.toml.');
}
