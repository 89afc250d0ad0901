/** The axes that panels share: time along the bottom, whole counts upwards. */
import type { ScaleOptionsByType } from "chart.js";
import { formatCompactCount } from "../format.ts";

type AxisOptions<Kind extends "category" | "linear"> = { [Key in keyof ScaleOptionsByType<Kind>]?: Partial<ScaleOptionsByType<Kind>[Key]> };

export function timeScale(title: string) {
  return {
    title: { display: true, text: title },
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
