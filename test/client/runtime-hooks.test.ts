/** What a tracker leaves behind in its host. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterEach, expect, it, vi } from "vitest";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

/** Makes a tracker with an option that is told apart by a reference; tells whether it is kept once nobody holds it. */
async function isKept(userAgent: string, isShutDown: boolean): Promise<boolean> {
  vi.stubGlobal("navigator", { userAgent });
  vi.resetModules();
  const { createTracker } = await import("../../src/client.ts");
  const make = async (): Promise<WeakRef<object>> => {
    const fetcher = { fetch: async () => ({ status: 202, headers: new Headers(), json: async () => ({ accepted: 1 }) }) };
    const tracker = createTracker({ fetcher });
    if (isShutDown) await tracker.shutdown();
    return new WeakRef(fetcher);
  };
  const kept = await make();
  for (let round = 0; round < 20 && kept.deref() !== undefined; round++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collectGarbage();
  }
  return kept.deref() !== undefined;
}

it("a tracker that a Worker made for a request goes with it", async () => {
  expect(await isKept("Cloudflare-Workers", false)).toBe(false);
});

it("a tracker on Node stays until it is shut down, so that what waits at the end is sent", async () => {
  expect(await isKept("Node.js", false)).toBe(true);
  expect(await isKept("Node.js", true)).toBe(false);
});
