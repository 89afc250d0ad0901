/** Making a link that reads the figures of this range and these filters, without a key, until it ends. */
import { element, whileBusy } from "../elements.ts";
import { texts } from "../texts/index.ts";
import { copyText } from "./copy-text.ts";
import { createMenu } from "./menu.ts";

export interface ShareMenu {
  element: HTMLElement;
  /** A bearer of a share cannot make one. */
  render(canShare: boolean): void;
}

/** `makeShare` gives the address; it rejects with a reason for the reader. */
export function createShareMenu(makeShare: (days: number) => Promise<string>): ShareMenu {
  const labels = texts.shareForm;
  const copy = element("button", { type: "button", id: "copy-link" }, labels.copy);
  copy.addEventListener("click", () => void copyText(location.href, copy));
  const days = element("select", { id: "share-days" }, ...[1, 7, 30, 90, 365].map((count) => element("option", { value: String(count) }, labels.days(count))));
  days.value = "30";
  const address = element("input", { id: "share-address", readonly: true, "aria-label": labels.address, hidden: true });
  const said = element("p", { id: "share-said", role: "status", class: "muted" });
  const make = element("button", { type: "submit", class: "primary", id: "make-share" }, labels.make);
  const shared = element("div", { class: "menu-part" }, element("label", { for: "share-days" }, labels.label), days, make, element("p", { class: "muted" }, labels.note));
  const form = element("form", { id: "share-form" }, element("p", { class: "muted" }, labels.copyNote), copy, shared, address, said);
  const menu = createMenu("share-menu", labels.title, form, () => {
    address.hidden = true;
    said.textContent = "";
    copy.textContent = labels.copy;
  });

  async function makeLink(): Promise<void> {
    try {
      address.value = await makeShare(Number(days.value));
      address.hidden = false;
      address.select();
      said.textContent = labels.made;
    } catch (error) {
      said.textContent = error instanceof Error ? error.message : String(error);
    }
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void whileBusy(make, makeLink);
  });

  return {
    element: menu.element,
    render(canShare) {
      shared.hidden = !canShare;
    },
  };
}
