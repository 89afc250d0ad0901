/**
 * `npm start`: everything on this machine, from one command and without an account.
 *
 * Builds, applies the migrations to the embedded local D1, serves tracker, analytics and dashboard, runs the example
 * skills through the real client, and prints the address and the key. Ctrl-C stops all of it. Data stays in `.wrangler/`.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const port = Number(process.env.PORT ?? 8787);
const state = path.join(root, ".wrangler", "start");
const config = path.join(root, "examples", "worker", "wrangler.toml");
const wrangler = path.join(root, "node_modules", "wrangler", "bin", "wrangler.js");

/** A failure that the reader can do something about: shown as a sentence, without a stack. */
class Advice extends Error {}

async function main() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < 22 || (major === 22 && minor < 12)) throw new Advice("This needs Node 22.12 or newer. `npm start` brings its own: run it that way, after `npm ci`.");
  if (!existsSync(wrangler)) throw new Advice("The packages are missing. Run `npm ci` first.");
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Advice("PORT is a number from 1 to 65535.");
  await requireFreePort();

  await step("Building dist/", () => run(process.execPath, ["build.mjs"]));
  const secrets = await step("Setting up the secrets", readSecrets);
  await step("Applying the migrations to the local D1", () => run(process.execPath, [wrangler, "d1", "migrations", "apply", "DB", "--local", ...where()]));

  const { child: server, lastWords } = startServer(await findFreePort());
  const address = `http://localhost:${port}`;
  /** @type {import("./run-skills.ts").Run | undefined} */
  let skills = undefined;
  let isStopping = false;
  const stop = async (code) => {
    isStopping = true;
    await skills?.stop().catch(() => undefined);
    server.kill("SIGTERM");
    console.log("\nStopped. The data is kept in .wrangler/start; delete that folder to begin anew.");
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void stop(0));
  server.once("exit", (code) => {
    // Ctrl-C in a terminal reaches the Worker too.
    if (isStopping) return;
    console.error(`The local Worker ended (code ${code}). Its last words:\n${lastWords()}`);
    process.exit(1);
  });

  await step("Starting the Worker", () => waitForHealth(address));
  const { runSkills } = await import("./run-skills.ts");
  skills = runSkills(address);
  const calls = await step("Running six content skills over the Markdown that is here", () => skills.firstPass);
  console.log(`
  ${calls} calls are on the dashboard:

    ${address}/#key=${secrets.TRACK_ANALYTICS_KEY}

  Key: ${secrets.TRACK_ANALYTICS_KEY}
  The skills go on running, a document a second. Ctrl-C stops.
`);
}

/** Shows what is being done, and how long it took. */
async function step(name, work) {
  const started = performance.now();
  process.stdout.write(`  ${name} … `);
  try {
    const result = await work();
    process.stdout.write(`${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    return result;
  } catch (error) {
    process.stdout.write("failed\n");
    throw error;
  }
}

function requireFreePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", () => reject(new Advice(`Port ${port} is taken. Stop what listens there, or choose another: PORT=${port + 1} npm start`)));
    probe.listen(port, "localhost", () => probe.close(resolve));
  });
}

function findFreePort() {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "localhost", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Made once and kept: a new hash secret would make every person a new one. */
async function readSecrets() {
  await mkdir(state, { recursive: true });
  const file = path.join(state, "secrets.json");
  if (!existsSync(file)) {
    const secret = () => randomBytes(32).toString("base64url");
    await writeFile(file, JSON.stringify({ TRACK_HASH_SECRET: secret(), TRACK_ANALYTICS_KEY: secret() }), { mode: 0o600 });
  }
  const secrets = JSON.parse(await readFile(file, "utf8"));
  const lines = Object.entries(secrets).map(([name, value]) => `${name}="${value}"\n`);
  await writeFile(path.join(root, "examples", "worker", ".dev.vars"), lines.join(""), { mode: 0o600 });
  return secrets;
}

function where() {
  return ["--config", config, "--persist-to", state];
}

function wranglerEnvironment() {
  return { ...process.env, CI: "1", WRANGLER_SEND_METRICS: "false", NO_COLOR: "1" };
}

/** Runs a command to its end; shows what it said only when it failed. */
function run(command, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, env: wranglerEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
    const words = collectWords(child);
    child.once("error", reject);
    child.once("exit", (code) => (code === 0 ? resolve(undefined) : reject(new Advice(`\`${path.basename(args[0])}\` failed:\n${words()}`))));
  });
}

function startServer(inspectorPort) {
  // Any free port for the debugger: another `wrangler dev` may hold its usual one.
  const args = [wrangler, "dev", ...where(), "--port", String(port), "--ip", "localhost", "--inspector-port", String(inspectorPort), "--log-level", "warn"];
  const child = spawn(process.execPath, args, { cwd: root, env: wranglerEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  return { child, lastWords: collectWords(child) };
}

function collectWords(child) {
  let words = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (words = (words + chunk).slice(-4_000)));
  return () => words.trim();
}

async function waitForHealth(address) {
  const deadline = Date.now() + 60_000;
  while (Date.now() < deadline) {
    const response = await fetch(`${address}/api/health`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Advice("The Worker did not answer within a minute.");
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Advice ? error.message : error);
  process.exit(1);
}
