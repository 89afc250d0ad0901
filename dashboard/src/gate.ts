/**
 * The way in: which tracker is read, with which key, and what the reader is asked when either is missing or refused.
 */
import { type ApiError, fetchHealth } from "./api.ts";
import { type Connection, forgetKey, ownAddress, readConnection, rememberAddress, rememberKey } from "./connection.ts";
import { createAddressPrompt, createKeyPrompt, type Prompt } from "./prompts.ts";
import { texts } from "./texts/index.ts";

/** What happens around the prompts. */
export interface GateEvents {
  /** A prompt is about to show: nothing else may. */
  onAsk(): void;
  /** The reader does not want to answer. */
  onCancel(): void;
  /** Another tracker, or another key. */
  onConnection(): void;
}

export class Gate {
  connection: Connection = readConnection();
  readonly #events: GateEvents;
  readonly #keyPrompt: Prompt;
  readonly #addressPrompt: Prompt;

  constructor(events: GateEvents) {
    this.#events = events;
    this.#keyPrompt = createKeyPrompt((key, onDevice) => this.#useKey(key, onDevice), events.onCancel);
    this.#addressPrompt = createAddressPrompt((base) => this.#useAddress(base), events.onCancel);
  }

  get elements(): HTMLElement[] {
    return [this.#keyPrompt.element, this.#addressPrompt.element];
  }

  hide(): void {
    this.#keyPrompt.hide();
    this.#addressPrompt.hide();
  }

  askKey(): void {
    this.#ask(this.#keyPrompt, texts.keyPrompt.another, true);
  }

  askAddress(): void {
    this.#ask(this.#addressPrompt, texts.addressPrompt.another, true);
  }

  /** A link with a key was opened in a tab that is already here. */
  readAgain(): void {
    this.connection = readConnection();
    this.#events.onConnection();
  }

  /** What failures ask of the reader: a key, or an address. Whether they asked anything. */
  async handle(failures: readonly ApiError[], hasFigures: boolean, signal: AbortSignal): Promise<boolean> {
    const first = failures.find(({ kind }) => kind === "unauthorized") ?? failures[0];
    if (first?.kind === "unauthorized") {
      this.#refuseKey(first);
      return true;
    }
    if (first === undefined || first.kind === "refused" || first.kind === "withheld" || hasFigures) return false;
    return this.#findTracker(first, signal);
  }

  #refuseKey({ message }: ApiError): void {
    const { base, key } = this.connection;
    forgetKey(base);
    this.connection = { ...this.connection, key: undefined };
    const reason = message === texts.failures.keyRefused ? texts.keyPrompt.refused : message;
    this.#ask(this.#keyPrompt, key === undefined ? texts.keyPrompt.needed : reason, false);
  }

  /** Nothing that is a tracker answered: is there none at this address, or does it only not let this page read? */
  async #findTracker(failure: ApiError, signal: AbortSignal): Promise<boolean> {
    const { base, isRemembered } = this.connection;
    try {
      await fetchHealth(base, AbortSignal.timeout(10_000));
      // The tracker answers everybody's /api/health, but lets only some pages read its figures.
      if (failure.kind !== "elsewhere" && base !== ownAddress()) failure.message = texts.failures.notOurs(base, location.origin);
      return false;
    } catch {
      if (isRemembered || !navigator.onLine || signal.aborted) return false;
      this.#ask(this.#addressPrompt, texts.addressPrompt.where(failure.message), false);
      return true;
    }
  }

  #ask(prompt: Prompt, message: string, isCancellable: boolean): void {
    this.hide();
    this.#events.onAsk();
    prompt.show(message, this.connection.base, isCancellable);
  }

  #useKey(key: string, onDevice: boolean): void {
    rememberKey(this.connection.base, key, onDevice);
    this.connection = { ...this.connection, key };
    this.#events.onConnection();
  }

  async #useAddress(base: string): Promise<string | undefined> {
    try {
      await fetchHealth(base, AbortSignal.timeout(30_000));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    // The reader thought better of it while the address was tried.
    if (this.#addressPrompt.element.hidden) return undefined;
    this.connection = rememberAddress(base);
    this.#events.onConnection();
    return undefined;
  }
}
