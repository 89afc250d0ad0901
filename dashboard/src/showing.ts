/** What the page shows, and what a reader can do with it: the terms on which its parts meet. */
import type { CostToday } from "../../src/analytics/answers.ts";
import type { ShareLimits } from "../../src/analytics/shared.ts";
import type { KnownValues } from "./controls/filter-bar.ts";
import type { Loads } from "./loads.ts";
import type { Leads } from "./panels/panel.ts";
import type { Place } from "./state.ts";

/** What a reader can do with the page, prompts aside. */
export interface PageActions extends Leads {
  refresh(): void;
  changeKey(): void;
  changeAddress(): void;
  changeTheme(): void;
  /** Stores a call; resolves with a sentence for the reader. */
  sendTest(): Promise<string>;
  /** Makes a share link; resolves with its address. Rejects with a reason for the reader. */
  makeShare(days: number): Promise<string>;
}

/** What the page shows. */
export interface Showing {
  place: Place;
  /** What stands in the middle: figures, or a question to the reader. */
  screen: "figures" | "prompt";
  loads: Loads;
  /** Whether somebody waits for answers: not so for the refresh of every minute. */
  isWaiting: boolean;
  /** The tracker's address; empty when it is not known. */
  base: string;
  /** What a share link is limited to; `undefined` for a key. */
  limits: ShareLimits | undefined;
  lastEventAt: number | null | undefined;
  known: KnownValues;
  costToday: CostToday | undefined;
  /** Until when `known` and `costToday` do: the end of their UTC day, by this device's clock, which may be off. */
  knownUntil: number;
}
