/**
 * Track-Skills Worker: stores usage events in D1 and answers questions about them.
 *
 * ```ts
 * import { createTrackingHandler } from "./track-skills.worker.js";
 *
 * export default createTrackingHandler();
 * ```
 *
 * Needs a D1 binding `DB` and the secrets `TRACK_HASH_SECRET` and `TRACK_ANALYTICS_KEY`.
 *
 * @module
 */
export type { Database, Statement, StatementMeta, StatementResult } from "./database.ts";
export type { Outcome, UsageEvent } from "./event.ts";
export { hashUserId } from "./privacy/pseudonym.ts";
export type { ScrubRule } from "./privacy/scrub.ts";
export type { PlatformRequest, PlatformResponse, PlatformSignal, RequestShape, ResponseShape, WaitUntil } from "./runtime.ts";
export type { CallContext } from "./worker/access/caller.ts";
export type { AccessOptions } from "./worker/access/cloudflare-access.ts";
export type { RateLimiter } from "./worker/access/rate-limit.ts";
export { createTrackingHandler, type TrackingHandler } from "./worker/handler.ts";
export type { IdentityMode, IdentityOptions } from "./worker/identity.ts";
export { type IngestOptions, type IngestWarning, logUsageEvent, type TrackResult } from "./worker/ingest.ts";
export type { PrivacySignals, TrackingEnv, TrackingOptions } from "./worker/options.ts";
export type { Rejection, RejectionCode } from "./worker/validate.ts";
