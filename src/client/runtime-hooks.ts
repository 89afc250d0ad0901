/**
 * What differs between Node, browsers and Workers: timers that do not hold a process, the end of a process, the end of
 * a page, and the environment's wish not to be tracked.
 */
import { read } from "./classify.ts";

/** Timers that let a finished process end, unless somebody awaits what they lead to. */
export class Timers {
  readonly #running = new Set<unknown>();
  #holders = 0;

  /** Resolves after a time. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.start(ms, resolve));
  }

  /** Runs a function after a time; returns how to prevent it. */
  start(ms: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      run();
    }, ms);
    this.#running.add(timer);
    if (this.#holders === 0) callMethod(timer, "unref");
    return () => {
      this.#running.delete(timer);
      clearTimeout(timer);
    };
  }

  /** Lets timers hold the process while something is awaited. */
  async holding<Value>(work: Promise<Value>): Promise<Value> {
    this.#holders += 1;
    for (const timer of this.#running) callMethod(timer, "ref");
    try {
      return await work;
    } finally {
      this.#holders -= 1;
      if (this.#holders === 0) for (const timer of this.#running) callMethod(timer, "unref");
    }
  }
}

/** All trackers share one listener: Node warns on stderr when an event has more than ten. */
const beforeExit = new Set<() => void>();

/** Calls back when a Node process has nothing left to do. Installs no signal handler: those would keep Ctrl-C from working. */
export function onBeforeExit(run: () => void): void {
  if (beforeExit.size === 0) {
    callMethod(read(globalThis, "process"), "on", "beforeExit", () => {
      for (const callback of beforeExit) callback();
    });
  }
  beforeExit.add(run);
}

/** Calls back when a page is hidden or left. */
export function onPageHidden(run: () => void): void {
  const page = read(globalThis, "document");
  if (page === undefined) return;
  callMethod(page, "addEventListener", "visibilitychange", () => {
    if (read(page, "visibilityState") === "hidden") run();
  });
  callMethod(globalThis, "addEventListener", "pagehide", run);
}

/** Whether the environment asks for silence. */
export function isSilenced(): boolean {
  const environment = read(read(globalThis, "process"), "env");
  return ["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"].some((name) => /^(1|true|yes)$/i.test(String(read(environment, name) ?? "")));
}

/** Calls a method where there is one, with its own `this`; what it throws is swallowed. */
export function callMethod(target: unknown, name: string, ...args: unknown[]): unknown {
  try {
    const method = read(target, name);
    return typeof method === "function" ? Reflect.apply(method, target, args) : undefined;
  } catch {
    return undefined;
  }
}
