/** The choice of where calls came from. It is there when there is something to choose between. */
import { byId, element } from "./elements.ts";
import type { State } from "./state.ts";

/** The value of the choice that shows all; a source's value is its name behind a sign. */
const ALL = "all";

export interface SourceFilter {
  render(state: State): void;
}

/** Makes the choice; `onSource` hears what is chosen, `null` for all sources. */
export function createSourceFilter(onSource: (source: string | null) => void): SourceFilter {
  const select = byId("source", HTMLSelectElement);
  const label = byId("source-filter", HTMLElement);
  select.addEventListener("change", () => onSource(select.value === ALL ? null : select.value.slice(1)));
  /** Sources of the latest answer for all: one for a single source names no others. */
  let known: readonly string[] = [];
  return {
    render({ source, overview, loading, screen }) {
      if (overview !== undefined && source === null && !loading) known = overview.sources;
      const names = [...new Set([...known, ...(overview?.sources ?? []), ...(source === null ? [] : [source])])].sort();
      label.hidden = screen !== "figures" || names.length < 2 && source === null;
      const values = [ALL, ...names.map((name) => `=${name}`)];
      if (values.join("\n") !== Array.from(select.options, (option) => option.value).join("\n")) {
        select.replaceChildren(...values.map((value) => element("option", { value }, textOf(value))));
      }
      select.value = source === null ? ALL : `=${source}`;
    },
  };
}

function textOf(value: string): string {
  if (value === ALL) return "All sources";
  return value === "=" ? "Not said" : value.slice(1);
}
