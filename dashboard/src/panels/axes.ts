/** The axes, lines and tooltips that panels share: time along the bottom, whole counts or durations upwards. */
import type { Scale, ScaleOptionsByType, TooltipItem } from "chart.js";
import { formatCompactCount, formatDuration, formatLocal, formatPeriodStart, formatUtc } from "../format.ts";
import { texts } from "../texts/index.ts";

type AxisOptions<Kind extends "category" | "linear" | "logarithmic"> = { [Key in keyof ScaleOptionsByType<Kind>]?: Partial<ScaleOptionsByType<Kind>[Key]> };

export type Interval = "hour" | "day";

export function timeScale(interval: Interval) {
  return {
    title: { display: true, text: startTitle(interval) },
    grid: { display: false },
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

/** Durations by orders of magnitude. */
export function durationScale() {
  return {
    type: "logarithmic",
    title: { display: true, text: texts.durationAxis },
    ticks: { callback: (value: string | number) => formatDuration(Number(value)) },
    afterBuildTicks(axis: Scale) {
      const round = DURATION_TICKS.filter((value) => value >= axis.min && value <= axis.max);
      // Within one order of magnitude the library's own ticks say more.
      if (round.length > 1) axis.ticks = round.map((value) => ({ value }));
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
      return interval === "day" ? [`${formatPeriodStart(at, interval)} (UTC)`, texts.beginsLocally(formatLocal(at))] : [formatLocal(at), formatUtc(at)];
    },
  };
}

/** Points are drawn where they do not run into each other; they can be hit all the same. */
export function pointsFor(count: number) {
  return { pointRadius: count > 40 ? 0 : 3, pointHitRadius: 8, borderWidth: 2 };
}
