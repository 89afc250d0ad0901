/**
 * How fast events go in: 16 clients at once, requests of 1, 20 and 100 events, into an empty database each time, for a
 * fixed time. The designs take turns and the rounds repeat, because the machine is never quite quiet.
 *
 * And what a request costs in CPU time, without D1.
 */
import { headersOf } from "./client.mjs";
import { makeFreshEvents, randomFrom } from "./history.mjs";
import { readSchemas, startLocalD1 } from "./local-d1.mjs";
import { medianOf } from "./measure-questions.mjs";
import { floorBodyOf } from "./worker/floor.mjs";

const CLIENTS = 16;
export const EVENTS_PER_REQUEST = /** @type {const} */ ([1, 20, 100]);
const DESIGNS = /** @type {const} */ (["kit", "plain", "floor"]);
/** Bodies are made before the time runs, so that the client takes less of the machine. */
const BODIES_PER_SECOND = { 1: 4_000, 20: 1_500, 100: 500 };

const CPU_ROUNDS = 7;
const CPU_REQUESTS = 200;

/** @typedef {(typeof DESIGNS)[number]} Design */

/**
 * @typedef {object} IngestRun
 * @property {Design} design
 * @property {number} eventsPerRequest
 * @property {number} requests
 * @property {number} seconds
 * @property {number} eventsPerSecond
 * @property {number | null} cpuMsPerRequest - of all workerd processes: Worker, D1 and the proxy of `wrangler dev`
 */

/**
 * @param {{ rounds: number, seconds: number }} params
 * @param {(line: string) => void} say
 */
export async function measureIngest({ rounds, seconds }, say) {
  const plan = planOf(rounds);
  const d1 = await startLocalD1(plan.map(({ database }) => database));
  const schemas = await readSchemas();
  /** @type {IngestRun[]} */
  const runs = [];
  try {
    for (const { design, eventsPerRequest, database } of plan) {
      await d1.sql(database, design === "plain" ? schemas.plain : schemas.kit);
      const run = await flood({ d1, design, database, eventsPerRequest, seconds });
      const { rows } = await d1.sql(database, [`SELECT COUNT(*) AS count FROM ${design === "plain" ? "skill_usage" : "skill_usage_events"}`]);
      const stored = rows[0]?.[0]?.count;
      if (stored !== run.requests * eventsPerRequest) throw new Error(`${design} stored ${stored} of ${run.requests * eventsPerRequest} events.`);
      say(`${design}, ${eventsPerRequest} a request: ${Math.round(run.eventsPerSecond)} events/s, ${run.cpuMsPerRequest?.toFixed(2)} ms CPU a request (all of workerd)`);
      runs.push(run);
    }
  } finally {
    await d1.stop();
  }
  return { clients: CLIENTS, runs, medians: mediansOf(runs) };
}

/** Every combination once a round; each round begins with another design. */
function planOf(rounds) {
  const plan = [];
  for (let round = 0; round < rounds; round++) {
    for (const eventsPerRequest of EVENTS_PER_REQUEST) {
      for (let turn = 0; turn < DESIGNS.length; turn++) {
        const design = /** @type {Design} */ (DESIGNS[(round + turn) % DESIGNS.length]);
        plan.push({ design, eventsPerRequest, database: `D${plan.length}` });
      }
    }
  }
  return plan;
}

/** @returns {Promise<IngestRun>} */
async function flood({ d1, design, database, eventsPerRequest, seconds }) {
  const headers = headersOf({ design, database });
  const bodies = bodiesOf(design, eventsPerRequest, Math.ceil(seconds * BODIES_PER_SECOND[eventsPerRequest]), database);
  let next = 0;
  const cpuBefore = d1.cpuMs();
  const started = performance.now();
  const deadline = started + seconds * 1000;
  const client = async () => {
    while (performance.now() < deadline && next < bodies.length) {
      await d1.demand({ path: "/api/track", method: "POST", headers, body: bodies[next++] });
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, client));
  const taken = (performance.now() - started) / 1000;
  const cpuAfter = d1.cpuMs();
  return {
    design,
    eventsPerRequest,
    requests: next,
    seconds: taken,
    eventsPerSecond: (next * eventsPerRequest) / taken,
    cpuMsPerRequest: cpuBefore === null || cpuAfter === null ? null : (cpuAfter - cpuBefore) / next,
  };
}

function bodiesOf(design, eventsPerRequest, count, idPrefix) {
  const now = Date.now();
  const random = randomFrom(1);
  return Array.from({ length: count }, (_, index) => {
    const events = makeFreshEvents({ count: eventsPerRequest, random, idPrefix: `${idPrefix}-${index}`, now });
    return design === "floor" ? floorBodyOf(events) : JSON.stringify({ events });
  });
}

/** @param {IngestRun[]} runs */
function mediansOf(runs) {
  return Object.fromEntries(
    DESIGNS.map((design) => [
      design,
      Object.fromEntries(
        EVENTS_PER_REQUEST.map((eventsPerRequest) => {
          const same = runs.filter((run) => run.design === design && run.eventsPerRequest === eventsPerRequest);
          const cpu = same.flatMap(({ cpuMsPerRequest }) => (cpuMsPerRequest === null ? [] : [cpuMsPerRequest]));
          return [eventsPerRequest, { eventsPerSecond: medianOf(same.map((run) => run.eventsPerSecond)), cpuMsPerRequest: cpu.length === 0 ? null : medianOf(cpu) }];
        }),
      ),
    ]),
  );
}

/**
 * CPU time of the kit's handler per request, with a database that answers at once; the first round warms up.
 *
 * @param {(line: string) => void} say
 * @returns {Promise<Record<string, { msPerRequest: number, rounds: number[] }>>}
 */
export async function measureCpuTime(say) {
  const d1 = await startLocalD1(["D0"]);
  const figures = {};
  try {
    for (const eventsPerRequest of EVENTS_PER_REQUEST) {
      const rounds = [];
      for (let round = 0; round <= CPU_ROUNDS; round++) {
        const { text } = await d1.demand({ path: "/bench/cpu", method: "POST", body: JSON.stringify({ eventsPerRequest, requests: CPU_REQUESTS }) });
        if (round > 0) rounds.push(Number(text));
      }
      figures[eventsPerRequest] = { msPerRequest: medianOf(rounds), rounds };
      say(`${eventsPerRequest} a request: ${figures[eventsPerRequest].msPerRequest.toFixed(2)} ms`);
    }
  } finally {
    await d1.stop();
  }
  return figures;
}
