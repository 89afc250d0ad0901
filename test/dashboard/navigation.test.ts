import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Overview } from "../../src/analytics/answers.ts";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { axeFindings, card, holds, openView, screenshot, settled } from "../support/dashboard.ts";
import { dashboardHistory } from "../support/dashboard-history.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";

let browser: Browser;
let worker: LocalWorker;

describe.skipIf(chromiumPath === undefined)(inChromium("finding one's way in the dashboard"), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker();
    const odd = ["a&b", "a+b", "C#", "100%", "a/b?c=d", "=1+1"].map((skill) => ({ skill }));
    expect(await worker.post([...dashboardHistory(Date.now()), ...odd])).toMatchObject({ rejected: 0 });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop()]));

  async function opened(search = "?range=30d") {
    const tab = await openView(browser, worker.url, search);
    await settled(tab.page);
    return tab;
  }

  const callsOf = async (query: string) => Number((await worker.read(`/analytics/summary?${query}`))["calls"]).toLocaleString("en-US");
  const shows = (page: Page, calls: string) => expect.poll(() => card(page, "calls")).toBe(calls);

  it("every step is a link, and back and forward go through them", async () => {
    const { page, complaints, close } = await opened();
    await page.locator("#panel-skill-table").getByRole("link", { name: "skill-1", exact: true }).click();
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe("skill-1");
    expect(new URL(page.url()).search).toBe("?view=skill&skill=skill-1&range=30d");
    await page.click('[data-range="7d"]');
    await settled(page);
    await shows(page, await callsOf("range=7d&skill=skill-1"));
    await page.click('nav [data-view="errors"]');
    await page.waitForSelector("#panel-error-groups:visible");
    await page.goBack();
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe("skill-1");
    await page.goBack();
    await shows(page, await callsOf("range=30d&skill=skill-1"));
    await page.goBack();
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe("Overview");
    await page.goForward();
    await settled(page);
    await shows(page, await callsOf("range=30d&skill=skill-1"));
    await page.reload();
    await settled(page);
    await shows(page, await callsOf("range=30d&skill=skill-1"));
    expect(complaints).toEqual([]);
    await close();
  });

  it("back while another range is on its way shows the range gone back to, and the late answer changes nothing", async () => {
    const { page, close } = await opened("?range=7d");
    const calls = await card(page, "calls");
    await page.route("**/analytics/overview?range=90d", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue().catch(() => undefined);
    });
    await page.click('[data-range="90d"]');
    await page.waitForSelector("#panel-activity.stale");
    await page.goBack();
    await page.waitForTimeout(2_000);
    expect(new URL(page.url()).search).toBe("?range=7d");
    expect(await card(page, "calls")).toBe(calls);
    await close();
  });

  it("typing into the search while the figures are on their way asks for them once", async () => {
    const { page, requests, close } = await opened("?range=7d");
    await page.route("**/analytics/overview?range=90d", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue();
    });
    await page.click('[data-range="90d"]');
    await page.locator("#skill-search").pressSequentially("skill-1");
    await settled(page);
    await shows(page, await callsOf("range=90d"));
    expect(requests.filter((url) => url.includes("range=90d") && url.includes("/analytics/"))).toHaveLength(1);
    await close();
  });

  it("back goes to where the reader was on the page", async () => {
    const { page, close } = await opened();
    const link = page.locator("#panel-skill-table").getByRole("link", { name: "skill-9", exact: true });
    await link.scrollIntoViewIfNeeded();
    await page.evaluate("scrollTo(0, 700)");
    await page.waitForTimeout(100);
    await link.click();
    await settled(page);
    expect(await page.evaluate("scrollY")).toBe(0);
    await page.goBack();
    await holds(page, "Math.abs(scrollY - 700) < 60");
    await close();
  });

  it.each(["a&b", "a+b", "C#", "100%", "a/b?c=d", "=1+1"])("the skill %s has a page behind its name", async (skill) => {
    const { page, close } = await opened("?range=7d");
    await page.locator("#panel-skill-table").getByRole("link", { name: skill, exact: true }).click();
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe(skill);
    expect(await card(page, "calls")).toBe("1");
    await page.reload();
    await settled(page);
    expect(await card(page, "calls")).toBe("1");
    await close();
  });

  it("free dates and another range to compare with are chosen in a form, and are in the link", async () => {
    const { page, close } = await opened();
    const day = (daysAgo: number) => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
    await page.click("#range-menu-button");
    expect(await axeFindings(page)).toEqual([]);
    await page.fill("#range-from", day(20));
    await page.fill("#range-to", day(11));
    await page.selectOption("#range-compare", { label: "Four weeks earlier" });
    await screenshot(page, "range-menu");
    await page.click("#range-form button");
    const url = `from=${day(20)}T00:00:00Z&to=${day(10)}T00:00:00Z`;
    await shows(page, await callsOf(url));
    expect(page.url()).toContain(`from=${day(20)}&to=${day(11)}&compare=4w`);
    const before = await callsOf(`from=${day(48)}T00:00:00Z&to=${day(38)}T00:00:00Z`);
    const answer = await worker.read(`/analytics/summary?${url}&compareFrom=${day(48)}T00:00:00Z`);
    expect(Number((answer["previous"] as { calls: number }).calls).toLocaleString("en-US")).toBe(before);
    expect(await page.locator("#card-calls .change").getAttribute("title")).toBe("Compared with the same days four weeks earlier");
    await page.reload();
    await settled(page);
    await shows(page, await callsOf(url));
    await close();
  });

  it("filters are chips: they hold the figures to their values, and go away when pressed", async () => {
    const { page, close } = await opened();
    const all = await card(page, "calls");
    await page.click("#filter-menu-button");
    await page.selectOption("#filter-dimension", "source");
    expect(await page.locator("#filter-values option").evaluateAll((options) => options.map((option) => option.getAttribute("value")))).toEqual(["function", "mcp"]);
    await page.fill("#filter-value", "mcp");
    await page.keyboard.press("Enter");
    await shows(page, await callsOf("range=30d&source=mcp"));
    await page.click("#filter-menu-button");
    await page.selectOption("#filter-dimension", "version");
    await page.fill("#filter-value", "1.2.0");
    await page.keyboard.press("Enter");
    await shows(page, await callsOf("range=30d&source=mcp&version=1.2.0"));
    expect(page.url()).toContain("version=1.2.0&source=mcp");
    expect(await axeFindings(page)).toEqual([]);
    await screenshot(page, "filters");
    await page.getByRole("button", { name: "Remove the filter Source: mcp" }).click();
    await shows(page, await callsOf("range=30d&version=1.2.0"));
    await page.getByRole("button", { name: "Remove the filter Version: 1.2.0" }).click();
    await expect.poll(() => card(page, "calls")).toBe(all);
    await close();
  });

  it("a label that calls did not give is a filter too; a skill and an outcome always have a value", async () => {
    const { page, close } = await opened();
    await page.click("#filter-menu-button");
    await page.click("#filter-form button");
    expect(page.url()).not.toContain("skill=");
    await page.selectOption("#filter-dimension", "source");
    await page.click("#filter-form button");
    await shows(page, await callsOf("range=30d&source="));
    expect(await page.evaluate("document.activeElement.id")).toBe("filter-menu-button");
    await page.getByRole("button", { name: "Remove the filter Source: not said" }).press("Enter");
    await shows(page, await callsOf("range=30d"));
    expect(await page.evaluate("document.activeElement.id")).toBe("filter-menu-button");
    await close();
  });

  it("a menu that is left with Tab closes, so that it hides nothing", async () => {
    const { page, close } = await opened();
    await page.keyboard.press("f");
    await holds(page, 'document.activeElement.id === "filter-dimension"');
    for (let press = 0; press < 3; press++) await page.keyboard.press("Tab");
    await holds(page, 'document.activeElement.id === "refresh"');
    expect(await page.locator("#filter-menu[open]").count()).toBe(0);
    await close();
  });

  it("the keyboard alone is enough: search, a skill, the range, help, the theme", async () => {
    const { page, close } = await opened();
    await page.keyboard.press("/");
    await holds(page, 'document.activeElement.id === "skill-search"');
    await page.keyboard.type("skill-3");
    await expect.poll(() => page.locator("#panel-skill-table tbody tr").count()).toBe(1);
    // Through the columns and the table itself to the link.
    for (let press = 0; press < 15 && (await page.evaluate("document.activeElement.textContent")) !== "skill-3"; press++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe("skill-3");
    expect(await page.evaluate("document.activeElement.id")).toBe("main");
    await page.keyboard.press("r");
    expect(await page.evaluate("document.activeElement.dataset.range")).toBe("30d");
    await page.keyboard.press("?");
    await page.waitForSelector("#help[open]");
    expect(await axeFindings(page)).toEqual([]);
    await screenshot(page, "help");
    await page.keyboard.press("Escape");
    await page.waitForSelector("#help", { state: "hidden" });
    const background = () => page.evaluate("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    await page.keyboard.press("t");
    await page.keyboard.press("t");
    expect(await background()).not.toBe(light);
    await page.reload();
    await settled(page);
    expect(await background()).not.toBe(light);
    await page.keyboard.press("f");
    await holds(page, 'document.activeElement.id === "filter-dimension"');
    await page.keyboard.press("Escape");
    expect(await page.evaluate("document.activeElement.id")).toBe("filter-menu-button");
    await close();
  });

  it("single keys are no shortcuts once they are switched off", async () => {
    const { page, close } = await opened();
    await page.click("#open-help");
    await page.click("#shortcuts-on");
    await page.click("#help button");
    await page.keyboard.press("?");
    expect(await page.locator("#help[open]").count()).toBe(0);
    await close();
  });

  it("the refresh leaves the focus on a skill whose row has changed", async () => {
    const { page, close } = await opened();
    await page.route("**/analytics/overview**", async (route) => {
      const response = await route.fetch();
      const answer: Overview = await response.json();
      await route.fulfill({ response, json: { ...answer, tools: answer.tools.map((tool) => ({ ...tool, lastUsedAt: tool.lastUsedAt - 7_200_000 })) } });
    });
    const row = page.locator("#panel-skill-table tbody tr", { hasText: "skill-2" }).first();
    const before = await row.textContent();
    await row.locator("a").focus();
    await page.evaluate('document.querySelector("#refresh").click()');
    await expect.poll(() => row.textContent()).not.toBe(before);
    expect(await page.evaluate("document.activeElement.textContent")).toBe("skill-2");
    await close();
  });

  it("what is typed after / goes into the search, also while the view with it is on its way", async () => {
    const { page, close } = await opened("?view=errors&range=30d");
    await page.route("**/analytics/overview?range=30d", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      await route.continue();
    });
    const theme = await page.textContent("#theme");
    await page.keyboard.type("/trt1");
    expect(await page.inputValue("#skill-search")).toBe("trt1");
    await settled(page);
    expect(await page.inputValue("#skill-search")).toBe("trt1");
    expect(await page.textContent("#theme")).toBe(theme);
    await close();
  });

  it("back to before a search shows all rows, and no words in the field that has the focus", async () => {
    const { page, close } = await opened();
    await page.click('[data-range="7d"]');
    await settled(page);
    const rows = await page.locator("#panel-skill-table tbody tr").count();
    await page.keyboard.type("/skill-3");
    await expect.poll(() => page.locator("#panel-skill-table tbody tr").count()).toBe(1);
    await page.goBack();
    await settled(page);
    expect(await page.evaluate("document.activeElement.id")).toBe("skill-search");
    expect(await page.inputValue("#skill-search")).toBe("");
    expect(await page.locator("#panel-skill-table tbody tr").count()).toBeGreaterThanOrEqual(rows);
    await close();
  });

  it("a group that is chosen far down the page brings its examples into view, with the focus; back leaves the page where it is", async () => {
    const { page, close } = await opened("?view=errors&range=30d");
    const panel = page.locator("#panel-examples");
    const isInView = () => page.evaluate("(({ top }) => top >= 0 && top < innerHeight)(document.querySelector('#panel-examples h2').getBoundingClientRect())");
    await page.setViewportSize({ width: 1_366, height: 400 });
    await page.locator("#panel-error-groups tbody a").first().focus();
    await page.evaluate("scrollTo(0, 900)");
    expect(await isInView()).toBe(false);
    await page.keyboard.press("Enter");
    await page.waitForSelector("#panel-examples tbody tr");
    expect(await isInView()).toBe(true);
    expect(await panel.evaluate((element) => element === element.ownerDocument.activeElement)).toBe(true);
    await page.evaluate("scrollTo(0, 900)");
    await page.goBack();
    await page.goForward();
    await page.waitForSelector("#panel-examples tbody tr");
    await page.waitForTimeout(200);
    expect(await isInView()).toBe(false);
    await close();
  });

  it("the form of the range turns the last 24 hours into whole days, and keeps them where only the comparison changes", async () => {
    const { page, close } = await opened("?range=24h");
    const show = async () => {
      await page.click("#range-menu-button");
      const dates = [await page.inputValue("#range-from"), await page.inputValue("#range-to")];
      await page.click("#range-form button");
      return dates;
    };
    await page.click("#range-menu-button");
    await page.selectOption("#range-compare", "1w");
    await page.click("#range-form button");
    expect(new URL(page.url()).search).toBe("?range=24h&compare=1w");
    const [from, to] = await show();
    expect(new URL(page.url()).search).toBe(`?from=${from}&to=${to}&compare=1w`);
    await close();
  });

  it("a range that is longer than the API answers is refused in the form, and in a link without a Retry that could not help", async () => {
    const { page, requests, close } = await opened();
    await page.click("#range-menu-button");
    await page.fill("#range-from", "2024-01-01");
    await page.fill("#range-to", "2025-02-04");
    const before = requests.length;
    await page.click("#range-form button");
    expect(await page.locator("#range-to").evaluate((input) => (input as unknown as { validationMessage: string }).validationMessage)).toBe("A range holds at most 400 days.");
    expect(requests.slice(before)).toEqual([]);
    await page.fill("#range-to", "2025-02-03");
    await page.click("#range-form button");
    await page.waitForSelector("#panel-figures[data-state=ready], #empty:visible");
    await page.goto(`${worker.url}/?from=2024-01-01&to=2025-02-04`);
    await settled(page);
    expect(await page.locator("#panel-figures .panel-note").textContent()).toContain("A range holds at most 400 days.");
    expect(await page.getByRole("button", { name: "Retry" }).count()).toBe(0);
    await close();
  });

  it("the way back from a skill's page leads to the skills that were chosen before", async () => {
    const { page, close } = await opened("?range=30d&skill=skill-1&skill=skill-2");
    await page.locator("#panel-skill-table").getByRole("link", { name: "skill-1", exact: true }).click();
    await settled(page);
    await shows(page, await callsOf("range=30d&skill=skill-1"));
    await page.reload();
    await settled(page);
    expect(await page.locator("h1").textContent()).toBe("skill-1");
    await page.click("#back");
    await settled(page);
    expect(new URL(page.url()).search).toBe("?range=30d&skill=skill-1&skill=skill-2");
    await shows(page, await callsOf("range=30d&skill=skill-1&skill=skill-2"));
    await close();
  });

  it("pages of older entries leave the keyboard where it is", async () => {
    const { page, close } = await opened("?view=explore&range=30d");
    const rows = page.locator("#panel-explore-calls tbody tr");
    const focused = () => page.evaluate("document.activeElement.textContent");
    await page.route("**/analytics/calls?**cursor**", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    await page.getByText("Older", { exact: true }).focus();
    // Twice: a page that is on its way is not asked for again.
    for (let press = 0; press < 2; press++) await page.keyboard.press("Enter");
    expect(await focused()).toBe("Older");
    await expect.poll(() => rows.count()).toBe(100);
    expect(await focused()).toBe("Older");
    await close();
  });

  it("the refresh of figures leaves focus, scroll and opened tables where they are", async () => {
    const { page, close } = await opened();
    await page.locator("#panel-activity summary").click();
    const button = page.locator('[data-sort="p95"]');
    await button.focus();
    await page.evaluate("scrollTo(0, 400)");
    const answered = page.waitForResponse("**/analytics/overview**");
    await page.evaluate('document.querySelector("#refresh").click()');
    await answered;
    await settled(page);
    expect(await page.evaluate("document.activeElement.dataset.sort")).toBe("p95");
    expect(await page.evaluate("scrollY")).toBe(400);
    expect(await page.locator("#panel-activity details").getAttribute("open")).not.toBeNull();
    await close();
  });
});
