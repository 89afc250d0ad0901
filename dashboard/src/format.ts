/**
 * How figures, durations and instants read, in the reader's locale. What no call supports is a dash. Words for units are
 * those of the texts around them: a unit of another language would stand alone in its sentence.
 */

/** Stands where there is no figure. */
export const NO_FIGURE = "–";

/** Stands where a figure is on its way: as high as one, and nothing to see. */
export const BLANK = "\u00A0";

export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

const counts = new Intl.NumberFormat();
const compactCounts = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const rates = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const signedRates = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 0, signDisplay: "exceptZero" });
const signedTenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1, signDisplay: "exceptZero" });
const wholeNumbers = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });

const weekdays = new Intl.DateTimeFormat(undefined, { weekday: "short", timeZone: "UTC" });
const localInstants = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
const localMinutes = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
const utcInstants = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
const localHours = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "numeric", minute: "2-digit" });
const localHoursOfWeek = new Intl.DateTimeFormat(undefined, { weekday: "short", hour: "numeric", minute: "2-digit" });
const utcDays = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", timeZone: "UTC" });
const utcDates = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeZone: "UTC" });

/** A figure that is left out of an answer is absent. */
export type Figure = number | null | undefined;

export function formatCount(count: Figure): string {
  return count === null || count === undefined ? NO_FIGURE : counts.format(count);
}

/** `1 call`, `2 calls`. */
export function countOf(count: number, one: string, many: string = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** For axes, where room is short: `12K`. */
export function formatCompactCount(count: number): string {
  return compactCounts.format(count);
}

/** A rate of 0…1. Only a true 0 or 1 reads as 0 % or 100 %: one failure in ten thousand must not round away. */
export function formatRate(rate: Figure): string {
  if (rate === null || rate === undefined) return NO_FIGURE;
  if (rate > 0.999 && rate < 1) return `>${rates.format(0.999)}`;
  if (rate > 0 && rate < 0.001) return `<${rates.format(0.001)}`;
  return rates.format(rate);
}

/** A relative change: `+12%`. */
export function formatRelativeChange(change: number): string {
  return signedRates.format(change);
}

/** A difference with its sign: `+5`. */
export function formatDifference(difference: number): string {
  return signedTenths.format(difference);
}

/** The words for units, in the language of the texts. */
export interface UnitWords {
  duration: Readonly<Record<(typeof DURATION_UNITS)[number]["unit"], string>>;
  age: Readonly<Record<(typeof AGE_UNITS)[number]["unit"], (count: number) => string>>;
}

let words: UnitWords | undefined;

/** Sets them: before any duration or age is formatted. */
export function nameUnits(unitWords: UnitWords): void {
  words = unitWords;
}

const DURATION_UNITS = [
  { unit: "ms", ms: 1, below: 1000 },
  { unit: "s", ms: 1000, below: 60 },
  { unit: "min", ms: 60_000, below: 60 },
  { unit: "h", ms: 3_600_000, below: 48 },
  { unit: "d", ms: 86_400_000, below: Number.POSITIVE_INFINITY },
] as const;

/** A duration in a unit that keeps it short: `320 ms`, `4.2 s`, `3.1 min`, `22 h`. */
export function formatDuration(durationMs: number | null): string {
  if (durationMs === null) return NO_FIGURE;
  for (const { unit, ms, below } of DURATION_UNITS) {
    const amount = durationMs / ms;
    const isWhole = unit === "ms" || amount >= 9.95;
    // Compared after rounding, so that 999.7 ms reads as 1 s and not as 1,000 ms.
    if (isWhole && Math.round(amount) >= below) continue;
    return `${(isWhole ? wholeNumbers : tenths).format(amount)} ${words?.duration[unit] ?? unit}`;
  }
  return NO_FIGURE;
}

/** How long ago, in one unit: `12 s`, `5 min`, `3 h`, `12 days`. */
export function formatAge(ageMs: number): string {
  const seconds = Math.max(0, Math.floor(ageMs / 1000));
  for (const { unit, seconds: size, below } of AGE_UNITS) {
    const amount = Math.floor(seconds / size);
    if (amount < below) return words?.age[unit](amount) ?? `${formatCount(amount)} ${unit}`;
  }
  return NO_FIGURE;
}

const AGE_UNITS = [
  { unit: "s", seconds: 1, below: 60 },
  { unit: "min", seconds: 60, below: 60 },
  { unit: "h", seconds: 3600, below: 48 },
  { unit: "d", seconds: 86_400, below: Number.POSITIVE_INFINITY },
] as const;

/** Hours of the day, `00` to `23`. */
export function formatHour(hour: number): string {
  return String(hour).padStart(2, "0");
}

/** Days of the week from Monday, 0, in the reader's language. */
export function formatWeekday(weekday: number): string {
  return weekdays.format(MONDAY + weekday * DAY_MS);
}

/** The same hour of the week on the reader's clock, as it was the last time: summer time moves it. */
export function formatLocalHourOfWeek(weekday: number, hour: number, now: number): string {
  return localHoursOfWeek.format(now - ((now - MONDAY - weekday * DAY_MS - hour * HOUR_MS) % (7 * DAY_MS)));
}

/** 5 January 1970. */
const MONDAY = 4 * DAY_MS;

export function formatLocal(at: number): string {
  return localInstants.format(at);
}

export function formatMinute(at: number): string {
  return localMinutes.format(at);
}

export function formatUtc(at: number): string {
  return `${utcInstants.format(at)} UTC`;
}

/** The start of an hour in local time, or a UTC day. */
export function formatPeriodStart(at: number, interval: "hour" | "day"): string {
  return interval === "hour" ? localHours.format(at) : utcDays.format(at);
}

/** A UTC date `YYYY-MM-DD` as day and month. */
export function formatDay(day: string): string {
  return utcDays.format(Date.parse(day));
}

/** The hours from `from` to `to` (exclusive) in local time, or the UTC days: `Nov 17 – 23, 2026`. */
export function formatSpan(from: number, to: number, interval: "hour" | "day"): string {
  return interval === "hour" ? localHours.formatRange(from, to) : utcDates.formatRange(from, to - 1);
}

/** A name cut to so many characters, with an ellipsis where something is missing. */
export function shorten(text: string, maxChars: number): string {
  // Cutting by code points keeps emoji and rare scripts whole.
  const chars = Array.from(text);
  return chars.length <= maxChars ? text : `${chars.slice(0, maxChars - 1).join("")}…`;
}

const FIRST_STRONG_ISOLATE = "\u2068";
const POP_DIRECTIONAL_ISOLATE = "\u2069";

/** A stranger's text inside a sentence: quoted, cut, and kept from turning the direction of the text around it. */
export function quote(text: string): string {
  return `“${FIRST_STRONG_ISOLATE}${shorten(text, 60)}${POP_DIRECTIONAL_ISOLATE}”`;
}
