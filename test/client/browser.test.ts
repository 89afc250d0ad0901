/** The built client in a page of a real Chromium; its events go to another origin. */
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { TrackerOptions } from "../../src/client.ts";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { type Collector, startCollector } from "../support/collector.ts";
import { freePort, startLocalWorker } from "../support/local-worker.ts";
import { INGEST_KEY } from "../support/secrets.ts";
import { root, waitFor } from "../support/shell.ts";

const lockedIndex = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
export default createTrackingHandler({ ingestKey: "${INGEST_KEY}" });
`;

describe.skipIf(chromiumPath === undefined)(inChromium("the client"), () => {
  let browser: Browser;
  let context: BrowserContext;
  let collector: Collector;
  let site: Server;
  let origin: string;
  const complaints: string[] = [];

  beforeAll(async () => {
    browser = await launchChromium({ keepsLeftPages: true });
    const client = await readFile(path.join(root, "dist/track-skills.client.js"));
    site = createServer((request, response) => {
      const isScript = request.url === "/client.js";
      response.writeHead(200, { "Content-Type": isScript ? "text/javascript" : "text/html" });
      response.end(isScript ? client : "<!doctype html><title>A page</title><link rel=icon href=data:,><button>Press</button>");
    });
    const port = await freePort();
    await new Promise<void>((resolve) => site.listen(port, "127.0.0.1", resolve));
    origin = `http://127.0.0.1:${port}`;
  });
  beforeEach(async () => {
    collector = await startCollector();
    context = await browser.newContext();
    complaints.length = 0;
    context.on("weberror", (error) => complaints.push(error.error().message));
    context.on("console", (message) => complaints.push(message.text()));
  });
  afterEach(async () => {
    await context.close();
    await collector.stop();
    expect(collector.preflights).toBe(0);
    expect(collector.authorizations.filter((header) => header !== undefined)).toEqual([]);
  });
  afterAll(async () => {
    await browser?.close();
    site?.close();
    site?.closeAllConnections();
  });

  /** Opens a page of the site; `script` runs before its own. */
  async function open(script = ""): Promise<Page> {
    const page = await context.newPage();
    await page.addInitScript(script);
    await page.goto(origin);
    return page;
  }

  /** Runs a script that has a tracker, in the page; gives its value. */
  function run<Value>(page: Page, script: string, options: TrackerOptions = {}): Promise<Value> {
    const settings = JSON.stringify({ endpoint: collector.url, ...options });
    return page.evaluate(`(async () => {
      const { createTracker } = await import("/client.js");
      const tracker = createTracker(${settings});
      ${script}
    })()`);
  }

  const skills = () => collector.events.map(({ skill }) => skill);

  /** Waits for a number of events, and a little longer, for those that come twice. */
  async function arrived(count: number): Promise<void> {
    await waitFor(() => collector.events.length >= count, () => `${collector.events.length} of ${count} events`, 5_000);
    await wait(200);
    expect(collector.events).toHaveLength(count);
    expect(new Set(collector.events.map(({ id }) => id)).size).toBe(count);
  }

  /** Leaves a page, which lives on, and comes back to it. */
  async function leaveAndReturn(page: Page): Promise<void> {
    await page.goto(`${origin}/other`);
    await wait(200);
    await page.evaluate("history.back()").catch(() => undefined);
    await waitFor(() => page.url() === `${origin}/`, () => page.url(), 5_000);
    await wait(200);
  }

  describe("delivers the event of a call", () => {
    const call = "tracker.wrap('last', () => 1)();";

    it("when its tab is closed right afterwards", async () => {
      const page = await open();
      await run(page, call);
      await page.close();
      await arrived(1);
    });

    it("when the page closes itself in the same breath", async () => {
      const page = await open();
      const [popup] = await Promise.all([context.waitForEvent("page"), page.evaluate("void window.open('/')")]);
      await popup.waitForLoadState();
      await run(popup, `${call} window.close();`).catch(() => undefined);
      await arrived(1);
    });

    it.each(["/other", "about:blank"])("when the page goes to %s in the same breath", async (address) => {
      const page = await open();
      await run(page, `${call} location.href = "${address}";`).catch(() => undefined);
      await arrived(1);
    });

    it("once, when the page is hidden and shown again", async () => {
      const page = await open();
      await run(page, `window.tracker = tracker; ${call}`, { flushIntervalMs: 400 });
      await leaveAndReturn(page);
      await wait(500);
      expect(await page.evaluate("tracker.stats()")).toMatchObject({ queued: 0, sent: 1 });
      await page.evaluate("void tracker.track({ skill: 'shown-again' })");
      await arrived(2);
    });

    it("to a Worker that asks for a key, which is in the body", async () => {
      const worker = await startLocalWorker(lockedIndex);
      const page = await open();
      await run(page, call, { endpoint: worker.url, key: INGEST_KEY });
      await page.close();
      await waitFor(async () => Number((await worker.read("/analytics/summary?range=7d"))["calls"]) === 1, worker.output, 5_000);
      await worker.stop();
    });
  });

  describe("when the page goes", () => {
    /** Tracks events that have a size each. */
    const track = (count: number, chars: number) =>
      `for (let index = 0; index < ${count}; index++) tracker.track({ skill: "s" + index, metadata: { text: "x".repeat(${chars}) } });`;

    /** What the browser need not do for a page that has gone, it does not do. */
    const onlyKeepalive = "const given = fetch; window.fetch = (url, init) => (init.keepalive ? given(url, init) : new Promise(() => undefined));";

    it("sends what the browser lets outlive a page, and nothing twice", async () => {
      const page = await open(onlyKeepalive);
      await run(page, track(30, 4_000));
      await page.close();
      await wait(500);
      expect(collector.events.length).toBeGreaterThanOrEqual(13);
      expect(new Set(skills()).size).toBe(collector.events.length);
    });

    it("sends all of what fits, be it many events or as large as can be", async () => {
      const page = await open(onlyKeepalive);
      await run(page, track(300, 10), { batchSize: 500 });
      await page.close();
      await arrived(300);
      // What the events take beside their text; then ten of them that leave 10 bytes of a batch.
      const bytes = Math.max(...collector.events.map((event) => JSON.stringify(event).length)) - 10;
      collector.events.length = 0;
      const other = await open(onlyKeepalive);
      await run(other, track(10, 5_999 - bytes));
      await other.close();
      await arrived(10);
    });

    it("sends more than a batch of a backlog in the last request", async () => {
      const page = await open(onlyKeepalive);
      await run(page, track(400, 1));
      await page.close();
      await arrived(400);
    });

    it("falls back to a beacon when fetch fails", async () => {
      const page = await open("window.fetch = () => Promise.reject(new TypeError('stubbed'));");
      await run(page, track(3, 10));
      await page.close();
      await arrived(3);
    });

    it("does not take a beacon for delivered: a page that is shown again sends what has had no answer", async () => {
      const page = await open("window.realFetch = fetch; window.fetch = () => Promise.reject(new TypeError('stubbed'));");
      await run(page, `window.tracker = tracker; ${track(1, 10)}`);
      await leaveAndReturn(page);
      await arrived(1);
      expect(await page.evaluate("tracker.stats()")).toMatchObject({ queued: 1, sent: 0 });
      await page.evaluate("window.fetch = realFetch; tracker.flush()");
      expect(await page.evaluate("tracker.stats()")).toMatchObject({ queued: 0 });
      expect(new Set(collector.events.map(({ id }) => id)).size).toBe(1);
    });
  });

  describe("heeds", () => {
    const signals = {
      "Global Privacy Control": "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true });",
      "Do Not Track": "Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' });",
    };
    const call = "await tracker.trackSkillExecution('s', () => 1, {}, { userId: 'u', sessionId: 'g' }); await tracker.flush();";

    it.each(Object.entries(signals))("%s: nobody is named, unless the owner wants less or more", async (_name, signal) => {
      const page = await open(signal);
      await run(page, call);
      for (const privacySignals of ["no-person", "drop_user", "drop", "ignore"] as const) await run(page, call, { privacySignals });
      const nobody = [undefined, undefined];
      expect(collector.events.map(({ userId, sessionId }) => [userId, sessionId])).toEqual([nobody, nobody, nobody, ["u", "g"]]);
    });
  });

  describe("leaves the page as it was", () => {
    it.each([
      ["is down", () => collector.stop()],
      ["answers 500", () => collector.answerWith(...Array<number>(20).fill(500))],
    ])("silent, when the collector %s, but for what the browser itself says of requests", async (_name, breakIt) => {
      await breakIt();
      const page = await open();
      await run(page, "for (let index = 0; index < 30; index++) tracker.wrap('s', () => 1)(); await tracker.flush();", { timeoutMs: 500, maxRetries: 1 });
      await page.goto(`${origin}/other`);
      await wait(200);
      expect(complaints.filter((text) => !text.startsWith("Failed to load resource"))).toEqual([]);
    });

    it("silent, and without new globals", async () => {
      const page = await open();
      const script = "const before = new Set(Object.getOwnPropertyNames(window)); INSERT return Object.getOwnPropertyNames(window).filter((name) => !before.has(name));";
      const added = await page.evaluate(`(async () => { ${script.replace("INSERT", `
        const { createTracker, configure } = await import("/client.js");
        configure({ endpoint: "${collector.url}" });
        const tracker = createTracker({ endpoint: "${collector.url}" });
        tracker.wrap("s", () => 1)();
        await tracker.flush();`)} })()`);
      expect(added).toEqual([]);
      expect(complaints).toEqual([]);
      await arrived(1);
    });

    it("a listener keeps its this, its event and its failure", async () => {
      const page = await open();
      const seen = await run(page, `
        const button = document.querySelector("button");
        const seen = [];
        const listener = tracker.wrap("press", function (event) { seen.push(this === button, event.type, event.isTrusted); });
        button.addEventListener("click", listener);
        button.addEventListener("click", tracker.wrap("fail", () => { throw new RangeError("of the listener"); }));
        window.onerror = (message) => (seen.push(message), true);
        button.click();
        button.removeEventListener("click", listener);
        button.click();
        await tracker.flush();
        return seen;`);
      expect(seen).toEqual([true, "click", false, "Uncaught RangeError: of the listener", "Uncaught RangeError: of the listener"]);
      expect(skills()).toEqual(["press", "fail", "fail"]);
    });
  });
});
