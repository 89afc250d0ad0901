/** The files that users copy: current, self-contained, documented, and usable without any other types. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root, run } from "./support/shell.ts";

const ENTRIES = ["client", "worker", "analytics"] as const;
/** What runs on Node by itself: it exports nothing, and so declares nothing. */
const PROGRAMS = ["import"] as const;
const read = (name: string): Promise<string> => readFile(path.join(root, "dist", name), "utf8");

it("dist/ is what the sources give", async () => {
  expect(await run(process.execPath, ["build.mjs", "--check"], root)).toEqual({ code: 0, output: "" });
});

describe.each(ENTRIES)("track-skills.%s", (name) => {
  it("imports nothing, and says its version and its licence", async () => {
    const [code, declarations] = await Promise.all([read(`track-skills.${name}.js`), read(`track-skills.${name}.d.ts`)]);
    for (const text of [code, declarations]) {
      expect(text).not.toMatch(/^\s*(import|export)\b[^;]*\bfrom ["']/m);
      expect(text).not.toMatch(/\b(import|require)\(/);
      expect(text.split("\n")[0]).toMatch(/Track-Skills \w+ \d+\.\d+\.\d+ \| MIT licence/);
    }
  });

});

describe.each(PROGRAMS)("track-skills.%s", (name) => {
  it("imports from Node alone, exports nothing, and says its version and its licence", async () => {
    const code = await read(`track-skills.${name}.js`);
    const imported = [...code.matchAll(/^\s*import\b[^;]*?["']([^"']+)["']/gm)].map(([, specifier]) => specifier);
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((specifier) => !specifier?.startsWith("node:"))).toEqual([]);
    expect(code).not.toMatch(/\b(import|require)\(|^export\b/m);
    expect(code.split("\n")[0]).toMatch(/Track-Skills \w+ \d+\.\d+\.\d+ \| MIT licence/);
  });
});

describe.each([...ENTRIES, ...PROGRAMS])("track-skills.%s", (name) => {
  it("keeps comments and docstrings, and no disguise of theirs", async () => {
    const code = await read(`track-skills.${name}.js`);
    expect(code.match(/^\/\*\*/gm)?.length).toBeGreaterThan(20);
    expect(code).not.toMatch(/\/\*!\*|\/\/!/);
  });

  it("names no path of a machine, so that every machine builds the same bytes", async () => {
    expect(await read(`track-skills.${name}.js`)).not.toContain(root);
  });
});

describe("track-skills.hook", () => {
  it("loads nothing but Node's own modules, and neither imports nor requires at its top level, so that it runs wherever it is copied", async () => {
    const code = await read("track-skills.hook.js");
    expect(code.split("\n")[0]).toMatch(/Track-Skills hook \d+\.\d+\.\d+ \| MIT licence/);
    expect(code).not.toMatch(/^\s*(import|export)\b|\brequire\(|\bimport\.meta\b/m);
    const loaded = [...code.matchAll(/\bload\(([^)]*)\)/g)].map(([, name]) => name);
    expect(new Set(loaded)).toEqual(new Set(["node:child_process", "node:fs", "node:os", "node:path"].map((name) => `"${name}"`)));
  });

  it("keeps comments and docstrings, no disguise of theirs, and no path of a machine", async () => {
    const code = await read("track-skills.hook.js");
    expect(code.match(/^\/\*\*/gm)?.length).toBeGreaterThan(20);
    expect(code).not.toMatch(/\/\*!\*|\/\/!/);
    expect(code).not.toContain(root);
  });
});

it("each declaration file type-checks alone, without ambient types, and with those of the DOM", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-types-"));
  try {
    for (const name of ENTRIES) await writeFile(path.join(folder, `${name}.d.ts`), await read(`track-skills.${name}.d.ts`));
    for (const lib of [["ES2022"], ["ES2022", "DOM"]]) {
      const compilerOptions = { target: "ES2022", lib, types: [], module: "ESNext", strict: true, skipLibCheck: false, noEmit: true };
      await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.d.ts"] }));
      const tsc = path.join(root, "node_modules/typescript/bin/tsc");
      expect(await run(process.execPath, [tsc, "-p", folder], folder)).toEqual({ code: 0, output: "" });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("the exports are those of the contract", async () => {
  const exported = async (name: string) => Object.keys(await import(path.join(root, `dist/track-skills.${name}.js`))).sort();
  expect(await exported("client")).toEqual(["configure", "createTracker", "trackAgentTool", "trackAiTools", "trackFunctions", "trackLangChainTool", "trackMcpServer", "trackSkillExecution"]);
  expect(await exported("worker")).toEqual(["createTrackingHandler", "hashUserId", "logUsageEvent"]);
  expect(await exported("analytics")).toEqual([
    ...["IdentityModeError", "InvalidQueryError", "getCalls", "getCohorts", "getCost", "getOverview", "getRecentErrors", "getRetentionStats"],
    ...["getSkill", "getSummary", "getTimeSeries", "getToolStats"],
  ]);
});

it("every docstring example compiles", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-examples-"));
  try {
    for (const name of ENTRIES) {
      const declarations = await read(`track-skills.${name}.d.ts`);
      const exports = [...declarations.matchAll(/^export (?:declare )?(?:async )?(?:function|const|class) (\w+)/gm)].map(([, symbol]) => symbol);
      await writeFile(path.join(folder, `track-skills.${name}.d.ts`), declarations);
      const examples = [...declarations.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, text = ""]) => text.replace(/^ *\* ?/gm, ""));
      for (const [index, example] of examples.entries()) {
        const header = example.includes("import ") ? "" : `import { ${exports.join(", ")} } from "./track-skills.${name}.js";\n`;
        await writeFile(path.join(folder, `${name}-${index}.ts`), `${header}declare const env: { DB: import("./track-skills.analytics.js").Database };\n${example}\nexport {};\n`);
      }
    }
    const compilerOptions = { target: "ES2022", module: "ESNext", moduleResolution: "bundler", types: [], strict: true, skipLibCheck: false, noEmit: true };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
    expect(await run(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", folder], folder)).toEqual({ code: 0, output: "" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
