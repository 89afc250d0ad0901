/**
 * Who reads the analytics, and by what right: a key, Cloudflare Access, a share link, a service binding, or nobody in
 * particular where the owner made the figures public.
 *
 * An `Authorization` header is what counts when there is one: a wrong key is refused even where Access would let in, so
 * that whoever holds a share never reads more by accident.
 */
import { isUsableSecret, MIN_SECRET_BYTES } from "../../privacy/pseudonym.ts";
import type { Context } from "../context.ts";
import { Problem } from "../problem.ts";
import { type AccessSettings, accessSettingsOf, verifyAccessToken } from "./cloudflare-access.ts";
import { bearerOf, type NamedKey, namedKeysOf, nameOfKey, parseNamedKeys } from "./keys.ts";
import { isShareToken, type Share, verifyShare } from "./share.ts";

/** Who reads, for logs and for limits. */
export interface Reader {
  kind: "key" | "access" | "share" | "public" | "service";
  /** Name of the key, subject of the Access token, id of the share or name of the calling Worker. Never a key, never an address. */
  name: string;
  /** Smallest number of people that a figure may be about; 0 is no limit. */
  minGroup: number;
  /** What a share is limited to; `null` for all others. */
  share: Share | null;
}

/**
 * Finds out who reads.
 *
 * @throws Problem when nobody does who may
 */
export async function readerOf(request: Request, context: Context): Promise<Reader> {
  const { caller, settings } = context;
  const { minGroup } = settings;
  // A Worker that hands on the request of a link's bearer does not make it a request for more.
  if (caller.analytics && !isShareToken(bearerOf(request) ?? "")) return { kind: "service", name: caller.name, minGroup, share: null };
  try {
    return await identify(request, context);
  } catch (error) {
    if (settings.publicAnalytics && error instanceof Problem) return { kind: "public", name: "public", minGroup, share: null };
    throw error;
  }
}

/** Finds out who reads, and refuses whoever may not hand on what they read. */
export async function sharerOf(request: Request, context: Context): Promise<Reader> {
  const reader = await readerOf(request, context);
  if (reader.kind === "share") throw new Problem("outside_share", "A share link makes no other share link.");
  if (reader.kind === "public") throw new Problem("unauthorized", 'Send the analytics key as "Authorization: Bearer KEY".');
  return reader;
}

async function identify(request: Request, context: Context): Promise<Reader> {
  const { minGroup } = context.settings;
  const bearer = bearerOf(request);
  if (bearer !== undefined && isShareToken(bearer)) return readerOfShare(bearer, context);
  const keys = analyticsKeysOf(context);
  const access = accessOf(context);
  if (keys.length === 0 && access === undefined) {
    throw new Problem("analytics_key_missing", "Set the key that reads the analytics: npx wrangler secret put TRACK_ANALYTICS_KEY");
  }
  const token = bearer === undefined && access !== undefined ? accessTokenOf(request) : undefined;
  if (access !== undefined && token !== undefined) {
    const name = await verifyAccessToken(token, access, context.accessKeys, context.now);
    return { kind: "access", name, minGroup, share: null };
  }
  const name = bearer === undefined ? undefined : await nameOfKey(bearer, keys);
  if (name !== undefined) return { kind: "key", name, minGroup, share: null };
  throw new Problem("unauthorized", keys.length > 0 ? 'Send the analytics key as "Authorization: Bearer KEY".' : "Sign in with Cloudflare Access.");
}

async function readerOfShare(token: string, { hashSecret, revokedShares, settings, now }: Context): Promise<Reader> {
  const share = await verifyShare(token, requireShareSecret(hashSecret), revokedShares, now);
  return { kind: "share", name: share.id, minGroup: Math.max(share.limits.minGroup, settings.minGroup), share };
}

/** The secret from which the key of shares is derived. */
export function requireShareSecret(hashSecret: string | undefined): string {
  if (isUsableSecret(hashSecret)) return hashSecret;
  throw new Problem("hash_secret_missing", `Share links are signed under TRACK_HASH_SECRET, of at least ${MIN_SECRET_BYTES} bytes.`);
}

/** Every key that reads. That of `TRACK_ANALYTICS_KEY` is called `default`. */
function analyticsKeysOf({ analyticsKey, analyticsKeys }: Context): NamedKey[] {
  const single = analyticsKey === undefined ? [] : [{ name: "default", key: analyticsKey }];
  const named = readSetting("TRACK_ANALYTICS_KEYS", () => (typeof analyticsKeys === "string" ? parseNamedKeys(analyticsKeys) : namedKeysOf(analyticsKeys ?? {})));
  return [...single, ...named];
}

function accessOf({ access }: Context): AccessSettings | undefined {
  if (access === undefined) return undefined;
  return readSetting("TRACK_ACCESS_TEAM_DOMAIN and TRACK_ACCESS_AUD", () => accessSettingsOf(access.teamDomain, access.audience));
}

/** What cannot be read is said to the owner rather than passed over: a key that silently does not work looks like an attack. */
function readSetting<Value>(setting: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Problem("invalid_setting", `${setting}: ${error instanceof Error ? error.message : "not readable"}`);
  }
}

/**
 * The token of Access: from the header that it sets, or from its cookie, which is there when the page is behind Access and the
 * Worker is not. A browser sends a cookie whoever asks, so only for what the same origin reads.
 */
function accessTokenOf(request: Request): string | undefined {
  const header = request.headers.get("Cf-Access-Jwt-Assertion");
  if (header !== null) return header;
  const isReading = request.method === "GET" || request.method === "HEAD";
  if (!isReading || request.headers.get("Sec-Fetch-Site") !== "same-origin") return undefined;
  return /(?:^|;\s*)CF_Authorization=([^;\s]+)/.exec(request.headers.get("Cookie") ?? "")?.[1];
}
