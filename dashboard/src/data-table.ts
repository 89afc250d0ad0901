/** A table in a container of its own, which scrolls on narrow screens so that the page need not. */
import { element, foreignText } from "./elements.ts";
import { formatAge, formatLocal, formatMinute, formatPeriodStart, formatUtc } from "./format.ts";
import { texts } from "./texts/index.ts";

export interface Column {
  title: string;
  /** Figures stand at the right, so that their digits line up. */
  isFigure?: boolean;
  /** What the header cell holds instead of its title. */
  header?: Node;
  ariaSort?: "ascending" | "descending" | undefined;
}

/** `foreign` is text that a stranger chose. The first cell of a row is its header. */
export type Cell = string | Node | { foreign: string };

/** Makes the table of something. `place` names it for `replaceKeepingPlace`. */
export function dataTable(what: string, place: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): HTMLElement {
  const table = element(
    "table",
    {},
    element("caption", { class: "visually-hidden" }, texts.tableOf(what)),
    element("thead", {}, element("tr", {}, ...columns.map(headerCell))),
    element("tbody", {}, ...rows.map((row) => element("tr", {}, ...row.map((cell, index) => bodyCell(cell, index, columns[index]))))),
  );
  return scrollBox(what, place, table);
}

/** A box that scrolls must be reachable by keyboard, and then needs a name. */
export function scrollBox(what: string, place: string, table: HTMLElement): HTMLElement {
  const box = element("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": texts.tableOf(what), "data-place": place }, table);
  for (const part of [box, table]) widths.observe(part);
  return box;
}

/** A box that scrolls keeps the head of its table to itself: where the table fits, the head may stick to the window. */
const widths = new ResizeObserver((entries) => {
  for (const box of new Set(entries.map(({ target }) => target.closest(".table-scroll")))) box?.classList.toggle("fits", box.scrollWidth <= box.clientWidth);
});

/** An instant in local time, with seconds and UTC on hover. */
export function timeElement(at: number): HTMLElement {
  return element("time", attributesOf(at), formatMinute(at));
}

/** How long ago an instant was, with local time and UTC on hover. */
export function ageElement(at: number, now: number): HTMLElement {
  return element("time", attributesOf(at), texts.ago(formatAge(now - at)));
}

/** The hour or the UTC day that begins at an instant, with local time and UTC on hover. */
export function periodElement(at: number, interval: "hour" | "day"): HTMLElement {
  return element("time", attributesOf(at), formatPeriodStart(at, interval));
}

function attributesOf(at: number): { datetime: string; title: string } {
  return { datetime: new Date(at).toISOString(), title: `${formatLocal(at)}, ${formatUtc(at)}` };
}

function headerCell(column: Column): HTMLElement {
  const attributes = { scope: "col", class: column.isFigure ? "figure-cell" : undefined, "aria-sort": column.ariaSort };
  return element("th", attributes, column.header ?? column.title);
}

function bodyCell(cell: Cell, index: number, column: Column | undefined): HTMLElement {
  const content = typeof cell === "string" || cell instanceof Node ? cell : foreignText(cell.foreign);
  const className = column?.isFigure ? "figure-cell" : undefined;
  return index === 0 ? element("th", { scope: "row", class: className }, content) : element("td", { class: className }, content);
}
