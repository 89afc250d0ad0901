/**
 * Keys: how one is read from a request, compared, and told from others by its name.
 *
 * Keys are compared by their SHA-256 digests, and always with every key that is set, so that the time taken says neither
 * how much of a guess was right nor which key it came near. That costs a digest a key and request: microseconds.
 */
import { Problem } from "../problem.ts";

/** A key and the name by which its owner knows it. Names stand in logs; keys never do. */
export interface NamedKey {
  name: string;
  key: string;
}

/** Shortest key that a named one may be: 16 characters of base64 are 96 bits, out of the reach of guessing over a network. */
export const MIN_KEY_CHARS = 16;

/** The key of an `Authorization: Bearer KEY` header. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S.*)$/i.exec(request.headers.get("Authorization") ?? "")?.[1]?.trim();
}

/** Refuses a request whose key is not the expected one. */
export async function requireKey(given: string | undefined, expected: string, where: string): Promise<void> {
  if (given !== undefined && (await nameOfKey(given, [{ name: where, key: expected }])) !== undefined) return;
  throw new Problem("unauthorized", `Send the ${where} as "Authorization: Bearer KEY".`);
}

/** The name of a key; `undefined` when it is none of those given. Compares with all of them, whatever the result. */
export async function nameOfKey(given: string, keys: readonly NamedKey[]): Promise<string | undefined> {
  const digest = await digestOf(given);
  const known = await Promise.all(keys.map(async ({ name, key }) => ({ name, digest: await digestOf(key) })));
  let found: string | undefined;
  for (const one of known) if (isSameDigest(digest, one.digest)) found ??= one.name;
  return found;
}

/**
 * Reads keys from a setting: `name:key` pairs between spaces, commas or line ends. A name may stand twice, so that a key
 * can be replaced without a moment in which neither works.
 *
 * @throws TypeError saying which pair, never what stands in it
 */
export function parseNamedKeys(text: string): NamedKey[] {
  const pairs = text.split(/[\s,]+/).filter((pair) => pair !== "");
  return pairs.map((pair, index) => {
    const [, name = "", key = ""] = /^([^:]*):(.*)$/.exec(pair) ?? [];
    return checkedKey({ name, key }, `pair ${index + 1}`);
  });
}

/**
 * Reads keys from an option: an object of name to key.
 *
 * @throws TypeError saying which entry, never what stands in it
 */
export function namedKeysOf(keys: Readonly<Record<string, string>>): NamedKey[] {
  return Object.entries(keys).map(([name, key], index) => checkedKey({ name, key }, `entry ${index + 1}`));
}

function checkedKey(named: NamedKey, place: string): NamedKey {
  // What stands in the place of a name may be a key, pasted there or the wrong way round: it is not repeated.
  if (!/^[\w.-]{1,64}$/.test(named.name)) throw new TypeError(`${place} must be name:key, the name 1 to 64 of A-Z a-z 0-9 _ . -`);
  if (named.key.length < MIN_KEY_CHARS) throw new TypeError(`the key of ${place} has fewer than ${MIN_KEY_CHARS} characters: openssl rand -base64 32`);
  return named;
}

const warned = new Set<string>();

/**
 * Says once in the owner's log that a key can be guessed. The single keys of the first version had no shortest length, and
 * whoever set a short one is not locked out for it.
 */
export function warnOfShortKey(setting: string, key: string | undefined): void {
  if (key === undefined || key.length >= MIN_KEY_CHARS || warned.has(setting)) return;
  warned.add(setting);
  console.warn(JSON.stringify({ trackSkills: "setting", message: `${setting} has fewer than ${MIN_KEY_CHARS} characters and can be guessed: openssl rand -base64 32` }));
}

function isSameDigest(left: Uint8Array, right: Uint8Array): boolean {
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

async function digestOf(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}
