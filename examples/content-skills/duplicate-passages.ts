/** Which passages stand twice, in one document or across several? */
import { proseOf, wordsOf } from "./markdown.ts";

export interface DuplicatePassage {
  /** The documents in which the passage stands; one name twice when it repeats itself. */
  documents: [string, string];
  words: number;
  /** How the passage begins. */
  excerpt: string;
}

/** Twelve words in a row are rarely the same by chance. */
const SHINGLE_WORDS = 12;

/** Gives the passages of at least twelve words that a document shares with itself or with others, longest first. */
export function duplicatePassages(name: string, markdown: string, others: ReadonlyMap<string, string> = new Map()): DuplicatePassage[] {
  const words = wordsOf(proseOf(markdown));
  const passages: DuplicatePassage[] = [];
  for (const [other, text] of [[name, markdown] as const, ...others]) {
    const otherWords = other === name ? words : wordsOf(proseOf(text));
    passages.push(...sharedPassages(words, otherWords, other === name).map((passage) => passageOf(passage, [name, other])));
  }
  return passages.sort((left, right) => right.words - left.words);
}

/** Runs of words that stand in both texts; in one text with itself, only runs that come later again. */
function sharedPassages(words: readonly string[], others: readonly string[], isSame: boolean): string[][] {
  const placeOf = new Map<string, number>();
  for (let place = others.length - SHINGLE_WORDS; place >= 0; place--) placeOf.set(shingleAt(others, place), place);
  const passages: string[][] = [];
  for (let start = 0; start + SHINGLE_WORDS <= words.length; start++) {
    const place = placeOf.get(shingleAt(words, start));
    if (place === undefined || (isSame && place >= start)) continue;
    const longest = Math.min(words.length - start, isSame ? start - place : Number.POSITIVE_INFINITY);
    let length = SHINGLE_WORDS;
    while (length < longest && words[start + length] === others[place + length]) length++;
    passages.push(words.slice(start, start + length));
    start += length - 1;
  }
  return passages;
}

function shingleAt(words: readonly string[], start: number): string {
  return words.slice(start, start + SHINGLE_WORDS).join(" ");
}

function passageOf(words: readonly string[], documents: [string, string]): DuplicatePassage {
  return { documents, words: words.length, excerpt: words.slice(0, SHINGLE_WORDS).join(" ") };
}
