/** The choice of the range: presets as buttons, days of the calendar and the range to compare with in a form. */
import { element } from "../elements.ts";
import { DAY_MS } from "../format.ts";
import { type Comparison, COMPARISONS, dateOf, isDate, type Place, type Preset, PRESETS } from "../state.ts";
import { texts } from "../texts/index.ts";
import { createMenu } from "./menu.ts";

export interface RangePicker {
  element: HTMLElement;
  /** `allowed` and `isFree`: a share link may be held to some presets, and has nothing to compare with. */
  render(place: Place, rangeUsed: { from: number; to: number } | undefined, allowed: readonly Preset[], isFree: boolean): void;
  focus(): void;
}

/** The longest range that the API takes: `MAX_RANGE_DAYS` of its `range.ts`. */
const MOST_DAYS = 400;

export function createRangePicker(go: (change: Partial<Place>) => void): RangePicker {
  const buttons = PRESETS.map((preset) => {
    const button = element("button", { type: "button", "data-range": preset }, element("abbr", { title: texts.presetLabel(preset) }, preset));
    button.addEventListener("click", () => go({ range: { preset } }));
    return button;
  });
  const labels = texts.rangeForm;
  const from = element("input", { type: "date", id: "range-from", required: true });
  const to = element("input", { type: "date", id: "range-to", required: true });
  const compare = element("select", { id: "range-compare" }, ...COMPARISONS.map((value) => element("option", { value }, texts.comparisons[value])));
  const form = element(
    "form",
    { id: "range-form" },
    element("label", { for: "range-from" }, labels.from),
    from,
    element("label", { for: "range-to" }, labels.to),
    to,
    element("label", { for: "range-compare" }, labels.compare),
    compare,
    element("button", { type: "submit", class: "primary" }, labels.apply),
  );
  let shown: { from: string; to: string } | undefined;
  let isWhole = true;
  let current: Comparison = "before";
  const menu = createMenu("range-menu", texts.customRange, form, () => {
    from.value = shown?.from ?? "";
    to.value = shown?.to ?? "";
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (!isDate(from.value) || !isDate(to.value)) return;
    to.setCustomValidity(problemOf(from.value, to.value));
    if (!form.reportValidity()) return;
    menu.close();
    const comparison = COMPARISONS.find((value) => value === compare.value) ?? "before";
    // A preset stays one that moves on with the days, when only the comparison was changed. The last 24 hours are a part of
    // two days: who changes nothing asks for the days whole.
    const isSame = shown?.from === from.value && shown.to === to.value && (isWhole || comparison !== current);
    go(isSame ? { comparison } : { comparison, range: { from: from.value, to: to.value } });
  });
  for (const input of [from, to]) input.addEventListener("input", () => to.setCustomValidity(""));

  return {
    element: element("div", { id: "ranges", class: "ranges", role: "group", "aria-label": texts.rangeLabel }, ...buttons, menu.element),
    render({ range, comparison }, used, allowed, isFree) {
      for (const [index, button] of buttons.entries()) button.disabled = !allowed.includes(PRESETS[index] ?? "24h");
      menu.element.hidden = !isFree;
      for (const button of buttons) button.setAttribute("aria-pressed", String("preset" in range && button.dataset["range"] === range.preset));
      menu.element.dataset["chosen"] = String(!("preset" in range) || comparison !== "before");
      compare.value = current = comparison;
      isWhole = !("preset" in range) || range.preset !== "24h";
      if (!("preset" in range)) shown = range;
      else if (used !== undefined) shown = { from: dateOf(used.from), to: dateOf(used.to - 1) };
    },
    focus() {
      (buttons.find((button) => button.getAttribute("aria-pressed") === "true") ?? buttons[0])?.focus();
    },
  };
}

/** Why two dates make no range; empty when they do. */
function problemOf(from: string, to: string): string {
  if (from > to) return texts.rangeForm.order;
  return (Date.parse(to) - Date.parse(from)) / DAY_MS < MOST_DAYS ? "" : texts.rangeForm.tooLong(MOST_DAYS);
}
