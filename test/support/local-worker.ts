/**
 * The built kit as users run it: `dist/` served by `wrangler dev` on a D1 of its own. Slow to start, so a test file
 * starts one for all of its tests.
 */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import { ANALYTICS_KEY, HASH_SECRET } from "./secrets.ts";
import { environment, isUp, root, run, start, waitFor } from "./shell.ts";

export interface LocalWorker {
  url: string;
  /** Posts events in batches; returns the answers added up. */
  post(events: readonly object[]): Promise<{ accepted: number; duplicates: number; rejected: number }>;
  /** Reads one of the analytics. */
  read(path: string): Promise<Record<string, unknown>>;
  /** What workerd and wrangler said. */
  output(): string;
  stop(): Promise<void>;
}

/** A second Worker, which has the tracking Worker as its service binding TRACKER and passes on to it what is not its own. */
export interface HostWorker {
  /** File of its entry. */
  main: string;
  vars: Readonly<Record<string, string>>;
}

const wrangler = path.join(root, "node_modules/wrangler/bin/wrangler.js");

/** Starts the built Worker with the built dashboard, behind a host where there is one. `index` is the source of its entry. */
export async function startLocalWorker(index = defaultIndex, host?: HostWorker): Promise<LocalWorker> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-worker-"));
  await cp(path.join(root, "dist"), path.join(folder, "dist"), { recursive: true });
  await writeFile(path.join(folder, "index.js"), index);
  await writeFile(path.join(folder, "wrangler.toml"), configuration);
  await writeFile(path.join(folder, ".dev.vars"), `TRACK_HASH_SECRET="${HASH_SECRET}"\nTRACK_ANALYTICS_KEY="${ANALYTICS_KEY}"\n`);
  const where = ["--config", path.join(folder, "wrangler.toml"), "--persist-to", path.join(folder, "state")];
  const migrated = await run(process.execPath, [wrangler, "d1", "execute", "DB", "--local", "--file", path.join(root, "sql/0001_create_usage_tracking.sql"), ...where], folder);
  if (migrated.code !== 0) throw new Error(migrated.output);
  if (host !== undefined) await writeFile(path.join(folder, "host.toml"), hostConfiguration(host));
  const first = host === undefined ? [] : ["--config", path.join(folder, "host.toml")];
  const port = await freePort();
  const server = start(process.execPath, [wrangler, "dev", ...first, ...where, "--port", String(port), "--ip", "127.0.0.1", "--inspector-port", String(await freePort()), "--log-level", "warn"], folder, environment());
  const url = `http://127.0.0.1:${port}`;
  await waitFor(() => isUp(`${url}/api/health`), server.output);
  return {
    url,
    post: (events) => postAll(url, events),
    async read(question) {
      const response = await fetch(`${url}${question}`, { headers: { Authorization: `Bearer ${ANALYTICS_KEY}` } });
      return response.json();
    },
    output: server.output,
    async stop() {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const defaultIndex = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
export default createTrackingHandler({ dashboardOrigins: "*" });
`;

const configuration = `name = "track-skills-test"
main = "index.js"
compatibility_date = "2026-08-01"

[assets]
directory = "dist/dashboard"

[[d1_databases]]
binding = "DB"
database_name = "track-skills-test"
database_id = "track-skills-test"
`;

function hostConfiguration({ main, vars }: HostWorker): string {
  return `name = "host-of-track-skills-test"
main = ${JSON.stringify(main)}
compatibility_date = "2026-08-01"
vars = { ${Object.entries(vars).map(([name, value]) => `${name} = ${JSON.stringify(value)}`).join(", ")} }

[[services]]
binding = "TRACKER"
service = "track-skills-test"
`;
}

async function postAll(url: string, events: readonly object[]) {
  const sum = { accepted: 0, duplicates: 0, rejected: 0 };
  for (let first = 0; first < events.length; first += 500) {
    const body = JSON.stringify({ events: events.slice(first, first + 500) });
    const response = await fetch(`${url}/api/track`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
    const answer: { accepted: number; duplicates: number; rejected: unknown[] } = await response.json();
    sum.accepted += answer.accepted;
    sum.duplicates += answer.duplicates;
    sum.rejected += answer.rejected.length;
  }
  return sum;
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
