/** Makes elements. Text only ever goes in as text: skill names and messages come from elsewhere. */

/** Attributes by name; `false` and `undefined` leave one out. */
export type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Makes an element with its attributes and its children. */
export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** The element of the page with an id. Throws when the page has none: it and this code are one. */
export function byId(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`The page has no element "${id}".`);
  return element;
}

/** One cell of a table. */
export interface Cell {
  text: string;
  /** A class of styles.css: `number`, `name` or `message`. */
  kind?: string;
  title?: string;
}

/** Makes a table whose first column names its rows. */
export function table(caption: string, head: readonly Cell[], rows: readonly (readonly (Cell | Node)[])[]): HTMLElement {
  const headRow = el("tr", {}, ...head.map(({ text, kind }) => el("th", { scope: "col", class: kind }, text)));
  const body = rows.map((cells) => el("tr", {}, ...cells.map(cellElement)));
  const content = el("table", { "aria-label": caption }, el("thead", {}, headRow), el("tbody", {}, ...body));
  return el("div", { class: "table-scroll", tabindex: "0", role: "region", "aria-label": caption }, content);
}

function cellElement(cell: Cell | Node, index: number): HTMLElement {
  if (cell instanceof Node) return el("td", {}, cell);
  const attributes = { class: cell.kind, title: cell.title, dir: cell.kind === "name" || cell.kind === "message" ? "auto" : undefined };
  return index === 0 ? el("th", { scope: "row", ...attributes }, cell.text) : el("td", attributes, cell.text);
}
