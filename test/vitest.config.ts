/**
 * Two projects: what runs inside workerd on a real D1 (Worker, analytics, roll-ups, privacy), and what runs on Node
 * (client, build, documents, and the dashboard in a real Chromium).
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { cloudflareTest, readD1Migrations } from "@cloudflare/vitest-pool-workers";
import { defineConfig } from "vitest/config";

const root = path.resolve(import.meta.dirname, "..");
const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
const define = { TRACK_SKILLS_VERSION: JSON.stringify(version) };
const inWorkerd = ["test/worker/**/*.test.ts", "test/analytics/**/*.test.ts", "test/rollup/**/*.test.ts", "test/privacy/**/*.test.ts"];

export default defineConfig({
  root,
  test: {
    reporters: ["default"],
    projects: [
      {
        root,
        define,
        plugins: [cloudflareTest({ wrangler: { configPath: path.join(root, "test/wrangler.toml") } })],
        test: {
          name: "workerd",
          include: inWorkerd,
          provide: { migrations: await readD1Migrations(path.join(root, "sql")) },
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
          globalSetup: "test/support/build.ts",
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
