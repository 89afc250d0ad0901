/** How many people there were. Where no call says who called, that is no 0: it is not known. */
import type { SummaryFigures } from "../../../src/analytics/answers.ts";
import { element, figureText } from "../elements.ts";
import { formatCount, NO_FIGURE } from "../format.ts";
import { texts } from "../texts/index.ts";

type PeopleFigures = Pick<SummaryFigures, "users" | "usersApproximate" | "calls" | "callsWithoutUser">;

/** A number of people, marked when it is an estimate; a dash with its reason where no call names a person. */
export function peopleText(figures: PeopleFigures): Node | string {
  if (!namesNobody(figures)) return figureText(formatCount(figures.users), figures.usersApproximate);
  const sign = element("span", { "aria-hidden": "true" }, NO_FIGURE);
  return element("span", { class: "unknown", title: texts.namesNobody }, sign, element("span", { class: "visually-hidden" }, texts.namesNobody));
}

/** Whether there were calls, and none of them named a person. */
export function namesNobody({ users, calls, callsWithoutUser }: PeopleFigures): boolean {
  return calls > 0 && callsWithoutUser === calls && (users ?? 0) === 0;
}
