/** How long calls took, as bins that a chart can show: the shape tells what percentiles hide, such as two humps. */
import { estimateOf, type Sketch } from "../rollup/sketch.ts";
import type { HistogramBin } from "./answers.ts";

/** Ten steps a decade that are easy to read: the preferred numbers R10 (ISO 3). */
const STEPS = [1, 1.25, 1.6, 2, 2.5, 3.15, 4, 5, 6.3, 8];

/** Durations reach 30 days, 2.6 · 10^9 ms. */
const DECADES = 10;

/** Bounds of bins in whole milliseconds, ascending. Below 10 ms several steps are the same one. */
const BOUNDS: readonly number[] = [
  ...new Set([0, ...Array.from({ length: DECADES }, (_, decade) => STEPS.map((step) => Math.ceil(step * 10 ** decade))).flat(), 10 ** DECADES]),
];

/** The bins between the shortest and the longest duration, empty ones included. */
export function histogramOf(durations: Sketch): HistogramBin[] {
  const bins: HistogramBin[] = [];
  const values = [...durations].map(([bucket, calls]) => ({ durationMs: estimateOf(bucket), calls }));
  for (const [index, toMs] of BOUNDS.slice(1).entries()) {
    const fromMs = BOUNDS[index] ?? 0;
    const calls = values.reduce((sum, value) => sum + (value.durationMs >= fromMs && value.durationMs < toMs ? value.calls : 0), 0);
    bins.push({ fromMs, toMs, calls });
  }
  const first = bins.findIndex(({ calls }) => calls > 0);
  return first < 0 ? [] : bins.slice(first, bins.findLastIndex(({ calls }) => calls > 0) + 1);
}
