/** Figures and tables as Markdown. */

/**
 * A table whose first column is text and whose others are figures.
 *
 * @param {readonly string[]} head
 * @param {readonly (readonly string[])[]} rows
 */
export function tableOf(head, rows) {
  const line = (cells) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? "---" : "---:"))), ...rows.map(line)].join("\n");
}

/**
 * A number with a fixed count of digits after the point; `–` for what is not a number.
 *
 * @param {number | null | undefined} value
 * @param {number} digits
 */
export function fixed(value, digits) {
  return value === null || value === undefined || !Number.isFinite(value) ? "–" : value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/**
 * A whole number, with commas.
 *
 * @param {number | null | undefined} value
 */
export function whole(value) {
  return fixed(value, 0);
}
