/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */

/** How a call ended. `error` and `timeout` are faults of the skill; `cancelled` and `refused` are decisions of people. */
export type Outcome = "ok" | "error" | "timeout" | "cancelled" | "refused";

/** Every outcome, in the order in which they are shown. */
export const OUTCOMES: readonly Outcome[] = ["ok", "error", "timeout", "cancelled", "refused"];

/**
 * One call of a skill, as a client sends it to `POST /api/track`.
 *
 * Only `skill` is required. Strings are trimmed by the Worker; unknown fields are ignored.
 */
export interface UsageEvent {
  /** Name of the skill or tool: 1–200 characters after trimming, any script, no control characters. */
  skill: string;
  /** 1–64 characters of `A-Z a-z 0-9 _ -`, unique per event. Makes a retry write nothing. The server makes one when absent. */
  id?: string | undefined;
  /** When the call began: milliseconds since 1970, or ISO 8601 with a zone. Server time when absent. */
  startedAt?: number | string | undefined;
  /** How long it took, in milliseconds: 0 to 30 days. @default 0 */
  durationMs?: number | undefined;
  /**
   * `io`: the clock that measured `durationMs` stands still while no I/O happens, as in a deployed Worker. A duration of
   * 0 ms on such a clock says nothing, and is left out of the durations.
   */
  clock?: "io" | undefined;
  /** Whether it worked; `outcome` wins over it. @default true */
  success?: boolean | undefined;
  /** How it ended. Follows from `success` when absent. */
  outcome?: Outcome | undefined;
  /** Class of the failure, a short constant such as `TypeError` or `http_404`. Scrubbed, cut at 128 characters. */
  errorType?: string | undefined;
  /** Message of the failure. Scrubbed, cut at 1,024 characters. */
  errorMessage?: string | undefined;
  /** Who called, up to 320 characters. Stored only as a keyed hash. */
  userId?: string | undefined;
  /** The session of the call, up to 320 characters. Stored only as a keyed hash. */
  sessionId?: string | undefined;
  /** The skill's version, up to 64 characters. */
  version?: string | undefined;
  /** Where the call came from (`function`, `mcp`, …), up to 64 characters. */
  source?: string | undefined;
  /** Arm of an experiment, up to 64 characters. */
  variant?: string | undefined;
  /** What the owner wants to see beside the call: at most 4 KiB of JSON, depth 4, 32 keys. Scrubbed; what is over is dropped and marked. */
  metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** Every field of an event, and only its skill filled in. Made anew: copies take longer. The compiler holds it to `UsageEvent`. */
export const blankEvent = (skill: string): Record<Exclude<keyof UsageEvent, "skill">, undefined> & { skill: string } => ({
  skill,
  id: undefined,
  startedAt: undefined,
  durationMs: undefined,
  clock: undefined,
  success: undefined,
  outcome: undefined,
  errorType: undefined,
  errorMessage: undefined,
  userId: undefined,
  sessionId: undefined,
  version: undefined,
  source: undefined,
  variant: undefined,
  metadata: undefined,
});

/** Why a client lost events. Its Worker hears of it with the next batch. */
export type LossReason =
  | "options"
  | "queue_full"
  | "too_large"
  | "unserializable"
  | "before_send"
  | "network"
  | "refused_by_server";

/** Every reason why a client lost events, and none lost yet. The compiler holds it to `LossReason`. */
export const NO_LOSSES: Readonly<Record<LossReason, number>> = {
  options: 0,
  queue_full: 0,
  too_large: 0,
  unserializable: 0,
  before_send: 0,
  network: 0,
  refused_by_server: 0,
};

/** What a client lost since its last account, as a batch carries it. The same account may come more than once. */
export interface LossAccount {
  /** 1–64 characters of `A-Z a-z 0-9 _ -`, unique per account. */
  id: string;
  /** When the account was made, ms since 1970. */
  at: number;
  /** Events lost, by reason. */
  reasons: Partial<Record<LossReason, number>>;
}

/** Longest type and longest message of an error, in characters: by themselves, so that the client need not carry the other limits. */
export const ERROR_TYPE_CHARS = 128;
export const ERROR_MESSAGE_CHARS = 1_024;

/** The limits of an event and of a request that carries events. */
export const LIMITS = {
  skillChars: 200,
  idChars: 64,
  personChars: 320,
  labelChars: 64,
  durationMs: 2_592_000_000,
  clockSkewMs: 300_000,
  metadataBytes: 4096,
  metadataDepth: 4,
  metadataKeys: 32,
  batchEvents: 500,
  bodyBytes: 1_048_576,
} as const;

/**
 * The keys of metadata that the kit itself sets: its adapter for MCP, its hook and import for Claude Code, what it reads of
 * OTLP, and ingest, which notes as `_skill` the name of a call that it counts under `other`. Their values are flags and short
 * names of software, so a Worker keeps them without being told to. All else depends on what an owner's code puts in, which
 * may be anything, so its keys are kept where the owner names them.
 */
export const KIT_METADATA_KEYS = ["_skill", "agentVersion", "client", "clientVersion", "measures", "model", "protocolVersion", "service", "subagent", "toolType", "transport"] as const;

/** Metadata as the kit itself sets it. */
export type KitMetadata = Readonly<Partial<Record<(typeof KIT_METADATA_KEYS)[number], string | boolean | undefined>>>;

/** One row of `skill_usage_events`: a validated, scrubbed and pseudonymised event. */
export interface EventRow {
  startedAt: number;
  id: string;
  skill: string;
  outcome: Outcome;
  durationMs: number;
  clock: "" | "io";
  userHash: string | null;
  sessionHash: string | null;
  version: string;
  source: string;
  variant: string;
  errorType: string | null;
  errorMessage: string | null;
  errorFingerprint: string | null;
  metadata: string | null;
}

/** Column of each field in `skill_usage_events`, in the table's own order. The compiler holds it to `EventRow`. */
export const EVENT_COLUMNS: Readonly<Record<keyof EventRow, string>> = {
  startedAt: "started_at",
  id: "event_id",
  skill: "skill",
  outcome: "outcome",
  durationMs: "duration_ms",
  clock: "clock",
  userHash: "user_hash",
  sessionHash: "session_hash",
  version: "version",
  source: "source",
  variant: "variant",
  errorType: "error_type",
  errorMessage: "error_message",
  errorFingerprint: "error_fingerprint",
  metadata: "metadata",
};
