import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Overview } from "../../src/analytics/answers.ts";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { axeFindings, card, openTab, openView, overflowOf, settled } from "../support/dashboard.ts";
import { dashboardHistory, HOSTILE, QUIET } from "../support/dashboard-history.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { ANALYTICS_KEY } from "../support/secrets.ts";

const limitedIndex = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
export default createTrackingHandler({ dailyRowsWrittenBudget: 1_400, maxSkillsPerDay: 2_000 });
`;

let browser: Browser;
let worker: LocalWorker;

describe.skipIf(chromiumPath === undefined)(inChromium("the overview"), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker();
    expect(await worker.post(dashboardHistory(Date.now()))).toMatchObject({ rejected: 0 });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop()]));

  async function opened(range = "30d", options: BrowserContextOptions = {}) {
    const tab = await openView(browser, worker.url, `?range=${range}`, options);
    await settled(tab.page);
    return tab;
  }

  it("the link with the key shows the figures of the API from one request, and the key leaves the address bar", async () => {
    const { page, complaints, requests, close } = await opened();
    const summary = await worker.read("/analytics/summary?range=30d");
    expect(await card(page, "calls")).toBe(Number(summary["calls"]).toLocaleString("en-US"));
    expect(await card(page, "errors")).toBe(String(summary["errors"]));
    expect(await card(page, "users")).toBe(String(summary["users"]));
    expect(page.url()).toBe(`${worker.url}/?range=30d`);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(worker.url) && !url.startsWith("data:"))).toEqual([]);
    expect(requests.filter((url) => url.includes("/analytics/") || url.includes("/api/"))).toHaveLength(1);
    await close();
  });

  it("the table holds every skill with the figures of the API; one that is not called any more stays in sight", async () => {
    const { page, close } = await opened();
    const { tools } = (await worker.read("/analytics/tools?range=30d")) as unknown as Pick<Overview, "tools">;
    const rows = await page.locator("#panel-skill-table tbody tr").evaluateAll((all) => all.map((row) => [...row.children].map((cell) => cell.textContent)));
    expect(rows.slice(0, tools.length).map(([skill, calls]) => [skill, calls])).toEqual(tools.map(({ skill, calls }) => [skill, calls.toLocaleString("en-US")]));
    const quiet = rows.find(([skill]) => skill === QUIET);
    expect(quiet?.slice(1, 3)).toEqual(["0", "not called for 40 days"]);
    await close();
  });

  it("the skills can be searched, and put in order by a press on a column; both are in the link", async () => {
    const { page, close } = await opened();
    await page.fill("#skill-search", "SKILL-1");
    const names = () => page.locator("#panel-skill-table tbody th[scope=row]").allTextContents();
    await expect.poll(async () => (await names()).toSorted()).toEqual(["skill-1", "skill-10", "skill-11"]);
    expect(page.url()).toContain("q=SKILL-1");
    expect(await page.evaluate("document.activeElement.id")).toBe("skill-search");
    await page.click('[data-sort="skill"]');
    await expect.poll(names).toEqual(["skill-1", "skill-10", "skill-11"]);
    await page.click('[data-sort="skill"]');
    await expect.poll(names).toEqual(["skill-11", "skill-10", "skill-1"]);
    expect(page.url()).toContain("sort=-skill");
    await page.reload();
    await settled(page);
    expect(await names()).toEqual(["skill-11", "skill-10", "skill-1"]);
    await page.fill("#skill-search", "nothing like this");
    await page.waitForSelector("text=No skill has this in its name.");
    await close();
  });

  it("skills that nobody calls any more stay in sight below many others, in every order, and above them the longest unused first", async () => {
    const { page, close } = await openTab(browser, "about:blank");
    await page.route("**/analytics/overview**", async (route) => {
      const response = await route.fetch();
      const { tools, quietSkills, ...rest }: Overview = await response.json();
      const many = tools.slice(0, 1).flatMap((tool) => Array.from({ length: 291 }, (_, index) => ({ ...tool, skill: `used-${index}` })));
      const forgotten = quietSkills.slice(0, 1).flatMap((quiet) => Array.from({ length: 12 }, (_, index) => ({ skill: `unused-${index}`, lastUsedAt: quiet.lastUsedAt - index * 86_400_000 })));
      await route.fulfill({ response, json: { ...rest, tools: many, quietSkills: forgotten } });
    });
    await page.goto(`${worker.url}/?range=7d#key=${ANALYTICS_KEY}`);
    await settled(page);
    const names = () => page.locator("#panel-skill-table tbody th[scope=row]").allTextContents();
    const isQuiet = (name: string) => name.startsWith("unused-");
    for (const column of ["skill", "users", "p95", "errors", "successRate", "lastUsedAt"]) {
      await page.click(`[data-sort="${column}"]`);
      const shown = await names();
      expect(shown).toHaveLength(60);
      expect(shown.slice(50)).toEqual(Array.from({ length: 10 }, (_, index) => `unused-${index}`));
    }
    await page.click('[data-sort="lastUsedAt"]');
    await expect.poll(async () => (await names()).slice(0, 2)).toEqual(["unused-11", "unused-10"]);
    await page.click("#show-all-skills");
    await expect.poll(async () => (await names()).length).toBe(303);
    expect((await names()).filter(isQuiet)).toHaveLength(12);
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it("what changed is said in sentences, the same as the API's, each with a link to its skill", async () => {
    const { page, close } = await opened("7d");
    const { changes } = (await worker.read("/analytics/overview?range=7d")) as unknown as Overview;
    expect(changes.length).toBeGreaterThan(0);
    const items = page.locator("#panel-changes li");
    expect(await items.evaluateAll((all) => all.map((item) => item.getAttribute("data-kind")))).toEqual(changes.map(({ kind }) => kind));
    expect(await items.filter({ hasText: "QuotaExceeded" }).textContent()).toContain("skill-0 fails in a new way: QuotaExceeded (5 times).");
    await items.first().locator("a").click();
    await page.waitForSelector("#panel-skill-figures:visible");
    await close();
  });

  it("a failure is listed with its message, and leads to all of them", async () => {
    const { page, close } = await opened("7d");
    expect(await page.locator("#panel-recent-errors tbody tr").count()).toBe(5);
    await page.click("text=All failures, grouped");
    await page.waitForSelector("#panel-error-groups:visible");
    await close();
  });

  it("what clients lost is said under the figures that it is missing from", async () => {
    const lost = { id: "account", at: Date.now() - 60_000, reasons: { queue_full: 12, network: 2 } };
    await fetch(`${worker.url}/api/track`, { method: "POST", body: JSON.stringify({ events: [], lost }) });
    const { page, close } = await opened();
    expect(await page.locator("#panel-figures #lost-calls").textContent()).toBe(
      "14 calls of this range, of whichever skill, are missing here: 12 as the queue was full, 2 as the Worker could not be reached.",
    );
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it("hostile names and messages are text", async () => {
    const { page, complaints, close } = await opened();
    expect(await page.locator("#panel-skill-table tbody th[scope=row]", { hasText: HOSTILE }).count()).toBe(1);
    expect(await page.locator("main img, main b").count()).toBe(0);
    expect(await page.title()).toContain("Track-Skills");
    expect(complaints).toEqual([]);
    await close();
  });

  it("the foot counts today's rows; without a budget there is no word of one", async () => {
    const { page, close } = await opened();
    expect(await page.locator("#budget-notice").isVisible()).toBe(false);
    expect(await page.locator("#cost-today").textContent()).toMatch(/^D1 today \(UTC\): [\d,]+ rows read, [\d,]+ rows written\.$/);
    await close();
  });

  describe("of a Worker with a budget of rows written, once it is spent", () => {
    let limited: LocalWorker;
    beforeAll(async () => {
      limited = await startLocalWorker(limitedIndex);
      const startedAt = Date.now() - 1_000;
      const popular = Array.from({ length: 200 }, (_, index) => ({ skill: "popular", userId: `user-${index % 100}`, startedAt }));
      const rare = Array.from({ length: 1_300 }, (_, index) => ({ skill: `rare-${index}`, startedAt }));
      expect(await limited.post([...popular, ...rare])).toMatchObject({ accepted: 1_500 });
      const refused = await fetch(`${limited.url}/api/track`, { method: "POST", body: JSON.stringify({ skill: "late" }) });
      expect(refused.status).toBe(503);
      expect(await refused.json()).toMatchObject({ code: "write_budget_spent" });
    });
    afterAll(() => limited?.stop());

    async function openedLimited(view = "", options: BrowserContextOptions = {}) {
      const tab = await openView(browser, limited.url, `?range=7d${view}`, options);
      await settled(tab.page);
      return tab;
    }

    it("a notice says until when calls are not recorded, beside the banner of a failed refresh", async () => {
      const { page, complaints, close } = await openedLimited("", { timezoneId: "Asia/Kolkata" });
      const notice = page.locator("[role=status] #budget-notice");
      expect(await notice.innerText()).toMatch(/^Today's budget of 1,400 rows written is spent: calls are not recorded until 00:00 UTC \(\w+ \d+, 5:30 AM your time\)\. The figures .* raise dailyRowsWrittenBudget/);
      expect(await page.locator("#cost-today").textContent()).toMatch(/^D1 today \(UTC\): [\d,]+ rows read, 1,5\d\d rows written of 1,400 budgeted\.$/);
      expect(await page.locator("#banner").isVisible()).toBe(false);
      await page.route("**/analytics/**", (route) => route.fulfill({ status: 503, json: { code: "database_unavailable", detail: "D1 did not answer." } }));
      await page.click("#refresh");
      await page.waitForSelector("text=D1 did not answer.");
      expect(await notice.isVisible()).toBe(true);
      expect(complaints).toEqual([]);
      await close();
    });

    it("an estimate of people is marked in cards, sentences and tables, a count is not", async () => {
      const { page, close } = await openTab(browser, limited.url);
      // A real one takes two hours of over 8,192 people each, rolled up: only the marks are added to the real answers.
      const mark = <Figures extends object>(figures: Figures) => ({ ...figures, usersApproximate: true });
      await page.route("**/analytics/overview**", async (route) => {
        const response = await route.fetch();
        const { summary, tools, timeseries, ...rest }: Overview = await response.json();
        const marked = { summary: mark(summary), tools: tools.map((tool) => ((tool.users ?? 0) > 0 ? mark(tool) : tool)) };
        await route.fulfill({ response, json: { ...rest, ...marked, timeseries: { ...timeseries, points: timeseries.points.map(mark) } } });
      });
      await page.route("**/analytics/retention**", async (route) => {
        const response = await route.fetch();
        const answer = await response.json();
        await route.fulfill({ response, json: { ...answer, days: answer.days.map(mark) } });
      });
      await page.fill("#key-input", ANALYTICS_KEY);
      await page.keyboard.press("Enter");
      await settled(page);
      const estimate = "≈ about 100";
      expect(await card(page, "users")).toBe(estimate);
      expect(await page.locator("#card-users .estimate").getAttribute("title")).toContain("estimate");
      const usersOf = (skill: string) => page.locator("#panel-skill-table tbody tr", { hasText: skill }).first().locator("td").nth(7).textContent();
      expect(await usersOf("popular")).toBe(estimate);
      expect(await usersOf("other")).toBe("–no call names a person");
      expect((await cellsOfLastRow(page, "activity")).at(-1)).toMatch(/^≈ about /);
      await page.click('nav [data-view="people"]');
      await settled(page);
      expect(await page.locator("#panel-people .sentence").textContent()).toContain(": about 100 people that day");
      expect(await cellsOfLastRow(page, "people")).toEqual([estimate, estimate, estimate, "100", "1,300"]);
      await close();
    });

    it("it says how many calls stand under other, and which share of the calls names nobody", async () => {
      const { page, close } = await openedLimited();
      expect(await page.locator("#folded-calls").textContent()).toMatch(/^301 calls of rarely called skills stand under “other”: .* 1,000 largest/);
      await page.click('nav [data-view="people"]');
      await settled(page);
      expect(await card(page, "without-user")).toBe("86.7%");
      await close();
    });

    it.each([
      ["phone", 320, 640, "light"],
      ["laptop", 1366, 900, "dark"],
    ] as const)("on a %s the notice does not overflow, and axe finds nothing", async (_name, width, height, colorScheme) => {
      const { page, close } = await openedLimited("", { viewport: { width, height }, colorScheme });
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect(await axeFindings(page)).toEqual([]);
      await close();
    });
  });
});

/** The newest row behind a chart. */
async function cellsOfLastRow(page: Page, panel: string): Promise<string[]> {
  await page.locator(`#panel-${panel} summary`).click();
  await page.waitForSelector(`#panel-${panel} tbody tr`);
  return page.locator(`#panel-${panel} tbody tr`).last().locator("td").allTextContents();
}
