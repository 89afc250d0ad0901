import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Cohorts, RecentCalls, RecentErrors, RetentionStats, SkillReport, TimeSeries } from "../../src/analytics/answers.ts";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { axeFindings, card, openView, overflowOf, panelStates, screenshot, settled } from "../support/dashboard.ts";
import { dashboardHistory, HOSTILE, RIGHT_TO_LEFT } from "../support/dashboard-history.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";

let browser: Browser;
let worker: LocalWorker;

const VIEWS = {
  overview: "?range=30d",
  skill: "?view=skill&skill=skill-0&range=30d",
  "hostile-skill": `?view=skill&skill=${encodeURIComponent(HOSTILE)}&range=7d`,
  "right-to-left-skill": `?view=skill&skill=${encodeURIComponent(RIGHT_TO_LEFT)}&range=24h`,
  errors: "?view=errors&range=30d",
  people: "?view=people&range=30d",
  explore: "?view=explore&range=30d&outcome=error&outcome=timeout&source=mcp",
} as const;

describe.skipIf(chromiumPath === undefined)(inChromium("every view of the dashboard"), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker();
    expect(await worker.post(dashboardHistory(Date.now()))).toMatchObject({ rejected: 0 });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop()]));

  async function opened(search: string, options: BrowserContextOptions = {}) {
    const tab = await openView(browser, worker.url, search, options);
    await settled(tab.page);
    return tab;
  }

  async function answerTo<Answer>(path: string): Promise<Answer> {
    return (await worker.read(`/analytics/${path}`)) as unknown as Answer;
  }

  const looks = Object.entries(VIEWS).flatMap(([name, search]) =>
    (
      [
        ["phone", { viewport: { width: 360, height: 740 }, colorScheme: "dark" }],
        ["laptop", { viewport: { width: 1366, height: 900 }, colorScheme: "light" }],
        ["laptop-dark", { viewport: { width: 1366, height: 900 }, colorScheme: "dark" }],
      ] as const
    ).map(([device, options]) => [`${name}-${device}`, search, options] as const),
  );

  it.each(looks)("%s: every panel is drawn, nothing overflows, axe finds nothing, nothing is fetched from elsewhere", async (name, search, options) => {
    const { page, complaints, requests, close } = await opened(search, options);
    expect(Object.values(await panelStates(page))).not.toContain("error");
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(worker.url) && !url.startsWith("data:"))).toEqual([]);
    await screenshot(page, name);
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it.each([
    ["4k", { viewport: { width: 3840, height: 2160 } }],
    ["small-phone", { viewport: { width: 320, height: 640 } }],
    ["more-contrast", { contrast: "more" }],
    ["forced-colours", { forcedColors: "active" }],
    ["reduced-motion", { reducedMotion: "reduce" }],
    ["german", { locale: "de-DE" }],
  ] as const)("the overview holds on %s", async (name, options) => {
    const { page, complaints, close } = await opened(VIEWS.overview, options);
    expect(await overflowOf(page)).toBeLessThanOrEqual(0);
    expect(complaints).toEqual([]);
    await screenshot(page, `overview-${name}`);
    expect(await axeFindings(page)).toEqual([]);
    if (name === "german") {
      const summary = await answerTo<{ calls: number }>("summary?range=30d");
      expect(await card(page, "calls")).toBe(summary.calls.toLocaleString("de-DE"));
    }
    await close();
  });

  it("prints without controls, on white, also where dark was chosen; the charts too", async () => {
    const { page, close } = await opened(VIEWS.overview, { colorScheme: "dark" });
    while ((await page.textContent("#theme")) !== "Theme: dark") await page.click("#theme");
    // The axes' words, and few pixels where the colours of series meet.
    const pale = "r > 150 && r < 200 && Math.abs(b - r) < 40";
    const onDark = await pixelsOf(page, "activity", pale);
    await page.emulateMedia({ media: "print" });
    expect(await page.locator("#refresh").isVisible()).toBe(false);
    await expect.poll(() => pixelsOf(page, "activity", pale)).toBeLessThan(onDark / 4);
    expect(await page.evaluate("getComputedStyle(document.body).backgroundColor")).toBe("rgb(245, 246, 248)");
    await close();
  });

  it.each([
    ["upright", 717],
    ["on its side", 1_046],
  ] as const)("nothing falls off a sheet of A4 paper that is %s", async (_name, width) => {
    for (const search of Object.values(VIEWS)) {
      const { page, close } = await opened(search, { viewport: { width, height: 900 } });
      await page.emulateMedia({ media: "print" });
      const cut = '[...document.querySelectorAll(".panel:not([hidden]) :is(table, .sentence, .card)")].filter((part) => part.getBoundingClientRect().right > part.closest(".panel").getBoundingClientRect().right + 0.5).map((part) => part.closest(".panel").id)';
      expect(await page.evaluate(cut)).toEqual([]);
      const unseen = '[...document.querySelectorAll(".panel:not([hidden])")].filter((panel) => getComputedStyle(panel).contentVisibility === "auto").length';
      expect(await page.evaluate(unseen)).toBe(0);
      if (search === VIEWS.skill) await screenshot(page, `print-${width}`);
      await close();
    }
  });

  it.each([320, 375])("every form of the controls is whole on a phone that is %i px wide", async (width) => {
    const { page, close } = await opened(VIEWS.overview, { viewport: { width, height: 740 }, hasTouch: true });
    for (const menu of ["range", "filter", "share"]) {
      await page.click(`#${menu}-menu-button`);
      const { x, width: own } = (await page.locator(`#${menu}-menu .menu-body`).boundingBox()) ?? { x: -1, width: 0 };
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x + own).toBeLessThanOrEqual(width);
      await screenshot(page, `${menu}-menu-${width}`);
      await page.keyboard.press("Escape");
    }
    await close();
  });

  it("the page of a skill with a long name says all of it", async () => {
    const { page, close } = await opened(VIEWS["hostile-skill"], { viewport: { width: 360, height: 740 } });
    expect(await page.evaluate("(({ scrollHeight, clientHeight }) => scrollHeight <= clientHeight)(document.querySelector('h1 .foreign'))")).toBe(true);
    expect(await page.evaluate("getComputedStyle(document.querySelector('h1 .foreign')).webkitLineClamp")).toBe("none");
    await close();
  });

  it("the head of a long table stays in sight where the table fits the window, and a wider one can be scrolled", async () => {
    const { page, close } = await opened(VIEWS.explore);
    const headTop = "document.querySelector('#panel-explore-calls thead th').getBoundingClientRect().top";
    await page.locator("#panel-explore-calls tbody tr").nth(20).scrollIntoViewIfNeeded();
    await page.mouse.wheel(0, 300);
    await expect.poll(() => page.evaluate(headTop)).toBe(0);
    expect(await page.evaluate("document.elementFromPoint(200, 8).closest('thead') !== null")).toBe(true);
    await page.setViewportSize({ width: 600, height: 900 });
    await expect.poll(() => page.evaluate("getComputedStyle(document.querySelector('#panel-explore-calls .table-scroll')).overflowX")).toBe("auto");
    expect(await axeFindings(page)).toEqual([]);
    await close();
  });

  it("hours of the week and days behind a chart tell the reader's own clock", async () => {
    const { page, close } = await opened(VIEWS.skill, { timezoneId: "Asia/Kolkata" });
    expect(await page.locator("#panel-hours td").first().getAttribute("title")).toMatch(/^Mon 00 UTC \(Mon 5:30 AM, your time\): [\d,]+ calls?$/);
    for (const panel of ["skill-outcomes", "skill-durations"]) {
      await page.locator(`#panel-${panel} summary`).click();
      expect(await page.locator(`#panel-${panel} tbody time`).first().getAttribute("title")).toMatch(/, 5:30:00 AM, .* UTC$/);
    }
    await close();
  });

  it("with forced colours the series of a chart still differ, and the chosen range from the others", async () => {
    const { page, close } = await opened(VIEWS.overview, { forcedColors: "active" });
    expect(await pixelsOf(page, "activity", "b > r + 60")).toBeGreaterThan(100);
    expect(await pixelsOf(page, "activity", "r > b + 60")).toBeGreaterThan(100);
    const background = (range: string) => page.evaluate(`getComputedStyle(document.querySelector('[data-range="${range}"]')).backgroundColor`);
    expect(await background("30d")).not.toBe(await background("7d"));
    await close();
  });

  it("the keyboard hides a series of a chart; it stays hidden when the figures or the colours change", async () => {
    const { page, close } = await opened(VIEWS.overview);
    const failures = page.locator("#panel-activity .legend button", { hasText: "Failures" });
    await failures.focus();
    await page.keyboard.press("Space");
    expect(await failures.getAttribute("aria-checked")).toBe("false");
    for (const button of ["#refresh", "#theme"]) {
      const answered = button === "#refresh" ? page.waitForResponse("**/analytics/overview**") : undefined;
      await page.evaluate(`document.querySelector("${button}").click()`);
      await answered;
      await settled(page);
      expect(await failures.getAttribute("aria-checked")).toBe("false");
      expect(await pixelsOf(page, "activity", "r > b + 60")).toBe(0);
      expect(await page.evaluate("document.activeElement.textContent")).toBe("Failures");
    }
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press("Space");
    expect(await pixelsOf(page, "activity", "r > b + 60")).toBeGreaterThan(50);
    await close();
  });

  it("a chart has the colours of its legend in every theme and on paper, and the points that its range has room for", async () => {
    const { page, close } = await opened(VIEWS.skill, { colorScheme: "dark" });
    const inColourOf = async (panel: string, label: string) => {
      const colour: string = await page.evaluate(`getComputedStyle([...document.querySelectorAll("#panel-${panel} .legend button")].find((button) => button.textContent === "${label}").querySelector(".sign")).color`);
      const [r, g, b] = colour.match(/\d+/g) ?? [];
      return pixelsOf(page, panel, `r === ${r} && g === ${g} && b === ${b}`);
    };
    const least = async () => Math.min(await inColourOf("skill-outcomes", "OK"), await inColourOf("skill-durations", "p99"));
    for (const look of [{ media: "screen" }, { media: "print" }, { media: "screen", colorScheme: "light" }] as const) {
      await page.emulateMedia(look);
      await expect.poll(least).toBeGreaterThan(100);
    }
    const withPoints = await inColourOf("skill-durations", "p50");
    await page.click('[data-range="90d"]');
    await settled(page);
    const reloaded = await opened(VIEWS.skill.replace("range=30d", "range=90d"));
    expect(withPoints).toBeGreaterThan(100);
    expect(await pixelsOf(page, "skill-durations", "b > r + 60")).toBe(await pixelsOf(reloaded.page, "skill-durations", "b > r + 60"));
    await reloaded.close();
    await close();
  });

  it("a series that was hidden stays so where others come and go", async () => {
    const explore = "?view=explore&range=30d";
    const { page, close } = await opened(explore);
    const ok = page.locator("#panel-explore-outcomes .legend button", { hasText: "OK" });
    await ok.click();
    for (const outcomes of ["&outcome=ok&outcome=error", ""]) {
      await page.evaluate(`history.pushState(null, "", "${explore}${outcomes}"); dispatchEvent(new PopStateEvent("popstate"))`);
      await settled(page);
      await expect.poll(() => page.locator("#panel-explore-outcomes .legend button").count()).toBe(outcomes === "" ? 5 : 2);
      expect(await ok.getAttribute("aria-checked")).toBe("false");
    }
    await close();
  });

  it("an axis of durations names round ones", async () => {
    const { page, close } = await opened(VIEWS.skill);
    const written = await writtenIn(page, "skill-durations");
    expect(written).toContain("1 min");
    expect(written).not.toContain("1.7 min");
    await close();
  });

  it("the first hour of calls is seen among a week of nothing, on an axis whose labels do not run into each other", async () => {
    const fresh = await startLocalWorker();
    expect(await fresh.post([2, 3, 4, 7, 38].map((durationMs) => ({ skill: "first", durationMs })))).toMatchObject({ accepted: 5 });
    const { page, close } = await openView(browser, fresh.url, "?view=skill&skill=first&range=7d");
    await settled(page);
    expect(await pixelsOf(page, "skill-durations", "b > r + 60")).toBeGreaterThan(10);
    const written = await writtenIn(page, "skill-durations");
    expect(written).toEqual(expect.arrayContaining(["5 ms", "10 ms", "20 ms"]));
    expect(written).not.toContain("9 ms");
    await close();
    await fresh.stop();
  });

  it("every chart has a sentence and a table of the same rows", async () => {
    for (const search of [VIEWS.overview, VIEWS.skill, VIEWS.people, VIEWS.explore]) {
      const { page, close } = await opened(search);
      for (const figure of await page.locator("figure:visible").all()) {
        expect(await figure.locator("canvas").getAttribute("aria-label")).toMatch(/\d/);
        await figure.locator("summary").click();
        await figure.locator("tbody tr").first().waitFor();
      }
      await close();
    }
  });

  it("a skill's page shows what the API says of it", async () => {
    const { page, close } = await opened(VIEWS.skill);
    const report = await answerTo<SkillReport>("skill?skill=skill-0&range=30d");
    expect(await page.locator("h1").textContent()).toBe("skill-0");
    expect(await card(page, "calls")).toBe(report.summary.calls.toLocaleString("en-US"));
    expect(await card(page, "users")).toBe(String(report.summary.users));
    const cellsOf = (panel: string, column: number) => page.locator(`#panel-${panel} tbody tr > :nth-child(${column})`).allTextContents();
    expect(await cellsOf("versions", 2)).toEqual(report.versions.map(({ calls }) => calls.toLocaleString("en-US")));
    expect(await cellsOf("sources", 1)).toEqual(report.sources.map(({ source }) => (source === "" ? "not said" : source)));
    expect(await cellsOf("skill-errors", 2)).toEqual(report.errorGroups.map(({ count }) => count.toLocaleString("en-US")));
    expect(await page.locator("#panel-skill-calls tbody tr").count()).toBe(report.calls.length);
    const heat = await page.locator("#panel-hours tbody tr").evaluateAll((rows) => rows.map((row) => [...row.querySelectorAll("td")].map((cell) => Number(cell.textContent?.replaceAll(",", "")))));
    expect(heat).toEqual(report.hours);
    await page.locator("#panel-duration-histogram summary").click();
    await page.waitForSelector("#panel-duration-histogram tbody tr");
    expect(await cellsOf("duration-histogram", 2)).toEqual(report.histogram.map(({ calls }) => calls.toLocaleString("en-US")));
    await close();
  });

  it("failures are grouped as the API groups them; a group shows its examples; the CSV holds what is seen", async () => {
    const { page, close } = await opened(VIEWS.errors);
    const { groups, errors } = await answerTo<RecentErrors>("errors?range=30d&limit=25&groups=500");
    const counts = await page.locator("#panel-error-groups tbody td:nth-child(3)").allTextContents();
    expect(counts).toEqual(groups.slice(0, 50).map(({ count }) => count.toLocaleString("en-US")));
    const fresh = page.locator("#panel-error-groups tr", { hasText: "QuotaExceeded" });
    expect(await fresh.locator(".badge").textContent()).toBe("new");
    await fresh.locator("th a").click();
    await page.waitForSelector("#panel-examples tbody tr");
    expect(await page.locator("#panel-examples tbody tr").count()).toBe(5);
    expect(page.url()).toContain("group=");
    const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#panel-latest-failures").getByText("Save as CSV").click()]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk);
    const lines = Buffer.concat(chunks).toString("utf8").trimEnd().split("\r\n");
    expect(download.suggestedFilename()).toBe("errors.csv");
    expect(lines).toHaveLength(errors.length + 1);
    expect(lines[0]).toMatch(/^\uFEFFid,started_at,skill,outcome/);
    await close();
  });

  it("people and cohorts are those of the API", async () => {
    const { page, close } = await opened(VIEWS.people);
    const retention = await answerTo<RetentionStats>("retention?range=30d");
    expect([await card(page, "dau"), await card(page, "wau"), await card(page, "mau")]).toEqual([retention.dau, retention.wau, retention.mau].map(String));
    const { weeks } = await answerTo<Cohorts>("cohorts");
    const sizes = await page.locator("#panel-cohorts tbody tr td:nth-child(2)").allTextContents();
    expect(sizes).toEqual(weeks.slice(weeks.findIndex(({ size }) => size > 0)).map(({ size }) => String(size)));
    const firstCohort = weeks.find(({ size }) => size > 0);
    const row = page.locator("#panel-cohorts tbody tr").first();
    const titles = await row.locator(".heat").evaluateAll((cells) => cells.map((cell) => cell.getAttribute("title")));
    expect(titles.map((title) => Number(/, ([\d,]+) called/.exec(title ?? "")?.[1]))).toEqual(firstCohort?.active);
    await close();
  });

  it("explore holds calls to the filters of the link, and goes on to older ones", async () => {
    const { page, close } = await opened(VIEWS.explore);
    const { calls } = await answerTo<RecentCalls>("calls?range=30d&source=mcp&outcome=error&outcome=timeout&limit=50");
    const series = await answerTo<TimeSeries>("timeseries?range=30d&source=mcp");
    const failed = series.points.reduce((sum, { outcomes }) => sum + outcomes.error + outcomes.timeout, 0);
    expect(await page.locator("#panel-explore-outcomes .sentence").textContent()).toContain(`${failed.toLocaleString("en-US")} calls: error `);
    const rows = page.locator("#panel-explore-calls tbody tr");
    expect(await rows.count()).toBe(calls.length);
    await page.getByText("Older", { exact: true }).click();
    await expect.poll(() => rows.count()).toBeGreaterThan(calls.length);
    const outcomes = await rows.locator(".outcome").allTextContents();
    expect(new Set(outcomes)).toEqual(new Set(["Error", "Timeout"]));
    await close();
  });
});

/** What a chart's canvas is asked to write when it is drawn again: what stands on it cannot be read. */
function writtenIn(page: Page, panel: string): Promise<string[]> {
  return page.evaluate(`new Promise((resolve) => {
    const words = [];
    const fillText = CanvasRenderingContext2D.prototype.fillText;
    CanvasRenderingContext2D.prototype.fillText = function (text, ...rest) {
      if (this.canvas.closest("#panel-${panel}")) words.push(text);
      return fillText.call(this, text, ...rest);
    };
    document.querySelector("#theme").click();
    setTimeout(() => resolve(words), 500);
  })`);
}

/** How many opaque pixels of a panel's chart meet a condition on `r`, `g` and `b`. */
function pixelsOf(page: Page, panel: string, condition: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector("#panel-${panel} canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [r, g, b, alpha] = data.subarray(at, at + 4);
      if (alpha === 255 && (${condition})) count += 1;
    }
    return count;
  })()`);
}
