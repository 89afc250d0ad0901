/** When are skills called, and when do they fail? */
import type { Overview, TimePoint } from "../../../src/analytics/answers.ts";
import { colour } from "../charts.ts";
import { figurePanel } from "../figure.ts";
import { formatCount, formatDuration, formatPeriod } from "../format.ts";
import type { Panel } from "./panel.ts";

/** The range reaches to the end of today; hours that have not begun are not drawn as silence. */
function pointsOf({ timeseries, generatedAt }: Overview): readonly TimePoint[] {
  return timeseries.points.filter((point) => point.at <= generatedAt);
}

export const callsOverTime: Panel = figurePanel({
  id: "calls-over-time",
  title: "Calls and errors over time",
  size: "wide",
  sentence(overview) {
    const points = pointsOf(overview);
    const busiest = points.reduce((best, point) => (point.calls > best.calls ? point : best), { at: 0, calls: 0 });
    const when = formatPeriod(busiest.at, overview.timeseries.interval);
    return `${formatCount(overview.summary.calls)} calls, ${formatCount(overview.summary.errors)} errors; busiest ${overview.timeseries.interval}: ${when} (UTC) with ${formatCount(busiest.calls)} calls.`;
  },
  chart(overview) {
    const points = pointsOf(overview);
    return {
      type: "bar",
      data: {
        labels: points.map((point) => formatPeriod(point.at, overview.timeseries.interval)),
        datasets: [
          { label: "Errors", data: points.map((point) => point.errors), backgroundColor: colour("error"), stack: "calls" },
          { label: "Other calls", data: points.map((point) => point.calls - point.errors), backgroundColor: colour("series-1"), stack: "calls" },
        ],
      },
      options: {
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { position: "bottom" } },
        scales: {
          x: { stacked: true, grid: { display: false }, ticks: { maxTicksLimit: 8, maxRotation: 0 } },
          y: { stacked: true, beginAtZero: true, ticks: { precision: 0 } },
        },
      },
    };
  },
  head: [{ text: "From (UTC)" }, { text: "Calls", kind: "number" }, { text: "Errors", kind: "number" }, { text: "Users", kind: "number" }, { text: "p95", kind: "number" }],
  rows: (overview) =>
    pointsOf(overview).map((point) => [
      { text: formatPeriod(point.at, overview.timeseries.interval) },
      { text: formatCount(point.calls), kind: "number" },
      { text: formatCount(point.errors), kind: "number" },
      { text: formatCount(point.users), kind: "number" },
      { text: formatDuration(point.p95), kind: "number" },
    ]),
});
