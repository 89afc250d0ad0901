/**
 * The heap of one client whose collector is down, after many calls. Needs `node --expose-gc`.
 *
 * After every batch of calls the event loop turns once, so that clients can try, fail and give up as they would.
 */
import { CALLS_PER_BATCH, DESIGNS, PARAMS } from "./designs.mjs";
import { MCP_DESIGNS } from "./mcp-designs.mjs";

/**
 * @typedef {object} Checkpoint
 * @property {number} calls
 * @property {number} heapBytes - used after garbage collection
 * @property {number} unhandledRejections - so far: each would end a Node process that has no handler
 * @property {Record<string, number>} losses - as the client counts them
 */

/** @type {{ design: string, checkpoints: number[], kitUrl: string }} */
const { design, checkpoints, kitUrl } = JSON.parse(process.argv[2] ?? "");

let unhandledRejections = 0;
process.on("unhandledRejection", () => (unhandledRejections += 1));

async function measure() {
  const openDesign = DESIGNS[design] ?? MCP_DESIGNS[design];
  if (openDesign === undefined) throw new Error(`There is no design "${design}".`);
  const isMcp = design in MCP_DESIGNS;
  const network = { isDown: true, isCounting: false, events: 0 };
  const skill = await openDesign({ kind: isMcp ? "async" : "sync", isHeld: false, network, kitUrl });
  let calls = 0;
  for (const checkpoint of checkpoints) {
    for (; calls < checkpoint; calls += CALLS_PER_BATCH) {
      for (let index = 0; index < CALLS_PER_BATCH; index++) {
        const result = skill.call(PARAMS);
        if (isMcp) await result;
      }
      await new Promise(setImmediate);
    }
    const losses = { ...skill.losses() };
    assertAccounted(calls, losses);
    process.send?.({ calls, heapBytes: await readHeapBytes(), unhandledRejections, losses });
  }
}

/** A client that forgot its calls would be flat as well: each must be lost for a reason, or waiting. */
function assertAccounted(calls, losses) {
  if (design !== "kit") return;
  const accounted = Object.values(losses).reduce((sum, count) => sum + count, 0);
  if (accounted !== calls) throw new Error(`The kit accounts for ${accounted} of ${calls} calls.`);
}

/** A second collection takes what the first one's finalizers let go. */
async function readHeapBytes() {
  for (let times = 0; times < 2; times++) {
    await new Promise(setImmediate);
    globalThis.gc?.();
  }
  return process.memoryUsage().heapUsed;
}

process.once("disconnect", () => process.exit(1));
await measure();
process.send?.("done", () => process.exit(0));
