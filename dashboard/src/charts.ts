/**
 * The one owner of chart instances, and the only file that runs Chart.js.
 *
 * Only the parts in use are registered, which keeps the rest of the library out of the bundle. Charts do not move: a
 * page that is opened every morning should be there at once, and still.
 */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from "chart.js";
import { readTheme, type Theme } from "./theme.ts";

Chart.register(BarController, BarElement, CategoryScale, Legend, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip);

type ChartKind = "bar" | "line";

/** A chart as a panel describes it. */
export type ChartSpec = ChartConfiguration<ChartKind, (number | null)[], string>;

export interface Charts {
  /** Makes a chart without figures, while they are on their way: what the library does for the first time takes longest. */
  prepare(id: string, canvas: HTMLCanvasElement): void;
  /** Draws a chart, or brings the one of the same id up to date. */
  draw(id: string, canvas: HTMLCanvasElement, specOf: (theme: Theme) => ChartSpec): void;
}

/** Two points of both kinds. */
const NO_FIGURES: ChartSpec = { type: "bar", data: { labels: ["", ""], datasets: [{ data: [0, 1] }, { type: "line", data: [1, 0] }] } };

export function createCharts(): Charts {
  const drawn = new Map<string, Chart<ChartKind, (number | null)[], string>>();

  function draw(id: string, canvas: HTMLCanvasElement, specOf: (theme: Theme) => ChartSpec): void {
    const theme = readTheme();
    applyTheme(theme);
    const { type, data, options } = specOf(theme);
    const spec: ChartSpec = { type, data, options: { ...options, animation: false } };
    const chart = drawn.get(id);
    if (chart === undefined) {
      drawn.set(id, new Chart(canvas, spec));
      return;
    }
    Object.assign(chart.config, spec);
    chart.update("none");
  }

  return {
    draw,
    prepare(id, canvas) {
      if (!drawn.has(id)) draw(id, canvas, () => NO_FIGURES);
    },
  };
}

function applyTheme(theme: Theme): void {
  Chart.defaults.color = theme.muted;
  Chart.defaults.borderColor = theme.grid;
  Chart.defaults.font.family = theme.fontFamily;
  // The height comes from styles.css; without this the canvas would grow with its width.
  Chart.defaults.maintainAspectRatio = false;
  const { legend, tooltip } = Chart.defaults.plugins;
  Object.assign(legend.labels, { usePointStyle: true, boxHeight: 8, color: theme.text });
  Object.assign(tooltip, {
    backgroundColor: theme.surface,
    titleColor: theme.text,
    bodyColor: theme.text,
    borderColor: theme.grid,
    borderWidth: 1,
    padding: 10,
    boxWidth: 8,
    boxHeight: 8,
    usePointStyle: true,
  });
}
