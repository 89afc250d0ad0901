/**
 * What is kept of a call beside its name and its times: only short constants, never a text that may quote an input.
 */
import { type KitMetadata, LIMITS, type Outcome } from "../event.ts";
import { type Described, textOf } from "./telemetry.ts";

/** The class of a failure; `_OTHER`, as OpenTelemetry has it, for what is no name of a class; `undefined` for none. */
export function errorTypeOf(item: Described): string | undefined {
  const type = textOf(item, "errorType").trim();
  if (type === "") return undefined;
  // A sentence, a path or an address is not a class, whatever attribute it stands in.
  return /^[\w.:$-]{1,128}$/.test(type) ? type : "_OTHER";
}

/** -32001 is the code of the MCP SDKs for a request that took too long; 504 is HTTP's. */
const TIMEOUT = /time-?_?d?_?out|deadline|^-32001$|^504$/i;

const CANCELLED = /cancel|abort|interrupt/i;

/** How a failed call ended, by its class. */
export function outcomeOfFailure(errorType: string | undefined): Outcome {
  if (errorType === undefined) return "error";
  if (TIMEOUT.test(errorType)) return "timeout";
  return CANCELLED.test(errorType) ? "cancelled" : "error";
}

/** A duration in milliseconds; one that the Worker would reject is none, so that the call is kept. */
export function durationOf(ms: number | undefined): number | undefined {
  return ms !== undefined && ms >= 0 && ms <= LIMITS.durationMs ? ms : undefined;
}

/** The id of a person or of a session; one that the Worker would reject is none. A cut one would be another's. */
export function personOf(item: Described, field: "user" | "session"): string | undefined {
  const id = textOf(item, field);
  return id === "" || id.length > LIMITS.personChars ? undefined : id;
}

/** Labels that go into the metadata. */
export function labelsOf(item: Described, withService: boolean): KitMetadata {
  const service = labelOf(textOf(item, "service"));
  const labels: KitMetadata = {
    // An SDK that was not told a name says "unknown_service:PROCESS".
    service: withService && !service.startsWith("unknown_service") ? service : "",
    model: modelOf(textOf(item, "model")),
    toolType: labelOf(textOf(item, "toolType")),
    transport: labelOf(textOf(item, "transport")),
  };
  return Object.fromEntries(Object.entries(labels).filter(([, label]) => label !== ""));
}

/** `NAME` or `ORGANISATION/NAME`. More slashes make a path of a local file, or an address with an account's number. */
function modelOf(text: string): string {
  const [, organisation = "", name = ""] = /^(?:([\w-]{2,64})\/)?([^/]+)$/.exec(text) ?? [];
  return labelOf(name) === "" || /\.(?:gguf|bin|safetensors|pt|onnx)$/i.test(name) ? "" : [organisation, name].filter((part) => part !== "").join("/");
}

/** A name of up to 64 characters; "" for what is longer, or may be a path or a sentence. */
export function labelOf(text: string): string {
  return /^[A-Za-z\d][\w.:@+-]{0,63}$/.test(text) ? text : "";
}
