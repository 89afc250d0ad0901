/**
 * The few D1 methods in use, as structural types, so that the declaration files need no ambient types.
 *
 * Cloudflare's `D1Database` is assignable to `Database`. Queries are data: `{ sql, bind, columns }`, which lets one
 * test prepare every one of them on the migrated schema. D1 hands rows back untyped; that test is what makes the
 * row types of this code true.
 */

/** What D1 says about a statement that ran. Rows are what D1 bills. */
export interface StatementMeta {
  rows_read?: number | undefined;
  rows_written?: number | undefined;
  /** Rows inserted, updated or deleted. */
  changes?: number | undefined;
}

/** What a statement gave back. */
export interface StatementResult<Row> {
  results: Row[];
  meta: StatementMeta;
}

/** A prepared statement: the part of `D1PreparedStatement` in use. */
export interface Statement {
  bind(...values: unknown[]): Statement;
  all<Row>(): Promise<StatementResult<Row>>;
}

/** A database: the part of `D1Database` in use. `batch` is one round trip and one transaction. */
export interface Database {
  prepare(sql: string): Statement;
  batch<Row>(statements: Statement[]): Promise<StatementResult<Row>[]>;
}

/** One SQL statement, how its parameters are bound (`?1`, `?2`, …) and the columns that it returns. */
export interface Query<Params, Row> {
  readonly sql: string;
  readonly bind: (params: Params) => unknown[];
  readonly columns: readonly (keyof Row & string)[];
}

/** A query with its parameters, which remembers the type of its rows. */
export interface BoundQuery<Row> {
  readonly statement: Statement;
  readonly columns: readonly (keyof Row & string)[];
}

/** Binds a query's parameters. */
export function bindQuery<Params, Row>(db: Database, query: Query<Params, Row>, params: Params): BoundQuery<Row> {
  return { statement: db.prepare(query.sql).bind(...query.bind(params)), columns: query.columns };
}

/** The rows of several queries, in their order, and the rows that D1 read and wrote for them together. */
export interface BatchAnswer<Rows extends readonly unknown[]> {
  rows: { [Index in keyof Rows]: Rows[Index][] };
  cost: Cost;
}

/** Rows that D1 counted. */
export interface Cost {
  rowsRead: number;
  rowsWritten: number;
}

/** Runs several queries in one round trip and one transaction, so that they see the same state. */
export async function runBatch<const Rows extends readonly unknown[]>(
  db: Database,
  queries: { [Index in keyof Rows]: BoundQuery<Rows[Index]> },
): Promise<BatchAnswer<Rows>> {
  const results = await db.batch<unknown>(queries.map((query) => query.statement));
  const rows = results.map((result) => result.results) as { [Index in keyof Rows]: Rows[Index][] };
  return { rows, cost: costOf(results) };
}

/** `runBatch` for two lists of queries, whose rows come apart again. */
export async function runBatchAlong<const Rows extends readonly unknown[], const More extends readonly unknown[]>(
  db: Database,
  queries: { [Index in keyof Rows]: BoundQuery<Rows[Index]> },
  more: { [Index in keyof More]: BoundQuery<More[Index]> },
): Promise<BatchAnswer<Rows> & { alongRows: BatchAnswer<More>["rows"] }> {
  const results = await db.batch<unknown>([...queries, ...more].map((query) => query.statement));
  const rows = results.map((result) => result.results);
  return {
    rows: rows.slice(0, queries.length) as BatchAnswer<Rows>["rows"],
    alongRows: rows.slice(queries.length) as BatchAnswer<More>["rows"],
    cost: costOf(results),
  };
}

/** The cost of two operations together. */
export function addCosts(left: Cost, right: Cost): Cost {
  return { rowsRead: left.rowsRead + right.rowsRead, rowsWritten: left.rowsWritten + right.rowsWritten };
}

/** Adds up what D1 counted for some results. */
export function costOf(results: readonly StatementResult<unknown>[]): Cost {
  let rowsRead = 0;
  let rowsWritten = 0;
  for (const { meta } of results) {
    rowsRead += meta.rows_read ?? 0;
    rowsWritten += meta.rows_written ?? 0;
  }
  return { rowsRead, rowsWritten };
}
