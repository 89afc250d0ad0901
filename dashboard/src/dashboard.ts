/**
 * The course of things: what is asked for when, and what an answer or a failure changes in the state.
 *
 * There is at most one request at a time. A newer one aborts the older, so that a late answer never replaces a newer.
 */
import type { Overview } from "../../src/analytics/answers.ts";
import { ApiError, fetchHealth, fetchOverview } from "./api.ts";
import { forgetKey, hasLinkedConnection, ownAddress, readConnection, rememberAddress, rememberKey } from "./connection.ts";
import { byId } from "./elements.ts";
import { createPage, type Page } from "./page.ts";
import { type AddressPrompt, createAddressPrompt, createKeyPrompt, type KeyPrompt } from "./prompts.ts";
import { createRefreshTimer } from "./refresh-timer.ts";
import { initialState, searchOf, type State } from "./state.ts";
import { onThemeChange } from "./theme.ts";

const REFRESH_MS = 60_000;

export class Dashboard {
  readonly #state: State = initialState(readConnection(), location.search);
  readonly #timer = createRefreshTimer(() => void this.#load());
  readonly #page: Page;
  readonly #keyPrompt: KeyPrompt;
  readonly #addressPrompt: AddressPrompt;
  #current = new AbortController();

  constructor() {
    const state = this.#state;
    this.#page = createPage({
      setRange: (range) => this.#choose(() => (state.range = range), true),
      setSource: (source) => this.#choose(() => (this.#state.source = source), true),
      setOrder: (order) => this.#choose(() => (state.order = order), false),
      showAllSkills: () => this.#choose(() => (state.allSkills = true), false),
      refresh: () => this.#reload(),
      changeKey: () => this.#askKey("Enter another key.", true),
      changeAddress: () => this.#askAddress("Enter the address of a tracker.", true),
    });
    this.#keyPrompt = createKeyPrompt(
      (key, onDevice) => this.#useKey(key, onDevice),
      () => this.#reload(),
    );
    this.#addressPrompt = createAddressPrompt(
      (base) => this.#useAddress(base),
      () => this.#reload(),
    );
  }

  start(): void {
    onThemeChange(() => this.#page.drawPanels(this.#state));
    // A link with a key may be opened in a tab that is already here.
    addEventListener("hashchange", () => {
      if (!hasLinkedConnection()) return;
      this.#state.connection = readConnection();
      this.#startOver();
    });
    this.#mirror();
    this.#startOver();
  }

  #choose(change: () => void, needsFigures: boolean): void {
    change();
    this.#mirror();
    if (needsFigures) this.#reload();
    else this.#page.drawPanels(this.#state);
  }

  #mirror(): void {
    history.replaceState(history.state, "", searchOf(this.#state, location.search) + location.hash);
  }

  /** Another tracker or another key: nothing of the old figures may stay. */
  #startOver(): void {
    this.#state.overview = undefined;
    this.#state.failure = undefined;
    this.#page.drawPanels(this.#state);
    this.#reload();
  }

  #reload(): void {
    const hadPrompt = this.#state.screen !== "figures";
    this.#state.screen = "figures";
    this.#state.loading = true;
    this.#keyPrompt.hide();
    this.#addressPrompt.hide();
    this.#page.render(this.#state);
    // The field that had the focus is gone.
    if (hadPrompt) byId("main", HTMLElement).focus({ preventScroll: true });
    void this.#load();
  }

  async #load(): Promise<void> {
    const signal = this.#nextSignal();
    try {
      const overview = await fetchOverview(this.#state.connection, this.#state, signal);
      const lastEventAt = overview.summary.calls === 0 ? await this.#readLastEventAt(signal) : undefined;
      if (!signal.aborted) this.#accept(overview, lastEventAt);
    } catch (error) {
      if (!signal.aborted) await this.#fail(error, signal);
    }
  }

  #nextSignal(): AbortSignal {
    this.#current.abort();
    this.#current = new AbortController();
    this.#timer.stop();
    return this.#current.signal;
  }

  async #readLastEventAt(signal: AbortSignal): Promise<number | null | undefined> {
    try {
      return (await fetchHealth(this.#state.connection.base, signal)).lastEventAt;
    } catch {
      return undefined;
    }
  }

  #accept(overview: Overview, lastEventAt: number | null | undefined): void {
    Object.assign(this.#state, { overview, lastEventAt, loadedAt: Date.now(), failure: undefined, loading: false });
    this.#page.render(this.#state);
    this.#page.drawPanels(this.#state);
    this.#timer.arm(REFRESH_MS);
  }

  async #fail(error: unknown, signal: AbortSignal): Promise<void> {
    const { connection } = this.#state;
    if (error instanceof ApiError && error.kind === "unauthorized") {
      forgetKey(connection.base);
      const hadKey = connection.key !== undefined;
      connection.key = undefined;
      this.#state.overview = undefined;
      this.#askKey(hadKey ? "This key was not accepted. Enter another one." : "This tracker shows its figures to holders of its key.", false);
      return;
    }
    const message = await this.#explain(error, signal);
    if (signal.aborted) return;
    if (message === undefined) {
      this.#askAddress(`${messageOf(error)} Where is the tracker?`, false);
      return;
    }
    this.#state.failure = message;
    this.#state.loading = false;
    this.#page.render(this.#state);
    if (this.#state.overview === undefined) this.#page.drawPanels(this.#state);
    this.#timer.arm(Math.max(REFRESH_MS, error instanceof ApiError ? error.retryAfterMs : 0));
  }

  /** Why a request failed, or `undefined` when there is no tracker at an address that nobody has confirmed yet. */
  async #explain(error: unknown, signal: AbortSignal): Promise<string | undefined> {
    const { connection, overview } = this.#state;
    const mayBeElsewhere = error instanceof ApiError && (error.kind === "elsewhere" || error.kind === "silent");
    if (!mayBeElsewhere || overview !== undefined) return messageOf(error);
    try {
      await fetchHealth(connection.base, signal);
    } catch {
      return connection.isRemembered ? messageOf(error) : undefined;
    }
    if (error.kind === "elsewhere" || connection.base === ownAddress()) return messageOf(error);
    // The tracker answers everybody's /api/health, but lets only some pages read its figures.
    return `${connection.base} is a tracker but does not let this page read it: add ${location.origin} to its dashboardOrigins.`;
  }

  #askKey(message: string, isCancellable: boolean): void {
    this.#openPrompt("key-prompt");
    this.#keyPrompt.show(message, this.#state.connection.base, isCancellable);
  }

  #askAddress(message: string, isCancellable: boolean): void {
    this.#openPrompt("address-prompt");
    this.#addressPrompt.show(message, this.#state.connection.base, isCancellable);
  }

  #openPrompt(screen: "key-prompt" | "address-prompt"): void {
    this.#nextSignal();
    this.#state.screen = screen;
    this.#state.loading = false;
    this.#keyPrompt.hide();
    this.#addressPrompt.hide();
    this.#page.render(this.#state);
  }

  #useKey(key: string, onDevice: boolean): void {
    const { connection } = this.#state;
    rememberKey(connection.base, key, onDevice);
    connection.key = key;
    this.#startOver();
  }

  async #useAddress(base: string): Promise<string | undefined> {
    const signal = this.#nextSignal();
    try {
      await fetchHealth(base, signal);
    } catch (error) {
      return signal.aborted ? undefined : messageOf(error);
    }
    if (signal.aborted) return undefined;
    this.#state.connection = rememberAddress(base);
    this.#startOver();
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
