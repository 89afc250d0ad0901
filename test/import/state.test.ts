import path from "node:path";
import { expect, it } from "vitest";
import { settingsOf } from "../../src/hook/settings.ts";
import { stateFileOf } from "../../src/import/state.ts";

it.each([
  ["linux", "/home/jane", {}],
  ["linux", "/home/jane", { XDG_STATE_HOME: "/state" }],
  ["linux", "/home/jane", { XDG_STATE_HOME: "relative" }],
  ["darwin", "/Users/jane", {}],
])("on %s with the home %s and %j the import remembers where the hook does", (platform, home, env) => {
  const hook = settingsOf({ args: ["--endpoint", "https://t.example"], platform, home, env });
  expect(path.dirname(stateFileOf("https://t.example/api/track", { platform, home, env }))).toBe(path.dirname(hook?.folder ?? ""));
});
