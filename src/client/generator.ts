/**
 * Generators: a call that gives one has ended when the generator has. The caller gets the very object, whose three
 * methods are watched; it is never read ahead.
 *
 * A generator that is neither read to its end nor closed never ends, and is not recorded.
 */
import type { RecordEnding } from "./classify.ts";

type AnyGenerator = Generator | AsyncGenerator;

const PROTOTYPES = [function* () {}, async function* () {}].map(({ prototype }) => Object.getPrototypeOf(prototype));

/** Whether a value is what a generator function gives, sync or async. */
export function isGenerator(value: unknown): value is AnyGenerator {
  try {
    return typeof value === "object" && value !== null && PROTOTYPES.some((prototype) => Object.prototype.isPrototypeOf.call(prototype, value));
  } catch {
    return false; // A revoked Proxy.
  }
}

/** Records when a generator has ended. An early `return()` cancels it. */
export function watchGenerator(generator: AnyGenerator, record: RecordEnding): void {
  let hasEnded = false;
  const end: RecordEnding = (...ending) => {
    if (!hasEnded) record(...ending);
    hasEnded = true;
  };
  try {
    for (const name of ["next", "return", "throw"] as const) {
      const method = generator[name];
      const see = (step: IteratorResult<unknown>) => {
        if (step.done) end(undefined, undefined, name === "return");
        return step;
      };
      const watched = function (this: unknown, ...args: unknown[]): unknown {
        try {
          const step: IteratorResult<unknown> | Promise<IteratorResult<unknown>> = Reflect.apply(method, this, args);
          return step instanceof Promise ? seeLater(step, see, end) : see(step);
        } catch (error) {
          end(undefined, { thrown: error });
          throw error;
        }
      };
      Object.defineProperty(generator, name, { value: watched, configurable: true, writable: true });
    }
  } catch {
    // A frozen generator cannot be watched: it counts as ended.
    end(undefined);
  }
}

async function seeLater(step: Promise<IteratorResult<unknown>>, see: (step: IteratorResult<unknown>) => unknown, end: RecordEnding): Promise<unknown> {
  try {
    return see(await step);
  } catch (error) {
    end(undefined, { thrown: error });
    throw error;
  }
}
