/** The built client inside a process of its own: what its host notices, which must be nothing. */
import { createServer } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Collector, startCollector } from "../support/collector.ts";
import { environment, root, run } from "../support/shell.ts";

let collector: Collector;
beforeEach(async () => void (collector = await startCollector()));
afterEach(() => collector.stop());

/** Runs a script with a tracker of the built client; says how it ended and how long it took. */
async function host(script: string, endpoint: string, more: Record<string, string> = {}) {
  const source = `import { createTracker } from ${JSON.stringify(path.join(root, "dist/track-skills.client.js"))};
const tracker = createTracker({ endpoint: ${JSON.stringify(endpoint)} });
${script}`;
  const started = performance.now();
  const { code, output } = await run(process.execPath, ["--input-type=module", "-e", source], root, environment(more));
  return { code, output, tookMs: performance.now() - started };
}

describe("a process that ends without a flush", () => {
  it("sends what waits, and is not held", async () => {
    const { code, output, tookMs } = await host("tracker.wrap('s', () => 1)();", collector.url);
    expect({ code, output }).toEqual({ code: 0, output: "" });
    expect(collector.events).toHaveLength(1);
    expect(tookMs).toBeLessThan(3_000);
  });

  it.each([
    ["is down", async () => "http://127.0.0.1:9"],
    ["always fails", async () => (collector.answerWith(...Array(20).fill(500)), collector.url)],
  ])("ends well when the collector %s", async (_name, endpoint) => {
    const { code, output, tookMs } = await host("for (let i = 0; i < 50; i++) tracker.track({ skill: 's' + i });", await endpoint());
    expect({ code, output }).toEqual({ code: 0, output: "" });
    expect(tookMs).toBeLessThan(5_000);
  });

  it("is held no longer than one request's time limit by a collector that never answers", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const { code, output, tookMs } = await host("tracker.track({ skill: 's' });", `http://127.0.0.1:${port}`);
    silent.close();
    expect({ code, output }).toEqual({ code: 0, output: "" });
    expect(tookMs).toBeLessThan(8_000);
  });
});

it("what flush was awaited for is sent, through failures that pass", async () => {
  collector.answerWith(503, 503);
  const { code, output } = await host("tracker.track({ skill: 's' }); await tracker.flush(); console.log(tracker.stats().sent);", collector.url);
  expect({ code, output }).toEqual({ code: 0, output: "1\n" });
});

it.each(["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"])("%s=1 sends nothing", async (name) => {
  const { output } = await host("tracker.track({ skill: 's' }); await tracker.flush(); console.log(tracker.wrap('s', () => 'value')());", collector.url, { [name]: "1" });
  expect(output).toBe("value\n");
  expect(collector.bodies).toEqual([]);
});

it("many trackers make no noise", async () => {
  const { output } = await host("for (let i = 0; i < 30; i++) createTracker({ endpoint: 'http://127.0.0.1:9' });", collector.url);
  expect(output).toBe("");
});
