/**
 * What an import says at its end: a table of the skills, what was stored, and every reason why something was not, with
 * what to do about it. Paths are shown here and nowhere else.
 */
import type { SkillTally, Tally } from "./tally.ts";

/** What the summary is about. */
export interface SummaryOptions {
  isDryRun: boolean;
  tookMs: number;
  /** Address of the dashboard. */
  origin: string;
}

/** Longest table; the rest is counted in its last row. */
const MAX_ROWS = 15;
const MAX_NAME_CHARS = 40;

/** Writes the summary. */
export function summaryOf(tally: Tally, options: SummaryOptions): string {
  const parts = [tally.calls > 0 ? tableOf(tally.skills()) : "", outcomeLines(tally, options).join("\n"), faultLines(tally).join("\n")];
  const ending = options.isDryRun || tally.accepted + tally.duplicates === 0 ? "" : `Dashboard: ${options.origin}/`;
  return `\n${[...parts, ending].filter((part) => part !== "").map(indent).join("\n\n")}\n`;
}

const HEAD = ["skill", "calls", "errors", "timeouts", "refused", "cancelled", "median"];

function tableOf(skills: readonly SkillTally[]): string {
  const shown = skills.slice(0, MAX_ROWS).map(rowOf);
  const rest = skills.slice(MAX_ROWS);
  const rows = [HEAD, ...shown];
  if (rest.length > 0) rows.push([`and ${count(rest.length, "more skill")}`, number(rest.reduce((sum, { calls }) => sum + calls, 0)), "", "", "", "", ""]);
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join("  ").trimEnd()).join("\n");
}

function rowOf({ skill, calls, outcomes, medianMs }: SkillTally): string[] {
  const { error, timeout, refused, cancelled } = outcomes;
  return [printable(skill), number(calls), ...[error, timeout, refused, cancelled].map((calls) => (calls === 0 ? "·" : number(calls))), duration(medianMs)];
}

function outcomeLines(tally: Tally, { isDryRun, tookMs }: SummaryOptions): string[] {
  const { calls, files, unchangedFiles, oldFiles, bytes, accepted, duplicates } = tally;
  const sources = [`${count(files, "file")} read (${size(bytes)})`, ...(unchangedFiles > 0 ? [`${number(unchangedFiles)} unchanged`] : []), ...(oldFiles > 0 ? [`${number(oldFiles)} older than --since`] : [])];
  const span = calls === 0 ? "" : ` from ${day(tally.firstAt)} to ${day(tally.lastAt)}`;
  const lines = [`${count(calls, "call")}${span}; ${sources.join(", ")} in ${duration(tookMs)}.`];
  if (isDryRun) lines.push("Nothing was sent: --dry-run.");
  else if (calls > 0) lines.push(`${number(accepted)} stored, ${number(duplicates)} were stored before.`);
  return lines;
}

/** One line for each reason that occurred. */
function faultLines(tally: Tally): string[] {
  const { rejected, unreadable, clockAheadMs } = tally;
  const reasons: [number, string][] = [
    [rejected.get("too_old") ?? 0, "older than the Worker keeps (90 days, unless its owner chose otherwise). createTrackingHandler({ rawRetentionDays: 400 }) keeps more; import again afterwards."],
    [rejected.get("clock_skew") ?? 0, `ahead of the Worker's clock. This machine's runs ${duration(Math.abs(clockAheadMs))} ${clockAheadMs < 0 ? "behind" : "ahead"}: set it, and import again.`],
    ...[...rejected].filter(([code]) => code !== "too_old" && code !== "clock_skew").map(([code, calls]): [number, string] => [calls, `rejected by the Worker: ${printable(code)}.`]),
    [tally.outside, "outside of --since and --until."],
    [tally.withoutResult, "without a result (still running, or broken off): not sent."],
    [tally.withoutCall, "results whose call is in no file: not sent."],
    [tally.repeated, "repeated by resumed sessions: counted once."],
    [tally.incomplete, "without an id, a name or a time: not sent."],
    [tally.brokenLines, `broken lines of ${number(tally.lines)}: passed over.`],
    [tally.tooLongLines, "lines too long to be read: passed over."],
    [tally.unfinishedLines, "unfinished last lines: read again next time."],
    [sum(tally.unknownVersions.values()), `of versions of Claude Code that this import does not know (${[...tally.unknownVersions.keys()].slice(0, 5).map(printable).join(", ")}): sent; compare some of them.`],
    [unreadable.length, `files or folders that could not be read: ${unreadable.slice(0, 5).map((place) => clean(place)).join(", ")}${unreadable.length > 5 ? ", …" : ""}`],
  ];
  const occurred = reasons.filter(([calls]) => calls > 0);
  const width = Math.max(...occurred.map(([calls]) => number(calls).length));
  return occurred.map(([calls, reason]) => `${number(calls).padStart(width)}  ${reason}`);
}

function sum(numbers: Iterable<number>): number {
  return [...numbers].reduce((total, one) => total + one, 0);
}

/** Names come from files: no control character of theirs reaches the terminal. */
function printable(name: string): string {
  const cleaned = clean(name);
  return cleaned.length > MAX_NAME_CHARS ? `${cleaned.slice(0, MAX_NAME_CHARS - 1)}…` : cleaned;
}

function clean(text: string): string {
  return text.replace(/\p{Cc}|\p{Cf}/gu, "?");
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

/** A number with its thousands apart, in every locale alike. */
export function number(value: number): string {
  return String(value).replace(/\B(?=(?:\d{3})+$)/g, ",");
}

function count(value: number, noun: string): string {
  return `${number(value)} ${noun}${value === 1 ? "" : "s"}`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** A number of bytes as people say it. */
export function size(bytes: number): string {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  return ms < 3_600_000 ? `${(ms / 60_000).toFixed(1)} min` : `${(ms / 3_600_000).toFixed(1)} h`;
}
