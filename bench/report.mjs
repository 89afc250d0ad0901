/**
 * What RESULTS.md says: the service's ratios and targets first, then its figures and the machine, then the client.
 * Everything is computed from results.json and client-results.json; nothing is typed in.
 */
import { clientSection } from "./client/report.mjs";
import { fixed, tableOf, whole } from "./markdown.mjs";
import { QUESTIONS, RANGES } from "./measure-questions.mjs";
import { targetsOf } from "./targets.mjs";

/**
 * @typedef {object} Results
 * @property {Awaited<ReturnType<typeof import("./machine.mjs").readMachine>>} machine
 * @property {number} seconds - how long the run took
 * @property {Record<string, History>} histories - by size, such as `10k`
 * @property {Awaited<ReturnType<typeof import("./measure-ingest.mjs").measureIngest>>} [ingest]
 * @property {Awaited<ReturnType<typeof import("./measure-ingest.mjs").measureCpuTime>>} [cpu]
 * @typedef {Awaited<ReturnType<typeof import("./measure-history.mjs").measureHistory>>} History
 */

/**
 * The whole of RESULTS.md; what has not been measured is left out.
 *
 * @param {{ service: Results | undefined, client: import("./client/report.mjs").ClientResults | undefined }} results
 */
export function reportOf({ service, client }) {
  const sections = ["# Benchmark", ...(service === undefined ? [] : serviceSections(service)), ...(client === undefined ? [] : [clientSection(client)])];
  return `${sections.join("\n\n")}\n`;
}

/** @param {Results} results */
function serviceSections(results) {
  const { machine } = results;
  return [
    `Written by \`npm run bench\` on ${machine.date} in ${Math.round(results.seconds / 60)} minutes; all raw figures are in [results.json](results.json).
**Kit** is \`dist/track-skills.worker.js\` through its public handler. **Plain** is [the design that most people would write](plain/):
an autoincrement key, four indexes, figures from raw rows. **Floor** is one bare INSERT of the same batch into the kit's table.
All run on a local workerd with D1; rows are what D1's own \`meta\` says, counted outside both designs.`,
    targetsSection(results),
    ...(results.ingest === undefined ? [] : [ingestSection(results.ingest)]),
    ...(results.cpu === undefined ? [] : [cpuSection(results.cpu)]),
    ...(Object.keys(results.histories).length === 0 ? [] : [writesSection(results.histories), writersSection(results.histories)]),
    ...Object.entries(results.histories).map(([name, history]) => readsSection(name, history)),
    machineSection(machine),
  ];
}

/** @param {Results} results */
function targetsSection(results) {
  const rows = targetsOf(results).map(({ what, target, plain, measured, isMet }) => [what, target, measured, plain, isMet === null ? "–" : isMet ? "yes" : "**no**"]);
  return `## Against the targets\n\n${tableOf(["", "target", "kit", "plain", "met"], rows)}

**What would bring a life to 1.1 rows.** Of the rows that an event costs over its life, one is its insertion and one its
deletion. Raw tables by month could be dropped whole when their time is over (DROP TABLE writes no rows), and the cells of
an hour could be packed into one row. The kit does neither: a question would have to span several tables, and a migration
would have to make them ahead of time.`;
}

/** @param {NonNullable<Results["ingest"]>} ingest */
function ingestSection({ clients, medians, runs }) {
  const sizes = Object.keys(medians.kit ?? {});
  const rows = Object.entries(medians).map(([design, bySize]) => [design, ...sizes.map((size) => whole(bySize[size]?.eventsPerSecond ?? 0)), ...sizes.map((size) => fixed(bySize[size]?.cpuMsPerRequest ?? null, 2))]);
  const rounds = runs.filter((run) => run.design === "kit" && run.eventsPerRequest === 1).length;
  const [{ seconds = 0 } = {}] = runs;
  return `## Ingest\n\nEvents per second, ${clients} clients at once over the loopback, an empty database each time, ${fixed(seconds, 0)} s a run; the median of ${rounds} rounds in
which the designs take turns. CPU is user and system time of all workerd processes per request: Worker, D1, and the proxy of
\`wrangler dev\`. The client runs on the same cores.\n\n${tableOf(["", ...sizes.map((size) => `events/s, ${size} a request`), ...sizes.map((size) => `CPU ms, ${size} a request`)], rows)}`;
}

/** @param {NonNullable<Results["cpu"]>} cpu */
function cpuSection(cpu) {
  const rows = Object.entries(cpu).map(([size, { msPerRequest, rounds }]) => [size, fixed(msPerRequest, 2), `${fixed(Math.min(...rounds), 2)}–${fixed(Math.max(...rounds), 2)}`]);
  return `## CPU time of a request\n\nThe kit's handler in workerd with a database that answers at once: parsing, validation, scrubbing, hashing and SQL
parameters of fresh events, 3 % of them failures. Cloudflare's free plan allows 10 ms.\n\n${tableOf(["events a request", "ms (median)", "range of the rounds"], rows)}`;
}

/** @param {Results["histories"]} histories */
function writesSection(histories) {
  const rows = Object.entries(histories).flatMap(([name, history]) =>
    /** @type {const} */ (["kit", "plain"]).map((design) => {
      const { load, life, perEvent, databaseBytes } = history[design];
      const perEventOf = (rowsWritten) => fixed(rowsWritten / history.events, 3);
      return [
        `${name} ${design}`,
        perEventOf(load.ingest.rowsWritten),
        design === "kit" ? fixed(perEvent.ingestFailuresAside, 3) : "",
        perEventOf(load.afterIngest.rowsWritten),
        perEventOf(load.scheduled.rowsWritten),
        perEventOf(life.rowsWritten),
        fixed(perEvent.life, 3),
        `${fixed(databaseBytes / 1e6, 1)} MB`,
        whole(rowsLeftOf(life.rowsLeft)),
      ];
    }),
  );
  return `## Rows written per event

90 days of events with the hourly cron, then the days until raw events (90 days) and roll-ups (400 days) are deleted. The
kit's account of its own costs (skill_usage_costs) counts as well. Failures cost a second row at ingest.\n\n${tableOf(
    ["", "at ingest", "failures aside", "after the answer", "cron, 90 days", "cron, after", "**life**", "database, day 90", "rows left"],
    rows,
  )}\n\n${agreementOf(histories)}`;
}

/** Rows of events and of what is made from them; the account of costs and the facts about the database go on. */
function rowsLeftOf(rowsLeft) {
  const { skill_usage_costs: _costs, skill_usage_state: _state, ...tables } = rowsLeft;
  return Object.values(tables).reduce((sum, left) => sum + left, 0);
}

/** @param {Results["histories"]} histories */
function agreementOf(histories) {
  const rows = Object.entries(histories).flatMap(([name, { kit, plain }]) =>
    Object.entries({ kit, plain }).map(([design, { figures }]) => [`${name} ${design}`, ...["calls", "errors", "users", "p50", "p95"].map((figure) => whole(figures[figure]))]),
  );
  return `Both designs answer the same for the last 90 days (the kit's percentiles come from a sketch, within 2 %):\n\n${tableOf(["", "calls", "errors", "users", "p50 ms", "p95 ms"], rows)}`;
}

/** @param {Results["histories"]} histories */
function writersSection(histories) {
  const rows = Object.entries(histories).flatMap(([name, { events, kit }]) => {
    const { load, life } = kit;
    const writers = new Map();
    for (const tally of [load.ingest, load.afterIngest, load.scheduled, life]) {
      for (const [writer, written] of Object.entries(tally.writtenBy)) writers.set(writer, (writers.get(writer) ?? 0) + written);
    }
    return [...writers].sort(([, left], [, right]) => right - left).map(([writer, written]) => [name, `\`${writer}\``, whole(written), fixed(written / events, 3)]);
  });
  return `What the kit's rows are, over the whole life:\n\n${tableOf(["", "statement", "rows", "per event"], rows)}`;
}

/**
 * @param {string} name
 * @param {History} history
 */
function readsSection(name, { kit, plain }) {
  const rows = QUESTIONS.flatMap((question) =>
    RANGES.map((range) => {
      const at = (moment) => moment[question]?.[range] ?? { rowsRead: 0, ms: 0, repeats: 0 };
      const aside = at(kit.questions.openHourAside);
      const open = at(kit.questions.openHour);
      const raw = at(plain.questions.openHourAside);
      const ratio = raw.ms / open.ms;
      return [`${question} ${range}`, whole(aside.rowsRead), whole(open.rowsRead), raw.repeats === 0 ? "no answer" : whole(raw.rowsRead), fixed(aside.ms, 1), fixed(open.ms, 1), plainTime(raw), `${raw.repeats === 0 ? "> " : ""}${fixed(ratio, 1)} ×`];
    }),
  );
  return `## Questions, ${name} events

At the end of day 90: right after a roll-up (the open hour aside) and 40 minutes into an hour, with ${whole(kit.openHourEvents)} events of the open
hour that no roll-up holds yet. Milliseconds from request to answer, the median of 5 unless said.\n\n${tableOf(
    ["", "rows read: kit, open hour aside", "kit", "plain", "ms: kit, open hour aside", "kit", "plain", "plain ÷ kit"],
    rows,
  )}`;
}

/** How long plain took; a question on which D1 gave up took longer than that. */
function plainTime({ ms, repeats }) {
  if (repeats === 0) return `no answer within ${fixed(ms, 0)}`;
  return `${fixed(ms, 1)}${repeats < 5 ? ` (of ${repeats})` : ""}`;
}

/** @param {Results["machine"]} machine */
function machineSection(machine) {
  const { cores, cpu, memoryGiB, os, node, wrangler, workerd, kit, commit, date } = machine;
  return `## Machine\n\n${cores} cores of ${cpu}, ${memoryGiB} GiB, ${os}; Node ${node}, wrangler ${wrangler}, workerd ${workerd}; kit ${kit}${commit === null ? "" : ` after commit ${commit}`}; ${date}.
Rows are the same on any machine and on Cloudflare; times are not. A local D1 has no network between Worker and database.`;
}
