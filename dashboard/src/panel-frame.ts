/**
 * The frame around a panel: title, sentence, and the four states loading, ready, empty and error.
 *
 * A panel that throws shows that it did, and leaves the others alone.
 */
import type { Charts } from "./charts.ts";
import { dataTable } from "./data-table.ts";
import { element, replaceKeepingPlace } from "./elements.ts";
import { createLegend } from "./legend.ts";
import { type AnswerTo, type ChartView, type Choices, isWithheld, type Leads, type Panel } from "./panels/panel.ts";
import { texts } from "./texts/index.ts";

export interface PanelFrame {
  panel: Panel;
  element: HTMLElement;
  showLoading(): void;
  /** Makes the chart of a panel that waits for its figures. */
  prepareChart(): void;
  /** There is nothing to show, and another try would not change that. */
  showEmpty(reason: string): void;
  /** There are no figures. With `onRetry` there is a button beside the reason. */
  showError(reason: string, onRetry?: () => void): void;
  /** Draws what the panel makes of its answer: ready, empty, or, when it throws, error. Never throws. */
  show(answerTo: AnswerTo, choices: Choices): void;
  /** Says whether the figures are those of another range while newer ones are on their way. */
  setStale(isStale: boolean): void;
}

export function createPanelFrame(panel: Panel, charts: Charts, leads: Leads): PanelFrame {
  const body = panel.kind === "chart" ? createChartBody(panel, charts) : createContentBody(panel, leads);
  // A skeleton says to eyes that its figures are on their way.
  const note = element("div", { class: panel.skeleton === undefined ? "panel-note" : "panel-note with-skeleton" });
  body.element.append(note);

  function setState(state: "loading" | "ready" | "empty" | "error", ...content: (Node | string)[]): void {
    body.element.dataset["state"] = state;
    body.element.setAttribute("aria-busy", String(state === "loading"));
    const hadFocus = note.contains(document.activeElement);
    note.replaceChildren(...content);
    // The button that was pressed is gone.
    if (hadFocus) body.element.focus({ preventScroll: true });
    note.hidden = state === "ready";
    if (state !== "ready") body.clear();
    if (state === "loading") body.prepare?.();
  }

  setState("loading", texts.loading);
  return {
    panel,
    element: body.element,
    showLoading: () => setState("loading", texts.loading),
    prepareChart: () => body.element.dataset["state"] === "loading" && body.element.offsetParent !== null && body.prepareChart?.(),
    showEmpty: (reason) => setState("empty", reason),
    showError(reason, onRetry) {
      setState("error", element("p", {}, reason), ...(onRetry === undefined ? [] : [retryButton(panel, onRetry)]));
    },
    show(answerTo, choices) {
      try {
        // Shown first: a chart that is drawn while hidden has no size.
        setState("ready");
        const view = isWithheld(panel, answerTo(panel.asks)) ? undefined : panel.read(answerTo, choices);
        if (view !== undefined) body.draw(view);
        else setState("empty", isWithheld(panel, answerTo(panel.asks)) ? texts.withheld : panel.emptyText);
      } catch (error) {
        setState("error", texts.panelFailed(error instanceof Error ? error.message : String(error)));
      }
    },
    setStale(isStale) {
      body.element.classList.toggle("stale", isStale);
    },
  };
}

function retryButton(panel: Panel, onRetry: () => void): HTMLElement {
  const button = element("button", { type: "button", class: "retry", "aria-label": texts.retryPanel(panel.title) }, texts.retry);
  button.addEventListener("click", onRetry);
  return button;
}

interface PanelBody {
  element: HTMLElement;
  draw(view: ChartView | Node): void;
  /** Keeps the place of what is on its way. */
  prepare?(): void;
  prepareChart?(): void;
  clear(): void;
}

function createContentBody(panel: Panel, leads: Leads): PanelBody {
  const titleId = `title-${panel.id}`;
  const content = element("div", { class: "panel-content" });
  const heading = element("h2", { id: titleId }, panel.title);
  const question = element("p", { class: "sentence" }, panel.question);
  // There from the beginning: somebody may type into a field while the figures are on their way.
  const controls = panel.controls === undefined ? [] : [panel.controls(leads)];
  return {
    element: element("section", { ...frameAttributes(panel), "aria-labelledby": titleId }, heading, question, ...controls, content),
    draw(view) {
      if (!(view instanceof Node)) return;
      content.hidden = false;
      replaceKeepingPlace(content, view);
    },
    prepare() {
      if (panel.skeleton === undefined) return;
      content.hidden = false;
      content.replaceChildren(element("div", { "aria-hidden": "true" }, panel.skeleton()));
    },
    clear() {
      content.hidden = true;
    },
  };
}

function createChartBody(panel: Panel, charts: Charts): PanelBody {
  const sentence = element("p", { class: "sentence" }, panel.question);
  const canvas = element("canvas", { role: "img", "aria-label": panel.title });
  const table = element("div");
  const details = element("details", { class: "chart-data" }, element("summary", {}, texts.showData), table);
  const legend = createLegend((label) => charts.toggle(panel.id, label));
  const content = element("div", { class: "panel-content" }, element("div", { class: "chart" }, element("div", { class: "chart-box" }, canvas), legend.element), details);
  const caption = element("figcaption", {}, element("h2", {}, panel.title), sentence);
  let current: ChartView | undefined;

  // The table costs more time than the chart, and most readers never open it.
  function fillTable(): void {
    if (current === undefined || !details.open) return;
    replaceKeepingPlace(table, dataTable(texts.dataOf(panel.title), `data-${panel.id}`, current.columns, current.rows()));
  }
  details.addEventListener("toggle", fillTable);

  return {
    element: element("figure", frameAttributes(panel), caption, content),
    draw(view) {
      if (view instanceof Node) return;
      current = view;
      content.hidden = false;
      sentence.textContent = view.sentence;
      canvas.setAttribute("aria-label", `${panel.title}. ${view.sentence}`);
      legend.show(charts.draw(panel.id, canvas, view.spec));
      fillTable();
    },
    // Its content has its size, and is not seen yet.
    prepare: () => void (content.hidden = false),
    prepareChart: () => charts.prepare(panel.id, canvas),
    clear() {
      current = undefined;
      content.hidden = true;
      sentence.textContent = panel.question;
    },
  };
}

function frameAttributes(panel: Panel): Record<string, string> {
  return { id: `panel-${panel.id}`, class: `panel panel-${panel.width}`, tabindex: "-1" };
}
