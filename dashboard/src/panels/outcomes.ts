/** How do calls end? */
import type { Outcome } from "../../../src/event.ts";
import { colour } from "../charts.ts";
import { figurePanel } from "../figure.ts";
import { formatCount, formatRate } from "../format.ts";
import type { Panel } from "./panel.ts";

const OUTCOMES: readonly { outcome: Outcome; label: string }[] = [
  { outcome: "ok", label: "OK" },
  { outcome: "error", label: "Error" },
  { outcome: "timeout", label: "Timeout" },
  { outcome: "cancelled", label: "Cancelled" },
  { outcome: "refused", label: "Refused" },
];

export const outcomes: Panel = figurePanel({
  id: "outcomes",
  title: "Outcomes",
  size: "narrow",
  sentence: ({ summary }) =>
    `${formatRate(summary.successRate)} of the calls that people let finish were successful; ${formatCount(summary.cancelled)} were cancelled, ${formatCount(summary.refused)} refused.`,
  chart: ({ summary }) => ({
    type: "doughnut",
    data: {
      labels: OUTCOMES.map(({ label }) => label),
      datasets: [
        {
          data: OUTCOMES.map(({ outcome }) => summary.outcomes[outcome]),
          backgroundColor: OUTCOMES.map(({ outcome }) => colour(outcome)),
          borderColor: colour("surface"),
          borderWidth: 2,
        },
      ],
    },
    options: { plugins: { legend: { position: "bottom" } } },
  }),
  head: [{ text: "Outcome" }, { text: "Calls", kind: "number" }, { text: "Share", kind: "number" }],
  rows: ({ summary }) =>
    OUTCOMES.map(({ outcome, label }) => [
      { text: label },
      { text: formatCount(summary.outcomes[outcome]), kind: "number" },
      { text: formatRate(summary.calls === 0 ? null : summary.outcomes[outcome] / summary.calls), kind: "number" },
    ]),
});
