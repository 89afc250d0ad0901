/** Runs commands for the tests, with the Node that runs the tests first on the path. */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";

export const root: string = path.resolve(import.meta.dirname, "../..");

/** Variables of a child process: this Node, no colours, no questions, no metrics. */
export function environment(more: Record<string, string> = {}): Record<string, string> {
  const PATH = `${path.dirname(process.execPath)}${path.delimiter}${process.env["PATH"] ?? ""}`;
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|npm_)/i.test(name));
  return { ...Object.fromEntries(inherited.map(([name, value]) => [name, value ?? ""])), PATH, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false", ...more };
}

/** What a finished command said. */
export interface Finished {
  code: number | null;
  output: string;
}

/** Runs a command to its end. */
export function run(command: string, args: readonly string[], cwd: string, env = environment()): Promise<Finished> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const words = collect(child);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output: words() }));
  });
}

/** A command that goes on until it is stopped. */
export interface Running {
  output(): string;
  /** Ends the command and all that it started. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** The exit code, once it has ended. */
  ended: Promise<number | null>;
}

/** Starts a command in a process group of its own. */
export function start(command: string, args: readonly string[], cwd: string, env = environment()): Running {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  const output = collect(child);
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    output,
    ended,
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.pid !== undefined) process.kill(-child.pid, signal);
      await ended;
    },
  };
}

/** Waits until something holds; fails with what was said meanwhile. */
export async function waitFor(holds: () => Promise<boolean> | boolean, words: () => string, timeoutMs = 60_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Not within ${timeoutMs} ms. Said meanwhile:\n${words()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Whether an address answers with success. */
export async function isUp(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(2_000) }).then(
    (response) => response.ok,
    () => false,
  );
}

function collect(child: ChildProcess): () => string {
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => (output += String(chunk)));
  return () => output;
}
