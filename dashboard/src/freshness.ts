/** How old the figures are, counted on every second while somebody can see it. */
import { texts } from "./texts/index.ts";

/** After so long without a new answer figures count as stale: three missed refreshes. */
const STALE_MS = 190_000;

export interface Freshness {
  /** When the oldest answer on the screen arrived; `undefined` when none did. */
  show(loadedAt: number | undefined, isLoading: boolean): void;
}

/** Keeps the text of an element up to date. */
export function createFreshness(target: HTMLElement): Freshness {
  let loadedAt: number | undefined;
  let isLoading = false;

  function render(): void {
    const age = loadedAt === undefined ? null : Date.now() - loadedAt;
    const isStale = age !== null && age > STALE_MS;
    target.dataset["tone"] = !navigator.onLine || isStale ? "bad" : "none";
    target.textContent = textOf(age, isStale);
  }

  function textOf(age: number | null, isStale: boolean): string {
    if (!navigator.onLine) return texts.offline(age);
    if (isLoading) return texts.loading;
    if (age === null) return texts.notLoaded;
    return isStale ? texts.stale(age) : texts.updated(age);
  }

  setInterval(() => {
    if (!document.hidden) render();
  }, 1000);
  for (const event of ["online", "offline"]) addEventListener(event, render);
  return {
    show(at, loading) {
      loadedAt = at;
      isLoading = loading;
      render();
    },
  };
}
