/** A collector on the loopback: keeps what it receives and answers as told. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { UsageEvent } from "../../src/event.ts";

export interface Collector {
  url: string;
  /** Every body received, also of refused requests. */
  bodies: { events: UsageEvent[]; sentAt: number; key?: string }[];
  /** The events of accepted requests. */
  events: UsageEvent[];
  authorizations: (string | undefined)[];
  /** Requests by which a browser asked whether it may send. */
  preflights: number;
  /** How long every answer takes. */
  delayMs: number;
  /** Statuses of the next requests; afterwards all are accepted. */
  answerWith(...statuses: number[]): void;
  stop(): Promise<void>;
}

/** Starts a collector on a free port. */
export async function startCollector(): Promise<Collector> {
  const statuses: number[] = [];
  const collector: Collector = {
    url: "",
    bodies: [],
    events: [],
    authorizations: [],
    preflights: 0,
    delayMs: 0,
    answerWith: (...next) => void statuses.push(...next),
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
    const body = JSON.parse(text);
    collector.bodies.push(body);
    collector.authorizations.push(request.headers.authorization);
    const status = statuses.shift() ?? 202;
    if (status === 202) collector.events.push(...body.events);
    if (collector.delayMs > 0) await new Promise((resolve) => setTimeout(resolve, collector.delayMs));
    response.writeHead(status, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ accepted: status === 202 ? body.events.length : 0, duplicates: 0, rejected: [], serverTime: Date.now() }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  collector.url = `http://127.0.0.1:${isAddress(address) ? address.port : 0}`;
  return collector;
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === "object" && address !== null;
}
