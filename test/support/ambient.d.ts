/** What the pool and the configuration give to the tests. */
import type { D1Migration } from "@cloudflare/vitest-pool-workers";
import type { PlainEvent } from "./history.ts";

declare global {
  namespace Cloudflare {
    interface Env {
      DB: D1Database;
      /** Lets two requests of a key through in a minute. */
      LIMITER: RateLimit;
      /** Of the host Worker: where a collector listens, and the tracking Worker. */
      COLLECTOR: string;
      TRACKER: Fetcher;
    }
    interface GlobalProps {
      mainModule: typeof import("./worker.ts");
    }
  }
}

declare module "vitest" {
  export interface ProvidedContext {
    /** Where the property tests begin. */
    seed: number;
    migrations: D1Migration[];
    /** Recorded events, when TRACK_SKILLS_REPLAY names a file of them. */
    replay: PlainEvent[] | null;
  }
}
