/** OpenTelemetry's own exporters against the built Worker, as an owner would set them up: what they send is what the analytics say. */
import { diag, DiagLogLevel, SpanKind, SpanStatusCode } from "@opentelemetry/api";
import { OTLPLogExporter as JsonLogExporter } from "@opentelemetry/exporter-logs-otlp-http";
import { OTLPLogExporter as ProtobufLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPTraceExporter as JsonTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { InMemoryLogRecordExporter, LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { INGEST_KEY } from "../support/secrets.ts";

const index = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
export default createTrackingHandler({ ingestKey: "${INGEST_KEY}" });
`;
const headers = { Authorization: `Bearer ${INGEST_KEY}` };
const START = Date.now() - 60_000;
const words: string[] = [];
let worker: LocalWorker;

beforeAll(async () => {
  worker = await startLocalWorker(index);
  const hear = (...message: unknown[]): void => void words.push(message.map(String).join(" "));
  diag.setLogger({ error: hear, warn: hear, info: hear, debug: hear, verbose: hear }, { logLevel: DiagLogLevel.WARN });
});
afterAll(async () => {
  diag.disable();
  await worker.stop();
});

/** Four calls of Bash, one of which fails; a refused one; a typed skill; a prompt; and a call of Gemini CLI. */
function logRecords(run: string) {
  const memory = new InMemoryLogRecordExporter();
  const resource = resourceFromAttributes({ "service.name": "claude-code", "service.version": "2.1.175" });
  const logger = new LoggerProvider({ resource, processors: [new SimpleLogRecordProcessor({ exporter: memory })] }).getLogger("com.anthropic.claude_code.events");
  const emit = (body: string, name: string, attributes: Record<string, string | number | boolean>): void =>
    logger.emit({ body, timestamp: new Date(START), attributes: { "event.name": name, "session.id": `session-${run}`, "user.id": "user", ...attributes } });
  for (const [number, duration] of [100, 200, 300, 400].entries()) {
    const outcome = number === 3 ? { success: "false", error_type: "ShellError", error: "MARKER" } : { success: "true" };
    emit("claude_code.tool_result", "tool_result", { tool_name: "Bash", tool_use_id: `${run}-${number}`, duration_ms: String(duration), tool_input: "MARKER", ...outcome });
  }
  emit("claude_code.tool_decision", "tool_decision", { tool_name: "Bash", tool_use_id: `${run}-refused`, decision: "reject" });
  emit("claude_code.skill_activated", "skill_activated", { "skill.name": "pdf", "invocation_trigger": "user-slash", "event.sequence": 9 });
  emit("claude_code.user_prompt", "user_prompt", { prompt: "MARKER" });
  emit("Tool call: MARKER", "gemini_cli.tool_call", { function_name: "read_file", duration_ms: 5, success: true, decision: "accept" });
  return memory.getFinishedLogRecords();
}

/** Three calls of a server's tool, one of which takes too long, and a span that is no call. */
function spans() {
  const memory = new InMemorySpanExporter();
  const resource = resourceFromAttributes({ "service.name": "weather", "service.version": "1.4.0" });
  const tracer = new BasicTracerProvider({ resource, spanProcessors: [new SimpleSpanProcessor(memory)] }).getTracer("tests");
  for (const [number, duration] of [10, 20, 30].entries()) {
    const attributes = { "mcp.method.name": "tools/call", "gen_ai.tool.name": "forecast", "mcp.session.id": "m", "gen_ai.tool.call.arguments": "MARKER" };
    const span = tracer.startSpan("tools/call forecast", { kind: SpanKind.SERVER, startTime: START + number, attributes });
    if (number === 2) span.setAttribute("error.type", "timeout").setStatus({ code: SpanStatusCode.ERROR, message: "MARKER" });
    span.end(START + number + duration);
  }
  tracer.startSpan("GET /", { startTime: START }).end(START + 1);
  return memory.getFinishedSpans();
}

interface Exporter<Item> {
  export(items: Item[], done: (result: { code: number; error?: Error }) => void): void;
  shutdown(): Promise<void>;
}

/** Sends a batch twice, as after a lost answer. */
async function sendTwice<Item>(make: () => Exporter<Item>, items: Item[], compression: string): Promise<void> {
  process.env["OTEL_EXPORTER_OTLP_COMPRESSION"] = compression;
  const exporter = make();
  for (let time = 0; time < 2; time++) {
    const result = await new Promise<{ code: number; error?: Error }>((resolve) => exporter.export(items, resolve));
    expect(result.error).toBeUndefined();
    expect(result.code).toBe(0);
  }
  await exporter.shutdown();
}

describe.each(["json", "protobuf"] as const)("%s", (encoding) => {
  it.each(["none", "gzip"])("%s", async (compression) => {
    const options = (path: string) => ({ url: `${worker.url}${path}`, headers });
    const isJson = encoding === "json";
    words.length = 0;
    await sendTwice(() => (isJson ? new JsonLogExporter(options("/v1/logs")) : new ProtobufLogExporter(options("/v1/logs"))), logRecords(`${encoding}-${compression}`), compression);
    await sendTwice(() => (isJson ? new JsonTraceExporter(options("/v1/traces")) : new ProtobufTraceExporter(options("/v1/traces"))), spans(), compression);
    // The exporters read the partial success and warn of it, in their own words.
    expect(words).toHaveLength(4);
    for (const word of words) expect(word).toMatch(/partial success/i);
  });
});

it("the analytics say what was sent, by source", async () => {
  const tools = async (source: string): Promise<unknown> => (await worker.read(`/analytics/tools?range=24h&source=${source}`))["tools"];
  expect(await tools("claude-code")).toMatchObject([
    { skill: "Bash", calls: 20, errors: 4, refused: 4, successRate: 0.75, users: 1, errorTypes: [{ errorType: "exit_code", count: 4 }] },
    { skill: "pdf", calls: 4, errors: 0, durationMs: { p50: null } },
  ]);
  expect(await tools("gemini-cli")).toMatchObject([{ skill: "read_file", calls: 4, errors: 0 }]);
  expect(await tools("otlp")).toMatchObject([{ skill: "forecast", calls: 12, errors: 4, errorTypes: [{ errorType: "timeout", count: 4 }] }]);
  expect(await worker.read("/analytics/summary?range=24h&version=1.4.0")).toMatchObject({ calls: 12, durationMs: { avg: 20 } });
  expect(JSON.stringify(await worker.read("/analytics/errors?range=24h"))).not.toContain("MARKER");
});

it("a wrong key is refused, and the exporter says so", async () => {
  const exporter = new JsonLogExporter({ url: `${worker.url}/v1/logs`, headers: { Authorization: "Bearer wrong" } });
  const { code, error } = await new Promise<{ code: number; error?: Error }>((resolve) => exporter.export(logRecords("wrong"), resolve));
  expect([code, error?.message]).toEqual([1, expect.stringContaining("Unauthorized")]);
  await exporter.shutdown();
});
