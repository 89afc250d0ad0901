/** A table whose cells are tinted by their figures. The figures stand in the cells: the tint only helps the eye. */
import { scrollBox } from "./data-table.ts";
import { element } from "./elements.ts";
import { texts } from "./texts/index.ts";

/** Steps of the tint; the first stands for nothing. */
const LEVELS = 5;

export interface HeatCell {
  text: string;
  /** 0…1 of the tint; `null` for a cell that holds nothing. */
  share: number | null;
  title?: string;
}

export interface HeatRow {
  name: string;
  /** Plain cells between the name and the tinted ones. */
  figures?: readonly string[];
  cells: readonly (HeatCell | null)[];
}

/** Makes the table. `columns` name the row's name, its plain cells and its tinted ones. */
export function heatMap(what: string, place: string, columns: readonly string[], rows: readonly HeatRow[]): HTMLElement {
  const table = element(
    "table",
    { class: "heat-map" },
    element("caption", { class: "visually-hidden" }, texts.tableOf(what)),
    element("thead", {}, element("tr", {}, ...columns.map((column) => element("th", { scope: "col", class: "figure-cell" }, column)))),
    element("tbody", {}, ...rows.map(rowOf)),
  );
  return scrollBox(what, place, table);
}

function rowOf({ name, figures = [], cells }: HeatRow): HTMLElement {
  return element(
    "tr",
    {},
    element("th", { scope: "row" }, name),
    ...figures.map((figure) => element("td", { class: "figure-cell" }, figure)),
    ...cells.map(cellOf),
  );
}

function cellOf(cell: HeatCell | null): HTMLElement {
  if (cell === null) return element("td", {});
  const level = cell.share === null || cell.share <= 0 ? 0 : Math.min(LEVELS, Math.ceil(cell.share * LEVELS));
  return element("td", { class: "heat", "data-level": String(level), title: cell.title }, cell.text);
}
