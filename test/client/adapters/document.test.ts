/** The adapters' document, compiled against the frameworks themselves. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { codeBlocksOf } from "../../support/markdown-code.ts";
import { root, run } from "../../support/shell.ts";

it("every block of code type-checks against the frameworks", async () => {
  // Inside the project, so that the frameworks are found.
  const folder = await mkdtemp(path.join(root, "test/.adapters-"));
  try {
    const blocks = codeBlocksOf(await readFile(path.join(root, "docs/ADAPTERS.md"), "utf8"));
    expect(blocks.length).toBeGreaterThan(5);
    for (const { code, line } of blocks) await writeFile(path.join(folder, `line-${line}.ts`), code);
    await writeFile(path.join(folder, "track-skills.client.ts"), 'export * from "../../src/client.ts";\n');
    // Only the core of the Agents SDK is installed, which is where `tool` comes from.
    const paths = { "@openai/agents": ["../../node_modules/@openai/agents-core"] };
    const config = { extends: "../tsconfig.json", compilerOptions: { paths }, include: ["*.ts"] };
    await writeFile(path.join(folder, "tsconfig.json"), JSON.stringify(config));
    expect(await run(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", folder], folder)).toEqual({ code: 0, output: "" });
  } finally {
    await rm(folder, { recursive: true });
  }
});
