/**
 * Every skill that was ever called, by the index of daily cells: two rows read a skill, however many days there are.
 *
 * Dirty days are left out, since their cells may not hold; whoever asks reads these days beside.
 */
import type { Query } from "../database.ts";
import { DAY_MS } from "./scope.ts";

/** Skills that one reading looks up. Names that are made up call by call would make more, and reading them dear. */
export const MAX_KNOWN_SKILLS = 2_000;

export interface KnownSkillsParams {
  /** Only calls before this. */
  before: number;
  /** JSON array of accepted names; `null` accepts all. */
  skill: string | null;
  /** Skills that are looked up, in the order of their names. */
  limit: number;
}

export interface KnownSkillRow {
  skill: string;
  /** Start of its latest call before `before`; `null` when there was none on a clean day. */
  last_at: number | null;
}

/** Reads the latest call of each skill: steps through the names in the index (a loose scan, which SQLite does not do by itself). */
export const knownSkillsQuery: Query<KnownSkillsParams, KnownSkillRow> = {
  sql: `
WITH RECURSIVE skills (skill) AS (
  SELECT MIN(skill)
  FROM skill_usage_cells INDEXED BY skill_usage_cells_skills
  WHERE period_ms = ${DAY_MS}
  UNION ALL
  SELECT (
    SELECT MIN(next.skill)
    FROM skill_usage_cells AS next INDEXED BY skill_usage_cells_skills
    WHERE next.period_ms = ${DAY_MS}
      AND next.skill > skills.skill
  )
  FROM skills
  WHERE skill IS NOT NULL
  LIMIT CAST(?3 AS INTEGER)
)
SELECT
  skill,
  (
    SELECT cell.last_at
    FROM skill_usage_cells AS cell INDEXED BY skill_usage_cells_skills
    WHERE cell.period_ms = ${DAY_MS}
      AND cell.skill = skills.skill
      AND cell.last_at < CAST(?1 AS INTEGER)
      AND cell.starts_at NOT IN (SELECT starts_at FROM skill_usage_dirty WHERE period_ms = ${DAY_MS})
    ORDER BY cell.last_at DESC
    LIMIT 1
  ) AS last_at
FROM skills
WHERE skill IS NOT NULL
  AND (?2 IS NULL OR skill IN (SELECT value FROM json_each(?2)))`,
  bind: ({ before, skill, limit }) => [before, skill, limit],
  columns: ["skill", "last_at"],
};
