/** The command as its users meet it: damaged files, failing networks, wrong options. On a collector that counts. */
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, truncate, utimes, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Collector, startCollector } from "../support/collector.ts";
import { type ImportRun, runImport } from "../support/import-command.ts";
import { resultLine, useLine, writeManyTranscripts } from "../support/transcripts.ts";

const NOW = Date.now();

let folder: string;
let collector: Collector;
beforeEach(async () => {
  collector = await startCollector();
  folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-import-"));
  await mkdir(path.join(folder, "projects/one/session/subagents"), { recursive: true });
});
afterEach(async () => {
  await collector.stop();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => path.join(folder, "projects", name);
const call = (id: string, name = "Bash", begin = NOW - 60_000) => `${useLine(id, name, begin)}\n${resultLine(id, begin + 100)}\n`;
const run = (...args: string[]): Promise<ImportRun> => runImport([at(""), "--endpoint", collector.url, ...args], path.join(folder, "state"));
const ids = () => [...collector.stored.keys()].sort();

describe("damaged files are reported and cost nothing else", () => {
  it("broken lines, noise, a huge line, unknown versions, missing fields, a cut last line", async () => {
    await writeFile(at("one/a.jsonl"), Buffer.concat([
      Buffer.from(`${call("toolu_1")}{"type":"assistant","mess\n\n[1]\n`),
      Buffer.from(Array.from({ length: 100_000 }, (_, index) => (index * 7_919) % 256).filter((byte) => byte !== 10)),
      Buffer.from(`\n${useLine("toolu_2", "Read", NOW - 50_000)}\n${resultLine("toolu_2", NOW - 49_000, { content: "x\"\\".repeat(7_000_000) })}\n`),
      Buffer.from(`${useLine("toolu_3", "Read", NOW - 40_000, {}, { version: "9.0.0" })}\n${resultLine("toolu_3", NOW - 39_000)}\n`),
      Buffer.from(`${useLine("toolu_4", "Read", NOW - 30_000).replace(/"timestamp":"[^"]*"/, '"timestamp":"soon"')}\n${useLine("toolu_5", "Read", NOW - 30_000)}\n`),
      Buffer.from(`${call("toolu_6")}${useLine("toolu_7", "Read", NOW).slice(0, 90)}`),
    ]));
    await writeFile(at("one/session/subagents/agent-1.jsonl"), call("toolu_8") + call("toolu_1"));
    await writeFile(at("one/empty.jsonl"), "");
    const { code, stdout, stderr } = await run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(ids()).toEqual(["toolu_1", "toolu_2", "toolu_3", "toolu_6", "toolu_8"]);
    for (const words of [/3 +broken lines of 17/, /1 +unfinished last lines/, /1 +of versions .*\(9\.0\.0\)/, /1 +without an id, a name or a time/, /1 +without a result/, /1 +repeated by resumed/, /3 files read/]) expect(stdout).toMatch(words);
  });

  it("a file that cannot be read: the rest is imported, and the exit code says so", { skip: process.platform !== "linux" }, async () => {
    await writeFile(at("one/a.jsonl"), call("toolu_1"));
    // Reading it fails for everybody, root included.
    const { code, stdout } = await run("/proc/self/mem");
    expect(code).toBe(3);
    expect(stdout).toMatch(/1 +files or folders that could not be read: \/proc\/self\/mem/);
    expect(ids()).toEqual(["toolu_1"]);
  });

  it("nothing there: an empty folder is no failure, a missing one is", async () => {
    const empty = await run();
    expect(empty.code).toBe(0);
    expect(empty.stderr).toContain("No transcripts");
    const missing = await runImport([path.join(folder, "nowhere"), "--endpoint", collector.url], folder);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("There is no ");
    expect(missing.stderr).not.toContain("    at ");
  });
});

describe("a repeated import", () => {
  it("asks once whether the Worker still has what was sent, and sends what is new: files, lines, the end of a line, the result of a call", async () => {
    await writeFile(at("one/a.jsonl"), `${call("toolu_1")}${useLine("toolu_2", "Read", NOW - 5_000)}\n${call("toolu_3").slice(0, -40)}`);
    await run();
    expect(ids()).toEqual(["toolu_1"]);
    await appendFile(at("one/a.jsonl"), `${call("toolu_3").slice(-40)}${resultLine("toolu_2", NOW - 4_000)}\n`);
    await writeFile(at("one/b.jsonl"), call("toolu_4"));
    collector.bodies.length = 0;
    const { stdout } = await run();
    expect(ids()).toEqual(["toolu_1", "toolu_2", "toolu_3", "toolu_4"]);
    expect(collector.bodies.map(({ events }) => events.map(({ id }) => id).sort())).toEqual([["toolu_1"], ["toolu_2", "toolu_3", "toolu_4"]]);
    expect(stdout).toContain("3 stored, 0 were stored before");
  });

  it("reads a file again that was written anew, and everything when the database is another one", async () => {
    await writeFile(at("one/a.jsonl"), call("toolu_1") + call("toolu_2"));
    await run();
    await truncate(at("one/a.jsonl"), 0);
    await writeFile(at("one/a.jsonl"), call("toolu_3", "Bash", NOW - 90_000) + call("toolu_4", "Bash", NOW - 90_000) + call("toolu_5", "Bash", NOW - 90_000));
    await run();
    expect(ids()).toHaveLength(5);
    collector.stored.clear();
    await run();
    expect(ids()).toEqual(["toolu_2", "toolu_3", "toolu_4", "toolu_5"]);
  });

  it("keeps no name of a file and no content in its state, and sends none", async () => {
    await writeFile(at("one/planted-name.jsonl"), `${useLine("toolu_1", "Bash", NOW - 500, { command: "planted-argument" })}\n${resultLine("toolu_1", NOW, { error: "planted-error" })}\n${useLine("toolu_2", "Bash", NOW, { command: "planted-argument" })}\n`);
    await run();
    expect(collector.events).toHaveLength(1);
    expect(JSON.stringify(collector.bodies)).not.toMatch(/planted|jsonl|projects/);
    const [name = ""] = await readdir(path.join(folder, "state/track-skills"));
    expect(await readFile(path.join(folder, "state/track-skills", name), "utf8")).not.toMatch(/planted|jsonl|projects/);
  });

  it("takes up later what --since left out, and reads no file that is older", async () => {
    await writeFile(at("one/a.jsonl"), call("toolu_1", "Bash", NOW - 3 * 86_400_000) + call("toolu_2"));
    await writeFile(at("one/old.jsonl"), call("toolu_3", "Bash", NOW - 9 * 86_400_000));
    await utimes(at("one/old.jsonl"), new Date(), new Date(NOW - 9 * 86_400_000));
    const { stdout } = await run("--since", "24h");
    expect(ids()).toEqual(["toolu_2"]);
    expect(stdout).toMatch(/1 file read .* 1 older than --since/);
    expect(stdout).toMatch(/1 +outside of --since/);
    await run();
    expect(ids()).toEqual(["toolu_1", "toolu_2", "toolu_3"]);
  });
});

describe("a Worker that fails", () => {
  it("midway with its budget spent: the import stops with a sentence, and goes on later without a loss", async () => {
    await writeManyTranscripts(at("many"), 3_000, { until: NOW - 60_000, days: 5, resultChars: 50 });
    collector.answerWith(202, { status: 503, retryAfter: "0" }, 202, { resets: true }, 202, { status: 503, retryAfter: "5000" });
    const stopped = await run();
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/Stopped: The Worker answered 503\. It takes events again in 84 minutes\./);
    expect(collector.stored.size).toBeGreaterThanOrEqual(1_000);
    expect(collector.stored.size).toBeLessThan(3_000);
    const resumed = await run();
    expect(resumed.code).toBe(0);
    expect(collector.stored.size).toBe(3_000);
  });

  it("or a machine that does: an import that is killed goes on near where it was, without a loss", async () => {
    await writeManyTranscripts(at("many"), 20_000, { until: NOW - 60_000, days: 5, resultChars: 50 });
    collector.answerAllWith({ afterMs: 400 });
    const killed = await runImport([at(""), "--endpoint", collector.url], path.join(folder, "state"), 6_500);
    expect(killed.code).toBeNull();
    expect(collector.stored.size).toBeLessThan(20_000);
    collector.answerAllWith(202);
    expect((await run()).code).toBe(0);
    expect(collector.stored.size).toBe(20_000);
    const sentAgain = collector.bodies.reduce((sum, { events }) => sum + events.length, 0) - 20_000;
    expect(sentAgain).toBeLessThan(12_000);
  });

  it("or is not there: said at once", async () => {
    await writeFile(at("one/a.jsonl"), call("toolu_1"));
    const { code, stderr, tookMs } = await runImport([at(""), "--endpoint", "http://127.0.0.1:9"], folder);
    expect(code).toBe(1);
    expect(stderr).toContain("npm start");
    expect(tookMs).toBeLessThan(12_000);
  });
});

it("a dry run sends nothing and remembers nothing; the key, the person and the source are those that were given", async () => {
  await writeFile(at("one/a.jsonl"), call("toolu_1"));
  expect((await run("--dry-run")).stdout).toContain("Nothing was sent");
  expect(collector.bodies).toEqual([]);
  expect(await run("--quiet", "--key", "k", "--user", "me@example.com", "--source", "laptop")).toMatchObject({ code: 0, stdout: "", stderr: "" });
  expect(collector.authorizations).toEqual(["Bearer k"]);
  expect(collector.stored.get("toolu_1")).toMatchObject({ userId: "me@example.com", source: "laptop" });
});

it("help explains itself, and a wrong option gets a sentence", async () => {
  expect(await runImport(["--help"], folder)).toMatchObject({ code: 0, stderr: "", stdout: expect.stringContaining("Usage: node track-skills.import.js") });
  for (const args of [["--bogus"], ["--since", "yesterday"], ["--from", at("x.txt")], ["--map", "skill=a"], ["--endpoint", "nowhere"], ["--from", "a.csv", "--map", "a=b"]]) {
    const { code, stderr } = await runImport(args, folder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^[^\n]+\nSee --help\.\n$/);
  }
});
