/**
 * Runs the content skills over real Markdown through the built client, so that real durations and real failures reach
 * the dashboard: first every document once, then one every second.
 */
import { randomUUID } from "node:crypto";
import { glob, readFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { createTracker, type Tracker } from "../dist/track-skills.client.js";
import { type ContentSkill, contentSkills, type Document } from "./content-skills/index.ts";

const root = path.resolve(import.meta.dirname, "..");

/** Documents of the first pass: enough for every chart, done in seconds. */
const MAX_DOCUMENTS = 120;
const MAX_DOCUMENT_CHARS = 200_000;
const PAUSE_MS = 1_000;

/** A run that goes on until it is stopped. */
export interface Run {
  /** Settles when every document has been through every skill once; gives the number of calls. */
  firstPass: Promise<number>;
  /** Ends the run and sends what waits. */
  stop(): Promise<void>;
}

/** Starts to run the skills, tracked by the Worker at an address. */
export function runSkills(endpoint: string): Run {
  const tracker = createTracker({ endpoint, version: "1.0.0", source: "example" });
  const skills = trackedSkills(tracker);
  const stopped = new AbortController();
  const documents = readDocuments();
  const firstPass = documents.then(async (all) => {
    let calls = 0;
    for (const document of all) calls += await runAll(skills, document, stopped.signal);
    await tracker.flush();
    return calls;
  });
  void firstPass.then(() => goOn(skills, documents, stopped.signal)).catch(() => undefined);
  return {
    firstPass,
    async stop() {
      stopped.abort();
      await tracker.shutdown();
    },
  };
}

/** The one line a skill needs: who calls is known here from the machine's user, and stored as a keyed hash only. */
function trackedSkills(tracker: Tracker): ContentSkill[] {
  const person = { userId: os.userInfo().username, sessionId: randomUUID() };
  // A size says why a call was slow, and nothing of what a document says. The Worker names the key, or would drop it.
  const context = ({ text }: Document) => ({ ...person, metadata: { documentChars: text.length } });
  return Object.entries(contentSkills).map(([name, skill]) => tracker.wrap(name, skill, { context }));
}

async function runAll(skills: readonly ContentSkill[], document: Document, signal: AbortSignal): Promise<number> {
  let calls = 0;
  for (const skill of skills) {
    if (signal.aborted) return calls;
    calls += 1;
    try {
      await skill(document);
    } catch {
      // A skill that fails is what the dashboard is to show. Each skill's README row says when it does.
    }
  }
  return calls;
}

async function goOn(skills: readonly ContentSkill[], documents: Promise<Document[]>, signal: AbortSignal): Promise<void> {
  const all = await documents;
  for (let turn = 0; !signal.aborted; turn++) {
    const document = all[turn % all.length];
    if (document !== undefined) await runAll(skills, document, signal);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

/** The repository's own documents, then those of the installed packages. */
async function readDocuments(): Promise<Document[]> {
  const files: string[] = [];
  for await (const file of glob(["*.md", "docs/*.md", "examples/**/*.md"], { cwd: root })) files.push(file);
  for await (const file of glob("node_modules/{*,@*/*}/*.md", { cwd: root })) files.push(file);
  const texts = new Map<string, string>();
  for (const file of [...new Set(files)].slice(0, MAX_DOCUMENTS)) {
    texts.set(path.join(root, file), (await readFile(path.join(root, file), "utf8")).slice(0, MAX_DOCUMENT_CHARS));
  }
  const all = [...texts];
  return all.map(([file, text], index) => ({ path: file, text, others: new Map(all.slice(index + 1, index + 4)) }));
}
