/**
 * Where the tracker is and with which key it is read: from the address bar, from this browser's storage, or from a form.
 *
 * A key belongs to one address. A link that names another tracker therefore never sends it a key that was kept for this
 * one. What a link brings lasts for the tab; only what was typed, and meant to stay, outlives it.
 */

export interface Connection {
  /** Address of the tracker without a slash at its end. Empty when the page has no origin of its own (`file:`). */
  base: string;
  key: string | undefined;
  /** Whether the address was asked for and kept, rather than assumed. */
  isRemembered: boolean;
}

const ADDRESS_ENTRY = "track-skills.address";
const KEY_ENTRY = "track-skills.key";

/** Reads the connection, and takes `#api=…&key=…` out of the address bar so that it is neither bookmarked nor sent on. */
export function readConnection(): Connection {
  const link = takeFragment();
  const linked = link.api === undefined ? undefined : parseAddress(link.api);
  if (linked !== undefined) write(sessionStore(), ADDRESS_ENTRY, linked);
  const kept = read(sessionStore(), ADDRESS_ENTRY) ?? read(localStore(), ADDRESS_ENTRY);
  const base = linked ?? kept ?? ownAddress();
  if (link.key !== undefined) write(sessionStore(), keyEntry(base), link.key);
  return { base, key: keptKey(base), isRemembered: read(localStore(), ADDRESS_ENTRY) === base };
}

/** Whether the address bar holds something for `readConnection`. */
export function hasLinkedConnection(): boolean {
  return /^#(?:.*&)?(?:api|key)=/.test(location.hash);
}

/** Keeps an address that was typed and found to be a tracker. */
export function rememberAddress(base: string): Connection {
  remove(sessionStore(), ADDRESS_ENTRY);
  if (base === ownAddress()) remove(localStore(), ADDRESS_ENTRY);
  else write(localStore(), ADDRESS_ENTRY, base);
  return { base, key: keptKey(base), isRemembered: true };
}

/** The address of this page that opens a tracker with a key. Behind the `#` no server sees it. */
export function linkTo(base: string, key: string, search: string): string {
  const tracker = base === ownAddress() ? "" : `api=${encodeURIComponent(base)}&`;
  return `${location.origin}${location.pathname}${search}#${tracker}key=${key}`;
}

/** Keeps a key for its address: on this device, or for this tab. */
export function rememberKey(base: string, key: string, onDevice: boolean): void {
  forgetKey(base);
  write(onDevice ? localStore() : sessionStore(), keyEntry(base), key);
}

/** Forgets the key of an address, for instance because it was refused. */
export function forgetKey(base: string): void {
  remove(sessionStore(), keyEntry(base));
  remove(localStore(), keyEntry(base));
}

/** An address as typed or linked, reduced to the tracker's base; `undefined` when it is none. */
export function parseAddress(text: string): string | undefined {
  const trimmed = text.trim();
  // People type hosts and copy whole endpoints.
  const full = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `https://${trimmed}`;
  if (!URL.canParse(full)) return undefined;
  const url = new URL(full);
  if (!/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "") return undefined;
  return url.origin + url.pathname.replace(/\/(?:api\/(?:track|health)|analytics(?:\/[a-z]+)?)\/?$/, "").replace(/\/+$/, "");
}

/** Whether a key can stand in a header at all: fetch throws on the rest. */
export function isUsableKey(key: string): boolean {
  return /^[\x21-\x7e]+$/.test(key);
}

/** The address that this page was loaded from. */
export function ownAddress(): string {
  return location.origin === "null" ? "" : location.origin;
}

function takeFragment(): { api?: string; key?: string } {
  if (!hasLinkedConnection()) return {};
  const found: { api?: string; key?: string } = {};
  // Not URLSearchParams: it reads the "+" of a base64 key as a space.
  for (const part of location.hash.slice(1).split("&")) {
    const [name, ...rest] = part.split("=");
    const value = decode(rest.join("=")).trim();
    if (name === "api" && value !== "") found.api = value;
    if (name === "key" && isUsableKey(value)) found.key = value;
  }
  history.replaceState(history.state, "", location.pathname + location.search);
  return found;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function keyEntry(base: string): string {
  return `${KEY_ENTRY} ${base}`;
}

function keptKey(base: string): string | undefined {
  return read(sessionStore(), keyEntry(base)) ?? read(localStore(), keyEntry(base));
}

// A browser may refuse storage altogether; the page then works for as long as it is open.

function sessionStore(): Storage | undefined {
  try {
    return sessionStorage;
  } catch {
    return undefined;
  }
}

function localStore(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

function read(store: Storage | undefined, entry: string): string | undefined {
  return store?.getItem(entry) ?? undefined;
}

function write(store: Storage | undefined, entry: string, value: string): void {
  try {
    store?.setItem(entry, value);
  } catch {
    // Full or switched off: nothing is kept.
  }
}

function remove(store: Storage | undefined, entry: string): void {
  store?.removeItem(entry);
}
