/** Reads Markdown just as far as the content skills need it: lines outside code, headings, and prose. */

/** One line of a document, with its number from 1. */
export interface Line {
  number: number;
  text: string;
  isCode: boolean;
}

export interface Heading {
  line: number;
  level: number;
  text: string;
}

/** The lines of a document after its front matter, each marked as code or not. */
export function linesOf(markdown: string): Line[] {
  const all = markdown.split(/\r?\n/);
  const bodyStart = all[0] === "---" ? all.indexOf("---", 1) + 1 : 0;
  let fence: string | undefined;
  return all.slice(bodyStart).map((text, index) => {
    const mark = /^ {0,3}(`{3,}|~{3,})/.exec(text)?.[1];
    const isCode = fence !== undefined || mark !== undefined;
    if (fence === undefined) fence = mark;
    else if (mark?.startsWith(fence) && text.trim() === mark) fence = undefined;
    return { number: bodyStart + index + 1, text, isCode };
  });
}

/** The headings of a document, in both of Markdown's forms. */
export function headingsOf(markdown: string): Heading[] {
  const lines = linesOf(markdown);
  return lines.flatMap(({ number, text, isCode }, index): Heading[] => {
    if (isCode) return [];
    const [, marks, title = ""] = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/.exec(text) ?? [];
    if (marks !== undefined) return [{ line: number, level: marks.length, text: title.replace(/[ \t]+#+[ \t]*$/, "").trim() }];
    const [, underline] = /^ {0,3}(=+|-+)[ \t]*$/.exec(lines[index + 1]?.text ?? "") ?? [];
    const isSetext = underline !== undefined && text.trim() !== "" && !/^ {0,3}([-*+>|]|\d+[.)])/.test(text) && !/^-+$/.test(text.trim());
    return isSetext ? [{ line: number, level: underline.startsWith("=") ? 1 : 2, text: text.trim() }] : [];
  });
}

/** The sentences' text of a document: no code, no tables, no marks, and of links only what is read. */
export function proseOf(markdown: string): string {
  return linesOf(markdown)
    .filter(({ text, isCode }) => !isCode && !/^\s*\||^ {0,3}#/.test(text))
    .map(({ text }) =>
      text
        .replace(/!?\[([^[\]]*)\]\([^()]*\)/g, "$1")
        .replace(/`[^`]*`/g, "")
        .replace(/<[^<>]*>|https?:\/\/\S+|[*_~]{1,3}|^\s*(?:[-+>]|\d+[.)])\s/g, " "),
    )
    .join("\n");
}

/** The words of a text, in lower case. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}[\p{L}\p{M}'’-]*/gu) ?? [];
}
