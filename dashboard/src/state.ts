/**
 * What the page knows, as one plain object. Everything on the screen follows from it; the parts that a reader would
 * want to keep or send on (range, source, order of the skills) are mirrored in the URL.
 */
import type { Overview } from "../../src/analytics/answers.ts";
import type { Connection } from "./connection.ts";

export const RANGES = ["24h", "7d", "30d", "90d"] as const;
export type Range = (typeof RANGES)[number];

/** How a range is called in a sentence, and how the range before it is. */
export const RANGE_NAMES: Readonly<Record<Range, { name: string; before: string }>> = {
  "24h": { name: "the last 24 hours", before: "the 24 hours before" },
  "7d": { name: "the last 7 days", before: "the 7 days before" },
  "30d": { name: "the last 30 days", before: "the 30 days before" },
  "90d": { name: "the last 90 days", before: "the 90 days before" },
};

export const SORT_KEYS = ["skill", "calls", "successRate", "p50", "p95", "users", "lastUsedAt"] as const;
export type SortKey = (typeof SORT_KEYS)[number];

export interface SkillOrder {
  key: SortKey;
  descending: boolean;
}

/** What stands in the middle of the page. */
export type Screen = "figures" | "key-prompt" | "address-prompt";

export interface State {
  range: Range;
  /** Only calls from here are shown; `null` shows all. */
  source: string | null;
  order: SkillOrder;
  /** Whether the table of skills shows more than its first rows. */
  allSkills: boolean;
  connection: Connection;
  screen: Screen;
  /** Whether somebody waits for the answer: not so for the refresh of every minute. */
  loading: boolean;
  overview: Overview | undefined;
  /** When `overview` arrived, ms since 1970. */
  loadedAt: number;
  /** Latest event of all; `undefined` while it is not known. Asked for only when the range is empty. */
  lastEventAt: number | null | undefined;
  /** Why the latest request gave nothing. */
  failure: string | undefined;
}

export function initialState(connection: Connection, search: string): State {
  const params = new URLSearchParams(search);
  const range = params.get("range");
  return {
    range: isRange(range) ? range : "7d",
    source: params.get("source"),
    order: orderOf(params.get("sort")),
    allSkills: false,
    connection,
    screen: "figures",
    loading: true,
    overview: undefined,
    loadedAt: 0,
    lastEventAt: undefined,
    failure: undefined,
  };
}

/** The query string that leads back to this state. What other tools put into it is kept. */
export function searchOf(state: State, search: string): string {
  const params = new URLSearchParams(search);
  params.set("range", state.range);
  if (state.source === null) params.delete("source");
  else params.set("source", state.source);
  const { key, descending } = state.order;
  if (key === "calls" && descending) params.delete("sort");
  else params.set("sort", descending ? `-${key}` : key);
  return `?${params}`;
}

export function isRange(value: string | null | undefined): value is Range {
  return RANGES.some((range) => range === value);
}

function orderOf(text: string | null): SkillOrder {
  const name = text?.replace(/^-/, "");
  const key = SORT_KEYS.find((candidate) => candidate === name);
  return key === undefined ? { key: "calls", descending: true } : { key, descending: text?.startsWith("-") === true };
}
