/** Calls and errors over time: bars for calls, a line for errors on the same scale. */
import type { Overview, TimePoint } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import type { Cell } from "../data-table.ts";
import { figureText } from "../elements.ts";
import { countOf, formatCount, formatPeriodStart } from "../format.ts";
import type { Theme } from "../theme.ts";
import { countScale, timeScale } from "./axes.ts";
import type { ChartPanel } from "./panel.ts";

export const activityPanel: ChartPanel = {
  kind: "chart",
  id: "activity",
  title: "Calls and errors over time",
  question: "When is it used, and when does it fail?",
  width: "wide",
  emptyText: "No calls in this range.",
  view({ timeseries, generatedAt }) {
    const { interval } = timeseries;
    // Hours and days that have not begun would look like a collapse.
    const points = timeseries.points.filter((point) => point.at <= generatedAt);
    if (!points.some((point) => point.calls > 0)) return undefined;
    return {
      sentence: sentenceOf(points, interval),
      spec: (theme) => specOf(points, interval, theme),
      columns: [{ title: startTitle(interval) }, { title: "Calls", isFigure: true }, { title: "Errors", isFigure: true }, { title: "Users", isFigure: true }],
      rows: points.map((point) => rowOf(point, interval)),
    };
  },
};

type Interval = Overview["timeseries"]["interval"];

function startTitle(interval: Interval): string {
  return interval === "hour" ? "Hour (your time)" : "Day (UTC)";
}

function rowOf(point: TimePoint, interval: Interval): Cell[] {
  const users = figureText(formatCount(point.users), point.usersApproximate);
  return [formatPeriodStart(point.at, interval), formatCount(point.calls), formatCount(point.errors), users];
}

function sentenceOf(points: readonly TimePoint[], interval: Interval): string {
  const calls = points.reduce((sum, point) => sum + point.calls, 0);
  const errors = points.reduce((sum, point) => sum + point.errors, 0);
  const busiest = points.reduce((most, point) => (point.calls > most.calls ? point : most));
  const when = `${formatPeriodStart(busiest.at, interval)}${interval === "day" ? " (UTC)" : ""}`;
  return `${countOf(calls, "call")}, of which ${formatCount(errors)} failed; the busiest ${interval} was ${when} with ${countOf(busiest.calls, "call")}.`;
}

function specOf(points: readonly TimePoint[], interval: Interval, theme: Theme): ChartSpec {
  return {
    type: "bar",
    data: {
      labels: points.map((point) => formatPeriodStart(point.at, interval)),
      datasets: [
        {
          type: "line",
          label: "Errors",
          data: points.map((point) => point.errors),
          borderColor: theme.errors,
          backgroundColor: theme.errors,
          borderWidth: 2,
          pointRadius: points.length > 40 ? 0 : 2,
          pointHitRadius: 8,
          pointStyle: "rectRot",
        },
        {
          type: "bar",
          label: "Calls",
          data: points.map((point) => point.calls),
          backgroundColor: theme.calls,
          borderRadius: 2,
          categoryPercentage: 0.9,
          barPercentage: 0.95,
          pointStyle: "rect",
        },
      ],
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: { x: timeScale(startTitle(interval)), y: countScale("Calls") },
      plugins: { legend: { position: "bottom", reverse: true } },
    },
  };
}
