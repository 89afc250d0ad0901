/** What an event becomes on its way out: scrubbed, within its limits, and never at the cost of another one. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTracker, type Tracker, type TrackerOptions, type UsageEvent } from "../../src/client.ts";
import { KINDS, World } from "../support/twin-world.ts";

const RUNS = { numRuns: 2_000 };

/** The largest event, in bytes of JSON. */
const MAX_EVENT_BYTES = 8_192;

const FIELDS = ["skill", "id", "startedAt", "durationMs", "clock", "success", "outcome", "errorType", "errorMessage", "userId", "sessionId", "version", "source", "variant", "metadata", "unknown"];

/** A tracker whose requests stay here, and what they carried. */
function create(options: TrackerOptions = {}): { tracker: Tracker; bodies: string[]; sent(): Promise<UsageEvent[]> } {
  const bodies: string[] = [];
  const eventsOf = (body: string): UsageEvent[] => JSON.parse(body).events;
  const fetcher = {
    async fetch(_url: string, { body }: { body: string }) {
      bodies.push(body);
      return { status: 202, headers: new Headers(), json: async () => ({ accepted: eventsOf(body).length }) };
    },
  };
  const tracker = createTracker({ fetcher, ...options });
  return { tracker, bodies, sent: async () => (await tracker.flush(), bodies.flatMap(eventsOf)) };
}

const sumOf = (counts: Record<string, number>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);
/** An event of any shape, as JavaScript lets hosts give it. */
const eventOf = (fields: object): UsageEvent => Object(fields);

function circular(): object {
  const value: Record<string, unknown> = {};
  return (value["self"] = value);
}

/** Small in memory, endless as text. */
const ENDLESS: Readonly<Record<string, () => unknown>> = {
  "a doubling tree": () => Array.from({ length: 60 }).reduce<unknown>((tree) => ({ left: tree, right: tree }), "leaf"),
  "a sparse array": () => ({ list: new Array(2 ** 32 - 1) }),
  "a bottomless Proxy": () => { const proxy: object = new Proxy({ a: 1 }, { get: (_target, key) => (key === "toJSON" ? undefined : proxy) }); return proxy; },
  "a wide Proxy": () => new Proxy([], { get: (_target, key) => (key === "length" ? 2 ** 32 : key === "toJSON" ? undefined : "item") }),
  "a large text": () => ({ text: largeText() }),
};

const POISONS: Readonly<Record<string, () => unknown>> = {
  ...Object.fromEntries(Object.keys(KINDS).map((name) => [name, () => new World().value(name)])),
  ...ENDLESS,
  circular,
  bigints: () => ({ list: [1n] }),
  toJSON: () => ({ toJSON() { throw new Error("toJSON"); } }),
  "nothing from toJSON": () => ({ toJSON: () => undefined }),
  "an error without text": () => Object.assign(new Error("x"), { message: Object.create(null) }),
  "an invalid date": () => new Date(Number.NaN),
};

/** A text of 2 MB that shares its memory with no other. */
function largeText(): string {
  return Buffer.alloc(2_000_000, "large text ").toString("latin1");
}

describe("an event that is poison", () => {
  const poison = fc.constantFrom(...Object.keys(POISONS));
  const fields = fc.dictionary(fc.constantFrom(...FIELDS), poison, { maxKeys: 5 });
  const gift = fc.record({ by: fc.constantFrom("track", "value", "context", "wrap", "thrown"), fields, poison });
  const hook = fc.record({ does: fc.constantFrom("keeps", "keeps", "drops", "throws", "returns", "is absent"), poison });

  it("costs itself alone, throws nowhere, and is accounted for", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(gift, { maxLength: 6 }), hook, poison, async (gifts, { does, poison: hooked }, decision) => {
        let dropped = 0;
        const beforeSend = (event: UsageEvent): unknown => {
          if (event.skill === "good" || does === "keeps") return event;
          if (does === "throws") throw POISONS[hooked]?.();
          const kept = does === "returns" ? POISONS[hooked]?.() : null;
          if (kept === null) dropped += 1;
          return kept;
        };
        const { tracker, sent } = create(Object({ beforeSend: does === "is absent" ? undefined : beforeSend, classify: () => POISONS[decision]?.() }));
        tracker.track({ skill: "good" });
        gifts.forEach((one) => give(tracker, one));
        tracker.track({ skill: "good" });
        const events = await sent();
        expect(events.filter(({ skill }) => skill === "good")).toHaveLength(2);
        for (const event of events) expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(MAX_EVENT_BYTES);
        const { queued, sent: accepted, lost } = tracker.stats();
        expect({ queued, total: accepted + sumOf(lost) + dropped }).toEqual({ queued: 0, total: gifts.length + 2 });
      }),
      RUNS,
    );
  });

  function give(tracker: Tracker, { by, fields, poison }: { by: string; fields: Record<string, string>; poison: string }): void {
    const given = Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, POISONS[kind]?.()]));
    const value = POISONS[poison]?.();
    if (by === "track") tracker.track(eventOf(given));
    else if (by === "value") Reflect.apply(tracker.track, tracker, [value]);
    else if (by === "context") tracker.trackSkillExecution("s", () => undefined, undefined, given);
    else if (by === "wrap") Reflect.apply(tracker.wrap, tracker, [value, () => undefined, { context: given }])();
    else expect(() => tracker.trackSkillExecution("s", () => { throw Object.assign(new Error("x"), given); }, undefined, value)).toThrow();
  }

  it.each(Object.keys(ENDLESS))("takes bounded time when it is %s", async (name) => {
    const { tracker, sent } = create();
    const metadata: Record<string, unknown> = Object(ENDLESS[name]?.());
    const startedAt = performance.now();
    tracker.track({ skill: "s", metadata });
    expect(await sent()).toMatchObject([{ skill: "s", metadata: { _dropped: 1 } }]);
    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe("limits", () => {
  it("of what is over 8 KB the metadata go first, and leave a mark", async () => {
    const { tracker, sent } = create();
    tracker.track({ skill: "s", errorMessage: "kept", metadata: { text: "x".repeat(MAX_EVENT_BYTES) } });
    tracker.track({ skill: "s", metadata: { text: "x".repeat(MAX_EVENT_BYTES - 500) } });
    const [first, second] = await sent();
    expect(first).toMatchObject({ errorMessage: "kept", metadata: { _dropped: 1 } });
    expect(second?.metadata).toEqual({ text: "x".repeat(MAX_EVENT_BYTES - 500) });
  });

  it("what is over 8 KB without metadata is lost alone", async () => {
    const { tracker, sent } = create();
    tracker.track({ skill: "€".repeat(4_000), metadata: { a: 1 } });
    tracker.track({ skill: "s" });
    expect((await sent()).map(({ skill }) => skill)).toEqual(["s"]);
    expect(tracker.stats().lost).toMatchObject({ too_large: 1 });
  });

  it.each([
    ["tracked", (tracker: Tracker) => tracker.track(eventOf(Object.fromEntries(FIELDS.map((name) => [name, largeText()]))))],
    ["tracked with metadata", (tracker: Tracker) => tracker.track({ skill: "s", metadata: { [largeText()]: { text: largeText() } } })],
    [
      "thrown, and in the context",
      (tracker: Tracker): void => {
        const context = { userId: largeText(), sessionId: largeText(), version: largeText(), source: largeText(), variant: largeText() };
        const error = Object.assign(new Error(largeText()), { name: largeText() });
        const fails = tracker.wrap("s", async () => { throw error; }, { context });
        fails().catch(() => undefined);
      },
    ],
  ])("texts of 2 MB that are %s are not kept while the event waits", async (_name, give) => {
    const { tracker } = create({ maxQueueBytes: 1e9, flushIntervalMs: 1e6, batchSize: 500 });
    give(tracker);
    const before = await bytesInUse();
    for (let index = 0; index < 10; index++) give(tracker);
    expect((await bytesInUse()) - before).toBeLessThan(10e6);
    expect(tracker.stats().queued).toBe(11);
  });

  it("what waits is as it was when it was given", async () => {
    const { tracker, sent } = create();
    const metadata = { count: 1, deep: { list: [1] } };
    const event = { skill: "before", metadata };
    tracker.track(event);
    event.skill = "after";
    metadata.count = 2;
    metadata.deep.list.push(2);
    expect(await sent()).toMatchObject([{ skill: "before", metadata: { count: 1, deep: { list: [1] } } }]);
  });
});

describe("scrubbing", () => {
  const SECRETS = ["jane.doe@example.com", "203.0.113.77", "sk-proj-abcdefghij0123456789", "4111 1111 1111 1111", "AKIAIOSFODNN7EXAMPLE"];
  const SENSITIVE = ["password", "dbPassword", "x-api-key", "Authorization", "session_token", "cookie"];
  const secret = fc.constantFrom(...SECRETS);
  const leaf = fc.oneof(secret, secret.map((text) => `by ${text}, then`), fc.constantFrom("fine", 7, true, null));
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof({ maxDepth: 3 }, leaf, fc.array(tie("tree"), { maxLength: 3 }), fc.dictionary(fc.oneof(secret, fc.constantFrom("a", "b", "__proto__")), tie("tree"), { maxKeys: 3 }), hidden(tie("tree"))),
  }));

  /** Something under a name that says it is secret, however deep. */
  function hidden(inside: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
    return fc.record({ name: fc.constantFrom(...SENSITIVE), inside }).map(({ name, inside }) => ({ [name]: ["hunter two", inside] }));
  }

  it("takes secrets out of values and out of names, and all that stands under a secret's name", async () => {
    await fc.assert(
      fc.asyncProperty(tree, secret, async (value, text) => {
        const { tracker, bodies } = create();
        tracker.track({ skill: "s", errorMessage: `no ${text}`, errorType: text, metadata: { value, [text]: 1, password: "hunter two" } });
        await tracker.flush();
        for (const known of [...SECRETS, "hunter two"]) expect(bodies.join("")).not.toContain(known);
        expect(bodies.join("")).toContain('"password":"[redacted]"');
      }),
      RUNS,
    );
  });

  it("takes out what an owner's rules find, before what the kit's do", async () => {
    const { tracker, bodies, sent } = create({ scrubRules: [{ name: "order", pattern: /ORD-\d+/ }] });
    const metadata = { "of ORD-1": ["ORD-2", { deep: "by jane@example.com for ORD-3" }] };
    tracker.track({ skill: "s", errorType: "ORD-4", errorMessage: "ORD-5 and ORD-6 are taken", metadata });
    expect(await sent()).toMatchObject([
      { errorType: "[order]", errorMessage: "[order] and [order] are taken", metadata: { "of [order]": ["[order]", { deep: "by [email] for [order]" }] } },
    ]);
    expect(bodies.join("")).not.toContain("ORD-");
  });

  it.each([
    ["bytes", { file: new Uint8Array(5e6) }],
    ["a Buffer", { list: [{ file: Buffer.alloc(5e6) }] }],
    ["nothing but bytes", Object(new Float64Array(5e6))],
  ])("metadata that hold %s are dropped at once, their event is not", async (_name, metadata) => {
    const { tracker, sent } = create();
    const started = performance.now();
    tracker.trackSkillExecution("s", () => 1, {}, { metadata });
    // Listing them takes more than half a second.
    expect(performance.now() - started).toBeLessThan(200);
    expect(await sent()).toMatchObject([{ skill: "s", metadata: { _dropped: 1 } }]);
  });

  it("metadata that are no object are dropped, their event is not", async () => {
    for (const metadata of [["a"], new Date(), () => 1, "text", 7]) {
      const { tracker, sent } = create();
      tracker.track(Object({ skill: "tracked", metadata }));
      tracker.trackSkillExecution("called", () => 1, {}, Object({ metadata }));
      for (const event of await sent()) expect([undefined, { _dropped: 1 }]).toContainEqual(event.metadata);
      expect(tracker.stats()).toMatchObject({ sent: 2 });
    }
  });

  it("numbers that are a card's are taken out of metadata, others stay numbers", async () => {
    const { tracker, sent } = create();
    tracker.track({ skill: "s", metadata: { card: 4_111_111_111_111_111, at: 1_795_000_000_000, ratio: 0.123456789, tokens: 1_234 } });
    expect((await sent())[0]?.metadata).toEqual({ card: "[card]", at: 1_795_000_000_000, ratio: 0.123456789, tokens: 1_234 });
  });

  it("a long text is not cut through an address, which no rule would find then", async () => {
    const { tracker, bodies } = create();
    tracker.track({ skill: "s", errorMessage: `${"a@example.com ".repeat(292)}secret.person@example.com` });
    await tracker.flush();
    expect(bodies.join("")).not.toContain("secret.person");
  });

  it("each tracker's rules see the same metadata anew", async () => {
    const metadata = { order: "ORD-1", other: "ref-2" };
    const trackers = [create({ scrubRules: [{ name: "order", pattern: /ORD-\d+/ }] }), create({ scrubRules: [{ name: "ref", pattern: /ref-\d+/ }] }), create()];
    for (const { tracker } of trackers) for (let time = 0; time < 2; time++) tracker.track({ skill: "s", metadata });
    const seen = await Promise.all(trackers.map(async ({ sent }) => (await sent()).map((event) => event.metadata)));
    expect(seen).toEqual([{ order: "[order]", other: "ref-2" }, { order: "ORD-1", other: "[ref]" }, metadata].map((one) => [one, one]));
  });

  it("sends no text past a rule that is none", async () => {
    for (const scrubRules of [[{ name: "order", pattern: "ORD" }], [null], 7]) {
      const { tracker, sent } = create(Object({ scrubRules }));
      tracker.track({ skill: "s", errorMessage: "ORD-1" });
      tracker.track({ skill: "without a text" });
      expect(await sent()).toMatchObject([{ skill: "without a text" }]);
      expect(tracker.stats().lost).toMatchObject({ unserializable: 1 });
    }
  });

  it("keeps what is no secret: flags under a secret's name, and names that only measure one", async () => {
    const { tracker, sent } = create();
    tracker.track({ skill: "s", metadata: { password: false, tokenCount: 12, author: "x", list: ["fine"] } });
    expect(await sent()).toMatchObject([{ metadata: { password: false, tokenCount: 12, author: "x", list: ["fine"] } }]);
  });
});

/** What is in use when all garbage is collected; texts outside the heap go a while after what held them. */
async function bytesInUse(): Promise<number> {
  setFlagsFromString("--expose-gc");
  for (let round = 0; round < 3; round++) {
    runInNewContext("gc")();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
