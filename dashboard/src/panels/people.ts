/** Active people of a day, of seven days and of thirty, ending on each day of the range. */
import type { Overview, RetentionDay } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import type { Cell } from "../data-table.ts";
import { figureText } from "../elements.ts";
import { countOf, formatCount, formatDay, formatRate } from "../format.ts";
import type { Theme } from "../theme.ts";
import { countScale, timeScale } from "./axes.ts";
import type { ChartPanel } from "./panel.ts";

export const peoplePanel: ChartPanel = {
  kind: "chart",
  id: "people",
  title: "Active users",
  question: "How many people come, and do they come back?",
  width: "half",
  emptyText: "No call of these days names a user. Send userId with the events to see how many people come back.",
  view({ retention, generatedAt, summary }) {
    const days = retention.days.filter(({ day }) => Date.parse(day) <= generatedAt);
    const last = days.at(-1);
    if (last === undefined || !days.some(({ mau }) => mau > 0)) return undefined;
    return {
      sentence: sentenceOf(last, retention) + withoutUserText(summary),
      spec: (theme) => specOf(days, theme),
      columns: [
        { title: "Day (UTC)" },
        { title: "That day", isFigure: true },
        { title: "7 days", isFigure: true },
        { title: "30 days", isFigure: true },
        { title: "New", isFigure: true },
        { title: "Calls without a user", isFigure: true },
      ],
      rows: days.map(rowOf),
    };
  },
};

function rowOf({ day, dau, wau, mau, newUsers, callsWithoutUser, usersApproximate }: RetentionDay): Cell[] {
  const active = [dau, wau, mau].map((users) => figureText(formatCount(users), usersApproximate));
  return [formatDay(day), ...active, formatCount(newUsers), formatCount(callsWithoutUser)];
}

function sentenceOf(last: RetentionDay, { stickiness }: Overview["retention"]): string {
  const about = last.usersApproximate ? "about " : "";
  const people = about + countOf(last.dau, "person", "people");
  const share = stickiness === null ? "" : `; stickiness (DAU ÷ MAU) is ${formatRate(stickiness)}`;
  return `On ${formatDay(last.day)} (UTC): ${people} that day, ${formatCount(last.wau)} within 7 days and ${formatCount(last.mau)} within 30${share}.`;
}

/** How much of the range the people cannot tell about. */
function withoutUserText({ calls, callsWithoutUser }: Overview["summary"]): string {
  if (callsWithoutUser === 0) return "";
  return ` ${formatRate(callsWithoutUser / calls)} of the calls in the range name no user.`;
}

function specOf(days: readonly RetentionDay[], theme: Theme): ChartSpec {
  // Lines differ in dashes and points too, not in colour alone.
  const lines = [
    { label: "That day (DAU)", data: days.map(({ dau }) => dau), colour: theme.dau, borderDash: [], pointStyle: "circle" },
    { label: "7 days (WAU)", data: days.map(({ wau }) => wau), colour: theme.wau, borderDash: [8, 4], pointStyle: "rect" },
    { label: "30 days (MAU)", data: days.map(({ mau }) => mau), colour: theme.mau, borderDash: [2, 3], pointStyle: "triangle" },
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
        borderWidth: 2,
        borderDash: [...borderDash],
        pointStyle,
        pointRadius: days.length > 40 ? 0 : 3,
        pointHitRadius: 8,
      })),
    },
    options: {
      interaction: { mode: "index", intersect: false },
      scales: { x: timeScale("Day (UTC)"), y: countScale("People") },
      plugins: { legend: { position: "bottom" } },
    },
  };
}
