/** Does anyone come back? */
import { colour } from "../charts.ts";
import { figurePanel } from "../figure.ts";
import { formatCount, formatPeriod, formatRate } from "../format.ts";
import type { Panel } from "./panel.ts";

export const people: Panel = figurePanel({
  id: "people",
  title: "Active users",
  size: "half",
  sentence: ({ retention, summary }) =>
    `${formatCount(retention.dau)} today, ${formatCount(retention.wau)} in 7 days, ${formatCount(retention.mau)} in 30 days; ${formatRate(retention.stickiness)} of the month's users came today. ${formatCount(summary.callsWithoutUser)} calls named no user.`,
  chart({ retention: { days } }) {
    const line = (label: string, figure: "dau" | "wau" | "mau", style: { series: string; dash: number[]; point: "circle" | "triangle" | "rect" }) => ({
      label,
      data: days.map((day) => day[figure]),
      borderColor: colour(style.series),
      backgroundColor: colour(style.series),
      borderDash: style.dash,
      borderWidth: 2,
      pointStyle: style.point,
      pointRadius: days.length > 31 ? 0 : 3,
      tension: 0,
    });
    return {
      type: "line",
      data: {
        labels: days.map(({ day }) => formatPeriod(Date.parse(day), "day")),
        datasets: [
          line("A day (DAU)", "dau", { series: "series-1", dash: [], point: "circle" }),
          line("7 days (WAU)", "wau", { series: "series-2", dash: [6, 3], point: "triangle" }),
          line("30 days (MAU)", "mau", { series: "series-3", dash: [2, 3], point: "rect" }),
        ],
      },
      options: {
        interaction: { mode: "index", intersect: false },
        plugins: { legend: { position: "bottom", labels: { usePointStyle: true } } },
        scales: { x: { grid: { display: false }, ticks: { maxTicksLimit: 8, maxRotation: 0 } }, y: { beginAtZero: true, ticks: { precision: 0 } } },
      },
    };
  },
  head: [{ text: "Day (UTC)" }, { text: "DAU", kind: "number" }, { text: "WAU", kind: "number" }, { text: "MAU", kind: "number" }, { text: "New", kind: "number" }],
  rows: ({ retention }) =>
    retention.days.map(({ day, dau, wau, mau, newUsers }) => [
      { text: day },
      ...[dau, wau, mau, newUsers].map((users) => ({ text: formatCount(users), kind: "number" })),
    ]),
});
