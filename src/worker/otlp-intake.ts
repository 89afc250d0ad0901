/**
 * `POST /v1/logs` and `POST /v1/traces`: OTLP/HTTP in both of its encodings, plain, gzip or deflate.
 *
 * Answers are those of the protocol: 200 with what was rejected and ignored, 400 for a body that will never do, 503 with
 * `Retry-After` for what may do later, each in the encoding of the request.
 */
import { CONTENT_TYPES, encodeResponse, encodeStatus } from "../otlp/answer.ts";
import { readTelemetry, type Told } from "../otlp/index.ts";
import { type Encoding, OtlpError, type Signal } from "../otlp/telemetry.ts";
import { bearerOf } from "./access/keys.ts";
import { contentTypeOf, readBytes } from "./body.ts";
import type { Context } from "./context.ts";
import { requireIngestKey, requireOrigin, storeEvents } from "./intake.ts";
import { Problem, problemResponse } from "./problem.ts";
import type { Rejection } from "./validate.ts";

/** Bytes of a body, before and after decompression. Exporters send up to 512 records, of up to 4 KiB each with Claude Code's tool details. */
const MAX_BODY_BYTES = 4_194_304;

/** Events of one request. D1 takes 50 queries per invocation on the free plan, and 500 events take three. */
const MAX_EVENTS = 5_000;

/** Answers an export request. */
export async function answerOtlp(signal: Signal, request: Request, context: Context): Promise<Response> {
  requireOrigin(request, context);
  await requireIngestKey(bearerOf(request), context);
  const encoding = encodingOf(request);
  if (encoding === undefined) {
    throw new Problem("unsupported_content_type", `Send OTLP as ${Object.values(CONTENT_TYPES).join(" or ")}.`);
  }
  const told = read(signal, encoding, await readBytes(request, MAX_BODY_BYTES), context);
  const { rejected } = await storeEvents(request, told.events.slice(0, MAX_EVENTS), context);
  const over = Math.max(0, told.events.length - MAX_EVENTS);
  const body = encodeResponse(signal, encoding, { rejected: rejected.length + over, message: messageOf(told, rejected, over) });
  return new Response(body, { status: 200, headers: { "Content-Type": CONTENT_TYPES[encoding] } });
}

/** Makes the answer of a refusal, in the encoding of the request when that is one of OTLP's. */
export function refuseOtlp(request: Request, problem: Problem): Response {
  const response = problemResponse(problem);
  const encoding = encodingOf(request);
  if (encoding === undefined) return response;
  const headers = new Headers(response.headers);
  headers.set("Content-Type", CONTENT_TYPES[encoding]);
  return new Response(encodeStatus(encoding, `${problem.code}: ${problem.message}`), { status: response.status, headers });
}

function encodingOf(request: Request): Encoding | undefined {
  const type = contentTypeOf(request);
  return (["json", "protobuf"] as const).find((encoding) => CONTENT_TYPES[encoding] === type);
}

function read(signal: Signal, encoding: Encoding, body: Uint8Array, { settings }: Context): Told {
  try {
    return readTelemetry(signal, encoding, body, { countClients: settings.otlpClientSpans });
  } catch (error) {
    if (error instanceof OtlpError) throw new Problem(error.code, error.message);
    throw error;
  }
}

/** What the sender should know: the reasons of what was rejected, and how much was of no interest. */
function messageOf({ ignored, clientSpans }: Told, rejected: readonly Rejection[], over: number): string {
  const reasons = Map.groupBy(rejected, ({ code }) => code);
  const parts = Array.from(reasons, ([code, { length }]) => `${length} rejected as ${code}.`);
  if (over > 0) parts.push(`${over} rejected: a request stores at most ${MAX_EVENTS} calls.`);
  if (ignored > 0) parts.push(`${ignored} ignored: no call of a tool, or told by another record.`);
  if (clientSpans > 0) parts.push(`${clientSpans} of them are spans of clients, which count with "otlpClientSpans".`);
  return parts.join(" ");
}
