/**
 * The six questions for the four ranges: rows that D1 reads, and the median of some milliseconds from request to answer.
 */

export const QUESTIONS = /** @type {const} */ (["summary", "tools", "retention", "errors", "timeseries", "overview"]);
export const RANGES = /** @type {const} */ (["24h", "7d", "30d", "90d"]);

const REPEATS = 5;
/** A question that takes longer than this is asked once more at most. */
const SLOW_MS = 5_000;
const SLOW_REPEATS = 2;
/** A question that takes longer than this is asked once. */
const VERY_SLOW_MS = 20_000;

/**
 * Asks a design everything at one moment.
 *
 * @param {object} params
 * @param {import("./local-d1.mjs").LocalD1} params.d1
 * @param {{ design: "kit" | "plain", database: string }} params.target
 * @param {number} params.now - ms since 1970
 * @param {(line: string) => void} params.say
 * @returns {Promise<Record<string, Record<string, { rowsRead: number, ms: number, repeats: number }>>>}
 */
export async function askAll({ d1, target, now, say }) {
  const figures = {};
  for (const question of QUESTIONS) {
    figures[question] = {};
    for (const range of RANGES) figures[question][range] = await ask(d1, { ...target, now }, `/analytics/${question}?range=${range}`);
    const shown = RANGES.map((range) => `${range} ${shownOf(figures[question][range])}`);
    say(`${question}: ${shown.join(", ")}`);
  }
  return figures;
}

function shownOf({ rowsRead, ms, repeats }) {
  return repeats === 0 ? `failed after ${Math.round(ms)} ms` : `${rowsRead} rows ${Math.round(ms)} ms`;
}

/** What an answer costs; or, where D1 gives up on it twice, how long that took the first time. */
async function ask(d1, target, path) {
  const times = [];
  let rowsRead = 0;
  let failures = 0;
  const started = performance.now();
  let firstFailureMs = 0;
  do {
    try {
      const { answer, later, ms } = await d1.counted(target, { path });
      rowsRead = answer.rowsRead + later.rowsRead;
      times.push(ms);
    } catch (error) {
      if (target.design === "kit") throw error;
      if (failures++ === 0) firstFailureMs = performance.now() - started;
      await d1.recover();
      if (failures === 2) return { rowsRead: 0, ms: firstFailureMs, repeats: 0 };
    }
  } while (times.length < repeatsFor(times[0] ?? 0));
  return { rowsRead, ms: medianOf(times), repeats: times.length };
}

function repeatsFor(ms) {
  if (ms > VERY_SLOW_MS) return 1;
  return ms > SLOW_MS ? SLOW_REPEATS : REPEATS;
}

/**
 * The middle value; of an even number, the mean of the middle two.
 *
 * @param {readonly number[]} values
 */
export function medianOf(values) {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length / 2;
  return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
