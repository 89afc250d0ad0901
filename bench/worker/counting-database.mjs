/**
 * Counts the rows that D1 says it read and wrote, from outside the design that is measured: a database that hands every
 * statement on and adds up `meta`. No design's own accounting is believed.
 */

/**
 * @typedef {object} Tally
 * @property {number} rowsRead
 * @property {number} rowsWritten
 * @property {Record<string, number>} writtenBy - rows written, by verb and table, such as `INSERT skill_usage_events`
 */

/** @returns {Tally} */
export function emptyTally() {
  return { rowsRead: 0, rowsWritten: 0, writtenBy: {} };
}

/**
 * @param {Tally} into
 * @param {Tally} from
 */
export function addTally(into, from) {
  into.rowsRead += from.rowsRead;
  into.rowsWritten += from.rowsWritten;
  for (const [writer, rows] of Object.entries(from.writtenBy)) into.writtenBy[writer] = (into.writtenBy[writer] ?? 0) + rows;
}

/**
 * A database that counts. `tallyNow` is asked at the end of each statement, so that rows written after the answer can be
 * told from those written before it.
 *
 * @param {any} db - a D1 database
 * @param {() => Tally} tallyNow
 */
export function countingDatabase(db, tallyNow) {
  const count = (sql, meta) => {
    const tally = tallyNow();
    const rowsWritten = meta.rows_written ?? 0;
    const writtenBy = rowsWritten === 0 ? {} : { [writerOf(sql)]: rowsWritten };
    addTally(tally, { rowsRead: meta.rows_read ?? 0, rowsWritten, writtenBy });
  };
  const counted = (real, sql) => ({
    real,
    sql,
    bind: (...values) => counted(real.bind(...values), sql),
    all: () => ran(real.all(), sql),
    run: () => ran(real.run(), sql),
    async first(column) {
      const { results } = await ran(real.all(), sql);
      const row = results[0] ?? null;
      return row === null || column === undefined ? row : row[column];
    },
  });
  const ran = async (running, sql) => {
    const result = await running;
    count(sql, result.meta);
    return result;
  };
  return {
    prepare: (sql) => counted(db.prepare(sql), sql),
    async batch(statements) {
      const results = await db.batch(statements.map((statement) => statement.real));
      for (const [index, { meta }] of results.entries()) count(statements[index].sql, meta);
      return results;
    },
  };
}

/** Verb and table of a statement that writes. */
function writerOf(sql) {
  const [, verb = "other", table = ""] = /\b(INSERT|REPLACE|UPDATE|DELETE)\b(?:\s+OR\s+\w+)?(?:\s+(?:INTO|FROM))?\s+(\w+)/i.exec(sql) ?? [];
  return `${verb.toUpperCase()} ${table}`.trim();
}
