/** A database that fails after some round trips, as when a Worker is stopped: what went before stays, the rest never comes. */
import type { Database, Statement, StatementResult } from "../../src/database.ts";

/** What a stopped database throws. */
export class Stopped extends Error {}

/** Wraps a database: the first `trips` round trips pass, every later one fails before it begins. */
export function stopAfter(db: Database, trips: number): Database {
  let left = trips;
  const pass = () => {
    if (left-- <= 0) throw new Stopped("stopped");
  };
  class Counted implements Statement {
    readonly inner: Statement;
    constructor(inner: Statement) {
      this.inner = inner;
    }
    bind(...values: unknown[]): Counted {
      return new Counted(this.inner.bind(...values));
    }
    async all<Row>(): Promise<StatementResult<Row>> {
      pass();
      return this.inner.all<Row>();
    }
  }
  return {
    prepare: (sql) => new Counted(db.prepare(sql)),
    async batch<Row>(statements: Statement[]) {
      pass();
      return db.batch<Row>(statements.map((statement) => (statement instanceof Counted ? statement.inner : statement)));
    },
  };
}
