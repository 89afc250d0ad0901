/** A real Chromium: Debian's, or the one that CHROMIUM names. */
import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const CANDIDATES = [process.env["CHROMIUM"], "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Where the browser is; `undefined` when this machine has none. */
export const chromiumPath: string | undefined = CANDIDATES.find((file) => file !== undefined && existsSync(file));

/** The name of a group of tests: without a browser it says why they are skipped, where everybody reads it. */
export function inChromium(what: string): string {
  return chromiumPath === undefined ? `${what} in Chromium (skipped: no Chromium here; install one, or name it in CHROMIUM)` : `${what} in Chromium`;
}

if (chromiumPath === undefined && process.env["REQUIRE_CHROMIUM"] === "1") throw new Error("REQUIRE_CHROMIUM is set, and there is no Chromium.");

/** Starts the browser, headless and silent towards the outside. Left pages live on in the back-forward cache, as users have it, where that is asked for. */
export function launchChromium({ keepsLeftPages = false } = {}): Promise<Browser> {
  const quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"];
  return chromium.launch({ executablePath: chromiumPath ?? "", args: ["--no-sandbox", "--disable-gpu", ...quiet], ignoreDefaultArgs: keepsLeftPages ? ["--disable-back-forward-cache"] : [] });
}
