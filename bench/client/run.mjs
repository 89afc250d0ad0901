/**
 * `npm run bench:client`: this kit's client beside other tracking clients, in one run: what a tracked call costs, what
 * stays in memory while the collector is down, and what a client adds to a bundle. Nothing leaves the machine.
 *
 * Options: `--rounds 5` (of each measurement of calls), `--out bench` (the folder for client-results.json and RESULTS.md).
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "../local-d1.mjs";
import { readMachine, versionOf } from "../machine.mjs";
import { writeReport } from "../write-report.mjs";
import { CALLS_PER_BATCH } from "./designs.mjs";
import { measureCalls } from "./measure-calls.mjs";
import { measureMemory } from "./measure-memory.mjs";
import { measureSizes } from "./measure-sizes.mjs";
import { copyKit } from "./processes.mjs";

const PEER_PACKAGES = ["posthog-node", "@opentelemetry/sdk-trace-base", "@sentry/core", "agentcat", "@modelcontextprotocol/sdk", "esbuild"];

const { values: options } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    out: { type: "string", default: path.join(root, "bench") },
  },
});
const rounds = Number(options.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`Rounds are a whole number from 1, not "${options.rounds}".`);

const began = performance.now();

/** Gives a function that shows progress on a part of the run. */
function sayAbout(part) {
  return (line) => console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${part}  ${line}`);
}

async function main() {
  const kit = await copyKit();
  const machine = await readMachine();
  const versions = Object.fromEntries(await Promise.all(PEER_PACKAGES.map(async (name) => /** @type {const} */ ([name, await versionOf(`node_modules/${name}`)]))));
  const size = await measureSizes({ kit }, sayAbout("size"));
  const calls = await measureCalls({ rounds, kit }, sayAbout("calls"));
  const memory = await measureMemory({ kit }, sayAbout("memory"));
  const seconds = Math.round((performance.now() - began) / 1000);
  /** @type {import("./report.mjs").ClientResults} */
  const results = { machine, versions, seconds, rounds, callsPerBatch: CALLS_PER_BATCH, size, calls, memory };
  await mkdir(options.out, { recursive: true });
  await writeFile(path.join(options.out, "client-results.json"), `${JSON.stringify(results, null, 2)}\n`);
  await writeReport(options.out);
}

await main();
process.exit(0);
