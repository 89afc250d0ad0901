/** The section "Client" of RESULTS.md. Everything is computed from client-results.json; nothing is typed in. */
import { fixed, tableOf, whole } from "../markdown.mjs";
import { NAMES } from "./names.mjs";
import { clientTargetsOf } from "./targets.mjs";

/**
 * @typedef {object} ClientResults
 * @property {Awaited<ReturnType<typeof import("../machine.mjs").readMachine>>} machine
 * @property {Record<string, string>} versions - of the packages measured beside the kit
 * @property {number} seconds - how long the run took
 * @property {number} rounds
 * @property {number} callsPerBatch
 * @property {Awaited<ReturnType<typeof import("./measure-sizes.mjs").measureSizes>>} size
 * @property {Awaited<ReturnType<typeof import("./measure-calls.mjs").measureCalls>>} calls
 * @property {Awaited<ReturnType<typeof import("./measure-memory.mjs").measureMemory>>} memory
 */

/** @param {ClientResults} results */
export function clientSection(results) {
  return [headOf(results), callsOf(results), memoryOf(results), sizesOf(results), machineOf(results)].join("\n\n");
}

/** @param {ClientResults} results */
function headOf(results) {
  const rows = clientTargetsOf(results).map(({ what, target, kit, peers, isMet }) => [what, target, kit, peers, isMet === null ? "–" : isMet ? "yes" : "**no**"]);
  return `## Client

Written by \`npm run bench:client\` on ${results.machine.date} in ${fixed(results.seconds / 60, 1)} minutes; all raw figures are in [client-results.json](client-results.json).
\`dist/track-skills.client.js\` beside other tracking clients, each on a network that does nothing.

${tableOf(["", "target", "kit", "peers", "met"], rows)}

Of the kit's two ways to track a function the slower one counts, of the peers the fastest one. For MCP, "–" means that
the adapter was not measured, or that the rounds do not agree.`;
}

/** @param {ClientResults} results */
function callsOf({ calls, rounds, callsPerBatch }) {
  const isMcp = ({ design }) => design.startsWith("mcp-");
  const statistic = (row, field) => (row === undefined ? ["–", "–"] : [whole(row[field].median), `${whole(row[field].min)} to ${whole(row[field].max)}`]);
  const rowOf = (design, kinds) => [nameOf(design), ...kinds.flatMap((kind) => ["hotNs", "totalNs"].flatMap((field) => statistic(calls.measured.find((row) => row.design === design && row.kind === kind), field)))];
  const designsOf = (rows) => [...new Set(rows.map(({ design }) => design))];
  const columnsOf = (kinds) => ["ns a call", ...kinds.flatMap((kind) => [`${kind}, while it runs`, "range", `${kind}, in all`, "range"])];
  const functions = designsOf(calls.measured.filter((row) => !isMcp(row))).map((design) => rowOf(design, ["sync", "async"]));
  const tools = designsOf(calls.measured.filter(isMcp)).map((design) => rowOf(design, ["async"]));
  const skipped = calls.skipped.map(({ design, reason }) => `\n\nNot measured: ${NAMES[design]}; ${reason}.`).join("");
  return `### What a tracked call costs

What tracking adds: the bare function's time is subtracted. The median and the range of ${rounds} rounds; the designs take turns in
random order, each in a fresh process.

- **While it runs** is what the skill waits for: wall time of ${callsPerBatch} calls, one after another, with thresholds set so that nothing is sent
  meanwhile. What a client puts off until the skill has returned is not in it; between asynchronous calls some of that runs.
- **In all** is CPU time of the process, all threads, until everything is sent, with default options: serialising and, where a
  client compresses (PostHog), compressing as well. OpenTelemetry's stops at its exporter and so serialises nothing.

After each measurement one more batch must arrive complete, and clients that count their losses must have counted none. PostHog
captures one event a call; OpenTelemetry (batch processor) and Sentry (sampled, no integrations) make a span with two attributes.
With a context: \`userId\`, \`sessionId\` and three keys of \`metadata\`.

${tableOf(columnsOf(["sync", "async"]), functions)}

A call of an MCP tool over the SDK's in-memory transport, client and server in one process. AgentCat begins to send at once, and writes
a log file; both are in its figures. What is added while a call runs is a small part of the call, so the three run side by side in one
process there, ${callsPerBatch} calls at a time in turns, and each turn is compared with the bare tool's of the same turn (the median of 100).

${tableOf(columnsOf(["async"]), tools)}${skipped}`;
}

/** Baselines stand as measured, all else as what it adds. */
function nameOf(design) {
  return design.includes("bare") ? `${NAMES[design]} (not subtracted)` : (NAMES[design] ?? design);
}

/** @param {ClientResults} results */
function memoryOf({ memory }) {
  const counts = Array.from(new Set(memory.flatMap(({ checkpoints }) => checkpoints.map(({ calls }) => calls)))).sort((left, right) => left - right);
  const rows = memory.map(({ design, checkpoints, endedAfterSeconds }) => {
    const heaps = counts.map((calls) => {
      const checkpoint = checkpoints.find((other) => other.calls === calls);
      return checkpoint === undefined ? `not reached in ${endedAfterSeconds} s` : `${fixed(checkpoint.heapBytes / 1e6, 1)} MB`;
    });
    return [design === "kit" ? "kit" : (NAMES[design] ?? design), ...heaps, whole(checkpoints.at(-1)?.unhandledRejections)];
  });
  return `### Memory while the collector is down

Heap used after garbage collection, with default options, while every request fails, libraries included. Every bounded queue drops most
of these events; the kit's counters account for each one. AgentCat's figures include an MCP server and client. An unhandled rejection
ends a Node process that does not listen for it; here one listens and counts.

${tableOf(["", ...counts.map((calls) => `${whole(calls)} calls`), "unhandled rejections"], rows)}`;
}

/** @param {ClientResults} results */
function sizesOf({ size }) {
  const rowOf = (name, { minifiedBytes, gzipBytes }) => [name, whole(minifiedBytes), whole(gzipBytes)];
  const rows = [
    rowOf("kit, without adapters", size.kit),
    ...Object.entries(size.adapters).map(([adapter, added]) => rowOf(`… \`${adapter}\` adds`, added)),
    ...Object.entries(size.peers)
      .sort(([, left], [, right]) => left.gzipBytes - right.gzipBytes)
      .map(([peer, bytes]) => rowOf(NAMES[peer], bytes)),
  ];
  return `### Size

The least code that uses a client, bundled for a Worker by esbuild (es2022, minified), then gzip -9. OpenTelemetry is without an
exporter, AgentCat without the MCP SDK, which a project with an MCP server has anyway.

${tableOf(["", "minified, B", "gzip, B"], rows)}`;
}

/** @param {ClientResults} results */
function machineOf({ machine, versions }) {
  const { cores, cpu, memoryGiB, os, node, kit, commit, date } = machine;
  const peers = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return `Measured on ${cores} cores of ${cpu}, ${memoryGiB} GiB, ${os}; Node ${node}; kit ${kit}${commit === null ? "" : ` after commit ${commit}`}; ${peers.join(", ")}; ${date}.`;
}
