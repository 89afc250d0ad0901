/** A button that opens a form below it, and closes it with Escape or a press elsewhere. */
import { element } from "../elements.ts";

export interface Menu {
  element: HTMLElement;
  open(): void;
  /** Closes it; the focus goes back to its button. */
  close(): void;
  /** Goes to its button. */
  focus(): void;
}

/** Makes a menu. `onOpen` runs before the form shows. */
export function createMenu(id: string, label: string, form: HTMLFormElement, onOpen: () => void): Menu {
  const summary = element("summary", { id: `${id}-button` }, label);
  const details = element("details", { class: "menu", id }, summary, element("div", { class: "menu-body" }, form));
  details.addEventListener("toggle", () => {
    if (!details.open) return;
    onOpen();
    form.querySelector<HTMLElement>("input, select")?.focus();
  });
  details.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !details.open) return;
    event.stopPropagation();
    close();
  });
  // Left with Tab it would lie over what has the focus then (WCAG 2.2, 2.4.11).
  details.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !details.contains(relatedTarget)) details.open = false;
  });
  document.addEventListener("click", (event) => {
    if (details.open && event.target instanceof Node && !details.contains(event.target)) details.open = false;
  });

  function close(): void {
    details.open = false;
    summary.focus();
  }

  return {
    element: details,
    open: () => (details.open = true),
    close,
    focus: () => summary.focus(),
  };
}
