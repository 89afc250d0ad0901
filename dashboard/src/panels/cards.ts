/** Cards: the headline figures of a range, each with its change against another range and its course as a line. */
import type { SummaryFigures, TimePoint } from "../../../src/analytics/answers.ts";
import { element, figureText } from "../elements.ts";
import { BLANK, formatCount, formatDifference, formatDuration, formatRate, formatRelativeChange } from "../format.ts";
import { sparkline } from "../sparkline.ts";
import { texts } from "../texts/index.ts";
import { namesNobody } from "./people-text.ts";

/** Makes the cards. `before` names the range that is compared with. */
export function cardsOf(summary: SummaryFigures, previous: SummaryFigures | undefined, points: readonly TimePoint[], before: string): HTMLElement {
  return element("dl", { class: "cards" }, ...FIGURES.map((figure) => card(figure, summary, previous, points, before)));
}

/** Cards as high as those with figures. */
export function emptyCards(): HTMLElement {
  const cards = FIGURES.map(({ id }) => {
    const course = element("dd", { class: "course" }, sparkline([]));
    return element("div", { class: "card" }, element("dt", {}, texts.cards[id]), element("dd", { class: "value" }, BLANK), element("dd", { class: "change" }, BLANK), course);
  });
  return element("dl", { class: "cards" }, ...cards);
}

interface Figure {
  id: keyof typeof texts.cards;
  valueOf(summary: SummaryFigures): number | null;
  courseOf(point: TimePoint): number | null;
  format(value: number | null): string;
  /** Which direction is good news. */
  better: "more" | "less";
  /** Rates change by points, all else in proportion. */
  isRate?: true;
  /** Whether the value is an estimate. */
  isEstimate?(summary: SummaryFigures): boolean;
  /** Why there is no value although there were calls. */
  unknown?(summary: SummaryFigures): string;
}

const FIGURES: readonly Figure[] = [
  { id: "calls", valueOf: ({ calls }) => calls, courseOf: ({ calls }) => calls, format: formatCount, better: "more" },
  { id: "success-rate", valueOf: ({ successRate }) => successRate, courseOf: successOf, format: formatRate, better: "more", isRate: true },
  { id: "errors", valueOf: ({ errors }) => errors, courseOf: ({ errors }) => errors, format: formatCount, better: "less" },
  { id: "p50", valueOf: ({ durationMs }) => durationMs.p50, courseOf: ({ p50 }) => p50, format: formatDuration, better: "less" },
  { id: "p95", valueOf: ({ durationMs }) => durationMs.p95, courseOf: ({ p95 }) => p95, format: formatDuration, better: "less" },
  {
    id: "users",
    valueOf: (summary) => (namesNobody(summary) ? null : summary.users),
    courseOf: ({ users }) => users,
    format: formatCount,
    better: "more",
    isEstimate: ({ usersApproximate }) => usersApproximate === true,
    unknown: (summary) => (namesNobody(summary) ? texts.namesNobody : texts.peopleOfOneDay),
  },
];

function successOf({ outcomes: { ok }, errors }: TimePoint): number | null {
  return ok + errors === 0 ? null : ok / (ok + errors);
}

function card(figure: Figure, summary: SummaryFigures, previous: SummaryFigures | undefined, points: readonly TimePoint[], before: string): HTMLElement {
  const change = changeOf(figure, summary, previous);
  const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, ARROWS[change.direction]);
  const heard = change.direction === "none" ? "" : texts.changeVerdict(change.tone, before);
  return element(
    "div",
    { class: "card", id: `card-${figure.id}` },
    element("dt", {}, texts.cards[figure.id]),
    element("dd", { class: "value" }, figureText(figure.format(figure.valueOf(summary)), figure.isEstimate?.(summary))),
    element("dd", { class: "change", "data-tone": change.tone, title: change.text === "" ? undefined : texts.comparedWith(before) }, arrow, change.text, element("span", { class: "visually-hidden" }, heard)),
    element("dd", { class: "course" }, sparkline(points.map(figure.courseOf))),
  );
}

interface Change {
  direction: "up" | "down" | "none";
  tone: "good" | "bad" | "none";
  text: string;
}

const ARROWS: Readonly<Record<Change["direction"], string>> = { up: "▲ ", down: "▼ ", none: "" };

function changeOf(figure: Figure, summary: SummaryFigures, previous: SummaryFigures | undefined): Change {
  const now = figure.valueOf(summary);
  if (now === null && figure.unknown !== undefined) return { direction: "none", tone: "none", text: figure.unknown(summary) };
  // A share link tells of no other range.
  if (previous === undefined) return { direction: "none", tone: "none", text: "" };
  if (previous.calls === 0) return { direction: "none", tone: "none", text: texts.noCallsBefore };
  const before = figure.valueOf(previous);
  if (now === null || before === null) return { direction: "none", tone: "none", text: before === null ? "" : texts.valueBefore(figure.format(before)) };
  if (figure.format(now) === figure.format(before)) return { direction: "none", tone: "none", text: texts.noChange };
  const isUp = now > before;
  return { direction: isUp ? "up" : "down", tone: isUp === (figure.better === "more") ? "good" : "bad", text: differenceText(figure, now, before) };
}

function differenceText(figure: Figure, now: number, before: number): string {
  if (figure.isRate) return texts.points(formatDifference((now - before) * 100));
  // There is no proportion to nothing.
  if (before === 0) return `+${figure.format(now)}`;
  const change = now / before - 1;
  return Math.abs(change) < 0.005 ? formatDifference(now - before) : formatRelativeChange(change);
}
