/** Do the relative links of a document lead somewhere? Looks at files only, never at the network. */
import { readFile, stat } from "node:fs/promises";
import path from "node:path";
import { headingsOf, linesOf } from "./markdown.ts";

export interface BrokenLink {
  line: number;
  target: string;
  problem: "no_such_file" | "no_such_heading";
}

/**
 * Checks the relative links, images and reference definitions of a document.
 *
 * @param file - path of the document, which its links are relative to
 */
export async function checkLinks(markdown: string, file: string): Promise<BrokenLink[]> {
  const broken: BrokenLink[] = [];
  for (const { line, target } of linksOf(markdown)) {
    const problem = await problemOf(target, markdown, file);
    if (problem !== undefined) broken.push({ line, target, problem });
  }
  return broken;
}

function linksOf(markdown: string): { line: number; target: string }[] {
  const lines = linesOf(markdown).filter((line) => !line.isCode);
  return lines.flatMap(({ number, text }) => {
    const shown = text.replace(/`[^`]*`/g, "");
    const inline = shown.matchAll(/\]\(\s*<?([^()<>\s]+)>?(?:\s+["'][^"']*["'])?\s*\)/g);
    const defined = shown.matchAll(/^ {0,3}\[[^[\]]+\]:\s*<?([^<>\s]+)/g);
    return [...inline, ...defined].map(([, target = ""]) => ({ line: number, target })).filter(({ target }) => isRelative(target));
  });
}

function isRelative(target: string): boolean {
  return !/^[a-z][a-z\d+.-]*:|^\/\//i.test(target) && !target.startsWith("/");
}

async function problemOf(target: string, markdown: string, file: string): Promise<BrokenLink["problem"] | undefined> {
  const [name = "", anchor] = target.split("#", 2);
  const linked = path.resolve(path.dirname(file), decode(name.split("?")[0] ?? ""));
  const found = name === "" ? true : await stat(linked).then(() => true, () => false);
  if (!found) return "no_such_file";
  if (!anchor || (name !== "" && !/\.(md|markdown)$/i.test(name))) return undefined;
  const text = name === "" ? markdown : await readFile(linked, "utf8");
  return slugsOf(text).has(decode(anchor).toLowerCase()) ? undefined : "no_such_heading";
}

/** The anchors that GitHub gives to headings: lower case, no punctuation, hyphens, and a number from the second on. */
function slugsOf(markdown: string): Set<string> {
  const slugs = new Set<string>();
  for (const { text } of headingsOf(markdown)) {
    const slug = text.toLowerCase().replace(/[^\p{L}\p{M}\p{N}\s_-]/gu, "").replaceAll(/\s/g, "-");
    let unique = slug;
    for (let number = 1; slugs.has(unique); number++) unique = `${slug}-${number}`;
    slugs.add(unique);
  }
  return slugs;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
