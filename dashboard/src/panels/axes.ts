/** The axes, lines and tooltips that panels share: time along the bottom, whole counts or durations upwards. */
import type { ScaleOptionsByType, TooltipItem } from "chart.js";
import { formatCompactCount, formatDuration, formatLocal, formatPeriodStart, formatUtc } from "../format.ts";
import { texts } from "../texts/index.ts";

type AxisOptions<Kind extends "category" | "linear" | "logarithmic"> = { [Key in keyof ScaleOptionsByType<Kind>]?: Partial<ScaleOptionsByType<Kind>[Key]> };

export type Interval = "hour" | "day";

export function timeScale(interval: Interval) {
  return {
    title: { display: true, text: startTitle(interval) },
    grid: { display: false },
    ticks: { autoSkip: true, autoSkipPadding: 16, maxRotation: 0 },
  } satisfies AxisOptions<"category">;
}

export function countScale(title: string) {
  return {
    title: { display: true, text: title },
    beginAtZero: true,
    ticks: { precision: 0, maxTicksLimit: 6, callback: (value: string | number) => formatCompactCount(Number(value)) },
  } satisfies AxisOptions<"linear">;
}

/** Durations by orders of magnitude: 1, 2 and 5 of each power of ten are named. */
export function durationScale() {
  return {
    type: "logarithmic",
    title: { display: true, text: texts.durationAxis },
    ticks: { autoSkip: true, autoSkipPadding: 8, callback: (value: string | number) => (isNamed(Number(value)) ? formatDuration(Number(value)) : null) },
  } as const satisfies AxisOptions<"logarithmic">;
}

function isNamed(value: number): boolean {
  return /^[125]e/.test(value.toExponential());
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
