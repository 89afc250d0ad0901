/*! Track-Skills import 0.1.0 | MIT licence | made from src/import.ts: change it there */
// src/import.ts
import { stat as stat2 } from "node:fs/promises";
import { setFlagsFromString } from "node:v8";

// src/endpoint.ts
/**
 * What every sender knows of the Worker's end: its address as people give it, and how it asks for patience.
 */
/** The address of `/api/track`, for an address with or without that path; `undefined` when it is none. Never throws. */
function trackUrlOf(endpoint) {
  try {
    const url = new URL(endpoint);
    if (!url.pathname.endsWith("/api/track")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/track`;
    return /^https?:$/.test(url.protocol) ? url.href : void 0;
  } catch {
    return void 0;
  }
}
/** `Retry-After` in ms, from seconds or a date (RFC 9110, section 10.2.3); 0 when there is none. */
function retryAfterMs(value) {
  const ms = Number(value) * 1e3;
  return Math.max(0, (Number.isNaN(ms) ? Date.parse(value ?? "") - Date.now() : ms) || 0);
}

// src/import/delivery.ts
/**
 * Posts batches to the Worker and waits for its word: an import may take its time, so it never gives an event up; it
 * either hears what became of it or stops and says why.
 */
/** Ends an import: a sentence that says what to do. What was acknowledged before stays so. */
var ImportStopped = class extends Error {
};
/** Attempts at a batch, 0.5, 1, 2, 4 and 8 seconds apart where the Worker does not say when. */
var ATTEMPTS = 6;
var ATTEMPTS_AT_SILENCE = 2;
var FIRST_WAIT_MS = 500;
/** Longest time that an import waits because the Worker asks for it. A spent budget takes until midnight. */
var MAX_WAIT_MS = 12e4;
/** A batch of 500 takes far less than a second; a Worker that hangs should not hold an import for long. */
var REQUEST_MS = 3e4;
/** Codes of the Worker that waiting does not mend. */
var OWNER_MUST_ACT = /* @__PURE__ */ new Set(["hash_secret_missing", "database_missing"]);
/** The address of `/api/track`. @throws ImportStopped when it is no address */
function requireTrackUrl(endpoint) {
  const url = trackUrlOf(endpoint);
  if (url === void 0) throw new ImportStopped(`"${endpoint}" is not an address such as https://my-tracker.example.workers.dev.`);
  return url;
}
/** Makes the function that posts. */
function createDelivery({ endpoint, key, onWait, fetch: request = fetch, sleep = wait, random = Math.random }) {
  const url = requireTrackUrl(endpoint);
  const headers = { "Content-Type": "application/json", ...key !== void 0 && { Authorization: `Bearer ${key}` } };
  async function attempt(events) {
    const body = JSON.stringify({ events, sentAt: Date.now() });
    try {
      const response = await request(url, { method: "POST", headers, body, signal: AbortSignal.timeout(REQUEST_MS) });
      return { status: response.status, retryAfterMs: retryAfterMs(response.headers.get("Retry-After")), answer: parse(await response.text()) };
    } catch (error) {
      return { status: 0, retryAfterMs: 0, answer: null, reason: reasonOf(error) };
    }
  }
  let hasAnswered = false;
  return async function deliver(events) {
    for (let attempts = 1; ; attempts++) {
      const made = await attempt(events);
      hasAnswered ||= made.status !== 0;
      const receipt = receiptOf(made, events.length);
      if (receipt !== void 0) return receipt;
      if (made.status === 413 && events.length > 1) return deliverHalves(deliver, events);
      const waitMs = Math.max(made.retryAfterMs, FIRST_WAIT_MS * 2 ** (attempts - 1) * (0.75 + random() / 2));
      // Where nobody ever answered, the address is wrong or nothing runs there: no reason to keep the reader waiting.
      if (attempts === (hasAnswered ? ATTEMPTS : ATTEMPTS_AT_SILENCE) || !isPassing(made) || made.retryAfterMs > MAX_WAIT_MS) throw new ImportStopped(adviceOf(made, url));
      onWait?.(waitMs, adviceOf(made, url));
      await sleep(waitMs);
    }
  };
}
/** An answer that breaks off never comes here: reading it fails, and the batch is sent again. */
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
/** A receipt speaks of every event of the batch; an answer that does not comes from something else than the Worker. */
function receiptOf({ status, answer }, events) {
  if (status !== 202 && status !== 422) return void 0;
  const [accepted, duplicates, serverTime] = [fieldOf(answer, "accepted"), fieldOf(answer, "duplicates"), fieldOf(answer, "serverTime")];
  const rejected = fieldOf(answer, "rejected");
  if (typeof accepted !== "number" || typeof duplicates !== "number" || typeof serverTime !== "number" || !Array.isArray(rejected)) return void 0;
  return accepted + duplicates + rejected.length === events ? { accepted, duplicates, rejected, serverTime } : void 0;
}
async function deliverHalves(deliver, events) {
  const middle = Math.ceil(events.length / 2);
  const [left, right] = [await deliver(events.slice(0, middle)), await deliver(events.slice(middle))];
  return {
    accepted: left.accepted + right.accepted,
    duplicates: left.duplicates + right.duplicates,
    rejected: [...left.rejected, ...right.rejected.map(({ index, code }) => ({ index: index + middle, code }))],
    serverTime: right.serverTime
  };
}
/** Whether another attempt may go better. */
function isPassing({ status, answer }) {
  if (OWNER_MUST_ACT.has(String(fieldOf(answer, "code")))) return false;
  return status === 0 || status === 408 || status === 429 || status >= 500;
}
function adviceOf({ status, answer, retryAfterMs: retryAfterMs2, reason }, url) {
  const { origin } = new URL(url);
  const detail = fieldOf(answer, "detail");
  const said = typeof detail === "string" ? ` It says: ${detail}` : "";
  if (status === 0) return `Nothing answers at ${origin} (${reason}). Is the Worker running? \`npm start\` serves one; --endpoint names another.`;
  if (status === 401) return "The Worker asks for its ingest key: give it as TRACK_INGEST_KEY, or with --key.";
  if (status < 300 || status === 404 || status === 405) return `${url} is not a Track-Skills Worker (status ${status}). --endpoint takes its address.`;
  const waiting = retryAfterMs2 > MAX_WAIT_MS ? ` It takes events again in ${Math.ceil(retryAfterMs2 / 6e4)} minutes.` : "";
  return `The Worker answered ${status}.${said}${waiting}`;
}
function reasonOf(error) {
  const cause = error instanceof Error ? error.cause : void 0;
  const code = fieldOf(cause, "code");
  return typeof code === "string" ? code : error instanceof Error ? error.message : String(error);
}
function fieldOf(value, name) {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : void 0;
}
function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

// src/import/find-files.ts
import { readdir, stat } from "node:fs/promises";
import path from "node:path";
/**
 * Looks through folders, or takes files as they are named. Links inside are not followed: they could go in circles.
 *
 * @throws what `stat` throws, when one of the given paths is not there
 */
async function findTranscripts(roots) {
  const found = { files: [], unreadable: [] };
  for (const root of roots) {
    const entry = await stat(root);
    if (entry.isDirectory()) await lookInto(root, found);
    else found.files.push({ path: root, bytes: entry.size, changedAt: entry.mtimeMs });
  }
  // The same file, when one of the folders lies in another.
  const unique = new Map(found.files.map((file) => [path.resolve(file.path), file]));
  const files = [...unique.values()].sort((left, right) => left.changedAt - right.changedAt || (left.path < right.path ? -1 : 1));
  return { ...found, files };
}
async function lookInto(folder, found) {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    found.unreadable.push(folder);
    return;
  }
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) await lookInto(place, found);
    if (!entry.isFile() || !entry.name.endsWith(".jsonl")) continue;
    try {
      const { size: size2, mtimeMs } = await stat(place);
      found.files.push({ path: place, bytes: size2, changedAt: mtimeMs });
    } catch {
      found.unreadable.push(place);
    }
  }
}

// src/import/import-records.ts
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream";
import { createGunzip } from "node:zlib";

// src/import/csv.ts
/**
 * Reads CSV (RFC 4180) as it comes: quoted fields may hold separators, quotes and line ends. The first row names the columns.
 */
/** Longest cell, in characters; what is over is dropped. Bounds the memory when a quote is never closed. */
var MAX_CELL_CHARS = 65536;
/** Most cells of a row; what is over is dropped. Bounds the memory when no line ends. */
var MAX_CELLS = 1024;
/** Reads text in pieces. */
var CsvReader = class {
  #columns;
  #separator;
  #head = "";
  #cells = [];
  #cell = "";
  #isQuoted = false;
  /** Behind a quote inside a quoted cell: a second one stands for itself, anything else ends the cell. */
  #isAfterQuote = false;
  /** Gives the rows that end in a piece. */
  *push(piece) {
    let text = piece;
    if (this.#separator === void 0) {
      this.#head += piece;
      // A head as long as that is noise, and looking through it again with every piece would take hours.
      if (this.#head.length < MAX_CELL_CHARS && !/[\r\n]/.test(this.#head)) return;
      text = this.#begin();
    }
    for (const character of text) {
      const row = this.#take(character);
      if (row !== void 0) yield* this.#rowOf(row);
    }
  }
  /** Gives what stands behind the last line end. */
  *end() {
    if (this.#separator === void 0) {
      yield* this.push("\n");
      return;
    }
    if (this.#cell !== "" || this.#cells.length > 0) yield* this.#rowOf(this.#endRow());
  }
  #begin() {
    const text = this.#head.replace(/^\uFEFF/, "");
    const [first = ""] = text.split(/[\r\n]/, 1);
    const counts = [",", ";", "	"].map((separator) => ({ separator, count: first.split(separator).length }));
    this.#separator = counts.sort((left, right) => right.count - left.count)[0]?.separator ?? ",";
    this.#head = "";
    return text;
  }
  /** Takes a character; gives the cells of a row that it ends. */
  #take(character) {
    if (this.#isQuoted && !this.#isAfterQuote) {
      if (character === '"') this.#isAfterQuote = true;
      else this.#keep(character);
      return void 0;
    }
    if (this.#isAfterQuote) {
      this.#isAfterQuote = false;
      if (character === '"') {
        this.#keep(character);
        return void 0;
      }
      this.#isQuoted = false;
    }
    if (character === '"' && this.#cell === "") this.#isQuoted = true;
    else if (character === this.#separator) this.#endCell();
    else if (character === "\n") return this.#endRow();
    else if (character !== "\r") this.#keep(character);
    return void 0;
  }
  #keep(character) {
    if (this.#cell.length < MAX_CELL_CHARS) this.#cell += character;
  }
  #endCell() {
    if (this.#cells.length < MAX_CELLS) this.#cells.push(this.#cell);
    this.#cell = "";
    this.#isQuoted = false;
    this.#isAfterQuote = false;
  }
  #endRow() {
    this.#endCell();
    const cells = this.#cells;
    this.#cells = [];
    return cells;
  }
  *#rowOf(cells) {
    if (cells.length === 1 && cells[0]?.trim() === "") return;
    if (this.#columns === void 0) this.#columns = cells.map((name) => name.trim());
    else yield cells.length === this.#columns.length ? Object.fromEntries(this.#columns.map((name, index) => [name, cells[index] ?? ""])) : void 0;
  }
};

// src/import/line-splitter.ts
/**
 * Splits bytes into lines of JSON in bounded memory, whatever their length.
 *
 * A transcript's line holds whole files and images, as strings of megabytes. Nothing that an import needs stands that far
 * inside a string, so strings are cut while the bytes go by, outside of escapes: the line stays JSON, it is
 * parsed fast, and long texts never come into being here. A line that is long all the same (binary noise, mostly) is
 * given up and told of.
 */
/** Longest line after the cutting, in bytes: bounds the memory. */
var MAX_LINE_BYTES = 4194304;
var LINE_FEED = 10;
var QUOTE = 34;
var BACKSLASH = 92;
var LOWER_U = 117;
/** Splits the bytes of one file. */
var LineSplitter = class {
  #maxStringBytes;
  #kept = Buffer.allocUnsafe(65536);
  #length = 0;
  #position;
  #isInString = false;
  #stringBytes = 0;
  /** Bytes that the escape still takes; -1 when the next one tells. */
  #escapeBytes = 0;
  #isTooLong = false;
  #isEmpty = true;
  /** `position`: where in the file the first byte stands. Strings keep `maxStringBytes` bytes, and a few more where an escape stands. */
  constructor(position, maxStringBytes) {
    this.#position = position;
    this.#maxStringBytes = maxStringBytes;
  }
  /** Gives the lines that end in a chunk. */
  *push(chunk) {
    let from = 0;
    while (from < chunk.length) {
      const found = chunk.indexOf(LINE_FEED, from);
      const end = found < 0 ? chunk.length : found;
      this.#keep(chunk, from, end);
      this.#position += end - from;
      if (found < 0) return;
      this.#position += 1;
      yield this.#take(true);
      from = end + 1;
    }
  }
  /** Gives what stands behind the last line feed, if anything does. */
  end() {
    return this.#isEmpty ? void 0 : this.#take(false);
  }
  #take(isEnded) {
    const text = this.#isTooLong ? void 0 : this.#kept.toString("utf8", 0, this.#length);
    this.#length = 0;
    this.#isInString = false;
    this.#escapeBytes = 0;
    this.#isTooLong = false;
    this.#isEmpty = true;
    return { text, endsAt: this.#position, isEnded };
  }
  /** Keeps a part of one line. The innermost loop of an import: its state stands in locals. */
  #keep(chunk, from, end) {
    if (from < end) this.#isEmpty = false;
    if (this.#isTooLong) return;
    this.#makeRoom(end - from);
    const kept = this.#kept;
    const maxStringBytes = this.#maxStringBytes;
    let [length, isInString, stringBytes, escapeBytes] = [this.#length, this.#isInString, this.#stringBytes, this.#escapeBytes];
    for (let index = from; index < end; index++) {
      const byte = chunk[index] ?? 0;
      if (!isInString) {
        isInString = byte === QUOTE;
        stringBytes = 0;
      } else if (escapeBytes !== 0) {
        // \uXXXX takes four more bytes; every other escape ends here.
        escapeBytes = escapeBytes > 0 ? escapeBytes - 1 : byte === LOWER_U ? 4 : 0;
        // An escape that began before the limit is kept whole: half of one would not be JSON.
        if (stringBytes > maxStringBytes) continue;
      } else if (byte === QUOTE) {
        isInString = false;
      } else {
        stringBytes += 1;
        if (byte === BACKSLASH) escapeBytes = -1;
        if (stringBytes > maxStringBytes) continue;
      }
      kept[length++] = byte;
    }
    this.#length = length;
    this.#isInString = isInString;
    this.#stringBytes = stringBytes;
    this.#escapeBytes = escapeBytes;
    this.#isTooLong = length > MAX_LINE_BYTES;
  }
  #makeRoom(bytes) {
    if (this.#length + bytes <= this.#kept.length) return;
    const larger = Buffer.allocUnsafe(Math.max(2 * this.#kept.length, this.#length + bytes));
    this.#kept.copy(larger, 0, 0, this.#length);
    this.#kept = larger;
  }
};

// src/event.ts
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** Every outcome, in the order in which they are shown. */
var OUTCOMES = ["ok", "error", "timeout", "cancelled", "refused"];
/** The limits of an event and of a request that carries events. */
var LIMITS = {
  skillChars: 200,
  idChars: 64,
  personChars: 320,
  labelChars: 64,
  durationMs: 2592e6,
  clockSkewMs: 3e5,
  metadataBytes: 4096,
  metadataDepth: 4,
  metadataKeys: 32,
  batchEvents: 500,
  bodyBytes: 1048576
};

// src/import/outbox.ts
/**
 * Collects events into batches and keeps two of them on their way, so that reading and storing overlap.
 *
 * `settle` is the one place where an import knows that everything so far was acknowledged.
 */
/** Batches on their way at once: one that is stored while the next travels. */
var MAX_UNDERWAY = 2;
/** Below the Worker's limit of a body, with room for what stands around the events. */
var MAX_BATCH_CHARS = LIMITS.bodyBytes / 4;
/** Sends what is put into it. */
var Outbox = class {
  #deliver;
  #onReceipt;
  #underway = /* @__PURE__ */ new Set();
  #batch = [];
  #chars = 0;
  #failure;
  constructor(deliver, onReceipt) {
    this.#deliver = deliver;
    this.#onReceipt = onReceipt;
  }
  /** Puts an event in. Waits when enough are on their way. @throws ImportStopped when a batch could not be delivered */
  async add(parcel) {
    const chars = JSON.stringify(parcel.event).length;
    if (this.#batch.length === LIMITS.batchEvents || this.#chars + chars > MAX_BATCH_CHARS) await this.#send();
    this.#batch.push(parcel);
    this.#chars += chars;
  }
  /** Sends what is left, and waits until all was acknowledged. @throws ImportStopped when a batch could not be delivered */
  async settle() {
    await this.#send();
    await Promise.all(this.#underway);
    this.#throwFailure();
  }
  async #send() {
    this.#throwFailure();
    const parcels = this.#batch;
    if (parcels.length === 0) return;
    while (this.#underway.size >= MAX_UNDERWAY) await Promise.race(this.#underway);
    this.#throwFailure();
    this.#batch = [];
    this.#chars = 0;
    const sending = this.#deliver(parcels.map(({ event }) => event)).then(
      (receipt) => this.#onReceipt(parcels, receipt),
      (error) => void (this.#failure ??= { error })
    ).finally(() => this.#underway.delete(sending));
    this.#underway.add(sending);
  }
  #throwFailure() {
    if (this.#failure !== void 0) throw this.#failure.error;
  }
};

// src/import/event-id.ts
import { createHash } from "node:crypto";
/** A foreign id where the Worker takes it as it is, a digest of it otherwise. */
function idOf(foreign) {
  return /^[\w-]{1,64}$/.test(foreign) ? foreign : digestOf(foreign);
}
/** 128 bits of SHA-256 in base64url: 22 characters. */
function digestOf(text) {
  return createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
}

// src/import/record.ts
/**
 * One record of a foreign file as an event: fields in the contract's own names, or under the names that a map gives.
 */
/** Fields of an event that a record may carry, and what they take. The compiler holds them to `UsageEvent`. */
var FIELDS = {
  skill: "text",
  id: "text",
  startedAt: "time",
  durationMs: "number",
  clock: "text",
  success: "boolean",
  outcome: "text",
  errorType: "text",
  errorMessage: "text",
  userId: "text",
  sessionId: "text",
  version: "text",
  source: "text",
  variant: "text",
  metadata: "object"
};
/** Reads a map such as `skill=tool,userId=user`. @throws RangeError that names what is wrong */
function parseFieldMap(text) {
  const pairs = text.split(",").map((pair) => pair.trim()).filter((pair) => pair !== "");
  return new Map(pairs.map((pair) => {
    const [, field = "", path6 = ""] = /^(\w+)=(.*)$/.exec(pair) ?? [];
    if (isField(field)) return [field, path6.trim()];
    throw new RangeError(`"${pair}" is not FIELD=NAME. Fields are ${Object.keys(FIELDS).join(", ")}.`);
  }));
}
function isField(name) {
  return Object.hasOwn(FIELDS, name);
}
/** Largest event, in characters of JSON: metadata at the Worker's limit and room for the rest. */
var MAX_EVENT_CHARS = 65536;
/** Makes events of the records of one file. */
var RecordReader = class {
  #map;
  #labels;
  /** How often a record without an id came, by its digest: two equal ones are two calls, in every import the same two. */
  #occurrences = /* @__PURE__ */ new Map();
  constructor(map, labels) {
    this.#map = map;
    this.#labels = labels;
  }
  /** Reads a record; `undefined` when it has no skill or no time, or is too large: such an event could not be stored again as the same. */
  read(record) {
    const event = {};
    for (const field of Object.keys(FIELDS).filter(isField)) {
      const value = valueOf(FIELDS[field], atPath(record, this.#map.get(field) ?? field));
      if (value !== void 0) event[field] = value;
    }
    const metadata = withoutMapped(event["metadata"], this.#map);
    const { startedAt, skill, id } = event;
    if (typeof startedAt !== "number" || typeof skill !== "string") return void 0;
    const whole = { ...this.#labels, ...event, skill, startedAt, metadata };
    const json = jsonOf(whole);
    return json === void 0 || json.length > MAX_EVENT_CHARS ? void 0 : { ...whole, id: typeof id === "string" ? idOf(id) : this.#makeId(json) };
  }
  #makeId(json) {
    const digest = digestOf(json);
    const occurrence = (this.#occurrences.get(digest) ?? 0) + 1;
    this.#occurrences.set(digest, occurrence);
    return occurrence === 1 ? digest : digestOf(`${digest} ${occurrence}`);
  }
};
/** `undefined` for metadata so deep that they cannot be written: parsing has no limit, writing has the stack's. */
function jsonOf(value) {
  try {
    return JSON.stringify(value);
  } catch {
    return void 0;
  }
}
/** A value stands under its whole name, or inside of objects: CSV has columns such as `metadata.plan`. */
function atPath(record, path6) {
  if (path6 === "") return void 0;
  if (Object.hasOwn(record, path6)) return Reflect.get(record, path6);
  let value = record;
  for (const name of path6.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return void 0;
    value = Reflect.get(value, name);
  }
  return value;
}
/** What a field takes elsewhere must not stand in the metadata too: there, a session's id would be kept in clear. */
function withoutMapped(metadata, map) {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return void 0;
  const base = `${map.get("metadata") ?? "metadata"}.`;
  const taken = new Set([...map.values()].filter((path6) => path6.startsWith(base)).map((path6) => path6.slice(base.length)));
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !taken.has(name)));
}
/** Reads a value as what its field takes. Cells of CSV are texts; the Worker judges everything else. */
function valueOf(kind, value) {
  if (value === void 0 || value === null || value === "") return void 0;
  if (kind === "time") return readTime(value);
  if (typeof value !== "string" || kind === "text") return value;
  if (kind === "number") return Number.isNaN(Number(value)) ? value : Number(value);
  if (kind === "boolean") return BOOLEANS.get(value.toLowerCase()) ?? value;
  try {
    return JSON.parse(value);
  } catch {
    return void 0;
  }
}
var BOOLEANS = /* @__PURE__ */ new Map([["true", true], ["1", true], ["yes", true], ["false", false], ["0", false], ["no", false]]);
/** ms since 1970, or ISO 8601 with a zone: without one, the same file would mean another time on another machine. */
function readTime(value) {
  const text = String(value);
  const at = /^\d{1,16}$/.test(text) ? Number(text) : /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) && at <= Date.now() + LIMITS.durationMs ? at : void 0;
}

// src/import/import-records.ts
/**
 * Imports events from a file of records: NDJSON or CSV, compressed with gzip or not. Every record is sent each time; the
 * Worker knows it by its id.
 */
/** The form that a file's name says. `undefined` when it says none. */
function formatOf(file) {
  const [, extension = ""] = /\.(\w+)(?:\.gz)?$/i.exec(file) ?? [];
  return { ndjson: "ndjson", jsonl: "ndjson", json: "ndjson", csv: "csv", tsv: "csv" }[extension.toLowerCase()];
}
/** Imports. @throws ImportStopped when the Worker takes no more, and what reading the file throws */
async function importRecords({ file, format, map, since, until, labels, deliver, tally, progress }) {
  const reader = new RecordReader(map, labels);
  const outbox = new Outbox(deliver, (_, receipt) => tally.receive(receipt, Date.now()));
  tally.files = 1;
  for await (const record of recordsOf(file, format, tally, progress)) {
    const event = reader.read(record);
    if (event === void 0) tally.incomplete += 1;
    else if (event.startedAt < since || event.startedAt >= until) tally.outside += 1;
    else {
      tally.count(event);
      await outbox.add({ event, files: [] });
    }
  }
  await outbox.settle();
}
/** Longer strings than the Worker would look at; see `SCRUBBED_CHARS` there. */
var MAX_STRING_BYTES = 32768;
/** The records of a file that are whole. A file that breaks off ends there: what stood before is not lost. */
async function* recordsOf(file, format, tally, progress) {
  const source = createReadStream(file);
  // The pipeline ends both streams when one fails; the loop below meets the error.
  const bytes = /\.gz$/i.test(file) ? pipeline(source, createGunzip(), () => void 0) : source;
  try {
    for await (const record of format === "csv" ? csvRecords(bytes) : jsonRecords(bytes)) {
      tally.lines += 1;
      if (record === void 0) tally.brokenLines += 1;
      else yield record;
      tally.bytes = source.bytesRead;
      progress.show(source.bytesRead);
    }
  } catch {
    tally.unreadable.push(file);
  }
}
async function* csvRecords(bytes) {
  const rows = new CsvReader();
  const decoder = new TextDecoder();
  for await (const chunk of bytes) yield* rows.push(decoder.decode(chunk, { stream: true }));
  yield* rows.push(decoder.decode());
  yield* rows.end();
}
async function* jsonRecords(bytes) {
  const lines = new LineSplitter(0, MAX_STRING_BYTES);
  for await (const chunk of bytes) {
    for (const { text } of lines.push(chunk)) if (text?.trim() !== "") yield recordOf(text);
  }
  const last = lines.end();
  if (last !== void 0 && last.text?.trim() !== "") yield recordOf(last.text);
}
function recordOf(text) {
  try {
    const value = JSON.parse((text ?? "").replace(/^\uFEFF/, ""));
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : void 0;
  } catch {
    return void 0;
  }
}

// src/import/import-transcripts.ts
import { open } from "node:fs/promises";
import path4 from "node:path";

// src/claude-code/tool-names.ts
/**
 * What Claude Code calls its tools, as the skills that an owner knows. Hooks, transcripts and telemetry share these names,
 * so that a skill stands on one row of the dashboard whatever told of it.
 */
/** Names a tool from its name and, for the one tool that loads skills, from its input. `undefined` where there is no name. */
function nameTool(toolName, toolInput) {
  if (typeof toolName !== "string" || toolName.trim() === "") return void 0;
  if (toolName === "Skill") return { skill: skillIn(toolInput) ?? toolName, isLoad: true };
  // mcp__SERVER__TOOL; a server's own name may hold single underscores.
  const [, server, tool] = /^mcp__(.+?)__(.+)$/s.exec(toolName) ?? [];
  return { skill: server === void 0 ? toolName : `${server}/${tool}`, isLoad: false };
}
/** What the metadata of a call that only loads a skill says. */
var LOAD_METADATA = { measures: "load" };
/** What the metadata of a call inside a sub-agent says. */
var SUBAGENT_METADATA = { subagent: true };
/** The name in what was typed: without its slash, and without the arguments that some versions leave behind it. */
function nameCommand(text) {
  if (typeof text !== "string") return void 0;
  return text.trim().replace(/^\//, "").split(/\s/, 1)[0] || void 0;
}
function skillIn(toolInput) {
  if (typeof toolInput !== "object" || toolInput === null) return void 0;
  const name = nameCommand(Reflect.get(toolInput, "skill")) ?? nameCommand(Reflect.get(toolInput, "command")) ?? "";
  return SKILL_NAME.test(name) && !FILE_ENDING.test(name) ? name : void 0;
}
/**
 * `SKILL` or `PLUGIN:SKILL`. The model writes what the Skill tool is asked for, and a call that fails may hold anything, a
 * path as well: what has another shape counts for the Skill tool itself.
 */
var SKILL_NAME = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*(?::[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*)*$/u;
/** The end of a file's name. A skill that is called like that stays unnamed, which is the lesser evil. */
var FILE_ENDING = /\.[A-Za-z]\w{0,4}$/;

// src/import/pairing.ts
/**
 * Pairs the beginnings of calls with their ends, over all files: a resumed session repeats lines in a new file, a result
 * may stand before its call, and a call may end in a later import. What waits for its other half is kept from import to import.
 */
/** Halves of one kind that wait. A transcript that lost its other halves must not fill the memory: the oldest go. */
var MAX_WAITING = 5e4;
/** Pairs the calls of one import. */
var Pairing = class {
  #uses;
  #results;
  #paired = /* @__PURE__ */ new Set();
  #labels;
  /** Calls that came again after they were paired. */
  repeated = 0;
  constructor(waiting, labels) {
    this.#uses = new Map(waiting.uses.map((use) => [use.id, use]));
    this.#results = new Map(waiting.results.map((result) => [result.id, result]));
    this.#labels = labels;
  }
  /** Takes the beginning of a call; gives the call when its end was here before. */
  addUse(use, file) {
    if (this.#paired.has(use.id)) {
      this.repeated += 1;
      return void 0;
    }
    const result = this.#results.get(use.id);
    if (result !== void 0) return this.#pair({ ...use, file }, result);
    if (!this.#uses.has(use.id)) keep(this.#uses, { ...use, file });
    return void 0;
  }
  /** Takes the end of a call; gives the call when its beginning was here before. */
  addResult(result, file) {
    if (this.#paired.has(result.id)) return void 0;
    const use = this.#uses.get(result.id);
    if (use !== void 0) return this.#pair(use, { ...result, file });
    if (!this.#results.has(result.id)) keep(this.#results, { ...result, file });
    return void 0;
  }
  /** What waits for its other half. */
  waiting() {
    return { uses: [...this.#uses.values()], results: [...this.#results.values()] };
  }
  /** How many halves wait. */
  get counts() {
    return { uses: this.#uses.size, results: this.#results.size };
  }
  #pair(use, result) {
    this.#uses.delete(use.id);
    this.#results.delete(use.id);
    this.#paired.add(use.id);
    return { event: { ...eventOf(use, result), ...this.#labels }, files: [use.file, result.file] };
  }
};
function eventOf(use, result) {
  const { agentVersion, sessionId } = use;
  const metadata = { ...use.isLoad && LOAD_METADATA, ...agentVersion !== void 0 && { agentVersion }, ...use.isSidechain && SUBAGENT_METADATA };
  return {
    skill: use.skill,
    id: idOf(use.id),
    startedAt: use.startedAt,
    // A clock that was set back between the two lines would make it negative.
    durationMs: Math.max(0, result.endedAt - use.startedAt),
    outcome: result.outcome,
    ...result.errorType !== void 0 && { errorType: result.errorType },
    ...sessionId !== void 0 && { sessionId },
    ...Object.keys(metadata).length > 0 && { metadata }
  };
}
function keep(halves, half) {
  halves.set(half.id, half);
  const [oldest] = halves.keys();
  if (halves.size > MAX_WAITING && oldest !== void 0) halves.delete(oldest);
}

// src/import/state.ts
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import os from "node:os";
import path3 from "node:path";

// src/local/state-folder.ts
import path2 from "node:path";
/** The folder `track-skills` where programs keep what is neither configuration nor cache (on Linux: XDG Base Directory Specification). */
function stateFolderOf({ platform, env, home }) {
  if (platform === "win32") return path2.win32.join(env["LOCALAPPDATA"] || path2.win32.join(home, "AppData", "Local"), "track-skills");
  if (platform === "darwin") return path2.posix.join(home, "Library", "Application Support", "track-skills");
  const state = env["XDG_STATE_HOME"] ?? "";
  // A relative path is to be ignored, says the specification.
  return path2.posix.join(path2.posix.isAbsolute(state) ? state : path2.posix.join(home, ".local", "state"), "track-skills");
}

// src/import/state.ts
/**
 * What an import remembers on this machine, so that the next one goes on where it ended: how far each transcript was
 * read, the halves of calls that wait, and one stored call to ask the Worker about.
 *
 * It only saves work: ids make a repeated call write nothing. Files stand in it as digests, and contents not at all.
 * Written whole and renamed into place, after everything that it speaks of was acknowledged.
 */
/** Nothing remembered. */
function emptyState() {
  return { files: /* @__PURE__ */ new Map(), uses: [], results: [], latest: null };
}
/** The file of the state for one endpoint. */
function stateFileOf(endpoint, machine = { platform: process.platform, env: process.env, home: os.homedir() }) {
  return path3.join(stateFolderOf(machine), `import-${digestOf(endpoint)}.json`);
}
/** The format of the file. Another one is not read. */
var FORMAT = 1;
/** Reads a state; an empty one when there is none, or none that can be read. */
async function readState(file) {
  try {
    const { format, files, uses, results, latest } = JSON.parse(await readFile(file, "utf8"));
    if (format !== FORMAT || !Array.isArray(uses) || !Array.isArray(results)) return emptyState();
    return { files: new Map(Object.entries(files)), uses, results, latest };
  } catch {
    return emptyState();
  }
}
/** Writes a state. Rejects where the folder cannot be written. */
async function writeState(file, { files, uses, results, latest }) {
  await mkdir(path3.dirname(file), { recursive: true });
  const text = JSON.stringify({ format: FORMAT, files: Object.fromEntries(files), uses, results, latest });
  const unfinished = `${file}.${process.pid}`;
  await writeFile(unfinished, text, { mode: 384 });
  await rename(unfinished, file);
}

// src/claude-code/failure.ts
/**
 * How a call of Claude Code that did not go well ended: an outcome, and an error type of few values.
 *
 * Hooks, transcripts and telemetry share this table, so that a failure stands under one name whatever told of it. The text
 * of a failure is content: rules look at its beginning and give a constant, or a constant with an exit code or a status; no
 * part of the text itself ever becomes a type. Texts are those that Claude Code writes; what no rule knows is `_OTHER`,
 * as OpenTelemetry's `error.type` has it (the analytics fold the rest of their rows into `other`, which this is not).
 */
/** Classifies the text of a failure, which may be anything. `isInterrupted`: whether Claude Code says that it was aborted. */
function endingOfFailure(text, isInterrupted) {
  const ending = endingOfText(typeof text === "string" ? text : "");
  // An interrupted command has whatever text it wrote so far.
  return isInterrupted && ending.outcome === "error" ? INTERRUPTED : ending;
}
/** What no rule knows. */
var OTHER = "_OTHER";
var INTERRUPTED = { outcome: "cancelled", errorType: "interrupted" };
/** Bounds the time of every rule. */
var LOOKED_AT_CHARS = 600;
function endingOfText(text) {
  const begin = text.slice(0, LOOKED_AT_CHARS).replace(/^\s*(?:<tool_use_error>)?\s*(?:Error: )?/, "");
  for (const { pattern, outcome = "error", errorType = "" } of RULES) {
    const match = pattern.exec(begin);
    if (match !== null) return { outcome, errorType: [errorType, match[1] ?? ""].filter((part) => part !== "").join("_") };
  }
  return { outcome: "error", errorType: OTHER };
}
/** The first that fits decides: decisions of people, then what ended the call, then what the tool said. */
var RULES = [
  { pattern: /^(?:The )?user (?:doesn't|does not|did not) want to (?:proceed|take this action)|^(?:The )?(?:user )?rejected tool use|^User rejected/i, outcome: "refused", errorType: "user_rejected" },
  // By a rule in the settings, by auto mode, or because nobody could be asked.
  { pattern: /^Permission (?:to use|for this action)[\s\S]*?(?:has been|was) denied|^Claude requested permissions? to [\s\S]*?haven't granted/i, outcome: "refused", errorType: "permission_denied" },
  { pattern: /^(?:PreToolUse|PermissionRequest)\b.{0,80}\bhook\b|^Hook \S{1,80} (?:denied|blocked)/i, outcome: "refused", errorType: "hook_blocked" },
  { pattern: /^Sibling tool call errored|^Cancelled: parallel tool call/i, outcome: "cancelled", errorType: "sibling_error" },
  { pattern: /^\[?Request interrupted by user|^(?:Request was aborted|The operation was aborted|This operation was aborted|AbortError|Interrupted by user)/i, ...INTERRUPTED },
  { pattern: /^Streaming fallback/i, ...INTERRUPTED },
  { pattern: /^(?:Exit code \d{1,3}\s+)?Command timed out/i, outcome: "timeout", errorType: "timeout" },
  // What a command printed may speak of time-outs too: behind an exit code only Claude Code's own line counts.
  { pattern: /^Exit code (\d{1,3})\b/, errorType: "exit_code" },
  { pattern: /^.{0,200}\b(?:timed out|ETIMEDOUT|TimeoutError|timeout of \d+ ?ms exceeded)\b/i, outcome: "timeout", errorType: "timeout" },
  { pattern: /^File has (?:not been read|been (?:unexpectedly )?modified)/i, errorType: "stale_file" },
  { pattern: /^String to replace not found/i, errorType: "edit_no_match" },
  { pattern: /^Found \d+ matches of the string/i, errorType: "edit_ambiguous" },
  { pattern: /^No changes to make/i, errorType: "edit_no_change" },
  { pattern: /^(?:InputValidationError|Argument Validation Error|MCP error -32602)\b/i, errorType: "input_validation" },
  { pattern: /^File content \(.{1,40}\) exceeds|exceeds maximum allowed (?:size|tokens)/i, errorType: "too_large" },
  { pattern: /^(?:Unknown skill|Skill \S{1,200} (?:is not|not found|cannot))/i, errorType: "unknown_skill" },
  { pattern: /^No such tool available/i, errorType: "unknown_tool" },
  { pattern: /^(?:Request failed with status code|HTTP(?: error)?:?|API Error:?) ([1-5]\d\d)\b/i, errorType: "http" },
  { pattern: /^.{0,200}\b(?:ECONNREFUSED|ECONNRESET|ENOTFOUND|EAI_AGAIN|fetch failed|Connection closed)\b/i, errorType: "network" },
  { pattern: /^.{0,200}\b(?:EACCES|EPERM)\b/, errorType: "permission_denied" },
  { pattern: /^(?:File|Path|Directory) does not exist|^(?:Agent type|Task|Entity|Resource|Page)\b.{0,100}\bnot found|^.{0,300}\b(?:ENOENT|EISDIR|ENOTDIR)\b/, errorType: "not_found" },
  // JSON-RPC keeps -32768 to -32000 for itself.
  { pattern: /^MCP error (-32\d{3})\b/i, errorType: "jsonrpc" },
  { pattern: /^((?:Type|Range|Syntax|Reference|Aggregate)Error)\b/ }
];

// src/import/transcript.ts
/**
 * One line of a Claude Code transcript: the tool calls that it begins and the results that it brings.
 *
 * The format is internal to Claude Code and changes with its versions, so everything is read with distrust and only what
 * a call needs: ids, names, times, and how it ended. Prompts, arguments and results go no further than this file.
 */
/** Reads a parsed line. Never throws; `undefined` when it is no JSON object. */
function readTranscriptLine(value) {
  const line = fieldsOf(value);
  if (line === void 0) return void 0;
  const found = { uses: [], results: [], incomplete: 0 };
  // Lines of other types quote calls (`progress` those of sub-agents, which have files of their own).
  if (line["type"] !== "assistant" && line["type"] !== "user") return found;
  const content = fieldsOf(line["message"])?.["content"];
  for (const item of Array.isArray(content) ? content : []) {
    const block = fieldsOf(item);
    if (block?.["type"] === "tool_use") collect(found, found.uses, readUse(block, line));
    if (block?.["type"] === "tool_result") collect(found, found.results, readResult(block, line));
  }
  return found;
}
function collect(found, parts, part) {
  if (part === void 0) found.incomplete += 1;
  else parts.push(part);
}
function readUse(block, line) {
  const { id } = block;
  const named = nameTool(block["name"], block["input"]);
  const startedAt = readTime2(line["timestamp"]);
  if (!isId(id) || named === void 0 || startedAt === void 0) return void 0;
  const { sessionId, version } = line;
  return {
    ...{ id, ...named, startedAt, isSidechain: line["isSidechain"] === true },
    ...isId(sessionId) && { sessionId },
    ...isVersion(version) && { agentVersion: version }
  };
}
function readResult(block, line) {
  const id = block["tool_use_id"];
  const endedAt = readTime2(line["timestamp"]);
  if (!isId(id) || endedAt === void 0) return void 0;
  const isInterrupted = fieldsOf(line["toolUseResult"])?.["interrupted"] === true;
  // Claude Code leaves the flag out of half of its results: absent means that it worked.
  if (block["is_error"] !== true && !isInterrupted) return { id, endedAt, outcome: "ok" };
  return { id, endedAt, ...endingOfFailure(textOf(block["content"]), isInterrupted) };
}
/** The beginning of a result's text, which is looked at and not kept. */
function textOf(content) {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  const texts = content.map((item) => fieldsOf(item)?.["text"]);
  return texts.filter((text) => typeof text === "string").join("\n");
}
function fieldsOf(value) {
  return isFields(value) ? value : void 0;
}
function isFields(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function readTime2(value) {
  const at = typeof value === "string" ? Date.parse(value) : value;
  return typeof at === "number" && Number.isFinite(at) && at >= 0 ? Math.floor(at) : void 0;
}
/** Ids are opaque; a text of more than 200 characters is none. */
function isId(value) {
  return typeof value === "string" && value !== "" && value.length <= 200;
}
/** Nothing but a version may pass as one, since it is stored in clear. */
function isVersion(value) {
  return typeof value === "string" && /^\d{1,4}(?:\.\d{1,6}){1,3}(?:-[a-z]{1,10}(?:\.\d{1,6})?)?$/.test(value);
}

// src/import/import-transcripts.ts
/**
 * Imports Claude Code's transcripts: reads each file from where the last import ended, pairs calls with results, sends
 * them, and remembers what was acknowledged.
 *
 * The state is written only when nothing is on its way, so it never speaks of more than the Worker has. A crash costs a
 * few seconds of work, which the next import sends again, and of which the Worker writes nothing.
 */
var CHUNK_BYTES = 262144;
/** Error texts are recognised by their beginning; nothing else that is read is longer. */
var MAX_STRING_BYTES2 = 1024;
var TAIL_BYTES = 64;
/** Of these, real transcripts were read. */
var KNOWN_VERSIONS = /^[12]\./;
/** Imports. @throws ImportStopped when the Worker takes no more; what was acknowledged is remembered. */
async function importTranscripts(options) {
  await new TranscriptReader(options).readAll();
}
var TranscriptReader = class {
  #options;
  #pairing;
  #outbox;
  #buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  /** Files with a call that was left out or rejected: a later import reads them again from their beginning. */
  #unfinished = /* @__PURE__ */ new Set();
  #savedAt = Date.now();
  #doneBytes = 0;
  constructor(options) {
    this.#options = options;
    this.#pairing = new Pairing(options.state, options.labels);
    this.#outbox = new Outbox(options.deliver, (parcels, receipt) => this.#receive(parcels, receipt));
  }
  async readAll() {
    const { files, since, tally, progress } = this.#options;
    await this.#forgetStateOfAnotherDatabase();
    for (const file of files) {
      const before = this.#doneBytes;
      // Lines are only appended: what was not written since then holds nothing that began since then.
      if (file.changedAt < since) tally.oldFiles += 1;
      else await this.#readFile(file);
      this.#doneBytes = before + file.bytes;
      progress.show(this.#doneBytes);
    }
    await this.#checkpoint();
    tally.repeated = this.#pairing.repeated;
    tally.withoutResult = this.#pairing.counts.uses;
    tally.withoutCall = this.#pairing.counts.results;
  }
  /** Offers the latest stored call once more. A Worker to which it is new has not what the state says. */
  async #forgetStateOfAnotherDatabase() {
    const { state, deliver } = this.#options;
    if (state.latest === null) return;
    const { accepted } = await deliver([state.latest]);
    if (accepted > 0) Object.assign(state, emptyState());
  }
  async #readFile(file) {
    const { tally } = this.#options;
    let handle;
    try {
      handle = await open(file.path, "r");
      await this.#readFrom(handle, digestOf(path4.resolve(file.path)));
    } catch (error) {
      if (!isFileError(error)) throw error;
      tally.unreadable.push(file.path);
    } finally {
      await handle?.close();
    }
  }
  async #readFrom(handle, key) {
    const { state, tally, progress, checkpointMs = 3e3 } = this.#options;
    const mark = state.files.get(key);
    const from = mark !== void 0 && await tailAt(handle, mark.offset) === mark.tail ? mark.offset : 0;
    const splitter = new LineSplitter(from, MAX_STRING_BYTES2);
    let readTo = from;
    let position = from;
    for (; ; ) {
      const { bytesRead } = await handle.read(this.#buffer, 0, CHUNK_BYTES, position);
      if (bytesRead === 0) break;
      position += bytesRead;
      for (const line of splitter.push(this.#buffer.subarray(0, bytesRead))) {
        await this.#readLine(line, key);
        readTo = line.endsAt;
      }
      progress.show(this.#doneBytes + position);
      if (Date.now() - this.#savedAt >= checkpointMs) await this.#checkpoint({ key, handle, offset: readTo });
    }
    const last = splitter.end();
    if (last !== void 0 && await this.#readLine(last, key)) readTo = last.endsAt;
    tally.bytes += position - from;
    if (position === from && from > 0) tally.unchangedFiles += 1;
    else tally.files += 1;
    if (readTo > 0) state.files.set(key, await markAt(handle, readTo));
  }
  /** Reads a line; tells whether it is done with. A last line that breaks off may yet be written to its end. */
  async #readLine({ text, isEnded }, key) {
    const { tally } = this.#options;
    if (text?.trim() === "") return true;
    const read = text === void 0 ? void 0 : readTranscriptLine(parse2(text));
    if (read === void 0 && !isEnded) {
      tally.unfinishedLines += 1;
      return false;
    }
    tally.lines += 1;
    if (read !== void 0) await this.#take(read, key);
    else if (text === void 0) tally.tooLongLines += 1;
    else tally.brokenLines += 1;
    return true;
  }
  async #take({ uses, results, incomplete }, key) {
    this.#options.tally.incomplete += incomplete;
    for (const use of uses) await this.#send(this.#pairing.addUse(use, key));
    for (const result of results) await this.#send(this.#pairing.addResult(result, key));
  }
  async #send(call) {
    if (call === void 0) return;
    const { since, until, tally } = this.#options;
    const { event, files } = call;
    if (event.startedAt < since || event.startedAt >= until) {
      tally.outside += 1;
      for (const file of files) this.#unfinished.add(file);
      return;
    }
    const version = String(event.metadata?.["agentVersion"] ?? "none");
    if (!KNOWN_VERSIONS.test(version)) tally.unknownVersions.set(version, (tally.unknownVersions.get(version) ?? 0) + 1);
    tally.count(event);
    await this.#outbox.add(call);
  }
  #receive(parcels, receipt) {
    const { state, tally } = this.#options;
    tally.receive(receipt, Date.now());
    const rejected = new Set(receipt.rejected.map(({ index }) => index));
    for (const [index, { event, files }] of parcels.entries()) {
      if (rejected.has(index)) for (const file of files) this.#unfinished.add(file);
      else if (event.startedAt >= (state.latest?.startedAt ?? 0)) state.latest = event;
    }
  }
  /** Waits for what is on its way, then keeps how far everything was read; of the open file, to `offset`. */
  async #checkpoint(open2) {
    const { state, save } = this.#options;
    await this.#outbox.settle();
    if (open2 !== void 0 && open2.offset > 0) state.files.set(open2.key, await markAt(open2.handle, open2.offset));
    for (const key of this.#unfinished) state.files.delete(key);
    await save(Object.assign(state, this.#pairing.waiting()));
    this.#savedAt = Date.now();
  }
};
async function markAt(handle, offset) {
  return { offset, tail: await tailAt(handle, offset) };
}
/** Digest of the bytes in front of an offset; another one where the file ends before. */
async function tailAt(handle, offset) {
  const begin = Math.max(0, offset - TAIL_BYTES);
  const tail = Buffer.alloc(offset - begin);
  const { bytesRead } = await handle.read(tail, 0, tail.length, begin);
  return digestOf(tail.toString("base64", 0, bytesRead));
}
function parse2(text) {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    return void 0;
  }
}
/** An error of the file system, as against one of the delivery. */
function isFileError(error) {
  return error instanceof Error && "syscall" in error;
}

// src/import/options.ts
import os2 from "node:os";
import path5 from "node:path";
import { parseArgs } from "node:util";
/** The command line is wrong: a sentence that says how. */
var UsageError = class extends Error {
};
var USAGE = `Usage: node track-skills.import.js [folder or file …] [options]

Reads Claude Code's transcripts (default: ~/.claude/projects) and stores each tool call: skill, time,
duration, outcome. Prompts, arguments, results, file names and paths are not sent.

  --endpoint URL     the Worker (default: http://localhost:8787, where \`npm start\` serves)
  --key KEY          its ingest key, if it asks for one (better: the variable TRACK_INGEST_KEY)
  --since WHEN       only calls since then: 30d, 12h, 2026-01-31, 2026-01-31T08:00:00Z
  --until WHEN       only calls before then
  --dry-run          read and count; send nothing and remember nothing
  --user ID          whose calls these are; stored as a keyed hash. Nobody's when absent
  --source NAME      label of the calls (default: claude-code)
  --no-state         read everything again, and remember nothing
  --quiet            print nothing but failures
  --help             this text

  --from FILE        a file of events instead of transcripts: NDJSON or CSV, .gz too
  --format FORMAT    ndjson or csv, where the file's name does not say it
  --map MAP          where fields stand: skill=tool,userId=user,sessionId=metadata.sessionId

Exit codes: 0 done; 1 stopped, not everything was sent (the same command goes on); 2 wrong options or
nothing there; 3 done, but some files could not be read.
`;
/** Reads the command line; `undefined` when it asks for help. @throws UsageError */
function parseOptions(args, environment, now) {
  const { values, positionals } = parse3(args);
  if (values.help) return void 0;
  const { from, endpoint = "http://localhost:8787", user, source } = values;
  if (from === void 0 && (values.format ?? values.map) !== void 0) throw new UsageError("--format and --map describe the file of --from.");
  if (from !== void 0 && positionals.length > 0) throw new UsageError("Give --from or folders of transcripts, not both.");
  return {
    paths: positionals.length > 0 ? positionals : [path5.join(environment["CLAUDE_CONFIG_DIR"] || path5.join(os2.homedir(), ".claude"), "projects")],
    records: from === void 0 ? void 0 : { file: from, format: readFormat(values.format, from), map: readMap(values.map ?? "") },
    endpoint,
    key: values.key ?? (environment["TRACK_INGEST_KEY"] || void 0),
    since: readMoment("--since", values.since, now) ?? Number.NEGATIVE_INFINITY,
    until: readMoment("--until", values.until, now) ?? Number.POSITIVE_INFINITY,
    isDryRun: values["dry-run"] ?? false,
    user,
    source,
    keepsState: !(values["no-state"] ?? false),
    isQuiet: values.quiet ?? false
  };
}
function parse3(args) {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }];
  const options = { endpoint: text, key: text, since: text, until: text, user: text, source: text, from: text, format: text, map: text, "dry-run": flag, "no-state": flag, quiet: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
function readFormat(format, file) {
  const read = format ?? formatOf(file);
  if (read === "ndjson" || read === "csv") return read;
  throw new UsageError(`Say --format ndjson or --format csv: the name of ${file} does not.`);
}
function readMap(text) {
  try {
    return parseFieldMap(text);
  } catch (error) {
    throw new UsageError(`--map: ${error instanceof Error ? error.message : String(error)}`);
  }
}
var SPANS_MS = { h: 36e5, d: 864e5, w: 6048e5 };
/** A span before now, a UTC day, or a moment with its zone. */
function readMoment(option, text, now) {
  if (text === void 0) return void 0;
  const [, amount = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (amount !== "") return now - Number(amount) * (SPANS_MS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`${option} takes 30d, 12h, 2w, 2026-01-31 (UTC) or 2026-01-31T08:00:00Z, not "${text}".`);
  return at;
}

// src/import/summary.ts
/**
 * What an import says at its end: a table of the skills, what was stored, and every reason why something was not, with
 * what to do about it. Paths are shown here and nowhere else.
 */
/** Longest table; the rest is counted in its last row. */
var MAX_ROWS = 15;
var MAX_NAME_CHARS = 40;
/** Writes the summary. */
function summaryOf(tally, options) {
  const parts = [tally.calls > 0 ? tableOf(tally.skills()) : "", outcomeLines(tally, options).join("\n"), faultLines(tally).join("\n")];
  const ending = options.isDryRun || tally.accepted + tally.duplicates === 0 ? "" : `Dashboard: ${options.origin}/`;
  return `
${[...parts, ending].filter((part) => part !== "").map(indent).join("\n\n")}
`;
}
var HEAD = ["skill", "calls", "errors", "timeouts", "refused", "cancelled", "median"];
function tableOf(skills) {
  const shown = skills.slice(0, MAX_ROWS).map(rowOf);
  const rest = skills.slice(MAX_ROWS);
  const rows = [HEAD, ...shown];
  if (rest.length > 0) rows.push([`and ${count(rest.length, "more skill")}`, number(rest.reduce((sum2, { calls }) => sum2 + calls, 0)), "", "", "", "", ""]);
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)).join("  ").trimEnd()).join("\n");
}
function rowOf({ skill, calls, outcomes, medianMs }) {
  const { error, timeout, refused, cancelled } = outcomes;
  return [printable(skill), number(calls), ...[error, timeout, refused, cancelled].map((calls2) => calls2 === 0 ? "·" : number(calls2)), duration(medianMs)];
}
function outcomeLines(tally, { isDryRun, tookMs }) {
  const { calls, files, unchangedFiles, oldFiles, bytes, accepted, duplicates } = tally;
  const sources = [`${count(files, "file")} read (${size(bytes)})`, ...unchangedFiles > 0 ? [`${number(unchangedFiles)} unchanged`] : [], ...oldFiles > 0 ? [`${number(oldFiles)} older than --since`] : []];
  const span = calls === 0 ? "" : ` from ${day(tally.firstAt)} to ${day(tally.lastAt)}`;
  const lines = [`${count(calls, "call")}${span}; ${sources.join(", ")} in ${duration(tookMs)}.`];
  if (isDryRun) lines.push("Nothing was sent: --dry-run.");
  else if (calls > 0) lines.push(`${number(accepted)} stored, ${number(duplicates)} were stored before.`);
  return lines;
}
/** One line for each reason that occurred. */
function faultLines(tally) {
  const { rejected, unreadable, clockAheadMs } = tally;
  const reasons = [
    [rejected.get("too_old") ?? 0, "older than the Worker keeps (90 days, unless its owner chose otherwise). createTrackingHandler({ rawRetentionDays: 400 }) keeps more; import again afterwards."],
    [rejected.get("clock_skew") ?? 0, `ahead of the Worker's clock. This machine's runs ${duration(Math.abs(clockAheadMs))} ${clockAheadMs < 0 ? "behind" : "ahead"}: set it, and import again.`],
    ...[...rejected].filter(([code]) => code !== "too_old" && code !== "clock_skew").map(([code, calls]) => [calls, `rejected by the Worker: ${printable(code)}.`]),
    [tally.outside, "outside of --since and --until."],
    [tally.withoutResult, "without a result (still running, or broken off): not sent."],
    [tally.withoutCall, "results whose call is in no file: not sent."],
    [tally.repeated, "repeated by resumed sessions: counted once."],
    [tally.incomplete, "without an id, a name or a time: not sent."],
    [tally.brokenLines, `broken lines of ${number(tally.lines)}: passed over.`],
    [tally.tooLongLines, "lines too long to be read: passed over."],
    [tally.unfinishedLines, "unfinished last lines: read again next time."],
    [sum(tally.unknownVersions.values()), `of versions of Claude Code that this import does not know (${[...tally.unknownVersions.keys()].slice(0, 5).map(printable).join(", ")}): sent; compare some of them.`],
    [unreadable.length, `files or folders that could not be read: ${unreadable.slice(0, 5).map((place) => clean(place)).join(", ")}${unreadable.length > 5 ? ", …" : ""}`]
  ];
  const occurred = reasons.filter(([calls]) => calls > 0);
  const width = Math.max(...occurred.map(([calls]) => number(calls).length));
  return occurred.map(([calls, reason]) => `${number(calls).padStart(width)}  ${reason}`);
}
function sum(numbers) {
  return [...numbers].reduce((total, one) => total + one, 0);
}
/** Names come from files: no control character of theirs reaches the terminal. */
function printable(name) {
  const cleaned = clean(name);
  return cleaned.length > MAX_NAME_CHARS ? `${cleaned.slice(0, MAX_NAME_CHARS - 1)}…` : cleaned;
}
function clean(text) {
  return text.replace(/\p{Cc}|\p{Cf}/gu, "?");
}
function indent(text) {
  return text.replace(/^(?=.)/gm, "  ");
}
/** A number with its thousands apart, in every locale alike. */
function number(value) {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
function count(value, noun) {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}
function day(at) {
  return new Date(at).toISOString().slice(0, 10);
}
/** A number of bytes as people say it. */
function size(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}
function duration(ms) {
  if (ms < 1e3) return `${Math.round(ms)} ms`;
  if (ms < 6e4) return `${(ms / 1e3).toFixed(1)} s`;
  return ms < 36e5 ? `${(ms / 6e4).toFixed(1)} min` : `${(ms / 36e5).toFixed(1)} h`;
}

// src/import/progress.ts
/**
 * Shows how far an import is, on standard error: one line that rewrites itself in a terminal, a line now and then in a log.
 */
var TERMINAL_EVERY_MS = 150;
var LOG_EVERY_MS = 5e3;
/** Shows progress. */
var Progress = class {
  #stream;
  #tally;
  #totalBytes;
  #shownAt = Date.now();
  /** Without a stream nothing is shown. */
  constructor(stream, tally, totalBytes) {
    this.#stream = stream;
    this.#tally = tally;
    this.#totalBytes = totalBytes;
  }
  /** Shows where the import is, when it is time again. `doneBytes` counts what was left out, too. */
  show(doneBytes) {
    const isTerminal = this.#stream?.isTTY === true;
    if (this.#stream === void 0 || Date.now() - this.#shownAt < (isTerminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS)) return;
    this.#shownAt = Date.now();
    const share = this.#totalBytes === 0 ? 100 : Math.min(100, Math.floor(100 * doneBytes / this.#totalBytes));
    const { calls, accepted, duplicates } = this.#tally;
    const line = `  ${share} % of ${size(this.#totalBytes)}: ${number(calls)} calls read, ${number(accepted + duplicates)} acknowledged`;
    this.#stream.write(isTerminal ? `\r${line}\x1B[K` : `${line}
`);
  }
  /** Takes the line away. */
  clear() {
    if (this.#stream?.isTTY === true) this.#stream.write("\r\x1B[K");
  }
};

// src/import/tally.ts
/**
 * What an import counts: calls by skill, what became of them, and everything that it could not use, by reason.
 */
/** Counts of one import. */
var Tally = class {
  /** Calls that were read and are to be stored. */
  calls = 0;
  /** When the first and the last of them began, ms since 1970. */
  firstAt = Number.POSITIVE_INFINITY;
  lastAt = Number.NEGATIVE_INFINITY;
  accepted = 0;
  duplicates = 0;
  /** Rejected by the Worker, by its code. */
  rejected = /* @__PURE__ */ new Map();
  /** How far this machine's clock was ahead of the Worker's, ms. */
  clockAheadMs = 0;
  files = 0;
  unchangedFiles = 0;
  /** Files that were not written since `--since`. */
  oldFiles = 0;
  unreadable = [];
  bytes = 0;
  lines = 0;
  /** Lines that are no JSON, or no object. */
  brokenLines = 0;
  tooLongLines = 0;
  /** Last lines that were cut off, or are still being written. */
  unfinishedLines = 0;
  /** Calls, results and rows that lack what an event needs. */
  incomplete = 0;
  /** Calls that a resumed session repeats. */
  repeated = 0;
  withoutResult = 0;
  withoutCall = 0;
  /** Calls before `--since` or from `--until` on. */
  outside = 0;
  /** Calls of versions of Claude Code that this import does not know, by version. */
  unknownVersions = /* @__PURE__ */ new Map();
  #skills = /* @__PURE__ */ new Map();
  /** Counts a call. */
  count(event) {
    this.calls += 1;
    this.firstAt = Math.min(this.firstAt, event.startedAt);
    this.lastAt = Math.max(this.lastAt, event.startedAt);
    let counts = this.#skills.get(event.skill);
    if (counts === void 0) this.#skills.set(event.skill, counts = { calls: 0, outcomes: { ok: 0, error: 0, timeout: 0, cancelled: 0, refused: 0 }, durations: /* @__PURE__ */ new Map() });
    counts.calls += 1;
    // A record may say anything; the Worker rejects what is no outcome or no duration.
    counts.outcomes[OUTCOMES.find((outcome) => outcome === event.outcome) ?? (event.success === false ? "error" : "ok")] += 1;
    const bucket = bucketOf(Number(event.durationMs ?? 0));
    counts.durations.set(bucket, (counts.durations.get(bucket) ?? 0) + 1);
  }
  /** Counts what the Worker said; `now` is when it was heard. */
  receive({ accepted, duplicates, rejected, serverTime }, now) {
    this.accepted += accepted;
    this.duplicates += duplicates;
    this.clockAheadMs = now - serverTime;
    for (const { code } of rejected) this.rejected.set(code, (this.rejected.get(code) ?? 0) + 1);
  }
  /** The skills, most called first, then by name. */
  skills() {
    const skills = [...this.#skills].map(([skill, { calls, outcomes, durations }]) => ({ skill, calls, outcomes, medianMs: medianOf(durations, calls) }));
    return skills.sort((left, right) => right.calls - left.calls || (left.skill < right.skill ? -1 : 1));
  }
};
/** Buckets grow by a tenth, so that their middles are within 5 %. */
var GROWTH = 1.1;
function bucketOf(durationMs) {
  return !(durationMs >= 1) ? -1 : Math.floor(Math.log(durationMs) / Math.log(GROWTH));
}
function medianOf(durations, calls) {
  let before = 0;
  for (const [bucket, count2] of [...durations].sort(([left], [right]) => left - right)) {
    before += count2;
    if (before >= calls / 2) return bucket < 0 ? 0 : Math.round(GROWTH ** (bucket + 0.5));
  }
  return 0;
}

// src/import.ts
/**
 * The import: what Claude Code has kept of its tool calls, or a file of events, into a Track-Skills Worker.
 *
 *     node track-skills.import.js ~/.claude/projects --since 30d
 *
 * A program of its own for Node 20 and newer, which imports nothing but Node. It reads files as streams, in bounded
 * memory, and sends what was never acknowledged: a second import adds nothing, an interrupted one goes on.
 *
 * Skill, time, duration, outcome, session (the Worker stores a keyed hash of it) and the version of Claude Code leave this
 * machine; prompts, arguments, results, error texts, file names and paths do not. A duration is the time from a call's
 * line to its result's line, so it holds the waiting for permission.
 */
// Lines live for microseconds. A young generation that grows with them takes 90 MB more (Node 24) and saves no time.
setFlagsFromString("--semi-space-growth-factor=1");
/** Exit codes; the usage text explains them. */
var EXIT = { done: 0, stopped: 1, usage: 2, unreadable: 3 };
async function main(args) {
  const options = parseOptions(args, process.env, Date.now());
  if (options === void 0) {
    process.stdout.write(USAGE);
    return EXIT.done;
  }
  const url = requireTrackUrl(options.endpoint);
  const tally = new Tally();
  const started = performance.now();
  const deliver = options.isDryRun ? deliverNothing : createDelivery({ ...options, onWait: (waitMs, reason) => tellWait(options, waitMs, reason) });
  let failure;
  try {
    await (options.records === void 0 ? runTranscripts(options, url, deliver, tally) : runRecords(options, options.records, deliver, tally));
  } catch (error) {
    if (!(error instanceof ImportStopped)) throw error;
    failure = error;
  }
  const { isDryRun, isQuiet } = options;
  if (!isQuiet) process.stdout.write(summaryOf(tally, { isDryRun, tookMs: performance.now() - started, origin: new URL(url).origin }));
  if (failure instanceof ImportStopped) {
    process.stderr.write(`
  Stopped: ${failure.message}
  What was acknowledged is kept; the same command goes on from there.
`);
    return EXIT.stopped;
  }
  return tally.unreadable.length > 0 ? EXIT.unreadable : EXIT.done;
}
async function runTranscripts(options, url, deliver, tally) {
  const { since, until, user } = options;
  for (const place of options.paths) await requireThere(place);
  const { files, unreadable } = await findTranscripts(options.paths);
  tally.unreadable.push(...unreadable);
  if (files.length === 0 && !options.isQuiet) process.stderr.write(`No transcripts (*.jsonl) under ${options.paths.join(", ")}.
`);
  const progress = progressOf(options, tally, files.reduce((sum2, { bytes }) => sum2 + bytes, 0));
  const stateFile = options.keepsState && !options.isDryRun ? stateFileOf(url) : void 0;
  const labels = { source: options.source ?? "claude-code", ...user !== void 0 && { userId: user } };
  const state = stateFile === void 0 ? emptyState() : await readState(stateFile);
  try {
    await importTranscripts({ files, since, until, labels, deliver, state, save: saverOf(stateFile), tally, progress });
  } finally {
    progress.clear();
  }
}
async function runRecords(options, records, deliver, tally) {
  const { since, until, user, source } = options;
  await requireThere(records.file);
  const progress = progressOf(options, tally, (await stat2(records.file)).size);
  const labels = { ...source !== void 0 && { source }, ...user !== void 0 && { userId: user } };
  try {
    await importRecords({ ...records, since, until, labels, deliver, tally, progress });
  } finally {
    progress.clear();
  }
}
function progressOf({ isQuiet }, tally, totalBytes) {
  return new Progress(isQuiet ? void 0 : process.stderr, tally, totalBytes);
}
/** Keeps the state, where there is a place for it. A folder that cannot be written costs time at the next import, nothing else. */
function saverOf(file) {
  let hasFailed = false;
  return async (state) => {
    if (file === void 0 || hasFailed) return;
    try {
      await writeState(file, state);
    } catch (error) {
      hasFailed = true;
      process.stderr.write(`Where this import ends cannot be remembered (${error instanceof Error ? error.message : String(error)}); the next one reads everything again.
`);
    }
  };
}
/** Long waits are told: a table that is missing looks like a database that will be back. */
function tellWait({ isQuiet }, waitMs, reason) {
  if (isQuiet || waitMs < 5e3) return;
  process.stderr.write(`${process.stderr.isTTY ? "\r\x1B[K" : ""}  ${reason} Trying again in ${Math.ceil(waitMs / 1e3)} s.
`);
}
async function requireThere(place) {
  try {
    await stat2(place);
  } catch {
    throw new UsageError(`There is no ${place}.`);
  }
}
/** The dry run's Worker: takes everything and keeps nothing. */
var deliverNothing = (events) => Promise.resolve({ accepted: events.length, duplicates: 0, rejected: [], serverTime: Date.now() });
try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const isUsage = error instanceof UsageError || error instanceof ImportStopped;
  process.stderr.write(isUsage ? `${error.message}
See --help.
` : `${error instanceof Error ? error.stack : String(error)}
`);
  process.exitCode = isUsage ? EXIT.usage : EXIT.stopped;
}
