/**
 * The course of things: where the reader goes, what is asked for when, and what an answer or a failure changes.
 *
 * Going somewhere is a step in the browser's history; what only puts things in order replaces the step.
 */
import { ApiError, fetchHealth, sendTestEvent } from "./api.ts";
import { type Connection, forgetKey, hasLinkedConnection, ownAddress, readConnection, rememberAddress, rememberKey } from "./connection.ts";
import { withValues } from "./controls/filter-bar.ts";
import { Loads } from "./loads.ts";
import { createPage, type Page, questionsOf } from "./page.ts";
import { createAddressPrompt, createKeyPrompt, type Prompt } from "./prompts.ts";
import type { Question } from "./questions.ts";
import { createRefreshTimer } from "./refresh-timer.ts";
import type { Showing } from "./showing.ts";
import { moved, NO_FILTERS, type Place, placeOf, searchOf } from "./state.ts";
import { texts } from "./texts/index.ts";
import { chooseTheme, chosenTheme, nextTheme, onThemeChange } from "./theme.ts";

const REFRESH_MS = 60_000;
/** Before the first call of all it is looked for this often: somebody waits for it. */
const FIRST_CALL_MS = 3_000;

export class Dashboard {
  readonly #loads = new Loads();
  readonly #timer = createRefreshTimer(() => void this.#load(true));
  readonly #page: Page;
  readonly #keyPrompt: Prompt;
  readonly #addressPrompt: Prompt;
  #connection: Connection = readConnection();
  #showing: Showing = {
    place: placeOf(location.search),
    screen: "figures",
    loads: this.#loads,
    isWaiting: true,
    base: this.#connection.base,
    lastEventAt: undefined,
    known: { ...NO_FILTERS, outcome: ["ok", "error", "timeout", "cancelled", "refused"] },
    costToday: undefined,
  };

  constructor() {
    chooseTheme(chosenTheme());
    this.#page = createPage({
      hrefOf: (change) => searchOf(moved(this.#showing.place, change), location.search),
      go: (change, replace) => this.#go(moved(this.#showing.place, change), replace === true ? "replace" : "push"),
      extend: (question) => this.#extend(question),
      refresh: () => this.#reload(),
      changeKey: () => this.#ask(this.#keyPrompt, texts.keyPrompt.another, true),
      changeAddress: () => this.#ask(this.#addressPrompt, texts.addressPrompt.another, true),
      changeTheme: () => {
        chooseTheme(nextTheme());
        this.#draw();
      },
      sendTest: () => this.#sendTest(),
    });
    this.#keyPrompt = createKeyPrompt(
      (key, onDevice) => this.#useKey(key, onDevice),
      () => this.#reload(),
    );
    this.#addressPrompt = createAddressPrompt(
      (base) => this.#useAddress(base),
      () => this.#reload(),
    );
    this.#page.main.prepend(this.#keyPrompt.element, this.#addressPrompt.element);
  }

  start(): void {
    onThemeChange(() => this.#draw());
    addEventListener("popstate", () => this.#go(placeOf(location.search), "none"));
    addEventListener("online", () => this.#reload());
    // A link with a key may be opened in a tab that is already here.
    addEventListener("hashchange", () => {
      if (hasLinkedConnection()) this.#startOver(readConnection());
    });
    this.#mirror("replace");
    this.#reload();
  }

  #go(place: Place, step: "push" | "replace" | "none"): void {
    const before = this.#showing.place;
    this.#showing.place = place;
    if (step !== "none") this.#mirror(step);
    const isElsewhere = place.view !== before.view || place.skill !== before.skill;
    // Figures of another skill or group must not stand under this one's name, not even for a moment.
    if (place.skill !== before.skill) this.#loads.forget(["skill"]);
    if (place.group !== before.group) this.#loads.forget(["examples"]);
    const wanted = this.#loads.wanted(questionsOf(place.view), place, Date.now(), false);
    this.#showing.isWaiting = wanted.length > 0;
    this.#render();
    this.#draw();
    if (isElsewhere) {
      scrollTo(0, 0);
      this.#page.focusMain();
    }
    if (wanted.length > 0 && this.#showing.screen === "figures") void this.#load(false);
  }

  #mirror(step: "push" | "replace"): void {
    const url = searchOf(this.#showing.place, location.search) + location.hash;
    if (step === "push" && url !== location.search + location.hash) history.pushState(null, "", url);
    else history.replaceState(history.state, "", url);
  }

  /** Another tracker or another key: nothing of the old figures may stay. */
  #startOver(connection: Connection): void {
    this.#connection = connection;
    this.#loads.clear();
    Object.assign(this.#showing, { base: connection.base, lastEventAt: undefined, costToday: undefined });
    this.#reload();
  }

  #reload(): void {
    const hadPrompt = this.#showing.screen !== "figures";
    Object.assign(this.#showing, { screen: "figures", isWaiting: true });
    this.#keyPrompt.hide();
    this.#addressPrompt.hide();
    this.#render();
    // Figures that are here stay until newer ones are.
    if (questionsOf(this.#showing.place.view).some((question) => this.#loads.get(question)?.answer === undefined)) this.#draw();
    // The field that had the focus is gone.
    if (hadPrompt) this.#page.focusMain();
    void this.#load(true);
  }

  /** Asks what the view needs: all of it, or what is not here yet. */
  async #load(all: boolean): Promise<void> {
    this.#timer.stop();
    const { place } = this.#showing;
    const wanted = this.#loads.wanted(questionsOf(place.view), place, Date.now(), all);
    const settled = this.#loads.load(wanted, this.#connection, (question) => this.#accept(question));
    // A newer round makes this one fall silent.
    const { signal } = this.#loads;
    const failures = await settled;
    if (signal.aborted) return;
    this.#showing.isWaiting = false;
    if (failures.length > 0 && (await this.#fail(failures, signal))) return;
    if (signal.aborted) return;
    this.#render();
    this.#timer.arm(this.#delayMs(failures));
  }

  #delayMs(failures: readonly ApiError[]): number {
    if (failures.length === 0 && this.#showing.lastEventAt === null) return FIRST_CALL_MS;
    return Math.max(REFRESH_MS, ...failures.map(({ retryAfterMs }) => retryAfterMs));
  }

  #accept(question: Question): void {
    const overview = question === "overview" ? this.#loads.get("overview")?.answer : undefined;
    if (overview !== undefined) {
      const { tools, quietSkills, versions, sources, variants, costToday } = overview;
      const skill = [...tools, ...quietSkills].map((one) => one.skill);
      const known = withValues(this.#showing.known, { skill, version: versions, source: sources, variant: variants });
      Object.assign(this.#showing, { known, costToday });
      if (overview.summary.calls === 0) void this.#readLastEventAt();
      else this.#showing.lastEventAt = undefined;
    }
    this.#render();
    void this.#page.drawPanels(this.#showing, question);
  }

  async #readLastEventAt(): Promise<void> {
    try {
      this.#showing.lastEventAt = (await fetchHealth(this.#connection.base, AbortSignal.timeout(10_000))).lastEventAt;
    } catch {
      this.#showing.lastEventAt = undefined;
    }
    this.#render();
    if (this.#showing.lastEventAt === null) this.#timer.arm(FIRST_CALL_MS);
  }

  /** What a failure asks of the reader: a key, or an address. Whether it asked anything. */
  async #fail(failures: readonly ApiError[], signal: AbortSignal): Promise<boolean> {
    const first = failures.find(({ kind }) => kind === "unauthorized") ?? failures[0];
    if (first?.kind === "unauthorized") {
      forgetKey(this.#connection.base);
      const hadKey = this.#connection.key !== undefined;
      this.#connection = { ...this.#connection, key: undefined };
      this.#loads.clear();
      this.#ask(this.#keyPrompt, hadKey ? texts.keyPrompt.refused : texts.keyPrompt.needed, false);
      return true;
    }
    const hasFigures = questionsOf(this.#showing.place.view).some((question) => this.#loads.get(question)?.answer !== undefined);
    if (first === undefined || first.kind === "refused" || hasFigures) return false;
    return this.#findTracker(first, signal);
  }

  /** Nothing that is a tracker answered: is there none at this address, or does it only not let this page read? */
  async #findTracker(failure: ApiError, signal: AbortSignal): Promise<boolean> {
    const { base, isRemembered } = this.#connection;
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

  async #extend(question: "calls" | "errors"): Promise<void> {
    await this.#loads.extend(question, this.#showing.place, this.#connection);
    void this.#page.drawPanels(this.#showing, question);
  }

  #ask(prompt: Prompt, message: string, isCancellable: boolean): void {
    this.#timer.stop();
    this.#loads.stop();
    Object.assign(this.#showing, { screen: "prompt", isWaiting: false });
    this.#keyPrompt.hide();
    this.#addressPrompt.hide();
    this.#render();
    prompt.show(message, this.#connection.base, isCancellable);
  }

  #useKey(key: string, onDevice: boolean): void {
    rememberKey(this.#connection.base, key, onDevice);
    this.#startOver({ ...this.#connection, key });
  }

  async #useAddress(base: string): Promise<string | undefined> {
    try {
      await fetchHealth(base, AbortSignal.timeout(30_000));
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    this.#startOver(rememberAddress(base));
    return undefined;
  }

  async #sendTest(): Promise<string> {
    try {
      await sendTestEvent(this.#connection.base, AbortSignal.timeout(10_000));
    } catch (error) {
      const isAsked = error instanceof ApiError && error.kind === "unauthorized";
      return isAsked ? texts.empty.testNeedsKey : texts.empty.testFailed(error instanceof Error ? error.message : String(error));
    }
    this.#timer.arm(1_000);
    return texts.empty.testSent;
  }

  #render(): void {
    this.#page.render(this.#showing);
  }

  #draw(): void {
    this.#page.drawPanels(this.#showing);
  }
}
