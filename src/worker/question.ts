/**
 * `GET /analytics/…`: who asks, what they may ask, and the answer that they may see.
 */
import { requireStableIdentity } from "../analytics/identity-mode.ts";
import { QUESTIONS } from "../analytics/index.ts";
import { parseQuery } from "../analytics/url.ts";
import { readerOf } from "./access/reader.ts";
import { withinShare, withoutWithheld } from "./access/share-limits.ts";
import { type Context, databaseOf, jsonResponse } from "./context.ts";
import { dailyIdentityUntilOf } from "./identity.ts";
import { Problem } from "./problem.ts";

/** Answers a question of the analytics. */
export async function answerQuestion(name: string, request: Request, context: Context): Promise<Response> {
  const { settings, upkeep, ctx, now } = context;
  const { share } = await readerOf(request, context);
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name] : undefined;
  if (question === undefined) {
    throw new Problem("not_found", `Known questions: ${Object.keys(QUESTIONS).join(", ")}.`);
  }
  const asked = parseQuery(new URL(request.url).searchParams, name);
  const query = share === null ? asked : withinShare(name, asked, share.limits, now);
  const db = databaseOf(context);
  const dailyIdentityUntil = await dailyIdentityUntilOf(db, context);
  requireStableIdentity(name, { ...query, now, dailyIdentityUntil });
  const answer = await question(db, { ...query, now, dailyRowsWrittenBudget: settings.dailyRowsWrittenBudget, dailyIdentityUntil });
  upkeep.afterReading(db, { ...answer.cost, rowsWritten: 0 }, now, ctx);
  return jsonResponse(share === null ? answer : withoutWithheld(answer, share), 200);
}
