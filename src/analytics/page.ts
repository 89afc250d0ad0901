/** Pages of calls, newest first. A cursor names the last call that was looked at, so that calls which come in meanwhile move nothing. */
import type { Span } from "./answers.ts";
import { InvalidQueryError } from "./range.ts";

/** A place in the order of calls. */
export interface Place {
  startedAt: number;
  id: string;
}

/**
 * The part of a range that a cursor leaves. Its end says the same as the cursor but for calls of one millisecond: SQLite
 * seeks to one bound only, and takes the plain one.
 *
 * @throws InvalidQueryError when the cursor is none
 */
export function spanBefore({ from, to }: Span, cursor: string | undefined): Span & { before: Place } {
  if (cursor === undefined) return { from, to, before: { startedAt: to, id: "" } };
  const before = parseCursor(cursor);
  return { from, to: Math.min(to, before.startedAt + 1), before };
}

function parseCursor(cursor: string): Place {
  const [, startedAt, id] = /^(\d{1,16})\.([\w-]{1,64})$/.exec(cursor) ?? [];
  if (startedAt === undefined || id === undefined) throw new InvalidQueryError('"cursor" is the "cursor" of the answer before.');
  return { startedAt: Number(startedAt), id };
}

/** The cursor behind a call. */
export function cursorOf(last: { started_at: number; event_id: string } | undefined): string | null {
  return last === undefined ? null : `${last.started_at}.${last.event_id}`;
}

/**
 * Reads how many of something an answer should have.
 *
 * @throws InvalidQueryError when that is no whole number from 1 to `max`
 */
export function countOf(count: number, name: string, max: number): number {
  if (Number.isInteger(count) && count >= 1 && count <= max) return count;
  throw new InvalidQueryError(`"${name}" is a whole number from 1 to ${max}.`);
}
