/** What the pool and the configuration give to the tests. */
declare namespace Cloudflare {
  interface Env {
    DB: D1Database;
  }
}

declare module "vitest" {
  export interface ProvidedContext {
    migrations: import("@cloudflare/vitest-pool-workers").D1Migration[];
    /** Recorded events, when TRACK_SKILLS_REPLAY names a file of them. */
    replay: import("./history.ts").PlainEvent[] | null;
  }
}

export {};
