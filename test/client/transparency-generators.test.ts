/** A wrapped generator function gives a generator that reads as its unwrapped twin, and is recorded when that has ended. */
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { createTracker, type UsageEvent } from "../../src/client.ts";
import { type GeneratorPlan, liveGenerator, type MakeGenerator, READINGS } from "../support/twin-generator.ts";
import { KINDS, type Truth, World } from "../support/twin-world.ts";

const RUNS = { numRuns: 4_000 };

const heard: UsageEvent[] = [];
const tracker = createTracker({ endpoint: "http://127.0.0.1:9", beforeSend: (event) => (heard.push(event), null) });

async function truthsHeard(): Promise<Truth[]> {
  await tracker.flush();
  return heard.map(({ outcome = "ok", errorType }) => ({ outcome, ...(errorType !== undefined && { errorType }) }));
}

const value = fc.constantFrom(...Object.keys(KINDS));
const plans: fc.Arbitrary<GeneratorPlan> = fc.record({
  isAsync: fc.boolean(),
  isPromised: fc.boolean(),
  steps: fc.array(fc.record({ kind: fc.constantFrom("yield", "yield", "list", "iterator", "inner", "re-entry"), value }), { maxLength: 4 }),
  guard: fc.constantFrom("none", "catch", "finally", "finally yields", "finally throws"),
  ending: fc.constantFrom("return", "throw"),
  value,
  uses: fc.array(fc.record({ way: fc.constantFrom(...Object.keys(READINGS)), value }), { maxLength: 6 }),
});

it("a generator and its wrapped twin read alike, and events say how and when they ended", async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const [bare, twin] = [new World(), new World()];
      await truthsHeard();
      heard.length = 0;
      const expected = await liveGenerator(bare, plan, (make) => make);
      const wrap = (make: MakeGenerator): MakeGenerator => Object(tracker.wrap("s", make));
      await liveGenerator(twin, plan, wrap, async () => (await truthsHeard()).length);
      expect(twin.diary).toEqual(bare.diary);
      expect(await truthsHeard()).toEqual(expected);
    }),
    RUNS,
  );
});

it("a generator's duration is that of its reading", async () => {
  heard.length = 0;
  const generate = tracker.wrap("s", async function* () {
    yield 1;
    await new Promise((resolve) => setTimeout(resolve, 30));
  });
  for await (const item of generate()) expect(item).toBe(1);
  await tracker.flush();
  expect(heard.map(({ durationMs = 0 }) => durationMs >= 29)).toEqual([true]);
});
