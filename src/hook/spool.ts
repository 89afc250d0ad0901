/**
 * The spool: a folder in which records wait until they are sent, one small file each.
 *
 * One file a record, written aside and then renamed, needs no lock: hooks that run at once never meet, and a sender sees
 * whole records only. The names begin with the time, so that their order is the order of the calls.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LossAccount, LossReason, UsageEvent } from "../event.ts";

/** What waits: an event, or an account of events that were lost before they could wait. */
export interface SpoolRecord {
  event?: UsageEvent;
  lost?: LossAccount;
}

/** Records that may wait, a megabyte at most; when there are more, the oldest go until this much less wait. */
const MAX_RECORDS = 1_000;
const ROOM_RECORDS = 100;

/** Longest wait. */
const MAX_AGE_MS = 7 * 86_400_000;

/** A record that was being written for that long never will be. */
const WRITING_MS = 60_000;

/** Adds a record. Tells whether it could: the folder may not be writable, or the disk full. */
export function addToSpool(folder: string, record: SpoolRecord, now: number): boolean {
  // Digits in front: names sort by time.
  const name = path.join(folder, `${String(now).padStart(15, "0")}-${record.event?.id ?? record.lost?.id ?? crypto.randomUUID()}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(`${name}.tmp`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${name}.tmp`, `${name}.json`);
  } catch {
    removeFile(`${name}.tmp`);
    return false;
  }
  trimSpool(folder, now);
  return true;
}

/** Names of the records that wait, oldest first. */
export function recordNames(folder: string): string[] {
  return filesIn(folder).filter((name) => name.endsWith(".json"));
}

/** Reads a record; `undefined` when it is gone or is none. */
export function readRecord(folder: string, name: string): SpoolRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(path.join(folder, name), "utf8"));
    return typeof record === "object" && record !== null ? record : undefined;
  } catch {
    return undefined;
  }
}

/** Removes a record. Tells whether it was there. */
export function removeRecord(folder: string, name: string): boolean {
  return removeFile(path.join(folder, name));
}

/** Drops what is too old or too much, and leaves an account of it. */
export function trimSpool(folder: string, now: number): void {
  const files = filesIn(folder);
  for (const name of files) if (name.endsWith(".tmp") && ageOf(name, now) > WRITING_MS) removeRecord(folder, name);
  const names = files.filter((name) => name.endsWith(".json"));
  const old = names.filter((name) => ageOf(name, now) > MAX_AGE_MS);
  const surplus = names.length - old.length > MAX_RECORDS ? names.slice(old.length, names.length - MAX_RECORDS + ROOM_RECORDS) : [];
  const reasons: Partial<Record<LossReason, number>> = {};
  for (const name of old) drop(folder, name, "network", reasons);
  for (const name of surplus) drop(folder, name, "queue_full", reasons);
  if (Object.keys(reasons).length > 0) addToSpool(folder, { lost: { id: crypto.randomUUID(), at: now, reasons } }, now);
}

/** Removes a record and counts what is lost with it. Of two that remove the same one, one counts. */
function drop(folder: string, name: string, reason: LossReason, reasons: Partial<Record<LossReason, number>>): void {
  const { lost } = readRecord(folder, name) ?? {};
  if (!removeRecord(folder, name)) return;
  // An account that goes is carried on in the next one.
  for (const [key, count] of Object.entries(lost?.reasons ?? { [reason]: 1 }) as [LossReason, number][]) reasons[key] = (reasons[key] ?? 0) + count;
}

function ageOf(name: string, now: number): number {
  return now - Number.parseInt(name, 10);
}

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /^\d{15}-/.test(name)).sort();
  } catch {
    return [];
  }
}

function removeFile(file: string): boolean {
  try {
    unlinkSync(file);
    return true;
  } catch {
    return false;
  }
}
