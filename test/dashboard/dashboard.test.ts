import { mkdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Overview } from "../../src/analytics/answers.ts";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { makeHistory } from "../support/history.ts";
import { freePort, type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { ANALYTICS_KEY } from "../support/secrets.ts";
import { root } from "../support/shell.ts";

const HOSTILE = '<img src=x onerror="document.title=1">'.padEnd(199, "W");

const limitedIndex = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
export default createTrackingHandler({ dailyRowsWrittenBudget: 1_400 });
`;

let browser: Browser;
let worker: LocalWorker;
let empty: LocalWorker;

describe.skipIf(chromiumPath === undefined)(inChromium("the dashboard"), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker();
    empty = await startLocalWorker();
    const events = makeHistory(4_000, 55, Date.now() - 60_000);
    const odd = [{ skill: HOSTILE, outcome: "error", errorType: "E".repeat(128), errorMessage: "<b>bold</b> ".repeat(80) }, { skill: "אבג דהו /tool" }];
    expect(await worker.post([...events, ...odd])).toMatchObject({ rejected: 0, accepted: 4_002 });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop(), empty?.stop()]));

  /** Opens the dashboard; every request and every complaint of the page is kept. */
  async function open(url: string, options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: "en-US", ...options });
    const page = await context.newPage();
    const requests: string[] = [];
    const complaints: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => message.type() === "error" && !message.text().includes("Failed to load resource") && complaints.push(message.text()));
    await page.goto(url);
    return { page, requests, complaints, close: () => context.close() };
  }

  const opened = (range = "30d", options: BrowserContextOptions = {}) => open(`${worker.url}/?range=${range}#key=${ANALYTICS_KEY}`, options);
  const card = (page: Page, label: "calls" | "errors" | "users") => page.locator(`#card-${label} .value`).textContent();

  it("the link with the key shows the figures of the API, and the key leaves the address bar", async () => {
    const { page, complaints, requests, close } = await opened();
    await page.waitForSelector("#panel-people canvas");
    const summary = await worker.read("/analytics/summary?range=30d");
    expect(await card(page, "calls")).toBe(Number(summary["calls"]).toLocaleString("en-US"));
    expect(await card(page, "errors")).toBe(String(summary["errors"]));
    expect(await card(page, "users")).toBe(String(summary["users"]));
    expect(page.url()).toBe(`${worker.url}/?range=30d`);
    expect(await page.locator("canvas").count()).toBe(4);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(worker.url) && !url.startsWith("data:"))).toEqual([]);
    expect(requests.filter((url) => url.includes("/analytics/"))).toHaveLength(1);
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

    async function openedLimited(options: BrowserContextOptions = {}) {
      const tab = await open(`${limited.url}/?range=7d#key=${ANALYTICS_KEY}`, options);
      await tab.page.waitForSelector("#panel-people canvas");
      return tab;
    }

    it("a notice says until when calls are not recorded, beside the banner of a failed refresh; the foot counts today's rows", async () => {
      const { page, complaints, close } = await openedLimited({ timezoneId: "Asia/Kolkata" });
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

    it("an estimate of people is marked in the card, the sentence and the tables, a count is not", async () => {
      const { page, close } = await open(limited.url);
      // A real one takes two hours of over 8,192 people each, rolled up: only the marks are added to the real answer.
      await page.route("**/analytics/overview**", async (route) => {
        const response = await route.fetch();
        const { summary, tools, timeseries, retention, ...rest }: Overview = await response.json();
        const mark = <Figures extends object>(figures: Figures) => ({ ...figures, usersApproximate: true });
        const marked = { summary: mark(summary), tools: tools.map((tool) => ((tool.users ?? 0) > 0 ? mark(tool) : tool)) };
        const byTime = { timeseries: { ...timeseries, points: timeseries.points.map(mark) }, retention: retention && { ...retention, days: retention.days.map(mark) } };
        await route.fulfill({ response, json: { ...rest, ...marked, ...byTime } });
      });
      await page.fill("#key-input", ANALYTICS_KEY);
      await page.keyboard.press("Enter");
      await page.waitForSelector("#panel-people canvas");
      const estimate = "≈ about 100";
      expect(await card(page, "users")).toBe(estimate);
      expect(await page.locator("#card-users .estimate").getAttribute("title")).toContain("estimate");
      expect(await page.locator("#panel-people .sentence").textContent()).toContain(": about 100 people that day");
      const usersOf = (skill: string) => page.locator("#panel-skill-table tbody tr", { hasText: skill }).first().locator("td").nth(4).textContent();
      expect(await usersOf("popular")).toBe(estimate);
      expect(await usersOf("other")).toBe("0");
      expect(await cellsOfLastRow(page, "people")).toEqual([estimate, estimate, estimate, "100", "1,300"]);
      expect((await cellsOfLastRow(page, "activity")).at(-1)).toMatch(/^≈ about /);
      await close();
    });

    it("it says which share of the calls names nobody, and how many calls stand under other", async () => {
      const { page, close } = await openedLimited();
      expect(await page.locator("#panel-people .sentence").textContent()).toContain(" 86.7% of the calls in the range name no user.");
      expect(await page.locator("#folded-calls").textContent()).toMatch(/^301 calls of rarely called skills stand under “other”: .* 1,000 largest/);
      await close();
    });

    it.each([
      ["phone", 320, 640, "light"],
      ["laptop", 1366, 900, "dark"],
    ] as const)("on a %s the notice does not overflow, and axe finds nothing", async (_name, width, height, colorScheme) => {
      const { page, close } = await openedLimited({ viewport: { width, height }, colorScheme });
      expect(await overflowOf(page)).toBeLessThanOrEqual(0);
      expect(await axeFindings(page)).toEqual([]);
      await close();
    });
  });

  it("without a budget, estimates or calls under other there is no word of them", async () => {
    const { page, close } = await opened();
    await page.waitForSelector("#panel-people canvas");
    expect(await page.locator("#budget-notice").isVisible()).toBe(false);
    expect(await page.locator("#cost-today").textContent()).toMatch(/^D1 today \(UTC\): [\d,]+ rows read, [\d,]+ rows written\.$/);
    expect(await page.locator(".estimate, #folded-calls, #lost-calls").count()).toBe(0);
    await close();
  });

  it("what clients lost is said under the figures that it is missing from", async () => {
    const lost = { id: "account", at: Date.now() - 60_000, reasons: { queue_full: 12, network: 2 } };
    await fetch(`${worker.url}/api/track`, { method: "POST", body: JSON.stringify({ events: [], lost }) });
    const { page, close } = await opened();
    const sentence = page.locator("#panel-figures #lost-calls");
    expect(await sentence.textContent()).toBe("14 calls of this range could not be sent, of whichever skill, and are missing here: network 2, queue full 12.");
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it("without a key it asks; a wrong one is refused with a sentence, the right one opens", async () => {
    const { page, close } = await open(worker.url);
    await page.fill("#key-input", "wrong");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=This key was not accepted.");
    await page.fill("#key-input", ANALYTICS_KEY);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#card-calls");
    await page.reload();
    await page.waitForSelector("#card-calls");
    await close();
  });

  it("the range is a link: choosing one changes address and figures", async () => {
    const { page, close } = await opened("90d");
    await page.waitForSelector("#card-calls");
    const all = await card(page, "calls");
    await page.click('button[data-range="24h"]');
    await expect.poll(() => card(page, "calls")).not.toBe(all);
    expect(page.url()).toContain("?range=24h");
    await page.reload();
    await page.waitForSelector("#card-calls");
    expect(await page.getAttribute('button[data-range="24h"]', "aria-pressed")).toBe("true");
    expect(await card(page, "calls")).not.toBe(all);
    await close();
  });

  it("one source can be chosen, is in the link, and its figures are those of the API", async () => {
    const { page, close } = await opened("30d");
    await page.waitForSelector("#card-calls");
    const all = await card(page, "calls");
    expect(await page.locator("#source option").allTextContents()).toEqual(["All sources", "Not said", "function", "mcp"]);
    await page.selectOption("#source", { label: "mcp" });
    await expect.poll(() => card(page, "calls")).not.toBe(all);
    const summary = await worker.read("/analytics/summary?range=30d&source=mcp");
    expect(await card(page, "calls")).toBe(Number(summary["calls"]).toLocaleString("en-US"));
    expect(page.url()).toContain("source=mcp");
    expect(await page.locator("#period").textContent()).toContain("Calls of skills from mcp, ");
    expect(await axeFindings(page)).toEqual([]);
    await page.reload();
    await page.waitForSelector("#card-calls");
    expect(await card(page, "calls")).toBe(Number(summary["calls"]).toLocaleString("en-US"));
    // A link with a source knows of no other until all are asked for.
    await page.selectOption("#source", { label: "All sources" });
    await expect.poll(() => card(page, "calls")).toBe(all);
    expect(page.url()).not.toContain("source=");
    await page.selectOption("#source", { label: "Not said" });
    await expect.poll(() => card(page, "calls")).toBe("2");
    await close();
  });

  it("hostile names and messages are text", async () => {
    const { page, complaints, close } = await opened();
    await page.waitForSelector("#panel-skill-table table");
    expect(await page.locator("#panel-skill-table tbody th[scope=row]", { hasText: HOSTILE }).count()).toBe(1);
    expect(await page.locator("main img, main b").count()).toBe(0);
    expect(await page.title()).toContain("Track-Skills");
    expect(complaints).toEqual([]);
    await close();
  });

  it.each([
    ["phone", 390, 844, "light"],
    ["small-phone", 320, 640, "dark"],
    ["laptop", 1366, 900, "light"],
    ["laptop-dark", 1366, 900, "dark"],
    ["wide", 2560, 1440, "dark"],
  ] as const)("on a %s nothing overflows, and axe finds nothing", async (name, width, height, colorScheme) => {
    const { page, close } = await opened("30d", { viewport: { width, height }, colorScheme });
    await page.waitForSelector("#panel-people canvas");
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    await page.waitForTimeout(400);
    await mkdir(path.join(root, ".screenshots"), { recursive: true });
    await page.screenshot({ path: path.join(root, `.screenshots/${name}.png`), fullPage: true });
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it("every chart has a sentence and a table of the same rows", async () => {
    const { page, close } = await opened();
    await page.waitForSelector("#panel-people canvas");
    for (const figure of await page.locator("figure").all()) {
      expect(await figure.locator("canvas").getAttribute("aria-label")).toMatch(/\d/);
      await figure.locator("summary").click();
      expect(await figure.locator("tbody tr").count()).toBeGreaterThan(0);
    }
    await close();
  });

  it("a failed refresh keeps the figures, names its reason and can be tried again", async () => {
    const { page, close } = await opened();
    await page.waitForSelector("#card-calls");
    const calls = await card(page, "calls");
    await page.route("**/analytics/**", (route) => route.fulfill({ status: 503, json: { code: "database_unavailable", detail: "D1 did not answer." } }));
    await page.click("#refresh");
    await page.waitForSelector("text=D1 did not answer.");
    expect(await card(page, "calls")).toBe(calls);
    await page.unroute("**/analytics/**");
    await page.click("#retry");
    await page.waitForSelector("#banner", { state: "hidden" });
    await close();
  });

  it("it refreshes every minute, not in a hidden tab, and at once when shown again", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    let answers = 0;
    page.on("response", (response) => void (response.url().includes("/analytics/") && (answers += 1)));
    await page.goto(`${worker.url}/#key=${ANALYTICS_KEY}`);
    await page.waitForSelector("#card-calls");
    const expectAnswers = (count: number) => expect.poll(() => answers).toBe(count);
    await expectAnswers(1);
    await page.clock.runFor(61_000);
    await expectAnswers(2);
    const setHidden = (hidden: boolean) =>
      page.evaluate(`Object.defineProperty(document, "hidden", { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event("visibilitychange"))`);
    await setHidden(true);
    await page.clock.runFor(300_000);
    expect(answers).toBe(2);
    await setHidden(false);
    await expectAnswers(3);
    await context.close();
  });

  it("before the first call it shows how to send one, and the first call then appears", async () => {
    const { page, close } = await open(`${empty.url}/#key=${ANALYTICS_KEY}`);
    await page.waitForSelector('#empty[data-reason="no-event"]');
    expect(await page.locator("#first-call").textContent()).toContain(empty.url);
    await empty.post([{ skill: "first" }]);
    await page.click("#refresh");
    await page.waitForSelector("#panel-skill-table >> text=first");
    expect(await page.locator("#panel-people .panel-note").textContent()).toMatch(/^No call of these days names a user\./);
    await close();
  });

  it("served from elsewhere it asks once for the API's address", async () => {
    const { server, url } = await serveDashboard();
    try {
      const { page, close } = await open(url);
      const asked = await page.textContent("#address-message");
      await page.fill("#address-input", `${url}/nowhere`);
      await page.keyboard.press("Enter");
      await expect.poll(() => page.textContent("#address-message")).not.toBe(asked);
      await page.fill("#address-input", `${worker.url}/`);
      await page.keyboard.press("Enter");
      await page.fill("#key-input", ANALYTICS_KEY);
      await page.keyboard.press("Enter");
      await page.waitForSelector("#card-calls");
      await page.reload();
      await page.waitForSelector("#card-calls");
      await close();
    } finally {
      server.close();
    }
  });
});

/** By how much the page is wider than the window. */
function overflowOf(page: Page): Promise<number> {
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

/** The newest row behind a chart. */
async function cellsOfLastRow(page: Page, panel: "people" | "activity"): Promise<string[]> {
  await page.locator(`#panel-${panel} summary`).click();
  return page.locator(`#panel-${panel} tbody tr`).last().locator("td").allTextContents();
}

async function axeFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const found: { id: string; nodes: { html: string }[] }[] = await page.evaluate("axe.run().then((result) => result.violations)");
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** The dashboard's files with their headers, as a static host such as Pages serves them. */
async function serveDashboard(): Promise<{ server: Server; url: string }> {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
  const policy = /Content-Security-Policy: (.*)/.exec(await readFile(path.join(root, "dist/dashboard/_headers"), "utf8"))?.[1] ?? "";
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const name = pathname === "/" ? "index.html" : path.basename(pathname);
    const file = await readFile(path.join(root, "dist/dashboard", name)).catch(() => undefined);
    response.writeHead(file === undefined ? 404 : 200, { "Content-Type": types[path.extname(name)] ?? "text/plain", "Content-Security-Policy": policy });
    response.end(file);
  });
  const port = await freePort();
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { server, url: `http://127.0.0.1:${port}` };
}
