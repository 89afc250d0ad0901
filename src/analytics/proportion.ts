/**
 * How far a success rate may be chance. Without it, one failure of two calls looks worse than forty of a hundred.
 *
 * Intervals of scores rather than the textbook's p ± z·√(p(1−p)/n), which is wrong where it matters here: for few calls
 * and for rates near 0 and 1.
 */
import type { Interval } from "./answers.ts";

/** The 97.5th percentile of the standard normal distribution: 95 % lie within ± Z. */
const Z = 1.959964;

/**
 * Wilson's score interval of a rate, 95 %.
 *
 * E. B. Wilson: "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), without continuity correction.
 *
 * @returns both bounds in 0…1; `null` for no trials
 */
export function wilsonInterval(successes: number, trials: number): Interval | null {
  if (trials === 0) return null;
  const rate = successes / trials;
  const square = Z ** 2 / trials;
  const centre = rate + square / 2;
  const spread = Z * Math.sqrt((rate * (1 - rate) + square / 4) / trials);
  const bound = (value: number) => Math.min(1, Math.max(0, value / (1 + square)));
  return { low: bound(centre - spread), high: bound(centre + spread) };
}

/** Successes among trials. */
export interface Proportion {
  successes: number;
  trials: number;
}

/**
 * Newcombe's hybrid score interval of the difference `left` − `right` of two independent rates, 95 %. The rates differ
 * beyond chance when 0 lies outside it.
 *
 * R. G. Newcombe: "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), method 10.
 *
 * @returns both bounds in −1…1; `null` when either has no trials
 */
export function differenceInterval(left: Proportion, right: Proportion): Interval | null {
  const ofLeft = wilsonInterval(left.successes, left.trials);
  const ofRight = wilsonInterval(right.successes, right.trials);
  if (ofLeft === null || ofRight === null) return null;
  const [p, q] = [left.successes / left.trials, right.successes / right.trials];
  return {
    low: p - q - Math.hypot(p - ofLeft.low, ofRight.high - q),
    high: p - q + Math.hypot(ofLeft.high - p, q - ofRight.low),
  };
}
