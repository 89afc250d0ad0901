import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { CostReport } from "../../src/analytics.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import { clearEvents, countMarks, db, migrate } from "../support/database.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "../support/secrets.ts";

const HOUR_MS = 3_600_000;
const NOON = Date.UTC(2026, 10, 20, 12);
const MIDNIGHT = Date.UTC(2026, 10, 21);

beforeAll(migrate);
beforeEach(clearEvents);

/** A handler whose clock is turned by hand, and whose background work is awaited. */
function worker(options: { dailyRowsWrittenBudget?: number } = {}) {
  const clock = { now: NOON };
  const handler = createTrackingHandler({ hashSecret: HASH_SECRET, analyticsKey: ANALYTICS_KEY, now: () => clock.now, ...options });
  const fetch = async (path: string, init: RequestInit) => {
    const ctx = createExecutionContext();
    const response = await handler.fetch(new Request(`https://tracker.example${path}`, init), env, ctx);
    await waitOnExecutionContext(ctx);
    return response;
  };
  return {
    clock,
    post: (count: number) => fetch("/api/track", { method: "POST", body: JSON.stringify({ events: Array.from({ length: count }, () => ({ skill: "s", userId: "u" })) }) }),
    read: async (name: string): Promise<CostReport> => (await fetch(`/analytics/${name}`, { headers: { Authorization: `Bearer ${ANALYTICS_KEY}` } })).json(),
  };
}

describe("the account of costs", () => {
  it("holds what D1 counted, by day and operation, and projects a month of it", async () => {
    const { clock, post, read } = worker();
    await post(10);
    expect((await read("cost")).days).toMatchObject([{ day: "2026-11-20", rowsWritten: 13, operations: [{ operation: "ingest", runs: 1, rowsWritten: 13 }] }]);
    clock.now = MIDNIGHT + 10 * HOUR_MS;
    await post(20);
    const { days, projectedMonth, plans, today } = await read("cost");
    const [first] = days;
    expect(days.map(({ day }) => day)).toEqual(["2026-11-20", "2026-11-21"]);
    expect(days[1]?.operations.map(({ operation }) => operation)).toContain("roll-up");
    expect(projectedMonth).toEqual({ rowsRead: 30 * (first?.rowsRead ?? 0), rowsWritten: 30 * (first?.rowsWritten ?? 0), basedOnDays: 1 });
    expect(plans.free.writtenShare).toBeCloseTo((first?.rowsWritten ?? 0) / 100_000, 12);
    expect(plans.paid.overageUsd).toBe(0);
    expect(today.resetsAt).toBe(MIDNIGHT + 24 * HOUR_MS);
  });

  it("an empty one projects nothing", async () => {
    expect(await worker().read("cost")).toMatchObject({ days: [], projectedMonth: null, plans: { free: { readShare: null }, paid: { overageUsd: null } } });
  });
});

describe("the daily budget of rows written", () => {
  it("when spent, ingest answers 503 until 00:00 UTC, writes nothing, and the overview says so", async () => {
    const { clock, post, read } = worker({ dailyRowsWrittenBudget: 20 });
    expect((await post(30)).status).toBe(202);
    const refused = await post(1);
    expect([refused.status, refused.headers.get("Retry-After")]).toEqual([503, String(12 * 3600)]);
    expect(await refused.json()).toMatchObject({ code: "write_budget_spent" });
    expect(await read("overview")).toMatchObject({ summary: { calls: 30 }, costToday: { rowsWrittenBudget: 20, isBudgetSpent: true, resetsAt: MIDNIGHT } });
    clock.now = MIDNIGHT + 1000;
    expect((await post(1)).status).toBe(202);
  });

  it("spent a little at a time, all instances and the overview know at once", async () => {
    const { post, read } = worker({ dailyRowsWrittenBudget: 50 });
    for (const count of [10, 10, 10, 10, 10]) expect((await post(count)).status).toBe(202);
    expect((await post(1)).status).toBe(503);
    expect(await read("overview")).toMatchObject({ costToday: { isBudgetSpent: true } });
    expect((await worker({ dailyRowsWrittenBudget: 50 }).post(1)).status).toBe(503);
  });

  it("another instance of the Worker knows of it from the table", async () => {
    await worker({ dailyRowsWrittenBudget: 20 }).post(30);
    expect((await worker({ dailyRowsWrittenBudget: 20 }).post(1)).status).toBe(503);
  });

  it("off by default", async () => {
    const { post, read } = worker();
    for (let round = 0; round < 3; round++) expect((await post(500)).status).toBe(202);
    expect(await read("overview")).toMatchObject({ costToday: { rowsWrittenBudget: null, isBudgetSpent: false } });
  });
});

describe("without any cron", () => {
  it("an ingest rolls up the hours that are over, behind its answer", async () => {
    const { clock, post } = worker();
    await post(5);
    expect(await countMarks()).toBe(3);
    clock.now += 2 * HOUR_MS;
    await post(5);
    const cells = await db.prepare("SELECT starts_at, ok FROM skill_usage_cells").all();
    expect(cells.results).toEqual([{ starts_at: NOON, ok: 5 }]);
    // The quarter and the day go on, and a new hour has begun.
    expect(await countMarks()).toBe(3);
  });
});
