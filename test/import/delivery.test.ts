/** Batches on a network that fails: each is acknowledged or the import stops with a sentence. */
import { expect, it } from "vitest";
import { createDelivery, ImportStopped, requireTrackUrl } from "../../src/import/delivery.ts";

const EVENTS = [{ skill: "a", id: "1", startedAt: 1 }, { skill: "b", id: "2", startedAt: 2 }];
const receipt = (accepted: number) => ({ accepted, duplicates: 0, rejected: [], serverTime: 5 });

type Answer = [status: number, body?: unknown, headers?: Record<string, string>] | Error;

/** A delivery to a Worker that gives these answers, and the waits between. */
function deliveryTo(...answers: Answer[]) {
  const [waits, bodies, reasons]: [number[], { events: object[] }[], string[]] = [[], [], []];
  const deliver = createDelivery({
    endpoint: "http://worker.test/",
    key: "key",
    onWait: (_waitMs, reason) => void reasons.push(reason),
    fetch: async (_url, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      const answer = answers.shift() ?? [500];
      if (answer instanceof Error) throw answer;
      return Response.json(answer[1] ?? {}, { status: answer[0], headers: answer[2] ?? {} });
    },
    sleep: async (ms) => void waits.push(ms),
    random: () => 0.5,
  });
  return { deliver, waits, bodies, reasons };
}

it("waits longer each time, or as long as the Worker asks, and says why", async () => {
  const { deliver, waits, reasons } = deliveryTo([500], new TypeError("fetch failed"), [503, { detail: "A table is missing." }, { "Retry-After": "7" }], [429], [202, receipt(2)]);
  expect(await deliver(EVENTS)).toMatchObject({ accepted: 2 });
  expect(waits).toEqual([500, 1_000, 7_000, 4_000]);
  expect(reasons[2]).toBe("The Worker answered 503. It says: A table is missing.");
});

it.each<[string, Answer[], number, RegExp]>([
  ["a key that is asked for", [[401]], 1, /TRACK_INGEST_KEY/],
  ["a budget that is spent until midnight", [[503, { code: "write_budget_spent", detail: "From 00:00 UTC." }, { "Retry-After": "7200" }]], 1, /From 00:00 UTC\..*in 120 minutes/],
  ["a secret that only the owner can set", [[503, { code: "hash_secret_missing", detail: "Set a secret." }, { "Retry-After": "60" }]], 1, /Set a secret/],
  ["another server at that address", [[200, "hello"]], 1, /not a Track-Skills Worker/],
  ["nobody at that address", [new TypeError("fetch failed"), new TypeError("fetch failed")], 2, /Nothing answers at http:\/\/worker\.test/],
  ["a database that stays away", [[503], [503], [503], [503], [503], [503]], 6, /answered 503/],
  ["an answer that speaks of fewer events than were sent", [[202, receipt(1)]], 1, /not a Track-Skills Worker/],
])("stops at %s", async (_, answers, attempts, message) => {
  const { deliver, bodies } = deliveryTo(...answers);
  const failure: unknown = await deliver(EVENTS).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(ImportStopped);
  expect(String(failure)).toMatch(message);
  expect(bodies).toHaveLength(attempts);
});

it("halves a batch that is too large, and puts the answers together", async () => {
  const { deliver, bodies } = deliveryTo([413], [202, receipt(1)], [422, { accepted: 0, duplicates: 0, rejected: [{ index: 0, code: "too_old" }], serverTime: 9 }]);
  expect(await deliver(EVENTS)).toEqual({ accepted: 1, duplicates: 0, rejected: [{ index: 1, code: "too_old" }], serverTime: 9 });
  expect(bodies.map(({ events }) => events.length)).toEqual([2, 1, 1]);
});

it("finds the path behind an address, and refuses what is none", () => {
  expect(["http://a.test", "http://a.test/usage/", "http://a.test/api/track"].map(requireTrackUrl)).toEqual(["http://a.test/api/track", "http://a.test/usage/api/track", "http://a.test/api/track"]);
  for (const wrong of ["a.test", "ftp://a.test", ""]) expect(() => requireTrackUrl(wrong)).toThrow(ImportStopped);
});
