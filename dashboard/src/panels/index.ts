/** Every panel, in the order of its view. A new panel is one file and one line here. */
import { activityPanel } from "./activity.ts";
import { sourcesPanel, versionsPanel } from "./breakdown.ts";
import { examplesPanel, exploreCallsPanel, latestFailuresPanel, recentErrorsPanel, skillCallsPanel } from "./call-list.ts";
import { changesPanel } from "./changes.ts";
import { cohortsPanel } from "./cohorts.ts";
import { durationHistogramPanel } from "./duration-histogram.ts";
import { exploreDurationsPanel, skillDurationsPanel } from "./durations.ts";
import { errorGroupsPanel, skillErrorsPanel } from "./error-groups.ts";
import { figuresPanel } from "./figures.ts";
import { hoursPanel } from "./hours.ts";
import { exploreOutcomesPanel, skillOutcomesPanel } from "./outcomes.ts";
import type { Panel } from "./panel.ts";
import { newPeoplePanel, peopleFiguresPanel, peoplePanel } from "./people.ts";
import { skillFiguresPanel } from "./skill-figures.ts";
import { skillTablePanel } from "./skill-table.ts";

export const PANELS: readonly Panel[] = [
  figuresPanel,
  changesPanel,
  activityPanel,
  skillTablePanel,
  recentErrorsPanel,

  skillFiguresPanel,
  skillOutcomesPanel,
  durationHistogramPanel,
  skillDurationsPanel,
  skillErrorsPanel,
  versionsPanel,
  sourcesPanel,
  hoursPanel,
  skillCallsPanel,

  examplesPanel,
  errorGroupsPanel,
  latestFailuresPanel,

  peopleFiguresPanel,
  peoplePanel,
  newPeoplePanel,
  cohortsPanel,

  exploreOutcomesPanel,
  exploreDurationsPanel,
  exploreCallsPanel,
];
