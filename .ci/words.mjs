/**
 * `npm run check:words`: no text promises what nobody can hold.
 *
 * Whoever has the secret can recompute a pseudonym from an id, so events are personal data under the GDPR, and no claim to
 * the contrary may stand anywhere, not even to deny it: a reader who skims sees the word alone. Whether a use of the kit
 * is lawful is for its owner to say. Looks at what people read: documents, sources, schema, dashboard, examples; or at the
 * files that it is given.
 */
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const FOLDERS = ["docs", "src", "dashboard", "sql", "examples"];
const READ_BY_PEOPLE = /\.(?:md|ts|mjs|js|html|css|sql|toml|example)$/;

/** In any case, and over the end of a line, where a comment's or a quotation's sign may stand. */
const GAP = String.raw`[\s*/>#-]+`;
const WORDS = new RegExp(
  ["anonym(?:ous(?:ly)?|ity|i[sz](?:e[sd]?|ing|ation))", "irreversibl[ey]", `cannot${GAP}be${GAP}reversed`, `GDPR(?:-|${GAP})complian(?:t|ce)`, `no${GAP}PII`]
    .map((word) => String.raw`\b${word}\b`)
    .join("|"),
  "gi",
);

/** @param {string} file */
async function findingsIn(file) {
  const text = await readFile(path.resolve(root, file), "utf8");
  return Array.from(text.matchAll(WORDS), ({ 0: word, index }) => `${file}:${text.slice(0, index).split("\n").length}: "${word}"`);
}

async function filesOfTheKit() {
  const top = await readdir(root);
  const inside = await Promise.all(FOLDERS.map(async (folder) => (await readdir(path.join(root, folder), { recursive: true })).map((file) => `${folder}/${file}`)));
  return [...top, ...inside.flat()].filter((file) => READ_BY_PEOPLE.test(file) && !file.includes("node_modules") && !file.includes(".wrangler")).sort();
}

const given = process.argv.slice(2);
const files = given.length > 0 ? given : await filesOfTheKit();
const findings = (await Promise.all(files.map(findingsIn))).flat();
for (const finding of findings) console.error(`${finding} promises too much. Events are pseudonymous; a function without a name is unnamed.`);
console.log(`${files.length} files looked at.`);
if (findings.length > 0) process.exitCode = 1;
