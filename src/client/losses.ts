/**
 * What is lost, counted by reason, and the account of it that the Worker gets.
 */
import { type LossAccount, type LossReason, NO_LOSSES } from "../event.ts";
import { quiet } from "./classify.ts";

export interface Losses {
  /** Counts events as lost. Never throws. */
  lose(reason: LossReason, count: number, detail?: string): void;
  /** Lost so far, by reason. */
  counts: Record<LossReason, number>;
  /** What goes with the next batch. The same account goes with every batch until one is answered, so that the Worker counts it once. */
  account(id: () => string, at: number): LossAccount | undefined;
  /** An account has arrived. */
  settle(account: LossAccount | undefined): void;
}

/** Makes an empty account book; `onError` hears of every loss. */
export function createLosses(onError: ((reason: LossReason, detail: string) => void) | undefined): Losses {
  const counts = { ...NO_LOSSES };
  let unreported: Partial<Record<LossReason, number>> | undefined;
  let current: LossAccount | undefined;
  let isTelling = false;
  return {
    counts,
    lose(reason, count, detail = "") {
      counts[reason] += count;
      unreported ??= {};
      unreported[reason] = (unreported[reason] ?? 0) + count;
      // A hook that tracks what it hears may lose that, too.
      if (isTelling) return;
      isTelling = true;
      try {
        quiet(onError?.(reason, detail));
      } catch {
        // A hook that throws is not heard.
      }
      isTelling = false;
    },
    account(id, at) {
      if (current === undefined && unreported !== undefined) {
        current = { id: id(), at, reasons: unreported };
        unreported = undefined;
      }
      return current;
    },
    settle(account) {
      if (current === account) current = undefined;
    },
  };
}
