/**
 * A Worker whose tools are watched by the built client. Its trackers live at module scope, as users write them; the
 * path of a request says what it does, `?skill=` under which name.
 */
import { env, waitUntil } from "cloudflare:workers";
import { createTracker, type Tracker } from "../../dist/track-skills.client.js";

/** What a request is answered with. */
interface Asked {
  ctx: ExecutionContext;
  skill: string;
  tracker: Tracker;
}

const network = createTracker({ endpoint: env.COLLECTOR, maxRetries: 0 });
const trackers: Record<string, Tracker> = {
  network,
  binding: createTracker({ fetcher: env.TRACKER, timeoutMs: 1_000 }),
  impatient: createTracker({ endpoint: env.COLLECTOR, maxRetries: 0, timeoutMs: 500 }),
};

const atModuleScope: unknown = network.wrap("at-module-scope", () => "value")();

const wait = (ms: number): Promise<void> => scheduler.wait(ms);
const never = (): Promise<void> => new Promise(() => undefined);

/** Calls begun with this context share it across requests. */
const shared = { waitUntil };

const routes: Record<string, (asked: Asked) => Response | Promise<Response>> = {
  "/module-scope": () => Response.json(atModuleScope),

  /** Answers before its tool has ended. */
  "/early": ({ ctx, skill, tracker }) => {
    ctx.waitUntil(tracker.bind(ctx).wrap(skill, wait)(200));
    return new Response("early");
  },

  /** The same, and leaves it to the tracker that the tool comes to its end. */
  "/unwaited": ({ ctx, skill, tracker }) => {
    void tracker.bind(ctx).wrap(skill, wait)(200);
    return new Response("unwaited");
  },

  /** A tool a part of the reply, called while it streams. */
  "/stream": ({ ctx, skill, tracker }) => {
    const tool = tracker.bind(ctx).wrap(skill, async (part: number) => {
      await wait(30);
      return `${part} `;
    });
    return new Response(streamOf([1, 2, 3, 4, 5], tool));
  },

  /** A tool that gives its result in parts. */
  "/generator": ({ ctx, skill, tracker }) => {
    const tool = tracker.bind(ctx).wrap(skill, async function* () {
      for (const part of ["1 ", "2 ", "3 "]) {
        await wait(30);
        yield part;
      }
    });
    const parts = tool();
    return new Response(streamOf([1, 2, 3], async () => (await parts.next()).value ?? "", () => parts.next()));
  },

  /** Five calls, one beside and after the other, each bound in one of the ways there are. */
  "/many": async ({ ctx, skill, tracker }) => {
    const context = (_ms: number, call: string) => ({ metadata: { call } });
    const bound = tracker.bind(ctx).wrap(skill, (ms: number, _call: string) => wait(ms), { context });
    const given = (ms: number, call: string, own: object) => tracker.trackSkillExecution(skill, wait, ms, Object.assign(own, { metadata: { call } }));
    const id = crypto.randomUUID();
    await Promise.all([bound(20, `${id}-1`), bound(5, `${id}-2`), given(10, `${id}-3`, { waitUntil: (promise: Promise<unknown>) => ctx.waitUntil(promise) })]);
    await bound(30, `${id}-4`);
    void given(0, `${id}-5`, { waitUntil });
    return new Response("many");
  },

  /** The platform's own context, handed over as it is; and whether it minds being called without its `this`. */
  "/method": ({ ctx, skill, tracker }) => {
    let complaint = "";
    try {
      Reflect.apply(ctx.waitUntil, undefined, [Promise.resolve()]);
    } catch (error) {
      complaint = String(error);
    }
    tracker.trackSkillExecution(skill, () => 1, {}, ctx);
    return new Response(complaint);
  },

  /** Knows no context, and answers at once. */
  "/no-context": ({ skill, tracker }) => Response.json(tracker.wrap(skill, () => "value")()),

  /** Knows no context, and answers while its event is on its way. */
  "/no-context-slow": async ({ skill, tracker }) => {
    const value = tracker.wrap(skill, () => "value")();
    await wait(60);
    return Response.json(value);
  },

  "/flush": async ({ tracker }) => {
    await tracker.flush();
    return Response.json(tracker.stats());
  },

  "/fails": ({ ctx, skill, tracker }) => {
    tracker.bind(ctx).wrap(skill, () => 1)();
    throw new Error("The host failed.");
  },

  /** One call ends, one never does, and the reply takes longer than anybody waits. */
  "/endless": ({ ctx, skill, tracker }) => {
    const bound = tracker.bind(ctx);
    void bound.wrap(`${skill}-never`, never)();
    bound.wrap(skill, () => 1)();
    return new Response(streamOf([1], async () => "begun", () => wait(60_000)));
  },

  /** A call that never ends, in a context that later requests share. */
  "/shared-endless": ({ skill, tracker }) => {
    void tracker.trackSkillExecution(`${skill}-never`, never, {}, shared);
    return new Response("begun");
  },
  "/shared": ({ skill, tracker }) => Response.json(tracker.trackSkillExecution(skill, () => "value", {}, shared)),

  /** One call that takes a while, and five as a deployed Worker measures them, whose clock stands still. */
  "/clock": async ({ ctx, skill, tracker }) => {
    const bound = tracker.bind(ctx);
    for (let call = 0; call < 5; call++) bound.track({ skill, durationMs: 0, clock: "io" });
    await bound.wrap(skill, wait)(100);
    return new Response("clock");
  },
};

export default {
  fetch(request: Request, _env: unknown, ctx: ExecutionContext): Response | Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const tracker = trackers[searchParams.get("tracker") ?? "network"];
    const route = routes[pathname];
    if (route === undefined || tracker === undefined) return env.TRACKER.fetch(request);
    return route({ ctx, skill: searchParams.get("skill") ?? "", tracker });
  },
};

/** A stream whose parts are made while it is read. */
function streamOf(items: readonly number[], make: (item: number) => Promise<string>, end: () => Promise<unknown> = async () => undefined): ReadableStream {
  const left = [...items];
  return new ReadableStream({
    async pull(controller) {
      const item = left.shift();
      if (item !== undefined) return controller.enqueue(new TextEncoder().encode(await make(item)));
      await end();
      controller.close();
    },
  });
}
