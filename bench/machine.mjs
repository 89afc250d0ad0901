/** What a figure depends on beside the code: the machine and the versions, without anything that names the machine. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { root } from "./local-d1.mjs";

/** @returns {Promise<{ date: string, cores: number, cpu: string, memoryGiB: number, os: string, node: string, wrangler: string, workerd: string, kit: string, commit: string | null }>} */
export async function readMachine() {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString().slice(0, 10),
    cores: cpus.length,
    cpu: cpus[0]?.model ?? "unknown",
    memoryGiB: Math.round(os.totalmem() / 2 ** 30),
    os: `${os.type()} ${os.arch()}`,
    node: process.versions.node,
    wrangler: await versionOf("node_modules/wrangler"),
    workerd: await versionOf("node_modules/workerd"),
    kit: await versionOf("."),
    commit: await readCommit(),
  };
}

/** The version of a package, from its folder. */
export async function versionOf(folder) {
  return JSON.parse(await readFile(path.join(root, folder, "package.json"), "utf8")).version;
}

async function readCommit() {
  const { stdout } = await promisify(execFile)("git", ["rev-parse", "--short", "HEAD"], { cwd: root }).catch(() => ({ stdout: "" }));
  return stdout.trim() || null;
}
