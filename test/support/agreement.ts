/** Holds every answer of the analytics against plain arithmetic on the same events. */
import { expect } from "vitest";
import * as analytics from "../../src/analytics.ts";
import * as details from "./agreement-of-details.ts";
import { between, figuresOf, type PlainEvent, usersOf } from "./history.ts";

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * Compares all questions over one range. Counts, people and days exactly; percentiles within 2 % of the nearest rank.
 * `stored` are the events that still have a row of their own: the list of failures knows no others.
 */
export async function expectAgreement(
  db: analytics.Database,
  events: readonly PlainEvent[],
  query: analytics.AnalyticsQuery & { now: number },
  stored: readonly PlainEvent[] = events,
): Promise<void> {
  const wanted = narrow(events, query);
  const summary = await analytics.getSummary(db, query);
  const { from, to } = summary.range;
  const inRange = between(wanted, from, to);
  const before = between(wanted, summary.comparedTo.from, summary.comparedTo.to);
  // Like with like: what has not begun yet of the range has no counterpart.
  const hour = 3_600_000;
  expect(summary.comparedTo.to - summary.comparedTo.from).toBe(Math.min(to, Math.ceil(query.now / hour) * hour) - from);
  expectFigures(summary, inRange);
  expectFigures(summary.previous, before);

  const { tools } = await analytics.getToolStats(db, query);
  expectTools(tools, inRange, before, summary.range);

  const { days, ...last } = await analytics.getRetentionStats(db, query);
  expectDays(days, wanted);
  expect(days.length).toBe(Math.floor((to - 1) / DAY_MS) - Math.floor(from / DAY_MS) + 1);
  expect(last).toMatchObject({ dau: days.at(-1)?.dau, wau: days.at(-1)?.wau, mau: days.at(-1)?.mau });

  const timeseries = await analytics.getTimeSeries(db, { ...query, by: "skill" });
  const step = to - from <= 7 * DAY_MS ? HOUR_MS : DAY_MS;
  expect(timeseries.interval).toBe(step === HOUR_MS ? "hour" : "day");
  expectPoints(timeseries.points, inRange, step);
  for (const { skill, points } of timeseries.series ?? []) {
    expectPoints(points, inRange.filter((event) => event.skill === skill), step);
  }
  expect(timeseries.series?.length).toBe(summary.skills);
  await expectErrors(db, between(narrow(stored, query), from, to), query);

  const overview = await analytics.getOverview(db, query);
  expect(overview.summary).toEqual(figuresIn(summary));
  expect(overview.tools).toEqual(tools);
  expect(overview.timeseries).toEqual({ interval: timeseries.interval, points: timeseries.points });
  expect(overview.retention).toEqual(figuresIn({ days, ...last }));
  expect(overview.errors).toEqual((await analytics.getRecentErrors(db, { ...query, limit: 10 })).errors);
  for (const label of ["source", "version", "variant"] as const) {
    expect(overview[`${label}s`]).toEqual([...new Set(inRange.map((event) => event[label] ?? ""))].sort());
  }
  details.expectChanges(overview, wanted, [query.version, query.source, query.variant].every((filter) => filter === undefined));

  const keptEvents = narrow(stored, query);
  await details.expectGroups(db, keptEvents, { rawFrom: await rawFromOf(db), stored }, query);
  await details.expectCalls(db, keptEvents, query);
  const skill = [query.skill].flat()[0] ?? wanted[0]?.skill ?? "none";
  await details.expectSkill(db, wanted, keptEvents, { ...query, skill });
  await details.expectCohorts(db, events, query.now, 1 + (query.now % 6));
}

async function rawFromOf(db: analytics.Database): Promise<number> {
  const { results } = await db.prepare("SELECT value FROM skill_usage_state WHERE name = 'raw_from'").all<{ value: number }>();
  return results[0]?.value ?? 0;
}

function narrow(events: readonly PlainEvent[], query: analytics.Filters): PlainEvent[] {
  const has = (filter: string | readonly string[] | undefined, value = "") => filter === undefined || [filter].flat().includes(value);
  return events.filter(
    (event) =>
      has(query.skill, event.skill) && has(query.version, event.version) && has(query.source, event.source) && has(query.variant, event.variant),
  );
}

function expectFigures(answer: analytics.SummaryFigures, events: readonly PlainEvent[]): void {
  const { durations, successRate, ...counts } = figuresOf(events);
  expect(answer).toMatchObject(counts);
  expectClose(answer.successRate, successRate, 1e-12);
  expectBounds(answer);
  expectClose(answer.durationMs.avg, durations.avg, 1e-9);
  expectClose(answer.durationMs.p50, durations.p50, 0.02);
  expectClose(answer.durationMs.p95, durations.p95, 0.02);
  expectClose(answer.durationMs.p99, durations.p99, 0.02);
}

/** What the bounds of an interval are is tested beside the formula; here, that they are those of this rate. */
function expectBounds({ successRate, successRateInterval }: Pick<analytics.SummaryFigures, "successRate" | "successRateInterval">): void {
  if (successRate === null || successRateInterval === null) return expect(successRateInterval).toBe(successRate);
  expect(successRateInterval.low).toBeLessThanOrEqual(successRate + 1e-12);
  expect(successRateInterval.high).toBeGreaterThanOrEqual(successRate - 1e-12);
}

function expectTools(tools: readonly analytics.ToolFigures[], events: readonly PlainEvent[], previous: readonly PlainEvent[], range: analytics.Span): void {
  const bySkill = Map.groupBy(events, (event) => event.skill);
  const order = [...bySkill].sort(([a, left], [b, right]) => right.length - left.length || (a < b ? -1 : 1));
  expect(tools.map((tool) => tool.skill)).toEqual(order.map(([skill]) => skill));
  for (const tool of tools) {
    const own = bySkill.get(tool.skill) ?? [];
    const { durations, successRate, skills: _, ...counts } = figuresOf(own);
    expect(tool).toMatchObject(counts);
    expectClose(tool.successRate, successRate, 1e-12);
    expectBounds(tool);
    expect(tool.trend).toEqual(details.trendOf(own, range));
    expectPrevious(tool.previous, previous.filter((event) => event.skill === tool.skill));
    expectClose(tool.durationMs.p95, durations.p95, 0.02);
    expect(tool.lastUsedAt).toBe(Math.max(...own.map((event) => event.startedAt)));
    const failures = own.filter((event) => event.outcome === "error" || event.outcome === "timeout");
    const types = Map.groupBy(failures, (event) => event.errorType ?? "");
    expect(Object.fromEntries(tool.errorTypes.map((entry) => [entry.errorType, entry.count]))).toEqual(
      Object.fromEntries([...types].map(([type, group]) => [type, group.length])),
    );
  }
}

function expectPrevious(previous: analytics.PreviousToolFigures | null, events: readonly PlainEvent[]): void {
  if (events.length === 0 || previous === null) return expect(previous !== null).toBe(events.length > 0);
  const { calls, errors, users, successRate, durations } = figuresOf(events);
  expect(previous).toMatchObject({ calls, errors, users });
  expectClose(previous.successRate, successRate, 1e-12);
  expectClose(previous.durationMs.p95, durations.p95, 0.02);
}

function expectDays(days: readonly analytics.RetentionDay[], events: readonly PlainEvent[]): void {
  const firstDay = new Map<string, number>();
  for (const { userId, startedAt } of events) {
    const day = Math.floor(startedAt / DAY_MS);
    if (typeof userId === "string") firstDay.set(userId, Math.min(day, firstDay.get(userId) ?? day));
  }
  for (const { day, ...figures } of days) {
    const start = Date.parse(`${day}T00:00:00Z`);
    const window = (length: number) => usersOf(between(events, start - (length - 1) * DAY_MS, start + DAY_MS)).size;
    const today = between(events, start, start + DAY_MS);
    expect({ day, ...figures }).toEqual({
      day,
      dau: window(1),
      wau: window(7),
      mau: window(30),
      newUsers: [...firstDay.values()].filter((first) => first === start / DAY_MS).length,
      calls: today.length,
      callsWithoutUser: figuresOf(today).callsWithoutUser,
    });
  }
}

function expectPoints(points: readonly analytics.TimePoint[], events: readonly PlainEvent[], step: number): void {
  const byPeriod = Map.groupBy(events, (event) => Math.floor(event.startedAt / step) * step);
  for (const [index, point] of points.entries()) {
    expect(point.at).toBe((points[0]?.at ?? 0) + index * step);
    const { durations, calls, errors, users, outcomes } = figuresOf(byPeriod.get(point.at) ?? []);
    expect(point).toMatchObject({ calls, errors, users, outcomes });
    expectClose(point.p99, durations.p99, 0.02);
    expectClose(point.p50, durations.p50, 0.02);
    expectClose(point.p95, durations.p95, 0.02);
  }
  expect(points.reduce((sum, point) => sum + point.calls, 0)).toBe(events.length);
}

async function expectErrors(db: analytics.Database, events: readonly PlainEvent[], query: analytics.AnalyticsQuery): Promise<void> {
  const failures = events
    .filter((event) => event.outcome === "error" || event.outcome === "timeout")
    .sort((left, right) => right.startedAt - left.startedAt || (left.id < right.id ? 1 : -1));
  const seen: string[] = [];
  let cursor: string | null | undefined;
  do {
    const page: analytics.RecentErrors = await analytics.getRecentErrors(db, { ...query, limit: 500, ...(cursor ? { cursor } : {}) });
    seen.push(...page.errors.map((error) => error.id));
    cursor = page.cursor;
    expect(page.groups.reduce((sum, group) => sum + group.count, 0)).toBeLessThanOrEqual(failures.length);
  } while (cursor !== null);
  expect(seen).toEqual(failures.map((event) => event.id));
}

function expectClose(actual: number | null, expected: number | null, tolerance: number): void {
  if (expected === null || actual === null) return expect(actual).toBe(expected);
  const difference = Math.abs(actual - expected);
  expect(difference, `${actual} against ${expected}`).toBeLessThanOrEqual(Math.abs(expected) * tolerance + 1e-9);
}

/** An answer without its envelope. */
function figuresIn<Answer extends object>(answer: Answer) {
  return Object.fromEntries(Object.entries(answer).filter(([name]) => !["range", "comparedTo", "generatedAt", "cost"].includes(name)));
}
