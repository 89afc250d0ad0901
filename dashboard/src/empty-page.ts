/** What stands in place of the overview when its range holds no call: why, and what to do about it. */
import type { ShareLimits } from "../../src/analytics/shared.ts";
import { copyText } from "./controls/copy-text.ts";
import { timeElement } from "./data-table.ts";
import { element, replaceKeepingPlace, whileBusy } from "./elements.ts";
import { presetsWithin } from "./share.ts";
import { filterCount, NO_FILTERS, type Place, type Preset } from "./state.ts";
import { texts } from "./texts/index.ts";

/** What is known when there is nothing to show. */
export interface Emptiness {
  place: Place;
  base: string;
  /** Latest event of all: `null` when there is none, `undefined` while it is not known. */
  lastEventAt: number | null | undefined;
  limits: ShareLimits | undefined;
}

export interface EmptyPage {
  element: HTMLElement;
  show(emptiness: Emptiness): void;
  hide(): void;
}

/** `sendTest` stores a call; it resolves with a sentence for the reader. */
export function createEmptyPage(go: (change: Partial<Place>) => void, sendTest: () => Promise<string>): EmptyPage {
  const title = element("h2", { id: "empty-title" });
  const body = element("div", { id: "empty-body" });
  const section = element("section", { id: "empty", class: "prompt empty-page", "aria-labelledby": "empty-title", hidden: true }, title, body);
  let shown = "";
  return {
    element: section,
    show({ place, base, lastEventAt, limits }) {
      const hasNoEvent = lastEventAt === null;
      section.dataset["reason"] = hasNoEvent ? "no-event" : "no-calls-in-range";
      title.textContent = hasNoEvent ? texts.empty.noEvent : texts.empty.noCalls(texts.rangeName(place.range));
      // It is shown again every few seconds: what was said of a test event stays.
      const showing = JSON.stringify([hasNoEvent, base, place, lastEventAt]);
      if (showing !== shown) replaceKeepingPlace(body, ...(hasNoEvent ? firstSteps(base, sendTest) : otherRanges(place, lastEventAt, presetsWithin(limits), go)));
      shown = showing;
      section.hidden = false;
    },
    hide() {
      section.hidden = true;
    },
  };
}

function firstSteps(base: string, sendTest: () => Promise<string>): Node[] {
  const labels = texts.empty;
  const said = element("p", { id: "test-event-said", role: "status" }, labels.waiting);
  const send = element("button", { type: "button", class: "primary", id: "send-test-event", "data-place": "send-test" }, labels.sendTest);
  send.addEventListener("click", () => whileBusy(send, async () => void (said.textContent = await sendTest())));
  const note = labels.keyNote.map((part, index) => (index % 2 === 0 ? part : element("code", {}, part)));
  return [
    element("p", {}, labels.ready),
    snippet("wrap", labels.wrapLabel, wrapCode(base)),
    snippet("first-call", labels.curlLabel, curlCommand(base)),
    element("div", { class: "actions" }, send),
    said,
    element("p", { class: "muted" }, ...note),
  ];
}

function snippet(id: string, label: string, text: string): HTMLElement {
  const copy = element("button", { type: "button", "data-place": `copy-${id}` }, texts.empty.copy);
  copy.addEventListener("click", () => void copyText(text, copy));
  const code = element("pre", { tabindex: "0", role: "region", "aria-label": label, "data-place": id }, element("code", { id }, text));
  return element("div", { class: "snippet" }, code, copy);
}

function wrapCode(base: string): string {
  return [
    'import { createTracker } from "./track-skills.client.js";',
    "",
    `const tracker = createTracker({ endpoint: ${JSON.stringify(base)} });`,
    'export const search = tracker.wrap("search", searchTheWeb);',
  ].join("\n");
}

/** A command that stores one call. It runs in every POSIX shell. */
function curlCommand(base: string): string {
  // A URL may hold a quote, which would end the shell's.
  const address = `${base}/api/track`.replaceAll("'", "%27");
  return [
    `curl '${address}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"skill":"hello-world","durationMs":120,"userId":"me"}'`,
  ].join("\n");
}

function otherRanges(place: Place, lastEventAt: number | null | undefined, allowed: readonly Preset[], go: (change: Partial<Place>) => void): Node[] {
  const labels = texts.empty;
  const [before, after] = labels.latest;
  const latest = typeof lastEventAt === "number" ? [element("p", {}, before ?? "", timeElement(lastEventAt), after ?? "")] : [];
  if (filterCount(place.filters) > 0) {
    const clear = element("button", { type: "button", "data-place": "clear-filters" }, texts.clearFilters);
    clear.addEventListener("click", () => go({ filters: NO_FILTERS }));
    return [element("p", {}, labels.filtered), element("div", { class: "actions" }, clear)];
  }
  const preset = "preset" in place.range ? place.range.preset : undefined;
  const wider = preset === undefined ? allowed : allowed.slice(allowed.indexOf(preset) + 1);
  if (wider.length === 0) return [...latest, element("p", {}, labels.stillSending)];
  const buttons = wider.map((range) => {
    const button = element("button", { type: "button", "data-place": `wider-${range}` }, labels.showRange(range));
    button.addEventListener("click", () => go({ range: { preset: range } }));
    return button;
  });
  return [...latest, element("p", {}, labels.further), element("div", { class: "actions" }, ...buttons)];
}
