/** Who came first in the same week, and how many of them called again in each week after. */
import type { Cohorts } from "../../../src/analytics/answers.ts";
import { element } from "../elements.ts";
import { DAY_MS, formatCount, formatDay, formatRate } from "../format.ts";
import { type HeatCell, heatMap, type HeatRow } from "../heat-map.ts";
import { filterCount } from "../state.ts";
import { texts } from "../texts/index.ts";
import { contentPanel, type Panel } from "./panel.ts";

export const cohortsPanel: Panel = contentPanel({
  ...texts.panels.cohorts,
  id: "cohorts",
  on: "people",
  asks: "cohorts",
  width: "full",
  emptyText: texts.noPeople,
  view(cohorts, { place }) {
    // Weeks before anybody came say nothing.
    const weeks = cohorts.weeks.slice(cohorts.weeks.findIndex(({ size }) => size > 0));
    if (!weeks.some(({ size }) => size > 0)) return undefined;
    const longest = Math.max(...weeks.map(({ active }) => active.length));
    const columns = [texts.cohortColumns.week, texts.cohortColumns.people, ...Array.from({ length: longest }, (_, week) => texts.cohortColumns.after(week))];
    const { from, to } = cohorts.range;
    const content = document.createDocumentFragment();
    content.append(
      element("p", { class: "muted", id: "cohorts-of" }, texts.cohortsOf((to - from) / (7 * DAY_MS), filterCount(place.filters) > 0)),
      heatMap(texts.panels.cohorts.title, "cohorts", columns, weeks.map((week) => rowOf(week, longest))),
    );
    return content;
  },
});

function rowOf({ week, size, active }: Cohorts["weeks"][number], length: number): HeatRow {
  const cells = Array.from({ length }, (_, after): HeatCell | null => {
    // A reader who sees no small groups gets `null` for them.
    const people: number | null | undefined = active[after];
    if (people === undefined || people === null) return null;
    const share = size === 0 ? null : people / size;
    return { text: share === null ? "" : formatRate(share), share, title: texts.cohortTitle(formatDay(week), after, people, size) };
  });
  return { name: formatDay(week), figures: [formatCount(size)], cells };
}
