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
  /** Draws a chart, or brings the one of the same id up to date. */
  draw(id: string, canvas: HTMLCanvasElement, specOf: (theme: Theme) => ChartSpec): void;
}

/** Draws a chart that nobody sees, while the first answer is on its way: what the library does for the first time takes longest. */
export function warmUp(): void {
  const data = { labels: ["", ""], datasets: [{ data: [0, 1] }, { type: "line" as const, data: [1, 0] }] };
  new Chart(document.createElement("canvas"), { type: "bar", data, options: { animation: false, responsive: false } }).destroy();
}

export function createCharts(): Charts {
  const drawn = new Map<string, Chart<ChartKind, (number | null)[], string>>();
  return {
    draw(id, canvas, specOf) {
      const theme = readTheme();
      applyTheme(theme);
      const spec = specOf(theme);
      const options = { ...spec.options, animation: false as const };
      const chart = drawn.get(id);
      if (chart === undefined) {
        drawn.set(id, new Chart(canvas, { ...spec, options }));
        return;
      }
      chart.data = spec.data;
      chart.options = options;
      chart.update("none");
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
