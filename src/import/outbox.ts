/**
 * Collects events into batches and keeps two of them on their way, so that reading and storing overlap.
 *
 * `settle` is the one place where an import knows that everything so far was acknowledged.
 */
import { LIMITS, type UsageEvent } from "../event.ts";
import type { Deliver, Receipt } from "./delivery.ts";

/** An event that is to be sent, and the files that told of it. */
export interface Parcel {
  event: UsageEvent & { startedAt: number };
  files: readonly string[];
}

/** Batches on their way at once: one that is stored while the next travels. */
const MAX_UNDERWAY = 2;

/** Below the Worker's limit of a body, with room for what stands around the events. */
const MAX_BATCH_CHARS = LIMITS.bodyBytes / 4;

/** Sends what is put into it. */
export class Outbox {
  readonly #deliver: Deliver;
  readonly #onReceipt: (parcels: readonly Parcel[], receipt: Receipt) => void;
  readonly #underway = new Set<Promise<void>>();
  #batch: Parcel[] = [];
  #chars = 0;
  #failure: { error: unknown } | undefined;

  constructor(deliver: Deliver, onReceipt: (parcels: readonly Parcel[], receipt: Receipt) => void) {
    this.#deliver = deliver;
    this.#onReceipt = onReceipt;
  }

  /** Puts an event in. Waits when enough are on their way. @throws ImportStopped when a batch could not be delivered */
  async add(parcel: Parcel): Promise<void> {
    const chars = JSON.stringify(parcel.event).length;
    if (this.#batch.length === LIMITS.batchEvents || this.#chars + chars > MAX_BATCH_CHARS) await this.#send();
    this.#batch.push(parcel);
    this.#chars += chars;
  }

  /** Sends what is left, and waits until all was acknowledged. @throws ImportStopped when a batch could not be delivered */
  async settle(): Promise<void> {
    await this.#send();
    await Promise.all(this.#underway);
    this.#throwFailure();
  }

  async #send(): Promise<void> {
    this.#throwFailure();
    const parcels = this.#batch;
    if (parcels.length === 0) return;
    while (this.#underway.size >= MAX_UNDERWAY) await Promise.race(this.#underway);
    this.#throwFailure();
    this.#batch = [];
    this.#chars = 0;
    const sending: Promise<void> = this.#deliver(parcels.map(({ event }) => event)).then(
      (receipt) => this.#onReceipt(parcels, receipt),
      (error: unknown) => void (this.#failure ??= { error }),
    ).finally(() => this.#underway.delete(sending));
    this.#underway.add(sending);
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
