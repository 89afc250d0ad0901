/**
 * Cloudflare Access in place of a key: verifies the token that Access puts on the requests which it lets through.
 *
 * A Worker can be reached beside Access (another route, workers.dev), so the header alone proves nothing: the signature is
 * verified here, with the team's public keys. They are fetched when first needed and kept in memory, so the first request of
 * an instance waits for them; ingest never does.
 */
import type { PlatformSignal, ResponseShape } from "../../runtime.ts";
import { Problem } from "../problem.ts";
import { fromBase64url, isObject, objectFromBase64url } from "./base64url.ts";

/** Cloudflare Access as the way to read the analytics. */
export interface AccessOptions {
  /** The team's domain, `my-team.cloudflareaccess.com`. @default env.TRACK_ACCESS_TEAM_DOMAIN */
  teamDomain: string;
  /** Audience tag (AUD) of the Access application, or several. @default env.TRACK_ACCESS_AUD */
  audience: string | readonly string[];
  /** Fetches the team's keys, for tests. @default globalThis.fetch */
  fetch?: ((url: string, init: { redirect: "manual"; signal: PlatformSignal }) => Promise<ResponseShape>) | undefined;
}

/** The options, read. */
export interface AccessSettings {
  /** `iss` of the tokens: `https://my-team.cloudflareaccess.com`. */
  issuer: string;
  audiences: readonly string[];
}

/**
 * Reads the options. The domain may come with `https://`, or as the team's name alone.
 *
 * @throws TypeError saying what is wrong
 */
export function accessSettingsOf(teamDomain: string, audience: string | readonly string[]): AccessSettings {
  const host = teamDomain.trim().toLowerCase().replace(/^https:\/\//, "").replace(/\/$/, "").replace(/\.cloudflareaccess\.com$/, "");
  if (!/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(host)) throw new TypeError('the team domain is such as "my-team.cloudflareaccess.com".');
  const audiences = (typeof audience === "string" ? audience.split(/[\s,]+/) : audience).filter((one) => one !== "");
  if (audiences.length === 0) throw new TypeError("the audience is the AUD tag of the Access application.");
  return { issuer: `https://${host}.cloudflareaccess.com`, audiences };
}

/** Clocks of Access and of the Worker may differ by this. */
const LEEWAY_SECONDS = 30;

/** Tokens of Access have one or two thousand characters; longer ones are not looked at. */
const MAX_TOKEN_CHARS = 16_384;

/**
 * Verifies a token (RFC 7519, RS256 alone) and gives the name of its bearer: the subject, a random id. The e-mail address
 * that the token holds too is not read.
 *
 * @throws Problem `unauthorized` with the reason, `access_unavailable` when the team's keys cannot be fetched
 */
export async function verifyAccessToken(token: string, settings: AccessSettings, keys: AccessKeys, now: number): Promise<string> {
  const [head = "", body = "", mac = "", ...rest] = token.length > MAX_TOKEN_CHARS ? [] : token.split(".");
  const [header, claims, signature] = [objectFromBase64url(head), objectFromBase64url(body), fromBase64url(mac)];
  if (header === undefined || claims === undefined || signature === undefined || rest.length > 0) throw refused("is not a JWT");
  // The algorithm is this code's choice, never the token's: "none" and HMAC under the public key are refused by name.
  if (header["alg"] !== "RS256" || header["crit"] !== undefined || typeof header["kid"] !== "string") throw refused("is not signed with RS256");
  const key = await keys.find(header["kid"], settings.issuer, now);
  if (key === undefined) throw refused("is signed with a key that the team does not have");
  const signed = new TextEncoder().encode(`${head}.${body}`);
  if (!(await crypto.subtle.verify("RSASSA-PKCS1-v1_5", key, signature, signed))) throw refused("has a wrong signature");
  checkClaims(claims, settings, now / 1000);
  const names = [claims["sub"], claims["common_name"]].filter((name) => typeof name === "string");
  return names.find((name) => /^[\w.-]{1,64}$/.test(name)) ?? "access";
}

function checkClaims(claims: Record<string, unknown>, { issuer, audiences }: AccessSettings, nowSeconds: number): void {
  const { iss, aud, exp, nbf } = claims;
  if (iss !== issuer) throw refused("is of another team");
  const named: unknown[] = Array.isArray(aud) ? aud : [aud];
  if (!named.some((one) => typeof one === "string" && audiences.includes(one))) throw refused("is for another application: compare its AUD tag");
  if (typeof exp !== "number" || exp + LEEWAY_SECONDS <= nowSeconds) throw refused("has expired: sign in again");
  if (nbf !== undefined && !(typeof nbf === "number" && nbf - LEEWAY_SECONDS <= nowSeconds)) throw refused("is not valid yet");
}

function refused(reason: string): Problem {
  return new Problem("unauthorized", `The token of Cloudflare Access ${reason}.`);
}

/** Access changes its keys every six weeks and accepts the ones before for a week, so an hour is often enough. */
const MAX_AGE_MS = 3_600_000;

/** Between two fetches: anybody can send tokens that name unknown keys. */
const MIN_PAUSE_MS = 60_000;

/** The same while there is no key at all, so that one failed fetch is no minute without analytics. */
const RETRY_PAUSE_MS = 5_000;

const FETCH_TIMEOUT_MS = 5_000;

/** Requests that fetch at once while there is no key at all. */
const MAX_FIRST_FETCHES = 8;

/** More keys than a team ever has at a time. */
const MAX_KEYS = 16;

/** The public keys of a team, as one instance of the Worker knows them. */
export class AccessKeys {
  readonly #fetch: NonNullable<AccessOptions["fetch"]>;
  #issuer = "";
  #keys = new Map<string, CryptoKey>();
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #triedAt = Number.NEGATIVE_INFINITY;
  #underWay = 0;

  constructor(fetchKeys: AccessOptions["fetch"]) {
    this.#fetch = fetchKeys ?? ((url, init) => fetch(url, init));
  }

  /**
   * The key of an id; `undefined` when the team has none of that id. Keys that cannot be fetched anew serve on: they are as
   * good as they were.
   *
   * @throws Problem `access_unavailable` when there is none at all
   */
  async find(id: string, issuer: string, now: number): Promise<CryptoKey | undefined> {
    if (issuer !== this.#issuer) {
      this.#issuer = issuer;
      this.#keys = new Map();
      this.#fetchedAt = this.#triedAt = Number.NEGATIVE_INFINITY;
    }
    const isStale = now - this.#fetchedAt >= MAX_AGE_MS;
    const pauseMs = this.#keys.size === 0 ? RETRY_PAUSE_MS : MIN_PAUSE_MS;
    const isDue = now - this.#triedAt >= pauseMs;
    // What was under way so long ago may have ended with its request.
    if (isDue) this.#underWay = 0;
    // A dashboard asks several questions at once. In a Worker none can wait for the fetch of another, so the first ones all fetch.
    const isAmongFirst = this.#keys.size === 0 && this.#underWay > 0 && this.#underWay < MAX_FIRST_FETCHES;
    if ((isStale || !this.#keys.has(id)) && (isDue || isAmongFirst)) await this.#fetchKeys(issuer, now);
    if (this.#keys.size === 0) throw new Problem("access_unavailable", "The keys of Cloudflare Access could not be fetched: check the team domain, or try again.");
    return this.#keys.get(id);
  }

  async #fetchKeys(issuer: string, now: number): Promise<void> {
    this.#triedAt = now;
    this.#underWay += 1;
    try {
      const response = await this.#fetch(`${issuer}/cdn-cgi/access/certs`, { redirect: "manual", signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
      const body: unknown = response.ok ? await response.json() : undefined;
      const keys = await importKeys(body);
      if (keys.size === 0 || issuer !== this.#issuer) return;
      this.#keys = keys;
      this.#fetchedAt = now;
    } catch {
      // As without an answer: what is known serves on.
    } finally {
      this.#underWay = Math.max(0, this.#underWay - 1);
    }
  }
}

/** The RSA signature keys of a JWK set (RFC 7517). What else stands there is passed over. */
async function importKeys(body: unknown): Promise<Map<string, CryptoKey>> {
  const listed: unknown[] = isObject(body) && Array.isArray(body["keys"]) ? body["keys"].slice(0, MAX_KEYS) : [];
  const keys = new Map<string, CryptoKey>();
  for (const jwk of listed) {
    if (!isObject(jwk) || jwk["kty"] !== "RSA" || (jwk["use"] ?? "sig") !== "sig" || (jwk["alg"] ?? "RS256") !== "RS256") continue;
    const { kid, n, e } = jwk;
    if (typeof kid !== "string" || typeof n !== "string" || typeof e !== "string") continue;
    const key = await crypto.subtle
      .importKey("jwk", { kty: "RSA", n, e }, { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" }, false, ["verify"])
      .catch(() => undefined);
    if (key !== undefined) keys.set(kid, key);
  }
  return keys;
}
