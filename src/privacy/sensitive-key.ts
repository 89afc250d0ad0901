/**
 * Names under which a value is secret or personal whatever it looks like.
 */

/** Words in lower case; none that another makes a measure of, as in `token count`. */
const SENSITIVE =
  /(?<!\S)(?:pass(?:word|wd|phrase)|pwd|secrets?|token|apikey|auth(?:orization)?|credentials?|cookies?|otp|cvv|ssn|iban|(?:api|private|access) key|credit card|card number)(?!\S| (?:counts?|usage|limit|type|length)(?!\S))/;

/** Whether a key such as `dbPassword` names a secret. */
export function isSensitiveKey(key: string): boolean {
  const words = key.replace(/([a-z\d])([A-Z])/g, "$1 $2").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ");
  return SENSITIVE.test(words);
}
