/** What a panel is: a title, a question, and how an overview becomes an answer to it. */
import type { Overview } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import type { Cell, Column } from "../data-table.ts";
import type { SkillOrder } from "../state.ts";
import type { Theme } from "../theme.ts";

export type Panel = ChartPanel | ContentPanel;

interface PanelHead {
  /** Unique; the element's id is `panel-` and this. */
  id: string;
  title: string;
  /** The question that it answers. Stands under the title until the answer does. */
  question: string;
  /** How much of a wide screen it takes. */
  width: "full" | "wide" | "half" | "narrow";
  /** What to say when there is nothing to show. */
  emptyText: string;
}

export interface ChartPanel extends PanelHead {
  kind: "chart";
  /** `undefined` when there is nothing to show. */
  view(overview: Overview): ChartView | undefined;
}

export interface ChartView {
  /** One sentence that says what the chart shows. */
  sentence: string;
  spec(theme: Theme): ChartSpec;
  /** The same figures as a table. */
  columns: Column[];
  rows: Cell[][];
}

export interface ContentPanel extends PanelHead {
  kind: "content";
  /** `undefined` when there is nothing to show. */
  view(overview: Overview, choices: Choices): Node | undefined;
}

/** What a reader has chosen, and how a panel says that it was chosen otherwise. */
export interface Choices {
  order: SkillOrder;
  allSkills: boolean;
  setOrder(order: SkillOrder): void;
  showAllSkills(): void;
}
