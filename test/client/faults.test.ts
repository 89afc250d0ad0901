/** Ten thousand calls through a network that fails: what is stored is what was called, less what is counted as lost. */
import { expect, it } from "vitest";
import { createTracker } from "../../src/client.ts";
import { randomFrom } from "../support/history.ts";

const CALLS = 10_000;

/** A Worker behind a bad line: stores once per id, like the real one, and counts every account of losses once. */
function unreliableWorker(random: () => number) {
  const stored = new Set<string>();
  const accounts = new Map<string, object>();
  let failed = 0;
  const store = (body: string) => {
    const { events, lost } = JSON.parse(body);
    let accepted = 0;
    for (const { id } of events) {
      if (!stored.has(id)) accepted += 1;
      stored.add(id);
    }
    if (lost !== undefined) accounts.set(lost.id, lost.reasons);
    return { accepted, duplicates: events.length - accepted, rejected: [], serverTime: Date.now() };
  };
  const answer = (status: number, body: unknown) => ({ status, headers: new Headers(), json: async () => body });
  const fetcher = {
    async fetch(_url: string, { body }: { body: string }) {
      await new Promise((resolve) => setTimeout(resolve, random() * 4));
      const luck = random();
      if (luck < 0.3) failed += 1;
      if (luck < 0.1) throw new TypeError("connection refused");
      if (luck < 0.2) return answer([429, 500, 503][Math.floor(random() * 3)] ?? 500, {});
      const result = store(body);
      // The network delivers some requests twice, and loses some answers.
      if (random() < 0.1) store(body);
      if (luck < 0.3) throw new TypeError("connection reset");
      return answer(202, result);
    },
  };
  return { fetcher, stored, accounts, failures: () => failed };
}

it.each([1, 2, 3])("with three of ten sends failing, nothing is missing but what is counted, and nothing is there twice (seed %i)", async (seed) => {
  const random = randomFrom(seed);
  const { fetcher, stored, accounts, failures } = unreliableWorker(random);
  // Patience is scaled down with the delays: the first back-off is up to 500 ms otherwise.
  const tracker = createTracker({ fetcher, flushIntervalMs: 5, maxRetries: 0 });
  const skill = tracker.wrap("s", (value: number) => value);
  for (let call = 0; call < CALLS; call++) {
    expect(skill(call)).toBe(call);
    if (call % 50 === 0) await new Promise((resolve) => setTimeout(resolve, random() * 3));
    if (call % 200 === 0) await tracker.flush();
  }
  for (let round = 0; round < 100 && tracker.stats().queued > 0; round++) await tracker.flush();
  const { queued, sent, duplicates, lost } = tracker.stats();
  expect(queued).toBe(0);
  const lostCount = Object.values(lost).reduce((sum, count) => sum + count, 0);
  expect(stored.size).toBe(CALLS - lostCount);
  expect(failures()).toBeGreaterThan(20);
  expect(sent + duplicates).toBe(CALLS - lostCount);
  // What was lost is known on the other side too, save for what no later batch could tell.
  tracker.track({ skill: "last" });
  for (let round = 0; round < 100 && tracker.stats().queued > 0; round++) await tracker.flush();
  const told = [...accounts.values()].flatMap((reasons) => Object.values(reasons)).reduce((sum: number, count) => sum + Number(count), 0);
  expect(told).toBe(lostCount);
});

it("a queue that is too small loses, and says how much to both sides", async () => {
  const { fetcher, stored, accounts } = unreliableWorker(randomFrom(4));
  const tracker = createTracker({ fetcher, flushIntervalMs: 5, maxRetries: 0, maxQueueEvents: 50 });
  for (let call = 0; call < 2_000; call++) {
    tracker.track({ skill: "s" });
    if (call % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 3));
  }
  for (let round = 0; round < 100 && tracker.stats().queued > 0; round++) await tracker.flush();
  const { queue_full: full } = tracker.stats().lost;
  expect(full).toBeGreaterThan(0);
  expect(stored.size).toBe(2_000 - full);
  tracker.track({ skill: "last" });
  for (let round = 0; round < 100 && tracker.stats().queued > 0; round++) await tracker.flush();
  expect([...accounts.values()].reduce((sum, reasons) => sum + Number(Reflect.get(reasons, "queue_full")), 0)).toBe(full);
});
