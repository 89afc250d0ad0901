/** The import into a real local Worker and D1: what is stored, how fast, in how much memory, and what is not. */
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ImportRun, runImport } from "../support/import-command.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { promptLine, resultLine, useLine, writeManyTranscripts } from "../support/transcripts.ts";

const DAY = 86_400_000;

/** The Worker, with two doors for the tests: everything that D1 holds, and the rows that storing events wrote. */
const index = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
const tracker = createTrackingHandler({ rawRetentionDays: 400 });
const inserts = new WeakSet();
let rowsWritten = 0;
const counting = (db) => ({
  prepare(sql) {
    const statement = db.prepare(sql);
    const bind = statement.bind.bind(statement);
    statement.bind = (...values) => {
      const bound = bind(...values);
      if (sql.includes("INTO skill_usage_events")) inserts.add(bound);
      return bound;
    };
    return statement;
  },
  async batch(statements) {
    const results = await db.batch(statements);
    if (statements.some((one) => inserts.has(one))) for (const { meta } of results) rowsWritten += meta.rows_written;
    return results;
  },
});
async function dump(db) {
  const { results: tables } = await db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '\\\\_%' ESCAPE '\\\\' AND name NOT LIKE 'sqlite%'").all();
  const all = {};
  for (const { name } of tables) all[name] = (await db.prepare('SELECT * FROM "' + name + '"').all()).results;
  return all;
}
export default {
  async fetch(request, env, ctx) {
    const { pathname } = new URL(request.url);
    if (pathname === "/test/rows") return Response.json({ rowsWritten, stored: await env.DB.prepare("SELECT COUNT(*) FROM skill_usage_events").first("COUNT(*)") });
    if (pathname === "/test/dump") return Response.json(await dump(env.DB));
    return tracker.fetch(request, { ...env, DB: counting(env.DB) }, ctx);
  },
};
`;

let worker: LocalWorker;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-import-"));
  worker = await startLocalWorker(index);
});
afterAll(async () => {
  await worker.stop();
  await rm(folder, { recursive: true, force: true });
});

const state = () => path.join(folder, "state");
const run = (...args: string[]): Promise<ImportRun> => runImport([...args, "--endpoint", worker.url], state());

it("no prompt, argument, result, error text, file name or path reaches the database", async () => {
  const at = Date.now() - DAY;
  const [projects, session] = [path.join(folder, "planted-folder"), path.join(folder, "planted-folder/planted-project/planted-session.jsonl")];
  await mkdir(path.dirname(session), { recursive: true });
  const fields = { cwd: "/home/planted-home", sessionId: "planted-session-id", version: "planted-version" };
  const lines = [
    promptLine("planted-prompt", at),
    useLine("toolu_1", "Bash", at, { command: "planted-argument", description: "planted-description" }, fields),
    resultLine("toolu_1", at + 1_500, { error: "Exit code 1\nplanted-error at /home/planted-home/planted-file.ts" }, fields),
    useLine("toolu_2", "Read", at, { file_path: "/home/planted-home/planted-file.ts" }, fields),
    resultLine("toolu_2", at + 20, { content: "planted-result", toolUseResult: { file: { filePath: "/planted-path", content: "planted-content" } } }, fields),
    useLine("toolu_3", "Skill", at, { skill: "pdf", args: "planted-skill-argument" }, fields),
    resultLine("toolu_3", at + 5, { content: "Launching skill: pdf" }, fields),
    useLine("toolu_4", "Write", at, { content: "planted-content" }, fields),
    resultLine("toolu_4", at + 9_000, { error: "The user doesn't want to proceed with this tool use. the user said:\nplanted-answer" }, fields),
    `{"planted-broken`,
  ];
  await writeFile(session, `${lines.join("\n")}\n`);
  expect(await run(projects, "--user", "planted-user")).toMatchObject({ code: 0 });
  const stored = await (await fetch(`${worker.url}/test/dump`)).json() as { skill_usage_events: Record<string, unknown>[] };
  const rows = stored.skill_usage_events.map(({ skill, outcome, duration_ms, started_at, error_type, metadata, source }) => ({ skill, outcome, duration_ms, started_at, error_type, metadata, source }));
  const common = { started_at: at, source: "claude-code", error_type: null, metadata: null };
  expect(rows.sort((left, right) => String(left.skill).localeCompare(String(right.skill)))).toEqual([
    { ...common, skill: "Bash", outcome: "error", duration_ms: 1_500, error_type: "exit_code_1" },
    { ...common, skill: "pdf", outcome: "ok", duration_ms: 5, metadata: '{"measures":"load"}' },
    { ...common, skill: "Read", outcome: "ok", duration_ms: 20 },
    { ...common, skill: "Write", outcome: "refused", duration_ms: 9_000, error_type: "user_rejected" },
  ]);
  // Binary columns come as lists of bytes.
  const words = JSON.stringify(stored, (_, value) => (Array.isArray(value) && typeof value[0] === "number" ? Buffer.from(value).toString("latin1") : value));
  expect(Object.keys(stored).length).toBeGreaterThan(3);
  expect(words).not.toMatch(/planted/i);
});

it("100,000 calls in 230 MB take under 60 s and 200 MB of memory; again they add no row and write none, with the state and without", { timeout: 180_000 }, async () => {
  const many = path.join(folder, "many");
  const bytes = await writeManyTranscripts(many, 100_000, { until: Date.now() - DAY, days: 60, resultChars: 500 });
  expect(bytes).toBeGreaterThan(200_000_000);
  const before = await rows();
  const first = await run(many);
  expect(first).toMatchObject({ code: 0 });
  expect(first.stdout).toContain("100,000 stored, 0 were stored before");
  expect(first.tookMs).toBeLessThan(60_000);
  expect(first.maxRssBytes).toBeLessThan(200_000_000);
  const after = await rows();
  expect(after.stored).toBe(before.stored + 100_000);

  const again = await run(many);
  expect(again.stdout).toContain("0 calls; 0 files read (0 kB), 40 unchanged");
  const anew = await run(many, "--no-state");
  expect(anew.stdout).toContain("0 stored, 100,000 were stored before");
  expect(anew.maxRssBytes).toBeLessThan(200_000_000);
  expect(await rows()).toEqual(after);
  await rm(many, { recursive: true });
  console.log(`100,000 calls, ${Math.round(bytes / 1e6)} MB: ${(first.tookMs / 1e3).toFixed(1)} s, ${Math.round(first.maxRssBytes / 1e6)} MB of memory; again ${(again.tookMs / 1e3).toFixed(1)} s, without state ${(anew.tookMs / 1e3).toFixed(1)} s`);
});

it("what is older than the Worker keeps is counted, with the option that keeps more, and offered again the next time", async () => {
  const old = path.join(folder, "old");
  await mkdir(old);
  const lines = [500, 450, 2].map((days) => `${useLine(`toolu_old_${days}`, "Bash", Date.now() - days * DAY)}\n${resultLine(`toolu_old_${days}`, Date.now() - days * DAY)}\n`);
  await writeFile(path.join(old, "a.jsonl"), lines.join(""));
  for (const stored of ["1 stored, 0 were stored before", "0 stored, 1 were stored before"]) {
    const { code, stdout } = await run(old);
    expect(code).toBe(0);
    expect(stdout).toContain(stored);
    expect(stdout).toMatch(/2 +older than the Worker keeps.*rawRetentionDays: 400/);
  }
});

const replay = process.env["TRACK_SKILLS_REPLAY"];
it.skipIf(replay === undefined)("recorded calls from a file end as what arithmetic on the file says", async () => {
  const lines = gunzipSync(readFileSync(replay ?? "")).toString("utf8").trim().split("\n").map((line) => JSON.parse(line));
  const args = ["--from", replay ?? "", "--source", "replay", "--map", "success=ok,userId=user,sessionId=metadata.sessionId"];
  expect((await run(...args)).stdout).toContain(`${lines.length.toLocaleString("en")} stored, 0 were stored before`);
  expect((await run(...args)).stdout).toContain(`0 stored, ${lines.length.toLocaleString("en")} were stored before`);
  const [from, to] = [Date.parse(lines[0].startedAt), Date.parse(lines.at(-1).startedAt) + 1];
  const range = `from=${from}&to=${to}&source=replay`;
  const summary = await worker.read(`/analytics/summary?${range}`);
  expect(summary).toMatchObject({ calls: lines.length, errors: lines.filter(({ ok }) => !ok).length, users: new Set(lines.map(({ user }) => user)).size });
  const { tools } = await worker.read(`/analytics/tools?${range}`) as { tools: { skill: string; calls: number; errors: number }[] };
  for (const { skill, calls, errors } of tools) {
    const own = lines.filter((line) => line.skill === skill);
    expect({ skill, calls, errors }).toEqual({ skill, calls: own.length, errors: own.filter(({ ok }) => !ok).length });
  }
  expect(tools.reduce((sum, { calls }) => sum + calls, 0)).toBe(lines.length);
});

async function rows(): Promise<{ rowsWritten: number; stored: number }> {
  const response = await fetch(`${worker.url}/test/rows`);
  return response.json();
}
