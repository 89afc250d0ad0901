/**
 * `POST /api/subjects/export` and `POST /api/subjects/erase`: what is stored of one person, handed over or erased.
 *
 * The id stands in the body, since addresses stand in logs, and lives only as long as the request. No page of any other
 * origin has business here: there is no CORS. Erasing is not held back by the daily budget of rows: it is a right.
 */
import { addCosts, type Cost, type Database } from "../../database.ts";
import { LIMITS } from "../../event.ts";
import { SecretsError } from "../../privacy/keyring.ts";
import { isUsableSecret, MIN_SECRET_BYTES } from "../../privacy/pseudonym.ts";
import { dateOf } from "../../rollup/scope.ts";
import { bearerOf, requireKey } from "../access/keys.ts";
import { readJson } from "../body.ts";
import { type Context, databaseOf, jsonResponse } from "../context.ts";
import { type IdentityMode, knownIdentities } from "../identity.ts";
import { Problem } from "../problem.ts";
import { firstSaltedDay } from "../salts.ts";
import { cleanText } from "../validate.ts";
import { eraseSubject } from "./erase.ts";
import { type ExportCursor, exportSubject } from "./export.ts";
import { type Subject, subjectsOf } from "./subject.ts";

/** Erases a person. 200 when nothing is left, 202 when the same request must be sent again. */
export async function answerErase(request: Request, context: Context): Promise<Response> {
  const wanted = await readRequest(request, context);
  const { identity, settings, upkeep, ctx, now } = context;
  const db = databaseOf(context);
  const found = await findSubjects(db, wanted, context);
  const { rowsRead, rowsWritten, ...report } = await eraseSubject(db, { subjects: found.subjects, now });
  const cost = addCosts(found.cost, { rowsRead, rowsWritten });
  upkeep.afterSubject(db, cost, settings.now(), ctx);
  const left = found.foundFrom === null ? "Nothing of this person is left." : `Nothing of this person is left that can be found: ${reachOf(found.foundFrom)}`;
  const detail = report.isFinished ? left : "Send the same request again: it goes on from here.";
  const body = { ...report, identity, foundFrom: found.foundFrom, detail, cost };
  return jsonResponse(body, report.isFinished ? 200 : 202);
}

/** Streams a person's data. The last line says whether it is all; a database that fails half-way breaks the stream off. */
export async function answerExport(request: Request, context: Context): Promise<Response> {
  const { cursor, ...wanted } = await readRequest(request, context);
  const { identity, settings, upkeep, ctx } = context;
  const db = databaseOf(context);
  const { subjects, foundFrom, cost } = await findSubjects(db, wanted, context);
  const about = { identity, foundFrom, ...(foundFrom !== null && { detail: reachOf(foundFrom) }) };
  const onEnd = (spent: Cost) => upkeep.afterSubject(db, addCosts(cost, spent), settings.now(), ctx);
  const lines = exportSubject(db, { subjects, about, cursor, now: settings.now, onEnd });
  // The first line is made before the answer begins, so that a database that does not answer is a 503.
  const first = await lines.next();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first.value !== undefined) controller.enqueue(encoder.encode(first.value));
    },
    async pull(controller) {
      const { value } = await lines.next();
      if (value === undefined) controller.close();
      else controller.enqueue(encoder.encode(value));
    },
    async cancel() {
      await lines.return();
    },
  });
  return new Response(stream, { headers: { "Content-Type": "application/x-ndjson; charset=utf-8" } });
}

interface SubjectRequest {
  userId: string;
  cursor: ExportCursor | null;
}

async function readRequest(request: Request, { adminKey, hashSecret }: Context): Promise<SubjectRequest & { hashSecret: string }> {
  if (adminKey === undefined) {
    throw new Problem("admin_key_missing", "Set the key that exports and erases: openssl rand -base64 32 | npx wrangler secret put TRACK_ADMIN_KEY");
  }
  await requireKey(bearerOf(request), adminKey, "admin key");
  if (!isUsableSecret(hashSecret)) {
    throw new Problem("hash_secret_missing", `People are found by TRACK_HASH_SECRET, of at least ${MIN_SECRET_BYTES} bytes: set the one that their events were stored with.`);
  }
  return { ...parseBody(await readJson(request)), hashSecret };
}

interface FoundSubjects {
  subjects: Subject[];
  /** The first UTC day of which the person can be found, ms since 1970; `null` for all. */
  foundFrom: number | null;
  cost: Cost;
}

async function findSubjects(db: Database, { userId, hashSecret }: { userId: string; hashSecret: string }, context: Context): Promise<FoundSubjects> {
  const { previousHashSecret, project, identity, now } = context;
  const known = await knownIdentities(db, { hashSecret, previousHashSecret, project }, now).catch((error: unknown) => {
    throw error instanceof SecretsError ? new Problem("invalid_setting", error.message) : error;
  });
  const { subjects, cost } = await subjectsOf(db, userId, known.identities);
  return { subjects, foundFrom: foundFromOf(identity, now), cost: addCosts(known.cost, cost) };
}

function foundFromOf(identity: IdentityMode, now: number): number | null {
  return identity === "daily" ? firstSaltedDay(now) : null;
}

function reachOf(foundFrom: number): string {
  return `with a daily identity, people are found by their id from ${dateOf(foundFrom)} (UTC) on; whose the pseudonyms of earlier days were, nobody can tell.`;
}

function parseBody(body: unknown): SubjectRequest {
  const fields: { userId?: unknown; cursor?: unknown } = typeof body === "object" && body !== null ? body : {};
  const userId = typeof fields.userId === "string" ? cleanText(fields.userId, "userId") : "";
  if (userId === "" || userId.length > LIMITS.personChars) {
    throw new Problem("invalid_subject", `The body is { "userId": "..." }: the id as it was sent with the events, of at most ${LIMITS.personChars} characters.`);
  }
  return { userId, cursor: fields.cursor === undefined || fields.cursor === null ? null : parseCursor(fields.cursor) };
}

function parseCursor(value: unknown): ExportCursor {
  const { startedAt, id }: { startedAt?: unknown; id?: unknown } = typeof value === "object" && value !== null ? value : {};
  if (typeof startedAt === "number" && Number.isSafeInteger(startedAt) && typeof id === "string") return { startedAt, id };
  throw new Problem("invalid_subject", '"cursor" is the "next" of an export\'s last line, as it was.');
}
