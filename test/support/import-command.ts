/** The built import as users run it: a process of its own, with a home of its own. */
import { spawn } from "node:child_process";
import path from "node:path";
import { environment, root } from "./shell.ts";

/** What a finished import said. */
export interface ImportRun {
  code: number | null;
  stdout: string;
  stderr: string;
  tookMs: number;
  /** Most memory that it held at any time. */
  maxRssBytes: number;
}

/** Tells the memory on its way out, in kilobytes (`getrusage`). */
const TELL_MEMORY = "data:text/javascript,process.on('exit',()=>process.stderr.write(`rss=${process.resourceUsage().maxRSS}`))";

/** Runs the import with a state folder of its own. `killAfterMs` ends it as a power cut would. */
export async function runImport(args: readonly string[], stateFolder: string, killAfterMs?: number): Promise<ImportRun> {
  const started = performance.now();
  const env = environment({ XDG_STATE_HOME: stateFolder, LOCALAPPDATA: stateFolder });
  const child = spawn(process.execPath, ["--import", TELL_MEMORY, path.join(root, "dist/track-skills.import.js"), ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (chunk) => (stdout += String(chunk)));
  child.stderr.on("data", (chunk) => (stderr += String(chunk)));
  const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGKILL"), killAfterMs);
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  clearTimeout(timer);
  const [memory = "", kilobytes = "0"] = /rss=(\d+)$/.exec(stderr) ?? [];
  return { code, stdout, stderr: stderr.slice(0, stderr.length - memory.length), tookMs: performance.now() - started, maxRssBytes: Number(kilobytes) * 1024 };
}
