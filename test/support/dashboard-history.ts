/** A history that meets every corner of the dashboard: names that are long, hostile or from right to left, failures that are new, a skill that went quiet. */
import { makeHistory, type PlainEvent } from "./history.ts";

export const HOSTILE = '<img src=x onerror="document.title=1">'.padEnd(199, "W");
export const RIGHT_TO_LEFT = "אבג דהו /tool";
export const QUIET = "forgotten-skill";

const DAY_MS = 86_400_000;

/** 4,000 calls of twelve skills within 55 days, and some odd ones. All of them end before `now`. */
export function dashboardHistory(now: number): Partial<PlainEvent>[] {
  const usual = makeHistory(4_000, 55, now - 60_000).map((event) => ({
    ...event,
    metadata: { client: "test-client", model: "model-1", attempt: event.durationMs % 3 },
    errorMessage: event.errorMessage?.replace(/^line/, event.errorType === "Error0" ? "row" : "line"),
  }));
  const quiet = Array.from({ length: 8 }, (_, index) => ({ skill: QUIET, startedAt: now - (40 + index) * DAY_MS, durationMs: 30, userId: "user-1" }));
  const fresh = Array.from({ length: 5 }, (_, index) => ({
    skill: "skill-0",
    outcome: "error" as const,
    startedAt: now - (index + 1) * 60_000,
    durationMs: 900,
    errorType: "QuotaExceeded",
    errorMessage: "the quota of today is spent",
    userId: `user-${index}`,
  }));
  return [
    ...usual,
    ...quiet,
    ...fresh,
    { skill: HOSTILE, outcome: "error", errorType: "E".repeat(128), errorMessage: "<b>bold</b> ".repeat(80) },
    { skill: RIGHT_TO_LEFT },
  ];
}
