/**
 * The events that wait, and their way out.
 *
 * All events of a tracker wait together, as plain values. A process or a page sends one batch at a time. In a Worker each
 * invocation sends for itself, since one request may not do I/O for another, and takes along what others of the isolate
 * have left waiting. When an invocation ends before its answer came, its batch is taken back after a while; the ids in it
 * make a second sending harmless.
 */
import type { LossReason } from "../event.ts";
import { textOf } from "./classify.ts";
import { createLosses } from "./losses.ts";
import type { TrackerStats } from "./options.ts";
import { isPage } from "./runtime-hooks.ts";
import type { Settings } from "./settings.ts";
import { byteLength, charsOf, correctTime, type FixedEvent, hookEvent, MAX_EVENT_BYTES, serializeEvent, type WaitingEvent } from "./serialize.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Post } from "./transport.ts";
import { verdictOf } from "./verdict.ts";

export interface Outbox {
  /** Takes an event in, or counts it as lost. The event is the outbox's own from here on. */
  add(event: FixedEvent): void;
  lose(reason: LossReason, count: number, detail?: string): void;
  /**
   * Sends all that waits now, each batch within a time, whoever else is sending. Settles when it is sent or lost, or waits for
   * better times (`false`); never rejects. What comes meanwhile may go along, but waits for its own turn: else a steady
   * stream of events would have no end, and one request for each.
   */
  sendAll(batchWithinMs: number): Promise<boolean>;
  /** The same where all may wait for one: joins what is sending already. */
  sendInTurn(batchWithinMs: number): Promise<boolean>;
  /** Waits for what is on its way, until its time is over. */
  settled(): Promise<void>;
  /** Sends at once what one request can hold, beside what is on its way: for a page that goes. */
  sendLast(): void;
  /** Gives up what waits and what is on its way. */
  abandon(): void;
  waiting(): number;
  /** Before this time, in ms since 1970, only an explicit flush tries again. */
  pausedUntil(): number;
  stats(): TrackerStats;
}

/** Answers after which the same request may succeed; 0 is none at all. */
const RETRYABLE = new Set([0, 408, 425, 429, 500, 502, 503, 504]);

/** Back-off with full jitter: a random part of 0.5 s, 1 s, 2 s, … (AWS Architecture Blog, "Exponential Backoff And Jitter"). */
const BACKOFF_BASE_MS = 500;

/** Longest pause after failures in a row, unless the Worker asks for a longer one. */
const MAX_PAUSE_MS = 60_000;

/** Events of one request when many wait, and when there is no other one: as many as a Worker takes. */
const MAX_BACKLOG_BATCH = 100;
const MAX_LAST_BATCH = 500;

/** Bytes of the events of one request: leaves room for the rest of it in what browsers let outlive a page, 64 KiB. */
const MAX_BATCH_BYTES = 60_000;

/** How often it is looked whether a batch is through. */
const POLL_MS = 10;

/** Differences of clocks below this are no reason to correct a time. */
const MIN_SKEW_MS = 60_000;

/** Makes an empty outbox. */
export function createOutbox(settings: Settings, post: Post, { now, random, sleep, makeId }: Surroundings): Outbox {
  const { maxQueueEvents, maxQueueBytes, maxRetries, timeoutMs, batchSize, beforeSend, onError } = settings;
  const waiting: WaitingEvent[] = [];
  /** Batches on their way, and until when. */
  const sending = new Map<WaitingEvent[], number>();
  const losses = createLosses(onError);
  const { lose } = losses;
  const stats: TrackerStats = { queued: 0, sent: 0, duplicates: 0, rejected: 0, lost: losses.counts };
  /** The latest of those sendings of all that waits which others may join until they are over, and until when its latest batch may take. */
  let turn: Promise<boolean> | undefined;
  let turnUntil = 0;
  let places = 0;
  let queuedChars = 0;
  let failures = 0;
  let pausedUntil = 0;
  let skewMs = 0;

  function add(event: FixedEvent): void {
    const chars = charsOf(event);
    if (stats.queued >= maxQueueEvents || queuedChars + chars > maxQueueBytes) return lose("queue_full", 1);
    const taken: WaitingEvent = { event, json: undefined, isCorrected: false, place: ++places };
    if (skewMs !== 0) correctTime(taken, skewMs);
    stats.queued += 1;
    queuedChars += chars;
    waiting.push(taken);
  }

  /** Events that are no longer held. */
  function release(events: readonly WaitingEvent[]): void {
    stats.queued -= events.length;
    for (const { event } of events) queuedChars -= charsOf(event);
  }

  function take(most = Math.max(batchSize, MAX_BACKLOG_BATCH)): WaitingEvent[] {
    const batch: WaitingEvent[] = [];
    let bytes = 0;
    for (let next = waiting[0]; next !== undefined && batch.length < most; next = waiting[0]) {
      // With an id and a time of its own, a retry is the same event. Making an id takes longer than all that a call pays for.
      next.event.id ??= makeId();
      next.event.startedAt ||= now();
      next.json ??= serialize(next.event);
      bytes += byteLength(next.json);
      if (bytes > MAX_BATCH_BYTES && batch.length > 0) break;
      waiting.shift();
      if (next.json === "") release([next]);
      else batch.push(next);
    }
    return batch;
  }

  /** An event that cannot be sent costs itself alone. Gives `""` for it, and for one that the hook drops. */
  function serialize(event: FixedEvent): string {
    let reason: LossReason = "before_send";
    try {
      const kept = beforeSend === undefined ? event : hookEvent(event, beforeSend);
      if (kept === null) return "";
      reason = "unserializable";
      const json = serializeEvent(kept, settings.scrubRules);
      if (byteLength(json) <= MAX_EVENT_BYTES) return json;
      lose("too_large", 1);
    } catch (error) {
      lose(reason, 1, textOf(error, "message") ?? "");
    }
    return "";
  }

  /** Sends a batch, again after failures that may pass. Tells whether the next one is worth a try. */
  async function send(batch: WaitingEvent[], until: number, isLast = false): Promise<boolean> {
    if (batch.length === 0) return true;
    const account = losses.account(makeId, now() + skewMs);
    // A page's key stands in the body: a header would cost a preflight, and a beacon has none.
    const rest = JSON.stringify({ sentAt: now(), lost: account, key: isPage && !settings.dryRun ? settings.key : undefined });
    const body = `{"events":[${batch.map(({ json }) => json).join(",")}],${rest.slice(1)}`;
    sending.set(batch, until);
    for (let attempt = 0; ; attempt++) {
      const { status, retryAfterMs = 0, body: said } = await post(body, batch.length, Math.min(timeoutMs, until - now()), isLast && attempt === 0);
      if (!sending.has(batch)) return true;
      const waitMs = Math.max(retryAfterMs, random() * BACKOFF_BASE_MS * 2 ** attempt);
      if (RETRYABLE.has(status) && attempt < maxRetries && now() + waitMs < until) {
        await sleep(waitMs);
        continue;
      }
      sending.delete(batch);
      if (RETRYABLE.has(status)) {
        waiting.unshift(...batch);
        pausedUntil = now() + Math.max(retryAfterMs, Math.min(1000 * 2 ** failures++, MAX_PAUSE_MS));
        return false;
      }
      failures = pausedUntil = 0;
      if (status === 413 && batch.length > 1) {
        // The second half waits in its place, so that it is not lost whatever becomes of the first.
        const half = batch.length >> 1;
        waiting.unshift(...batch.slice(half));
        return send(batch.slice(0, half), until);
      }
      if (status === 202 || status === 422) {
        losses.settle(account);
        settle(batch, said);
      } else {
        release(batch);
        lose(status === 413 ? "too_large" : "refused_by_server", batch.length, `HTTP ${status}`);
      }
      return true;
    }
  }

  /** Counts what the Worker did. Events that its clock finds in the future go once more, with their times corrected. */
  function settle(batch: readonly WaitingEvent[], answer: unknown): void {
    const { accepted, duplicates, refused, serverTime } = verdictOf(answer);
    const offBy = (serverTime || now()) - now();
    const early = batch.filter((event, index) => offBy < -MIN_SKEW_MS && !event.isCorrected && refused.get(index)?.code === "clock_skew");
    // A clock that was set right needs no correction any more.
    if (early.length > 0 || skewMs !== 0) skewMs = offBy < -MIN_SKEW_MS ? offBy : 0;
    for (const event of early) correctTime(event, offBy);
    waiting.unshift(...early);
    release(batch.filter((event) => !early.includes(event)));
    stats.sent += accepted;
    stats.duplicates += duplicates;
    stats.rejected += refused.size - early.length;
    for (const [index, { code, message }] of refused) {
      // Nothing is missing where people want to be left alone.
      if (code !== "privacy_signal" && !early.some((event) => event === batch[index])) lose("refused_by_server", 1, `${code}: ${message}`);
    }
    const untold = batch.length - accepted - duplicates - refused.size;
    if (untold > 0) lose("refused_by_server", untold, "not in the answer");
  }

  const isWaiting = (upTo: number): boolean => (waiting[0]?.place ?? Infinity) <= upTo;

  async function sendAll(batchWithinMs: number): Promise<boolean> {
    // What ended invocations had on their way is taken back, a request's time after its own was over.
    for (const [batch, until] of sending) {
      if (now() < until + timeoutMs) continue;
      sending.delete(batch);
      waiting.unshift(...batch);
    }
    const upTo = places;
    let isUp = true;
    while (isUp && isWaiting(upTo)) {
      turnUntil = now() + batchWithinMs;
      isUp = await send(take(), turnUntil);
    }
    return isUp;
  }

  async function sendInTurn(batchWithinMs: number): Promise<boolean> {
    const upTo = places;
    for (;;) {
      if (turn === undefined || now() > turnUntil + timeoutMs) {
        turnUntil = now() + batchWithinMs;
        // Not at once: a hook of the owner's that flushes must find it.
        turn = Promise.resolve(batchWithinMs).then(sendAll);
      }
      const joined = turn;
      const isUp = await joined;
      if (turn === joined) turn = undefined;
      if (!isUp || !isWaiting(upTo)) return isUp;
    }
  }

  return {
    add,
    lose,
    sendAll,
    sendInTurn,
    async settled() {
      // Looked at, not awaited: the promises of a request that has ended never settle.
      for (const [batch, until] of [...sending]) while (sending.has(batch) && now() < until) await sleep(POLL_MS);
    },
    sendLast: () => void send(take(MAX_LAST_BATCH), now() + timeoutMs, true),
    abandon() {
      const left = [...waiting.splice(0), ...[...sending.keys()].flat()];
      sending.clear();
      release(left);
      if (left.length > 0) lose("network", left.length);
    },
    waiting: () => waiting.length,
    pausedUntil: () => pausedUntil,
    stats: () => ({ ...stats, lost: { ...stats.lost } }),
  };
}
