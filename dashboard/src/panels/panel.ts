/**
 * What a panel is: a title, a question to the API, and how the answer becomes a chart or other content.
 *
 * A panel is made by `chartPanel` or `contentPanel`, which check it against the type of the answer that it asks for.
 */
import type { Envelope } from "../../../src/analytics/answers.ts";
import type { ChartSpec } from "../charts.ts";
import type { Cell, Column } from "../data-table.ts";
import type { Answers, Question } from "../questions.ts";
import type { Place, View } from "../state.ts";
import type { Theme } from "../theme.ts";

interface PanelHead<Asked extends Question> {
  /** Unique; the element's id is `panel-` and this. */
  id: string;
  /** Where it stands. */
  on: View;
  /** Whose answer it shows. */
  asks: Asked;
  title: string;
  /** The question that it answers for its reader. Stands under the title until the answer does. */
  question: string;
  /** How much of a wide screen it takes. */
  width: "full" | "wide" | "half" | "narrow";
  /** What to say when there is nothing to show. */
  emptyText: string;
  /** Parts of the answer without which the panel has nothing to show: a share link may leave them out. */
  needs?: readonly string[];
}

export interface ChartPanel<Asked extends Question = Question> extends PanelHead<Asked> {
  /** `undefined` when there is nothing to show. */
  view(answer: Answers[Asked], choices: Choices): ChartView | undefined;
}

export interface ContentPanel<Asked extends Question = Question> extends PanelHead<Asked> {
  /** Made once, and kept above the content: a field that somebody types into must outlive what it changes. */
  controls?(leads: Leads): HTMLElement;
  /** Stands there until the figures do: of their size, so that they push nothing away. */
  skeleton?(): Node;
  /** `undefined` when there is nothing to show. */
  view(answer: Answers[Asked], choices: Choices): Node | undefined;
}

export interface ChartView {
  /** One sentence that says what the chart shows. */
  sentence: string;
  spec(theme: Theme): ChartSpec;
  /** The same figures as a table. */
  columns: Column[];
  rows(): Cell[][];
}

/** How a panel leads elsewhere. */
export interface Leads {
  /** The address of a place, for links. */
  hrefOf(change: Partial<Place>): string;
  /** Goes to a place. `replace`: without a step for the back button. */
  go(change: Partial<Place>, replace?: boolean): void;
  /** Adds older entries to a list. Rejects with a reason for the reader. */
  extend(question: "calls" | "errors"): Promise<void>;
}

/** Where the reader is beside that. */
export interface Choices extends Leads {
  place: Place;
  /** Asks to be drawn once more when the rest of the page has been: for what is not seen at first. */
  drawRest(): void;
}

/** Whether an answer leaves out what a panel needs, so that "none" would be wrong. */
export function isWithheld({ needs = [] }: Pick<Panel, "needs">, answer: Envelope | undefined): boolean {
  return needs.some((name) => answer?.shared?.withheld.includes(name) === true || (answer?.suppressed?.[name] ?? 0) > 0);
}

/** Gives the answer to a question, when it is here. */
export type AnswerTo = <Asked extends Question>(question: Asked) => Answers[Asked] | undefined;

/** A panel whose answer's type is no longer needed. */
export interface Panel extends Omit<PanelHead<Question>, "asks"> {
  asks: Question;
  kind: "chart" | "content";
  controls?(leads: Leads): HTMLElement;
  skeleton?(): Node;
  /** Runs `view` on the answer to the panel's question. */
  read(answerTo: AnswerTo, choices: Choices): ChartView | Node | undefined;
}

/** Makes a panel that draws a chart, with a sentence and a table of the same figures. */
export function chartPanel<Asked extends Question>(panel: ChartPanel<Asked>): Panel {
  return { ...panel, kind: "chart", read: (answerTo, choices) => viewOf(panel, answerTo(panel.asks), choices) };
}

/** Makes a panel of any other content. */
export function contentPanel<Asked extends Question>(panel: ContentPanel<Asked>): Panel {
  return { ...panel, kind: "content", read: (answerTo, choices) => viewOf(panel, answerTo(panel.asks), choices) };
}

function viewOf<Asked extends Question, View>(panel: { view(answer: Answers[Asked], choices: Choices): View }, answer: Answers[Asked] | undefined, choices: Choices): View | undefined {
  return answer === undefined ? undefined : panel.view(answer, choices);
}
