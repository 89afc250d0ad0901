/** What readers who may not see small groups can find out by subtraction: nothing about fewer people than they may. */
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Group, hiddenGroups, type Line } from "../../src/analytics/small-groups.ts";

const MIN_GROUP = 5;

/** A cell with the people who stand behind it, some of them in several cells, and calls of nobody. */
interface Cell extends Group<string> {
  who: ReadonlySet<number>;
}

const groupOf = (people: number, calls = people): Group<number> => ({ item: people, people, calls });
const shownOf = (cells: readonly Group<number>[], minGroup = MIN_GROUP): number[] => {
  const hidden = hiddenGroups([{ groups: cells }], minGroup);
  return cells.filter((cell) => !hidden.has(cell)).map(({ item }) => item);
};

describe("of a list", () => {
  it("3, 7 and 40 of 50 people show the 40 alone: 50 less 40 less 7 would be 3", () => {
    expect(shownOf([3, 7, 40].map((people) => groupOf(people)))).toEqual([40]);
  });

  it("two groups of 1 take a third one along: their sum would be about two people", () => {
    expect(shownOf([1, 1, 7, 40].map((people) => groupOf(people)))).toEqual([40]);
  });

  it("nothing is hidden without a small group, nor where no call names anybody", () => {
    expect(shownOf([5, 7, 40].map((people) => groupOf(people)))).toEqual([5, 7, 40]);
    expect(shownOf([groupOf(0, 3), groupOf(0, 1)])).toEqual([0, 0]);
  });

  it("calls of nobody stand in front of a small group where nothing larger can, and an empty group never does", () => {
    const [small, nobody, empty] = [groupOf(3), groupOf(0, 9), groupOf(0, 0)];
    expect([...hiddenGroups([{ groups: [small, empty, nobody] }], MIN_GROUP)]).toEqual([small, nobody]);
  });

  it("any of 1,000 random ones hides no group whose calls follow from those shown, and no sum about too few", () => {
    fc.assert(
      fc.property(fc.array(cellOf(), { maxLength: 12 }), (cells) => {
        // A reader is told nothing at all of fewer people.
        fc.pre(peopleOf(cells).size >= MIN_GROUP);
        expectSafe([{ groups: cells }]);
      }),
      { numRuns: 1_000 },
    );
  });
});

it("of hours, days and all of them, 1,000 random tables hide no cell that follows from any of the sums, in whichever order they are looked at", () => {
  fc.assert(
    fc.property(fc.array(fc.array(cellOf(), { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }), (hours) => {
      fc.pre(peopleOf(hours.flat()).size >= MIN_GROUP);
      const days = hours.map((cells, index) => sumOf(cells, `day ${index}`));
      const lines = [{ groups: days }, { groups: hours.flat() }, ...hours.map((groups, index) => ({ groups, sum: days[index] }))];
      expectSafe(lines);
      expectSafe(lines.toReversed());
    }),
    { numRuns: 1_000 },
  );
});

function cellOf(): fc.Arbitrary<Cell> {
  // Few people are in most cells, as in real ones.
  const who = fc.oneof(fc.uniqueArray(fc.nat(7), { maxLength: 4 }), fc.uniqueArray(fc.nat(60), { maxLength: 20 }));
  return fc.record({ who, calls: fc.nat(9), ofNobody: fc.oneof(fc.constant(0), fc.nat(3)) }).map(({ who, calls, ofNobody }) => ({
    item: "cell",
    who: new Set(who),
    people: who.length,
    calls: (who.length === 0 ? 0 : who.length + calls) + ofNobody,
  }));
}

function peopleOf(cells: readonly Cell[]): Set<number> {
  return new Set(cells.flatMap(({ who }) => [...who]));
}

function sumOf(cells: readonly Cell[], item: string): Cell {
  const who = peopleOf(cells);
  return { item, who, people: who.size, calls: cells.reduce((sum, { calls }) => sum + calls, 0) };
}

/** A line of such cells. */
interface CellLine extends Line<string> {
  groups: readonly Cell[];
  sum?: Cell | undefined;
}

/** Solves what a reader knows: the sum of each line, less the cells that are shown. A hidden cell follows when that leaves it a single value. */
function expectSafe(lines: readonly CellLine[]): void {
  const hidden = hiddenGroups<string>(lines, MIN_GROUP);
  const cells = [...new Set(lines.flatMap(({ groups }) => groups))];
  for (const cell of cells) expect(hidden.has(cell) || cell.people === 0 || cell.people >= MIN_GROUP).toBe(true);
  const unknown = cells.filter((cell) => hidden.has(cell) && cell.calls > 0);
  const equations = lines.map(({ groups, sum }) => unknown.map((cell) => (groups.includes(cell) ? 1 : cell === sum ? -1 : 0)));
  for (const row of reduced(equations)) {
    const [first, ...others] = unknown.filter((_, index) => row[index] !== 0);
    if (others.length === 0) expect(first?.people ?? MIN_GROUP).toBeGreaterThanOrEqual(MIN_GROUP);
  }
  // What is hidden of a known sum is about enough people, or about all there are.
  for (const { groups, sum } of lines) {
    if (sum !== undefined && hidden.has(sum)) continue;
    const [out, all] = [peopleOf(groups.filter((cell) => hidden.has(cell))), peopleOf(groups)];
    expect([0, all.size].includes(out.size) || out.size >= MIN_GROUP).toBe(true);
  }
}

/** Reduced row echelon form (Gauss and Jordan): a variable is determined when a row holds it alone. */
function reduced(matrix: readonly (readonly number[])[]): number[][] {
  const rows = matrix.map((row) => [...row]);
  let pivots = 0;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    const at = rows.findIndex((row, index) => index >= pivots && Math.abs(row[column] ?? 0) > 1e-9);
    const pivot = rows[at];
    if (pivot === undefined) continue;
    const scale = pivot[column] ?? 1;
    const normal = pivot.map((factor) => factor / scale);
    rows.splice(at, 1);
    rows.splice(pivots, 0, normal);
    for (const [index, row] of rows.entries()) {
      const factor = row[column] ?? 0;
      if (index !== pivots && factor !== 0) rows[index] = row.map((value, place) => round(value - factor * (normal[place] ?? 0)));
    }
    pivots += 1;
  }
  return rows;
}

function round(value: number): number {
  return Math.abs(value) < 1e-9 ? 0 : value;
}
