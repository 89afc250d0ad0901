/** The registry of the content skills: each takes a document, so that a runner can call any of them. */
import { duplicatePassages } from "./duplicate-passages.ts";
import { validateFrontMatter } from "./front-matter.ts";
import { headingStructure } from "./heading-structure.ts";
import { keywordDensity } from "./keyword-density.ts";
import { checkLinks } from "./link-check.ts";
import { readability } from "./readability.ts";

/** A Markdown document. */
export interface Document {
  /** Where it lies, which its links are relative to. */
  path: string;
  text: string;
  /** Other documents of the same collection, by path. */
  others: ReadonlyMap<string, string>;
}

/** A content skill: a plain function, which knows nothing of tracking. */
export type ContentSkill = (document: Document) => unknown;

/** Every content skill, by the name under which it is tracked. */
export const contentSkills: Readonly<Record<string, ContentSkill>> = {
  readability: ({ text }) => readability(text),
  "keyword-density": ({ text }) => keywordDensity(text),
  "heading-structure": ({ text }) => headingStructure(text),
  "link-check": ({ text, path }) => checkLinks(text, path),
  "front-matter": ({ text }) => validateFrontMatter(text),
  "duplicate-passages": ({ text, path, others }) => duplicatePassages(path, text, others),
};
