/**
 * Children of the benchmark of clients, on a copy of the kit: a rebuild must not change what is being measured.
 *
 * Whatever happens, Ctrl-C included, no child and no folder is left.
 */
import { fork } from "node:child_process";
import { rmSync } from "node:fs";
import { cp, mkdtemp, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../local-d1.mjs";

const children = /** @type {Set<import("node:child_process").ChildProcess>} */ (new Set());
const folders = /** @type {Set<string>} */ (new Set());
process.once("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** @typedef {Awaited<ReturnType<typeof copyKit>>} Kit */

/** Copies the kit's client to a temporary folder, and says what it exports. */
export async function copyKit() {
  const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-bench-client-"));
  folders.add(folder);
  const file = path.join(folder, "track-skills.client.js");
  await cp(path.join(root, "dist", "track-skills.client.js"), file);
  await writeFile(path.join(folder, "package.json"), '{ "type": "module" }\n');
  const url = pathToFileURL(file).href;
  return { folder, file, url, exports: Object.keys(await import(url)) };
}

/**
 * Runs a script of this folder in a process of its own and hands over what it sends.
 *
 * @param {object} params
 * @param {string} params.script
 * @param {object} params.args
 * @param {Kit} params.kit
 * @param {number} params.limitMs - after which it is ended
 * @param {(message: any) => void} params.onMessage
 * @returns {Promise<{ isOverTime: boolean }>}
 */
export function runChild({ script, args, kit, limitMs, onMessage }) {
  return new Promise((resolve, reject) => {
    const child = fork(path.join(import.meta.dirname, script), [JSON.stringify({ ...args, kitUrl: kit.url })], {
      execArgv: ["--expose-gc"],
      env: environmentOf(kit.folder),
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    children.add(child);
    let isOverTime = false;
    let words = "";
    const timer = setTimeout(() => {
      isOverTime = true;
      child.kill("SIGKILL");
    }, limitMs);
    child.stderr?.on("data", (chunk) => (words = (words + chunk).slice(-4_000)));
    child.on("message", onMessage);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      children.delete(child);
      if (code === 0 || isOverTime) resolve({ isOverTime });
      else reject(new Error(`${script} ${JSON.stringify(args)} ended with ${code}:\n${words}`));
    });
  });
}

/** The wish not to be tracked would silence this kit alone; AgentCat writes a log to the home folder. */
function environmentOf(home) {
  const { DO_NOT_TRACK: _, TRACK_SKILLS_DISABLED: __, NODE_OPTIONS: ___, ...environment } = process.env;
  return { ...environment, HOME: home, USERPROFILE: home, DISABLE_DIAGNOSTICS: "1" };
}
