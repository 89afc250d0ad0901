/** The MCP SDK's two versions behind one shape, each with its own real client: one test holds a promise for both. */
import { Client as ClientV2, InMemoryTransport as InMemoryV2, StreamableHTTPClientTransport as HttpClientV2 } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as HttpClientV1 } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { InMemoryTransport as InMemoryV1 } from "@modelcontextprotocol/sdk/inMemory.js";
import { Server as ServerV1 } from "@modelcontextprotocol/sdk/server/index.js";
import { McpServer as McpServerV1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { WebStandardStreamableHTTPServerTransport as HttpServerV1 } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { CallToolRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { McpServer as McpServerV2, Server as ServerV2, WebStandardStreamableHTTPServerTransport as HttpServerV2 } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { McpServerLike } from "../../src/client.ts";

export interface ToolResult {
  [key: string]: unknown;
  content: { type: "text"; text: string }[];
  structuredContent?: { [key: string]: unknown };
  isError?: boolean;
}

/** A tool's callback; `extra` is whatever the SDK passes along. */
export type ToolCallback = (input: { text: string }, extra: { signal?: AbortSignal }) => ToolResult | Promise<ToolResult>;

/** A client, reduced to what the tests do with it. */
export interface McpClient {
  listTools(): Promise<unknown>;
  /** Calls a tool with a text, or with other arguments. */
  call(name: string, input?: object, signal?: AbortSignal): Promise<unknown>;
  close(): Promise<void>;
}

/** A server without tools, and its client. */
export interface McpSetup {
  server: McpServerLike & { readonly server?: unknown };
  /** Registers a tool that takes a text; gives what disables it. */
  register(name: string, callback: ToolCallback): () => void;
  /** Registers a tool whose structured content must be `{ count: number }`. */
  registerCounting(name: string, callback: ToolCallback): void;
  ping(): Promise<unknown>;
  connect(): Promise<McpClient>;
  connectOverHttp(onResponse: () => void): Promise<McpClient>;
}

export interface McpSdk {
  name: string;
  open(): McpSetup;
  /** A server without McpServer on top, whose handler of `tools/call` is set by the caller. */
  openLowLevel(): { server: McpServerLike; handleCalls(handle: () => ToolResult): void; connect(): Promise<McpClient> };
}

const SERVER = { name: "notes", version: "1.0.0" };
const CLIENT = { name: "probe", version: "2.1.0" };
const OPTIONS = { capabilities: { tools: { listChanged: true } } };
const TOOL = { description: "A tool", inputSchema: z.object({ text: z.string() }) };
const COUNTING = { ...TOOL, outputSchema: z.object({ count: z.number() }) };
const ADDRESS = new URL("http://127.0.0.1/mcp");

/** A `fetch` that goes straight into a server. */
function fetchFrom(handle: (request: Request) => Promise<Response>, onResponse: () => void) {
  return async (url: string | URL, init?: RequestInit): Promise<Response> => {
    const response = await handle(new Request(url, init));
    onResponse();
    return response;
  };
}

function clientOf(client: ClientV1 | ClientV2): McpClient {
  return {
    listTools: () => client.listTools(),
    call(name, input = { text: "abc" }, signal) {
      const params = { name, arguments: { ...input } };
      const options = signal && { signal };
      return client instanceof ClientV1 ? client.callTool(params, undefined, options) : client.callTool(params, options);
    },
    close: () => client.close(),
  };
}

async function connectV1(server: McpServerV1 | ServerV1): Promise<McpClient> {
  const [clientSide, serverSide] = InMemoryV1.createLinkedPair();
  const client = new ClientV1(CLIENT);
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return clientOf(client);
}

async function connectV2(server: McpServerV2 | ServerV2): Promise<McpClient> {
  const [clientSide, serverSide] = InMemoryV2.createLinkedPair();
  const client = new ClientV2(CLIENT);
  await Promise.all([server.connect(serverSide), client.connect(clientSide)]);
  return clientOf(client);
}

const v1: McpSdk = {
  name: "v1",
  open() {
    const server = new McpServerV1(SERVER, OPTIONS);
    return {
      server,
      register: (name, callback) => {
        const tool = server.registerTool(name, TOOL, (input, extra) => callback(input, extra));
        return () => tool.disable();
      },
      registerCounting: (name, callback) => void server.registerTool(name, COUNTING, (input, extra) => callback(input, extra)),
      ping: () => server.server.ping(),
      connect: () => connectV1(server),
      async connectOverHttp(onResponse) {
        const transport = new HttpServerV1({ sessionIdGenerator: () => "session-1" });
        await server.connect(transport);
        const client = new ClientV1(CLIENT);
        await client.connect(new HttpClientV1(ADDRESS, { fetch: fetchFrom((request) => transport.handleRequest(request), onResponse) }));
        return clientOf(client);
      },
    };
  },
  openLowLevel() {
    const server = new ServerV1(SERVER, OPTIONS);
    return {
      server,
      handleCalls: (handle) => server.setRequestHandler(CallToolRequestSchema, () => handle()),
      connect: () => connectV1(server),
    };
  },
};

const v2: McpSdk = {
  name: "v2",
  open() {
    const server = new McpServerV2(SERVER, OPTIONS);
    return {
      server,
      register: (name, callback) => {
        const tool = server.registerTool(name, TOOL, (input, { mcpReq }) => callback(input, mcpReq));
        return () => tool.disable();
      },
      registerCounting: (name, callback) => void server.registerTool(name, COUNTING, (input, { mcpReq }) => callback(input, mcpReq)),
      ping: () => server.server.ping(),
      connect: () => connectV2(server),
      async connectOverHttp(onResponse) {
        const transport = new HttpServerV2({ sessionIdGenerator: () => "session-1" });
        await server.connect(transport);
        const client = new ClientV2(CLIENT);
        await client.connect(new HttpClientV2(ADDRESS, { fetch: fetchFrom((request) => transport.handleRequest(request), onResponse) }));
        return clientOf(client);
      },
    };
  },
  openLowLevel() {
    const server = new ServerV2(SERVER, OPTIONS);
    return {
      server,
      handleCalls: (handle) => server.setRequestHandler("tools/call", () => handle()),
      connect: () => connectV2(server),
    };
  },
};

export const MCP_SDKS: readonly McpSdk[] = [v1, v2];
