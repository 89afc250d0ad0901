/** How long calls take: percentiles over time on a logarithmic axis, since durations span orders of magnitude. */
import type { TimePoint } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import { periodElement } from "../data-table.ts";
import { formatDuration, formatPeriodStart } from "../format.ts";
import { texts } from "../texts/index.ts";
import type { Theme } from "../theme.ts";
import { durationScale, type Interval, periodTooltip, pointsFor, startTitle, timeScale } from "./axes.ts";
import { chartPanel, type ChartView, type Panel } from "./panel.ts";
import { begunPoints } from "./points.ts";

export const skillDurationsPanel: Panel = chartPanel({
  ...texts.panels.durations,
  id: "skill-durations",
  on: "skill",
  asks: "skill",
  width: "half",
  emptyText: texts.noDurations,
  view: (report) => durationsView(begunPoints(report.points, report), report.interval),
});

export const exploreDurationsPanel: Panel = chartPanel({
  ...texts.panels.durations,
  id: "explore-durations",
  on: "explore",
  asks: "timeseries",
  width: "narrow",
  emptyText: texts.noDurations,
  view(series, { place }) {
    const view = durationsView(begunPoints(series.points, series), series.interval);
    // Usage cells keep durations of all outcomes together.
    return view === undefined || place.filters.outcome.length === 0 ? view : { ...view, sentence: `${view.sentence} ${texts.durationsOfAll}` };
  },
});

function durationsView(points: readonly TimePoint[], interval: Interval): ChartView | undefined {
  const measured = points.filter(({ p50 }) => p50 !== null);
  const last = measured.at(-1);
  if (last === undefined) return undefined;
  return {
    sentence: texts.durationsSentence(formatPeriodStart(last.at, interval), last),
    spec: (theme) => specOf(points, interval, theme),
    columns: [{ title: startTitle(interval) }, ...["p50", "p95", "p99"].map((title) => ({ title, isFigure: true }))],
    rows: () => points.map((point) => [periodElement(point.at, interval), formatDuration(point.p50), formatDuration(point.p95), formatDuration(point.p99)]),
  };
}

function specOf(points: readonly TimePoint[], interval: Interval, theme: Theme): ChartSpec {
  // Lines differ in dashes and points too, not in colour alone.
  const lines = [
    { key: "p50", colour: theme.lines[0], borderDash: [], pointStyle: "circle" },
    { key: "p95", colour: theme.lines[1], borderDash: [8, 4], pointStyle: "rect" },
    { key: "p99", colour: theme.lines[2], borderDash: [2, 3], pointStyle: "triangle" },
  ] as const;
  return {
    type: "line",
    data: {
      labels: points.map((point) => formatPeriodStart(point.at, interval)),
      datasets: lines.map(({ key, colour, borderDash, pointStyle }, index) => ({
        type: "line" as const,
        label: key,
        // A logarithmic axis has no 0: what took less than a millisecond stands at its foot.
        data: points.map((point) => (point[key] === null ? null : Math.max(1, point[key]))),
        borderColor: colour,
        backgroundColor: colour,
        borderDash: [...borderDash],
        pointStyle,
        ...pointsFor(points.map((point) => point[key])),
        // The longest on top, in the tooltip too.
        order: -index,
        spanGaps: true,
      })),
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: { x: timeScale(interval), y: durationScale() },
      plugins: {
        tooltip: {
          callbacks: {
            ...periodTooltip(points.map(({ at }) => at), interval),
            label: ({ dataset, parsed }) => `${dataset.label}: ${formatDuration(parsed.y)}`,
          },
        },
      },
    },
  };
}
