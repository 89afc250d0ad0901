/** The figures of one skill, and who comes back to it. */
import { element } from "../elements.ts";
import { BLANK } from "../format.ts";
import { texts } from "../texts/index.ts";
import { cardsOf, emptyCards } from "./cards.ts";
import { contentPanel, type Panel } from "./panel.ts";
import { begunPoints } from "./points.ts";

export const skillFiguresPanel: Panel = contentPanel({
  ...texts.panels.figures,
  id: "skill-figures",
  on: "skill",
  asks: "skill",
  width: "full",
  emptyText: texts.noCalls,
  skeleton() {
    const content = document.createDocumentFragment();
    content.append(emptyCards(), element("p", { class: "muted" }, BLANK));
    return content;
  },
  view(report, { place }) {
    const { summary, returningUsers, lastUsedAt, generatedAt } = report;
    const before = texts.comparison(place);
    const sentences = [texts.lastUsed(lastUsedAt, generatedAt)];
    if (typeof returningUsers === "number" && summary.users !== null && summary.users > 0) sentences.push(texts.returning(returningUsers, summary.users, before));
    if (summary.callsWithoutUser > 0) sentences.push(texts.withoutUser(summary.callsWithoutUser / summary.calls));
    const content = document.createDocumentFragment();
    content.append(cardsOf(summary, summary.previous, begunPoints(report.points, report), before), element("p", { class: "muted", id: "skill-people" }, sentences.join(" ")));
    return content;
  },
});
