/** What clients add to a bundle: the least code that uses one, minified and compressed. */
import { builtinModules } from "node:module";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { root } from "../local-d1.mjs";

/** The least use of each peer, as far as it is measured here. */
const PEERS = {
  otel: `import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
export const start = (exporter) => new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] }).getTracer("skills");`,
  sentry: `import { createTransport, getCurrentScope, startSpan } from "@sentry/core";
import { ServerRuntimeClient } from "@sentry/core/server";
export const start = (dsn, send) => {
  const client = new ServerRuntimeClient({ dsn, integrations: [], stackParser: () => [], tracesSampleRate: 1, transport: (options) => createTransport(options, send) });
  getCurrentScope().setClient(client);
  client.init();
};
export { startSpan };`,
  agentcat: `export { track } from "agentcat";`,
  posthog: `import { PostHog } from "posthog-node";
export const start = (key, host) => new PostHog(key, { host });`,
};

const KIT_EXPORTS = ["configure", "createTracker", "trackSkillExecution"];
const ADAPTERS = ["trackMcpServer", "trackAiTools", "trackAgentTool", "trackLangChainTool", "trackFunctions"];

/** @typedef {{ minifiedBytes: number, gzipBytes: number }} Size */

/**
 * @param {{ kit: import("./processes.mjs").Kit }} params
 * @param {(line: string) => void} say
 */
export async function measureSizes({ kit }, say) {
  const sizeOfKit = (names) => sizeOf(`export { ${names.join(", ")} } from ${JSON.stringify(kit.file)};`);
  const whole = await sizeOfKit(KIT_EXPORTS);
  say(`kit: ${whole.gzipBytes} B`);
  const adapters = /** @type {Record<string, Size>} - what each adds to the whole client */ ({});
  for (const adapter of ADAPTERS.filter((name) => kit.exports.includes(name))) {
    const { minifiedBytes, gzipBytes } = await sizeOfKit([...KIT_EXPORTS, adapter]);
    adapters[adapter] = { minifiedBytes: minifiedBytes - whole.minifiedBytes, gzipBytes: gzipBytes - whole.gzipBytes };
    say(`${adapter}: ${adapters[adapter].gzipBytes} B more`);
  }
  const missing = ADAPTERS.filter((name) => !kit.exports.includes(name));
  if (missing.length > 0) say(`skipped, because this build of the client does not export them: ${missing.join(", ")}`);
  const peers = /** @type {Record<string, Size>} */ ({});
  for (const [peer, entry] of Object.entries(PEERS)) {
    peers[peer] = await sizeOf(entry);
    say(`${peer}: ${peers[peer].gzipBytes} B`);
  }
  return { kit: whole, adapters, missing, peers };
}

/**
 * With the platform and conditions that wrangler bundles a Worker with. Node's own modules are left outside, and the MCP
 * SDK with its schema library, which a project that has an MCP server brings anyway.
 *
 * @param {string} contents
 * @returns {Promise<Size>}
 */
async function sizeOf(contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "js" },
    bundle: true, write: false, minify: true, format: "esm", target: "es2022", platform: "browser", legalComments: "none",
    conditions: ["workerd", "worker", "browser"], external: ["node:*", ...builtinModules, "@modelcontextprotocol/*", "zod"], logLevel: "error",
  });
  const minified = outputFiles[0]?.contents ?? new Uint8Array();
  return { minifiedBytes: minified.byteLength, gzipBytes: gzipSync(minified, { level: 9 }).byteLength };
}
