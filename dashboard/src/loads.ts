/**
 * The answers that the page holds, one for each question: asked for once per path, kept while a newer one is on its way.
 *
 * A newer round of requests aborts the older, so that a late answer never replaces a newer. Each question succeeds or
 * fails by itself.
 */
import { ApiError, fetchAnswer } from "./api.ts";
import type { Connection } from "./connection.ts";
import { type Answers, type AskingTime, isAnswer, pathOf, type Question } from "./questions.ts";
import type { Place } from "./state.ts";

/** What is known of a question. */
export interface Load<Name extends Question = Question> {
  /** The path that the answer came from, or that failed. */
  path: string;
  /** The place that the path was asked for: while another is on its way, the answer belongs to this one. */
  place: Place;
  answer: Answers[Name] | undefined;
  /** When the answer arrived, ms since 1970. */
  loadedAt: number;
  failure: ApiError | undefined;
  /** Whether pages were added to the answer: a refresh would take them away. */
  isExtended: boolean;
}

type Known = { [Name in Question]?: Load<Name> };

/** A question, and the path that asks it for a place. */
export interface Asked {
  question: Question;
  path: string;
  place: Place;
}

/** Some answers are large. */
const MOST_EARLIER = 3;

export class Loads {
  #known: Known = {};
  /** The latest answers to each question, for a reader who goes back while the tracker does not answer. */
  #earlier: { [Name in Question]?: Load<Name>[] } = {};
  #current = new AbortController();
  /** Paths of the present round that are not settled. */
  #underWay = new Set<string>();

  get<Name extends Question>(question: Name): Load<Name> | undefined {
    return this.#known[question];
  }

  /** Forgets everything: another tracker, another key. */
  clear(): void {
    this.#known = {};
    this.#earlier = {};
    this.stop();
  }

  /** Forgets the answers to some questions: they are about something else now. */
  forget(questions: readonly Question[]): void {
    for (const question of questions) delete this.#known[question];
  }

  /** Forgets what failed and left no answer: it is about to be asked again. */
  forgetFailures(): void {
    this.#known = Object.fromEntries(Object.entries(this.#known).filter(([, load]) => load.answer !== undefined));
  }

  /** Aborts what is on its way. The signal that it returns is that of the next round. */
  stop(): AbortSignal {
    this.#current.abort();
    this.#current = new AbortController();
    this.#underWay = new Set();
    return this.#current.signal;
  }

  /** Whether something of the present round is not settled. */
  get isUnderWay(): boolean {
    return this.#underWay.size > 0;
  }

  /** Aborted once a newer round begins. */
  get signal(): AbortSignal {
    return this.#current.signal;
  }

  /** Questions of a place: those whose answer is not here, those too whose answer may have become old, or all. Only the last take pages away that were added. */
  wanted(questions: readonly Question[], place: Place, time: AskingTime, which: "missing" | "old" | "all"): Asked[] {
    return questions.flatMap((question) => {
      const path = pathOf(question, place, time);
      const load = this.#known[question];
      const isCurrent = load?.path === path && load?.answer !== undefined && load.failure === undefined;
      const isLeft = which !== "all" && isCurrent && (which === "missing" || load.isExtended);
      return path === undefined || isLeft ? [] : [{ question, path, place }];
    });
  }

  /** Whether all that is wanted is on its way, and nothing else that would come to stand in its place. */
  isServing(wanted: readonly Asked[], all: readonly Asked[]): boolean {
    const paths = new Set(all.map(({ path }) => path));
    return wanted.every(({ path }) => this.#underWay.has(path)) && [...this.#underWay].every((path) => paths.has(path));
  }

  /** Asks, and calls back whenever a question is settled. Resolves with what failed; never rejects. */
  async load(wanted: readonly Asked[], connection: Connection, onSettled: (question: Question) => void): Promise<ApiError[]> {
    const signal = this.stop();
    const failures: ApiError[] = [];
    this.#underWay = new Set(wanted.map(({ path }) => path));
    await Promise.all(
      wanted.map(async (asked) => {
        const { question, path } = asked;
        const failure = await this.#ask(question, asked, connection, signal);
        if (signal.aborted) return;
        this.#underWay.delete(path);
        if (failure !== undefined) failures.push(failure);
        onSettled(question);
      }),
    );
    return failures;
  }

  /** Adds the next page of a list. @throws ApiError */
  async extend(question: "calls" | "errors", place: Place, connection: Connection): Promise<void> {
    const load = this.#known[question];
    const answer = load?.answer;
    if (load === undefined || answer === undefined || answer.cursor === null) return;
    const path = pathOf(question, place, { now: Date.now(), limits: undefined }, answer.cursor);
    if (path === undefined) return;
    const { isExtended } = load;
    // From here on the refresh of every minute leaves the list alone, and the request is no part of its round.
    load.isExtended = true;
    const page = await fetchAnswer(connection, question, path, new AbortController().signal).catch((error: unknown) => {
      load.isExtended = isExtended;
      throw error;
    });
    if (this.#known[question] !== load) return;
    if (isAnswer("calls", answer) && isAnswer("calls", page)) answer.calls.push(...page.calls);
    if (isAnswer("errors", answer) && isAnswer("errors", page)) answer.errors.push(...page.errors);
    answer.cursor = page.cursor;
  }

  async #ask<Name extends Question>(question: Name, { path, place }: Asked, connection: Connection, signal: AbortSignal): Promise<ApiError | undefined> {
    try {
      const answer = await fetchAnswer(connection, question, path, signal);
      this.#keep(question, { path, place, answer, loadedAt: Date.now(), failure: undefined, isExtended: false }, signal);
      return undefined;
    } catch (error) {
      const failure = error instanceof ApiError ? error : new ApiError("refused", error instanceof Error ? error.message : String(error));
      const known = this.#known[question];
      // Figures of another range, or under other filters, must not stay under the names of these.
      const before = known?.path === path ? known : this.#earlier[question]?.find((load) => load.path === path);
      this.#keep(question, { path, place, answer: before?.answer, loadedAt: before?.loadedAt ?? 0, failure, isExtended: before?.isExtended ?? false }, signal);
      return failure;
    }
  }

  #keep<Name extends Question>(question: Name, load: Load<Name>, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#known = { ...this.#known, [question]: load };
    if (load.failure !== undefined) return;
    const others = (this.#earlier[question] ?? []).filter(({ path }) => path !== load.path);
    this.#earlier = { ...this.#earlier, [question]: [load, ...others].slice(0, MOST_EARLIER) };
  }
}
