import * as fc from "fast-check";
import { expect, it } from "vitest";
import { encodeResponse, encodeStatus } from "../../src/otlp/answer.ts";
import { decodeLogs, decodeSpans, MAX_RECORDS } from "../../src/otlp/decode.ts";
import { OtlpError } from "../../src/otlp/telemetry.ts";
import { claudeRecord, encode, logsRequest, span, spansRequest } from "../support/otlp.ts";

const AT = Date.UTC(2026, 10, 20, 12);
const logs = logsRequest([claudeRecord("tool_result", AT, { tool_name: "Bash", duration_ms: 12, success: true, fraction: -0.5, count: -3 })]);
const spans = spansRequest([span({ name: "tools/call x", kind: 2, startedAt: AT, endedAt: AT + 1, spanId: "00f067aa0ba902b7", parentSpanId: "00f067aa0ba902b8", attributes: { "error.type": "x", "duration_ms": -3 } })]);

it("both encodings of a request say the same", () => {
  expect(decodeLogs(encode(logs, "protobuf"), "protobuf")).toEqual(decodeLogs(encode(logs, "json"), "json").map((record) => ({ ...record, attributes: new Map([...record.attributes].map(([key, value]) => [key, key === "duration_ms" ? Number(value) : value])) })));
  const [fromJson] = decodeSpans(encode(spans, "json"), "json");
  const [fromProtobuf] = decodeSpans(encode(spans, "protobuf"), "protobuf");
  expect(fromProtobuf).toMatchObject({ traceId: "0af7651916cd43dd8448eb211c80319c", parentSpanId: "00f067aa0ba902b8", kind: "server", startedAt: AT, endedAt: AT + 1 });
  expect({ ...fromProtobuf, attributes: null }).toEqual({ ...fromJson, attributes: null });
  expect(fromProtobuf?.attributes.get("duration_ms")).toBe(-3);
});

it("attributes without an entry in the table of names are not even kept", () => {
  const [record] = decodeLogs(encode(logs, "protobuf"), "protobuf");
  expect([...(record?.attributes.keys() ?? [])]).toEqual(["event.name", "session.id", "user.id", "tool_name", "duration_ms", "success"]);
});

it("fields of newer versions are stepped over, whatever their wire type", () => {
  const later = [0xf8, 0x07, 0x96, 0x01, 0xf9, 0x07, 1, 2, 3, 4, 5, 6, 7, 8, 0xfa, 0x07, 2, 1, 2, 0xfd, 0x07, 1, 2, 3, 4];
  expect(decodeLogs(Uint8Array.from([...later, ...encode(logs, "protobuf"), ...later]), "protobuf")).toHaveLength(1);
  expect(decodeLogs(encode({ ...logs, more: [1] }, "json"), "json")).toHaveLength(1);
});

it("a known field of another wire type counts as unknown", () => {
  expect(decodeLogs(Uint8Array.from([0x08, 0x01]), "protobuf")).toEqual([]);
});

it.each([
  ["no JSON", "{", "json"],
  ["a list", "[]", "json"],
  ["null", "null", "json"],
  ["spans sent to the path of logs", JSON.stringify(spans), "json"],
  ["a number cut off", "\x08\xff", "protobuf"],
  ["a length beyond the end", "\x0a\x7f", "protobuf"],
  ["an endless number", `\x08${"\xff".repeat(20)}`, "protobuf"],
  ["a group", "\x0b\x0c", "protobuf"],
  ["a field of number 0", "\x00\x01", "protobuf"],
] as const)("%s is refused", (_case, body, encoding) => {
  expect(() => decodeLogs(Uint8Array.from(body, (character) => character.charCodeAt(0)), encoding)).toThrow(OtlpError);
});

it("an empty body of protobuf and an empty object are requests without records", () => {
  expect(decodeLogs(new Uint8Array(0), "protobuf")).toEqual([]);
  expect(decodeSpans(encode({}, "json"), "json")).toEqual([]);
});

it("too many records are refused before they fill the memory", () => {
  const many = logsRequest(Array.from({ length: MAX_RECORDS + 1 }, () => ({})));
  expect(() => decodeLogs(encode(many, "json"), "json")).toThrow(/at most/);
  expect(() => decodeLogs(encode(many, "protobuf"), "protobuf")).toThrow(/at most/);
  // Two bytes a message.
  const tiny = Uint8Array.from({ length: 400_000 }, (_, index) => (index % 2 === 0 ? 0x0a : 0));
  expect(() => decodeLogs(tiny, "protobuf")).toThrow(/at most/);
});

it("any bytes, and valid bodies with some bytes changed or cut, are decoded or refused as OtlpError", () => {
  const bodies = [logs, spans].flatMap((request) => (["json", "protobuf"] as const).map((encoding) => encode(request, encoding)));
  const mutated = fc.tuple(fc.constantFrom(...bodies), fc.array(fc.tuple(fc.nat(600), fc.integer({ min: 0, max: 255 })), { maxLength: 8 }), fc.nat(600)).map(([body, edits, cut]) => {
    const bytes = body.slice(0, Math.max(1, body.length - (cut % 50)));
    for (const [place, byte] of edits) bytes[place % bytes.length] = byte;
    return bytes;
  });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 200 }), mutated), fc.constantFrom("json" as const, "protobuf" as const), (bytes, encoding) => {
      for (const decode of [decodeLogs, decodeSpans]) {
        try {
          expect(Array.isArray(decode(bytes, encoding))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(OtlpError);
        }
      }
    }),
    { numRuns: 2_000 },
  );
});

it("any JSON is decoded or refused as OtlpError", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom("resourceLogs", "resourceSpans"), (value, name) => {
      for (const request of [value, { [name]: value }, { [name]: [{ resource: value, scopeLogs: [{ logRecords: [value] }], scopeSpans: [{ spans: [value] }] }] }]) {
        for (const decode of [decodeLogs, decodeSpans]) {
          try {
            decode(encode(Object(request), "json"), "json");
          } catch (error) {
            expect(error).toBeInstanceOf(OtlpError);
          }
        }
      }
    }),
  );
});

it("answers are empty for a whole success, and count and say what was rejected", () => {
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  expect(text(encodeResponse("logs", "json", { rejected: 0, message: "" }))).toBe("{}");
  expect(encodeResponse("logs", "protobuf", { rejected: 0, message: "" })).toHaveLength(0);
  expect(JSON.parse(text(encodeResponse("traces", "json", { rejected: 3, message: "why" })))).toEqual({ partialSuccess: { rejectedSpans: "3", errorMessage: "why" } });
  expect([...encodeResponse("logs", "protobuf", { rejected: 300, message: "why" })]).toEqual([0x0a, 8, 0x08, 0xac, 0x02, 0x12, 3, 119, 104, 121]);
  expect([...encodeStatus("protobuf", "why")]).toEqual([0x12, 3, 119, 104, 121]);
  expect(text(encodeStatus("json", "why"))).toBe('{"message":"why"}');
});
