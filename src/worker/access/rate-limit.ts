/**
 * Rate limits, where the owner bound a limiter: so many requests per client and minute.
 *
 * A client is a network (/24 of IPv4, /48 of IPv6), known to the limiter as a keyed hash: no address is stored, logged or
 * handed on. People behind one network share its limit. Cloudflare counts per location and lets a few too many through;
 * what fails to count lets all through, since a limiter must not cost an event.
 */
import { toBase64url } from "../../privacy/base64url.ts";
import { isUsableSecret } from "../../privacy/pseudonym.ts";
import { Problem } from "../problem.ts";
import type { Caller } from "./caller.ts";
import { derivedKey } from "./derived-key.ts";

/** A rate limiting binding of Workers: the part in use. */
export interface RateLimiter {
  limit(options: { key: string }): Promise<{ success: boolean }>;
}

/** What a limit is asked with. */
interface RateContext {
  rateLimiter: RateLimiter | undefined;
  hashSecret: string | undefined;
  caller: Caller;
}

/** What is counted by itself, so that a flood of events does not close the dashboard. */
export type Quota = "ingest" | "reading";

/**
 * Refuses a client that asks too often. Before any key is compared, so that keys cannot be tried out at speed.
 *
 * @throws Problem `rate_limited`
 */
export async function requireRate(request: Request, quota: Quota, { rateLimiter, hashSecret, caller }: RateContext): Promise<void> {
  const address = request.headers.get("CF-Connecting-IP");
  // Cloudflare sets the header on whatever comes from the internet. A Worker of the owner's has no address to be counted by.
  if (rateLimiter === undefined || address === null || (quota === "ingest" ? caller.ingest : caller.analytics)) return;
  // Without the secret nothing is taken in and no share is read: there is nothing to guard yet.
  if (!isUsableSecret(hashSecret)) return;
  const key = `${quota}:${await hashOf(networkOf(address), hashSecret)}`;
  if (await isWithin(rateLimiter, key)) return;
  throw new Problem("rate_limited", "Too many requests from this network: try again in a minute.");
}

async function isWithin(limiter: RateLimiter, key: string): Promise<boolean> {
  try {
    return (await limiter.limit({ key })).success;
  } catch (error) {
    console.error(JSON.stringify({ trackSkills: "rate-limit", error: error instanceof Error ? error.message : String(error) }));
    return true;
  }
}

async function hashOf(network: string, hashSecret: string): Promise<string> {
  const key = await derivedKey(hashSecret, "track-skills/rate-limit/v1");
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(network)));
  return toBase64url(mac.subarray(0, 16));
}

/** The network of an address: what a household or an office has, so that changing the last digits is no new client. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address.split(".").slice(0, 3).join(".");
  const [left = "", right] = address.toLowerCase().split("::");
  const [before, after] = [groupsOf(left), groupsOf(right ?? "")];
  const zeros = right === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array.from({ length: zeros }, () => "0"), ...after];
  return groups.slice(0, 3).map((group) => group.replace(/^0+(?=.)/, "")).join(":");
}

function groupsOf(text: string): string[] {
  return text === "" ? [] : text.split(":");
}
