/**
 * What every intake asks for before it takes events, and how it stores them; and the intake of the kit's own clients.
 */
import { LIMITS } from "../event.ts";
import { SecretsError } from "../privacy/keyring.ts";
import { isUsableSecret, MIN_SECRET_BYTES } from "../privacy/pseudonym.ts";
import { isOriginAllowed } from "./access/cors.ts";
import { bearerOf, requireKey } from "./access/keys.ts";
import { readTrackBody } from "./body.ts";
import { type Context, databaseOf, jsonResponse } from "./context.ts";
import { ingestEvents, type IngestWarning, type TrackResult } from "./ingest.ts";
import { signalOf, withoutPerson } from "./privacy-signals.ts";
import { budgetProblem, Problem } from "./problem.ts";

/** Answers `POST /api/track`. */
export async function answerTrack(request: Request, context: Context): Promise<Response> {
  requireOrigin(request, context);
  // A wrong key in the header is refused before the body is read.
  const isInHeader = bearerOf(request) !== undefined;
  if (isInHeader) await requireIngestKey(bearerOf(request), context);
  const { events, lost, key } = await readTrackBody(request);
  if (!isInHeader) await requireIngestKey(key, context);
  const result = await storeEvents(request, events, context, lost);
  // What a signal keeps out is no fault of the sender: nothing is to be mended, and nothing to be sent again.
  const isTaken = result.accepted + result.duplicates > 0 || result.rejected.some(({ code }) => code === "privacy_signal");
  return jsonResponse(result, isTaken ? 202 : 422);
}

/** Refuses pages of origins that may not send. */
export function requireOrigin(request: Request, { settings }: Context): void {
  if (isOriginAllowed(request, { origins: settings.allowedOrigins, methods: "POST" })) return;
  throw new Problem("origin_not_allowed", 'This page\'s origin is not in "allowedOrigins".');
}

/** Refuses a key that is not the ingest key, when there is one. A Worker whose binding grants it needs none. */
export async function requireIngestKey(key: string | undefined, { ingestKey, caller }: Context): Promise<void> {
  if (ingestKey !== undefined && !caller.ingest) await requireKey(key, ingestKey, "ingest key");
}

/**
 * Largest request behind which a roll-up may run. D1 takes 50 queries per invocation on the free plan: 500 events take
 * three, or four while the secret is changed, a day's salt four, a roll-up up to 32. After a larger one it waits for the next
 * request, or for the cron.
 */
const MAX_EVENTS_BEFORE_ROLL_UP = 1_500;

/**
 * Stores events, 500 in one call of D1, and notes what that cost; hears the privacy signals of the request that they came with. When a later call fails the earlier ones stay: a batch
 * that is sent again writes only what is missing, as far as its events have ids.
 *
 * @throws Problem when the secret, the database or the budget for it is missing or a setting is wrong, and what D1 throws
 */
export async function storeEvents(request: Request, events: readonly unknown[], context: Context, lost?: unknown): Promise<TrackResult> {
  const { hashSecret, previousHashSecret, project, identity, settings, skillNames, upkeep, ctx, metadata, now } = context;
  const { rawRetentionDays, scrubRules } = settings;
  if (!isUsableSecret(hashSecret)) {
    throw new Problem("hash_secret_missing", `Set a secret of at least ${MIN_SECRET_BYTES} bytes: openssl rand -base64 32 | npx wrangler secret put TRACK_HASH_SECRET`);
  }
  const signal = signalOf(request, context);
  if (signal === "drop") return dropped(events, now);
  const named = signal === "drop_user" ? events.map(withoutPerson) : events;
  const options = { hashSecret, previousHashSecret, project, identity, rawRetentionDays, metadata, scrubRules, now };
  const db = databaseOf(context);
  if (await upkeep.isBudgetSpent(db, now)) throw budgetProblem(now);
  const sum: TrackResult = { accepted: 0, duplicates: 0, rejected: [], serverTime: now };
  let first = 0;
  do {
    const chunk = named.slice(first, first + LIMITS.batchEvents);
    const { result, cost, dirtyFrom } = await ingestEvents(db, chunk, options, first === 0 ? lost : undefined, skillNames).catch(refuseSecrets);
    upkeep.afterIngest(db, cost, events.length > MAX_EVENTS_BEFORE_ROLL_UP ? null : dirtyFrom, now, ctx);
    sum.accepted += result.accepted;
    sum.duplicates += result.duplicates;
    if (result.folded !== undefined) sum.folded = (sum.folded ?? 0) + result.folded;
    for (const warning of result.warnings ?? []) addWarning(sum, warning);
    for (const rejection of result.rejected) sum.rejected.push({ ...rejection, index: first + rejection.index });
    first += LIMITS.batchEvents;
  } while (first < events.length);
  return sum;
}

/** Two secrets that cannot be used side by side are the owner's to mend. */
function refuseSecrets(error: unknown): never {
  throw error instanceof SecretsError ? new Problem("invalid_setting", error.message) : error;
}

function dropped(events: readonly unknown[], now: number): TrackResult {
  const message = "The request carries a privacy signal: nothing is stored.";
  return { accepted: 0, duplicates: 0, rejected: events.map((_, index) => ({ index, code: "privacy_signal", message })), serverTime: now };
}

/** The same warning of a later chunk is about more events. */
function addWarning(sum: TrackResult, warning: IngestWarning): void {
  const known = sum.warnings?.find(({ code }) => code === warning.code);
  if (known === undefined) sum.warnings = [...(sum.warnings ?? []), { ...warning }];
  else known.count += warning.count;
}
