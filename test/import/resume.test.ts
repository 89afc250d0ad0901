/** Whatever fails and whatever is written meanwhile: in the end, every call that has a result was acknowledged, once. */
import { appendFile, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import type { UsageEvent } from "../../src/event.ts";
import { type Deliver, ImportStopped } from "../../src/import/delivery.ts";
import { findTranscripts } from "../../src/import/find-files.ts";
import { importTranscripts } from "../../src/import/import-transcripts.ts";
import { Progress } from "../../src/import/progress.ts";
import { readState, writeState } from "../../src/import/state.ts";
import { Tally } from "../../src/import/tally.ts";
import { resultLine, useLine } from "../support/transcripts.ts";

const AT = Date.UTC(2026, 10, 20, 10);

/** A Worker that takes `batches` batches, some of them without its answer coming back. */
function workerThatTakes(batches: number, stored: Map<string, UsageEvent>, losesAnswer: boolean): Deliver {
  let left = batches;
  return async (events) => {
    if (left-- <= 0 && !losesAnswer) throw new ImportStopped("enough");
    const accepted = events.filter(({ id = "" }) => !stored.has(id)).length;
    for (const event of events) stored.set(event.id ?? "", event);
    if (left < 0) throw new ImportStopped("the answer was lost");
    return { accepted, duplicates: events.length - accepted, rejected: [], serverTime: AT };
  };
}

it("nothing is skipped that was not acknowledged", { timeout: 60_000 }, async () => {
  const half = fc.record({ call: fc.integer({ min: 0, max: 11 }), file: fc.integer({ min: 0, max: 2 }), isUse: fc.boolean(), endsLine: fc.integer({ min: 0, max: 4 }).map((one) => one > 0) });
  const round = fc.record({ halves: fc.array(half, { maxLength: 10 }), batches: fc.integer({ min: 0, max: 3 }), losesAnswer: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 5 }), async (rounds) => {
      const folder = await mkdtemp(path.join(os.tmpdir(), "track-skills-resume-"));
      try {
        const stored = new Map<string, UsageEvent>();
        const [uses, results, pending] = [new Set<number>(), new Set<number>(), new Map<number, string>()];
        const importOnce = async (deliver: Deliver) => {
          const stateFile = path.join(folder, "state.json");
          const { files } = await findTranscripts([folder]);
          const tally = new Tally();
          await importTranscripts({ files, since: 0, until: Infinity, labels: {}, deliver, state: await readState(stateFile), save: (state) => writeState(stateFile, state), tally, progress: new Progress(undefined, tally, 0), checkpointMs: 0 });
        };
        for (const { halves, batches, losesAnswer } of rounds) {
          for (const { call, file, isUse, endsLine } of halves) {
            const id = `toolu_${call}`;
            const text = `${pending.get(file) ?? ""}${isUse ? useLine(id, "Bash", AT + call) : resultLine(id, AT + call + 7)}\n`;
            // A line that is still being written is written to its end later.
            const written = endsLine ? text.length : text.length - 30;
            await appendFile(path.join(folder, `${file}.jsonl`), text.slice(0, written));
            pending.set(file, text.slice(written));
            (isUse ? uses : results).add(call);
          }
          await importOnce(workerThatTakes(batches, stored, losesAnswer)).catch((error: unknown) => expect(error).toBeInstanceOf(ImportStopped));
        }
        for (const [file, rest] of pending) await appendFile(path.join(folder, `${file}.jsonl`), rest);
        await importOnce(workerThatTakes(Infinity, stored, false));
        const whole = [...uses].filter((call) => results.has(call)).map((call) => `toolu_${call}`);
        expect([...stored.keys()].sort()).toEqual(whole.sort());
        for (const { startedAt, durationMs } of stored.values()) expect({ startedAt, durationMs }).toEqual({ startedAt: expect.any(Number), durationMs: 7 });
      } finally {
        await rm(folder, { recursive: true });
      }
    }),
    { numRuns: 150 },
  );
});
