/** The built client inside a Worker that `wrangler dev` serves: its events go over the network, or through a service binding. */
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Collector, startCollector } from "../support/collector.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { root, waitFor } from "../support/shell.ts";

/** What workerd says of I/O in a wrong request, and of work that never ends. */
const COMPLAINTS = /different request|hung|never generate a response|waitUntil\(\)|unhandled|promise was resolved|Illegal invocation/i;

let collector: Collector;
let worker: LocalWorker;

beforeAll(async () => {
  collector = await startCollector();
  worker = await startLocalWorker(undefined, { main: path.join(root, "test/support/host-worker.ts"), vars: { COLLECTOR: collector.url } });
});
afterEach(() => {
  expect(worker.output()).not.toMatch(COMPLAINTS);
});
afterAll(() => Promise.all([worker?.stop(), collector?.stop()]));

type TrackerName = "network" | "binding" | "impatient";

const addressOf = (route: string, skill: string, tracker: TrackerName = "network") => `${worker.url}/${route}?skill=${skill}&tracker=${tracker}`;

/** Asks the host; gives its words. */
async function ask(route: string, skill: string, tracker?: TrackerName): Promise<string> {
  const response = await fetch(addressOf(route, skill, tracker), { signal: AbortSignal.timeout(15_000) });
  return response.text();
}

const received = (skill: string) => collector.events.filter((event) => event.skill === skill);

/** Waits for the events of a skill, and a little longer, for those that come twice. */
async function arrived(skill: string, count: number, timeoutMs = 5_000) {
  await waitFor(() => received(skill).length >= count, () => `${received(skill).length} of ${count} events\n${worker.output()}`, timeoutMs);
  await wait(100);
  const events = received(skill);
  expect(events).toHaveLength(count);
  expect(new Set(events.map(({ id }) => id)).size).toBe(count);
  return events;
}

describe("a tracker at module scope", () => {
  it("may be made and called there", async () => {
    expect(JSON.parse(await ask("module-scope", "none"))).toBe("value");
    await ask("early", "after-module-scope");
    const [event] = await arrived("at-module-scope", 1);
    // The clock shows 1970 there: the time of sending counts, and stays over retries.
    expect(event?.startedAt).toBeGreaterThan(1.7e12);
  });

  it("sends the event of a tool that ends after the answer, once", async () => {
    expect(await ask("early", "early")).toBe("early");
    expect(received("early")).toEqual([]);
    const [event] = await arrived("early", 1);
    expect(event).toMatchObject({ outcome: "ok", clock: "io" });
    expect(event?.durationMs).toBeGreaterThan(150);
  });

  it("keeps an invocation alive for a tool that nobody else waits for", async () => {
    await ask("unwaited", "unwaited");
    await arrived("unwaited", 1);
  });

  it("sends the events of tools that run while the reply streams", async () => {
    expect(await ask("stream", "stream")).toBe("1 2 3 4 5 ");
    await arrived("stream", 5);
  });

  it("sends the event of a generator that is read while the reply streams", async () => {
    expect(await ask("generator", "generator")).toBe("1 2 3 ");
    const [event] = await arrived("generator", 1);
    expect(event?.durationMs).toBeGreaterThan(60);
  });

  it("calls the platform's waitUntil as a method", async () => {
    expect(await ask("method", "method")).toContain("Illegal invocation");
    await arrived("method", 1);
  });
});

describe("fifty requests at once", () => {
  it("send each of their events once, over the network", async () => {
    await Promise.all(Array.from({ length: 50 }, () => ask("many", "many")));
    const events = await arrived("many", 250);
    expect(new Set(events.map(({ metadata }) => metadata?.["call"])).size).toBe(250);
  });

  it("send each of their events once, through a service binding", async () => {
    await Promise.all(Array.from({ length: 50 }, () => ask("many", "bound", "binding")));
    expect(await stored("bound", 250)).toBe(250);
  });
});

describe("without a context", () => {
  it("skills work, and their events leave with a later call", async () => {
    for (let call = 0; call < 3; call++) expect(JSON.parse(await ask("no-context", "unbound"))).toBe("value");
    await ask("early", "with-unbound");
    await arrived("unbound", 3);
  });

  it("a request that has ended holds up nobody, and what it had on its way is sent again", async () => {
    collector.delayMs = 700;
    expect(JSON.parse(await ask("no-context-slow", "left-behind", "impatient"))).toBe("value");
    collector.delayMs = 0;
    await ask("early", "beside", "impatient");
    await arrived("beside", 1);
    await ask("flush", "none", "impatient");
    // Four times the time limit of a request.
    await wait(2_100);
    expect(JSON.parse(await ask("flush", "none", "impatient"))).toMatchObject({ queued: 0, sent: 1, duplicates: 1 });
    expect(new Set(received("left-behind").map(({ id }) => id)).size).toBe(1);
  });

  it("the Worker stores none twice", async () => {
    for (let call = 0; call < 10; call++) await ask(call % 2 === 0 ? "no-context" : "no-context-slow", "unbound-stored", "binding");
    await waitFor(async () => {
      await ask("early", "with-unbound-stored", "binding");
      return (await toolOf("unbound-stored"))?.calls === 10;
    }, worker.output, 10_000);
    expect(await stored("unbound-stored", 10)).toBe(10);
  });
});

describe("an invocation that goes wrong", () => {
  it("leaves its events to a later one when the collector fails for it", async () => {
    collector.answerWith(500);
    await ask("early", "failed-once");
    await waitFor(() => collector.bodies.some(({ events }) => events.some(({ skill }) => skill === "failed-once")), worker.output);
    expect(received("failed-once")).toEqual([]);
    // The pause after a failure.
    await wait(1_100);
    await ask("early", "after-failure");
    await arrived("failed-once", 1);
    await arrived("after-failure", 1);
  });

  it("still sends what it measured when its handler throws", async () => {
    await ask("fails", "thrown");
    await arrived("thrown", 1);
  });

  it("sends what has ended while another of its calls never ends and its client goes", async () => {
    await expect(fetch(addressOf("endless", "cut-off"), { signal: AbortSignal.timeout(500) }).then((response) => response.text())).rejects.toThrow("aborted");
    await arrived("cut-off", 1);
    await ask("early", "after-cut-off");
    await arrived("after-cut-off", 1);
  });

  it("holds up nobody who shares its context", async () => {
    await ask("shared-endless", "shared");
    expect(JSON.parse(await ask("shared", "shared"))).toBe("value");
    await arrived("shared", 1);
  });
});

it("durations of 0 ms stay out of the percentiles", async () => {
  await ask("clock", "clock", "binding");
  expect(await stored("clock", 6)).toBe(6);
  const { durationMs } = await toolOf("clock") ?? {};
  expect(durationMs?.p50).toBeGreaterThan(80);
});

interface Tool {
  skill: string;
  calls: number;
  durationMs: { p50: number | null };
}

async function toolOf(skill: string): Promise<Tool | undefined> {
  const { tools } = await worker.read("/analytics/tools?range=7d");
  return isTools(tools) ? tools.find((tool) => tool.skill === skill) : undefined;
}

function isTools(value: unknown): value is Tool[] {
  return Array.isArray(value);
}

/** Waits for calls that the tracking Worker has stored, and a little longer; gives their number. */
async function stored(skill: string, count: number): Promise<number> {
  const calls = async () => (await toolOf(skill))?.calls ?? 0;
  await waitFor(async () => (await calls()) >= count, worker.output, 8_000).catch(() => undefined);
  await wait(200);
  return calls();
}
