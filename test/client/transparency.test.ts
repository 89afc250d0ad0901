/**
 * A wrapped function behaves as its unwrapped twin. Both are made from one random plan, each in a world of its own, and
 * are used alike; what the host saw must agree, and the events must say what the unwrapped twin did.
 */
import { createHook } from "node:async_hooks";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { configure, createTracker, type Tracker, trackSkillExecution, type UsageEvent } from "../../src/client.ts";
import { DECORATIONS, FORMS, live, type Plan, WAYS } from "../support/twin-function.ts";
import { type Callable, KINDS, type Truth, World } from "../support/twin-world.ts";

const RUNS = { numRuns: 4_000 };

/** The most microtasks by which a plain promise may settle later. */
const MOST_TICKS_LATER = 3;

const heard: UsageEvent[] = [];
const hearing = { endpoint: "http://127.0.0.1:9", maxQueueEvents: 10_000, beforeSend: (event: UsageEvent) => (heard.push(event), null) };
const tracker = createTracker(hearing);
const other = createTracker(hearing);
const byDefault = configure(hearing);

/** What was recorded since the last time. */
async function truthsHeard(): Promise<Truth[]> {
  await Promise.all([tracker, other, byDefault].map((one) => one.flush()));
  return heard.splice(0).map(({ outcome = "ok", errorType }) => ({ outcome, ...(errorType !== undefined && { errorType }) }));
}

const sorted = (truths: Truth[]): string[] => truths.map((truth) => JSON.stringify(truth)).sort();

const WRAPPINGS: Readonly<Record<string, (fn: Callable) => Callable>> = {
  once: (fn) => wrapBy(tracker, fn),
  twice: (fn) => wrapBy(tracker, wrapBy(tracker, fn)),
  "by two trackers": (fn) => wrapBy(other, wrapBy(tracker, fn)),
  "with a context that throws": (fn) => Object(tracker.wrap("s", fn, { context: () => { throw new Error("context"); } })),
};

function wrapBy(by: Tracker, fn: Callable): Callable {
  return Object(by.wrap("s", fn));
}

const nameOf = (table: object): fc.Arbitrary<string> => fc.constantFrom(...Object.keys(table));
const kind = nameOf(KINDS);
const plans: fc.Arbitrary<Plan> = fc.record({
  form: nameOf(FORMS),
  decoration: nameOf(DECORATIONS),
  ending: fc.constantFrom("return", "throw"),
  value: kind,
  depth: fc.integer({ min: 0, max: 2 }),
  uses: fc.array(fc.record({ way: nameOf(WAYS), self: kind, args: fc.array(kind, { maxLength: 3 }) }), { maxLength: 4 }),
});

describe("a function and its wrapped twin", () => {
  it("look and behave alike, and the events say the truth", async () => {
    await fc.assert(
      fc.asyncProperty(plans, nameOf(WRAPPINGS), async (plan, wrapping) => {
        const [bare, twin] = [new World(), new World()];
        await truthsHeard();
        const expected = await live(bare, plan, (fn) => fn);
        const actual = await live(twin, plan, WRAPPINGS[wrapping] ?? ((fn) => fn));
        expect(twin.diary).toEqual(bare.diary);
        expect(actual.shape).toEqual(expected.shape);
        actual.ticks.forEach((ticks, index) => expect(ticks).toBeLessThanOrEqual((expected.ticks[index] ?? 0) + MOST_TICKS_LATER));
        expect(sorted(await truthsHeard())).toEqual(sorted(expected.truths));
      }),
      RUNS,
    );
  });

  it("behave alike under trackSkillExecution, whatever the params and the context are", async () => {
    const asItIs: Callable = (fn) => fn;
    await fc.assert(
      fc.asyncProperty(plans, async (plan) => {
        const [bare, twin] = [new World(), new World()];
        await truthsHeard();
        const expected = await live(bare, plan, Object(asItIs), (fn, _self, [params, context], enter) => (enter(), fn(params, context)));
        await live(twin, plan, Object(asItIs), (fn, _self, [params, context], enter) => (enter(), trackSkillExecution("s", fn, params, context)));
        expect(twin.diary).toEqual(bare.diary);
        expect(sorted(await truthsHeard())).toEqual(sorted(expected.truths));
      }),
      RUNS,
    );
  });
});

describe("what the property cannot say", () => {
  it("the caller's name stays in the stack of an error, through awaits and wrapped functions that call each other", async () => {
    const fails = tracker.wrap("inner", async () => { await null; throw new Error("deep"); });
    const passes = tracker.wrap("outer", async () => await fails());
    async function* generate() { yield await passes(); }
    const reads = tracker.wrap("generator", generate);
    const namedCaller = async () => await passes();
    const namedReader = async () => { for await (const item of reads()) expect(item).toBe(undefined); };
    expect(await stackOf(namedCaller())).toContain("namedCaller");
    expect(await stackOf(namedReader())).toContain("namedReader");
    expect(await stackOf(trackedCaller())).toContain("trackedCaller");
    async function trackedCaller(): Promise<unknown> {
      return await trackSkillExecution("s", passes, undefined, undefined);
    }
  });

  it.each(["once", "twice", "by two trackers"])("a rejection that nobody handles is one unhandled rejection, one that is handled is none (%s)", async (wrapping) => {
    const reason = new Error("nobody cares");
    const fails = async () => { await null; throw reason; };
    const wrapped = WRAPPINGS[wrapping]?.(fails) ?? fails;
    expect(await unhandledDuring(() => void Reflect.apply(wrapped, undefined, []))).toEqual([reason]);
    expect(await unhandledDuring(() => void Object(Reflect.apply(wrapped, undefined, [])).catch(() => undefined))).toEqual([]);
    const generate = tracker.wrap("s", async function* () { yield 1; throw reason; });
    expect(await unhandledDuring(async () => { const generator = generate(); await generator.next(); void generator.next(); })).toEqual([reason]);
    expect(await unhandledDuring(async () => { const generator = generate(); await generator.next(); await generator.next().catch(() => undefined); })).toEqual([]);
  });

  it("a rejection stays unhandled, and a stack whole, while async hooks leave their marks on promises", async () => {
    const hook = createHook({ init: () => undefined }).enable();
    try {
      const reason = new Error("nobody cares");
      const fails = tracker.wrap("s", async () => { await null; throw reason; });
      expect(Reflect.ownKeys((async () => { await null; })())).not.toEqual([]);
      expect(await unhandledDuring(() => void fails())).toEqual([reason]);
    } finally {
      hook.disable();
    }
  });

  it("a rejection of an async function stays unhandled whatever an async hook leaves on its promise", async () => {
    const hook = createHook({ init: (_id, _type, _trigger, resource) => void Reflect.set(resource, Symbol("mark"), 1) }).enable();
    try {
      const reason = new Error("nobody cares");
      const fails = async () => { await null; throw reason; };
      expect(await unhandledDuring(() => void tracker.wrap("s", fails)())).toEqual([reason]);
      expect(await unhandledDuring(() => void tracker.trackSkillExecution("s", fails, undefined, undefined))).toEqual([reason]);
    } finally {
      hook.disable();
    }
  });

  it("a promise that a Proxy of an async function has given more comes back by identity", () => {
    const promises: unknown[] = [];
    const cancellable = new Proxy(async () => 1, {
      apply(fn) {
        const promise = Object.assign(fn(), { [Symbol("cancel")]: () => true });
        promises.push(promise);
        return promise;
      },
    });
    const given = [tracker.wrap("s", cancellable)(), tracker.trackSkillExecution("s", cancellable, undefined, undefined)];
    given.forEach((promise, index) => expect(promise).toBe(promises[index]));
  });

  it("a class that extends a wrapped class of promises counts what the host constructs, and no more", async () => {
    await truthsHeard();
    class Base extends Promise<number> {}
    const Wrapped: typeof Base = Object(wrapBy(tracker, Object(Base)));
    class Sub extends Wrapped {}
    expect(await new Sub((resolve) => resolve(7)).then((value) => value + 1)).toBe(8);
    // The host constructed one, its `then` another, and `await` a third by its own `then`.
    expect(await truthsHeard()).toEqual(["ok", "ok", "ok"].map((outcome) => ({ outcome })));
  });

  it("a class is wrapped as it is, by its types too", async () => {
    await truthsHeard();
    const Point = tracker.wrap("s", class Point { readonly x: number; constructor(x: number) { this.x = x; } }, { context: (x) => ({ version: x.toFixed() }) });
    expect(new Point(7).x).toBe(7);
    expect(await truthsHeard()).toEqual([{ outcome: "ok" }]);
  });

  it("options of any kind are no reason to throw", () => {
    const unreadable = new Proxy({}, { ownKeys: () => { throw new Error("trap"); } });
    for (const options of [unreadable, { get endpoint(): never { throw new Error("getter"); } }, revokedProxy()]) expect(Reflect.apply(createTracker, undefined, [options]).wrap("s", () => 1)()).toBe(1);
    for (const options of [null, 7, "text", revokedProxy()]) expect(Reflect.apply(tracker.wrap, tracker, ["s", () => 1, options])()).toBe(1);
    for (const fn of [null, undefined, 7, {}]) expect(Reflect.apply(tracker.wrap, tracker, ["s", fn])).toBe(fn);
  });
});

async function stackOf(promise: Promise<unknown>): Promise<string> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  return error instanceof Error ? `${error.stack}` : "";
}

/** The reasons of rejections that nobody handled. The test runner's own listeners are set aside meanwhile. */
async function unhandledDuring(act: () => unknown): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => reasons.push(reason));
  await act();
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
  process.removeAllListeners("unhandledRejection");
  for (const listener of listeners) process.on("unhandledRejection", listener);
  return reasons;
}

function revokedProxy(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
