/**
 * Decodes the body of an OTLP request (opentelemetry-proto 1.x, `ExportLogsServiceRequest` and
 * `ExportTraceServiceRequest`) into log records and spans.
 *
 * Protobuf is first read into the shape of OTLP/JSON, so that both encodings go one way from there. Whatever has another
 * type than it should counts as absent; only what is no request at all is refused.
 */
import { KNOWN_ATTRIBUTES } from "./names.ts";
import { type MessageType, readMessage } from "./protobuf.ts";
import { type Attributes, type Encoding, type LogRecord, OtlpError, type Signal, type Span, type SpanKind } from "./telemetry.ts";

/** Log records or spans of one request; a batch of a collector holds 8,192 unless told otherwise. */
export const MAX_RECORDS = 10_000;

/** Log records of a body. Throws OtlpError. */
export function decodeLogs(body: Uint8Array, encoding: Encoding): LogRecord[] {
  return itemsOf(body, encoding, "logs").map(({ item, resource }) => ({
    resource,
    attributes: attributesOf(item["attributes"]),
    at: millisecondsOf(item["timeUnixNano"]) ?? millisecondsOf(item["observedTimeUnixNano"]),
    names: [textOf(item["eventName"]), textOf(objectOf(item["body"])["stringValue"])],
  }));
}

/** Spans of a body. Throws OtlpError. */
export function decodeSpans(body: Uint8Array, encoding: Encoding): Span[] {
  return itemsOf(body, encoding, "traces").map(({ item, resource }) => ({
    resource,
    attributes: attributesOf(item["attributes"]),
    traceId: idOf(item["traceId"], 32),
    spanId: idOf(item["spanId"], 16),
    parentSpanId: idOf(item["parentSpanId"], 16),
    name: textOf(item["name"]),
    kind: kindOf(item["kind"]),
    startedAt: millisecondsOf(item["startTimeUnixNano"]),
    endedAt: millisecondsOf(item["endTimeUnixNano"]),
    // STATUS_CODE_ERROR; some exporters write the names of enums, against the specification.
    hasFailed: [2, "STATUS_CODE_ERROR"].some((code) => code === objectOf(item["status"])["code"]),
  }));
}

type JsonObject = Readonly<Record<string, unknown>>;

/** How both signals nest: resources hold scopes, which hold items. */
const NESTING = {
  logs: { resources: "resourceLogs", scopes: "scopeLogs", items: "logRecords" },
  traces: { resources: "resourceSpans", scopes: "scopeSpans", items: "spans" },
} as const satisfies Record<Signal, object>;

function itemsOf(body: Uint8Array, encoding: Encoding, signal: Signal): { item: JsonObject; resource: Attributes }[] {
  const names = NESTING[signal];
  const request = encoding === "json" ? parseJson(body, names.resources) : readMessage(body, requestType(signal));
  const items: { item: JsonObject; resource: Attributes }[] = [];
  for (const one of listOf(request[names.resources])) {
    const resource = attributesOf(objectOf(one["resource"])["attributes"]);
    for (const item of listOf(one[names.scopes]).flatMap((scope) => listOf(scope[names.items]))) {
      if (items.length >= MAX_RECORDS) throw new OtlpError("too_many_events", `A request holds at most ${MAX_RECORDS} records: send smaller batches.`);
      items.push({ item, resource });
    }
  }
  return items;
}

function parseJson(body: Uint8Array, resources: string): JsonObject {
  let request: unknown;
  try {
    request = JSON.parse(new TextDecoder().decode(body));
  } catch {
    throw new OtlpError("malformed_otlp", "The body is not JSON, or was cut.");
  }
  const object = objectOf(request);
  // An object of other names is a client that sends to the wrong path, and should hear of it.
  if (object !== request || (!Array.isArray(object[resources]) && Object.keys(object).length > 0)) {
    throw new OtlpError("malformed_otlp", `The body is { "${resources}": [...] }.`);
  }
  return object;
}

const NOTHING: JsonObject = {};

function objectOf(value: unknown): JsonObject {
  return isObject(value) ? value : NOTHING;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/**
 * Nanoseconds since 1970, as a number or as text, in milliseconds. 0 says "unknown". Rounded to microseconds first, since
 * a double holds today's nanoseconds to the nearest 256, and a whole millisecond should stay one.
 */
function millisecondsOf(value: unknown): number | undefined {
  const at = typeof value === "string" || typeof value === "number" ? Math.round(Number(value) / 1e3) / 1e3 : 0;
  return at > 0 ? at : undefined;
}

/** An id in hexadecimal digits, as OTLP/JSON has it too; one that is all zeros is none. */
function idOf(value: unknown, digits: number): string {
  const id = textOf(value).toLowerCase();
  return id.length === digits && /^[\da-f]+$/.test(id) && !/^0+$/.test(id) ? id : "";
}

function kindOf(value: unknown): SpanKind {
  if (value === 3 || value === "SPAN_KIND_CLIENT") return "client";
  return value === 2 || value === "SPAN_KIND_SERVER" ? "server" : "other";
}

/** The known ones among attributes: a list as in JSON, or what `ATTRIBUTE` has collected. */
function attributesOf(value: unknown): Attributes {
  if (value instanceof Map) return value;
  const attributes = new Map<string, string | number | boolean>();
  for (const { key, value: given } of listOf(value)) if (isKnown(key)) addAttribute(attributes, key, objectOf(given));
  return attributes;
}

function isKnown(key: unknown): key is string {
  return typeof key === "string" && KNOWN_ATTRIBUTES.has(key);
}

function addAttribute(attributes: Map<string, string | number | boolean>, key: string, value: JsonObject): void {
  const scalar = value["stringValue"] ?? value["boolValue"] ?? value["intValue"] ?? value["doubleValue"];
  if (typeof scalar === "string" || typeof scalar === "number" || typeof scalar === "boolean") attributes.set(key, scalar);
}

const ANY_VALUE: MessageType = {
  1: { name: "stringValue", type: "string" },
  2: { name: "boolValue", type: "bool" },
  3: { name: "intValue", type: "int" },
  4: { name: "doubleValue", type: "double" },
};

const KEY_VALUE: MessageType = { 1: { name: "key", type: "string" }, 2: { name: "value", type: "bytes" } };

/** Attributes go into a map at once, and values of those without an entry are not decoded: most are of no interest. */
const ATTRIBUTE = {
  name: "attributes",
  type: "collect",
  add(bytes: Uint8Array, collected: unknown): unknown {
    const attributes: Map<string, string | number | boolean> = collected instanceof Map ? collected : new Map();
    const { key, value } = readMessage(bytes, KEY_VALUE);
    if (isKnown(key) && value instanceof Uint8Array) addAttribute(attributes, key, readMessage(value, ANY_VALUE));
    return attributes;
  },
} as const;

const LOG_RECORD: MessageType = {
  1: { name: "timeUnixNano", type: "fixed64" },
  5: { name: "body", type: "message", of: ANY_VALUE },
  6: ATTRIBUTE,
  11: { name: "observedTimeUnixNano", type: "fixed64" },
  12: { name: "eventName", type: "string" },
};

const SPAN: MessageType = {
  1: { name: "traceId", type: "hex" },
  2: { name: "spanId", type: "hex" },
  4: { name: "parentSpanId", type: "hex" },
  5: { name: "name", type: "string" },
  6: { name: "kind", type: "int" },
  7: { name: "startTimeUnixNano", type: "fixed64" },
  8: { name: "endTimeUnixNano", type: "fixed64" },
  9: ATTRIBUTE,
  15: { name: "status", type: "message", of: { 3: { name: "code", type: "int" } } },
};

function requestType(signal: Signal): MessageType {
  const { resources, scopes, items } = NESTING[signal];
  const scopeType: MessageType = { 2: { name: items, type: "list", of: signal === "logs" ? LOG_RECORD : SPAN } };
  const resourceType: MessageType = {
    1: { name: "resource", type: "message", of: { 1: ATTRIBUTE } },
    2: { name: scopes, type: "list", of: scopeType },
  };
  return { 1: { name: resources, type: "list", of: resourceType } };
}
