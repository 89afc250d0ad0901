/**
 * One measurement in a process of its own, so that no design runs on code that another has made the engine compile:
 * what calls cost while they run, and what they cost in all.
 */
import { CALLS_PER_BATCH, DESIGNS, PARAMS } from "./designs.mjs";
import { MCP_DESIGNS } from "./mcp-designs.mjs";

/** A call of an MCP tool runs through far more code than a function does, and takes far longer. */
const FUNCTION_TIMES = { warmUpMs: 150, hotMs: 300, totalMs: 200 };
const MCP_TIMES = { warmUpMs: 600, hotMs: 600, totalMs: 400 };

/**
 * @typedef {object} CallArguments
 * @property {string} design
 * @property {import("./designs.mjs").Kind} kind
 * @property {string} kitUrl
 * @typedef {object} CallCost
 * @property {number} hotNs - wall time of a call until it returns or settles, nothing being sent meanwhile
 * @property {number} totalNs - CPU time of the whole process per call, until all is sent, with default options
 * @property {number} calls - how many were timed for `hotNs`
 */

/** @type {CallArguments} */
const { design, kind, kitUrl } = JSON.parse(process.argv[2] ?? "");
const times = design in MCP_DESIGNS ? MCP_TIMES : FUNCTION_TIMES;

/** @returns {Promise<CallCost>} */
async function measure() {
  const hot = await measureHot(await open(true));
  const totalNs = await measureTotal(await open(false));
  return { ...hot, totalNs };
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
    await callBatch(skill.call);
    await skill.drain();
  });
  let hotMs = 0;
  const batches = await repeatFor(times.hotMs, async () => {
    hotMs += await timeBatch(skill.call);
    await skill.drain();
  });
  await assertNothingLost(network, skill);
  const calls = batches * CALLS_PER_BATCH;
  return { hotNs: (hotMs * 1e6) / calls, calls };
}

/** CPU time rather than wall time: compression and garbage collection have threads of their own, and waiting costs nothing. */
async function measureTotal({ network, skill }) {
  const callAndDrain = async () => {
    await callBatch(skill.call);
    await skill.drain();
  };
  await repeatFor(times.warmUpMs / 2, callAndDrain);
  const before = process.cpuUsage();
  const batches = await repeatFor(times.totalMs, callAndDrain);
  const { user, system } = process.cpuUsage(before);
  await assertNothingLost(network, skill);
  return ((user + system) * 1e3) / (batches * CALLS_PER_BATCH);
}

async function repeatFor(ms, run) {
  let times = 0;
  for (const endMs = performance.now() + ms; performance.now() < endMs; times++) await run();
  return times;
}

/** @returns {Promise<number>} ms */
async function timeBatch(call) {
  const startMs = performance.now();
  await callBatch(call);
  return performance.now() - startMs;
}

/** Awaits only where the skill is asynchronous: nothing else may run between synchronous calls. */
function callBatch(call) {
  return kind === "sync" ? callOneAfterAnother(call) : awaitOneAfterAnother(call);
}

function callOneAfterAnother(call) {
  let returned = 0;
  for (let index = 0; index < CALLS_PER_BATCH; index++) {
    try {
      call(PARAMS);
      returned += 1;
    } catch {
      // A failing skill.
    }
  }
  return returned;
}

async function awaitOneAfterAnother(call) {
  let returned = 0;
  for (let index = 0; index < CALLS_PER_BATCH; index++) {
    try {
      await call(PARAMS);
      returned += 1;
    } catch {
      // A failing skill.
    }
  }
  return returned;
}

/** A client that drops events is fast: each call of one more batch must arrive, and no loss may have been counted. */
async function assertNothingLost(network, skill) {
  network.isCounting = true;
  await callBatch(skill.call);
  await skill.drain();
  const isTracked = !design.includes("bare");
  if (isTracked && network.events !== CALLS_PER_BATCH) throw new Error(`${design} sent ${network.events} events of ${CALLS_PER_BATCH} calls.`);
  const losses = Object.entries(skill.losses()).filter(([, count]) => count > 0);
  if (losses.length > 0) throw new Error(`${design} has lost events: ${losses.map(([reason, count]) => `${reason} ${count}`).join(", ")}.`);
}

process.once("disconnect", () => process.exit(1));
process.send?.(await measure(), () => process.exit(0));
