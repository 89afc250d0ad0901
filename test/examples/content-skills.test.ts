import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { duplicatePassages } from "../../examples/content-skills/duplicate-passages.ts";
import { FrontMatterError, validateFrontMatter } from "../../examples/content-skills/front-matter.ts";
import { headingStructure } from "../../examples/content-skills/heading-structure.ts";
import { contentSkills } from "../../examples/content-skills/index.ts";
import { keywordDensity } from "../../examples/content-skills/keyword-density.ts";
import { checkLinks } from "../../examples/content-skills/link-check.ts";
import { readability } from "../../examples/content-skills/readability.ts";

const EASY = "The cat sat on the mat. The dog ran to the cat. ".repeat(6);
const HARD = "Institutional accountability necessitates comprehensive organisational documentation, notwithstanding considerable administrative inconvenience. ".repeat(4);

describe("readability", () => {
  it("short words in short sentences are easier than long ones in long sentences", () => {
    expect(readability(EASY).readingEase).toBeGreaterThan(90);
    expect(readability(HARD).readingEase).toBeLessThan(0);
    expect(readability(HARD).grade).toBeGreaterThan(readability(EASY).grade);
  });
  it("code and front matter are not read", () => {
    const words = readability(EASY).words;
    expect(readability(`---\ntitle: x\n---\n${EASY}\n\`\`\`\nlet unread = 1\n\`\`\`\n`).words).toBe(words);
  });
  it("a text of few words is refused", () => {
    expect(() => readability("Too short.")).toThrow(RangeError);
  });
});

describe("keyword density", () => {
  it("counts terms of several words, and no stop words", () => {
    const terms = keywordDensity("Usage events matter. The usage events of a skill are usage events.");
    expect(terms[0]).toMatchObject({ term: "events", count: 3 });
    expect(terms).toContainEqual({ term: "usage events", count: 3, density: 0.5 });
    expect(terms.map(({ term }) => term)).not.toContain("the");
  });
  it("reads other scripts, and nothing from nothing", () => {
    expect(keywordDensity("Größe Größe")).toMatchObject([{ term: "größe", count: 2 }]);
    expect(keywordDensity("")).toEqual([]);
  });
});

describe("heading structure", () => {
  it("finds skipped levels, duplicates and a second title, and leaves code alone", () => {
    const { problems } = headingStructure("# A\n\n### B\n\n```sh\n# comment\n```\n\n### B\n\nC\n=\n");
    expect(problems).toEqual([
      { line: 3, problem: "skipped_level" },
      { line: 9, problem: "duplicate" },
      { line: 11, problem: "several_titles" },
    ]);
  });
  it("a document without a title says so, with Windows line ends too", () => {
    expect(headingStructure("## Only\r\n\r\ntext\r\n").problems).toEqual([{ line: 1, problem: "no_title" }]);
    expect(headingStructure("# Fine\r\n").problems).toEqual([]);
  });
});

describe("link check", () => {
  it("finds files and headings that are not there, and asks no network", async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), "links-"));
    try {
      await writeFile(path.join(folder, "other.md"), "# Über uns!\n\n## Part\n\n## Part\n");
      const links = ["other.md", "other.md#über-uns", "other.md#part-1", "other.md#nowhere", "gone.md", "https://example.com/gone", "#here", "#there"];
      const text = `# Here\n\n${links.map((link) => `[x](${link})`).join("\n")}\n\n\`[no](code.md)\`\n\n[ref]: also-gone.md\n`;
      expect((await checkLinks(text, path.join(folder, "index.md"))).map(({ target }) => target)).toEqual(["other.md#nowhere", "gone.md", "#there", "also-gone.md"]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("front matter", () => {
  it("reads values, quotes and lists in both forms", () => {
    const text = '---\ntitle: "A: b"\ndescription: d\ndate: 2026-11-23\ntags:\n  - x\n  - y\nmore: [1, 2]\n---\n';
    expect(validateFrontMatter(text)).toEqual({
      fields: { title: "A: b", description: "d", date: "2026-11-23", tags: ["x", "y"], more: ["1", "2"] },
      problems: [],
    });
  });
  it("says what is missing or wrong", () => {
    expect(validateFrontMatter("---\ntitle: a\ntitle: b\ndate: soon\n???\n---\n").problems).toHaveLength(4);
  });
  it("a document without it is a named error", () => {
    expect(() => validateFrontMatter("# Title")).toThrow(FrontMatterError);
    expect(() => validateFrontMatter("---\ntitle: a")).toThrow(FrontMatterError);
  });
});

describe("duplicate passages", () => {
  const passage = "one two three four five six seven eight nine ten eleven twelve thirteen";
  it("finds a passage that stands twice, in one document and across two", () => {
    expect(duplicatePassages("a", `${passage} between ${passage}`)).toMatchObject([{ documents: ["a", "a"], words: 13 }]);
    expect(duplicatePassages("a", passage, new Map([["b", `before ${passage} after`]]))).toMatchObject([{ documents: ["a", "b"], words: 13 }]);
  });
  it("leaves single passages and short repetitions alone", () => {
    expect(duplicatePassages("a", passage)).toEqual([]);
    expect(duplicatePassages("a", "again and again and again")).toEqual([]);
    expect(duplicatePassages("a", "")).toEqual([]);
  });
});

it("every skill takes a document", async () => {
  const document = { path: path.resolve("README.md"), text: `---\ntitle: t\ndescription: d\n---\n# T\n\n${EASY}`, others: new Map() };
  for (const run of Object.values(contentSkills)) expect(await run(document)).toBeDefined();
});
