/** What broke last? */
import { type Cell, el, table } from "../dom.ts";
import { formatDuration, formatMoment } from "../format.ts";
import type { Panel } from "./panel.ts";

const HEAD: readonly Cell[] = [
  { text: "When" },
  { text: "Skill", kind: "name" },
  { text: "Outcome" },
  { text: "Type" },
  { text: "Message", kind: "message" },
  { text: "After", kind: "number" },
];

export const recentErrors: Panel = {
  id: "recent-errors",
  title: "Recent errors",
  size: "full",
  render(body, { errors }) {
    const heading = el("h2", {}, "Recent errors");
    if (errors.length === 0) return body.replaceChildren(heading, el("p", { class: "note" }, "No call failed in this range."));
    const rows = errors.map((error): (Cell | Node)[] => [
      { text: formatMoment(error.startedAt), title: new Date(error.startedAt).toISOString() },
      { text: error.skill, kind: "name" },
      el("span", { class: `chip ${error.outcome}` }, error.outcome),
      { text: error.errorType ?? "–", kind: "name" },
      { text: error.errorMessage ?? "–", kind: "message" },
      { text: formatDuration(error.durationMs), kind: "number" },
    ]);
    body.replaceChildren(heading, table("Recent errors", HEAD, rows));
  },
};
