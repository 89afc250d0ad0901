/**
 * Who calls through a service binding. The owner of the calling Worker writes `props` into its configuration, and nothing
 * that comes from the internet can: so they stand for a key.
 */
import type { WaitUntil } from "../../runtime.ts";

/** The part of an `ExecutionContext` in use. */
export interface CallContext extends WaitUntil {
  /** What the configuration of a service binding says of its caller: `{ trackSkills: { analytics: true, ingest: true, name: "…" } }`. */
  readonly props?: unknown;
}

/** What a calling Worker may do without a key. */
export interface Caller {
  name: string;
  analytics: boolean;
  ingest: boolean;
}

/** Reads the caller of a request. Whoever is none may do nothing. Only `true` grants: a typing error grants nothing. */
export function callerOf(ctx: CallContext | undefined): Caller {
  const props = propertyOf(ctx?.props, "trackSkills");
  const name = propertyOf(props, "name");
  return {
    name: typeof name === "string" && /^[\w.-]{1,64}$/.test(name) ? name : "service",
    analytics: propertyOf(props, "analytics") === true,
    ingest: propertyOf(props, "ingest") === true,
  };
}

function propertyOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
