/** The two requests of the dashboard, and what can become of them. */
import type { Overview } from "../../src/analytics/answers.ts";
import type { Access } from "./access.ts";

/** Why a request gave nothing. `code` is the API's own, or one of three of ours. */
export class ApiError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** What `GET /api/health` says. */
export interface Health {
  version: string;
  lastEventAt: number | null;
}

const TIMEOUT_MS = 30_000;

/** Reads all that the first screen shows. @throws ApiError */
export async function fetchOverview({ api, key }: Access, range: string, signal: AbortSignal): Promise<Overview> {
  const headers: Record<string, string> = key === "" ? {} : { Authorization: `Bearer ${key}` };
  const response = await request(`${api}/analytics/overview?range=${range}`, { headers, signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]) });
  return response.json();
}

/** Asks whether an address is a tracker's. @throws ApiError `not_a_tracker` when something else answers */
export async function fetchHealth(api: string): Promise<Health> {
  const response = await request(`${api}/api/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const body: unknown = await response.json().catch(() => undefined);
  if (!isHealth(body)) throw new ApiError("not_a_tracker", "Something else answers at this address.");
  return body;
}

function isHealth(body: unknown): body is Health {
  return typeof body === "object" && body !== null && "ok" in body && body.ok === true && "version" in body;
}

async function request(url: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, cache: "no-store" });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    const isSlow = error instanceof DOMException && error.name === "TimeoutError";
    throw new ApiError("unreachable", isSlow ? "The API did not answer within 30 seconds." : "The API cannot be reached.");
  }
  if (response.ok) return response;
  const problem: unknown = await response.json().catch(() => undefined);
  const code = textOf(problem, "code") ?? (response.status === 404 ? "not_a_tracker" : `http_${response.status}`);
  throw new ApiError(code, textOf(problem, "detail") ?? `The API answered with status ${response.status}.`);
}

function textOf(value: unknown, name: string): string | undefined {
  const text: unknown = typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  return typeof text === "string" ? text : undefined;
}
