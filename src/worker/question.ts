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
  const { share, minGroup } = await readerOf(request, context);
  const question = Object.hasOwn(QUESTIONS, name) ? QUESTIONS[name] : undefined;
  if (question === undefined) {
    throw new Problem("not_found", `Known questions: ${Object.keys(QUESTIONS).join(", ")}.`);
  }
  const asked = parseQuery(new URL(request.url).searchParams, name);
  const query = share === null ? asked : withinShare(name, asked, share.limits, now);
  const db = databaseOf(context);
  const dailyIdentityUntil = await dailyIdentityUntilOf(db, context);
  requireStableIdentity(name, { ...query, now, dailyIdentityUntil });
  const answered = await question(db, { ...query, now, dailyRowsWrittenBudget: settings.dailyRowsWrittenBudget, dailyIdentityUntil });
  upkeep.afterReading(db, { ...answered.answer.cost, rowsWritten: 0 }, now, ctx);
  const answer = minGroup > 1 ? answered.withoutSmallGroups(minGroup) : answered.answer;
  if (answer === null) throw new Problem("group_too_small", `This is about fewer than ${minGroup} people, as single calls always are. Ask for a longer range, or with fewer filters.`);
  return jsonResponse(share === null ? answer : withoutWithheld(answer, share), 200);
}
