/** Which skills are known from before a range, and which of them it did not see? */
import { type BoundQuery, bindQuery, type Database } from "../database.ts";
import type { UsageCell } from "../rollup/cell.ts";
import { type KnownSkillRow, knownSkillsQuery, MAX_KNOWN_SKILLS } from "../rollup/known-skills.ts";
import type { QuietSkill } from "./answers.ts";
import type { Scope } from "./range.ts";
import { compareText } from "./shape.ts";

/** Quiet skills in one answer. */
const MAX_QUIET = 100;

/** Reads what closed days know. Nothing under filters by which nothing is kept. */
export function bindKnownSkills(db: Database, scope: Scope): BoundQuery<KnownSkillRow> {
  const { skill } = scope.filters;
  // One more than is taken tells whether these are all.
  return bindQuery(db, knownSkillsQuery, { before: scope.range.from, skill, limit: isKept(scope) ? MAX_KNOWN_SKILLS + 1 : 0 });
}

/**
 * The latest call of each skill before the range, by what closed days know and by the cells of all dirty days. `null`
 * when that is not known of all: under other filters than skills, with too many skills, or where calls were folded.
 */
export function lastUsedBeforeOf(scope: Scope, rows: readonly KnownSkillRow[], cells: readonly UsageCell[]): Map<string, number> | null {
  if (!isKept(scope) || rows.length > MAX_KNOWN_SKILLS || cells.some((cell) => cell.foldedCalls > 0)) return null;
  const lastUsed = new Map<string, number>();
  const note = (skill: string, at: number) => lastUsed.set(skill, Math.max(at, lastUsed.get(skill) ?? 0));
  for (const { skill, last_at } of rows) if (last_at !== null) note(skill, last_at);
  for (const cell of cells) if (cell.at < scope.range.from) note(cell.skill, cell.lastAt);
  return lastUsed;
}

/** Known skills that were not called in the range, latest first. */
export function quietSkillsOf(lastUsedBefore: ReadonlyMap<string, number> | null, called: ReadonlySet<string>): QuietSkill[] {
  return [...(lastUsedBefore ?? [])]
    .filter(([skill]) => !called.has(skill))
    .map(([skill, lastUsedAt]) => ({ skill, lastUsedAt }))
    .sort((left, right) => right.lastUsedAt - left.lastUsedAt || compareText(left.skill, right.skill))
    .slice(0, MAX_QUIET);
}

function isKept({ filters: { version, source, variant } }: Scope): boolean {
  return version === null && source === null && variant === null;
}
