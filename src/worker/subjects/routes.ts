/**
 * `POST /api/subjects/export` and `POST /api/subjects/erase`: what is stored of one person, handed over or erased.
 *
 * The id stands in the body, since addresses stand in logs, and lives only as long as the request. No page of any other
 * origin has business here: there is no CORS. Erasing is not held back by the daily budget of rows: it is a right.
 */
import { LIMITS } from "../../event.ts";
import { createPseudonymizer, isUsableSecret, MIN_SECRET_BYTES } from "../../privacy/pseudonym.ts";
import { bearerOf, requireKey } from "../access/keys.ts";
import { readJson } from "../body.ts";
import { type Context, databaseOf, jsonResponse } from "../context.ts";
import { Problem } from "../problem.ts";
import { cleanText } from "../validate.ts";
import type { Subject } from "./days.ts";
import { eraseSubject } from "./erase.ts";
import { type ExportCursor, exportSubject } from "./export.ts";

/** Erases a person. 200 when nothing is left, 202 when the same request must be sent again. */
export async function answerErase(request: Request, context: Context): Promise<Response> {
  const { subjects } = await readSubject(request, context);
  const { settings, upkeep, ctx, now } = context;
  const db = databaseOf(context);
  const { rowsRead, rowsWritten, ...report } = await eraseSubject(db, { subjects, now });
  upkeep.afterSubject(db, { rowsRead, rowsWritten }, settings.now(), ctx);
  const detail = report.isFinished ? "Nothing of this person is left." : "Send the same request again: it goes on from here.";
  const body = { ...report, detail, cost: { rowsRead, rowsWritten } };
  return jsonResponse(body, report.isFinished ? 200 : 202);
}

/** Streams a person's data. The last line says whether it is all; a database that fails half-way breaks the stream off. */
export async function answerExport(request: Request, context: Context): Promise<Response> {
  const { subjects, cursor } = await readSubject(request, context);
  const { settings, upkeep, ctx } = context;
  const db = databaseOf(context);
  const lines = subjects.map((subject) =>
    exportSubject(db, { subject, cursor, now: settings.now, onEnd: (cost) => upkeep.afterSubject(db, cost, settings.now(), ctx) }),
  );
  // The first line is made before the answer begins, so that a database that does not answer is a 503.
  const first = await lines[0]?.next();
  const encoder = new TextEncoder();
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first?.value !== undefined) controller.enqueue(encoder.encode(first.value));
    },
    async pull(controller) {
      for (;;) {
        const next = await lines[0]?.next();
        if (next?.value !== undefined) return controller.enqueue(encoder.encode(next.value));
        lines.shift();
        if (lines.length === 0) return controller.close();
      }
    },
    async cancel() {
      await lines[0]?.return();
    },
  });
  return new Response(stream, { headers: { "Content-Type": "application/x-ndjson; charset=utf-8" } });
}

interface SubjectRequest {
  /** One for each key that pseudonyms were made with: today there is one. */
  subjects: Subject[];
  cursor: ExportCursor | null;
}

async function readSubject(request: Request, { adminKey, hashSecret }: Context): Promise<SubjectRequest> {
  if (adminKey === undefined) {
    throw new Problem("admin_key_missing", "Set the key that exports and erases: openssl rand -base64 32 | npx wrangler secret put TRACK_ADMIN_KEY");
  }
  await requireKey(bearerOf(request), adminKey, "admin key");
  if (!isUsableSecret(hashSecret)) {
    throw new Problem("hash_secret_missing", `People are found by TRACK_HASH_SECRET, of at least ${MIN_SECRET_BYTES} bytes: set the one that their events were stored with.`);
  }
  const { userId, cursor } = parseBody(await readJson(request));
  const pseudonymizer = await createPseudonymizer(hashSecret);
  const userHash = await pseudonymizer.pseudonym("user", userId);
  return { subjects: [{ userHash, tombstone: await pseudonymizer.pseudonym("tombstone", userHash) }], cursor };
}

function parseBody(body: unknown): { userId: string; cursor: ExportCursor | null } {
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
