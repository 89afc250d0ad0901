/*! Track-Skills hook 0.1.0 | MIT licence | made from src/hook.ts: change it there */
(async () => {
// Node's own modules. Node 20.16 and later give them without the detour over import().
const load = (name) => process.getBuiltinModule?.(name) ?? import(name);

// src/hook/record.ts
const { spawn } = await load("node:child_process");
const path5 = await load("node:path");

// src/event.ts
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
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
function endingOfFailure(text, isInterrupted2) {
  const ending = endingOfText(typeof text === "string" ? text : "");
  // An interrupted command has whatever text it wrote so far.
  return isInterrupted2 && ending.outcome === "error" ? INTERRUPTED : ending;
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

// src/claude-code/hook-event.ts
/**
 * From what Claude Code hands to a hook to one event, for the hook file and for the Worker's route alike.
 *
 * The input holds prompts, arguments, results and paths. Read are names, times, ids and how it ended; the text of an
 * error is looked at and dropped; all else stays unread. Formats: https://code.claude.com/docs/en/hooks.
 */
/**
 * Makes the event of a hook's parsed input, which may be anything at all. Never throws.
 *
 * A tool's event has the tool call's own id and the same time whenever it is sent, so a second sending writes nothing.
 * A typed `/skill` does not pass through the Skill tool, so that each of the two is a use of its own.
 *
 * @param now when the hook ran, ms since 1970: the end of the call
 */
function eventOfHook(input, now) {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return "not_an_object";
  const hook = field(input, "hook_event_name");
  const kind = typeof hook === "string" && Object.hasOwn(KINDS, hook) ? KINDS[hook] : void 0;
  if (kind === void 0) return "unknown_hook";
  const named = kind.nameOf(input);
  if (named === void 0 || named.skill.length > LIMITS.skillChars || new RegExp("\\p{Cc}", "u").test(named.skill)) return "no_name";
  const durationMs = durationIn(input);
  return {
    skill: named.skill,
    id: matching(field(input, "tool_use_id"), ID),
    startedAt: now - (durationMs ?? 0),
    // "io" is the clock of which 0 ms say nothing: a call that nobody measured stays out of the durations.
    ...durationMs === void 0 ? { durationMs: 0, clock: "io" } : { durationMs },
    ...kind.endingOf(input),
    sessionId: matching(field(input, "session_id"), SESSION),
    source: "claude-code",
    metadata: metadataOf(named, field(input, "agent_id"))
  };
}
/** What the Worker takes for an id and for a session: anything else would cost the event. */
var ID = new RegExp(`^[\\w-]{1,${LIMITS.idChars}}$`);
var SESSION = new RegExp(`^.{1,${LIMITS.personChars}}$`);
var toolIn = (input) => nameTool(field(input, "tool_name"), field(input, "tool_input"));
var KINDS = {
  PostToolUse: { nameOf: toolIn, endingOf: (input) => isInterrupted(input) ? endingOfFailure("", true) : { outcome: "ok" } },
  PostToolUseFailure: { nameOf: toolIn, endingOf: (input) => endingOfFailure(field(input, "error"), field(input, "is_interrupt") === true) },
  PermissionDenied: { nameOf: toolIn, endingOf: () => ({ outcome: "refused", errorType: "permission_denied" }) },
  UserPromptExpansion: { nameOf: commandIn, endingOf: () => ({ outcome: "ok" }) }
};
/** A command that a person stopped has a response, which says so. */
function isInterrupted(input) {
  const response = field(input, "tool_response");
  return typeof response === "object" && response !== null && field(response, "interrupted") === true;
}
/** A typed command: a skill's name as the Skill tool has it, or a prompt of an MCP server, `mcp__SERVER__PROMPT` or `SERVER:PROMPT`. */
function commandIn(input) {
  const name = nameCommand(field(input, "command_name"));
  if (name === void 0) return void 0;
  const isPrompt = field(input, "expansion_type") === "mcp_prompt";
  const skill = isPrompt ? (nameTool(name, void 0)?.skill ?? name).replace(/^([^/:]+):/, "$1/") : name;
  return { skill, isLoad: true };
}
function metadataOf({ isLoad }, agentId) {
  const isInSubagent = typeof agentId === "string" && agentId !== "";
  return isLoad || isInSubagent ? { ...isLoad && LOAD_METADATA, ...isInSubagent && SUBAGENT_METADATA } : void 0;
}
function durationIn(input) {
  const value = field(input, "duration_ms");
  return typeof value === "number" && value >= 0 && value <= LIMITS.durationMs ? Math.round(value) : void 0;
}
/** A field of its own: what an object inherits was not sent. */
function field(input, name) {
  return Object.hasOwn(input, name) ? Reflect.get(input, name) : void 0;
}
function matching(value, pattern) {
  return typeof value === "string" && pattern.test(value) ? value : void 0;
}

// src/hook/sender.ts
const { mkdirSync: mkdirSync2, readFileSync: readFileSync2, statSync, unlinkSync: unlinkSync2, writeFileSync: writeFileSync2 } = await load("node:fs");
const path4 = await load("node:path");

// src/hook/settings.ts
const os = await load("node:os");
const path2 = await load("node:path");

// src/local/state-folder.ts
const path = await load("node:path");
/** The folder `track-skills` where programs keep what is neither configuration nor cache (on Linux: XDG Base Directory Specification). */
function stateFolderOf({ platform, env, home }) {
  if (platform === "win32") return path.win32.join(env["LOCALAPPDATA"] || path.win32.join(home, "AppData", "Local"), "track-skills");
  if (platform === "darwin") return path.posix.join(home, "Library", "Application Support", "track-skills");
  const state = env["XDG_STATE_HOME"] ?? "";
  // A relative path is to be ignored, says the specification.
  return path.posix.join(path.posix.isAbsolute(state) ? state : path.posix.join(home, ".local", "state"), "track-skills");
}

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

// src/hook/settings.ts
/**
 * The settings of the hook, from its flags and the environment. A flag wins.
 *
 * The key has no flag: the arguments of a process are open to everybody on its machine, its environment is not.
 */
/** The surroundings of this process. */
function surroundings() {
  return { args: process.argv.slice(2), env: process.env, platform: process.platform, home: homeFolder() };
}
/** Nothing can be made below the null device: who has no home keeps no events, and they are sent at once or not at all. */
function homeFolder() {
  try {
    return os.homedir();
  } catch {
    return os.devNull;
  }
}
/** Reads the settings; `undefined` when no address is set or tracking is turned off. */
function settingsOf({ args, env, platform, home }) {
  if (["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"].some((name) => /^(1|true|yes)$/i.test(env[name] ?? ""))) return void 0;
  const setting = (flag, name) => flagIn(args, flag) || env[name]?.trim() || void 0;
  const url = trackUrlOf(setting("--endpoint", "TRACK_SKILLS_ENDPOINT") ?? "");
  if (url === void 0) return void 0;
  const paths = platform === "win32" ? path2.win32 : path2.posix;
  const state = setting("--state-dir", "TRACK_SKILLS_STATE_DIR") ?? stateFolderOf({ platform, env, home });
  return {
    url,
    key: env["TRACK_SKILLS_KEY"]?.trim() || void 0,
    user: setting("--user", "TRACK_SKILLS_USER"),
    folder: paths.join(state, `hook-${hashOf(url)}`)
  };
}
/** `--name value` or `--name=value`. */
function flagIn(args, flag) {
  const place = args.findIndex((arg2) => arg2 === flag || arg2.startsWith(`${flag}=`));
  const arg = args[place];
  return (arg === flag ? args[place + 1] : arg?.slice(flag.length + 1))?.trim();
}
/** FNV-1a, 32 bits, in hex. Tells apart a handful of addresses, and spares the hook the 10 ms in which Node loads its crypto. */
function hashOf(text) {
  let hash = 2166136261;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 16777619);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

// src/hook/spool.ts
const { mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } = await load("node:fs");
const path3 = await load("node:path");
/** Records that may wait, a megabyte at most; when there are more, the oldest go until this much less wait. */
var MAX_RECORDS = 1e3;
var ROOM_RECORDS = 100;
/** Longest wait. */
var MAX_AGE_MS = 7 * 864e5;
/** A record that was being written for that long never will be. */
var WRITING_MS = 6e4;
/** Adds a record. Tells whether it could: the folder may not be writable, or the disk full. */
function addToSpool(folder, record, now) {
  // Digits in front: names sort by time.
  const name = path3.join(folder, `${String(now).padStart(15, "0")}-${record.event?.id ?? record.lost?.id ?? crypto.randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 448 });
    writeFileSync(`${name}.tmp`, JSON.stringify(record), { mode: 384 });
    renameSync(`${name}.tmp`, `${name}.json`);
  } catch {
    removeFile(`${name}.tmp`);
    return false;
  }
  trimSpool(folder, now);
  return true;
}
/** Names of the records that wait, oldest first. */
function recordNames(folder) {
  return filesIn(folder).filter((name) => name.endsWith(".json"));
}
/** Reads a record; `undefined` when it is gone or is none. */
function readRecord(folder, name) {
  try {
    const record = JSON.parse(readFileSync(path3.join(folder, name), "utf8"));
    return typeof record === "object" && record !== null ? record : void 0;
  } catch {
    return void 0;
  }
}
/** Removes a record. Tells whether it was there. */
function removeRecord(folder, name) {
  return removeFile(path3.join(folder, name));
}
/** Drops what is too old or too much, and leaves an account of it. */
function trimSpool(folder, now) {
  const files = filesIn(folder);
  for (const name of files) if (name.endsWith(".tmp") && ageOf(name, now) > WRITING_MS) removeRecord(folder, name);
  const names = files.filter((name) => name.endsWith(".json"));
  const old = names.filter((name) => ageOf(name, now) > MAX_AGE_MS);
  const surplus = names.length - old.length > MAX_RECORDS ? names.slice(old.length, names.length - MAX_RECORDS + ROOM_RECORDS) : [];
  const reasons = {};
  for (const name of old) drop(folder, name, "network", reasons);
  for (const name of surplus) drop(folder, name, "queue_full", reasons);
  if (Object.keys(reasons).length > 0) addToSpool(folder, { lost: { id: crypto.randomUUID(), at: now, reasons } }, now);
}
/** Removes a record and counts what is lost with it. Of two that remove the same one, one counts. */
function drop(folder, name, reason, reasons) {
  const { lost } = readRecord(folder, name) ?? {};
  if (!removeRecord(folder, name)) return;
  // An account that goes is carried on in the next one.
  for (const [key, count] of Object.entries(lost?.reasons ?? { [reason]: 1 })) reasons[key] = (reasons[key] ?? 0) + count;
}
function ageOf(name, now) {
  return now - Number.parseInt(name, 10);
}
function filesIn(folder) {
  try {
    return readdirSync(folder).filter((name) => /^\d{15}-/.test(name)).sort();
  } catch {
    return [];
  }
}
function removeFile(file) {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}

// src/hook/sender.ts
/**
 * The sender: a process of its own that empties the spool and ends. It has seconds, whatever the Worker does.
 *
 * A lock spares two senders the same work; that nothing is stored twice is the ids' doing, so a lock that is stale or
 * taken over costs a request and no more. A record leaves the spool once the Worker has answered for it.
 */
/** Makes the hook's file a sender. */
var SEND_FLAG = "--send";
/** The variable that carries a record which the spool would not take. */
var UNSPOOLED = "TRACK_SKILLS_UNSPOOLED";
/** Time of a sender, and of one request. */
var TOTAL_MS = 1e4;
var REQUEST_MS = 5e3;
/** A sender that is older than this has crashed. */
var STALE_LOCK_MS = 3 * TOTAL_MS;
/** Events of one request: about 40 KB. */
var BATCH_EVENTS = 100;
/** Answers that settle a batch: stored, or looked at and refused for good. All others may pass: a key can be mended. */
var SETTLED = /* @__PURE__ */ new Set([202, 422]);
/** Sends all that waits. */
async function sendSpool() {
  const settings = settingsOf(surroundings());
  if (settings === void 0) return;
  const until = Date.now() + TOTAL_MS;
  const unspooled = process.env[UNSPOOLED];
  if (unspooled !== void 0) await post(settings, batchOf([JSON.parse(unspooled)]), until);
  for (let isThrough = true; isThrough && recordNames(settings.folder).length > 0; ) {
    const token = takeLock(settings.folder);
    if (token === void 0) return;
    isThrough = await sendAll(settings, until);
    // Freed first and looked again afterwards: a hook that found the lock has left its record to this sender.
    freeLock(settings.folder, token);
  }
}
/** Whether a sender is emptying a spool. */
function isSenderAtWork(folder, now) {
  try {
    return Math.abs(now - statSync(lockOf(folder)).mtimeMs) < STALE_LOCK_MS;
  } catch {
    return false;
  }
}
/** Sends batch after batch. Tells whether all were answered for. */
async function sendAll(settings, until) {
  const { folder } = settings;
  trimSpool(folder, Date.now());
  for (let names = nextNames(folder); names.length > 0; names = nextNames(folder)) {
    const records = names.flatMap((name) => readRecord(folder, name) ?? []);
    const rejected = Date.now() >= until ? void 0 : await post(settings, batchOf(records), until);
    if (rejected === void 0) return false;
    for (const name of names) removeRecord(folder, name);
    // A clock that is minutes ahead, for instance: what the Worker refuses for good is lost, and told as that.
    const at = Date.now();
    if (rejected > 0) addToSpool(folder, { lost: { id: crypto.randomUUID(), at, reasons: { refused_by_server: rejected } } }, at);
  }
  return true;
}
/** The records of one request: events, and one account of losses, whose id stays its own on a retry. */
function nextNames(folder) {
  const names = [];
  let hasAccount = false;
  for (const name of recordNames(folder)) {
    if (names.length === BATCH_EVENTS) break;
    const isAccount = readRecord(folder, name)?.lost !== void 0;
    if (isAccount && hasAccount) continue;
    hasAccount ||= isAccount;
    names.push(name);
  }
  return names;
}
function batchOf(records) {
  return { events: records.flatMap(({ event }) => event ?? []), lost: records.find(({ lost }) => lost !== void 0)?.lost };
}
/** Posts a batch. Tells how many of its events were rejected; `undefined` when the Worker has not answered for them. */
async function post({ url, key }, batch, until) {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...key !== void 0 && { Authorization: `Bearer ${key}` } },
      body: JSON.stringify({ ...batch, sentAt: Date.now() }),
      signal: AbortSignal.timeout(Math.max(1, Math.min(REQUEST_MS, until - Date.now())))
    });
    const answer = await response.json();
    const rejected = typeof answer === "object" && answer !== null ? Reflect.get(answer, "rejected") : void 0;
    return SETTLED.has(response.status) && Array.isArray(rejected) ? rejected.length : void 0;
  } catch {
    return void 0;
  }
}
var lockOf = (folder) => path4.join(folder, "sender.lock");
/** Takes the lock and gives what frees it; `undefined` while another sender has it. */
function takeLock(folder) {
  const token = crypto.randomUUID();
  if (placeLock(folder, token)) return token;
  if (isSenderAtWork(folder, Date.now())) return void 0;
  // Of a sender that crashed. Only a lock that was found is removed: else two that begin together would remove each other's.
  removeLock(folder);
  return placeLock(folder, token) ? token : void 0;
}
function placeLock(folder, token) {
  try {
    mkdirSync2(folder, { recursive: true, mode: 448 });
    writeFileSync2(lockOf(folder), token, { flag: "wx", mode: 384 });
    return true;
  } catch {
    return false;
  }
}
function freeLock(folder, token) {
  try {
    if (readFileSync2(lockOf(folder), "utf8") === token) removeLock(folder);
  } catch {
    // It has been taken over.
  }
}
function removeLock(folder) {
  try {
    unlinkSync2(lockOf(folder));
  } catch {
    // There is none.
  }
}

// src/hook/stdin.ts
/**
 * Reads what Claude Code writes to a hook, within a size and a time. What is over the size is read and dropped: a writer
 * whose reader has gone would see an error.
 */
/** Largest input that is looked at. Results with images have a few MiB. */
var MAX_BYTES = 33554432;
/** Longest silence before an input counts as ended: Claude Code writes at once, if its machine is not busy. */
var SILENCE_MS = 3e3;
/** The text of stdin, or why there is none. Never rejects. */
function readStdin() {
  const { stdin } = process;
  if (stdin.isTTY) return Promise.resolve("empty");
  return new Promise((resolve) => {
    const chunks = [];
    let bytes = 0;
    const end = () => {
      clearTimeout(silence);
      if (bytes > MAX_BYTES) resolve("too_large");
      else resolve(bytes === 0 ? "empty" : { text: Buffer.concat(chunks).toString("utf8") });
    };
    const silence = setTimeout(end, SILENCE_MS);
    stdin.on("data", (chunk) => {
      silence.refresh();
      bytes += chunk.byteLength;
      if (bytes <= MAX_BYTES) chunks.push(chunk);
      else chunks.length = 0;
    });
    stdin.once("end", end);
    stdin.once("error", end);
  });
}

// src/hook/record.ts
/**
 * The hook's own part, for which Claude Code waits: stdin to one record in the spool, and a sender behind it.
 */
/** Records one call of the hook. */
async function recordHook() {
  // When the process began is closer to the end of the call than any later moment.
  const now = Math.floor(performance.timeOrigin);
  // Read in any case: see readStdin.
  const input = await readStdin();
  const settings = settingsOf(surroundings());
  const record = settings === void 0 ? void 0 : recordOf(input, settings.user, now);
  if (settings === void 0 || record === void 0) return;
  const isSpooled = addToSpool(settings.folder, record, now);
  // A sender looks again after it has freed its lock, so it finds this record.
  if (!isSpooled || !isSenderAtWork(settings.folder, Date.now())) startSender(isSpooled ? void 0 : record);
}
/** The record of an input; `undefined` for hooks that tell of no finished call. What cannot be read is a lost event. */
function recordOf(input, user, now) {
  if (input === "empty") return void 0;
  if (input === "too_large") return { lost: { id: crypto.randomUUID(), at: now, reasons: { too_large: 1 } } };
  const event = eventOfHook(parse(input.text), now);
  if (event === "unknown_hook") return void 0;
  if (typeof event === "string") return { lost: { id: crypto.randomUUID(), at: now, reasons: { unserializable: 1 } } };
  return { event: { ...event, id: event.id ?? crypto.randomUUID(), userId: user } };
}
function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return void 0;
  }
}
/** Starts this file once more, detached. Where the spool takes nothing, the record goes along in its environment. */
function startSender(unspooled) {
  const [, file = "", ...flags] = process.argv;
  const sender = spawn(process.execPath, [file, SEND_FLAG, ...flags], {
    // In a folder of its own, so that it holds none of the user's.
    cwd: path5.dirname(file),
    detached: true,
    env: unspooled === void 0 ? process.env : { ...process.env, [UNSPOOLED]: JSON.stringify(unspooled) },
    stdio: "ignore",
    windowsHide: true
  });
  sender.once("error", () => void 0);
  sender.unref();
}

// src/hook.ts
/**
 * Track-Skills hook: one file that Claude Code runs after tool calls and typed skills. Copy it, and name it in
 * `settings.json`; docs/CLAUDE_CODE.md shows how.
 *
 * It reads the hook's JSON from stdin, writes one event without any content into a folder of its own, and leaves the
 * sending to a detached process, so that Claude Code waits for no network. It prints nothing and always exits with 0.
 * What cannot be sent waits in the folder for the next time.
 *
 * @module
 */
// A hook that fails would be shown to the user, and one that exits with 2 would block.
process.on("uncaughtException", () => process.exit(0));
process.removeAllListeners("warning");
var run = process.argv.includes(SEND_FLAG) ? sendSpool : recordHook;
run().finally(() => process.exit(0));
})().catch(() => process.exit(0));
