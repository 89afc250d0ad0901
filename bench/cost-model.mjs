/**
 * What some number of calls a day uses on Cloudflare, from the measured histories.
 *
 * What belongs to an event (its row stored and deleted) is taken per event. What belongs to hours, skills and people (the
 * roll-ups, an overview) is measured at some sizes and interpolated between them on a logarithmic scale; outside of them
 * it is in proportion to calls, but for an overview, which reads cells: it stays as it is.
 */
import { HISTORY_DAYS } from "./history.mjs";
import { addTally, emptyTally } from "./worker/counting-database.mjs";

const EVENTS_PER_REQUEST = 20;
/** One viewer, 8 hours a day, a refresh a minute. */
const OVERVIEWS_A_DAY = 8 * 60;
const OVERVIEW_RANGE = "30d";
const CRON_RUNS_A_DAY = 24;
const EVENT_TABLE = "skill_usage_events";

/**
 * A day's use of Cloudflare once the history is as long as the retentions, so that as much is deleted as comes in.
 *
 * @param {import("./report.mjs").Results} results
 * @param {number} callsADay
 */
export function usageOf(results, callsADay) {
  const measured = Object.values(results.histories)
    .map(measuresOf)
    .sort((left, right) => left.callsADay - right.callsADay);
  const largest = measured.at(-1);
  const ingestCpuMs = results.cpu?.[EVENTS_PER_REQUEST]?.msPerRequest;
  if (largest === undefined || ingestCpuMs === undefined) throw new Error("results.json needs histories and CPU times: run `npm run bench` first.");
  const at = (figure, isConstantOutside = false) => interpolate(measured.map((one) => [one.callsADay, one[figure]]), callsADay, isConstantOutside);
  const { insertedPerEvent, deletedPerEvent } = largest;
  // Half of the open hour's events, on average, are in no roll-up yet.
  const overviewRows = at("overviewRows", true) + largest.openRowsPerEvent * (callsADay / 24 / 2);
  const parts = {
    eventsPerRequest: EVENTS_PER_REQUEST,
    overviews: OVERVIEWS_A_DAY,
    insertedPerEvent,
    deletedPerEvent,
    rowsPerEvent: insertedPerEvent + deletedPerEvent,
    rollupRows: at("rollupRows"),
    overviewRows,
    overviewMs: at("overviewMs", true),
    upkeepRowsRead: at("upkeepRowsRead"),
    ingestCpuMs,
    measuredAt: measured.map((one) => Math.round(one.callsADay)),
  };
  return {
    callsADay,
    rowsWritten: callsADay * parts.rowsPerEvent + parts.rollupRows,
    rowsRead: OVERVIEWS_A_DAY * overviewRows + parts.upkeepRowsRead,
    requests: callsADay / EVENTS_PER_REQUEST + OVERVIEWS_A_DAY + CRON_RUNS_A_DAY,
    cpuMs: (callsADay / EVENTS_PER_REQUEST) * ingestCpuMs + OVERVIEWS_A_DAY * parts.overviewMs,
    storedBytes: at("storedBytes"),
    parts,
  };
}

/**
 * The figures of one history, per event or per day.
 *
 * @param {import("./report.mjs").History} history
 */
function measuresOf({ events, kit }) {
  const { load, life, questions, openHourEvents, databaseBytes } = kit;
  const whole = emptyTally();
  for (const tally of [load.ingest, load.afterIngest, load.scheduled, life]) addTally(whole, tally);
  const inserted = whole.writtenBy[`INSERT ${EVENT_TABLE}`] ?? 0;
  const deleted = whole.writtenBy[`DELETE ${EVENT_TABLE}`] ?? 0;
  const [aside, open] = [questions.openHourAside, questions.openHour].map((moment) => moment.overview?.[OVERVIEW_RANGE] ?? { rowsRead: 0, ms: 0 });
  return {
    callsADay: events / HISTORY_DAYS,
    insertedPerEvent: inserted / events,
    deletedPerEvent: deleted / events,
    rollupRows: (whole.rowsWritten - inserted - deleted) / HISTORY_DAYS,
    upkeepRowsRead: whole.rowsRead / HISTORY_DAYS,
    overviewRows: aside?.rowsRead ?? 0,
    overviewMs: open?.ms ?? 0,
    openRowsPerEvent: Math.max(0, (open?.rowsRead ?? 0) - (aside?.rowsRead ?? 0)) / Math.max(1, openHourEvents),
    storedBytes: databaseBytes,
  };
}

/** A value between measured points, on a logarithmic scale; outside of them in proportion to x, or the nearest point's. */
function interpolate(points, x, isConstantOutside) {
  const above = points.findIndex(([at]) => at >= x);
  if (above <= 0) {
    const [at, value] = above === 0 ? points[0] : points.at(-1);
    return isConstantOutside ? value : (value * x) / at;
  }
  const [[x0, y0], [x1, y1]] = [points[above - 1], points[above]];
  if (y0 <= 0 || y1 <= 0) return y0 + ((y1 - y0) * (x - x0)) / (x1 - x0);
  return y0 * (y1 / y0) ** (Math.log(x / x0) / Math.log(x1 / x0));
}
