/** CSV of what is seen: RFC 4180, with names kept from being run as formulae by spreadsheets. */
import { element } from "./elements.ts";
import { texts } from "./texts/index.ts";

/** Makes the text of a file. The first row holds the names of the columns. */
export function csvOf(rows: readonly (readonly (string | number | null)[])[]): string {
  return rows.map((row) => `${row.map(fieldOf).join(",")}\r\n`).join("");
}

/** A button that saves a file. `rowsOf` runs when it is pressed. */
export function csvButton(fileName: string, rowsOf: () => readonly (readonly (string | number | null)[])[]): HTMLElement {
  const button = element("button", { type: "button", "data-place": `csv-${fileName}` }, texts.saveCsv);
  button.addEventListener("click", () => save(`${fileName}.csv`, csvOf(rowsOf())));
  return button;
}

function fieldOf(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  // Spreadsheets run what begins like this (OWASP, CSV injection).
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function save(name: string, text: string): void {
  // The mark of byte order makes spreadsheets read UTF-8.
  const url = URL.createObjectURL(new Blob(["\uFEFF", text], { type: "text/csv;charset=utf-8" }));
  const link = element("a", { href: url, download: name });
  link.click();
  // Safari reads the file after the press has been dealt with.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
