/** What stands there before there are figures: how to send the first event, or that this range is silent. */
import { el } from "./dom.ts";
import { formatMoment } from "./format.ts";

/** A page for a range without calls. */
export function emptyPage(api: string, lastEventAt: number | null): HTMLElement {
  const section = el("section", { class: "panel empty", id: "empty" });
  if (lastEventAt !== null) {
    section.append(el("h2", {}, "No calls in this range"), el("p", {}, `The latest call came ${formatMoment(lastEventAt)}. Choose a longer range.`));
    return section;
  }
  const client = `import { createTracker } from "./track-skills.client.js";\n\nconst tracker = createTracker({ endpoint: "${api}" });\nexport const mySkill = tracker.wrap("my-skill", mySkillFunction);`;
  const curl = `curl ${api}/api/track -H 'Content-Type: application/json' -d '{"skill":"hello"}'`;
  section.append(
    el("h2", {}, "Waiting for the first call"),
    el("p", {}, "Wrap a skill where it is defined:"),
    el("pre", { tabindex: "0" }, client),
    el("p", {}, "Or send one event by hand. It appears here within a minute:"),
    el("pre", { tabindex: "0" }, curl),
  );
  return section;
}
