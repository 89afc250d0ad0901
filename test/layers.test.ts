/** Holds who may import whom, and how long a file may grow. Reads the sources as text. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** What each room may import beside itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  event: [],
  endpoint: [],
  database: [],
  runtime: [],
  version: [],
  privacy: ["event"],
  rollup: ["event", "database"],
  analytics: ["event", "database", "rollup"],
  client: ["event", "endpoint", "runtime", "privacy"],
  "claude-code": ["event"],
  otlp: ["event", "claude-code"],
  local: [],
  import: ["event", "endpoint", "claude-code", "local"],
  hook: ["event", "endpoint", "claude-code", "local"],
  worker: ["event", "database", "runtime", "version", "privacy", "rollup", "analytics", "claude-code", "otlp"],
};

interface Import {
  from: string;
  to: string;
  isTypeOnly: boolean;
}

describe("imports", () => {
  const imports = sourceFiles("src").flatMap(importsOf);

  it("are relative: the files that users copy import nothing, save for Node's own modules in what only Node runs", () => {
    const isNodeOnly = ({ from, to }: Import) => ["import", "hook", "local"].includes(roomOf(from)) && to.startsWith("node:");
    expect(imports.filter((one) => !one.to.startsWith("src/") && !isNodeOnly(one))).toEqual([]);
  });

  it("follow the layers", () => {
    const wrong = imports.filter(({ from, to }) => !to.startsWith("node:") && !isAllowed(from, to));
    expect(wrong.map(({ from, to }) => `${from} imports ${to}`)).toEqual([]);
  });

  it("make no circle", () => {
    const targets = Map.groupBy(imports, ({ from }) => from);
    const visit = (file: string, trail: readonly string[]): string[] => {
      if (trail.includes(file)) return [[...trail, file].join(" > ")];
      return (targets.get(file) ?? []).flatMap(({ to }) => visit(to, [...trail, file]));
    };
    expect(sourceFiles("src").flatMap((file) => visit(file, []))).toEqual([]);
  });

  it("of the dashboard take types only, from the answers of the analytics", () => {
    const outside = sourceFiles("dashboard/src")
      .flatMap(importsOf)
      .filter(({ to }) => !to.startsWith("dashboard/src/") && !to.startsWith("chart.js"));
    expect(outside.filter(({ to, isTypeOnly }) => !isTypeOnly || !to.startsWith("src/analytics/"))).toEqual([]);
  });
});

describe("files", () => {
  it.each(["src", "dashboard/src", "examples"])("of %s stay under 250 lines and begin with what they are for", (folder) => {
    for (const file of sourceFiles(folder)) {
      const text = readFileSync(path.join(root, file), "utf8");
      // All texts of a language are one thought: who translates them wants them in one file.
      if (!file.startsWith("dashboard/src/texts/")) expect(text.split("\n").length, file).toBeLessThanOrEqual(250);
      expect(text.startsWith("/**"), `${file} has no head paragraph`).toBe(true);
    }
  });

  it("interpolate only constants into SQL", () => {
    const interpolated = sourceFiles("src").flatMap((file) => {
      const statements = readFileSync(path.join(root, file), "utf8").match(/`\s*(?:SELECT|INSERT|DELETE|UPDATE|WITH)\b[^`]*`/g) ?? [];
      return statements.flatMap((sql) => (sql.match(/\$\{[^}]*\}?/g) ?? []).map((part) => `${file}: ${part}`));
    });
    const isConstant = /: \$\{[A-Z][A-Z_]*\}$/;
    expect(interpolated.filter((part) => !isConstant.test(part))).toEqual([]);
  });
});

function isAllowed(from: string, to: string): boolean {
  const [importing, imported] = [roomOf(from), roomOf(to)];
  // The entries and the rooms beside them: client.ts may use what client/ may use.
  return importing === imported || (ROOMS[importing]?.includes(imported) ?? false);
}

function roomOf(file: string): string {
  return (file.split("/")[1] ?? "").replace(/\.ts$/, "");
}

function importsOf(file: string): Import[] {
  const text = readFileSync(path.join(root, file), "utf8");
  const statements = text.matchAll(/^(?:import|export)(\s+type)?\b[^;]*?\bfrom "([^"]+)";/gm);
  return Array.from(statements, ([statement, type, specifier = ""]) => ({
    from: file,
    to: specifier.startsWith(".") ? path.posix.join(path.posix.dirname(file), specifier) : specifier,
    isTypeOnly: type !== undefined || /\{\s*(type \w+,?\s*)+\}/.test(statement),
  }));
}

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.posix.join(folder, file));
}
