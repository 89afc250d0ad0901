/**
 * Options as they are in force: defaults filled in, nonsense left out, the environment heard.
 */
import { trackUrlOf } from "../endpoint.ts";
import { read } from "./classify.ts";
import type { TrackerOptions } from "./options.ts";

/** Options without holes. */
export interface Settings extends TrackerOptions {
  /** Where batches go; `undefined` when the options name no such place. */
  url: string | undefined;
  /** Whether nothing may be sent. */
  disabled: boolean;
  /** Whether people stay unnamed. */
  isNameless: boolean;
  batchSize: number;
  flushIntervalMs: number;
  maxQueueEvents: number;
  maxQueueBytes: number;
  maxRetries: number;
  timeoutMs: number;
}

const DEFAULTS = { batchSize: 20, flushIntervalMs: 5_000, maxQueueEvents: 1_000, maxQueueBytes: 262_144, maxRetries: 3, timeoutMs: 5_000 };

/** Reads options. Never throws: of options that cannot be read there are none, and numbers that make no sense fall back to their defaults. */
export function settingsOf(options: TrackerOptions): Settings {
  try {
    return readOptions(options);
  } catch {
    return readOptions({});
  }
}

function readOptions(options: TrackerOptions): Settings {
  const navigator = read(globalThis, "navigator");
  const hasSignal = read(navigator, "globalPrivacyControl") === true || read(navigator, "doNotTrack") === "1";
  const environment = read(read(globalThis, "process"), "env");
  const isSilenced = ["DO_NOT_TRACK", "TRACK_SKILLS_DISABLED"].some((name) => /^(1|true|yes)$/i.test(String(read(environment, name))));
  const settings = {
    ...options,
    ...DEFAULTS,
    key: typeof options.key === "string" ? options.key : undefined,
    // A service binding needs a URL, but no real one; what is only printed needs none either.
    url: trackUrlOf(options.endpoint ?? (options.fetcher ?? options.dryRun ? "https://track-skills.internal" : "")),
    disabled: options.disabled === true || isSilenced || (hasSignal && options.privacySignals === "drop"),
    isNameless: hasSignal && options.privacySignals !== "ignore",
  };
  for (const name of Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[]) {
    const value = options[name];
    if (typeof value === "number" && value >= (name === "maxRetries" ? 0 : 1)) settings[name] = value;
  }
  settings.batchSize = Math.min(Math.floor(settings.batchSize), 500);
  return settings;
}
