/** Base64url without padding (RFC 4648, section 5), the way pseudonyms, salts and tokens are written. */

/** Encodes bytes, however many: as arguments of one call they would be bounded by the stack. */
export function toBase64url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
