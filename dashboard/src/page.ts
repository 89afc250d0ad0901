/** The page as a whole: brings everything on the screen in line with the state. Knows no request and no storage. */
import type { RangeUsed } from "../../src/analytics/answers.ts";
import { createCharts } from "./charts.ts";
import { element } from "./elements.ts";
import { createEmptyPage } from "./empty-page.ts";
import { formatLocal, formatSpan } from "./format.ts";
import type { Load } from "./loads.ts";
import { createPanelFrame, type PanelFrame } from "./panel-frame.ts";
import { PANELS } from "./panels/index.ts";
import { pathOf, type Question } from "./questions.ts";
import { createShell } from "./shell.ts";
import { isShared } from "./share.ts";
import type { PageActions, Showing } from "./showing.ts";
import type { Place, View } from "./state.ts";
import { texts } from "./texts/index.ts";

export interface Page {
  /** Where prompts stand. */
  main: HTMLElement;
  /** Everything but the contents of the panels. */
  render(showing: Showing): void;
  /** The contents of the view's panels, or of those that show one question. Panels are drawn one by one, so that the page answers between them. */
  drawPanels(showing: Showing, question?: Question): void;
  /** Makes the charts of the view whose figures are on their way. */
  prepareCharts(): void;
  focusMain(): void;
  /** Brings the reader to what has changed between two places. `isChosen`: not by going back or forward. */
  arrive(before: Place, place: Place, isChosen: boolean): void;
}

/** The questions of a view, each once. */
export function questionsOf(view: View): Question[] {
  return [...new Set(PANELS.filter((panel) => panel.on === view).map(({ asks }) => asks))];
}

/** How long panels are drawn before the browser may answer the reader, and paint. Where all is new, each of its turns lays all of it out. */
const TASK_MS = 8;
const FIRST_TASK_MS = 150;

/** For whoever wants to know how long drawing takes, the tests among them: when all panels are drawn, and when their rest is. */
const DRAWN_MARK = "track-skills-drawn";
const REST_MARK = "track-skills-rest-drawn";

export function createPage(actions: PageActions): Page {
  const charts = createCharts();
  const frames = PANELS.map((panel) => createPanelFrame(panel, charts, actions));
  const empty = createEmptyPage(actions.go, actions.sendTest);
  const panels = element("div", { id: "panels", class: "panels" }, ...frames.map((frame) => frame.element));
  // A canvas that is given a font makes the browser work out the styles of all that is new on the page.
  const inOrderOfDrawing = frames.toSorted((left, right) => Number(right.panel.kind === "chart") - Number(left.panel.kind === "chart"));
  const shell = createShell(actions);
  shell.main.append(empty.element, panels);
  document.body.append(...shell.elements);
  let drawing = 0;
  let taskMs = FIRST_TASK_MS;
  const unfinished = new Set<PanelFrame>();

  function draw(frame: PanelFrame, { loads, place, isWaiting, limits }: Showing): void {
    const drawRest = (): void => {
      unfinished.add(frame);
      frame.element.setAttribute("aria-busy", "true");
    };
    const load: Load | undefined = loads.get(frame.panel.asks);
    const path = pathOf(frame.panel.asks, place, { now: Date.now(), limits });
    frame.setStale(isWaiting && load?.answer !== undefined && load.path !== path);
    const { range, comparison } = load?.place ?? place;
    // Figures keep the names of their own range while those of another are on their way.
    const show = (): void => frame.show((question) => loads.get(question)?.answer, { ...actions, place: { ...place, range, comparison }, drawRest });
    if (load?.answer !== undefined) show();
    else if (load?.failure?.kind === "withheld") frame.showEmpty(load.failure.message);
    else if (load?.failure !== undefined) frame.showError(load.failure.message, actions.refresh);
    else if (path === undefined) show();
    else frame.showLoading();
  }

  function focusMain(): void {
    shell.main.focus({ preventScroll: true });
  }

  /** They stand above the groups, out of sight for who chose one far down. */
  function focusExamples(): void {
    const examples = frames.find(({ panel }) => panel.asks === "examples")?.element;
    examples?.focus({ preventScroll: true });
    examples?.querySelector("h2")?.scrollIntoView({ block: "nearest" });
  }

  return {
    main: shell.main,
    render(showing) {
      const { place, screen, loads } = showing;
      const first = loads.get("overview")?.answer;
      const isEmpty = screen === "figures" && place.view === "overview" && first?.summary.calls === 0 && showing.lastEventAt !== undefined;
      shell.render(showing, { loadedAt: oldestOf(showing), range: rangeOf(showing), failure: failureOf(showing), notes: notesOf(showing) });
      const hadFocus = empty.element.contains(document.activeElement);
      if (isEmpty) empty.show(showing);
      else empty.hide();
      // The button that was pressed is gone.
      if (hadFocus && !isEmpty) focusMain();
      panels.hidden = screen !== "figures" || isEmpty;
      panels.setAttribute("aria-busy", String(showing.isWaiting));
      for (const { element: shown, panel } of frames) shown.hidden = panel.on !== place.view || (showing.limits !== undefined && !isShared(panel.asks));
    },
    async drawPanels(showing, question) {
      const round = question === undefined ? ++drawing : drawing;
      let since = performance.now();
      for (const frame of inOrderOfDrawing) {
        const { panel } = frame;
        if (frame.element.hidden || panel.on !== showing.place.view || (question !== undefined && panel.asks !== question)) continue;
        // Paper does not wait.
        if (performance.now() - since > taskMs && !matchMedia("print").matches) {
          await nextTask();
          if (round !== drawing) return;
          since = performance.now();
        }
        draw(frame, showing);
      }
      mark(DRAWN_MARK);
      if (question !== undefined) taskMs = TASK_MS;
      if (unfinished.size === 0) return;
      // Neither paper nor a hidden page is painted meanwhile.
      if (!document.hidden && !matchMedia("print").matches) await nextFrame();
      for (const frame of unfinished) draw(frame, showing);
      unfinished.clear();
      mark(REST_MARK);
    },
    prepareCharts: () => frames.forEach((frame) => frame.prepareChart()),
    focusMain,
    arrive(before, place, isChosen) {
      if (place.view !== before.view || place.skill !== before.skill) {
        // Back and forward: the browser knows how far down the reader was.
        if (isChosen) scrollTo(0, 0);
        focusMain();
      } else if (isChosen && place.group !== null && (place.group !== before.group || place.groupSkill !== before.groupSkill)) focusExamples();
    },
  };
}

/** The entry of before would only pile up. */
function mark(name: string): void {
  performance.clearMarks(name);
  performance.mark(name);
}

/** Resolves when the browser has painted what there is. */
function nextFrame(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
}

/** Lets the browser answer the reader, and paint. */
function nextTask(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function loadsOf({ loads, place }: Showing): Load[] {
  return questionsOf(place.view).flatMap((question) => loads.get(question) ?? []);
}

function oldestOf(showing: Showing): number | undefined {
  const times = loadsOf(showing).flatMap(({ answer, loadedAt }) => (answer === undefined ? [] : [loadedAt]));
  return times.length === 0 ? undefined : Math.min(...times);
}

function rangeOf(showing: Showing): { range: RangeUsed; text: string; title: string } | undefined {
  const load = loadsOf(showing).find(({ answer }) => answer !== undefined && !("weeks" in answer));
  if (load?.answer === undefined) return undefined;
  const { answer, place } = load;
  const { range } = answer;
  const interval = range.preset === "24h" ? "hour" : "day";
  const span = `${formatSpan(range.from, range.to, interval)} (${interval === "hour" ? texts.localHours : texts.utcDays})`;
  return {
    range,
    text: "comparedTo" in answer ? texts.period(span, texts.comparison(place), lengthOf(answer.comparedTo) === lengthOf(range)) : span,
    title: `${formatLocal(range.from)} – ${formatLocal(range.to)} (${texts.localHours})`,
  };
}

const lengthOf = ({ from, to }: { from: number; to: number }): number => to - from;

/** What is not in the figures because of who reads them. */
function notesOf(showing: Showing): string[] {
  const answers = loadsOf(showing).flatMap(({ answer }) => answer ?? []);
  const shared = answers.find((answer) => answer.shared !== undefined)?.shared;
  const small = answers.find(({ suppressed = {} }) => Object.keys(suppressed).length > 0);
  return [...(shared === undefined ? [] : [texts.sharedUntil(shared.expiresAt)]), ...(small?.minGroup === undefined ? [] : [texts.suppressed(small.minGroup)])];
}

/** Why the view as a whole could not be brought up to date. A panel of several that failed says so itself. */
function failureOf(showing: Showing): string | undefined {
  const failed = loadsOf(showing).filter(({ failure }) => failure !== undefined && failure.kind !== "withheld");
  const isPartial = failed.every(({ answer }) => answer === undefined) && failed.length < questionsOf(showing.place.view).length;
  return isPartial ? undefined : failed[0]?.failure?.message;
}
