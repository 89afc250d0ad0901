/**
 * Who may do what: keys and origins.
 *
 * Keys are compared by their SHA-256 digests, so that the time taken says nothing about how much of a guess was right.
 */
import { Problem } from "./problem.ts";

/** The key of an `Authorization: Bearer KEY` header. */
export function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S.*)$/i.exec(request.headers.get("Authorization") ?? "")?.[1]?.trim();
}

/** Whether two keys are equal, in a time that does not depend on their contents. */
export async function isSameKey(given: string, expected: string): Promise<boolean> {
  const [left, right] = await Promise.all([digestOf(given), digestOf(expected)]);
  let difference = 0;
  for (let index = 0; index < left.length; index++) difference |= (left[index] ?? 0) ^ (right[index] ?? 0);
  return difference === 0;
}

/** Refuses a request whose key is not the expected one. */
export async function requireKey(given: string | undefined, expected: string, where: string): Promise<void> {
  if (given !== undefined && (await isSameKey(given, expected))) return;
  throw new Problem("unauthorized", `Send the ${where} as "Authorization: Bearer KEY".`);
}

/** What a route allows to pages of other origins. */
export interface CorsPolicy {
  origins: "*" | readonly string[];
  methods: string;
}

/** Whether the page that sent a request may use a route. Requests without an `Origin` do not come from pages. */
export function isOriginAllowed(request: Request, policy: CorsPolicy): boolean {
  const origin = request.headers.get("Origin");
  if (origin === null || policy.origins === "*" || policy.origins.includes(origin)) return true;
  return origin === new URL(request.url).origin;
}

/** CORS headers of an answer (Fetch standard). Empty for a request that is not from another origin's page. */
export function corsHeaders(request: Request, policy: CorsPolicy): Record<string, string> {
  const origin = request.headers.get("Origin");
  if (origin === null || !isOriginAllowed(request, policy)) return {};
  const headers = { "Access-Control-Expose-Headers": "Retry-After" };
  // Credentials (cookies) play no part, so that "*" is safe where every origin is allowed.
  return policy.origins === "*"
    ? { ...headers, "Access-Control-Allow-Origin": "*" }
    : { ...headers, "Access-Control-Allow-Origin": origin, Vary: "Origin" };
}

/** Answers a preflight request. */
export function preflightResponse(request: Request, policy: CorsPolicy): Response {
  const headers = new Headers(corsHeaders(request, policy));
  if (headers.has("Access-Control-Allow-Origin")) {
    headers.set("Access-Control-Allow-Methods", policy.methods);
    headers.set("Access-Control-Allow-Headers", "Authorization, Content-Type");
    headers.set("Access-Control-Max-Age", "86400");
  }
  return new Response(null, { status: 204, headers });
}

async function digestOf(key: string): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(key)));
}
