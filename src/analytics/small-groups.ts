/**
 * Small groups: which cells of an answer are about so few people that they are nearly about somebody, and which others have
 * to go with them, since a total less all that is shown is what is not shown.
 *
 * Holds within one answer. Whoever may ask for several can subtract one from another, over ranges or filters, and no
 * threshold ends that. What is hidden in addition is more than the least possible: a rule that fits into two sentences
 * can be checked by whoever relies on it.
 */
import type { Suppressed } from "./answers.ts";

/** A cell of a breakdown: how many people it is about, and the calls that a total adds up. */
export interface Group<Item> {
  item: Item;
  people: number;
  calls: number;
}

/** Groups whose calls add up to a sum that is known, such as the rows of a list beside its total. */
export interface Line<Item> {
  groups: readonly Group<Item>[];
  /** The sum, where that is a group which may be hidden itself, such as the day of some hours. */
  sum?: Group<Item> | undefined;
}

/**
 * Whether so many people are too few. Nobody is not: where no call names anybody, there is nobody to tell of. People whose
 * number is not known (`null`, with daily identities) are taken for few.
 *
 * @param minGroup - smallest number of people that a figure may be about
 */
export function isSmall(people: number | null, minGroup: number): boolean {
  return people === null || (people > 0 && people < minGroup);
}

/**
 * Finds the groups to hide; a group may stand in several lines.
 *
 * Small groups are hidden. Where a line hides any, it hides at least two, and one of them of `minGroup` people or more, the
 * smallest there is: so neither a hidden group nor the sum of all hidden ones is about fewer people.
 *
 * @param already - groups that are hidden for another reason
 */
export function hiddenGroups<Item>(lines: readonly Line<Item>[], minGroup: number, already: readonly Group<Item>[] = []): Set<Group<Item>> {
  const hidden = new Set([...already, ...lines.flatMap(({ groups }) => groups).filter(({ people }) => isSmall(people, minGroup))]);
  let hiddenBefore: number;
  // What is hidden along one line may leave another with a single one.
  do {
    hiddenBefore = hidden.size;
    for (const line of lines) hideAlong(line, hidden, minGroup);
  } while (hidden.size > hiddenBefore);
  return hidden;
}

function hideAlong<Item>({ groups, sum }: Line<Item>, hidden: Set<Group<Item>>, minGroup: number): void {
  // A group without calls adds nothing to a sum, so it cannot stand in front of another.
  const filled = groups.filter(({ calls }) => calls > 0);
  const countHidden = (some: readonly Group<Item>[]): number => some.filter((group) => hidden.has(group)).length;
  const hideSmallestOf = (some: readonly Group<Item>[]): void => {
    const [smallest] = some.filter((group) => !hidden.has(group)).sort((left, right) => left.people - right.people || left.calls - right.calls);
    if (smallest !== undefined) hidden.add(smallest);
  };
  if (sum !== undefined && hidden.has(sum)) {
    // A hidden sum stands in front of one hidden group, and follows from groups that are all shown.
    if (countHidden(filled) === 0) hideSmallestOf(filled);
    return;
  }
  if (countHidden(filled) === 0) return;
  const large = filled.filter(({ people }) => people >= minGroup);
  if (countHidden(large) === 0) hideSmallestOf(large);
  if (countHidden(filled) === 1) hideSmallestOf(filled);
}

/** Leaves small groups out of one answer, and counts what it left out, by the name of the list or figure. */
export class Suppression {
  readonly minGroup: number;
  /** Whether figures of the compared range are left out: where it overlaps the range, their difference is about the ends of both. */
  readonly hidesComparison: boolean;
  readonly suppressed: Suppressed = {};

  constructor(minGroup: number, hidesComparison: boolean) {
    this.minGroup = minGroup;
    this.hidesComparison = hidesComparison;
  }

  isSmall(people: number | null): boolean {
    return isSmall(people, this.minGroup);
  }

  count(name: string, left: number): void {
    if (left > 0) this.suppressed[name] = (this.suppressed[name] ?? 0) + left;
  }

  /** A list whose entries are about nobody knows how many people: none of it. */
  none<Item>(name: string, list: readonly Item[]): Item[] {
    this.count(name, list.length);
    return [];
  }

  /** A list of single calls: none of it. Counts as one, since under filters the number of calls may itself be about few. */
  noCalls<Item>(name: string, list: readonly Item[]): Item[] {
    this.count(name, Math.min(1, list.length));
    return [];
  }

  /** The items of those groups that are not hidden. */
  shown<Item>(name: string, groups: readonly Group<Item>[], hidden: ReadonlySet<Group<unknown>>): Item[] {
    const shown = groups.filter((group) => !hidden.has(group));
    this.count(name, groups.length - shown.length);
    return shown.map(({ item }) => item);
  }

  /** The rows of a list whose total is known. */
  rows<Item>(name: string, groups: readonly Group<Item>[]): Item[] {
    return this.shown(name, groups, hiddenGroups([{ groups }], this.minGroup));
  }
}
