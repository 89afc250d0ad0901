/**
 * `node --require` this, and what the modules of a package get of each other is wrapped: its tests get nothing else.
 *
 * `WRAP_PACKAGE` names the package, `WRAP_WITH` the way: `tracker` (the built client) or `async` (a wrapper that is
 * not transparent). The number of calls goes to `WRAP_COUNT`.
 */
const { writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { createTracker } = require("../../dist/track-skills.client.js");

const home = path.join(__dirname, "../../node_modules", process.env.WRAP_PACKAGE);
const accepted = { status: 202, headers: new Headers(), json: async () => ({}) };
let calls = 0;
const fetcher = { fetch: async (_url, { body }) => ((calls += JSON.parse(body).events.length), accepted) };
const tracker = createTracker({ fetcher });

const WAYS = {
  tracker: (name, fn) => tracker.wrap(name, fn),
  async: (_name, fn) => async (...args) => fn(...args),
};
const wrap = WAYS[process.env.WRAP_WITH];

/** What a package exports, with every function wrapped, those of exported objects too. Objects stay themselves, frozen ones are copied. */
const wrapped = new Map();
function wrapAll(name, value) {
  const isPlain = typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RegExp);
  if (typeof value !== "function" && !isPlain) return value;
  if (wrapped.has(value)) return wrapped.get(value);
  const given = !isPlain ? wrap(name, value) : Object.isFrozen(value) ? { ...value } : value;
  wrapped.set(value, given).set(given, given);
  if (isPlain) for (const key of Object.keys(value)) given[key] = wrapAll(`${name}.${key}`, value[key]);
  return given;
}

const load = Module._load;
Module._load = function (request, parent, ...rest) {
  const given = load.call(this, request, parent, ...rest);
  const file = parent?.filename && request.startsWith(".") ? Module._resolveFilename(request, parent) : "";
  const isOfPackage = file.startsWith(home + path.sep) && !file.startsWith(path.join(home, "test") + path.sep) && file.endsWith(".js");
  return isOfPackage ? wrapAll(path.relative(home, file), given) : given;
};

process.on("exit", () => {
  const { queued, lost } = tracker.stats();
  writeFileSync(process.env.WRAP_COUNT, String(calls + queued + Object.values(lost).reduce((sum, count) => sum + count)));
});
