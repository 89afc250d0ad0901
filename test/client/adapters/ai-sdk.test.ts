import { generateText, streamText, tool, type ToolSet } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV3, MockLanguageModelV4 } from "ai/test";
import { expect, it } from "vitest";
import { z } from "zod";
import { trackAiTools } from "../../../src/client.ts";
import { startRecorder } from "../../support/recorder.ts";

const usage = { inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 }, outputTokens: { total: 1, text: 1, reasoning: 0 } };
const finish = { unified: "tool-calls", raw: undefined } as const;
const inputSchema = z.object({ text: z.string() });

function tools() {
  return {
    shout: tool({ description: "Shouts", inputSchema, execute: async ({ text }) => text.toUpperCase() }),
    fail: tool({ inputSchema, execute: async (): Promise<string> => { throw new TypeError("bad input"); } }),
    stream: tool({ inputSchema, async *execute({ text }) { for (const letter of text) yield letter; } }),
    atClient: tool({ inputSchema, outputSchema: z.string() }),
  };
}

/** What one step gives when the model calls a tool: what the model was told of the tools, and the parts of the content. */
async function step(set: ToolSet, toolName: string, input: object = { text: "abc" }, Model = MockLanguageModelV4): Promise<unknown> {
  const model = new Model({
    doGenerate: { content: [{ type: "tool-call", toolCallId: "1", toolName, input: JSON.stringify(input) }], finishReason: finish, usage, warnings: [] },
  });
  const { content } = await generateText({ model, tools: set, prompt: "go" });
  return JSON.parse(JSON.stringify([model.doGenerateCalls[0]?.tools, content.map(({ type, ...part }) => ({ type, ...part }))]));
}

it("the model is told the same tools and gets the same results as without tracking", async () => {
  const { tracker, events } = startRecorder();
  for (const name of ["shout", "fail", "stream", "atClient", "unknown"]) {
    expect(await step(trackAiTools(tools(), tracker), name), name).toEqual(await step(tools(), name));
  }
  expect(await step(trackAiTools(tools(), tracker), "shout", { text: 7 })).toEqual(await step(tools(), "shout", { text: 7 }));
  expect(await events()).toMatchObject([
    { skill: "shout", outcome: "ok", source: "ai-sdk" },
    { skill: "fail", outcome: "error", errorType: "TypeError", errorMessage: "bad input", source: "ai-sdk" },
    { skill: "stream", outcome: "ok" },
  ]);
});

it("models of v6 (specification v3) work too", async () => {
  const { tracker, events } = startRecorder();
  const model = new MockLanguageModelV3({
    doGenerate: { content: [{ type: "tool-call", toolCallId: "1", toolName: "shout", input: '{"text":"abc"}' }], finishReason: finish, usage, warnings: [] },
  });
  const { toolResults } = await generateText({ model, tools: trackAiTools(tools(), tracker), prompt: "go" });
  expect(toolResults.map((result) => result.output)).toEqual(["ABC"]);
  expect(await events()).toMatchObject([{ skill: "shout" }]);
});

it("a tool that streams keeps its preliminary results", async () => {
  const { tracker, events } = startRecorder();
  const partsOf = async (set: ToolSet): Promise<unknown[]> => {
    const stream = convertArrayToReadableStream([
      { type: "stream-start" as const, warnings: [] },
      { type: "tool-call" as const, toolCallId: "1", toolName: "stream", input: '{"text":"abc"}' },
      { type: "finish" as const, finishReason: finish, usage },
    ]);
    const parts: unknown[] = [];
    for await (const part of streamText({ model: new MockLanguageModelV4({ doStream: { stream } }), tools: set, prompt: "go" }).fullStream) {
      if (part.type === "tool-result") parts.push([part.output, part.preliminary]);
    }
    return parts;
  };
  const parts = await partsOf(trackAiTools(tools(), tracker));
  expect(parts).toEqual([["a", true], ["b", true], ["c", true], ["c", undefined]]);
  expect(parts).toEqual(await partsOf(tools()));
  expect(await events()).toMatchObject([{ skill: "stream", outcome: "ok" }]);
});

it("a tool that fails when its call is aborted was cancelled", async () => {
  const { tracker, events } = startRecorder();
  const controller = new AbortController();
  const set = {
    wait: tool({
      inputSchema,
      execute: (_input, { abortSignal }) => new Promise<string>((_resolve, reject) => {
        abortSignal?.addEventListener("abort", () => reject(new Error("stopped")));
        controller.abort();
      }),
    }),
  };
  const model = new MockLanguageModelV4({
    doGenerate: { content: [{ type: "tool-call", toolCallId: "1", toolName: "wait", input: '{"text":""}' }], finishReason: finish, usage, warnings: [] },
  });
  await generateText({ model, tools: trackAiTools(set, tracker), prompt: "go", abortSignal: controller.signal }).catch(() => undefined);
  expect(await events()).toMatchObject([{ skill: "wait", outcome: "cancelled" }]);
});

it("everything else of a tool stays: prototype, other members, a frozen original, and tools without execute by identity", async () => {
  const { tracker, events } = startRecorder();
  class Tool {
    type = "dynamic";
    execute(text: string) { return `${this.type} ${text}`; }
    toModelOutput() { return this.type; }
  }
  const set = Object.freeze({ own: Object.freeze({ description: "d", execute: (text: string) => text }), inherited: new Tool(), none: { description: "n" } });
  const tracked = trackAiTools(set, tracker);
  expect(tracked.none).toBe(set.none);
  expect(tracked.inherited).toBeInstanceOf(Tool);
  expect(Object.keys(tracked.own)).toEqual(["description", "execute"]);
  expect([tracked.own.execute("a"), tracked.inherited.execute("b"), tracked.inherited.toModelOutput()]).toEqual(["a", "dynamic b", "dynamic"]);
  expect((await events()).map((event) => event.skill)).toEqual(["own", "inherited"]);
});
