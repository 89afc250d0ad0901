/** `minGroup` from the option to the wire: what readers get who may not see small groups, on a real D1. */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type * as answers from "../../src/analytics/answers.ts";
import { QUESTIONS } from "../../src/analytics/index.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { clearEvents, db, handlerOf, migrate } from "../support/database.ts";
import { makeHistory } from "../support/history.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "../support/secrets.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A Friday. */
const NOW = Date.UTC(2026, 10, 20, 12, 34);

const full = handlerOf({ now: () => NOW });
const strict = handlerOf({ now: () => NOW, minGroup: 5, publicAnalytics: true });

beforeAll(migrate);
beforeEach(clearEvents);
afterEach(() => void vi.restoreAllMocks());

/** What the public reads. */
async function read<Answer>(path: string): Promise<Answer> {
  const response = await strict.read(`/analytics/${path}`, {});
  expect(response.status).toBe(200);
  return response.json();
}

async function readFull<Answer>(path: string): Promise<Answer> {
  return (await full.read(`/analytics/${path}`)).json();
}

async function refusalOf(path: string): Promise<string> {
  const response = await strict.read(`/analytics/${path}`, {});
  const { code }: { code?: string } = await response.json();
  return `${response.status} ${code}`;
}

/** A call of each of some people. */
function people(from: number, to: number, event: object): object[] {
  return Array.from({ length: to - from }, (_, index) => ({ startedAt: NOW, userId: `u${from + index}`, ...event }));
}

async function track(...events: readonly object[][]): Promise<void> {
  const { result } = await ingestEvents(db, events.flat(), { hashSecret: HASH_SECRET, now: NOW });
  expect(result.rejected).toEqual([]);
}

describe("three skills of 3, 7 and 40 people", () => {
  const failure = { skill: "c", version: "2", outcome: "error", errorType: "Marked", errorMessage: "marker of a message", startedAt: NOW - 2 * HOUR_MS };
  beforeEach(() =>
    track(
      people(0, 3, { skill: "a" }),
      people(3, 10, { skill: "b" }),
      people(10, 50, { skill: "c", version: "1", startedAt: NOW - HOUR_MS }),
      people(10, 12, failure),
      people(10, 14, { skill: "c", startedAt: NOW - 30 * HOUR_MS }),
    ),
  );

  it("show the third one alone, and say how many rows and points are missing", async () => {
    const { tools, minGroup, suppressed } = await read<answers.ToolStats>("tools?range=24h");
    expect(tools).toMatchObject([{ skill: "c", users: 40, errorTypes: [], trend: [] }]);
    expect({ minGroup, suppressed }).toEqual({ minGroup: 5, suppressed: { tools: 2, previous: 1, errorTypes: 1, trend: 24 } });
    expect(tools[0]).not.toHaveProperty("previous");
    const { points, suppressed: ofPoints } = await read<answers.TimeSeries>("timeseries?range=24h");
    // 2 people failed two hours ago. The 10 people of this hour go with them, or 52 calls less 10 less 40 would be those 2.
    expect(points.filter(({ calls }) => calls > 0)).toMatchObject([{ at: Date.UTC(2026, 10, 20, 11), calls: 40, users: 40 }]);
    expect(points).toHaveLength(22);
    expect(ofPoints).toEqual({ points: 2 });
  });

  it("are refused where all of the answer is about few: one skill, one version, and any single call", async () => {
    for (const path of ["summary?skill=a", "overview?skill=a", "skill?skill=a", "summary?version=2", "calls", "calls?skill=c"]) expect(await refusalOf(path)).toBe("403 group_too_small");
  });

  it("leave out of one skill what does not say how many people it is about, and what is about few", async () => {
    const report = await read<answers.SkillReport>("skill?skill=c&range=24h");
    expect(report).toMatchObject({ summary: { calls: 42, users: 40 }, versions: [], errorGroups: [], histogram: [], hours: [], errorTypes: [], calls: [] });
    expect(report.suppressed).toEqual({ previous: 1, returningUsers: 1, points: 2, versions: 2, errorGroups: 1, calls: 1, histogram: 1, hours: 7, errorTypes: 1 });
    expect(report).not.toHaveProperty("returningUsers");
  });

  it("hold no message, no label and no change that is told of people who are not counted", async () => {
    const overview = await read<answers.Overview>("overview?range=24h");
    const errors = await read<answers.RecentErrors>("errors?range=24h");
    expect(overview).toMatchObject({ quietSkills: [], changes: [], sources: [], versions: [], variants: [], errors: [] });
    expect(errors).toMatchObject({ errors: [], groups: [], groupsTotal: 1, cursor: null, suppressed: { errors: 1, groups: 1 } });
    expect(JSON.stringify([overview, errors])).not.toMatch(/marker of a message|Marked/);
    // What the owner sees without the option holds both.
    expect(JSON.stringify(await readFull("overview?range=24h"))).toMatch(/Marked.*marker of a message/);
  });

  it("count as few for every reader of a Worker with the option, and for none of one without", async () => {
    const response = await strict.read("/analytics/summary?skill=a");
    expect(response.status).toBe(403);
    expect(await readFull("summary?skill=a")).toMatchObject({ calls: 3, users: 3 });
    expect(await readFull("tools")).not.toHaveProperty("suppressed");
  });

  it("count by the larger of the link's and the Worker's limit for a share link", async () => {
    vi.spyOn(console, "log").mockImplementation(() => {});
    const share = async (minGroup: number): Promise<string> => {
      const init = { method: "POST", body: JSON.stringify({ range: "7d", minGroup }), headers: { Authorization: `Bearer ${ANALYTICS_KEY}` } };
      const { token }: { token: string } = await (await full.fetch(new Request("https://tracker.example/api/share", init), env)).json();
      return token;
    };
    const skillsOf = async (handler: typeof full, token: string): Promise<string[]> => {
      const { tools }: answers.ToolStats = await (await handler.read("/analytics/tools", { Authorization: `Bearer ${token}` })).json();
      return tools.map(({ skill }) => skill);
    };
    expect(await skillsOf(full, await share(0))).toEqual(["c", "b", "a"]);
    expect(await skillsOf(full, await share(3))).toEqual(["c", "b", "a"]);
    expect(await skillsOf(full, await share(5))).toEqual(["c"]);
    expect(await skillsOf(strict, await share(0))).toEqual(["c"]);
    expect(await skillsOf(strict, await share(41))).toEqual([]);
  });
});

describe("errors of 3, 7 and 40 people", () => {
  const failing = (errorType: string) => ({ skill: "s", outcome: "error", errorType });
  const countsOf = ({ groups }: answers.RecentErrors): unknown[] => groups.map(({ errorType, count }) => [errorType, count]);
  beforeEach(() => track(people(0, 40, failing("A")), people(40, 47, failing("B")), people(47, 50, failing("C"))));

  it("show no more of them to whoever asks for fewer groups", async () => {
    for (const groups of [1, 2, 3, 200]) expect([["A", 40]]).toEqual(expect.arrayContaining(countsOf(await read(`errors?groups=${groups}`))));
    expect(countsOf(await read("errors"))).toEqual([["A", 40]]);
  });

  it("do not say how many failures were those of few", async () => {
    const { groups } = await readFull<answers.RecentErrors>("errors");
    const narrowed = await read<answers.RecentErrors>(`errors?fingerprint=${groups.at(-1)?.fingerprint}`);
    expect(narrowed).toMatchObject({ errors: [], groups: [] });
    expect(narrowed.suppressed).toEqual({ groups: 1, errors: 1 });
  });
});

it("groups of errors that one skill's answer cuts off cannot be told from its number of errors", async () => {
  const large = Array.from({ length: 20 }, (_, type) => people(0, 10, { skill: "s", outcome: "error", errorType: `large-${type}` }));
  await track(...large, people(20, 22, { skill: "s", outcome: "error", errorType: "small" }));
  const { summary, errorGroups, suppressed } = await read<answers.SkillReport>("skill?skill=s");
  expect([summary.errors, errorGroups.reduce((sum, { count }) => sum + count, 0)]).toEqual([202, 190]);
  expect(suppressed).toMatchObject({ errorGroups: 1 });
});

it("a comparison with a range that overlaps is left out, or the difference would tell of the hour that only one of them has", async () => {
  const hour = (hours: number) => NOW - hours * HOUR_MS;
  // 20 people, and 2 in the hour before.
  await track(people(0, 20, { skill: "s", startedAt: hour(2) }), people(20, 22, { skill: "s", startedAt: hour(3) }));
  const between = (start: number, comparedStart: number) => `from=${hour(start)}&to=${hour(1)}&compareFrom=${hour(comparedStart)}`;
  expect(await readFull(`summary?${between(2, 3)}`)).toMatchObject({ calls: 20, previous: { calls: 22 } });
  for (const question of ["summary", "tools", "overview", "skill"]) {
    const { suppressed, ...shown } = await read<answers.Envelope>(`${question}?${between(2, 3)}${question === "skill" ? "&skill=s" : ""}`);
    expect(suppressed, question).toHaveProperty("previous");
    expect(JSON.stringify(shown), question).not.toMatch(/"previous"|"returningUsers"/);
  }
  // One that ends before stays.
  await track(people(0, 20, { skill: "s", startedAt: hour(30) }));
  expect(await read(`summary?${between(2, 31)}`)).toMatchObject({ calls: 20, previous: { calls: 20 } });
});

it("cohorts leave out weeks of few, and count neither few who came back nor few who did not", async () => {
  const ofWeeksAgo = (weeks: number) => ({ skill: "s", startedAt: NOW - weeks * 7 * DAY_MS });
  await track(people(0, 20, ofWeeksAgo(3)), people(0, 12, ofWeeksAgo(2)), people(0, 3, ofWeeksAgo(1)), people(0, 18, ofWeeksAgo(0)), people(20, 22, ofWeeksAgo(1)), people(30, 38, ofWeeksAgo(0)));
  const { weeks, suppressed } = await read<answers.Cohorts>("cohorts?weeks=4");
  // The week of 2 goes with that of 8, from which it would follow.
  expect(weeks).toEqual([
    { week: "2026-10-26", size: 20, active: [20, 12, null, null] },
    { week: "2026-11-02", size: 0, active: [0, 0, 0] },
  ]);
  expect(suppressed).toEqual({ weeks: 2, active: 2 });
});

it("retention leaves out days of few, and figures of the last day with it", async () => {
  await track(...[5, 4, 3, 2].map((days, index) => people(index * 10, index * 10 + 8, { skill: "s", startedAt: NOW - days * DAY_MS })), people(0, 2, { skill: "s" }));
  const retention = await read<answers.RetentionStats>("retention?range=7d");
  expect(retention.days.map(({ day, dau, newUsers }) => [day, dau, newUsers])).toEqual([
    ["2026-11-14", 0, 0], ["2026-11-16", 8, undefined], ["2026-11-17", 8, 8], ["2026-11-18", 8, 8], ["2026-11-19", 0, 0],
  ]);
  // The 2 people of the last day take the 8 of 15 November along, and newcomers of that day would follow without those of the next.
  expect(retention.suppressed).toEqual({ days: 2, newUsers: 1 });
  for (const figure of ["dau", "wau", "mau", "stickiness"]) expect(retention).not.toHaveProperty(figure);
});

it("a project that names nobody is shown in full, single calls aside", async () => {
  const calls = [0, 1, 2].map((hours) => ({ skill: "s", version: "1", outcome: "error", errorType: "E", errorMessage: "m", startedAt: NOW - hours * HOUR_MS }));
  await track(calls);
  for (const path of ["summary", "tools", "skill?skill=s", "retention", "cohorts", "errors", "timeseries", "overview"]) {
    const [{ minGroup, suppressed, ...shown }, complete] = await Promise.all([read<answers.Envelope>(path), readFull<answers.Envelope>(path)]);
    const withoutCalls = { ...complete, ...("errors" in complete && Array.isArray(complete.errors) && { errors: [] }), ...("calls" in complete && Array.isArray(complete.calls) && { calls: [] }) };
    expect(shown, path).toEqual(withoutCalls);
    expect(Object.keys(suppressed ?? {}).filter((name) => name !== "errors" && name !== "calls")).toEqual([]);
    expect(minGroup).toBe(5);
  }
});

describe("a random history", () => {
  it.each([["24h", 2, "an hour", 30], ["7d", 2, "an hour", 30], ["7d", 3, "a day", 400], ["30d", 30, "a day", 30]] as const)("hides no hour alone of a day that is shown over %s of %s days with %s of few calls, and no day alone", async (range, historyDays, thin, share) => {
    // One hour of each day, or one day, has one call in so many: alone in it to be about few people.
    const isThin = (at: number): boolean => (thin === "an hour" ? new Date(at).getUTCHours() === 9 : new Date(at).getUTCDate() === 19);
    await track(makeHistory(3_000, historyDays, NOW).filter(({ startedAt }, index) => !isThin(startedAt) || index % share === 0));
    const [shown, complete] = await Promise.all([read<answers.Overview>(`overview?range=${range}`), readFull<answers.Overview>(`overview?range=${range}`)]);
    const [shownDays = [], completeDays = []] = [shown.retention?.days, complete.retention?.days];
    expect(completeDays.length).toBeGreaterThan(0);
    const days = new Set(shownDays.map(({ day }) => day));
    const points = new Set(shown.timeseries.points.map(({ at }) => at));
    const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);
    expect(shown.suppressed?.["points"]).toBeGreaterThan(0);
    const isCut = (day: string): boolean => Date.parse(day) < complete.range.from || Date.parse(day) + DAY_MS > complete.range.to;
    const pointsOf = (day?: string) => complete.timeseries.points.filter(({ at, calls }) => calls > 0 && (day === undefined || dayOf(at) === day));
    // The figures that are missing of each sum which the reader knows.
    const missing = [
      ...completeDays.filter(({ day }) => isCut(day) || days.has(day)).map(({ day }) => pointsOf(day).filter(({ at }) => !points.has(at))),
      pointsOf().filter(({ at }) => !points.has(at)),
      ...(range === "24h" ? [] : [completeDays.filter(({ day, calls }) => calls > 0 && !days.has(day))]),
    ];
    for (const figures of missing) expect(figures).not.toHaveLength(1);
    for (const day of completeDays.filter(({ day, calls }) => calls > 0 && !isCut(day) && !days.has(day))) {
      expect(pointsOf(day.day).every(({ at }) => points.has(at))).toBe(false);
    }
  });

  it("shows nothing about few in any answer, and nothing that the full answer does not say", async () => {
    await track(makeHistory(400, 60, NOW));
    for (const question of Object.keys(QUESTIONS)) {
      for (const range of ["24h", "7d", "30d", "90d"]) {
        const path = `${question}?range=${range}${question === "skill" ? "&skill=skill-0" : ""}`;
        const response = await strict.read(`/analytics/${path}`, {});
        if (response.status === 403) continue;
        const shown: unknown = await response.json();
        expect(smallIn(shown), path).toEqual([]);
        const complete = new Set(entriesOf(await readFull(path)));
        expect(entriesOf(shown).filter((entry) => !complete.has(entry)), path).toEqual([]);
      }
    }
    // The same look finds small groups where they are shown.
    expect(smallIn(await readFull("overview")).length).toBeGreaterThan(10);
  });
});

const COUNTS_OF_PEOPLE = new Set(["users", "dau", "wau", "mau", "newUsers", "returningUsers", "size"]);

/** Counts of 1 to 4 people, anywhere in an answer. */
function smallIn(answer: unknown): string[] {
  return leavesOf(answer).filter(({ name, value }) => COUNTS_OF_PEOPLE.has(name) && typeof value === "number" && value > 0 && value < 5).map(({ name, value }) => `${name}: ${String(value)}`);
}

/** The rows, points and days of an answer, by what they are of, with each of their figures. */
function entriesOf(answer: unknown): string[] {
  const KEYS = ["at", "day", "skill", "week", "version", "source"];
  return objectsOf(answer).flatMap((entry) => {
    const key = KEYS.map((name) => entry[name]).join();
    const figures = Object.entries(entry).filter(([name, value]) => typeof value === "number" && name !== "minGroup");
    return figures.map(([name, value]) => `${key} ${name}=${String(value)}`);
  });
}

function leavesOf(value: unknown): { name: string; value: unknown }[] {
  return objectsOf(value).flatMap((object) => Object.entries(object).map(([name, inner]) => ({ name, value: inner })));
}

/** Every object in a value, save for what is counted as left out. */
function objectsOf(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(objectsOf);
  if (typeof value !== "object" || value === null) return [];
  const object: Record<string, unknown> = { ...value };
  delete object["suppressed"];
  return [object, ...Object.values(object).flatMap(objectsOf)];
}
