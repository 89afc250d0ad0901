/**
 * What of each answer is about too few people: one function a question, for readers who may not see small groups.
 *
 * Rows and points are left out, figures are absent, and tables that do not know how many people each of their cells is about
 * (hours of the week, bins, trends, types of errors) are left out whole: counting people for each would make every answer
 * dearer for all readers. `null` stands for an answer that is about too few people as a whole.
 */
import { dateOf, DAY_MS } from "../rollup/scope.ts";
import type * as answers from "./answers.ts";
import { type Group, hiddenGroups, type Line, type Suppression } from "./small-groups.ts";

/** What is left of an answer. */
type Shown = answers.Envelope & Readonly<Record<string, unknown>>;

export function summaryWithout(answer: answers.Summary, suppression: Suppression): Shown | null {
  return suppression.isSmall(answer.users) ? null : { ...previousWithout(answer, suppression) };
}

export function toolsWithout(answer: answers.ToolStats, suppression: Suppression): Shown {
  return { ...answer, tools: toolRows(answer.tools, suppression) };
}

export function skillWithout(answer: answers.SkillReport, suppression: Suppression): Shown | null {
  const { summary } = answer;
  if (suppression.isSmall(summary.users)) return null;
  const grouped = answer.errorGroups.reduce((sum, { count }) => sum + count, 0);
  const shown = {
    ...answer,
    returningUsers: returningWithout(answer, suppression),
    summary: previousWithout(summary, suppression),
    points: pointsWithout(answer, suppression),
    versions: suppression.rows("versions", answer.versions.map(groupOfUsers)),
    sources: suppression.rows("sources", answer.sources.map(groupOfUsers)),
    errorGroups: errorGroupsWithout("errorGroups", answer.errorGroups, summary.users !== 0 && grouped < summary.errors, suppression),
    calls: suppression.noCalls("calls", answer.calls),
  };
  if (summary.users === 0) return shown;
  return {
    ...shown,
    histogram: suppression.none("histogram", answer.histogram),
    hours: suppression.none("hours", answer.hours),
    errorTypes: suppression.none("errorTypes", answer.errorTypes),
  };
}

export function retentionWithout(answer: answers.RetentionStats, suppression: Suppression): Shown {
  const days = answer.days.map(groupOfDay);
  return { ...answer, ...daysWithout(answer, days, hiddenGroups(linesOfDays(days, answer.range), suppression.minGroup), suppression) };
}

/** A cohort's week whose people of a later week are too few, or all but too few, has `null` there. */
export function cohortsWithout(answer: answers.Cohorts, suppression: Suppression): Shown {
  const weeks = suppression.rows("weeks", answer.weeks.map((week) => ({ item: week, people: week.size, calls: week.size })));
  return {
    ...answer,
    weeks: weeks.map((week) => {
      const active = week.active.map((people) => (suppression.isSmall(people) || suppression.isSmall(week.size - people) ? null : people));
      suppression.count("active", active.filter((people) => people === null).length);
      return { ...week, active };
    }),
  };
}

export function errorsWithout(answer: answers.RecentErrors, suppression: Suppression): Shown {
  return {
    ...answer,
    errors: suppression.noCalls("errors", answer.errors),
    groups: errorGroupsWithout("groups", answer.groups, answer.groups.length < answer.groupsTotal, suppression),
    // The cursor of a list names a call.
    cursor: null,
  };
}

/** A skill's points would need two totals each to hold, those of its row and of its moment: a reader asks for one skill instead. */
export function timeSeriesWithout(answer: answers.TimeSeries, suppression: Suppression): Shown {
  const { series, ...rest } = answer;
  return { ...rest, points: pointsWithout(answer, suppression), ...(series !== undefined && { series: suppression.none("series", series) }) };
}

export function overviewWithout(answer: answers.Overview, suppression: Suppression): Shown | null {
  const { summary, retention, timeseries } = answer;
  if (suppression.isSmall(summary.users)) return null;
  const days = (retention?.days ?? []).map(groupOfDay);
  const points = timeseries.points.map(groupOfUsers);
  const hidden = hiddenGroups<unknown>([...linesOfDays(days, answer.range), ...linesOfPoints(points, days.filter((day) => isWithin(day, answer.range)))], suppression.minGroup);
  const shown = {
    ...answer,
    summary: previousWithout(summary, suppression),
    tools: toolRows(answer.tools, suppression),
    timeseries: { ...timeseries, points: suppression.shown("points", points, hidden) },
    retention: retention === null ? null : daysWithout(retention, days, hidden, suppression),
    errors: suppression.noCalls("errors", answer.errors),
  };
  if (summary.users === 0 && summary.previous.users === 0) return shown;
  return {
    ...shown,
    quietSkills: suppression.none("quietSkills", answer.quietSkills),
    changes: suppression.none("changes", answer.changes),
    sources: suppression.none("sources", answer.sources),
    versions: suppression.none("versions", answer.versions),
    variants: suppression.none("variants", answer.variants),
  };
}

/** For answers of single calls alone: each is about one person, or nobody. */
export function nothingWithout(): null {
  return null;
}

/** For answers that are about no people. */
export function allWithout<Answer>(answer: Answer): Answer {
  return answer;
}

/** A figure that is left out keeps its name, without a value: JSON drops it, and what a share withholds is told by names. */
function previousWithout<Figures extends { previous: { users: number | null } }>(figures: Figures, suppression: Suppression): Figures | (Omit<Figures, "previous"> & { previous: undefined }) {
  if (!suppression.hidesComparison && !suppression.isSmall(figures.previous.users)) return figures;
  suppression.count("previous", 1);
  return { ...figures, previous: undefined };
}

/** People who came back, and so those who did not. */
function returningWithout({ returningUsers, summary: { users } }: answers.SkillReport, suppression: Suppression): number | null | undefined {
  if (returningUsers === null || users === null) return returningUsers;
  if (!suppression.hidesComparison && !suppression.isSmall(returningUsers) && !suppression.isSmall(users - returningUsers)) return returningUsers;
  suppression.count("returningUsers", 1);
  return undefined;
}

function toolRows(tools: readonly answers.ToolFigures[], suppression: Suppression): object[] {
  const now = tools.map(groupOfUsers);
  const before = tools.flatMap((tool) => (tool.previous === null ? [] : [{ item: tool, people: peopleOf(tool.previous), calls: tool.previous.calls }]));
  const shown = suppression.rows("tools", now);
  const isShown = new Set(shown);
  const hidden = hiddenGroups([{ groups: before }], suppression.minGroup, before.filter(({ item }) => suppression.hidesComparison || !isShown.has(item)));
  const withoutPrevious = new Set([...hidden].map(({ item }) => item));
  return shown.map((tool) => {
    const isHidden = withoutPrevious.has(tool);
    suppression.count("previous", isHidden ? 1 : 0);
    const figures = isHidden ? { ...tool, previous: undefined } : tool;
    if (tool.users === 0) return figures;
    return { ...figures, errorTypes: suppression.none("errorTypes", tool.errorTypes), trend: suppression.none("trend", tool.trend) };
  });
}

/**
 * The message of a group is that of a single call.
 *
 * @param isCut - whether there are more groups than these. The number of all failures is known, so the rest counts as a small group
 */
function errorGroupsWithout(name: string, groups: readonly answers.ErrorGroup[], isCut: boolean, suppression: Suppression): answers.ErrorGroup[] {
  const listed = groups.map((group) => ({ item: group, people: peopleOf(group), calls: group.count }));
  const rest = isCut ? [{ item: null, people: 1, calls: 1 }] : [];
  const shown = suppression.shown(name, listed, hiddenGroups<unknown>([{ groups: [...listed, ...rest] }], suppression.minGroup));
  return shown.map((group) => {
    if (group.users === 0) return group;
    suppression.count("message", group.message === null ? 0 : 1);
    return { ...group, message: null, trend: suppression.none("trend", group.trend) };
  });
}

function pointsWithout({ points }: answers.TimeSeriesFigures, suppression: Suppression): answers.TimePoint[] {
  const groups = points.map(groupOfUsers);
  return suppression.shown("points", groups, hiddenGroups(linesOfPoints(groups, []), suppression.minGroup));
}

/** The sum of days is known where it is that of the range: days at its ends are whole ones in `retention`, and the range may cut them. */
function linesOfDays(days: readonly Group<answers.RetentionDay>[], range: answers.Span): Line<answers.RetentionDay>[] {
  return days.every((day) => isWithin(day, range)) ? [{ groups: days }] : days.map((day) => ({ groups: [day] }));
}

/**
 * The sum of points is known of the range and of each day, from `retention` or a question for that day.
 *
 * @param days - days of the same answer that the range does not cut
 */
function linesOfPoints(points: readonly Group<answers.TimePoint>[], days: readonly Group<answers.RetentionDay>[]): Line<unknown>[] {
  const sums = new Map(days.map((day) => [day.item.day, day]));
  const pointsByDay = new Map<string, Group<answers.TimePoint>[]>();
  for (const point of points) {
    const day = dateOf(point.item.at);
    pointsByDay.set(day, [...(pointsByDay.get(day) ?? []), point]);
  }
  return [{ groups: points }, ...[...pointsByDay].map(([day, groups]) => ({ groups, sum: sums.get(day) }))];
}

function isWithin({ item }: Group<answers.RetentionDay>, { from, to }: answers.Span): boolean {
  const start = Date.parse(item.day);
  return start >= from && start + DAY_MS <= to;
}

/** Newcomers are people too: a day that has few of them goes without that figure. */
function daysWithout(
  figures: answers.RetentionFigures,
  groups: readonly Group<answers.RetentionDay>[],
  hidden: ReadonlySet<Group<unknown>>,
  suppression: Suppression,
): object {
  const newcomers = groups.map((group) => ({ item: group.item, people: group.item.newUsers, calls: group.item.newUsers }));
  const hiddenNewcomers = hiddenGroups([{ groups: newcomers }], suppression.minGroup, newcomers.filter((_, index) => isIn(hidden, groups[index])));
  const withoutNewcomers = new Set([...hiddenNewcomers].map(({ item }) => item));
  const days = suppression.shown("days", groups, hidden).map((day) => {
    if (!withoutNewcomers.has(day)) return day;
    suppression.count("newUsers", 1);
    return { ...day, newUsers: undefined };
  });
  const ofLastDay = isIn(hidden, groups.at(-1)) ? { dau: undefined, wau: undefined, mau: undefined, stickiness: undefined } : {};
  return { ...figures, ...ofLastDay, days };
}

function isIn(hidden: ReadonlySet<Group<unknown>>, group: Group<unknown> | undefined): boolean {
  return group !== undefined && hidden.has(group);
}

function groupOfUsers<Item extends { users: number | null; calls: number }>(item: Item): Group<Item> {
  return { item, people: peopleOf(item), calls: item.calls };
}

/** People whose number is not known count as one: as few as people can be. */
function peopleOf({ users }: { users: number | null }): number {
  return users ?? 1;
}

/** A day without people can still end a week with few: the smallest of its counts is what it is about. */
function groupOfDay(day: answers.RetentionDay): Group<answers.RetentionDay> {
  return { item: day, people: day.dau || day.wau || day.mau, calls: day.calls };
}
