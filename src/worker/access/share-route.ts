/**
 * `POST /api/share`: makes a share link's token for whoever reads with a key of their own.
 *
 * Nothing is stored. The line in the owner's log, with the id and who made it, is the only trace, and what a link is
 * withdrawn by later.
 */
import { toBase64url } from "../../privacy/base64url.ts";
import { InvalidQueryError, scopeOf } from "../../analytics/range.ts";
import type { ShareLimits } from "../../analytics/shared.ts";
import { FILTERS } from "../../analytics/url.ts";
import { readJson } from "../body.ts";
import { type Context, jsonResponse } from "../context.ts";
import { Problem } from "../problem.ts";
import { isObject } from "./base64url.ts";
import { isOriginAllowed } from "./cors.ts";
import { requireShareSecret, sharerOf } from "./reader.ts";
import { signShare } from "./share.ts";

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 30;
const MAX_DAYS = 365;

/** Below five people a figure is nearly about somebody; common thresholds of statistical offices lie between 3 and 10. */
const DEFAULT_MIN_GROUP = 5;
const MAX_MIN_GROUP = 1_000;

/** Values of one filter, and characters of a token: it travels in a header. */
const MAX_VALUES = 20;
const MAX_TOKEN_CHARS = 4_096;

const FIELDS: readonly string[] = ["expiresInDays", "range", "from", "to", ...FILTERS, "minGroup"];

/** Makes a share. Answers `{ token, id, expiresAt, limits }`. */
export async function answerShare(request: Request, context: Context): Promise<Response> {
  // Access vouches for a browser, whichever page it is on: so the page must be one that may read.
  if (!isOriginAllowed(request, { origins: context.settings.dashboardOrigins, methods: "POST" })) {
    throw new Problem("origin_not_allowed", 'This page\'s origin is not in "dashboardOrigins".');
  }
  const reader = await sharerOf(request, context);
  const hashSecret = requireShareSecret(context.hashSecret);
  const body = await readJson(request);
  if (!isObject(body)) throw invalid('The body is an object, such as { "range": "30d" }.');
  const unknown = Object.keys(body).find((name) => !FIELDS.includes(name));
  // A misspelt limit would otherwise be none.
  if (unknown !== undefined) throw invalid(`A field is not known. Known: ${FIELDS.join(", ")}.`);
  const id = toBase64url(crypto.getRandomValues(new Uint8Array(6)));
  const limits = limitsOf(body, context);
  // A token's time is in whole seconds.
  const expiresAt = Math.floor((context.now + daysOf(body["expiresInDays"]) * DAY_MS) / 1000) * 1000;
  const token = await signShare({ id, expiresAt, limits }, hashSecret);
  if (token.length > MAX_TOKEN_CHARS) throw invalid("The filters are too long for a link: name fewer values.");
  console.log(JSON.stringify({ trackSkills: "share", id, by: reader.name, kind: reader.kind, expiresAt }));
  return jsonResponse({ token, id, expiresAt, limits }, 200);
}

function limitsOf(body: Record<string, unknown>, { settings, now }: Context): ShareLimits {
  const limits: ShareLimits = { ...rangeOf(body, now), minGroup: minGroupOf(body["minGroup"], settings.minGroup) };
  for (const name of FILTERS) {
    const value = body[name];
    if (value === undefined) continue;
    const values: unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.filter((one) => typeof one === "string");
    // An empty list would read as "all".
    if (texts.length !== values.length || texts.length === 0 || texts.length > MAX_VALUES) throw invalid(`"${name}" is a list of 1 to ${MAX_VALUES} texts.`);
    limits[name] = texts;
  }
  return limits;
}

function rangeOf({ range, from, to }: Record<string, unknown>, now: number): Pick<ShareLimits, "range" | "from" | "to"> {
  const isPreset = range === "24h" || range === "7d" || range === "30d" || range === "90d";
  if (range !== undefined && (!isPreset || from !== undefined || to !== undefined)) {
    throw invalid('"range" is one of 24h, 7d, 30d, 90d, or absent beside "from" and "to".');
  }
  if (isPreset) return { range };
  if (from === undefined && to === undefined) return {};
  const isInstant = (value: unknown): value is number | string => typeof value === "number" || typeof value === "string";
  if (!isInstant(from) || !isInstant(to)) throw invalid('"from" and "to" go together: ms since 1970, or ISO 8601 with a zone.');
  try {
    const used = scopeOf({ from, to, now }).range;
    return { from: used.from, to: used.to };
  } catch (error) {
    throw error instanceof InvalidQueryError ? invalid(error.message) : error;
  }
}

function daysOf(value: unknown = DEFAULT_DAYS): number {
  if (typeof value === "number" && value > 0 && value <= MAX_DAYS) return value;
  throw invalid(`"expiresInDays" is a number above 0, at most ${MAX_DAYS}.`);
}

function minGroupOf(value: unknown = DEFAULT_MIN_GROUP, least: number): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MAX_MIN_GROUP) return Math.max(value, least);
  throw invalid(`"minGroup" is a whole number from 0 to ${MAX_MIN_GROUP}.`);
}

function invalid(detail: string): Problem {
  return new Problem("invalid_share", detail);
}
