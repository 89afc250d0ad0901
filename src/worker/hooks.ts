/**
 * `POST /hooks/claude-code`: takes what a hook of `"type": "http"` posts, so that Claude Code needs no file.
 *
 * Claude Code reads a body as output of the hook and shows its user every status but 2xx. So an input that is no event is
 * an empty 204 too, and a line in the owner's log, without content. What the owner has to mend (a key, the secret, the
 * database, the budget) is refused as on `/api/track`: it never blocks a tool, and the notice says where to look.
 */
import { eventOfHook } from "../claude-code/hook-event.ts";
import type { LossAccount, UsageEvent } from "../event.ts";
import { bearerOf } from "./access/keys.ts";
import { readJson } from "./body.ts";
import type { Context } from "./context.ts";
import { requireIngestKey, requireOrigin, storeEvents } from "./intake.ts";
import { Problem } from "./problem.ts";

/** Names the person. A header, since addresses stand in logs; Claude Code fills it from the environment when told to. */
const USER_HEADER = "X-Track-User";

/** Stores one hook's event. Answers 204 with an empty body to whoever may send events, whatever was sent. */
export async function answerHook(request: Request, context: Context): Promise<Response> {
  requireOrigin(request, context);
  await requireIngestKey(bearerOf(request), context);
  const { event, lost, issue } = await readHook(request, context.now);
  const { rejected } = event === undefined && lost === undefined ? { rejected: [] } : await storeEvents(request, event === undefined ? [] : [event], context, lost);
  const skipped = issue ?? rejected[0]?.code;
  if (skipped !== undefined) console.log(JSON.stringify({ trackSkills: "hook", skipped }));
  return new Response(null, { status: 204 });
}

/** What a request held: an event, or why there is none, and whether a call was lost over it. */
interface HookRequest {
  event?: UsageEvent;
  issue?: string;
  lost?: LossAccount;
}

async function readHook(request: Request, now: number): Promise<HookRequest> {
  try {
    const event = eventOfHook(await readJson(request), now);
    return typeof event === "string" ? { issue: event } : { event: { ...event, userId: request.headers.get(USER_HEADER) ?? undefined } };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    // Only a real call is as large as that (a result with images); noise is not.
    const isCall = error.code === "body_too_large";
    return { issue: error.code, ...(isCall && { lost: { id: crypto.randomUUID(), at: now, reasons: { too_large: 1 } } }) };
  }
}
