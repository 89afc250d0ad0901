/**
 * `npm run bench`: the kit beside the plain design, on a local workerd and D1, in one run.
 *
 * Options: `--sizes 10k,100k,1m` (histories to measure), `--parts cpu,ingest,history`, `--rounds 3` and `--seconds 5`
 * (of each ingest run), `--out bench` (the folder for results.json and RESULTS.md).
 */
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { root } from "./local-d1.mjs";
import { readMachine } from "./machine.mjs";
import { measureHistory } from "./measure-history.mjs";
import { measureCpuTime, measureIngest } from "./measure-ingest.mjs";
import { writeReport } from "./write-report.mjs";

const { values: options } = parseArgs({
  options: {
    sizes: { type: "string", default: "10k,100k,1m" },
    parts: { type: "string", default: "cpu,ingest,history" },
    rounds: { type: "string", default: "3" },
    seconds: { type: "string", default: "5" },
    out: { type: "string", default: path.join(root, "bench") },
  },
});

const sizes = options.sizes.split(",").map((name) => ({ name: name.toLowerCase(), events: countOf(name) }));
const parts = new Set(options.parts.split(","));

/** Reads `10k` or `1m`. */
function countOf(name) {
  const [, digits, unit = ""] = /^(\d+)([km]?)$/i.exec(name) ?? [];
  if (digits === undefined) throw new Error(`A size is a number such as 10k or 1m, not "${name}".`);
  return Number(digits) * ({ k: 1_000, m: 1_000_000 }[unit.toLowerCase()] ?? 1);
}

const began = performance.now();

/** Gives a function that shows progress on a part of the run. */
function sayAbout(part) {
  return (line) => console.log(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${part}  ${line}`);
}

async function main() {
  /** @type {import("./report.mjs").Results} */
  const results = { machine: await readMachine(), seconds: 0, histories: {} };
  if (parts.has("cpu")) results.cpu = await measureCpuTime(sayAbout("CPU"));
  if (parts.has("ingest")) results.ingest = await measureIngest({ rounds: Number(options.rounds), seconds: Number(options.seconds) }, sayAbout("ingest"));
  for (const { name, events } of parts.has("history") ? sizes : []) {
    results.histories[name] = await measureHistory(events, sayAbout(name));
    // What is measured is kept, should a later size fail.
    await write(results);
  }
  await write(results);
}

async function write(results) {
  results.seconds = Math.round((performance.now() - began) / 1000);
  await mkdir(options.out, { recursive: true });
  await writeFile(path.join(options.out, "results.json"), `${JSON.stringify(results, null, 2)}\n`);
  await writeReport(options.out);
}

await main();
process.exit(0);
