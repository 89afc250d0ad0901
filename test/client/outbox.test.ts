/** The queue and its way out, with a Worker that answers as a test says. */
import { setTimeout as wait } from "node:timers/promises";
import { expect, it, vi } from "vitest";
import { createTracker, type Tracker, type TrackerOptions, type UsageEvent } from "../../src/client.ts";

/** What a Worker says to a request: with nothing else said, it stores all events. */
type Say = (events: UsageEvent[]) => { status?: number; headers?: Record<string, string>; json?: () => unknown };

function start(say: Say = () => ({}), options: TrackerOptions = {}): { tracker: Tracker; batches: UsageEvent[][] } {
  const batches: UsageEvent[][] = [];
  const fetcher = {
    async fetch(_url: string, { body }: { body: string }) {
      const { events } = JSON.parse(body);
      batches.push(events);
      const { status = 202, headers = {}, json } = say(events);
      return { status, headers: new Headers(headers), json: async () => (json ?? (() => ({ accepted: events.length, duplicates: 0, rejected: [], serverTime: Date.now() })))() };
    },
  };
  return { tracker: createTracker({ fetcher, maxRetries: 0, ...options }), batches };
}

const skillsOf = (batches: UsageEvent[][]) => batches.map((events) => events.map(({ skill }) => skill).join(""));

/** A tracker whose Worker takes a while, and gets an event every few milliseconds. */
function startStream(): { tracker: Tracker; sizes: number[]; tracked(): number; stop(): void } {
  const sizes: number[] = [];
  const fetcher = {
    async fetch(_url: string, { body }: { body: string }) {
      const { length } = JSON.parse(body).events;
      sizes.push(length);
      await wait(20);
      return { status: 202, headers: new Headers(), json: async () => ({ accepted: length }) };
    },
  };
  const tracker = createTracker({ fetcher });
  let count = 0;
  const timer = setInterval(() => tracker.track({ skill: `s${count++}` }), 3);
  return { tracker, sizes, tracked: () => count, stop: () => clearInterval(timer) };
}

it.each(["flush", "shutdown"] as const)("%s ends although there is always one event more", async (end) => {
  const { tracker, tracked, stop } = startStream();
  await wait(100);
  const before = tracked();
  const ended = await Promise.race([tracker[end]().then(() => tracker.stats().sent), wait(2_000)]);
  stop();
  expect(ended).toBeGreaterThanOrEqual(before);
});

it("a steady stream leaves in whole batches", async () => {
  const { sizes, stop } = startStream();
  await wait(1_500);
  stop();
  expect(sizes.length).toBeGreaterThan(3);
  expect(Math.min(...sizes)).toBeGreaterThanOrEqual(20);
});

it("a hook that tracks gets its own event sent, and no stream without an end", async () => {
  let runs = 0;
  const { tracker, batches } = start(undefined, { beforeSend: (event) => (runs++ < 1_000 && tracker.track({ skill: "h" }), event) });
  tracker.track({ skill: "s" });
  await tracker.flush();
  expect(batches.length).toBeLessThan(3);
});

it("what the Worker refuses is lost, and onError hears why; but for people who want to be left alone", async () => {
  const heard: unknown[] = [];
  const rejected = [{ index: 0, code: "invalid_skill", message: "no name" }, { index: 1, code: "privacy_signal", message: "left alone" }];
  const { tracker, batches } = start(() => ({ json: () => ({ accepted: 1, rejected }) }), { onError: (...told) => heard.push(told) });
  for (const skill of "abc") tracker.track({ skill });
  await tracker.flush();
  expect(heard).toEqual([["refused_by_server", "invalid_skill: no name"]]);
  expect(tracker.stats()).toMatchObject({ queued: 0, sent: 1, rejected: 2, lost: { refused_by_server: 1 } });
  expect(batches).toHaveLength(1);
});

it("an onError that tracks what it hears into a full queue is heard once", () => {
  let heard = 0;
  const { tracker } = start(undefined, { maxQueueEvents: 1, onError: () => void (heard++, tracker.track({ skill: "loss" })) });
  for (const skill of "ab") tracker.track({ skill });
  expect(heard).toBe(1);
  expect(tracker.stats().lost.queue_full).toBe(2);
});

it("shutdown counts what is still on its way as lost", async () => {
  const fetcher = { fetch: () => new Promise<never>(() => undefined) };
  const tracker = createTracker({ fetcher, timeoutMs: 20, maxRetries: 0 });
  tracker.bind({ waitUntil: () => undefined }).track({ skill: "s" });
  await wait(60);
  await tracker.shutdown();
  expect(tracker.stats()).toMatchObject({ queued: 0, sent: 0, lost: { network: 1 } });
});

it("a batch that is split loses nothing when a half of it fails", async () => {
  const answers = [413, 503];
  const { tracker, batches } = start(() => ({ status: answers.shift() ?? 202 }));
  for (const skill of "abcd") tracker.track({ skill });
  await tracker.flush();
  await tracker.flush();
  expect(skillsOf(batches)).toEqual(["abcd", "ab", "abcd"]);
  expect(tracker.stats()).toMatchObject({ queued: 0, sent: 4 });
});

it("a pause longer than any timer is a pause", async () => {
  const { tracker, batches } = start(() => ({ status: 503, headers: { "Retry-After": "9999999" } }), { flushIntervalMs: 1 });
  tracker.track({ skill: "s" });
  await wait(100);
  expect(batches).toHaveLength(1);
});

it("an endless interval leaves sending to flush", async () => {
  const { tracker, batches } = start(undefined, { flushIntervalMs: Infinity });
  tracker.track({ skill: "s" });
  await wait(20);
  expect(batches).toHaveLength(0);
  await tracker.flush();
  expect(tracker.stats()).toMatchObject({ queued: 0, sent: 1 });
});

it("a request without a time limit is sent by the timer too", async () => {
  const { tracker, batches } = start(undefined, { flushIntervalMs: 1, timeoutMs: Infinity });
  tracker.track({ skill: "s" });
  await wait(50);
  expect(batches).toHaveLength(1);
});

it("an event with fields of any name costs no other one", async () => {
  const { tracker, batches } = start();
  tracker.track(Object.assign({ skill: "a" }, { json: "not JSON", metadataJson: "{", isCorrected: true }));
  tracker.track({ skill: "b" });
  await tracker.flush();
  expect(skillsOf(batches)).toEqual(["ab"]);
});

it("an event that beforeSend made anew keeps what makes a retry harmless", async () => {
  const { tracker, batches } = start(undefined, { beforeSend: ({ skill }) => ({ skill }) });
  tracker.track({ skill: "s", id: "one", startedAt: 1_795_000_000_000, version: "1" });
  await tracker.flush();
  expect(batches).toEqual([[{ skill: "s", id: "one", startedAt: 1_795_000_000_000 }]]);
});

it("an answer that breaks off is none: the batch goes again", async () => {
  const broken = [() => { throw new TypeError("terminated"); }];
  const { tracker, batches } = start((events) => ({ json: broken.pop() ?? (() => ({ accepted: 0, duplicates: events.length })) }));
  tracker.track({ skill: "s" });
  await tracker.flush();
  expect(tracker.stats()).toMatchObject({ queued: 1, sent: 0 });
  await tracker.flush();
  expect(batches[1]).toEqual(batches[0]);
  expect(tracker.stats()).toMatchObject({ queued: 0, duplicates: 1 });
});

it.each([[202, () => ({})], [422, () => null]])("events that an answer of %i says nothing of are counted as lost", async (status, json) => {
  const { tracker } = start(() => ({ status, json }));
  for (const skill of "ab") tracker.track({ skill });
  await tracker.flush();
  expect(tracker.stats()).toMatchObject({ queued: 0, sent: 0, lost: { refused_by_server: 2 } });
});

it("a clock that is set right is not corrected any more", async () => {
  const serverTime = Date.now() - 3_600_000;
  let aheadMs = 3_600_000;
  const now = vi.spyOn(Date, "now").mockImplementation(() => serverTime + aheadMs);
  try {
    const { tracker, batches } = start((events) => ({
      json() {
        const rejected = events.flatMap(({ startedAt }, index) => (Number(startedAt) > serverTime + 300_000 ? [{ index, code: "clock_skew" }] : []));
        return { accepted: events.length - rejected.length, duplicates: 0, rejected, serverTime };
      },
    }));
    tracker.track({ skill: "early" });
    await tracker.flush();
    aheadMs = 0;
    for (const skill of ["before", "after"]) {
      tracker.track({ skill });
      await tracker.flush();
    }
    expect(batches.map(([event]) => [event?.skill, Number(event?.startedAt) - serverTime])).toEqual([
      ["early", 3_600_000],
      ["early", 0],
      // Nobody knew of it yet.
      ["before", -3_600_000],
      ["after", 0],
    ]);
  } finally {
    now.mockRestore();
  }
});

it("a flush covers what was queued before it, however close to the end of another one it comes", async () => {
  const { tracker } = start();
  for (let turns = 0; turns < 40; turns++) {
    tracker.track({ skill: "a" });
    const flushed = tracker.flush();
    for (let turn = 0; turn < turns; turn++) await null;
    tracker.track({ skill: "b" });
    await tracker.flush();
    expect(tracker.stats().queued, `after ${turns} turns`).toBe(0);
    await flushed;
  }
});

it("an event without a time gets one when it is sent, and keeps it", async () => {
  const answers = [503];
  const { tracker, batches } = start(() => ({ status: answers.shift() ?? 202 }));
  // As in a Worker's global scope.
  const now = vi.spyOn(Date, "now").mockReturnValue(0);
  tracker.track({ skill: "s" });
  now.mockRestore();
  await tracker.flush();
  await tracker.flush();
  expect(batches[0]?.[0]?.startedAt).toBeGreaterThan(1.7e12);
  expect(batches[1]).toEqual(batches[0]);
});

it("what was sent, dropped or refused makes room for as much again", async () => {
  const answers = [202, 400];
  const { tracker } = start(() => ({ status: answers.shift() ?? 202 }), { maxQueueBytes: 2_500, beforeSend: (event) => (event.skill === "dropped" ? null : event) });
  const fill = () => ["kept", "dropped"].forEach((skill) => tracker.track({ skill, errorMessage: "語".repeat(300), userId: "u".repeat(300), metadata: { text: "x".repeat(300) } }));
  for (let round = 0; round < 5; round++) {
    fill();
    expect(tracker.stats()).toMatchObject({ queued: 2, lost: { queue_full: 0 } });
    await tracker.flush();
    expect(tracker.stats().queued).toBe(0);
  }
  fill();
  fill();
  expect(tracker.stats()).toMatchObject({ queued: 2, lost: { queue_full: 2 } });
});
