/** Calls and failures over time: bars for calls, a line for failures on the same scale. */
import type { TimePoint } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import { type Cell, periodElement } from "../data-table.ts";
import { figureText } from "../elements.ts";
import { formatCount, formatPeriodStart } from "../format.ts";
import { texts } from "../texts/index.ts";
import type { Theme } from "../theme.ts";
import { countScale, type Interval, periodTooltip, pointsFor, startTitle, timeScale } from "./axes.ts";
import { chartPanel, type Panel } from "./panel.ts";
import { begunPoints, sumOf } from "./points.ts";

export const activityPanel: Panel = chartPanel({
  ...texts.panels.activity,
  id: "activity",
  on: "overview",
  asks: "overview",
  width: "wide",
  emptyText: texts.noCalls,
  view(overview) {
    const { interval } = overview.timeseries;
    const points = begunPoints(overview.timeseries.points, overview);
    if (!points.some((point) => point.calls > 0)) return undefined;
    return {
      sentence: sentenceOf(points, interval),
      spec: (theme) => specOf(points, interval, theme),
      columns: [{ title: startTitle(interval) }, ...texts.activityColumns.map((title) => ({ title, isFigure: true }))],
      rows: () => points.map((point) => rowOf(point, interval)),
    };
  },
});

function rowOf(point: TimePoint, interval: Interval): Cell[] {
  const users = figureText(formatCount(point.users), point.usersApproximate);
  return [periodElement(point.at, interval), formatCount(point.calls), formatCount(point.errors), users];
}

function sentenceOf(points: readonly TimePoint[], interval: Interval): string {
  const busiest = points.reduce((most, point) => (point.calls > most.calls ? point : most));
  const when = `${formatPeriodStart(busiest.at, interval)}${interval === "day" ? " (UTC)" : ""}`;
  return texts.activitySentence(sumOf(points, ({ calls }) => calls), sumOf(points, ({ errors }) => errors), interval, when, busiest.calls);
}

function specOf(points: readonly TimePoint[], interval: Interval, theme: Theme): ChartSpec {
  return {
    type: "bar",
    data: {
      labels: points.map((point) => formatPeriodStart(point.at, interval)),
      datasets: [
        {
          type: "bar",
          label: texts.calls,
          data: points.map((point) => point.calls),
          backgroundColor: theme.calls,
          borderRadius: 2,
          // The only bars need no place among others.
          grouped: false,
          categoryPercentage: 0.9,
          barPercentage: 0.95,
          pointStyle: "rect",
        },
        {
          type: "line",
          label: texts.failures.label,
          data: points.map((point) => point.errors),
          borderColor: theme.errors,
          backgroundColor: theme.errors,
          ...pointsFor(points.map((point) => point.errors)),
          pointStyle: "rectRot",
          // In front of the bars.
          order: -1,
        },
      ],
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: { x: timeScale(interval), y: countScale(texts.calls) },
      plugins: {
        tooltip: { callbacks: periodTooltip(points.map(({ at }) => at), interval) },
      },
    },
  };
}
