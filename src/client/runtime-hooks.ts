/**
 * What differs between Node, browsers and Workers: timers that do not hold a process, the end of a process and of a page,
 * and how to make an id.
 */
import { quiet, read } from "./classify.ts";

const page: unknown = read(globalThis, "document");

/** Whether this is a page. */
export const isPage: boolean = page !== undefined;

/** Whether this is a Worker of Cloudflare, whose clock stands still while no I/O happens once it is deployed. */
export const isWorker: boolean = read(read(globalThis, "navigator"), "userAgent") === "Cloudflare-Workers";

const types = builtIn("util/types");

/** Node knows; Bun goes by the prototype, which anybody may set; others may have the function and throw. */
const canTell = callMethod(types, "isAsyncFunction", Object.setPrototypeOf(() => 0, Object.getPrototypeOf(async () => 0))) === false;
const isAsync = canTell ? read(types, "isAsyncFunction") : undefined;

/** Whether a function is async and no Proxy, so that its promise is no more than one. `false` where nobody can tell. */
export const isAsyncFunction = (fn: unknown): boolean => typeof isAsync === "function" && isAsync(fn);

/** The longest time of a timer. A longer one would run at once, and Node would warn on stderr. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** Runs a function outside of any request of the host: what is sent later is no part of it, and must not keep alive what it holds. */
const outside: unknown = isWorker ? undefined : callMethod(read(builtIn("async_hooks"), "AsyncLocalStorage"), "snapshot");

/** Runs a function after a time, without keeping a finished process alive for it. */
export function later(ms: number, run: () => void): ReturnType<typeof setTimeout> {
  const start = () => setTimeout(run, Math.min(ms, MAX_TIMER_MS));
  const timer: ReturnType<typeof start> = typeof outside === "function" ? outside(start) : start();
  callMethod(timer, "unref");
  return timer;
}

/** Waits, without keeping a finished process alive. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => later(ms, resolve));
}

/** Keeps the process alive while something is awaited, and no longer than a time. */
export function hold(work: Promise<void>, ms: number = MAX_TIMER_MS): Promise<void> {
  const timer = setTimeout(() => undefined, ms);
  return work.finally(() => clearTimeout(timer));
}

/** All trackers share one listener: Node warns on stderr when an event has more than ten. */
const beforeExit = new Set<() => void>();
let isListening = false;
const hearBeforeExit = (): void => beforeExit.forEach((callback) => callback());

/**
 * Calls back when a Node process has nothing left to do, until that is undone. Installs no signal handler: those would
 * keep Ctrl-C from working. A Worker has no such end, and may make a tracker per request: none is kept there.
 */
export function onBeforeExit(run: () => void): () => void {
  if (!isWorker) {
    if (!isListening) callMethod(read(globalThis, "process"), "on", "beforeExit", hearBeforeExit);
    isListening = true;
    beforeExit.add(run);
  }
  return () => void beforeExit.delete(run);
}

/** Calls back when a page is hidden or left. */
export function onPageHidden(run: () => void): void {
  callMethod(page, "addEventListener", "visibilitychange", () => read(page, "visibilityState") === "hidden" && run());
  if (isPage) callMethod(globalThis, "addEventListener", "pagehide", run);
}

/** Makes an id for an event. `crypto` is missing in some runtimes, its `randomUUID` on pages without TLS: random digits do there. */
export function makeId(): string {
  try {
    return crypto.randomUUID();
  } catch {
    return Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
  }
}

function builtIn(name: string): unknown {
  return callMethod(read(globalThis, "process"), "getBuiltinModule", name);
}

/** Calls a method where there is one, with its own `this`; what it throws, or rejects with, is swallowed. */
export function callMethod(target: unknown, name: string, ...args: unknown[]): unknown {
  try {
    const method = read(target, name);
    return typeof method === "function" ? quiet<unknown>(Reflect.apply(method, target, args)) : undefined;
  } catch {
    return undefined;
  }
}
