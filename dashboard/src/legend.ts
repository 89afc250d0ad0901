/** What the colours and shapes of a chart stand for: buttons below it, so that the keyboard too hides a series and shows it again. */
import type { Series } from "./charts.ts";
import { element, picture, replaceKeepingPlace } from "./elements.ts";
import { texts } from "./texts/index.ts";

export interface Legend {
  element: HTMLElement;
  /** Names the series of a chart; one alone needs no name. */
  show(series: readonly Series[]): void;
}

const SQUARE = "M1 1h8v8h-8z";

/** The points of Chart.js of the same names, in a square of 10. */
const SHAPES: Readonly<Record<string, string>> = {
  circle: "M1 5a4 4 0 1 1 8 0a4 4 0 1 1-8 0z",
  rect: SQUARE,
  rectRot: "M5 0l5 5l-5 5l-5-5z",
  rectRounded: "M4 1h2q3 0 3 3v2q0 3-3 3h-2q-3 0-3-3v-2q0-3 3-3z",
  triangle: "M5 1l5 8h-10z",
};

/** `toggle` hides a series or shows it again, and gives whether it is shown now. */
export function createLegend(toggle: (label: string) => boolean): Legend {
  const legend = element("div", { class: "legend", role: "group", "aria-label": texts.legend });
  let shown = "";

  function entryOf({ label, colour, shape, isShown }: Series): HTMLElement {
    const sign = picture("sign", "0 0 10 10", SHAPES[shape] ?? SQUARE);
    sign.style.color = colour;
    const button = element("button", { type: "button", role: "switch", "aria-checked": String(isShown), "data-place": `series-${label}` }, sign, label);
    button.addEventListener("click", () => button.setAttribute("aria-checked", String(toggle(label))));
    return button;
  }

  return {
    element: legend,
    show(series) {
      legend.hidden = series.length < 2;
      const wanted = JSON.stringify(series);
      if (wanted === shown) return;
      shown = wanted;
      replaceKeepingPlace(legend, ...series.map(entryOf));
    },
  };
}
