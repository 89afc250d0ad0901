/** The built client inside a process of its own: what its host notices, which must be nothing. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Behaviour, type Collector, startCollector } from "../support/collector.ts";
import { environment, root } from "../support/shell.ts";

const client = pathToFileURL(path.join(root, "dist/track-skills.client.js")).href;

let folder: string;
let collector: Collector;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-host-"))));
afterAll(() => rm(folder, { recursive: true, force: true }));
beforeEach(async () => void (collector = await startCollector()));
afterEach(() => collector.stop());

/** What anybody outside sees of a process. */
interface Seen {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

/** Runs a script in a process of its own. A script that says "interrupt me" gets a SIGINT. */
async function run(script: string, variables: Record<string, string> = {}): Promise<Seen & { tookMs: number }> {
  const file = path.join(folder, `host-${scripts++}.mjs`);
  await writeFile(file, script);
  const started = performance.now();
  const child = spawn(process.execPath, [file], { cwd: folder, env: environment(variables), stdio: ["ignore", "pipe", "pipe"] });
  const seen: Seen = { code: null, signal: null, stdout: "", stderr: "" };
  child.stdout.on("data", (chunk) => {
    seen.stdout += String(chunk);
    if (seen.stdout.includes("interrupt me")) child.kill("SIGINT");
  });
  child.stderr.on("data", (chunk) => (seen.stderr += String(chunk).replaceAll(file, "host.mjs")));
  await new Promise<void>((resolve) => child.once("close", (code, signal) => {
    Object.assign(seen, { code, signal });
    resolve();
  }));
  return { ...seen, tookMs: performance.now() - started };
}
let scripts = 0;

/** A program with two skills, one of which fails. Without a tracker it is the unwrapped program. */
const program = (ending: string): string => `import { createTracker } from ${JSON.stringify(client)};
const tracker = process.env.ENDPOINT === undefined ? undefined : createTracker({ endpoint: process.env.ENDPOINT });
const wrap = (skill, fn) => (tracker === undefined ? fn : tracker.wrap(skill, fn));
const add = wrap("add", (left, right) => left + right);
const fail = wrap("fail", async () => { throw new TypeError("no"); });
console.log(add(1, 2));
console.error(await fail().catch((error) => error.message));
${ending}`;

const ENDINGS: readonly [string, string][] = [
  ["ends by itself", ""],
  ["ends with an exit code", "process.exitCode = 7;"],
  ["calls process.exit", "process.exit(3);"],
  ["throws", "throw new RangeError('the end');"],
  ["is interrupted", "setInterval(() => {}, 1_000); console.log('interrupt me');"],
];

/** How the collector answers: the first request, then all others. */
const COLLECTORS: readonly { name: string; first?: Behaviour; then?: Behaviour; isDown?: true; arrives: boolean; withinMs: number }[] = [
  { name: "up", arrives: true, withinMs: 1_000 },
  { name: "down", isDown: true, arrives: false, withinMs: 3_500 },
  { name: "failing", then: 500, arrives: false, withinMs: 3_500 },
  { name: "back after a failure", first: 503, arrives: true, withinMs: 1_500 },
  { name: "asking for patience", first: { status: 429, retryAfter: "1" }, arrives: true, withinMs: 2_500 },
  { name: "silent", then: { hangs: true }, arrives: false, withinMs: 3_500 },
  { name: "breaking off once it has stored", first: { resets: true }, arrives: true, withinMs: 1_500 },
  { name: "slow", then: { afterMs: 800 }, arrives: true, withinMs: 1_800 },
];

describe.each(ENDINGS)("a program that %s", (_ending, lines) => {
  const script = program(lines);
  let unwrapped: Seen & { tookMs: number };
  beforeAll(async () => void (unwrapped = await run(script)));

  it.each(COLLECTORS)("looks the same from outside with a collector that is $name", async ({ first, then, isDown, arrives, withinMs }) => {
    if (first !== undefined) collector.answerWith(first);
    if (then !== undefined) collector.answerAllWith(then);
    const { tookMs, ...seen } = await run(script, { ENDPOINT: isDown ? "http://127.0.0.1:9" : collector.url });
    const { tookMs: unwrappedMs, ...expected } = unwrapped;
    expect(seen).toEqual(expected);
    // Not more than the unwrapped program takes; the margin is for starting a process on a busy machine.
    expect(tookMs - unwrappedMs).toBeLessThan(withinMs + 700);
    const skills = [...collector.stored.values()].map((event) => event.skill).sort();
    const endsByItself = expected.signal === null && (expected.code === 0 || expected.code === 7);
    if (endsByItself) expect(skills).toEqual(arrives ? ["add", "fail"] : []);
    else expect(new Set(skills).size).toBe(skills.length);
  });
});

const withTracker = (script: string): string => `import { createTracker } from ${JSON.stringify(client)};
const tracker = createTracker({ endpoint: process.env.ENDPOINT });
${script}`;

it("what flush was awaited for is sent, through failures that pass", async () => {
  collector.answerWith(503, 503);
  const script = withTracker("tracker.track({ skill: 's' }); await tracker.flush(); console.log(tracker.stats().sent);");
  expect(await run(script, { ENDPOINT: collector.url })).toMatchObject({ code: 0, stdout: "1\n", stderr: "" });
});

it("a process that ends by itself waits for what a bound tracker tries again", async () => {
  collector.answerWith(503);
  const script = withTracker("tracker.bind({ waitUntil() {} }).wrap('s', () => 1)(); setTimeout(() => {}, 120);");
  expect(await run(script, { ENDPOINT: collector.url })).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(collector.stored.size).toBe(1);
});

it("what is sent later is no part of the request in which it was measured", async () => {
  const script = withTracker(`import { AsyncLocalStorage } from "node:async_hooks";
const request = new AsyncLocalStorage();
const send = globalThis.fetch;
globalThis.fetch = (...args) => (console.log(request.getStore() ?? "nobody's"), send(...args));
request.run("alice's", () => tracker.track({ skill: "s" }));
await new Promise((resolve) => setTimeout(resolve, 5_200));`);
  expect(await run(script, { ENDPOINT: collector.url })).toMatchObject({ code: 0, stdout: "nobody's\n", stderr: "" });
});

it.each(["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"])("%s=1 sends nothing and wraps nothing", async (name) => {
  const script = withTracker("const fn = () => 'value'; tracker.track({ skill: 's' }); await tracker.flush(); console.log(tracker.wrap('s', fn) === fn);");
  expect(await run(script, { ENDPOINT: collector.url, [name]: "1" })).toMatchObject({ code: 0, stdout: "true\n", stderr: "" });
  expect(collector.bodies).toEqual([]);
});

it("dryRun prints what would be sent, and sends nothing", async () => {
  const script = `import { createTracker } from ${JSON.stringify(client)};
const tracker = createTracker({ dryRun: true });
tracker.wrap("add", (left, right) => left + right)(1, 2);
await tracker.flush();`;
  const { stdout, code } = await run(script);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ events: [{ skill: "add", outcome: "ok" }] });
});

it("many trackers make no noise", async () => {
  const script = withTracker("for (let i = 0; i < 30; i++) createTracker({ endpoint: 'http://127.0.0.1:9' });");
  expect(await run(script, { ENDPOINT: collector.url })).toMatchObject({ code: 0, stdout: "", stderr: "" });
});

it("a process that has work left is not held by the queue, nor is the queue by the work", async () => {
  const script = withTracker("setTimeout(() => {}, 1_500); const stop = setInterval(() => tracker.track({ skill: 's' }), 100); setTimeout(() => clearInterval(stop), 450);");
  expect(await run(script, { ENDPOINT: collector.url })).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(collector.stored.size).toBe(4);
});

it("memory stays flat over a million calls with the collector down", async () => {
  const script = `import { createTracker } from ${JSON.stringify(client)};
const tracker = createTracker({ endpoint: "http://127.0.0.1:9" });
const skill = tracker.wrap("s", (text) => text.length);
const used = () => { globalThis.gc(); return process.memoryUsage().heapUsed; };
const call = async (count) => { for (let i = 0; i < count; i++) { skill("x".repeat(i % 50)); if (i % 10_000 === 0) await new Promise(setImmediate); } };
await call(100_000);
const before = used();
await call(1_000_000);
const { queued, lost } = tracker.stats();
console.log(JSON.stringify({ grownBytes: used() - before, counted: queued + lost.queue_full }));
process.exit();`;
  const { stdout, stderr } = await run(script, { NODE_OPTIONS: "--expose-gc" });
  expect(stderr).toBe("");
  const { grownBytes, counted } = JSON.parse(stdout);
  expect(counted).toBe(1_100_000);
  expect(grownBytes).toBeLessThan(500_000);
});
