/**
 * What an import counts: calls by skill, what became of them, and everything that it could not use, by reason.
 */
import { type Outcome, OUTCOMES, type UsageEvent } from "../event.ts";
import type { Receipt } from "./delivery.ts";

/** Calls of one skill. */
export interface SkillTally {
  skill: string;
  calls: number;
  outcomes: Record<Outcome, number>;
  /** Middle of the durations, within 5 %, ms. */
  medianMs: number;
}

/** Counts of one import. */
export class Tally {
  /** Calls that were read and are to be stored. */
  calls = 0;
  /** When the first and the last of them began, ms since 1970. */
  firstAt: number = Number.POSITIVE_INFINITY;
  lastAt: number = Number.NEGATIVE_INFINITY;

  accepted = 0;
  duplicates = 0;
  /** Rejected by the Worker, by its code. */
  readonly rejected: Map<string, number> = new Map();
  /** How far this machine's clock was ahead of the Worker's, ms. */
  clockAheadMs = 0;

  files = 0;
  unchangedFiles = 0;
  /** Files that were not written since `--since`. */
  oldFiles = 0;
  readonly unreadable: string[] = [];
  bytes = 0;
  lines = 0;
  /** Lines that are no JSON, or no object. */
  brokenLines = 0;
  tooLongLines = 0;
  /** Last lines that were cut off, or are still being written. */
  unfinishedLines = 0;

  /** Calls, results and rows that lack what an event needs. */
  incomplete = 0;
  /** Calls that a resumed session repeats. */
  repeated = 0;
  withoutResult = 0;
  withoutCall = 0;
  /** Calls before `--since` or from `--until` on. */
  outside = 0;
  /** Calls of versions of Claude Code that this import does not know, by version. */
  readonly unknownVersions: Map<string, number> = new Map();

  readonly #skills = new Map<string, SkillCounts>();

  /** Counts a call. */
  count(event: UsageEvent & { startedAt: number }): void {
    this.calls += 1;
    this.firstAt = Math.min(this.firstAt, event.startedAt);
    this.lastAt = Math.max(this.lastAt, event.startedAt);
    let counts = this.#skills.get(event.skill);
    if (counts === undefined) this.#skills.set(event.skill, (counts = { calls: 0, outcomes: { ok: 0, error: 0, timeout: 0, cancelled: 0, refused: 0 }, durations: new Map() }));
    counts.calls += 1;
    // A record may say anything; the Worker rejects what is no outcome or no duration.
    counts.outcomes[OUTCOMES.find((outcome) => outcome === event.outcome) ?? (event.success === false ? "error" : "ok")] += 1;
    const bucket = bucketOf(Number(event.durationMs ?? 0));
    counts.durations.set(bucket, (counts.durations.get(bucket) ?? 0) + 1);
  }

  /** Counts what the Worker said; `now` is when it was heard. */
  receive({ accepted, duplicates, rejected, serverTime }: Receipt, now: number): void {
    this.accepted += accepted;
    this.duplicates += duplicates;
    this.clockAheadMs = now - serverTime;
    for (const { code } of rejected) this.rejected.set(code, (this.rejected.get(code) ?? 0) + 1);
  }

  /** The skills, most called first, then by name. */
  skills(): SkillTally[] {
    const skills = [...this.#skills].map(([skill, { calls, outcomes, durations }]) => ({ skill, calls, outcomes, medianMs: medianOf(durations, calls) }));
    return skills.sort((left, right) => right.calls - left.calls || (left.skill < right.skill ? -1 : 1));
  }
}

interface SkillCounts {
  calls: number;
  outcomes: Record<Outcome, number>;
  /** Calls by bucket of their duration: memory that does not grow with the calls. */
  durations: Map<number, number>;
}

/** Buckets grow by a tenth, so that their middles are within 5 %. */
const GROWTH = 1.1;

function bucketOf(durationMs: number): number {
  return !(durationMs >= 1) ? -1 : Math.floor(Math.log(durationMs) / Math.log(GROWTH));
}

function medianOf(durations: ReadonlyMap<number, number>, calls: number): number {
  let before = 0;
  for (const [bucket, count] of [...durations].sort(([left], [right]) => left - right)) {
    before += count;
    if (before >= calls / 2) return bucket < 0 ? 0 : Math.round(GROWTH ** (bucket + 0.5));
  }
  return 0;
}
