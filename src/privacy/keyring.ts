/**
 * The keys that are in force: those of the secret, and while it is being changed those of the one before.
 *
 * Pseudonyms of both are needed for as long as somebody may be known by the older one alone. What that costs is a second
 * HMAC for each person of a batch.
 */
import { deriveKeys, isUsableSecret, MIN_SECRET_BYTES, type Pseudonymizer, pseudonymizerOf, type PseudonymKeys } from "./pseudonym.ts";

/** The secrets of a project. */
export interface Secrets {
  /** At least 32 bytes. */
  hashSecret: string;
  /** The one before, while people who are known by it may come back. */
  previousHashSecret?: string | undefined;
}

/** The keys of some secrets under one salt. */
export interface Keyring {
  readonly current: PseudonymKeys;
  readonly previous: PseudonymKeys | null;
}

/** Makes pseudonyms under each of the keys, for one request. */
export interface Pseudonymizers {
  readonly current: Pseudonymizer;
  readonly previous: Pseudonymizer | null;
}

/** Thrown for two secrets that cannot be used side by side. The message says what to do. */
export class SecretsError extends Error {
  override readonly name = "SecretsError";
}

/**
 * Derives the keys of a project's secrets.
 *
 * @throws RangeError when `hashSecret` has fewer than 32 bytes
 * @throws SecretsError when the secret before has, or when both have one key id, which is so for one pair in 64
 */
export async function deriveKeyring({ hashSecret, previousHashSecret }: Secrets, salt: Uint8Array): Promise<Keyring> {
  const current = await deriveKeys(hashSecret, salt);
  // The same secret twice is the moment before the new one is set.
  if (previousHashSecret === undefined || previousHashSecret === hashSecret) return { current, previous: null };
  if (!isUsableSecret(previousHashSecret)) throw new SecretsError(`TRACK_HASH_SECRET_PREVIOUS has fewer than ${MIN_SECRET_BYTES} bytes: set the secret before as it was, or delete it.`);
  const previous = await deriveKeys(previousHashSecret, salt);
  if (previous.keyId === current.keyId) {
    throw new SecretsError("TRACK_HASH_SECRET and TRACK_HASH_SECRET_PREVIOUS give the same key id, so that their pseudonyms could not be told apart: make another new secret.");
  }
  return { current, previous };
}

/** Makes the pseudonymizers of a request. */
export function pseudonymizersOf({ current, previous }: Keyring): Pseudonymizers {
  return { current: pseudonymizerOf(current), previous: previous === null ? null : pseudonymizerOf(previous) };
}
