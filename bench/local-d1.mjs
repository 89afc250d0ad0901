/**
 * A local workerd with D1 for the benchmark: `wrangler dev` on a copy of `dist/` and of this folder, in a temporary
 * folder, with as many databases as are asked for. The copy keeps a rebuild from restarting what is being measured.
 *
 * Whatever happens, Ctrl-C included, the process group is ended and the folder removed.
 */
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { cp, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { createClient } from "./client.mjs";

export const root = path.resolve(import.meta.dirname, "..");
const wrangler = path.join(root, "node_modules", "wrangler", "bin", "wrangler.js");

/** Process groups and folders that are still there. */
const leftovers = /** @type {Set<() => void>} */ (new Set());
process.once("exit", removeLeftovers);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.once(signal, () => process.exit(130));

function removeLeftovers() {
  for (const remove of leftovers) remove();
  leftovers.clear();
}

/** @typedef {Awaited<ReturnType<typeof startLocalD1>>} LocalD1 */

/**
 * Starts a Worker with empty databases and gives a client of it.
 *
 * @param {readonly string[]} databases - names of the bindings
 */
export async function startLocalD1(databases) {
  const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-bench-"));
  const forgetFolder = remember(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  await cp(path.join(root, "dist"), path.join(folder, "dist"), { recursive: true });
  await cp(path.join(root, "bench"), path.join(folder, "bench"), { recursive: true });
  await writeFile(path.join(folder, "wrangler.toml"), configurationOf(databases));
  const [port, inspectorPort] = [await findFreePort(), await findFreePort()];
  const args = [wrangler, "dev", "--config", path.join(folder, "wrangler.toml"), "--persist-to", path.join(folder, "state"), "--port", String(port), "--ip", "127.0.0.1"];
  let words = "";
  const client = createClient(port, () => words);
  const launch = async () => {
    const child = spawn(process.execPath, [...args, "--inspector-port", String(inspectorPort), "--log-level", "error"], {
      cwd: folder,
      env: { ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (words = (words + chunk).slice(-4_000)));
    const running = { child, ended: new Promise((resolve) => child.once("close", resolve)), forgetGroup: remember(() => killGroup(child.pid, "SIGKILL")) };
    await waitUntilReady(client, child, () => words);
    return running;
  };
  let running = await launch();
  return {
    ...client,
    /** User and system time of all workerd processes so far, in ms; `null` where there is no /proc. */
    cpuMs: () => cpuMsOf(running.child.pid ?? 0),
    /** Starts workerd again on the same databases when a query has ended it. */
    async recover() {
      await new Promise((resolve) => setTimeout(resolve, RECOVERY_MS));
      if (await client.send({ path: "/bench/ready" }).then(({ status }) => status === 200, () => false)) return;
      running.forgetGroup();
      await running.ended;
      running = await launch();
    },
    async stop() {
      client.close();
      killGroup(running.child.pid, "SIGTERM");
      const timer = setTimeout(() => killGroup(running.child.pid, "SIGKILL"), 10_000);
      await running.ended;
      clearTimeout(timer);
      running.forgetGroup();
      forgetFolder();
    },
  };
}

/** After D1 has given up on a query, its local instance starts anew, or ends for good. */
const RECOVERY_MS = 3_000;

/** Keeps a clean-up for the end of the process; gives a function that does it now instead. */
function remember(remove) {
  leftovers.add(remove);
  return () => {
    leftovers.delete(remove);
    remove();
  };
}

function killGroup(pid, signal) {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch {
    // It has ended already.
  }
}

async function waitUntilReady(client, child, words) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline && child.exitCode === null) {
    const isReady = await client.send({ path: "/bench/ready" }).then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isReady) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`The local Worker did not start. It said:\n${words()}`);
}

/** The statements of the kit's migrations, in order, and of the plain design's schema. */
export async function readSchemas() {
  const migrations = (await readdir(path.join(root, "sql"))).filter((name) => name.endsWith(".sql")).sort();
  const kit = [];
  for (const name of migrations) kit.push(...statementsOf(await readFile(path.join(root, "sql", name), "utf8")));
  return { kit, plain: statementsOf(await readFile(path.join(root, "bench", "plain", "schema.sql"), "utf8")) };
}

/** Splits a migration into statements. None of ours has a trigger, or `--` or `;` inside a text. */
function statementsOf(sql) {
  return sql
    .replaceAll(/--.*$/gm, "")
    .split(";")
    .map((statement) => statement.trim())
    .filter((statement) => statement !== "");
}

function configurationOf(databases) {
  const bindings = databases.map((name) => `[[d1_databases]]\nbinding = "${name}"\ndatabase_name = "${name}"\ndatabase_id = "${name}"\n`);
  return `name = "track-skills-bench"\nmain = "bench/worker/index.mjs"\ncompatibility_date = "2026-08-01"\n\n${bindings.join("\n")}`;
}

function findFreePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Linux counts in ticks of 10 ms (USER_HZ, `man 5 proc`). */
const TICK_MS = 10;

function cpuMsOf(pid) {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number);
    const [, name = "", rest = ""] = /\((.*)\) (.*)/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    const fields = rest.split(" ");
    const own = name.startsWith("workerd") ? (Number(fields[11]) + Number(fields[12])) * TICK_MS : 0;
    return children.reduce((sum, child) => sum + (cpuMsOf(child) ?? 0), own);
  } catch {
    return null;
  }
}
