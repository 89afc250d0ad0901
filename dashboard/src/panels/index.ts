/** The registry of panels, in the order in which they are shown. A new panel is one file and one line. */
import { callsBySkill } from "./calls-by-skill.ts";
import { callsOverTime } from "./calls-over-time.ts";
import { cards } from "./cards.ts";
import { outcomes } from "./outcomes.ts";
import type { Panel } from "./panel.ts";
import { people } from "./people.ts";
import { recentErrors } from "./recent-errors.ts";
import { skills } from "./skills.ts";

export const panels: readonly Panel[] = [cards, callsOverTime, outcomes, callsBySkill, people, skills, recentErrors];
