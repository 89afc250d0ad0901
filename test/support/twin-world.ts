/**
 * A world: values and functions made from a plan, and a diary of what happened to them. Two worlds of one plan hold equal
 * things of their own, so that a function and its wrapped twin can each live in one, and the diaries must agree.
 *
 * The diary names values rather than showing them: the same name in both diaries is the same identity in both worlds.
 */
import type { Outcome } from "../../src/event.ts";

/** What an event should say of a call. */
export interface Truth {
  outcome: Outcome;
  errorType?: string;
}

export type Callable = (this: unknown, ...args: unknown[]) => unknown;

/** How a value is made, and what an event should say of a call that throws it or gives it back. */
interface Kind {
  make(world: World): unknown;
  thrown?: Truth;
  /** `promised` follows the promise; `generator` follows the generator. */
  given?: Truth | "promised" | "generator";
}

export class World {
  readonly diary: string[] = [];
  /** The function as the host has it: wrapped in one world, itself in the other. */
  subject: unknown;
  readonly #values = new Map<string, unknown>();
  readonly #names = new Map<unknown, string>();

  note(...words: unknown[]): void {
    this.diary.push(words.join(" "));
  }

  /** For what may happen once more in the wrapped twin. */
  noteOnce(words: string): void {
    if (!this.diary.includes(words)) this.note(words);
  }

  /** The value of a name; made when it is first asked for. */
  value(name: string): unknown {
    if (!this.#values.has(name)) this.adopt(name, KINDS[name]?.make(this));
    return this.#values.get(name);
  }

  /** Names a value. */
  adopt(name: string, value: unknown): unknown {
    this.#values.set(name, value);
    if (isObject(value)) this.#names.set(value, name);
    return value;
  }

  nameOf(value: unknown): string {
    if (!isObject(value)) return Object.is(value, -0) ? "-0" : `${typeof value} ${String(value)}`;
    return this.#names.get(value) ?? describe(value);
  }
}

function describe(value: object): string {
  try {
    if (value instanceof Error) return value.constructor.name;
    if (Array.isArray(value)) return JSON.stringify(value);
    if (Object.hasOwn(value, "done")) return `step ${JSON.stringify(value)}`;
    return Object.prototype.toString.call(value);
  } catch {
    return "unreadable";
  }
}

export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

const poisonTraps = new Proxy({}, { get: () => () => { throw new Error("trap"); } });
const errorOf = (errorType: string, outcome: Outcome = "error"): Truth => ({ outcome, errorType });

/** A promise that does its work when it is awaited, as those of several SDKs do. */
class LazyPromise extends Promise<unknown> {
  #work: () => void;
  constructor(work: () => void) {
    super((resolve) => resolve(undefined));
    this.#work = work;
  }
  override then<A = unknown, B = never>(onValue?: ((value: unknown) => A | PromiseLike<A>) | null, onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<A | B> {
    this.#work();
    return Promise.resolve<unknown>("lazy").then(onValue, onError);
  }
}
class PlainSubclass extends Promise<unknown> {}
/** `then` of such a promise throws, since it makes a promise of the same class. */
class StubbornPromise extends Promise<unknown> {
  constructor(executor: unknown) {
    if (executor !== "the right one") throw new TypeError("not like this");
    super((resolve) => resolve(1));
  }
}

/** Every kind of value, by name. What has no `thrown` is an error called after its type; what has no `given` is ok. */
export const KINDS: Readonly<Record<string, Kind>> = {
  nothing: { make: () => undefined },
  null: { make: () => null, thrown: errorOf("object") },
  true: { make: () => true },
  "-0": { make: () => -0 },
  text: { make: () => "text" },
  bigint: { make: () => 10n },
  symbol: { make: () => Symbol.iterator },
  object: { make: () => ({ a: 1 }), thrown: errorOf("Object") },
  frozen: { make: () => Object.freeze({ isError: false }), thrown: errorOf("Object") },
  array: { make: () => [1, 2], thrown: errorOf("Array") },
  function: { make: () => function given() {}, thrown: errorOf("given") },
  error: { make: () => new RangeError("bad"), thrown: errorOf("RangeError") },
  frozenError: { make: () => Object.freeze(new Error("cold")), thrown: errorOf("Error") },
  codeError: { make: () => Object.assign(new Error("gone"), { code: "ENOENT" }), thrown: errorOf("ENOENT") },
  abort: { make: () => new DOMException("stop", "AbortError"), thrown: errorOf("AbortError", "cancelled") },
  timeout: { make: () => new DOMException("slow", "TimeoutError"), thrown: errorOf("TimeoutError", "timeout") },
  toolError: { make: () => ({ isError: true, content: [] }), thrown: errorOf("Object"), given: errorOf("tool_error") },
  poison: { make: () => Object.create(null, Object.fromEntries(["name", "message", "code", "constructor", "isError"].map((name) => [name, { get: () => { throw new Error("getter"); } }]))), thrown: errorOf("object") },
  trapped: { make: () => new Proxy({}, { ...trapsBut("get"), get: (_target, key) => { if (key !== "then") throw new Error("trap"); } }), thrown: errorOf("object") },
  allTraps: { make: () => new Proxy({}, poisonTraps), thrown: errorOf("object") },
  revoked: { make: () => revoked({}), thrown: errorOf("object") },
  revokedFunction: { make: () => revoked(() => undefined), thrown: errorOf("function") },
  thenable: { make: (world) => ({ then: () => world.note("then was called") }), thrown: errorOf("Object") },
  thenGetter: { make: (world) => ({ get then() { world.noteOnce("then was read"); return undefined; } }), thrown: errorOf("Object") },
  response: { make: () => new Response("body"), thrown: errorOf("Response") },
  stream: { make: () => new ReadableStream(), thrown: errorOf("ReadableStream") },
  iterator: { make: () => [1, 2].values(), thrown: errorOf("Iterator") },
  map: { make: () => new Map(), thrown: errorOf("Map") },
  frozenGenerator: { make: () => Object.freeze((function* () { yield 1; })()), thrown: errorOf("object") },
  resolved: { make: () => Promise.resolve("later"), thrown: errorOf("Promise"), given: "promised" },
  rejected: { make: (world) => quiet(Promise.reject(world.value("error"))), thrown: errorOf("Promise"), given: "promised" },
  slow: { make: (world) => quiet(slow(world)), thrown: errorOf("Promise"), given: "promised" },
  pending: { make: () => new Promise(() => undefined), thrown: errorOf("Promise"), given: "promised" },
  rejectedWithProperties: { make: (world) => quiet(Object.assign(Promise.reject(world.value("codeError")), { kill: () => true })), thrown: errorOf("Promise"), given: "promised" },
  subclass: { make: () => PlainSubclass.resolve("sub"), thrown: errorOf("PlainSubclass"), given: "promised" },
  rejectedSubclass: { make: (world) => quiet(PlainSubclass.reject(world.value("abort"))), thrown: errorOf("PlainSubclass"), given: "promised" },
  stubborn: { make: () => new StubbornPromise("the right one"), thrown: errorOf("StubbornPromise") },
  lazy: { make: (world) => new LazyPromise(() => world.note("lazy work began")), thrown: errorOf("LazyPromise") },
  ownThen: { make: (world) => Object.assign(Promise.resolve(1), { then: () => world.note("own then was called") }), thrown: errorOf("Promise") },
};

/** What an event should say of a call that threw a value. */
export function truthOfThrown(world: World, error: unknown): Truth {
  const name = world.nameOf(error);
  const unnamed = isObject(error) ? errorOf(describe(error)) : errorOf(typeof error);
  return KINDS[name]?.thrown ?? unnamed;
}

/** What an event should say of a call that gave a value, or what has to be followed to know. */
export function truthOfGiven(world: World, value: unknown): Truth | "promised" | "generator" {
  const kind = KINDS[world.nameOf(value)];
  if (kind !== undefined) return kind.given ?? { outcome: "ok" };
  const tag = isObject(value) ? describe(value) : "";
  return tag === "[object Promise]" ? "promised" : tag.endsWith("Generator]") ? "generator" : { outcome: "ok" };
}

/** All traps that throw, but one. */
function trapsBut(but: string): object {
  const names = ["has", "ownKeys", "getOwnPropertyDescriptor", "getPrototypeOf", "set", "defineProperty", "isExtensible"];
  return Object.fromEntries(names.filter((name) => name !== but).map((name) => [name, () => { throw new Error(name); }]));
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

async function slow(world: World): Promise<never> {
  for (let tick = 0; tick < 5; tick++) await null;
  throw world.value("timeout");
}

/** Keeps a rejection that a plan may never use from ending the test run. */
function quiet<P extends Promise<unknown>>(promise: P): P {
  Promise.prototype.then.call(promise, undefined, () => undefined);
  return promise;
}
