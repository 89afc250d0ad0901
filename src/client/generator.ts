/**
 * Generators: a call that gives one has ended when the generator has. The caller gets the very object, whose three
 * methods are watched; it is never read ahead.
 *
 * A generator that is neither read to its end nor closed never ends, and is not recorded.
 */
import { type HowEnded, isPromise, objectOf, type RecordEnding, read } from "./classify.ts";

type AnyGenerator = Generator | AsyncGenerator;

const PROTOTYPES = [function* () {}, async function* () {}].map(({ prototype }) => Object.getPrototypeOf(prototype));

/** Whether a value is what a generator function gives, sync or async. */
export function isGenerator(value: unknown): value is AnyGenerator {
  try {
    return objectOf(value) !== undefined && PROTOTYPES.some((prototype) => prototype.isPrototypeOf(value));
  } catch {
    return false; // A Proxy may forbid the question.
  }
}

/** Records when a generator has ended. An early `return()` cancels it, also one that the generator's `finally` holds up. */
export function watchGenerator(generator: AnyGenerator, record: RecordEnding): void {
  let hasEnded = false;
  let how: HowEnded = "returned";
  let depth = 0;
  const end: RecordEnding = (...ending) => {
    if (!hasEnded) record(...ending);
    hasEnded = true;
  };
  const fail = (error: unknown): never => {
    end("thrown", error);
    throw error;
  };
  try {
    for (const name of ["next", "return", "throw"] as const) {
      const method: unknown = generator[name];
      if (typeof method !== "function") continue;
      const see = (step: unknown) => {
        if (name === "return") how = "cancelled";
        if (read(step, "done")) end(how);
        return step;
      };
      const watched = function (this: unknown, ...args: unknown[]): unknown {
        if (this !== generator) return Reflect.apply(method, this, args);
        depth += 1;
        try {
          const step: unknown = Reflect.apply(method, this, args);
          return isPromise(step) ? seeLater(step, see, fail) : see(step);
        } catch (error) {
          // A generator that is asked for a step while it makes one refuses, and goes on.
          if (depth > 1) throw error;
          return fail(error);
        } finally {
          depth -= 1;
        }
      };
      Object.defineProperty(generator, name, { value: watched, configurable: true, writable: true });
    }
  } catch {
    // A frozen generator cannot be watched: it counts as ended.
    end("returned");
  }
}

/** Awaits a step for its caller, whose async stack trace stays whole. */
async function seeLater(step: Promise<unknown>, see: (step: unknown) => unknown, fail: (error: unknown) => never): Promise<unknown> {
  let made: unknown;
  try {
    made = await step;
  } catch (error) {
    return fail(error);
  }
  return see(made);
}
