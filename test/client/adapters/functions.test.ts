import { expect, it } from "vitest";
import { trackFunctions } from "../../../src/client.ts";
import { startRecorder } from "../../support/recorder.ts";

it("each function of a record is counted under its key, and does what it did", async () => {
  const { tracker, events } = startRecorder();
  const plain = { base: 2, scale(by: number) { return this.base * by; }, fail: async () => { throw new RangeError("far"); }, label: "text" };
  const tracked = trackFunctions(plain, tracker, { prefix: "math." });
  expect(tracked.scale(3)).toBe(plain.scale(3));
  await expect(tracked.fail()).rejects.toThrow(RangeError);
  expect([tracked.label, tracked.base, tracked.scale.name, tracked.scale.length]).toEqual(["text", 2, "scale", 1]);
  expect(await events()).toMatchObject([
    { skill: "math.scale", outcome: "ok", source: "function" },
    { skill: "math.fail", outcome: "error", errorType: "RangeError", source: "function" },
  ]);
});

it("the record itself stays as it was, and its getters unread", () => {
  const { tracker } = startRecorder();
  const plain = Object.freeze({ run: () => 1, get lazy(): never { throw new Error("read"); } });
  const tracked = trackFunctions(plain, tracker);
  expect(tracked.run).not.toBe(plain.run);
  expect(() => tracked.lazy).toThrow("read");
});

it("a function and an array come back as they are", () => {
  const { tracker } = startRecorder();
  for (const given of [Object.assign((value: number) => value, { double: (value: number) => 2 * value }), [() => 1]]) expect(trackFunctions(given, tracker)).toBe(given);
});

it("a record that is tracked twice is counted once", async () => {
  const { tracker, events } = startRecorder();
  trackFunctions(trackFunctions({ run: () => 1 }, tracker), tracker, { prefix: "again." }).run();
  expect((await events()).map((event) => event.skill)).toEqual(["run"]);
});

it("a module's namespace can be tracked, and what cannot be copied comes back as it is", async () => {
  const { tracker, events } = startRecorder();
  const path = trackFunctions(await import("node:path/posix"), tracker);
  expect(path.basename("/a/b")).toBe("b");
  expect((await events()).map((event) => event.skill)).toEqual(["basename"]);
  const hostile = new Proxy({}, { ownKeys: () => { throw new Error("trap"); } });
  expect(trackFunctions(hostile, tracker)).toBe(hostile);
});
