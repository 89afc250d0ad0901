/**
 * The Worker that the benchmark measures in: the kit, the plain design and the floor, each on a database of its own.
 *
 * Headers of a request say what it is for: `x-bench-design`, `x-bench-database` (a binding), `x-bench-now` (the
 * simulated clock, ms since 1970) and `x-bench-counted` (`1`: wait for all work and say what it cost in `x-bench-tally`).
 * Without `x-bench-counted`, the request reaches the design as it would without a benchmark.
 */
import { createTrackingHandler } from "../../dist/track-skills.worker.js";
import { createPlainHandler } from "../plain/worker.mjs";
import { countingDatabase, emptyTally } from "./counting-database.mjs";
import { measureCpu } from "./cpu.mjs";
import { createFloorHandler } from "./floor.mjs";

const HASH_SECRET = "a benchmark has no secrets, only figures";

/** @type {number | undefined} */
let clock = undefined;
const now = () => clock ?? Date.now();

const DESIGNS = {
  kit: () => createTrackingHandler({ now, hashSecret: HASH_SECRET, publicAnalytics: true }),
  plain: () => createPlainHandler({ now, hashSalt: HASH_SECRET }),
  floor: () => createFloorHandler(),
};

/** One handler per design and database, as if each were a Worker of its own. */
const handlers = new Map();

function handlerOf(design, database) {
  const name = `${design} ${database}`;
  if (!handlers.has(name)) handlers.set(name, DESIGNS[design]());
  return handlers.get(name);
}

export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/bench/ready") return new Response("ready");
    if (pathname === "/bench/cpu") return Response.json(await measureCpu({ handler: handlerOf("kit", "stub"), ...(await request.json()) }));
    const { headers } = request;
    const db = env[headers.get("x-bench-database")];
    if (pathname === "/bench/sql") return runSql(db, await request.json());
    const handler = handlerOf(headers.get("x-bench-design"), headers.get("x-bench-database"));
    if (headers.has("x-bench-now")) clock = Number(headers.get("x-bench-now"));
    if (!headers.has("x-bench-counted")) return handler.fetch(request, { DB: db }, ctx);
    return answerCounted(db, async (countedEnv, countedCtx) => {
      if (pathname === "/bench/scheduled") return runScheduled(handler, countedEnv, countedCtx);
      return handler.fetch(request, countedEnv, countedCtx);
    });
  },
};

/** Runs the cron handler and answers what it wrote to the log: an error there must not pass unseen. */
async function runScheduled(handler, env, ctx) {
  const { log } = console;
  const lines = [];
  console.log = (line) => void lines.push(line);
  try {
    await handler.scheduled({}, env, ctx);
  } finally {
    console.log = log;
  }
  return new Response(lines.join("\n"));
}

/** Answers, then waits for what was left to `waitUntil`, and says what both cost. */
async function answerCounted(db, work) {
  const tallies = { answer: emptyTally(), later: emptyTally() };
  let current = tallies.answer;
  const pending = [];
  const env = { DB: countingDatabase(db, () => current) };
  const ctx = { waitUntil: (promise) => void pending.push(promise) };
  const response = await work(env, ctx);
  current = tallies.later;
  const body = await response.text();
  // Work that goes on may hand on more work.
  while (pending.length > 0) await Promise.all(pending.splice(0));
  return new Response(body, { status: response.status, headers: { "x-bench-tally": JSON.stringify(tallies) } });
}

/** Runs statements in one batch; answers the rows of each, the rows read, and the size of the database in bytes. */
async function runSql(db, statements) {
  const results = await db.batch(statements.map((sql) => db.prepare(sql)));
  const rowsRead = results.reduce((sum, { meta }) => sum + (meta.rows_read ?? 0), 0);
  return Response.json({ rows: results.map(({ results }) => results), rowsRead, bytes: results.at(-1)?.meta.size_after });
}
