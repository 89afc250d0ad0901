/**
 * What tracking adds to a call: every design in a fresh process, once a round, in random order; the function by itself is
 * measured in the same round and subtracted. What is added to an MCP tool while it runs shows only side by side in one process.
 */
import { medianOf } from "../measure-questions.mjs";
import { runChild } from "./processes.mjs";

/** A child that has not ended by then hangs. */
const LIMIT_MS = 30_000;

/**
 * @typedef {import("./designs.mjs").Kind} Kind
 * @typedef {import("./call-child.mjs").CallCost} CallCost
 * @typedef {object} Measured - one design with one kind of function
 * @property {string} design
 * @property {string} baseline - the design that is subtracted
 * @property {Kind} kind
 * @property {Statistic} hotNs - added while the call runs
 * @property {Statistic} totalNs - added in all, as CPU time
 * @property {CallCost[]} rounds - as measured, nothing subtracted
 * @typedef {{ median: number, min: number, max: number }} Statistic
 */

/** What is measured with which function: a call of an MCP tool is always asynchronous. */
const SYNC_AND_ASYNC = /** @type {const} */ (["sync", "async"]);
const SERIES = /** @type {{ design: string, baseline: string, kinds: readonly Kind[] }[]} */ ([
  ...["bare", "kit", "kit-wrap", "kit-context", "posthog", "otel", "sentry"].map((design) => ({ design, baseline: "bare", kinds: SYNC_AND_ASYNC })),
  ...["bare-failing", "kit-failing"].map((design) => ({ design, baseline: "bare-failing", kinds: SYNC_AND_ASYNC })),
  ...["mcp-bare", "mcp-kit", "mcp-agentcat"].map((design) => ({ design, baseline: "mcp-bare", kinds: /** @type {const} */ (["async"]) })),
]);

/**
 * @param {{ rounds: number, kit: import("./processes.mjs").Kit }} params
 * @param {(line: string) => void} say
 */
export async function measureCalls({ rounds, kit }, say) {
  const skipped = /** @type {{ design: string, reason: string }[]} */ ([]);
  if (!kit.exports.includes("trackMcpServer")) skipped.push({ design: "mcp-kit", reason: "this build of the client exports no `trackMcpServer`" });
  for (const { design, reason } of skipped) say(`${design} skipped: ${reason}`);
  const plan = SERIES.filter(({ design }) => !skipped.some((skip) => skip.design === design)).flatMap((series) => series.kinds.map((kind) => ({ ...series, kind, rounds: /** @type {CallCost[]} */ ([]) })));
  const mcpCosts = /** @type {import("./mcp-child.mjs").McpCost[]} */ ([]);
  for (let round = 1; round <= rounds; round++) {
    for (const { design, kind, rounds: costs } of shuffle(plan)) {
      await runChild({ script: "call-child.mjs", args: { design, kind }, kit, limitMs: LIMIT_MS, onMessage: (cost) => costs.push(cost) });
      const cost = costs.length === round ? costs.at(-1) : undefined;
      if (cost === undefined) throw new Error(`${design}, ${kind}, has not ended within ${LIMIT_MS / 1000} s.`);
      say(`round ${round}, ${design}, ${kind}: ${cost.hotNs === null ? "" : `${cost.hotNs.toFixed(0)} ns hot, `}${cost.totalNs.toFixed(0)} ns in all`);
    }
    if (skipped.length === 0) {
      await runChild({ script: "mcp-child.mjs", args: {}, kit, limitMs: LIMIT_MS, onMessage: (cost) => mcpCosts.push(cost) });
      if (mcpCosts.length !== round) throw new Error(`The MCP designs side by side have not ended within ${LIMIT_MS / 1000} s.`);
      say(`round ${round}, side by side: ${Object.entries(mcpCosts.at(-1)?.hotNs ?? {}).map(([design, ns]) => `${design} ${ns.toFixed(0)} ns`).join(", ")}`);
    }
  }
  return { measured: plan.map((series) => statisticsOf(series, plan, mcpCosts)), skipped, mcpCosts };
}

/** @returns {Measured} */
function statisticsOf({ design, baseline, kind, rounds }, plan, mcpCosts) {
  const bare = plan.find((series) => series.design === baseline && series.kind === kind).rounds;
  const added = (field) => statisticOf(rounds.map((cost, round) => cost[field] - (design === baseline ? 0 : bare[round][field])));
  const hotNs = baseline === "mcp-bare" ? statisticOf(mcpCosts.map((cost) => cost.hotNs[design])) : added("hotNs");
  return { design, baseline, kind, hotNs, totalNs: added("totalNs"), rounds };
}

/** @returns {Statistic} */
function statisticOf(values) {
  return { median: medianOf(values), min: Math.min(...values), max: Math.max(...values) };
}

/** In random order (Fisher and Yates). */
function shuffle(items) {
  const shuffled = [...items];
  for (let last = shuffled.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]];
  }
  return shuffled;
}
