/** Every panel, in the order of the page. A new panel is one file and one line here. */
import { activityPanel } from "./activity.ts";
import { figuresPanel } from "./figures.ts";
import { outcomesPanel } from "./outcomes.ts";
import type { Panel } from "./panel.ts";
import { peoplePanel } from "./people.ts";
import { recentErrorsPanel } from "./recent-errors.ts";
import { skillCallsPanel } from "./skill-calls.ts";
import { skillTablePanel } from "./skill-table.ts";

export const PANELS: readonly Panel[] = [
  figuresPanel,
  activityPanel,
  outcomesPanel,
  skillCallsPanel,
  peoplePanel,
  skillTablePanel,
  recentErrorsPanel,
];
