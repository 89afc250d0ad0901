/**
 * The one owner of chart instances. A panel gives a configuration; here it becomes a new chart or an update of the one
 * that stands there already, so that a day of refreshes leaves nothing behind.
 */
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  DoughnutController,
  Legend,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from "chart.js";

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

const charts = new Map<string, Chart>();

/** Draws a chart on a canvas, or brings the one of the same name up to date. */
export function drawChart(name: string, canvas: HTMLCanvasElement, configuration: ChartConfiguration): void {
  applyTheme();
  const known = charts.get(name);
  if (known !== undefined && known.canvas === canvas) {
    known.data = configuration.data;
    known.options = configuration.options ?? {};
    known.update("none");
    return;
  }
  known?.destroy();
  charts.set(name, new Chart(canvas, configuration));
}

/** Removes a chart, where there is one. */
export function removeChart(name: string): void {
  charts.get(name)?.destroy();
  charts.delete(name);
}

/** A colour of styles.css. */
export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function applyTheme(): void {
  Chart.defaults.color = colour("muted");
  Chart.defaults.borderColor = colour("grid");
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.maintainAspectRatio = false;
  Chart.defaults.animation = matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 200 };
}
