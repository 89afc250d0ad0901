/**
 * The requests of this page, and the border where answers are checked.
 *
 * Only the frame of an answer is checked: a panel that meets something unexpected inside it fails by itself.
 */
import type { Connection } from "./connection.ts";
import { type Answers, isAnswer, type Question } from "./questions.ts";
import { texts } from "./texts/index.ts";

/** After this long a request counts as failed. */
const REQUEST_TIMEOUT_MS = 30_000;

/** `refused`: the tracker answered with a problem. `withheld`: it never answers this to this reader. `elsewhere`: what answered is no tracker. `silent`: nothing did. */
export type ApiErrorKind = "unauthorized" | "refused" | "withheld" | "elsewhere" | "silent";

/** A request that gave nothing. The message is a sentence for the reader. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly kind: ApiErrorKind;
  /** How long the tracker asks to wait. */
  readonly retryAfterMs: number;

  constructor(kind: ApiErrorKind, message: string, retryAfterMs = 0) {
    super(message);
    this.kind = kind;
    this.retryAfterMs = retryAfterMs;
  }
}

/** What `GET /api/health` says. `lastEventAt` is `undefined` when the tracker is there but its database is not. */
export interface Health {
  lastEventAt: number | null | undefined;
}

/** Asks a question. @throws ApiError; an abort by `signal` rejects with its reason */
export async function fetchAnswer<Asked extends Question>(connection: Connection, question: Asked, path: string, signal: AbortSignal): Promise<Answers[Asked]> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (connection.key !== undefined) headers["Authorization"] = `Bearer ${connection.key}`;
  const response = await request(connection.base, path, { headers }, signal);
  const body = await readJson(response, signal);
  if (response.ok && isAnswer(question, body)) return body;
  throw errorOf(response, body, connection.base);
}

/** Stores one call of a skill named `test-event`. @throws ApiError */
export async function sendTestEvent(base: string, signal: AbortSignal): Promise<void> {
  const event = { skill: "test-event", id: crypto.randomUUID(), startedAt: Date.now(), durationMs: 120, source: "dashboard" };
  const response = await request(base, "/api/track", { method: "POST", body: JSON.stringify(event) }, signal);
  const body = await readJson(response, signal);
  if (!response.ok) throw errorOf(response, body, base);
}

/** Makes a share link's token. @throws ApiError */
export async function makeShareToken({ base, key }: Connection, limits: object, signal: AbortSignal): Promise<string> {
  const headers: Record<string, string> = key === undefined ? {} : { Authorization: `Bearer ${key}` };
  const response = await request(base, "/api/share", { method: "POST", headers, body: JSON.stringify(limits) }, signal);
  const body = await readJson(response, signal);
  if (response.ok && isRecord(body) && typeof body["token"] === "string") return body["token"];
  throw errorOf(response, body, base);
}

/** Asks whether a tracker is there. @throws ApiError when something else, or nothing, answers */
export async function fetchHealth(base: string, signal: AbortSignal): Promise<Health> {
  const response = await request(base, "/api/health", { headers: { Accept: "application/json" } }, signal);
  const body = await readJson(response, signal);
  if (isRecord(body)) {
    if (response.ok && body["ok"] === true) {
      const { lastEventAt } = body;
      return { lastEventAt: typeof lastEventAt === "number" || lastEventAt === null ? lastEventAt : undefined };
    }
    if (response.status === 503 && typeof body["code"] === "string") return { lastEventAt: undefined };
  }
  throw errorOf(response, body, base);
}

async function request(base: string, path: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const timeout = AbortSignal.timeout(REQUEST_TIMEOUT_MS);
  try {
    return await fetch(base + path, { ...init, cache: "no-store", signal: AbortSignal.any([signal, timeout]) });
  } catch (error) {
    if (signal.aborted) throw error;
    if (timeout.aborted) throw new ApiError("silent", texts.failures.timeout(base, REQUEST_TIMEOUT_MS / 1000));
    if (!navigator.onLine) throw new ApiError("silent", texts.failures.offline);
    throw new ApiError("silent", texts.failures.unreachable(base));
  }
}

/** The body as JSON, or `undefined` when it is none. */
async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
}

function errorOf(response: Response, body: unknown, base: string): ApiError {
  const problem = isRecord(body) ? body : {};
  const isShare = typeof problem["code"] === "string" && problem["code"].startsWith("share_");
  if (response.status === 401) return new ApiError("unauthorized", isShare ? String(problem["detail"]) : texts.failures.keyRefused);
  // A 404 comes from another service or an older one; any other failure without JSON comes from a proxy before the tracker.
  if (response.status === 404 || response.ok) {
    return new ApiError("elsewhere", texts.failures.noTracker(base, response.status));
  }
  const said = [problem["title"], problem["detail"]].filter((part) => typeof part === "string").join(": ");
  // What is not part of a share, about too few people, about people who are known for one day only, or no question at all.
  const isHopeless = response.status === 403 || response.status === 409 || problem["code"] === "invalid_query";
  if (isHopeless) return new ApiError("withheld", said);
  const message = said === "" ? texts.failures.status(base, response.status) : texts.failures.problem(said, response.status);
  return new ApiError("refused", message, retryAfterMsOf(response));
}

function retryAfterMsOf(response: Response): number {
  const seconds = Number(response.headers.get("Retry-After") ?? 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
