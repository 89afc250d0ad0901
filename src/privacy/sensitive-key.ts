/**
 * Names under which a value is secret or personal whatever it looks like.
 */

const SENSITIVE_WORDS = new Set([
  "password", "passwd", "pwd", "passphrase", "secret", "secrets", "token", "apikey", "authorization", "auth",
  "credential", "credentials", "cookie", "cookies", "otp", "cvv", "ssn", "iban",
]);
/** Words that turn a sensitive one into a measure: `token count`. */
const MEASURES = new Set(["count", "counts", "usage", "limit", "type", "length"]);
const SENSITIVE_PAIRS = new Set(["api key", "private key", "access key", "credit card", "card number"]);

/** Whether a key such as `dbPassword` or `x-api-key` names a secret. */
export function isSensitiveKey(key: string): boolean {
  const words = key.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.some((word, index) => {
    const next = words[index + 1] ?? "";
    return (SENSITIVE_WORDS.has(word) && !MEASURES.has(next)) || SENSITIVE_PAIRS.has(`${word} ${next}`);
  });
}
