/** Making and finding elements. Text goes in as text nodes only, so that no name or message can become markup. */

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

/** The element of index.html with this id. @throws Error when index.html and app.js do not belong together */
export function byId<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`index.html has no ${type.name} with the id "${id}".`);
  return found;
}

/** Text that a stranger chose: it may run from right to left, and must not turn the sentence around it. */
export function foreignText(text: string): HTMLElement {
  return element("bdi", { dir: "auto", class: "foreign" }, text);
}

/** A figure, marked when it is an estimate: by a sign for eyes, by a word for ears. */
export function figureText(text: string, isEstimate: boolean | undefined): Node | string {
  if (isEstimate !== true) return text;
  const sign = element("span", { "aria-hidden": "true" }, "≈ ");
  const word = element("span", { class: "visually-hidden" }, "about ");
  return element("span", { class: "estimate", title: "An estimate, as a rule within 3 %" }, sign, word, text);
}

/**
 * Replaces what an element holds without throwing the reader out: focus, scroll positions and opened details are
 * carried over between old and new elements of the same `data-place`.
 */
export function replaceKeepingPlace(container: HTMLElement, ...content: readonly (Node | string)[]): void {
  const focused = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const focusedPlace = focused !== undefined && container.contains(focused) ? focused.dataset["place"] : undefined;
  const before = new Map(places(container).map((place) => [place.dataset["place"], readPlace(place)]));
  container.replaceChildren(...content);
  for (const place of places(container)) {
    const kept = before.get(place.dataset["place"]);
    if (kept !== undefined) {
      if (place instanceof HTMLDetailsElement) place.open = kept.open;
      // Asking for a place makes the browser lay out the page: only where something was scrolled.
      if (kept.left !== 0 || kept.top !== 0) place.scrollTo(kept.left, kept.top);
    }
    if (focusedPlace !== undefined && place.dataset["place"] === focusedPlace) place.focus({ preventScroll: true });
  }
}

function places(container: HTMLElement): HTMLElement[] {
  return [...container.querySelectorAll<HTMLElement>("[data-place]")];
}

function readPlace(place: HTMLElement): { open: boolean; left: number; top: number } {
  return { open: place instanceof HTMLDetailsElement && place.open, left: place.scrollLeft, top: place.scrollTop };
}
