/**
 * Groups failures that say the same: a fingerprint of the error's type and of its message without what varies.
 */

/** What varies between two messages of the same failure: quoted names, ids, numbers. */
const VARIABLE_PARTS = /"[^"\n]*"|'[^'\n]*'|`[^`\n]*`|\b[\da-f]{8}-[\da-f-]{27}\b|\b0x[\da-f]+\b|\d+(?:[.,:]\d+)*/gi;

/** Messages differ late in their text more often than they mean something else there. */
const TEMPLATE_CHARS = 256;

/** Gives the fingerprint of a failure: 16 hex digits. */
export async function fingerprintOf(errorType: string | null, errorMessage: string | null): Promise<string> {
  const text = `${errorType ?? ""}\n${templateOf(errorMessage ?? "")}`;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return Array.from(digest.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** A message with `#` in place of what varies. */
export function templateOf(message: string): string {
  return message.replace(VARIABLE_PARTS, "#").replace(/\s+/g, " ").trim().slice(0, TEMPLATE_CHARS);
}
