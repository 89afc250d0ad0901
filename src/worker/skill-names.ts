/**
 * A bound on the names of skills that a day can have, so that junk fills neither charts nor roll-ups.
 *
 * Each instance of the Worker remembers the names that it met. While they are few it asks nobody, so an ordinary project
 * pays nothing; an instance that meets many also reads those that roll-ups hold, along with a batch. So the bound is exact
 * within an instance, and several together let through a tenth of it each, and what the last hour brought. Names that come
 * first stay, and those of the day before; a call of a further name is stored as `other` and keeps its name in its metadata:
 * none is lost.
 */
import type { Query } from "../database.ts";
import { DAY_MS, floorTo, HOUR_MS } from "../rollup/scope.ts";
import type { ValidEvent } from "./validate.ts";

/** The skill that stands for those past the bound. Roll-ups use the same. */
const OTHER = "other";

/** Share of the bound up to which an instance trusts its own memory. */
const TRUSTED_SHARE = 0.1;

/** Between two readings of one day: roll-ups change once an hour. */
const READ_PAUSE_MS = 600_000;

/** Days in memory. Events come late, and from imports, but for few days at a time. */
const MAX_DAYS = 8;

export interface SkillNamesParams {
  /** Start of the UTC day. */
  day: number;
  /** Most names of the day itself. */
  limit: number;
}

export interface SkillNamesRow {
  skill: string;
}

/**
 * Names that the roll-ups of a day hold, and of the day before, so that junk which comes first crowds out no skill that was
 * there yesterday: all of those, at most ?2 of the day's own. Reads as many rows as there are hourly cells of the one day and
 * daily ones of the other.
 */
export const skillNamesQuery: Query<SkillNamesParams, SkillNamesRow> = {
  sql: `
SELECT skill
FROM skill_usage_cells
WHERE period_ms = ${DAY_MS}
  AND starts_at = CAST(?1 AS INTEGER) - ${DAY_MS}
UNION
SELECT skill
FROM (
  SELECT DISTINCT skill
  FROM skill_usage_cells
  WHERE period_ms = ${HOUR_MS}
    AND starts_at >= CAST(?1 AS INTEGER)
    AND starts_at < CAST(?1 AS INTEGER) + ${DAY_MS}
  LIMIT CAST(?2 AS INTEGER)
)`,
  bind: ({ day, limit }) => [day, limit],
  columns: ["skill"],
};

interface Day {
  names: Set<string>;
  /** Whether a name came that was not known at the last reading. */
  hasNews: boolean;
  readAt: number;
}

/** The names of skills that one instance of the Worker knows, by day. */
export class SkillNames {
  readonly #maxPerDay: number;
  readonly #days = new Map<number, Day>();

  constructor(maxPerDay: number) {
    this.#maxPerDay = maxPerDay;
  }

  /** Gives events of names past the bound the name `other`, and says how many those are. */
  bound(events: readonly ValidEvent[]): { named: ValidEvent[]; folded: number } {
    let folded = 0;
    const named = events.map((event) => {
      if (this.#admits(event)) return withoutForgedName(event);
      folded += 1;
      return foldedEvent(event);
    });
    return { named, folded };
  }

  /** Which day's names are worth reading now; `undefined` as a rule. */
  namesToRead(now: number): SkillNamesParams | undefined {
    for (const [day, known] of this.#days) {
      if (!known.hasNews || known.names.size < this.#maxPerDay * TRUSTED_SHARE || now - known.readAt < READ_PAUSE_MS) continue;
      known.readAt = now;
      known.hasNews = false;
      return { day, limit: 2 * this.#maxPerDay };
    }
    return undefined;
  }

  /** Adds names that were read. They were stored, so they are never past the bound. */
  learn(day: number, rows: readonly SkillNamesRow[]): void {
    const known = this.#days.get(day);
    for (const { skill } of rows) known?.names.add(skill);
  }

  #admits({ skill, startedAt }: ValidEvent): boolean {
    const day = this.#dayOf(floorTo(startedAt, DAY_MS));
    if (skill === OTHER || day.names.has(skill)) return true;
    // Also at the bound: the name may be known to other instances.
    day.hasNews = true;
    if (day.names.size >= this.#maxPerDay) return false;
    day.names.add(skill);
    return true;
  }

  #dayOf(at: number): Day {
    let day = this.#days.get(at);
    if (day === undefined) {
      day = { names: new Set(), hasNews: false, readAt: Number.NEGATIVE_INFINITY };
      this.#days.set(at, day);
      // Never the latest, whose bound could else be passed by sending events of other days in between.
      const latest = Math.max(...this.#days.keys());
      const oldest = [...this.#days.keys()].find((known) => known !== latest);
      if (this.#days.size > MAX_DAYS && oldest !== undefined) this.#days.delete(oldest);
    }
    return day;
  }
}

/** Only here is a call given its former name: one of a client's own would count among calls past the bound. */
function withoutForgedName(event: ValidEvent): ValidEvent {
  // A field that is undefined counts as absent.
  return event.metadata !== null && Object.hasOwn(event.metadata, "_skill") ? { ...event, metadata: { ...event.metadata, _skill: undefined } } : event;
}

/** The name stands first, since metadata is cut at its end, and over one of the client's own. */
function foldedEvent(event: ValidEvent): ValidEvent {
  return { ...event, skill: OTHER, metadata: Object.assign({ _skill: "" }, event.metadata, { _skill: event.skill }) };
}
