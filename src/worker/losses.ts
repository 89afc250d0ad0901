/**
 * What clients lost: an account that travels with a batch, stored once however often it comes.
 */
import { LIMITS, type LossAccount, type LossReason, NO_LOSSES } from "../event.ts";

/** More than this in one account is nothing that a client counted. */
const MAX_EVENTS = 1e9;

/** Stores an account. ?1 is its id, ?2 its time, ?3 JSON: {reason: events}. */
export const INSERT_LOSSES_SQL: string = `
INSERT INTO skill_usage_losses (account_id, reason, events, reported_at)
SELECT ?1, key, CAST(value AS INTEGER), CAST(?2 AS INTEGER)
FROM json_each(?3)
WHERE true
ON CONFLICT DO NOTHING`;

/** Reads an account; `null` for anything else. Reasons that are not known are left out. */
export function parseLosses(value: unknown, now: number): LossAccount | null {
  if (typeof value !== "object" || value === null || !("id" in value && "at" in value && "reasons" in value)) return null;
  const { id, at, reasons } = value;
  if (typeof id !== "string" || !/^[\w-]{1,64}$/.test(id) || typeof at !== "number" || typeof reasons !== "object" || reasons === null) return null;
  const known = Object.entries(reasons).filter(([reason, events]) => isReason(reason) && Number.isInteger(events) && events > 0 && events <= MAX_EVENTS);
  if (known.length === 0) return null;
  // A client whose clock is off has still lost something: it is counted as of now.
  const isPlausible = at >= 0 && at <= now && at > now - LIMITS.durationMs;
  return { id, at: isPlausible ? Math.floor(at) : now, reasons: Object.fromEntries(known) };
}

function isReason(name: string): name is LossReason {
  return Object.hasOwn(NO_LOSSES, name);
}
