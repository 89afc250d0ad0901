/** A tracker whose events stay in the process: what a batch would carry, without a collector. */
import { createTracker, type Tracker, type TrackerOptions, type UsageEvent } from "../../src/client.ts";

export interface Recorder {
  tracker: Tracker;
  /** Sends what waits, and gives all events so far. */
  events(): Promise<UsageEvent[]>;
  /** The bodies as they were sent. */
  bodies: string[];
}

/** Makes a tracker that posts to a service binding which keeps what it gets. */
export function startRecorder(options: TrackerOptions = {}): Recorder {
  const bodies: string[] = [];
  const fetcher = {
    async fetch(_url: string, { body }: { body: string }) {
      bodies.push(body);
      return Response.json({ accepted: 0, duplicates: 0, rejected: [] }, { status: 202 });
    },
  };
  const tracker = createTracker({ fetcher, ...options });
  return {
    tracker,
    bodies,
    async events() {
      await tracker.flush();
      return bodies.flatMap((body): UsageEvent[] => JSON.parse(body).events);
    },
  };
}
