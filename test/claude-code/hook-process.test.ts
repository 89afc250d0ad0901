/** The built hook as Claude Code runs it: a process with JSON on its stdin, whatever becomes of the network and the disk. */
import { spawn } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Collector, startCollector } from "../support/collector.ts";
import { BASH_FAILED, INPUTS, MARKER, MCP_USED, SKILL_TYPED, SKILL_USED } from "../support/hook-input.ts";
import { environment, root, waitFor } from "../support/shell.ts";

const HOOK = path.join(root, "dist/track-skills.hook.js");
const DOWN = "http://127.0.0.1:9";

let collector: Collector;
let state: string;
beforeEach(async () => {
  collector = await startCollector();
  state = await mkdtemp(path.join(os.tmpdir(), "track-skills-hook-"));
});
afterEach(async () => {
  await collector.stop();
  await rm(state, { recursive: true, force: true, maxRetries: 5 });
});

interface RunOptions {
  env?: Record<string, string>;
  args?: readonly string[];
  file?: string;
  /** Leaves stdin open and empty. */
  isSilent?: boolean;
}

/** Runs the hook to its end, with something on its stdin; holds that it says nothing and ends with 0. */
async function hook(input: unknown, { env = {}, args = [], file = HOOK, isSilent = false }: RunOptions = {}): Promise<{ tookMs: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [...(env["PROBE"] === undefined ? [] : ["--import", path.join(state, "probe.mjs")]), file, ...args], {
    env: environment({ TRACK_SKILLS_ENDPOINT: collector.url, TRACK_SKILLS_STATE_DIR: path.join(state, "spool"), ...env }),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let words = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (words += String(chunk)));
  child.stdin.on("error", () => (words += "stdin was closed"));
  if (!isSilent) child.stdin.end(typeof input === "string" || input instanceof Uint8Array ? input : JSON.stringify(input));
  const code = await new Promise((resolve) => child.once("close", resolve));
  expect({ code, words }).toEqual({ code: 0, words: "" });
  return { tookMs: performance.now() - started };
}

const stored = (): string[] => [...collector.stored.values()].map(({ skill }) => skill).sort();
const arrival = (count: number): Promise<void> => waitFor(() => collector.stored.size >= count, () => JSON.stringify(collector.bodies), 15_000);

/** The folder of the spool, and the names of what is in it. */
async function spool(): Promise<{ folder: string; names: string[] }> {
  const [name = ""] = await readdir(path.join(state, "spool")).catch(() => []);
  const folder = path.join(state, "spool", name);
  return { folder, names: await readdir(folder) };
}

/** Waits until no sender is at work. */
const rest = (): Promise<void> => waitFor(async () => !(await spool()).names.includes("sender.lock"), () => "a sender holds its lock", 15_000);

/** Waits until nothing is left to send. A sender lets go of its lock before it looks for more. */
const emptied = (): Promise<void> => waitFor(async () => (await spool()).names.length === 0, () => "something is left in the spool", 15_000);

describe("with a collector that is up", () => {
  it("each input becomes one event, and nothing of its content leaves", async () => {
    for (const input of INPUTS) await hook(input);
    await arrival(INPUTS.length);
    expect(stored()).toEqual(["Bash", "db/drop", "example-skill", "github/list_prs", "linear-server/create_issue", "linear-server/create_issue", "pdf"]);
    const pdf = collector.stored.get(SKILL_USED.tool_use_id);
    expect(pdf).toMatchObject({ durationMs: 18, outcome: "ok", source: "claude-code", sessionId: SKILL_USED.session_id, metadata: { measures: "load" } });
    expect(Math.abs(Number(pdf?.startedAt) - Date.now())).toBeLessThan(20_000);
    expect(JSON.stringify(collector.bodies)).not.toMatch(new RegExp(`${MARKER}|userId`));
    await emptied();
  });

  it("the key goes along, and a person when one is configured", async () => {
    await hook(MCP_USED, { env: { TRACK_SKILLS_ENDPOINT: "", TRACK_SKILLS_KEY: "k" }, args: ["--endpoint", collector.url, "--user=jane@example.com"] });
    await arrival(1);
    expect(collector.authorizations).toEqual(["Bearer k"]);
    expect(collector.events).toMatchObject([{ userId: "jane@example.com" }]);
  });

  it("turned off, or without an address, it sends and keeps nothing", async () => {
    const settings = [{ DO_NOT_TRACK: "1" }, { TRACK_SKILLS_DISABLED: "true" }, { TRACK_SKILLS_ENDPOINT: "" }, { TRACK_SKILLS_ENDPOINT: "not an address" }];
    await Promise.all(settings.map((env) => hook(MCP_USED, { env })));
    expect(await readdir(state)).toEqual([]);
    expect(collector.bodies).toEqual([]);
  });

  it("noise is no event: what could not be read is told as lost, what was not meant is dropped", async () => {
    const unreadable = ["[]", JSON.stringify(SKILL_USED).slice(0, 200), JSON.stringify({ ...MCP_USED, tool_name: 7 }), new Uint8Array([0, 255, 254, 123])];
    const others = ["", JSON.stringify({ ...MCP_USED, hook_event_name: "PreToolUse" })];
    await Promise.all([...unreadable, ...others].map((noise) => hook(noise)));
    await rest();
    await hook(MCP_USED);
    await arrival(1);
    const told = (): number => [...new Map(collector.bodies.map(({ lost }) => [lost?.id, lost?.reasons.unserializable ?? 0])).values()].reduce((sum, count) => sum + count, 0);
    await waitFor(() => told() === unreadable.length, () => JSON.stringify(collector.bodies), 15_000);
    expect(stored()).toEqual(["linear-server/create_issue"]);
  });

  it("an input of eight megabytes is read, one of forty counts as lost", async () => {
    await hook({ ...MCP_USED, tool_response: "x".repeat(8_000_000) });
    await arrival(1);
    await hook({ ...SKILL_USED, tool_response: "x".repeat(40_000_000) });
    await waitFor(() => collector.bodies.some(({ lost }) => lost?.reasons.too_large === 1), () => JSON.stringify(collector.bodies), 15_000);
  });

  it("without any stdin it ends by itself", async () => {
    expect((await hook(undefined, { isSilent: true })).tookMs).toBeLessThan(6_000);
  });

  it("copied beside a package.json of any type it works alike", async () => {
    await Promise.all(["module", "commonjs", undefined].map(async (type, index) => {
      const folder = path.join(state, `a folder ${index}`);
      await mkdir(folder);
      await writeFile(path.join(folder, "package.json"), JSON.stringify({ type }));
      await copyFile(HOOK, path.join(folder, "hook.js"));
      await hook({ ...MCP_USED, tool_use_id: `toolu_${index}` }, { file: path.join(folder, "hook.js") });
    }));
    await arrival(3);
  });

  it("twenty at once lose nothing and store nothing twice", async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => hook({ ...MCP_USED, tool_use_id: `toolu_${index}` })));
    await arrival(20);
    expect(collector.stored.size).toBe(20);
    await emptied();
  });
});

describe("with a collector that fails", () => {
  it("events wait for the next time, in files of the user alone that hold no content, and come once", async () => {
    collector.answerAllWith(500);
    for (const input of [SKILL_USED, BASH_FAILED, SKILL_TYPED]) await hook(input);
    await rest();
    const { folder, names } = await spool();
    for (const name of names) {
      expect(await readFile(path.join(folder, name), "utf8")).not.toContain(MARKER);
      if (process.platform !== "win32") expect((await stat(path.join(folder, name))).mode & 0o777).toBe(0o600);
    }
    expect(names).toHaveLength(3);
    collector.answerAllWith(202);
    await hook(MCP_USED);
    await arrival(4);
    await rest();
    expect(collector.events.map(({ id }) => id).sort()).toEqual([...collector.stored.keys()].sort());
    expect((await spool()).names).toEqual([]);
  });

  it("nobody there: the spool is sent when somebody is", async () => {
    const port = Number(new URL(collector.url).port);
    await collector.stop();
    for (const input of [SKILL_USED, BASH_FAILED]) await hook(input, { env: { TRACK_SKILLS_ENDPOINT: `http://127.0.0.1:${port}` } });
    await rest();
    expect((await spool()).names).toHaveLength(2);
    const back = await startCollector(port);
    try {
      await hook(MCP_USED, { env: { TRACK_SKILLS_ENDPOINT: back.url } });
      await waitFor(() => back.stored.size === 3, () => JSON.stringify(back.bodies), 15_000);
      expect(back.events).toHaveLength(3);
    } finally {
      await back.stop();
    }
  });

  it("one that hangs delays no hook, and its sender gives up within seconds", async () => {
    collector.answerAllWith({ hangs: true });
    expect((await hook(MCP_USED)).tookMs).toBeLessThan(3_000);
    await waitFor(() => collector.bodies.length === 1, () => "no request", 10_000);
    expect((await hook(SKILL_USED)).tookMs).toBeLessThan(3_000);
    await rest();
    expect((await spool()).names).toHaveLength(2);
  });

  it("an answer that breaks off once the events are stored stores them once", async () => {
    collector.answerWith({ resets: true });
    await hook(MCP_USED);
    await arrival(1);
    await rest();
    await hook(SKILL_USED);
    await arrival(2);
    expect(collector.stored.size).toBe(2);
  });
});

describe("with an answer that takes no event", () => {
  it("what the Worker rejects for good is told as lost", async () => {
    collector.answerWith({ rejects: true });
    await hook(MCP_USED);
    await waitFor(() => collector.bodies.some(({ lost }) => lost?.reasons.refused_by_server === 1), () => JSON.stringify(collector.bodies), 15_000);
    await emptied();
  });

  it("a 202 of something that is no Worker settles nothing", async () => {
    collector.answerAllWith({ isForeign: true });
    await hook(MCP_USED);
    await waitFor(() => collector.bodies.length > 0, () => "no request", 10_000);
    await rest();
    expect((await spool()).names).toHaveLength(1);
  });
});

describe("with a disk that fails", () => {
  it("a state folder that takes nothing costs no event while the network is there", async () => {
    await writeFile(path.join(state, "a-file"), "");
    await hook(MCP_USED, { env: { TRACK_SKILLS_STATE_DIR: path.join(state, "a-file/below") } });
    await hook(SKILL_TYPED, { env: { TRACK_SKILLS_STATE_DIR: "/dev/null/below" } });
    await arrival(2);
    expect(stored()).toEqual(["example-skill", "linear-server/create_issue"]);
    await hook(SKILL_USED, { env: { TRACK_SKILLS_STATE_DIR: "/dev/null/below", TRACK_SKILLS_ENDPOINT: DOWN } });
  });
});

describe("the spool", () => {
  /** Records that wait, as if left by earlier hooks. */
  async function fill(count: number, at: number): Promise<string> {
    await hook({ hook_event_name: "PostToolUse", tool_name: "first", tool_use_id: "first" });
    await arrival(1);
    await rest();
    const { folder } = await spool();
    await Promise.all(Array.from({ length: count }, (_, index) => {
      const event = { skill: "waiting", id: `w${at}-${index}`, startedAt: at + index };
      return writeFile(path.join(folder, `${String(at + index).padStart(15, "0")}-${event.id}.json`), JSON.stringify({ event }));
    }));
    return folder;
  }

  it("is bounded in size and age, and what is dropped is told as lost", async () => {
    await fill(1_005, Date.now() - 60_000);
    await fill(3, Date.now() - 8 * 86_400_000);
    await hook(MCP_USED);
    await waitFor(() => stored().includes("linear-server/create_issue"), () => String(collector.stored.size), 15_000);
    await emptied();
    // The hook and its sender both look for what is too old: an account of each may come.
    const accounts = new Map(collector.bodies.flatMap(({ lost }) => (lost === undefined ? [] : [[lost.id, lost.reasons] as const])));
    const lostFor = (reason: "network" | "queue_full") => [...accounts.values()].reduce((sum, reasons) => sum + (reasons[reason] ?? 0), 0);
    expect({ network: lostFor("network"), queueFull: lostFor("queue_full") }).toEqual({ network: 3, queueFull: 106 });
    expect(stored().filter((skill) => skill === "waiting")).toHaveLength(899);
  });

  it("sent by two at once is stored once", async () => {
    await fill(150, Date.now() - 60_000);
    collector.answerAllWith({ afterMs: 200 });
    await Promise.all([hook("", { args: ["--send"] }), hook("", { args: ["--send"] })]);
    await arrival(151);
    expect(collector.events).toHaveLength(151);
  });

  it("is not held for ever by a sender that crashed", async () => {
    const folder = await fill(2, Date.now() - 60_000);
    const lock = path.join(folder, "sender.lock");
    await writeFile(lock, "of a crashed sender");
    await hook(MCP_USED);
    expect(collector.stored.size).toBe(1);
    const long = new Date(Date.now() - 31_000);
    await utimes(lock, long, long);
    await hook(SKILL_USED);
    await arrival(5);
    await emptied();
  });

  it("passes over what is no record", async () => {
    const folder = await fill(1, Date.now() - 60_000);
    for (const [index, text] of ["", "{", "7", "[]", '{"event":7}'].entries()) await writeFile(path.join(folder, `00000000000000${index}-x.json`.padStart(22, "0")), text);
    await hook(MCP_USED);
    await arrival(3);
    await emptied();
  });
});

it("its own work takes less than 50 ms", async () => {
  const report = path.join(state, "report");
  await writeFile(path.join(state, "probe.mjs"), `import fs from "node:fs";
const begun = performance.now();
process.on("exit", () => fs.appendFileSync(${JSON.stringify(report)}, begun + " " + performance.now() + "\\n"));`);
  for (let round = 0; round < 5; round++) await hook({ ...MCP_USED, tool_use_id: `toolu_${round}` }, { env: { PROBE: "1" } });
  const rounds = (await readFile(report, "utf8")).trim().split("\n").map((line) => line.split(" ").map(Number));
  const startMs = Math.min(...rounds.map(([begun = 0]) => begun));
  // The fastest: what others do on the machine is not the hook's own.
  const ownMs = Math.min(...rounds.map(([begun = 0, ended = 0]) => ended - begun));
  console.log(`hook: ${ownMs.toFixed(1)} ms of its own after ${startMs.toFixed(1)} ms in which Node starts (fastest of ${rounds.length})`);
  expect(rounds).toHaveLength(5);
  // On a machine so busy that Node alone takes longer, no longer than that.
  expect(ownMs).toBeLessThan(Math.max(50, startMs));
});
