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
  /** Hides a series, or shows it again. Gives whether it is shown now. */
  toggle(id: string, index: number): boolean;
}

/** Two points of both kinds. */
const NO_FIGURES: ChartSpec = { type: "bar", data: { labels: ["", ""], datasets: [{ data: [0, 1] }, { type: "line", data: [1, 0] }] } };

export function createCharts(): Charts {
  const drawn = new Map<string, DrawnChart>();

  function draw(id: string, canvas: HTMLCanvasElement, specOf: (theme: Theme) => ChartSpec): Series[] {
    const theme = readTheme();
    applyTheme(theme);
    const { type, data, options } = specOf(theme);
    const spec: ChartSpec = { type, data, options: { ...options, animation: false } };
    let chart = drawn.get(id);
    if (chart === undefined) {
      chart = new Chart(canvas, spec);
      drawn.set(id, chart);
    } else {
      data.datasets = renewed(chart.data.datasets, data.datasets);
      Object.assign(chart.config, spec);
      chart.update("none");
    }
    return seriesOf(chart);
  }

  return {
    draw,
    prepare(id, canvas) {
      if (!drawn.has(id)) draw(id, canvas, () => NO_FIGURES);
    },
    toggle(id, index) {
      const chart = drawn.get(id);
      if (chart === undefined) return false;
      chart.setDatasetVisibility(index, !chart.isDatasetVisible(index));
      chart.update("none");
      return chart.isDatasetVisible(index);
    },
  };
}

type Datasets = DrawnChart["data"]["datasets"];

/** The same series with new figures: the library knows them by their objects, and would make all anew that belongs to others. */
function renewed(old: Datasets, fresh: Datasets): Datasets {
  const isSame = old.length === fresh.length && old.every(({ label }, index) => label === fresh[index]?.label);
  return isSame ? old.map((dataset, index) => Object.assign(dataset, fresh[index])) : fresh;
}

function seriesOf(chart: DrawnChart): Series[] {
  return chart.data.datasets.map(({ label = "", backgroundColor, pointStyle }, index) => ({
    label,
    colour: String(backgroundColor),
    shape: String(pointStyle),
    isShown: chart.isDatasetVisible(index),
  }));
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
