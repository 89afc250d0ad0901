/** Cloudflare's published prices of Workers and D1, as of November 2026, and what a use of them costs a month. */

/** Workers Free and D1 Free, a day. https://developers.cloudflare.com/d1/platform/pricing/ and …/workers/platform/pricing/ */
export const FREE = { rowsReadADay: 5e6, rowsWrittenADay: 100e3, requestsADay: 100e3, storedBytes: 500e6 };

/** Workers Paid: what its base price includes a month, and what a unit above that costs. */
export const PAID = {
  baseDollars: 5,
  rowsRead: { included: 25e9, unit: 1e6, dollarsAUnit: 0.001 },
  rowsWritten: { included: 50e6, unit: 1e6, dollarsAUnit: 1 },
  storedBytes: { included: 5e9, unit: 1e9, dollarsAUnit: 0.75 },
  requests: { included: 10e6, unit: 1e6, dollarsAUnit: 0.3 },
  cpuMs: { included: 30e6, unit: 1e6, dollarsAUnit: 0.02 },
  /** Largest size of one database. https://developers.cloudflare.com/d1/platform/limits/ */
  databaseBytes: 10e9,
};

const DAYS_A_MONTH = 30;

/**
 * What a day's use, every day of a month, costs.
 *
 * @param {{ rowsRead: number, rowsWritten: number, requests: number, cpuMs: number, storedBytes: number }} usage - a day's; `storedBytes` at all times
 */
export function monthlyPriceOf(usage) {
  const isFree =
    usage.rowsRead <= FREE.rowsReadADay && usage.rowsWritten <= FREE.rowsWrittenADay && usage.requests <= FREE.requestsADay && usage.storedBytes <= FREE.storedBytes;
  const parts = [
    billOf("rows written", usage.rowsWritten * DAYS_A_MONTH, PAID.rowsWritten),
    billOf("rows read", usage.rowsRead * DAYS_A_MONTH, PAID.rowsRead),
    billOf("bytes", usage.storedBytes, PAID.storedBytes),
    billOf("requests", usage.requests * DAYS_A_MONTH, PAID.requests),
    billOf("CPU ms", usage.cpuMs * DAYS_A_MONTH, PAID.cpuMs),
  ];
  return { isFree, parts, dollars: isFree ? 0 : parts.reduce((sum, { dollars }) => sum + dollars, PAID.baseDollars) };
}

function billOf(what, used, { included, unit, dollarsAUnit }) {
  return { what, used, included, unit, dollarsAUnit, dollars: (Math.max(0, used - included) / unit) * dollarsAUnit };
}
