/**
 * `npm run docs:privacy`: the tables of docs/PRIVACY.md, from the comments in sql/ and from what is said here of each column.
 *
 * Writes them between the document's markers. With `--check`, exits with 1 when the document says anything else, when a
 * column has no line here, or when a line has no column: whoever adds a column says whether it is personal data.
 */
import { readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const BEGIN = "<!-- columns: npm run docs:privacy -->";
const END = "<!-- end of columns -->";

/**
 * - `identifier`: stands for a person, whom the holder of the secret can find by it
 * - `linked`: says something about the person of its row, as long as the row names one
 * - `text`: linked, and text in which scrubbing may have left a name
 * - `count`: counts calls of several people, or of the only one who called
 * - `none`: says nothing about one person
 *
 * @typedef {"identifier" | "linked" | "text" | "count" | "none"} Kind
 */

/** @type {Readonly<Record<Kind, string>>} */
const KINDS = { identifier: "yes: stands for a person", linked: "yes, in a row of a person", text: "yes; may hold a name", count: "where only one person called", none: "no" };

/**
 * What becomes of a table's rows, and what each column is. `holds` is for columns whose name says it, without a comment in
 * the schema; `erasure` for what is not erased as the rest of its row is.
 *
 * @typedef {{ kind: Kind, holds?: string, erasure?: string }} Column
 * @typedef {{ kept: string, erasure: string, columns: Readonly<Record<string, Kind | Column>> }} Table
 */

/** @type {Readonly<Record<string, Table>>} */
const TABLES = {
  skill_usage_events: {
    kept: "90 days (`rawRetentionDays`)",
    erasure: "row deleted",
    columns: {
      started_at: "linked",
      event_id: { kind: "linked", holds: "unique per event, from the client; stored as it comes" },
      skill: "linked",
      outcome: "linked",
      duration_ms: "linked",
      clock: "linked",
      user_hash: "identifier",
      session_hash: "identifier",
      version: "linked",
      source: "linked",
      variant: "linked",
      error_type: "text",
      error_message: "text",
      error_fingerprint: "linked",
      metadata: "text",
    },
  },
  skill_usage_dirty: {
    kept: "until the next roll-up",
    erasure: "marks the hours to count anew",
    columns: { period_ms: "none", starts_at: "none" },
  },
  skill_usage_cells: {
    kept: "400 days (`rollUpRetentionDays`)",
    erasure: "counted anew while its events are stored; later the calls stay, of nobody",
    columns: {
      period_ms: "none",
      starts_at: "none",
      skill: { kind: "count", holds: "as in the events; 'other' also stands for what is past the 1,000 largest cells of the period" },
      version: { kind: "count", holds: "as in the events" },
      source: { kind: "count", holds: "as in the events" },
      variant: { kind: "count", holds: "as in the events" },
      ok: "count",
      error: { kind: "count", holds: "calls by outcome" },
      timeout: { kind: "count", holds: "calls by outcome" },
      cancelled: { kind: "count", holds: "calls by outcome" },
      refused: { kind: "count", holds: "calls by outcome" },
      calls_without_user: "none",
      duration_sum_ms: { kind: "count", holds: "sum of the durations" },
      last_at: "count",
      durations: "count",
      error_types: "text",
      users: { kind: "count", erasure: "falls by one" },
      people: { kind: "identifier", erasure: "the number is taken out" },
      people_level: "none",
      folded_calls: "count",
      folded_errors: "count",
    },
  },
  skill_usage_people: {
    kept: "400 days after the last call, and up to 30 more",
    erasure: "row deleted",
    columns: { person: { kind: "identifier", holds: "a number, never given twice" }, user_hash: "identifier", first_day: "linked", seen_until: "linked" },
  },
  skill_usage_aliases: {
    kept: "as long as the person",
    erasure: "row deleted",
    columns: { user_hash: "identifier", known_as: "identifier" },
  },
  skill_usage_salts: {
    kept: "48 hours from the beginning of the day, whatever the retention",
    erasure: "stays until then",
    columns: { day: "none", salt: { kind: "none", holds: "32 random bytes; with the secret, the key of that day's pseudonyms" } },
  },
  skill_usage_erasing: {
    kept: "until the erasure is finished",
    erasure: "made by it, and gone at its end",
    columns: { tombstone: "identifier", user_hashes: "identifier" },
  },
  skill_usage_user_days: {
    kept: "400 days (`rollUpRetentionDays`)",
    erasure: "falls by one",
    columns: {
      day: { kind: "none", erasure: "stays" },
      dau: "count",
      wau: "count",
      mau: "count",
      new_users: "count",
      people: { kind: "identifier", erasure: "the number is taken out" },
      people_level: { kind: "none", erasure: "stays" },
    },
  },
  skill_usage_costs: {
    kept: "400 days (`rollUpRetentionDays`)",
    erasure: "stays",
    columns: {
      day: "none",
      operation: "none",
      runs: "none",
      rows_read: { kind: "none", holds: "rows that D1 counted as read" },
      rows_written: { kind: "none", holds: "rows that D1 counted as written" },
    },
  },
  skill_usage_losses: {
    kept: "400 days (`rollUpRetentionDays`)",
    erasure: "stays",
    columns: { account_id: "none", reason: "none", events: { kind: "none", holds: "how many" }, reported_at: "none" },
  },
  skill_usage_erasures: {
    kept: "until events of that time are refused for their age",
    erasure: "made by it",
    columns: {
      tombstone: { kind: "identifier", holds: "keyed hash of the pseudonym, under a key of its own: by the id and the secret alone can it be made again" },
      erased_until: "linked",
      request_id: "none",
      events_from: "linked",
      person: "identifier",
      lists_from: "linked",
      lists_to: "linked",
    },
  },
  skill_usage_audit: {
    kept: "until you delete it",
    erasure: "made by it",
    columns: {
      request_id: { kind: "none", holds: "random" },
      kind: { kind: "none", holds: "export or erase" },
      requested_at: { kind: "none", holds: "when the request came" },
      finished_at: "none",
      events: "none",
      roll_ups: "none",
    },
  },
  skill_usage_state: {
    kept: "as long as the database",
    erasure: "stays",
    columns: { name: { kind: "none", holds: "name of a fact" }, value: { kind: "none", holds: "its value" } },
  },
};

/**
 * The tables of a schema, with the comment that stands in front of each and behind each column.
 *
 * @param {string} sql
 * @returns {{ name: string, comment: string, columns: { name: string, comment: string }[] }[]}
 */
function parseSchema(sql) {
  const tables = sql.matchAll(/((?:^--.*\n)*)CREATE TABLE IF NOT EXISTS (\w+) \(\n([\s\S]*?)^\)/gm);
  return Array.from(tables, ([, comment = "", name = "", body = ""]) => ({
    name,
    comment: comment.replace(/^-- ?/gm, "").trim().replaceAll("\n", " "),
    columns: Array.from(body.matchAll(/^ {2}(\w+) +(?:INTEGER|TEXT|REAL|BLOB)\b(?:(?!--).)*(?:--(.*))?$/gm), ([, column = "", meaning = ""]) => ({ name: column, comment: meaning.trim() })),
  }));
}

/** @param {ReturnType<typeof parseSchema>} schema */
function problemsOf(schema) {
  const columns = new Set(schema.flatMap((table) => table.columns.map(({ name }) => `${table.name}.${name}`)));
  const said = Object.entries(TABLES).flatMap(([table, { columns }]) => Object.keys(columns).map((name) => `${table}.${name}`));
  const missing = [...columns].filter((name) => !said.includes(name)).map((name) => `${name} is in sql/, and .ci/privacy-doc.mjs does not say whether it is personal data.`);
  return [...missing, ...said.filter((name) => !columns.has(name)).map((name) => `${name} is in .ci/privacy-doc.mjs, and not in sql/.`)];
}

/** @param {ReturnType<typeof parseSchema>[number]} table */
function sectionOf({ name, comment, columns }) {
  const table = TABLES[name];
  const rows = columns.map((column) => {
    const said = table?.columns[column.name] ?? "none";
    const { kind, holds = column.comment, erasure = table?.erasure } = typeof said === "string" ? /** @type {Column} */ ({ kind: said }) : said;
    if (holds === "") throw new Error(`${name}.${column.name} has neither a comment in sql/ nor "holds" in .ci/privacy-doc.mjs.`);
    return `| ${[`\`${column.name}\``, holds.replaceAll("|", "\\|"), KINDS[kind], table?.kept, erasure].join(" | ")} |`;
  });
  return `### \`${name}\`\n\n${comment}\n\n| column | holds | personal data | kept | erasure |\n| --- | --- | --- | --- | --- |\n${rows.join("\n")}`;
}

async function main() {
  const files = (await readdir(path.join(root, "sql"))).filter((name) => name.endsWith(".sql")).sort();
  const schema = (await Promise.all(files.map((name) => readFile(path.join(root, "sql", name), "utf8")))).flatMap(parseSchema);
  const problems = problemsOf(schema);
  if (problems.length > 0) throw new Error(problems.join("\n"));
  const file = path.join(root, "docs", "PRIVACY.md");
  const document = await readFile(file, "utf8");
  const [begin, end] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (begin === -1 || end < begin) throw new Error(`docs/PRIVACY.md has no "${BEGIN}" … "${END}".`);
  const updated = `${document.slice(0, begin)}${BEGIN}\n${schema.map(sectionOf).join("\n\n")}\n${document.slice(end)}`;
  if (updated === document) return;
  if (process.argv.includes("--check")) throw new Error("docs/PRIVACY.md is not what sql/ gives. Run `npm run docs:privacy`.");
  await writeFile(file, updated);
}

await main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
