/** A line of the size of a word, as SVG: a canvas for each row of a table would cost too much. */
import { picture } from "./elements.ts";

const WIDTH = 96;
const HEIGHT = 24;
/** Keeps the stroke inside. */
const MARGIN = 2;

/** Draws values from left to right, from 0 at the bottom to the largest at the top. */
export function sparkline(values: readonly (number | null)[]): SVGSVGElement {
  const svg = picture("sparkline", `0 0 ${WIDTH} ${HEIGHT}`, pathOf(values));
  svg.setAttribute("preserveAspectRatio", "none");
  return svg;
}

function pathOf(values: readonly (number | null)[]): string {
  const largest = Math.max(1e-9, ...values.map((value) => value ?? 0));
  const step = (WIDTH - 2 * MARGIN) / Math.max(1, values.length - 1);
  let command = "M";
  let path = "";
  for (const [index, value] of values.entries()) {
    if (value === null) {
      command = "M";
      continue;
    }
    const x = MARGIN + index * step;
    const y = HEIGHT - MARGIN - (value / largest) * (HEIGHT - 2 * MARGIN);
    path += `${command}${x.toFixed(1)} ${y.toFixed(1)}`;
    command = "L";
  }
  // A line of one point would not be seen.
  return /L/.test(path) ? path : path === "" ? "" : `${path}h2`;
}
