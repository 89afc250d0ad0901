/**
 * The two questions that the page may have to ask: with which key, and where the tracker is.
 *
 * Each form's state lives in its own fields; what it learns goes to the callback and is never written into the page.
 */
import { isUsableKey, parseAddress } from "./connection.ts";
import { element } from "./elements.ts";
import { texts } from "./texts/index.ts";

export interface Prompt {
  element: HTMLElement;
  show(message: string, base: string, isCancellable: boolean): void;
  hide(): void;
}

export function createKeyPrompt(onKey: (key: string, onDevice: boolean) => void, onCancel: () => void): Prompt {
  const labels = texts.keyPrompt;
  const input = element("input", { id: "key-input", type: "password", ...PLAIN_FIELD, "aria-describedby": "key-note" });
  const remember = element("input", { id: "key-remember", type: "checkbox" });
  const address = element("span", { class: "address", dir: "ltr" });
  const [before, name, middle, after] = labels.note;
  const frame = createFrame("key", labels, input, [
    element("p", { id: "key-note", class: "muted" }, before ?? "", element("code", {}, name ?? ""), middle ?? "", address, after ?? ""),
    element("label", { class: "choice" }, remember, labels.remember),
  ]);
  frame.form.addEventListener("submit", (event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (isUsableKey(key)) {
      input.value = "";
      onKey(key, remember.checked);
      return;
    }
    frame.message.textContent = labels.unusable;
    input.focus();
  });
  frame.cancel.addEventListener("click", onCancel);

  return {
    element: frame.section,
    show(text, base, isCancellable) {
      frame.message.textContent = text;
      address.textContent = base;
      frame.cancel.hidden = !isCancellable;
      frame.section.hidden = false;
      input.focus();
    },
    hide() {
      frame.section.hidden = true;
      input.value = "";
    },
  };
}

/** `onAddress` tries an address, and says why it is of no use, or `undefined` when it was taken. */
export function createAddressPrompt(onAddress: (base: string) => Promise<string | undefined>, onCancel: () => void): Prompt {
  const labels = texts.addressPrompt;
  const input = element("input", { id: "address-input", type: "url", inputmode: "url", ...PLAIN_FIELD, "aria-describedby": "address-note" });
  const note = labels.note.map((part, index) => (index % 2 === 0 ? part : element("code", {}, part)));
  const frame = createFrame("address", labels, input, [element("p", { id: "address-note", class: "muted" }, ...note)]);
  // The browser's own check wants "https://"; `parseAddress` adds it.
  frame.form.noValidate = true;

  async function submit(): Promise<void> {
    const base = parseAddress(input.value);
    if (base === undefined) {
      frame.message.textContent = labels.unusable;
      input.focus();
      return;
    }
    frame.message.textContent = labels.asking(base);
    const reason = await onAddress(base);
    if (reason !== undefined) frame.message.textContent = reason;
  }
  frame.form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  frame.cancel.addEventListener("click", onCancel);

  return {
    element: frame.section,
    show(text, base, isCancellable) {
      frame.message.textContent = text;
      input.value = base;
      frame.cancel.textContent = isCancellable ? labels.cancel : labels.again;
      frame.section.hidden = false;
      input.focus();
    },
    hide() {
      frame.section.hidden = true;
    },
  };
}

const PLAIN_FIELD = { autocomplete: "off", autocapitalize: "none", spellcheck: "false", required: true } as const;

function createFrame(name: string, labels: { title: string; label: string; submit: string; cancel: string }, input: HTMLElement, notes: readonly HTMLElement[]) {
  const message = element("p", { id: `${name}-message`, role: "status" });
  const cancel = element("button", { type: "button", id: `${name}-cancel` }, labels.cancel);
  const actions = element("div", { class: "actions" }, element("button", { type: "submit", class: "primary" }, labels.submit), cancel);
  const form = element("form", { id: `${name}-form` }, element("label", { for: input.id }, labels.label), input, ...notes, actions);
  const title = element("h2", { id: `${name}-title` }, labels.title);
  const section = element("section", { id: `${name}-prompt`, class: "prompt", "aria-labelledby": title.id, hidden: true }, title, message, form);
  return { section, message, form, cancel };
}
