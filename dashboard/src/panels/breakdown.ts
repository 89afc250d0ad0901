/** A skill's versions, and its sources, side by side. */
import type { SkillReport } from "../../../src/analytics/answers.ts";
import { type Cell, type Column, dataTable, timeElement } from "../data-table.ts";
import { element, figureText, foreignText } from "../elements.ts";
import { formatCount, formatDuration, formatRate } from "../format.ts";
import { texts } from "../texts/index.ts";
import { type Choices, contentPanel, type Panel } from "./panel.ts";

export const versionsPanel: Panel = contentPanel({
  ...texts.panels.versions,
  id: "versions",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  view: ({ versions }, choices) => breakdown(versions.map(({ version, ...figures }) => ({ name: version, ...figures })), "version", choices),
});

export const sourcesPanel: Panel = contentPanel({
  ...texts.panels.sources,
  id: "sources",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  view: ({ sources }, choices) => breakdown(sources.map(({ source, ...figures }) => ({ name: source, ...figures })), "source", choices),
});

type Row = { name: string } & Omit<SkillReport["versions"][number], "version">;

function breakdown(rows: readonly Row[], dimension: "version" | "source", choices: Choices): Node | undefined {
  if (rows.length === 0) return undefined;
  const titles = texts.breakdownColumns;
  const columns: Column[] = [{ title: texts.dimensions[dimension] }, ...titles.map((title, index) => ({ title, isFigure: index < titles.length - 1 }))];
  return dataTable(texts.dimensions[dimension], dimension, columns, rows.map((row) => rowOf(row, dimension, choices)));
}

function rowOf(row: Row, dimension: "version" | "source", { hrefOf, place }: Choices): Cell[] {
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
    figureText(formatCount(row.users), row.usersApproximate),
    timeElement(row.lastUsedAt),
  ];
}
