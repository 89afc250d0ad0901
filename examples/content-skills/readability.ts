/** How hard is a text to read? For English; other languages have other constants. */
import { proseOf, wordsOf } from "./markdown.ts";

export interface Readability {
  words: number;
  sentences: number;
  /** Flesch reading ease: about 0 (hard) to 100 (easy). */
  readingEase: number;
  /** Flesch–Kincaid grade: years of school. */
  grade: number;
}

/** Fewer words say nothing about a text. */
const MIN_WORDS = 30;

/**
 * Measures the readability of a Markdown text.
 *
 * Reading ease after R. Flesch, "A new readability yardstick" (1948); grade after Kincaid et al. (1975).
 *
 * @throws RangeError when the text has fewer than 30 words
 */
export function readability(markdown: string): Readability {
  const prose = proseOf(markdown);
  const words = wordsOf(prose);
  if (words.length < MIN_WORDS) throw new RangeError(`A text needs at least ${MIN_WORDS} words to be judged; this one has ${words.length}.`);
  const sentences = Math.max(1, prose.split(/[.!?…]+(?=\s|$)|\n{2,}/).filter((part) => /\p{L}/u.test(part)).length);
  const syllables = words.reduce((sum, word) => sum + syllablesOf(word), 0);
  const wordsPerSentence = words.length / sentences;
  const syllablesPerWord = syllables / words.length;
  return {
    words: words.length,
    sentences,
    readingEase: round(206.835 - 1.015 * wordsPerSentence - 84.6 * syllablesPerWord),
    grade: round(0.39 * wordsPerSentence + 11.8 * syllablesPerWord - 15.59),
  };
}

/** Groups of vowels, a silent final e aside: right for about nine English words in ten. */
function syllablesOf(word: string): number {
  const groups = word.replace(/(?:[^laeiouy]es|[^laeiouy]e|ed)$/, "").match(/[aeiouy]{1,2}/g);
  return Math.max(1, groups?.length ?? 1);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
