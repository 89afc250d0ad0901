/** Which skills are used most? */
import type { Overview } from "../../../src/analytics/answers.ts";
import { colour } from "../charts.ts";
import { figurePanel } from "../figure.ts";
import { formatCount, formatRate } from "../format.ts";
import type { Panel } from "./panel.ts";

/** Bars that still have room for their names; the rest stands together in one. */
const MAX_BARS = 10;
const MAX_LABEL_CHARS = 24;

interface Bar {
  name: string;
  calls: number;
  errors: number;
}

function barsOf({ tools }: Overview): Bar[] {
  const bars = tools.slice(0, MAX_BARS).map(({ skill, calls, errors }) => ({ name: skill, calls, errors }));
  const rest = tools.slice(MAX_BARS);
  if (rest.length === 0) return bars;
  const sum = (figure: "calls" | "errors"): number => rest.reduce((total, tool) => total + tool[figure], 0);
  return [...bars, { name: `${rest.length} more`, calls: sum("calls"), errors: sum("errors") }];
}

function shorten(name: string): string {
  const characters = Array.from(name);
  return characters.length > MAX_LABEL_CHARS ? `${characters.slice(0, MAX_LABEL_CHARS - 1).join("")}…` : name;
}

export const callsBySkill: Panel = figurePanel({
  id: "calls-by-skill",
  title: "Calls by skill",
  size: "half",
  sentence({ tools, summary }) {
    const [first] = tools;
    if (first === undefined) return "No skill was called.";
    return `${first.skill} leads with ${formatCount(first.calls)} calls, ${formatRate(first.calls / summary.calls)} of all; ${formatCount(tools.length)} skills were called.`;
  },
  chart(overview) {
    const bars = barsOf(overview);
    return {
      type: "bar",
      data: {
        labels: bars.map(({ name }) => shorten(name)),
        datasets: [
          { label: "Errors", data: bars.map(({ errors }) => errors), backgroundColor: colour("error"), stack: "calls" },
          { label: "Other calls", data: bars.map(({ calls, errors }) => calls - errors), backgroundColor: colour("series-1"), stack: "calls" },
        ],
      },
      options: {
        indexAxis: "y",
        interaction: { mode: "index", axis: "y", intersect: false },
        plugins: { legend: { position: "bottom" }, tooltip: { callbacks: { title: ([item]) => bars[item?.dataIndex ?? 0]?.name ?? "" } } },
        scales: { x: { stacked: true, beginAtZero: true, ticks: { precision: 0 } }, y: { stacked: true, grid: { display: false }, ticks: { autoSkip: false } } },
      },
    };
  },
  head: [{ text: "Skill", kind: "name" }, { text: "Calls", kind: "number" }, { text: "Errors", kind: "number" }],
  rows: (overview) =>
    barsOf(overview).map(({ name, calls, errors }) => [
      { text: name, kind: "name" },
      { text: formatCount(calls), kind: "number" },
      { text: formatCount(errors), kind: "number" },
    ]),
});
