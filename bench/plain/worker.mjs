/**
 * The plain design: a row per event with an index for each question, and every figure from the raw rows.
 *
 * What most people would write first, and what much advice on usage tracking amounts to. It answers the same questions
 * as the kit for the same ranges and is not slowed down anywhere on purpose: one INSERT a request, or one batch for many
 * events; all queries of an answer in one batch; a clean-up in one DELETE. It does not scrub, and counts a retry twice.
 */
import * as sql from "./queries.mjs";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const RETENTION_DAYS = 90;
const PRESET_DAYS = { "24h": 1, "7d": 7, "30d": 30, "90d": 90 };

/**
 * Makes the handler of the plain design.
 *
 * @param {{ now: () => number, hashSalt: string }} options
 */
export function createPlainHandler({ now, hashSalt }) {
  return {
    async fetch(request, env) {
      const url = new URL(request.url);
      if (url.pathname === "/api/track") return track(await request.json(), env.DB, { now: now(), hashSalt });
      const question = QUESTIONS[url.pathname.slice("/analytics/".length)];
      if (question === undefined) return new Response("not found", { status: 404 });
      const range = rangeOf(url.searchParams.get("range") ?? "7d", now());
      return Response.json({ range, ...(await answer(env.DB, question(range))) });
    },
    async scheduled(_controller, env) {
      await env.DB.prepare(sql.CLEAN_UP_SQL).bind(now() - RETENTION_DAYS * DAY_MS).run();
    },
  };
}

async function track(body, db, { now, hashSalt }) {
  const events = Array.isArray(body.events) ? body.events : [body];
  if (!events.every((event) => typeof event.skill === "string" && event.skill !== "")) return new Response('"skill" is missing', { status: 422 });
  const inserts = await Promise.all(events.map(async (event) => db.prepare(sql.INSERT_SQL).bind(...(await valuesOf(event, now, hashSalt)))));
  if (inserts.length === 1) await inserts[0].run();
  else await db.batch(inserts);
  return Response.json({ accepted: inserts.length }, { status: 202 });
}

async function valuesOf(event, now, hashSalt) {
  const { skill, success = true, outcome = success ? "ok" : "error", durationMs = 0, startedAt = now, metadata } = event;
  const people = [await hashOf(event.userId, hashSalt), await hashOf(event.sessionId, hashSalt)];
  const labels = [event.version ?? null, event.source ?? null, event.variant ?? null, event.errorType ?? null, event.errorMessage ?? null];
  return [skill, outcome, durationMs, ...people, ...labels, metadata === undefined ? null : JSON.stringify(metadata), startedAt];
}

async function hashOf(id, salt) {
  if (id === undefined) return null;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(salt + id)));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The ranges of the kit: `24h` is the current hour and the 23 before it, `Nd` today and the days before it. */
function rangeOf(preset, now) {
  const step = preset === "24h" ? HOUR_MS : DAY_MS;
  const to = Math.floor(now / step) * step + step;
  return { from: to - PRESET_DAYS[preset] * DAY_MS, to };
}

/**
 * Each question as the statements that answer it, by the name under which their rows are given.
 *
 * @type {Record<string, (range: { from: number, to: number }) => Record<string, [string, ...unknown[]]>>}
 */
const QUESTIONS = {
  summary: ({ from, to }) => ({
    summary: [sql.SUMMARY_SQL, from, to],
    percentiles: [sql.SUMMARY_PERCENTILES_SQL, from, to],
    previous: [sql.SUMMARY_SQL, 2 * from - to, from],
    previousPercentiles: [sql.SUMMARY_PERCENTILES_SQL, 2 * from - to, from],
  }),
  tools: ({ from, to }) => ({
    tools: [sql.TOOLS_SQL, from, to],
    toolPercentiles: [sql.TOOL_PERCENTILES_SQL, from, to],
    errorTypes: [sql.ERROR_TYPES_SQL, from, to],
  }),
  retention: ({ from, to }) => {
    const firstDay = Math.floor(from / DAY_MS) * DAY_MS;
    return { days: [sql.RETENTION_SQL, firstDay, to], newUsers: [sql.NEW_USERS_SQL, firstDay, to] };
  },
  errors: ({ from, to }) => ({ errors: [sql.ERRORS_SQL, from, to, 50], groups: [sql.ERROR_GROUPS_SQL, from, to] }),
  timeseries: ({ from, to }) => ({ points: [sql.TIMESERIES_SQL, from, to, to - from <= 7 * DAY_MS ? HOUR_MS : DAY_MS] }),
  overview: (range) => ({
    ...QUESTIONS.summary?.(range),
    ...QUESTIONS.tools?.(range),
    ...QUESTIONS.retention?.(range),
    ...QUESTIONS.timeseries?.(range),
    errors: [sql.ERRORS_SQL, range.from, range.to, 10],
  }),
};

async function answer(db, statements) {
  const names = Object.keys(statements);
  const results = await db.batch(Object.values(statements).map(([text, ...values]) => db.prepare(text).bind(...values)));
  return Object.fromEntries(results.map(({ results }, index) => [names[index], results]));
}
