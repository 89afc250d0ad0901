/**
 * The sender: a process of its own that empties the spool and ends. It has seconds, whatever the Worker does.
 *
 * A lock spares two senders the same work; that nothing is stored twice is the ids' doing, so a lock that is stale or
 * taken over costs a request and no more. A record leaves the spool once the Worker has answered for it.
 */
import { mkdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { LossAccount, UsageEvent } from "../event.ts";
import { type HookSettings, settingsOf, surroundings } from "./settings.ts";
import { addToSpool, readRecord, recordNames, removeRecord, type SpoolRecord, trimSpool } from "./spool.ts";

/** Makes the hook's file a sender. */
export const SEND_FLAG = "--send";

/** The variable that carries a record which the spool would not take. */
export const UNSPOOLED = "TRACK_SKILLS_UNSPOOLED";

/** Time of a sender, and of one request. */
const TOTAL_MS = 10_000;
const REQUEST_MS = 5_000;

/** A sender that is older than this has crashed. */
const STALE_LOCK_MS = 3 * TOTAL_MS;

/** Events of one request: about 40 KB. */
const BATCH_EVENTS = 100;

/** Answers that settle a batch: stored, or looked at and refused for good. All others may pass: a key can be mended. */
const SETTLED: ReadonlySet<number> = new Set([202, 422]);

/** Sends all that waits. */
export async function sendSpool(): Promise<void> {
  const settings = settingsOf(surroundings());
  if (settings === undefined) return;
  const until = Date.now() + TOTAL_MS;
  const unspooled = process.env[UNSPOOLED];
  if (unspooled !== undefined) await post(settings, batchOf([JSON.parse(unspooled)]), until);
  for (let isThrough = true; isThrough && recordNames(settings.folder).length > 0; ) {
    const token = takeLock(settings.folder);
    if (token === undefined) return;
    isThrough = await sendAll(settings, until);
    // Freed first and looked again afterwards: a hook that found the lock has left its record to this sender.
    freeLock(settings.folder, token);
  }
}

/** Whether a sender is emptying a spool. */
export function isSenderAtWork(folder: string, now: number): boolean {
  try {
    return Math.abs(now - statSync(lockOf(folder)).mtimeMs) < STALE_LOCK_MS;
  } catch {
    return false;
  }
}

/** Sends batch after batch. Tells whether all were answered for. */
async function sendAll(settings: HookSettings, until: number): Promise<boolean> {
  const { folder } = settings;
  trimSpool(folder, Date.now());
  for (let names = nextNames(folder); names.length > 0; names = nextNames(folder)) {
    const records = names.flatMap((name) => readRecord(folder, name) ?? []);
    const rejected = Date.now() >= until ? undefined : await post(settings, batchOf(records), until);
    if (rejected === undefined) return false;
    for (const name of names) removeRecord(folder, name);
    // A clock that is minutes ahead, for instance: what the Worker refuses for good is lost, and told as that.
    const at = Date.now();
    if (rejected > 0) addToSpool(folder, { lost: { id: crypto.randomUUID(), at, reasons: { refused_by_server: rejected } } }, at);
  }
  return true;
}

/** The records of one request: events, and one account of losses, whose id stays its own on a retry. */
function nextNames(folder: string): string[] {
  const names: string[] = [];
  let hasAccount = false;
  for (const name of recordNames(folder)) {
    if (names.length === BATCH_EVENTS) break;
    const isAccount = readRecord(folder, name)?.lost !== undefined;
    if (isAccount && hasAccount) continue;
    hasAccount ||= isAccount;
    names.push(name);
  }
  return names;
}

interface Batch {
  events: UsageEvent[];
  lost: LossAccount | undefined;
}

function batchOf(records: readonly SpoolRecord[]): Batch {
  return { events: records.flatMap(({ event }) => event ?? []), lost: records.find(({ lost }) => lost !== undefined)?.lost };
}

/** Posts a batch. Tells how many of its events were rejected; `undefined` when the Worker has not answered for them. */
async function post({ url, key }: HookSettings, batch: Batch, until: number): Promise<number | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(key !== undefined && { Authorization: `Bearer ${key}` }) },
      body: JSON.stringify({ ...batch, sentAt: Date.now() }),
      signal: AbortSignal.timeout(Math.max(1, Math.min(REQUEST_MS, until - Date.now()))),
    });
    const answer: unknown = await response.json();
    const rejected: unknown = typeof answer === "object" && answer !== null ? Reflect.get(answer, "rejected") : undefined;
    return SETTLED.has(response.status) && Array.isArray(rejected) ? rejected.length : undefined;
  } catch {
    return undefined;
  }
}

const lockOf = (folder: string): string => path.join(folder, "sender.lock");

/** Takes the lock and gives what frees it; `undefined` while another sender has it. */
function takeLock(folder: string): string | undefined {
  const token = crypto.randomUUID();
  if (placeLock(folder, token)) return token;
  if (isSenderAtWork(folder, Date.now())) return undefined;
  // Of a sender that crashed. Only a lock that was found is removed: else two that begin together would remove each other's.
  removeLock(folder);
  return placeLock(folder, token) ? token : undefined;
}

function placeLock(folder: string, token: string): boolean {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(lockOf(folder), token, { flag: "wx", mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}

function freeLock(folder: string, token: string): void {
  try {
    if (readFileSync(lockOf(folder), "utf8") === token) removeLock(folder);
  } catch {
    // It has been taken over.
  }
}

function removeLock(folder: string): void {
  try {
    unlinkSync(lockOf(folder));
  } catch {
    // There is none.
  }
}
