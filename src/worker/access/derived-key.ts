/**
 * Keys that are derived from `TRACK_HASH_SECRET` for other purposes than pseudonyms.
 *
 * One secret for an owner to set and keep. HKDF (RFC 5869) with a label for each purpose makes keys of which none tells
 * anything of another. The price: a new secret withdraws all that was signed with the old one, which is documented as the
 * way to withdraw all share links at once.
 */
const encoder = new TextEncoder();

/** What a key is for. The labels are part of what is signed: a changed one withdraws every share link. */
export type KeyPurpose = "track-skills/share/v1" | "track-skills/rate-limit/v1";

const derived = new Map<KeyPurpose, { secret: string; key: CryptoKey }>();

/** Gives the HMAC-SHA-256 key of a purpose. That of the last secret is kept: deriving takes longer than using. */
export async function derivedKey(secret: string, purpose: KeyPurpose): Promise<CryptoKey> {
  const known = derived.get(purpose);
  if (known?.secret === secret) return known.key;
  const master = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: encoder.encode(purpose) };
  const key = await crypto.subtle.deriveKey(parameters, master, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign", "verify"]);
  derived.set(purpose, { secret, key });
  return key;
}
