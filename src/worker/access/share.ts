/**
 * Share links: a token that reads a part of the analytics until it expires.
 *
 * All that it allows stands in the token, signed, so nothing is stored and none can be looked up. So one token is withdrawn
 * by naming its id in a setting, and all at once by a new hash secret.
 */
import { toBase64url } from "../../privacy/base64url.ts";
import type { ShareLimits } from "../../analytics/shared.ts";
import { Problem } from "../problem.ts";
import { fromBase64url, objectFromBase64url } from "./base64url.ts";
import { derivedKey } from "./derived-key.ts";

/** A share, as its token holds it. */
export interface Share {
  /** 8 characters of base64url, by which it is withdrawn. */
  id: string;
  /** When it ends, ms since 1970. */
  expiresAt: number;
  limits: ShareLimits;
}

/** The payload of a token. Versioned, so that a later one can mean something else. */
interface Payload {
  v: 1;
  id: string;
  /** As in a JWT (RFC 7519): seconds since 1970. */
  exp: number;
  limits: ShareLimits;
}

const encoder = new TextEncoder();

const PREFIX = "share.";
const PURPOSE = "track-skills/share/v1";

/** Whether a key is meant to be a share. The prefix also tells scanners for leaked secrets what they found. */
export function isShareToken(key: string): boolean {
  return key.startsWith(PREFIX);
}

/** Makes a token: `share.PAYLOAD.SIGNATURE`, the signature over all before its dot. HMAC-SHA-256 (RFC 2104). */
export async function signShare({ id, expiresAt, limits }: Share, hashSecret: string): Promise<string> {
  const payload: Payload = { v: 1, id, exp: Math.floor(expiresAt / 1000), limits };
  const signed = PREFIX + toBase64url(encoder.encode(JSON.stringify(payload)));
  const signature = await crypto.subtle.sign("HMAC", await derivedKey(hashSecret, PURPOSE), encoder.encode(signed));
  return `${signed}.${toBase64url(new Uint8Array(signature))}`;
}

/**
 * Reads a token.
 *
 * @throws Problem `unauthorized` when it was not signed here, `share_revoked`, `share_expired`
 */
export async function verifyShare(token: string, hashSecret: string, revoked: readonly string[], now: number): Promise<Share> {
  const [, payloadText = "", signatureText = ""] = /^share\.([\w-]+)\.([\w-]+)$/.exec(token) ?? [];
  const signature = fromBase64url(signatureText) ?? new Uint8Array();
  const isSigned = await crypto.subtle.verify("HMAC", await derivedKey(hashSecret, PURPOSE), signature, encoder.encode(PREFIX + payloadText));
  const payload = isSigned ? objectFromBase64url(payloadText) : undefined;
  if (!isPayload(payload)) throw new Problem("unauthorized", "This share link was not made here, was changed, or was withdrawn with all others. Ask for a new one.");
  if (revoked.includes(payload.id)) throw new Problem("share_revoked", "This share link was withdrawn. Ask for a new one.");
  if (payload.exp * 1000 <= now) throw new Problem("share_expired", "This share link has expired. Ask for a new one.");
  return { id: payload.id, expiresAt: payload.exp * 1000, limits: payload.limits };
}

/** Whether a payload is of this version. It was signed here, so the rest of it is what `signShare` wrote. */
function isPayload(payload: object | undefined): payload is Payload {
  return payload !== undefined && "v" in payload && payload.v === 1;
}
