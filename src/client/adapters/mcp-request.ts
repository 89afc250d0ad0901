/**
 * What an MCP request tells of who made it. Where it tells so differs by version of the SDK and of the protocol. All
 * labels are of low cardinality, so that a dashboard can group by them.
 */
import type { KitMetadata } from "../../event.ts";
import { read, textOf } from "../classify.ts";
import type { CallContext } from "../options.ts";
import { callMethod } from "../runtime-hooks.ts";
import { fixMetadata, sharedMetadata } from "../serialize.ts";

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

/** What is known of a connection. */
export interface Connection {
  transport: object;
  /** The server that speaks the protocol. */
  protocol: object;
  /** As the server answered `initialize`, if that was seen. */
  protocolVersion?: unknown;
  /** The metadata of its latest call: as long as they stay the same, no call has to make their JSON. */
  metadata: KitMetadata;
}

/** The longest person that the Worker takes. A client is not to be trusted with the size of an event. */
const MAX_LABEL_CHARS = 320;

/** The labels of a call. */
export function contextOf(params: unknown, extra: unknown, connection: Connection, options: McpTrackingOptions): CallContext {
  // Since revision 2026-07-28 each request says this in its `_meta`; before, `initialize` said it once.
  const meta = read(params, "_meta");
  const made = read(meta, "io.modelcontextprotocol/clientInfo") ?? callMethod(connection.protocol, "getClientVersion");
  const client = labelOf(read(made, "name"));
  const clientVersion = labelOf(read(made, "version"));
  const protocolVersion = labelOf(read(meta, "io.modelcontextprotocol/protocolVersion") ?? connection.protocolVersion);
  const latest = connection.metadata;
  if (latest.client !== client || latest.clientVersion !== clientVersion || latest.protocolVersion !== protocolVersion) {
    connection.metadata = share({ ...latest, client, clientVersion, protocolVersion });
  }
  return {
    source: "mcp",
    sessionId: textOf(connection.transport, "sessionId"),
    userId: labelOf(callMethod(options, "userId", extra ?? {})),
    metadata: connection.metadata,
  };
}

function labelOf(value: unknown): string | undefined {
  return typeof value === "string" ? value.slice(0, MAX_LABEL_CHARS) : undefined;
}

/** Metadata that calls share. */
export function share(metadata: KitMetadata): KitMetadata {
  sharedMetadata.set(metadata, fixMetadata(metadata));
  return metadata;
}

/** What a transport is called: told by the name of its class, as the SDK's classes have it; one's own has no label. */
export function nameOf(transport: object): string | undefined {
  const className = String(read(read(transport, "constructor"), "name"));
  return /sse|stdio|memory|http/i.exec(className)?.[0].toLowerCase().replace("http", "streamable-http").replace("memory", "in-memory");
}
