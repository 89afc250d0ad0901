/** How figures and times read, in the reader's locale. A figure that no call supports reads "–". */

const NONE = "–";
const whole = new Intl.NumberFormat();
const compact = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const oneDecimal = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(undefined, { style: "percent", maximumFractionDigits: 1 });
const dayTime = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", hour: "2-digit", minute: "2-digit" });
const clockTime = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const hourOfDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", timeZone: "UTC" });
const utcDay = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric", timeZone: "UTC" });

export function formatCount(count: number): string {
  return count >= 100_000 ? compact.format(count) : whole.format(count);
}

export function formatRate(rate: number | null): string {
  return rate === null ? NONE : percent.format(rate);
}

/** Milliseconds, in the largest unit that keeps the number above 1. */
export function formatDuration(ms: number | null): string {
  if (ms === null) return NONE;
  if (ms < 1_000) return `${whole.format(Math.round(ms))} ms`;
  if (ms < 60_000) return `${oneDecimal.format(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${oneDecimal.format(ms / 60_000)} min`;
  return `${oneDecimal.format(ms / 3_600_000)} h`;
}

/** A moment in the reader's own time. */
export function formatMoment(at: number): string {
  return dayTime.format(at);
}

export function formatClock(at: number): string {
  return clockTime.format(at);
}

/** An hour or a day of a series, in UTC. */
export function formatPeriod(at: number, interval: "hour" | "day"): string {
  return interval === "hour" ? hourOfDay.format(at) : utcDay.format(at);
}

/** The change from one figure to another, as a share of the earlier one; `null` where there was none. */
export function changeOf(now: number | null, before: number | null): number | null {
  return now === null || before === null || before === 0 ? null : (now - before) / before;
}

/** A change with its sign and an arrow, since colour alone does not tell everybody. */
export function formatChange(change: number): string {
  const arrow = change > 0 ? "▲" : change < 0 ? "▼" : "■";
  return `${arrow} ${change > 0 ? "+" : ""}${percent.format(change)}`;
}
