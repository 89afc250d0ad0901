/**
 * Two projects: what runs inside workerd on a real D1 (Worker, analytics, roll-ups, privacy), and what runs on Node
 * (client, build, documents, and the dashboard in a real Chromium).
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { gunzipSync } from "node:zlib";
import { defineConfig } from "vitest/config";
import type { PlainEvent } from "./support/history.ts";

const root = path.resolve(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const define = { TRACK_SKILLS_VERSION: JSON.stringify(version) };
/** Of the property tests: a number, or "random" to look for new cases; fast-check prints the one of a failure. */
const { TRACK_SKILLS_SEED = "20261126" } = process.env;
const seed = TRACK_SKILLS_SEED === "random" ? Date.now() % 2 ** 31 : Number(TRACK_SKILLS_SEED);
const setupFiles = path.join(root, "test/support/seed.ts");
const inWorkerd = ["test/worker/**/*.test.ts", "test/analytics/**/*.test.ts", "test/rollup/**/*.test.ts", "test/privacy/**/*.test.ts"];

export default defineConfig({
  root,
  test: {
    reporters: ["default"],
    // By default one core is left free, which on a machine of two doubles the time.
    maxWorkers: 2,
    projects: [
      {
        root,
        define,
        plugins: [cloudflareTest({ wrangler: { configPath: path.join(root, "test/wrangler.toml") } })],
        test: {
          name: "workerd",
          include: inWorkerd,
          setupFiles,
          provide: { seed, migrations: await readD1Migrations(path.join(root, "sql")), replay: readReplay() },
          testTimeout: 30_000,
        },
      },
      {
        root,
        define,
        test: {
          name: "node",
          include: ["test/**/*.test.ts"],
          exclude: inWorkerd,
          setupFiles,
          provide: { seed },
          globalSetup: "test/support/build.ts",
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});

/** Recorded events, one JSON object a line (gzip or plain), from the file that TRACK_SKILLS_REPLAY names. */
function readReplay(): PlainEvent[] | null {
  const file = process.env["TRACK_SKILLS_REPLAY"];
  if (file === undefined) return null;
  const bytes = readFileSync(file);
  const lines = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8").trim().split("\n");
  return lines.map((line) => {
    const { ok, user, ...event } = JSON.parse(line);
    return { ...event, startedAt: Date.parse(event.startedAt), outcome: ok ? "ok" : "error", userId: user };
  });
}
