/**
 * The address of a Worker as people give it: with `/api/track` at its end or without.
 */

/** The address of `/api/track`; `undefined` when it is none. */
export function trackUrlOf(endpoint: string): string | undefined {
  if (!URL.canParse(endpoint)) return undefined;
  const url = new URL(endpoint);
  if (!url.pathname.endsWith("/api/track")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/track`;
  return /^https?:$/.test(url.protocol) ? url.href : undefined;
}
