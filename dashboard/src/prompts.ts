/**
 * The two questions that the page may have to ask: with which key, and where the tracker is.
 *
 * Each form's state lives in its own fields; what it learns goes to the callback and is never written into the page.
 */
import { isUsableKey, parseAddress } from "./connection.ts";
import { byId } from "./elements.ts";

export interface KeyPrompt {
  show(message: string, base: string, isCancellable: boolean): void;
  hide(): void;
}

export function createKeyPrompt(onKey: (key: string, onDevice: boolean) => void, onCancel: () => void): KeyPrompt {
  const section = byId("key-prompt", HTMLElement);
  const message = byId("key-message", HTMLElement);
  const input = byId("key-input", HTMLInputElement);
  const remember = byId("key-remember", HTMLInputElement);
  const cancel = byId("key-cancel", HTMLButtonElement);

  byId("key-form", HTMLFormElement).addEventListener("submit", (event) => {
    event.preventDefault();
    const key = input.value.trim();
    if (isUsableKey(key)) {
      input.value = "";
      onKey(key, remember.checked);
      return;
    }
    message.textContent = "A key has no spaces and only plain letters, digits and signs.";
    input.focus();
  });
  cancel.addEventListener("click", onCancel);

  return {
    show(text, base, isCancellable) {
      message.textContent = text;
      byId("key-address", HTMLElement).textContent = base;
      cancel.hidden = !isCancellable;
      section.hidden = false;
      input.focus();
    },
    hide() {
      section.hidden = true;
      input.value = "";
    },
  };
}

export interface AddressPrompt {
  show(message: string, base: string, isCancellable: boolean): void;
  hide(): void;
}

/** `onAddress` tries an address, and says why it is of no use, or `undefined` when it was taken. */
export function createAddressPrompt(onAddress: (base: string) => Promise<string | undefined>, onCancel: () => void): AddressPrompt {
  const section = byId("address-prompt", HTMLElement);
  const message = byId("address-message", HTMLElement);
  const input = byId("address-input", HTMLInputElement);
  const cancel = byId("address-cancel", HTMLButtonElement);
  const form = byId("address-form", HTMLFormElement);
  // The browser's own check wants "https://"; `parseAddress` adds it.
  form.noValidate = true;

  async function submit(): Promise<void> {
    const base = parseAddress(input.value);
    if (base === undefined) {
      message.textContent = "That is no address: it should look like https://track-skills.example.workers.dev.";
      input.focus();
      return;
    }
    message.textContent = `Asking ${base} …`;
    const reason = await onAddress(base);
    if (reason !== undefined) message.textContent = reason;
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void submit();
  });
  cancel.addEventListener("click", onCancel);

  return {
    show(text, base, isCancellable) {
      message.textContent = text;
      input.value = base;
      cancel.textContent = isCancellable ? "Cancel" : "Try again";
      section.hidden = false;
      input.focus();
    },
    hide() {
      section.hidden = true;
    },
  };
}
