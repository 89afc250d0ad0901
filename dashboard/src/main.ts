/**
 * The page: fetches one overview, hands it to every panel, and does so again every minute while somebody looks.
 *
 * State is one plain object; the range is mirrored in the address, so that a view is a link.
 */
import type { Overview } from "../../src/analytics/answers.ts";
import { forgetAccess, readAccess } from "./access.ts";
import { ApiError, fetchHealth, fetchOverview } from "./api.ts";
import { byId, el } from "./dom.ts";
import { emptyPage } from "./empty-page.ts";
import { formatClock } from "./format.ts";
import { panels } from "./panels/index.ts";
import type { Panel } from "./panels/panel.ts";
import { addressPrompt, keyPrompt } from "./prompts.ts";

const RANGES = ["24h", "7d", "30d", "90d"];
const REFRESH_MS = 60_000;

const state = {
  access: readAccess(),
  range: readRange(),
  /** The answer on the screen. */
  shown: undefined as Overview | undefined,
  refreshedAt: 0,
  /** The request on its way; a newer one aborts it, so that late answers never replace newer ones. */
  request: undefined as AbortController | undefined,
};

const bodies = new Map<Panel, HTMLElement>();

function start(): void {
  for (const range of RANGES) {
    const button = el("button", { type: "button", "data-range": range }, range);
    button.addEventListener("click", () => chooseRange(range));
    byId("ranges").append(button);
  }
  byId("refresh").addEventListener("click", () => void refresh());
  byId("change-access").addEventListener("click", () => {
    forgetAccess();
    state.access = readAccess();
    showPrompt(addressPrompt(state.access.api, restart));
  });
  addEventListener("popstate", () => {
    state.range = readRange();
    void refresh();
  });
  document.addEventListener("visibilitychange", refreshWhenStale);
  setInterval(refreshWhenStale, 1_000);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => state.shown && showOverview(state.shown));
  void refresh();
}

/** Asks for the figures and shows them. Never rejects. */
async function refresh(): Promise<void> {
  state.request?.abort();
  const request = new AbortController();
  state.request = request;
  state.refreshedAt = Date.now();
  markRange();
  byId("panels").setAttribute("aria-busy", "true");
  if (state.shown === undefined) byId("status").textContent = "Loading…";
  try {
    const overview = await fetchOverview(state.access, state.range, request.signal);
    if (request.signal.aborted) return;
    const isEmpty = overview.summary.calls === 0;
    const health = isEmpty ? await fetchHealth(state.access.api) : undefined;
    if (request.signal.aborted) return;
    state.shown = overview;
    showBanner(undefined);
    if (health === undefined) showOverview(overview);
    else showEmpty(health.lastEventAt);
    byId("status").textContent = `Updated ${formatClock(overview.generatedAt)}`;
  } catch (error) {
    if (!request.signal.aborted) await showFailure(error);
  } finally {
    if (!request.signal.aborted) byId("panels").removeAttribute("aria-busy");
  }
}

/** Every minute while somebody looks; at once when somebody looks again. No prompt is replaced. */
function refreshWhenStale(): void {
  const isDue = Date.now() - state.refreshedAt >= REFRESH_MS;
  if (!document.hidden && isDue && byId("prompt").hidden) void refresh();
}

function showOverview(overview: Overview): void {
  showMain("panels");
  const page = byId("panels");
  if (!page.contains(bodies.get(panels[0] ?? missingPanel()) ?? null)) page.replaceChildren(...panels.map(panelBody));
  for (const panel of panels) renderPanel(panel, overview);
}

/** A panel that fails shows its reason, while the others stay. */
function renderPanel(panel: Panel, overview: Overview): void {
  const body = panelBody(panel);
  try {
    panel.render(body, overview);
  } catch (error) {
    panel.clear?.();
    const reason = error instanceof Error ? error.message : String(error);
    const retry = el("button", { type: "button" }, "Try again");
    retry.addEventListener("click", () => renderPanel(panel, overview));
    body.replaceChildren(el("h2", {}, panel.title), el("p", { class: "panel-error" }, `This panel could not be drawn: ${reason}`), retry);
  }
}

function panelBody(panel: Panel): HTMLElement {
  const known = bodies.get(panel) ?? el("section", { class: `panel ${panel.size}`, id: `panel-${panel.id}`, "aria-label": panel.title });
  bodies.set(panel, known);
  return known;
}

function missingPanel(): never {
  throw new Error("There is no panel.");
}

function showEmpty(lastEventAt: number | null): void {
  showMain("panels");
  for (const panel of panels) panel.clear?.();
  bodies.clear();
  byId("panels").replaceChildren(emptyPage(state.access.api, lastEventAt));
}

async function showFailure(error: unknown): Promise<void> {
  const { code, message } = error instanceof ApiError ? error : new ApiError("unexpected", String(error));
  if (code === "unauthorized") {
    const reason = state.access.key === "" ? undefined : "The Worker refused this key.";
    return showPrompt(keyPrompt(reason, restart));
  }
  const isElsewhere = state.access.api === location.origin && (code === "not_a_tracker" || code === "unreachable" || code.startsWith("http_"));
  if (isElsewhere && state.shown === undefined && !(await isTracker(state.access.api))) return showPrompt(addressPrompt(state.access.api, restart));
  if (state.shown === undefined) showMain("panels");
  byId("status").textContent = state.shown === undefined ? "" : `Figures of ${formatClock(state.shown.generatedAt)}`;
  showBanner(message);
}

async function isTracker(api: string): Promise<boolean> {
  return fetchHealth(api).then(
    () => true,
    () => false,
  );
}

function showBanner(message: string | undefined): void {
  const banner = byId("banner");
  banner.hidden = message === undefined;
  if (message === undefined) return;
  const retry = el("button", { type: "button" }, "Retry");
  retry.addEventListener("click", () => void refresh());
  banner.replaceChildren(el("div", {}, el("span", {}, message), retry));
}

function showPrompt(form: HTMLElement): void {
  state.request?.abort();
  showMain("prompt");
  showBanner(undefined);
  byId("status").textContent = "";
  byId("prompt").replaceChildren(form);
  form.querySelector("input")?.focus();
}

function showMain(id: "panels" | "prompt"): void {
  byId("panels").hidden = id !== "panels";
  byId("prompt").hidden = id !== "prompt";
}

function restart(): void {
  state.access = readAccess();
  state.shown = undefined;
  showMain("panels");
  void refresh();
}

function chooseRange(range: string): void {
  state.range = range;
  history.pushState(null, "", `?range=${range}`);
  void refresh();
}

function markRange(): void {
  for (const button of byId("ranges").querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button.dataset["range"] === state.range));
  }
}

function readRange(): string {
  const range = new URLSearchParams(location.search).get("range") ?? "";
  return RANGES.includes(range) ? range : "7d";
}

start();
