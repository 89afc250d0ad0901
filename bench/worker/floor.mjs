/**
 * The floor under any ingest: the kit's own table, filled by one bare INSERT from a body that is its parameter. It
 * validates, scrubs and hashes nothing and keeps no roll-ups. Nothing that stores these rows on D1 can be much faster.
 */

const INSERT_SQL = `
INSERT INTO skill_usage_events
  (started_at, event_id, skill, outcome, duration_ms, clock, user_hash, version, source, variant, error_type, error_message, metadata)
SELECT
  value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, '', value ->> 5, value ->> 6, value ->> 7, '', value ->> 8, value ->> 9, value ->> 10
FROM json_each(?1)
WHERE true
ON CONFLICT DO NOTHING`;

/** Makes the handler of the floor. */
export function createFloorHandler() {
  return {
    async fetch(request, env) {
      const { meta } = await env.DB.prepare(INSERT_SQL).bind(await request.text()).run();
      return Response.json({ accepted: meta.changes }, { status: 202 });
    },
  };
}

/**
 * A body for the floor: the events as the arrays that its INSERT reads.
 *
 * @param {import("../history.mjs").BenchEvent[]} events
 */
export function floorBodyOf(events) {
  return JSON.stringify(
    events.map((event) => [
      ...[event.startedAt, event.id, event.skill, event.outcome, event.durationMs, event.userId ?? null, event.version, event.source],
      ...[event.errorType ?? null, event.errorMessage ?? null, event.metadata === undefined ? null : JSON.stringify(event.metadata)],
    ]),
  );
}
