/** The axes, lines and tooltips that panels share: time along the bottom, whole counts or durations upwards. */
import type { Scale, ScaleOptionsByType, TooltipItem } from "chart.js";
import { DAY_MS, formatCompactCount, formatDuration, formatLocal, formatPeriodStart, formatUtc, HOUR_MS } from "../format.ts";
import { texts } from "../texts/index.ts";

type AxisOptions<Kind extends "category" | "linear" | "logarithmic"> = { [Key in keyof ScaleOptionsByType<Kind>]?: Partial<ScaleOptionsByType<Kind>[Key]> };

export type Interval = "hour" | "day";

export function timeScale(interval: Interval) {
  return {
    title: { display: true, text: startTitle(interval) },
    grid: { display: false },
    // Lines begin where bars do; and without room at both ends the library takes one label more than fits.
    offset: true,
    // All labels are about as long, and measuring each takes a good part of drawing.
    ticks: { autoSkip: true, autoSkipPadding: 16, maxRotation: 0, sampleSize: 8 },
  } satisfies AxisOptions<"category">;
}

export function countScale(title: string) {
  return {
    title: { display: true, text: title },
    beginAtZero: true,
    ticks: { precision: 0, maxTicksLimit: 6, callback: (value: string | number) => formatCompactCount(Number(value)) },
  } satisfies AxisOptions<"linear">;
}

/** Round durations. Powers of ten in milliseconds would read as 1.7 min and 17 min. */
const DURATION_TICKS = [1, 10, 100, 1e3, 1e4, 6e4, 6e5, 3.6e6, 3.6e7, 8.64e7, 8.64e8];

/** And those between, for an axis on which the others are few. None is less than twice the one before. */
const FINE_DURATION_TICKS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 3e4, 6e4, 1.2e5, 3e5, 6e5, 1.8e6, 3.6e6, 7.2e6, 1.8e7, 3.6e7, 8.64e7, 1.728e8, 4.32e8, 8.64e8];

/** Durations by orders of magnitude. */
export function durationScale() {
  return {
    type: "logarithmic",
    title: { display: true, text: texts.durationAxis },
    ticks: { callback: (value: string | number) => formatDuration(Number(value)) },
    afterBuildTicks(axis: Scale) {
      const within = (ticks: readonly number[]): number[] => ticks.filter((value) => value >= axis.min && value <= axis.max);
      const round = [DURATION_TICKS, FINE_DURATION_TICKS].map(within).find((ticks) => ticks.length > 2);
      // Between two round ones the library's own say more.
      if (round !== undefined) axis.ticks = round.map((value) => ({ value }));
    },
  } as const satisfies AxisOptions<"logarithmic">;
}

/** What the column or axis of periods is called. */
export function startTitle(interval: Interval): string {
  return interval === "hour" ? texts.hourColumn : texts.dayColumn;
}

/** Names a period in a tooltip: a UTC day with the reader's own time of its beginning, an hour with its UTC time. */
export function periodTooltip(starts: readonly number[], interval: Interval) {
  return {
    title(items: TooltipItem<"bar" | "line">[]): string[] {
      const at = starts[items[0]?.dataIndex ?? -1];
      if (at === undefined) return [];
      const soFar = at + (interval === "day" ? DAY_MS : HOUR_MS) > Date.now() ? `, ${texts.soFar}` : "";
      return interval === "day" ? [`${formatPeriodStart(at, interval)} (UTC)${soFar}`, texts.beginsLocally(formatLocal(at))] : [`${formatLocal(at)}${soFar}`, formatUtc(at)];
    },
  };
}

/** Points are drawn where they do not run into each other, and one alone, which makes no line. They can be hit all the same. */
export function pointsFor(values: readonly (number | null)[]) {
  const isDense = values.length > 40 && values.filter((value) => value !== null).length > 1;
  return { pointRadius: isDense ? 0 : 3, pointHitRadius: 8, borderWidth: 2 };
}
