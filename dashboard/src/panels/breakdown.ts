/** A skill's versions, and its sources, side by side. */
import type { SkillReport } from "../../../src/analytics/answers.ts";
import { type Cell, type Column, dataTable, timeElement } from "../data-table.ts";
import { element, foreignText } from "../elements.ts";
import { formatCount, formatDuration, formatRate } from "../format.ts";
import { texts } from "../texts/index.ts";
import { type Choices, contentPanel, type Panel } from "./panel.ts";
import { namesNobody, peopleText } from "./people-text.ts";

export const versionsPanel: Panel = contentPanel({
  ...texts.panels.versions,
  id: "versions",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  view: ({ versions, summary }, choices) => breakdown(versions.map(({ version, ...figures }) => ({ name: version, ...figures })), "version", summary, choices),
});

export const sourcesPanel: Panel = contentPanel({
  ...texts.panels.sources,
  id: "sources",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  view: ({ sources, summary }, choices) => breakdown(sources.map(({ source, ...figures }) => ({ name: source, ...figures })), "source", summary, choices),
});

type Row = { name: string } & Omit<SkillReport["versions"][number], "version">;

function breakdown(rows: readonly Row[], dimension: "version" | "source", summary: SkillReport["summary"], choices: Choices): Node | undefined {
  if (rows.length === 0) return undefined;
  const titles = texts.breakdownColumns;
  const columns: Column[] = [{ title: texts.dimensions[dimension] }, ...titles.map((title, index) => ({ title, isFigure: index < titles.length - 1 }))];
  return dataTable(texts.dimensions[dimension], dimension, columns, rows.map((row) => rowOf(row, dimension, summary, choices)));
}

function rowOf(row: Row, dimension: "version" | "source", summary: SkillReport["summary"], { hrefOf, place }: Choices): Cell[] {
  const { successRateInterval: interval } = row;
  const rate = element("span", {}, formatRate(row.successRate), element("span", { class: "interval", title: texts.intervalTitle }, interval === null ? "" : `${formatRate(interval.low)} – ${formatRate(interval.high)}`));
  return [
    element("a", { href: hrefOf({ filters: { ...place.filters, [dimension]: [row.name] } }), "data-place": `${dimension}-${row.name}` }, row.name === "" ? texts.notSaid : foreignText(row.name)),
    formatCount(row.calls),
    rate,
    formatCount(row.errors),
    formatDuration(row.durationMs.p50),
    formatDuration(row.durationMs.p95),
    formatDuration(row.durationMs.p99),
    // Calls without a person are counted of the skill as a whole.
    peopleText({ ...row, callsWithoutUser: namesNobody(summary) ? row.calls : 0 }),
    timeElement(row.lastUsedAt),
  ];
}
