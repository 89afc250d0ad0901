/**
 * Histories of events, and their figures by plain arithmetic: what the analytics must agree with.
 *
 * The arithmetic shares no code with `src/`. It keeps every event and sorts every duration.
 */
import type { Outcome } from "../../src/event.ts";

/** An event with the fields that figures depend on. */
export interface PlainEvent {
  skill: string;
  id: string;
  startedAt: number;
  durationMs: number;
  clock?: "io" | undefined;
  outcome: Outcome;
  errorType?: string | undefined;
  errorMessage?: string | undefined;
  /** `null`: somebody who was erased after the event itself was gone. The call still counts, the person no longer. */
  userId?: string | null | undefined;
  version?: string | undefined;
  source?: string | undefined;
  variant?: string | undefined;
  metadata?: Record<string, unknown> | undefined;
}

/** A repeatable source of numbers in 0…1 (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Makes a history of `count` events over the `days` days before `now`: few skills with most calls, durations over six orders of magnitude. */
export function makeHistory(count: number, days: number, now: number, seed = 1): PlainEvent[] {
  const random = randomFrom(seed);
  const outcomes: Outcome[] = ["error", "error", "timeout", "cancelled", "refused"];
  return Array.from({ length: count }, (_, index) => {
    const outcome = random() < 0.85 ? "ok" : (outcomes[Math.floor(random() * outcomes.length)] ?? "ok");
    const hasFailed = outcome === "error" || outcome === "timeout";
    return {
      skill: `skill-${Math.floor(random() ** 3 * 12)}`,
      id: `event-${index}`,
      startedAt: now - Math.floor(random() * days * 86_400_000),
      durationMs: random() < 0.05 ? 0 : Math.floor(Math.exp(random() * 16)),
      clock: random() < 0.3 ? "io" : undefined,
      outcome,
      errorType: hasFailed ? `Error${Math.floor(random() * 4)}` : undefined,
      errorMessage: hasFailed ? `line ${index} of "${index}" is wrong` : undefined,
      userId: random() < 0.1 ? undefined : `user-${Math.floor(random() ** 2 * 60)}`,
      version: `1.${Math.floor(random() * 3)}.0`,
      source: random() < 0.5 ? "mcp" : "function",
      variant: random() < 0.5 ? "a" : "",
    };
  });
}

/** Puts a list in another order, repeatably. */
export function shuffle<Item>(items: readonly Item[], seed = 1): Item[] {
  const random = randomFrom(seed);
  return items
    .map((item) => ({ item, place: random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);
}

/** The value of nearest rank: the smallest with at least q·n values not above it. */
export function nearestRank(values: readonly number[], quantile: number): number | null {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(1, Math.ceil(quantile * sorted.length)) - 1] ?? null;
}

/** Figures by plain arithmetic. */
export function figuresOf(events: readonly PlainEvent[]) {
  const count = (...outcomes: Outcome[]) => events.filter((event) => outcomes.includes(event.outcome)).length;
  const durations = events.filter((event) => event.clock !== "io" || event.durationMs > 0).map((event) => event.durationMs);
  const errors = count("error", "timeout");
  const judged = count("ok") + errors;
  return {
    calls: events.length,
    errors,
    cancelled: count("cancelled"),
    refused: count("refused"),
    outcomes: Object.fromEntries((["ok", "error", "timeout", "cancelled", "refused"] as const).map((outcome) => [outcome, count(outcome)])),
    successRate: judged === 0 ? null : count("ok") / judged,
    users: usersOf(events).size,
    callsWithoutUser: events.filter((event) => event.userId === undefined).length,
    skills: new Set(events.map((event) => event.skill)).size,
    durations: {
      avg: durations.length === 0 ? null : durations.reduce((sum, value) => sum + value, 0) / durations.length,
      p50: nearestRank(durations, 0.5),
      p95: nearestRank(durations, 0.95),
      p99: nearestRank(durations, 0.99),
    },
  };
}

/** The people of some events. */
export function usersOf(events: readonly PlainEvent[]): Set<string> {
  return new Set(events.flatMap((event) => event.userId ?? []));
}

/** Events whose start lies in a span. */
export function between(events: readonly PlainEvent[], from: number, to: number): PlainEvent[] {
  return events.filter((event) => event.startedAt >= from && event.startedAt < to);
}
