/** What clients keep in memory while their collector is down: flat, or growing with every call. */
import { runChild } from "./processes.mjs";

/** The first is for what a client and its libraries take by themselves. */
const CHECKPOINTS = [0, 100_000, 1_000_000];
const DESIGNS = ["kit", "posthog", "otel", "sentry", "mcp-agentcat"];
/** A peer that needs longer is not worth the wait: what it has reached until then is told. */
const LIMIT_MS = 60_000;
/** Heaps do not depend on how fast a machine is: two children share its cores. */
const AT_ONCE = 2;

/**
 * @typedef {object} MemoryRun
 * @property {string} design
 * @property {import("./memory-child.mjs").Checkpoint[]} checkpoints - the first at no calls
 * @property {number | null} endedAfterSeconds - when it was ended before it was done
 */

/**
 * @param {{ kit: import("./processes.mjs").Kit }} params
 * @param {(line: string) => void} say
 * @returns {Promise<MemoryRun[]>}
 */
export async function measureMemory({ kit }, say) {
  const runs = DESIGNS.map((design) => /** @type {MemoryRun} */ ({ design, checkpoints: [], endedAfterSeconds: null }));
  const waiting = [...runs].reverse();
  const work = async () => {
    for (let run = waiting.shift(); run !== undefined; run = waiting.shift()) await measureOne(run, kit, say);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return runs;
}

/** @param {MemoryRun} run */
async function measureOne(run, kit, say) {
  const { design, checkpoints } = run;
  const onMessage = (message) => {
    if (message === "done") return;
    checkpoints.push(message);
    say(`${design}, ${message.calls} calls: ${(message.heapBytes / 1e6).toFixed(1)} MB`);
  };
  const { isOverTime } = await runChild({ script: "memory-child.mjs", args: { design, checkpoints: CHECKPOINTS }, kit, limitMs: LIMIT_MS, onMessage });
  if (!isOverTime) return;
  run.endedAfterSeconds = LIMIT_MS / 1000;
  say(`${design} ended after ${LIMIT_MS / 1000} s`);
}
