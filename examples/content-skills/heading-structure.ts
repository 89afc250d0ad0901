/** Does a document have a sound outline? */
import { headingsOf, type Heading } from "./markdown.ts";

export interface HeadingProblem {
  line: number;
  problem: "no_title" | "several_titles" | "skipped_level" | "duplicate" | "empty";
}

/** Gives the outline of a document and what is wrong with it. */
export function headingStructure(markdown: string): { headings: Heading[]; problems: HeadingProblem[] } {
  const headings = headingsOf(markdown);
  const titles = headings.filter((heading) => heading.level === 1);
  const problems: HeadingProblem[] = titles.length === 0 ? [{ line: 1, problem: "no_title" }] : [];
  for (const title of titles.slice(1)) problems.push({ line: title.line, problem: "several_titles" });
  const seen = new Set<string>();
  for (const [index, { line, level, text }] of headings.entries()) {
    const above = headings[index - 1]?.level ?? level;
    if (level > above + 1) problems.push({ line, problem: "skipped_level" });
    if (text === "") problems.push({ line, problem: "empty" });
    else if (seen.has(`${level} ${text}`)) problems.push({ line, problem: "duplicate" });
    seen.add(`${level} ${text}`);
  }
  return { headings, problems: problems.sort((left, right) => left.line - right.line) };
}
