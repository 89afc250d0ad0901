/** Asks for new figures from time to time, but only while somebody can see them. */

export interface RefreshTimer {
  /** Plans the next refresh. */
  arm(delayMs: number): void;
  stop(): void;
}

/** Makes a timer that runs `refresh` when it is due, or, when it fell due while the page was hidden, once it is shown. */
export function createRefreshTimer(refresh: () => void): RefreshTimer {
  let dueAt = Number.POSITIVE_INFINITY;
  let timer: number | undefined;

  function plan(): void {
    clearTimeout(timer);
    if (document.hidden || !Number.isFinite(dueAt)) return;
    timer = setTimeout(fire, Math.max(0, dueAt - Date.now()));
  }

  function fire(): void {
    dueAt = Number.POSITIVE_INFINITY;
    refresh();
  }

  document.addEventListener("visibilitychange", plan);
  return {
    arm(delayMs) {
      dueAt = Date.now() + delayMs;
      plan();
    },
    stop() {
      dueAt = Number.POSITIVE_INFINITY;
      clearTimeout(timer);
    },
  };
}
