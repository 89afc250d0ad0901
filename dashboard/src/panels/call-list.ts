/** Single calls, newest first: what each was, how it ended, what was recorded beside it. */
import type { CallEntry, ErrorEntry } from "../../../src/analytics/answers.ts";
import { csvButton } from "../csv.ts";
import { type Cell, dataTable, timeElement } from "../data-table.ts";
import { element, foreignText, whileBusy } from "../elements.ts";
import { formatDuration, NO_FIGURE, shorten } from "../format.ts";
import { texts } from "../texts/index.ts";
import { type Choices, contentPanel, type Panel } from "./panel.ts";

export const skillCallsPanel: Panel = contentPanel({
  ...texts.panels.skillCalls,
  id: "skill-calls",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  needs: ["calls"],
  view: ({ calls }, choices) => (calls.length === 0 ? undefined : callTable(calls, "skill-calls", choices, ["skill"])),
});

export const exploreCallsPanel: Panel = contentPanel({
  ...texts.panels.exploreCalls,
  id: "explore-calls",
  on: "explore",
  asks: "calls",
  width: "full",
  emptyText: texts.noCalls,
  needs: ["calls"],
  view({ calls, cursor }, choices) {
    if (calls.length === 0 && cursor === null) return undefined;
    return listWithActions(calls, cursor, "calls", "explore-calls", choices);
  },
});

export const latestFailuresPanel: Panel = contentPanel({
  ...texts.panels.latestFailures,
  id: "latest-failures",
  on: "errors",
  asks: "errors",
  width: "full",
  emptyText: texts.noFailures,
  needs: ["errors"],
  view: ({ errors, cursor }, choices) => (errors.length === 0 ? undefined : listWithActions(errors, cursor, "errors", "latest-failures", choices)),
});

export const recentErrorsPanel: Panel = contentPanel({
  ...texts.panels.recentErrors,
  id: "recent-errors",
  on: "overview",
  asks: "overview",
  width: "full",
  emptyText: texts.noFailures,
  needs: ["errors"],
  view({ errors }, choices) {
    if (errors.length === 0) return undefined;
    const more = element("p", {}, element("a", { href: choices.hrefOf({ view: "errors" }) }, texts.allErrors));
    return element("div", {}, callTable(errors.slice(0, 5), "recent-errors", choices, ["metadata", "version", "source"]), more);
  },
});

export const examplesPanel: Panel = contentPanel({
  ...texts.panels.examples,
  id: "examples",
  on: "errors",
  asks: "examples",
  width: "full",
  emptyText: texts.chooseGroup,
  needs: ["errors"],
  view: ({ errors }, choices) => (errors.length === 0 ? undefined : callTable(errors, "examples", choices, [])),
});

type Entry = ErrorEntry | CallEntry;
type ColumnName = keyof typeof texts.callColumns;

const COLUMNS: readonly ColumnName[] = ["time", "skill", "outcome", "duration", "error", "version", "source", "metadata"];

function callTable(entries: readonly Entry[], place: string, choices: Choices, without: readonly ColumnName[]): HTMLElement {
  const columns = COLUMNS.filter((column) => !without.includes(column));
  const rows = entries.map((entry) => columns.map((column) => cellOf(entry, column, choices)));
  return dataTable(texts.callTable, place, columns.map((column) => ({ title: texts.callColumns[column], isFigure: column === "duration" })), rows);
}

function listWithActions(entries: readonly Entry[], cursor: string | null, question: "calls" | "errors", place: string, choices: Choices): Node {
  const content = document.createDocumentFragment();
  if (entries.length > 0) content.append(callTable(entries, place, choices, []));
  else content.append(element("p", { class: "muted" }, texts.noneYetFurther));
  const actions = element("div", { class: "actions" });
  if (cursor !== null) actions.append(olderButton(question, place, choices));
  actions.append(csvButton(question, () => csvRowsOf(entries)));
  content.append(actions);
  return content;
}

function olderButton(question: "calls" | "errors", place: string, { extend }: Choices): HTMLElement {
  const button = element("button", { type: "button", "data-place": `older-${place}` }, texts.older);
  const extendList = (): Promise<void> =>
    extend(question).catch((error: unknown) => void (button.textContent = texts.olderFailed(error instanceof Error ? error.message : String(error))));
  button.addEventListener("click", () => whileBusy(button, extendList));
  return button;
}

function cellOf(entry: Entry, column: ColumnName, { hrefOf }: Choices): Cell {
  switch (column) {
    case "time":
      return timeElement(entry.startedAt);
    case "skill":
      return element("a", { href: hrefOf({ view: "skill", skill: entry.skill }), "data-place": `skill-of-${entry.id}` }, foreignText(shorten(entry.skill, 80)));
    case "outcome":
      return element("span", { class: "outcome", "data-outcome": entry.outcome }, texts.outcomes[entry.outcome]);
    case "duration":
      return formatDuration(entry.durationMs);
    case "error":
      return errorOf(entry);
    case "metadata":
      return metadataOf(entry);
    default:
      return entry[column] === "" ? NO_FIGURE : { foreign: entry[column] };
  }
}

/** A longer message is folded to its beginning. */
const MESSAGE_CHARS = 120;

function errorOf({ id, errorType, errorMessage }: Entry): Cell {
  if (errorType === null && errorMessage === null) return NO_FIGURE;
  const parts: Node[] = errorType === null ? [] : [element("strong", {}, foreignText(errorType))];
  if (errorMessage !== null) parts.push(folded(`message-${id}`, errorMessage, MESSAGE_CHARS));
  return element("span", { class: "stacked" }, ...parts);
}

function metadataOf({ id, metadata }: Entry): Cell {
  if (metadata === null || metadata === undefined) return NO_FIGURE;
  // With spaces, so that lines break between values and not within.
  return folded(`metadata-${id}`, JSON.stringify(metadata, null, 1).replace(/\n */g, " "), 60);
}

function folded(place: string, text: string, chars: number): HTMLElement {
  const beginning = shorten(text, chars);
  if (beginning === text) return foreignText(text);
  return element("details", { class: "folded", "data-place": place }, element("summary", { "data-place": `summary-${place}`, "data-less": texts.less }, foreignText(beginning)), foreignText(text));
}

function csvRowsOf(entries: readonly Entry[]): (string | number | null)[][] {
  const names = ["id", "started_at", "skill", "outcome", "duration_ms", "error_type", "error_message", "version", "source", "metadata"];
  const rows = entries.map((entry) => [
    ...[entry.id, new Date(entry.startedAt).toISOString(), entry.skill, entry.outcome, entry.durationMs, entry.errorType, entry.errorMessage],
    ...[entry.version, entry.source, entry.metadata === null || entry.metadata === undefined ? null : JSON.stringify(entry.metadata)],
  ]);
  return [names, ...rows];
}
