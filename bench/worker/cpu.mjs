/**
 * CPU time of one ingest request: the kit's handler on a database that answers at once, so that the time that passes is
 * time spent computing. Only where the clock runs during a request, as in a local workerd.
 */
import { makeFreshEvents, randomFrom } from "../history.mjs";

/**
 * Runs a handler on fresh bodies and gives the mean milliseconds a request.
 *
 * @param {object} params
 * @param {{ fetch(request: Request, env: any, ctx: any): Promise<{ ok: boolean }> }} params.handler
 * @param {number} params.eventsPerRequest
 * @param {number} params.requests
 */
export async function measureCpu({ handler, eventsPerRequest, requests }) {
  const now = Date.now();
  const random = randomFrom(now);
  const made = Array.from({ length: requests }, (_, index) => {
    const events = makeFreshEvents({ count: eventsPerRequest, random, idPrefix: `cpu${now.toString(36)}-${index}`, now });
    return new Request("http://bench/api/track", { method: "POST", body: JSON.stringify({ events }), headers: { "Content-Type": "application/json" } });
  });
  const pending = [];
  const ctx = { waitUntil: (promise) => void pending.push(promise) };
  const env = { DB: instantDatabase(eventsPerRequest) };
  const started = performance.now();
  for (const request of made) {
    const response = await handler.fetch(request, env, ctx);
    if (!response.ok) throw new Error("The handler refused a request of the CPU measurement.");
  }
  await Promise.all(pending);
  return (performance.now() - started) / requests;
}

function instantDatabase(changes) {
  const result = { success: true, results: [], meta: { changes, rows_read: 0, rows_written: changes } };
  const statement = { bind: () => statement, all: async () => result, run: async () => result, first: async () => null };
  return { prepare: () => statement, batch: async (statements) => statements.map(() => result) };
}
