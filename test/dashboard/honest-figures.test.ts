import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Overview, RecentErrors, RetentionStats } from "../../src/analytics/answers.ts";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { axeFindings, card, openView, screenshot, settled } from "../support/dashboard.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

let browser: Browser;
let worker: LocalWorker;

/** Two skills that fail alike, one of them called by nobody who is known; one that comes back after weeks; people of other days. */
function history(now: number): object[] {
  const at = (daysAgo: number) => now - 1_000 - daysAgo * DAY_MS;
  const failure = { outcome: "error", errorType: "QuotaExceeded", errorMessage: "the quota is spent", startedAt: at(0) };
  const daily = Array.from({ length: 60 }, (_, daysAgo) => ({ skill: "named", userId: `user-${daysAgo % 9}`, startedAt: at(daysAgo), durationMs: 40, source: "mcp" }));
  const nameless = Array.from({ length: 8 }, (_, daysAgo) => ({ skill: "nameless", startedAt: at(daysAgo), version: "1.0.0" }));
  return [
    ...daily,
    ...nameless,
    ...[0, 40].map((daysAgo) => ({ skill: "returned", userId: "user-1", startedAt: at(daysAgo) })),
    { ...failure, skill: "named", userId: "user-1" },
    { ...failure, skill: "nameless" },
    { skill: "named", outcome: "timeout", userId: "user-2", startedAt: at(0), durationMs: 9_000 },
  ];
}

describe.skipIf(chromiumPath === undefined)(inChromium("figures that say what they are"), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker();
    expect(await worker.post(history(Date.now()))).toMatchObject({ rejected: 0 });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop()]));

  async function opened(search: string) {
    const tab = await openView(browser, worker.url, search);
    await settled(tab.page);
    return tab;
  }

  const dayOf = (daysAgo: number) => new Date(Date.now() - daysAgo * DAY_MS).toISOString().slice(0, 10);

  it("stickiness is of the day that DAU and MAU are of, also where the range goes on into the future", async () => {
    const { page, close } = await opened(`?view=people&from=${dayOf(5)}&to=${dayOf(-5)}`);
    const { days } = (await worker.read("/analytics/retention?range=24h")) as unknown as RetentionStats;
    const { dau = 0, mau = 0 } = days.at(-1) ?? {};
    expect([await card(page, "dau"), await card(page, "mau")]).toEqual([dau, mau].map(String));
    const rate = (dau / mau).toLocaleString("en-US", { style: "percent", maximumFractionDigits: 1 });
    expect(rate).not.toBe("0%");
    expect(await card(page, "stickiness")).toBe(rate);
    expect(await page.locator("#panel-people .sentence").textContent()).toContain(`stickiness (DAU ÷ MAU) is ${rate}.`);
    await close();
  });

  it("under a filter of outcomes the durations are said to be of all of them", async () => {
    const sentence = async (search: string) => {
      const { page, close } = await opened(`?view=explore&range=30d${search}`);
      const text = await page.locator("#panel-explore-durations .sentence").textContent();
      await screenshot(page, `explore-durations${search}`);
      await close();
      return text;
    };
    expect(await sentence("&outcome=timeout")).toMatch(/ Durations are of calls of all outcomes together\.$/);
    expect(await sentence("")).not.toContain("all outcomes");
  });

  it("cohorts say which weeks they are of, and that no filter holds for them", async () => {
    const { page, close } = await opened("?view=people&range=7d");
    const note = page.locator("#cohorts-of");
    expect(await note.textContent()).toBe("The last 12 weeks, whatever the range.");
    await page.goto(`${worker.url}/?view=people&range=7d&source=mcp`);
    await settled(page);
    expect(await note.textContent()).toBe("The last 12 weeks, whatever the range. All people, whatever the filters.");
    await screenshot(page, "cohorts-filtered");
    await close();
  });

  it("a chosen failure is that of one skill, in its row, its examples and its link; a link without a skill is about all that fail alike", async () => {
    const { page, requests, close } = await opened("?view=errors&range=7d");
    const group = (skill: string) => page.locator("#panel-error-groups tr", { hasText: "QuotaExceeded" }).filter({ has: page.getByRole("link", { name: skill, exact: true }) }).locator("th a");
    const chosen = page.locator('#panel-error-groups [aria-current="true"]');
    const examples = page.locator("#panel-examples tbody tr td:nth-child(2)");
    for (const skill of ["nameless", "named"]) {
      await group(skill).click();
      await settled(page);
      expect(await examples.allTextContents()).toEqual([skill]);
      expect(await chosen.count()).toBe(1);
      expect(await group(skill).getAttribute("aria-current")).toBe("true");
    }
    await screenshot(page, "chosen-group");
    await page.reload();
    await settled(page);
    expect(await examples.allTextContents()).toEqual(["named"]);
    await page.goto(page.url().replace(/&groupSkill=[^&]*/, ""));
    await settled(page);
    expect((await examples.allTextContents()).toSorted()).toEqual(["named", "nameless"]);
    expect(await chosen.count()).toBe(2);
    expect(requests.filter((url) => url.includes("fingerprint=") && !url.includes("skill="))).toHaveLength(1);
    await close();
  });

  it("a filter that the chosen failure's skill does not meet leaves nothing chosen", async () => {
    const { groups } = (await worker.read("/analytics/errors?range=7d")) as unknown as RecentErrors;
    const group = groups.find(({ skill }) => skill === "named")?.fingerprint;
    const { page, close } = await opened(`?view=errors&range=7d&group=${group}&groupSkill=named`);
    await page.click("#filter-menu-button");
    await page.fill("#filter-value", "nameless");
    await page.keyboard.press("Enter");
    await settled(page);
    expect(new URL(page.url()).search).toBe("?view=errors&range=7d&skill=nameless");
    expect(await page.locator("#panel-examples .panel-note").textContent()).toContain("Choose a failure below");
    await close();
  });

  it("a failure is new against the range that is compared with, and first and last within the range", async () => {
    const { page, close } = await opened("?view=errors&range=7d&compare=4w");
    expect(await page.locator("#period").textContent()).toMatch(/, compared with (as much of )?the same days four weeks earlier$/);
    expect(await page.locator("#panel-error-groups .badge").first().getAttribute("title")).toBe("Not seen in the same days four weeks earlier");
    expect(await page.locator("#panel-error-groups th[scope=col]").allTextContents()).toEqual(expect.arrayContaining(["First in range", "Last in range"]));
    await screenshot(page, "errors-compared");
    await close();
  });

  it("a skill that was called before, but not in the compared range, is not called new", async () => {
    const { page, close } = await opened("?range=7d");
    expect(await page.locator("#panel-skill-table tbody tr", { hasText: "returned" }).locator(".trend").textContent()).toContain("no calls before");
    await screenshot(page, "skill-returned");
    await close();
  });

  it("people of calls that name nobody are no 0", async () => {
    const unknown = "–no call names a person";
    const { page, close } = await opened("?range=7d");
    const usersOf = (panel: string, name: string) => page.locator(`#panel-${panel} tbody tr`, { hasText: name });
    expect(await usersOf("skill-table", "nameless").locator("td").nth(7).textContent()).toBe(unknown);
    expect(await usersOf("skill-table", "returned").locator("td").nth(7).textContent()).toBe("1");
    for (const order of [["named", "returned", "nameless"], ["returned", "named", "nameless"]]) {
      await page.click('[data-sort="users"]');
      await expect.poll(() => page.locator("#panel-skill-table tbody th").allTextContents()).toEqual(order);
    }
    expect(await axeFindings(page)).toEqual([]);
    await page.getByRole("link", { name: "nameless", exact: true }).first().click();
    await settled(page);
    expect(await card(page, "users")).toBe("–");
    expect(await page.locator(".panel:visible #card-users .change").textContent()).toBe("no call names a person");
    expect(await usersOf("versions", "1.0.0").locator("td").nth(6).textContent()).toBe(unknown);
    expect(await usersOf("skill-errors", "QuotaExceeded").locator("td").nth(2).textContent()).toBe(unknown);
    await screenshot(page, "nameless");
    await page.goto(`${worker.url}/?view=people&range=7d&skill=nameless`);
    await settled(page);
    for (const id of ["dau", "wau", "mau", "new-users"]) expect(await card(page, id)).toBe(unknown);
    await screenshot(page, "nameless-people");
    await close();
  });

  it("a day that is not over is compared with as much of another day, and says so", async () => {
    const { page, close } = await opened("?range=7d");
    const { range, comparedTo, summary } = (await worker.read("/analytics/overview?range=7d")) as unknown as Overview;
    const hasEnded = comparedTo.to - comparedTo.from === range.to - range.from;
    expect(comparedTo.to - comparedTo.from).toBe(Math.ceil(Date.now() / HOUR_MS) * HOUR_MS - range.from);
    expect((await page.locator("#period").textContent())?.includes("as much of the 7 days before")).toBe(!hasEnded);
    const change = summary.calls / summary.previous.calls - 1;
    if (Math.abs(change) >= 0.005) expect(await page.locator("#card-calls .change").textContent()).toContain(change.toLocaleString("en-US", { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" }));
    await close();
  });

  it("figures keep the name of the range that they are compared with until others are here", async () => {
    const { page, close } = await opened("?range=7d");
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/analytics/overview?range=30d**", async (route) => {
      await held;
      await route.continue();
    });
    const said = async () => [(await page.locator("#period").textContent())?.split(/compared with (?:as much of )?/)[1], await page.locator("#card-calls .change").getAttribute("title")];
    await page.click('[data-range="30d"]');
    await page.waitForSelector("#panel-figures.stale");
    expect(await said()).toEqual(["the 7 days before", "Compared with the 7 days before"]);
    expect(await page.locator("#card-calls .change .visually-hidden").textContent()).toMatch(/than in the 7 days before$/);
    release();
    await settled(page);
    expect(await said()).toEqual(["the 30 days before", "Compared with the 30 days before"]);
    await close();
  });
});
