/** The code blocks of a document, in their order. */
export interface CodeBlock {
  language: string;
  code: string;
  /** The line where it begins, from 1. */
  line: number;
  /** Marked by a comment in front of it: it cannot run without an account. */
  needsAccount: boolean;
}

/** Extracts the fenced code blocks of a Markdown text. */
export function codeBlocksOf(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/(<!-- needs an account -->\n)?^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, mark, language = "", code = ""], index, all) => ({
    language,
    code,
    line: markdown.slice(0, all[index]?.index).split("\n").length,
    needsAccount: mark !== undefined,
  }));
}
