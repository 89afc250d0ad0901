/**
 * Answers of OTLP/HTTP (opentelemetry-proto, docs/specification.md), in the encoding of the request.
 *
 * A whole success is an empty message. A partial one says how many items were rejected, or, with none, carries a warning.
 * A refusal is a `google.rpc.Status`, of which OTLP uses the message alone.
 */
import type { Encoding, Signal } from "./telemetry.ts";

/** What became of a request's items. */
export interface ExportResult {
  rejected: number;
  /** Why some were rejected, or what else the sender should know; "" for nothing. */
  message: string;
}

/** The content type of an encoding. */
export const CONTENT_TYPES: Readonly<Record<Encoding, string>> = { json: "application/json", protobuf: "application/x-protobuf" };

const REJECTED: Readonly<Record<Signal, string>> = { logs: "rejectedLogRecords", traces: "rejectedSpans" };

/** Encodes an `ExportLogsServiceResponse` or an `ExportTraceServiceResponse`. */
export function encodeResponse(signal: Signal, encoding: Encoding, { rejected, message }: ExportResult): Uint8Array<ArrayBuffer> {
  const isWhole = rejected === 0 && message === "";
  if (encoding === "json") {
    // 64-bit integers are text in the JSON of protobuf.
    return encodeJson(isWhole ? {} : { partialSuccess: { [REJECTED[signal]]: String(rejected), errorMessage: message } });
  }
  if (isWhole) return new Uint8Array(0);
  const partialSuccess = [...(rejected === 0 ? [] : [0x08, ...varintOf(rejected)]), ...stringField(2, message)];
  return Uint8Array.from([0x0a, ...varintOf(partialSuccess.length), ...partialSuccess]);
}

/** Encodes a `google.rpc.Status`. */
export function encodeStatus(encoding: Encoding, message: string): Uint8Array<ArrayBuffer> {
  return encoding === "json" ? encodeJson({ message }) : Uint8Array.from(stringField(2, message));
}

function encodeJson(value: unknown): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(new TextEncoder().encode(JSON.stringify(value)));
}

function stringField(number: number, text: string): number[] {
  const bytes = new TextEncoder().encode(text);
  return [number * 8 + 2, ...varintOf(bytes.length), ...bytes];
}

function varintOf(value: number): number[] {
  return value < 0x80 ? [value] : [(value % 0x80) + 0x80, ...varintOf(Math.floor(value / 0x80))];
}
