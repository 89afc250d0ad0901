/**
 * What every sender knows of the Worker's end: its address as people give it, and how it asks for patience.
 */

/** The address of `/api/track`, for an address with or without that path; `undefined` when it is none. Never throws. */
export function trackUrlOf(endpoint: string): string | undefined {
  try {
    const url = new URL(endpoint);
    if (!url.pathname.endsWith("/api/track")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/track`;
    return /^https?:$/.test(url.protocol) ? url.href : undefined;
  } catch {
    return undefined;
  }
}

/** `Retry-After` in ms, from seconds or a date (RFC 9110, section 10.2.3); 0 when there is none. */
export function retryAfterMs(value: string | null): number {
  const ms = Number(value) * 1000;
  return Math.max(0, (Number.isNaN(ms) ? Date.parse(value ?? "") - Date.now() : ms) || 0);
}
