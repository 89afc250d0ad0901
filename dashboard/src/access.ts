/**
 * Where the API is and with which key it is read: from the link that `npm start` prints, from this browser, or from a
 * prompt. A key in the fragment of a link never reaches a server, and leaves the address bar at once.
 */

/** How to reach the API. */
export interface Access {
  /** Address without a slash at its end. */
  api: string;
  key: string;
}

const API_ITEM = "track-skills-api";
const KEY_ITEM = "track-skills-key";

/** Reads what is known. The page's own origin is the first guess. */
export function readAccess(): Access {
  const fragment = new URLSearchParams(location.hash.slice(1));
  const [api, key] = [fragment.get("api"), fragment.get("key")];
  if (api !== null || key !== null) history.replaceState(null, "", location.pathname + location.search);
  if (api !== null && isAddress(api)) localStorage.setItem(API_ITEM, trimAddress(api));
  if (key !== null) rememberKey(key, false);
  return {
    api: localStorage.getItem(API_ITEM) ?? location.origin,
    key: sessionStorage.getItem(KEY_ITEM) ?? localStorage.getItem(KEY_ITEM) ?? "",
  };
}

/** Remembers a key for this tab, or on this device. */
export function rememberKey(key: string, onDevice: boolean): void {
  sessionStorage.setItem(KEY_ITEM, key);
  if (onDevice) localStorage.setItem(KEY_ITEM, key);
}

export function rememberApi(api: string): void {
  localStorage.setItem(API_ITEM, api);
}

/** Forgets key and address. */
export function forgetAccess(): void {
  for (const storage of [sessionStorage, localStorage]) {
    storage.removeItem(API_ITEM);
    storage.removeItem(KEY_ITEM);
  }
}

export function isAddress(text: string): boolean {
  return /^https?:\/\//.test(text) && URL.canParse(text);
}

export function trimAddress(text: string): string {
  return text.trim().replace(/\/+$/, "").replace(/\/(api\/(track|health)|analytics\/\w+)$/, "");
}
