import { describe, expect, it } from "vitest";
import { settingsOf, type Surroundings } from "../../src/hook/settings.ts";

const linux: Surroundings = { args: [], env: { TRACK_SKILLS_ENDPOINT: "https://t.example" }, platform: "linux", home: "/home/jane" };
const given = (more: Partial<Surroundings>) => settingsOf({ ...linux, ...more, env: { ...linux.env, ...more.env } });

describe("the settings of the hook", () => {
  it("come from the environment, and a flag wins", () => {
    const env = { TRACK_SKILLS_KEY: " k ", TRACK_SKILLS_USER: "jane" };
    expect(given({ env })).toMatchObject({ url: "https://t.example/api/track", key: "k", user: "jane" });
    expect(given({ env, args: ["--endpoint", "https://u.example/usage/", "--user=bob"] })).toMatchObject({ url: "https://u.example/usage/api/track", user: "bob" });
    expect(given({})).toMatchObject({ key: undefined, user: undefined });
  });

  it.each([
    { TRACK_SKILLS_ENDPOINT: "" },
    { TRACK_SKILLS_ENDPOINT: "t.example" },
    { TRACK_SKILLS_ENDPOINT: "file:///etc" },
    { DO_NOT_TRACK: "1" },
    { TRACK_SKILLS_DISABLED: "yes" },
  ])("with %j there are none", (env) => {
    expect(given({ env })).toBeUndefined();
  });

  it.each([
    ["linux", "/home/jane", {}, "/home/jane/.local/state/track-skills/hook-"],
    ["linux", "/home/jane", { XDG_STATE_HOME: "/state" }, "/state/track-skills/hook-"],
    ["linux", "/home/jane", { XDG_STATE_HOME: "relative" }, "/home/jane/.local/state/track-skills/hook-"],
    ["darwin", "/Users/jane", {}, "/Users/jane/Library/Application Support/track-skills/hook-"],
    ["win32", "C:\\Users\\jane doe", { LOCALAPPDATA: "C:\\Users\\jane doe\\AppData\\Local" }, "C:\\Users\\jane doe\\AppData\\Local\\track-skills\\hook-"],
    ["win32", "C:\\Users\\jane", {}, "C:\\Users\\jane\\AppData\\Local\\track-skills\\hook-"],
    ["win32", "C:\\Users\\jane", { TRACK_SKILLS_STATE_DIR: "D:\\state" }, "D:\\state\\hook-"],
  ])("on %s with the home %s and %j the spool stands in %s…", (platform, home, env, start) => {
    expect(given({ platform, home, env })?.folder.startsWith(start)).toBe(true);
  });

  it("two addresses have two spools", () => {
    expect(given({})?.folder).not.toBe(given({ env: { TRACK_SKILLS_ENDPOINT: "https://u.example" } })?.folder);
  });
});
