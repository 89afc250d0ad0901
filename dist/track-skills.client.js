/*! Track-Skills client 0.1.0 | MIT licence | made from src/client.ts: change it there */
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
  errorTypeChars: 128,
  errorMessageChars: 1024,
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

// src/privacy/scrub.ts
/**
 * Takes personal data and secrets out of text, before it leaves the client and again before the Worker stores it.
 *
 * Each rule replaces what it finds by a word that names the rule, such as `[email]`. Patterns find what has a shape;
 * a name or a street in free text has none and stays, so messages remain personal data. Every pattern begins where a
 * run of its characters begins (the lookbehinds), which keeps the work linear on hostile text.
 * A replacement can make a neighbour visible to an earlier rule, so the rules run until nothing changes.
 */
/** In order: what contains other things (keys, addresses) goes first, plain numbers last. */
var RULES = [
  { pattern: /-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, replacement: "[key]" },
  { pattern: /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`]+/gi, replacement: scrubUrl },
  { pattern: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, replacement: "[token]" },
  { pattern: /\b(bearer|basic) {1,4}([\w.~+/=-]{8,})/gi, replacement: scrubCredential },
  {
    pattern: /(?<![\w-])(?:(?:sk|pk|rk)[-_][\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|(?:AKIA|ASIA)[0-9A-Z]{16}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_\w{30,}|hf_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g,
    replacement: "[key]"
  },
  {
    pattern: /(?<![A-Za-z])(password|passwd|pwd|passphrase|secret|api[-_]?key|access[-_]?key|client[-_]?secret|auth[-_]?token|access[-_]?token|token)(["']? ?[=:] ?["']?)([^\s"',;&}[]{4,})/gi,
    replacement: scrubAssignment
  },
  { pattern: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu, replacement: "[email]" },
  { pattern: /(\/(?:home|Users)\/)([^/\\\s"'<>:[]+)/g, replacement: "$1[user]" },
  { pattern: /(\\{1,2}Users\\{1,2})([^\\/"'<>:|[\n]{1,64}(?=\\)|[^\\/\s"'<>:|[]+)/gi, replacement: "$1[user]" },
  {
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    replacement: (match) => isIban(match) ? "[iban]" : match
  },
  {
    pattern: /(?<![\d.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/g,
    replacement: scrubCard
  },
  { pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, replacement: "[ssn]" },
  { pattern: /(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/gi, replacement: "[mac]" },
  { pattern: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g, replacement: (match) => isPublicIpv4(match) ? "[ip]" : match },
  { pattern: /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi, replacement: (match) => isIpv6(match) ? "[ip]" : match },
  { pattern: /(?<![\w.+-])\+\d{8,15}(?!\d)/g, replacement: "[phone]" },
  {
    pattern: /(?<![\w.+:/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]\d{2,4}){1,4}(?![\w:/-])/g,
    replacement: (match) => isPhoneNumber(match) ? "[phone]" : match
  },
  { pattern: /(?<![\w+/=-])[\w+/-]{32,}={0,2}/g, replacement: (match) => isRandomString(match) ? "[secret]" : match }
];
/** Rounds after which no text was ever seen to change. Most texts need one. */
var MAX_ROUNDS = 8;
/**
 * Takes personal data and secrets out of a text. Never throws; the time is linear in its length.
 *
 * Scrubbing what was scrubbed changes nothing.
 */
function scrubText(text) {
  let scrubbed = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = scrubbed;
    scrubbed = scrubOnce(before);
    if (scrubbed === before) break;
  }
  return scrubbed;
}
function scrubOnce(text) {
  let scrubbed = text;
  for (const { pattern, replacement } of RULES) {
    scrubbed = typeof replacement === "string" ? scrubbed.replace(pattern, replacement) : scrubbed.replace(pattern, replacement);
  }
  return scrubbed;
}
/** Keeps scheme, host and path; drops user and password; keeps the names of query parameters and drops their values. */
function scrubUrl(url) {
  const [, scheme = "", rest = ""] = /^([^:]+:\/\/)([\s\S]*)$/.exec(url) ?? [];
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const path = end < 0 ? "" : rest.slice(end);
  const host = authority.includes("@") ? `[credentials]${authority.slice(authority.lastIndexOf("@"))}` : authority;
  return scheme + host + path.replace(/([?&#][^=&#?]{0,64}=)[^&#]+/g, "$1[value]");
}
function scrubCredential(match, scheme, credential) {
  return /\d/.test(credential) || credential.length >= 20 ? `${scheme} [token]` : match;
}
/** With `=` anything is a value; with `:` ("unexpected token: name") only what holds a digit. */
function scrubAssignment(match, name, sign, value) {
  return sign.includes("=") || /\d/.test(value) ? `${name}${sign}[secret]` : match;
}
/** ISO 13616: rearranged and with letters as numbers, an IBAN is 1 modulo 97. */
function isIban(text) {
  const compact = text.replaceAll(" ", "");
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}
/** Digits that follow a card number may belong to something else: any part that ends where digits end may be the card. */
function scrubCard(match) {
  for (let end = match.length; end >= 13; end--) {
    const isBoundary = end === match.length || !/\d/.test(match[end] ?? "");
    if (isBoundary && isCardNumber(match.slice(0, end))) return `[card]${match.slice(end)}`;
  }
  return match;
}
/** The Luhn check of ISO/IEC 7812-1. */
function isCardNumber(text) {
  const digits = text.replace(/\D/g, "");
  if (digits.length < 13) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}
/** Loopback and the unspecified address say nothing about a person and much about a failure. */
function isPublicIpv4(text) {
  return text.split(".").every((part) => Number(part) <= 255) && !text.startsWith("127.") && text !== "0.0.0.0";
}
function isIpv6(text) {
  const groups = text.split(":");
  return text !== "::1" && /\d/.test(text) && (text.includes("::") ? groups.length >= 3 : groups.length === 8);
}
/** 10 to 15 digits (E.164 allows 15), and not a date. */
function isPhoneNumber(text) {
  const digits = text.replace(/\D/g, "").length;
  return digits >= 10 && digits <= 15 && !/^\d{4}-\d{2}-\d{2}/.test(text);
}
/** Hex of 32 digits or more, or a mix of cases and digits without words in it. UUIDs, paths and identifiers stay. */
function isRandomString(text) {
  if (/^[\da-f]{32,}$/i.test(text)) return /\d/.test(text);
  const digits = text.replace(/\D/g, "").length;
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && digits >= 3;
  return isMixed && !text.split(/[/_-]/).some((part) => /^[A-Za-z]?[a-z]{3,}$/.test(part));
}

// src/privacy/scrub-metadata.ts
/**
 * Scrubs metadata and holds it to its limits.
 *
 * Metadata is what the owner chose to name, so keys stay, values are scrubbed, and values under names such as
 * `password` are replaced whatever they are. What is over a limit is dropped, and `_dropped` says how many entries were.
 */
/** Longest key and longest string inside metadata, in characters. */
var MAX_KEY_CHARS = 64;
var MAX_STRING_CHARS = 256;
/** Where the count of dropped entries stands. */
var DROPPED = "_dropped";
var SENSITIVE_WORDS = /* @__PURE__ */ new Set([
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "secret",
  "secrets",
  "token",
  "apikey",
  "authorization",
  "auth",
  "credential",
  "credentials",
  "cookie",
  "cookies",
  "otp",
  "cvv",
  "ssn",
  "iban"
]);
/** Words that turn a sensitive one into a measure: `token count`. */
var MEASURES = /* @__PURE__ */ new Set(["count", "counts", "usage", "limit", "type", "length"]);
var SENSITIVE_PAIRS = /* @__PURE__ */ new Set(["api key", "private key", "access key", "credit card", "card number"]);
/**
 * Gives metadata as scrubbed JSON within its limits: 4 KiB, depth 4, 32 keys, 64 characters a key, 256 a string.
 *
 * Never throws: a getter that throws, a cycle or a value that JSON cannot hold is dropped and counted in `_dropped`.
 *
 * @returns `null` when nothing is left.
 */
function scrubMetadata(metadata) {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return null;
  const budget = { keys: 0, dropped: 0 };
  const scrubbed = scrubObject(metadata, 1, budget);
  let json = serialize(scrubbed, budget);
  for (const key of Object.keys(scrubbed).reverse()) {
    if (new TextEncoder().encode(json).byteLength <= LIMITS.metadataBytes) break;
    delete scrubbed[key];
    budget.dropped += 1;
    json = serialize(scrubbed, budget);
  }
  return json === "{}" ? null : json;
}
function serialize(scrubbed, budget) {
  return JSON.stringify(budget.dropped > 0 ? { ...scrubbed, [DROPPED]: budget.dropped } : scrubbed);
}
function scrubObject(source, depth, budget) {
  const scrubbed = {};
  for (const key of keysOf(source)) {
    const value = readProperty(source, key);
    if (depth === 1 && key === DROPPED && typeof value === "number") {
      budget.dropped += Number.isSafeInteger(value) && value > 0 ? value : 0;
      continue;
    }
    if (value === void 0) continue;
    const isOver = budget.keys >= LIMITS.metadataKeys || key.length > MAX_KEY_CHARS || key === "__proto__";
    const kept = isOver ? void 0 : isSensitiveKey(key) && typeof value !== "boolean" ? "[redacted]" : scrubValue(value, depth, budget);
    if (kept === void 0) {
      budget.dropped += 1;
      continue;
    }
    budget.keys += 1;
    scrubbed[scrubText(key.toWellFormed())] = kept;
  }
  return scrubbed;
}
function scrubValue(value, depth, budget) {
  if (typeof value === "string") return cut(scrubText(value.slice(0, LIMITS.metadataBytes).toWellFormed()), MAX_STRING_CHARS);
  if (typeof value === "number") return Number.isFinite(value) ? value : void 0;
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object" || depth >= LIMITS.metadataDepth) return void 0;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? void 0 : value.toISOString();
  if (!Array.isArray(value)) return scrubObject(value, depth + 1, budget);
  const items = [];
  for (const item of value.slice(0, LIMITS.metadataBytes)) {
    const kept = scrubValue(item, depth + 1, budget);
    if (kept === void 0) budget.dropped += 1;
    else items.push(kept);
  }
  return items;
}
/** Cuts a text to a number of characters, never through the middle of one. */
function cut(text, maxChars) {
  return text.length <= maxChars ? text : text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, "");
}
function isSensitiveKey(key) {
  const words = key.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.some((word, index) => {
    const next = words[index + 1] ?? "";
    return SENSITIVE_WORDS.has(word) && !MEASURES.has(next) || SENSITIVE_PAIRS.has(`${word} ${next}`);
  });
}
function keysOf(source) {
  try {
    return Object.keys(source);
  } catch {
    return [];
  }
}
function readProperty(source, key) {
  try {
    return Reflect.get(source, key);
  } catch {
    return Number.NaN;
  }
}

// src/client/serialize.ts
/**
 * One event as JSON. Each event is serialised by itself, so that one that cannot be costs itself alone.
 */
/** Largest event, in bytes of JSON: metadata at its limit, and room for the rest. */
var MAX_EVENT_BYTES = 8192;
/** Text of an error that is scrubbed before it is cut: bounds the time of one event. */
var SCRUBBED_CHARS = 4 * LIMITS.errorMessageChars;
/**
 * Gives an event as JSON, scrubbed and cut to the limits of the Worker.
 *
 * @returns `undefined` when it is over 8 KiB all the same
 * @throws what a foreign getter throws
 */
function serializeEvent(event) {
  const { metadata, errorType, errorMessage, ...fields } = event;
  const head = JSON.stringify({
    ...fields,
    errorType: scrubAndCut(errorType, LIMITS.errorTypeChars),
    errorMessage: scrubAndCut(errorMessage, LIMITS.errorMessageChars)
  });
  const scrubbed = metadata === void 0 ? null : scrubMetadata(metadata);
  const json = scrubbed === null ? head : `${head.slice(0, -1)},"metadata":${scrubbed}}`;
  return byteLength(json) <= MAX_EVENT_BYTES ? json : void 0;
}
/** Bytes of a text in UTF-8. */
function byteLength(text) {
  return encoder.encode(text).byteLength;
}
var encoder = new TextEncoder();
function scrubAndCut(text, maxChars) {
  return typeof text === "string" ? cut(scrubText(cut(text, SCRUBBED_CHARS)), maxChars) : void 0;
}

// src/client/classify.ts
/**
 * How a call ended, from what it threw or gave back. Reads as little of foreign values as it can, and survives all of them.
 */
/** Classifies a thrown value: time-outs and aborts by the names that the platform gives them, the rest as an error. */
function endingOfError(error, isAborted) {
  const name = textOf(error, "name");
  const ending = { errorType: errorTypeOf(error), errorMessage: textOf(error, "message") ?? (typeof error === "string" ? error : void 0) };
  if (name === "TimeoutError") return { outcome: "timeout", ...ending };
  if (name === "AbortError" || isAborted) return { outcome: "cancelled", ...ending };
  return { outcome: "error", ...ending };
}
/** Classifies a result: a tool that reports failure in its result (MCP's `isError: true`) has failed. */
function endingOfResult(result) {
  return read(result, "isError") === true ? { outcome: "error", errorType: "tool_error" } : { outcome: "ok" };
}
/** Lets the owner's hook have the last word. */
function reclassify(ending, decision) {
  if (decision === void 0 || decision === null) return ending;
  const outcome = decision.outcome ?? ending.outcome;
  const cause = outcome === ending.outcome ? ending : { errorType: void 0, errorMessage: void 0 };
  return {
    outcome,
    errorType: decision.errorType ?? cause.errorType,
    errorMessage: decision.errorMessage ?? cause.errorMessage
  };
}
/**
 * The low-cardinality class of an error: OpenTelemetry's `error.type`. The constructor's name tells more than `name`
 * where that is just "Error"; a code such as `ENOENT` tells more than either.
 */
function errorTypeOf(error) {
  const code = textOf(error, "code");
  const name = textOf(error, "name");
  const className = textOf(read(error, "constructor"), "name");
  if (code !== void 0 && /^[A-Z][A-Z0-9_]{2,63}$/.test(code)) return code;
  if (name !== void 0 && name !== "Error") return name;
  if (className !== void 0 && typeof error === "object") return className;
  return typeof error;
}
/** A property of a foreign value: no value at all, a getter that throws and a revoked Proxy all give `undefined`. */
function read(value, property) {
  try {
    return typeof value === "object" || typeof value === "function" ? value === null ? void 0 : Reflect.get(value, property) : void 0;
  } catch {
    return void 0;
  }
}
/** A property that is a text with something in it. */
function textOf(value, property) {
  const text = read(value, property);
  return typeof text === "string" && text !== "" ? text : void 0;
}

// src/client/transport.ts
/**
 * Sends one batch: with a time limit, and again where the failure may pass. Never throws.
 */
/** Answers after which the same request may succeed. */
var RETRYABLE = /* @__PURE__ */ new Set([408, 425, 429, 500, 502, 503, 504]);
/** Back-off with full jitter: a random part of 0.5 s, 1 s, 2 s, … (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
var BACKOFF_BASE_MS = 500;
/** A collector that asks for more patience than this is given up: events must not grow old in memory. */
var MAX_RETRY_AFTER_MS = 3e4;
/** Sends a body, and again after failures that may pass. The same bytes each time: the ids in them make a retry harmless. */
async function deliver(body, transport, maxRetries = transport.maxRetries) {
  for (let attempt = 0; ; attempt++) {
    let failure;
    let waitMs = transport.random() * BACKOFF_BASE_MS * 2 ** attempt;
    try {
      const response = await transport.post(body);
      const answer = await readAnswer(response);
      if (answer !== void 0) return answer;
      failure = { kind: "refused", detail: `HTTP ${response.status}` };
      if (!RETRYABLE.has(response.status)) return failure;
      waitMs = Math.max(waitMs, retryAfterMs(response));
    } catch (error) {
      failure = { kind: "unreachable", detail: String(read(error, "message") ?? error) };
    }
    if (attempt >= maxRetries || waitMs > MAX_RETRY_AFTER_MS) return failure;
    await transport.sleep(waitMs);
  }
}
/** Reads the answer to its end in every case: an unread one holds a connection of the Worker. */
async function readAnswer(response) {
  const body = await response.json().catch(() => void 0);
  if (response.status === 413) return { kind: "too_large" };
  if (response.status !== 202 && response.status !== 422) return void 0;
  const count = (name) => Number(read(body, name)) || 0;
  const rejected = read(body, "rejected");
  return {
    kind: "answered",
    accepted: count("accepted"),
    duplicates: count("duplicates"),
    rejected: Array.isArray(rejected) ? rejected.length : 0
  };
}
/** `Retry-After` in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs(response) {
  const value = response.headers.get("Retry-After");
  if (value === null) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1e3 : Date.parse(value) - Date.now();
  return Number.isNaN(ms) ? 0 : ms;
}

// src/client/channel.ts
/**
 * A queue of serialised events and its way out. A Worker has one channel per invocation, since one request may not do
 * I/O for another; everything else has a single one.
 *
 * One batch is on its way at a time. Whoever flushes shares the same promise, which covers all that was queued.
 */
/** Browsers let all requests that outlive their page hold 64 KiB together (Fetch standard, keepalive quota). */
var MAX_LAST_BYTES = 6e4;
var Channel = class {
  #options;
  #waiting = [];
  #bytes = 0;
  #pump;
  constructor(options) {
    this.#options = options;
  }
  /** Events that wait here. */
  get size() {
    return this.#waiting.length;
  }
  /** Takes an event in, or counts it as lost when the queue is full. */
  add(json) {
    const { maxQueueEvents, maxQueueBytes, stats, lose } = this.#options;
    const bytes = byteLength(json);
    if (stats.queued >= maxQueueEvents || this.#bytes + bytes > maxQueueBytes) return lose("queue_full", 1, "The queue is full.");
    this.#waiting.push(json);
    this.#bytes += bytes;
    stats.queued += 1;
  }
  /** Sends all that waits. Settles when nothing does any more; never rejects. */
  flush(maxRetries) {
    this.#pump ??= this.#sendAll(maxRetries);
    return this.#pump;
  }
  /** Takes as many events as a dying page may still send, as the body of one request. */
  takeLast() {
    const events = [];
    let bytes = 0;
    while (this.#waiting[0] !== void 0 && bytes + byteLength(this.#waiting[0]) < MAX_LAST_BYTES) {
      const [event = ""] = this.#take(1);
      bytes += byteLength(event) + 1;
      events.push(event);
    }
    this.#options.stats.queued -= events.length;
    return events.length === 0 ? void 0 : this.#bodyOf(events);
  }
  async #sendAll(maxRetries) {
    while (this.#waiting.length > 0) await this.#send(this.#take(this.#options.batchSize), maxRetries);
    this.#pump = void 0;
  }
  async #send(events, maxRetries) {
    const { stats, transport, lose } = this.#options;
    const delivery = await deliver(this.#bodyOf(events), transport, maxRetries);
    if (delivery.kind === "too_large" && events.length > 1) {
      const half = Math.ceil(events.length / 2);
      await this.#send(events.slice(0, half), maxRetries);
      return this.#send(events.slice(half), maxRetries);
    }
    stats.queued -= events.length;
    if (delivery.kind === "answered") {
      stats.sent += delivery.accepted;
      stats.duplicates += delivery.duplicates;
      stats.rejected += delivery.rejected;
    } else if (delivery.kind === "too_large") lose("too_large", events.length, "The Worker found it too large.");
    else lose(delivery.kind === "refused" ? "refused_by_server" : "network", events.length, delivery.detail);
  }
  #take(count) {
    const events = this.#waiting.splice(0, count);
    for (const event of events) this.#bytes -= byteLength(event);
    return events;
  }
  #bodyOf(events) {
    return `{"events":[${events.join(",")}],"sentAt":${this.#options.now()}}`;
  }
};

// src/client/measure.ts
/**
 * Measures one call: when it began, how long it took, how it ended. Hands back exactly what the call gave.
 */
/** Makes the function that measures calls. */
function createMeasure({ options, capture }) {
  return (skill, context, call) => {
    const startedAt = Date.now();
    const startMs = clockMs();
    const record = (result2, error, hasThrown) => {
      try {
        const durationMs = Math.max(0, clockMs() - startMs);
        const ending = endingOf(result2, error, hasThrown, context, options);
        const invocation = typeof read(context, "waitUntil") === "function" ? context : void 0;
        capture({ ...labelsOf(context), skill, startedAt, durationMs, ...ending }, invocation);
      } catch {
        // A skill must not fail because it is watched.
      }
    };
    let result;
    try {
      result = call();
    } catch (error) {
      record(void 0, error, true);
      throw error;
    }
    if (isPlainPromise(result)) return observe(result, record);
    if (result instanceof Promise) observeAside(result, record);
    else record(result, void 0, false);
    return result;
  };
}
/** Observes a promise in an await chain that the caller gets in its stead: so the caller's async stack trace stays whole. */
async function observe(promise, record) {
  let result;
  try {
    result = await promise;
  } catch (error) {
    record(void 0, error, true);
    throw error;
  }
  record(result, void 0, false);
  return result;
}
/** Observes a promise that carries more than a promise does (a subclass, own properties): the caller gets that very one. */
function observeAside(promise, record) {
  promise.then(
    (result) => record(result, void 0, false),
    (error) => record(void 0, error, true)
  );
}
/** Anything else with a `then` (a query builder, say) may do its work only when it is awaited: it is left alone. */
function isPlainPromise(value) {
  return value instanceof Promise && Object.getPrototypeOf(value) === Promise.prototype && Reflect.ownKeys(value).length === 0;
}
function endingOf(result, error, hasThrown, context, options) {
  const isAborted = read(read(context, "signal"), "aborted") === true;
  const byRule = hasThrown ? endingOfError(error, isAborted) : endingOfResult(result);
  let ending = byRule;
  try {
    ending = reclassify(byRule, options.classify?.(result, error));
  } catch {
    // A hook that throws decides nothing.
  }
  return options.errorMessages === false ? { ...ending, errorMessage: void 0 } : ending;
}
/** Only what has the right type: a context is the host's own object. */
function labelsOf(context) {
  const labels = {};
  for (const name of ["userId", "sessionId", "version", "source", "variant"]) {
    const label = textOf(context, name);
    if (label !== void 0) labels[name] = label;
  }
  const metadata = read(context, "metadata");
  if (typeof metadata === "object" && metadata !== null) labels.metadata = { ...metadata };
  return labels;
}
/** A monotonic clock, in ms. In deployed Workers it stands still while no I/O happens. */
function clockMs() {
  return performance.now();
}

// src/client/runtime-hooks.ts
/**
 * What differs between Node, browsers and Workers: timers that do not hold a process, the end of a process, the end of
 * a page, and the environment's wish not to be tracked.
 */
/** Timers that let a finished process end, unless somebody awaits what they lead to. */
var Timers = class {
  #running = /* @__PURE__ */ new Set();
  #holders = 0;
  /** Resolves after a time. */
  sleep(ms) {
    return new Promise((resolve) => this.start(ms, resolve));
  }
  /** Runs a function after a time; returns how to prevent it. */
  start(ms, run) {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      run();
    }, ms);
    this.#running.add(timer);
    if (this.#holders === 0) callMethod(timer, "unref");
    return () => {
      this.#running.delete(timer);
      clearTimeout(timer);
    };
  }
  /** Lets timers hold the process while something is awaited. */
  async holding(work) {
    this.#holders += 1;
    for (const timer of this.#running) callMethod(timer, "ref");
    try {
      return await work;
    } finally {
      this.#holders -= 1;
      if (this.#holders === 0) for (const timer of this.#running) callMethod(timer, "unref");
    }
  }
};
/** All trackers share one listener: Node warns on stderr when an event has more than ten. */
var beforeExit = /* @__PURE__ */ new Set();
/** Calls back when a Node process has nothing left to do. Installs no signal handler: those would keep Ctrl-C from working. */
function onBeforeExit(run) {
  if (beforeExit.size === 0) {
    callMethod(read(globalThis, "process"), "on", "beforeExit", () => {
      for (const callback of beforeExit) callback();
    });
  }
  beforeExit.add(run);
}
/** Calls back when a page is hidden or left. */
function onPageHidden(run) {
  const page = read(globalThis, "document");
  if (page === void 0) return;
  callMethod(page, "addEventListener", "visibilitychange", () => {
    if (read(page, "visibilityState") === "hidden") run();
  });
  callMethod(globalThis, "addEventListener", "pagehide", run);
}
/** Whether the environment asks for silence. */
function isSilenced() {
  const environment = read(read(globalThis, "process"), "env");
  return ["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"].some((name) => /^(1|true|yes)$/i.test(String(read(environment, name) ?? "")));
}
/** Calls a method where there is one, with its own `this`; what it throws is swallowed. */
function callMethod(target, name, ...args) {
  try {
    const method = read(target, name);
    return typeof method === "function" ? Reflect.apply(method, target, args) : void 0;
  } catch {
    return void 0;
  }
}

// src/client/wrap.ts
/**
 * Wraps functions. A Proxy is the one way in which `this`, `new`, own properties, name and length all stay as they were.
 */
/** Every wrapped function of every tracker, with what it wraps: a function is counted once, however often it is wrapped. */
var targets = /* @__PURE__ */ new WeakMap();
/** Makes the function that wraps functions. */
function createWrap(measure) {
  return (skill, fn, { context } = {}) => {
    if (typeof fn !== "function" || targets.has(fn)) return fn;
    const proxy = new Proxy(fn, {
      apply: (target, self, args) => measure(skill, contextOf(context, args), () => Reflect.apply(target, self, args)),
      construct: (target, args, newTarget) => measure(skill, contextOf(context, args), () => Reflect.construct(target, args, newTarget === proxy ? target : newTarget))
    });
    targets.set(proxy, fn);
    return proxy;
  };
}
/** Whether a function is counted already. */
function isWrapped(fn) {
  return targets.has(fn);
}
/** A context that cannot be found costs the call its labels, not its life. */
function contextOf(context, args) {
  try {
    const found = typeof context === "function" ? Reflect.apply(context, void 0, args) : context;
    return typeof found === "object" && found !== null ? found : void 0;
  } catch {
    return void 0;
  }
}

// src/client/tracker.ts
/**
 * The tracker: events in, batches out. Whatever it is given and whatever the network does, it does not throw into the
 * code that it watches, and does not make it wait.
 */
/** In a Worker, calls of one request that end within this time share a batch. */
var WORKER_FLUSH_MS = 50;
var DEFAULTS = { batchSize: 20, flushIntervalMs: 5e3, maxQueueEvents: 1e3, maxQueueBytes: 262144, maxRetries: 3, timeoutMs: 5e3 };
/**
 * Makes a tracker. Never throws: options that cannot work make a tracker that measures and loses, and says so to `onError`.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const add = tracker.wrap("add", (left: number, right: number) => left + right);
 * add(1, 2);
 * await tracker.flush();
 * ```
 */
function createTracker(options = {}) {
  const limits = limitsOf(options);
  const timers = new Timers();
  const stats = emptyStats();
  const isDisabled = options.disabled === true || isSilenced();
  let isShutDown = false;
  const lose = (reason, count, detail) => {
    stats.lost[reason] += count;
    callMethod(options, "onError", reason, detail);
  };
  const url = trackUrl(options);
  const post = createPost(options, url ?? "", limits.timeoutMs);
  const transport = { post, sleep: (ms) => timers.sleep(ms), random: Math.random, maxRetries: limits.maxRetries };
  const openChannel = () => new Channel({ transport, ...limits, stats, now: Date.now, lose });
  const shared = openChannel();
  const invocations = /* @__PURE__ */ new WeakMap();
  let cancelFlush;
  /** Sends later, when others may have come: without holding the process, but inside the invocation where there is one. */
  function flushLater(channel, context) {
    if (context !== void 0) {
      if (channel.size > 1) return;
      callMethod(context, "waitUntil", timers.sleep(WORKER_FLUSH_MS).then(() => channel.flush()));
    } else if (channel.size >= limits.batchSize) {
      void channel.flush();
    } else {
      cancelFlush ??= timers.start(limits.flushIntervalMs, () => {
        cancelFlush = void 0;
        void channel.flush();
      });
    }
  }
  function capture(event, context) {
    if (isDisabled || isShutDown) return;
    if (url === void 0) return lose("options", 1, '"endpoint" is the http(s) address of the Worker.');
    const complete = { id: makeId(), startedAt: Date.now(), source: options.source ?? "function", version: options.version, ...event };
    const json = prepare(complete, options, lose);
    if (json === void 0) return;
    const channel = channelOf(context);
    channel.add(json);
    flushLater(channel, context);
  }
  function channelOf(context) {
    if (context === void 0) return shared;
    const known = invocations.get(context) ?? openChannel();
    invocations.set(context, known);
    return known;
  }
  async function flush() {
    cancelFlush?.();
    cancelFlush = void 0;
    await timers.holding(shared.flush());
  }
  onBeforeExit(() => void (shared.size > 0 && shared.flush(0)));
  onPageHidden(() => void (url !== void 0 && sendLast(shared, url, options.key)));
  function trackerFor(bound) {
    const measure = createMeasure({ options, capture: (event, context) => capture(event, bound ?? context) });
    return {
      wrap: createWrap(measure),
      trackSkillExecution(skill, fn, params, context) {
        const call = () => fn(params, context);
        return isWrapped(fn) ? call() : measure(skill, contextOf2(context), call);
      },
      track: (event) => capture(event, bound),
      flush: () => bound === void 0 ? flush() : channelOf(bound).flush(),
      async shutdown() {
        await this.flush();
        isShutDown = true;
      },
      stats: () => ({ ...stats, lost: { ...stats.lost } }),
      bind: (ctx) => trackerFor(ctx)
    };
  }
  return trackerFor(void 0);
}
/** A context may be anything that the skill's host passes along. */
function contextOf2(context) {
  return typeof context === "object" && context !== null ? context : void 0;
}
/** Runs the owner's hook and serialises; each event that fails costs itself alone. */
function prepare(event, options, lose) {
  let kept;
  try {
    kept = options.beforeSend === void 0 ? event : options.beforeSend(event);
  } catch (error) {
    lose("before_send", 1, String(read(error, "message")));
    return void 0;
  }
  if (kept === null) return void 0;
  try {
    const json = serializeEvent(kept);
    if (json === void 0) lose("too_large", 1, "An event has at most 8 KiB.");
    return json;
  } catch (error) {
    lose("unserializable", 1, String(read(error, "message")));
    return void 0;
  }
}
/** Sends what a dying page may still send: by `fetch` with keepalive, or by a beacon, which carries its key in the body. */
function sendLast(channel, url, key) {
  const body = channel.takeLast();
  if (body === void 0) return;
  const keyed = key === void 0 ? body : `${body.slice(0, -1)},"key":${JSON.stringify(key)}}`;
  try {
    const init = { method: "POST", body: keyed, keepalive: true, headers: { "Content-Type": "text/plain" } };
    fetch(url, init).catch(() => void 0);
  } catch {
    callMethod(read(globalThis, "navigator"), "sendBeacon", url, keyed);
  }
}
/** How a batch is posted: through the service binding, or over the network within a time limit. */
function createPost(options, url, timeoutMs) {
  const headers = { "Content-Type": "application/json" };
  if (options.key !== void 0) headers["Authorization"] = `Bearer ${options.key}`;
  return async (body) => {
    const init = { method: "POST", headers, body };
    if (options.fetcher !== void 0) return options.fetcher.fetch(url, init);
    return fetch(url, { ...init, signal: AbortSignal.timeout(timeoutMs) });
  };
}
/** Where batches go; `undefined` when the options name no such place. A service binding needs a URL, but no real one. */
function trackUrl({ endpoint, fetcher }) {
  try {
    const url = new URL(endpoint ?? (fetcher === void 0 ? "" : "https://track-skills.internal"));
    if (!url.pathname.endsWith("/api/track")) url.pathname = `${url.pathname.replace(/\/+$/, "")}/api/track`;
    return /^https?:$/.test(url.protocol) ? url.href : void 0;
  } catch {
    return void 0;
  }
}
/** Numbers that make no sense fall back to their defaults. */
function limitsOf(options) {
  const limits = { ...DEFAULTS };
  for (const name of ["batchSize", "flushIntervalMs", "maxQueueEvents", "maxQueueBytes", "maxRetries", "timeoutMs"]) {
    const value = options[name];
    if (typeof value === "number" && value >= (name === "maxRetries" ? 0 : 1)) limits[name] = value;
  }
  limits.batchSize = Math.min(Math.floor(limits.batchSize), 500);
  return limits;
}
function emptyStats() {
  const lost = { options: 0, queue_full: 0, too_large: 0, unserializable: 0, before_send: 0, network: 0, refused_by_server: 0 };
  return { queued: 0, sent: 0, duplicates: 0, rejected: 0, lost };
}
/** `crypto.randomUUID` is missing on pages without TLS. Sixteen random digits tell the events of one millisecond apart. */
function makeId() {
  const id = callMethod(read(globalThis, "crypto"), "randomUUID");
  return typeof id === "string" ? id : Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
}

// src/client/default-tracker.ts
/**
 * The default tracker: for code that wants one function to call and one place to configure.
 */
var defaultTracker;
/** Sets up the default tracker that `trackSkillExecution` uses, in place of an earlier one. Never throws. */
function configure(options) {
  defaultTracker = createTracker(options);
  return defaultTracker;
}
/**
 * Calls `fn(params, context)`, records the call with the default tracker and gives back what `fn` gave.
 *
 * Same value, same error, sync or async as it was. Of `context` it reads `userId`, `sessionId`, `version`, `source`,
 * `variant`, `metadata`, `signal` and `waitUntil`; of `params` nothing. Before `configure` it just calls `fn`.
 *
 * @example
 * ```ts
 * configure({ endpoint: "https://tracker.example.com" });
 * const count = trackSkillExecution("word-count", ({ text }: { text: string }) => text.split(/\s+/).length, { text: "a b" }, {});
 * ```
 */
function trackSkillExecution(skill, fn, params, context) {
  return defaultTracker === void 0 ? fn(params, context) : defaultTracker.trackSkillExecution(skill, fn, params, context);
}

// src/client.ts
/**
 * Track-Skills client: measures calls of skills and tools and sends them to a Track-Skills Worker.
 *
 * ```ts
 * import { createTracker } from "./track-skills.client.js";
 *
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * export const search = tracker.wrap("search", async (query: string) => [query]);
 * ```
 *
 * It does not throw into what it watches, does not make it wait, and records neither arguments nor results.
 *
 * @module
 */
export {
  configure,
  createTracker,
  trackSkillExecution
};
