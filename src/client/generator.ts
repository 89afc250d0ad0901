/**
 * Generators: a call that gives one has ended when the generator has. The caller gets the very object, whose three
 * methods are watched; it is never read ahead.
 *
 * A generator that is neither read to its end nor closed never ends, and is not recorded.
 */
import { isPromise, type RecordEnding, read } from "./classify.ts";

type AnyGenerator = Generator | AsyncGenerator;

const PROTOTYPES = [function* () {}, async function* () {}].map(({ prototype }) => Object.getPrototypeOf(prototype));

/** Whether a value is what a generator function gives, sync or async. */
export function isGenerator(value: unknown): value is AnyGenerator {
  try {
    return typeof value === "object" && value !== null && PROTOTYPES.some((prototype) => Object.prototype.isPrototypeOf.call(prototype, value));
  } catch {
    return false; // A Proxy may forbid the question.
  }
}

/** Records when a generator has ended. An early `return()` cancels it, also one that the generator's `finally` holds up. */
export function watchGenerator(generator: AnyGenerator, record: RecordEnding): void {
  let hasEnded = false;
  let isCancelled = false;
  let depth = 0;
  const end: RecordEnding = (...ending) => {
    if (!hasEnded) record(...ending);
    hasEnded = true;
  };
  try {
    for (const name of ["next", "return", "throw"] as const) {
      const method: unknown = generator[name];
      if (typeof method !== "function") continue;
      const see = (step: unknown) => {
        isCancelled ||= name === "return";
        if (read(step, "done")) end(undefined, undefined, isCancelled);
        return step;
      };
      const watched = function (this: unknown, ...args: unknown[]): unknown {
        if (this !== generator) return Reflect.apply(method, this, args);
        depth += 1;
        try {
          const step: unknown = Reflect.apply(method, this, args);
          return isPromise(step) ? seeLater(step, see, end) : see(step);
        } catch (error) {
          // A generator that is asked for a step while it makes one refuses, and goes on.
          if (depth === 1) end(undefined, { thrown: error });
          throw error;
        } finally {
          depth -= 1;
        }
      };
      Object.defineProperty(generator, name, { value: watched, configurable: true, writable: true });
    }
  } catch {
    // A frozen generator cannot be watched: it counts as ended.
    end(undefined);
  }
}

async function seeLater(step: Promise<unknown>, see: (step: unknown) => unknown, end: RecordEnding): Promise<unknown> {
  try {
    return see(await step);
  } catch (error) {
    end(undefined, { thrown: error });
    throw error;
  }
}
