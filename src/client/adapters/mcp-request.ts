/**
 * What an MCP request tells of who made it. Where it tells so differs by version of the SDK and of the protocol. All
 * labels are of low cardinality, so that a dashboard can group by them.
 */
import type { KitMetadata } from "../../event.ts";
import { quiet, read, textOf } from "../classify.ts";
import type { CallContext } from "../options.ts";
import { isCallable } from "./copy-with.ts";

/** Options of `trackMcpServer`. */
export interface McpTrackingOptions {
  /** Tells who calls. When it throws, the call is counted without a person. @default nobody */
  userId?: ((extra: McpRequestExtra) => string | undefined) | undefined;
}

/** What the transport tells of a request. */
export interface McpRequestExtra {
  /** Who called, where the server checks access tokens. */
  readonly authInfo?: { readonly clientId?: string; readonly extra?: Readonly<Record<string, unknown>> } | undefined;
  /** The HTTP request, in v1 of the SDK. */
  readonly requestInfo?: { readonly headers?: Readonly<Record<string, unknown>> } | undefined;
  /** The HTTP request, in v2 of the SDK. */
  readonly request?: { readonly url: string; readonly headers: { get(name: string): string | null } } | undefined;
}

/** A request to call a tool, and the connection it came through. */
export interface ToolRequest {
  params: unknown;
  extra: unknown;
  transport: object;
  transportName: string | undefined;
  /** As the server answered `initialize`, if that was seen. */
  protocolVersion: unknown;
}

/** The longest person that the Worker takes. A client is not to be trusted with the size of an event. */
const MAX_LABEL_CHARS = 320;

/** The labels of a call. */
export function contextOf({ params, extra, transport, transportName, protocolVersion }: ToolRequest, protocol: object, options: McpTrackingOptions): CallContext {
  // Since revision 2026-07-28 each request says this in its `_meta`; before, `initialize` said it once.
  const meta = read(params, "_meta");
  const client = read(meta, "io.modelcontextprotocol/clientInfo") ?? answerOf(protocol, "getClientVersion");
  return {
    source: "mcp",
    sessionId: textOf(transport, "sessionId"),
    userId: labelOf(answerOf(options, "userId", extra ?? {})),
    metadata: {
      client: labelOf(read(client, "name")),
      clientVersion: labelOf(read(client, "version")),
      transport: transportName,
      protocolVersion: labelOf(read(meta, "io.modelcontextprotocol/protocolVersion") ?? protocolVersion),
    } satisfies KitMetadata,
  };
}

function labelOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.slice(0, MAX_LABEL_CHARS) : undefined;
}

/** What a transport is called: told by the name of its class, as the SDK's classes have it; one's own has no label. */
export function nameOf(transport: object): string | undefined {
  const className = String(read(read(transport, "constructor"), "name"));
  return /sse|stdio|memory|http/i.exec(className)?.[0].toLowerCase().replace("http", "streamable-http").replace("memory", "in-memory");
}

/** What a method gives. One that throws gives nothing. */
function answerOf(target: object, name: string, arg?: unknown): unknown {
  const method = read(target, name);
  try {
    return isCallable(method) ? quiet<unknown>(Reflect.apply(method, target, [arg])) : undefined;
  } catch {
    return undefined;
  }
}
