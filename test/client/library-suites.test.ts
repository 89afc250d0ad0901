/**
 * The own test suites of libraries, unchanged, with every function wrapped: they must not notice.
 *
 * What the modules of a package get of each other is wrapped, so that the suites get nothing else. Taken are packages that ship their tests and whose tests' needs are installed here. Of `qs` that is `stringify.js`:
 * its `parse.js` and `utils.js` need `es-value-fixtures` and `has-override-mistake`.
 */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { environment, root, run } from "../support/shell.ts";

/** The test files of each package, all of them unless said otherwise. */
const SUITES: Readonly<Record<string, readonly string[]>> = {
  qs: ["stringify.js"],
  minimist: [],
  "fast-uri": [],
  "function-bind": ["index.js"],
};

interface Told {
  code: number | null;
  /** Assertions that held, and that did not. */
  held: number;
  failed: number;
  output: string;
  calls: number;
}

let folder: string;
beforeAll(async () => void (folder = await mkdtemp(path.join(os.tmpdir(), "suites-"))));
afterAll(() => rm(folder, { recursive: true }));

/** Runs a package's suite, all files in one process, wrapped in a way or not at all. */
async function suite(name: string, way?: string): Promise<Told> {
  const tests = path.join("node_modules", name, "test");
  const shipped = (await readdir(path.join(root, tests))).filter((file) => file.endsWith(".js")).sort();
  const files = SUITES[name]?.length ? SUITES[name] : shipped;
  const script = files.map((file) => `require(${JSON.stringify(path.join(root, tests, file))});`).join("\n");
  const count = path.join(folder, `${name}-${way ?? "bare"}`);
  const hook = way === undefined ? [] : ["--require", path.join(root, "test/support/wrap-exports.cjs")];
  const env = environment({ WRAP_PACKAGE: name, WRAP_WITH: way ?? "", WRAP_COUNT: count });
  const { code, output } = await run(process.execPath, [...hook, "-e", script], root, env);
  const lines = output.split("\n");
  const calls = way === undefined ? 0 : Number(await readFile(count, "utf8"));
  return { code, held: lines.filter((line) => /^ok\b/.test(line)).length, failed: lines.filter((line) => /^not ok\b/.test(line)).length, output, calls };
}

it.each(Object.keys(SUITES))("the suite of %s does not notice, though it would notice a wrapper that makes calls asynchronous", async (name) => {
  const [bare, wrapped, asynchronous] = await Promise.all([suite(name), suite(name, "tracker"), suite(name, "async")]);
  expect(bare).toMatchObject({ code: 0, failed: 0 });
  expect(bare.held).toBeGreaterThan(0);
  expect([wrapped.code, wrapped.held, wrapped.failed]).toEqual([0, bare.held, 0]);
  expect(wrapped.output === bare.output).toBe(true);
  expect(wrapped.calls).toBeGreaterThan(0);
  expect(asynchronous.code).not.toBe(0);
});
