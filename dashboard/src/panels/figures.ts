/** The six figures at the top, each with its change against the range before. */
import type { LossFigures, Overview, SummaryFigures } from "../../../src/analytics/answers.ts";
import { element, figureText } from "../elements.ts";
import { countOf, formatCount, formatDifference, formatDuration, formatRate, formatRelativeChange } from "../format.ts";
import { isRange, RANGE_NAMES } from "../state.ts";
import type { ContentPanel } from "./panel.ts";

/** What the figures do not hold. */
function lostText({ events, reasons }: LossFigures): string {
  const parts = Object.entries(reasons).map(([reason, count]) => `${reason.replaceAll("_", " ")} ${formatCount(count)}`);
  return `${countOf(events, "call")} of this range could not be sent, of whichever skill, and ${events === 1 ? "is" : "are"} missing here: ${parts.join(", ")}.`;
}

export const figuresPanel: ContentPanel = {
  kind: "content",
  id: "figures",
  title: "Figures",
  question: "How is it going, and is that better or worse than before?",
  width: "full",
  emptyText: "No calls in this range.",
  view(overview) {
    const cards = FIGURES.map((figure) => card(figure, overview));
    const content = document.createDocumentFragment();
    content.append(element("dl", { class: "cards" }, ...cards));
    const { lost } = overview.summary;
    if (lost.events > 0) content.append(element("p", { class: "muted", id: "lost-calls" }, lostText(lost)));
    return content;
  },
};

interface Figure {
  id: string;
  title: string;
  valueOf(summary: SummaryFigures): number | null;
  format(value: number | null): string;
  /** Which direction is good news. */
  better: "more" | "less";
  /** Rates change by points, all else in proportion. */
  isRate?: true;
  /** Whether the value is an estimate. */
  isEstimate?(summary: SummaryFigures): boolean;
}

const FIGURES: readonly Figure[] = [
  { id: "calls", title: "Calls", valueOf: ({ calls }) => calls, format: formatCount, better: "more" },
  { id: "success-rate", title: "Success rate", valueOf: ({ successRate }) => successRate, format: formatRate, better: "more", isRate: true },
  { id: "errors", title: "Errors", valueOf: ({ errors }) => errors, format: formatCount, better: "less" },
  { id: "p50", title: "Typical duration (p50)", valueOf: ({ durationMs }) => durationMs.p50, format: formatDuration, better: "less" },
  { id: "p95", title: "Slow calls (p95)", valueOf: ({ durationMs }) => durationMs.p95, format: formatDuration, better: "less" },
  {
    id: "users",
    title: "Active users",
    valueOf: ({ users }) => users,
    format: formatCount,
    better: "more",
    isEstimate: ({ usersApproximate }) => usersApproximate === true,
  },
];

function card(figure: Figure, { summary, range }: Overview): HTMLElement {
  const change = changeOf(figure, summary, summary.previous);
  const before = isRange(range.preset) ? RANGE_NAMES[range.preset].before : "the range before";
  const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, ARROWS[change.direction]);
  const verdict = change.tone === "none" ? "" : `, ${change.tone === "good" ? "better" : "worse"}`;
  const compared = change.direction === "none" ? [] : [element("span", { class: "visually-hidden" }, `${verdict} than in ${before}`)];
  return element(
    "div",
    { class: "card", id: `card-${figure.id}` },
    element("dt", {}, figure.title),
    element("dd", { class: "value" }, figureText(figure.format(figure.valueOf(summary)), figure.isEstimate?.(summary))),
    element("dd", { class: "change", "data-tone": change.tone, title: `Compared with ${before}` }, arrow, change.text, ...compared),
  );
}

interface Change {
  direction: "up" | "down" | "none";
  tone: "good" | "bad" | "none";
  text: string;
}

const ARROWS: Readonly<Record<Change["direction"], string>> = { up: "▲ ", down: "▼ ", none: "" };

function changeOf(figure: Figure, summary: SummaryFigures, previous: SummaryFigures): Change {
  const [now, before] = [figure.valueOf(summary), figure.valueOf(previous)];
  if (previous.calls === 0) return { direction: "none", tone: "none", text: "no calls before" };
  if (now === null || before === null) return { direction: "none", tone: "none", text: `${figure.format(before)} before` };
  if (figure.format(now) === figure.format(before)) return { direction: "none", tone: "none", text: "no change" };
  const isUp = now > before;
  return {
    direction: isUp ? "up" : "down",
    tone: isUp === (figure.better === "more") ? "good" : "bad",
    text: differenceText(figure, now, before),
  };
}

function differenceText(figure: Figure, now: number, before: number): string {
  if (figure.isRate) return `${formatDifference((now - before) * 100)} points`;
  // There is no proportion to nothing.
  if (before === 0) return `+${figure.format(now)}`;
  const change = now / before - 1;
  return Math.abs(change) < 0.005 ? formatDifference(now - before) : formatRelativeChange(change);
}
