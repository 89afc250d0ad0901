/**
 * Headers of every answer, refusals included, set in one place so that no route can forget them.
 *
 * Answers are data: no browser may keep them, guess another type, run or frame them, or tell other sites where they came
 * from, and no search engine list them.
 */
const ANSWER_HEADERS: Readonly<Record<string, string>> = {
  "Cache-Control": "no-store",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "X-Robots-Tag": "noindex",
};

/** Sets the headers of every answer, and those of this one. */
export function withHeaders(response: Response, headers: Readonly<Record<string, string>> = {}): Response {
  // What says itself how long it may be kept is public.
  const cacheControl = response.headers.get("Cache-Control") ?? ANSWER_HEADERS["Cache-Control"] ?? "";
  for (const [name, value] of Object.entries({ ...ANSWER_HEADERS, "Cache-Control": cacheControl, ...headers })) response.headers.set(name, value);
  return response;
}
