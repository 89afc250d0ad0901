/**
 * `npm run bench:cost`: the README's cost table, from what was measured (results.json) and Cloudflare's prices.
 *
 * Writes the table between the README's markers; with `--check`, exits with 1 when the README says anything else; with
 * `--print`, only shows it. `--results FILE` reads other figures.
 */
import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseArgs } from "node:util";
import { usageOf } from "./cost-model.mjs";
import { fixed, tableOf, whole } from "./markdown.mjs";
import { FREE, monthlyPriceOf, PAID } from "./prices.mjs";

const root = path.resolve(import.meta.dirname, "..");
const BEGIN = "<!-- cost table: npm run bench:cost -->";
const END = "<!-- end of cost table -->";
const VOLUMES = [1_000, 10_000, 100_000, 1_000_000];
const EXPLAINED_VOLUME = 1_000_000;

const { values: options } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    print: { type: "boolean", default: false },
    results: { type: "string", default: path.join(root, "bench", "results.json") },
  },
});

/** @param {import("./report.mjs").Results} results */
function costTable(results) {
  const usages = VOLUMES.map((callsADay) => usageOf(results, callsADay));
  const rows = usages.map((usage) => {
    const price = monthlyPriceOf(usage);
    return [
      whole(usage.callsADay),
      amount(usage.rowsWritten),
      amount(usage.rowsRead),
      `${amount(usage.storedBytes)}B`,
      amount(usage.requests),
      amount(usage.cpuMs),
      price.isFree ? "free" : `$${fixed(price.dollars, 2)}`,
    ];
  });
  return `${tableOf(["calls a day", "rows written a day", "rows read a day", "stored", "requests a day", "CPU ms a day", "a month"], rows)}

${arithmeticOf(usageOf(results, EXPLAINED_VOLUME))}`;
}

/** How one row comes about, so that a reader can put in other numbers. */
function arithmeticOf(usage) {
  const { callsADay, parts } = usage;
  const price = monthlyPriceOf(usage);
  const bills = price.parts.map(({ what, used, included, unit, dollarsAUnit, dollars }) => `${what} ${amount(used)} − ${amount(included)} included${dollars === 0 ? "" : ` = ${fixed((used - included) / unit, 1)} × $${dollarsAUnit} = $${fixed(dollars, 2)}`}`);
  return `For ${whole(callsADay)} calls a day, in batches of ${parts.eventsPerRequest}, with one dashboard open 8 hours a day (a refresh a minute: ${parts.overviews} overviews of 30 days):

- rows written: ${whole(callsADay)} × ${fixed(parts.rowsPerEvent, 3)} (${fixed(parts.insertedPerEvent, 3)} stored, failures twice; ${fixed(parts.deletedPerEvent, 3)} deleted after 90 days) + ${whole(parts.rollupRows)} of roll-ups = ${whole(usage.rowsWritten)};
- rows read: ${parts.overviews} × ${whole(parts.overviewRows)} + ${whole(parts.upkeepRowsRead)} by ingest, roll-ups and clean-up = ${whole(usage.rowsRead)};
- requests: ${whole(callsADay)} ÷ ${parts.eventsPerRequest} + ${parts.overviews} + 24 of the cron = ${whole(usage.requests)};
- CPU: ${whole(callsADay / parts.eventsPerRequest)} × ${fixed(parts.ingestCpuMs, 2)} ms + ${parts.overviews} × ${fixed(parts.overviewMs, 1)} ms (the whole time of an answer: a ceiling) = ${whole(usage.cpuMs)} ms;
- a month of 30 days on the paid plan, $${PAID.baseDollars}: ${bills.join("; ")}.

The free plan allows ${amount(FREE.rowsWrittenADay)} rows written, ${amount(FREE.rowsReadADay)} rows read and ${amount(FREE.requestsADay)} requests a day, and ${amount(FREE.storedBytes)}B a database. Rows are measured at ${parts.measuredAt.map(whole).join(", ")} calls a
day and interpolated between these on a logarithmic scale; above the largest, roll-ups are taken in proportion to calls, as if
skills and people grew with them: a ceiling. Stored is day 90; roll-ups stay for 400.${usage.storedBytes > PAID.databaseBytes ? " A D1 database holds at most 10 GB." : ""}`;
}

/** Three digits and a unit: `63.1 k`, `2.05 M`. */
function amount(value) {
  const [size, unit] = value >= 1e9 ? [1e9, " G"] : value >= 1e6 ? [1e6, " M"] : value >= 1e3 ? [1e3, " k"] : [1, ""];
  return `${Number((value / size).toPrecision(3))}${unit}`;
}

async function main() {
  const table = `${BEGIN}\n${costTable(JSON.parse(await readFile(options.results, "utf8")))}\n${END}`;
  if (options.print) return void console.log(table);
  const file = path.join(root, "README.md");
  const readme = await readFile(file, "utf8");
  const [begin, end] = [readme.indexOf(BEGIN), readme.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`README.md has no "${BEGIN}" … "${END}".`);
  const updated = readme.slice(0, begin) + table + readme.slice(end + END.length);
  if (updated === readme) return;
  if (options.check) throw new Error("The README's cost table is not what bench/results.json gives. Run `npm run bench:cost`.");
  await writeFile(file, updated);
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
