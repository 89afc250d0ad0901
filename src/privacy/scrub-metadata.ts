/**
 * Scrubs metadata and holds it to its limits.
 *
 * Metadata is what the owner chose to name, so keys stay, values are scrubbed, and values under names such as
 * `password` are replaced whatever they are. What nobody allowed or what is over a limit is dropped, and `_dropped` says
 * how many entries were.
 */
import { KIT_METADATA_KEYS, LIMITS } from "../event.ts";
import { scrubNumber, type ScrubRule, scrubText } from "./scrub.ts";
import { isSensitiveKey } from "./sensitive-key.ts";

/** Longest key and longest string inside metadata, in characters. */
const MAX_KEY_CHARS = 64;
const MAX_STRING_CHARS = 256;

/** Where the count of dropped entries stands. */
const DROPPED = "_dropped";

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What an owner wants of metadata. */
export interface MetadataOptions {
  /** Keys that are kept, with all that stands under them, beside those of the kit; `all` keeps every key. @default [] */
  metadata?: "all" | readonly string[] | undefined;
  /** Rules of scrubbing beside those of the kit. @default [] */
  scrubRules?: readonly ScrubRule[] | undefined;
}

/** How much of the limits is used up so far, and by which rules the rest is scrubbed. */
interface Budget {
  keys: number;
  dropped: number;
  scrub: (text: string) => string;
  isAllowed: (key: string, value: unknown) => boolean;
}

/**
 * Gives what is allowed of metadata as scrubbed JSON within its limits: 4 KiB, depth 4, 32 keys, 64 characters a key, 256
 * a string.
 *
 * Never throws: a getter that throws, a cycle or a value that JSON cannot hold is dropped and counted in `_dropped`.
 *
 * @returns `null` when nothing is left.
 */
export function scrubMetadata(metadata: unknown, { metadata: allowed = [], scrubRules }: MetadataOptions = {}): string | null {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return null;
  const keys: readonly string[] = KIT_METADATA_KEYS;
  const budget: Budget = {
    keys: 0,
    dropped: 0,
    scrub: (text) => scrubText(text.toWellFormed(), scrubRules),
    // What the kit sets is flat: an object under a key of the kit's is somebody else's, who happened on the same name.
    isAllowed: (key, value) => allowed === "all" || allowed.includes(key) || (keys.includes(key) && typeof value !== "object"),
  };
  const scrubbed = scrubObject(metadata, 1, budget);
  let json = serialize(scrubbed, budget);
  for (const key of Object.keys(scrubbed).reverse()) {
    if (new TextEncoder().encode(json).byteLength <= LIMITS.metadataBytes) break;
    delete scrubbed[key];
    budget.dropped += 1;
    json = serialize(scrubbed, budget);
  }
  return json === "{}" ? null : json;
}

function serialize(scrubbed: { [key: string]: Json }, budget: Budget): string {
  return JSON.stringify(budget.dropped > 0 ? { ...scrubbed, [DROPPED]: budget.dropped } : scrubbed);
}

function scrubObject(source: object, depth: number, budget: Budget): { [key: string]: Json } {
  const scrubbed: { [key: string]: Json } = {};
  for (const key of keysOf(source)) {
    const value = readProperty(source, key);
    if (depth === 1 && key === DROPPED && typeof value === "number") {
      budget.dropped += Number.isSafeInteger(value) && value > 0 ? value : 0;
      continue;
    }
    if (value === undefined) continue;
    const isOver = budget.keys >= LIMITS.metadataKeys || key.length > MAX_KEY_CHARS || key === "__proto__";
    const isOut = isOver || (depth === 1 && !budget.isAllowed(key, value));
    const kept = isOut ? undefined : isSensitiveKey(key) && typeof value !== "boolean" ? "[redacted]" : scrubValue(value, depth, budget);
    if (kept === undefined) {
      budget.dropped += 1;
      continue;
    }
    budget.keys += 1;
    scrubbed[budget.scrub(key)] = kept;
  }
  return scrubbed;
}

function scrubValue(value: unknown, depth: number, budget: Budget): Json | undefined {
  if (typeof value === "string") return cut(budget.scrub(value.slice(0, LIMITS.metadataBytes)), MAX_STRING_CHARS);
  if (typeof value === "number") return Number.isFinite(value) ? scrubNumber(value, budget.scrub) : undefined;
  if (typeof value === "boolean" || value === null) return value;
  if (typeof value !== "object" || depth >= LIMITS.metadataDepth) return undefined;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
  if (!Array.isArray(value)) return scrubObject(value, depth + 1, budget);
  const items: Json[] = [];
  for (const item of value.slice(0, LIMITS.metadataBytes)) {
    const kept = scrubValue(item, depth + 1, budget);
    if (kept === undefined) budget.dropped += 1;
    else items.push(kept);
  }
  return items;
}

/** Cuts a text to a number of characters, never through the middle of one. */
export function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : text.slice(0, maxChars).replace(/[\uD800-\uDBFF]$/, "");
}

function keysOf(source: object): string[] {
  try {
    return Object.keys(source);
  } catch {
    return [];
  }
}

function readProperty(source: object, key: string): unknown {
  try {
    return Reflect.get(source, key);
  } catch {
    return Number.NaN; // Not representable in JSON: dropped and counted like any other such value.
  }
}
