/**
 * The kit's own account: rows that D1 counted, by UTC day and operation.
 *
 * Writing an account costs rows too, so an instance of the Worker keeps it in memory and adds it to the table at once
 * after its first work, then every few minutes or thousand rows. An instance that ends in between takes what it had not
 * written with it: a few minutes of one instance, on the low side.
 */
import type { CostOperation } from "../analytics/answers.ts";
import { costDaysOf } from "../analytics/cost.ts";
import { type Cost, costOf, type Database } from "../database.ts";

const FLUSH_MS = 300_000;
const FLUSH_ROWS_WRITTEN = 1_000;

/** How long the table's sum is believed before it is read again. */
const SUM_MS = 60_000;

/** Adds entries, given as JSON [[day, operation, runs, rows_read, rows_written], ...]. */
export const ADD_COSTS_SQL: string = `
INSERT INTO skill_usage_costs (day, operation, runs, rows_read, rows_written)
SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4
FROM json_each(?1)
WHERE true
ON CONFLICT (day, operation) DO UPDATE SET
  runs = runs + excluded.runs,
  rows_read = rows_read + excluded.rows_read,
  rows_written = rows_written + excluded.rows_written`;

export const ROWS_WRITTEN_SQL: string = `
SELECT COALESCE(SUM(rows_written), 0) AS rows_written
FROM skill_usage_costs
WHERE day = CAST(?1 AS INTEGER)`;

type Entry = [day: number, operation: CostOperation, runs: number, rowsRead: number, rowsWritten: number];

/** The account of one instance of the Worker. */
export class CostMeter {
  #pending: Entry[] = [];
  #flushedAt = Number.NEGATIVE_INFINITY;
  #sum = { day: -1, readAt: Number.NEGATIVE_INFINITY, rowsWritten: 0 };

  /** Notes what an operation cost. */
  add(operation: CostOperation, { rowsRead, rowsWritten }: Cost, now: number): void {
    const day = costDaysOf(now).from;
    const entry = this.#pending.find((known) => known[0] === day && known[1] === operation);
    if (entry === undefined) {
      this.#pending.push([day, operation, 1, rowsRead, rowsWritten]);
      return;
    }
    entry[2]++;
    entry[3] += rowsRead;
    entry[4] += rowsWritten;
  }

  /** Writes what is pending, when it is time or `isUrgent`. Rejects with what D1 says; what was pending then stays so. */
  async flush(db: Database, now: number, isUrgent = false): Promise<void> {
    const isDue = isUrgent || now - this.#flushedAt >= FLUSH_MS || this.#rowsPending(costDaysOf(now).from) >= FLUSH_ROWS_WRITTEN;
    if (!isDue || this.#pending.length === 0) return;
    const entries = this.#pending;
    const flushedBefore = this.#flushedAt;
    this.#pending = [];
    this.#flushedAt = now;
    try {
      const result = await db.prepare(ADD_COSTS_SQL).bind(JSON.stringify(entries)).all();
      this.#sum.readAt = Number.NEGATIVE_INFINITY;
      this.add("accounting", costOf([result]), now);
    } catch (error) {
      this.#pending.push(...entries);
      this.#flushedAt = flushedBefore;
      throw error;
    }
  }

  /** Rows written today, as far as this instance knows: what all of them have recorded, and what it has pending. */
  async rowsWrittenToday(db: Database, now: number): Promise<number> {
    const day = costDaysOf(now).from;
    if (this.#sum.day !== day || now - this.#sum.readAt >= SUM_MS) {
      const { results } = await db.prepare(ROWS_WRITTEN_SQL).bind(day).all<{ rows_written: number }>();
      this.#sum = { day, readAt: now, rowsWritten: results[0]?.rows_written ?? 0 };
    }
    return this.#sum.rowsWritten + this.#rowsPending(day);
  }

  #rowsPending(day: number): number {
    return this.#pending.reduce((sum, entry) => sum + (entry[0] === day ? entry[4] : 0), 0);
  }
}
