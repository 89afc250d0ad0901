import { beforeAll, describe, expect, it } from "vitest";
import { errorGroupsQuery, errorsQuery } from "../../src/analytics/errors.ts";
import { EVENT_COLUMNS } from "../../src/event.ts";
import * as people from "../../src/rollup/people.ts";
import { usageQuery } from "../../src/rollup/usage.ts";
import { DELETE_EVENTS_SQL } from "../../src/worker/clean-up.ts";
import { lastEventQuery } from "../../src/worker/health.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { db, migrate } from "../support/database.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const scope = { from: 0, to: NOW + 1, filters: { skill: null, version: null, source: null, variant: null } };
const period = { ...scope, periodMs: 3_600_000 };

/** Every query, with parameters that find the one stored event. */
const QUERIES = [
  { name: "usage", columns: usageQuery.columns, sql: usageQuery.sql, bound: usageQuery.bind(period) },
  { name: "people", columns: people.peopleQuery.columns, sql: people.peopleQuery.sql, bound: people.peopleQuery.bind(scope) },
  { name: "skill people", columns: people.skillPeopleQuery.columns, sql: people.skillPeopleQuery.sql, bound: people.skillPeopleQuery.bind(scope) },
  { name: "period people", columns: people.periodPeopleQuery.columns, sql: people.periodPeopleQuery.sql, bound: people.periodPeopleQuery.bind(period) },
  {
    name: "skill period people",
    columns: people.skillPeriodPeopleQuery.columns,
    sql: people.skillPeriodPeopleQuery.sql,
    bound: people.skillPeriodPeopleQuery.bind(period),
  },
  { name: "activity", columns: people.activityQuery.columns, sql: people.activityQuery.sql, bound: people.activityQuery.bind(scope) },
  {
    name: "errors",
    columns: errorsQuery.columns,
    sql: errorsQuery.sql,
    bound: errorsQuery.bind({ ...scope, before: { startedAt: NOW + 1, id: "" }, limit: 10 }),
  },
  { name: "error groups", columns: errorGroupsQuery.columns, sql: errorGroupsQuery.sql, bound: errorGroupsQuery.bind({ ...scope, limit: 10 }) },
  { name: "last event", columns: lastEventQuery.columns, sql: lastEventQuery.sql, bound: [] },
];

beforeAll(async () => {
  await migrate();
  const event = { skill: "s", id: "e", startedAt: NOW, userId: "u", outcome: "error", errorType: "E", errorMessage: "m" };
  await ingestEvents(db, [event], { hashSecret: HASH_SECRET, now: NOW });
});

describe("every query", () => {
  it.each(QUERIES)("$name gives the columns that its row type names", async ({ sql, bound, columns }) => {
    const { results } = await db.prepare(sql).bind(...bound).all();
    expect(results).toHaveLength(1);
    expect(Object.keys(results[0] ?? {})).toEqual([...columns]);
  });

  it.each(QUERIES)("$name searches the events by key, never scans them", async ({ sql, bound }) => {
    const { results } = await db.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...bound).all<{ detail: string }>();
    const onEvents = results.map((step) => step.detail).filter((detail) => detail.includes("skill_usage_events"));
    const isMeant = (detail: string) => detail.startsWith("SEARCH") || sql === lastEventQuery.sql;
    expect(onEvents.length).toBeGreaterThan(0);
    expect(onEvents.filter((detail) => !isMeant(detail))).toEqual([]);
  });

  it("the list of failures uses the index of failures", async () => {
    for (const { sql, bound, name } of QUERIES.filter((query) => query.name.startsWith("error"))) {
      const { results } = await db.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...bound).all<{ detail: string }>();
      expect(JSON.stringify(results), name).toContain("skill_usage_events_failures");
    }
  });

  it("the clean-up searches by key", async () => {
    const { results } = await db.prepare(`EXPLAIN QUERY PLAN ${DELETE_EVENTS_SQL}`).bind(NOW, 10).all<{ detail: string }>();
    expect(results.filter(({ detail }) => detail.startsWith("SCAN skill_usage_events"))).toEqual([]);
  });
});

describe("the table", () => {
  it("has the columns of an event row, in their order: a new field is one edit and one migration", async () => {
    const { results } = await db.prepare("SELECT name FROM pragma_table_info('skill_usage_events') ORDER BY cid").all<{ name: string }>();
    expect(results.map((column) => column.name)).toEqual(Object.values(EVENT_COLUMNS));
  });
});
