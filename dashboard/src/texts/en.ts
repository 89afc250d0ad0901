/**
 * Every English text of the page. Numbers and dates come formatted by `Intl` in the reader's locale; a text decides where
 * they stand, in which form of plural, and how units are called.
 */
import type { DurationFigures, LossFigures, RetentionDay, TimePoint } from "../../../src/analytics/answers.ts";
import { countOf, formatAge, formatCount, formatDay, formatDuration, formatMinute, formatPeriodStart, formatRate, type UnitWords } from "../format.ts";
import type { Comparison, Dimension, Place, Preset, SortKey, View } from "../state.ts";
import type { Outcome, ThemeChoice } from "../theme.ts";

/** A sentence with elements inside. */
type Sentence = readonly (Node | string)[];

const presets: Readonly<Record<Preset, { name: string; before: string }>> = {
  "24h": { name: "the last 24 hours", before: "the 24 hours before" },
  "7d": { name: "the last 7 days", before: "the 7 days before" },
  "30d": { name: "the last 30 days", before: "the 30 days before" },
  "90d": { name: "the last 90 days", before: "the 90 days before" },
};

const OF_LOSS: readonly [reason: keyof LossFigures["reasons"], why: string][] = [
  ["queue_full", "as the queue was full"],
  ["network", "as the Worker could not be reached"],
  ["refused_by_server", "refused by the Worker"],
  ["too_large", "too large"],
  ["unserializable", "that are no JSON"],
  ["before_send", "as beforeSend failed"],
  ["options", "without a valid address to send to"],
];

const comparisons: Readonly<Record<Comparison, string>> = {
  before: "The range just before",
  "1w": "One week earlier",
  "4w": "Four weeks earlier",
  "52w": "52 weeks earlier",
};

const views: Readonly<Record<View, string>> = { overview: "Overview", skill: "Skill", errors: "Errors", people: "People", explore: "Explore" };

const dimensions: Readonly<Record<Dimension, string>> = { skill: "Skill", version: "Version", source: "Source", variant: "Variant", outcome: "Outcome" };

const outcomes: Readonly<Record<Outcome, string>> = { ok: "OK", error: "Error", timeout: "Timeout", cancelled: "Cancelled", refused: "Refused" };

const skillColumns: Readonly<Record<SortKey, string>> = {
  skill: "Skill",
  calls: "Calls",
  successRate: "Success rate",
  errors: "Failures",
  p50: "p50",
  p95: "p95",
  p99: "p99",
  users: "People",
  lastUsedAt: "Last used",
};

const peopleCards: Readonly<Record<string, { title: string; note: string }>> = {
  dau: { title: "Active in a day (DAU)", note: "people, on the last day shown" },
  wau: { title: "Active in 7 days (WAU)", note: "people, that day and the 6 before" },
  mau: { title: "Active in 30 days (MAU)", note: "people, that day and the 29 before" },
  stickiness: { title: "Stickiness", note: "DAU ÷ MAU" },
  "new-users": { title: "New people", note: "first call in this range" },
  "without-user": { title: "Without a person", note: "share of the calls of this range" },
};

/** In place of a label that a call did not give. */
const notSaid = "not said";

export const en = {
  comparisons,
  views,
  dimensions,
  outcomes,
  skillColumns,
  peopleCards,

  units: {
    duration: { ms: "ms", s: "s", min: "min", h: "h", d: "d" },
    age: {
      s: (count) => `${formatCount(count)} sec`,
      min: (count) => `${formatCount(count)} min`,
      h: (count) => `${formatCount(count)} hr`,
      d: (count) => countOf(count, "day"),
    },
  } satisfies UnitWords,

  // The page.
  skipLink: "Skip to the figures",
  viewsLabel: "Views",
  rangeLabel: "Range",
  presetLabel: (preset: Preset) => `Last ${presets[preset].name.replace("the last ", "")}`,
  customRange: "Dates",
  rangeForm: { from: "From (UTC day)", to: "To, included", compare: "Compare with", apply: "Show", order: "The first day comes after the last.", tooLong: (days: number) => `A range holds at most ${formatCount(days)} days.` },
  addFilter: "Filter",
  filterForm: { dimension: "What", value: "Is exactly", add: "Add", empty: "Empty means: not said." },
  filtersLabel: "Filters",
  clearFilters: "Remove all",
  removeFilter: (dimension: Dimension, value: string) => `Remove the filter ${dimensions[dimension]}: ${value === "" ? notSaid : value}`,
  idleFilter: (dimension: Dimension) => (dimension === "skill" ? "This page is about one skill; the filter waits for the others." : "Outcomes are chosen in Explore."),
  refresh: "Refresh",
  retry: "Retry",
  retryPanel: (title: string) => `Retry: ${title}`,
  theme: (chosen: ThemeChoice) => `Theme: ${chosen}`,
  help: "Help",
  back: "All skills",
  copied: "Copied",
  selectToCopy: "Select the text to copy it",
  shareForm: {
    title: "Share",
    copy: "Copy link",
    copyNote: "For those who have a key:",
    label: "For those who have none, for",
    days: (days: number) => countOf(days, "day"),
    make: "Make a link",
    note: "It shows this range with these filters, no single calls, and nothing about fewer than five people.",
    address: "Link",
    made: "Whoever has this link can read the figures until it ends.",
  },
  sharedUntil: (at: number) => `A shared view, until ${formatMinute(at)}. Single calls and other ranges are no part of it.`,
  suppressed: (minGroup: number) => `What is about fewer than ${formatCount(minGroup)} people is left out here, and what would give it away.`,
  withheld: "Not part of this view.",
  changeAddress: "Change address",
  changeKey: "Change key",
  trackerAt: "Tracker: ",
  unknown: "unknown",
  notSaid,
  loading: "Loading…",
  notLoaded: "Not loaded.",
  documentTitle: (view: View, skill: string | null, range: string) => `${skill ?? views[view]} · ${range} · Track-Skills`,
  rangeName: (range: Place["range"]) => ("preset" in range ? presets[range.preset].name.replace("the last ", "") : `${formatDay(range.from)} – ${formatDay(range.to)}`),
  period: (span: string, comparison: string, hasEnded: boolean) => `${span}, compared with ${hasEnded ? "" : "as much of "}${comparison}`,
  comparison: ({ range, comparison }: Place) => {
    if (comparison !== "before") return `the same ${"preset" in range && range.preset === "24h" ? "hours" : "days"} ${comparisons[comparison].toLowerCase()}`;
    return "preset" in range ? presets[range.preset].before : "the same number of days before";
  },
  localHours: "your time",
  utcDays: "UTC days",
  updated: (ageMs: number) => `Updated ${formatAge(ageMs)} ago`,
  stale: (ageMs: number) => `Stale: from ${formatAge(ageMs)} ago`,
  offline: (ageMs: number | null) => (ageMs === null ? "Offline" : `Offline: figures from ${formatAge(ageMs)} ago`),
  banner: (reason: string, hasFigures: boolean) => `The figures could not be loaded. ${reason}${hasFigures ? " Those below came before." : ""}`,
  panelFailed: (reason: string) => `This panel could not be drawn: ${reason}`,
  showData: "Show data",
  legend: "Shown in the chart",
  tableOf: (what: string) => `Table: ${what}`,
  dataOf: (title: string) => `${title}, data`,
  saveCsv: "Save as CSV",
  budgetSpent: (budget: number | null, resetsAt: number) =>
    `Today's budget${budget === null ? "" : ` of ${formatCount(budget)} rows written`} is spent: calls are not recorded until 00:00 UTC (${formatPeriodStart(resetsAt, "hour")} your time).`,
  budgetAdvice: "The figures up to the moment it was spent are complete. To record more, raise dailyRowsWrittenBudget in the options of the Worker.",
  costToday: (read: number, written: number, budget: number | null) =>
    `D1 today (UTC): ${formatCount(read)} rows read, ${formatCount(written)} rows written${budget === null ? "" : ` of ${formatCount(budget)} budgeted`}.`,

  // What went wrong with a request.
  failures: {
    label: "Failures",
    timeout: (base: string, seconds: number) => `${base} did not answer within ${formatCount(seconds)} seconds.`,
    offline: "This device is offline.",
    unreachable: (base: string) => `${base === "" ? "This page's own address" : base} could not be reached.`,
    keyRefused: "The key was not accepted.",
    noTracker: (base: string, status: number) => `${base} answered, but not as a tracker (status ${status}).`,
    status: (base: string, status: number) => `${base} answered with status ${status}.`,
    problem: (said: string, status: number) => `${said} (status ${status})`,
    notOurs: (base: string, origin: string) => `${base} is a tracker but does not let this page read it: add ${origin} to its dashboardOrigins.`,
  },

  // Prompts.
  keyPrompt: {
    title: "Analytics key",
    label: "Key",
    note: ["It is the tracker's ", "TRACK_ANALYTICS_KEY", ", and is sent to ", " only."],
    remember: "Remember on this device",
    submit: "Show the figures",
    cancel: "Cancel",
    another: "Enter another key.",
    refused: "This key was not accepted. Enter another one.",
    needed: "This tracker shows its figures to holders of its key.",
    unusable: "A key has no spaces and only plain letters, digits and signs.",
  },
  addressPrompt: {
    title: "Address of the tracker",
    label: "Address",
    note: ["Where the Worker answers ", "/api/health", ", such as ", "https://track-skills.example.workers.dev", ". It is remembered on this device."],
    submit: "Use this address",
    cancel: "Cancel",
    again: "Try again",
    another: "Enter the address of a tracker.",
    where: (reason: string) => `${reason} Where is the tracker?`,
    asking: (base: string) => `Asking ${base} …`,
    unusable: "That is no address: it should look like https://track-skills.example.workers.dev.",
  },

  // Instead of the panels.
  empty: {
    noEvent: "No call has arrived yet",
    noCalls: (range: string) => `No calls in ${range}`,
    ready: "The tracker is ready. Wrap a skill, or send a first call by hand; it appears here by itself.",
    wrapLabel: "Code that wraps a skill",
    curlLabel: "Command that sends a first call",
    copy: "Copy",
    sendTest: "Send a test event",
    testSent: "Sent. It appears in a moment.",
    testNeedsKey: "This tracker asks senders for TRACK_INGEST_KEY, which this page does not know: use the command below with the key.",
    testFailed: (reason: string) => `Not sent: ${reason}`,
    keyNote: ["Where TRACK_INGEST_KEY is set, give the client ", 'key: "…"', ", and the command ", "-H 'Authorization: Bearer KEY'", "."],
    waiting: "Waiting for the first call …",
    latest: ["The latest call began ", "."],
    stillSending: "Is the client still sending to this tracker? Its address stands at the foot of this page.",
    further: "Look further back:",
    showRange: (preset: Preset) => `Show ${presets[preset].name}`,
    filtered: "No call of this range meets the filters.",
  },

  // Help.
  helpTitle: "Keyboard and figures",
  shortcuts: [
    ["/", "Search the skills"],
    ["r", "Choose the range"],
    ["f", "Add a filter"],
    ["t", "Change the theme"],
    ["?", "This help"],
  ] as const,
  shortcutsOn: "Single keys are shortcuts",
  helpNotes: [
    "Days begin at 00:00 UTC; hover over a day or a time for your own clock.",
    "Success rate = OK ÷ (OK + error + timeout). Cancelled and refused calls are decisions of people and count for neither side.",
    "p50, p95 and p99 are within 2\u00A0% of the true value. A range beside a rate is its 95\u00A0% interval: with few calls it is wide.",
    "≈ marks an estimate of people, as a rule within 3\u00A0%.",
  ],
  close: "Close",

  // Words that panels share.
  calls: "Calls",
  noCalls: "No calls in this range.",
  noFailures: "No call failed in this range.",
  noDurations: "No call of this range has a duration.",
  noPeople: "No call of these days names a person. Send userId with the events to see how many people come back.",
  peopleOfOneDay: "known for one day at a time",
  namesNobody: "no call names a person",
  noCallsBefore: "no calls before",
  valueBefore: (value: string) => `${value} before`,
  noChange: "no change",
  points: (difference: string) => `${difference} points`,
  comparedWith: (before: string) => `Compared with ${before}`,
  changeVerdict: (tone: "good" | "bad" | "none", before: string) => `${tone === "none" ? "" : tone === "good" ? ", better" : ", worse"} than in ${before}`,
  hourColumn: "Hour (your time)",
  dayColumn: "Day (UTC)",
  soFar: "so far",
  beginsLocally: (instant: string) => `begins ${instant}, your time`,
  durationAxis: "Duration (logarithmic)",
  trendColumn: "Trend",
  errorColumn: "Failure",
  countColumn: "Count",
  firstColumn: "First in range",
  lastColumn: "Last in range",
  ago: (age: string) => `${age} ago`,
  isNew: "new",
  isNewTitle: (before: string) => `Not seen in ${before}`,
  intervalTitle: "95\u00A0% interval (Wilson): the true rate lies in it as a rule",
  noErrorType: "without a type",
  about: "about ",
  estimateTitle: "An estimate, as a rule within 3\u00A0%",
  less: "Less",

  cards: {
    calls: "Calls",
    "success-rate": "Success rate",
    errors: "Failures",
    p50: "Typical duration (p50)",
    p95: "Slow calls (p95)",
    users: "People",
  },

  panels: {
    figures: { title: "Figures", question: "How is it going, and is that better or worse than before?" },
    changes: { title: "What changed", question: "What is different from the range before?" },
    activity: { title: "Calls and failures over time", question: "When is it used, and when does it fail?" },
    skillTable: { title: "Skills", question: "Which skill is used, which fails, which is slow, which is forgotten?" },
    recentErrors: { title: "Latest failures", question: "What went wrong last?" },
    skillOutcomes: { title: "Outcomes over time", question: "How do its calls end?" },
    histogram: { title: "How long calls take", question: "Is it mostly fast, or fast and slow by turns?" },
    durations: { title: "Durations over time", question: "Does it get slower?" },
    skillErrors: { title: "Failures that say the same", question: "With what does it fail, and since when?" },
    versions: { title: "Versions", question: "Is the new version better?" },
    sources: { title: "Sources", question: "Where do the calls come from?" },
    hours: { title: "Hours of the week (UTC)", question: "When is it called? Calls by weekday and hour, in UTC." },
    skillCalls: { title: "Latest calls", question: "What was called last, and what was recorded beside it?" },
    exploreOutcomes: { title: "Calls by outcome", question: "How do calls end? Choose outcomes, skills and versions with filters." },
    exploreCalls: { title: "Calls", question: "Which calls were these?" },
    errorGroups: { title: "Failures that say the same", question: "What fails most, since when, and for how many people? Choose one to see examples." },
    latestFailures: { title: "Latest failures", question: "What went wrong last?" },
    examples: { title: "Examples of the chosen failure", question: "What did single calls say?" },
    peopleFigures: { title: "People", question: "How many people come?" },
    people: { title: "Active people", question: "How many people come, and do they come back?" },
    newPeople: { title: "New and returning", question: "How many of them are here for the first time?" },
    cohorts: { title: "Weekly cohorts", question: "Of the people whose first call was in a week, how many called again in the weeks after? Weeks begin on Monday, UTC." },
  },

  // Sentences of panels.
  lost: (events: number, reasons: LossFigures["reasons"]) => {
    const parts = OF_LOSS.flatMap(([reason, why]) => (reasons[reason] === undefined ? [] : `${formatCount(reasons[reason])} ${why}`));
    return `${countOf(events, "call")} of this range, of whichever skill, ${events === 1 ? "is" : "are"} missing here: ${parts.join(", ")}.`;
  },
  nothingToCompare: "Nothing to compare yet.",
  mostChanges: (count: number) => `The ${count} most important. What else changed, the table of skills shows.`,
  nothingChanged: (before: string) => `Nothing stands out against ${before}.`,
  changes: {
    newError: (skill: Node, type: Node, count: number): Sentence => [skill, " fails in a new way: ", type, ` (${countOf(count, "time")}).`],
    moreFailures: (skill: Node, now: number, before: number): Sentence => [skill, ` fails more often: ${formatRate(now)} succeed, ${formatRate(before)} before.`],
    fewerFailures: (skill: Node, now: number, before: number): Sentence => [skill, ` fails less often: ${formatRate(now)} succeed, ${formatRate(before)} before.`],
    slower: (skill: Node, now: number, before: number): Sentence => [skill, ` is slower: p95 ${formatDuration(now)}, ${formatDuration(before)} before.`],
    faster: (skill: Node, now: number, before: number): Sentence => [skill, ` is faster: p95 ${formatDuration(now)}, ${formatDuration(before)} before.`],
    quiet: (skill: Node, age: string, before: number): Sentence => [skill, ` has gone quiet: not called for ${age}, ${countOf(before, "call")} before.`],
    newSkill: (skill: Node, calls: number): Sentence => [skill, ` is new: ${countOf(calls, "call")}.`],
  } satisfies Record<string, (...parts: never[]) => Sentence>,
  activityColumns: ["Calls", "Failures", "People"],
  activitySentence: (calls: number, errors: number, interval: "hour" | "day", when: string, most: number) =>
    `${countOf(calls, "call")}, of which ${formatCount(errors)} failed; the busiest ${interval} was ${when} with ${countOf(most, "call")}.`,
  outcomesSentence: (totals: readonly { outcome: Outcome; calls: number }[]) => {
    const all = totals.reduce((sum, { calls }) => sum + calls, 0);
    const parts = totals.filter(({ calls }) => calls > 0).map(({ outcome, calls }) => `${outcomes[outcome].toLowerCase()} ${formatCount(calls)} (${formatRate(calls / all)})`);
    return `${countOf(all, "call")}: ${parts.join(", ")}.`;
  },
  durationsSentence: (when: string, { p50, p95, p99 }: TimePoint) => `Latest, ${when}: half of the calls took up to ${formatDuration(p50)}, 95\u00A0% up to ${formatDuration(p95)}, 99\u00A0% up to ${formatDuration(p99)}.`,
  durationsOfAll: "Durations are of calls of all outcomes together.",
  histogramSentence: ({ p50, p95, p99 }: DurationFigures) => `Half of the calls took up to ${formatDuration(p50)}, 95\u00A0% up to ${formatDuration(p95)}, 99\u00A0% up to ${formatDuration(p99)}.`,
  histogramColumns: ["Duration", "Calls", "Share"],
  searchSkills: "Search",
  noSkillFound: "No skill has this in its name.",
  showAllSkills: (count: number) => `Show all ${formatCount(count)} skills`,
  foldedCalls: (calls: number) =>
    `${countOf(calls, "call")} of rarely called skills ${calls === 1 ? "stands" : "stand"} under “other”: an hour or a day keeps its ${formatCount(1_000)} largest combinations of skill, version, source and variant.`,
  failuresWithShare: (errors: number, share: number) => `${formatCount(errors)} (${formatRate(share)} of all)`,
  notCalledFor: (age: string) => `not called for ${age}`,
  groupsShown: (shown: number, total: number) => (shown === total ? `${countOf(total, "group")}, most frequent first.` : `The ${formatCount(shown)} most frequent of ${formatCount(total)} groups.`),
  showGroups: (count: number) => `Show ${formatCount(count)} groups`,
  chooseGroup: "Choose a failure below to see what single calls said.",
  allErrors: "All failures, grouped",
  callTable: "single calls",
  callColumns: { time: "Time", skill: "Skill", outcome: "Outcome", duration: "Duration", error: "Failure", version: "Version", source: "Source", metadata: "Metadata" },
  noneYetFurther: "None in the newest calls; there are older ones.",
  older: "Older",
  olderFailed: (reason: string) => `Older: ${reason} Try again.`,
  breakdownColumns: ["Calls", "Success rate", "Failures", "p50", "p95", "p99", "People", "Last used"],
  lastUsed: (at: number | null, now: number) => (at === null ? "Not called in this range." : `Last called ${formatAge(now - at)} ago.`),
  returning: (returning: number, users: number, before: string) => `${formatCount(returning)} of ${countOf(users, "person", "people")} also called it in ${before}.`,
  withoutUser: (share: number) => `${formatRate(share)} of the calls name no person.`,
  weekdayColumn: "Day",
  hourTitle: (weekday: string, hour: string, local: string, calls: number) => `${weekday} ${hour} UTC (${local}, your time): ${countOf(calls, "call")}`,
  peopleSentence: (day: string, { dau, wau, mau, usersApproximate }: RetentionDay, stickiness: number | null) =>
    `On ${day} (UTC): ${usersApproximate ? "about " : ""}${countOf(dau, "person", "people")} that day, ${formatCount(wau)} within 7 days and ${formatCount(mau)} within 30${stickiness === null ? "" : `; stickiness (DAU ÷ MAU) is ${formatRate(stickiness)}`}.`,
  peopleColumns: ["Day (UTC)", "That day", "7 days", "30 days", "New", "Calls without a person"],
  activeLines: ["That day (DAU)", "7 days (WAU)", "30 days (MAU)"],
  newPeopleSentence: (people: number | null, days: number) =>
    people === null ? "On some days the new people are too few to be shown." : `${countOf(people, "person", "people")} called for the first time within ${countOf(days, "day")}.`,
  newPeopleColumns: ["Day (UTC)", "New", "Returning"],
  cohortsOf: (weeks: number, hasFilters: boolean) => `The last ${countOf(weeks, "week")}, whatever the range.${hasFilters ? " All people, whatever the filters." : ""}`,
  cohortColumns: { week: "Week of first call", people: "People", after: (week: number) => (week === 0 ? "Week 0" : `+${formatCount(week)}`) },
  cohortTitle: (week: string, after: number, people: number, size: number) => `Of ${countOf(size, "person", "people")} who came first in the week of ${week}, ${formatCount(people)} called ${after === 0 ? "that week" : `${countOf(after, "week")} later`}.`,
};

