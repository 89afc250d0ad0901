/**
 * Is a document's front matter complete? Reads the part of YAML that front matter mostly is: `key: value`, quoted
 * values, and lists in either form.
 */

/** Thrown when a document has no front matter, or one that does not end. */
export class FrontMatterError extends Error {
  override readonly name = "FrontMatterError";
}

export interface FrontMatter {
  fields: Record<string, string | string[]>;
  problems: string[];
}

const REQUIRED = ["title", "description"];

/**
 * Reads and validates front matter: title and description are there, a date is an ISO date.
 *
 * @throws FrontMatterError when there is none
 */
export function validateFrontMatter(markdown: string): FrontMatter {
  const lines = markdown.split(/\r?\n/);
  const end = lines.indexOf("---", 1);
  if (lines[0] !== "---") throw new FrontMatterError("The document does not begin with front matter.");
  if (end < 0) throw new FrontMatterError("The front matter does not end with a line of three hyphens.");
  const { fields, problems } = readFields(lines.slice(1, end));
  for (const name of REQUIRED) {
    if (fields[name] === undefined || fields[name].length === 0) problems.push(`"${name}" is missing.`);
  }
  const date = fields["date"];
  if (date !== undefined && (typeof date !== "string" || !/^\d{4}-\d{2}-\d{2}/.test(date) || Number.isNaN(Date.parse(date)))) {
    problems.push('"date" is not an ISO date such as 2026-11-23.');
  }
  return { fields, problems };
}

function readFields(lines: readonly string[]): FrontMatter {
  const fields: Record<string, string | string[]> = {};
  const problems: string[] = [];
  let list: string[] | undefined;
  for (const [index, line] of lines.entries()) {
    const item = /^\s*-\s+(.*)$/.exec(line)?.[1];
    const [, name, value = ""] = /^([\w-]+):\s*(.*)$/.exec(line) ?? [];
    if (item !== undefined && list !== undefined) list.push(unquote(item));
    else if (name !== undefined) {
      if (Object.hasOwn(fields, name)) problems.push(`"${name}" stands twice.`);
      list = value === "" ? [] : undefined;
      fields[name] = list ?? parseValue(value);
    } else if (line.trim() !== "" && !line.trim().startsWith("#")) problems.push(`Line ${index + 2} is not "key: value".`);
  }
  return { fields, problems };
}

function parseValue(value: string): string | string[] {
  const inner = /^\[(.*)\]$/.exec(value)?.[1];
  return inner === undefined ? unquote(value) : inner.split(",").map(unquote).filter((item) => item !== "");
}

function unquote(value: string): string {
  return value.trim().replace(/^(["'])(.*)\1$/, "$2");
}
