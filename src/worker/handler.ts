/**
 * The Worker: routes, who may use them, and what happens when something fails.
 *
 * Every failure ends here as an answer that says what to do. `handle` gives `undefined` for paths that are not its own,
 * which is what lets it stand inside any router.
 */
import { QUESTIONS } from "../analytics/index.ts";
import { InvalidQueryError } from "../analytics/range.ts";
import { parseQuery } from "../analytics/url.ts";
import type { PlatformRequest, PlatformResponse, WaitUntil } from "../runtime.ts";
import { bearerOf, type CorsPolicy, corsHeaders, preflightResponse, requireKey } from "./access.ts";
import { readTrackBody } from "./body.ts";
import { type Context, databaseOf } from "./context.ts";
import { readHealth } from "./health.ts";
import { answerHook } from "./hooks.ts";
import { requireOrigin, requireSender, storeEvents } from "./intake.ts";
import { type Settings, settingsOf, type TrackingEnv, type TrackingOptions } from "./options.ts";
import { databaseProblem, Problem, problemResponse } from "./problem.ts";
import { answerErase, answerExport } from "./subjects/routes.ts";
import { Upkeep } from "./upkeep.ts";

/** A Worker that stores usage events and answers questions about them. */
export interface TrackingHandler {
  /** Answers every request, with 404 for paths that are not its own: for `export default`. Never rejects. */
  fetch(request: PlatformRequest, env: TrackingEnv, ctx?: WaitUntil): Promise<PlatformResponse>;
  /** Answers its own paths and gives `undefined` for all others: for mounting in a router. Never rejects. */
  handle(request: PlatformRequest, env: TrackingEnv, ctx?: WaitUntil): Promise<PlatformResponse | undefined>;
  /** Rolls up what is dirty, then deletes what is older than its retention: for a cron trigger, best every hour. Logs one line of JSON. Never rejects. */
  scheduled(controller: unknown, env: TrackingEnv, ctx?: WaitUntil): Promise<void>;
}

/**
 * Makes the Worker's handler.
 *
 * Serves `POST /api/track`, `POST /hooks/claude-code`, `POST /api/subjects/export` and `/erase`, `GET /api/health` and `GET /analytics/*`. Bindings and secrets come with each request's
 * `env`; an option wins over them.
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
  const settings = settingsOf(options);
  const upkeep = new Upkeep(settings);

  async function handle(request: PlatformRequest, env: TrackingEnv, ctx?: WaitUntil): Promise<PlatformResponse | undefined> {
    const route = routeOf(new URL(request.url), settings);
    if (route === undefined) return undefined;
    if (request.method === "OPTIONS" && route.cors !== undefined) return preflightResponse(request, route.cors);
    const response = await answer(request, route, contextOf(options, settings, env, upkeep, ctx));
    for (const [name, value] of Object.entries(route.cors ? corsHeaders(request, route.cors) : {})) response.headers.set(name, value);
    return request.method === "HEAD" ? new Response(null, response) : response;
  }

  return {
    handle,
    async fetch(request, env, ctx) {
      const response = await handle(request, env, ctx);
      return response ?? problemResponse(new Problem("not_found", "Known paths: /api/track, /hooks/claude-code, /api/health, /analytics/…"));
    },
    async scheduled(_controller, env) {
      const report = env.DB === undefined ? { error: "The D1 binding DB is missing." } : await upkeep.run(env.DB, settings.now());
      console.log(JSON.stringify({ trackSkills: "scheduled", ...report }));
    },
  };
}

interface Route {
  methods: readonly string[];
  cors?: CorsPolicy;
  answer(request: Request, context: Context): Promise<Response>;
}

function contextOf(options: TrackingOptions, settings: Settings, env: TrackingEnv, upkeep: Upkeep, ctx: WaitUntil | undefined): Context {
  return {
    settings,
    upkeep,
    ctx,
    db: env.DB,
    hashSecret: options.hashSecret ?? env.TRACK_HASH_SECRET,
    // An empty secret counts as none: it must never open anything.
    analyticsKey: options.analyticsKey || env.TRACK_ANALYTICS_KEY || undefined,
    ingestKey: options.ingestKey || env.TRACK_INGEST_KEY || undefined,
    adminKey: options.adminKey || env.TRACK_ADMIN_KEY || undefined,
    now: settings.now(),
  };
}

function routeOf(url: URL, settings: Settings): Route | undefined {
  if (!url.pathname.startsWith(`${settings.basePath}/`)) return undefined;
  const path = url.pathname.slice(settings.basePath.length);
  if (path === "/api/track") {
    return { methods: ["POST"], cors: { origins: settings.allowedOrigins, methods: "POST" }, answer: answerTrack };
  }
  // No page runs hooks, so no other origin has business here.
  if (path === "/hooks/claude-code") return { methods: ["POST"], answer: answerHook };
  if (path === "/api/subjects/export") return { methods: ["POST"], answer: answerExport };
  if (path === "/api/subjects/erase") return { methods: ["POST"], answer: answerErase };
  if (path === "/api/health") return { methods: ["GET", "HEAD"], cors: { origins: "*", methods: "GET" }, answer: answerHealth };
  if (!path.startsWith("/analytics/")) return undefined;
  const name = path.slice("/analytics/".length);
  return {
    methods: ["GET", "HEAD"],
    cors: { origins: settings.dashboardOrigins, methods: "GET" },
    answer: (request, context) => answerQuestion(name, request, context),
  };
}

async function answer(request: Request, route: Route, context: Context): Promise<Response> {
  try {
    if (!route.methods.includes(request.method)) {
      const methods = route.methods.join(", ");
      throw new Problem("method_not_allowed", `This path takes ${methods}.`, { Allow: route.cors === undefined ? methods : `${methods}, OPTIONS` });
    }
    return await route.answer(request, context);
  } catch (error) {
    if (error instanceof Problem) return problemResponse(error);
    if (error instanceof InvalidQueryError) return problemResponse(new Problem("invalid_query", error.message));
    // Nothing but D1 is left that could fail. The reason goes to the owner's log, not to the caller.
    console.error(JSON.stringify({ trackSkills: "error", message: error instanceof Error ? error.message : String(error) }));
    return problemResponse(databaseProblem(error, context.now));
  }
}

async function answerTrack(request: Request, context: Context): Promise<Response> {
  requireOrigin(request, context);
  const header = bearerOf(request);
  // A wrong key in the header is refused before the body is read.
  if (header !== undefined) await requireSender(header, context);
  const { events, lost, key } = await readTrackBody(request);
  if (header === undefined) await requireSender(key, context);
  const result = await storeEvents(events, lost, context);
  return jsonResponse(result, result.accepted + result.duplicates > 0 ? 202 : 422);
}

async function answerHealth(_request: Request, context: Context): Promise<Response> {
  try {
    return jsonResponse(await readHealth(databaseOf(context)), 200);
  } catch (error) {
    throw error instanceof Problem ? error : databaseProblem(error, context.now);
  }
}

async function answerQuestion(name: string, request: Request, context: Context): Promise<Response> {
  const { analyticsKey, settings, upkeep, ctx, now } = context;
  if (!settings.publicAnalytics) {
    if (analyticsKey === undefined) {
      throw new Problem("analytics_key_missing", "Set the key that reads the analytics: npx wrangler secret put TRACK_ANALYTICS_KEY");
    }
    await requireKey(bearerOf(request), analyticsKey, "analytics key");
  }
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name] : undefined;
  if (question === undefined) {
    throw new Problem("not_found", `Known questions: ${Object.keys(QUESTIONS).join(", ")}.`);
  }
  const query = parseQuery(new URL(request.url).searchParams);
  const db = databaseOf(context);
  const answer = await question(db, { ...query, now, dailyRowsWrittenBudget: settings.dailyRowsWrittenBudget });
  upkeep.afterReading(db, { ...answer.cost, rowsWritten: 0 }, now, ctx);
  return jsonResponse(answer, 200);
}

function jsonResponse(body: unknown, status: number): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { "Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff" },
  });
}
