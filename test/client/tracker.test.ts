import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { configure, createTracker, trackSkillExecution, type Tracker, type TrackerOptions, type UsageEvent } from "../../src/client.ts";
import { type Collector, startCollector } from "../support/collector.ts";

let collector: Collector;
let tracker: Tracker;

beforeEach(async () => {
  collector = await startCollector();
  tracker = create();
});
afterEach(() => collector.stop());

function create(options: TrackerOptions = {}): Tracker {
  return createTracker({ endpoint: collector.url, ...options });
}

/** The one event that was sent. */
async function onlyEvent(): Promise<UsageEvent> {
  await tracker.flush();
  expect(collector.events).toHaveLength(1);
  return collector.events[0] ?? { skill: "" };
}

describe("a wrapped function is the function", () => {
  it("arguments, this and a synchronous value stay as they were", async () => {
    const self = { base: 2, scale: tracker.wrap("scale", function scale(this: { base: number }, by: number) { return this.base * by; }) };
    expect(self.scale(3)).toBe(6);
    expect(await onlyEvent()).toMatchObject({ skill: "scale", outcome: "ok", source: "function" });
  });

  it("name, length and own properties stay as they were", () => {
    const fn = Object.assign((_a: number, _b: number) => 0, { cancel: () => "cancelled" });
    const wrapped = tracker.wrap("fn", fn);
    expect([wrapped.name, wrapped.length, wrapped.cancel()]).toEqual([fn.name, 2, "cancelled"]);
  });

  it("a class can still be constructed", async () => {
    class Point {
      readonly x: number;
      constructor(x: number) {
        this.x = x;
      }
    }
    const Wrapped: typeof Point = Reflect.apply(tracker.wrap, tracker, ["point", Point]);
    const point = new Wrapped(7);
    expect(point).toBeInstanceOf(Point);
    expect(point.x).toBe(7);
    expect(await onlyEvent()).toMatchObject({ skill: "point" });
  });

  it("a thrown value comes through by identity, whatever it is", async () => {
    const poison = Object.create(null, { message: { get: () => { throw new Error("gotcha"); } } });
    for (const thrown of [new TypeError("bad"), "text", undefined, null, 7, poison, new Proxy({}, { get: () => { throw new Error("trap"); } })]) {
      const fn = tracker.wrap("throws", () => { throw thrown; });
      let caught: unknown = "nothing";
      try {
        fn();
      } catch (error) {
        caught = error;
      }
      expect(caught).toBe(thrown);
    }
    await tracker.flush();
    expect(collector.events.map((event) => event.outcome)).toEqual(Array(7).fill("error"));
  });

  it("an async function stays async, with its value, its error and its whole stack", async () => {
    const error = new Error("bad");
    const inner = async (fail: boolean) => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (fail) throw error;
      return "value";
    };
    const wrapped = tracker.wrap("async", inner);
    expect(wrapped(false)).toBeInstanceOf(Promise);
    expect(await wrapped(false)).toBe("value");
    await expect(wrapped(true)).rejects.toBe(error);
    await tracker.flush();
    expect(collector.events.map((event) => event.outcome)).toEqual(["ok", "ok", "error"]);
    expect(Math.min(...collector.events.map((event) => event.durationMs ?? 0))).toBeGreaterThan(15);
    async function namedCaller(): Promise<void> {
      await tracker.wrap("deep", async () => { await null; throw new Error("deep"); })();
    }
    const thrown: unknown = await namedCaller().catch((reason: unknown) => reason);
    expect(thrown instanceof Error && thrown.stack).toContain("namedCaller");
  });

  it("thenables, generators and responses come back untouched and unread", async () => {
    let started = 0;
    const lazy = { then: () => { started += 1; } };
    const response = new Response("body");
    async function* generate() { yield 1; }
    const generator = generate();
    for (const value of [lazy, response, generator]) expect(tracker.wrap("same", () => value)()).toBe(value);
    expect(started).toBe(0);
    expect(await response.text()).toBe("body");
    expect(await generator.next()).toEqual({ value: 1, done: false });
  });

  it("a promise with a then of its own does its work when its caller asks, as without tracking", async () => {
    const asked: string[] = [];
    class Lazy extends Promise<number> {
      static override get [Symbol.species]() { return Promise; }
      override then: Promise<number>["then"] = (...handlers) => {
        asked.push("then");
        return super.then(...handlers);
      };
    }
    const lazy = new Lazy((resolve) => resolve(7));
    expect(tracker.wrap("query", () => lazy)()).toBe(lazy);
    await tracker.flush();
    expect(asked).toEqual([]);
    expect(await lazy).toBe(7);
    expect(await onlyEvent()).toMatchObject({ skill: "query", outcome: "ok" });
  });

  it("a revoked Proxy comes through", async () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    const fn = tracker.wrap("s", () => proxy);
    revoke();
    expect(Object.is(fn(), proxy)).toBe(true);
    expect(await onlyEvent()).toMatchObject({ outcome: "ok" });
  });

  it("a promise that is more than a promise comes back by identity and is counted when it settles", async () => {
    const promise = Object.assign(Promise.reject(new RangeError("late")), { kill: () => true });
    const returned = tracker.wrap("spawn", () => promise)();
    expect(returned).toBe(promise);
    await expect(returned).rejects.toThrow("late");
    expect(await onlyEvent()).toMatchObject({ outcome: "error", errorType: "RangeError" });
  });

  it("a function wrapped twice is counted once", async () => {
    const twice = tracker.wrap("again", tracker.wrap("once", () => 1));
    expect(twice()).toBe(1);
    expect(tracker.trackSkillExecution("thrice", twice, undefined, undefined)).toBe(1);
    await tracker.flush();
    expect(collector.events.map((event) => event.skill)).toEqual(["once", "once"]);
  });
});

describe("how a call ended", () => {
  it.each([
    ["ok", undefined, () => ({ isError: false })],
    ["error", "tool_error", () => ({ isError: true, content: [] })],
    ["error", "TypeError", () => { throw new TypeError("x"); }],
    ["error", "ENOENT", () => { throw Object.assign(new Error("x"), { code: "ENOENT" }); }],
    ["error", "string", () => { throw "text"; }],
    ["timeout", "TimeoutError", () => { throw new DOMException("slow", "TimeoutError"); }],
    ["cancelled", "AbortError", () => { throw new DOMException("gone", "AbortError"); }],
  ] as const)("%s of type %s", async (outcome, errorType, fn) => {
    try {
      tracker.wrap("s", fn)();
    } catch {
      // What is thrown is not the question here.
    }
    expect(await onlyEvent()).toMatchObject({ outcome, ...(errorType && { errorType }) });
  });

  it("a call that fails after its signal was aborted was cancelled", async () => {
    const controller = new AbortController();
    controller.abort();
    const fn = () => { throw new Error("stopped"); };
    expect(() => tracker.trackSkillExecution("s", fn, {}, { signal: controller.signal })).toThrow("stopped");
    expect(await onlyEvent()).toMatchObject({ outcome: "cancelled" });
  });

  it("a hook may decide, and one that throws decides nothing", async () => {
    tracker = create({ classify: (result) => (result === "no" ? { outcome: "refused", errorType: "policy" } : undefined) });
    tracker.wrap("s", () => "no")();
    expect(await onlyEvent()).toMatchObject({ outcome: "refused", errorType: "policy" });
    tracker = create({ classify: () => { throw new Error("hook"); } });
    tracker.wrap("s", () => "fine")();
    await tracker.flush();
    expect(collector.events[1]).toMatchObject({ outcome: "ok" });
  });
});

it("hooks that are async end no process with what they reject", async () => {
  const rejections: unknown[] = [];
  const hear = (reason: unknown) => rejections.push(reason);
  process.on("unhandledRejection", hear);
  try {
    const hook = async (): Promise<never> => { throw new Error("hook"); };
    const options: TrackerOptions = { onError: hook, maxQueueEvents: 1 };
    tracker = create(Object.assign(options, { classify: hook, beforeSend: hook }));
    const fn = Reflect.apply(tracker.wrap, tracker, ["s", () => 1, { context: hook }]);
    expect([fn(), fn()]).toEqual([1, 1]);
    await tracker.flush();
    await new Promise((resolve) => setTimeout(resolve, 10));
  } finally {
    process.off("unhandledRejection", hear);
  }
  expect(rejections).toEqual([]);
});

describe("what is recorded", () => {
  it("trackSkillExecution passes params and context on, and records who called but nothing of the params", async () => {
    tracker = configure({ endpoint: collector.url, version: "1.0.0" });
    const context = { userId: "u1", sessionId: "s1", variant: "b", metadata: { words: 2 }, other: { deep: true } };
    const seen = trackSkillExecution("s", (params: { text: string }, given: typeof context) => [params.text, given === context], { text: "secret text" }, context);
    expect(seen).toEqual(["secret text", true]);
    expect(await onlyEvent()).toMatchObject({ userId: "u1", sessionId: "s1", variant: "b", version: "1.0.0", metadata: { words: 2 } });
    expect(JSON.stringify(collector.bodies)).not.toContain("secret text");
  });

  it("a label that cannot be read costs itself alone", async () => {
    const context = { get userId(): string { throw new Error("getter"); }, source: "mcp", version: "2", variant: "b", metadata: { words: 2 } };
    tracker.trackSkillExecution("s", () => 1, {}, context);
    const event = await onlyEvent();
    expect(event).toMatchObject({ source: "mcp", version: "2", variant: "b", metadata: { words: 2 } });
    expect(event).not.toHaveProperty("userId");
  });

  it("the type of an error leaves in 128 characters, so that it takes no room from what is kept", async () => {
    const fn = () => { throw Object.assign(new Error("x".repeat(2_000)), { name: "語".repeat(1_000) }); };
    expect(() => tracker.wrap("s", fn, { context: { metadata: { text: "y".repeat(3_600) } } })()).toThrow();
    const { errorType, errorMessage, metadata } = await onlyEvent();
    expect([errorType?.length, errorMessage?.length, metadata]).toEqual([128, 1_024, { text: "y".repeat(3_600) }]);
  });

  it("calls are measured where there is no performance and no crypto", async () => {
    vi.stubGlobal("performance", undefined);
    vi.stubGlobal("crypto", undefined);
    try {
      tracker = create();
      expect(tracker.wrap("s", () => 1)()).toBe(1);
      const { id, durationMs } = await onlyEvent();
      expect(id).toMatch(/^[a-z\d]{16,}$/);
      expect(durationMs).toBeGreaterThanOrEqual(0);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it.each([
    ["does not tell", undefined],
    ["throws when it is asked", { isAsyncFunction: () => { throw new Error("not implemented"); } }],
    ["goes by the prototype, as Bun does, when it is asked", { isAsyncFunction: (fn: unknown) => Object.getPrototypeOf(fn) === Object.getPrototypeOf(async () => 0) }],
  ])("promises are told apart where a runtime %s which functions are async", async (_how, types) => {
    const modules = vi.spyOn(process, "getBuiltinModule").mockReturnValue(Object(types));
    vi.resetModules();
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    try {
      const client = await import("../../src/client.ts");
      tracker = client.createTracker({ endpoint: collector.url });
      const decorated = Object.assign(Promise.resolve(1), { cancel: () => true });
      expect(await tracker.wrap("s", async () => "value")()).toBe("value");
      expect(tracker.wrap("s", () => decorated)()).toBe(decorated);
      // As libraries do that make a function look like the one they wrap.
      const mimic = Object.setPrototypeOf(() => decorated, Object.getPrototypeOf(async () => 0));
      expect(tracker.wrap("s", mimic)()).toBe(decorated);
      // The host's promise is handed on in an await chain: its rejection is told where nobody awaits it.
      process.on("unhandledRejection", onUnhandled);
      void tracker.wrap("s", async () => { throw new Error("nobody hears"); })();
      await expect.poll(() => unhandled).toHaveLength(1);
    } finally {
      process.off("unhandledRejection", onUnhandled);
      modules.mockRestore();
    }
    await tracker.flush();
    expect(collector.events.map(({ outcome }) => outcome)).toEqual(["ok", "ok", "ok", "error"]);
  });

  it("what a followed promise gives is not asked for a `then` once more", async () => {
    class Own<T> extends Promise<T> {}
    const value = {};
    const promise = tracker.wrap("s", () => new Own<object>((resolve) => resolve(value)))();
    let asked = 0;
    Object.defineProperty(value, "then", { get: () => void asked++ });
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(promise).toBeInstanceOf(Own);
    expect(asked).toBe(0);
    await tracker.flush();
    expect(collector.events).toHaveLength(1);
  });

  it("messages are scrubbed before they leave, and left out on request", async () => {
    const fn = () => { throw new Error("no user jane@example.com at 203.0.113.9"); };
    expect(() => tracker.wrap("s", fn)()).toThrow();
    expect((await onlyEvent()).errorMessage).toBe("no user [email] at [ip]");
    tracker = create({ errorMessages: false });
    expect(() => tracker.wrap("s", fn)()).toThrow();
    await tracker.flush();
    expect(collector.events[1]).not.toHaveProperty("errorMessage");
  });

  it("an event that cannot be serialised costs itself alone", async () => {
    const circular: Record<string, unknown> = { fine: 1 };
    circular["self"] = circular;
    const poisons: unknown[] = [circular, { big: 1n }, { get bad() { throw new Error("getter"); } }, { toJSON() { throw new Error("toJSON"); } }, new Proxy({}, { ownKeys: () => { throw new Error("trap"); } })];
    for (const metadata of poisons) tracker.track({ skill: "poison", metadata: Object(metadata) });
    tracker.track({ skill: "good" });
    await tracker.flush();
    expect(collector.events.map((event) => event.skill)).toContain("good");
    expect(collector.events.length + tracker.stats().lost.unserializable).toBe(poisons.length + 1);
  });

  it("beforeSend may change or drop an event; when it throws, the event is dropped and counted", async () => {
    tracker = create({
      beforeSend(event) {
        if (event.skill === "drop") return null;
        if (event.skill === "throw") throw new Error("hook");
        return { ...event, version: "9" };
      },
    });
    for (const skill of ["drop", "throw", "keep"]) tracker.track({ skill });
    expect(await onlyEvent()).toMatchObject({ skill: "keep", version: "9" });
    expect(tracker.stats().lost.before_send).toBe(1);
  });
});

describe("delivery", () => {
  it("events travel in batches, with the key, and flush covers all of them", async () => {
    tracker = create({ key: "k", batchSize: 20 });
    for (let index = 0; index < 20; index++) tracker.track({ skill: `s${index}` });
    await tracker.flush();
    for (let index = 0; index < 145; index++) tracker.track({ skill: `s${index}` });
    await Promise.all([tracker.flush(), tracker.flush()]);
    // A backlog leaves in larger batches than the size that sets off a request.
    expect(collector.bodies.map((body) => body.events.length)).toEqual([20, 100, 45]);
    expect(collector.authorizations).toEqual(Array(3).fill("Bearer k"));
    expect(new Set(collector.events.map((event) => event.id)).size).toBe(165);
    expect(tracker.stats()).toMatchObject({ queued: 0, sent: 165 });
  });

  it("a flush of nothing does not stop later ones", async () => {
    await tracker.flush();
    for (const skill of ["a", "b"]) {
      tracker.track({ skill });
      await tracker.flush();
    }
    expect(collector.events.map((event) => event.skill)).toEqual(["a", "b"]);
  });

  it("a failure that may pass is tried again with the same events", async () => {
    collector.answerWith(503, 429);
    tracker.track({ skill: "s" });
    await tracker.flush();
    expect(collector.bodies).toHaveLength(3);
    expect(new Set(collector.bodies.map((body) => JSON.stringify(body))).size).toBe(1);
    expect(tracker.stats()).toMatchObject({ sent: 1, lost: { network: 0, refused_by_server: 0 } });
  });

  it("a refusal is not tried again, and counted", async () => {
    collector.answerWith(401);
    tracker.track({ skill: "s" });
    await tracker.flush();
    expect(collector.bodies).toHaveLength(1);
    expect(tracker.stats()).toMatchObject({ queued: 0, sent: 0, lost: { refused_by_server: 1 } });
  });

  it("a batch that is too large is split", async () => {
    collector.answerWith(413);
    tracker.track({ skill: "a" });
    tracker.track({ skill: "b" });
    await tracker.flush();
    expect(collector.bodies.map((body) => body.events.length)).toEqual([2, 1, 1]);
    expect(tracker.stats().sent).toBe(2);
  });

  it("a key that is no text is left out, and keeps no event back", async () => {
    tracker = create({ key: Object(1n) });
    tracker.track({ skill: "s" });
    expect(await onlyEvent()).toMatchObject({ skill: "s" });
    expect(tracker.stats()).toMatchObject({ queued: 0, sent: 1 });
  });

  it("what a page prints instead of sending holds no key", async () => {
    vi.stubGlobal("document", { addEventListener: () => undefined });
    vi.stubGlobal("addEventListener", () => undefined);
    vi.resetModules();
    const print = vi.spyOn(console, "log").mockImplementation(() => undefined);
    try {
      const page = await import("../../src/client.ts");
      tracker = page.createTracker({ endpoint: collector.url, key: "the-ingest-key", dryRun: true });
      tracker.track({ skill: "printed" });
      await tracker.flush();
      const printed = print.mock.calls.join();
      expect(printed).toContain("printed");
      expect(printed).not.toContain("the-ingest-key");
    } finally {
      print.mockRestore();
      vi.unstubAllGlobals();
    }
  });

  it("hooks may use the tracker that calls them", async () => {
    tracker = create({ beforeSend(event) { void tracker.flush(); return event; } });
    tracker.track({ skill: "kept" });
    expect(await onlyEvent()).toMatchObject({ skill: "kept" });
    const heard: string[] = [];
    tracker = create({ beforeSend() { throw new Error("hook"); }, onError(reason) { heard.push(reason); void tracker.shutdown(); } });
    tracker.track({ skill: "lost" });
    await tracker.flush();
    expect(heard).toEqual(["before_send"]);
  });

  it("a full queue loses the newest, and counts them", async () => {
    tracker = create({ maxQueueEvents: 3, batchSize: 500 });
    for (let index = 0; index < 5; index++) tracker.track({ skill: `s${index}` });
    expect(tracker.stats()).toMatchObject({ queued: 3, lost: { queue_full: 2 } });
    await tracker.flush();
    expect(collector.events.map((event) => event.skill)).toEqual(["s0", "s1", "s2"]);
  });

  it("an address that cannot work breaks nothing, and says so", async () => {
    for (const endpoint of ["", "no address", "ftp://example.com", undefined]) {
      const heard: string[] = [];
      const broken = createTracker({ endpoint, onError: (reason) => heard.push(reason) });
      expect(broken.wrap("s", () => 1)()).toBe(1);
      await broken.flush();
      expect(heard).toEqual(["options"]);
    }
  });

  it("a Worker's invocation sends through its own waitUntil, called as a method", async () => {
    const pending: Promise<unknown>[] = [];
    const ctx = {
      waitUntil(promise: Promise<unknown>) {
        if (this !== ctx) throw new TypeError("Illegal invocation");
        pending.push(promise);
      },
    };
    const bound = tracker.bind(ctx);
    bound.wrap("a", () => 1)();
    bound.track({ skill: "b" });
    await Promise.all(pending);
    expect(collector.bodies.map((body) => body.events.length)).toEqual([2]);
    tracker.trackSkillExecution("c", () => 1, {}, ctx);
    await Promise.all(pending);
    expect(collector.events).toHaveLength(3);
  });

  it("a service binding carries events instead of the network", async () => {
    const urls: string[] = [];
    tracker = createTracker({ fetcher: { fetch: async (url, init) => { urls.push(url); return fetch(collector.url + "/api/track", init); } } });
    tracker.track({ skill: "s" });
    expect(await onlyEvent()).toMatchObject({ skill: "s" });
    expect(urls).toEqual(["https://track-skills.internal/api/track"]);
  });

  it("after shutdown nothing is recorded", async () => {
    tracker.track({ skill: "before" });
    await tracker.shutdown();
    expect(tracker.wrap("after", () => 1)()).toBe(1);
    expect(await onlyEvent()).toMatchObject({ skill: "before" });
  });
});
