import { beforeAll, describe, expect, it } from "vitest";
import { costsQuery } from "../../src/analytics/cost.ts";
import { callsQuery, farthestCallQuery } from "../../src/analytics/calls.ts";
import { firstDaysQuery } from "../../src/analytics/cohorts.ts";
import { errorGroupsQuery } from "../../src/analytics/error-groups.ts";
import { errorsQuery } from "../../src/analytics/errors.ts";
import { lossesQuery } from "../../src/analytics/losses.ts";
import { callsOfHoursQuery } from "../../src/analytics/newest-calls.ts";
import { EVENT_COLUMNS } from "../../src/event.ts";
import { MARK_DIRTY_SQL } from "../../src/rollup/marks.ts";
import { knownSkillsQuery } from "../../src/rollup/known-skills.ts";
import * as people from "../../src/rollup/people.ts";
import { dayCellsQuery, eventCellsQuery, hourCellsQuery, OF_SKILL, quarterCellsQuery } from "../../src/rollup/read-plan.ts";
import { rollUp } from "../../src/rollup/roll-up.ts";
import * as rollUpSql from "../../src/rollup/roll-up-sql.ts";
import { bindFilters, DAY_MS, HOUR_MS, NO_FILTERS } from "../../src/rollup/scope.ts";
import * as cleanUpSql from "../../src/worker/clean-up.ts";
import * as costSql from "../../src/worker/cost-meter.ts";
import { lastEventQuery } from "../../src/worker/health.ts";
import { ingestEvents } from "../../src/worker/ingest.ts";
import { INSERT_LOSSES_SQL } from "../../src/worker/losses.ts";
import * as saltSql from "../../src/worker/salts.ts";
import { skillNamesQuery } from "../../src/worker/skill-names.ts";
import { INSERT_ALIASES_SQL, INSERT_EVENTS_SQL, stateQuery } from "../../src/worker/store-rows.ts";
import { daysOfPersonQuery } from "../../src/worker/subjects/days.ts";
import { eraseSubject } from "../../src/worker/subjects/erase.ts";
import * as eraseSql from "../../src/worker/subjects/erase-sql.ts";
import * as stateSql from "../../src/worker/subjects/erasure-state-sql.ts";
import * as exportSql from "../../src/worker/subjects/export.ts";
import { aliasesQuery } from "../../src/worker/subjects/subject.ts";
import { db, migrate, subjectOf } from "../support/database.ts";
import { HASH_SECRET } from "../support/secrets.ts";

const NOW = Date.UTC(2026, 10, 20, 12);
const scope = { from: 0, to: NOW + 1, filters: NO_FILTERS };
const days = { from: NOW - 100 * DAY_MS, to: NOW + DAY_MS };
const today = NOW - NOW % DAY_MS;
const segment = { ...scope, days: [today - 2 * DAY_MS], hourDays: [], peopleFrom: 0 };
const ofSkill = { ...segment, filters: { ...NO_FILTERS, skill: '["s"]' } };
const page = { before: { startedAt: NOW + 1, id: "" }, limit: 10 };

const subject = await subjectOf("u");
const gone = await subjectOf("x");

interface Listed {
  name: string;
  sql: string;
  bound: unknown[];
  columns: readonly string[];
}

function listed<Params, Row>(name: string, query: { sql: string; bind(params: Params): unknown[]; columns: readonly (keyof Row & string)[] }, params: Params): Listed {
  return { name, sql: query.sql, columns: query.columns, bound: query.bind(params) };
}

/** Every query, with parameters that find what two stored events, one of them rolled up, leave. */
const QUERIES = [
  listed("day cells", dayCellsQuery, segment),
  listed("quarter cells", quarterCellsQuery, segment),
  listed("hour cells", hourCellsQuery, { ...segment, hourDays: [today - DAY_MS] }),
  listed("event cells", eventCellsQuery, segment),
  listed("user days", people.userDaysQuery, { ...days, peopleFrom: days.to }),
  listed("dirty days", people.dirtyDaysQuery, days),
  listed("new users", people.newUsersQuery, days),
  listed("earlier people", people.earlierPeopleQuery, days),
  listed("day cells of a skill", OF_SKILL.days, ofSkill),
  listed("quarter cells of a skill", OF_SKILL.quarters, ofSkill),
  listed("hour cells of a skill", OF_SKILL.hours, { ...ofSkill, hourDays: [today - DAY_MS] }),
  listed("known skills", knownSkillsQuery, { before: NOW, skill: null, limit: 10 }),
  listed("first days", firstDaysQuery, days),
  listed("calls", callsQuery, { ...scope, ...page, outcome: null, downTo: { startedAt: 0, id: "" } }),
  listed("farthest call", farthestCallQuery, { ...scope, ...page, count: 1 }),
  listed("calls of hours", callsOfHoursQuery, { hours: [NOW], filters: NO_FILTERS, limit: 10 }),
  listed("errors", errorsQuery, { ...scope, ...page, fingerprint: null }),
  listed("error groups", errorGroupsQuery, { ...scope, before: { from: 0, to: 1 }, slices: { from: 0, stepMs: DAY_MS, count: 31 }, fingerprint: null, limit: 10 }),
  listed("costs", costsQuery, days),
  listed("losses", lossesQuery, scope),
  listed("last event", lastEventQuery, null),
  listed("state", stateQuery, null),
  listed("names of skills", skillNamesQuery, { day: NOW - NOW % DAY_MS - DAY_MS, limit: 10 }),
  listed("days of a person", daysOfPersonQuery, { ...subject, days: [NOW - NOW % DAY_MS] }),
  listed("erasure", stateSql.erasureQuery, gone),
  listed("unfinished erasures", stateSql.unfinishedQuery, { limit: 1 }),
  listed("aliases", aliasesQuery, { userHashes: ["later"] }),
  listed("export page", exportSql.exportPageQuery, { ...subject, startedAt: 0, id: "", to: NOW + 1, limit: 10 }),
  listed("days of an export", exportSql.personDaysQuery, subject),
  listed("oldest event", exportSql.oldestEventQuery, null),
];

const spans = (periodMs: number) => [periodMs, JSON.stringify([NOW])];

/** Every other statement. */
const STATEMENTS = [
  { name: "mark dirty", sql: MARK_DIRTY_SQL, bound: ["[]"] },
  { name: "insert events", sql: INSERT_EVENTS_SQL, bound: ["[]"] },
  { name: "insert aliases", sql: INSERT_ALIASES_SQL, bound: ["[]"] },
  { name: "delete old salts", sql: saltSql.DELETE_OLD_SALTS_SQL, bound: [NOW] },
  { name: "insert salts", sql: saltSql.INSERT_SALTS_SQL, bound: ["[]"] },
  { name: "raise daily_until", sql: saltSql.RAISE_DAILY_UNTIL_SQL, bound: [] },
  { name: "salts", sql: saltSql.SALTS_SQL, bound: [NOW] },
  { name: "daily_until", sql: saltSql.DAILY_UNTIL_SQL, bound: [] },
  { name: "mark later first days", sql: rollUpSql.MARK_LATER_FIRST_DAYS_SQL, bound: spans(HOUR_MS) },
  { name: "update people", sql: rollUpSql.UPDATE_PEOPLE_SQL, bound: spans(HOUR_MS) },
  { name: "insert people", sql: rollUpSql.INSERT_PEOPLE_SQL, bound: spans(HOUR_MS) },
  { name: "delete cells", sql: rollUpSql.DELETE_CELLS_SQL, bound: spans(DAY_MS) },
  { name: "insert cells", sql: rollUpSql.INSERT_CELLS_SQL, bound: [...spans(DAY_MS), ...bindFilters(NO_FILTERS)] },
  { name: "uncount windows", sql: rollUpSql.UNCOUNT_WINDOWS_SQL, bound: spans(DAY_MS) },
  { name: "upsert user days", sql: rollUpSql.UPSERT_USER_DAYS_SQL, bound: spans(DAY_MS) },
  { name: "delete marks", sql: rollUpSql.DELETE_MARKS_SQL, bound: spans(DAY_MS) },
  { name: "count windows", sql: rollUpSql.COUNT_WINDOWS_SQL, bound: [1] },
  { name: "dirty spans", sql: rollUpSql.DIRTY_SPANS_SQL, bound: [DAY_MS, NOW, 1] },
  { name: "raise raw_from", sql: cleanUpSql.RAISE_RAW_FROM_SQL, bound: [NOW] },
  { name: "delete events", sql: cleanUpSql.DELETE_EVENTS_SQL, bound: [1] },
  { name: "delete old cells", sql: cleanUpSql.DELETE_OLD_CELLS_SQL, bound: [NOW, 1, DAY_MS] },
  { name: "delete old user days", sql: cleanUpSql.DELETE_OLD_USER_DAYS_SQL, bound: [NOW] },
  { name: "any user day", sql: cleanUpSql.ANY_USER_DAY_SQL, bound: [] },
  { name: "delete old costs", sql: cleanUpSql.DELETE_OLD_COSTS_SQL, bound: [NOW] },
  { name: "delete old losses", sql: cleanUpSql.DELETE_OLD_LOSSES_SQL, bound: [NOW] },
  { name: "insert losses", sql: INSERT_LOSSES_SQL, bound: ["a", NOW, "{}"] },
  { name: "delete old aliases", sql: cleanUpSql.DELETE_OLD_ALIASES_SQL, bound: [NOW, 1] },
  { name: "delete old people", sql: cleanUpSql.DELETE_OLD_PEOPLE_SQL, bound: [NOW, 1] },
  { name: "delete old erasures", sql: cleanUpSql.DELETE_OLD_ERASURES_SQL, bound: [NOW] },
  { name: "begin an erasure", sql: stateSql.BEGIN_SQL, bound: ["t", "r", NOW, NOW, "[]"] },
  { name: "guard", sql: stateSql.GUARD_SQL, bound: ["t", "[]"] },
  { name: "note who is erased", sql: stateSql.BEGIN_ERASING_SQL, bound: ["t", "[]"] },
  { name: "begin an audit", sql: stateSql.BEGIN_AUDIT_SQL, bound: ["t", "r", NOW] },
  { name: "mark a chunk", sql: eraseSql.MARK_CHUNK_SQL, bound: ['["u"]', 0, NOW, 1] },
  { name: "delete a chunk", sql: eraseSql.DELETE_CHUNK_SQL, bound: ['["u"]', 0, NOW, 1] },
  { name: "count erased events", sql: stateSql.COUNT_EVENTS_SQL, bound: ["r"] },
  { name: "count roll-ups without the person", sql: stateSql.COUNT_ROLL_UPS_SQL, bound: ["r"] },
  { name: "move events_from", sql: stateSql.MOVE_EVENTS_FROM_SQL, bound: ["t", "r", NOW] },
  { name: "mark later calls", sql: eraseSql.MARK_LATER_CALLS_SQL, bound: ["t", "r", '["u"]'] },
  { name: "uncount a new user", sql: eraseSql.UNCOUNT_NEW_USER_SQL, bound: ["t", "r", '["u"]'] },
  { name: "keep a number", sql: eraseSql.KEEP_NUMBER_SQL, bound: ["t", "r", '["u"]'] },
  { name: "delete a person", sql: eraseSql.DELETE_PERSON_SQL, bound: ["t", "r", '["u"]'] },
  { name: "delete aliases", sql: eraseSql.DELETE_ALIASES_SQL, bound: ["t", "r", "[]"] },
  { name: "end of events", sql: stateSql.END_EVENTS_SQL, bound: ["t", "r"] },
  { name: "uncount windows of a person", sql: eraseSql.UNCOUNT_WINDOWS_SQL, bound: ["t", "[]"] },
  { name: "strip cells", sql: eraseSql.STRIP_CELLS_SQL, bound: ["t", "[]"] },
  { name: "strip user days", sql: eraseSql.STRIP_USER_DAYS_SQL, bound: ["t", "[]"] },
  { name: "move lists_from", sql: stateSql.MOVE_LISTS_FROM_SQL, bound: ["t", "r", NOW] },
  { name: "finish an audit", sql: stateSql.FINISH_AUDIT_SQL, bound: ["t", "r", NOW] },
  { name: "finish an erasure", sql: stateSql.FINISH_SQL, bound: ["t", "r"] },
  { name: "forget an erasure", sql: stateSql.FORGET_SQL, bound: ["t"] },
  { name: "begin an export's audit", sql: exportSql.BEGIN_EXPORT_AUDIT_SQL, bound: ["r", NOW] },
  { name: "finish an export's audit", sql: exportSql.FINISH_EXPORT_AUDIT_SQL, bound: ["r", NOW, 1] },
  { name: "add costs", sql: costSql.ADD_COSTS_SQL, bound: ["[]"] },
  { name: "rows written", sql: costSql.ROWS_WRITTEN_SQL, bound: [NOW] },
];

/** Scans that are meant, by statement: each is of a table that one run reads whole, or ends after its first rows. */
const MEANT: Readonly<Record<string, RegExp>> = {
  "last event": /^SCAN skill_usage_events$/,
  "count windows": /^SCAN waiting$/,
  "oldest event": /^SCAN skill_usage_events$/,
  erasure: /^SCAN skill_usage_events$/,
  aliases: /^SCAN skill_usage_aliases$/,
  "delete old aliases": /^SCAN skill_usage_(aliases|people)$/,
  "raise daily_until": /^SCAN skill_usage_salts$/,
  "unfinished erasures": /^SCAN skill_usage_erasing$/,
  "delete old erasures": /^SCAN skill_usage_erasures$/,
  "delete old people": /^SCAN skill_usage_people$/,
  "any user day": /^SCAN skill_usage_user_days/,
};

const TABLES = /^SCAN (?:skill_usage_\w+|events|people|mark|hour|known|waiting|one|level|ending)\b/;

async function planOf({ sql, bound }: { sql: string; bound: unknown[] }): Promise<string[]> {
  const { results } = await db.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...bound).all<{ detail: string }>();
  return results.map((step) => step.detail);
}

beforeAll(async () => {
  await migrate();
  const failure = { skill: "s", userId: "u", outcome: "error", errorType: "E", errorMessage: "m" };
  const post = (startedAt: number, id: string, userId: string) => ingestEvents(db, [{ ...failure, id, startedAt, userId }], { hashSecret: HASH_SECRET, now: NOW }, { id, at: startedAt, reasons: { network: 1 } });
  await post(NOW - 2 * DAY_MS, "old", "u");
  await rollUp(db, NOW);
  await post(NOW - DAY_MS, "rolled-up-hour", "v");
  await db.prepare("DELETE FROM skill_usage_dirty WHERE period_ms = 86400000").run();
  await rollUp(db, NOW);
  await post(NOW, "open", "w");
  await db.prepare("INSERT INTO skill_usage_dirty VALUES (86400000, ?1)").bind(NOW - NOW % DAY_MS - DAY_MS).run();
  await db.prepare("INSERT INTO skill_usage_costs VALUES (?1, 'ingest', 1, 1, 1)").bind(NOW - NOW % DAY_MS).run();
  await eraseSubject(db, { subjects: [gone], now: NOW });
  await db.prepare("INSERT INTO skill_usage_erasing VALUES ('t', '[]')").run();
  await db.prepare("INSERT INTO skill_usage_aliases VALUES ('later', 'first')").run();
});

describe("every query", () => {
  it.each(QUERIES)("$name gives the columns that its row type names", async ({ sql, bound, columns }) => {
    const { results } = await db.prepare(sql).bind(...bound).all();
    expect(results.length).toBeGreaterThan(0);
    expect(Object.keys(results[0] ?? {}).sort()).toEqual([...columns].sort());
  });

  it("the list of failures uses the index of failures", async () => {
    for (const query of QUERIES.filter(({ name }) => name.startsWith("error"))) {
      expect((await planOf(query)).join("\n"), query.name).toContain("skill_usage_events_failures");
    }
  });
});

describe("every statement", () => {
  it.each([...QUERIES, ...STATEMENTS])("$name searches tables by key, and scans none that is not meant", async (statement) => {
    const scans = (await planOf(statement)).filter((detail) => TABLES.test(detail));
    expect(scans.filter((detail) => !(MEANT[statement.name] ?? /^$/).test(detail))).toEqual([]);
  });
});

describe("the table", () => {
  it("has the columns of an event row, in their order: a new field is one edit and one migration", async () => {
    const { results } = await db.prepare("SELECT name FROM pragma_table_info('skill_usage_events') ORDER BY cid").all<{ name: string }>();
    expect(results.map((column) => column.name)).toEqual(Object.values(EVENT_COLUMNS));
  });
});
