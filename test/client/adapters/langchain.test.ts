import { AsyncLocalStorage } from "node:async_hooks";
import { StructuredTool, tool } from "@langchain/core/tools";
import { expect, it } from "vitest";
import { z } from "zod";
import { trackLangChainTool } from "../../../src/client.ts";
import { startRecorder } from "../../support/recorder.ts";

const schema = z.object({ text: z.string() });

function shoutTool() {
  return tool(async ({ text }) => text.toUpperCase(), { name: "shout", description: "Shouts", schema });
}

it("a tool gives what it gave, to direct calls and to calls of a model", async () => {
  const { tracker, events } = startRecorder();
  const [plain, tracked] = [shoutTool(), trackLangChainTool(shoutTool(), tracker)];
  const call = { type: "tool_call" as const, id: "1", name: "shout", args: { text: "abc" } };
  expect(await tracked.invoke({ text: "abc" })).toBe(await plain.invoke({ text: "abc" }));
  expect(JSON.stringify(await tracked.invoke(call))).toBe(JSON.stringify(await plain.invoke(call)));
  expect(await tracked.batch([{ text: "a" }, { text: "b" }])).toEqual(["A", "B"]);
  expect([tracked.name, tracked.description, tracked.schema, JSON.stringify(tracked)]).toEqual([plain.name, plain.description, plain.schema, JSON.stringify(plain)]);
  expect(await events()).toMatchObject(Array.from({ length: 4 }, () => ({ skill: "shout", outcome: "ok", source: "langchain" })));
});

it("the same tool comes back, and is counted once however often it is tracked", async () => {
  const { tracker, events } = startRecorder();
  const plain = shoutTool();
  expect(trackLangChainTool(trackLangChainTool(plain, tracker), tracker)).toBe(plain);
  await plain.invoke({ text: "abc" });
  expect(await events()).toHaveLength(1);
});

it("an error comes through by identity; arguments that fit no schema are errors too", async () => {
  const { tracker, events } = startRecorder();
  const error = new TypeError("bad input");
  const tracked = trackLangChainTool(tool(() => { throw error; }, { name: "fail", schema }), tracker);
  await expect(tracked.invoke({ text: "abc" })).rejects.toBe(error);
  const misfit: { text: string } = JSON.parse('{"text":7}');
  await expect(tracked.invoke(misfit)).rejects.toThrow("did not match expected schema");
  expect((await events()).map(({ outcome, errorType }) => [outcome, errorType])).toEqual([["error", "TypeError"], ["error", "ToolInputParsingException"]]);
});

it("a call that was aborted was cancelled", async () => {
  const { tracker, events } = startRecorder();
  const controller = new AbortController();
  const tracked = trackLangChainTool(tool(() => new Promise<string>(() => setTimeout(() => controller.abort(), 5)), { name: "wait", schema }), tracker);
  await expect(tracked.invoke({ text: "" }, { signal: controller.signal })).rejects.toThrow();
  expect(await events()).toMatchObject([{ skill: "wait", outcome: "cancelled" }]);
});

it("content_and_artifact and generators stay what they are; a generator is counted at its end", async () => {
  const { tracker, events } = startRecorder();
  const pair = tool(() => ["content", { rows: 2 }], { name: "pair", schema, responseFormat: "content_and_artifact" });
  const call = { type: "tool_call" as const, id: "1", name: "pair", args: { text: "" } };
  expect(await trackLangChainTool(pair, tracker).invoke(call)).toMatchObject({ content: "content", artifact: { rows: 2 } });
  const generate = tool(async function* () { yield "a"; throw new RangeError("midway"); }, { name: "generate", schema });
  await expect(trackLangChainTool(generate, tracker).invoke({ text: "" })).rejects.toThrow("midway");
  expect((await events()).map(({ skill, outcome, errorType }) => [skill, outcome, errorType])).toEqual([["pair", "ok", undefined], ["generate", "error", "RangeError"]]);
});

it("classes with private members work, and run in the caller's async context", async () => {
  const { tracker, events } = startRecorder();
  const storage = new AsyncLocalStorage<string>();
  class Greeter extends StructuredTool {
    name = "greet";
    description = "Greets";
    schema = schema;
    readonly #greeting = "Hello";
    async _call({ text }: { text: string }) { return `${this.#greeting} ${text} ${storage.getStore()}`; }
  }
  expect(await storage.run("stored", () => trackLangChainTool(new Greeter(), tracker).invoke({ text: "you" }))).toBe("Hello you stored");
  expect(await events()).toMatchObject([{ skill: "greet" }]);
  const frozen = Object.freeze({ name: "frozen", invoke: () => 1 });
  expect(trackLangChainTool(frozen, tracker).invoke()).toBe(1);
});
