/** A database that counts its queries as D1's limit of an invocation does: each statement of a batch is one. */
import type { Database, Statement, StatementResult } from "../../src/database.ts";

/** Wraps a database. */
export function countingQueries(db: Database): { db: Database; queries: () => number } {
  let queries = 0;
  class Counted implements Statement {
    readonly inner: Statement;
    constructor(inner: Statement) {
      this.inner = inner;
    }
    bind(...values: unknown[]): Counted {
      return new Counted(this.inner.bind(...values));
    }
    all<Row>(): Promise<StatementResult<Row>> {
      queries += 1;
      return this.inner.all<Row>();
    }
  }
  const counting: Database = {
    prepare: (sql) => new Counted(db.prepare(sql)),
    batch<Row>(statements: Statement[]) {
      queries += statements.length;
      return db.batch<Row>(statements.map((statement) => (statement instanceof Counted ? statement.inner : statement)));
    },
  };
  return { db: counting, queries: () => queries };
}
