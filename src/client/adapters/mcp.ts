/**
 * Counts the tool calls of an MCP server, of the TypeScript SDK's v1 and v2.
 *
 * It watches the JSON-RPC messages on the server's transport rather than the tools: so it sees tools whenever they were
 * registered, unknown tools and arguments that fit no schema, and leaves callbacks, schemas and results alone. What the
 * wire does not tell, the class of a thrown error, comes from where the SDK calls a tool. That place is not public: in an
 * SDK that has it no more, the error's type is less exact and nothing else is lost.
 */
import { quiet, read, textOf } from "../classify.ts";
import type { Tracker } from "../tracker.ts";
import { type Callable, isCallable } from "./copy-with.ts";
import { type Connection, contextOf, type McpTrackingOptions, nameOf, share } from "./mcp-request.ts";

/** The part of an MCP server in use: `McpServer` and `Server` of both versions fit. */
export interface McpServerLike {
  connect(transport: never): Promise<unknown>;
}

/** A call that has not ended. `thrown` is what its tool threw, where that was seen. */
interface PendingCall {
  resolve(result: unknown): void;
  reject(error: unknown): void;
  thrown?: unknown;
}

/** Calls by the id of their request, which is unique in a connection but not in a server. */
type PendingCalls = Map<unknown, PendingCall>;

/** Servers and transports that are watched already: what is tracked twice is counted once. */
const watched = new WeakSet<object>();

/** JSON-RPC's code for errors that have none of their own. */
const INTERNAL_ERROR = -32603;

/** MCP 2025-11-25: the client sends a person to an address and calls again. Newer revisions say `input_required`. */
const URL_ELICITATION_REQUIRED = -32042;

/**
 * Counts every tool call of an MCP server under the tool's name, and gives back the same server. Tools may be registered
 * before or after, and the server may be connected already. Records the client's name and version, the transport and
 * the protocol's version, but neither arguments nor results. Never throws.
 *
 * @example
 * ```ts
 * declare const server: { connect(transport: never): Promise<void> }; // new McpServer({ name: "notes", version: "1.0.0" })
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * trackMcpServer(server, tracker, { userId: (extra) => extra.authInfo?.clientId });
 * ```
 */
export function trackMcpServer<Server extends McpServerLike>(server: Server, tracker: Tracker, options: McpTrackingOptions = {}): Server {
  // An McpServer keeps the server that speaks the protocol in `server`.
  const protocol = read(server, "server") ?? server;
  if (!isFirstTime(protocol)) return server;
  let calls: PendingCalls = new Map();
  const watch = (transport: unknown): void => {
    if (isFirstTime(transport)) calls = watchTransport({ transport, protocol, metadata: share({ transport: nameOf(transport) }) }, tracker, options);
  };
  // Every version hangs its own handlers on a transport, then starts it.
  beforeCalls(protocol, "connect", (transport) => beforeCalls(transport, "start", () => watch(transport)));
  watch(read(protocol, "transport"));
  // v1 names the request in `extra`, v2 in `ctx`: the last argument of tools and handlers.
  const noteError = (error: unknown, extra: unknown): void => {
    const call = calls.get(read(extra, "requestId") ?? read(read(extra, "mcpReq"), "id"));
    if (call !== undefined) call.thrown = error;
  };
  replaceMethod(server, "executeToolHandler", (execute) => heard(execute, noteError));
  replaceMethod(protocol, "setRequestHandler", (set) => (...args) =>
    Reflect.apply(set, protocol, args.map((arg) => (isCallable(arg) ? heard(arg, noteError) : arg))),
  );
  return server;
}

/** Follows the calls of a connection from their request to their answer, their cancellation or the connection's end. */
function watchTransport(connection: Connection, tracker: Tracker, options: McpTrackingOptions): PendingCalls {
  const { transport } = connection;
  const calls: PendingCalls = new Map();
  /** Ends a call by its result, or by an error of a name, which becomes the event's error type. */
  const end = (id: unknown, result: unknown, errorName?: string): void => {
    const call = calls.get(id);
    calls.delete(id);
    if (errorName === undefined) call?.resolve(result);
    else call?.reject(Object.assign(new Error(), { name: errorName }));
  };
  beforeCalls(transport, "onmessage", (message, extra) => {
    const method = read(message, "method");
    const params = read(message, "params");
    if (method === "notifications/cancelled") end(read(params, "requestId"), undefined, "AbortError");
    const id = read(message, "id");
    const name = textOf(params, "name");
    if (method !== "tools/call" || name === undefined || id === undefined || calls.has(id)) return;
    const context = contextOf(params, extra, connection, options);
    const begin = (): Promise<unknown> => new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    // The caller of the tool hears of its failure by the answer: here nobody does.
    quiet(tracker.trackSkillExecution(name, begin, undefined, context));
  });
  beforeCalls(transport, "send", (message) => {
    // The server's own requests may have the same ids; an answer is what has no method.
    if (read(message, "method") !== undefined) return;
    const id = read(message, "id");
    const result = read(message, "result");
    const code = read(read(message, "error"), "code");
    connection.protocolVersion ??= read(result, "protocolVersion");
    const call = calls.get(id);
    // A promise settles once: what ends the call afterwards finds it ended.
    if (call?.thrown !== undefined && (read(result, "isError") === true || code === INTERNAL_ERROR)) call.reject(call.thrown);
    if (code === URL_ELICITATION_REQUIRED) end(id, { resultType: "input_required" });
    else end(id, result, code === undefined ? undefined : `mcp_${String(code)}`);
  });
  beforeCalls(transport, "onclose", () => {
    for (const id of calls.keys()) end(id, undefined, "AbortError");
  });
  return calls;
}

/** A function whose errors are heard, with its last argument, before they go on. */
function heard(fn: Callable, hear: (error: unknown, lastArg: unknown) => void): Callable {
  return async function hearing(this: unknown, ...args) {
    try {
      return await Reflect.apply(fn, this, args);
    } catch (error) {
      hear(error, args.at(-1));
      throw error;
    }
  };
}

/** Runs something before each call of a method, whose `this`, arguments and result stay as they are. */
function beforeCalls(target: unknown, name: string, run: (...args: unknown[]) => void): void {
  replaceMethod(target, name, (method) =>
    function observed(this: unknown, ...args) {
      try {
        run(...args);
      } catch {
        // A server must not fail because it is watched.
      }
      return Reflect.apply(method, this, args);
    },
  );
}

/** Replaces a method of an object. */
function replaceMethod(target: unknown, name: string, replace: (method: Callable) => Callable): void {
  const method = read(target, name);
  try {
    if (isCallable(method)) Reflect.set(Object(target), name, replace(method));
  } catch {
    // What cannot be replaced is not watched.
  }
}

/** Whether a server or a transport is seen for the first time. */
function isFirstTime(value: unknown): value is object {
  if (typeof value !== "object" || value === null || watched.has(value)) return false;
  watched.add(value);
  return true;
}
