import { beforeAll, describe, expect, it, vi } from "vitest";
import { nameOfKey, parseNamedKeys } from "../../../src/worker/access/keys.ts";
import { createTrackingHandler } from "../../../src/worker.ts";
import { db, migrate } from "../../support/database.ts";
import { ANALYTICS_KEY, HASH_SECRET } from "../../support/secrets.ts";

const TEAM_KEY = "key-of-the-team-0123456789";
const BOARD_KEY = "key/of+the=board-0123456789";

beforeAll(migrate);

const reading = (key: string) => new Request("https://tracker.example/analytics/tools", { headers: { Authorization: `Bearer ${key}` } });

describe("named keys", () => {
  it("of the environment read, each by itself, beside the single one", async () => {
    const handler = createTrackingHandler();
    const env = { DB: db, TRACK_ANALYTICS_KEY: ANALYTICS_KEY, TRACK_ANALYTICS_KEYS: `team:${TEAM_KEY},\n board:${BOARD_KEY} ` };
    for (const key of [ANALYTICS_KEY, TEAM_KEY, BOARD_KEY]) expect((await handler.fetch(reading(key), env)).status).toBe(200);
    for (const key of ["team", `team:${TEAM_KEY}`, TEAM_KEY.slice(1), `${TEAM_KEY}x`, ""]) expect((await handler.fetch(reading(key), env)).status).toBe(401);
  });

  it("one that is withdrawn is refused, the others stay", async () => {
    const env = { DB: db, TRACK_ANALYTICS_KEYS: `board:${BOARD_KEY}` };
    expect((await createTrackingHandler().fetch(reading(TEAM_KEY), env)).status).toBe(401);
    expect((await createTrackingHandler().fetch(reading(BOARD_KEY), env)).status).toBe(200);
  });

  it("of the options win over the environment", async () => {
    const handler = createTrackingHandler({ analyticsKeys: { team: TEAM_KEY } });
    const env = { DB: db, TRACK_ANALYTICS_KEYS: `board:${BOARD_KEY}` };
    expect((await handler.fetch(reading(TEAM_KEY), env)).status).toBe(200);
    expect((await handler.fetch(reading(BOARD_KEY), env)).status).toBe(401);
  });

  it("a name may have two keys, while one replaces the other", async () => {
    const keys = parseNamedKeys(`team:${TEAM_KEY} team:${BOARD_KEY}`);
    expect([await nameOfKey(TEAM_KEY, keys), await nameOfKey(BOARD_KEY, keys), await nameOfKey("x", keys)]).toEqual(["team", "team", undefined]);
  });

  it("every key is compared, whichever is right", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest");
    const keys = parseNamedKeys(`team:${TEAM_KEY} board:${BOARD_KEY} third:${ANALYTICS_KEY}`);
    for (const key of [TEAM_KEY, BOARD_KEY, ANALYTICS_KEY, "wrong"]) {
      digest.mockClear();
      await nameOfKey(key, keys);
      expect(digest).toHaveBeenCalledTimes(4);
    }
    digest.mockRestore();
  });

  it.each([
    ["team", "pair 1"],
    [`team:${TEAM_KEY} ${BOARD_KEY}`, "pair 2"],
    [`te am:${TEAM_KEY}`, "pair 1"],
    [`{"team":"${TEAM_KEY}"}`, "pair 1"],
    ["team:tooshort-secret", "the key of pair 1 has fewer than 16"],
    // The two the wrong way round: a key of hex digits has the form of a name.
    [`board:${BOARD_KEY} ${TEAM_KEY}:team`, "the key of pair 2 has fewer than 16"],
  ])("a setting of %s is answered with 503 that names the place and holds no key", async (setting, place) => {
    const response = await createTrackingHandler().fetch(reading(TEAM_KEY), { DB: db, TRACK_ANALYTICS_KEYS: setting });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toEqual([503, expect.objectContaining({ code: "invalid_setting", detail: expect.stringContaining(place) })]);
    for (const secret of [TEAM_KEY, BOARD_KEY, "tooshort-secret"]) expect(text).not.toContain(secret);
  });

  it("a short one among the options is named when the Worker starts", () => {
    expect(() => createTrackingHandler({ analyticsKeys: { team: "short" } })).toThrow(/analyticsKeys.*entry 1.*16/);
  });
});

it("a short single key goes on working, and the owner's log says once that it can be guessed", async () => {
  const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
  const handler = createTrackingHandler({ hashSecret: HASH_SECRET });
  for (let round = 0; round < 3; round++) expect((await handler.fetch(reading("k"), { DB: db, TRACK_ANALYTICS_KEY: "k" })).status).toBe(200);
  expect(warn).toHaveBeenCalledOnce();
  expect(warn).toHaveBeenCalledWith(expect.stringMatching(/analyticsKey has fewer than 16 characters/));
  warn.mockRestore();
});
