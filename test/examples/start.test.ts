/** `npm start` as a user runs it, on another port. */
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { freePort } from "../support/local-worker.ts";
import { environment, isUp, root, run, type Running, start, waitFor } from "../support/shell.ts";

let running: Running | undefined;
afterEach(() => running?.stop());

describe("npm start", () => {
  it("shows real calls, prints address and key, and ends without a trace on Ctrl-C", { timeout: 120_000 }, async () => {
    const port = await freePort();
    const server = start(process.execPath, ["examples/start.mjs"], root, environment({ PORT: String(port) }));
    running = server;
    await waitFor(() => server.output().includes("Ctrl-C stops"), server.output, 90_000);
    const [, address = "", key = ""] = /(http:\/\/localhost:\d+)\/#key=(\S+)/.exec(server.output()) ?? [];
    const response = await fetch(`${address}/analytics/tools`, { headers: { Authorization: `Bearer ${key}` } });
    const { tools }: { tools: { skill: string; calls: number; errors: number }[] } = await response.json();
    expect(tools.map(({ skill }) => skill).sort()).toEqual(["duplicate-passages", "front-matter", "heading-structure", "keyword-density", "link-check", "readability"]);
    expect(tools.reduce((sum, { calls }) => sum + calls, 0)).toBeGreaterThan(300);
    expect(tools.reduce((sum, { errors }) => sum + errors, 0)).toBeGreaterThan(0);
    await server.stop("SIGINT");
    expect(await server.ended).toBe(0);
    expect(server.output()).toContain("Stopped.");
    expect(await isUp(`${address}/api/health`)).toBe(false);
  });

  it("a taken port gets a sentence that says what to do", async () => {
    const port = await freePort();
    const holder = createServer().listen(port, "localhost");
    try {
      const { code, output } = await run(process.execPath, ["examples/start.mjs"], root, environment({ PORT: String(port) }));
      expect(code).toBe(1);
      expect(output).toContain(`Port ${port} is taken.`);
      expect(output).not.toContain("    at ");
    } finally {
      holder.close();
    }
  });
});
