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
  LinearScale,
  LineController,
  LineElement,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from "chart.js";
import { readTheme, type Theme } from "./theme.ts";

Chart.register(BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement, LogarithmicScale, PointElement, Tooltip);

type ChartKind = "bar" | "line";

/** A chart as a panel describes it. */
export type ChartSpec = ChartConfiguration<ChartKind, (number | null)[], string>;

type DrawnChart = Chart<ChartKind, (number | null)[], string>;

/** One of the lines or kinds of bars of a chart. */
export interface Series {
  label: string;
  colour: string;
  /** What its points look like: a name of Chart.js. */
  shape: string;
  isShown: boolean;
}

export interface Charts {
  /** Makes a chart without figures, while they are on their way: what the library does for the first time takes longest. */
  prepare(id: string, canvas: HTMLCanvasElement): void;
  /** Draws a chart, or brings the one of the same id up to date. Gives what it shows. */
  draw(id: string, canvas: HTMLCanvasElement, specOf: (theme: Theme) => ChartSpec): Series[];
  /** Hides a series, or shows it again, for as long as the page is open. Gives whether it is shown now. */
  toggle(id: string, label: string): boolean;
}

/** Two points of both kinds. */
const noFigures = (): ChartSpec => ({ type: "bar", data: { labels: ["", ""], datasets: [{ data: [0, 1] }, { type: "line", data: [1, 0] }] } });

export function createCharts(): Charts {
  const drawn = new Map<string, DrawnChart>();
  /** The labels of the series that the reader hid, by the chart's id. */
  const hidden = new Map<string, Set<string>>();

  function draw(id: string, canvas: HTMLCanvasElement, specOf: (theme: Theme) => ChartSpec): Series[] {
    const theme = readTheme();
    applyTheme(theme);
    const { type, data, options } = specOf(theme);
    for (const dataset of data.datasets) dataset.hidden = hidden.get(id)?.has(dataset.label ?? "") ?? false;
    const spec: ChartSpec = { type, data, options: { ...options, animation: false } };
    const chart = drawn.get(id);
    if (chart === undefined) {
      drawn.set(id, new Chart(canvas, spec));
    } else {
      Object.assign(chart.config, spec);
      chart.update("none");
    }
    return data.datasets.map(seriesOf);
  }

  return {
    draw,
    prepare(id, canvas) {
      if (!drawn.has(id)) draw(id, canvas, noFigures);
    },
    toggle(id, label) {
      const chart = drawn.get(id);
      const labels = hidden.get(id) ?? new Set();
      hidden.set(id, labels);
      const isShown = labels.delete(label);
      if (!isShown) labels.add(label);
      for (const [index, dataset] of (chart?.data.datasets ?? []).entries()) {
        if (dataset.label === label) chart?.setDatasetVisibility(index, isShown);
      }
      chart?.update("none");
      return isShown;
    },
  };
}

function seriesOf({ label = "", backgroundColor, borderColor, pointStyle, hidden = false }: ChartSpec["data"]["datasets"][number]): Series {
  const colour = [backgroundColor, borderColor].flat().find((one) => typeof one === "string");
  return { label, colour: colour ?? "", shape: String(pointStyle), isShown: !hidden };
}

function applyTheme(theme: Theme): void {
  Chart.defaults.color = theme.muted;
  Chart.defaults.borderColor = theme.grid;
  Chart.defaults.font.family = theme.fontFamily;
  // The height comes from styles.css; without this the canvas would grow with its width.
  Chart.defaults.maintainAspectRatio = false;
  Object.assign(Chart.defaults.plugins.tooltip, {
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
