/**
 * What every route that takes events does alike: who may send them, and how they are stored.
 */
import { isUsableSecret, MIN_SECRET_BYTES } from "../privacy/pseudonym.ts";
import { isOriginAllowed, requireKey } from "./access.ts";
import { type Context, databaseOf } from "./context.ts";
import { ingestEvents, type TrackResult } from "./ingest.ts";
import { budgetProblem, Problem } from "./problem.ts";

/** Refuses a page whose origin may not send events. */
export function requireOrigin(request: Request, { settings }: Context): void {
  if (isOriginAllowed(request, { origins: settings.allowedOrigins, methods: "POST" })) return;
  throw new Problem("origin_not_allowed", 'This page\'s origin is not in "allowedOrigins".');
}

/** Refuses a sender whose key is not the ingest key, where one is set. */
export async function requireSender(key: string | undefined, { ingestKey }: Context): Promise<void> {
  if (ingestKey !== undefined) await requireKey(key, ingestKey, "ingest key");
}

/**
 * Stores events and an account of losses, either of which may be anything at all.
 *
 * @throws Problem when the secret or the database is missing, or the budget of the day is spent; and what D1 throws
 */
export async function storeEvents(events: readonly unknown[], lost: unknown, context: Context): Promise<TrackResult> {
  const { hashSecret, settings, upkeep, ctx, now } = context;
  if (!isUsableSecret(hashSecret)) {
    throw new Problem("hash_secret_missing", `Set a secret of at least ${MIN_SECRET_BYTES} bytes: openssl rand -base64 32 | npx wrangler secret put TRACK_HASH_SECRET`);
  }
  const db = databaseOf(context);
  if (await upkeep.isBudgetSpent(db, now)) throw budgetProblem(now);
  const { result, cost, dirtyFrom } = await ingestEvents(db, events, { hashSecret, rawRetentionDays: settings.rawRetentionDays, now }, lost);
  upkeep.afterIngest(db, cost, dirtyFrom, now, ctx);
  return result;
}
