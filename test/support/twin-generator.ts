/** Generators of both kinds, made from a plan in a world, and the ways in which a host reads them. */
import { type Truth, truthOfThrown, type World } from "./twin-world.ts";

/** What a generator does, and how it is read. */
export interface GeneratorPlan {
  isAsync: boolean;
  /** Whether an async function gives it. */
  isPromised: boolean;
  steps: { kind: "yield" | "list" | "iterator" | "inner" | "re-entry"; value: string }[];
  guard: "none" | "catch" | "finally" | "finally yields" | "finally throws";
  ending: "return" | "throw";
  value: string;
  uses: { way: string; value: string }[];
}

export type AnyGenerator = Generator<unknown, unknown, unknown> | AsyncGenerator<unknown, unknown, unknown>;
export type MakeGenerator = (this: unknown, ...args: unknown[]) => AnyGenerator | Promise<AnyGenerator>;

const isSync = (generator: AnyGenerator): generator is Generator<unknown, unknown, unknown> => Symbol.iterator in generator;

/** One way to read: gives what the host gets. */
type Way = (generator: AnyGenerator, value: unknown, world: World, other: AnyGenerator) => unknown;

export const READINGS: Readonly<Record<string, Way>> = {
  next: (generator, value) => generator.next(value),
  return: (generator, value) => generator.return(value),
  throw: (generator, value) => generator.throw(value),
  "next of another": (generator, value, _world, other) => Reflect.apply(generator.next, other, [value]),
  "next of none": (generator, value) => Reflect.apply(generator.next, value, []),
  all: (generator) => (isSync(generator) ? [...generator] : collect(generator)),
  first(generator) {
    if (!isSync(generator)) return Promise.allSettled([generator.next(), generator.next(), generator.return(1)]).then((steps) => steps.map(({ status }) => status));
    const [first] = generator;
    return first;
  },
  break: (generator, _value, world) => (isSync(generator) ? loop(generator, world) : loopAsync(generator, world)),
  delegate(generator) {
    if (!isSync(generator)) return (async function* outer() { return yield* generator; })().next();
    const outer = (function* outer() { return yield* generator; })();
    return [outer.next(), outer.return(1)].map((step) => step.done);
  },
  take: (generator) => (isSync(generator) ? Object(generator).take(2).toArray() : generator[Symbol.asyncDispose]()),
};

async function collect(generator: AsyncGenerator): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of generator) items.push(item);
  return items;
}

function loop(generator: Generator, world: World): string {
  for (const item of generator) {
    world.note("item", world.nameOf(item));
    if (item === world.value("object")) throw world.value("error");
    break;
  }
  return "left";
}

async function loopAsync(generator: AsyncGenerator, world: World): Promise<string> {
  for await (const item of generator) {
    world.note("item", world.nameOf(item));
    if (item === world.value("object")) throw world.value("error");
    break;
  }
  return "left";
}

/** What a plan's generators share. */
interface Making {
  world: World;
  plan: GeneratorPlan;
  /** How each generator ended, told by itself. */
  truths: Truth[];
  hasBegun: boolean;
  /** Whether its reader has asked it to return. */
  isLeft: boolean;
  inner: MakeGenerator;
  subject?: AnyGenerator;
}

/** Makes the generator of a plan, as its function's `this` and arguments ask. */
function* generate(making: Making, self: unknown, args: unknown[]): Generator<unknown, unknown, unknown> {
  const { world, plan, truths } = making;
  let truth: Truth = { outcome: "cancelled" };
  making.hasBegun = true;
  world.note("begins", world.nameOf(self), args.map((arg) => world.nameOf(arg)));
  try {
    try {
      for (const { kind, value } of plan.steps) {
        if (kind === "re-entry") tryAgain(making);
        else world.note("got", world.nameOf(kind === "yield" ? yield world.value(value) : yield* delegateOf(making, kind, value)));
      }
    } catch (error) {
      if (plan.guard !== "catch") throw error;
      world.note("caught", world.nameOf(error), world.nameOf(yield "after"));
    } finally {
      if (plan.guard !== "none") world.note("finally");
      if (plan.guard === "finally yields") world.note("got", world.nameOf(yield "last"));
      if (plan.guard === "finally throws") raise(world.value("frozenError"));
    }
    if (plan.ending === "throw") throw world.value(plan.value);
    truth = { outcome: "ok" };
    return world.value(plan.value);
  } catch (error) {
    truth = truthOfThrown(world, error);
    throw error;
  } finally {
    truths.push(truth);
  }
}

/** The async twin of `generate`: the language has no way to say both at once. */
async function* generateLater(making: Making, self: unknown, args: unknown[]): AsyncGenerator<unknown, unknown, unknown> {
  const { world, plan, truths } = making;
  let truth: Truth = { outcome: "cancelled" };
  making.hasBegun = true;
  world.note("begins", world.nameOf(self), args.map((arg) => world.nameOf(arg)));
  try {
    await null;
    try {
      for (const { kind, value } of plan.steps) {
        world.note("got", world.nameOf(kind === "yield" ? yield world.value(value) : yield* delegateOf(making, kind, value)));
      }
    } catch (error) {
      if (plan.guard !== "catch") throw error;
      world.note("caught", world.nameOf(error), world.nameOf(yield "after"));
    } finally {
      if (plan.guard !== "none") world.note("finally");
      if (plan.guard === "finally yields") world.note("got", world.nameOf(yield "last"));
      if (plan.guard === "finally throws") raise(world.value("frozenError"));
    }
    if (plan.ending === "throw") throw world.value(plan.value);
    // A return with what rejects goes on inside as an error, and may be caught: its reader has left all the same.
    if (!making.isLeft) truth = { outcome: "ok" };
    return await world.value(plan.value);
  } catch (error) {
    truth = truthOfThrown(world, error);
    throw error;
  } finally {
    truths.push(truth);
  }
}

function raise(error: unknown): never {
  throw error;
}

/** A generator that asks itself for a step while it makes one: it refuses, and goes on. */
function tryAgain({ world, subject }: Making): void {
  try {
    world.note("re-entered", subject?.next());
  } catch (error) {
    world.note("refused", world.nameOf(error));
  }
}

/** Something that a generator delegates to. */
function delegateOf({ world, inner }: Making, kind: string, value: string): Iterable<unknown> {
  if (kind === "inner") return Object(inner(value));
  if (kind !== "iterator") return ["a", world.value("frozen")];
  let left = 2;
  return {
    [Symbol.iterator]: () => ({
      next: (sent: unknown) => (world.note("iterator got", world.nameOf(sent)), { done: left-- === 0, value: left }),
      return: () => (world.note("iterator closed"), { done: true, value: "closed" }),
    }),
  };
}

/** Lives a plan in a world, with functions that may be wrapped. `heard` tells how many events there were so far. */
export async function liveGenerator(world: World, plan: GeneratorPlan, wrap: (make: MakeGenerator) => MakeGenerator, heard?: () => Promise<number>): Promise<Truth[]> {
  const truths: Truth[] = [];
  const inner = wrap(function* inner(value: unknown) {
    let truth: Truth = { outcome: "cancelled" };
    try {
      yield value;
      truth = { outcome: "ok" };
    } catch (error) {
      truth = truthOfThrown(world, error);
      throw error;
    } finally {
      truths.push(truth);
    }
  });
  const making: Making = { world, plan, truths, hasBegun: false, isLeft: false, inner };
  const other = generate({ ...making, truths: [] }, "other", []);
  const direct: MakeGenerator = plan.isAsync ? function (...args) { return generateLater(making, this, args); } : function (...args) { return generate(making, this, args); };
  const make = wrap(plan.isPromised ? async function (...args) { return Reflect.apply(direct, this, args); } : direct);
  const generator = await Reflect.apply(make, world.value("object"), ["text"]);
  making.subject = generator;
  world.note("made", Object.prototype.toString.call(generator), Object.keys(generator));
  let isClosed = false;

  for (const { way, value } of plan.uses) {
    const truth = await readOnce(way, value);
    const isFirst: boolean = !isClosed && !making.hasBegun && truth !== undefined && (way === "return" || way === "throw" || (way === "take" && plan.isAsync));
    if (isFirst && truth !== undefined) truths.push(truth);
    isClosed ||= isFirst;
    world.note(heard === undefined ? truths.length : await heard(), "ended");
  }
  return truths;

  /** What an event should say, if this use ended a generator that had not begun. */
  async function readOnce(way: string, value: string): Promise<Truth | undefined> {
    let truth: Truth | undefined;
    if (way === "return") making.isLeft = true;
    const settle = (given: unknown) => {
      world.note(way, "gives", stepName(given));
      truth = { outcome: "cancelled" };
    };
    const fail = (error: unknown) => {
      world.note(way, "fails", world.nameOf(error));
      truth = truthOfThrown(world, error);
    };
    try {
      const given = READINGS[way]?.(generator, world.value(value), world, other);
      if (given instanceof Promise) given.then(settle, fail);
      else settle(given);
    } catch (error) {
      fail(error);
    }
    // One turn of the event loop settles whatever will.
    await new Promise((resolve) => setImmediate(resolve));
    return truth;
  }

  function stepName(given: unknown): string {
    if (Array.isArray(given)) return given.map((item) => world.nameOf(item)).join(", ");
    const step: { done?: unknown; value?: unknown } = Object(given);
    return typeof given === "object" && given !== null && "done" in given ? `${String(step.done)} ${world.nameOf(step.value)}` : world.nameOf(given);
  }
}
