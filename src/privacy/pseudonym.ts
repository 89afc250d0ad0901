/**
 * Pseudonyms: what is stored instead of a user id.
 *
 * A plain hash of an e-mail address is found out by hashing a list of addresses; a keyed one is not, by anybody who
 * lacks the key. The result is still personal data under the GDPR: whoever has the secret can recompute it from an id.
 */
import { toBase64url } from "./base64url.ts";

const encoder = new TextEncoder();

/** Shortest secret that is accepted: 32 bytes, the output length of SHA-256 (RFC 2104, section 3). */
export const MIN_SECRET_BYTES = 32;

/**
 * What a pseudonym stands for. Different kinds give different pseudonyms for the same id. A tombstone is the pseudonym of
 * a pseudonym: what is kept of somebody who was erased.
 */
export type PseudonymKind = "user" | "session" | "tombstone";

/** The keys of one secret under one salt, and the character by which their pseudonyms are told from those of another secret. */
export interface PseudonymKeys {
  readonly keyId: string;
  readonly user: CryptoKey;
  readonly session: CryptoKey;
  readonly tombstone: CryptoKey;
}

/** Makes the pseudonyms of one request. */
export interface Pseudonymizer {
  /** The pseudonym of an id: 23 characters of base64url, the same for the same id, kind and keys. */
  pseudonym(kind: PseudonymKind, id: string): Promise<string>;
}

/** Whether a secret is long enough to be used. */
export function isUsableSecret(secret: string | undefined): secret is string {
  return secret !== undefined && encoder.encode(secret).byteLength >= MIN_SECRET_BYTES;
}

/**
 * Gives the pseudonym under which a user's events are stored, with `identity: "stable"`.
 *
 * 23 characters: one that names the secret, and HMAC-SHA-256 (RFC 2104) cut to 128 bits, in base64url. Its key comes
 * from the secret by HKDF-SHA-256 (RFC 5869, salt: the project's name in UTF-8, info `track-skills/uid/v1`). The id is
 * trimmed, brought to Unicode NFC and, when it is an e-mail address, lower-cased first.
 *
 * @param secret - the project's `TRACK_HASH_SECRET`, at least 32 bytes
 * @param project - the project's `TRACK_PROJECT`; the same id has other pseudonyms in other projects. @default ""
 * @throws RangeError when the secret is shorter
 */
export async function hashUserId(secret: string, userId: string, project = ""): Promise<string> {
  const isKnown = derived?.secret === secret && derived.project === project;
  const keys = derived !== undefined && isKnown ? derived.keys : await deriveKeys(secret, encoder.encode(project));
  derived = { secret, project, keys };
  return pseudonymizerOf(keys).pseudonym("user", userId);
}

/** The keys of the last call, since many calls in a row are about one project. */
let derived: { secret: string; project: string; keys: PseudonymKeys } | undefined;

/**
 * Derives the keys of a secret. Takes longer than using them: keep them.
 *
 * @throws RangeError when the secret has fewer than 32 bytes
 */
export async function deriveKeys(secret: string, salt: Uint8Array): Promise<PseudonymKeys> {
  if (!isUsableSecret(secret)) throw new RangeError(`The hash secret must have at least ${MIN_SECRET_BYTES} bytes.`);
  const master = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveKey", "deriveBits"]);
  return {
    keyId: await deriveKeyId(master),
    user: await deriveKey(master, salt, "track-skills/uid/v1"),
    session: await deriveKey(master, salt, "track-skills/session/v1"),
    tombstone: await deriveKey(master, salt, "track-skills/tombstone/v1"),
  };
}

/** Remembers pseudonyms, since one batch often names the same person many times. For one request: promises do not outlive it. */
export function pseudonymizerOf(keys: PseudonymKeys): Pseudonymizer {
  const known = new Map<string, Promise<string>>();
  return {
    pseudonym(kind, id) {
      const normalized = normalizeId(id);
      const name = `${kind}:${normalized}`;
      let hash = known.get(name);
      if (hash === undefined) {
        hash = sign(keys, kind, normalized);
        known.set(name, hash);
      }
      return hash;
    },
  };
}

/** Brings the spellings of one id together: trimmed, Unicode NFC, e-mail addresses in lower case. */
export function normalizeId(id: string): string {
  const trimmed = id.trim().normalize("NFC");
  return /^[^\s@]+@[^\s@]+$/.test(trimmed) ? trimmed.toLowerCase() : trimmed;
}

/**
 * Whether an id looks like the SHA-1 or SHA-256 of something: whoever has a list of addresses finds out which, were it stored
 * anywhere else. 32 digits are not taken for MD5, since random UUIDs without dashes look the same.
 */
export function looksLikeUnkeyedHash(id: string): boolean {
  return /^(?:[\da-f]{40}|[\da-f]{64})$/i.test(id.trim());
}

interface HkdfParameters {
  name: "HKDF";
  hash: "SHA-256";
  salt: Uint8Array;
  info: Uint8Array;
}

function hkdf(salt: Uint8Array, info: string): HkdfParameters {
  return { name: "HKDF", hash: "SHA-256", salt, info: encoder.encode(info) };
}

/** Of the secret alone, whatever the salt: 6 bits of HKDF's output for an info of its own, which help nobody to find the secret. */
async function deriveKeyId(master: CryptoKey): Promise<string> {
  const bits = await crypto.subtle.deriveBits(hkdf(new Uint8Array(0), "track-skills/key-id/v1"), master, 8);
  return toBase64url(new Uint8Array(bits)).slice(0, 1);
}

function deriveKey(master: CryptoKey, salt: Uint8Array, info: string): Promise<CryptoKey> {
  return crypto.subtle.deriveKey(hkdf(salt, info), master, { name: "HMAC", hash: "SHA-256", length: 256 }, false, ["sign"]);
}

async function sign(keys: PseudonymKeys, kind: PseudonymKind, id: string): Promise<string> {
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", keys[kind], encoder.encode(id)));
  return keys.keyId + toBase64url(mac.subarray(0, 16));
}
