/**
 * What tracking adds to a call of an MCP tool while it runs. A call takes ten times as long as what is added to it, and
 * differs more than that from process to process, so all designs run in one, batch by batch in turns: each batch is
 * compared with the bare tool's of the same turn.
 */
import { medianOf } from "../measure-questions.mjs";
import { assertNothingLost, timeBatch } from "./batches.mjs";
import { CALLS_PER_BATCH } from "./designs.mjs";
import { MCP_DESIGNS } from "./mcp-designs.mjs";

const WARM_UP_TURNS = 30;
const TURNS = 100;
const kind = "async";

/**
 * @typedef {object} McpCost
 * @property {Record<string, number>} hotNs - by design: of the bare tool the wall time of a call, of all others what they add to it
 */

/** @type {{ kitUrl: string }} */
const { kitUrl } = JSON.parse(process.argv[2] ?? "");

/** @returns {Promise<McpCost>} */
async function measure() {
  const entrants = await Promise.all(
    Object.entries(MCP_DESIGNS).map(async ([design, open]) => {
      const network = { isDown: false, isCounting: false, events: 0 };
      return { design, network, skill: await open({ kind, isHeld: true, network, kitUrl }), batchesNs: /** @type {number[]} */ ([]) };
    }),
  );
  for (let turn = 0; turn < WARM_UP_TURNS + TURNS; turn++) {
    for (const { skill, batchesNs } of entrants) {
      batchesNs.push(((await timeBatch(skill.call, kind)) * 1e6) / CALLS_PER_BATCH);
      await skill.drain();
    }
  }
  for (const { design, network, skill } of entrants) await assertNothingLost({ design, kind, network, skill });
  const bareNs = entrants.find(({ design }) => design === "mcp-bare")?.batchesNs ?? [];
  const addedNs = ({ design, batchesNs }) => medianOf(batchesNs.map((ns, turn) => ns - (design === "mcp-bare" ? 0 : (bareNs[turn] ?? Number.NaN))).slice(WARM_UP_TURNS));
  return { hotNs: Object.fromEntries(entrants.map((entrant) => [entrant.design, addedNs(entrant)])) };
}

process.once("disconnect", () => process.exit(1));
process.send?.(await measure(), () => process.exit(0));
