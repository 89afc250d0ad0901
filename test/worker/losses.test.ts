import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { getOverview, getSummary } from "../../src/analytics.ts";
import { clearEvents, db, handlerOf, migrate } from "../support/database.ts";

const NOW = Date.UTC(2026, 10, 20, 12, 30);
const handler = handlerOf({ now: () => NOW });
const account = { id: "account-1", at: NOW - 1000, reasons: { queue_full: 3, network: 2 } };
const post = (lost: unknown, events: unknown[] = [{ skill: "s" }]) => handler.track({ events, sentAt: NOW, lost });
const lostIn = async (query = {}) => (await getSummary(db, { now: NOW, ...query })).lost;

beforeAll(migrate);
beforeEach(clearEvents);

describe("what a client lost", () => {
  it("is shown by the summary and the overview, whatever the filters", async () => {
    await post(account);
    expect(await lostIn()).toEqual({ events: 5, reasons: { queue_full: 3, network: 2 } });
    expect(await lostIn({ skill: "another" })).toMatchObject({ events: 5 });
    expect((await getOverview(db, { now: NOW })).summary.lost).toEqual(await lostIn());
  });

  it("is counted once, however often its account comes", async () => {
    for (let time = 0; time < 3; time++) await post(account);
    await post({ ...account, id: "account-2" });
    expect(await lostIn()).toMatchObject({ events: 10 });
  });

  it("counts when no event of its batch is valid, and outside its range it does not", async () => {
    expect((await post({ ...account, at: NOW - 8 * 86_400_000 }, [{}])).status).toBe(422);
    expect(await lostIn()).toEqual({ events: 0, reasons: {} });
    expect(await lostIn({ range: "30d" })).toMatchObject({ events: 5 });
  });

  it("counts as of now where the client's clock is off", async () => {
    await post({ ...account, at: NOW + 1e9 });
    await post({ ...account, id: "account-2", at: 5 });
    expect(await lostIn()).toMatchObject({ events: 10 });
  });

  it.each([
    null, 7, "text", [], {}, { ...account, id: "has space" }, { ...account, at: "now" }, { ...account, reasons: null },
    { ...account, reasons: { network: -1, queue_full: 1.5, too_large: 1e12, constructor: 1, __proto__: 1, other: 4 } },
  ])("%j is no account, and costs the batch nothing", async (lost) => {
    expect((await post(lost)).status).toBe(202);
    expect(await lostIn()).toEqual({ events: 0, reasons: {} });
  });
});
