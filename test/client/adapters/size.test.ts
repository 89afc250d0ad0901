/** What an adapter costs those who use it, and those who do not. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { expect, it } from "vitest";
import { root } from "../../support/shell.ts";

/** Bytes of a minified and gzipped bundle of some of the client's exports. */
async function bundleBytes(...names: string[]): Promise<number> {
  const stdin = { contents: `export { ${names.join(", ")} } from "./src/client.ts";`, resolveDir: root };
  const { outputFiles } = await build({ stdin, bundle: true, write: false, minify: true, format: "esm", target: "es2022", legalComments: "none" });
  return gzipSync(outputFiles[0]?.contents ?? "", { level: 9 }).byteLength;
}

it.each(["trackMcpServer", "trackAiTools", "trackAgentTool", "trackLangChainTool", "trackFunctions"])("%s adds at most 1 kB to a bundle", async (adapter) => {
  const added = (await bundleBytes("createTracker", adapter)) - (await bundleBytes("createTracker"));
  expect(added).toBeGreaterThan(0);
  expect(added).toBeLessThanOrEqual(1_024);
});
