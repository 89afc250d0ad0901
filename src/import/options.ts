/**
 * The command line: its options, what they mean, and what is wrong with them.
 */
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { type Format, formatOf } from "./import-records.ts";
import { type FieldMap, parseFieldMap } from "./record.ts";

/** What the command line asks for. */
export interface ImportOptions {
  /** Folders and files of transcripts. */
  paths: readonly string[];
  /** A file of records, instead of transcripts. */
  records: { file: string; format: Format; map: FieldMap } | undefined;
  endpoint: string;
  key: string | undefined;
  /** ms since 1970. */
  since: number;
  until: number;
  isDryRun: boolean;
  user: string | undefined;
  source: string | undefined;
  keepsState: boolean;
  isQuiet: boolean;
}

/** The command line is wrong: a sentence that says how. */
export class UsageError extends Error {}

export const USAGE = `Usage: node track-skills.import.js [folder or file …] [options]

Reads Claude Code's transcripts (default: ~/.claude/projects) and stores each tool call: skill, time,
duration, outcome. Prompts, arguments, results, file names and paths are not sent.

  --endpoint URL     the Worker (default: http://localhost:8787, where \`npm start\` serves)
  --key KEY          its ingest key, if it asks for one (better: the variable TRACK_INGEST_KEY)
  --since WHEN       only calls since then: 30d, 12h, 2026-01-31, 2026-01-31T08:00:00Z
  --until WHEN       only calls before then
  --dry-run          read and count; send nothing and remember nothing
  --user ID          whose calls these are; stored as a keyed hash. Nobody's when absent
  --source NAME      label of the calls (default: claude-code)
  --no-state         read everything again, and remember nothing
  --quiet            print nothing but failures
  --help             this text

  --from FILE        a file of events instead of transcripts: NDJSON or CSV, .gz too
  --format FORMAT    ndjson or csv, where the file's name does not say it
  --map MAP          where fields stand: skill=tool,userId=user,sessionId=metadata.sessionId

Exit codes: 0 done; 1 stopped, not everything was sent (the same command goes on); 2 wrong options or
nothing there; 3 done, but some files could not be read.
`;

/** Reads the command line; `undefined` when it asks for help. @throws UsageError */
export function parseOptions(args: readonly string[], environment: Readonly<Record<string, string | undefined>>, now: number): ImportOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const { from, endpoint = "http://localhost:8787", user, source } = values;
  if (from === undefined && (values.format ?? values.map) !== undefined) throw new UsageError("--format and --map describe the file of --from.");
  if (from !== undefined && positionals.length > 0) throw new UsageError("Give --from or folders of transcripts, not both.");
  return {
    paths: positionals.length > 0 ? positionals : [path.join(environment["CLAUDE_CONFIG_DIR"] || path.join(os.homedir(), ".claude"), "projects")],
    records: from === undefined ? undefined : { file: from, format: readFormat(values.format, from), map: readMap(values.map ?? "") },
    endpoint,
    key: values.key ?? (environment["TRACK_INGEST_KEY"] || undefined),
    since: readMoment("--since", values.since, now) ?? Number.NEGATIVE_INFINITY,
    until: readMoment("--until", values.until, now) ?? Number.POSITIVE_INFINITY,
    isDryRun: values["dry-run"] ?? false,
    user,
    source,
    keepsState: !(values["no-state"] ?? false),
    isQuiet: values.quiet ?? false,
  };
}

function parse(args: readonly string[]) {
  const [text, flag] = [{ type: "string" }, { type: "boolean" }] as const;
  const options = { endpoint: text, key: text, since: text, until: text, user: text, source: text, from: text, format: text, map: text, "dry-run": flag, "no-state": flag, quiet: flag, help: flag };
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function readFormat(format: string | undefined, file: string): Format {
  const read = format ?? formatOf(file);
  if (read === "ndjson" || read === "csv") return read;
  throw new UsageError(`Say --format ndjson or --format csv: the name of ${file} does not.`);
}

function readMap(text: string): FieldMap {
  try {
    return parseFieldMap(text);
  } catch (error) {
    throw new UsageError(`--map: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const SPANS_MS: Readonly<Record<string, number>> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** A span before now, a UTC day, or a moment with its zone. */
function readMoment(option: string, text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined;
  const [, amount = "", unit = ""] = /^(\d{1,5})([hdw])$/.exec(text) ?? [];
  if (amount !== "") return now - Number(amount) * (SPANS_MS[unit] ?? 0);
  const at = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,3})?)?(?:Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new UsageError(`${option} takes 30d, 12h, 2w, 2026-01-31 (UTC) or 2026-01-31T08:00:00Z, not "${text}".`);
  return at;
}
