/** What a panel is: one question, and how an overview answers it. */
import type { Overview } from "../../../src/analytics/answers.ts";

export interface Panel {
  id: string;
  title: string;
  /** Its share of the row on wide screens; `plain` has no frame. */
  size: "full" | "half" | "wide" | "narrow" | "plain";
  /** Puts the answer into the panel's element, again at every refresh. May throw: the panel then shows why. */
  render(body: HTMLElement, overview: Overview): void;
  /** Gives up what the panel holds outside its element. */
  clear?(): void;
}
