/**
 * Wraps functions. A Proxy is the one way in which `this`, `new`, own properties, name and length all stay as they were.
 */
import { objectOf, quiet, read } from "./classify.ts";
import type { Measure } from "./measure.ts";
import type { CallContext, WrapOptions } from "./options.ts";

/** A function of any shape, or a class. */
export type AnyFunction = ((...args: never[]) => unknown) | (abstract new (...args: never[]) => unknown);

/** What a function or a class takes. */
export type ArgumentsOf<Fn> = Fn extends (...args: infer Args) => unknown ? Args : Fn extends abstract new (...args: infer Args) => unknown ? Args : never;

/** Wraps a function under a skill's name. */
export type Wrap = <Fn extends AnyFunction>(skill: string, fn: Fn, options?: WrapOptions<ArgumentsOf<Fn>>) => Fn;

/** Every wrapped function of every tracker: a function is counted once, however often it is wrapped. */
const wrapped = new WeakSet<AnyFunction>();

/** Makes the function that wraps functions. */
export function createWrap(measure: Measure): Wrap {
  return (skill, fn, options) => {
    if (typeof fn !== "function" || wrapped.has(fn)) return fn;
    const context = read(options, "context");
    const proxy: typeof fn = new Proxy(fn, {
      apply: (target, self, args) => measure(skill, contextOf(context, args), Reflect.apply, target, self, args),
      construct: (target, args, newTarget): object =>
        measure(skill, contextOf(context, args), Reflect.construct, target, args, newTarget === proxy ? target : newTarget),
    });
    wrapped.add(proxy);
    return proxy;
  };
}

/** Whether a function is counted already. */
export function isWrapped(fn: AnyFunction): boolean {
  return wrapped.has(fn);
}

/** A context that cannot be found costs the call its labels, not its life. */
function contextOf(context: unknown, args: unknown[]): CallContext | undefined {
  try {
    return objectOf(typeof context === "function" ? quiet<unknown>(Reflect.apply(context, undefined, args)) : context);
  } catch {
    return undefined;
  }
}
