/**
 * How calls ended over time: a stack of outcomes for each period. Cancelled and refused are decisions of people, and
 * stand apart from failures. On a skill's page, and in Explore, where outcomes can be chosen.
 */
import type { TimePoint } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import { periodElement } from "../data-table.ts";
import { formatCount, formatPeriodStart } from "../format.ts";
import type { Filters } from "../state.ts";
import { texts } from "../texts/index.ts";
import { type Outcome, OUTCOMES, type Theme } from "../theme.ts";
import { countScale, type Interval, periodTooltip, startTitle, timeScale } from "./axes.ts";
import { chartPanel, type ChartView, type Panel } from "./panel.ts";
import { begunPoints, sumOf } from "./points.ts";

/** Shapes of the legend: outcomes differ in more than colour. */
const SHAPES: Readonly<Record<Outcome, string>> = { ok: "circle", error: "rectRot", timeout: "triangle", cancelled: "rectRounded", refused: "rect" };

export const skillOutcomesPanel: Panel = chartPanel({
  ...texts.panels.skillOutcomes,
  id: "skill-outcomes",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  view: (report) => outcomesView(begunPoints(report.points, report), report.interval, OUTCOMES),
});

export const exploreOutcomesPanel: Panel = chartPanel({
  ...texts.panels.exploreOutcomes,
  id: "explore-outcomes",
  on: "explore",
  asks: "timeseries",
  width: "wide",
  emptyText: texts.noCalls,
  view: (series, { place }) => outcomesView(begunPoints(series.points, series), series.interval, chosenOutcomes(place.filters)),
});

function chosenOutcomes({ outcome }: Filters): readonly Outcome[] {
  return outcome.length === 0 ? OUTCOMES : OUTCOMES.filter((candidate) => outcome.includes(candidate));
}

function outcomesView(points: readonly TimePoint[], interval: Interval, outcomes: readonly Outcome[]): ChartView | undefined {
  const totals = outcomes.map((outcome) => ({ outcome, calls: sumOf(points, (point) => point.outcomes[outcome]) }));
  if (totals.every(({ calls }) => calls === 0)) return undefined;
  return {
    sentence: texts.outcomesSentence(totals),
    spec: (theme) => specOf(points, interval, outcomes, theme),
    columns: [{ title: startTitle(interval) }, ...outcomes.map((outcome) => ({ title: texts.outcomes[outcome], isFigure: true }))],
    rows: () => points.map((point) => [periodElement(point.at, interval), ...outcomes.map((outcome) => formatCount(point.outcomes[outcome]))]),
  };
}

function specOf(points: readonly TimePoint[], interval: Interval, outcomes: readonly Outcome[], theme: Theme): ChartSpec {
  return {
    type: "bar",
    data: {
      labels: points.map((point) => formatPeriodStart(point.at, interval)),
      datasets: outcomes.map((outcome) => ({
        type: "bar" as const,
        label: texts.outcomes[outcome],
        data: points.map((point) => point.outcomes[outcome]),
        backgroundColor: theme.outcomes[outcome],
        categoryPercentage: 0.9,
        barPercentage: 0.95,
        pointStyle: SHAPES[outcome],
      })),
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: { x: { ...timeScale(interval), stacked: true }, y: { ...countScale(texts.calls), stacked: true } },
      plugins: { tooltip: { callbacks: periodTooltip(points.map(({ at }) => at), interval) } },
    },
  };
}
