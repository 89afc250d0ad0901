/**
 * One size of history, through both designs: 90 days of events hour by hour with the hourly cron between them, the
 * questions at the end of day 90, and then the days on which all of it is deleted again.
 */
import { DAY_MS, HISTORY_DAYS, HISTORY_START, HOUR_MS, hoursOf, MINUTE_MS } from "./history.mjs";
import { readSchemas, startLocalD1 } from "./local-d1.mjs";
import { askAll } from "./measure-questions.mjs";
import { addTally, emptyTally } from "./worker/counting-database.mjs";

/** @typedef {import("./worker/counting-database.mjs").Tally} Tally */

/** The limit of `POST /api/track`. */
const EVENTS_PER_REQUEST = 500;
/** The cron runs hourly at minute 17; by then the hour before is complete. */
const CRON_MINUTE = 17;
/** When the open hour is looked at: 40 minutes into it. */
const OPEN_MINUTE = 40;
/** Retention of the kit's roll-ups, and the days by which a person's row may outlast it: it notes use in steps of 30. */
const ROLLUP_DAYS = 400;
const PERSON_STEP_DAYS = 30;
/** A day's cron runs end when one writes nothing but this, the kit's own account: nothing else was due. */
const ACCOUNT_WRITER = "INSERT skill_usage_costs";

const HISTORY_END = HISTORY_START + HISTORY_DAYS * DAY_MS;
const TARGETS = {
  kit: { design: /** @type {const} */ ("kit"), database: "KIT", path: "/api/track" },
  plain: { design: /** @type {const} */ ("plain"), database: "PLAIN", path: "/api/track" },
};

/**
 * Measures both designs with a history of `eventCount` events.
 *
 * @param {number} eventCount
 * @param {(line: string) => void} say - shows progress
 */
export async function measureHistory(eventCount, say) {
  const d1 = await startLocalD1(["KIT", "PLAIN"]);
  try {
    const schemas = await readSchemas();
    await d1.sql("KIT", schemas.kit);
    await d1.sql("PLAIN", schemas.plain);
    const kit = await measureDesign({ d1, eventCount, say: (line) => say(`kit: ${line}`), target: TARGETS.kit });
    const plain = await measureDesign({ d1, eventCount, say: (line) => say(`plain: ${line}`), target: TARGETS.plain });
    return { events: eventCount, kit, plain };
  } finally {
    await d1.stop();
  }
}

/**
 * @typedef {object} Run - a design on its database, and where its rows are added up
 * @property {import("./local-d1.mjs").LocalD1} d1
 * @property {number} eventCount
 * @property {(line: string) => void} say
 * @property {typeof TARGETS.kit | typeof TARGETS.plain} target
 */

/** @param {Run} run */
async function measureDesign(run) {
  const { d1, target, say } = run;
  const load = { requests: 0, failures: 0, seconds: 0, ingest: emptyTally(), afterIngest: emptyTally(), scheduled: emptyTally() };
  const started = performance.now();
  const lastHour = HISTORY_END - HOUR_MS;
  const questions = {};
  let figures = {};
  let openHourEvents = 0;
  for (const { start, events } of hoursOf(run.eventCount)) {
    if (start < lastHour) {
      await loadHour(run, load, events);
      await loadCron(run, load, start + HOUR_MS + CRON_MINUTE * MINUTE_MS);
      if ((start + HOUR_MS - HISTORY_START) % (15 * DAY_MS) === 0) say(`${(start + HOUR_MS - HISTORY_START) / DAY_MS} days loaded`);
      continue;
    }
    load.seconds = (performance.now() - started) / 1000;
    // Right after the cron: nothing has come in since.
    const now = lastHour + CRON_MINUTE * MINUTE_MS;
    questions.openHourAside = await askAll({ d1, say, target, now });
    figures = await readFigures(run, now);
    const open = events.filter((event) => event.startedAt < lastHour + OPEN_MINUTE * MINUTE_MS);
    await loadHour(run, load, open);
    openHourEvents = open.length;
    if (target.design === "kit") questions.openHour = await askAll({ d1, say, target, now: lastHour + OPEN_MINUTE * MINUTE_MS });
    await loadHour(run, load, events.slice(open.length));
  }
  const { bytes } = await d1.sql(target.database, ["SELECT 1"]);
  const life = await outlive(run);
  const rowsWritten = load.ingest.rowsWritten + load.afterIngest.rowsWritten + load.scheduled.rowsWritten + life.rowsWritten;
  const perEvent = { ingest: load.ingest.rowsWritten / run.eventCount, ingestFailuresAside: (load.ingest.rowsWritten - load.failures) / run.eventCount, life: rowsWritten / run.eventCount };
  say(`rows written per event: ${perEvent.ingest.toFixed(3)} at ingest, ${perEvent.life.toFixed(3)} over its life`);
  return { load, questions, figures, openHourEvents, databaseBytes: bytes, life, perEvent };
}

/**
 * Tries once more after a failure: the local D1 may still be coming back from a query of the plain design that ended it.
 *
 * @template Result
 * @param {import("./local-d1.mjs").LocalD1} d1
 * @param {() => Promise<Result>} work - safe to do twice
 */
async function persevere(d1, work) {
  try {
    return await work();
  } catch {
    await d1.recover();
    return work();
  }
}

/**
 * Some figures of the last 90 days, by which a reader sees that both designs answer the same.
 *
 * @param {Run} run
 */
async function readFigures({ d1, target }, now) {
  const { text } = await persevere(d1, () => d1.counted({ ...target, now }, { path: "/analytics/summary?range=90d" }));
  const answer = JSON.parse(text);
  const { calls, errors, users, p50, p95 } = target.design === "kit" ? { ...answer, ...answer.durationMs } : { ...answer.summary[0], ...answer.percentiles[0] };
  return { calls, errors, users, p50, p95 };
}

/**
 * Posts events that come one after the other; the clock follows them.
 *
 * @param {Run} run
 * @param {import("./history.mjs").BenchEvent[]} events
 */
async function loadHour({ d1, target }, load, events) {
  for (let first = 0; first < events.length; first += EVENTS_PER_REQUEST) {
    const part = events.slice(first, first + EVENTS_PER_REQUEST);
    const now = part.at(-1)?.startedAt;
    const { text, answer, later } = await d1.counted({ ...target, now }, { path: target.path, method: "POST", body: JSON.stringify({ events: part }) });
    if (JSON.parse(text).accepted !== part.length) throw new Error(`Not every event was stored: ${text.slice(0, 500)}`);
    load.requests += 1;
    load.failures += part.filter((event) => event.outcome === "error").length;
    addTally(load.ingest, answer);
    addTally(load.afterIngest, later);
  }
}

/**
 * The hourly cron while events come in. The plain design has nothing to do then: it deletes once a day.
 *
 * @param {Run} run
 */
async function loadCron(run, load, now) {
  if (run.target.design === "plain" && now % DAY_MS >= HOUR_MS) return;
  addTally(load.scheduled, await runCron(run, now));
}

/**
 * @param {Run} run
 * @returns {Promise<Tally>}
 */
async function runCron({ d1, target }, now) {
  const { text, answer, later } = await persevere(d1, () => d1.counted({ ...target, now }, { path: "/bench/scheduled", method: "POST" }));
  if (text.includes('"error":"')) throw new Error(`The cron handler failed: ${text}`);
  addTally(answer, later);
  return answer;
}

/**
 * Lets the days pass until raw events and roll-ups are past their retention: each day, cron runs until one has nothing
 * left to do. Adds up what that writes, and says which rows are left at the end.
 *
 * @param {Run} run
 */
async function outlive(run) {
  const tally = emptyTally();
  const days = run.target.design === "kit" ? ROLLUP_DAYS + HISTORY_DAYS + PERSON_STEP_DAYS + 2 : 2 * HISTORY_DAYS + 2;
  const started = performance.now();
  let cronRuns = 0;
  for (let day = HISTORY_DAYS; day < days; day++) {
    for (let hour = 0; hour < 24; hour++) {
      const ran = await runCron(run, HISTORY_START + day * DAY_MS + hour * HOUR_MS + CRON_MINUTE * MINUTE_MS);
      cronRuns += 1;
      addTally(tally, ran);
      if (ran.rowsWritten === (ran.writtenBy[ACCOUNT_WRITER] ?? 0) || run.target.design === "plain") break;
    }
    if (day % 100 === 0) run.say(`day ${day} of ${days} has passed`);
  }
  return { ...tally, cronRuns, seconds: (performance.now() - started) / 1000, rowsLeft: await countRows(run) };
}

/**
 * @param {Run} run
 * @returns {Promise<Record<string, number>>}
 */
async function countRows({ d1, target }) {
  const { rows } = await d1.sql(target.database, ["SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name NOT LIKE '\\_cf%' ESCAPE '\\' ORDER BY name"]);
  const names = (rows[0] ?? []).map((row) => row.name);
  const counts = await d1.sql(target.database, names.map((name) => `SELECT COUNT(*) AS count FROM "${name}"`));
  return Object.fromEntries(names.map((name, index) => [name, counts.rows[index]?.[0]?.count]));
}
