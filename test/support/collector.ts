/** A collector on the loopback: keeps what it receives as the Worker does, once per id, and answers as told. */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { LossAccount, UsageEvent } from "../../src/event.ts";

/** How a request is answered: with a status, or as an object says. */
export type Behaviour = number | {
  status?: number;
  retryAfter?: string;
  /** Answers this much later. */
  afterMs?: number;
  /** Keeps the connection and says nothing. */
  hangs?: true;
  /** Rejects every event, as the Worker does with those of a clock that is ahead. */
  rejects?: true;
  /** Answers in a text of its own, as something else than a Worker would. */
  isForeign?: true;
  /** Stores the events, then ends the connection in the middle of the answer. */
  resets?: true;
};

export interface Collector {
  url: string;
  /** Every body received, also of refused requests. */
  bodies: { events: UsageEvent[]; sentAt: number; key?: string; lost?: LossAccount }[];
  /** The events of accepted requests, in their order. */
  events: UsageEvent[];
  /** The events as the Worker stores them: once per id. */
  stored: Map<string, UsageEvent>;
  authorizations: (string | undefined)[];
  /** Requests by which a browser asked whether it may send. */
  preflights: number;
  /** How long every answer takes. */
  delayMs: number;
  /** How the next requests are answered; afterwards all are accepted. */
  answerWith(...behaviours: Behaviour[]): void;
  /** How every request is answered that `answerWith` does not speak of. */
  answerAllWith(behaviour: Behaviour): void;
  stop(): Promise<void>;
}

/** Starts a collector, on a free port unless one is named. */
export async function startCollector(port = 0): Promise<Collector> {
  const next: Behaviour[] = [];
  let always: Behaviour = 202;
  const collector: Collector = {
    url: "",
    bodies: [],
    events: [],
    stored: new Map(),
    authorizations: [],
    preflights: 0,
    delayMs: 0,
    answerWith: (...behaviours) => void next.push(...behaviours),
    answerAllWith: (behaviour) => void (always = behaviour),
    stop: () => new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    }),
  };
  const server = createServer(async (request, response) => {
    response.setHeader("Access-Control-Allow-Origin", "*");
    if (request.method === "OPTIONS") {
      collector.preflights += 1;
      return response.writeHead(204, { "Access-Control-Allow-Headers": "*" }).end();
    }
    let text = "";
    for await (const chunk of request) text += String(chunk);
    const behaviour = next.shift() ?? always;
    const { rejects, isForeign, status = rejects ? 422 : 202, retryAfter, afterMs = collector.delayMs, hangs, resets } = typeof behaviour === "number" ? { status: behaviour } : behaviour;
    const body = JSON.parse(text);
    collector.bodies.push(body);
    collector.authorizations.push(request.headers.authorization);
    if (hangs) return;
    await new Promise((resolve) => setTimeout(resolve, afterMs));
    const isNew = (event: UsageEvent) => !collector.stored.has(event.id ?? "");
    const accepted = status === 202 && !isForeign ? body.events.filter(isNew).length : 0;
    if (status === 202 && !isForeign) {
      collector.events.push(...body.events);
      for (const event of body.events) collector.stored.set(event.id, event);
    }
    if (retryAfter !== undefined) response.setHeader("Retry-After", retryAfter);
    response.writeHead(status, { "Content-Type": "application/json" });
    const duplicates = status === 202 ? body.events.length - accepted : 0;
    const rejected = rejects ? body.events.map((_: UsageEvent, index: number) => ({ index, code: "clock_skew", message: "" })) : [];
    const answer = isForeign ? "Welcome" : JSON.stringify({ accepted, duplicates, rejected, serverTime: Date.now() });
    if (resets) breakOff(response, answer);
    else response.end(answer);
  });
  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const address = server.address();
  collector.url = `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
  return collector;
}

function breakOff(response: ServerResponse, answer: string): void {
  response.write(answer.slice(0, answer.length / 2), () => response.destroy());
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
