/** Every skill in a table that can be put in order by each of its figures. */
import type { ToolFigures } from "../../../src/analytics/answers.ts";
import { type Cell, type Column, dataTable, timeElement } from "../data-table.ts";
import { element, figureText, foreignText } from "../elements.ts";
import { countOf, formatCount, formatDuration, formatRate, NO_FIGURE } from "../format.ts";
import type { SkillOrder, SortKey } from "../state.ts";
import type { Choices, ContentPanel } from "./panel.ts";

export const skillTablePanel: ContentPanel = {
  kind: "content",
  id: "skill-table",
  title: "Skills",
  question: "Which skill is slow, which one fails, and how?",
  width: "full",
  emptyText: "No calls in this range.",
  view({ tools, summary }, choices) {
    if (tools.length === 0) return undefined;
    const sorted = sortTools(tools, choices.order);
    const shown = choices.allSkills ? sorted : sorted.slice(0, FIRST_ROWS);
    const content = document.createDocumentFragment();
    content.append(dataTable("Table of skills", "skill-table", columnsOf(choices), shown.map(rowOf)));
    if (shown.length < sorted.length) content.append(showAllButton(sorted.length, choices));
    if (summary.foldedCalls > 0) content.append(element("p", { class: "muted", id: "folded-calls" }, foldedText(summary.foldedCalls)));
    return content;
  },
};

/** Why skills are missing from the table. */
function foldedText(calls: number): string {
  const stand = calls === 1 ? "stands" : "stand";
  return `${countOf(calls, "call")} of rarely called skills ${stand} under “other”: an hour or a day keeps its ${formatCount(1_000)} largest combinations of skill, version, source and variant.`;
}

/** Rows before the button that shows the rest. */
const FIRST_ROWS = 50;

const SORT_COLUMNS: readonly { key: SortKey; title: string; isFigure: boolean }[] = [
  { key: "skill", title: "Skill", isFigure: false },
  { key: "calls", title: "Calls", isFigure: true },
  { key: "successRate", title: "Success rate", isFigure: true },
  { key: "p50", title: "p50", isFigure: true },
  { key: "p95", title: "p95", isFigure: true },
  { key: "users", title: "Users", isFigure: true },
  { key: "lastUsedAt", title: "Last used", isFigure: false },
];

/** Puts skills in order. Those without the figure come last in either direction; equals stay as they were. */
export function sortTools(tools: readonly ToolFigures[], { key, descending }: SkillOrder): ToolFigures[] {
  const direction = descending ? -1 : 1;
  return tools.toSorted((left, right) => {
    if (key === "skill") return direction * left.skill.localeCompare(right.skill);
    const [a, b] = [figureOf(left, key), figureOf(right, key)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return direction * (a - b);
  });
}

function figureOf(tool: ToolFigures, key: Exclude<SortKey, "skill">): number | null {
  return key === "p50" || key === "p95" ? tool.durationMs[key] : tool[key];
}

function columnsOf({ order, setOrder }: Choices): Column[] {
  const sortable = SORT_COLUMNS.map(({ key, title, isFigure }): Column => {
    const isCurrent = order.key === key;
    const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, isCurrent ? (order.descending ? " ▼" : " ▲") : "");
    const header = element("button", { type: "button", class: "sort", "data-sort": key, "data-place": `sort-${key}` }, title, arrow);
    // Names read best from A, figures from the largest.
    header.addEventListener("click", () => setOrder({ key, descending: isCurrent ? !order.descending : key !== "skill" }));
    return { title, isFigure, header, ariaSort: isCurrent ? (order.descending ? "descending" : "ascending") : undefined };
  });
  return [...sortable, { title: "Most frequent errors" }];
}

function rowOf(tool: ToolFigures): Cell[] {
  return [
    { foreign: tool.skill },
    formatCount(tool.calls),
    formatRate(tool.successRate),
    formatDuration(tool.durationMs.p50),
    formatDuration(tool.durationMs.p95),
    figureText(formatCount(tool.users), tool.usersApproximate),
    timeElement(tool.lastUsedAt),
    errorTypes(tool),
  ];
}

/** The three most frequent. */
function errorTypes({ errorTypes }: ToolFigures): Cell {
  if (errorTypes.length === 0) return NO_FIGURE;
  const items = errorTypes
    .slice(0, 3)
    .map(({ errorType, count }) => element("li", {}, foreignText(errorType), ` × ${formatCount(count)}`));
  return element("ul", { class: "inline-list" }, ...items);
}

function showAllButton(skills: number, { showAllSkills }: Choices): HTMLElement {
  const button = element("button", { type: "button", id: "show-all-skills" }, `Show all ${formatCount(skills)} skills`);
  button.addEventListener("click", showAllSkills);
  return button;
}
