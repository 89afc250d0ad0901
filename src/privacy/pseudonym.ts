/**
 * Pseudonyms: what is stored instead of a user id.
 *
 * A plain hash of an e-mail address is reversed by hashing a list of addresses; a keyed one is not, for anybody who
 * lacks the key. The result is still personal data under the GDPR: whoever has the secret can recompute it from an id.
 */

const encoder = new TextEncoder();

/** Shortest secret that is accepted: 32 bytes, the output length of SHA-256 (RFC 2104, section 3). */
export const MIN_SECRET_BYTES = 32;

/**
 * What a pseudonym stands for. Different kinds give different pseudonyms for the same id. A tombstone is the pseudonym of
 * a pseudonym: what is kept of somebody who was erased.
 */
export type PseudonymKind = "user" | "session" | "tombstone";

/** Makes the pseudonyms of one project. */
export interface Pseudonymizer {
  /** The pseudonym of an id: 22 characters of base64url, the same for the same id, kind and secret. */
  pseudonym(kind: PseudonymKind, id: string): Promise<string>;
}

/** Whether a secret is long enough to be used. */
export function isUsableSecret(secret: string | undefined): secret is string {
  return secret !== undefined && encoder.encode(secret).byteLength >= MIN_SECRET_BYTES;
}

/**
 * Gives the pseudonym under which a user's events are stored.
 *
 * HMAC-SHA-256 (RFC 2104) under a key derived from the secret by HKDF-SHA-256 (RFC 5869, no salt, info
 * `track-skills/uid/v1`), cut to 128 bits, in base64url: 22 characters. The id is trimmed, brought to Unicode NFC and,
 * when it is an e-mail address, lower-cased first.
 *
 * @param secret - the project's `TRACK_HASH_SECRET`, at least 32 bytes
 * @throws RangeError when the secret is shorter
 */
export async function hashUserId(secret: string, userId: string): Promise<string> {
  const pseudonymizer = await createPseudonymizer(secret);
  return pseudonymizer.pseudonym("user", userId);
}

/**
 * Derives the keys once, and remembers pseudonyms, since one batch often names the same person many times.
 *
 * @throws RangeError when the secret has fewer than 32 bytes
 */
export async function createPseudonymizer(secret: string): Promise<Pseudonymizer> {
  if (!isUsableSecret(secret)) throw new RangeError(`The hash secret must have at least ${MIN_SECRET_BYTES} bytes.`);
  const keys = derived?.secret === secret ? derived.keys : await deriveKeys(secret);
  derived = { secret, keys };
  const known = new Map<string, Promise<string>>();
  return {
    pseudonym(kind, id) {
      const normalized = normalizeId(id);
      const name = `${kind}:${normalized}`;
      let hash = known.get(name);
      if (hash === undefined) {
        hash = sign(keys[kind], normalized);
        known.set(name, hash);
      }
      return hash;
    },
  };
}

type Keys = Readonly<Record<PseudonymKind, CryptoKey>>;

/** The keys of the last secret: deriving them takes longer than using them. Keys, not promises: those belong to one request. */
let derived: { secret: string; keys: Keys } | undefined;

async function deriveKeys(secret: string): Promise<Keys> {
  const master = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey"]);
  return {
    user: await deriveKey(master, "track-skills/uid/v1"),
    session: await deriveKey(master, "track-skills/session/v1"),
    tombstone: await deriveKey(master, "track-skills/tombstone/v1"),
  };
}

/** Brings the spellings of one id together: trimmed, Unicode NFC, e-mail addresses in lower case. */
export function normalizeId(id: string): string {
  const trimmed = id.trim().normalize("NFC");
  return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

function deriveKey(master: CryptoKey, info: string): Promise<CryptoKey> {
  const parameters = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: encoder.encode(info) };
  return crypto.subtle.deriveKey(parameters, master, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

async function sign(key: CryptoKey, id: string): Promise<string> {
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(id)));
  return base64url(mac.subarray(0, 16));
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
