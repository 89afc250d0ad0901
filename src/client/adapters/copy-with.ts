/**
 * Copies of foreign objects with functions replaced. A copy leaves the original as it was: whoever holds it sees no
 * change. The price is that a class with `#private` members does not work as a copy.
 */
import { read } from "../classify.ts";

/** A function of which nothing more is known. */
export type Callable = (...args: unknown[]) => unknown;

/**
 * A copy of an object with some of its values replaced. Prototype, accessors (unread) and all else stay. What cannot be
 * copied comes back as it is, and so do functions and arrays, which a copy would not be.
 */
export function copyWith<Target extends object>(target: Target, replace: (name: string, value: unknown) => unknown): Target {
  if (isCallable(target) || Array.isArray(target)) return target;
  try {
    const properties = Object.getOwnPropertyDescriptors(target);
    for (const [name, property] of Object.entries(properties)) {
      if ("value" in property) property.value = replace(name, property.value);
    }
    return Object.create(Object.getPrototypeOf(target), properties);
  } catch {
    return target;
  }
}

/** A copy of an object with one of its functions replaced, be it its own or its class's; without that function, the object itself. */
export function copyWithCallable<Target extends object>(target: Target, name: string, replace: (fn: Callable) => Callable): Target {
  const fn = read(target, name);
  if (!isCallable(fn)) return target;
  const replaced = replace(fn);
  const copy = copyWith(target, (key, value) => (key === name ? replaced : value));
  if (copy !== target && !Object.hasOwn(copy, name)) Reflect.set(copy, name, replaced);
  return copy;
}

/** Whether a value can be called. */
export function isCallable(value: unknown): value is Callable {
  return typeof value === "function";
}

/** The abort signal in a foreign object, where there is one. */
export function signalOf(holder: unknown, name: string): { readonly aborted: boolean } | undefined {
  const signal = read(holder, name);
  return isSignal(signal) ? signal : undefined;
}

function isSignal(value: unknown): value is { readonly aborted: boolean } {
  return typeof read(value, "aborted") === "boolean";
}
