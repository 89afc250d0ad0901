/** The newest calls that did not end well, with what they said. */
import type { ErrorEntry } from "../../../src/analytics/answers.ts";
import { type Cell, dataTable, timeElement } from "../data-table.ts";
import { element, foreignText } from "../elements.ts";
import { NO_FIGURE, shorten } from "../format.ts";
import { OUTCOME_TITLES } from "./outcomes.ts";
import type { ContentPanel } from "./panel.ts";

export const recentErrorsPanel: ContentPanel = {
  kind: "content",
  id: "recent-errors",
  title: "Recent errors",
  question: "What went wrong last?",
  width: "full",
  emptyText: "No call failed in this range.",
  view({ errors }) {
    if (errors.length === 0) return undefined;
    const columns = ["Time", "Skill", "Outcome", "Type", "Message"].map((title) => ({ title }));
    return dataTable("Table of recent errors", "recent-errors", columns, errors.map(rowOf));
  },
};

/** The table of skills holds longer names in full. */
const SKILL_CHARS = 80;

/** A longer message is folded to its beginning. */
const MESSAGE_CHARS = 160;

function rowOf(error: ErrorEntry): Cell[] {
  return [
    timeElement(error.startedAt),
    { foreign: shorten(error.skill, SKILL_CHARS) },
    element("span", { class: "outcome", "data-outcome": error.outcome }, OUTCOME_TITLES[error.outcome]),
    error.errorType === null ? NO_FIGURE : { foreign: error.errorType },
    error.errorMessage === null ? NO_FIGURE : message(error.id, error.errorMessage),
  ];
}

function message(id: string, text: string): Cell {
  const beginning = shorten(text, MESSAGE_CHARS);
  if (beginning === text) return { foreign: text };
  const summary = element("summary", { "data-place": `summary-${id}` }, foreignText(beginning));
  return element("details", { class: "message", "data-place": `error-${id}` }, summary, foreignText(text));
}
