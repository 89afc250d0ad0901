/** Batches of calls: run, timed, and looked after. */
import { CALLS_PER_BATCH, PARAMS } from "./designs.mjs";

export async function repeatFor(ms, run) {
  let times = 0;
  for (const endMs = performance.now() + ms; performance.now() < endMs; times++) await run();
  return times;
}

/** @returns {Promise<number>} ms */
export async function timeBatch(call, kind) {
  const startMs = performance.now();
  await callBatch(call, kind);
  return performance.now() - startMs;
}

/** Awaits only where the skill is asynchronous: nothing else may run between synchronous calls. */
export function callBatch(call, kind) {
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
export async function assertNothingLost({ design, kind, network, skill }) {
  network.isCounting = true;
  await callBatch(skill.call, kind);
  await skill.drain();
  const isTracked = !design.includes("bare");
  if (isTracked && network.events !== CALLS_PER_BATCH) throw new Error(`${design} sent ${network.events} events of ${CALLS_PER_BATCH} calls.`);
  const losses = Object.entries(skill.losses()).filter(([, count]) => count > 0);
  if (losses.length > 0) throw new Error(`${design} has lost events: ${losses.map(([reason, count]) => `${reason} ${count}`).join(", ")}.`);
}
