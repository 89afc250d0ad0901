/**
 * A call of an MCP tool, from client to server and back within one process: by itself, with this kit's adapter, and with
 * AgentCat, which tracks MCP servers and nothing else.
 */
import { kitLosses, kitOptions } from "./designs.mjs";

/** @type {Record<string, import("./designs.mjs").Design>} */
export const MCP_DESIGNS = {
  "mcp-bare": async () => ({ call: await connect((server) => server), drain: async () => {}, losses: () => ({}) }),
  "mcp-kit": openKitAdapter,
  "mcp-agentcat": openAgentCat,
};

/** @type {import("./designs.mjs").Design} */
async function openKitAdapter({ isHeld, network, kitUrl }) {
  const { createTracker, trackMcpServer } = await import(kitUrl);
  const tracker = createTracker(kitOptions({ isHeld, network }));
  return { call: await connect((server) => trackMcpServer(server, tracker)), drain: () => tracker.flush(), losses: () => kitLosses(tracker) };
}

/**
 * AgentCat sends each event by itself, begins at once, and has no way to wait for the end: the network counts.
 *
 * @type {import("./designs.mjs").Design}
 */
async function openAgentCat({ network }) {
  const answer = /** @type {Response} */ (/** @type {unknown} */ ({ status: 200, headers: { get: () => null }, json: async () => ({}) }));
  let posts = 0;
  let isAwaited = 0;
  let onArrival = () => {};
  globalThis.fetch = async () => {
    if (network.isDown) throw new TypeError("fetch failed");
    posts += 1;
    if (network.isCounting) network.events += 1;
    if (posts >= isAwaited) onArrival();
    return answer;
  };
  const agentcat = await import("agentcat");
  const callTool = await connect((server) => agentcat.track(server, "proj_benchmark", { disableDiagnostics: true }));
  // Connecting is an event of its own; it must not be taken for a call.
  await new Promise((resolve) => setTimeout(resolve, 50));
  isAwaited = posts;
  return {
    call(params) {
      isAwaited += 1;
      return callTool(params);
    },
    async drain() {
      if (posts < isAwaited) await new Promise((resolve) => (onArrival = () => resolve(undefined)));
      onArrival = () => {};
      await new Promise(setImmediate);
    },
    losses: () => ({}),
  };
}

/** A server with one tool and a client beside it; gives a function that calls the tool. */
async function connect(track) {
  const { McpServer } = await import("@modelcontextprotocol/sdk/server/mcp.js");
  const { Client } = await import("@modelcontextprotocol/sdk/client/index.js");
  const { InMemoryTransport } = await import("@modelcontextprotocol/sdk/inMemory.js");
  const { z } = await import("zod");
  const bare = new McpServer({ name: "benchmark", version: "1.0.0" });
  const server = track(bare) ?? bare;
  server.registerTool("add", { description: "Adds.", inputSchema: { left: z.number(), right: z.number() } }, ({ left, right }) => ({ content: [{ type: "text", text: String(left + right) }] }));
  const client = new Client({ name: "benchmark", version: "1.0.0" });
  const [clientSide, serverSide] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return (params) => client.callTool({ name: "add", arguments: params });
}
