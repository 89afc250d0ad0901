/** Failures that say the same, as one row each: how often, since when, whom they meet. In Errors and on a skill's page. */
import type { ErrorGroup } from "../../../src/analytics/answers.ts";
import { csvButton } from "../csv.ts";
import { type Cell, type Column, dataTable, timeElement } from "../data-table.ts";
import { element, foreignText } from "../elements.ts";
import { formatCount, shorten } from "../format.ts";
import { sparkline } from "../sparkline.ts";
import { dateOf } from "../state.ts";
import { texts } from "../texts/index.ts";
import { type Choices, contentPanel, type Panel } from "./panel.ts";
import { peopleText } from "./people-text.ts";

export const errorGroupsPanel: Panel = contentPanel({
  ...texts.panels.errorGroups,
  id: "error-groups",
  on: "errors",
  asks: "errors",
  width: "full",
  emptyText: texts.noFailures,
  view({ groups, groupsTotal, range }, choices) {
    if (groups.length === 0) return undefined;
    const content = document.createDocumentFragment();
    const shown = showsAll ? groups : groups.slice(0, FIRST_ROWS);
    content.append(element("p", { class: "muted" }, texts.groupsShown(shown.length, groupsTotal)), groupTable(shown, "error-groups", true, choices));
    const actions = element("div", { class: "actions" }, csvButton(`error-groups-${dateOf(range.from)}`, () => csvRowsOf(groups)));
    if (shown.length < groups.length) actions.prepend(showMoreButton(groups.length, choices));
    content.append(actions);
    return content;
  },
});

export const skillErrorsPanel: Panel = contentPanel({
  ...texts.panels.skillErrors,
  id: "skill-errors",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noFailures,
  view: ({ errorGroups }, choices) => (errorGroups.length === 0 ? undefined : groupTable(errorGroups, "skill-errors", false, choices)),
});

const FIRST_ROWS = 50;

/** Whether the reader asked for the rest. It lasts for as long as the page is open. */
let showsAll = false;

/** A longer message is cut; the examples of the group hold it whole. */
const MESSAGE_CHARS = 140;

function groupTable(groups: readonly ErrorGroup[], place: string, withSkill: boolean, choices: Choices): HTMLElement {
  const columns: Column[] = [
    { title: texts.errorColumn },
    ...(withSkill ? [{ title: texts.skillColumns.skill }] : []),
    { title: texts.countColumn, isFigure: true },
    { title: texts.trendColumn },
    { title: texts.skillColumns.users, isFigure: true },
    { title: texts.firstColumn },
    { title: texts.lastColumn },
  ];
  const rows = groups.map((group): Cell[] => [
    groupLink(group, choices),
    ...(withSkill ? [element("a", { href: choices.hrefOf({ view: "skill", skill: group.skill }), "data-place": `skill-of-${group.skill}-${group.fingerprint}` }, foreignText(shorten(group.skill, 60)))] : []),
    formatCount(group.count),
    sparkline(group.trend),
    peopleText({ ...group, calls: group.count }),
    timeElement(group.firstAt),
    timeElement(group.lastAt),
  ]);
  return dataTable(texts.panels.errorGroups.title, place, columns, rows);
}

function groupLink(group: ErrorGroup, { hrefOf, place }: Choices): HTMLElement {
  const { fingerprint, skill } = group;
  const isOpen = place.group === fingerprint && (place.groupSkill === null || place.groupSkill === skill);
  const type = element("strong", {}, group.errorType === null || group.errorType === "" ? texts.noErrorType : foreignText(group.errorType));
  const link = element(
    "a",
    { href: hrefOf({ view: "errors", ...(isOpen ? { group: null, groupSkill: null } : { group: fingerprint, groupSkill: skill }) }), "aria-current": isOpen ? "true" : undefined, "data-place": `group-${skill}-${fingerprint}` },
    type,
  );
  const mark = group.isNew ? [" ", element("span", { class: "badge", title: texts.isNewTitle(texts.comparison(place)) }, texts.isNew)] : [];
  const message = group.message === null ? [] : [element("span", { class: "message" }, foreignText(shorten(group.message, MESSAGE_CHARS)))];
  return element("span", {}, link, ...mark, ...message);
}

function showMoreButton(count: number, { go }: Choices): HTMLElement {
  const button = element("button", { type: "button", "data-place": "more-groups" }, texts.showGroups(count));
  button.addEventListener("click", () => {
    showsAll = true;
    go({}, true);
  });
  return button;
}

function csvRowsOf(groups: readonly ErrorGroup[]): (string | number | null)[][] {
  const names = ["skill", "error_type", "message", "fingerprint", "count", "users", "calls_without_user", "first_at", "last_at", "is_new"];
  const rows = groups.map((group) => [
    ...[group.skill, group.errorType, group.message, group.fingerprint, group.count, group.users, group.callsWithoutUser],
    ...[new Date(group.firstAt).toISOString(), new Date(group.lastAt).toISOString(), String(group.isNew)],
  ]);
  return [names, ...rows];
}

