/**
 * Pairs the beginnings of calls with their ends, over all files: a resumed session repeats lines in a new file, a result
 * may stand before its call, and a call may end in a later import. What waits for its other half is kept from import to import.
 */
import { LOAD_METADATA, SUBAGENT_METADATA } from "../claude-code/tool-names.ts";
import type { KitMetadata, UsageEvent } from "../event.ts";
import { idOf } from "./event-id.ts";
import type { ToolResult, ToolUse } from "./transcript.ts";

/** A half of a call that waits for the other, and the file where it stood. */
type Waiting<Half> = Half & { file: string };

/** What waits, as it is kept from import to import. */
export interface WaitingHalves {
  uses: Waiting<ToolUse>[];
  results: Waiting<ToolResult>[];
}

/** A whole call, and the files that told of it. */
export interface PairedCall {
  event: UsageEvent & { startedAt: number };
  files: readonly string[];
}

/** Halves of one kind that wait. A transcript that lost its other halves must not fill the memory: the oldest go. */
const MAX_WAITING = 50_000;

/** Pairs the calls of one import. */
export class Pairing {
  readonly #uses: Map<string, Waiting<ToolUse>>;
  readonly #results: Map<string, Waiting<ToolResult>>;
  readonly #paired = new Set<string>();
  readonly #labels: Pick<UsageEvent, "source" | "userId">;
  /** Calls that came again after they were paired. */
  repeated = 0;

  constructor(waiting: WaitingHalves, labels: Pick<UsageEvent, "source" | "userId">) {
    this.#uses = new Map(waiting.uses.map((use) => [use.id, use]));
    this.#results = new Map(waiting.results.map((result) => [result.id, result]));
    this.#labels = labels;
  }

  /** Takes the beginning of a call; gives the call when its end was here before. */
  addUse(use: ToolUse, file: string): PairedCall | undefined {
    if (this.#paired.has(use.id)) {
      this.repeated += 1;
      return undefined;
    }
    const result = this.#results.get(use.id);
    if (result !== undefined) return this.#pair({ ...use, file }, result);
    if (!this.#uses.has(use.id)) keep(this.#uses, { ...use, file });
    return undefined;
  }

  /** Takes the end of a call; gives the call when its beginning was here before. */
  addResult(result: ToolResult, file: string): PairedCall | undefined {
    if (this.#paired.has(result.id)) return undefined;
    const use = this.#uses.get(result.id);
    if (use !== undefined) return this.#pair(use, { ...result, file });
    if (!this.#results.has(result.id)) keep(this.#results, { ...result, file });
    return undefined;
  }

  /** What waits for its other half. */
  waiting(): WaitingHalves {
    return { uses: [...this.#uses.values()], results: [...this.#results.values()] };
  }

  /** How many halves wait. */
  get counts(): { uses: number; results: number } {
    return { uses: this.#uses.size, results: this.#results.size };
  }

  #pair(use: Waiting<ToolUse>, result: Waiting<ToolResult>): PairedCall {
    this.#uses.delete(use.id);
    this.#results.delete(use.id);
    this.#paired.add(use.id);
    return { event: { ...eventOf(use, result), ...this.#labels }, files: [use.file, result.file] };
  }
}

function eventOf(use: ToolUse, result: ToolResult): UsageEvent & { startedAt: number } {
  const { agentVersion, sessionId } = use;
  const metadata: KitMetadata = { ...(use.isLoad && LOAD_METADATA), ...(agentVersion !== undefined && { agentVersion }), ...(use.isSidechain && SUBAGENT_METADATA) };
  return {
    skill: use.skill,
    id: idOf(use.id),
    startedAt: use.startedAt,
    // A clock that was set back between the two lines would make it negative.
    durationMs: Math.max(0, result.endedAt - use.startedAt),
    outcome: result.outcome,
    ...(result.errorType !== undefined && { errorType: result.errorType }),
    ...(sessionId !== undefined && { sessionId }),
    ...(Object.keys(metadata).length > 0 && { metadata }),
  };
}

function keep<Half extends { id: string }>(halves: Map<string, Half>, half: Half): void {
  halves.set(half.id, half);
  const [oldest] = halves.keys();
  if (halves.size > MAX_WAITING && oldest !== undefined) halves.delete(oldest);
}
