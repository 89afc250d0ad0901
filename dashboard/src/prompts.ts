/** What the page asks for, once: the key, and the API's address where the page is served from elsewhere. */
import { isAddress, rememberApi, rememberKey, trimAddress } from "./access.ts";
import { fetchHealth } from "./api.ts";
import { el } from "./dom.ts";

/** Asks for the key. `reason` says why, when one was refused. */
export function keyPrompt(reason: string | undefined, onDone: () => void): HTMLElement {
  const input = el("input", { type: "password", name: "key", autocomplete: "off", required: true });
  const device = el("input", { type: "checkbox", name: "remember" });
  const form = promptForm("Open your figures", reason);
  form.append(
    el("p", { class: "note" }, "The key is the Worker's secret TRACK_ANALYTICS_KEY. It stays in this browser."),
    el("label", {}, "Analytics key", input),
    el("label", { class: "check" }, device, "Remember on this device"),
    el("button", { type: "submit", class: "primary" }, "Open"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    rememberKey(input.value.trim(), device.checked);
    onDone();
  });
  return form;
}

/** Asks for the API's address, and takes one only where a tracker answers. */
export function addressPrompt(api: string, onDone: () => void): HTMLElement {
  const input = el("input", { type: "url", name: "api", required: true, value: api === location.origin ? "" : api });
  const problem = el("p", { class: "prompt-error", role: "alert" });
  const form = promptForm("Where is your tracker?", undefined);
  form.append(
    el("p", { class: "note" }, "No tracker answers at this page's own address. Enter the Worker's, such as https://tracker.example.workers.dev. It has to list this page's origin in dashboardOrigins."),
    el("label", {}, "Address of the Worker", input),
    problem,
    el("button", { type: "submit", class: "primary" }, "Connect"),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const address = trimAddress(input.value);
    try {
      if (!isAddress(address)) throw new Error("An address begins with https://");
      await fetchHealth(address);
      rememberApi(address);
      onDone();
    } catch (error) {
      problem.textContent = error instanceof Error ? error.message : "The address does not work.";
    }
  });
  return form;
}

function promptForm(title: string, reason: string | undefined): HTMLFormElement {
  const form = el("form", { class: "prompt-card" }, el("h2", {}, title));
  if (reason !== undefined) form.append(el("p", { class: "prompt-error", role: "alert" }, reason));
  return form;
}
