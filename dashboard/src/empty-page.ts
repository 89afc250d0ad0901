/** What stands in place of the panels when the range holds no call: why, and what to do about it. */
import { timeElement } from "./data-table.ts";
import { byId, element, replaceKeepingPlace } from "./elements.ts";
import { RANGE_NAMES, RANGES, type Range, type State } from "./state.ts";

export interface EmptyPage {
  show(state: State): void;
  hide(): void;
}

export function createEmptyPage(onRange: (range: Range) => void): EmptyPage {
  const section = byId("empty", HTMLElement);
  const title = byId("empty-title", HTMLElement);
  const body = byId("empty-body", HTMLElement);
  return {
    show(state) {
      const hasNoEvent = state.lastEventAt === null;
      section.dataset["reason"] = hasNoEvent ? "no-event" : "no-calls-in-range";
      title.textContent = hasNoEvent ? "No call has arrived yet" : `No calls in ${RANGE_NAMES[shownRange(state)].name}`;
      replaceKeepingPlace(body, ...(hasNoEvent ? firstSteps(state.connection.base) : otherRanges(state, onRange)));
      section.hidden = false;
    },
    hide() {
      section.hidden = true;
    },
  };
}

/** The range of the answer on the screen; the chosen one may still be on its way. */
function shownRange({ overview, range }: State): Range {
  return overview?.range.preset ?? range;
}

function firstSteps(base: string): Node[] {
  const command = curlCommand(base);
  const copy = element("button", { type: "button", "data-place": "copy" }, "Copy");
  copy.addEventListener("click", () => void copyText(command, copy));
  return [
    element("p", {}, "The tracker is ready. Send it a first call; this page looks again every minute, or at once with Refresh."),
    element("pre", { tabindex: "0", "aria-label": "Command that sends a first call", "data-place": "command" }, element("code", { id: "first-call" }, command)),
    element("div", { class: "actions" }, copy),
    element("p", { class: "muted" }, "Where TRACK_INGEST_KEY is set, add: ", element("code", {}, "-H 'Authorization: Bearer KEY'")),
  ];
}

/** A command that stores one call. It runs in every POSIX shell. */
function curlCommand(base: string): string {
  // A URL may hold a quote, which would end the shell's.
  const address = `${base}/api/track`.replaceAll("'", "%27");
  return [
    `curl '${address}' \\`,
    "  -H 'Content-Type: application/json' \\",
    `  -d '{"skill":"hello-world","durationMs":120,"userId":"me"}'`,
  ].join("\n");
}

async function copyText(text: string, button: HTMLButtonElement): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "Copied";
  } catch {
    // Without https there is no clipboard; the command can still be selected.
    button.textContent = "Select the text to copy it";
  }
}

function otherRanges(state: State, onRange: (range: Range) => void): Node[] {
  const { lastEventAt } = state;
  const latest = typeof lastEventAt === "number" ? [element("p", {}, "The latest call began ", timeElement(lastEventAt), ".")] : [];
  const wider = RANGES.slice(RANGES.indexOf(shownRange(state)) + 1);
  if (wider.length === 0) {
    return [...latest, element("p", {}, "Is the client still sending to this tracker? Its address stands at the foot of this page.")];
  }
  const buttons = wider.map((range) => {
    const button = element("button", { type: "button", "data-place": `wider-${range}` }, `Show ${RANGE_NAMES[range].name}`);
    button.addEventListener("click", () => onRange(range));
    return button;
  });
  return [...latest, element("p", {}, "Look further back:"), element("div", { class: "actions" }, ...buttons)];
}
