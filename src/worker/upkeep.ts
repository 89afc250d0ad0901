/**
 * Upkeep: salts that are too old, erasures that were broken off, roll-ups, clean-up and the account of costs. From `scheduled`, and, so that nothing depends on a cron that an
 * owner forgot, after requests and behind their answers. Nothing that fails here reaches a caller: it is logged.
 */
import type { Cost, Database } from "../database.ts";
import { CLOSING_MS, rollUp, type RollUpReport } from "../rollup/roll-up.ts";
import { DAY_MS, floorTo, HOUR_MS } from "../rollup/scope.ts";
import type { WaitUntil } from "../runtime.ts";
import { cleanUp, type CleanUpReport } from "./clean-up.ts";
import { CostMeter } from "./cost-meter.ts";
import type { Settings } from "./options.ts";
import { deleteOldSalts } from "./salts.ts";
import { type EraseReport, finishErasures } from "./subjects/erase.ts";

/** Between two roll-ups that ingest sets off in one instance of the Worker; the shorter when work was left. */
const ROLL_UP_PAUSE_MS = 300_000;
const UNFINISHED_PAUSE_MS = 30_000;

/** What a scheduled run did: each part, or why it did not. */
export interface UpkeepReport {
  /** Set when an erasure was unfinished: the run was for it, and the rest waits for the next one. */
  erasures?: EraseReport | { error: string };
  rollUp?: RollUpReport | { error: string };
  cleanUp?: CleanUpReport | { error: string };
  /** Set when the daily budget of rows written is spent and all waits for the next day. */
  skipped?: "write_budget_spent";
}

/** The upkeep of one instance of the Worker. */
export class Upkeep {
  readonly #settings: Settings;
  readonly #meter = new CostMeter();
  #nextRollUpAt = 0;
  #spentOn = -1;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Deletes old salts, then finishes what erasures left, or else rolls up and cleans up, and reports. Never rejects. */
  async run(db: Database, now: number): Promise<UpkeepReport> {
    // What people were promised comes first, before the budget too.
    await deleteOldSalts(db, now).then((cost) => this.#meter.add("clean-up", cost, now)).catch(logFailure);
    // An invocation has queries for an erasure or for the rest: the figures are exact without a roll-up.
    const erasures = await this.#finishErasures(db, now).catch(failureOf);
    if (erasures !== null && !("error" in erasures)) return { erasures };
    if (await this.isBudgetSpent(db, now).catch(() => false)) return { skipped: "write_budget_spent" };
    const report: UpkeepReport = {
      ...(erasures !== null && { erasures }),
      rollUp: await this.#rollUp(db, now).catch(failureOf),
      cleanUp: await this.#cleanUp(db, now).catch(failureOf),
    };
    await this.#meter.flush(db, now).catch(logFailure);
    return report;
  }

  /** Whether the daily budget of rows written is spent. Without a budget it never is, and nothing is read. */
  async isBudgetSpent(db: Database, now: number): Promise<boolean> {
    const budget = this.#settings.dailyRowsWrittenBudget;
    if (budget === null || (await this.#meter.rowsWrittenToday(db, now)) < budget) return false;
    // So that the other instances and the dashboard know.
    if (!this.#isSpentKnown(now)) await this.#meter.flush(db, now, true).catch(logFailure);
    return true;
  }

  /** Whether the spent budget of this day was made known before. */
  #isSpentKnown(now: number): boolean {
    const day = floorTo(now, DAY_MS);
    const isKnown = this.#spentOn === day;
    this.#spentOn = day;
    return isKnown;
  }

  /** After events were stored: notes the cost, and rolls up when an hour that is over waits for it. */
  afterIngest(db: Database, cost: Cost, dirtyFrom: number | null, now: number, ctx: WaitUntil | undefined): void {
    this.#meter.add("ingest", cost, now);
    const isDue = dirtyFrom !== null && dirtyFrom + HOUR_MS + CLOSING_MS <= now && now >= this.#nextRollUpAt;
    if (isDue) this.#nextRollUpAt = now + ROLL_UP_PAUSE_MS;
    inBackground(ctx, async () => {
      if (isDue) await this.#rollUp(db, now);
      await this.#meter.flush(db, now);
    });
  }

  /** After a question was answered: notes the cost. */
  afterReading(db: Database, cost: Cost, now: number, ctx: WaitUntil | undefined): void {
    this.#meter.add("analytics", cost, now);
    inBackground(ctx, () => this.#meter.flush(db, now));
  }

  /** After a person's data was exported or erased: notes the cost. Roll-ups wait for their own invocation: this one has used its queries. */
  afterSubject(db: Database, cost: Cost, now: number, ctx: WaitUntil | undefined): void {
    this.#meter.add("subjects", cost, now);
    inBackground(ctx, () => this.#meter.flush(db, now));
  }

  /** `null` when none was unfinished. */
  async #finishErasures(db: Database, now: number): Promise<EraseReport | null> {
    const report = await finishErasures(db, now);
    if (report.requestId === "") return null;
    this.#meter.add("subjects", report, now);
    await this.#meter.flush(db, now).catch(logFailure);
    return report;
  }

  async #rollUp(db: Database, now: number): Promise<RollUpReport> {
    const report = await rollUp(db, now);
    this.#meter.add("roll-up", report, now);
    if (report.isUnfinished) this.#nextRollUpAt = now + UNFINISHED_PAUSE_MS;
    return report;
  }

  async #cleanUp(db: Database, now: number): Promise<CleanUpReport> {
    const { rawRetentionDays, rollUpRetentionDays } = this.#settings;
    const report = await cleanUp(db, { now, rawRetentionDays, rollUpRetentionDays });
    this.#meter.add("clean-up", report, now);
    return report;
  }
}

/** Work that no answer waits for. In a Worker only `waitUntil` keeps it alive; elsewhere it just runs. */
function inBackground(ctx: WaitUntil | undefined, work: () => Promise<unknown>): void {
  const done = work().catch(logFailure);
  ctx?.waitUntil(done);
}

function failureOf(error: unknown): { error: string } {
  return { error: error instanceof Error ? error.message : String(error) };
}

function logFailure(error: unknown): void {
  console.error(JSON.stringify({ trackSkills: "upkeep", ...failureOf(error) }));
}
