/** The dashboard in a real Chromium: tabs that keep what they asked for and complained of, and what is looked for in them. */
import { mkdir, readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import path from "node:path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { expect } from "vitest";
import { freePort } from "./local-worker.ts";
import { ANALYTICS_KEY } from "./secrets.ts";
import { root } from "./shell.ts";

export interface Tab {
  page: Page;
  /** Every request, by its address. */
  requests: string[];
  /** Errors of the page and of its console. */
  complaints: string[];
  close(): Promise<void>;
}

/** Opens an address in a window of its own. */
export async function openTab(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Tab> {
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

/** Opens a view of a tracker with its key. */
export function openView(browser: Browser, tracker: string, search: string, options: BrowserContextOptions = {}): Promise<Tab> {
  return openTab(browser, `${tracker}/${search}#key=${ANALYTICS_KEY}`, options);
}

/** Waits until an expression holds in the page. Playwright's own wait would need `eval`, which the shipped policy forbids. */
export async function holds(page: Page, expression: string): Promise<void> {
  await expect.poll(() => page.evaluate(expression), { timeout: 20_000, message: expression }).toBe(true);
}

/** Waits until no panel that is shown waits for its figures. */
export async function settled(page: Page): Promise<void> {
  const shown = '[...document.querySelectorAll(".panel")].filter((panel) => panel.offsetParent !== null)';
  await holds(page, `${shown}.length > 0 && ${shown}.every((panel) => panel.dataset.state !== "loading" && panel.getAttribute("aria-busy") === "false") && document.querySelector("#panels").getAttribute("aria-busy") === "false"`);
}

/** The states of the panels on the screen, by their ids. */
export async function panelStates(page: Page): Promise<Record<string, string>> {
  return page.evaluate('Object.fromEntries([...document.querySelectorAll(".panel")].filter((panel) => panel.offsetParent !== null).map((panel) => [panel.id.replace("panel-", ""), panel.dataset.state]))');
}

/** The value of a card. */
export function card(page: Page, id: string): Promise<string | null> {
  return page.locator(`.panel:visible #card-${id} .value`).textContent();
}

/** By how much the page is wider than the window. */
export async function overflowOf(page: Page): Promise<number> {
  await showAll(page);
  return page.evaluate("document.documentElement.scrollWidth - innerWidth");
}

/** Panels below the window are not laid out until they come into sight: looked at as a whole, a page shows them all. */
async function showAll(page: Page): Promise<void> {
  await page.evaluate('document.querySelectorAll(".panel").forEach((panel) => panel.style.setProperty("content-visibility", "visible"))');
}

/** What axe finds against WCAG and its best practices. */
export async function axeFindings(page: Page): Promise<string[]> {
  // Text that is about to fade in would count as too pale.
  await holds(page, "document.getAnimations().length === 0 && document.querySelector('.stale') === null");
  await showAll(page);
  await page.evaluate(await readFile(path.join(root, "node_modules/axe-core/axe.min.js"), "utf8"));
  const found: { id: string; nodes: { html: string }[] }[] = await page.evaluate("axe.run().then((result) => result.violations)");
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
}

/** Keeps a picture for people to look at; git ignores it. */
export async function screenshot(page: Page, name: string): Promise<void> {
  await showAll(page);
  await mkdir(path.join(root, ".screenshots"), { recursive: true });
  await page.screenshot({ path: path.join(root, `.screenshots/${name}.png`), fullPage: true });
}

/** The Content-Security-Policy that the dashboard is served with. */
export async function shippedPolicy(): Promise<string> {
  const headers = await readFile(path.join(root, "dist/dashboard/_headers"), "utf8");
  const policy = /Content-Security-Policy: (.*)/.exec(headers)?.[1];
  if (policy === undefined) throw new Error("dist/dashboard/_headers has no Content-Security-Policy.");
  return policy;
}

/** The dashboard's files with their headers, as a static host such as Pages serves them. */
export async function serveDashboard(): Promise<{ server: Server; url: string }> {
  const types: Record<string, string> = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css" };
  const policy = await shippedPolicy();
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
