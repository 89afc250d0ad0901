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
export interface Load<Asked extends Question = Question> {
  /** The path that the answer came from, or that failed. */
  path: string;
  answer: Answers[Asked] | undefined;
  /** When the answer arrived, ms since 1970. */
  loadedAt: number;
  failure: ApiError | undefined;
  /** Whether pages were added to the answer: a refresh would take them away. */
  isExtended: boolean;
}

type Known = { [Asked in Question]?: Load<Asked> };

export class Loads {
  #known: Known = {};
  #current = new AbortController();

  get<Asked extends Question>(question: Asked): Load<Asked> | undefined {
    return this.#known[question];
  }

  /** Forgets everything: another tracker, another key. */
  clear(): void {
    this.#known = {};
    this.stop();
  }

  /** Forgets the answers to some questions: they are about something else now. */
  forget(questions: readonly Question[]): void {
    for (const question of questions) delete this.#known[question];
  }

  /** Aborts what is on its way. The signal that it returns is that of the next round. */
  stop(): AbortSignal {
    this.#current.abort();
    this.#current = new AbortController();
    return this.#current.signal;
  }

  /** Aborted once a newer round begins. */
  get signal(): AbortSignal {
    return this.#current.signal;
  }

  /** Questions whose answer at a place is not here. With `all`, those too whose answer may have become old. */
  wanted(questions: readonly Question[], place: Place, time: AskingTime, all: boolean): { question: Question; path: string }[] {
    return questions.flatMap((question) => {
      const path = pathOf(question, place, time);
      const load = this.#known[question];
      const isCurrent = load?.path === path && load?.answer !== undefined && load.failure === undefined;
      return path === undefined || (isCurrent && (!all || load.isExtended)) ? [] : [{ question, path }];
    });
  }

  /** Asks, and calls back whenever a question is settled. Resolves with what failed; never rejects. */
  async load(wanted: readonly { question: Question; path: string }[], connection: Connection, onSettled: (question: Question) => void): Promise<ApiError[]> {
    const signal = this.stop();
    const failures: ApiError[] = [];
    await Promise.all(
      wanted.map(async ({ question, path }) => {
        const failure = await this.#ask(question, path, connection, signal);
        if (signal.aborted) return;
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
    const page = await fetchAnswer(connection, question, path, this.#current.signal);
    if (this.#known[question] !== load) return;
    load.isExtended = true;
    if (isAnswer("calls", answer) && isAnswer("calls", page)) answer.calls.push(...page.calls);
    if (isAnswer("errors", answer) && isAnswer("errors", page)) answer.errors.push(...page.errors);
    answer.cursor = page.cursor;
  }

  async #ask<Asked extends Question>(question: Asked, path: string, connection: Connection, signal: AbortSignal): Promise<ApiError | undefined> {
    try {
      const answer = await fetchAnswer(connection, question, path, signal);
      this.#keep(question, { path, answer, loadedAt: Date.now(), failure: undefined, isExtended: false }, signal);
      return undefined;
    } catch (error) {
      const failure = error instanceof ApiError ? error : new ApiError("refused", error instanceof Error ? error.message : String(error));
      const before = this.#known[question];
      this.#keep(question, { path, answer: before?.answer, loadedAt: before?.loadedAt ?? 0, failure, isExtended: before?.isExtended ?? false }, signal);
      return failure;
    }
  }

  #keep<Asked extends Question>(question: Asked, load: Load<Asked>, signal: AbortSignal): void {
    if (!signal.aborted) this.#known = { ...this.#known, [question]: load };
  }
}
