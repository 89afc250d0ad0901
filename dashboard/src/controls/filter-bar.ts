/** The filters: one chip for each value that calls are held to, and a form that adds one. */
import type { Overview } from "../../../src/analytics/answers.ts";
import { element, foreignText, replaceKeepingPlace } from "../elements.ts";
import { shorten } from "../format.ts";
import { DIMENSIONS, type Dimension, filterCount, type Filters, NO_FILTERS, type Place, type View } from "../state.ts";
import { texts } from "../texts/index.ts";
import { OUTCOMES } from "../theme.ts";
import { createMenu } from "./menu.ts";

/** Values that are known, to choose from. */
export type KnownValues = Readonly<Record<Dimension, readonly string[]>>;

/** What was known before, and what is known now: an answer under filters names fewer values. */
export function withValuesOf(known: KnownValues, { tools, quietSkills, versions, sources, variants }: Overview): KnownValues {
  const united = (dimension: Dimension, added: readonly string[]): string[] => [...new Set([...known[dimension], ...added])].sort();
  const skills = [...tools, ...quietSkills].map(({ skill }) => skill);
  return { skill: united("skill", skills), version: united("version", versions), source: united("source", sources), variant: united("variant", variants), outcome: known.outcome };
}

export interface FilterBar {
  /** The form. */
  menu: HTMLElement;
  /** The chips. */
  chips: HTMLElement;
  render(place: Place, known: KnownValues): void;
  open(): void;
}

export function createFilterBar(go: (change: Partial<Place>) => void): FilterBar {
  let filters: Filters = NO_FILTERS;
  let known: KnownValues = NO_FILTERS;
  const labels = texts.filterForm;
  const dimension = element("select", { id: "filter-dimension" });
  const value = element("input", { id: "filter-value", list: "filter-values", autocomplete: "off", spellcheck: "false", maxlength: "200", required: true, "aria-describedby": "filter-note" });
  const values = element("datalist", { id: "filter-values" });
  const note = element("p", { class: "muted", id: "filter-note", hidden: true }, labels.empty);
  const form = element(
    "form",
    { id: "filter-form" },
    element("label", { for: "filter-dimension" }, labels.dimension),
    dimension,
    element("label", { for: "filter-value" }, labels.value),
    value,
    values,
    note,
    element("button", { type: "submit", class: "primary" }, labels.add),
  );
  const chosen = (): Dimension => DIMENSIONS.find((candidate) => candidate === dimension.value) ?? "skill";
  const offerValues = (): void => values.replaceChildren(...known[chosen()].filter((name) => name !== "").map((name) => element("option", { value: name })));
  const menu = createMenu("filter-menu", texts.addFilter, form, offerValues);
  const chips = element("div", { class: "chips", role: "group", "aria-label": texts.filtersLabel, hidden: true });

  dimension.addEventListener("change", () => {
    value.value = "";
    // Only labels may be absent from a call; every call has a skill and one of five outcomes.
    value.required = chosen() === "skill" || chosen() === "outcome";
    value.pattern = chosen() === "outcome" ? OUTCOMES.join("|") : ".*";
    note.hidden = value.required;
    offerValues();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const added = value.value.trim();
    value.value = "";
    menu.close();
    go({ filters: { ...filters, [chosen()]: [...new Set([...filters[chosen()], added])] } });
  });

  return {
    menu: menu.element,
    chips,
    render(place, values) {
      filters = place.filters;
      known = values;
      const offered = offeredDimensions(place.view);
      if (dimension.options.length !== offered.length) {
        dimension.replaceChildren(...offered.map((name) => element("option", { value: name }, texts.dimensions[name])));
        dimension.dispatchEvent(new Event("change"));
      }
      chips.hidden = filterCount(filters) === 0;
      const hadFocus = chips.contains(document.activeElement);
      replaceKeepingPlace(chips, ...chipsOf(place, go));
      // The chip that was pressed is gone.
      if (hadFocus && !chips.contains(document.activeElement)) menu.focus();
    },
    open: () => menu.open(),
  };
}

function offeredDimensions(view: View): Dimension[] {
  return DIMENSIONS.filter((dimension) => !(dimension === "skill" && view === "skill") && !(dimension === "outcome" && view !== "explore"));
}

function chipsOf({ filters, view }: Place, go: (change: Partial<Place>) => void): HTMLElement[] {
  const chips = DIMENSIONS.flatMap((dimension) =>
    filters[dimension].map((value) => {
      const isIdle = !offeredDimensions(view).includes(dimension);
      const name = value === "" ? texts.notSaid : foreignText(shorten(value, 40));
      const chip = element(
        "button",
        { type: "button", class: "chip", "data-idle": isIdle, "aria-label": texts.removeFilter(dimension, value), title: isIdle ? texts.idleFilter(dimension) : undefined, "data-place": `chip-${dimension}-${value}` },
        `${texts.dimensions[dimension]}: `,
        name,
        element("span", { "aria-hidden": "true" }, " ×"),
      );
      chip.addEventListener("click", () => go({ filters: { ...filters, [dimension]: filters[dimension].filter((other) => other !== value) } }));
      return chip;
    }),
  );
  if (chips.length < 2) return chips;
  const clear = element("button", { type: "button", class: "chip", "data-place": "chip-clear" }, texts.clearFilters);
  clear.addEventListener("click", () => go({ filters: NO_FILTERS }));
  return [...chips, clear];
}
