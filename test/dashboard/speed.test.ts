import type { Browser, CDPSession, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { openTab, openView, settled } from "../support/dashboard.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { ANALYTICS_KEY } from "../support/secrets.ts";

const SKILLS = 50;
const DAYS = 90;
const DAY_MS = 86_400_000;
/** A day of them, one a minute. */
const REFRESHES = 1_440;

let browser: Browser;
let worker: LocalWorker;

describe.skipIf(chromiumPath === undefined)(inChromium(`a dashboard of ${DAYS} days and ${SKILLS} skills`), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker();
    const now = Date.now();
    const events = Array.from({ length: SKILLS * DAYS }, (_, index) => ({
      skill: `skill-${index % SKILLS}`,
      startedAt: now - 60_000 - Math.floor(index / SKILLS) * DAY_MS,
      durationMs: (index * 37) % 4_000,
      outcome: index % 11 === 0 ? "error" : "ok",
      errorType: index % 11 === 0 ? `Error${index % 5}` : undefined,
      userId: `user-${index % 97}`,
    }));
    expect(await worker.post(events.filter(({ startedAt }) => startedAt > now - 89 * DAY_MS))).toMatchObject({ rejected: 0 });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop()]));

  /** The real answer, kept: what is measured is the page. */
  async function openKept(): Promise<{ page: Page; cdp: CDPSession; close: () => Promise<void> }> {
    const tab = await openTab(browser, "about:blank");
    const body = JSON.stringify(await worker.read("/analytics/overview?range=90d"));
    await tab.page.route("**/analytics/overview**", (route) => route.fulfill({ contentType: "application/json", body }));
    await tab.page.goto(`${worker.url}/?range=90d#key=${ANALYTICS_KEY}`);
    await settled(tab.page);
    const cdp = await tab.page.context().newCDPSession(tab.page);
    return { page: tab.page, cdp, close: tab.close };
  }

  it("from the answer to drawn takes little on a CPU that is four times slower; a refresh has no long task", async () => {
    const { page, cdp, close } = await openKept();
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    const first: number[] = [];
    const rest: number[] = [];
    for (let round = 0; round < 5; round++) {
      await page.reload();
      await settled(page);
      first.push(await page.evaluate(DRAWN_AFTER_ANSWER));
      rest.push(await page.evaluate(`${DRAWN_AFTER_ANSWER.replace("drawn", "rest-drawn")}`));
      expect(await page.locator("#panel-skill-table tbody tr").count()).toBe(SKILLS);
    }
    await page.evaluate("window.longTasks = []; new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration))).observe({ type: 'longtask' })");
    const refreshed: number[] = [];
    for (let round = 0; round < 8; round++) {
      await page.evaluate(REFRESH);
      refreshed.push(await page.evaluate(DRAWN_AFTER_ANSWER));
    }
    const longTasks: number[] = await page.evaluate("longTasks");
    console.log(`drawn after ${medianOf(first).toFixed(0)} ms at first, the rest of the table after ${medianOf(rest).toFixed(0)} ms, ${medianOf(refreshed).toFixed(0)} ms on a refresh; long tasks of a refresh: ${longTasks.map(Math.round).join(", ") || "none"}`);
    // The aim is 100 ms and no task over 50 ms. What else runs on the machine of the tests counts in, so these limits only
    // catch what costs several times as much.
    expect(medianOf(first)).toBeLessThan(1_000);
    expect(medianOf(refreshed)).toBeLessThan(600);
    expect(medianOf(longTasks)).toBeLessThan(250);
    await close();
  });

  it.each([360, 768, 1_100, 1_335, 1_366, 1_500, 1_920])("figures that arrive push nothing away, %i px wide", async (width) => {
    const { page, close } = await openTab(browser, "about:blank", { viewport: { width, height: 900 } });
    await page.addInitScript("window.shifts = []; new PerformanceObserver((list) => shifts.push(...list.getEntries().map(({ value }) => value))).observe({ type: 'layout-shift', buffered: true })");
    await page.route("**/analytics/overview**", async (route) => {
      const response = await route.fetch();
      // Time enough for the empty page to be seen.
      await new Promise((resolve) => setTimeout(resolve, 500));
      await route.fulfill({ response });
    });
    await page.goto(`${worker.url}/?range=90d#key=${ANALYTICS_KEY}`);
    await settled(page);
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)))");
    const shifts: number[] = await page.evaluate("shifts");
    // What web vitals call good is 0.1.
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.03);
    await close();
  });

  it("a day of refreshes leaves memory and the page's elements as they were", async () => {
    const { page, cdp, close } = await openKept();
    const used = async () => {
      await cdp.send("HeapProfiler.collectGarbage");
      const { usedSize } = await cdp.send("Runtime.getHeapUsage");
      const { nodes, jsEventListeners } = await cdp.send("Memory.getDOMCounters");
      return { bytes: usedSize, nodes, jsEventListeners };
    };
    const refresh = (times: number) => page.evaluate(`(async () => { for (let round = 0; round < ${times}; round++) await ${REFRESH}; })()`);
    // The first hundreds fill caches and let the engine compile.
    await refresh(Math.round(REFRESHES / 3));
    const before = await used();
    await refresh(Math.round((REFRESHES * 2) / 3));
    const after = await used();
    console.log(`heap ${before.bytes} → ${after.bytes} bytes, nodes ${before.nodes} → ${after.nodes}, listeners ${before.jsEventListeners} → ${after.jsEventListeners}`);
    expect(after.bytes - before.bytes).toBeLessThan(1_000_000);
    expect(after.nodes).toBeLessThan(before.nodes * 1.1);
    expect(after.jsEventListeners).toBeLessThan(before.jsEventListeners * 1.1);
    await close();
  }, 240_000);

  it("300 skills, 10,000 groups of failures and a year still fit", async () => {
    const { page, close } = await openTab(browser, "about:blank");
    await page.route("**/analytics/overview**", async (route) => {
      const response = await route.fetch({ url: `${worker.url}/analytics/overview?range=90d` });
      const answer = await response.json();
      const [tool] = answer.tools;
      const tools = Array.from({ length: 300 }, (_, index) => ({ ...tool, skill: `a skill with a rather long name that goes on and on, number ${index}` }));
      const [point] = answer.timeseries.points;
      const from = answer.generatedAt - 365 * DAY_MS;
      const points = Array.from({ length: 365 }, (_, day) => ({ ...point, at: from + day * DAY_MS }));
      await route.fulfill({ response, json: { ...answer, tools, timeseries: { interval: "day", points } } });
    });
    await page.route("**/analytics/errors**", async (route) => {
      const response = await route.fetch();
      const answer = await response.json();
      const [group] = answer.groups;
      const groups = Array.from({ length: 500 }, (_, index) => ({ ...group, fingerprint: index.toString(16).padStart(16, "0") }));
      await route.fulfill({ response, json: { ...answer, groups, groupsTotal: 10_000 } });
    });
    await page.goto(`${worker.url}/?from=2026-01-01&to=2026-11-20#key=${ANALYTICS_KEY}`);
    await settled(page);
    expect(await page.locator("#panel-skill-table tbody tr").count()).toBe(50);
    await page.click("#show-all-skills");
    await expect.poll(() => page.locator("#panel-skill-table tbody tr").count()).toBeGreaterThanOrEqual(300);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    await page.click('nav [data-view="errors"]');
    await settled(page);
    expect(await page.locator("#panel-error-groups .panel-content > p").textContent()).toBe("The 50 most frequent of 10,000 groups.");
    await page.getByText("Show 500 groups").click();
    await expect.poll(() => page.locator("#panel-error-groups tbody tr").count()).toBe(500);
    await close();
  });

  it("the real answer of a year has as many points as days", async () => {
    const { page, close } = await openView(browser, worker.url, "?from=2025-12-01&to=2026-11-20");
    await settled(page);
    await page.locator("#panel-activity summary").click();
    await expect.poll(() => page.locator("#panel-activity tbody tr").count()).toBe(355);
    await close();
  });
});

const DRAWN_AFTER_ANSWER = `(() => {
  const answers = performance.getEntriesByType("resource").filter(({ name }) => name.includes("/analytics/overview"));
  return performance.getEntriesByName("track-skills-drawn").at(-1).startTime - answers.at(-1).responseEnd;
})()`;

/** Presses Refresh and resolves once all panels are drawn anew. */
const REFRESH = `new Promise((resolve) => {
  performance.clearResourceTimings();
  let isAnswered = false;
  new PerformanceObserver((list, observer) => {
    for (const entry of list.getEntries()) isAnswered ||= entry.entryType === "resource" && entry.name.includes("/analytics/overview");
    if (!isAnswered || !list.getEntries().some(({ entryType }) => entryType === "mark")) return;
    observer.disconnect();
    resolve(true);
  }).observe({ entryTypes: ["mark", "resource"] });
  document.querySelector("#refresh").click();
})`;

function medianOf(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? 0;
}
