/** What is different from the range before, in sentences, the most important first. */
import type { Change } from "../../../src/analytics/answers.ts";
import { element, foreignText } from "../elements.ts";
import { formatAge, shorten } from "../format.ts";
import { texts } from "../texts/index.ts";
import { type Choices, contentPanel, type Panel } from "./panel.ts";

export const changesPanel: Panel = contentPanel({
  ...texts.panels.changes,
  id: "changes",
  on: "overview",
  asks: "overview",
  width: "narrow",
  emptyText: texts.nothingToCompare,
  needs: ["changes"],
  view({ changes, summary, generatedAt }, choices) {
    if (summary.calls === 0 && summary.previous.calls === 0) return undefined;
    if (changes.length === 0) return element("p", {}, texts.nothingChanged(texts.comparison(choices.place)));
    const list = element("ul", { class: "changes" }, ...changes.map((change) => itemOf(change, generatedAt, choices)));
    if (changes.length < MOST_CHANGES) return list;
    return element("div", {}, list, element("p", { class: "muted" }, texts.mostChanges(MOST_CHANGES)));
  },
});

/** The API answers no more (docs/ANALYTICS.md). */
const MOST_CHANGES = 8;

const TONES: Readonly<Record<Change["kind"], "good" | "bad" | "none">> = {
  new_error: "bad",
  more_failures: "bad",
  fewer_failures: "good",
  slower: "bad",
  faster: "good",
  quiet: "none",
  new_skill: "none",
};

/** Shapes beside the colours. */
const SIGNS = { good: "▲", bad: "▼", none: "●" } as const;

function itemOf(change: Change, now: number, { hrefOf }: Choices): HTMLElement {
  const tone = TONES[change.kind];
  const sign = element("span", { class: "sign", "aria-hidden": "true" }, SIGNS[tone]);
  const skill = element("a", { href: hrefOf({ view: "skill", skill: change.skill }), "data-place": `${change.kind}-${change.skill}` }, foreignText(shorten(change.skill, 60)));
  return element("li", { "data-tone": tone, "data-kind": change.kind }, sign, element("span", {}, ...sentenceOf(change, skill, now)));
}

function sentenceOf(change: Change, skill: Node, now: number): readonly (Node | string)[] {
  switch (change.kind) {
    case "new_error":
      return texts.changes.newError(skill, foreignText(shorten(change.errorType, 60)), change.count);
    case "more_failures":
      return texts.changes.moreFailures(skill, change.successRate, change.previousSuccessRate);
    case "fewer_failures":
      return texts.changes.fewerFailures(skill, change.successRate, change.previousSuccessRate);
    case "slower":
      return texts.changes.slower(skill, change.p95, change.previousP95);
    case "faster":
      return texts.changes.faster(skill, change.p95, change.previousP95);
    case "quiet":
      return texts.changes.quiet(skill, formatAge(now - change.lastUsedAt), change.previousCalls);
    case "new_skill":
      return texts.changes.newSkill(skill, change.calls);
  }
}
