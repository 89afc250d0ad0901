/** Active people of a day, of seven days and of thirty, and on each day the new ones beside those who came back. */
import type { RetentionDay, RetentionStats } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import type { Cell } from "../data-table.ts";
import { element, figureText } from "../elements.ts";
import { BLANK, formatCount, formatDay, formatRate } from "../format.ts";
import { texts } from "../texts/index.ts";
import type { Theme } from "../theme.ts";
import { countScale, periodTooltip, pointsFor, timeScale } from "./axes.ts";
import { chartPanel, contentPanel, type Panel } from "./panel.ts";
import { peopleText } from "./people-text.ts";
import { sumOf } from "./points.ts";

export const peopleFiguresPanel: Panel = contentPanel({
  ...texts.panels.peopleFigures,
  id: "people-figures",
  on: "people",
  asks: "retention",
  width: "full",
  emptyText: texts.noPeople,
  skeleton: () => cards(() => BLANK),
  view(retention) {
    const days = begunDays(retention);
    const last = days.at(-1);
    if (last === undefined) return undefined;
    const calls = sumOf(days, (day) => day.calls);
    const callsWithoutUser = sumOf(days, (day) => day.callsWithoutUser);
    const peopleOf = (users: number | null, usersApproximate?: true) => peopleText({ users, calls, callsWithoutUser, ...(usersApproximate && { usersApproximate }) });
    const figures: Record<CardId, string | Node> = {
      dau: peopleOf(last.dau, last.usersApproximate),
      wau: peopleOf(last.wau, last.usersApproximate),
      mau: peopleOf(last.mau, last.usersApproximate),
      stickiness: formatRate(stickinessOf(last)),
      "new-users": peopleOf(newPeopleOf(days)),
      "without-user": formatRate(calls === 0 ? null : callsWithoutUser / calls),
    };
    return cards((id) => figures[id]);
  },
});

const CARDS = ["dau", "wau", "mau", "stickiness", "new-users", "without-user"] as const;
type CardId = (typeof CARDS)[number];

function cards(valueOf: (id: CardId) => string | Node): HTMLElement {
  return element("dl", { class: "cards" }, ...CARDS.map((id) => card(id, valueOf(id))));
}

function card(id: string, value: string | Node): HTMLElement {
  const { title, note } = texts.peopleCards[id] ?? { title: id, note: "" };
  return element("div", { class: "card", id: `card-${id}` }, element("dt", {}, title), element("dd", { class: "value" }, value), element("dd", { class: "muted" }, note));
}

export const peoplePanel: Panel = chartPanel({
  ...texts.panels.people,
  id: "people",
  on: "people",
  asks: "retention",
  width: "half",
  emptyText: texts.noPeople,
  view(retention) {
    const days = begunDays(retention);
    const last = days.at(-1);
    if (last === undefined || !days.some(({ mau }) => mau > 0)) return undefined;
    return {
      sentence: texts.peopleSentence(formatDay(last.day), last, stickinessOf(last)),
      spec: (theme) => activeSpec(days, theme),
      columns: texts.peopleColumns.map((title, index) => ({ title, isFigure: index > 0 })),
      rows: () => days.map(rowOf),
    };
  },
});

export const newPeoplePanel: Panel = chartPanel({
  ...texts.panels.newPeople,
  id: "new-people",
  on: "people",
  asks: "retention",
  width: "half",
  emptyText: texts.noPeople,
  view(retention) {
    const days = begunDays(retention);
    if (!days.some(({ dau }) => dau > 0)) return undefined;
    return {
      sentence: texts.newPeopleSentence(newPeopleOf(days), days.length),
      spec: (theme) => newSpec(days, theme),
      columns: texts.newPeopleColumns.map((title, index) => ({ title, isFigure: index > 0 })),
      rows: () => days.map((day) => [formatDay(day.day), formatCount(day.newUsers), formatCount(returningOf(day))]),
    };
  },
});

function begunDays({ days, generatedAt }: RetentionStats): RetentionDay[] {
  return days.filter(({ day }) => Date.parse(day) <= generatedAt);
}

/** The answer's own is of the last day of its range, which may lie ahead. */
function stickinessOf({ dau, mau }: RetentionDay): number | null {
  return mau === 0 ? null : dau / mau;
}

/** `null` where a day leaves its new people out, because they are too few to be shown. */
function newPeopleOf(days: readonly RetentionDay[]): number | null {
  return days.every(isWhole) ? sumOf(days, ({ newUsers }) => newUsers) : null;
}

/** An estimate of a day may be smaller than the count of its new people. `null` as in `newPeopleOf`. */
function returningOf(day: RetentionDay): number | null {
  return isWhole(day) ? Math.max(0, day.dau - day.newUsers) : null;
}

function isWhole({ newUsers }: Partial<RetentionDay>): boolean {
  return newUsers !== undefined;
}

function rowOf({ day, dau, wau, mau, newUsers, callsWithoutUser, usersApproximate }: RetentionDay): Cell[] {
  const active = [dau, wau, mau].map((users) => figureText(formatCount(users), usersApproximate));
  return [formatDay(day), ...active, formatCount(newUsers), formatCount(callsWithoutUser)];
}

function activeSpec(days: readonly RetentionDay[], theme: Theme): ChartSpec {
  // Lines differ in dashes and points too, not in colour alone.
  const lines = [
    { label: texts.activeLines[0], data: days.map(({ dau }) => dau), colour: theme.lines[0], borderDash: [], pointStyle: "circle" },
    { label: texts.activeLines[1], data: days.map(({ wau }) => wau), colour: theme.lines[1], borderDash: [8, 4], pointStyle: "rect" },
    { label: texts.activeLines[2], data: days.map(({ mau }) => mau), colour: theme.lines[2], borderDash: [2, 3], pointStyle: "triangle" },
  ] as const;
  return {
    type: "line",
    data: {
      labels: days.map(({ day }) => formatDay(day)),
      datasets: lines.map(({ label, data, colour, borderDash, pointStyle }) => ({
        type: "line" as const,
        label,
        data,
        borderColor: colour,
        backgroundColor: colour,
        borderDash: [...borderDash],
        pointStyle,
        ...pointsFor(data),
      })),
    },
    options: optionsOf(days, false),
  };
}

function newSpec(days: readonly RetentionDay[], theme: Theme): ChartSpec {
  const bars = [
    { label: texts.newPeopleColumns[2], data: days.map(returningOf), colour: theme.lines[0], pointStyle: "circle" },
    { label: texts.newPeopleColumns[1], data: days.map(({ newUsers }) => newUsers), colour: theme.lines[1], pointStyle: "triangle" },
  ];
  return {
    type: "bar",
    data: {
      labels: days.map(({ day }) => formatDay(day)),
      datasets: bars.map(({ label, data, colour, pointStyle }) => ({ type: "bar" as const, label: label ?? "", data, backgroundColor: colour, pointStyle, categoryPercentage: 0.9, barPercentage: 0.95 })),
    },
    options: optionsOf(days, true),
  };
}

function optionsOf(days: readonly RetentionDay[], stacked: boolean): ChartSpec["options"] {
  return {
    interaction: { mode: "index", intersect: false },
    scales: { x: { ...timeScale("day"), stacked }, y: { ...countScale(texts.skillColumns.users), stacked } },
    plugins: { tooltip: { callbacks: periodTooltip(days.map(({ day }) => Date.parse(day)), "day") } },
  };
}
