/** Making and replacing elements. Text goes in as text nodes only, so that no name or message can become markup. */
import { texts } from "./texts/index.ts";

type Attributes = Readonly<Record<string, string | boolean | undefined>>;

/** Makes an element. An attribute that is `true` stands without a value; `false` and `undefined` leave it out. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children);
  return made;
}

/** A path as a picture. Hidden from screen readers: the words beside it say more. */
export function picture(className: string, viewBox: string, d: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", className);
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

const SVG = "http://www.w3.org/2000/svg";

/** Text that a stranger chose: it may run from right to left, and must not turn the sentence around it. */
export function foreignText(text: string): HTMLElement {
  return element("bdi", { dir: "auto", class: "foreign" }, text);
}

/** A figure, marked when it is an estimate: by a sign for eyes, by a word for ears. */
export function figureText(text: string, isEstimate: boolean | undefined): Node | string {
  if (isEstimate !== true) return text;
  const sign = element("span", { "aria-hidden": "true" }, "≈ ");
  const word = element("span", { class: "visually-hidden" }, texts.about);
  return element("span", { class: "estimate", title: texts.estimateTitle }, sign, word, text);
}

/** Lets a button work once at a time. It only looks disabled meanwhile: one that is loses the focus. */
export async function whileBusy(button: HTMLButtonElement, work: () => Promise<void>): Promise<void> {
  if (button.ariaDisabled === "true") return;
  button.ariaDisabled = "true";
  await work();
  button.ariaDisabled = "false";
}

/**
 * Replaces what an element holds without throwing the reader out: focus, scroll positions and opened details are
 * carried over between old and new elements of the same `data-place`. Rows of a table that say the same stay as they are:
 * laying out a table costs more than making it.
 */
export function replaceKeepingPlace(container: HTMLElement, ...content: readonly (Node | string)[]): void {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const hadFocus = focused !== undefined && container.contains(focused);
  const focusedPlace = hadFocus ? focused.dataset["place"] : undefined;
  const before = new Map(places(container).map((place) => [place.dataset["place"], readPlace(place)]));
  const fresh = document.createDocumentFragment();
  fresh.append(...content);
  patchChildren(container, fresh);
  for (const place of places(container)) {
    const kept = before.get(place.dataset["place"]);
    if (kept !== undefined) {
      if (place instanceof HTMLDetailsElement) place.open = kept.open;
      if (kept.left !== 0 || kept.top !== 0) place.scrollTo(kept.left, kept.top);
    }
    if (focusedPlace !== undefined && place.dataset["place"] === focusedPlace && place !== focused) place.focus({ preventScroll: true });
  }
  // What had the focus is gone: what stands in its place is nearer than the top of the page.
  if (hadFocus && !container.contains(document.activeElement)) container.querySelector<HTMLElement>("[data-place]")?.focus({ preventScroll: true });
}

/** Puts new children in place of old ones; a table of the same columns keeps its element. */
function patchChildren(container: HTMLElement, fresh: DocumentFragment): void {
  const children = [...fresh.childNodes];
  for (const [index, child] of children.entries()) {
    const old = container.childNodes[index];
    if (old === undefined) container.append(child);
    else if (!patchTable(old, child)) old.replaceWith(child);
  }
  while (container.childNodes.length > children.length) container.lastChild?.remove();
}

/** Brings the rows of a table up to date with those of a new one. Whether that could be done: its head must be the same. */
function patchTable(old: Node, fresh: Node): boolean {
  if (!(old instanceof HTMLElement && fresh instanceof HTMLElement) || old.dataset["place"] !== fresh.dataset["place"]) return false;
  const [oldTable, table] = [old.querySelector("table"), fresh.querySelector("table")];
  const [oldBody, body] = [oldTable?.tBodies[0], table?.tBodies[0]];
  if (oldBody === undefined || body === undefined || oldTable?.tHead?.isEqualNode(table?.tHead ?? null) !== true) return false;
  const rows = [...body.rows];
  for (const [index, row] of rows.entries()) {
    const oldRow = oldBody.rows[index];
    if (oldRow === undefined) oldBody.append(row);
    else if (!oldRow.isEqualNode(row)) oldRow.replaceWith(row);
  }
  while (oldBody.rows.length > rows.length) oldBody.deleteRow(-1);
  return true;
}

function places(container: HTMLElement): HTMLElement[] {
  return [...container.querySelectorAll<HTMLElement>("[data-place]")];
}

function readPlace(place: HTMLElement): { open: boolean; left: number; top: number } {
  const open = place instanceof HTMLDetailsElement && place.open;
  // Asking makes the browser lay out what has just changed: only where somebody scrolled.
  return scrolled.has(place) ? { open, left: place.scrollLeft, top: place.scrollTop } : { open, left: 0, top: 0 };
}

const scrolled = new WeakSet<EventTarget>();
document.addEventListener("scroll", ({ target }) => void (target !== null && scrolled.add(target)), { capture: true, passive: true });
