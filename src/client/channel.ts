/**
 * A queue of serialised events and its way out. A Worker has one channel per invocation, since one request may not do
 * I/O for another; everything else has a single one.
 *
 * One batch is on its way at a time. Whoever flushes shares the same promise, which covers all that was queued.
 */
import type { LossReason, TrackerStats } from "./options.ts";
import { byteLength } from "./serialize.ts";
import { deliver, type Transport } from "./transport.ts";

/** What a channel needs of its tracker. */
export interface ChannelOptions {
  transport: Transport;
  batchSize: number;
  maxQueueEvents: number;
  maxQueueBytes: number;
  stats: TrackerStats;
  now: () => number;
  lose(reason: LossReason, count: number, detail: string): void;
}

/** Browsers let all requests that outlive their page hold 64 KiB together (Fetch standard, keepalive quota). */
const MAX_LAST_BYTES = 60_000;

export class Channel {
  readonly #options: ChannelOptions;
  readonly #waiting: string[] = [];
  #bytes = 0;
  #pump: Promise<void> | undefined;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  /** Events that wait here. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Takes an event in, or counts it as lost when the queue is full. */
  add(json: string): void {
    const { maxQueueEvents, maxQueueBytes, stats, lose } = this.#options;
    const bytes = byteLength(json);
    if (stats.queued >= maxQueueEvents || this.#bytes + bytes > maxQueueBytes) return lose("queue_full", 1, "The queue is full.");
    this.#waiting.push(json);
    this.#bytes += bytes;
    stats.queued += 1;
  }

  /** Sends all that waits. Settles when nothing does any more; never rejects. */
  flush(maxRetries?: number): Promise<void> {
    this.#pump ??= this.#sendAll(maxRetries);
    return this.#pump;
  }

  /** Takes as many events as a dying page may still send, as the body of one request. */
  takeLast(): string | undefined {
    const events: string[] = [];
    let bytes = 0;
    while (this.#waiting[0] !== undefined && bytes + byteLength(this.#waiting[0]) < MAX_LAST_BYTES) {
      const [event = ""] = this.#take(1);
      bytes += byteLength(event) + 1;
      events.push(event);
    }
    this.#options.stats.queued -= events.length;
    return events.length === 0 ? undefined : this.#bodyOf(events);
  }

  async #sendAll(maxRetries?: number): Promise<void> {
    while (this.#waiting.length > 0) await this.#send(this.#take(this.#options.batchSize), maxRetries);
    this.#pump = undefined;
  }

  async #send(events: readonly string[], maxRetries?: number): Promise<void> {
    const { stats, transport, lose } = this.#options;
    const delivery = await deliver(this.#bodyOf(events), transport, maxRetries);
    if (delivery.kind === "too_large" && events.length > 1) {
      const half = Math.ceil(events.length / 2);
      await this.#send(events.slice(0, half), maxRetries);
      return this.#send(events.slice(half), maxRetries);
    }
    stats.queued -= events.length;
    if (delivery.kind === "answered") {
      stats.sent += delivery.accepted;
      stats.duplicates += delivery.duplicates;
      stats.rejected += delivery.rejected;
    } else if (delivery.kind === "too_large") lose("too_large", events.length, "The Worker found it too large.");
    else lose(delivery.kind === "refused" ? "refused_by_server" : "network", events.length, delivery.detail);
  }

  #take(count: number): string[] {
    const events = this.#waiting.splice(0, count);
    for (const event of events) this.#bytes -= byteLength(event);
    return events;
  }

  #bodyOf(events: readonly string[]): string {
    return `{"events":[${events.join(",")}],"sentAt":${this.#options.now()}}`;
  }
}
