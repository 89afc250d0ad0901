/** Calls by skill: the ten most called, and all others as one bar, so that the bars add up to all calls. */
import type { Overview, ToolFigures } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import { countOf, formatCount, formatRate, quote, shorten } from "../format.ts";
import type { Theme } from "../theme.ts";
import { countScale } from "./axes.ts";
import type { ChartPanel } from "./panel.ts";

export const skillCallsPanel: ChartPanel = {
  kind: "chart",
  id: "skill-calls",
  title: "Calls by skill",
  question: "Which skills are called most?",
  width: "half",
  emptyText: "No calls in this range.",
  view({ tools, summary }) {
    const [first] = tools;
    if (first === undefined) return undefined;
    const bars = barsOf(tools);
    return {
      sentence: sentenceOf(first, tools.length, summary),
      spec: (theme) => specOf(bars, theme),
      columns: [{ title: "Skill" }, { title: "Calls", isFigure: true }, { title: "Errors", isFigure: true }],
      rows: bars.map(({ label, calls, errors }) => [{ foreign: label }, formatCount(calls), formatCount(errors)]),
    };
  },
};

/** More bars than this cannot be told apart on a phone. */
const TOP_SKILLS = 10;

interface Bar {
  label: string;
  calls: number;
  errors: number;
}

function barsOf(tools: readonly ToolFigures[]): Bar[] {
  const top = tools.slice(0, TOP_SKILLS).map(({ skill, calls, errors }) => ({ label: skill, calls, errors }));
  const rest = tools.slice(TOP_SKILLS);
  if (rest.length === 0) return top;
  const sum = (figure: "calls" | "errors"): number => rest.reduce((total, tool) => total + tool[figure], 0);
  return [...top, { label: `${formatCount(rest.length)} more`, calls: sum("calls"), errors: sum("errors") }];
}

function sentenceOf(first: ToolFigures, skills: number, { calls }: Overview["summary"]): string {
  if (skills === 1) return `Only ${quote(first.skill)} was called: ${countOf(first.calls, "time")}.`;
  const share = calls === 0 ? "" : ` (${formatRate(first.calls / calls)})`;
  return `Of ${countOf(skills, "skill")}, ${quote(first.skill)} was called most: ${countOf(first.calls, "call")}${share}.`;
}

function specOf(bars: readonly Bar[], theme: Theme): ChartSpec {
  const stacked = { stacked: true } as const;
  return {
    type: "bar",
    data: {
      labels: bars.map(({ label }) => label),
      datasets: [
        { type: "bar", label: "Without error", data: bars.map(({ calls, errors }) => calls - errors), backgroundColor: theme.calls },
        { type: "bar", label: "Errors", data: bars.map(({ errors }) => errors), backgroundColor: theme.errors },
      ],
    },
    options: {
      indexAxis: "y",
      interaction: { mode: "index", axis: "y", intersect: false },
      scales: {
        x: { ...countScale("Calls"), ...stacked },
        y: {
          ...stacked,
          grid: { display: false },
          ticks: {
            autoSkip: false,
            callback(value) {
              return shorten(bars[Number(value)]?.label ?? "", this.chart.width < 480 ? 14 : 22);
            },
          },
        },
      },
      plugins: {
        legend: { position: "bottom" },
        // A name of 200 characters would run out of the canvas.
        tooltip: { callbacks: { title: (items) => items.slice(0, 1).flatMap(({ label }) => linesOf(label, 32)) } },
      },
    },
  };
}

function linesOf(text: string, charsPerLine: number): string[] {
  const chars = Array.from(text);
  const lines: string[] = [];
  for (let start = 0; start < chars.length; start += charsPerLine) lines.push(chars.slice(start, start + charsPerLine).join(""));
  return lines;
}
