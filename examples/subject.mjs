/**
 * `npm run subject -- export|erase --endpoint URL`: hands over, or erases, what a Worker stores of one person.
 *
 * The admin key comes from the environment, TRACK_ADMIN_KEY, and the person's id from standard input, so that neither stands in
 * a shell's history. Long work comes in several answers: this asks until all is done.
 */
import { createInterface } from "node:readline/promises";
import { parseArgs } from "node:util";

const USAGE = "Usage: TRACK_ADMIN_KEY=… npm run subject -- export|erase --endpoint https://my-tracker.example.workers.dev [--id ID]";

/** A failure that the reader can do something about: shown as a sentence, without a stack. */
class Advice extends Error {}

async function main() {
  const { what, endpoint, id } = readArguments();
  const key = process.env.TRACK_ADMIN_KEY;
  if (key === undefined || key === "") throw new Advice("Set TRACK_ADMIN_KEY to the Worker's admin key.");
  const userId = (id ?? (await askForId())).trim();
  if (userId === "") throw new Advice("No id was given.");
  const send = (body) => post(new URL(`api/subjects/${what}`, endpoint.endsWith("/") ? endpoint : `${endpoint}/`), key, { userId, ...body });
  if (what === "export") await exportAll(send);
  else await eraseAll(send);
}

function readArguments() {
  try {
    const { values, positionals } = parseArgs({ allowPositionals: true, options: { endpoint: { type: "string" }, id: { type: "string" } } });
    const [what, ...more] = positionals;
    if ((what !== "export" && what !== "erase") || more.length > 0 || values.endpoint === undefined || !URL.canParse(values.endpoint)) throw new Advice(USAGE);
    return { what, endpoint: values.endpoint, id: values.id };
  } catch (error) {
    throw error instanceof Advice ? error : new Advice(`${error instanceof Error ? error.message : error}\n${USAGE}`);
  }
}

/** Asks on the terminal, on standard error since standard output may be a file; or reads what is piped in. */
async function askForId() {
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: process.stdin.isTTY });
  try {
    if (process.stdin.isTTY) return await lines.question("Id of the person: ");
    for await (const line of lines) return line;
    return "";
  } finally {
    lines.close();
  }
}

async function post(url, key, body) {
  const init = { method: "POST", headers: { Authorization: `Bearer ${key}`, "Content-Type": "application/json" }, body: JSON.stringify(body) };
  const response = await fetch(url, { ...init, redirect: "error" }).catch((error) => {
    throw new Advice(`${url.origin} could not be reached: ${error.cause?.message ?? error.message}`);
  });
  if (response.ok) return response;
  const { title, detail } = await response.json().catch(() => ({}));
  throw new Advice(`${response.status} ${title ?? response.statusText}. ${detail ?? ""}`);
}

async function exportAll(send) {
  let cursor = null;
  do cursor = await passOn(await send({ cursor }));
  while (cursor !== null);
}

/** Passes lines on as they come, and gives where the next answer goes on. */
async function passOn(response) {
  const decoder = new TextDecoder();
  let rest = "";
  let last = "";
  for await (const chunk of response.body) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    last = lines.at(-1) ?? last;
    if (lines.length > 0) process.stdout.write(`${lines.join("\n")}\n`);
  }
  if (!last.startsWith('{"kind":"end"')) throw new Advice("The answer was broken off. Run the command again: an export changes nothing.");
  return JSON.parse(last).next;
}

async function eraseAll(send) {
  let events = 0;
  let rollUps = 0;
  for (;;) {
    const report = await (await send({})).json();
    events += report.events;
    rollUps += report.rollUps;
    console.log(`${events} events deleted, ${rollUps} roll-ups repaired.`);
    if (!report.isFinished) continue;
    console.log(`Finished: ${report.detail} Events up to ${new Date(report.erasedUntil).toISOString()} are not taken again. Audit row: ${report.requestId}`);
    return;
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof Advice)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
