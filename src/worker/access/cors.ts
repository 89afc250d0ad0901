/**
 * Which pages may use a route: origins, and the headers by which a browser hears of it (CORS, Fetch standard).
 *
 * It keeps foreign pages from using what a browser holds. It keeps nobody out who has no browser: keys do that.
 */

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
  // Answers are never offered to requests with cookies (no Allow-Credentials), so that "*" is safe where every origin is allowed.
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
