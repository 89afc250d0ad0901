/**
 * The help: what the keys do, and how figures are meant. Single keys as shortcuts get in the way of those who speak to
 * their computer, so they can be switched off (WCAG 2.2, 2.1.4).
 */
import { element } from "../elements.ts";
import { texts } from "../texts/index.ts";

const ENTRY = "track-skills.shortcuts";

export interface HelpDialog {
  element: HTMLElement;
  open(): void;
}

export function createHelpDialog(): HelpDialog {
  const toggle = element("input", { type: "checkbox", id: "shortcuts-on" });
  toggle.checked = areShortcutsOn();
  toggle.addEventListener("change", () => keepShortcuts(toggle.checked));
  const close = element("button", { type: "submit", class: "primary" }, texts.close);
  const dialog = element(
    "dialog",
    { id: "help", "aria-labelledby": "help-title" },
    element("h2", { id: "help-title" }, texts.helpTitle),
    element("dl", { class: "shortcuts" }, ...texts.shortcuts.flatMap(([key, meaning]) => [element("dt", {}, element("kbd", {}, key)), element("dd", {}, meaning)])),
    element("label", { class: "choice" }, toggle, texts.shortcutsOn),
    element("ul", {}, ...texts.helpNotes.map((note) => element("li", {}, note))),
    element("form", { method: "dialog" }, close),
  );
  return { element: dialog, open: () => dialog.showModal() };
}

/** What single keys do: `undefined` for a key that has no meaning. */
export function listenForShortcuts(actions: Readonly<Record<string, () => void>>): void {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target) || !areShortcutsOn()) return;
    if (document.querySelector("dialog[open]") !== null) return;
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("input, select, textarea");
}

function areShortcutsOn(): boolean {
  try {
    return localStorage.getItem(ENTRY) !== "off";
  } catch {
    return true;
  }
}

function keepShortcuts(areOn: boolean): void {
  try {
    localStorage.setItem(ENTRY, areOn ? "on" : "off");
  } catch {
    // Without storage there is nothing to keep them by.
  }
}
