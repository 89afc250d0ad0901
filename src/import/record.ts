/**
 * One record of a foreign file as an event: fields in the contract's own names, or under the names that a map gives.
 */
import { LIMITS, type UsageEvent } from "../event.ts";
import { digestOf, idOf } from "./event-id.ts";

/** Where the fields of an event stand in a record: field to a path such as `metadata.sessionId`; an empty path leaves the field out. */
export type FieldMap = ReadonlyMap<Field, string>;

type Kind = "text" | "time" | "number" | "boolean" | "object";

/** A field of an event. */
export type Field = keyof UsageEvent;

/** Fields of an event that a record may carry, and what they take. The compiler holds them to `UsageEvent`. */
const FIELDS: Readonly<Record<Field, Kind>> = {
  skill: "text",
  id: "text",
  startedAt: "time",
  durationMs: "number",
  clock: "text",
  success: "boolean",
  outcome: "text",
  errorType: "text",
  errorMessage: "text",
  userId: "text",
  sessionId: "text",
  version: "text",
  source: "text",
  variant: "text",
  metadata: "object",
};

/** Reads a map such as `skill=tool,userId=user`. @throws RangeError that names what is wrong */
export function parseFieldMap(text: string): FieldMap {
  const pairs = text.split(",").map((pair) => pair.trim()).filter((pair) => pair !== "");
  return new Map(pairs.map((pair) => {
    const [, field = "", path = ""] = /^(\w+)=(.*)$/.exec(pair) ?? [];
    if (isField(field)) return [field, path.trim()];
    throw new RangeError(`"${pair}" is not FIELD=NAME. Fields are ${Object.keys(FIELDS).join(", ")}.`);
  }));
}

function isField(name: string): name is Field {
  return Object.hasOwn(FIELDS, name);
}

/** Largest event, in characters of JSON: metadata at the Worker's limit and room for the rest. */
const MAX_EVENT_CHARS = 65_536;

/** Makes events of the records of one file. */
export class RecordReader {
  readonly #map: FieldMap;
  readonly #labels: Pick<UsageEvent, "source" | "userId">;
  /** How often a record without an id came, by its digest: two equal ones are two calls, in every import the same two. */
  readonly #occurrences = new Map<string, number>();

  constructor(map: FieldMap, labels: Pick<UsageEvent, "source" | "userId">) {
    this.#map = map;
    this.#labels = labels;
  }

  /** Reads a record; `undefined` when it has no skill or no time, or is too large: such an event could not be stored again as the same. */
  read(record: object): (UsageEvent & { startedAt: number }) | undefined {
    const event: Record<string, unknown> = {};
    for (const field of Object.keys(FIELDS).filter(isField)) {
      const value = valueOf(FIELDS[field], atPath(record, this.#map.get(field) ?? field));
      if (value !== undefined) event[field] = value;
    }
    const metadata = withoutMapped(event["metadata"], this.#map);
    const { startedAt, skill, id } = event;
    if (typeof startedAt !== "number" || typeof skill !== "string") return undefined;
    const whole = { ...this.#labels, ...event, skill, startedAt, metadata };
    const json = jsonOf(whole);
    return json === undefined || json.length > MAX_EVENT_CHARS ? undefined : { ...whole, id: typeof id === "string" ? idOf(id) : this.#makeId(json) };
  }

  #makeId(json: string): string {
    const digest = digestOf(json);
    const occurrence = (this.#occurrences.get(digest) ?? 0) + 1;
    this.#occurrences.set(digest, occurrence);
    return occurrence === 1 ? digest : digestOf(`${digest} ${occurrence}`);
  }
}

/** `undefined` for metadata so deep that they cannot be written: parsing has no limit, writing has the stack's. */
function jsonOf(value: object): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

/** A value stands under its whole name, or inside of objects: CSV has columns such as `metadata.plan`. */
function atPath(record: object, path: string): unknown {
  if (path === "") return undefined;
  if (Object.hasOwn(record, path)) return Reflect.get(record, path);
  let value: unknown = record;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = Reflect.get(value, name);
  }
  return value;
}

/** What a field takes elsewhere must not stand in the metadata too: there, a session's id would be kept in clear. */
function withoutMapped(metadata: unknown, map: FieldMap): Record<string, unknown> | undefined {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return undefined;
  const base = `${map.get("metadata") ?? "metadata"}.`;
  const taken = new Set([...map.values()].filter((path) => path.startsWith(base)).map((path) => path.slice(base.length)));
  return Object.fromEntries(Object.entries(metadata).filter(([name]) => !taken.has(name)));
}

/** Reads a value as what its field takes. Cells of CSV are texts; the Worker judges everything else. */
function valueOf(kind: Kind, value: unknown): unknown {
  if (value === undefined || value === null || value === "") return undefined;
  if (kind === "time") return readTime(value);
  if (typeof value !== "string" || kind === "text") return value;
  if (kind === "number") return Number.isNaN(Number(value)) ? value : Number(value);
  if (kind === "boolean") return BOOLEANS.get(value.toLowerCase()) ?? value;
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([["true", true], ["1", true], ["yes", true], ["false", false], ["0", false], ["no", false]]);

/** ms since 1970, or ISO 8601 with a zone: without one, the same file would mean another time on another machine. */
function readTime(value: unknown): number | undefined {
  const text = String(value);
  const at = /^\d{1,16}$/.test(text) ? Number(text) : /T.*(?:Z|[+-]\d{2}:?\d{2})$/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(at) && at <= Date.now() + LIMITS.durationMs ? at : undefined;
}
