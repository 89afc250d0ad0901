import type { Server } from "node:http";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { axeFindings, card, openTab, openView, panelStates, screenshot, serveDashboard, settled } from "../support/dashboard.ts";
import { dashboardHistory } from "../support/dashboard-history.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";
import { ANALYTICS_KEY } from "../support/secrets.ts";

let browser: Browser;
let worker: LocalWorker;
let empty: LocalWorker;

const dailyIndex = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
export default createTrackingHandler({ identity: "daily" });
`;

const publicIndex = dailyIndex.replace('identity: "daily"', "publicAnalytics: true");

const DATABASE_DOWN = { status: 503, json: { code: "database_unavailable", title: "The database does not answer", detail: "D1 did not answer." } };

describe.skipIf(chromiumPath === undefined)(inChromium("a dashboard to trust"), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker();
    empty = await startLocalWorker();
    expect(await worker.post(dashboardHistory(Date.now()))).toMatchObject({ rejected: 0 });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop(), empty?.stop()]));

  it("a failed refresh keeps the figures, names its reason and can be tried again", async () => {
    const { page, close } = await openView(browser, worker.url, "?range=30d");
    await settled(page);
    const calls = await card(page, "calls");
    await page.route("**/analytics/**", (route) => route.fulfill(DATABASE_DOWN));
    await page.click("#refresh");
    await page.waitForSelector("#banner >> text=D1 did not answer.");
    expect(await card(page, "calls")).toBe(calls);
    await screenshot(page, "failed-refresh");
    expect(await axeFindings(page)).toEqual([]);
    await page.unroute("**/analytics/**");
    await page.click("#retry");
    await page.waitForSelector("#banner", { state: "hidden" });
    await close();
  });

  it("a range whose figures do not come shows none of another range", async () => {
    const { page, close } = await openView(browser, worker.url, "?range=7d");
    await settled(page);
    await page.route("**/analytics/overview?range=90d", (route) => route.fulfill(DATABASE_DOWN));
    await page.click('[data-range="90d"]');
    await page.waitForSelector("#panel-figures[data-state=error]");
    expect(await page.locator("#card-calls").isVisible()).toBe(false);
    await page.unroute("**/analytics/overview?range=90d");
    const retry = page.getByRole("button", { name: "Retry: Figures" });
    await retry.focus();
    await page.keyboard.press("Enter");
    await settled(page);
    const calls = Number((await worker.read("/analytics/summary?range=90d"))["calls"]).toLocaleString("en-US");
    expect(await card(page, "calls")).toBe(calls);
    expect(await page.evaluate("document.activeElement.id")).toBe("panel-figures");
    await close();
  });

  it("a panel that fails alone names its reason and has Retry, while the rest stays", async () => {
    const { page, close } = await openTab(browser, worker.url);
    await page.route("**/analytics/cohorts**", (route) => route.fulfill(DATABASE_DOWN));
    await page.goto(`${worker.url}/?view=people#key=${ANALYTICS_KEY}`);
    await page.waitForSelector("#panel-cohorts[data-state=error]");
    await settled(page);
    expect(await panelStates(page)).toEqual({ "people-figures": "ready", people: "ready", "new-people": "ready", cohorts: "error" });
    expect(await page.locator("#panel-cohorts .panel-note").textContent()).toContain("The database does not answer: D1 did not answer.");
    expect(await page.locator("#banner").isVisible()).toBe(false);
    expect(await axeFindings(page)).toEqual([]);
    await screenshot(page, "failed-panel");
    await page.unroute("**/analytics/cohorts**");
    await page.getByRole("button", { name: "Retry: Weekly cohorts" }).click();
    await page.waitForSelector("#panel-cohorts[data-state=ready]");
    await close();
  });

  it("an answer that is not what it should be fails in its panel alone", async () => {
    const { page, close } = await openTab(browser, worker.url);
    await page.route("**/analytics/overview**", async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, json: { ...(await response.json()), changes: 7 } });
    });
    await page.goto(`${worker.url}/?range=30d#key=${ANALYTICS_KEY}`);
    await settled(page);
    expect(await panelStates(page)).toMatchObject({ changes: "error", figures: "ready", "skill-table": "ready" });
    await close();
  });

  it("a slow answer leaves the figures before it dimmed, and a later choice wins", async () => {
    const { page, close } = await openView(browser, worker.url, "?range=30d");
    await settled(page);
    await page.route("**/analytics/overview?range=90d", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_500));
      await route.continue().catch(() => undefined);
    });
    await page.click('[data-range="90d"]');
    await page.waitForSelector("#panel-activity.stale");
    expect(await page.locator("#status").textContent()).toBe("Loading…");
    await page.click('[data-range="7d"]');
    const calls = Number((await worker.read("/analytics/summary?range=7d"))["calls"]).toLocaleString("en-US");
    await expect.poll(() => card(page, "calls")).toBe(calls);
    await page.waitForTimeout(1_800);
    expect(await card(page, "calls")).toBe(calls);
    expect(await page.locator(".stale").count()).toBe(0);
    await close();
  });

  it("a view that its address opens knows today's cost and what to filter by, too, and asks for it once", async () => {
    const { page, requests, close } = await openView(browser, worker.url, "?view=errors&range=30d");
    await settled(page);
    await page.waitForSelector("#cost-today >> text=rows read");
    await page.keyboard.press("f");
    expect(await page.locator('#filter-values option[value="skill-3"]').count()).toBe(1);
    await page.keyboard.press("Escape");
    const answered = page.waitForResponse("**/analytics/errors**");
    await page.click("#refresh");
    await answered;
    await settled(page);
    expect(requests.filter((url) => url.includes("/analytics/overview"))).toHaveLength(1);
    // The account of a day that is over says nothing of today, and the next refresh brings that of the new one.
    await page.clock.setFixedTime(Date.now() + 86_400_000);
    await page.click("#theme");
    expect(await page.locator("#cost-today").textContent()).toBe("");
    await page.click("#refresh");
    await page.waitForSelector("#cost-today >> text=rows read");
    await close();
  });

  it("it asks for that once also where it gets no answer and the reader goes elsewhere meanwhile", async () => {
    const { page, requests, complaints, close } = await openTab(browser, "about:blank");
    await page.route("**/analytics/overview**", (route) => route.fulfill(DATABASE_DOWN));
    await page.goto(`${worker.url}/?view=people&range=30d#key=${ANALYTICS_KEY}`);
    await settled(page);
    for (const view of ["errors", "explore", "people"]) {
      await page.click(`nav [data-view="${view}"]`);
      await settled(page);
    }
    await page.click("#refresh");
    await settled(page);
    expect(requests.filter((url) => url.includes("/analytics/overview"))).toHaveLength(1);
    expect(await page.locator("#banner").isVisible()).toBe(false);
    expect(complaints).toEqual([]);
    await close();
  });

  it("the refresh of every minute does not say that anybody waits", async () => {
    const { page, close } = await openTab(browser, "about:blank");
    await page.clock.install();
    await page.goto(`${worker.url}/?view=people&range=30d#key=${ANALYTICS_KEY}`);
    await settled(page);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/analytics/cohorts**", async (route) => {
      await held;
      await route.continue();
    });
    const answered = page.waitForResponse("**/analytics/retention**");
    await page.clock.runFor(61_000);
    await answered;
    await page.clock.runFor(100);
    expect(await page.locator("#refresh").getAttribute("aria-busy")).toBe("false");
    expect(await page.locator("#panels").getAttribute("aria-busy")).toBe("false");
    release();
    await close();
  });

  it("offline and stale figures say so", async () => {
    const { page, close } = await openView(browser, worker.url, "?range=7d");
    await settled(page);
    expect(await page.locator("#status").textContent()).toMatch(/^Updated \d+ sec ago$/);
    await page.context().setOffline(true);
    await expect.poll(() => page.locator("#status").textContent()).toMatch(/^Offline: figures from \d+ sec ago$/);
    await page.context().setOffline(false);
    await expect.poll(() => page.locator("#status").textContent()).toMatch(/^Updated /);
    await close();
  });

  it("offline the way back to a range leads to its figures, with their age", async () => {
    const { page, close } = await openView(browser, worker.url, "?range=7d");
    await settled(page);
    const calls = await card(page, "calls");
    await page.click('[data-range="30d"]');
    await settled(page);
    await page.context().setOffline(true);
    await page.click('[data-range="7d"]');
    await expect.poll(() => card(page, "calls")).toBe(calls);
    await settled(page);
    expect(await card(page, "calls")).toBe(calls);
    expect(await page.locator("#status").textContent()).toMatch(/^Offline: figures from \d+ sec ago$/);
    await page.click('[data-range="90d"]');
    await page.waitForSelector("#panel-figures[data-state=error]");
    await close();
  });

  it("without a key it asks; a wrong one is refused with a sentence, the right one opens", async () => {
    const { page, close } = await openTab(browser, worker.url);
    await page.fill("#key-input", "wrong");
    await page.keyboard.press("Enter");
    await page.waitForSelector("text=This key was not accepted.");
    // A search engine has no key, and finds a page without figures.
    const robots = page.locator('meta[name="robots"]');
    expect(await robots.count()).toBe(0);
    expect(await axeFindings(page)).toEqual([]);
    await page.fill("#key-input", ANALYTICS_KEY);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#card-calls");
    await page.reload();
    await page.waitForSelector("#card-calls");
    expect(await robots.count()).toBe(0);
    await close();
  });

  it("figures that anybody may read are kept out of search engines", async () => {
    const open = await startLocalWorker(publicIndex);
    const { page, close } = await openTab(browser, open.url);
    await page.waitForSelector("#empty:visible, #card-calls");
    expect(await page.locator('meta[name="robots"]').getAttribute("content")).toBe("noindex");
    await close();
    await open.stop();
  });

  it("a key that is being typed outlives the moment at which the device is online again", async () => {
    const { page, close } = await openTab(browser, worker.url);
    await page.fill("#key-input", ANALYTICS_KEY);
    await page.context().setOffline(true);
    await page.context().setOffline(false);
    await page.waitForTimeout(500);
    expect(await page.inputValue("#key-input")).toBe(ANALYTICS_KEY);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#card-calls");
    await close();
  });

  it("it refreshes every minute, not in a hidden tab, and at once when shown again", async () => {
    const context = await browser.newContext();
    const page = await context.newPage();
    await page.clock.install();
    let answers = 0;
    page.on("response", (response) => void (response.url().includes("/analytics/") && (answers += 1)));
    await page.goto(`${worker.url}/#key=${ANALYTICS_KEY}`);
    await page.clock.runFor(1_000);
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
    await page.clock.runFor(1_000);
    await expectAnswers(3);
    await context.close();
  });

  it("before the first call it shows how to send one; a test event appears by itself", async () => {
    const { page, complaints, close } = await openView(browser, empty.url, "");
    await page.waitForSelector('#empty[data-reason="no-event"]');
    expect(await page.locator("#first-call").textContent()).toContain(empty.url);
    expect(await page.locator("#wrap").textContent()).toContain(`endpoint: "${empty.url}"`);
    expect(await axeFindings(page)).toEqual([]);
    await screenshot(page, "first-minutes");
    await page.focus("#send-test-event");
    await page.keyboard.press("Enter");
    await page.waitForSelector("#panel-skill-table >> text=test-event");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.click('nav [data-view="people"]');
    await page.waitForSelector("#panel-people[data-state=empty]");
    expect(await page.locator("#panel-people .panel-note").textContent()).toMatch(/^No call of these days names a person\./);
    expect(complaints).toEqual([]);
    await close();
  });

  it("where nothing meets the filters it says so, and offers to remove them", async () => {
    const { page, close } = await openView(browser, worker.url, "?range=7d&source=nowhere");
    await page.waitForSelector("#empty >> text=No call of this range meets the filters.");
    await page.getByRole("button", { name: "Remove all" }).click();
    await page.waitForSelector("#card-calls");
    await close();
  });

  it("a share link is made in the page, opens without a key, and shows its part alone", async () => {
    const owner = await openView(browser, worker.url, "?range=30d&source=mcp");
    await settled(owner.page);
    await owner.page.click("#share-menu-button");
    expect(await axeFindings(owner.page)).toEqual([]);
    await owner.page.selectOption("#share-days", "7");
    await owner.page.click("#make-share");
    const link = owner.page.locator("#share-address");
    await link.waitFor();
    const address = await link.inputValue();
    await owner.close();
    expect(address).toMatch(/\?range=30d&source=mcp#key=share\./);

    const { page, complaints, requests, close } = await openTab(browser, address);
    await settled(page);
    const summary = await worker.read("/analytics/summary?range=30d&source=mcp");
    expect(await card(page, "calls")).toBe(Number(summary["calls"]).toLocaleString("en-US"));
    expect(await page.locator("#reader-notes").textContent()).toMatch(/^A shared view, until .*\. Single calls and other ranges are no part of it\. What is about fewer than 5 people is left out here/);
    expect(await page.locator("#panel-changes .panel-note").textContent()).toBe("Not part of this view.");
    expect(await page.locator("#panel-recent-errors .panel-note").textContent()).toBe("Not part of this view.");
    expect(await page.locator('[data-range="90d"]').isDisabled()).toBe(true);
    expect(await axeFindings(page)).toEqual([]);
    await screenshot(page, "shared");
    for (const view of ["errors", "people", "explore"]) {
      await page.click(`nav [data-view="${view}"]`);
      await settled(page);
      expect(Object.values(await panelStates(page))).not.toContain("error");
    }
    await page.goto(`${worker.url}/?view=skill&skill=skill-0&range=30d`);
    await settled(page);
    expect(Object.values(await panelStates(page))).not.toContain("error");
    await screenshot(page, "shared-skill");
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => url.includes("share."))).toEqual([]);
    expect(await page.locator('meta[name="robots"]').getAttribute("content")).toBe("noindex");
    await close();
  });

  it("a share link of fixed days shows these days, whatever the address says; figures that it leaves out are no numbers", async () => {
    const day = (daysAgo: number) => Math.floor(Date.now() / 86_400_000 - daysAgo) * 86_400_000;
    const limits = { expiresInDays: 1, from: day(60), to: day(1) };
    const response = await fetch(`${worker.url}/api/share`, { method: "POST", headers: { Authorization: `Bearer ${ANALYTICS_KEY}` }, body: JSON.stringify(limits) });
    const { token } = (await response.json()) as { token: string };
    const { page, complaints, close } = await openTab(browser, `${worker.url}/?view=people&range=24h#key=${token}`);
    await settled(page);
    expect(new URL(page.url()).search).toBe(`?view=people&from=${new Date(day(60)).toISOString().slice(0, 10)}&to=${new Date(day(2)).toISOString().slice(0, 10)}`);
    const retention: { days: { newUsers?: number }[] } = await (await fetch(`${worker.url}/analytics/retention`, { headers: { Authorization: `Bearer ${token}` } })).json();
    expect(retention.days.some(({ newUsers }) => newUsers === undefined)).toBe(true);
    expect(await card(page, "new-users")).toBe("–");
    expect(await page.locator("#panel-new-people .sentence").textContent()).toBe("On some days the new people are too few to be shown.");
    expect(complaints).toEqual([]);
    await close();
  });

  it("a share link that has ended says so", async () => {
    const response = await fetch(`${worker.url}/api/share`, { method: "POST", headers: { Authorization: `Bearer ${ANALYTICS_KEY}` }, body: JSON.stringify({ expiresInDays: 1 / 86_400 }) });
    const { token } = (await response.json()) as { token: string };
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const { page, close } = await openTab(browser, `${worker.url}/#key=${token}`);
    await page.waitForSelector("#key-prompt:visible");
    expect(await page.locator("#key-message").textContent()).toMatch(/share link/i);
    await close();
  });

  it("with a daily identity it says what cannot be known, without a Retry that could not help", async () => {
    const daily = await startLocalWorker(dailyIndex);
    expect(await daily.post(dashboardHistory(Date.now()))).toMatchObject({ rejected: 0 });
    const { page, complaints, close } = await openView(browser, daily.url, "?range=30d");
    await settled(page);
    expect(await card(page, "users")).toBe("–");
    expect(await page.locator("#card-users .change").textContent()).toBe("known for one day at a time");
    await page.click('nav [data-view="people"]');
    await settled(page);
    expect(Object.values(await panelStates(page))).toEqual(["empty", "empty", "empty", "empty"]);
    expect(await page.locator("#panel-people .panel-note").textContent()).toMatch(/^People are known for one day only: /);
    expect(await page.locator("#banner").isVisible()).toBe(false);
    expect(await axeFindings(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
    await daily.stop();
  });

  describe("served from elsewhere", () => {
    let server: Server;
    let url: string;
    beforeAll(async () => ({ server, url } = await serveDashboard()));
    afterAll(() => server?.close());

    it("it asks once for the API's address", async () => {
      const { page, close } = await openTab(browser, url);
      await page.waitForSelector("#address-prompt:visible");
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
    });
  });
});
