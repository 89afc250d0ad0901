/**
 * The history that both designs are loaded with: the same events in each run, made from a seed, an hour at a time, so
 * that a million of them never stand in memory at once.
 *
 * 20 skills with Zipf-like shares, a daily and a weekly rhythm, some 2,000 people a day out of a pool that changes
 * (12,000 over 90 days), 3 % failures, log-normal durations, one version per skill that changes once.
 */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;
export const MINUTE_MS = 60_000;

/** A Monday, 00:00 UTC. The clock is simulated, so any day would do. */
export const HISTORY_START = Date.UTC(2026, 5, 1);
export const HISTORY_DAYS = 90;
export const SKILL_COUNT = 20;

/** People who may call on one day, and how many of them are replaced by new ones each day. */
const POOL_SIZE = 5_000;
const NEW_PEOPLE_A_DAY = 78;
/** Share of the pool that is there on a day: 2,050 people. */
const ACTIVE_SHARE = 0.41;
const FAILURE_SHARE = 0.03;
const ANONYMOUS_SHARE = 0.05;
const METADATA_SHARE = 0.2;

/** What fails, as type and message; the number in a message differs from call to call. */
const FAILURES = [
  ["TimeoutError", "no answer from the search index within 30000 ms, attempt #"],
  ["TypeError", "Cannot read properties of undefined (reading 'title') at item #"],
  ["http_429", "the provider asked to slow down, retry after # s"],
  ["ValidationError", "field #: expected a non-empty list"],
];

/**
 * @typedef {object} BenchEvent
 * @property {string} id
 * @property {string} skill
 * @property {number} startedAt - ms since 1970
 * @property {number} durationMs
 * @property {"ok" | "error"} outcome
 * @property {string} version
 * @property {string} source
 * @property {string} [userId]
 * @property {string} [errorType]
 * @property {string} [errorMessage]
 * @property {{ locale: string, results: number }} [metadata]
 */

/**
 * A repeatable source of numbers in 0…1 (mulberry32).
 *
 * @param {number} seed
 * @returns {() => number}
 */
export function randomFrom(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/**
 * Gives a history of exactly `eventCount` events, hour by hour, each hour's events in order of time.
 *
 * @param {number} eventCount
 * @returns {Generator<{ start: number, events: BenchEvent[] }>}
 */
export function* hoursOf(eventCount) {
  const random = randomFrom(eventCount);
  const hours = Array.from({ length: HISTORY_DAYS * 24 }, (_, index) => HISTORY_START + index * HOUR_MS);
  const wholeWeight = hours.reduce((sum, start) => sum + weightOf(start), 0);
  let weight = 0;
  let made = 0;
  let people = /** @type {number[]} */ ([]);
  for (const start of hours) {
    if (start % DAY_MS === 0) people = peopleOf((start - HISTORY_START) / DAY_MS);
    weight += weightOf(start);
    const count = Math.round((eventCount * weight) / wholeWeight) - made;
    const times = Array.from({ length: count }, () => start + Math.floor(random() * HOUR_MS)).sort((left, right) => left - right);
    yield { start, events: times.map((startedAt, index) => makeEvent(random, `e${(made + index).toString(36)}`, startedAt, people)) };
    made += count;
  }
}

/**
 * Makes fresh events within the current hour, for requests that measure ingest.
 *
 * @param {object} params
 * @param {number} params.count
 * @param {() => number} params.random
 * @param {string} params.idPrefix - unique per request
 * @param {number} params.now - ms since 1970
 * @returns {BenchEvent[]}
 */
export function makeFreshEvents({ count, random, idPrefix, now }) {
  const hour = Math.floor(now / HOUR_MS) * HOUR_MS;
  return Array.from({ length: count }, (_, index) => makeEvent(random, `${idPrefix}-${index}`, hour + Math.floor(random() * (now - hour)), FRESH_PEOPLE));
}

/** How busy an hour is: three times as much at 14:00 UTC as at 02:00, and half as much at the weekend. */
function weightOf(start) {
  const date = new Date(start);
  const daily = 1 - 0.5 * Math.cos(((date.getUTCHours() - 2) / 24) * 2 * Math.PI);
  return date.getUTCDay() % 6 === 0 ? daily / 2 : daily;
}

/** The people who are there on a day: a share of a pool that moves on a little each day. */
function peopleOf(day) {
  const random = randomFrom(day + 1);
  const people = Array.from({ length: POOL_SIZE }, (_, index) => day * NEW_PEOPLE_A_DAY + index);
  return people.filter(() => random() < ACTIVE_SHARE);
}

const FRESH_PEOPLE = peopleOf(0);

const SKILL_SHARES = Array.from({ length: SKILL_COUNT }, (_, rank) => 1 / (rank + 1) ** 1.1);
const WHOLE_SHARE = SKILL_SHARES.reduce((sum, share) => sum + share, 0);

/** @returns {BenchEvent} */
function makeEvent(random, id, startedAt, people) {
  const rank = rankOf(random());
  const day = (startedAt - HISTORY_START) / DAY_MS;
  const hasFailed = random() < FAILURE_SHARE;
  const [errorType = "", message = ""] = FAILURES[Math.floor(random() * FAILURES.length)] ?? [];
  const number = Math.floor(random() * 1_000);
  return {
    id,
    skill: `skill-${String(rank + 1).padStart(2, "0")}`,
    startedAt,
    durationMs: Math.round(Math.exp(5 + rank / 10 + normalOf(random))),
    outcome: hasFailed ? "error" : "ok",
    version: day < 30 + rank ? "1.0.0" : "1.1.0",
    source: rank % 2 === 0 ? "mcp" : "function",
    ...(random() < ANONYMOUS_SHARE ? {} : { userId: `user-${people[Math.floor(random() ** 1.5 * people.length)]}` }),
    ...(hasFailed ? { errorType, errorMessage: message.replace("#", String(number)) } : {}),
    ...(random() < METADATA_SHARE ? { metadata: { locale: number % 3 === 0 ? "de" : "en", results: number } } : {}),
  };
}

/** The skill at a place in 0…1 of all calls. */
function rankOf(place) {
  let left = place * WHOLE_SHARE;
  for (const [rank, share] of SKILL_SHARES.entries()) {
    left -= share;
    if (left < 0) return rank;
  }
  return SKILL_COUNT - 1;
}

/** A normally distributed number (Box–Muller). */
function normalOf(random) {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
