/**
 * Who a request for erasure or export is about: every pseudonym under which somebody may be stored.
 *
 * They are made from the id with the secrets and salts that are at hand, and completed by the aliases, which also lead to
 * pseudonyms of a secret that is gone. What no secret and no alias leads to cannot be found by anybody.
 */
import { addCosts, type Cost, costOf, type Database, type Query } from "../../database.ts";
import type { Pseudonymizers } from "../../privacy/keyring.ts";

/** One person as the lists of people know it: pseudonyms that share one number. */
export interface Subject {
  /** In `skill_usage_events`. */
  userHashes: readonly string[];
  /** What ingest looks for. The first one stands for the erasure as a whole. */
  tombstones: readonly [string, ...string[]];
}

export interface AliasRow {
  user_hash: string;
  known_as: string;
}

/** Finds the aliases of some pseudonyms (?1, JSON), and those of the pseudonyms that these are known as. */
export const aliasesQuery: Query<{ userHashes: readonly string[] }, AliasRow> = {
  sql: `
WITH wanted AS (
  SELECT value AS user_hash
  FROM json_each(?1)
  UNION
  SELECT known_as
  FROM json_each(?1)
  CROSS JOIN skill_usage_aliases AS alias ON alias.user_hash = value
)
SELECT user_hash, known_as
FROM skill_usage_aliases
WHERE user_hash IN (SELECT user_hash FROM wanted)
  OR known_as IN (SELECT user_hash FROM wanted)
ORDER BY user_hash`,
  bind: ({ userHashes }) => [JSON.stringify(userHashes)],
  columns: ["user_hash", "known_as"],
};

interface Pseudonym {
  userHash: string;
  tombstone: string;
}

/** Gives everybody whom an id may stand for: one with a stable identity, one more for each day with a daily one. */
export async function subjectsOf(db: Database, userId: string, identities: readonly Pseudonymizers[]): Promise<{ subjects: Subject[]; cost: Cost }> {
  const subjects: Subject[] = [];
  let cost: Cost = { rowsRead: 0, rowsWritten: 0 };
  for (const identity of identities) {
    const pseudonyms = await pseudonymsOf(userId, identity);
    const userHashes = pseudonyms.map(({ userHash }) => userHash);
    const result = await db.prepare(aliasesQuery.sql).bind(...aliasesQuery.bind({ userHashes })).all<AliasRow>();
    cost = addCosts(cost, costOf([result]));
    subjects.push(...groupByNumber(pseudonyms, result.results));
  }
  return { subjects, cost };
}

/** The newest first: it leads the erasure, whatever becomes of the aliases meanwhile. */
async function pseudonymsOf(userId: string, { current, previous }: Pseudonymizers): Promise<Pseudonym[]> {
  const pseudonymizers = previous === null ? [current] : [current, previous];
  return Promise.all(
    pseudonymizers.map(async (pseudonymizer) => {
      const userHash = await pseudonymizer.pseudonym("user", userId);
      return { userHash, tombstone: await pseudonymizer.pseudonym("tombstone", userHash) };
    }),
  );
}

/** Pure: pseudonyms that are known as the same one share a number; others do not. */
export function groupByNumber(pseudonyms: readonly Pseudonym[], aliases: readonly AliasRow[]): Subject[] {
  const knownAs = new Map(aliases.map(({ user_hash, known_as }) => [user_hash, known_as]));
  const groups = Map.groupBy(pseudonyms, ({ userHash }) => knownAs.get(userHash) ?? userHash);
  return [...groups].flatMap(([known, group]) => {
    const [lead, ...others] = group.map(({ tombstone }) => tombstone);
    const userHashes = new Set([...group.map(({ userHash }) => userHash), known, ...aliases.filter(({ known_as }) => known_as === known).map(({ user_hash }) => user_hash)]);
    return lead === undefined ? [] : [{ userHashes: [...userHashes], tombstones: [lead, ...others] as const }];
  });
}
