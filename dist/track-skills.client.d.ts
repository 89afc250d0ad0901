/*! Track-Skills client 0.1.0 | MIT licence | made from src/client.ts: change it there */
/**
 * The event: its type, its limits and its columns, and the one place where a field is listed.
 *
 * Everything that names a field (validation, the INSERT, the dictionary test against the migrated
 * schema) derives from `EVENT_COLUMNS`, so that a new field is one edit here and one migration.
 */
/** How a call ended. `error` and `timeout` are faults of the skill; `cancelled` and `refused` are decisions of people. */
type Outcome = "ok" | "error" | "timeout" | "cancelled" | "refused";
/**
 * One call of a skill, as a client sends it to `POST /api/track`.
 *
 * Only `skill` is required. Strings are trimmed by the Worker; unknown fields are ignored.
 */
interface UsageEvent {
  /** Name of the skill or tool: 1–200 characters after trimming, any script, no control characters. */
  skill: string;
  /** 1–64 characters of `A-Z a-z 0-9 _ -`, unique per event. Makes a retry write nothing. The server makes one when absent. */
  id?: string | undefined;
  /** When the call began: milliseconds since 1970, or ISO 8601 with a zone. Server time when absent. */
  startedAt?: number | string | undefined;
  /** How long it took, in milliseconds: 0 to 30 days. @default 0 */
  durationMs?: number | undefined;
  /**
   * `io`: the clock that measured `durationMs` stands still while no I/O happens, as in a deployed Worker. A duration of
   * 0 ms on such a clock says nothing, and is left out of the durations.
   */
  clock?: "io" | undefined;
  /** Whether it worked; `outcome` wins over it. @default true */
  success?: boolean | undefined;
  /** How it ended. Follows from `success` when absent. */
  outcome?: Outcome | undefined;
  /** Class of the failure, a short constant such as `TypeError` or `http_404`. Scrubbed, cut at 128 characters. */
  errorType?: string | undefined;
  /** Message of the failure. Scrubbed, cut at 1,024 characters. */
  errorMessage?: string | undefined;
  /** Who called, up to 320 characters. Stored only as a keyed hash. */
  userId?: string | undefined;
  /** The session of the call, up to 320 characters. Stored only as a keyed hash. */
  sessionId?: string | undefined;
  /** The skill's version, up to 64 characters. */
  version?: string | undefined;
  /** Where the call came from (`function`, `mcp`, …), up to 64 characters. */
  source?: string | undefined;
  /** Arm of an experiment, up to 64 characters. */
  variant?: string | undefined;
  /** What the owner wants to see beside the call: at most 4 KiB of JSON, depth 4, 32 keys. Scrubbed; what is over is dropped and marked. */
  metadata?: Readonly<Record<string, unknown>> | undefined;
}
/** Why a client lost events. Its Worker hears of it with the next batch. */
type LossReason = "options" | "queue_full" | "too_large" | "unserializable" | "before_send" | "network" | "refused_by_server";
/**
 * The platform's own types, without ambient declarations.
 *
 * The declaration files must type-check in a project that has neither the DOM's nor Cloudflare's types. So each type is
 * taken from `globalThis` where it exists, and is a structural stand-in where it does not.
 */
/** `Request`, where the project knows it. */
type PlatformRequest = typeof globalThis extends {
  Request: {
    prototype: infer Known;
  };
} ? Known : RequestShape;
/** `Response`, where the project knows it. */
type PlatformResponse = typeof globalThis extends {
  Response: {
    prototype: infer Known;
  };
} ? Known : ResponseShape;
/** `AbortSignal`, where the project knows it. */
type PlatformSignal = PlatformRequest extends {
  readonly signal: infer Known;
} ? Known : {
  readonly aborted: boolean;
};
/** The least of a `Request`. */
interface RequestShape {
  readonly method: string;
  readonly url: string;
  readonly headers: {
    get(name: string): string | null;
  };
}
/** The least of a `Response`. */
interface ResponseShape {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: {
    get(name: string): string | null;
  };
  json(): Promise<unknown>;
}
/** Where work may go on after the answer: the part of an `ExecutionContext` in use. */
interface WaitUntil {
  waitUntil(promise: Promise<unknown>): void;
}
/** A rule of an owner. */
interface ScrubRule {
  /** The word that stands in brackets for what was found: `order` gives `[order]`. */
  name: string;
  /**
   * What to find, everywhere: `/ORD-\d+/` and `/ORD-\d+/y` do the same as `/ORD-\d+/g`. It meets texts of some thousand
   * characters that others wrote: one that backtracks without end, such as `/(a+)+$/`, stops whoever scrubs.
   */
  pattern: RegExp;
}
/** Something that fetches: a Worker's service binding, or a stand-in for `fetch`. */
interface Fetcher {
  fetch(url: string, init: FetchInit): Promise<FetchResponse>;
}
/** What a tracker asks a `Fetcher` for. */
interface FetchInit {
  method: "POST";
  headers: Record<string, string>;
  body: string;
  /** Set in browsers: the request may outlive its page. */
  keepalive?: boolean;
  /** Aborted when the time limit is over. */
  signal: PlatformSignal;
}
/** What a tracker reads of an answer. A `Response` fits. */
type FetchResponse = Pick<PlatformResponse, "status" | "headers"> & {
  json(): Promise<unknown>;
};
/** How a call ended, as `classify` may decide it. */
interface Classification {
  outcome?: Outcome | undefined;
  errorType?: string | undefined;
  errorMessage?: string | undefined;
}
/** Options of `createTracker` and `configure`. */
interface TrackerOptions {
  /** Address of the Worker, such as `https://tracker.example.com`. `/api/track` is added unless the path ends in it. */
  endpoint?: string | undefined;
  /** A service binding to the Worker, instead of the network. */
  fetcher?: Fetcher | undefined;
  /** The ingest key, when the Worker asks for one. Not a secret in a browser: anybody can read it there. */
  key?: string | undefined;
  /** Events that set off a request, 1 to 500. A backlog leaves in requests of up to 100, or of this if it is more. @default 20 */
  batchSize?: number | undefined;
  /** Longest time that an event waits for others, in ms. @default 5000 */
  flushIntervalMs?: number | undefined;
  /** Events that may wait or be on their way. What comes when the queue is full is lost, and counted. @default 1000 */
  maxQueueEvents?: number | undefined;
  /** Size of what may wait, as characters of text. @default 262144 */
  maxQueueBytes?: number | undefined;
  /** Tries after the first, for failures that may pass (network, 408, 425, 429, 500, 502–504). What still fails waits for the next flush. @default 3 */
  maxRetries?: number | undefined;
  /** Time limit of one request, in ms. All tries of a batch together take at most three times as long. @default 5000 */
  timeoutMs?: number | undefined;
  /** Where calls come from, unless a call says otherwise. @default "function" */
  source?: string | undefined;
  /** Version of the skills, unless a call says otherwise. */
  version?: string | undefined;
  /**
   * What to take out of errors and metadata beside what the kit knows: `[{ name: "order", pattern: /ORD-\d+/ }]`. An event
   * whose text meets a rule that is none is lost, and counted. @default []
   */
  scrubRules?: readonly ScrubRule[] | undefined;
  /** Records the messages of thrown errors, scrubbed. @default true */
  errorMessages?: boolean | undefined;
  /** Decides how a call ended; `undefined` leaves it to the rules. A hook that throws is ignored. */
  classify?: ((result: unknown, error: unknown) => Classification | undefined) | undefined;
  /** Sees every event when it is about to be scrubbed and sent: change it, or return `null` to drop it. An event whose hook throws is dropped and counted, and one whose time the Worker's clock corrects is seen once more. */
  beforeSend?: ((event: UsageEvent) => UsageEvent | null) | undefined;
  /** Hears why events were lost; `detail` says more where the reason does not say it all, else it is empty. @default silence */
  onError?: ((reason: LossReason, detail: string) => void) | undefined;
  /**
   * What Global Privacy Control or Do Not Track in a browser does: `no-person` counts the call without `userId` and
   * `sessionId`, as does `drop_user`, which is the Worker's word for it; `drop` sends nothing, `ignore` does nothing.
   * @default "no-person"
   */
  privacySignals?: "no-person" | "drop_user" | "drop" | "ignore" | undefined;
  /** Prints each request to the console instead of sending it. @default false */
  dryRun?: boolean | undefined;
  /** Sends nothing and wraps nothing. `DO_NOT_TRACK=1` and `TRACK_SKILLS_DISABLED=1` in the environment do the same. @default false */
  disabled?: boolean | undefined;
}
/** What became of the events of a tracker. */
interface TrackerStats {
  /** Waiting, or on their way. */
  queued: number;
  /** Stored by the Worker. */
  sent: number;
  /** Found stored already: retries whose first answer was lost. */
  duplicates: number;
  /** Refused by the Worker, one by one. All but those of people who want to be left alone count as lost, too. */
  rejected: number;
  /** Lost, by reason. The Worker hears of it with the next batch. */
  lost: Record<LossReason, number>;
}
/** What surrounds a call. Everything is optional, and anything else in it is left alone. */
interface CallContext {
  userId?: string | undefined;
  sessionId?: string | undefined;
  version?: string | undefined;
  source?: string | undefined;
  variant?: string | undefined;
  metadata?: Readonly<Record<string, unknown>> | undefined;
  /** An aborted signal makes a failed call `cancelled`. */
  signal?: {
    readonly aborted: boolean;
  } | undefined;
  /** Keeps a Worker alive until the event is sent. Called as a method, when the call begins and when it has ended. */
  waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}
/** Options of `wrap`. */
interface WrapOptions<Args extends readonly unknown[]> {
  /** What surrounds each call: fixed, or found from the call's arguments. */
  context?: CallContext | ((...args: Args) => CallContext | undefined) | undefined;
}
/** A function of any shape, or a class. */
type AnyFunction = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);
/** What a function or a class takes. */
type ArgumentsOf<Fn> = Fn extends ((...args: infer Args) => unknown) ? Args : Fn extends (abstract new (...args: infer Args) => unknown) ? Args : never;
/** Measures skills and sends what it measured. */
interface Tracker {
  /**
   * Gives a function that does what `fn` does and is counted: same arguments, `this`, value and error, sync or async as
   * it was, with the properties, name and length of `fn`. A function that is wrapped twice is counted once. A generator
   * has ended when it is read to its end or closed. Never throws.
   *
   * What JavaScript does not let a wrapper hide:
   *
   * - Instead of a plain promise the caller gets another one, which settles alike a microtask later (that keeps the
   *   caller's async stack whole) and asks a value for its `then` once more. A promise with own properties or of a
   *   subclass comes back itself; when it is rejected and nobody handles it, no `unhandledRejection` tells. One with a
   *   `then` of its own, as of a lazy request, is not followed: it counts as ok when it is returned.
   * - A generator gets a `next`, `return` and `throw` of its own, not enumerable.
   * - `fn` knows itself as itself: `new wrapped().constructor` is `fn`, a static method called on the wrapper reaches no
   *   private static field, `instanceof` a wrapped bound class throws, and `toString` shows no source.
   * - Each wrapped call takes several frames of the stack: a function that calls itself wrapped reaches the limit sooner.
   *   Above an uncaught error Node prints the line that threw it last, which is the wrapper's; the stack below is whole.
   * - A promise or a generator of another realm (`node:vm`, a frame) is not followed: it counts as ok when it is returned.
   * - `isError` and `resultType` are read of a result; `name`, `message`, `code` and `constructor` are read of an error.
   */
  wrap<Fn extends AnyFunction>(skill: string, fn: Fn, options?: WrapOptions<ArgumentsOf<Fn>>): Fn;
  /** Calls `fn(params, context)`, counts the call and gives back what it gave. See `trackSkillExecution`. */
  trackSkillExecution<Params, Context, Result>(skill: string, fn: (params: Params, context: Context) => Result, params: Params, context: Context): Result;
  /** Queues one event that was measured elsewhere. Never throws. */
  track(event: UsageEvent): void;
  /**
   * Sends all that waits, and covers what is on its way; what comes meanwhile is left to the next one. Settles when that is
   * sent or counted as lost, or when the Worker cannot be reached for now: then it waits for the next flush. Never rejects,
   * and takes at most 15 s a batch by default.
   */
  flush(): Promise<void>;
  /** Like `flush`, but what cannot be sent is counted as lost, and what comes afterwards is not recorded. */
  shutdown(): Promise<void>;
  /** What became of the events so far. */
  stats(): TrackerStats;
  /** The same tracker for one invocation of a Worker: its events leave through `ctx.waitUntil`. */
  bind(ctx: WaitUntil): Tracker;
}
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
export declare function createTracker(options?: TrackerOptions): Tracker;
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
export declare function trackAiTools<Tools extends object>(tools: Tools, tracker: Tracker): Tools;
/** Options of `trackFunctions`. */
interface FunctionTrackingOptions {
  /** Stands in front of every key, such as `content.`. @default "" */
  prefix?: string | undefined;
}
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
export declare function trackFunctions<Functions extends object>(functions: Functions, tracker: Tracker, options?: FunctionTrackingOptions): Functions;
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
export declare function trackLangChainTool<Tool extends object>(tool: Tool, tracker: Tracker): Tool;
/** Options of `trackMcpServer`. */
interface McpTrackingOptions {
  /** Tells who calls. When it throws, the call is counted without a person. @default nobody */
  userId?: ((extra: McpRequestExtra) => string | undefined) | undefined;
}
/** What the transport tells of a request. */
interface McpRequestExtra {
  /** Who called, where the server checks access tokens. */
  readonly authInfo?: {
    readonly clientId?: string;
    readonly extra?: Readonly<Record<string, unknown>>;
  } | undefined;
  /** The HTTP request, in v1 of the SDK. */
  readonly requestInfo?: {
    readonly headers?: Readonly<Record<string, unknown>>;
  } | undefined;
  /** The HTTP request, in v2 of the SDK. */
  readonly request?: {
    readonly url: string;
    readonly headers: {
      get(name: string): string | null;
    };
  } | undefined;
}
/** The part of an MCP server in use: `McpServer` and `Server` of both versions fit. */
interface McpServerLike {
  connect(transport: never): Promise<unknown>;
}
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
export declare function trackMcpServer<Server extends McpServerLike>(server: Server, tracker: Tracker, options?: McpTrackingOptions): Server;
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
export declare function trackAgentTool<ToolOrOptions extends object>(toolOrOptions: ToolOrOptions, tracker: Tracker): ToolOrOptions;
/** Sets up the default tracker that `trackSkillExecution` uses, in place of an earlier one. Never throws. */
export declare function configure(options: TrackerOptions): Tracker;
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
export declare function trackSkillExecution<Params, Context, Result>(skill: string, fn: (params: Params, context: Context) => Result, params: Params, context: Context): Result;
export type { CallContext, Classification, FetchInit, FetchResponse, Fetcher, FunctionTrackingOptions, LossReason, McpRequestExtra, McpServerLike, McpTrackingOptions, Outcome, PlatformResponse, ResponseShape, ScrubRule, Tracker, TrackerOptions, TrackerStats, UsageEvent, WaitUntil, WrapOptions };