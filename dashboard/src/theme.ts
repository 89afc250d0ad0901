/**
 * Light, dark or as the system has it; and the colours of the charts, read from the custom properties of styles.css.
 *
 * Reading colours makes the browser work out the styles of the whole page, so they are kept until the theme changes; then
 * nothing but a redraw is needed.
 */
import type { SummaryFigures } from "../../src/analytics/answers.ts";

/** The type of `outcomes` in the answers: they are all that this page knows of the Worker. */
export type Outcome = keyof SummaryFigures["outcomes"];

/** In the order of their legend. */
export const OUTCOMES: readonly Outcome[] = ["ok", "error", "timeout", "cancelled", "refused"];

export interface Theme {
  text: string;
  muted: string;
  grid: string;
  surface: string;
  calls: string;
  errors: string;
  outcomes: Readonly<Record<Outcome, string>>;
  /** Lines that stand beside each other. */
  lines: readonly [string, string, string];
  fontFamily: string;
}

const THEMES = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof THEMES)[number];

const ENTRY = "track-skills.theme";

/** Paper counts as one of them: it is white. */
const systemWishes = ["(prefers-color-scheme: dark)", "(prefers-contrast: more)", "(forced-colors: active)", "print"].map((query) => matchMedia(query));

let kept: Theme | undefined;

export function readTheme(): Theme {
  kept ??= themeInForce();
  return kept;
}

function themeInForce(): Theme {
  const probe = document.createElement("span");
  // Forced colours would make one of all of them; they are for elements, and a canvas has none.
  probe.style.setProperty("forced-color-adjust", "none");
  document.documentElement.append(probe);
  // A custom property comes as it was written, `light-dark(…)`; only a colour in use is resolved.
  const colour = (name: string): string => {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  };
  const theme: Theme = {
    text: colour("text"),
    muted: colour("muted"),
    grid: colour("line"),
    surface: colour("surface"),
    calls: colour("chart-calls"),
    errors: colour("chart-error"),
    outcomes: {
      ok: colour("chart-calls"),
      error: colour("chart-error"),
      timeout: colour("chart-timeout"),
      cancelled: colour("chart-cancelled"),
      refused: colour("chart-refused"),
    },
    lines: [colour("chart-line-1"), colour("chart-line-2"), colour("chart-line-3")],
    fontFamily: getComputedStyle(document.documentElement).fontFamily,
  };
  probe.remove();
  return theme;
}

/** What the reader chose on this device. */
export function chosenTheme(): ThemeChoice {
  try {
    const entry = localStorage.getItem(ENTRY);
    return THEMES.find((theme) => theme === entry) ?? "system";
  } catch {
    return "system";
  }
}

export function chooseTheme(theme: ThemeChoice): void {
  kept = undefined;
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    localStorage.setItem(ENTRY, theme);
  } catch {
    // Full or switched off: the choice lasts for as long as the page is open.
  }
}

/** The theme in force: without storage it lasts for as long as the page is open. */
export function currentTheme(): ThemeChoice {
  return THEMES.find((theme) => theme === document.documentElement.dataset["theme"]) ?? "system";
}

/** The choice after the present one. */
export function nextTheme(): ThemeChoice {
  return THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length] ?? "system";
}

/** Calls back when the system changes its colours. */
export function onThemeChange(callback: () => void): void {
  for (const query of systemWishes) {
    query.addEventListener("change", () => {
      kept = undefined;
      callback();
    });
  }
}
