/**
 * Builds `dist/`: what users copy. `node build.mjs` writes it, `node build.mjs --check` fails when what is written is
 * not what the sources give. No dates and no paths go in, so that every machine writes the same bytes.
 */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { rolldown } from "rolldown";
import { dts } from "rolldown-plugin-dts";

const root = import.meta.dirname;
const { version } = JSON.parse(await readFile(path.join(root, "package.json"), "utf8"));
const define = { TRACK_SKILLS_VERSION: JSON.stringify(version) };

/**
 * The entries, and the largest gzipped size of each file, in bytes: growth is a decision, not an accident. A program runs
 * on Node, from whose own modules it imports, and exports nothing that a declaration could describe.
 */
const ENTRIES = [
  { name: "client", budgetBytes: 23_300 },
  { name: "worker", budgetBytes: 102_000 },
  { name: "analytics", budgetBytes: 28_000 },
  { name: "import", budgetBytes: 24_000, isProgram: true },
];
const HOOK_BUDGET_BYTES = 10_500;
const DASHBOARD_BUDGET_BYTES = 86_000;

const isCheck = process.argv.includes("--check");
const dist = path.join(root, "dist");
const out = isCheck ? await mkdtemp(path.join(os.tmpdir(), "track-skills-dist-")) : dist;
async function buildAll(directory) {
  if (!isCheck) await rm(directory, { recursive: true, force: true });
  await mkdir(path.join(directory, "dashboard"), { recursive: true });
  for (const entry of ENTRIES) await buildEntry(directory, entry);
  await buildHook(directory);
  await buildDashboard(path.join(directory, "dashboard"));
}

/** One self-contained, readable ES module, and one declaration file that needs no other where there is something to declare. */
async function buildEntry(directory, { name, budgetBytes, isProgram = false }) {
  const banner = `/*! Track-Skills ${name} ${version} | MIT licence | made from src/${name}.ts: change it there */\n`;
  const { outputFiles } = await build({
    entryPoints: [path.join(root, `src/${name}.ts`)], bundle: true, write: false, define,
    format: "esm", target: "es2022", charset: "utf8", legalComments: "inline", plugins: [keepComments],
    external: isProgram ? ["node:*"] : [],
  });
  await report(path.join(directory, `track-skills.${name}.js`), banner + restoreComments(textOf(outputFiles)), budgetBytes);
  if (isProgram) return;

  const bundle = await rolldown({
    input: path.join(root, `src/${name}.ts`),
    plugins: [dts({ emitDtsOnly: true, tsconfig: path.join(root, "tsconfig.json") })],
  });
  const { output } = await bundle.generate({ format: "esm" });
  await bundle.close();
  const declarations = output.filter((chunk) => chunk.type === "chunk");
  const [only] = declarations;
  if (only === undefined || declarations.length > 1) throw new Error(`The declarations of ${name} are ${declarations.length} files.`);
  await report(path.join(directory, `track-skills.${name}.d.ts`), banner + only.code.replace(/^\/\/#(end)?region.*\n/gm, ""));
}

/**
 * A program for Node that runs wherever it is copied: with neither `import` nor `require` at its top level it is an ES
 * module and a CommonJS one, so that no package.json beside it makes it fail or makes Node warn.
 */
async function buildHook(directory) {
  const { outputFiles } = await build({
    entryPoints: [path.join(root, "src/hook.ts")], bundle: true, write: false, define,
    format: "esm", platform: "node", target: "node20", charset: "utf8", legalComments: "inline", plugins: [keepComments],
  });
  const code = restoreComments(textOf(outputFiles))
    .replace(/^import (\w+) from "(node:\w+)";$/gm, 'const $1 = await load("$2");')
    .replace(/^import (\{.*\}) from "(node:\w+)";$/gm, (_, names, module) => `const ${names.replaceAll(" as ", ": ")} = await load("${module}");`);
  const text = `/*! Track-Skills hook ${version} | MIT licence | made from src/hook.ts: change it there */
(async () => {
// Node's own modules. Node 20.16 and later give them without the detour over import().
const load = (name) => process.getBuiltinModule?.(name) ?? import(name);

${code}})().catch(() => process.exit(0));
`;
  await report(path.join(directory, "track-skills.hook.js"), text, HOOK_BUDGET_BYTES);
}

/** Bundled by Rolldown, which can be told that reading a property does nothing: else three scales of Chart.js that nobody uses would stay in. */
async function buildDashboard(directory) {
  const bundle = await rolldown({ input: path.join(root, "dashboard/src/main.ts"), treeshake: { propertyReadSideEffects: false }, transform: { define } });
  const { output: [bundled] } = await bundle.generate({ format: "esm" });
  await bundle.close();
  const { code } = await transform(bundled.code, { minify: true, format: "esm", target: "es2022", charset: "utf8", legalComments: "none" });
  const banner = `/*! Track-Skills dashboard ${version} | MIT licence | includes Chart.js and @kurkle/color, MIT licence */\n`;
  await report(path.join(directory, "app.js"), banner + code, DASHBOARD_BUDGET_BYTES);
  for (const file of ["index.html", "styles.css", "_headers"]) {
    await copyFile(path.join(root, "dashboard", file), path.join(directory, file));
  }
}

async function report(file, text, budgetBytes = Number.POSITIVE_INFINITY) {
  await writeFile(file, text);
  const gzipBytes = gzipSync(text, { level: 9 }).byteLength;
  if (!isCheck) console.log(`${path.basename(file).padEnd(30)} ${String(text.length).padStart(8)} B ${String(gzipBytes).padStart(7)} B gzip`);
  if (gzipBytes > budgetBytes) throw new Error(`${path.basename(file)} has ${gzipBytes} bytes gzipped, over its budget of ${budgetBytes}.`);
}

/** The one file that esbuild made. */
function textOf(outputFiles) {
  const [file] = outputFiles;
  if (file === undefined) throw new Error("esbuild wrote nothing.");
  return file.text;
}

/** esbuild drops every comment but legal ones, so comments travel as legal ones; `restoreComments` undoes it. */
const keepComments = {
  name: "keep-comments",
  setup(pluginBuild) {
    pluginBuild.onLoad({ filter: /\.ts$/ }, async ({ path: file }) => ({ loader: "ts", contents: disguiseComments(await readFile(file, "utf8")) }));
  },
};

function disguiseComments(source) {
  return source
    .replace(/^(?:export )?(?:declare )?interface [\s\S]*?\n}\n/gm, (text) => text.replace(/\/\*\*[\s\S]*?\*\//g, "")) // Types vanish, and
    .replace(/\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n(?=(?:export )?(?:interface|type|declare) )/g, "") // so must their docs.
    .replace(/^(\s*)\/\*\*/gm, "$1/*!*")
    .replace(/^(\s*)\/\/ /gm, "$1//! ");
}

/** Also drops the docs of declarations that the bundle does not use; the head of a file, after its path, stays. */
function restoreComments(source) {
  return source
    .replace(/(?<!^\/\/ src\/.*\n)^\/\*!\*(?:(?!\*\/)[\s\S])*\*\/\n(?=\n|\/\*!\*|\/\/ src\/|$(?![\s\S]))/gm, "")
    .replace(/^(\s*)\/\*!\*/gm, "$1/**")
    .replace(/^(\s*)\/\/! /gm, "$1// ");
}

async function differencesBetween(expected, made) {
  const differences = [];
  const files = new Set([...(await filesOf(expected)), ...(await filesOf(made))]);
  for (const file of [...files].sort()) {
    const [left, right] = await Promise.all([expected, made].map((directory) => readFile(path.join(directory, file)).catch(() => undefined)));
    if (left === undefined || right === undefined || !left.equals(right)) differences.push(file);
  }
  return differences;
}

async function filesOf(directory) {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)));
}

try {
  await buildAll(out);
  const differences = isCheck ? await differencesBetween(dist, out) : [];
  for (const file of differences) console.error(`dist/${file} is not what the sources give: run "npm run build" and commit it.`);
  if (differences.length > 0) process.exitCode = 1;
} finally {
  if (isCheck) await rm(out, { recursive: true });
}
