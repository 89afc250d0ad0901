/** The six figures at the top of the overview, and what they do not hold. */
import type { LossFigures } from "../../../src/analytics/answers.ts";
import { element } from "../elements.ts";
import { texts } from "../texts/index.ts";
import { cardsOf, emptyCards } from "./cards.ts";
import { contentPanel, type Panel } from "./panel.ts";
import { begunPoints } from "./points.ts";

export const figuresPanel: Panel = contentPanel({
  ...texts.panels.figures,
  id: "figures",
  on: "overview",
  asks: "overview",
  width: "full",
  emptyText: texts.noCalls,
  skeleton: emptyCards,
  view(overview, { place }) {
    const { summary, timeseries } = overview;
    const content = document.createDocumentFragment();
    content.append(cardsOf(summary, summary.previous, begunPoints(timeseries.points, overview), texts.comparison(place)));
    // A share link leaves it out.
    const lost: LossFigures | undefined = summary.lost;
    if (lost !== undefined && lost.events > 0) content.append(element("p", { class: "muted", id: "lost-calls" }, texts.lost(lost.events, lost.reasons)));
    return content;
  },
});
