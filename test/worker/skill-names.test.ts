import { env } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import type { Overview } from "../../src/analytics/answers.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { SkillNames } from "../../src/worker/skill-names.ts";
import { createTrackingHandler } from "../../src/worker.ts";
import { countingQueries } from "../support/counting-database.ts";
import { clearEvents, db, handlerOf, migrate, storedEvents } from "../support/database.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12, 34);
const DAY_MS = 86_400_000;
const options = { hashSecret: HASH_SECRET, now: NOW };

beforeAll(migrate);
beforeEach(clearEvents);

const named = (prefix: string, count: number, startedAt = NOW) => Array.from({ length: count }, (_, index) => ({ skill: `${prefix}${index}`, id: `${prefix}${index}`, startedAt }));
const skillsOf = async (): Promise<Map<string, number>> => {
  const rows = await storedEvents();
  return new Map([...Map.groupBy(rows, (row) => String(row["skill"]))].map(([skill, group]) => [skill, group.length]));
};

describe("a day with more names of skills than the bound", () => {
  it("keeps the first, stores calls of the others as other with their name, and the answer counts them", async () => {
    const handler = handlerOf({ maxSkillsPerDay: 3, metadata: ["words"], now: () => NOW });
    expect(await (await handler.track({ events: named("first", 3) })).json()).toEqual({ accepted: 3, duplicates: 0, rejected: [], serverTime: NOW });
    const junk = [...named("junk", 2), { skill: "first1", id: "again" }, { skill: "other", id: "mine" }, { skill: "junk9", id: "with", metadata: { _skill: "forged", words: 12 } }];
    expect(await (await handler.track({ events: junk })).json()).toEqual({ accepted: 5, duplicates: 0, rejected: [], folded: 3, serverTime: NOW });
    expect(await skillsOf()).toEqual(new Map([["first0", 1], ["first1", 2], ["first2", 1], ["other", 4]]));
    const metadata = new Map((await storedEvents()).map((row) => [row["event_id"], row["metadata"]]));
    expect([metadata.get("junk0"), metadata.get("with"), metadata.get("mine")]).toEqual(['{"_skill":"junk0"}', '{"_skill":"junk9","words":12}', null]);
  });

  it("is the only one that says so: a name that a client sets is not taken for that of a call past the bound", async () => {
    const handler = handlerOf({ metadata: "all", now: () => NOW });
    const metadata = { _skill: "forged", words: 12 };
    const forged = [{ skill: "other", id: "1", metadata }, { skill: "a", id: "2", metadata }, { skill: "a", id: "3", metadata: { _skill: null } }];
    expect(await (await handler.track({ events: forged })).json()).toEqual({ accepted: 3, duplicates: 0, rejected: [], serverTime: NOW });
    expect((await storedEvents()).map((row) => row["metadata"])).toEqual(['{"words":12}', '{"words":12}', null]);
    const { summary }: Overview = await (await handler.read("/analytics/overview")).json();
    expect([summary.calls, summary.foldedCalls]).toEqual([3, 0]);
  });

  it("shows in every answer how many calls stand under other, from events and from roll-ups alike", async () => {
    const handler = handlerOf({ maxSkillsPerDay: 3, now: () => NOW });
    const foldedCalls = async (): Promise<unknown> => {
      const { summary, tools }: Overview = await (await handler.read("/analytics/overview")).json();
      return [summary.calls, summary.foldedCalls, tools.find(({ skill }) => skill === "other")?.foldedCalls];
    };
    const [yesterday, mine] = [NOW - DAY_MS, { skill: "other", id: "mine", startedAt: NOW - DAY_MS, metadata: { words: 1 } }];
    await handler.track({ events: [...named("first", 3, yesterday), ...named("junk", 7, yesterday), mine] });
    expect(await foldedCalls()).toEqual([11, 7, 7]);
    await rollUp(db, NOW);
    expect(await foldedCalls()).toEqual([11, 7, 7]);
  });

  it("writes no row more for it, and a retry still finds itself", async () => {
    const skillNames = new SkillNames(3);
    await ingestEvents(db, [{ skill: "a", startedAt: NOW }], options, undefined, skillNames);
    const junk = named("junk", 50);
    expect((await ingestEvents(db, junk, options, undefined, skillNames)).cost.rowsWritten).toBe(50);
    expect(await ingestEvents(db, junk, options, undefined, skillNames)).toMatchObject({ cost: { rowsWritten: 0 }, result: { accepted: 0, duplicates: 50 } });
  });

  it("leaves other days alone", async () => {
    const skillNames = new SkillNames(2);
    await ingestEvents(db, named("a", 4), options, undefined, skillNames);
    expect((await ingestEvents(db, named("b", 2, NOW - DAY_MS), options, undefined, skillNames)).result.folded).toBeUndefined();
  });

  it("scrubs the name in the metadata as any text there", async () => {
    const skillNames = new SkillNames(1);
    await ingestEvents(db, [{ skill: "a", id: "1" }, { skill: "mail jane@example.com", id: "2" }], options, undefined, skillNames);
    expect((await storedEvents()).map((row) => row["metadata"])).toEqual([null, '{"_skill":"mail [email]"}']);
  });
});

describe("several instances of the Worker", () => {
  it("know of each other's names from the roll-ups, and the bound holds but for what each takes on trust", async () => {
    const hourAgo = NOW - 3_600_000;
    for (let instance = 0; instance < 4; instance++) await ingestEvents(db, named(`n${instance}-`, 10, hourAgo), options, undefined, new SkillNames(40));
    await rollUp(db, NOW);
    const fresh = new SkillNames(40);
    // Four names are a tenth of the bound: until then an instance asks nobody.
    await ingestEvents(db, named("new", 5), options, undefined, fresh);
    expect((await ingestEvents(db, named("newer", 5), options, undefined, fresh)).result.folded).toBe(5);
    // A name that another instance took is known.
    expect((await ingestEvents(db, [{ skill: "n2-7" }], options, undefined, fresh)).result.folded).toBeUndefined();
    expect((await skillsOf()).size).toBe(46);
  });

  it("keep yesterday's skills, however much junk comes before them today", async () => {
    const skillNames = new SkillNames(20);
    await ingestEvents(db, named("real", 10, NOW - DAY_MS), options);
    await rollUp(db, NOW);
    await ingestEvents(db, named("junk", 30), options, undefined, skillNames);
    expect((await ingestEvents(db, named("real", 10), options, undefined, skillNames)).result.folded).toBeUndefined();
    expect((await ingestEvents(db, named("more", 5), options, undefined, skillNames)).result.folded).toBe(5);
  });

  it("keep yesterday's skills though other instances took more names today than an instance learns", async () => {
    await ingestEvents(db, named("real", 10, NOW - DAY_MS), options);
    for (let instance = 0; instance < 3; instance++) await ingestEvents(db, named(`junk${instance}-`, 20, NOW - 3_600_000), options, undefined, new SkillNames(20));
    await rollUp(db, NOW);
    const fresh = new SkillNames(20);
    await ingestEvents(db, named("new", 20), options, undefined, fresh);
    expect((await ingestEvents(db, named("real", 10), options, undefined, fresh)).result.folded).toBeUndefined();
  });

  it("learn again after ten minutes, when names come that they do not know", async () => {
    const skillNames = new SkillNames(10);
    const queriesOf = async (prefix: string, minutes: number): Promise<number> => {
      const counting = countingQueries(db);
      await ingestEvents(counting.db, named(prefix, 3), { hashSecret: HASH_SECRET, now: NOW + minutes * 60_000 }, undefined, skillNames);
      return counting.queries();
    };
    const usual = 3;
    expect(await queriesOf("a", 0)).toBe(usual + 1);
    expect(await queriesOf("b", 9)).toBe(usual);
    expect(await queriesOf("b", 10)).toBe(usual + 1);
    expect(await queriesOf("b", 30)).toBe(usual);
    expect(await queriesOf("c", 30)).toBe(usual + 1);
  });
});

describe("an ordinary project", () => {
  it("pays nothing for it: not a query, not a row read, not a row written", async () => {
    const events = Array.from({ length: 500 }, (_, index) => ({ skill: `s${index % 99}`, id: `e${index}`, startedAt: NOW }));
    const costs = [];
    for (const skillNames of [undefined, new SkillNames(1_000)]) {
      await clearEvents();
      const counting = countingQueries(db);
      const { cost } = await ingestEvents(counting.db, events, options, undefined, skillNames);
      await ingestEvents(counting.db, events, options, undefined, skillNames);
      costs.push({ ...cost, queries: counting.queries() });
    }
    expect(costs[0]).toEqual(costs[1]);
  });

  it("of a few hundred skills pays one more query of the same batch, once", async () => {
    const skillNames = new SkillNames(1_000);
    const counting = countingQueries(db);
    for (let round = 0; round < 5; round++) await ingestEvents(counting.db, named("s", 300), options, undefined, skillNames);
    expect(counting.queries()).toBe(5 * 3 + 1);
  });
});

it("an instance remembers few days, however many an import brings", async () => {
  const skillNames = new SkillNames(1);
  for (let day = 0; day < 30; day++) await ingestEvents(db, named(`d${day}-`, 2, NOW - day * DAY_MS), options, undefined, skillNames);
  expect((await storedEvents()).filter((row) => row["skill"] === "other")).toHaveLength(30);
});

it("events of other days make an instance forget no name of today, so that its bound cannot be passed by them", async () => {
  const skillNames = new SkillNames(3);
  await ingestEvents(db, named("first", 3), options, undefined, skillNames);
  for (let day = 1; day <= 20; day++) await ingestEvents(db, named(`d${day}-`, 1, NOW - day * DAY_MS), options, undefined, skillNames);
  expect((await ingestEvents(db, named("junk", 5), options, undefined, skillNames)).result.folded).toBe(5);
});

it("through OTLP and hooks the bound is the same, and a bound that cannot be is named when the Worker starts", async () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  const handler = handlerOf({ maxSkillsPerDay: 1, now: () => NOW });
  await handler.track({ skill: "first" });
  const hook = { hook_event_name: "PostToolUse", tool_name: "Bash", session_id: "s", tool_use_id: "t", tool_input: {} };
  const response = await handler.fetch(new Request("https://tracker.example/hooks/claude-code", { method: "POST", body: JSON.stringify(hook) }), env);
  expect(response.status).toBe(204);
  expect(await skillsOf()).toEqual(new Map([["first", 1], ["other", 1]]));
  for (const maxSkillsPerDay of [0, 1.5, Number.NaN]) expect(() => createTrackingHandler({ maxSkillsPerDay })).toThrow(/maxSkillsPerDay/);
  vi.restoreAllMocks();
});
