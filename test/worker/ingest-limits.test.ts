/** What may come in at all: bounds that hold before anything is made of a body. */
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LIMITS } from "../../src/event.ts";
import { clearEvents, handlerOf, migrate, storedEvents } from "../support/database.ts";
import { INGEST_KEY } from "../support/secrets.ts";

const handler = handlerOf({ ingestKey: INGEST_KEY });

beforeAll(migrate);
beforeEach(clearEvents);

const keyed = { Authorization: `Bearer ${INGEST_KEY}` };

/** A body without a length that never ends, and how much of it was read. */
function endless() {
  const read = { chunks: 0, isCancelled: false };
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      read.chunks += 1;
      controller.enqueue(new Uint8Array(65_536).fill(0x20));
    },
    cancel() {
      read.isCancelled = true;
    },
  });
  return { read, stream };
}

async function post(path: string, body: BodyInit, headers: Record<string, string> = keyed): Promise<{ status: number; code: string | undefined }> {
  const response = await handler.fetch(new Request(`https://tracker.example${path}`, { method: "POST", body, headers }), env);
  const { code }: { code?: string } = response.status === 204 ? {} : await response.json();
  return { status: response.status, code };
}

describe("a body", () => {
  it.each(["/api/track", "/hooks/claude-code", "/v1/logs"])("without a length that never ends is cut off and let go, at %s", async (path) => {
    const { read, stream } = endless();
    const headers = { ...keyed, ...(path === "/v1/logs" && { "Content-Type": "application/json" }) };
    expect((await post(path, stream, headers)).status).toBe(path === "/hooks/claude-code" ? 204 : 413);
    expect(read.isCancelled).toBe(true);
    expect(read.chunks * 65_536).toBeLessThan(4 * LIMITS.bodyBytes + 4 * 65_536);
  });

  it("is not read at all when its header's key is wrong", async () => {
    for (const path of ["/api/track", "/hooks/claude-code", "/v1/logs", "/v1/traces"]) {
      const { read, stream } = endless();
      expect(await post(path, stream, { Authorization: "Bearer wrong" })).toEqual(path.startsWith("/v1") ? { status: 401, code: expect.anything() } : { status: 401, code: "unauthorized" });
      // A stream is asked for its first part when it is made, not when it is read.
      expect(read.chunks).toBeLessThanOrEqual(1);
    }
  });

  it.each([
    ["lists", "[", ""],
    ["lists that end", "[", "]"],
    ["objects", '{"a":', ""],
    ["events", '{"events":[', ""],
    ["metadata", '{"skill":"s","metadata":{"a":', ""],
  ])("of a mebibyte of nested %s is refused or stored flat, in no time", async (_name, open, close) => {
    const depth = Math.floor((LIMITS.bodyBytes - 100) / (open.length + close.length));
    const started = performance.now();
    const { status } = await post("/api/track", open.repeat(depth) + close.repeat(depth));
    expect(status).toBe(400);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it("with a valid event as deep as it can be keeps the event and drops the depth", async () => {
    const depth = Math.floor((LIMITS.bodyBytes - 100) / 6);
    const body = `{"skill":"deep","metadata":{"a":${'{"b":'.repeat(depth)}1${"}".repeat(depth)}}}`;
    expect((await post("/api/track", body)).status).toBe(202);
    expect(await storedEvents()).toMatchObject([{ skill: "deep", metadata: expect.stringContaining("_dropped") }]);
  });

  it("of more events than a batch holds is refused before one of them is looked at", async () => {
    for (const count of [501, 300_000]) expect(await post("/api/track", JSON.stringify({ events: Array(count).fill(0) }))).toEqual({ status: 413, code: "too_many_events" });
    expect(await storedEvents()).toEqual([]);
  });

  it("whose length is a lie or nonsense is bounded all the same", async () => {
    const large = "x".repeat(LIMITS.bodyBytes + 1);
    for (const length of ["0", "-1", "abc", "1e3", ""]) expect((await post("/api/track", large, { ...keyed, "Content-Length": length })).status).toBe(413);
  });
});
