/**
 * What the bearer of a share may ask and is told: less than a key, and never more than its limits.
 *
 * Questions are listed one by one, so that a new question is closed to shares until somebody has thought about it.
 */
import type { Envelope } from "../../analytics/answers.ts";
import { scopeOf } from "../../analytics/range.ts";
import type { ShareLimits, SharedView } from "../../analytics/shared.ts";
import { FILTERS, type ParsedQuery } from "../../analytics/url.ts";
import { Problem } from "../problem.ts";
import type { Share } from "./share.ts";

const SHARED_QUESTIONS: readonly string[] = ["summary", "tools", "skill", "retention", "errors", "timeseries", "overview"];

/**
 * A question within the limits of a share: what it leaves open is set to them.
 *
 * @throws Problem `outside_share` when it asks for more
 */
export function withinShare(question: string, query: ParsedQuery, limits: ShareLimits, now: number): ParsedQuery {
  if (!SHARED_QUESTIONS.includes(question)) throw outside(`A share link answers ${SHARED_QUESTIONS.join(", ")}.`);
  if (query.compareFrom !== undefined) throw outside("A share link compares with no other range.");
  const narrowed = { ...query, ...rangeWithin(query, limits, now) };
  for (const name of FILTERS) {
    const allowed = limits[name];
    if (allowed === undefined) continue;
    const asked = query[name];
    const values = typeof asked === "string" ? [asked] : asked;
    if (values?.some((value) => !allowed.includes(value))) throw outside(`This share link is limited to some values of "${name}".`);
    narrowed[name] = values === undefined || values.length === 0 ? allowed : values;
  }
  return narrowed;
}

function rangeWithin(query: ParsedQuery, limits: ShareLimits, now: number): Pick<ParsedQuery, "range" | "from" | "to"> {
  const { range, from, to } = limits;
  const { range: askedRange, from: askedFrom, to: askedTo } = query;
  if (range === undefined && from === undefined) return {};
  if (askedRange === undefined && askedFrom === undefined && askedTo === undefined) return { range, from, to };
  const allowed = scopeOf({ range, from, to, now }).range;
  const asked = scopeOf({ range: askedRange, from: askedFrom, to: askedTo, now }).range;
  if (asked.from >= allowed.from && asked.to <= allowed.to) return {};
  throw outside(range === undefined ? `This share link is limited to from=${from}&to=${to}.` : `This share link is limited to the range ${range}.`);
}

function outside(detail: string): Problem {
  return new Problem("outside_share", detail);
}

/** Figures that a share does not show: of other ranges, of clients, and of what the owner pays. */
const WITHHELD_FIGURES: ReadonlySet<string> = new Set(["comparedTo", "previous", "isNew", "returningUsers", "lost", "costToday"]);

/** Lists of single calls and of other ranges. A share shows sums; the lists stay, empty, so that a reader of answers needs no other shape. */
const WITHHELD_LISTS: ReadonlySet<string> = new Set(["errors", "calls", "changes", "quietSkills"]);

/** Texts of single calls, which groups of failures show of their latest one. They stay, as `null`. */
const WITHHELD_TEXTS: ReadonlySet<string> = new Set(["message"]);

function isWithheld(name: string): boolean {
  return [WITHHELD_FIGURES, WITHHELD_LISTS, WITHHELD_TEXTS].some((names) => names.has(name));
}

/** An answer without what a share does not show. `shared` says what that was, so that an empty list is not taken for "none". */
export function withoutWithheld(answer: Envelope, { expiresAt, limits }: Share): object {
  const { suppressed, ...rest } = answer;
  const withheld = new Set<string>();
  const shown = withhold(rest, withheld);
  const shared: SharedView = { expiresAt, limits, withheld: [...withheld] };
  return {
    ...shown,
    // The cursor of a list names a call.
    ...("cursor" in shown && { cursor: null }),
    // How much of another range was about few people tells of that range.
    ...(suppressed !== undefined && { suppressed: Object.fromEntries(Object.entries(suppressed).filter(([name]) => !isWithheld(name))) }),
    shared,
  };
}

/** Leaves out what is withheld, however deep it stands, and notes its name. */
function withhold(value: object, withheld: Set<string>): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (WITHHELD_FIGURES.has(name)) withheld.add(name);
    else if (WITHHELD_LISTS.has(name) && Array.isArray(inner)) {
      withheld.add(name);
      shown[name] = [];
    } else if (WITHHELD_TEXTS.has(name)) {
      withheld.add(name);
      shown[name] = null;
    } else shown[name] = withholdWithin(inner, withheld);
  }
  return shown;
}

function withholdWithin(value: unknown, withheld: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((entry) => withholdWithin(entry, withheld));
  return typeof value === "object" && value !== null ? withhold(value, withheld) : value;
}
