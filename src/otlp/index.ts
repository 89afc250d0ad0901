/**
 * OTLP: from the body of a request to events. Pure functions; the Worker stores what they give.
 */
import type { UsageEvent } from "../event.ts";
import { decodeLogs, decodeSpans } from "./decode.ts";
import { eventsOfLogs } from "./events-of-logs.ts";
import { eventsOfSpans } from "./events-of-spans.ts";
import type { Encoding, Signal } from "./telemetry.ts";

/** What a request tells. */
export interface Told {
  events: UsageEvent[];
  /** Records that tell of no call of their own. */
  ignored: number;
  /** Those of them that are the client's side of a call. */
  clientSpans: number;
}

/** Reads a request. Throws OtlpError when its body is none, or over a limit. */
export function readTelemetry(signal: Signal, encoding: Encoding, body: Uint8Array, options: { countClients: boolean }): Told {
  if (signal === "traces") return eventsOfSpans(decodeSpans(body, encoding), options);
  return { ...eventsOfLogs(decodeLogs(body, encoding)), clientSpans: 0 };
}
