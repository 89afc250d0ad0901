/** What stands around the panels: views, controls, banner and notices above, the tracker's address and cost below. */
import type { CostToday, RangeUsed } from "../../src/analytics/answers.ts";
import { createFilterBar } from "./controls/filter-bar.ts";
import { createHelpDialog, listenForShortcuts } from "./controls/help-dialog.ts";
import { createRangePicker } from "./controls/range-picker.ts";
import { createShareMenu } from "./controls/share-menu.ts";
import { element, foreignText } from "./elements.ts";
import { createFreshness } from "./freshness.ts";
import { presetsWithin } from "./share.ts";
import type { PageActions, Showing } from "./showing.ts";
import { type Place, placeOf, VIEWS } from "./state.ts";
import { texts } from "./texts/index.ts";
import { currentTheme } from "./theme.ts";

/** What the shell says of the answers on the screen. */
export interface Standing {
  /** When the oldest of them arrived. */
  loadedAt: number | undefined;
  range: { range: RangeUsed; text: string; title: string } | undefined;
  /** Why the latest request gave nothing. */
  failure: string | undefined;
  /** What is not in the figures because of who reads them. */
  notes: readonly string[];
}

export interface Shell {
  elements: HTMLElement[];
  main: HTMLElement;
  render(showing: Showing, standing: Standing): void;
}

/** The views that can be gone to at once; a skill's page is behind its name. */
const TABS = VIEWS.filter((view) => view !== "skill");

export function createShell(actions: PageActions): Shell {
  const header = createHeader(actions);
  const notices = createNotices(actions);
  const footer = createFooter(actions);
  const main = element("main", { id: "main", tabindex: "-1" }, notices.element);
  listenForLinks(actions);
  return {
    elements: [element("a", { class: "skip-link", href: "#main" }, texts.skipLink), header.element, main, footer.element, header.dialog],
    main,
    render(showing, standing) {
      const today = costOfToday(showing);
      header.render(showing, standing);
      notices.render(showing, standing, today);
      footer.render(showing, today);
      document.title = texts.documentTitle(showing.place.view, showing.place.skill, texts.rangeName(showing.place.range));
    },
  };
}

/** An account is that of its day: a page stays open past midnight. */
function costOfToday({ costToday, knownUntil }: Showing): CostToday | undefined {
  return Date.now() < knownUntil ? costToday : undefined;
}

function createHeader(actions: PageActions) {
  const tabs = TABS.map((view) => element("a", { "data-view": view }, texts.views[view]));
  const heading = element("h1", { id: "view-title" });
  const back = element("a", { class: "back", id: "back" }, texts.back);
  const period = element("p", { id: "period", class: "muted" });
  const status = element("p", { id: "status", class: "muted" });
  const freshness = createFreshness(status);
  const picker = createRangePicker(actions.go);
  const filters = createFilterBar(actions.go);
  const help = createHelpDialog();
  const refresh = buttonOf("refresh", texts.refresh, actions.refresh);
  const share = createShareMenu(actions.makeShare);
  const theme = buttonOf("theme", "", actions.changeTheme);
  listenForShortcuts({
    "/": () => focusSearch(actions),
    "?": () => help.open(),
    r: () => picker.focus(),
    f: () => filters.open(),
    t: actions.changeTheme,
  });
  const top = element(
    "div",
    { class: "top" },
    element("p", { class: "brand" }, "Track-Skills"),
    element("nav", { "aria-label": texts.viewsLabel }, ...tabs),
    element("div", { class: "actions" }, theme, buttonOf("open-help", texts.help, help.open)),
  );
  const bottom = element(
    "div",
    { class: "bottom" },
    element("div", { class: "page-title" }, element("div", {}, back, heading), period),
    element("div", { class: "controls" }, picker.element, filters.menu, refresh, share.element, status),
  );
  return {
    element: element("header", { class: "page-header" }, top, bottom, filters.chips),
    dialog: help.element,
    render(showing: Showing, { loadedAt, range }: Standing) {
      const { place, screen } = showing;
      const shownView = place.view === "skill" ? "overview" : place.view;
      for (const [index, tab] of tabs.entries()) {
        const view = TABS[index] ?? "overview";
        tab.href = actions.hrefOf({ view });
        if (view === shownView) tab.setAttribute("aria-current", place.view === view ? "page" : "true");
        else tab.removeAttribute("aria-current");
      }
      back.hidden = place.view !== "skill";
      back.href = actions.hrefOf({ view: "overview" });
      const title = headingOf(place);
      if (heading.textContent !== (typeof title === "string" ? title : title.textContent)) heading.replaceChildren(title);
      setText(theme, texts.theme(currentTheme()));
      setText(period, range?.text ?? "");
      period.title = range?.title ?? "";
      picker.render(place, range?.range, presetsWithin(showing.limits), showing.limits === undefined);
      share.render(showing.limits === undefined);
      filters.render(place, showing.known);
      refresh.setAttribute("aria-busy", String(showing.isWaiting && screen === "figures"));
      status.hidden = screen !== "figures";
      freshness.show(loadedAt, showing.isWaiting);
    },
  };
}

/** A view's heading: its name, or that of the skill. */
function headingOf({ view, skill }: Place): Node | string {
  return view === "skill" && skill !== null ? foreignText(skill) : texts.views[view];
}

function focusSearch({ go }: PageActions): void {
  go({ view: "overview" });
  // At once: what is typed next is meant for the field, and would be taken for shortcuts elsewhere.
  document.getElementById("skill-search")?.focus();
}

function createNotices({ refresh }: PageActions) {
  const bannerText = element("p", { id: "banner-text" });
  const banner = element("div", { id: "banner", class: "banner", role: "alert", hidden: true }, bannerText, buttonOf("retry", texts.retry, refresh));
  const budgetText = element("strong", { id: "budget-text" });
  const budget = element("p", { id: "budget-notice", class: "notice", hidden: true }, budgetText, " ", texts.budgetAdvice);
  const notes = element("p", { id: "reader-notes", class: "notice", hidden: true });
  return {
    element: element("div", {}, banner, element("div", { role: "status" }, budget), notes),
    render({ screen }: Showing, { failure, loadedAt, notes: said }: Standing, costToday: CostToday | undefined) {
      notes.hidden = said.length === 0 || screen !== "figures";
      setText(notes, said.join(" "));
      banner.hidden = failure === undefined || screen !== "figures";
      if (failure !== undefined) setText(bannerText, texts.banner(failure, loadedAt !== undefined));
      const isSpent = screen === "figures" && costToday?.isBudgetSpent === true;
      budget.hidden = !isSpent;
      setText(budgetText, isSpent && costToday !== undefined ? texts.budgetSpent(costToday.rowsWrittenBudget, costToday.resetsAt) : "");
    },
  };
}

function createFooter({ changeAddress, changeKey }: PageActions) {
  const address = element("span", { id: "tracker-address", class: "address", dir: "ltr" });
  const cost = element("p", { id: "cost-today", class: "muted" });
  const actions = element("div", { class: "actions" }, buttonOf("change-address", texts.changeAddress, changeAddress), buttonOf("change-key", texts.changeKey, changeKey));
  return {
    element: element("footer", { class: "page-footer" }, element("p", { class: "muted" }, texts.trackerAt, address), cost, actions),
    render({ base }: Showing, costToday: CostToday | undefined) {
      setText(address, base === "" ? texts.unknown : base);
      setText(cost, costToday === undefined ? "" : texts.costToday(costToday.rowsRead, costToday.rowsWritten, costToday.rowsWrittenBudget));
    },
  };
}

/** Links between places of this page change it in place, unless the reader wants another tab. */
function listenForLinks({ go }: PageActions): void {
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    const href = link?.getAttribute("href");
    if (href?.startsWith("?") !== true || event.defaultPrevented || event.button !== 0) return;
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    go(placeOf(href));
  });
}

function buttonOf(id: string, text: string, onClick: () => void): HTMLButtonElement {
  const button = element("button", { type: "button", id }, text);
  button.addEventListener("click", onClick);
  return button;
}

/** Writes only what has changed: a live region would be read out again. */
function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
