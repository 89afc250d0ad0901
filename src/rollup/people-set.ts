/**
 * Sets of people, and how many there are in several of them together.
 *
 * People are small numbers (`skill_usage_people.person`), so a set is a list of them and a union is a pass over an array
 * of marks: exact, and fast enough for a range of months. A list with more people than a row should hold is a sample:
 * everybody whose hashed number begins with `level` zero bits. Samples unite at the highest level among them.
 */

/** Spreads consecutive numbers over 32 bits: 2^32 ÷ golden ratio (Knuth, "The Art of Computer Programming" 3, section 6.4). */
export const PEOPLE_HASH_MULTIPLIER = 2_654_435_761;

/** The people of a cell or of a day. */
export interface People {
  /** Distinct people, exactly. */
  readonly count: number;
  /** Who they are: numbers, or hashes of those who have no number yet. */
  readonly members: readonly (number | string)[];
  /** 0: all of them are listed; n: one in 2^n of those with numbers. */
  readonly level: number;
}

/** A number of people. */
export interface PeopleCount {
  users: number;
  /** Whether it is estimated from samples (standard error at most 1.6 %) rather than counted. */
  isApproximate: boolean;
}

export const NOBODY: People = { count: 0, members: [], level: 0 };

/** Reads the columns of a row. */
export function peopleOf(count: number, members: string, level: number): People {
  return count === 0 ? NOBODY : { count, members: JSON.parse(members), level };
}

/** Counts the people of several sets, each person once. Reuses its memory, so keep one for many counts. */
export class PeopleCounter {
  /** The round in which a person was last seen, by number. */
  #seen = new Uint32Array(1_024);
  #round = 0;

  count(all: readonly People[]): PeopleCount {
    const sets = all.filter((set) => set.count > 0);
    const [first = NOBODY, second] = sets;
    // One set knows its size, even where it lists only a sample.
    if (second === undefined) return { users: first.count, isApproximate: false };
    const level = sets.reduce((highest, set) => Math.max(highest, set.level), 0);
    const hashes = new Set<string>();
    let numbers = 0;
    this.#round++;
    for (const { members } of sets) {
      for (const member of members) {
        if (typeof member === "string") hashes.add(member);
        else if (this.#isNew(member) && isSampled(member, level)) numbers++;
      }
    }
    return { users: numbers * 2 ** level + hashes.size, isApproximate: level > 0 };
  }

  #isNew(member: number): boolean {
    if (member >= this.#seen.length) {
      const larger = new Uint32Array(Math.max(member + 1, 2 * this.#seen.length));
      larger.set(this.#seen);
      this.#seen = larger;
    }
    if (this.#seen[member] === this.#round) return false;
    this.#seen[member] = this.#round;
    return true;
  }
}

/** Whether a sample of one person in 2^level has somebody in it. Those without a number are in every sample. */
export function isSampled(member: number | string, level: number): boolean {
  return level === 0 || typeof member === "string" || Math.imul(member, PEOPLE_HASH_MULTIPLIER) >>> 0 < 2 ** (32 - level);
}
