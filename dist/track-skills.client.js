/*! Track-Skills client 0.1.0 | MIT licence | made from src/client.ts: change it there */
// src/event.ts
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** Every outcome, in the order in which they are shown. */
var OUTCOMES = ["ok", "error", "timeout", "cancelled", "refused"];
/** Every field of an event, and only its skill filled in. Made anew: copies take longer. The compiler holds it to `UsageEvent`. */
var blankEvent = (skill) => ({
  skill,
  id: void 0,
  startedAt: void 0,
  durationMs: void 0,
  clock: void 0,
  success: void 0,
  outcome: void 0,
  errorType: void 0,
  errorMessage: void 0,
  userId: void 0,
  sessionId: void 0,
  version: void 0,
  source: void 0,
  variant: void 0,
  metadata: void 0
});
/** Every reason why a client lost events, and none lost yet. The compiler holds it to `LossReason`. */
var NO_LOSSES = {
  options: 0,
  queue_full: 0,
  too_large: 0,
  unserializable: 0,
  before_send: 0,
  network: 0,
  refused_by_server: 0
};
/** Longest type and longest message of an error, in characters: by themselves, so that the client need not carry the other limits. */
var ERROR_TYPE_CHARS = 128;
var ERROR_MESSAGE_CHARS = 1024;

// src/client/classify.ts
/**
 * How a call ended, from what it threw or gave back. Reads as little of foreign values as it can, and survives all of them.
 */
var OK = { outcome: "ok" };
/** Classifies the end of a call, by rules and then by the owner's hook. */
function endingOf(how, value, context, classify) {
  const ending = how === "thrown" ? endingOfError(value, context) : how === "returned" ? endingOfResult(value) : { outcome: how };
  return classify === void 0 ? ending : reclassify(ending, how, value, classify);
}
/** Time-outs and aborts by the names that the platform gives them, the rest is an error. */
function endingOfError(error, context) {
  const name = textOf(error, "name");
  const outcome = name === "TimeoutError" ? "timeout" : name === "AbortError" || read(read(context, "signal"), "aborted") === true ? "cancelled" : "error";
  return { outcome, errorType: errorTypeOf(error, name), errorMessage: textOf(error, "message") ?? someText(error) };
}
/** A tool that reports failure in its result (MCP's `isError: true`) has failed. */
function endingOfResult(result) {
  return read(result, "isError") === true ? { outcome: "error", errorType: "tool_error" } : OK;
}
/** Lets the owner's hook have the last word. One that throws, or says what is no decision, decides nothing. */
function reclassify(ending, how, value, classify) {
  let decision;
  try {
    decision = quiet(classify(how === "returned" ? value : void 0, how === "thrown" ? value : void 0));
  } catch {
    // The rules stand.
  }
  const outcome = OUTCOMES.find((known) => known === read(decision, "outcome")) ?? ending.outcome;
  const cause = outcome === ending.outcome ? ending : void 0;
  return {
    outcome,
    errorType: textOf(decision, "errorType") ?? cause?.errorType,
    errorMessage: textOf(decision, "errorMessage") ?? cause?.errorMessage
  };
}
/**
 * The low-cardinality class of an error: OpenTelemetry's `error.type`. The constructor's name tells more than `name`
 * where that is just "Error"; a code such as `ENOENT` tells more than either.
 */
function errorTypeOf(error, name) {
  const code = textOf(error, "code");
  const className = textOf(read(error, "constructor"), "name");
  if (code !== void 0 && /^[A-Z][A-Z0-9_]{2,63}$/.test(code)) return code;
  if (name !== void 0 && name !== "Error") return name;
  return typeof error === "object" && className !== void 0 ? className : typeof error;
}
/** A property of a foreign value: no value at all, a getter that throws and a revoked Proxy all give `undefined`. */
function read(value, property) {
  try {
    return isRecord(value) ? value[property] : void 0;
  } catch {
    return void 0;
  }
}
/** An object that a host passes along, of which nothing more is known; `undefined` for what is none. */
function objectOf(value) {
  return typeof value === "object" && value !== null ? value : void 0;
}
/** Whether a value may have properties. */
function isRecord(value) {
  return objectOf(value) !== void 0 || typeof value === "function";
}
/** A property that is a text with something in it. */
function textOf(value, property) {
  return someText(read(value, property));
}
/** A text with something in it. */
function someText(text) {
  return typeof text === "string" && text !== "" ? shortText(text) : void 0;
}
/** Bounds the time of scrubbing and the memory of what waits. */
var MAX_TEXT_CHARS = 4096;
/**
 * The beginning of a text, up to a space where there is one: half an address is found by no rule. In memory of its own, as
 * engines keep the whole text for a part of it, unless it is written anew.
 */
function shortText(text) {
  if (text.length <= MAX_TEXT_CHARS) return text;
  const end = text.lastIndexOf(" ", MAX_TEXT_CHARS);
  return JSON.parse(JSON.stringify(text.slice(0, end > 0 ? end : MAX_TEXT_CHARS)));
}
/** Whether a value is a promise. A Proxy may forbid the question. */
function isPromise(value) {
  try {
    return typeof value === "object" && value instanceof Promise;
  } catch {
    return false;
  }
}
/** Lets what an owner's hook gave through. One that is async is not waited for; its rejection must not end the process. */
function quiet(given) {
  if (isPromise(given)) given.then(void 0, () => void 0);
  return given;
}

// src/client/adapters/copy-with.ts
/**
 * Copies of foreign objects with functions replaced. A copy leaves the original as it was: whoever holds it sees no
 * change. The price is that a class with `#private` members does not work as a copy.
 */
/**
 * A copy of an object with some of its values replaced. Prototype, accessors (unread) and all else stay. What cannot be
 * copied comes back as it is, and so do functions and arrays, which a copy would not be.
 */
function copyWith(target, replace) {
  if (isCallable(target) || Array.isArray(target)) return target;
  try {
    const properties = Object.getOwnPropertyDescriptors(target);
    for (const [name, property] of Object.entries(properties)) {
      if ("value" in property) property.value = replace(name, property.value);
    }
    return Object.create(Object.getPrototypeOf(target), properties);
  } catch {
    return target;
  }
}
/** A copy of an object with one of its functions replaced, be it its own or its class's; without that function, the object itself. */
function copyWithCallable(target, name, replace) {
  const fn = read(target, name);
  if (!isCallable(fn)) return target;
  const replaced = replace(fn);
  const copy = copyWith(target, (key, value) => key === name ? replaced : value);
  if (copy !== target && !Object.hasOwn(copy, name)) Reflect.set(copy, name, replaced);
  return copy;
}
/** Whether a value can be called. */
function isCallable(value) {
  return typeof value === "function";
}
/** The abort signal in a foreign object, where there is one. */
function signalOf(holder, name) {
  const signal = read(holder, name);
  return isSignal(signal) ? signal : void 0;
}
function isSignal(value) {
  return typeof read(value, "aborted") === "boolean";
}

// src/client/adapters/ai-sdk.ts
/**
 * Counts the tools of the Vercel AI SDK (v6 and v7). It wraps `execute`, so that it sees the error a tool throws before
 * the SDK makes a message of it; what it does not see are calls that the SDK refuses before `execute`.
 */
/**
 * Gives a copy of a tool set in which every tool with an `execute` is counted under its key. Tools without one (they run
 * at the client or the provider) stay the same objects. An `execute` that is a generator is counted at its end; one that
 * returns another iterable is counted then, and the iterable comes back unread. Never throws.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const tools = trackAiTools({ add: { execute: ({ left, right }: { left: number; right: number }) => left + right } }, tracker);
 * // generateText({ model, tools, prompt })
 * ```
 */
function trackAiTools(tools, tracker) {
  return copyWith(tools, (name, tool) => typeof tool === "object" && tool !== null ? trackTool(name, tool, tracker) : tool);
}
function trackTool(name, tool, tracker) {
  return copyWithCallable(
    tool,
    "execute",
    (execute) => tracker.wrap(name, execute, { context: (_input, call) => ({ source: "ai-sdk", signal: signalOf(call, "abortSignal") }) })
  );
}

// src/client/adapters/functions.ts
/**
 * Counts the functions of a plain record, each under its key: one line for a module of skills.
 */
/**
 * Gives a copy of a record in which every function is counted under its key. Values that are no functions, accessors and
 * the record itself stay as they are. Never throws.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const skills = trackFunctions({ shout: (text: string) => text.toUpperCase() }, tracker, { prefix: "text." });
 * skills.shout("hello");
 * ```
 */
function trackFunctions(functions, tracker, options = {}) {
  return copyWith(functions, (name, value) => isCallable(value) ? tracker.wrap((options.prefix ?? "") + name, value) : value);
}

// src/client/adapters/langchain.ts
/**
 * Counts LangChain tools of every kind. It wraps `invoke`, through which agents, graphs and `batch` call a tool: so
 * arguments that do not fit the schema count as errors, and a tool that streams is counted at its end.
 */
/**
 * Counts the calls of a tool under its name and gives back the same tool. The tool is changed rather than copied, because
 * LangChain's classes may have private members. Doing it twice counts once. Never throws.
 *
 * @example
 * ```ts
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const add = { name: "add", invoke: async ({ left, right }: { left: number; right: number }) => left + right };
 * // In earnest: trackLangChainTool(tool(func, fields), tracker)
 * await trackLangChainTool(add, tracker).invoke({ left: 1, right: 2 });
 * ```
 */
function trackLangChainTool(tool, tracker) {
  const invoke = read(tool, "invoke");
  if (!isCallable(invoke)) return tool;
  const context = (_input, config) => ({ source: "langchain", signal: signalOf(config, "signal") });
  const tracked = tracker.wrap(textOf(tool, "name") ?? "tool", invoke, { context });
  try {
    Reflect.set(tool, "invoke", tracked);
  } catch {
    // A tool that cannot be changed is not counted.
  }
  return tool;
}

// src/client/runtime-hooks.ts
/**
 * What differs between Node, browsers and Workers: timers that do not hold a process, the end of a process and of a page,
 * and how to make an id.
 */
var page = read(globalThis, "document");
/** Whether this is a page. */
var isPage = page !== void 0;
/** Whether this is a Worker of Cloudflare, whose clock stands still while no I/O happens once it is deployed. */
var isWorker = read(read(globalThis, "navigator"), "userAgent") === "Cloudflare-Workers";
var types = builtIn("util/types");
/** Node knows; Bun goes by the prototype, which anybody may set; others may have the function and throw. */
var canTell = callMethod(types, "isAsyncFunction", Object.setPrototypeOf(() => 0, Object.getPrototypeOf(async () => 0))) === false;
var isAsync = canTell ? read(types, "isAsyncFunction") : void 0;
/** Whether a function is async and no Proxy, so that its promise is no more than one. `false` where nobody can tell. */
var isAsyncFunction = (fn) => typeof isAsync === "function" && isAsync(fn);
/** The longest time of a timer. A longer one would run at once, and Node would warn on stderr. */
var MAX_TIMER_MS = 2 ** 31 - 1;
/** Runs a function outside of any request of the host: what is sent later is no part of it, and must not keep alive what it holds. */
var outside = isWorker ? void 0 : callMethod(read(builtIn("async_hooks"), "AsyncLocalStorage"), "snapshot");
/** Runs a function after a time, without keeping a finished process alive for it. */
function later(ms, run) {
  const start = () => setTimeout(run, Math.min(ms, MAX_TIMER_MS));
  const timer = typeof outside === "function" ? outside(start) : start();
  callMethod(timer, "unref");
  return timer;
}
/** Waits, without keeping a finished process alive. */
function sleep(ms) {
  return new Promise((resolve) => later(ms, resolve));
}
/** Keeps the process alive while something is awaited, and no longer than a time. */
function hold(work, ms = MAX_TIMER_MS) {
  const timer = setTimeout(() => void 0, ms);
  return work.finally(() => clearTimeout(timer));
}
/** All trackers share one listener: Node warns on stderr when an event has more than ten. */
var beforeExit = /* @__PURE__ */ new Set();
var isListening = false;
var hearBeforeExit = () => beforeExit.forEach((callback) => callback());
/**
 * Calls back when a Node process has nothing left to do, until that is undone. Installs no signal handler: those would
 * keep Ctrl-C from working. A Worker has no such end, and may make a tracker per request: none is kept there.
 */
function onBeforeExit(run) {
  if (!isWorker) {
    if (!isListening) callMethod(read(globalThis, "process"), "on", "beforeExit", hearBeforeExit);
    isListening = true;
    beforeExit.add(run);
  }
  return () => void beforeExit.delete(run);
}
/** Calls back when a page is hidden or left. */
function onPageHidden(run) {
  callMethod(page, "addEventListener", "visibilitychange", () => read(page, "visibilityState") === "hidden" && run());
  if (isPage) callMethod(globalThis, "addEventListener", "pagehide", run);
}
/** Makes an id for an event. `crypto` is missing in some runtimes, its `randomUUID` on pages without TLS: random digits do there. */
function makeId() {
  try {
    return crypto.randomUUID();
  } catch {
    return Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
  }
}
function builtIn(name) {
  return callMethod(read(globalThis, "process"), "getBuiltinModule", name);
}
/** Calls a method where there is one, with its own `this`; what it throws, or rejects with, is swallowed. */
function callMethod(target, name, ...args) {
  try {
    const method = read(target, name);
    return typeof method === "function" ? quiet(Reflect.apply(method, target, args)) : void 0;
  } catch {
    return void 0;
  }
}

// src/privacy/scrub.ts
/**
 * Takes personal data and secrets out of text, before it leaves the client and again before the Worker stores it.
 *
 * Each rule leaves a word that names it, such as `[email]`. What has no shape, such as a name, stays: messages remain
 * personal data. Patterns begin where a run of their characters does, or look back from a rare one, so that the time is
 * linear on hostile text. A replacement can lay a neighbour open to an earlier rule, so they run until nothing changes.
 */
/** In order: what contains other things (keys, addresses) goes first, plain numbers last. */
var RULES = [
  [/-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, "[key]"],
  [/:\/\/[^\s/?#"'<>`]*@/g, "://[credentials]@"],
  [/=(?<=[?&#][^\s=&#?"'<>`]{1,64}=)[^\s&#"'<>`]+/g, "=[value]"],
  [/(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){2,4}/g, "[token]"],
  [/\b(bearer|basic) {1,4}([\w.~+/=-]{8,})/gi, scrubCredential],
  [
    /(?<![\w-])(?:(?:[spr]k|gsk|xai|pplx|whsec|GOCSPX)[-_][\w-]{16,}|(?:gh[pousr]|github_pat|hf)_\w{20,}|glpat-[\w-]{16,}|A[KS]IA[0-9A-Z]{16,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g,
    "[key]"
  ],
  [
    /(?<![A-Za-z])(pass(?:word|wd|phrase)|pwd|(?:client[-_]?)?secret|(?:api|access)[-_]?key|(?:(?:auth|access)[-_]?)?token)(["']? ?[=:] ?["']?)([^\s"',;&}[]{4,})/gi,
    scrubAssignment
  ],
  [
    // %40 is @ in a URL. Letters beyond ASCII by ranges, without Unicode's punctuation: many times as fast as \p{L}.
    /(?:@(?<=([\w.%+\u00c0-\u1fff\u3040-\ufeff-]+)@)|%40(?<=((?:(?!%40)[\w.%+\u00c0-\u1fff\u3040-\ufeff-])+)%40))(?!\d+(?:x\.|\.\d))(?:[\w\u00c0-\u1fff\u3040-\ufeff-]+\.)+[a-z\u00c0-\u1fff\u3040-\ufeff]{2,}/gi,
    () => "[email]",
    true
  ],
  [/(\/(?:home|Users)\/|\\{1,2}[Uu]sers\\{1,2})[^\s\\/"'<>:|[]+(?:(?: [^\s\\/"'<>:|[]+){1,3}(?=[\\/]))?/g, "$1[user]"],
  [/(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g, (match) => scrubLongest(match, ibanCheck(), "[iban]")],
  [/(?<![\d.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/g, (match) => scrubLongest(match, cardCheck(), "[card]")],
  [/(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, "[ssn]"],
  [/(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/gi, "[mac]"],
  // Loopback and the unspecified address say nothing about a person and much about a failure.
  [/(?<![\d.v])(?!127\.|0\.0\.0\.0(?!\.?\d))(?:25[0-5]|2[0-4]\d|[01]?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|[01]?\d?\d)){3}(?!\.?\d)/g, "[ip]"],
  [
    // Eight groups, or fewer with a double colon. `a::b` is C++, and `::1` loopback.
    /:(?<=(?<![\w:.])([\da-f]{0,4}):)(?!(?<![\da-f]:):1(?::\d+)?(?![\w:]))(?=[\da-f:]*:(?<=::)|(?:[\da-f]+:){6})(?:[\da-f]{0,4}:){1,6}[\da-f]{0,4}(?<=\d[\da-f:]*)(?::\d{5})?(?![\w:])/gi,
    () => "[ip]",
    true
  ],
  [/(?<![\w.+-])(?:\+\d(?:[ .()/-]{0,2}\d){7,14}(?<=\d\d))+(?!\w)/g, "[phone]"],
  [/(?:\(\d{1,5}\)[ .-]?|(?<![\w.+:/-]))\d{1,5}(?:[ ./-]\d{2,8}){1,4}(?![\w:/-])/g, (match) => isPhoneNumber(match) ? "[phone]" : match],
  [
    // From a run's first digit: none is random without.
    /\d(?<=(?<![\w+/-])([A-Za-z_+/-]*)\d)[\w+/-]*(?![\w+/-])(?<=[\w+/-]{32})={0,2}/g,
    (match) => isRandomString(match) ? "[secret]" : match,
    true
  ]
];
/** Rounds after which no text was ever seen to change. */
var MAX_ROUNDS = 8;
/**
 * Scrubs a text. An owner's rules run first, once each. The kit's take linear time, and change nothing in what they have
 * scrubbed.
 *
 * @throws TypeError for an owner's rule that is none
 */
function scrubText(text, own = []) {
  let scrubbed = text;
  for (const { name, pattern } of own) {
    scrubbed = scrubbed.replace(new RegExp(pattern, `g${pattern.flags.replace(/[gy]/g, "")}`), (match) => match && `[${name}]`);
  }
  let quietRules = 0;
  // Until each rule has seen the text as the last change left it.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const rule of RULES) {
      const before = scrubbed;
      scrubbed = applyRule(before, rule);
      quietRules = scrubbed === before ? quietRules + 1 : 0;
      if (quietRules === RULES.length) return scrubbed;
    }
  }
  return scrubbed;
}
/** Scrubs a number: one whose digits are a card's becomes text, any other stays. */
function scrubNumber(value, scrub) {
  const text = String(value);
  const scrubbed = scrub(text);
  return scrubbed === text ? value : scrubbed;
}
function applyRule(text, [pattern, replacement, looksBack]) {
  if (typeof replacement === "string") return text.replace(pattern, replacement);
  if (!looksBack) return text.replace(pattern, replacement);
  let scrubbed = "";
  let end = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const { 1: before = "", 2: other = "", index } = found;
    const start = Math.max(end, index - before.length - other.length);
    scrubbed += text.slice(end, start);
    end = pattern.lastIndex;
    scrubbed += replacement(text.slice(start, end));
  }
  return scrubbed + text.slice(end);
}
function scrubCredential(match, scheme, credential) {
  return /\d|[a-z][A-Z].*[A-Z]/.test(credential) || credential.length >= 20 ? `${scheme} [token]` : match;
}
/** With `=` or after a quoted name anything is a value; else with `:` ("unexpected token: name") only what holds a digit. */
function scrubAssignment(match, name, sign, value) {
  return /^["']|=/.test(sign) || /\d/.test(value) ? `${name}${sign}[secret]` : match;
}
/** What follows a number may look like more of it, so it may end where any group ends. */
function scrubLongest(match, isNumber, word) {
  let end = 0;
  for (let index = 0; index < match.length; index++) {
    const code = match.charCodeAt(index);
    // A space and a hyphen come before 0; past the end there is NaN.
    if (code > 47 && isNumber(code) && !(match.charCodeAt(index + 1) > 47)) end = index + 1;
  }
  return end > 0 ? word + match.slice(end) : match;
}
/** ISO 13616: with its first four characters last and letters as numbers, an IBAN is 1 modulo 97. */
function ibanCheck() {
  let chars = 0;
  let head = 0;
  let rest = 0;
  return (code) => {
    const append = (value) => code > 64 ? value * 100 + code - 55 : value * 10 + code - 48;
    if (++chars > 4) rest = append(rest) % 97;
    else head = append(head);
    return chars >= 15 && chars <= 34 && (rest * 1e6 + head) % 97 === 1;
  };
}
/** The Luhn check of ISO/IEC 7812-1: from the right, every second digit counts twice. */
function cardCheck() {
  let digits = 0;
  let sum = 0;
  let sumWithLastTwice = 0;
  return (code) => {
    const digit = code - 48;
    [sum, sumWithLastTwice] = [sumWithLastTwice + digit, sum + digit * 2 - (digit > 4 ? 9 : 0)];
    return ++digits >= 13 && sum % 10 === 0;
  };
}
/** 10 to 15 digits (E.164 allows 15), and not a date. Groups of more than four digits are usual only after a 0. */
function isPhoneNumber(text) {
  if (text.length < 11 || !/^(?:\D*\d){10,15}\D*$/.test(text)) return false;
  const isGrouped = /^\(?0\d/.test(text) || !/\d{5}|\//.test(text);
  return isGrouped && !/^(?:\d{4}[-.]\d\d[-.]\d\d|\d\d[-.]\d\d[-.]\d{4})(?!\d)/.test(text);
}
/** Hex of 32 digits or more, or a mix of cases and digits without words in it. UUIDs, paths and identifiers stay. */
function isRandomString(text) {
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /(?:\d\D*){3}/.test(text);
  return /^[\da-f]*$/i.test(text) || isMixed && !/(?:^|[/_-])[A-Za-z]?[a-z]{3,}(?![^/_-])/.test(text);
}

// src/privacy/sensitive-key.ts
/**
 * Names under which a value is secret or personal whatever it looks like.
 */
/** Words in lower case; none that another makes a measure of, as in `token count`. */
var SENSITIVE = /(?<!\S)(?:pass(?:word|wd|phrase)|pwd|secrets?|token|apikey|auth(?:orization)?|credentials?|cookies?|otp|cvv|ssn|iban|(?:api|private|access) key|credit card|card number)(?!\S| (?:counts?|usage|limit|type|length)(?!\S))/;
/** Whether a key such as `dbPassword` names a secret. */
function isSensitiveKey(key) {
  const words = key.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
  return SENSITIVE.test(words);
}

// src/client/serialize.ts
/**
 * One event as JSON. Each event is serialised by itself, so that one that cannot be costs itself alone.
 *
 * What a skill hands over is fixed when its call ends, cheaply; it is scrubbed when it is about to be sent.
 */
/** Largest event, in bytes of JSON: metadata at its limit, and room for the rest. */
var MAX_EVENT_BYTES = 8192;
/** Bounds of metadata when they are fixed: what is over, even endless, is dropped and costs no more than this, or than listing an object's keys. */
var MAX_METADATA_VALUES = 1e3;
var MAX_METADATA_CHARS = 65536;
/** What a metadata object is when nothing of it can be kept. */
var DROPPED = '{"_dropped":1}';
var FIELDS = Object.keys(blankEvent(""));
/**
 * Fixes an event that a host made: its known fields, with short texts.
 *
 * @throws what its getters throw, and TypeError for a field that JSON cannot hold within bounds
 */
function fixEvent(given) {
  const event = blankEvent("");
  for (const name of FIELDS) {
    const value = Reflect.get(given, name);
    if (name !== "metadata" && value !== null && /^(obj|fun|big|sym)/.test(typeof value)) throw new TypeError(`"${name}" is no plain value.`);
    Reflect.set(event, name, name === "metadata" ? fixMetadata(value) : typeof value === "string" ? shortText(value) : value);
  }
  return event;
}
/** Metadata that an adapter hands over with many calls, and what they are as JSON: no call has to make it. */
var sharedMetadata = /* @__PURE__ */ new WeakMap();
/** Gives metadata as JSON. Those that cannot be read, hold bytes or are no object are dropped: the Worker would refuse their event. */
function fixMetadata(metadata) {
  let values = 0;
  let chars = 0;
  try {
    const json = JSON.stringify(metadata ?? void 0, (_key, value) => {
      chars += lengthOf(value);
      if (++values > MAX_METADATA_VALUES || chars > MAX_METADATA_CHARS || isTooMuch(value)) throw new RangeError();
      return value;
    });
    return json === void 0 || json[0] === "{" ? json : DROPPED;
  } catch {
    return DROPPED;
  }
}
/** Whether a value is not to be gone through: bytes would be listed one by one, and a Buffer lists its own before it is looked at. */
function isTooMuch(value) {
  if (!isRecord(value) || isBytes(value)) return isBytes(value);
  return (Array.isArray(value) ? value : Object.keys(value)).length > MAX_METADATA_VALUES || Object.values(value).some(isBytes);
}
var isBytes = (value) => ArrayBuffer.isView(value);
/** About how much an event takes while it waits, as characters of JSON. */
function charsOf({ skill, errorMessage, userId, sessionId, metadata }) {
  return 300 + lengthOf(skill) + lengthOf(errorMessage) + lengthOf(userId) + lengthOf(sessionId) + lengthOf(metadata);
}
/** Corrects the time of an event by the difference of two clocks. */
function correctTime(waiting, skewMs) {
  waiting.event.startedAt = new Date(waiting.event.startedAt ?? 0).getTime() + skewMs;
  waiting.json = void 0;
  waiting.isCorrected = true;
}
function lengthOf(text) {
  return typeof text === "string" ? text.length : 0;
}
/**
 * Lets the owner's hook see an event, and takes back a copy of what it gives.
 *
 * @returns `null` when the hook drops it
 * @throws what the hook throws, and TypeError for what JSON cannot hold within bounds
 */
function hookEvent(event, hook) {
  // JSON leaves out what is undefined, and a hook may ask what is there.
  const shown = JSON.parse(JSON.stringify(event));
  if (event.metadata !== void 0) shown.metadata = JSON.parse(event.metadata);
  const kept = quiet(hook(shown));
  if (kept === null) return null;
  const copy = fixEvent(kept);
  // Both together make a second sending harmless, so a hook that gives a new event does not take them away.
  copy.id ??= event.id;
  copy.startedAt ??= event.startedAt;
  return copy;
}
/** Gives an event as JSON, scrubbed and cut; of what is too large the metadata go first. Throws what `scrubText` throws. */
function serializeEvent(event, rules) {
  const { errorType, errorMessage, metadata } = event;
  const scrubAndCut = (text, maxChars) => typeof text === "string" ? scrubText(text, rules).slice(0, maxChars) : void 0;
  const json = JSON.stringify({
    ...event,
    errorType: scrubAndCut(errorType, ERROR_TYPE_CHARS),
    errorMessage: scrubAndCut(errorMessage, ERROR_MESSAGE_CHARS),
    metadata: metadata && scrubMetadata(metadata, rules)
  });
  const isOver = metadata !== void 0 && metadata !== DROPPED && byteLength(json) > MAX_EVENT_BYTES;
  return isOver ? serializeEvent({ ...event, metadata: DROPPED }, rules) : json;
}
/** The latest metadata and what became of them: those of a connection are the same from call to call, and scrubbing takes longer than all the rest. */
var latest = {};
/** The Worker holds all of it to its limits. */
function scrubMetadata(metadata, rules) {
  if (latest.metadata === metadata && latest.rules === rules) return latest.scrubbed;
  const scrub = (text) => scrubText(text, rules);
  const scrubbed = JSON.parse(metadata, (_key, value) => {
    if (typeof value === "string") return scrub(value);
    if (typeof value === "number") return scrubNumber(value, scrub);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [scrub(key), isSensitiveKey(key) && typeof item !== "boolean" ? "[redacted]" : item]));
  });
  latest = { metadata, rules, scrubbed };
  return scrubbed;
}
/** Bytes of a text in UTF-8. Encoding one takes longer than all the rest of sending it, and most need no encoding. */
function byteLength(text) {
  return NOT_ASCII.test(text) ? new TextEncoder().encode(text).byteLength : text.length;
}
var NOT_ASCII = /[\u0080-\uffff]/;

// src/client/adapters/mcp-request.ts
/**
 * What an MCP request tells of who made it. Where it tells so differs by version of the SDK and of the protocol. All
 * labels are of low cardinality, so that a dashboard can group by them.
 */
/** The longest person that the Worker takes. A client is not to be trusted with the size of an event. */
var MAX_LABEL_CHARS = 320;
/** The labels of a call. */
function contextOf(params, extra, connection, options) {
  // Since revision 2026-07-28 each request says this in its `_meta`; before, `initialize` said it once.
  const meta = read(params, "_meta");
  const made = read(meta, "io.modelcontextprotocol/clientInfo") ?? callMethod(connection.protocol, "getClientVersion");
  const client = labelOf(read(made, "name"));
  const clientVersion = labelOf(read(made, "version"));
  const protocolVersion = labelOf(read(meta, "io.modelcontextprotocol/protocolVersion") ?? connection.protocolVersion);
  const latest2 = connection.metadata;
  if (latest2.client !== client || latest2.clientVersion !== clientVersion || latest2.protocolVersion !== protocolVersion) {
    connection.metadata = share({ ...latest2, client, clientVersion, protocolVersion });
  }
  return {
    source: "mcp",
    sessionId: textOf(connection.transport, "sessionId"),
    userId: labelOf(callMethod(options, "userId", extra ?? {})),
    metadata: connection.metadata
  };
}
function labelOf(value) {
  return typeof value === "string" ? value.slice(0, MAX_LABEL_CHARS) : void 0;
}
/** Metadata that calls share. */
function share(metadata) {
  sharedMetadata.set(metadata, fixMetadata(metadata));
  return metadata;
}
/** What a transport is called: told by the name of its class, as the SDK's classes have it; one's own has no label. */
function nameOf(transport) {
  const className = String(read(read(transport, "constructor"), "name"));
  return /sse|stdio|memory|http/i.exec(className)?.[0].toLowerCase().replace("http", "streamable-http").replace("memory", "in-memory");
}

// src/client/adapters/mcp.ts
/**
 * Counts the tool calls of an MCP server, of the TypeScript SDK's v1 and v2.
 *
 * It watches the JSON-RPC messages on the server's transport rather than the tools: so it sees tools whenever they were
 * registered, unknown tools and arguments that fit no schema, and leaves callbacks, schemas and results alone. What the
 * wire does not tell, the class of a thrown error, comes from where the SDK calls a tool. That place is not public: in an
 * SDK that has it no more, the error's type is less exact and nothing else is lost.
 */
/** Servers and transports that are watched already: what is tracked twice is counted once. */
var watched = /* @__PURE__ */ new WeakSet();
/** JSON-RPC's code for errors that have none of their own. */
var INTERNAL_ERROR = -32603;
/** MCP 2025-11-25: the client sends a person to an address and calls again. Newer revisions say `input_required`. */
var URL_ELICITATION_REQUIRED = -32042;
/**
 * Counts every tool call of an MCP server under the tool's name, and gives back the same server. Tools may be registered
 * before or after, and the server may be connected already. Records the client's name and version, the transport and
 * the protocol's version, but neither arguments nor results. Never throws.
 *
 * @example
 * ```ts
 * declare const server: { connect(transport: never): Promise<void> }; // new McpServer({ name: "notes", version: "1.0.0" })
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * trackMcpServer(server, tracker, { userId: (extra) => extra.authInfo?.clientId });
 * ```
 */
function trackMcpServer(server, tracker, options = {}) {
  // An McpServer keeps the server that speaks the protocol in `server`.
  const protocol = read(server, "server") ?? server;
  if (!isFirstTime(protocol)) return server;
  let calls = /* @__PURE__ */ new Map();
  const watch = (transport) => {
    if (isFirstTime(transport)) calls = watchTransport({ transport, protocol, metadata: share({ transport: nameOf(transport) }) }, tracker, options);
  };
  // Every version hangs its own handlers on a transport, then starts it.
  beforeCalls(protocol, "connect", (transport) => beforeCalls(transport, "start", () => watch(transport)));
  watch(read(protocol, "transport"));
  // v1 names the request in `extra`, v2 in `ctx`: the last argument of tools and handlers.
  const noteError = (error, extra) => {
    const call = calls.get(read(extra, "requestId") ?? read(read(extra, "mcpReq"), "id"));
    if (call !== void 0) call.thrown = error;
  };
  replaceMethod(server, "executeToolHandler", (execute) => heard(execute, noteError));
  replaceMethod(
    protocol,
    "setRequestHandler",
    (set) => (...args) => Reflect.apply(set, protocol, args.map((arg) => isCallable(arg) ? heard(arg, noteError) : arg))
  );
  return server;
}
/** Follows the calls of a connection from their request to their answer, their cancellation or the connection's end. */
function watchTransport(connection, tracker, options) {
  const { transport } = connection;
  const calls = /* @__PURE__ */ new Map();
  /** Ends a call by its result, or by an error of a name, which becomes the event's error type. */
  const end = (id, result, errorName) => {
    const call = calls.get(id);
    calls.delete(id);
    if (errorName === void 0) call?.resolve(result);
    else call?.reject(Object.assign(new Error(), { name: errorName }));
  };
  beforeCalls(transport, "onmessage", (message, extra) => {
    const method = read(message, "method");
    const params = read(message, "params");
    if (method === "notifications/cancelled") end(read(params, "requestId"), void 0, "AbortError");
    const id = read(message, "id");
    const name = textOf(params, "name");
    if (method !== "tools/call" || name === void 0 || id === void 0 || calls.has(id)) return;
    const context = contextOf(params, extra, connection, options);
    const begin = () => new Promise((resolve, reject) => calls.set(id, { resolve, reject }));
    // The caller of the tool hears of its failure by the answer: here nobody does.
    quiet(tracker.trackSkillExecution(name, begin, void 0, context));
  });
  beforeCalls(transport, "send", (message) => {
    // The server's own requests may have the same ids; an answer is what has no method.
    if (read(message, "method") !== void 0) return;
    const id = read(message, "id");
    const result = read(message, "result");
    const code = read(read(message, "error"), "code");
    connection.protocolVersion ??= read(result, "protocolVersion");
    const call = calls.get(id);
    // A promise settles once: what ends the call afterwards finds it ended.
    if (call?.thrown !== void 0 && (read(result, "isError") === true || code === INTERNAL_ERROR)) call.reject(call.thrown);
    if (code === URL_ELICITATION_REQUIRED) end(id, { resultType: "input_required" });
    else end(id, result, code === void 0 ? void 0 : `mcp_${String(code)}`);
  });
  beforeCalls(transport, "onclose", () => {
    for (const id of calls.keys()) end(id, void 0, "AbortError");
  });
  return calls;
}
/** A function whose errors are heard, with its last argument, before they go on. */
function heard(fn, hear) {
  return async function hearing(...args) {
    try {
      return await Reflect.apply(fn, this, args);
    } catch (error) {
      hear(error, args.at(-1));
      throw error;
    }
  };
}
/** Runs something before each call of a method, whose `this`, arguments and result stay as they are. */
function beforeCalls(target, name, run) {
  replaceMethod(
    target,
    name,
    (method) => function observed(...args) {
      try {
        run(...args);
      } catch {
        // A server must not fail because it is watched.
      }
      return Reflect.apply(method, this, args);
    }
  );
}
/** Replaces a method of an object. */
function replaceMethod(target, name, replace) {
  const method = read(target, name);
  try {
    if (isCallable(method)) Reflect.set(Object(target), name, replace(method));
  } catch {
    // What cannot be replaced is not watched.
  }
}
/** Whether a server or a transport is seen for the first time. */
function isFirstTime(value) {
  if (typeof value !== "object" || value === null || watched.has(value)) return false;
  watched.add(value);
  return true;
}

// src/client/adapters/openai-agents.ts
/**
 * Counts the function tools of the OpenAI Agents SDK. It wraps `execute` before `tool()` sees it, because the tool's
 * `invoke` turns errors and time-outs into a text that looks like any other result.
 */
/**
 * Takes the SDK's `tool` and gives a `tool` whose tools are counted; or takes the options of one tool and gives a copy
 * of them to call `tool()` with. A tool is counted under its `name`, or else under the name of its function. Arguments
 * that do not fit the schema never reach `execute` and are not counted. Never throws.
 *
 * @example
 * ```ts
 * declare const tool: <Input>(options: { name: string; execute: (input: Input) => unknown }) => unknown; // from @openai/agents
 * const tracker = createTracker({ endpoint: "https://tracker.example.com" });
 * const countedTool = trackAgentTool(tool, tracker);
 * countedTool({ name: "add", execute: ({ left, right }: { left: number; right: number }) => left + right });
 * ```
 */
function trackAgentTool(toolOrOptions, tracker) {
  if (typeof toolOrOptions !== "function") return trackOptions(toolOrOptions, tracker);
  return new Proxy(toolOrOptions, {
    apply: (tool, self, [options, ...others]) => Reflect.apply(tool, self, [trackOptions(options, tracker), ...others])
  });
}
function trackOptions(options, tracker) {
  return copyWithCallable(
    options,
    "execute",
    (execute) => tracker.wrap(textOf(options, "name") ?? execute.name, execute, {
      context: (_input, _runContext, details) => ({ source: "openai-agents", signal: signalOf(details, "signal") })
    })
  );
}

// src/client/generator.ts
/**
 * Generators: a call that gives one has ended when the generator has. The caller gets the very object, whose three
 * methods are watched; it is never read ahead.
 *
 * A generator that is neither read to its end nor closed never ends, and is not recorded.
 */
var PROTOTYPES = [function* () {
}, async function* () {
}].map(({ prototype }) => Object.getPrototypeOf(prototype));
/** Whether a value is what a generator function gives, sync or async. */
function isGenerator(value) {
  try {
    return objectOf(value) !== void 0 && PROTOTYPES.some((prototype) => prototype.isPrototypeOf(value));
  } catch {
    return false;
  }
}
/** Records when a generator has ended. An early `return()` cancels it, also one that the generator's `finally` holds up. */
function watchGenerator(generator, record) {
  let hasEnded = false;
  let how = "returned";
  let depth = 0;
  const end = (...ending) => {
    if (!hasEnded) record(...ending);
    hasEnded = true;
  };
  const fail = (error) => {
    end("thrown", error);
    throw error;
  };
  try {
    for (const name of ["next", "return", "throw"]) {
      const method = generator[name];
      if (typeof method !== "function") continue;
      const see = (step) => {
        if (name === "return") how = "cancelled";
        if (read(step, "done")) end(how);
        return step;
      };
      const watched2 = function(...args) {
        if (this !== generator) return Reflect.apply(method, this, args);
        depth += 1;
        try {
          const step = Reflect.apply(method, this, args);
          return isPromise(step) ? seeLater(step, see, fail) : see(step);
        } catch (error) {
          // A generator that is asked for a step while it makes one refuses, and goes on.
          if (depth > 1) throw error;
          return fail(error);
        } finally {
          depth -= 1;
        }
      };
      Object.defineProperty(generator, name, { value: watched2, configurable: true, writable: true });
    }
  } catch {
    // A frozen generator cannot be watched: it counts as ended.
    end("returned");
  }
}
/** Awaits a step for its caller, whose async stack trace stays whole. */
async function seeLater(step, see, fail) {
  let made;
  try {
    made = await step;
  } catch (error) {
    return fail(error);
  }
  return see(made);
}

// src/client/measure.ts
/**
 * Measures one call: when it began, how long it took, how it ended. Hands back exactly what the call gave.
 *
 * This is what a skill pays for, so nothing here is scrubbed or sent.
 */
/** Makes the function that measures calls. */
function createMeasure(options, begin, finish) {
  // The global is a getter in Node, which takes a fourth of the time of reading the clock. Few runtimes have none.
  const stopwatch = typeof performance === "undefined" ? Date : performance;
  function record({ skill, context, afterCall, startedAt, startMs }, how, value) {
    // Once: reading a clock is a good part of what a call pays for.
    const durationMs = stopwatch.now() - startMs;
    let event;
    try {
      const ending = endingOf(how, value, context, options.classify);
      event = blankEvent(skill);
      event.startedAt = startedAt;
      event.durationMs = durationMs;
      event.outcome = ending.outcome;
      event.errorType = ending.errorType;
      if (isWorker) event.clock = "io";
      if (options.errorMessages !== false) event.errorMessage = ending.errorMessage;
      if (context !== void 0) label(event, context);
      // MCP since 2026-07-28: not an outcome, the client answers and calls again.
      if (how === "returned" && read(value, "resultType") === "input_required") event = null;
    } catch {
      // A skill must not fail because it is watched.
    }
    finish(event, afterCall, startedAt + durationMs);
  }
  const watch = (call, generator) => watchGenerator(generator, (how, value) => record(call, how, value));
  /** A generator's work is done while it is read; everything else has ended when it is there. */
  function settle(call, result) {
    if (isGenerator(result)) watch(call, result);
    else record(call, "returned", result);
    return result;
  }
  /** Follows a promise in an await chain that the caller gets in its stead: so the caller's async stack trace stays whole. */
  async function handOn(call, promise) {
    let result;
    try {
      result = await promise;
    } catch (error) {
      record(call, "thrown", error);
      throw error;
    }
    return settle(call, result);
  }
  /**
   * Follows a promise that the caller gets itself. One with a `then` of its own may do its work only when awaited, as a
   * query builder or a lazy request does: it is left alone, and has ended when it is there.
   */
  function followAside(call, promise) {
    try {
      if (promise.then !== Promise.prototype.then) return record(call, "returned", promise);
      isObserving = true;
      // Gives nothing on: a promise asks what it is given for a `then`, and the host's value is not ours to ask.
      promise.then((value) => void settle(call, value), (error) => record(call, "thrown", error));
    } catch {
      record(call, "returned", promise);
    } finally {
      isObserving = false;
    }
  }
  return (skill, context, run, fn, first, second) => {
    if (isObserving) return run(fn, first, second);
    const call = { skill, context, afterCall: begin(context), startedAt: Date.now(), startMs: stopwatch.now() };
    let result;
    try {
      result = run(fn, first, second);
    } catch (error) {
      record(call, "thrown", error);
      throw error;
    }
    if (!isPromise(result)) return settle(call, result);
    if (isPlain(result, fn)) return handOn(call, result);
    followAside(call, result);
    return result;
  };
}
/** Whether a promise is being followed: what its class does meanwhile is no call of the host's. */
var isObserving = false;
/** What Node puts on promises while async hooks run, as `AsyncLocalStorage` had them run before Node 24. */
var NODE_MARK = /^Symbol\((async_id_symbol|trigger_async_id_symbol|kAsyncLocalStorageContext|kResourceStore)\)$/;
var isNodeMark = (key) => typeof key === "symbol" && NODE_MARK.test(String(key));
/** Whether a promise is no more than one. The caller gets any other one (a subclass, own properties) itself. */
function isPlain(promise, fn) {
  try {
    // Keys take long to read.
    return isAsyncFunction(fn) || Object.getPrototypeOf(promise) === Promise.prototype && Reflect.ownKeys(promise).every(isNodeMark);
  } catch {
    return false;
  }
}
var LABELS = ["userId", "sessionId", "version", "source", "variant"];
/** Takes the labels of a call that have the right type: a context is the host's own object. */
function label(event, context) {
  let metadata;
  try {
    // By name: an engine takes ten times as long for names in a variable.
    event.userId = someText(context.userId);
    event.sessionId = someText(context.sessionId);
    event.version = someText(context.version);
    event.source = someText(context.source);
    event.variant = someText(context.variant);
    metadata = context.metadata;
  } catch {
    // What cannot be read costs itself alone.
    for (const name of LABELS) event[name] = textOf(context, name);
    metadata = read(context, "metadata");
  }
  if (isRecord(metadata)) event.metadata = sharedMetadata.get(metadata) ?? fixMetadata(metadata);
}

// src/client/losses.ts
/**
 * What is lost, counted by reason, and the account of it that the Worker gets.
 */
/** Makes an empty account book; `onError` hears of every loss. */
function createLosses(onError) {
  const counts = { ...NO_LOSSES };
  let unreported;
  let current;
  let isTelling = false;
  return {
    counts,
    lose(reason, count, detail = "") {
      counts[reason] += count;
      unreported ??= {};
      unreported[reason] = (unreported[reason] ?? 0) + count;
      // A hook that tracks what it hears may lose that, too.
      if (isTelling) return;
      isTelling = true;
      try {
        quiet(onError?.(reason, detail));
      } catch {
        // A hook that throws is not heard.
      }
      isTelling = false;
    },
    account(id, at) {
      if (current === void 0 && unreported !== void 0) {
        current = { id: id(), at, reasons: unreported };
        unreported = void 0;
      }
      return current;
    },
    settle(account) {
      if (current === account) current = void 0;
    }
  };
}

// src/client/verdict.ts
/** What a Worker says of a batch. Its answer may be anything: what is not there counts as nothing. */
/** Reads an answer. */
function verdictOf(answer) {
  const count = (name) => Number(read(answer, name)) || 0;
  const rejected = read(answer, "rejected");
  const items = Array.isArray(rejected) ? rejected : [];
  const refusals = items.map((item) => [Number(read(item, "index")), { code: textOf(item, "code"), message: textOf(item, "message") }]);
  return { accepted: count("accepted"), duplicates: count("duplicates"), refused: new Map(refusals), serverTime: count("serverTime") };
}

// src/client/outbox.ts
/**
 * The events that wait, and their way out.
 *
 * All events of a tracker wait together, as plain values. A process or a page sends one batch at a time. In a Worker each
 * invocation sends for itself, since one request may not do I/O for another, and takes along what others of the isolate
 * have left waiting. When an invocation ends before its answer came, its batch is taken back after a while; the ids in it
 * make a second sending harmless.
 */
/** Answers after which the same request may succeed; 0 is none at all. */
var RETRYABLE = /* @__PURE__ */ new Set([0, 408, 425, 429, 500, 502, 503, 504]);
/** Back-off with full jitter: a random part of 0.5 s, 1 s, 2 s, … (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
var BACKOFF_BASE_MS = 500;
/** Longest pause after failures in a row, unless the Worker asks for a longer one. */
var MAX_PAUSE_MS = 6e4;
/** Events of one request when many wait, and when there is no other one: as many as a Worker takes. */
var MAX_BACKLOG_BATCH = 100;
var MAX_LAST_BATCH = 500;
/** Bytes of the events of one request: leaves room for the rest of it in what browsers let outlive a page, 64 KiB. */
var MAX_BATCH_BYTES = 6e4;
/** How often it is looked whether a batch is through. */
var POLL_MS = 10;
/** Differences of clocks below this are no reason to correct a time. */
var MIN_SKEW_MS = 6e4;
/** Makes an empty outbox. */
function createOutbox(settings, post, { now, random, sleep: sleep2, makeId: makeId2 }) {
  const { maxQueueEvents, maxQueueBytes, maxRetries, timeoutMs, batchSize, beforeSend, onError } = settings;
  const waiting = [];
  /** Batches on their way, and until when. */
  const sending = /* @__PURE__ */ new Map();
  const losses = createLosses(onError);
  const { lose } = losses;
  const stats = { queued: 0, sent: 0, duplicates: 0, rejected: 0, lost: losses.counts };
  /** The latest of those sendings of all that waits which others may join until they are over, and until when its latest batch may take. */
  let turn;
  let turnUntil = 0;
  let places = 0;
  let queuedChars = 0;
  let failures = 0;
  let pausedUntil = 0;
  let skewMs = 0;
  function add(event) {
    const chars = charsOf(event);
    if (stats.queued >= maxQueueEvents || queuedChars + chars > maxQueueBytes) return lose("queue_full", 1);
    const taken = { event, json: void 0, isCorrected: false, place: ++places };
    if (skewMs !== 0) correctTime(taken, skewMs);
    stats.queued += 1;
    queuedChars += chars;
    waiting.push(taken);
  }
  /** Events that are no longer held. */
  function release(events) {
    stats.queued -= events.length;
    for (const { event } of events) queuedChars -= charsOf(event);
  }
  function take(most = Math.max(batchSize, MAX_BACKLOG_BATCH)) {
    const batch = [];
    let bytes = 0;
    for (let next = waiting[0]; next !== void 0 && batch.length < most; next = waiting[0]) {
      // With an id and a time of its own, a retry is the same event. Making an id takes longer than all that a call pays for.
      next.event.id ??= makeId2();
      next.event.startedAt ||= now();
      next.json ??= serialize(next.event);
      bytes += byteLength(next.json);
      if (bytes > MAX_BATCH_BYTES && batch.length > 0) break;
      waiting.shift();
      if (next.json === "") release([next]);
      else batch.push(next);
    }
    return batch;
  }
  /** An event that cannot be sent costs itself alone. Gives `""` for it, and for one that the hook drops. */
  function serialize(event) {
    let reason = "before_send";
    try {
      const kept = beforeSend === void 0 ? event : hookEvent(event, beforeSend);
      if (kept === null) return "";
      reason = "unserializable";
      const json = serializeEvent(kept, settings.scrubRules);
      if (byteLength(json) <= MAX_EVENT_BYTES) return json;
      lose("too_large", 1);
    } catch (error) {
      lose(reason, 1, textOf(error, "message") ?? "");
    }
    return "";
  }
  /** Sends a batch, again after failures that may pass. Tells whether the next one is worth a try. */
  async function send(batch, until, isLast = false) {
    if (batch.length === 0) return true;
    const account = losses.account(makeId2, now() + skewMs);
    // A page's key stands in the body: a header would cost a preflight, and a beacon has none.
    const rest = JSON.stringify({ sentAt: now(), lost: account, key: isPage && !settings.dryRun ? settings.key : void 0 });
    const body = `{"events":[${batch.map(({ json }) => json).join(",")}],${rest.slice(1)}`;
    sending.set(batch, until);
    for (let attempt = 0; ; attempt++) {
      const { status, retryAfterMs: retryAfterMs2 = 0, body: said } = await post(body, batch.length, Math.min(timeoutMs, until - now()), isLast && attempt === 0);
      if (!sending.has(batch)) return true;
      const waitMs = Math.max(retryAfterMs2, random() * BACKOFF_BASE_MS * 2 ** attempt);
      if (RETRYABLE.has(status) && attempt < maxRetries && now() + waitMs < until) {
        await sleep2(waitMs);
        continue;
      }
      sending.delete(batch);
      if (RETRYABLE.has(status)) {
        waiting.unshift(...batch);
        pausedUntil = now() + Math.max(retryAfterMs2, Math.min(1e3 * 2 ** failures++, MAX_PAUSE_MS));
        return false;
      }
      failures = pausedUntil = 0;
      if (status === 413 && batch.length > 1) {
        // The second half waits in its place, so that it is not lost whatever becomes of the first.
        const half = batch.length >> 1;
        waiting.unshift(...batch.slice(half));
        return send(batch.slice(0, half), until);
      }
      if (status === 202 || status === 422) {
        losses.settle(account);
        settle(batch, said);
      } else {
        release(batch);
        lose(status === 413 ? "too_large" : "refused_by_server", batch.length, `HTTP ${status}`);
      }
      return true;
    }
  }
  /** Counts what the Worker did. Events that its clock finds in the future go once more, with their times corrected. */
  function settle(batch, answer) {
    const { accepted, duplicates, refused, serverTime } = verdictOf(answer);
    const offBy = (serverTime || now()) - now();
    const early = batch.filter((event, index) => offBy < -MIN_SKEW_MS && !event.isCorrected && refused.get(index)?.code === "clock_skew");
    // A clock that was set right needs no correction any more.
    if (early.length > 0 || skewMs !== 0) skewMs = offBy < -MIN_SKEW_MS ? offBy : 0;
    for (const event of early) correctTime(event, offBy);
    waiting.unshift(...early);
    release(batch.filter((event) => !early.includes(event)));
    stats.sent += accepted;
    stats.duplicates += duplicates;
    stats.rejected += refused.size - early.length;
    for (const [index, { code, message }] of refused) {
      // Nothing is missing where people want to be left alone.
      if (code !== "privacy_signal" && !early.some((event) => event === batch[index])) lose("refused_by_server", 1, `${code}: ${message}`);
    }
    const untold = batch.length - accepted - duplicates - refused.size;
    if (untold > 0) lose("refused_by_server", untold, "not in the answer");
  }
  const isWaiting = (upTo) => (waiting[0]?.place ?? Infinity) <= upTo;
  async function sendAll(batchWithinMs) {
    // What ended invocations had on their way is taken back, a request's time after its own was over.
    for (const [batch, until] of sending) {
      if (now() < until + timeoutMs) continue;
      sending.delete(batch);
      waiting.unshift(...batch);
    }
    const upTo = places;
    let isUp = true;
    while (isUp && isWaiting(upTo)) {
      turnUntil = now() + batchWithinMs;
      isUp = await send(take(), turnUntil);
    }
    return isUp;
  }
  async function sendInTurn(batchWithinMs) {
    const upTo = places;
    for (; ; ) {
      if (turn === void 0 || now() > turnUntil + timeoutMs) {
        turnUntil = now() + batchWithinMs;
        // Not at once: a hook of the owner's that flushes must find it.
        turn = Promise.resolve(batchWithinMs).then(sendAll);
      }
      const joined = turn;
      const isUp = await joined;
      if (turn === joined) turn = void 0;
      if (!isUp || !isWaiting(upTo)) return isUp;
    }
  }
  return {
    add,
    lose,
    sendAll,
    sendInTurn,
    async settled() {
      // Looked at, not awaited: the promises of a request that has ended never settle.
      for (const [batch, until] of [...sending]) while (sending.has(batch) && now() < until) await sleep2(POLL_MS);
    },
    sendLast: () => void send(take(MAX_LAST_BATCH), now() + timeoutMs, true),
    abandon() {
      const left = [...waiting.splice(0), ...[...sending.keys()].flat()];
      sending.clear();
      release(left);
      if (left.length > 0) lose("network", left.length);
    },
    waiting: () => waiting.length,
    pausedUntil: () => pausedUntil,
    stats: () => ({ ...stats, lost: { ...stats.lost } })
  };
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
/** `Retry-After` in ms, from seconds or a date (RFC 9110, section 10.2.3); 0 when there is none. */
function retryAfterMs(value) {
  const ms = Number(value) * 1e3;
  return Math.max(0, (Number.isNaN(ms) ? Date.parse(value ?? "") - Date.now() : ms) || 0);
}

// src/client/settings.ts
/**
 * Options as they are in force: defaults filled in, nonsense left out, the environment heard.
 */
var DEFAULTS = { batchSize: 20, flushIntervalMs: 5e3, maxQueueEvents: 1e3, maxQueueBytes: 262144, maxRetries: 3, timeoutMs: 5e3 };
/** Reads options. Never throws: of options that cannot be read there are none, and numbers that make no sense fall back to their defaults. */
function settingsOf(options) {
  try {
    return readOptions(options);
  } catch {
    return readOptions({});
  }
}
function readOptions(options) {
  const navigator = read(globalThis, "navigator");
  const hasSignal = read(navigator, "globalPrivacyControl") === true || read(navigator, "doNotTrack") === "1";
  const environment = read(read(globalThis, "process"), "env");
  const isSilenced = ["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"].some((name) => /^(1|true|yes)$/i.test(String(read(environment, name))));
  const settings = {
    ...options,
    ...DEFAULTS,
    key: typeof options.key === "string" ? options.key : void 0,
    // A service binding needs a URL, but no real one; what is only printed needs none either.
    url: trackUrlOf(options.endpoint ?? (options.fetcher ?? options.dryRun ? "https://track-skills.internal" : "")),
    disabled: options.disabled === true || isSilenced || hasSignal && options.privacySignals === "drop",
    isNameless: hasSignal && options.privacySignals !== "ignore"
  };
  for (const name of Object.keys(DEFAULTS)) {
    const value = options[name];
    if (typeof value === "number" && value >= (name === "maxRetries" ? 0 : 1)) settings[name] = value;
  }
  settings.batchSize = Math.min(Math.floor(settings.batchSize), 500);
  return settings;
}

// src/client/transport.ts
/**
 * One request: posted through the service binding or over the network, within a time limit. Never rejects.
 */
/** Browsers let all requests that outlive their page hold 64 KiB together (Fetch standard, keepalive). */
var KEEPALIVE_BYTES = 65536;
/** What the requests of all trackers of the page hold. */
var keptAliveBytes = 0;
/** Makes the function that posts. */
function createPost({ url = "", key, fetcher, dryRun }) {
  async function exchange(body, events, isLast, signal) {
    if (dryRun) {
      console.log(body);
      return { status: 202, body: { accepted: events } };
    }
    // A page's JSON is sent as text: its own type would cost a preflight.
    const headers = { "Content-Type": isPage ? "text/plain" : "application/json" };
    if (!isPage && key !== void 0) headers["Authorization"] = `Bearer ${key}`;
    const bytes = isPage ? byteLength(body) : 0;
    const keepalive = isPage && keptAliveBytes + bytes <= KEEPALIVE_BYTES;
    const init = { method: "POST", headers, body, signal, ...keepalive && { keepalive } };
    if (keepalive) keptAliveBytes += bytes;
    try {
      return await readAnswer(await (fetcher === void 0 ? fetch(url, init) : fetcher.fetch(url, init)));
    } catch (error) {
      // Nobody hears what becomes of a beacon: a page that lives on sends the events again, which their ids make harmless.
      if (isLast) callMethod(read(globalThis, "navigator"), "sendBeacon", url, body);
      throw error;
    } finally {
      if (keepalive) keptAliveBytes -= bytes;
    }
  }
  return (body, events, withinMs, isLast) => new Promise((resolve) => {
    const controller = new AbortController();
    const fail = () => resolve({ status: 0 });
    // Something that fetches may not heed the signal.
    const timer = later(withinMs, () => {
      fail();
      controller.abort();
    });
    exchange(body, events, isLast, controller.signal).then(resolve, fail).finally(() => clearTimeout(timer));
  });
}
/** Reads the answer to its end in every case: an unread one holds a connection of the Worker. */
async function readAnswer(response) {
  const { status } = response;
  const body = await response.json().catch((error) => {
    // A broken one does not say what was stored: it is no answer, and the batch goes again.
    if (status === 202) throw error;
  });
  return { status, retryAfterMs: retryAfterMs(response.headers.get("Retry-After")), body };
}

// src/client/wrap.ts
/**
 * Wraps functions. A Proxy is the one way in which `this`, `new`, own properties, name and length all stay as they were.
 */
/** Every wrapped function of every tracker: a function is counted once, however often it is wrapped. */
var wrapped = /* @__PURE__ */ new WeakSet();
/** Makes the function that wraps functions. */
function createWrap(measure) {
  return (skill, fn, options) => {
    if (typeof fn !== "function" || wrapped.has(fn)) return fn;
    const context = read(options, "context");
    const proxy = new Proxy(fn, {
      apply: (target, self, args) => measure(skill, contextOf2(context, args), Reflect.apply, target, self, args),
      construct: (target, args, newTarget) => measure(skill, contextOf2(context, args), Reflect.construct, target, args, newTarget === proxy ? target : newTarget)
    });
    wrapped.add(proxy);
    return proxy;
  };
}
/** Whether a function is counted already. */
function isWrapped(fn) {
  return wrapped.has(fn);
}
/** A context that cannot be found costs the call its labels, not its life. */
function contextOf2(context, args) {
  try {
    return objectOf(typeof context === "function" ? quiet(Reflect.apply(context, void 0, args)) : context);
  } catch {
    return void 0;
  }
}

// src/client/tracker.ts
/**
 * The tracker: calls in, batches out. Whatever it is given and whatever the network does, it does not throw into the
 * code that it watches, and does not make it wait.
 */
/** In a Worker, calls that end within this time share a batch. */
var INVOCATION_FLUSH_MS = 50;
/**
 * The longest time that a call that has not ended keeps an invocation alive. Workers get 30 s after their answer, then
 * the platform cuts them off and says so in the owner's log.
 */
var HOLD_MS = 25e3;
/** How long a process that has nothing left to do is held at most. */
var EXIT_MS = 3e3;
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
  const settings = settingsOf(objectOf(options) ?? {});
  const { batchSize, flushIntervalMs, timeoutMs } = settings;
  const deadlineMs = 3 * timeoutMs;
  const outbox = createOutbox(settings, createPost(settings), { now: Date.now, random: Math.random, sleep, makeId });
  const send = isWorker ? outbox.sendAll : outbox.sendInTurn;
  let flushAt = 0;
  let isShutDown = false;
  function capture(event) {
    if (isShutDown) return;
    if (settings.url === void 0) return outbox.lose("options", 1, '"endpoint" is no http(s) address.');
    if (typeof event?.skill !== "string") return outbox.lose("unserializable", 1);
    // In a Worker's global scope the clock shows 0. What has no time gets one when it is sent.
    event.startedAt ||= Date.now();
    event.source ??= settings.source ?? "function";
    event.version ??= settings.version;
    if (settings.isNameless) event.userId = event.sessionId = void 0;
    outbox.add(event);
  }
  /** Sends when enough events wait or the first of them has waited enough. In a Worker, a timer may have died with its request. */
  function flushLater(now) {
    const ms = Math.max(outbox.waiting() >= batchSize || isWorker ? 0 : flushIntervalMs, outbox.pausedUntil() - now);
    if (flushAt > 0 && flushAt >= now - (isWorker ? 0 : timeoutMs) && flushAt <= now + ms) return;
    flushAt = now + ms;
    later(ms, () => {
      flushAt = 0;
      void send(deadlineMs).then(() => outbox.waiting() > 0 && flushLater(Date.now()));
    });
  }
  /** Takes the event of a call at its end, and then does the rest. */
  function finish(event, afterCall, now) {
    try {
      if (event !== null) capture(event);
      afterCall(now);
    } catch {
      // A skill must not fail because it is watched.
    }
  }
  /**
   * Notes that a call begins; gives what runs at its end. An invocation is kept alive while a call runs, and let go once
   * the event is sent. Each call does so by itself: requests may share a context, and no call may wait for another, which
   * may never end.
   */
  function holdInvocation(ctx) {
    let release = () => void 0;
    const held = new Promise((resolve) => {
      const timer = later(HOLD_MS, resolve);
      release = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    callMethod(ctx, "waitUntil", held);
    return () => {
      // The first call that has waited enough takes along what others left.
      callMethod(ctx, "waitUntil", sleep(INVOCATION_FLUSH_MS).then(() => outbox.pausedUntil() <= Date.now() ? outbox.sendAll(deadlineMs) : void 0));
      release();
    };
  }
  const begin = (ctx) => ctx === void 0 ? flushLater : holdInvocation(ctx);
  let isEnding = false;
  const forgetExit = onBeforeExit(() => {
    if (isEnding || outbox.stats().queued === 0) return;
    isEnding = true;
    void hold(send(EXIT_MS).then(outbox.settled), EXIT_MS).then(() => {
      outbox.abandon();
      isEnding = false;
    });
  });
  onPageHidden(outbox.sendLast);
  function trackerFor(bound) {
    const measure = createMeasure(settings, (context) => begin(bound ?? holderOf(context)), finish);
    const flush = () => hold((bound === void 0 ? send : outbox.sendAll)(deadlineMs).then(outbox.settled));
    return {
      wrap: settings.disabled ? (_skill, fn) => fn : createWrap(measure),
      trackSkillExecution(skill, fn, params, context) {
        return settings.disabled || isWrapped(fn) ? fn(params, context) : measure(skill, objectOf(context), callWith, fn, params, context);
      },
      track(event) {
        if (settings.disabled) return;
        let copy;
        try {
          copy = fixEvent(event);
        } catch {
          // Counted below.
        }
        finish(copy, begin(bound), Date.now());
      },
      flush,
      async shutdown() {
        await flush();
        isShutDown = true;
        forgetExit();
        outbox.abandon();
      },
      stats: outbox.stats,
      bind: (ctx) => trackerFor(objectOf(ctx))
    };
  }
  return trackerFor(void 0);
}
/** A context that holds an invocation. Asked by name, as for labels. */
function holderOf(context) {
  try {
    return typeof context?.waitUntil === "function" ? context : void 0;
  } catch {
    return void 0;
  }
}
var callWith = (fn, params, context) => fn(params, context);

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
  trackAgentTool,
  trackAiTools,
  trackFunctions,
  trackLangChainTool,
  trackMcpServer,
  trackSkillExecution
};
