import { RunContext, tool } from "@openai/agents-core";
import { expect, it } from "vitest";
import { z } from "zod";
import { trackAgentTool } from "../../../src/client.ts";
import { startRecorder } from "../../support/recorder.ts";

const parameters = z.object({ text: z.string() });

function optionsOf(execute: (input: { text: string }) => unknown) {
  return { name: "shout", description: "Shouts", parameters, execute };
}

/** What an agent would see of a tool. */
async function seen(agentTool: ReturnType<typeof tool>, input = '{"text":"abc"}'): Promise<unknown> {
  return [agentTool.name, agentTool.description, agentTool.parameters, await agentTool.invoke(new RunContext(), input)];
}

it.each([
  ["ok", undefined, async ({ text }: { text: string }) => text.toUpperCase()],
  ["ok", undefined, ({ text }: { text: string }) => ({ text })],
  ["error", "TypeError", () => { throw new TypeError("bad input"); }],
])("a tool gives what it gave and is counted as %s %s", async (outcome, errorType, execute) => {
  const { tracker, events } = startRecorder();
  expect(await seen(tool(trackAgentTool(optionsOf(execute), tracker)))).toEqual(await seen(tool(optionsOf(execute))));
  expect(await events()).toMatchObject([{ skill: "shout", outcome, source: "openai-agents", ...(errorType && { errorType }) }]);
});

it("without a name, the function's own name stays the tool's and is the skill's", async () => {
  const { tracker, events } = startRecorder();
  const options = { description: "Shouts", parameters, execute: async function shout_it({ text }: { text: string }) { return text; } };
  const tracked = tool(trackAgentTool(options, tracker));
  expect(await seen(tracked)).toEqual(await seen(tool(options)));
  expect(tracked.name).toBe("shout_it");
  expect(await events()).toMatchObject([{ skill: "shout_it" }]);
});

it("the SDK's own tool function can be tracked, with its types: arguments are known from the schema", async () => {
  const { tracker, events } = startRecorder();
  const countedTool = trackAgentTool(tool, tracker);
  const options = { name: "shout", description: "Shouts", parameters };
  const tracked = countedTool({ ...options, execute: async ({ text }) => text.toUpperCase() });
  expect(await seen(tracked)).toEqual(await seen(tool({ ...options, execute: async ({ text }) => text.toUpperCase() })));
  expect(await events()).toMatchObject([{ skill: "shout", source: "openai-agents" }]);
});

it("arguments that fit no schema never reach the tool, and are not counted", async () => {
  const { tracker, events } = startRecorder();
  const execute = () => "unreached";
  expect(await seen(tool(trackAgentTool(optionsOf(execute), tracker)), "{}")).toEqual(await seen(tool(optionsOf(execute)), "{}"));
  expect(await events()).toEqual([]);
});

it("a tool that fails when its call is aborted was cancelled", async () => {
  const { tracker, events } = startRecorder();
  const controller = new AbortController();
  const tracked = tool(trackAgentTool(optionsOf(() => { controller.abort(); throw new Error("stopped"); }), tracker));
  await tracked.invoke(new RunContext(), '{"text":""}', { signal: controller.signal }).catch(() => undefined);
  expect(await events()).toMatchObject([{ skill: "shout", outcome: "cancelled" }]);
});

it("the options themselves stay as they were", () => {
  const { tracker } = startRecorder();
  const options = Object.freeze(optionsOf(() => ""));
  const tracked = trackAgentTool(options, tracker);
  expect(tracked).not.toBe(options);
  expect(Object.keys(tracked)).toEqual(Object.keys(options));
  expect(trackAgentTool({ name: "hosted" }, tracker)).toEqual({ name: "hosted" });
});
