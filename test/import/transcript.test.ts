/** From lines to calls: what a call is called, when it was, how long it took and how it ended. */
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { endingOfFailure } from "../../src/claude-code/failure.ts";
import { type PairedCall, Pairing } from "../../src/import/pairing.ts";
import { readTranscriptLine } from "../../src/import/transcript.ts";
import { promptLine, resultLine, useLine } from "../support/transcripts.ts";

const AT = Date.UTC(2026, 10, 20, 10);

function pair(lines: readonly string[], pairing = new Pairing({ uses: [], results: [] }, { source: "claude-code" })): PairedCall["event"][] {
  const calls: (PairedCall | undefined)[] = [];
  for (const line of lines) {
    const read = readTranscriptLine(JSON.parse(line));
    for (const use of read?.uses ?? []) calls.push(pairing.addUse(use, "file"));
    for (const result of read?.results ?? []) calls.push(pairing.addResult(result, "file"));
  }
  return calls.flatMap((call) => call?.event ?? []);
}

describe("a call", () => {
  it("has the skill, the time, the duration, the outcome and nothing of its contents", () => {
    const events = pair([promptLine("please", AT - 5), useLine("toolu_1", "Bash", AT, { command: "ls /home" }), resultLine("toolu_1", AT + 2_500)]);
    expect(events).toEqual([{ skill: "Bash", id: "toolu_1", startedAt: AT, durationMs: 2_500, outcome: "ok", sessionId: "session-1", source: "claude-code", metadata: { agentVersion: "2.1.39" } }]);
  });

  it("of a skill, an MCP server and a sub-agent is named and marked as such", () => {
    const lines = [
      ...[useLine("toolu_1", "Skill", AT, { skill: "pdf", args: "x" }), resultLine("toolu_1", AT + 1)],
      ...[useLine("toolu_2", "mcp__linear-server__create_issue", AT), resultLine("toolu_2", AT + 1)],
      ...[useLine("toolu_3", "Read", AT, {}, { isSidechain: true }), resultLine("toolu_3", AT + 1)],
    ];
    expect(pair(lines).map(({ skill, metadata }) => ({ skill, metadata }))).toEqual([
      { skill: "pdf", metadata: { measures: "load", agentVersion: "2.1.39" } },
      { skill: "linear-server/create_issue", metadata: { agentVersion: "2.1.39" } },
      { skill: "Read", metadata: { agentVersion: "2.1.39", subagent: true } },
    ]);
  });

  it("is one call, however often resumed sessions repeat its lines, and in whatever order they stand", () => {
    const [use, result] = [useLine("toolu_1", "Bash", AT), resultLine("toolu_1", AT + 10)];
    const pairing = new Pairing({ uses: [], results: [] }, {});
    expect(pair([result, use, use, result, result], pairing)).toHaveLength(1);
    expect(pairing.counts).toEqual({ uses: 0, results: 0 });
    expect(pairing.repeated).toBe(1);
  });

  it("ends in a later import when its first half is handed over", () => {
    const first = new Pairing({ uses: [], results: [] }, {});
    expect(pair([useLine("toolu_1", "Bash", AT)], first)).toEqual([]);
    expect(pair([resultLine("toolu_1", AT + 10)], new Pairing(JSON.parse(JSON.stringify(first.waiting())), {}))).toMatchObject([{ skill: "Bash", durationMs: 10 }]);
  });

  it("has no negative duration when the clock was set back, and an id of its own form when the Worker would not take it", () => {
    const [event] = pair([useLine("call:with/foreign id", "Bash", AT), resultLine("call:with/foreign id", AT - 10)]);
    expect(event?.durationMs).toBe(0);
    expect(event?.id).toMatch(/^[\w-]{22}$/);
  });

  it("keeps its version in clear only where it looks like one", () => {
    const versionOf = (version: string) => pair([useLine("toolu_1", "Bash", AT, {}, { version }), resultLine("toolu_1", AT)])[0]?.metadata?.["agentVersion"];
    expect(["2.1.39", "3.0.0-beta.1", "my secret", "/home/me"].map(versionOf)).toEqual(["2.1.39", "3.0.0-beta.1", undefined, undefined]);
  });
});

it("lines of other types, of no known shape and with missing fields break nothing and are counted", () => {
  const at = new Date(AT).toISOString();
  const use = { type: "tool_use", id: "a", name: "Bash", input: {} };
  expect(readTranscriptLine({ type: "progress", timestamp: at, message: { content: [use] }, data: { message: { message: { content: [use] } } } })).toMatchObject({ uses: [], incomplete: 0 });
  for (const line of [{}, { type: "user" }, { type: "assistant", message: "text" }, { type: "assistant", message: { content: [null, 3, "x", {}] } }]) expect(readTranscriptLine(line)).toEqual({ uses: [], results: [], incomplete: 0 });
  for (const line of [null, 3, "text", []]) expect(readTranscriptLine(line)).toBeUndefined();
  const incomplete = [{ ...use, id: 3 }, { ...use, name: " " }, { type: "tool_result" }];
  expect(readTranscriptLine({ type: "assistant", timestamp: at, message: { content: incomplete } })).toEqual({ uses: [], results: [], incomplete: 3 });
  expect(readTranscriptLine({ type: "assistant", timestamp: "yesterday", message: { content: [use] } })).toEqual({ uses: [], results: [], incomplete: 1 });
});

describe("an outcome", () => {
  it("of an interrupted command is cancelled although no flag says that it failed", () => {
    const result = resultLine("toolu_1", AT, { content: "so far", toolUseResult: { stdout: "so far", interrupted: true } });
    expect(pair([useLine("toolu_1", "Bash", AT), result])).toMatchObject([{ outcome: "cancelled", errorType: "interrupted" }]);
  });

  it("reads the text from blocks too", () => {
    const line = JSON.parse(resultLine("toolu_1", AT, { error: "x" }));
    line.message.content[0].content = [{ type: "image" }, { type: "text", text: "Exit code 7" }];
    expect(pair([useLine("toolu_1", "Bash", AT), JSON.stringify(line)])).toMatchObject([{ outcome: "error", errorType: "exit_code_7" }]);
  });

  const replay = process.env["TRACK_SKILLS_REPLAY"];
  it.skipIf(replay === undefined)("of recorded failures is the one that was found for them before, but for one in a hundred", () => {
    const lines = gunzipSync(readFileSync(replay ?? "")).toString("utf8").trim().split("\n").map((line) => JSON.parse(line));
    const failures = lines.filter(({ ok }) => !ok);
    const differing = failures.filter(({ errorMessage, errorType }) => endingOfFailure(errorMessage, false).errorType !== errorType).map(({ errorType, errorMessage }) => `${errorType} > ${endingOfFailure(errorMessage, false).errorType}`);
    const known = differing.filter((pair) => !pair.startsWith("other > "));
    expect(failures.length).toBeGreaterThan(500);
    expect(known.length, known.join(", ")).toBeLessThanOrEqual(failures.length / 100);
    const kinds = new Set(failures.map(({ errorMessage }) => endingOfFailure(errorMessage, false).errorType));
    expect(kinds.size).toBeLessThan(40);
  });
});
