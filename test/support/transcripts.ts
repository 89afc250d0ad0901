/** Transcripts as Claude Code writes them, made by the tests: the documented shapes with contents of our own. */
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { mkdir } from "node:fs/promises";
import path from "node:path";

/** What a line may say beside the call. */
export interface LineFields {
  sessionId?: string;
  version?: string;
  isSidechain?: boolean;
  cwd?: string;
}

const COMMON = { parentUuid: null, isSidechain: false, userType: "external", cwd: "/home/somebody/project", sessionId: "session-1", version: "2.1.39", gitBranch: "main", uuid: "00000000-0000-4000-8000-000000000000" };

/** A line that begins a call. */
export function useLine(id: string, name: string, at: number, input: unknown = {}, fields: LineFields = {}): string {
  const content = [{ type: "tool_use", id, name, input, caller: { type: "direct" } }];
  const message = { model: "claude-sonnet-4-5-20250929", id: `msg_${id}`, type: "message", role: "assistant", content, stop_reason: null, usage: { input_tokens: 3, output_tokens: 3 } };
  return JSON.stringify({ ...COMMON, ...fields, message, requestId: "req_1", type: "assistant", timestamp: new Date(at).toISOString() });
}

/** A line that ends a call. `error` is the text of a failure. */
export function resultLine(id: string, at: number, { error, content = "done", toolUseResult }: { error?: string; content?: unknown; toolUseResult?: unknown } = {}, fields: LineFields = {}): string {
  const block = { tool_use_id: id, type: "tool_result", content: error ?? content, ...(error !== undefined && { is_error: true }) };
  return JSON.stringify({ ...COMMON, ...fields, type: "user", message: { role: "user", content: [block] }, toolUseResult: toolUseResult ?? { stdout: "done" }, timestamp: new Date(at).toISOString() });
}

/** A line of what a person typed. */
export function promptLine(text: string, at: number): string {
  return JSON.stringify({ ...COMMON, type: "user", message: { role: "user", content: text }, timestamp: new Date(at).toISOString() });
}

const TOOLS = ["Bash", "Read", "Edit", "Grep", "Write", "Glob", "mcp__tracker__create_issue", "TodoWrite"];

/**
 * Writes a folder of transcripts: `calls` calls in files of 2,500, over the `days` before `until`, every 20th failed; a
 * result has `resultChars` characters, twice, as in real ones.
 *
 * @returns the bytes written
 */
export async function writeManyTranscripts(folder: string, calls: number, options: { until: number; days: number; resultChars: number }): Promise<number> {
  const { until, days, resultChars } = options;
  const text = "The quick brown fox\n\tjumps over the lazy \"dog\". ".repeat(Math.ceil(resultChars / 48)).slice(0, resultChars);
  let bytes = 0;
  for (let first = 0; first < calls; first += 2_500) {
    const project = path.join(folder, `project-${first / 2_500}`);
    await mkdir(project, { recursive: true });
    const stream = createWriteStream(path.join(project, `session-${first}.jsonl`));
    for (let call = first; call < Math.min(calls, first + 2_500); call++) {
      const id = `toolu_${String(call).padStart(24, "0")}`;
      const at = until - Math.floor(((calls - call) * days * 86_400_000) / calls);
      const fields = { sessionId: `session-${Math.floor(call / 250)}` };
      const result = call % 20 === 0 ? { error: `Exit code 1\n${text}` } : { content: text, toolUseResult: { stdout: text } };
      const lines = `${useLine(id, TOOLS[call % TOOLS.length] ?? "", at, { command: text.slice(0, 200) }, fields)}\n${resultLine(id, at + 20 + (call % 977), result, fields)}\n`;
      bytes += lines.length;
      if (!stream.write(lines)) await once(stream, "drain");
    }
    stream.end();
    await once(stream, "close");
  }
  return bytes;
}
