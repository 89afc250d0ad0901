/** A button that opens a form below it, and closes it with Escape or a press elsewhere. */
import { element } from "../elements.ts";

export interface Menu {
  element: HTMLElement;
  open(): void;
  close(): void;
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
    details.open = false;
    summary.focus();
  });
  document.addEventListener("click", (event) => {
    if (details.open && event.target instanceof Node && !details.contains(event.target)) details.open = false;
  });
  return {
    element: details,
    open: () => (details.open = true),
    close: () => (details.open = false),
  };
}
