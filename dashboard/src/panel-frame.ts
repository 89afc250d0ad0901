/**
 * The frame around a panel: title, sentence, and the four states loading, ready, empty and error.
 *
 * A panel that throws shows that it did, and leaves the others alone.
 */
import type { Overview } from "../../src/analytics/answers.ts";
import type { Charts } from "./charts.ts";
import { dataTable } from "./data-table.ts";
import { element, replaceKeepingPlace } from "./elements.ts";
import type { ChartPanel, ChartView, Choices, ContentPanel, Panel } from "./panels/panel.ts";

export interface PanelFrame {
  element: HTMLElement;
  showLoading(): void;
  /** There are no figures at all, for a reason that the page's banner names. */
  showError(reason: string): void;
  /** Draws the panel: ready, empty, or, when it throws, error. Never throws. */
  show(overview: Overview, choices: Choices): void;
}

export function createPanelFrame(panel: Panel, charts: Charts): PanelFrame {
  const body = panel.kind === "chart" ? createChartBody(panel, charts) : createContentBody(panel);
  const note = element("p", { class: "panel-note" });
  body.element.append(note);

  function setState(state: "loading" | "ready" | "empty" | "error", text: string): void {
    body.element.dataset["state"] = state;
    body.element.setAttribute("aria-busy", String(state === "loading"));
    note.textContent = text;
    note.hidden = state === "ready";
    if (state !== "ready") body.clear();
  }

  setState("loading", "Loading…");
  return {
    element: body.element,
    showLoading: () => setState("loading", "Loading…"),
    showError: (reason) => setState("error", reason),
    show(overview, choices) {
      try {
        // Shown first: a chart that is drawn while hidden has no size.
        setState("ready", "");
        if (!body.draw(overview, choices)) setState("empty", panel.emptyText);
      } catch (error) {
        setState("error", `This panel could not be drawn: ${error instanceof Error ? error.message : String(error)}`);
      }
    },
  };
}

interface PanelBody {
  element: HTMLElement;
  /** Returns `false` when there is nothing to show. */
  draw(overview: Overview, choices: Choices): boolean;
  clear(): void;
}

function createContentBody(panel: ContentPanel): PanelBody {
  const titleId = `title-${panel.id}`;
  const content = element("div", { class: "panel-content" });
  const heading = element("h2", { id: titleId }, panel.title);
  const question = element("p", { class: "sentence" }, panel.question);
  return {
    element: element("section", { ...frameAttributes(panel), "aria-labelledby": titleId }, heading, question, content),
    draw(overview, choices) {
      const view = panel.view(overview, choices);
      if (view === undefined) return false;
      content.hidden = false;
      replaceKeepingPlace(content, view);
      return true;
    },
    clear() {
      content.hidden = true;
    },
  };
}

function createChartBody(panel: ChartPanel, charts: Charts): PanelBody {
  const sentence = element("p", { class: "sentence" }, panel.question);
  const canvas = element("canvas", { role: "img", "aria-label": panel.title });
  const table = element("div");
  const content = element(
    "div",
    { class: "panel-content" },
    element("div", { class: "chart-box" }, canvas),
    element("details", { class: "chart-data" }, element("summary", {}, "Show data"), table),
  );
  const caption = element("figcaption", {}, element("h2", {}, panel.title), sentence);

  function draw(view: ChartView): void {
    sentence.textContent = view.sentence;
    canvas.setAttribute("aria-label", `${panel.title}. ${view.sentence}`);
    charts.draw(panel.id, canvas, view.spec);
    replaceKeepingPlace(table, dataTable(`${panel.title}: data`, `data-${panel.id}`, view.columns, view.rows));
  }

  return {
    element: element("figure", frameAttributes(panel), caption, content),
    draw(overview) {
      const view = panel.view(overview);
      if (view === undefined) return false;
      content.hidden = false;
      draw(view);
      return true;
    },
    clear() {
      content.hidden = true;
      sentence.textContent = panel.question;
    },
  };
}

function frameAttributes(panel: Panel): Record<string, string> {
  return { id: `panel-${panel.id}`, class: `panel panel-${panel.width}` };
}
