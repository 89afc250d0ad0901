/** The page as a whole: brings everything on the screen in line with the state. Knows no request and no storage. */
import { createCharts } from "./charts.ts";
import { byId } from "./elements.ts";
import { budgetNotice, costSentence } from "./cost-texts.ts";
import { createEmptyPage } from "./empty-page.ts";
import { formatClock, formatSpan } from "./format.ts";
import { createPanelFrame } from "./panel-frame.ts";
import { PANELS } from "./panels/index.ts";
import type { Choices } from "./panels/panel.ts";
import { createSourceFilter } from "./source-filter.ts";
import { isRange, RANGE_NAMES, type Range, type State } from "./state.ts";

/** What a reader can do with the page, prompts aside. */
export interface PageActions extends Pick<Choices, "setOrder" | "showAllSkills"> {
  setRange(range: Range): void;
  setSource(source: string | null): void;
  refresh(): void;
  changeKey(): void;
  changeAddress(): void;
}

export interface Page {
  /** Everything but the contents of the panels. */
  render(state: State): void;
  /** The contents of the panels, when figures, order or colours have changed. */
  drawPanels(state: State): void;
}

export function createPage(actions: PageActions): Page {
  const charts = createCharts();
  const frames = PANELS.map((panel) => createPanelFrame(panel, charts));
  const panels = byId("panels", HTMLElement);
  const empty = createEmptyPage(actions.setRange);
  const sourceFilter = createSourceFilter(actions.setSource);
  panels.append(...frames.map((frame) => frame.element));
  listen(actions);

  return {
    render(state) {
      renderHeader(state);
      sourceFilter.render(state);
      renderBanner(state);
      renderCost(state);
      setText("tracker-address", state.connection.base === "" ? "unknown" : state.connection.base);
      const isEmpty = state.overview?.summary.calls === 0;
      if (state.screen === "figures" && isEmpty) empty.show(state);
      else empty.hide();
      panels.hidden = state.screen !== "figures" || isEmpty;
      panels.setAttribute("aria-busy", String(state.loading));
    },
    drawPanels(state) {
      const { overview, failure } = state;
      for (const frame of frames) {
        if (overview !== undefined) frame.show(overview, { ...actions, order: state.order, allSkills: state.allSkills });
        else if (failure !== undefined) frame.showError("Not loaded.");
        else frame.showLoading();
      }
    },
  };
}

function listen(actions: PageActions): void {
  for (const button of rangeButtons()) {
    button.addEventListener("click", () => {
      const range = button.dataset["range"];
      if (isRange(range)) actions.setRange(range);
    });
  }
  byId("refresh", HTMLButtonElement).addEventListener("click", actions.refresh);
  byId("retry", HTMLButtonElement).addEventListener("click", actions.refresh);
  byId("change-key", HTMLButtonElement).addEventListener("click", actions.changeKey);
  byId("change-address", HTMLButtonElement).addEventListener("click", actions.changeAddress);
}

function rangeButtons(): HTMLElement[] {
  return [...byId("ranges", HTMLElement).querySelectorAll<HTMLElement>("[data-range]")];
}

function renderHeader(state: State): void {
  const { screen } = state;
  for (const button of rangeButtons()) button.setAttribute("aria-pressed", String(button.dataset["range"] === state.range));
  setText("period", periodText(state));
  byId("refresh", HTMLButtonElement).setAttribute("aria-busy", String(state.loading && screen === "figures"));
  document.title = `${RANGE_NAMES[state.range].name.replace("the last ", "")} · Track-Skills`;
  setText("status", statusText(state));
}

function periodText({ overview, source }: State): string {
  if (overview === undefined) return "";
  const { from, to, preset } = overview.range;
  const compared = isRange(preset) && overview.summary.calls > 0 ? `, compared with ${RANGE_NAMES[preset].before}` : "";
  const ofSource = source === null ? "" : ` from ${source === "" ? "where nobody said" : source}`;
  return `Calls of skills${ofSource}, ${formatSpan(from, to, preset)}${compared}`;
}

function statusText({ screen, loading, overview, loadedAt }: State): string {
  if (screen !== "figures") return "";
  if (loading) return "Loading…";
  return overview === undefined ? "Not loaded" : `Updated ${formatClock(loadedAt)}`;
}

function renderBanner(state: State): void {
  const { failure, overview } = state;
  const banner = byId("banner", HTMLElement);
  banner.hidden = failure === undefined || state.screen !== "figures";
  if (failure === undefined) return;
  const preset = overview?.range.preset;
  const ofRange = isRange(preset) && preset !== state.range ? ` for ${RANGE_NAMES[preset].name}` : "";
  const kept = overview === undefined ? "" : ` These figures are from ${formatClock(state.loadedAt)}${ofRange}.`;
  setText("banner-text", `The figures could not be loaded. ${failure}${kept}`);
}

function renderCost({ overview, screen }: State): void {
  const cost = screen === "figures" ? overview?.costToday : undefined;
  byId("budget-notice", HTMLElement).hidden = cost?.isBudgetSpent !== true;
  setText("budget-text", cost?.isBudgetSpent ? budgetNotice(cost) : "");
  setText("cost-today", cost === undefined ? "" : costSentence(cost));
}

/** Writes only what has changed: a live region would be read out again. */
function setText(id: string, text: string): void {
  const target = byId(id, HTMLElement);
  if (target.textContent !== text) target.textContent = text;
}
