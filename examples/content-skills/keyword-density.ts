/** What is a text about? Its most frequent terms, of one to three words. */
import { proseOf, wordsOf } from "./markdown.ts";

export interface Keyword {
  term: string;
  count: number;
  /** Share of the text's words that belong to the term, 0…1. */
  density: number;
}

const STOP_WORDS = new Set(
  ("a about after all also an and any are as at be because been but by can could do does each for from had has have how if in into is it its " +
    "just like may more most no not of on one only or other our out over so some such than that the their them then there these they this to " +
    "under up use used was we were what when where which while who will with without would you your").split(" "),
);

const MAX_TERM_WORDS = 3;

/** Gives the terms that occur at least twice, most frequent first. Terms neither begin nor end with a stop word. */
export function keywordDensity(markdown: string, limit = 20): Keyword[] {
  const words = wordsOf(proseOf(markdown));
  const counts = new Map<string, number>();
  for (let start = 0; start < words.length; start++) {
    for (let length = 1; length <= MAX_TERM_WORDS; length++) {
      const term = words.slice(start, start + length);
      const [first = "", last = ""] = [term[0], term.at(-1)];
      if (term.length < length || [first, last].some((word) => word.length < 2 || STOP_WORDS.has(word))) continue;
      counts.set(term.join(" "), (counts.get(term.join(" ")) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([, count]) => count > 1)
    .map(([term, count]) => ({ term, count, density: (count * term.split(" ").length) / words.length }))
    .sort((left, right) => right.count - left.count || (left.term < right.term ? -1 : 1))
    .slice(0, limit);
}
