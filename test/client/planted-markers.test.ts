/**
 * Markers from end to end: the built client, a real local Worker, its D1, its dashboard's answers, and what both said.
 *
 * Personal data and secrets of every family are planted wherever a call can carry them. None may be found anywhere.
 */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { QUESTIONS } from "../../src/analytics/index.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { environment, root } from "../support/shell.ts";

/** The Worker, which keeps all metadata, with a door for the test: everything that D1 holds, and a roll-up of it. */
const index = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
const tracker = createTrackingHandler({ metadata: "all", scrubRules: [{ name: "order", pattern: /ORD-\\d+/ }] });
async function dump(db) {
  const { results: tables } = await db.prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'skill\\\\_%' ESCAPE '\\\\'").all();
  const all = {};
  for (const { name } of tables) all[name] = (await db.prepare('SELECT * FROM "' + name + '"').all()).results;
  return all;
}
export default {
  async fetch(request, env, ctx) {
    if (new URL(request.url).pathname !== "/test/dump") return tracker.fetch(request, env, ctx);
    await tracker.scheduled({}, env, ctx);
    return Response.json(await dump(env.DB));
  },
};
`;

/** What is planted, and the part of it that must be nowhere. */
const MARKERS: Readonly<Record<string, readonly [planted: string, secret: string]>> = {
  email: ["planted.person@example.com", "planted.person"],
  phone: ["+44 20 7946 0958", "7946 0958"],
  card: ["4111 1111 1111 1111", "4111 1111"],
  iban: ["DE89 3704 0044 0532 0130 00", "0532 0130"],
  ssn: ["078-05-1120", "05-1120"],
  ipv4: ["203.0.113.77", "203.0.113"],
  ipv6: ["2001:db8::8a2e:370:7334", "8a2e:370"],
  mac: ["00:1a:2b:3c:4d:5e", "3c:4d:5e"],
  jwt: ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJwbGFudGVkIn0.cGxhbnRlZHNpZw", "eyJzdWIi"],
  bearer: ["Bearer planted0token1value2", "planted0token1"],
  apiKey: ["sk-proj-plantedKey0123456789abcdef", "plantedKey0123"],
  pem: ["-----BEGIN PRIVATE KEY-----\nUGxhbnRlZEtleQ==\n-----END PRIVATE KEY-----", "UGxhbnRlZEtleQ"],
  urlCredential: ["https://plantedname:plantedpass@api.example/x", "plantedpass"],
  queryValue: ["https://api.example/x?name=plantedvalue", "plantedvalue"],
  homeDirectory: ["/home/plantedhome/notes.md", "plantedhome"],
  randomString: ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "884c7d659a2f"],
  password: ["password=plantedpassword", "plantedpassword"],
  ownRule: ["ORD-7654321", "7654321"],
};
/** What has no shape of its own is never taken in the first place, or only under a name that says what it is. */
const SHAPELESS = { argument: "planted-argument", result: "planted-result", user: "planted-user", session: "planted-session", named: "planted-named", field: "planted-field" };

/** Makes calls that carry the markers, in a process of its own, and prints the bodies that it sends. */
const program = (url: string): string => `
import { createTracker } from ${JSON.stringify(pathToFileURL(path.join(root, "dist/track-skills.client.js")).href)};
const fetcher = { async fetch(_, init) { console.log(init.body); return fetch(${JSON.stringify(`${url}/api/track`)}, init); } };
const tracker = createTracker({ fetcher, scrubRules: [{ name: "order", pattern: /ORD-\\d+/ }], onError: (reason, detail) => console.error(reason, detail) });
const planted = ${JSON.stringify(Object.values(MARKERS).map(([text]) => text))};
const { argument, result, user, session, named } = ${JSON.stringify(SHAPELESS)};
for (const marker of planted) {
  const metadata = { note: "about " + marker, list: [marker, { deep: marker }], ["key " + marker]: 1, password: named, apiKey: named };
  const context = () => ({ userId: marker + user, sessionId: marker + session, metadata });
  tracker.wrap("succeeds", (text) => result + text, { context })(argument + marker);
  try { tracker.wrap("throws", (text) => { throw new TypeError("Could not use " + marker + " twice"); }, { context })(argument + marker); } catch {}
  await tracker.wrap("rejects", async () => { throw Object.assign(new Error("x".repeat(990) + " " + marker, { cause: new Error(marker) }), { name: "Odd " + marker, input: argument }); }, { context })().catch(() => undefined);
  for await (const part of tracker.wrap("generates", async function* () { yield result + marker; }, { context })()) void part;
}
await tracker.flush();
console.error(JSON.stringify(tracker.stats()));
`;

let worker: LocalWorker;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-markers-"));
  worker = await startLocalWorker(index);
});
afterAll(async () => {
  await worker.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Runs the program; gives what it sent, and what it said beside that. */
async function call(): Promise<{ sent: string; said: string }> {
  const file = path.join(folder, "program.mjs");
  await writeFile(file, program(worker.url));
  const child = spawn(process.execPath, [file], { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  const seen = { sent: "", said: "" };
  child.stdout.on("data", (chunk) => (seen.sent += String(chunk)));
  child.stderr.on("data", (chunk) => (seen.said += String(chunk)));
  await new Promise((resolve) => child.once("close", resolve));
  return seen;
}

/**
 * Sends to the Worker what no client of ours would: markers that nobody has scrubbed, in every field that carries texts.
 * Names and event ids are not among them: they are stored as they come, so that they can be counted and found again.
 */
async function sendRaw(): Promise<void> {
  let ids = 0;
  const events = Object.values(MARKERS).flatMap(([marker]) => [
    { skill: "raw", success: false, errorType: `Odd ${marker}`, errorMessage: `${"x".repeat(1_010)} ${marker}`, userId: `${marker}${SHAPELESS.user}`, sessionId: SHAPELESS.session, metadata: { note: marker, secret: SHAPELESS.named, [marker]: [[marker]] }, unknown: SHAPELESS.field },
    { skill: "raw", durationMs: -1, outcome: marker, errorMessage: marker },
    { skill: "raw", id: marker, metadata: marker },
  ]);
  expect(await worker.post(events)).toMatchObject({ accepted: Object.keys(MARKERS).length });
  for (const [marker] of Object.values(MARKERS)) {
    await fetch(`${worker.url}/api/track`, { method: "POST", body: `{"broken": "${marker}` });
    await fetch(`${worker.url}/api/track?text=${encodeURIComponent(marker)}`, { method: "POST", headers: { Authorization: `Bearer ${encodeURIComponent(marker)}` }, body: "{}" });
    await fetch(`${worker.url}/hooks/claude-code`, { method: "POST", headers: { "X-Track-User": encodeURIComponent(marker) }, body: JSON.stringify({ hook_event_name: "PostToolUse", tool_name: "Bash", tool_use_id: `toolu_${ids++}`, session_id: SHAPELESS.session, cwd: marker, tool_input: { command: marker }, tool_response: { stdout: marker } }) });
  }
}

it("no marker of any family is in what is sent, stored, answered or logged", { timeout: 120_000 }, async () => {
  const { sent, said } = await call();
  const { sent: delivered, lost } = JSON.parse(said.trim().split("\n").at(-1) ?? "");
  expect(delivered).toBe(Object.keys(MARKERS).length * 4);
  expect(Object.values(lost).every((count) => count === 0)).toBe(true);
  await sendRaw();

  const stored = await (await fetch(`${worker.url}/test/dump`)).text();
  const answers = await Promise.all(Object.keys(QUESTIONS).map(async (question) => JSON.stringify(await worker.read(`/analytics/${question}?range=24h`))));
  const places = { sent: withoutIds(sent), said, stored, answers: answers.join("\n"), logged: worker.output() };
  // The places are what they seem to be: what may stay is there.
  for (const place of ["sent", "stored", "answers"] as const) {
    for (const rule of ["email", "order"]) expect(places[place]).toContain(`Could not use [${rule}] twice`);
  }
  expect(stored).toContain('\\"password\\":\\"[redacted]\\"');

  const secrets = [...Object.values(MARKERS).map(([, secret]) => secret), ...Object.values(SHAPELESS)];
  const found = Object.entries(places).flatMap(([place, text]) => secrets.filter((secret) => text.includes(secret)).map((secret) => `${secret} ${place}`));
  expect(found).toEqual([]);
});

/** The ids of people and sessions travel as they are: the Worker alone has the key that turns them into pseudonyms. */
function withoutIds(bodies: string): string {
  const parsed: { events: Record<string, unknown>[] }[] = bodies.trim().split("\n").map((body) => JSON.parse(body));
  return JSON.stringify(parsed.flatMap(({ events }) => events.map(({ userId: _user, sessionId: _session, ...event }) => event)));
}
