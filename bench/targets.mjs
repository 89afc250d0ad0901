/** What the kit sets out to reach, and whether a run has reached it. */
import { fixed, whole } from "./markdown.mjs";

/** The history for which the targets of a whole life and of speed are set. */
const TARGET_EVENTS = 1_000_000;

/** @typedef {import("./report.mjs").Results} Results */
/** @typedef {{ what: string, target: string, measured: string, plain: string, isMet: boolean | null }} Target - `isMet` is null where the target is for another size */

/**
 * The targets that the measured sizes can say something about.
 *
 * @param {Results} results
 * @returns {Target[]}
 */
export function targetsOf(results) {
  const named = Object.entries(results.histories);
  return [
    ...ingestTargets(results),
    ...named.slice(-1).flatMap(([name, history]) => writeTargets(name, history)),
    ...named.map(([name, { kit, plain }]) => rowsReadTarget(name, kit, plain)),
    ...growthTarget(results),
    ...named.slice(-1).map(([name, history]) => speedTarget(name, history)),
  ];
}

/** @param {Results} results */
function ingestTargets({ ingest, cpu }) {
  const targets = /** @type {Target[]} */ ([]);
  if (ingest !== undefined) {
    const [kit = 0, plain = 0, floor = 0] = [ingest.medians.kit?.[100], ingest.medians.plain?.[1], ingest.medians.floor?.[100]].map((run) => run?.eventsPerSecond ?? 0);
    targets.push(
      { what: "Events per second: 100 a request ÷ plain's 1 a request", target: "≥ 30 ×", measured: `${fixed(kit / plain, 1)} × (${whole(kit)})`, plain: `1 (${whole(plain)})`, isMet: kit >= 30 * plain },
      { what: "Events per second: 100 a request ÷ the floor", target: "≥ 0.7", measured: fixed(kit / floor, 2), plain: fixed((ingest.medians.plain?.[100]?.eventsPerSecond ?? 0) / floor, 2), isMet: kit >= 0.7 * floor },
    );
  }
  const ms = cpu?.[100]?.msPerRequest;
  if (ms !== undefined) targets.push({ what: "CPU time of a request with 100 events", target: "< 10 ms", measured: `${fixed(ms, 2)} ms`, plain: "", isMet: ms < 10 });
  return targets;
}

/**
 * @param {string} name
 * @param {import("./report.mjs").History} history
 */
function writeTargets(name, { events, kit, plain }) {
  const ingest = kit.perEvent.ingestFailuresAside;
  return [
    // Roll-ups note once or twice an hour that there is something to do: a hundredth of a row an event leaves room for it.
    { what: `Rows written per event at ingest, failures aside, ${name}`, target: "1.0", measured: `${fixed(ingest, 3)} (marks of hours, quarters and days in)`, plain: fixed(plain.perEvent.ingest, 3), isMet: events < TARGET_EVENTS ? null : ingest < 1.005 },
    { what: `Rows written per event over its life, ${name}`, target: "≤ 2.3 at 1M", measured: fixed(kit.perEvent.life, 2), plain: fixed(plain.perEvent.life, 2), isMet: events < TARGET_EVENTS ? null : kit.perEvent.life <= 2.3 },
  ];
}

function overviewRows(design, moment, range) {
  return design.questions[moment]?.overview?.[range]?.rowsRead ?? 0;
}

function rowsReadTarget(name, kit, plain) {
  const rowsRead = overviewRows(kit, "openHourAside", "30d");
  return { what: `Rows read by an overview of 30 days, open hour aside, ${name}`, target: "≤ 3,000", measured: whole(rowsRead), plain: whole(overviewRows(plain, "openHourAside", "30d")), isMet: rowsRead <= 3_000 };
}

/** @param {Results} results */
function growthTarget({ histories }) {
  const [small, large] = [100_000, 1_000_000].map((events) => Object.values(histories).find((history) => history.events === events));
  if (small === undefined || large === undefined) return [];
  const ratioOf = (design) => overviewRows(large[design], "openHourAside", "30d") / overviewRows(small[design], "openHourAside", "30d");
  const ratio = ratioOf("kit");
  return [{ what: "The same at 1M ÷ at 100k", target: "≤ 1.1 ×", measured: `${fixed(ratio, 2)} ×`, plain: ratioOf("plain") === 0 ? "no answer" : `${fixed(ratioOf("plain"), 1)} ×`, isMet: ratio <= 1.1 }];
}

/**
 * @param {string} name
 * @param {import("./report.mjs").History} history
 */
function speedTarget(name, { events, kit, plain }) {
  const [slow = 0, fast = 0] = [plain.questions.openHourAside, kit.questions.openHour].map((moment) => moment?.overview?.["90d"]?.ms ?? 0);
  // Where D1 gave up, an answer would have taken longer than that.
  const more = plain.questions.openHourAside?.overview?.["90d"]?.repeats === 0 ? "> " : "";
  return { what: `Overview of 90 days, open hour included, ${name}: times as fast as plain`, target: "≥ 50 × at 1M", measured: `${more}${fixed(slow / fast, 1)} × (${fixed(fast, 0)} ms)`, plain: more === "" ? `1 (${fixed(slow, 0)} ms)` : `no answer within ${fixed(slow, 0)} ms`, isMet: events < TARGET_EVENTS ? null : slow >= 50 * fast };
}
