/**
 * QUICKSTART as a stranger types it: in an empty folder, with its own wrangler, and nothing of this repository but the
 * copied files. Needs the npm registry.
 */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { freePort } from "./support/local-worker.ts";
import { type CodeBlock, codeBlocksOf } from "./support/markdown-code.ts";
import { environment, isUp, root, run, type Running, start, waitFor } from "./support/shell.ts";

let folder: string;
let server: Running | undefined;
let port: number;
let blocks: CodeBlock[];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-quickstart-"));
  port = await freePort();
  blocks = codeBlocksOf(await readFile(path.join(root, "QUICKSTART.md"), "utf8")).filter((block) => !block.needsAccount);
});
afterAll(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A block as it stands, with a free port in place of 8787. */
function blockWith(text: string): string {
  const block = blocks.find(({ code }) => code.includes(text));
  if (block === undefined) throw new Error(`QUICKSTART has no block with "${text}".`);
  return block.code.replaceAll("8787", String(port));
}

async function sh(script: string): Promise<string> {
  const { code, output } = await run("bash", ["-euo", "pipefail", "-c", script], folder, environment({ TRACK_SKILLS: root }));
  expect(code, `${script}\n${output}`).toBe(0);
  return output;
}

it("a copied kit tracks after the steps of QUICKSTART", { timeout: 240_000 }, async () => {
  await sh(blockWith("npm init -y"));
  await writeFile(path.join(folder, "src/index.js"), blockWith("createTrackingHandler"));
  await sh(blockWith(".dev.vars"));

  const [migrate = "", dev = ""] = blockWith("wrangler dev").trim().split("\n");
  await sh(migrate);
  const inspectorPort = await freePort();
  server = start("bash", ["-c", `exec ${dev} --inspector-port ${inspectorPort}`], folder, environment());
  await waitFor(() => isUp(`http://localhost:${port}/api/health`), server.output);

  const answers = await sh(blockWith("curl"));
  expect(answers).toContain('"accepted":1');
  expect(answers).toContain('"calls":1');
  expect(await (await fetch(`http://localhost:${port}/`)).text()).toContain("<title>Track-Skills</title>");

  await writeFile(path.join(folder, "src/skill.mjs"), blockWith("tracker.wrap"));
  await sh("node src/skill.mjs");
  const key = /TRACK_ANALYTICS_KEY=(.*)/.exec(await readFile(path.join(folder, ".dev.vars"), "utf8"))?.[1];
  const response = await fetch(`http://localhost:${port}/analytics/tools`, { headers: { Authorization: `Bearer ${key}` } });
  const { tools }: { tools: { skill: string }[] } = await response.json();
  expect(tools.map(({ skill }) => skill)).toEqual(["hello", "word-count"]);
});
