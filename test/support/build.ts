/** Builds `dist/` once before the tests on Node, which run on it: no test judges an old build. */
import { root, run } from "./shell.ts";

export default async function setup(): Promise<void> {
  const { code, output } = await run(process.execPath, ["build.mjs"], root);
  if (code !== 0) throw new Error(`The build failed:\n${output}`);
}
