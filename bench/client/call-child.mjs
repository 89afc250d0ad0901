/**
 * One measurement in a process of its own, so that no design runs on code that another has made the engine compile:
 * what calls cost while they run, and what they cost in all.
 */
import { assertNothingLost, callBatch, repeatFor, timeBatch } from "./batches.mjs";
import { CALLS_PER_BATCH, DESIGNS } from "./designs.mjs";
import { MCP_DESIGNS } from "./mcp-designs.mjs";

/** A call of an MCP tool runs through far more code than a function does, and takes far longer. */
const FUNCTION_TIMES = { warmUpMs: 150, hotMs: 300, totalMs: 200 };
const MCP_TIMES = { ...FUNCTION_TIMES, warmUpMs: 600, totalMs: 400 };

/**
 * @typedef {object} CallArguments
 * @property {string} design
 * @property {import("./designs.mjs").Kind} kind
 * @property {string} kitUrl
 * @typedef {object} CallCost
 * @property {number | null} hotNs - wall time of a call until it returns or settles, nothing being sent meanwhile; null of MCP tools, see `mcp-child.mjs`
 * @property {number} totalNs - CPU time of the whole process per call, until all is sent, with default options
 * @property {number} calls - how many were timed for `hotNs`
 */

/** @type {CallArguments} */
const { design, kind, kitUrl } = JSON.parse(process.argv[2] ?? "");
const isMcp = design in MCP_DESIGNS;
const times = isMcp ? MCP_TIMES : FUNCTION_TIMES;

/** @returns {Promise<CallCost>} */
async function measure() {
  const hot = isMcp ? { hotNs: null, calls: 0 } : await measureHot(await open(true));
  return { ...hot, totalNs: await measureTotal(await open(false)) };
}

async function open(isHeld) {
  const network = { isDown: false, isCounting: false, events: 0 };
  const openDesign = DESIGNS[design] ?? MCP_DESIGNS[design];
  if (openDesign === undefined) throw new Error(`There is no design "${design}".`);
  return { network, skill: await openDesign({ kind, isHeld, network, kitUrl }) };
}

/** Calls are timed batch by batch; the queue is emptied outside of the time. */
async function measureHot({ network, skill }) {
  await repeatFor(times.warmUpMs, async () => {
    await callBatch(skill.call, kind);
    await skill.drain();
  });
  let hotMs = 0;
  const batches = await repeatFor(times.hotMs, async () => {
    hotMs += await timeBatch(skill.call, kind);
    await skill.drain();
  });
  await assertNothingLost({ design, kind, network, skill });
  const calls = batches * CALLS_PER_BATCH;
  return { hotNs: (hotMs * 1e6) / calls, calls };
}

/** CPU time rather than wall time: compression and garbage collection have threads of their own, and waiting costs nothing. */
async function measureTotal({ network, skill }) {
  const callAndDrain = async () => {
    await callBatch(skill.call, kind);
    await skill.drain();
  };
  await repeatFor(times.warmUpMs / 2, callAndDrain);
  const before = process.cpuUsage();
  const batches = await repeatFor(times.totalMs, callAndDrain);
  const { user, system } = process.cpuUsage(before);
  await assertNothingLost({ design, kind, network, skill });
  return ((user + system) * 1e3) / (batches * CALLS_PER_BATCH);
}

process.once("disconnect", () => process.exit(1));
process.send?.(await measure(), () => process.exit(0));
