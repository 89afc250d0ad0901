/** Every block of code in the documents runs or type-checks; every name and link in them is real. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { KIT_METADATA_KEYS } from "../src/event.ts";
import { checkLinks } from "../examples/content-skills/link-check.ts";
import { codeBlocksOf } from "./support/markdown-code.ts";
import { root, run } from "./support/shell.ts";

const DOCUMENTS = ["README.md", "QUICKSTART.md", "docs/INTEGRATION_GUIDE.md", "docs/ANALYTICS.md", "docs/DASHBOARD.md", "docs/CLAUDE_CODE.md", "docs/IMPORT.md", "docs/OTLP.md", "docs/PEOPLE.md", "docs/PRIVACY.md", "docs/ACCESS.md", "SECURITY.md", "CHANGELOG.md", "examples/content-skills/README.md"];
/** Its code needs the frameworks: test/client/adapters/document.test.ts compiles it. */
const ADAPTERS = "docs/ADAPTERS.md";
const read = (name: string): Promise<string> => readFile(path.join(root, name), "utf8");

it("TypeScript and JavaScript blocks type-check against the declarations that users copy", async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-docs-"));
  try {
    for (const name of ["client", "worker", "analytics"]) {
      await writeFile(path.join(folder, `track-skills.${name}.d.ts`), await read(`dist/track-skills.${name}.d.ts`));
    }
    let blocks = 0;
    for (const document of DOCUMENTS) {
      for (const { language, code, line } of codeBlocksOf(await read(document))) {
        if (language !== "ts" && language !== "js") continue;
        // A file of the dashboard: test/dashboard/own-panel.test.ts builds it.
        if (code.startsWith("// dashboard/")) continue;
        blocks += 1;
        await writeFile(path.join(folder, `${path.basename(document, ".md")}-${line}.${language}`), `${code}\nexport {};\n`);
      }
    }
    expect(blocks).toBeGreaterThan(8);
    const compilerOptions = {
      ...{ target: "ES2022", lib: ["ES2022", "DOM"], module: "ESNext", moduleResolution: "bundler", types: [], noEmit: true },
      ...{ strict: true, noImplicitAny: false, allowJs: true, checkJs: true, skipLibCheck: false },
    };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts", "*.js"] }));
    expect(await run(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", folder], folder)).toEqual({ code: 0, output: "" });
  } finally {
    await rm(folder, { recursive: true });
  }
});

it("the settings of QUICKSTART and CLAUDE_CODE name hooks, a route, a file and variables that exist", async () => {
  const texts = (await Promise.all(["QUICKSTART.md", "docs/CLAUDE_CODE.md"].map(read))).flatMap(codeBlocksOf).filter(({ language }) => language === "json");
  expect(texts.length).toBeGreaterThanOrEqual(3);
  const [handled, handler, settings] = await Promise.all(["src/claude-code/hook-event.ts", "src/worker/handler.ts", "src/hook/settings.ts"].map(read));
  for (const { code } of texts) {
    const { hooks = {}, env = {} }: { hooks?: Record<string, { hooks: { type: string; url?: string; command?: string }[] }[]>; env?: Record<string, string> } = JSON.parse(code);
    for (const name of Object.keys(env)) expect(settings).toContain(`"${name}"`);
    for (const [name, groups] of Object.entries(hooks)) {
      expect(handled).toContain(`  ${name}: { nameOf`);
      for (const { type, url, command } of groups.flatMap((group) => group.hooks)) {
        if (type === "http") expect(handler).toContain(`"${new URL(url ?? "").pathname}"`);
        else expect(command).toContain("track-skills.hook.js");
      }
    }
  }
});

it("wrangler.toml.example names every variable of the Worker, and no table twice: all of it may be taken out of its comments", async () => {
  const example = await read("wrangler.toml.example");
  const variables = (await read("src/worker/options.ts")).match(/interface TrackingEnv \{[\s\S]*?\n\}/)?.[0] ?? "";
  const names = [...variables.matchAll(/^ {2}(\w+)\?:/gm)].map(([, name]) => name ?? "");
  expect(names.length).toBeGreaterThan(12);
  for (const name of names) expect(example).toContain(name);
  const tables = [...example.matchAll(/^(?:# )?(\[\w+\])$/gm)].map(([, table]) => table);
  expect(tables).toEqual([...new Set(tables)]);
});

describe("the README", () => {
  it("names only commands that exist", async () => {
    const { scripts } = JSON.parse(await read("package.json"));
    for (const [, script = ""] of (await read("README.md")).matchAll(/npm run ([\w:-]+)/g)) expect(Object.keys(scripts)).toContain(script);
    const shell = codeBlocksOf(await read("README.md")).filter((block) => block.language === "sh");
    expect(shell.flatMap((block) => block.code.trim().split("\n"))).toEqual(["npm ci", "npm start", "npm ci", "npm test", "node dist/track-skills.import.js ~/.claude/projects"]);
  });

  it("lists every code of a refusal and of a rejection, and every option of the Worker", async () => {
    const readme = await read("README.md");
    const sources = await Promise.all(["src/worker/problem.ts", "src/worker/validate.ts"].map(read));
    const codes = sources.flatMap((source) => [...(source.match(/type (?:Problem|Rejection)Code =[^;]*;/)?.[0] ?? "").matchAll(/"(\w+)"/g)].map(([, code]) => code));
    expect(codes.length).toBeGreaterThan(20);
    for (const code of codes) expect(readme).toContain(`\`${code}\``);
    const options = (await read("src/worker/options.ts")).match(/interface TrackingOptions \{[\s\S]*?\n\}/)?.[0] ?? "";
    for (const [, option] of options.matchAll(/^ {2}(\w+)\?:/gm)) if (option !== "now") expect(readme).toContain(`\`${option}\``);
  });
});

describe.each([...DOCUMENTS, ADAPTERS])("%s", (document) => {
  it("links to what is there", async () => {
    expect(await checkLinks(await read(document), path.join(root, document))).toEqual([]);
  });
});

it("nothing that people read promises what nobody can hold: the check finds no word of that, and would", async () => {
  const words = (...files: string[]) => run(process.execPath, [path.join(root, ".ci/words.mjs"), ...files], root);
  expect(await words()).toMatchObject({ code: 0 });
  const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-words-"));
  try {
    const claims = ["Anonymous", "anonymised", "anonymization", "irreversibly", "cannot be\n * reversed", "GDPR-compliant", "GDPR compliance", "no\nPII"];
    for (const claim of claims) {
      await writeFile(path.join(folder, "claim.md"), `Events are stored.\nThey are ${claim} to all.\n`);
      expect(await words(path.join(folder, "claim.md"))).toMatchObject({ code: 1, output: expect.stringContaining("claim.md:2") });
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe("docs/PRIVACY.md", () => {
  it("says of every column what the schema says", async () => {
    expect(await run(process.execPath, [path.join(root, ".ci/privacy-doc.mjs"), "--check"], root)).toEqual({ code: 0, output: "" });
  });

  it("names the keys of metadata that are kept, and the times of retention", async () => {
    const text = await read("docs/PRIVACY.md");
    expect(text).toContain(`${[...KIT_METADATA_KEYS].sort().map((key) => `\`${key}\``).join(", ")}.`);
    expect(await read("src/worker/options.ts")).toMatch(/rawRetentionDays = 90[^]*Math\.max\(400, rawRetentionDays\)/);
  });
});
