import { describe, expect, it } from "vitest";
import type { Change } from "../../src/analytics/answers.ts";
import { changesOf } from "../../src/analytics/changes.ts";
import type { UsageSum } from "../../src/rollup/cell.ts";
import { bucketOf } from "../../src/rollup/sketch.ts";

interface Usage {
  ok?: number;
  error?: number;
  errorTypes?: Record<string, number>;
  /** Duration of every call. */
  durationMs?: number;
  foldedCalls?: number;
  foldedErrors?: number;
  lastAt?: number;
}

function usage({ ok = 0, error = 0, errorTypes = {}, durationMs, foldedCalls = 0, foldedErrors = 0, lastAt = 0 }: Usage): UsageSum {
  const calls = ok + error;
  return {
    ...{ calls, callsWithoutUser: 0, durationSumMs: 0, lastAt, foldedCalls, foldedErrors },
    outcomes: { ok, error, timeout: 0, cancelled: 0, refused: 0 },
    durations: new Map(durationMs === undefined ? [] : [[bucketOf(durationMs), calls]]),
    errorTypes: new Map(Object.entries(errorTypes)),
  };
}

function changes(current: Record<string, Usage>, previous: Record<string, Usage>, lastUsed: Record<string, number> | null = {}, before = previous): Change[] {
  const sums = (usages: Record<string, Usage>) => new Map(Object.entries(usages).map(([skill, one]) => [skill, usage(one)]));
  return changesOf({ current: sums(current), previous: sums(previous), before: sums(before), lastUsedBefore: lastUsed && new Map(Object.entries(lastUsed)) });
}

const known = { s: 1 };

describe("a type of error", () => {
  it("is new when the skill was called before and did not fail so", () => {
    const now = { s: { ok: 1, error: 3, errorTypes: { Old: 1, New: 2 } } };
    expect(changes(now, { s: { ok: 3, error: 1, errorTypes: { Old: 1 } } }, known)).toEqual([{ kind: "new_error", skill: "s", errorType: "New", count: 2 }]);
    expect(changes(now, { t: { ok: 3 }, s: { ok: 3, error: 2, errorTypes: { Old: 1, New: 1 } } }, known)).not.toContainEqual(expect.objectContaining({ kind: "new_error" }));
    expect(changes(now, {}, known)).toEqual([]);
  });

  it("is not new when it may have stood among those that were folded, nor as the name of these", () => {
    const before = { ok: 3, error: 1, errorTypes: { Old: 1 } };
    expect(changes({ s: { ok: 1, error: 1, errorTypes: { New: 1 } } }, { s: { ...before, foldedErrors: 1 } }, known)).toEqual([]);
    expect(changes({ s: { ok: 1, error: 1, errorTypes: { other: 1 }, foldedErrors: 1 } }, { s: before }, known)).toEqual([]);
    expect(changes({ s: { ok: 1, error: 1, errorTypes: { other: 1 } } }, { s: before }, known)).toHaveLength(1);
  });
});

describe("a success rate", () => {
  const before = { s: { ok: 80, error: 20 } };

  it("has fallen or risen only beyond chance", () => {
    // 80 of 100 against 67: the interval of the difference is (0.007, 0.248). Against 68: (−0.002, 0.238).
    expect(changes({ s: { ok: 67, error: 33 } }, before, known)).toEqual([{ kind: "more_failures", skill: "s", successRate: 0.67, previousSuccessRate: 0.8 }]);
    expect(changes({ s: { ok: 68, error: 32 } }, before, known)).toEqual([]);
    expect(changes(before, { s: { ok: 67, error: 33 } }, known)).toEqual([{ kind: "fewer_failures", skill: "s", successRate: 0.8, previousSuccessRate: 0.67 }]);
    expect(changes(before, { s: { ok: 68, error: 32 } }, known)).toEqual([]);
  });

  it("of few calls has not changed, nor one of none", () => {
    expect(changes({ s: { ok: 1, error: 1 } }, { s: { ok: 2 } }, known)).toEqual([]);
    expect(changes({ s: {} }, before, known)).toEqual([]);
  });
});

describe("a skill", () => {
  const speed = (durationMs: number, calls: number) => ({ s: { ok: calls, durationMs } });
  const kinds = (now: Record<string, Usage>, before: Record<string, Usage>) => changes(now, before, known).map(({ kind }) => kind);

  it("is slower or faster by half, by 50 ms and over 20 calls", () => {
    expect(kinds(speed(320, 20), speed(200, 20))).toEqual(["slower"]);
    expect(kinds(speed(200, 20), speed(320, 20))).toEqual(["faster"]);
    expect(kinds(speed(320, 19), speed(200, 20))).toEqual([]);
    expect(kinds(speed(320, 20), speed(200, 19))).toEqual([]);
    expect(kinds(speed(285, 20), speed(200, 20))).toEqual([]);
    expect(kinds(speed(84, 20), speed(40, 20))).toEqual([]);
    expect(kinds(speed(96, 20), speed(40, 20))).toEqual(["slower"]);
    expect(kinds(speed(60, 20), speed(0, 20))).toEqual(["slower"]);
  });

  it("is quiet when it was called before and is no longer", () => {
    expect(changes({}, { s: { ok: 3, lastAt: 7 } }, { s: 9 })).toEqual([{ kind: "quiet", skill: "s", lastUsedAt: 9, previousCalls: 3 }]);
    expect(changes({}, { s: { ok: 3, lastAt: 7 } }, null)).toEqual([{ kind: "quiet", skill: "s", lastUsedAt: 7, previousCalls: 3 }]);
    expect(changes({}, {}, { s: 9 })).toEqual([]);
  });

  it("is new when it was never called before, and only when all are known", () => {
    expect(changes({ s: { ok: 3 } }, {})).toEqual([{ kind: "new_skill", skill: "s", calls: 3 }]);
    expect(changes({ s: { ok: 3 } }, {}, known)).toEqual([]);
    expect(changes({ s: { ok: 3 } }, {}, null)).toEqual([]);
  });

  it("neither comes nor goes where it may stand under another name", () => {
    const other = { other: { ok: 9, foldedCalls: 9 } };
    expect(changes({ s: { ok: 3 } }, other)).toEqual([]);
    expect(changes(other, { s: { ok: 3 } })).toEqual([]);
    expect(changes({ other: { ok: 10, error: 90 } }, { other: { ok: 90, error: 10, foldedCalls: 1 } }, { other: 1 })).toEqual([]);
  });
});

it("what came between the part that is compared and the range is not new, and may have gone", () => {
  const now = { s: { ok: 1, error: 1, errorTypes: { Late: 1 } }, late: { ok: 1 } };
  const compared = { s: { ok: 2 } };
  const before = { s: { ok: 2, error: 1, errorTypes: { Late: 1 } }, late: { ok: 3 }, gone: { ok: 1, lastAt: 7 } };
  expect(changes(now, compared, { s: 1, late: 1, gone: 7 }, before)).toEqual([{ kind: "quiet", skill: "gone", lastUsedAt: 7, previousCalls: 1 }]);
});

describe("of many changes", () => {
  it("the most important come first, of one kind those of most calls, then by name; eight in all", () => {
    const now = {
      ...{ slow: { ok: 20, durationMs: 900 }, fast: { ok: 20, durationMs: 100 }, better: { ok: 100 }, worse: { error: 100 } },
      ...{ fresh: { ok: 1 }, young: { ok: 2 }, odd: { ok: 9, error: 2, errorTypes: { B: 1, A: 1 } } },
    };
    const before = {
      ...{ slow: { ok: 20, durationMs: 100 }, fast: { ok: 20, durationMs: 900 }, better: { error: 100 }, worse: { ok: 100 } },
      ...{ gone: { ok: 1 }, odd: { ok: 9 } },
    };
    const found = changes(now, before, { gone: 1 });
    expect(found.map((change) => `${change.kind} ${change.skill}`)).toEqual([
      ...["more_failures worse", "new_error odd", "new_error odd", "slower slow", "quiet gone"],
      ...["new_skill young", "new_skill fresh", "fewer_failures better"],
    ]);
    expect(found[1]).toMatchObject({ errorType: "A" });
  });
});
