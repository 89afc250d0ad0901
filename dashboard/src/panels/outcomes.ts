/** How calls ended, as shares of a ring. Cancelled and refused are decisions of people, and stand apart from failures. */
import type { Overview } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import { countOf, formatCount, formatRate } from "../format.ts";
import type { Outcome, Theme } from "../theme.ts";
import type { ChartPanel } from "./panel.ts";

export const outcomesPanel: ChartPanel = {
  kind: "chart",
  id: "outcomes",
  title: "Outcomes",
  question: "How do calls end?",
  width: "narrow",
  emptyText: "No calls in this range.",
  view({ summary }) {
    if (summary.calls === 0) return undefined;
    const shares = sharesOf(summary);
    return {
      sentence: sentenceOf(summary),
      spec: (theme) => specOf(shares, theme),
      columns: [{ title: "Outcome" }, { title: "Calls", isFigure: true }, { title: "Share", isFigure: true }],
      rows: shares.map(({ title, calls, share }) => [title, formatCount(calls), formatRate(share)]),
    };
  },
};

/** What each outcome is called, in the order in which they are shown. */
export const OUTCOME_TITLES: Readonly<Record<Outcome, string>> = {
  ok: "OK",
  error: "Error",
  timeout: "Timeout",
  cancelled: "Cancelled",
  refused: "Refused",
};

const OUTCOMES: readonly Outcome[] = ["ok", "error", "timeout", "cancelled", "refused"];

interface Share {
  outcome: Outcome;
  title: string;
  calls: number;
  share: number;
}

function sharesOf({ outcomes, calls: all }: Overview["summary"]): Share[] {
  return OUTCOMES.map((outcome) => {
    const calls = outcomes[outcome];
    return { outcome, title: OUTCOME_TITLES[outcome], calls, share: calls / all };
  });
}

function sentenceOf({ calls, outcomes }: Overview["summary"]): string {
  const failed = `${formatCount(outcomes.error)} failed and ${formatCount(outcomes.timeout)} timed out`;
  const decided = `${formatCount(outcomes.cancelled)} were cancelled and ${formatCount(outcomes.refused)} refused`;
  return `${formatCount(outcomes.ok)} of ${countOf(calls, "call")} ended well (${formatRate(outcomes.ok / calls)}); ${failed}, ${decided}.`;
}

function specOf(shares: readonly Share[], theme: Theme): ChartSpec {
  return {
    type: "doughnut",
    data: {
      labels: shares.map(({ title, share }) => `${title} ${formatRate(share)}`),
      datasets: [
        {
          type: "doughnut",
          label: "Calls",
          data: shares.map(({ calls }) => calls),
          backgroundColor: shares.map(({ outcome }) => theme.outcomes[outcome]),
          borderColor: theme.surface,
          borderWidth: 2,
        },
      ],
    },
    options: { plugins: { legend: { position: "bottom", labels: { pointStyle: "circle" } } } },
  };
}
