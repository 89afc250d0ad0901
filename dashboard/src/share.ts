/**
 * Share links, as their bearer's page sees them. A token says by itself what it is limited to; only the Worker can tell
 * whether it is true, so this is no more than a hint of what to ask.
 */
import type { ShareLimits } from "../../src/analytics/shared.ts";
import type { Question } from "./questions.ts";
import { dateOf, type Place, type Preset, PRESETS, type Range } from "./state.ts";

/** What a bearer of a share cannot ask at all. */
const REFUSED: ReadonlySet<Question> = new Set(["calls", "cohorts"]);

/** The limits of a share; `undefined` when a key is none, or cannot be read. */
export function limitsOf(key: string | undefined): ShareLimits | undefined {
  const payload = key?.startsWith("share.") === true ? key.split(".")[1] : undefined;
  if (payload === undefined) return undefined;
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
    const { limits }: { limits?: ShareLimits } = JSON.parse(new TextDecoder().decode(bytes));
    return typeof limits === "object" ? limits : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a share answers a question. */
export function isShared(question: Question): boolean {
  return !REFUSED.has(question);
}

/** The presets within a share's. */
export function presetsWithin(limits: ShareLimits | undefined): readonly Preset[] {
  if (limits?.from !== undefined) return [];
  return limits?.range === undefined ? PRESETS : PRESETS.slice(0, PRESETS.indexOf(limits.range) + 1);
}

/** A place that a share can show: its own range where the place asks for another, and nothing to compare with. */
export function withinLimits(place: Place, limits: ShareLimits | undefined): Place {
  if (limits === undefined) return place;
  const allowed = presetsWithin(limits);
  const isWithin = limits.range === undefined ? limits.from === undefined : "preset" in place.range && allowed.includes(place.range.preset);
  const range = isWithin ? place.range : rangeOf(limits, place.range);
  return { ...place, range, comparison: "before" };
}

function rangeOf({ range, from, to }: ShareLimits, otherwise: Range): Range {
  if (range !== undefined) return { preset: range };
  return from === undefined || to === undefined ? otherwise : { from: dateOf(from), to: dateOf(to - 1) };
}
