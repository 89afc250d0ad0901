/**
 * Ids of imported events: the same for the same call in every import, since they are what makes a second import add nothing.
 */
import { createHash } from "node:crypto";

/** A foreign id where the Worker takes it as it is, a digest of it otherwise. */
export function idOf(foreign: string): string {
  return /^[\w-]{1,64}$/.test(foreign) ? foreign : digestOf(foreign);
}

/** 128 bits of SHA-256 in base64url: 22 characters. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest().subarray(0, 16).toString("base64url");
}
