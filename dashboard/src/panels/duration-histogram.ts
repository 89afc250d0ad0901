/** How durations are distributed, in bins of equal width on a logarithmic axis. */
import type { SkillReport } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import { formatCount, formatDuration, formatRate } from "../format.ts";
import { texts } from "../texts/index.ts";
import type { Theme } from "../theme.ts";
import { countScale } from "./axes.ts";
import { chartPanel, type Panel } from "./panel.ts";
import { sumOf } from "./points.ts";

export const durationHistogramPanel: Panel = chartPanel({
  ...texts.panels.histogram,
  id: "duration-histogram",
  on: "skill",
  asks: "skill",
  width: "half",
  emptyText: texts.noDurations,
  needs: ["histogram"],
  view({ histogram, summary: { durationMs } }) {
    if (histogram.length === 0) return undefined;
    const all = sumOf(histogram, ({ calls }) => calls);
    return {
      sentence: texts.histogramSentence(durationMs),
      spec: (theme) => specOf(histogram, theme),
      columns: texts.histogramColumns.map((title, index) => ({ title, isFigure: index > 0 })),
      rows: () => histogram.map((bin) => [spanOf(bin), formatCount(bin.calls), formatRate(bin.calls / all)]),
    };
  },
});

type Bin = SkillReport["histogram"][number];

function spanOf({ fromMs, toMs }: Bin): string {
  return `${formatDuration(fromMs)} – ${formatDuration(toMs)}`;
}

function specOf(histogram: readonly Bin[], theme: Theme): ChartSpec {
  return {
    type: "bar",
    data: {
      labels: histogram.map(({ fromMs }) => formatDuration(fromMs)),
      datasets: [{ type: "bar", label: texts.calls, data: histogram.map(({ calls }) => calls), backgroundColor: theme.calls, categoryPercentage: 1, barPercentage: 0.94 }],
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: {
        x: { title: { display: true, text: texts.durationAxis }, grid: { display: false }, ticks: { autoSkip: true, autoSkipPadding: 12, maxRotation: 0 } },
        y: countScale(texts.calls),
      },
      plugins: {
        tooltip: { callbacks: { title: (items) => items.slice(0, 1).flatMap(({ dataIndex }) => (histogram[dataIndex] === undefined ? [] : [spanOf(histogram[dataIndex])])) } },
      },
    },
  };
}
