/**
 * The colours of the charts, read from the custom properties of styles.css, which knows light and dark.
 *
 * Read anew at every drawing: a change of the system's theme then needs nothing but a redraw.
 */
import type { SummaryFigures } from "../../src/analytics/answers.ts";

/** The type of `outcomes` in the answers: they are all that this page knows of the Worker. */
export type Outcome = keyof SummaryFigures["outcomes"];

export interface Theme {
  text: string;
  muted: string;
  grid: string;
  surface: string;
  calls: string;
  errors: string;
  outcomes: Readonly<Record<Outcome, string>>;
  dau: string;
  wau: string;
  mau: string;
  fontFamily: string;
  /** `false` when the reader asks for less motion. */
  animated: boolean;
}

const darkScheme = matchMedia("(prefers-color-scheme: dark)");
const reducedMotion = matchMedia("(prefers-reduced-motion: reduce)");

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
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
    dau: colour("chart-dau"),
    wau: colour("chart-wau"),
    mau: colour("chart-mau"),
    fontFamily: style.fontFamily,
    animated: !reducedMotion.matches,
  };
}

/** Calls back when the system changes its colours or its wish for motion. */
export function onThemeChange(callback: () => void): void {
  for (const query of [darkScheme, reducedMotion]) query.addEventListener("change", callback);
}
