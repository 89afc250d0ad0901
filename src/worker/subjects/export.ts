/**
 * What is stored of a person, as NDJSON: a line for each event, oldest first, then one for each day on which the person is
 * counted, which outlives the events.
 *
 * Lines are made by the database and sent a page at a time, so that memory and CPU time are bounded. Left out are what tells
 * the person nothing: hashes, which only the owner's secret connects with anything.
 */
import { type Cost, costOf, type Database, type Query, type StatementResult } from "../../database.ts";
import { DAY_MS } from "../../rollup/scope.ts";
import { daysBetween, daysOfPersonQuery, LISTS_PERSON_SQL, nextDays, takeSpan } from "./days.ts";
import { IS_OF_PERSON_SQL } from "./erase-sql.ts";
import type { Subject } from "./subject.ts";

/** Bounds of one answer. */
export interface ExportBounds {
  /** D1: 50 queries an invocation on the free plan; some are left for the account of costs. */
  queries: number;
  eventsPerPage: number;
  firstDays: number;
}

const BOUNDS: ExportBounds = { queries: 42, eventsPerPage: 1_000, firstDays: 4 };

/** Where an answer ended: its last event. */
export interface ExportCursor {
  startedAt: number;
  id: string;
}

export interface PageParams extends ExportCursor {
  userHashes: readonly string[];
  to: number;
  limit: number;
}

export interface PageRow {
  started_at: number;
  event_id: string;
  line: string;
}

/** Events of a person (?1, JSON: all pseudonyms) behind an event (?2, ?3) and before ?4, as lines of JSON. */
export const exportPageQuery: Query<PageParams, PageRow> = {
  sql: `
SELECT
  started_at,
  event_id,
  json_object(
    'kind', 'event',
    'id', event_id,
    'startedAt', started_at,
    'skill', skill,
    'outcome', outcome,
    'durationMs', duration_ms,
    'version', version,
    'source', source,
    'variant', variant,
    'errorType', error_type,
    'errorMessage', error_message,
    'metadata', json(metadata)
  ) AS line
FROM skill_usage_events
WHERE (started_at, event_id) > (CAST(?2 AS INTEGER), ?3)
  AND started_at < CAST(?4 AS INTEGER)
  AND ${IS_OF_PERSON_SQL}
ORDER BY started_at, event_id
LIMIT CAST(?5 AS INTEGER)`,
  bind: ({ userHashes, startedAt, id, to, limit }) => [JSON.stringify(userHashes), startedAt, id, to, limit],
  columns: ["started_at", "event_id", "line"],
};

/** The closed days on which a person is counted, and the first. */
export const personDaysQuery: Query<{ userHashes: readonly string[] }, { first_day: number; day: number | null }> = {
  sql: `
SELECT
  MIN(first_day) AS first_day,
  day
FROM skill_usage_people
LEFT JOIN skill_usage_user_days ON day >= first_day AND ${LISTS_PERSON_SQL}
WHERE user_hash IN (SELECT value FROM json_each(?1))
GROUP BY day
ORDER BY day`,
  bind: ({ userHashes }) => [JSON.stringify(userHashes)],
  columns: ["first_day", "day"],
};

/** Where the oldest event of all is. */
export const oldestEventQuery: Query<null, { started_at: number }> = {
  sql: `
SELECT started_at
FROM skill_usage_events
ORDER BY started_at, event_id
LIMIT 1`,
  bind: () => [],
  columns: ["started_at"],
};

export const BEGIN_EXPORT_AUDIT_SQL: string = `
INSERT INTO skill_usage_audit (request_id, kind, requested_at, finished_at, events, roll_ups)
VALUES (?1, 'export', CAST(?2 AS INTEGER), NULL, 0, 0)`;

export const FINISH_EXPORT_AUDIT_SQL: string = `
UPDATE skill_usage_audit
SET finished_at = CAST(?2 AS INTEGER), events = CAST(?3 AS INTEGER)
WHERE request_id = ?1`;

export interface ExportParams {
  /** Everybody whom the person's id stands for: see `subjectsOf`. */
  subjects: readonly Subject[];
  /** What the answer should say of itself beside the events, in its first line. */
  about?: object | undefined;
  /** Where an earlier answer ended; `null` from the beginning. */
  cursor: ExportCursor | null;
  now: () => number;
  bounds?: ExportBounds | undefined;
  /** Called once at the end, whatever the end was. */
  onEnd: (cost: Cost) => void;
}

/**
 * Gives the lines of an export, a page at a time. The last line, `{"kind":"end"}`, says whether that was all: without it the
 * answer was broken off. Throws what D1 throws.
 */
export async function* exportSubject(db: Database, { subjects, about, cursor, now, onEnd, bounds = BOUNDS }: ExportParams): AsyncGenerator<string, void> {
  const results: StatementResult<unknown>[] = [];
  const ask = async <Row>(sql: string, ...values: unknown[]): Promise<Row[]> => {
    const result = await db.prepare(sql).bind(...values).all<Row>();
    results.push(result);
    return result.results;
  };
  const userHashes = subjects.flatMap((subject) => subject.userHashes);
  const tombstones = subjects.flatMap((subject) => subject.tombstones);
  const requestId = crypto.randomUUID();
  let events = 0;
  let last = cursor;
  try {
    await ask(BEGIN_EXPORT_AUDIT_SQL, requestId, now());
    yield lineOf({ kind: "export", requestId, exportedAt: now(), goesOnAfter: cursor, ...about });
    const [oldest] = await ask<{ started_at: number }>(oldestEventQuery.sql);
    const wanted = oldest === undefined ? [] : daysBetween(Math.max(oldest.started_at, cursor?.startedAt ?? 0), now() + DAY_MS);
    const days = (await ask<{ day: number }>(daysOfPersonQuery.sql, ...daysOfPersonQuery.bind({ userHashes, tombstones, days: wanted }))).map(({ day }) => day);
    let size = bounds.firstDays;
    while (days.length > 0 && results.length < bounds.queries) {
      const span = takeSpan(days, size);
      // An id has at least one character, so "" stands before every event of its instant.
      let after: ExportCursor = last !== null && last.startedAt >= span.from ? last : { startedAt: span.from, id: "" };
      for (let found = bounds.eventsPerPage; found === bounds.eventsPerPage; ) {
        if (results.length >= bounds.queries) {
          days.unshift(span.from);
          break;
        }
        const params = { userHashes, ...after, to: span.to, limit: bounds.eventsPerPage };
        const page = await ask<PageRow>(exportPageQuery.sql, ...exportPageQuery.bind(params));
        found = page.length;
        events += found;
        const end = page.at(-1);
        if (end === undefined) continue;
        last = after = { startedAt: end.started_at, id: end.event_id };
        yield `${page.map(({ line }) => line).join("\n")}\n`;
      }
      size = nextDays((span.to - span.from) / DAY_MS, results.at(-1)?.meta.rows_read ?? 0);
    }
    const isComplete = days.length === 0;
    // Days that were searched in vain need not be searched again.
    const next = isComplete ? null : { startedAt: Math.max(last?.startedAt ?? 0, days[0] ?? 0), id: last !== null && last.startedAt >= (days[0] ?? 0) ? last.id : "" };
    if (isComplete) for (const line of daysOf(await ask(personDaysQuery.sql, ...personDaysQuery.bind({ userHashes })))) yield line;
    await ask(FINISH_EXPORT_AUDIT_SQL, requestId, now(), events);
    yield lineOf({ kind: "end", isComplete, events, next });
  } finally {
    onEnd(costOf(results));
  }
}

function* daysOf(rows: readonly { first_day: number; day: number | null }[]): Generator<string> {
  if (rows.length > 0) yield lineOf({ kind: "first-day", day: Math.min(...rows.map(({ first_day }) => first_day)) });
  for (const { day } of rows) if (day !== null) yield lineOf({ kind: "day", day });
}

function lineOf(value: unknown): string {
  return `${JSON.stringify(value)}\n`;
}
