/**
 * Log records and spans, as both encodings give them, and how a field is read from their attributes.
 */
import { ATTRIBUTES, type Field } from "./names.ts";

/** The attributes that the table of names knows; lists and maps are left out. */
export type Attributes = ReadonlyMap<string, string | number | boolean>;

/** The signals that are taken. */
export type Signal = "logs" | "traces";

/** How a request is encoded. */
export type Encoding = "json" | "protobuf";

/** What carries attributes, of its own and of the resource that sent it. */
export interface Described {
  resource: Attributes;
  attributes: Attributes;
}

/** A log record. */
export interface LogRecord extends Described {
  /** When it happened, ms since 1970; `undefined` when it does not say. */
  at: number | undefined;
  /** Names that it may be known by: of its event, and its body. */
  names: readonly string[];
}

/** A span. */
export interface Span extends Described {
  /** 32 hexadecimal digits, or "". */
  traceId: string;
  /** 16 hexadecimal digits, or "". */
  spanId: string;
  parentSpanId: string;
  name: string;
  kind: SpanKind;
  startedAt: number | undefined;
  endedAt: number | undefined;
  /** Whether its status says that it failed. */
  hasFailed: boolean;
}

/** Which side of a call a span stands for. */
export type SpanKind = "client" | "server" | "other";

/** A body that is no OTLP request, or one over a limit. Decoding throws nothing else. */
export class OtlpError extends Error {
  override readonly name = "OtlpError";
  readonly code: "malformed_otlp" | "too_many_events";

  constructor(code: "malformed_otlp" | "too_many_events", message: string) {
    super(message);
    this.code = code;
  }
}

/** A field as text; "" when it is not there. */
export function textOf(item: Described, field: Field): string {
  const value = valueOf(item, field);
  return value === undefined ? "" : String(value);
}

/** A field as a number, which may be written as text. */
export function numberOf(item: Described, field: Field): number | undefined {
  const value = valueOf(item, field);
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** A field as true or false, which may be written as text. */
export function booleanOf(item: Described, field: Field): boolean | undefined {
  const text = textOf(item, field).toLowerCase();
  return text === "true" ? true : text === "false" ? false : undefined;
}

/** An item's own attribute goes before one of its resource. */
function valueOf({ attributes, resource }: Described, field: Field): string | number | boolean | undefined {
  for (const from of [attributes, resource]) {
    for (const name of ATTRIBUTES[field]) {
      const value = from.get(name);
      if (value !== undefined && value !== "") return value;
    }
  }
  return undefined;
}
