/** What the kit's client sets out to reach, and whether a run has reached it. */
import { fixed, whole } from "../markdown.mjs";
import { NAMES } from "./names.mjs";

const MAX_CLIENT_BYTES = 4_000;
const MAX_ADAPTER_BYTES = 1_000;
const MAX_ADDED_NS = { sync: 500, async: 700 };
/** Growth between two checkpoints that is taken for none: about one byte for each call between them. */
const FLAT_BYTES = 1_000_000;

/**
 * @typedef {import("./report.mjs").ClientResults} ClientResults
 * @typedef {{ what: string, target: string, kit: string, peers: string, isMet: boolean | null }} ClientTarget - `isMet` is null where the run says nothing about it
 */

/**
 * @param {ClientResults} results
 * @returns {ClientTarget[]}
 */
export function clientTargetsOf(results) {
  return [...sizeTargets(results.size), ...["sync", "async"].flatMap((kind) => callTargets(results, kind)), mcpTarget(results), memoryTarget(results.memory)];
}

/** @param {ClientResults["size"]} size */
function sizeTargets({ kit, adapters, missing, peers }) {
  const [[smallest = "", { gzipBytes = 0 } = {}] = []] = Object.entries(peers).sort(([, left], [, right]) => left.gzipBytes - right.gzipBytes);
  const target = `≤ ${whole(MAX_ADAPTER_BYTES)} B`;
  return [
    { what: "Whole client, minified and gzipped", target: `≤ ${whole(MAX_CLIENT_BYTES)} B`, kit: `${whole(kit.gzipBytes)} B`, peers: `${whole(gzipBytes)} B (${NAMES[smallest]})`, isMet: kit.gzipBytes <= MAX_CLIENT_BYTES },
    ...Object.entries(adapters).map(([adapter, added]) => ({ what: `\`${adapter}\`, more`, target, kit: `${whole(added.gzipBytes)} B`, peers: "", isMet: added.gzipBytes <= MAX_ADAPTER_BYTES })),
    ...missing.map((adapter) => ({ what: `\`${adapter}\`, more`, target, kit: "not in this build", peers: "", isMet: null })),
  ];
}

/** Of the kit's two ways to track a function, the slower one counts; of the peers, the fastest. */
function callTargets({ calls }, kind) {
  const nsOf = (design) => calls.measured.find((row) => row.design === design && row.kind === kind)?.hotNs.median ?? Number.NaN;
  const kitNs = Math.max(nsOf("kit"), nsOf("kit-wrap"));
  const [fastest = "", peerNs = 0] = ["posthog", "otel", "sentry"].map((peer) => /** @type {const} */ ([peer, nsOf(peer)])).sort(([, left], [, right]) => left - right)[0] ?? [];
  const what = `Added to a call, ${kind}, while it runs`;
  return [
    { what, target: `≤ ${whole(MAX_ADDED_NS[kind])} ns`, kit: `${whole(kitNs)} ns`, peers: "", isMet: kitNs <= MAX_ADDED_NS[kind] },
    { what: `${what}, beside the fastest peer`, target: "less", kit: `${whole(kitNs)} ns`, peers: `${whole(peerNs)} ns (${NAMES[fastest]})`, isMet: kitNs < peerNs },
  ];
}

/**
 * Which of two adds less to a call of an MCP tool: told only where all rounds agree.
 *
 * @param {ClientResults} results
 * @returns {ClientTarget}
 */
function mcpTarget({ calls }) {
  const [kit, peer] = ["mcp-kit", "mcp-agentcat"].map((design) => calls.measured.find((row) => row.design === design)?.hotNs);
  const textOf = (statistic) => (statistic === undefined || Number.isNaN(statistic.median) ? "not in this build" : `${whole(statistic.median)} ns`);
  const verdicts = new Set(calls.mcpCosts.map(({ hotNs }) => (hotNs["mcp-kit"] ?? 0) < (hotNs["mcp-agentcat"] ?? 0)));
  const [isLess = null] = verdicts;
  return { what: "Added to a call of an MCP tool, while it runs, beside AgentCat", target: "less", kit: textOf(kit), peers: textOf(peer), isMet: verdicts.size === 1 ? isLess : null };
}

/** @param {ClientResults["memory"]} memory */
function memoryTarget(memory) {
  const growthOf = ({ checkpoints }) => (checkpoints.length < 3 ? null : checkpoints[2].heapBytes - checkpoints[1].heapBytes);
  const megabytesOf = (growth) => (growth === null ? "not reached" : `${fixed(growth / 1e6, 1)} MB`);
  const kit = memory.find(({ design }) => design === "kit");
  const growth = kit === undefined ? null : growthOf(kit);
  const peers = memory.filter(({ design }) => design !== "kit").map((run) => `${NAMES[run.design]} ${megabytesOf(growthOf(run))}`);
  return { what: "Heap, collector down: growth from 100 k to 1 M calls", target: `≤ ${fixed(FLAT_BYTES / 1e6, 1)} MB`, kit: megabytesOf(growth), peers: peers.join(", "), isMet: growth === null ? null : growth <= FLAT_BYTES };
}
