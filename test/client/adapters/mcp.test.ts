import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, InMemoryTransport, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { McpServer as McpServerV1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { UrlElicitationRequiredError } from "@modelcontextprotocol/sdk/types.js";
import { createMcpHandler, inputRequired, McpServer } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type McpTrackingOptions, type Tracker, trackMcpServer, type UsageEvent } from "../../../src/client.ts";
import { MCP_SDKS, type McpSetup, type ToolResult } from "../../support/mcp-servers.ts";
import { startRecorder } from "../../support/recorder.ts";

const OK: ToolResult = { content: [{ type: "text", text: "fine" }] };
const text = (value: string): ToolResult => ({ content: [{ type: "text", text: value }] });

/** What is decisive of events. */
const endings = (events: UsageEvent[]): unknown[] => events.map(({ skill, outcome, errorType }) => [skill, outcome, errorType]);

describe.each(MCP_SDKS)("an MCP server of SDK $name", (sdk) => {
  /** A tracked server with tools for every way to end. */
  function open(options?: McpTrackingOptions) {
    const recorder = startRecorder();
    const setup = sdk.open();
    trackMcpServer(setup.server, recorder.tracker, options);
    registerAll(setup);
    return { ...setup, ...recorder };
  }

  function registerAll({ register, registerCounting }: McpSetup): void {
    register("fine", ({ text: input }) => text(`got ${input}`));
    register("refuses", () => ({ ...text("no"), isError: true }));
    register("throws", () => { throw new TypeError("bad input"); });
    register("off", () => OK)();
    registerCounting("counts", ({ text: input }) => ({ ...OK, structuredContent: { count: input.length } }));
    registerCounting("miscounts", () => ({ ...OK, structuredContent: { count: "many" } }));
  }

  const calls: [string, object?][] = [["fine"], ["refuses"], ["throws"], ["off"], ["nowhere"], ["fine", { text: 7 }], ["counts"], ["miscounts"]];

  it("lists the same tools and gives the same results as its untracked twin", async () => {
    const plain = sdk.open();
    registerAll(plain);
    const [twin, client] = [await plain.connect(), await open().connect()];
    expect(await client.listTools()).toEqual(await twin.listTools());
    for (const [name, input] of calls) {
      const [tracked, untracked] = await Promise.allSettled([client.call(name, input), twin.call(name, input)]);
      expect(tracked, name).toEqual(untracked);
    }
  });

  it("counts each call once under its tool's name, with how it ended", async () => {
    const { connect, events } = open();
    const client = await connect();
    for (const [name, input] of calls) await client.call(name, input).catch(() => undefined);
    // v2 refuses unknown and disabled tools by a JSON-RPC error, v1 by a result.
    const refused = sdk.name === "v2" ? "mcp_-32602" : "tool_error";
    expect(endings(await events())).toEqual([
      ["fine", "ok", undefined],
      ["refuses", "error", "tool_error"],
      ["throws", "error", "TypeError"],
      ["off", "error", refused],
      ["nowhere", "error", refused],
      ["fine", "error", "tool_error"],
      ["counts", "ok", undefined],
      ["miscounts", "error", "tool_error"],
    ]);
  });

  it("says who called and how, without arguments and results", async () => {
    const { connect, events, bodies } = open();
    await (await connect()).call("fine", { text: "secret argument" });
    expect(await events()).toMatchObject([{
      ...{ source: "mcp", outcome: "ok" },
      metadata: { client: "probe", clientVersion: "2.1.0", transport: "in-memory", protocolVersion: expect.stringMatching(/^20\d\d-\d\d-\d\d$/) },
    }]);
    expect((await events())[0]).not.toHaveProperty("userId");
    expect(JSON.stringify(bodies)).not.toMatch(/secret argument|got /);
  });

  it("counts tools of before and after, and calls on a connection that was open already", async () => {
    const { tracker, events } = startRecorder();
    const setup = sdk.open();
    setup.register("before", () => { throw new RangeError("far"); });
    const client = await setup.connect();
    await client.call("before");
    trackMcpServer(setup.server, tracker);
    setup.register("after", () => OK);
    await client.call("before");
    await client.call("after");
    expect(endings(await events())).toEqual([["before", "error", "RangeError"], ["after", "ok", undefined]]);
    expect((await events())[0]?.metadata).toMatchObject({ client: "probe" });
  });

  it("is the same server, and counts once however often it is tracked", async () => {
    const { server, connect, tracker, events } = open();
    expect(trackMcpServer(server, tracker)).toBe(server);
    trackMcpServer({ connect: server.connect, ...(server.server !== undefined && { server: server.server }) }, tracker);
    await (await connect()).call("fine");
    expect(await events()).toHaveLength(1);
  });

  it("counts again after it was closed and connected anew, and tells connections apart", async () => {
    const { connect, events } = open();
    const first = await connect();
    await first.call("fine");
    await first.close();
    await sleep(1);
    await (await connect()).call("throws");
    expect(endings(await events())).toEqual([["fine", "ok", undefined], ["throws", "error", "TypeError"]]);
  });

  it("does not take the server's own requests for answers, though their ids are the same", async () => {
    const { register, ping, connect, events } = open();
    register("pings", async () => {
      for (let id = 0; id < 5; id++) await ping();
      await sleep(20);
      return OK;
    });
    await (await connect()).call("pings");
    expect((await events())[0]?.durationMs).toBeGreaterThan(15);
  });

  it("counts a call that its client cancels, and one whose connection ends, as cancelled", async () => {
    const { register, connect, events } = open();
    const seen: (AbortSignal | undefined)[] = [];
    register("waits", async (_input, { signal }) => { seen.push(signal); await sleep(20); return OK; });
    const client = await connect();
    const controller = new AbortController();
    const cancelled = client.call("waits", { text: "" }, controller.signal).catch(() => undefined);
    const cut = client.call("waits").catch(() => undefined);
    await sleep(5);
    controller.abort();
    await cancelled;
    await client.close();
    await cut;
    await sleep(30);
    expect(seen.map((signal) => signal?.aborted)).toEqual([true, true]);
    expect(endings(await events())).toEqual([["waits", "cancelled", "AbortError"], ["waits", "cancelled", "AbortError"]]);
  });

  it("keeps calls apart that run at the same time", async () => {
    const { register, connect, events } = open();
    register("echoes", async ({ text: input }) => {
      await sleep(input.length);
      if (input.length % 2 === 1) throw Object.assign(new Error(input), { name: `Odd${input.length}` });
      return text(input);
    });
    const client = await connect();
    await Promise.all([4, 1, 3, 2].map((length) => client.call("echoes", { text: "x".repeat(length) })));
    const types = (await events()).map((event) => event.errorType ?? "none");
    expect(types.sort()).toEqual(["Odd1", "Odd3", "none", "none"]);
  });

  it("over HTTP, counts a call whose Response was there before the tool had ended", async () => {
    const { tracker, bodies } = startRecorder();
    const ctx = { pending: new Array<Promise<unknown>>(), waitUntil(promise: Promise<unknown>) { this.pending.push(promise); } };
    const setup = sdk.open();
    let hasEnded = false;
    setup.register("waits", async () => { await sleep(30); hasEnded = true; return OK; });
    trackMcpServer(setup.server, tracker.bind(ctx));
    const hadEnded: boolean[] = [];
    const client = await setup.connectOverHttp(() => hadEnded.push(hasEnded));
    await client.call("waits");
    expect([hasEnded, hadEnded.includes(true)]).toEqual([true, false]);
    await Promise.all(ctx.pending);
    const [event] = JSON.parse(bodies[0] ?? "{}").events;
    expect(event).toMatchObject({ skill: "waits", outcome: "ok", sessionId: "session-1", metadata: { transport: "streamable-http", client: "probe" } });
    expect(event.durationMs).toBeGreaterThan(25);
    await client.close();
  });

  it("asks the owner who calls; a hook that throws or rejects costs the person alone", async () => {
    const rejecting: McpTrackingOptions = {};
    Reflect.set(rejecting, "userId", async () => { throw new Error("hook"); });
    for (const [options, userId] of [[{ userId: () => "u1" }, "u1"], [{ userId: () => { throw new Error("hook"); } }, undefined], [rejecting, undefined]] as const) {
      const { connect, events } = open(options);
      expect(await (await connect()).call("fine")).toEqual(text("got abc"));
      expect((await events()).map((event) => event.userId)).toEqual([userId]);
    }
  });

  it("without McpServer on top is counted too, with the class of what its handler throws", async () => {
    const { tracker, events } = startRecorder();
    const { server, handleCalls, connect } = sdk.openLowLevel();
    trackMcpServer(server, tracker);
    const client = await connect();
    const ends: (() => ToolResult)[] = [
      () => OK,
      () => ({ ...OK, isError: true }),
      () => { throw new RangeError("far"); },
      () => { throw Object.assign(new Error("gone"), { code: -32001 }); },
    ];
    for (const end of ends) {
      handleCalls(end);
      await client.call("tool").catch(() => undefined);
    }
    expect((await events()).map((event) => event.errorType)).toEqual([undefined, "tool_error", "RangeError", "mcp_-32001"]);
  });

  it("shows results to the owner's classify hook", async () => {
    const { tracker, events } = startRecorder({ classify: (result) => (JSON.stringify(result).includes("not allowed") ? { outcome: "refused" } : undefined) });
    const setup = sdk.open();
    trackMcpServer(setup.server, tracker);
    setup.register("guarded", () => ({ ...text("not allowed"), isError: true }));
    await (await setup.connect()).call("guarded");
    expect((await events()).map((event) => event.outcome)).toEqual(["refused"]);
  });

  it("ignores what only looks like a call: no id, no name, an id in use", async () => {
    const { tracker, events } = startRecorder();
    const begun: string[] = [];
    const counting: Tracker = {
      ...tracker,
      trackSkillExecution(skill, fn, params, context) {
        begun.push(skill);
        return tracker.trackSkillExecution(skill, fn, params, context);
      },
    };
    const sent: unknown[] = [];
    const transport = { start: async () => undefined, send: async (message: unknown) => void sent.push(message), close: async () => undefined, onmessage: (_message: unknown) => undefined, onclose: () => undefined };
    const setup = sdk.open();
    trackMcpServer(setup.server, counting);
    setup.register("slow", async () => { await sleep(5); return OK; });
    await Reflect.apply(setup.server.connect, setup.server, [transport]);
    const call = { jsonrpc: "2.0", method: "tools/call", params: { name: "slow", arguments: { text: "" } } };
    for (const message of [call, { ...call, id: 1, params: {} }, { ...call, id: 2 }, { ...call, id: 2 }]) transport.onmessage(message);
    await sleep(30);
    expect(sent.length).toBeGreaterThanOrEqual(2);
    transport.onclose();
    expect(begun).toEqual(["slow"]);
    expect(endings(await events())).toEqual([["slow", "ok", undefined]]);
  });

  it("tells clients apart that name themselves with each request of one connection", async () => {
    const { tracker, events } = startRecorder();
    const transport = { start: async () => undefined, send: async () => undefined, close: async () => undefined, onmessage: (_message: unknown) => undefined };
    const setup = sdk.open();
    trackMcpServer(setup.server, tracker);
    setup.register("fine", () => OK);
    await Reflect.apply(setup.server.connect, setup.server, [transport]);
    const from = (version: string, protocolVersion: string) => ({ "io.modelcontextprotocol/clientInfo": { name: "one", version }, "io.modelcontextprotocol/protocolVersion": protocolVersion });
    const senders = [from("1", "2026-07-28"), from("1", "2026-07-28"), from("2", "2026-07-28"), from("2", "2027-01-01"), { "io.modelcontextprotocol/clientInfo": {} }];
    for (const [id, _meta] of senders.entries()) transport.onmessage({ jsonrpc: "2.0", id, method: "tools/call", params: { name: "fine", arguments: { text: "" }, _meta } });
    await sleep(10);
    const labels = (clientVersion: string, protocolVersion: string) => ({ client: "one", clientVersion, protocolVersion });
    expect((await events()).map((event) => event.metadata)).toEqual([labels("1", "2026-07-28"), labels("1", "2026-07-28"), labels("2", "2026-07-28"), labels("2", "2027-01-01"), {}]);
  });

  it("is not harmed by a tracker that fails", async () => {
    const setup = sdk.open();
    registerAll(setup);
    const { tracker } = startRecorder();
    trackMcpServer(setup.server, { ...tracker, trackSkillExecution: () => { throw new Error("tracker"); } });
    const client = await setup.connect();
    expect(await client.call("fine")).toEqual(text("got abc"));
    // Rejections that nobody hears would fail the run.
    expect(await client.call("throws")).toMatchObject({ isError: true });
    await client.close();
  });
});

describe("what only one version has", () => {
  it("v1: a request to visit an address first is not an outcome", async () => {
    const { tracker, events } = startRecorder();
    const [sdk] = MCP_SDKS;
    const setup = sdk?.open();
    if (setup === undefined) throw new Error("no SDK");
    trackMcpServer(setup.server, tracker);
    setup.register("asks", () => { throw new UrlElicitationRequiredError([{ mode: "url", message: "m", url: "https://example.com", elicitationId: "e" }]); });
    await expect((await setup.connect()).call("asks")).rejects.toThrow();
    expect(await events()).toEqual([]);
  });

  it("v1: callbacks keep their arguments, with and without a schema", async () => {
    const { tracker, events } = startRecorder();
    const seen: unknown[][] = [];
    const server = trackMcpServer(new McpServerV1({ name: "s", version: "1" }), tracker);
    server.registerTool("none", {}, (...args) => { seen.push(args); return OK; });
    server.registerTool("some", { inputSchema: { text: z.string() } }, (...args) => { seen.push(args); return OK; });
    const { InMemoryTransport: Pair } = await import("@modelcontextprotocol/sdk/inMemory.js");
    const { Client: ClientV1 } = await import("@modelcontextprotocol/sdk/client/index.js");
    const [left, right] = Pair.createLinkedPair();
    const client = new ClientV1({ name: "c", version: "1" });
    await Promise.all([server.connect(left), client.connect(right)]);
    await client.callTool({ name: "none" });
    await client.callTool({ name: "some", arguments: { text: "t" } });
    expect(seen).toMatchObject([[{ signal: expect.any(AbortSignal) }], [{ text: "t" }, { signal: expect.any(AbortSignal) }]]);
    expect(await events()).toHaveLength(2);
  });

  it("v1: a server on stdio says so", async () => {
    const { tracker, events } = startRecorder();
    const server = trackMcpServer(new McpServerV1({ name: "s", version: "1" }), tracker);
    server.registerTool("none", {}, () => OK);
    const [input, output] = [new PassThrough(), new PassThrough()];
    await server.connect(new StdioServerTransport(input, output));
    input.write(`${JSON.stringify({ jsonrpc: "2.0", id: "a", method: "tools/call", params: { name: "none", arguments: {} } })}\n`);
    await new Promise((resolve) => output.once("data", resolve));
    await server.close();
    expect(await events()).toMatchObject([{ skill: "none", outcome: "ok", metadata: { transport: "stdio" } }]);
  });

  it.each(["http", "stdio"])("v2: revision 2026-07-28 over %s, where a call that needs input is not an outcome", async (kind) => {
    const { tracker, events } = startRecorder();
    const create = () => {
      const server = trackMcpServer(new McpServer({ name: "s", version: "1" }), tracker, { userId: (extra) => extra.authInfo?.clientId });
      server.registerTool("asks", { inputSchema: z.object({}) }, (_input, { mcpReq }) =>
        mcpReq.inputResponses === undefined
          ? inputRequired({ inputRequests: { name: inputRequired.elicit({ message: "Who?", requestedSchema: { type: "object", properties: {} } }) } })
          : OK);
      return server;
    };
    const client = new Client({ name: "probe", version: "2.1.0" }, { versionNegotiation: { mode: { pin: "2026-07-28" } }, capabilities: { elicitation: { form: {} } } });
    client.setRequestHandler("elicitation/create", () => ({ action: "accept", content: {} }));
    if (kind === "http") {
      const handler = createMcpHandler(create);
      const authInfo = { token: "t", clientId: "client-7", scopes: [] };
      await client.connect(new StreamableHTTPClientTransport(new URL("http://127.0.0.1/mcp"), { fetch: (url, init) => handler.fetch(new Request(url, init), { authInfo }) }));
    } else {
      const [clientSide, wire] = InMemoryTransport.createLinkedPair();
      serveStdio(create, { transport: wire });
      await client.connect(clientSide);
    }
    expect(await client.callTool({ name: "asks", arguments: {} })).toMatchObject(OK);
    const [event, ...others] = await events();
    expect(others).toEqual([]);
    expect(event).toMatchObject({ skill: "asks", outcome: "ok", metadata: { client: "probe", clientVersion: "2.1.0", protocolVersion: "2026-07-28" } });
    expect(event?.metadata?.["transport"]).toBe(kind === "http" ? "streamable-http" : "stdio");
    expect(event?.userId).toBe(kind === "http" ? "client-7" : undefined);
    await client.close();
  });
});
