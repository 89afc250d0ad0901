/**
 * The duration sketch: counts per logarithmic bucket, from which any percentile follows within 2 %.
 *
 * DDSketch (Masson, Rim, Lee: "DDSketch: a fast and fully-mergeable quantile sketch with relative-error guarantees",
 * VLDB 2019) with α = 0.02: bucket i holds the durations in (γ^(i−1), γ^i], γ = (1 + α) / (1 − α). Sketches merge by
 * adding their counts. Thirty days in milliseconds need 542 buckets, real ones a few dozen.
 */

/** Relative error of a percentile. */
export const SKETCH_ERROR = 0.02;

const GAMMA = (1 + SKETCH_ERROR) / (1 - SKETCH_ERROR);

/** Bucket of durations of 0 ms, which have no logarithm. */
export const ZERO_BUCKET = -1;

/** Natural logarithm of γ, for SQL. */
const LN_GAMMA = 0.040005334613699206;

/** Counts by bucket. */
export type Sketch = Map<number, number>;

/** The bucket of a duration, as SQL over an event's columns; NULL where a clock that stood still says nothing. */
export const BUCKET_SQL: string = `CASE WHEN duration_ms = 0 THEN CASE WHEN clock = 'io' THEN NULL ELSE ${ZERO_BUCKET} END ELSE CAST(CEIL(LN(duration_ms) / ${LN_GAMMA}) AS INTEGER) END`;

/** The bucket of a duration in whole milliseconds. */
export function bucketOf(durationMs: number): number {
  return durationMs === 0 ? ZERO_BUCKET : Math.ceil(Math.log(durationMs) / LN_GAMMA);
}

/** Adds the counts of `from` to `into`. */
export function mergeSketch(into: Sketch, from: Sketch): void {
  for (const [bucket, count] of from) into.set(bucket, (into.get(bucket) ?? 0) + count);
}

/** How many durations a sketch holds. */
export function sketchSize(sketch: Sketch): number {
  let size = 0;
  for (const count of sketch.values()) size += count;
  return size;
}

/**
 * Estimates percentiles: each the value of nearest rank ⌈q·n⌉, within 2 %.
 *
 * @param quantiles - each in 0…1
 * @returns milliseconds, in the order of `quantiles`; `null` for an empty sketch
 */
export function quantilesOf(sketch: Sketch, quantiles: readonly number[]): (number | null)[] {
  const buckets = [...sketch].sort(([left], [right]) => left - right);
  const total = sketchSize(sketch);
  return quantiles.map((quantile) => {
    let rank = Math.max(1, Math.ceil(quantile * total));
    for (const [bucket, count] of buckets) {
      rank -= count;
      if (rank <= 0) return estimateOf(bucket);
    }
    return null;
  });
}

/** The value with the smallest relative error to every whole millisecond of a bucket: their harmonic mid-point. */
export function estimateOf(bucket: number): number {
  if (bucket === ZERO_BUCKET) return 0;
  const high = Math.max(1, Math.floor(GAMMA ** bucket));
  const low = Math.min(high, Math.floor(GAMMA ** (bucket - 1)) + 1);
  return (2 * low * high) / (low + high);
}
