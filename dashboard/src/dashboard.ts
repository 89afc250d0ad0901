/**
 * The course of things: where the reader goes, what is asked for when, and what an answer or a failure changes.
 *
 * Going somewhere is a step in the browser's history; what only puts things in order replaces the step.
 */
import type { Overview } from "../../src/analytics/answers.ts";
import { ApiError, fetchAnswer, fetchHealth, makeShareToken, sendTestEvent } from "./api.ts";
import { hasLinkedConnection, linkTo } from "./connection.ts";
import { type KnownValues, withValuesOf } from "./controls/filter-bar.ts";
import { DAY_MS } from "./format.ts";
import { Gate } from "./gate.ts";
import { type Asked, Loads } from "./loads.ts";
import { createPage, type Page, questionsOf } from "./page.ts";
import { pathOf, type Question, shareLimitsOf } from "./questions.ts";
import { createRefreshTimer } from "./refresh-timer.ts";
import { keepOutOfSearch } from "./search-engines.ts";
import { isShared, limitsOf, withinLimits } from "./share.ts";
import type { Showing } from "./showing.ts";
import { moved, NO_FILTERS, type Place, placeOf, searchOf } from "./state.ts";
import { texts } from "./texts/index.ts";
import { chooseTheme, chosenTheme, nextTheme, onThemeChange, OUTCOMES } from "./theme.ts";

const REFRESH_MS = 60_000;
/** Before the first call of all it is looked for this often: somebody waits for it. */
const FIRST_CALL_MS = 3_000;

/** Values to choose from before any answer. */
const NOTHING_KNOWN: KnownValues = { ...NO_FILTERS, outcome: OUTCOMES };

export class Dashboard {
  readonly #loads = new Loads();
  readonly #timer = createRefreshTimer(() => void this.#load("old"));
  readonly #page: Page;
  readonly #gate: Gate;
  #around = new AbortController();
  #showing: Showing = {
    place: placeOf(location.search),
    screen: "figures",
    loads: this.#loads,
    isWaiting: true,
    base: "",
    limits: undefined,
    lastEventAt: undefined,
    known: NOTHING_KNOWN,
    costToday: undefined,
    knownUntil: 0,
  };

  constructor() {
    chooseTheme(chosenTheme());
    this.#gate = new Gate({ onAsk: () => this.#giveWay(), onCancel: () => this.#reload(), onConnection: () => this.#startOver() });
    this.#page = createPage({
      hrefOf: (change) => searchOf(moved(this.#showing.place, change), location.search),
      go: (change, replace) => this.#go(moved(this.#showing.place, change), replace === true ? "replace" : "push"),
      extend: (question) => this.#extend(question),
      refresh: () => this.#reload(),
      changeKey: () => this.#gate.askKey(),
      changeAddress: () => this.#gate.askAddress(),
      changeTheme: () => {
        chooseTheme(nextTheme());
        this.#render();
        this.#draw();
      },
      sendTest: () => this.#sendTest(),
      makeShare: (days) => this.#makeShare(days),
    });
    this.#page.main.prepend(...this.#gate.elements);
  }

  start(): void {
    onThemeChange(() => this.#draw());
    addEventListener("popstate", () => this.#go(placeOf(location.search), "none"));
    // A prompt stays: somebody may be typing into it.
    addEventListener("online", () => this.#showing.screen === "figures" && this.#reload());
    addEventListener("hashchange", () => hasLinkedConnection() && this.#gate.readAgain());
    this.#startOver();
  }

  #go(wantedPlace: Place, step: "push" | "replace" | "none"): void {
    const before = this.#showing.place;
    const place = withinLimits(wantedPlace, this.#showing.limits);
    this.#showing.place = place;
    if (step !== "none") this.#mirror(step);
    // Figures of another skill or group must not stand under this one's name, not even for a moment.
    if (place.skill !== before.skill) this.#loads.forget(["skill"]);
    if (place.group !== before.group || place.groupSkill !== before.groupSkill) this.#loads.forget(["examples"]);
    const wanted = this.#wanted("missing");
    this.#showing.isWaiting = wanted.length > 0;
    this.#render();
    this.#draw();
    this.#page.arrive(before, place, step !== "none");
    // Also where nothing is wanted: what is on its way for the place before would come to stand under this one's name.
    if (this.#showing.screen === "figures" && !this.#loads.isServing(wanted, this.#wanted("all"))) void this.#load("missing");
  }

  #mirror(step: "push" | "replace"): void {
    const url = searchOf(this.#showing.place, location.search) + location.hash;
    if (step === "push" && url !== location.search + location.hash) history.pushState(null, "", url);
    else history.replaceState(history.state, "", url);
  }

  /** Another tracker or another key: nothing of the old figures may stay. */
  #startOver(): void {
    const { base, key } = this.#gate.connection;
    const limits = limitsOf(key);
    this.#loads.clear();
    Object.assign(this.#showing, { base, limits, place: withinLimits(this.#showing.place, limits), lastEventAt: undefined, known: NOTHING_KNOWN, costToday: undefined, knownUntil: 0 });
    this.#around.abort();
    this.#mirror("replace");
    this.#reload();
  }

  #reload(): void {
    const hadPrompt = this.#showing.screen !== "figures";
    Object.assign(this.#showing, { screen: "figures", isWaiting: true });
    this.#gate.hide();
    this.#loads.forgetFailures();
    this.#render();
    // Figures that are here stay until newer ones are.
    if (this.#questions().some((question) => this.#loads.get(question)?.answer === undefined)) this.#draw();
    // The field that had the focus is gone.
    if (hadPrompt) this.#page.focusMain();
    void this.#load("all");
  }

  /** The questions of the view that this reader may ask. */
  #questions(): Question[] {
    const { place, limits } = this.#showing;
    return questionsOf(place.view).filter((question) => limits === undefined || isShared(question));
  }

  #wanted(which: "missing" | "old" | "all"): Asked[] {
    const { place, limits } = this.#showing;
    return this.#loads.wanted(this.#questions(), place, { now: Date.now(), limits }, which);
  }

  /** Asks what the view needs. */
  async #load(which: "missing" | "old" | "all"): Promise<void> {
    this.#timer.stop();
    const settled = this.#loads.load(this.#wanted(which), this.#gate.connection, (question) => this.#accept(question));
    setTimeout(this.#page.prepareCharts);
    // A newer round makes this one fall silent.
    const { signal } = this.#loads;
    const failures = await settled;
    if (signal.aborted) return;
    const hasFigures = this.#questions().some((question) => this.#loads.get(question)?.answer !== undefined);
    if (failures.length > 0 && (await this.#gate.handle(failures, hasFigures, signal))) return;
    if (signal.aborted) return;
    if (this.#showing.isWaiting || failures.length > 0) {
      this.#showing.isWaiting = false;
      this.#render();
    }
    if (failures.length > 0) this.#draw();
    this.#timer.arm(this.#delayMs(failures));
    if (hasFigures && Date.now() >= this.#showing.knownUntil) void this.#lookAround();
  }

  #delayMs(failures: readonly ApiError[]): number {
    if (failures.length === 0 && this.#showing.lastEventAt === null) return FIRST_CALL_MS;
    return Math.max(REFRESH_MS, ...failures.map(({ retryAfterMs }) => retryAfterMs));
  }

  #accept(question: Question): void {
    this.#showing.isWaiting &&= this.#loads.isUnderWay;
    const isGuarded = this.#gate.connection.key !== undefined && this.#showing.limits === undefined;
    if (!isGuarded && this.#loads.get(question)?.answer !== undefined) keepOutOfSearch();
    const overview = question === "overview" ? this.#loads.get("overview")?.answer : undefined;
    if (overview !== undefined) {
      this.#learn(overview);
      if (overview.summary.calls === 0) void this.#readLastEventAt();
      else this.#showing.lastEventAt = undefined;
    }
    this.#render();
    this.#page.drawPanels(this.#showing, question);
  }

  /** What the whole page knows: what to filter by, and what today costs. */
  #learn(overview: Overview): void {
    const knownUntil = Date.now() + DAY_MS - (overview.generatedAt % DAY_MS);
    Object.assign(this.#showing, { known: withValuesOf(this.#showing.known, overview), costToday: overview.costToday, knownUntil });
  }

  /** Only the overview tells it: other views ask for it once a day, when their figures are there, whatever comes of it. */
  async #lookAround(): Promise<void> {
    const now = Date.now();
    Object.assign(this.#showing, { costToday: undefined, knownUntil: now + DAY_MS });
    const path = pathOf("overview", this.#showing.place, { now, limits: this.#showing.limits });
    const { signal } = (this.#around = new AbortController());
    const overview = path && (await fetchAnswer(this.#gate.connection, "overview", path, signal).catch(() => undefined));
    if (overview && !signal.aborted) this.#learn(overview);
    this.#render();
  }

  async #readLastEventAt(): Promise<void> {
    const { base } = this.#gate.connection;
    const health = await fetchHealth(base, AbortSignal.timeout(10_000)).catch(() => undefined);
    // Meanwhile the reader may have gone to another tracker, or be asked for a key.
    if (base !== this.#showing.base || this.#showing.screen !== "figures") return;
    this.#showing.lastEventAt = health?.lastEventAt;
    this.#render();
    if (this.#showing.lastEventAt === null) this.#timer.arm(FIRST_CALL_MS);
  }

  async #extend(question: "calls" | "errors"): Promise<void> {
    await this.#loads.extend(question, this.#showing.place, this.#gate.connection);
    this.#page.drawPanels(this.#showing, question);
  }

  /** A prompt takes the middle of the page. */
  #giveWay(): void {
    this.#timer.stop();
    this.#loads.stop();
    if (this.#gate.connection.key === undefined) this.#loads.clear();
    Object.assign(this.#showing, { screen: "prompt", isWaiting: false });
    this.#render();
  }

  async #sendTest(): Promise<string> {
    try {
      await sendTestEvent(this.#gate.connection.base, AbortSignal.timeout(10_000));
    } catch (error) {
      const isAsked = error instanceof ApiError && error.kind === "unauthorized";
      return isAsked ? texts.empty.testNeedsKey : texts.empty.testFailed(error instanceof Error ? error.message : String(error));
    }
    if (this.#showing.screen === "figures") this.#timer.arm(1_000);
    return texts.empty.testSent;
  }

  /** The address of a link that shows this range with these filters. */
  async #makeShare(days: number): Promise<string> {
    const { connection } = this.#gate;
    const token = await makeShareToken(connection, { expiresInDays: days, ...shareLimitsOf(this.#showing.place) }, AbortSignal.timeout(10_000));
    return linkTo(connection.base, token, searchOf(this.#showing.place, location.search));
  }

  #render(): void {
    this.#page.render(this.#showing);
  }

  #draw(): void {
    this.#page.drawPanels(this.#showing);
  }
}
