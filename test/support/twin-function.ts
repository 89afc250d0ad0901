/** Functions of every form, made from a plan in a world, and the ways in which a host uses them. */
import { types } from "node:util";
import { type Callable, type Truth, truthOfGiven, truthOfThrown, type World } from "./twin-world.ts";

/** What a function does, and how it is used. */
export interface Plan {
  form: string;
  decoration: string;
  ending: string;
  value: string;
  /** How often it calls itself first. */
  depth: number;
  uses: { way: string; self: string; args: string[] }[];
}

/** What a function of any form does with its `this`, arguments and `new.target`. */
type Body = (self: unknown, args: unknown[], newTarget?: unknown) => unknown;

export const FORMS: Readonly<Record<string, (body: Body) => object>> = {
  function: (body) => function form(this: unknown, ...args: unknown[]) { return body(this, args, new.target); },
  defaults: (body) => function form(this: unknown, a: unknown, b: unknown = 1, ...rest: unknown[]) { return body(this, [a, b, ...rest], new.target); },
  arrow: (body) => (...args: unknown[]) => body("arrow", args),
  method: (body) => ({ form(...args: unknown[]) { return body(this, args); } }).form,
  async: (body) => async function form(this: unknown, ...args: unknown[]) { await null; return body(this, args); },
  asyncArrow: (body) => async (...args: unknown[]) => body("arrow", args),
  class: (body) => class Form { static made = 0; constructor(...args: unknown[]) { return Object(body("class", args, new.target)); } },
  fields: (body) => class Form { own = 1; #secret = 2; constructor(...args: unknown[]) { body(this.own + this.#secret, args, new.target); } },
  derived: (body) => class Form extends Map { constructor(...args: unknown[]) { super(); body(this.size, args, new.target); } },
  bound: (body) => function form(this: unknown, ...args: unknown[]) { return body(this, args); }.bind("bound", 1),
  proxy: (body) => new Proxy(function form(this: unknown, ...args: unknown[]) { return body(this, args, new.target); }, {}),
  trapped: (body) => new Proxy(function form() {}, { apply: (_target, self, args) => body(self, args) }),
};

export const DECORATIONS: Readonly<Record<string, (fn: object, world: World) => void>> = {
  none: () => undefined,
  properties: (fn, world) => void Object.assign(fn, { cancel: world.value("function"), [Symbol.iterator]: 1 }),
  hidden: (fn, world) => void Object.defineProperty(fn, "hidden", { get() { return this === world.subject; }, configurable: false }),
  renamed: (fn) => void Object.defineProperties(fn, { name: { value: "other" }, length: { value: 7 } }),
  unnamed: (fn) => void [Reflect.deleteProperty(fn, "name"), Reflect.deleteProperty(fn, "length")],
  orphan: (fn) => void Object.setPrototypeOf(fn, null),
  frozen: (fn) => void Object.freeze(fn),
};

/** One use of a function: gives what the host gets. `enter` is called when the function itself is about to be entered. */
type Way = (fn: Callable, self: unknown, args: unknown[], enter: () => void, note: (...words: unknown[]) => void) => unknown;

export const WAYS: Readonly<Record<string, Way>> = {
  call: (fn, self, args, enter) => (enter(), Reflect.apply(fn, self, args)),
  bind: (fn, self, args, enter) => (enter(), Reflect.apply(Function.prototype.bind, fn, [self, ...args])()),
  method: (fn, _self, args, enter) => (enter(), { fn }.fn(...args)),
  callback: (fn, self, args, enter) => (enter(), [args[0]].map(fn, self)[0]),
  new: (fn, _self, args, enter) => (isConstructor(fn) && enter(), Reflect.construct(fn, args)),
  newTarget: (fn, _self, args, enter) => (isConstructor(fn) && enter(), Reflect.construct(fn, args, Map)),
  subclass(fn, _self, args, enter, note) {
    const Base: new (...args: unknown[]) => object = Object(fn);
    class Sub extends Base {
      constructor() {
        enter();
        super(...args);
      }
    }
    const instance = new Sub();
    try {
      note(instance instanceof Sub, instance instanceof Base, Object.getPrototypeOf(Sub) === fn);
    } catch {
      note("what it constructs forbids the question");
    }
    return instance;
  },
};

/** What the host sees of a function without using it. */
export function shapeOf(world: World, fn: object): string[] {
  const descriptors = Reflect.ownKeys(fn).map((key) => {
    const { value, get, ...rest } = Reflect.getOwnPropertyDescriptor(fn, key) ?? {};
    return `${String(key)} ${key === "prototype" ? typeof value : world.nameOf(value)} ${typeof get} ${JSON.stringify(rest)}`;
  });
  const has = ["name", "length", "hidden", "cancel"].map((key) => `${key} in ${key in fn} ${world.nameOf(Reflect.get(fn, key))}`);
  const prototype: unknown = Reflect.get(fn, "prototype");
  const knowsItself = typeof prototype === "object" && prototype !== null && world.nameOf(prototype.constructor);
  const text = typeof Reflect.apply(Function.prototype.toString, fn, []);
  return [...descriptors, ...has, `${knowsItself}`, text, typeof fn, Object.prototype.toString.call(fn), String(Object.isFrozen(fn)), world.nameOf(Object.getPrototypeOf(fn))];
}

function isConstructor(fn: object): boolean {
  try {
    Reflect.construct(Object, [], Object(fn));
    return true;
  } catch {
    return false;
  }
}

/** One call as the host saw it, while it goes on. */
interface Call {
  hasEntered: boolean;
  truth?: Truth | undefined;
  /** How its promise settled, and after how many microtasks. */
  how?: string;
  ticks: number;
  settled: Promise<void>;
}

/** How often the event loop's microtasks are let go by before a promise counts as pending. */
const MAX_TICKS = 30;

/** Promises that are no more than that: the wrapped twin gives another one that settles alike. */
const PLAIN = new Set(["resolved", "rejected", "slow", "pending"]);

/** Only these are awaited: others would begin their work. */
const isQuietPromise = (world: World, value: unknown): value is Promise<unknown> =>
  types.isPromise(value) && truthOfGiven(world, value) === "promised";

/** Lives a plan in a world, with a function that may be wrapped. Gives what events should say, and how many ticks calls took. */
export async function live(world: World, plan: Plan, wrap: (fn: Callable) => Callable, execute?: Way): Promise<{ truths: Truth[]; ticks: number[]; shape: string[] }> {
  const calls: Call[] = [];
  let depth = plan.depth;
  const raw: Callable = Object(FORMS[plan.form]?.((self, args, newTarget) => {
    world.note("body", world.nameOf(self), args.map((arg) => world.nameOf(arg)), world.nameOf(newTarget));
    if (depth-- > 0) use("call", "nothing", ["text"]);
    if (plan.ending === "throw") throw world.value(plan.value);
    return world.value(plan.value);
  }));
  world.adopt("itself", raw);
  DECORATIONS[plan.decoration]?.(raw, world);
  const fn = wrap(raw);
  world.subject = fn;

  function use(way: string, self: string, args: string[]): void {
    const call: Call = { hasEntered: false, ticks: 0, settled: Promise.resolve() };
    calls.push(call);
    const number = calls.length;
    try {
      const given = (execute ?? WAYS[way])?.(fn, world.value(self), args.map((name) => world.value(name)), () => (call.hasEntered = true), (...words) => world.note(...words));
      const name = world.nameOf(given);
      world.note(number, "gives", PLAIN.has(name) ? "[object Promise]" : name);
      const truth = truthOfGiven(world, given);
      if (typeof truth === "object") call.truth = truth;
      if (isQuietPromise(world, given)) call.settled = follow(world, call, given);
    } catch (error) {
      world.note(number, "throws", world.nameOf(error));
      call.truth = truthOfThrown(world, error);
    }
  }

  for (const { way, self, args } of plan.uses) {
    depth = plan.depth;
    use(way, self, args);
    await Promise.all(calls.map(({ settled }) => settled));
  }
  for (const change of [() => Reflect.set(fn, "added", 1), () => Reflect.deleteProperty(fn, "cancel"), () => Reflect.defineProperty(fn, "length", { value: 9 }), () => Reflect.preventExtensions(fn)]) {
    world.note("change", change(), Object.isExtensible(fn));
  }
  for (const { how } of calls) world.note("promise", how);
  const truths = calls.flatMap(({ hasEntered, truth }) => (hasEntered && truth !== undefined ? [truth] : []));
  return { truths, ticks: calls.map((call) => call.ticks), shape: shapeOf(world, fn) };
}

async function follow(world: World, call: Call, promise: Promise<unknown>): Promise<void> {
  Reflect.apply(Promise.prototype.then, promise, [
    (value: unknown) => {
      const truth = truthOfGiven(world, value);
      call.how = `resolves ${world.nameOf(value)}`;
      call.truth = typeof truth === "object" ? truth : { outcome: "ok" };
    },
    (error: unknown) => {
      call.how = `rejects ${world.nameOf(error)}`;
      call.truth = truthOfThrown(world, error);
    },
  ]);
  for (; call.how === undefined && call.ticks < MAX_TICKS; call.ticks++) await null;
}
