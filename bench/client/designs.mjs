/**
 * The tracking clients around one function: this kit, PostHog, OpenTelemetry and Sentry, and the function by itself.
 *
 * Each is used as its documentation says, on a network that does nothing. `isHeld` sets thresholds above one batch of
 * calls, so that nothing is sent while the calls are timed; without it every option that a user may leave out is left out.
 */
import { gunzipSync } from "node:zlib";

/** Calls in one batch: below the limit of every queue that is measured (OpenTelemetry sends at 512). */
export const CALLS_PER_BATCH = 400;

/**
 * @typedef {"sync" | "async"} Kind
 * @typedef {typeof PARAMS} Params
 * @typedef {object} Network - what a client sends to: counts nothing while calls are timed
 * @property {boolean} isDown
 * @property {boolean} isCounting
 * @property {number} events - that have arrived since counting began
 * @typedef {object} DesignOptions
 * @property {Kind} kind
 * @property {boolean} isHeld
 * @property {Network} network
 * @property {string} kitUrl - of the kit's client
 * @typedef {object} TrackedSkill
 * @property {(params: Params) => unknown} call
 * @property {() => Promise<void>} drain - sends what waits, and waits until it is sent
 * @property {() => Record<string, number>} losses - what the client says that it has lost; empty where it does not say
 * @typedef {(options: DesignOptions) => Promise<TrackedSkill>} Design
 */

export const PARAMS = { left: 1, right: 2 };
const CONTEXT = { userId: "user-4711", sessionId: "session-0815", metadata: { model: "large", tokens: 1_234, isCached: true } };

/** Thrown anew by every failing call: making an error costs more than any client, and is no client's doing. */
const FAILURE = new TypeError("There is no file notes.txt in the folder.");

const SKILLS = {
  sync: ({ left, right }) => left + right,
  async: async ({ left, right }) => left + right,
};
const FAILING_SKILLS = {
  sync: () => {
    throw FAILURE;
  },
  async: async () => {
    throw FAILURE;
  },
};

/** @type {Record<string, Design>} */
export const DESIGNS = {
  bare: async ({ kind }) => bare(SKILLS[kind]),
  "bare-failing": async ({ kind }) => bare(FAILING_SKILLS[kind]),
  kit: async (options) => openKit(options, (kit) => (params) => kit.trackSkillExecution("add", SKILLS[options.kind], params, {})),
  "kit-wrap": async (options) => openKit(options, (_kit, tracker) => tracker.wrap("add", SKILLS[options.kind])),
  "kit-context": async (options) => openKit(options, (kit) => (params) => kit.trackSkillExecution("add", SKILLS[options.kind], params, CONTEXT)),
  "kit-failing": async (options) => openKit(options, (kit) => (params) => kit.trackSkillExecution("add", FAILING_SKILLS[options.kind], params, {})),
  posthog: openPostHog,
  otel: openOpenTelemetry,
  sentry: openSentry,
};

function bare(call) {
  return { call, drain: async () => {}, losses: () => ({}) };
}

async function openKit({ isHeld, network, kitUrl }, callOf) {
  const kit = await import(kitUrl);
  const tracker = kit.configure(kitOptions({ isHeld, network }));
  return { call: callOf(kit, tracker), drain: () => tracker.flush(), losses: () => kitLosses(tracker) };
}

/**
 * Options of the kit's tracker on a stub network.
 *
 * @param {{ isHeld: boolean, network: Network }} params
 */
export function kitOptions({ isHeld, network }) {
  const fetcher = {
    async fetch(_url, { body }) {
      if (network.isDown) throw new TypeError("fetch failed");
      if (network.isCounting) network.events += JSON.parse(body).events.length;
      // The tracker holds an answer to its batch: what it does not mention counts as lost.
      const accepted = body.split('"skill":').length - 1;
      return { status: 202, headers: { get: () => null }, json: async () => ({ accepted, duplicates: 0, rejected: [] }) };
    },
  };
  return { fetcher, ...(isHeld ? { batchSize: CALLS_PER_BATCH + 1 } : {}) };
}

export function kitLosses(tracker) {
  const { lost, queued, rejected } = tracker.stats();
  return { ...lost, queued, rejected };
}

/** @type {Design} */
async function openPostHog({ kind, isHeld, network }) {
  const { PostHog } = await import("posthog-node");
  const answer = { status: 200, text: async () => "{}", json: async () => ({}), headers: { get: () => null } };
  const posthog = new PostHog("phc_benchmark", {
    host: "https://collector.invalid",
    ...(isHeld ? { flushAt: CALLS_PER_BATCH + 1 } : {}),
    async fetch(_url, { body }) {
      if (network.isDown) throw new TypeError("fetch failed");
      if (network.isCounting) network.events += JSON.parse(await readText(body)).batch.length;
      return answer;
    },
  });
  const end = (startMs, success) =>
    posthog.capture({ distinctId: "user-4711", event: "skill_called", properties: { skill: "add", durationMs: performance.now() - startMs, success } });
  return { call: callAround(kind, () => performance.now(), end), drain: () => posthog.flush(), losses: () => ({}) };
}

/** A body as text, compressed or not. */
async function readText(body) {
  const bytes = Buffer.from(await new Response(body).arrayBuffer());
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString();
}

/** @type {Design} */
async function openOpenTelemetry({ kind, network }) {
  const { BasicTracerProvider, BatchSpanProcessor } = await import("@opentelemetry/sdk-trace-base");
  const { SpanStatusCode } = await import("@opentelemetry/api");
  const exporter = {
    export(spans, done) {
      if (network.isCounting) network.events += spans.length;
      done(network.isDown ? { code: 1, error: new TypeError("fetch failed") } : { code: 0 });
    },
    shutdown: async () => {},
  };
  const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
  const tracer = provider.getTracer("benchmark");
  const begin = () => tracer.startSpan("skill", { attributes: { skill: "add", source: "function" } });
  const end = (span, success) => {
    if (!success) span.setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  };
  return { call: callAround(kind, begin, end), drain: () => provider.forceFlush(), losses: () => ({}) };
}

/** @type {Design} */
async function openSentry({ kind, network }) {
  const { createTransport, getCurrentScope, startSpan } = await import("@sentry/core");
  const { ServerRuntimeClient } = await import("@sentry/core/server");
  const client = new ServerRuntimeClient({
    dsn: "https://key@collector.invalid/1",
    integrations: [],
    stackParser: () => [],
    tracesSampleRate: 1,
    transport: (options) =>
      createTransport(options, async ({ body }) => {
        if (network.isDown) throw new TypeError("fetch failed");
        if (network.isCounting) network.events += spansOf(String(body));
        return { statusCode: 200 };
      }),
  });
  const losses = /** @type {Record<string, number>} */ ({});
  const recordDroppedEvent = client.recordDroppedEvent.bind(client);
  client.recordDroppedEvent = (reason, category, count = 1) => {
    losses[reason] = (losses[reason] ?? 0) + count;
    recordDroppedEvent(reason, category, count);
  };
  getCurrentScope().setClient(client);
  client.init();
  const skill = SKILLS[kind];
  return {
    call: (params) => startSpan({ name: "add", op: "skill", attributes: { skill: "add", source: "function" } }, () => skill(params)),
    drain: async () => void (await client.flush()),
    losses: () => losses,
  };
}

/** Spans in an envelope: the header of its first item, in the second line, says how many. */
function spansOf(envelope) {
  const { item_count: spans = 0 } = JSON.parse(envelope.split("\n")[1] ?? "{}");
  return spans;
}

/** The skill with a beginning and an end around it, as one writes it by hand where a client wraps nothing. */
function callAround(kind, begin, end) {
  const skill = SKILLS[kind];
  if (kind === "sync") {
    return (params) => {
      const begun = begin();
      try {
        const result = skill(params);
        end(begun, true);
        return result;
      } catch (error) {
        end(begun, false);
        throw error;
      }
    };
  }
  return async (params) => {
    const begun = begin();
    try {
      const result = await skill(params);
      end(begun, true);
      return result;
    } catch (error) {
      end(begun, false);
      throw error;
    }
  };
}
