/**
 * A chart as a figure that everybody can read: a title, a sentence that says what it shows, the canvas, and a table of
 * the same rows.
 */
import type { ChartConfiguration } from "chart.js";
import type { Overview } from "../../src/analytics/answers.ts";
import { drawChart, removeChart } from "./charts.ts";
import { type Cell, el, table } from "./dom.ts";
import type { Panel } from "./panels/panel.ts";

/** What one chart panel adds. */
export interface FigureOptions {
  id: string;
  title: string;
  size: Panel["size"];
  /** One sentence, with figures in it. */
  sentence(overview: Overview): string;
  chart(overview: Overview): ChartConfiguration;
  head: readonly Cell[];
  rows(overview: Overview): readonly (readonly Cell[])[];
}

/** Makes a panel of a chart. */
export function figurePanel(options: FigureOptions): Panel {
  const canvas = el("canvas", { role: "img" });
  const sentence = el("p");
  const details = el("details", {}, el("summary", {}, "Show as a table"));
  const heading = el("h2", {}, options.title);
  const figure = el("figure", {}, el("figcaption", {}, heading, sentence), el("div", { class: "chart" }, canvas), details);
  return {
    id: options.id,
    title: options.title,
    size: options.size,
    render(body, overview) {
      if (!body.contains(figure)) body.replaceChildren(figure);
      sentence.textContent = options.sentence(overview);
      canvas.setAttribute("aria-label", `${options.title}. ${sentence.textContent}`);
      details.replaceChildren(el("summary", {}, "Show as a table"), table(options.title, options.head, options.rows(overview)));
      drawChart(options.id, canvas, options.chart(overview));
    },
    clear: () => removeChart(options.id),
  };
}
