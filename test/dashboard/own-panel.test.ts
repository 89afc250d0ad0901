import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { openTab, settled } from "../support/dashboard.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { codeBlocksOf } from "../support/markdown-code.ts";
import { ANALYTICS_KEY } from "../support/secrets.ts";
import { root, run } from "../support/shell.ts";

/** The panel of docs/INTEGRATION_GUIDE.md, put into a copy of the dashboard as its reader would. */
describe("a stranger's panel, by one file and one line", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-panel-"));
    for (const part of ["dashboard", "src", "tsconfig.json"]) await cp(path.join(root, part), path.join(folder, part), { recursive: true });
    await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    const guide = await readFile(path.join(root, "docs/INTEGRATION_GUIDE.md"), "utf8");
    const panel = codeBlocksOf(guide).find(({ code }) => code.startsWith("// dashboard/"))?.code ?? "";
    await writeFile(path.join(folder, "dashboard/src/panels/slowest-skills.ts"), panel);
    const index = path.join(folder, "dashboard/src/panels/index.ts");
    const registry = await readFile(index, "utf8");
    const registered = registry.replace("  figuresPanel,\n", "  figuresPanel,\n  slowestSkillsPanel,\n");
    await writeFile(index, `import { slowestSkillsPanel } from "./slowest-skills.ts";\n${registered}`);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("type-checks", async () => {
    expect(await run(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "-p", path.join(folder, "dashboard")], folder)).toEqual({ code: 0, output: "" });
  });

  describe.skipIf(chromiumPath === undefined)(inChromium("the built page"), () => {
    let worker: LocalWorker;
    beforeAll(async () => {
      worker = await startLocalWorker();
      await worker.post([{ skill: "slow", durationMs: 9_000 }, { skill: "fast", durationMs: 10 }]);
    });
    afterAll(() => worker?.stop());

    it("it is drawn where it was put, with the figures of the API", async () => {
      const { outputFiles } = await build({ entryPoints: [path.join(folder, "dashboard/src/main.ts")], bundle: true, write: false, format: "esm" });
      const browser = await launchChromium();
      const { page } = await openTab(browser, "about:blank");
      await page.route("**/app.js", (route) => route.fulfill({ contentType: "text/javascript", body: outputFiles[0]?.text ?? "" }));
      await page.goto(`${worker.url}/#key=${ANALYTICS_KEY}`);
      await settled(page);
      expect(await page.locator("#panel-figures + #panel-slowest-skills tbody tr").allTextContents()).toEqual(["slow9 s", "fast10 ms"]);
      await browser.close();
    });
  });
});

/** The texts of another language, put into a copy of the dashboard as their translator would. */
describe.skipIf(chromiumPath === undefined)(inChromium("a translation, by one file and one line"), () => {
  it("speaks its language alone: the page's own, and the words for units; digits are the reader's", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-texts-"));
    for (const part of ["dashboard", "src", "tsconfig.json"]) await cp(path.join(root, part), path.join(folder, part), { recursive: true });
    await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
    const texts = path.join(folder, "dashboard/src/texts");
    const words = 'duration: { ms: "ms", s: "sn", min: "dk", h: "sa", d: "gün" }, age: { s: (count: number) => `${count} saniye`, min: (count: number) => `${count} dakika`, h: (count: number) => `${count} saat`, d: (count: number) => `${count} gün` }';
    await writeFile(path.join(texts, "tr.ts"), `import { en } from "./en.ts";\nexport const tr = { ...en, units: { ${words} } };\n`);
    const index = (await readFile(path.join(texts, "index.ts"), "utf8")).replace("= { en };", "= { en, tr };");
    await writeFile(path.join(texts, "index.ts"), `import { tr } from "./tr.ts";\n${index}`);
    const worker = await startLocalWorker();
    await worker.post([{ skill: "slow", durationMs: 4_200 }]);
    const { outputFiles } = await build({ entryPoints: [path.join(folder, "dashboard/src/main.ts")], bundle: true, write: false, format: "esm" });
    const browser = await launchChromium();
    for (const [locale, age, duration] of [["tr-TR", /^Updated \d+ saniye ago$/, "4,2 sn"], ["de-DE", /^Updated \d+ sec ago$/, "4,2 s"]] as const) {
      const { page } = await openTab(browser, "about:blank", { locale });
      await page.route("**/app.js", (route) => route.fulfill({ contentType: "text/javascript", body: outputFiles[0]?.text ?? "" }));
      await page.goto(`${worker.url}/#key=${ANALYTICS_KEY}`);
      await settled(page);
      expect(await page.locator("html").getAttribute("lang")).toBe(locale === "tr-TR" ? "tr" : "en");
      expect(await page.locator("#status").textContent()).toMatch(age);
      expect(await page.locator("#card-p50 .value").textContent()).toBe(duration);
    }
    await browser.close();
    await worker.stop();
    await rm(folder, { recursive: true });
  });
});
