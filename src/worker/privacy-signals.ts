/**
 * Signals by which somebody's browser says that they do not want to be followed: Global Privacy Control and Do Not Track.
 *
 * Neither asks not to be counted, and a call without a person is a call all the same; so by default it is the person that goes.
 */
import type { Context } from "./context.ts";
import type { PrivacySignals } from "./options.ts";

/** When the statement of `/.well-known/gpc.json` was last changed. */
const GPC_LAST_UPDATE = "2026-11-26";

/** Seconds for which the statement may be kept. */
const GPC_MAX_AGE_SECONDS = 86_400;

/** What the signals of a request ask for, as the settings have it. Only `1` is a signal: `0` and all else say nothing. */
export function signalOf(request: Request, { privacySignals }: Context): PrivacySignals {
  const isSet = request.headers.get("Sec-GPC") === "1" || request.headers.get("DNT") === "1";
  return isSet ? privacySignals : "ignore";
}

/** An event without what tells of a person, as it came otherwise. */
export function withoutPerson(event: unknown): unknown {
  // A field that is null counts as absent.
  return typeof event === "object" && event !== null && !Array.isArray(event) ? { ...event, userId: null, sessionId: null, metadata: null } : event;
}

/** Answers `GET /.well-known/gpc.json` (W3C, Global Privacy Control): whether the signal is heard here. */
export async function answerGpc(_request: Request, { privacySignals }: Context): Promise<Response> {
  const body = JSON.stringify({ gpc: privacySignals !== "ignore", lastUpdate: GPC_LAST_UPDATE });
  return new Response(body, { headers: { "Cache-Control": `public, max-age=${GPC_MAX_AGE_SECONDS}`, "Content-Type": "application/json; charset=utf-8" } });
}
