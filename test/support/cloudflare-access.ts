/** A team of Cloudflare Access: its keys, its tokens, and the address at which it publishes its keys. */
import type { AccessOptions } from "../../src/worker/access/cloudflare-access.ts";

export const TEAM_DOMAIN = "the-team.cloudflareaccess.com";
export const AUDIENCE = "a".repeat(64);
const ISSUER = `https://${TEAM_DOMAIN}`;

const RSA = { name: "RSASSA-PKCS1-v1_5", modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: "SHA-256" };

type Claims = Record<string, unknown>;

export interface Team {
  /** The options of a handler that this team may use. */
  access: AccessOptions;
  /** A token that is valid at a time, but for the claims and the header that are given otherwise. */
  token(now: number, claims?: Claims, header?: Claims): Promise<string>;
  /** A token with a signature of somebody else's. */
  forgedToken(now: number): Promise<string>;
  /** A token signed with HMAC under the text of the public key, which a careless verifier takes. */
  confusedToken(now: number): Promise<string>;
  /** Takes another key, under another id; tokens are signed with it from now on. */
  rotate(): Promise<void>;
  /** How the next requests for the keys are answered. */
  answer: () => Promise<Response>;
  /** The requests for the keys so far. */
  fetches: string[];
}

/** Founds a team. */
export async function foundTeam(): Promise<Team> {
  let number = 1;
  let pair = await keyPair(1);
  const published = async () => ({ keys: [{ ...(await jwkOf(pair)), kid: `key-${number}`, alg: "RS256", use: "sig" }, { kty: "EC", kid: "other" }, null], public_cert: {} });
  const tokenOf = async (now: number, claims: Claims, header: Claims, signer: CryptoKeyPair) => {
    const seconds = Math.floor(now / 1000);
    const head = { alg: "RS256", kid: `key-${number}`, typ: "JWT", ...header };
    const body = { iss: ISSUER, aud: [AUDIENCE], sub: "7335d417-61da-459d-899c-0a01c76a2f94", email: "jane@example.com", iat: seconds, nbf: seconds, exp: seconds + 3600, type: "app", ...claims };
    const signed = `${base64url(JSON.stringify(head))}.${base64url(JSON.stringify(body))}`;
    const signature = await crypto.subtle.sign(RSA, signer.privateKey, new TextEncoder().encode(signed));
    return `${signed}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
  };
  const team: Team = {
    access: {
      teamDomain: TEAM_DOMAIN,
      audience: AUDIENCE,
      fetch: (url) => {
        team.fetches.push(url);
        return team.answer();
      },
    },
    token: (now, claims = {}, header = {}) => tokenOf(now, claims, header, pair),
    forgedToken: (now) => keyPair(0).then((stranger) => tokenOf(now, {}, {}, stranger)),
    async confusedToken(now) {
      const [, body] = (await team.token(now)).split(".");
      const signed = `${base64url(JSON.stringify({ alg: "HS256", kid: `key-${number}`, typ: "JWT" }))}.${body}`;
      const secret = new TextEncoder().encode(JSON.stringify(await jwkOf(pair)));
      const key = await crypto.subtle.importKey("raw", secret, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      const signature = await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(signed));
      return `${signed}.${base64url(String.fromCharCode(...new Uint8Array(signature)))}`;
    },
    async rotate() {
      number += 1;
      pair = await keyPair(number);
    },
    answer: async () => Response.json(await published()),
    fetches: [],
  };
  return team;
}

/** Pairs made so far, by number: making one takes long. Number 0 is a stranger's. */
const pairs = new Map<number, CryptoKeyPair>();

async function keyPair(number: number): Promise<CryptoKeyPair> {
  const pair = pairs.get(number) ?? (await crypto.subtle.generateKey(RSA, true, ["sign", "verify"]));
  if (!("privateKey" in pair)) throw new Error("No pair of keys.");
  pairs.set(number, pair);
  return pair;
}

async function jwkOf({ publicKey }: CryptoKeyPair): Promise<{ kty: string; n: string; e: string }> {
  const jwk = await crypto.subtle.exportKey("jwk", publicKey);
  if (jwk instanceof ArrayBuffer) throw new Error("No JWK.");
  return { kty: "RSA", n: jwk.n ?? "", e: jwk.e ?? "" };
}

function base64url(binary: string): string {
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
