import { expect, it } from "vitest";
import { nameTool } from "../../src/claude-code/tool-names.ts";

it.each([
  ["Bash", { command: "ls secret" }, { skill: "Bash", isLoad: false }],
  ["mcp__linear-server__create_issue", {}, { skill: "linear-server/create_issue", isLoad: false }],
  ["mcp__plugin_a_b__tool__with__underscores", {}, { skill: "plugin_a_b/tool__with__underscores", isLoad: false }],
  ["mcp__broken", {}, { skill: "mcp__broken", isLoad: false }],
  ["Skill", { skill: "pdf" }, { skill: "pdf", isLoad: true }],
  ["Skill", { skill: "plugin:pdf", args: "secret" }, { skill: "plugin:pdf", isLoad: true }],
  ["Skill", { command: "/pdf" }, { skill: "pdf", isLoad: true }],
  ["Skill", { skill: "pdf of my salary" }, { skill: "pdf", isLoad: true }],
  ["Skill", { skill: "/ " }, { skill: "Skill", isLoad: true }],
  ["Skill", { skill: "my_skill-2.0" }, { skill: "my_skill-2.0", isLoad: true }],
  ["Skill", { skill: "/home/me/secret" }, { skill: "Skill", isLoad: true }],
  ["Skill", { skill: "C:\\Users\\me\\secret" }, { skill: "Skill", isLoad: true }],
  ["Skill", { skill: "salaries.xlsx" }, { skill: "Skill", isLoad: true }],
  ["Skill", { skill: "me@example.com" }, { skill: "Skill", isLoad: true }],
  ["Skill", null, { skill: "Skill", isLoad: true }],
])("%s of %j is counted as %j", (name, input, expected) => {
  expect(nameTool(name, input)).toEqual(expected);
});

it.each([undefined, null, 7, "", "  ", {}])("%j names nothing", (name) => {
  expect(nameTool(name, {})).toBeUndefined();
});
