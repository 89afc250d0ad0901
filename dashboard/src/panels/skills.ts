/** Each skill: used, working, fast, by whom, and failing with what? */
import { type Cell, el, table } from "../dom.ts";
import { formatCount, formatDuration, formatMoment, formatRate } from "../format.ts";
import type { Panel } from "./panel.ts";

const HEAD: readonly Cell[] = [
  { text: "Skill", kind: "name" },
  ...["Calls", "Success rate", "p50", "p95", "Users"].map((text) => ({ text, kind: "number" })),
  { text: "Last used" },
  { text: "Fails with", kind: "message" },
];

/** Error types shown in a row; the rest is counted. */
const MAX_ERROR_TYPES = 3;

export const skills: Panel = {
  id: "skills",
  title: "Skills",
  size: "full",
  render(body, { tools }) {
    const rows = tools.map((tool): Cell[] => [
      { text: tool.skill, kind: "name" },
      { text: formatCount(tool.calls), kind: "number" },
      { text: formatRate(tool.successRate), kind: "number" },
      { text: formatDuration(tool.durationMs.p50), kind: "number" },
      { text: formatDuration(tool.durationMs.p95), kind: "number" },
      { text: formatCount(tool.users), kind: "number" },
      { text: formatMoment(tool.lastUsedAt), title: new Date(tool.lastUsedAt).toISOString() },
      { text: errorTypesOf(tool.errorTypes), kind: "message" },
    ]);
    body.replaceChildren(el("h2", {}, "Skills"), table("Skills", HEAD, rows));
  },
};

function errorTypesOf(errorTypes: readonly { errorType: string; count: number }[]): string {
  const shown = errorTypes.slice(0, MAX_ERROR_TYPES).map(({ errorType, count }) => `${errorType || "no type"} (${formatCount(count)})`);
  const more = errorTypes.length - shown.length;
  return [...shown, ...(more > 0 ? [`${more} more`] : [])].join(", ") || "–";
}
