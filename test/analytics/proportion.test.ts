import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceInterval, wilsonInterval } from "../../src/analytics/proportion.ts";

const Z = 1.959964;

describe("Wilson's interval", () => {
  // Newcombe: "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])("of %d in %d is as published", (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it("solves the equation that defines it, holds the rate and lies in 0…1", () => {
    const counts = fc.integer({ min: 1, max: 1_000_000 }).chain((trials) => fc.tuple(fc.integer({ min: 0, max: trials }), fc.constant(trials)));
    fc.assert(
      fc.property(counts, ([successes, trials]) => {
        const rate = successes / trials;
        const { low, high } = wilsonInterval(successes, trials) ?? { low: Number.NaN, high: Number.NaN };
        for (const bound of [low, high]) expect((rate - bound) ** 2).toBeCloseTo((Z ** 2 * bound * (1 - bound)) / trials, 9);
        expect(0 <= low && low <= rate + 1e-12 && rate - 1e-12 <= high && high <= 1).toBe(true);
      }),
    );
  });

  it("of nothing is null", () => {
    expect(wilsonInterval(0, 0)).toBeNull();
  });
});

describe("Newcombe's interval of a difference", () => {
  // Newcombe: "Interval estimation for the difference between independent proportions", Statistics in Medicine 17 (1998), table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
  ])("of %d in %d and %d in %d is as published, and turned round when the two are", (a, m, b, n, low, high) => {
    const [left, right] = [
      { successes: a, trials: m },
      { successes: b, trials: n },
    ];
    expect(differenceInterval(left, right)?.low).toBeCloseTo(low, 4);
    expect(differenceInterval(left, right)?.high).toBeCloseTo(high, 4);
    expect(differenceInterval(right, left)?.low).toBeCloseTo(-high, 4);
    expect(differenceInterval(right, left)?.high).toBeCloseTo(-low, 4);
  });

  it("with nothing on one side is null", () => {
    expect(differenceInterval({ successes: 1, trials: 1 }, { successes: 0, trials: 0 })).toBeNull();
  });
});
