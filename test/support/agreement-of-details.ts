/** Holds the answers about single skills, calls, groups of failures and cohorts against plain arithmetic on the same events. */
import { expect } from "vitest";
import * as analytics from "../../src/analytics.ts";
import { between, figuresOf, type PlainEvent, usersOf } from "./history.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const WEEK_MS = 7 * DAY_MS;

type Query = analytics.AnalyticsQuery & { now: number };

const hasFailed = ({ outcome }: PlainEvent) => outcome === "error" || outcome === "timeout";
const newestFirst = (events: readonly PlainEvent[]) => events.toSorted((left, right) => right.startedAt - left.startedAt || (left.id < right.id ? 1 : -1));

/** Calls in equal slices of a range: at most 31 of whole hours up to a week, of whole days above. */
export function trendOf(events: readonly PlainEvent[], { from, to }: analytics.Span): number[] {
  const period = to - from <= WEEK_MS ? HOUR_MS : DAY_MS;
  const start = from - (from % period);
  let step = period;
  while ((to - start) / step > 31) step += period;
  const trend: number[] = [];
  for (let at = start; at < to; at += step) trend.push(between(events, at, at + step).length);
  return trend;
}

/** The compared range and what came after it, as long as the whole range. */
const wholeOf = ({ range, comparedTo }: Pick<analytics.Overview, "range" | "comparedTo">) => ({ from: comparedTo.from, to: comparedTo.from + range.to - range.from });

/** Quiet skills are those that were called before the range and not in it; every change is a fact, and none is passed over. */
export function expectChanges(overview: analytics.Overview, events: readonly PlainEvent[], knowsAll: boolean): void {
  const { range, comparedTo, changes } = overview;
  const [now, compared, before] = [range, comparedTo, wholeOf(overview)].map(({ from, to }) => Map.groupBy(between(events, from, to), ({ skill }) => skill));
  const called = new Map<string, number>();
  for (const { skill, startedAt } of events) if (startedAt < range.from) called.set(skill, Math.max(startedAt, called.get(skill) ?? 0));
  const quiet = [...called].filter(([skill]) => !now?.has(skill)).sort(([a, left], [b, right]) => right - left || (a < b ? -1 : 1));
  expect(overview.quietSkills).toEqual(knowsAll ? quiet.slice(0, 100).map(([skill, lastUsedAt]) => ({ skill, lastUsedAt })) : []);

  const facts: object[] = [];
  for (const [skill, own] of now ?? []) {
    const types = (list: readonly PlainEvent[] = []) => Map.groupBy(list.filter(hasFailed), ({ errorType = "" }) => errorType);
    const earlier = before?.get(skill);
    if (earlier === undefined && knowsAll && !called.has(skill)) facts.push({ kind: "new_skill", skill, calls: own.length });
    if (earlier === undefined) continue;
    for (const [errorType, { length: count }] of types(own)) if (!types(earlier).has(errorType)) facts.push({ kind: "new_error", skill, errorType, count });
  }
  for (const [skill, { length: previousCalls }] of before ?? []) {
    const lastUsedAt = called.get(skill);
    if (!now?.has(skill)) facts.push({ kind: "quiet", skill, lastUsedAt: knowsAll ? lastUsedAt : expect.any(Number), previousCalls });
  }
  const found = changes.filter(({ kind }) => kind === "new_skill" || kind === "new_error" || kind === "quiet");
  for (const change of found) expect(facts).toContainEqual(change);
  if (changes.length < 8) expect(found.length).toBe(facts.length);
  for (const change of changes) {
    if (change.kind !== "more_failures" && change.kind !== "fewer_failures") continue;
    expect(change.successRate).toBeCloseTo(figuresOf(now?.get(change.skill) ?? []).successRate ?? -1, 12);
    expect(change.previousSuccessRate).toBeCloseTo(figuresOf(compared?.get(change.skill) ?? []).successRate ?? -1, 12);
  }
}

/** What a message says but for its numbers. */
const wordsOf = ({ errorMessage = "" }: PlainEvent): string => errorMessage.replace(/\d+/g, "#");

/** What still has a row: the events that were asked for and all of them; `rawFrom` is since when nothing is missing. */
export async function expectGroups(db: analytics.Database, wanted: readonly PlainEvent[], { rawFrom, stored }: { rawFrom: number; stored: readonly PlainEvent[] }, query: Query): Promise<void> {
  const answer = await analytics.getRecentErrors(db, { ...query, groups: 1_000 });
  const { range, comparedTo, groups } = answer;
  const inRange = between(wanted, range.from, range.to).filter(hasFailed);
  const whole = wholeOf(answer);
  const before = between(wanted, whole.from, whole.to).filter(hasFailed);
  const isComparable = comparedTo.from >= rawFrom && between(stored, whole.from, whole.to).length > 0;
  const keyOf = ({ skill, errorType }: { skill: string; errorType?: string | null | undefined }) => `${skill} ${errorType ?? ""}`;
  const known = new Set(before.map(keyOf));
  const found = Map.groupBy(groups, keyOf);
  const expected = Map.groupBy(inRange, keyOf);
  expect([...found.keys()].sort()).toEqual([...expected.keys()].sort());
  expect(answer.groupsTotal).toBe(groups.length);
  for (const [key, own] of expected) {
    const same = found.get(key) ?? [];
    const sum = (figure: (group: analytics.ErrorGroup) => number) => same.reduce((total, group) => total + figure(group), 0);
    expect(sum(({ count }) => count)).toBe(own.length);
    expect(sum(({ callsWithoutUser }) => callsWithoutUser)).toBe(figuresOf(own).callsWithoutUser);
    expect(trendOf(own, range).map((_, slice) => sum(({ trend }) => trend[slice] ?? Number.NaN))).toEqual(trendOf(own, range));
    if (!known.has(key)) for (const { isNew } of same) expect(isNew).toBe(isComparable);
    const [group, ...others] = same;
    if (group === undefined || others.length > 0) continue;
    const times = own.map(({ startedAt }) => startedAt);
    expect(group).toMatchObject({ users: usersOf(own).size, firstAt: Math.min(...times), lastAt: Math.max(...times) });
    // Of one type with other words it may be another group: real ones have many.
    const said = new Set(own.map(wordsOf));
    if (before.some((event) => keyOf(event) === key && said.has(wordsOf(event)))) expect(group.isNew).toBe(false);
  }
  const [first] = groups;
  if (first === undefined) return;
  const narrowed = await analytics.getRecentErrors(db, { ...query, fingerprint: first.fingerprint, groups: 1 });
  const alike = groups.filter(({ fingerprint }) => fingerprint === first.fingerprint);
  expect(narrowed.groups).toEqual([first]);
  expect(narrowed.groupsTotal).toBe(alike.length);
  expect(narrowed.errors.length).toBe(Math.min(50, alike.reduce((sum, { count }) => sum + count, 0)));
}

/** Pages of calls give each one once, newest first. */
export async function expectCalls(db: analytics.Database, stored: readonly PlainEvent[], query: Query): Promise<void> {
  const outcome = ["error", "refused"] as const;
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await analytics.getCalls(db, { ...query, outcome, limit: 100, cursor });
    seen.push(...page.calls.map(({ id }) => id));
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  const { range } = await analytics.getCalls(db, query);
  const expected = newestFirst(between(stored, range.from, range.to)).filter((event) => outcome.some((name) => name === event.outcome));
  expect(seen).toEqual(expected.map(({ id }) => id));
}

/** The report of one skill, by the answers of other questions and by plain arithmetic. `events` and `stored` are those that the filters of the query accept. */
export async function expectSkill(db: analytics.Database, events: readonly PlainEvent[], stored: readonly PlainEvent[], query: Query & { skill: string }): Promise<void> {
  const report = await analytics.getSkill(db, query);
  const { range, comparedTo } = report;
  const { lost: _, ...summary } = await analytics.getSummary(db, query);
  expect({ ...report.summary, range, comparedTo, generatedAt: query.now, cost: summary.cost }).toEqual(summary);
  const { interval, points } = await analytics.getTimeSeries(db, query);
  expect({ interval: report.interval, points: report.points }).toEqual({ interval, points });

  const own = between(events, range.from, range.to).filter(({ skill }) => skill === query.skill);
  const before = between(events, comparedTo.from, comparedTo.to).filter(({ skill }) => skill === query.skill);
  expect(report.returningUsers).toBe([...usersOf(own)].filter((user) => usersOf(before).has(user)).length);
  expect(report.lastUsedAt).toBe(own.length === 0 ? null : Math.max(...own.map(({ startedAt }) => startedAt)));
  for (const [day, hours] of report.hours.entries()) {
    for (const [hour, calls] of hours.entries()) {
      const isThen = ({ startedAt }: PlainEvent) => new Date(startedAt).getUTCDay() === (day + 1) % 7 && new Date(startedAt).getUTCHours() === hour;
      expect(calls).toBe(own.filter(isThen).length);
    }
  }
  expectLabels(report.versions.map(({ version, ...figures }) => [version, figures]), Map.groupBy(own, ({ version = "" }) => version));
  expectLabels(report.sources.map(({ source, ...figures }) => [source, figures]), Map.groupBy(own, ({ source = "" }) => source));
  expectHistogram(report.histogram, own);
  const kept = newestFirst(between(stored, range.from, range.to)).filter(({ skill }) => skill === query.skill);
  expect(report.calls.map(({ id, variant }) => ({ id, variant }))).toEqual(kept.slice(0, 20).map(({ id, variant = "" }) => ({ id, variant })));
  expect(report.errorGroups).toEqual((await analytics.getRecentErrors(db, { ...query, groups: 20 })).groups);
}

function expectLabels(labels: readonly (readonly [string, analytics.LabelFigures])[], expected: ReadonlyMap<string, readonly PlainEvent[]>): void {
  const lastOf = (events: readonly PlainEvent[]) => Math.max(...events.map(({ startedAt }) => startedAt));
  const order = [...expected].sort(([a, left], [b, right]) => lastOf(right) - lastOf(left) || (a < b ? -1 : 1));
  expect(labels.map(([name]) => name)).toEqual(order.map(([name]) => name));
  for (const [index, [, own]] of order.entries()) {
    const { calls, errors, users } = figuresOf(own);
    expect(labels[index]?.[1]).toMatchObject({ calls, errors, users, lastUsedAt: lastOf(own) });
  }
}

/** Bins without gaps, in which every call stands where it belongs, give or take 2 %. */
function expectHistogram(bins: readonly analytics.HistogramBin[], events: readonly PlainEvent[]): void {
  const durations = events.filter(({ clock, durationMs }) => clock !== "io" || durationMs > 0).map(({ durationMs }) => durationMs);
  const below = (bound: number) => durations.filter((duration) => duration < bound).length;
  let calls = 0;
  for (const [index, bin] of bins.entries()) {
    calls += bin.calls;
    expect(calls).toBeGreaterThanOrEqual(below(bin.toMs / 1.02));
    expect(calls).toBeLessThanOrEqual(below(bin.toMs * 1.02));
    if (index > 0) expect(bin.fromMs).toBe(bins[index - 1]?.toMs);
    expect(bin.fromMs < 1 ? bin.toMs === 1 : bin.fromMs < 10 || bin.toMs / bin.fromMs > 1.2).toBe(true);
  }
  expect(calls).toBe(durations.length);
  for (const end of [bins[0], bins.at(-1)]) expect(end?.calls ?? 1).toBeGreaterThan(0);
}

/** People by the week of their first call, and in which later weeks they called again. */
export async function expectCohorts(db: analytics.Database, events: readonly PlainEvent[], now: number, weeks: number): Promise<void> {
  const answer = await analytics.getCohorts(db, { now, weeks });
  const mondayOf = (at: number) => {
    const midnight = new Date(at).setUTCHours(0, 0, 0, 0);
    return midnight - ((new Date(midnight).getUTCDay() + 6) % 7) * DAY_MS;
  };
  const firstWeek = new Map<string, number>();
  for (const { userId, startedAt } of events) {
    if (typeof userId === "string") firstWeek.set(userId, Math.min(mondayOf(startedAt), firstWeek.get(userId) ?? Number.POSITIVE_INFINITY));
  }
  const mondays = Array.from({ length: weeks }, (_, index) => mondayOf(now) - (weeks - 1 - index) * WEEK_MS);
  const expected = mondays.map((monday, index) => ({
    week: new Date(monday).toISOString().slice(0, 10),
    size: [...firstWeek.values()].filter((week) => week === monday).length,
    active: mondays.slice(index).map((week) => [...usersOf(between(events, week, week + WEEK_MS))].filter((user) => firstWeek.get(user) === monday).length),
  }));
  expect(answer.weeks).toEqual(expected);
  expect(answer.range).toEqual({ from: mondays[0], to: mondayOf(now) + WEEK_MS, preset: null });
}
