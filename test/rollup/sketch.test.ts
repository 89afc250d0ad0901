import * as fc from "fast-check";
import { expect, it } from "vitest";
import { BUCKET_SQL, bucketOf, mergeSketch, quantilesOf, type Sketch, SKETCH_ERROR } from "../../src/rollup/sketch.ts";
import { db } from "../support/database.ts";
import { nearestRank } from "../support/history.ts";

function sketchOf(values: readonly number[]): Sketch {
  const sketch: Sketch = new Map();
  for (const value of values) mergeSketch(sketch, new Map([[bucketOf(value), 1]]));
  return sketch;
}

const durations = fc.array(fc.oneof(fc.nat(2_592_000_000), fc.nat(1000), fc.constant(0)), { minLength: 1, maxLength: 300 });

it("a percentile is within 2 % of the nearest rank, whatever the durations", () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, quantile) => {
      const [estimate = null] = quantilesOf(sketchOf(values), [quantile]);
      const exact = nearestRank(values, quantile) ?? 0;
      expect(Math.abs((estimate ?? Number.NaN) - exact)).toBeLessThanOrEqual(exact * SKETCH_ERROR + 1e-9);
    }),
  );
});

it("two sketches merged are the sketch of all", () => {
  fc.assert(
    fc.property(durations, durations, (left, right) => {
      const merged = sketchOf(left);
      mergeSketch(merged, sketchOf(right));
      expect([...merged].sort()).toEqual([...sketchOf([...left, ...right])].sort());
    }),
  );
});

it("an empty sketch has no percentile", () => {
  expect(quantilesOf(new Map(), [0.5])).toEqual([null]);
});

it("SQL finds the same bucket", async () => {
  const values = [0, 1, 2, 3, 7, 24, 25, 26, 999, 1000, 60_000, 3_600_000, 2_592_000_000, ...Array.from({ length: 500 }, (_, index) => index * index)];
  const sql = `SELECT ${BUCKET_SQL} AS bucket FROM (SELECT CAST(value AS INTEGER) AS duration_ms, ?2 AS clock FROM json_each(?1))`;
  const { results } = await db.prepare(sql).bind(JSON.stringify(values), "").all<{ bucket: number }>();
  expect(results.map((row) => row.bucket)).toEqual(values.map(bucketOf));
  const still = await db.prepare(sql).bind("[0, 1]", "io").all<{ bucket: number | null }>();
  expect(still.results.map((row) => row.bucket)).toEqual([null, bucketOf(1)]);
});
