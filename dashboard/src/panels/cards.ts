/** The headline figures, each against the range before. */
import type { SummaryFigures } from "../../../src/analytics/answers.ts";
import { el } from "../dom.ts";
import { changeOf, formatChange, formatCount, formatDuration, formatRate } from "../format.ts";
import type { Panel } from "./panel.ts";

interface Card {
  label: string;
  figure: (summary: SummaryFigures) => number | null;
  format: (figure: number | null) => string;
  /** Whether more of it is better, worse, or neither. */
  more: "good" | "bad" | "neutral";
}

const count = (figure: number | null): string => formatCount(figure ?? 0);

const CARDS: readonly Card[] = [
  { label: "Calls", figure: (summary) => summary.calls, format: count, more: "neutral" },
  { label: "Success rate", figure: (summary) => summary.successRate, format: formatRate, more: "good" },
  { label: "Median duration", figure: (summary) => summary.durationMs.p50, format: formatDuration, more: "bad" },
  { label: "95th percentile", figure: (summary) => summary.durationMs.p95, format: formatDuration, more: "bad" },
  { label: "Active users", figure: (summary) => summary.users, format: count, more: "good" },
  { label: "Errors", figure: (summary) => summary.errors, format: count, more: "bad" },
];

export const cards: Panel = {
  id: "cards",
  title: "Headline figures",
  size: "plain",
  render(body, { summary }) {
    const list = el("dl", { class: "cards" }, ...CARDS.map((card) => cardElement(card, summary, summary.previous)));
    body.replaceChildren(list);
  },
};

function cardElement({ label, figure, format, more }: Card, now: SummaryFigures, before: SummaryFigures): HTMLElement {
  const [value, earlier] = [figure(now), figure(before)];
  const change = changeOf(value, earlier);
  const isGood = change !== null && (change > 0) === (more === "good");
  const tone = change === null || change === 0 || more === "neutral" ? "" : isGood ? "good" : "bad";
  const text = change === null ? (before.calls === 0 ? "no calls before" : `before: ${format(earlier)}`) : formatChange(change);
  return el(
    "div",
    { class: "card", "data-card": label },
    el("dt", {}, label),
    el("dd", { class: "figure" }, format(value)),
    el("dd", { class: `change ${tone}`, title: `In the range before: ${format(earlier)}` }, text),
  );
}
