/** Every skill in a table that can be searched, and put in order by each of its figures. Unused skills stay in sight. */
import type { Overview, ToolFigures } from "../../../src/analytics/answers.ts";
import { ageElement, type Cell, type Column, dataTable } from "../data-table.ts";
import { element, foreignText } from "../elements.ts";
import { formatAge, formatCount, formatDuration, formatRate, formatRelativeChange, NO_FIGURE, shorten } from "../format.ts";
import { sparkline } from "../sparkline.ts";
import type { SkillOrder, SortKey } from "../state.ts";
import { texts } from "../texts/index.ts";
import { type Choices, contentPanel, type Panel } from "./panel.ts";
import { namesNobody, peopleText } from "./people-text.ts";

export const skillTablePanel: Panel = contentPanel({
  ...texts.panels.skillTable,
  id: "skill-table",
  on: "overview",
  asks: "overview",
  width: "full",
  emptyText: texts.noCalls,
  controls({ go }) {
    search.addEventListener("input", () => go({ search: search.value }, true));
    return element("label", { class: "search" }, texts.searchSkills, " ", search);
  },
  view(overview, choices) {
    const { tools, quietSkills, summary } = overview;
    if (tools.length + quietSkills.length === 0) return undefined;
    const content = document.createDocumentFragment();
    // Written only where it differs: the place follows every key, and a field that is written anew loses its caret.
    if (search.value !== choices.place.search) search.value = choices.place.search;
    const { rows, all } = rowsOf(overview, choices);
    const shown = rows.slice(0, isDrawn ? Infinity : firstRows());
    isDrawn = true;
    if (shown.length < rows.length) choices.drawRest();
    if (all === 0) content.append(element("p", { class: "muted" }, texts.noSkillFound));
    else content.append(dataTable(texts.panels.skillTable.title, "skill-table", columnsOf(choices), shown.map((row) => row())));
    if (rows.length < all) content.append(showAllButton(all, choices));
    if (summary.foldedCalls > 0) content.append(element("p", { class: "muted", id: "folded-calls" }, texts.foldedCalls(summary.foldedCalls)));
    return content;
  },
});

const search = element("input", { type: "search", id: "skill-search", autocomplete: "off", spellcheck: "false" });

/** Rows before the button that shows the rest: of skills with calls, and of unused ones, which many others must not hide. */
const MOST_USED = 50;
const MOST_QUIET = 10;

/** Rows of the first drawing of all: about those that the window shows below the charts, and a few. */
const firstRows = (): number => Math.min(MOST_USED, 3 + Math.max(0, Math.ceil((innerHeight - 900) / 40)));

let isDrawn = false;

/** Whether the reader asked for all. It lasts for as long as the page is open. */
let showsAll = false;

/** The rows to show, each made when it is drawn, and how many there are in all. */
function rowsOf(overview: Overview, choices: Choices): { rows: (() => Cell[])[]; all: number } {
  const { order, search } = choices.place;
  const isFound = ({ skill }: { skill: string }): boolean => matches(skill, search);
  const used = sortTools(overview.tools, order).filter(isFound);
  const isOldestFirst = order.key === "lastUsedAt" && !order.descending;
  // They come latest first.
  const quiet = (isOldestFirst ? overview.quietSkills.toReversed() : overview.quietSkills).filter(isFound);
  const usedRows = used.slice(0, showsAll ? undefined : MOST_USED).map((tool) => () => rowOf(tool, overview, choices));
  const quietRows = quiet.slice(0, showsAll ? undefined : MOST_QUIET).map((skill) => () => quietRowOf(skill, overview.generatedAt, choices));
  // Without a call in the range their last use is before that of all others.
  return { rows: isOldestFirst ? [...quietRows, ...usedRows] : [...usedRows, ...quietRows], all: used.length + quiet.length };
}

function showAllButton(count: number, { go }: Choices): HTMLElement {
  const button = element("button", { type: "button", id: "show-all-skills" }, texts.showAllSkills(count));
  button.addEventListener("click", () => {
    showsAll = true;
    go({}, true);
  });
  return button;
}

function matches(skill: string, text: string): boolean {
  return skill.toLocaleLowerCase().includes(text.trim().toLocaleLowerCase());
}

const SORT_COLUMNS: readonly { key: SortKey; isFigure: boolean }[] = [
  { key: "skill", isFigure: false },
  { key: "calls", isFigure: true },
  { key: "successRate", isFigure: true },
  { key: "errors", isFigure: true },
  { key: "p50", isFigure: true },
  { key: "p95", isFigure: true },
  { key: "p99", isFigure: true },
  { key: "users", isFigure: true },
  { key: "lastUsedAt", isFigure: false },
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
  if (key === "users" && namesNobody(tool)) return null;
  return key === "p50" || key === "p95" || key === "p99" ? tool.durationMs[key] : tool[key];
}

function columnsOf({ place: { order }, go }: Choices): Column[] {
  const sortable = SORT_COLUMNS.map(({ key, isFigure }): Column => {
    const title = texts.skillColumns[key];
    const isCurrent = order.key === key;
    const arrow = element("span", { class: "arrow", "aria-hidden": "true" }, isCurrent ? (order.descending ? " ▼" : " ▲") : "");
    const header = element("button", { type: "button", class: "sort", "data-sort": key, "data-place": `sort-${key}` }, title, arrow);
    // Names read best from A, figures from the largest.
    header.addEventListener("click", () => go({ order: { key, descending: isCurrent ? !order.descending : key !== "skill" } }, true));
    return { title, isFigure, header, ariaSort: isCurrent ? (order.descending ? "descending" : "ascending") : undefined };
  });
  return sortable.toSpliced(2, 0, { title: texts.trendColumn });
}

function rowOf(tool: ToolFigures, { summary, generatedAt }: Overview, { hrefOf }: Choices): Cell[] {
  return [
    skillLink(tool.skill, hrefOf),
    formatCount(tool.calls),
    trendOf(tool),
    rateOf(tool),
    failuresOf(tool, summary.errors),
    formatDuration(tool.durationMs.p50),
    formatDuration(tool.durationMs.p95),
    formatDuration(tool.durationMs.p99),
    peopleText(tool),
    ageElement(tool.lastUsedAt, generatedAt),
  ];
}

function skillLink(skill: string, hrefOf: Choices["hrefOf"]): HTMLElement {
  return element("a", { href: hrefOf({ view: "skill", skill }), "data-place": `skill-${skill}` }, foreignText(skill));
}

function trendOf({ trend, calls, previous }: Omit<ToolFigures, "previous"> & { previous?: ToolFigures["previous"] }): HTMLElement {
  const change = previous === undefined ? "" : previous === null || previous.calls === 0 ? texts.noCallsBefore : formatRelativeChange(calls / previous.calls - 1);
  return element("span", { class: "trend" }, sparkline(trend), " ", element("span", { class: "muted" }, change));
}

/** Fewer judged calls than this make a rate that another day may well turn round. */
const FEW_CALLS = 100;

function rateOf({ outcomes, errors, successRate, successRateInterval }: ToolFigures): Cell {
  const rate = formatRate(successRate);
  if (successRateInterval === null || outcomes.ok + errors >= FEW_CALLS) return rate;
  const { low, high } = successRateInterval;
  return element("span", {}, rate, element("span", { class: "interval", title: texts.intervalTitle }, `${formatRate(low)} – ${formatRate(high)}`));
}

/** How many failed, which share of all failures that is, and with what they failed most. */
function failuresOf({ errors, errorTypes }: ToolFigures, allErrors: number): Cell {
  if (errors === 0) return formatCount(0);
  const [first] = errorTypes;
  const most = first === undefined || first.errorType === "" ? [] : [element("span", { class: "interval" }, foreignText(shorten(first.errorType, 20)))];
  return element("span", {}, texts.failuresWithShare(errors, errors / allErrors), ...most);
}

function quietRowOf({ skill, lastUsedAt }: Overview["quietSkills"][number], now: number, { hrefOf }: Choices): Cell[] {
  const since = element("span", { class: "quiet" }, texts.notCalledFor(formatAge(now - lastUsedAt)));
  return [
    skillLink(skill, hrefOf),
    formatCount(0),
    since,
    ...Array.from({ length: 6 }, () => NO_FIGURE),
    ageElement(lastUsedAt, now),
  ];
}
