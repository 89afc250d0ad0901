/** OTLP requests for tests: in JSON, and from that in protobuf by a writer that knows all fields of these messages. */
export type Value = string | number | boolean;
export type Values = Readonly<Record<string, Value>>;

/** The encodings, with their content types. */
export const TYPES = { json: "application/json", protobuf: "application/x-protobuf" } as const;

/** A log record of Claude Code. */
export function claudeRecord(name: string, at: number, attributes: Values = {}) {
  return logRecord(`claude_code.${name}`, at, { "event.name": name, "session.id": "session-1", "user.id": "user-1", ...attributes });
}

export function logRecord(body: string, at: number, attributes: Values) {
  return { timeUnixNano: nanoseconds(at), body: { stringValue: body }, attributes: attributesOf(attributes) };
}

/** A request of log records. */
export function logsRequest(records: readonly object[], service = "claude-code") {
  const resource = { attributes: attributesOf({ "service.name": service, "service.version": "2.1.175" }) };
  return { resourceLogs: [{ resource, scopeLogs: [{ scope: { name: "tests" }, logRecords: records }] }] };
}

export interface SpanParts {
  name: string;
  /** 2 server, 3 client, 1 internal. */
  kind?: number;
  startedAt: number;
  endedAt: number;
  traceId?: string;
  spanId: string;
  parentSpanId?: string;
  attributes?: Values;
  /** 2 is an error. */
  code?: number;
}

export function span({ name, kind = 1, startedAt, endedAt, traceId = "0af7651916cd43dd8448eb211c80319c", spanId, parentSpanId, attributes = {}, code = 0 }: SpanParts) {
  const times = { startTimeUnixNano: nanoseconds(startedAt), endTimeUnixNano: nanoseconds(endedAt) };
  const parent = parentSpanId === undefined ? {} : { parentSpanId };
  return { traceId, spanId, ...parent, name, kind, ...times, attributes: attributesOf(attributes), status: { code, message: "status MARKER" } };
}

/** A request of spans. */
export function spansRequest(spans: readonly object[], resource: Values = { "service.name": "weather-server", "service.version": "1.4.0" }) {
  return { resourceSpans: [{ resource: { attributes: attributesOf(resource) }, scopeSpans: [{ scope: { name: "tests" }, spans }] }] };
}

/** Encodes a request. */
export function encode(request: object, encoding: keyof typeof TYPES): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(encoding === "json" ? new TextEncoder().encode(JSON.stringify(request)) : message(request));
}

/** Compresses a body. */
export async function compress(bytes: Uint8Array<ArrayBuffer>, format: "gzip" | "deflate"): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([bytes]).stream().pipeThrough(new CompressionStream(format))).arrayBuffer());
}

function nanoseconds(at: number): string {
  return String(BigInt(at) * 1_000_000n);
}

function attributesOf(values: Values) {
  return Object.entries(values).map(([key, value]) => {
    if (typeof value === "string") return { key, value: { stringValue: value } };
    if (typeof value === "boolean") return { key, value: { boolValue: value } };
    // OTLP/JSON writes 64-bit integers as text.
    return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
  });
}

const NUMBERS: Readonly<Record<string, number>> = {
  ...{ resourceLogs: 1, resourceSpans: 1, resource: 1, scopeLogs: 2, scopeSpans: 2, scope: 1, logRecords: 2, spans: 2 },
  ...{ timeUnixNano: 1, body: 5, key: 1, value: 2, stringValue: 1, boolValue: 2, intValue: 3, doubleValue: 4, eventName: 12 },
  ...{ traceId: 1, spanId: 2, parentSpanId: 4, kind: 6, startTimeUnixNano: 7, endTimeUnixNano: 8, status: 15, message: 2, code: 3 },
};

/** Fields whose number depends on the message they stand in. */
function numberOf(name: string, holder: object): number {
  if (name === "attributes") return "spanId" in holder ? 9 : "timeUnixNano" in holder ? 6 : 1;
  if (name === "name") return "spanId" in holder ? 5 : 1;
  return NUMBERS[name] ?? 0;
}

function message(holder: object): number[] {
  return Object.entries(holder).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).flatMap((one) => field(numberOf(name, holder), name, one)));
}

function field(number: number, name: string, value: unknown): number[] {
  if (name.endsWith("UnixNano")) return [number * 8 + 1, ...eightBytes((view) => view.setBigUint64(0, BigInt(String(value)), true))];
  if (name === "doubleValue") return [number * 8 + 1, ...eightBytes((view) => view.setFloat64(0, Number(value), true))];
  if (name === "intValue" || typeof value === "number" || typeof value === "boolean") return [number * 8, ...varint(BigInt.asUintN(64, BigInt(Number(value))))];
  if (/(trace|span)Id$/i.test(name)) return delimited(number, Array.from(String(value).matchAll(/../g), ([digits]) => Number.parseInt(digits, 16)));
  return delimited(number, typeof value === "string" ? [...new TextEncoder().encode(value)] : message(Object(value)));
}

function delimited(number: number, bytes: number[]): number[] {
  return [...varint(BigInt(number * 8 + 2)), ...varint(BigInt(bytes.length)), ...bytes];
}

function varint(value: bigint): number[] {
  return value < 0x80n ? [Number(value)] : [Number(value % 0x80n) + 0x80, ...varint(value / 0x80n)];
}

function eightBytes(write: (view: DataView) => void): number[] {
  const bytes = new Uint8Array(8);
  write(new DataView(bytes.buffer));
  return [...bytes];
}
