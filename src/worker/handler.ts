/**
 * The Worker: routes, who may use them, and what happens when something fails.
 *
 * Every failure ends here as an answer that says what to do. `handle` gives `undefined` for paths that are not its own,
 * which is what lets it stand inside any router.
 */
import { IdentityModeError } from "../analytics/identity-mode.ts";
import { InvalidQueryError } from "../analytics/range.ts";
import type { PlatformRequest, PlatformResponse } from "../runtime.ts";
import type { CallContext } from "./access/caller.ts";
import { type CorsPolicy, corsHeaders, preflightResponse } from "./access/cors.ts";
import { type Quota, requireRate } from "./access/rate-limit.ts";
import { answerShare } from "./access/share-route.ts";
import { withHeaders } from "./answer-headers.ts";
import { type Context, contextOf, databaseOf, instanceOf, jsonResponse } from "./context.ts";
import { readHealth } from "./health.ts";
import { answerHook } from "./hooks.ts";
import { answerTrack } from "./intake.ts";
import type { Settings, TrackingEnv, TrackingOptions } from "./options.ts";
import { answerOtlp, refuseOtlp } from "./otlp-intake.ts";
import { answerGpc } from "./privacy-signals.ts";
import { databaseProblem, Problem, problemResponse } from "./problem.ts";
import { answerQuestion } from "./question.ts";
import { answerErase, answerExport } from "./subjects/routes.ts";

/** A Worker that stores usage events and answers questions about them. */
export interface TrackingHandler {
  /** Answers every request, with 404 for paths that are not its own: for `export default`. Never rejects. */
  fetch(request: PlatformRequest, env: TrackingEnv, ctx?: CallContext): Promise<PlatformResponse>;
  /** Answers its own paths and gives `undefined` for all others: for mounting in a router. Never rejects. */
  handle(request: PlatformRequest, env: TrackingEnv, ctx?: CallContext): Promise<PlatformResponse | undefined>;
  /** Rolls up what is dirty, then deletes what is older than its retention; or finishes an erasure that was broken off: for a cron trigger, best every hour. Logs one line of JSON. Never rejects. */
  scheduled(controller: unknown, env: TrackingEnv, ctx?: CallContext): Promise<void>;
}

/**
 * Makes the Worker's handler.
 *
 * Serves `POST /api/track`, `POST /hooks/claude-code`, `POST /v1/logs` and `POST /v1/traces` (OTLP), `POST
 * /api/subjects/export` and `/erase`, `POST /api/share`, `GET /api/health`, `GET /.well-known/gpc.json` and `GET
 * /analytics/*`. Bindings and secrets come with each request's `env`; an option wins over them.
 *
 * @throws TypeError naming the option that is wrong
 * @example
 * ```ts
 * import { createTrackingHandler } from "./track-skills.worker.js";
 *
 * export default createTrackingHandler();
 * ```
 */
export function createTrackingHandler(options: TrackingOptions = {}): TrackingHandler {
  const instance = instanceOf(options);
  const { settings, upkeep } = instance;

  async function handle(request: PlatformRequest, env: TrackingEnv, ctx?: CallContext): Promise<PlatformResponse | undefined> {
    const route = routeOf(new URL(request.url), settings);
    if (route === undefined) return undefined;
    if (request.method === "OPTIONS" && route.cors !== undefined) return withHeaders(preflightResponse(request, route.cors));
    const answered = await answer(request, route, contextOf(options, instance, env, ctx));
    const response = withHeaders(answered, route.cors === undefined ? {} : corsHeaders(request, route.cors));
    return request.method === "HEAD" ? new Response(null, response) : response;
  }

  return {
    handle,
    async fetch(request, env, ctx) {
      const response = await handle(request, env, ctx);
      return response ?? withHeaders(problemResponse(new Problem("not_found", "Known paths: /api/track, /hooks/claude-code, /v1/logs, /v1/traces, /api/health, /analytics/…")));
    },
    async scheduled(_controller, env) {
      const report = env.DB === undefined ? { error: "The D1 binding DB is missing." } : await upkeep.run(env.DB, settings.now());
      console.log(JSON.stringify({ trackSkills: "scheduled", ...report }));
    },
  };
}

interface Route {
  methods: readonly string[];
  quota: Quota;
  cors?: CorsPolicy;
  answer(request: Request, context: Context): Promise<Response>;
  /** Makes the answer of a refusal, where that is not `application/problem+json`. */
  refuse?(request: Request, problem: Problem): Response;
}

function routeOf(url: URL, settings: Settings): Route | undefined {
  if (!url.pathname.startsWith(`${settings.basePath}/`)) return undefined;
  const path = url.pathname.slice(settings.basePath.length);
  const intake = { methods: ["POST"], quota: "ingest" as const, cors: { origins: settings.allowedOrigins, methods: "POST" } };
  const reading = { methods: ["GET", "HEAD"], quota: "reading" as const, cors: { origins: settings.dashboardOrigins, methods: "GET" } };
  switch (path) {
    case "/api/track":
      return { ...intake, answer: answerTrack };
    case "/hooks/claude-code":
      // No page runs hooks, so no other origin has business here.
      return { methods: ["POST"], quota: "ingest", answer: answerHook };
    case "/v1/logs":
      return { ...intake, answer: (request, context) => answerOtlp("logs", request, context), refuse: refuseOtlp };
    case "/v1/traces":
      return { ...intake, answer: (request, context) => answerOtlp("traces", request, context), refuse: refuseOtlp };
    case "/api/subjects/export":
      return { methods: ["POST"], quota: "reading", answer: answerExport };
    case "/api/subjects/erase":
      return { methods: ["POST"], quota: "reading", answer: answerErase };
    case "/api/share":
      return { methods: ["POST"], quota: "reading", cors: { origins: settings.dashboardOrigins, methods: "POST" }, answer: answerShare };
    case "/.well-known/gpc.json":
      // The statement is about a whole origin: under a path, that origin is somebody else's to speak for.
      return settings.basePath === "" ? { ...reading, cors: { origins: "*", methods: "GET" }, answer: answerGpc } : undefined;
    case "/api/health":
      return { ...reading, cors: { origins: "*", methods: "GET" }, answer: answerHealth };
  }
  if (!path.startsWith("/analytics/")) return undefined;
  const name = path.slice("/analytics/".length);
  return { ...reading, answer: (request, context) => answerQuestion(name, request, context) };
}

async function answer(request: Request, route: Route, context: Context): Promise<Response> {
  try {
    if (!route.methods.includes(request.method)) {
      const methods = route.methods.join(", ");
      throw new Problem("method_not_allowed", `This path takes ${methods}.`, { Allow: route.cors === undefined ? methods : `${methods}, OPTIONS` });
    }
    await requireRate(request, route.quota, context);
    return await route.answer(request, context);
  } catch (error) {
    const problem = problemOf(error, context);
    return route.refuse === undefined ? problemResponse(problem) : route.refuse(request, problem);
  }
}

function problemOf(error: unknown, { now }: Context): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof InvalidQueryError) return new Problem("invalid_query", error.message);
  if (error instanceof IdentityModeError) return new Problem("identity_mode_daily", error.message);
  // Nothing but D1 is left that could fail. The reason goes to the owner's log, not to the caller.
  console.error(JSON.stringify({ trackSkills: "error", message: error instanceof Error ? error.message : String(error) }));
  return databaseProblem(error, now);
}

async function answerHealth(_request: Request, context: Context): Promise<Response> {
  try {
    return jsonResponse(await readHealth(databaseOf(context)), 200);
  } catch (error) {
    throw error instanceof Problem ? error : databaseProblem(error, context.now);
  }
}
