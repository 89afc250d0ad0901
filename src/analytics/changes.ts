/**
 * What differs from the range before, per skill: the rules, and which of the findings come first. Pure.
 *
 * A rule speaks only when chance, or what nobody could know, does not explain the difference: an owner who was alarmed
 * for nothing twice does not look a third time. So small skills change in silence.
 */
import type { UsageSum } from "../rollup/cell.ts";
import { quantilesOf, sketchSize } from "../rollup/sketch.ts";
import type { Change } from "./answers.ts";
import { differenceInterval } from "./proportion.ts";
import { compareText, errorsOf } from "./shape.ts";

/** Changes in one answer. */
const MAX_CHANGES = 8;

/** A percentile that differs by less than this factor, or by less than this time, is noise. */
const SPEED_FACTOR = 1.5;
const SPEED_STEP_MS = 50;
/** The 95th percentile of fewer durations is their maximum. */
const SPEED_CALLS = 20;

/** What comes first. Within a kind: what concerns more calls. */
const IMPORTANCE: readonly Change["kind"][] = ["more_failures", "new_error", "slower", "quiet", "new_skill", "fewer_failures", "faster"];

/** The calls of each skill, now and before. */
export interface SkillsCompared {
  current: ReadonlyMap<string, UsageSum>;
  /** Of the range that is compared to. */
  previous: ReadonlyMap<string, UsageSum>;
  /** Of that range and what came after it, until it is as long as the whole range. */
  before: ReadonlyMap<string, UsageSum>;
  /** The latest call of each skill before the range, however long ago; `null` when not all of them are known. */
  lastUsedBefore: ReadonlyMap<string, number> | null;
}

/** A change, and how many calls it concerns. */
interface Finding {
  change: Change;
  weight: number;
}

/** Finds what differs, most important first. */
export function changesOf({ current, previous, before, lastUsedBefore }: SkillsCompared): Change[] {
  const sums = [...current.values(), ...before.values()];
  // Where calls were folded, a skill that seems to come or go may only have changed places with `other`.
  const isFolded = sums.some((sum) => sum.foldedCalls > 0);
  const findings: Finding[] = [];
  for (const [skill, now] of current) {
    const [compared, earlier] = [previous.get(skill), before.get(skill)];
    if (isFolded && now.foldedCalls + (earlier?.foldedCalls ?? 0) > 0) continue;
    if (compared !== undefined) findings.push(...failuresOf(skill, now, compared), ...speedOf(skill, now, compared));
    if (earlier !== undefined) findings.push(...newErrorsOf(skill, now, earlier));
    else if (!isFolded && lastUsedBefore !== null && !lastUsedBefore.has(skill)) findings.push({ change: { kind: "new_skill", skill, calls: now.calls }, weight: now.calls });
  }
  for (const [skill, { calls, lastAt }] of before) {
    if (isFolded || current.has(skill)) continue;
    const lastUsedAt = Math.max(lastAt, lastUsedBefore?.get(skill) ?? 0);
    findings.push({ change: { kind: "quiet", skill, lastUsedAt, previousCalls: calls }, weight: calls });
  }
  return findings.sort(byImportance).slice(0, MAX_CHANGES).map(({ change }) => change);
}

function newErrorsOf(skill: string, now: UsageSum, before: UsageSum): Finding[] {
  // A type may hide among those that were folded.
  if (before.foldedErrors > 0) return [];
  const types = [...now.errorTypes].filter(([errorType]) => !before.errorTypes.has(errorType) && !(errorType === "other" && now.foldedErrors > 0));
  return types.map(([errorType, count]) => ({ change: { kind: "new_error", skill, errorType, count }, weight: count }));
}

function failuresOf(skill: string, now: UsageSum, before: UsageSum): Finding[] {
  const [current, previous] = [judgedOf(now), judgedOf(before)];
  const difference = differenceInterval(current, previous);
  if (difference === null || (difference.low <= 0 && difference.high >= 0)) return [];
  const [successRate, previousSuccessRate] = [current.successes / current.trials, previous.successes / previous.trials];
  const kind = successRate < previousSuccessRate ? "more_failures" : "fewer_failures";
  const weight = Math.abs(successRate - previousSuccessRate) * current.trials;
  return [{ change: { kind, skill, successRate, previousSuccessRate }, weight }];
}

/** ok among ok, error and timeout. */
function judgedOf(sum: UsageSum): { successes: number; trials: number } {
  return { successes: sum.outcomes.ok, trials: sum.outcomes.ok + errorsOf(sum) };
}

function speedOf(skill: string, now: UsageSum, before: UsageSum): Finding[] {
  if (Math.min(sketchSize(now.durations), sketchSize(before.durations)) < SPEED_CALLS) return [];
  const [p95 = null] = quantilesOf(now.durations, [0.95]);
  const [previousP95 = null] = quantilesOf(before.durations, [0.95]);
  if (p95 === null || previousP95 === null) return [];
  const [low, high] = [Math.min(p95, previousP95), Math.max(p95, previousP95)];
  if (high - low < SPEED_STEP_MS || high < low * SPEED_FACTOR) return [];
  return [{ change: { kind: p95 > previousP95 ? "slower" : "faster", skill, p95, previousP95 }, weight: now.calls }];
}

function byImportance(left: Finding, right: Finding): number {
  return (
    IMPORTANCE.indexOf(left.change.kind) - IMPORTANCE.indexOf(right.change.kind) ||
    right.weight - left.weight ||
    compareText(left.change.skill, right.change.skill) ||
    compareText(errorTypeOf(left.change), errorTypeOf(right.change))
  );
}

function errorTypeOf(change: Change): string {
  return change.kind === "new_error" ? change.errorType : "";
}
