/**
 * Takes personal data and secrets out of text, before it leaves the client and again before the Worker stores it.
 *
 * Each rule replaces what it finds by a word that names the rule, such as `[email]`. Patterns find what has a shape;
 * a name or a street in free text has none and stays, so messages remain personal data. Every pattern begins where a
 * run of its characters begins (the lookbehinds), which keeps the work linear on hostile text.
 * A replacement can make a neighbour visible to an earlier rule, so the rules run until nothing changes.
 */

/** Replaces what one pattern finds. A function decides where a pattern alone would take too much. */
interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string | ((match: string, ...groups: string[]) => string);
}

/** In order: what contains other things (keys, addresses) goes first, plain numbers last. */
const RULES: readonly Rule[] = [
  { pattern: /-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, replacement: "[key]" },
  { pattern: /(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{1,20}:\/\/)[^\s/?#"'<>`]*@/gi, replacement: "$1[credentials]@" },
  { pattern: /([?&#][^\s=&#?"'<>`]{1,64}=)[^\s&#"'<>`]+/g, replacement: "$1[value]" },
  { pattern: /(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){2,4}/g, replacement: "[token]" },
  { pattern: /\b(bearer|basic) {1,4}([\w.~+/=-]{8,})/gi, replacement: scrubCredential },
  {
    pattern:
      /(?<![\w-])(?:(?:[spr]k|gsk|xai|pplx|whsec|GOCSPX)[-_][\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|(?:AKIA|ASIA)[0-9A-Z]{16}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_\w{30,}|hf_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g,
    replacement: "[key]",
  },
  {
    pattern:
      /(?<![A-Za-z])(password|passwd|pwd|passphrase|secret|api[-_]?key|access[-_]?key|client[-_]?secret|auth[-_]?token|access[-_]?token|token)(["']? ?[=:] ?["']?)([^\s"',;&}[]{4,})/gi,
    replacement: scrubAssignment,
  },
  {
    // Letters beyond ASCII by ranges, which leave out the punctuation of Unicode: many times as fast as \p{L}.
    pattern:
      /(?<![\w.%+\u00c0-\u1fff\u3040-\ufeff-])[\w.%+\u00c0-\u1fff\u3040-\ufeff-]+(?:@|%40)(?!\d+(?:x\.|\.\d))(?:[\w\u00c0-\u1fff\u3040-\ufeff-]+\.)+[a-z\u00c0-\u1fff\u3040-\ufeff]{2,}/gi,
    replacement: "[email]",
  },
  {
    pattern: /(\/(?:home|Users)\/|\\{1,2}[Uu]sers\\{1,2})[^\s\\/"'<>:|[]+(?:(?: [^\s\\/"'<>:|[]+){1,3}(?=[\\/]))?/g,
    replacement: "$1[user]",
  },
  {
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    replacement: (match) => scrubLongest(match, isIban, "[iban]"),
  },
  {
    pattern: /(?<![\d.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/g,
    replacement: (match) => scrubLongest(match, isCardNumber, "[card]"),
  },
  { pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, replacement: "[ssn]" },
  { pattern: /(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/gi, replacement: "[mac]" },
  { pattern: /(?<![\d.v])\d{1,3}(?:\.\d{1,3}){3}(?!\.?\d)/g, replacement: (match) => (isPublicIpv4(match) ? "[ip]" : match) },
  { pattern: /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?::\d{5})?(?![\w:])/gi, replacement: (match) => (isIpv6(match) ? "[ip]" : match) },
  { pattern: /(?<![\w.+-])\+\d(?:[ .()/-]{0,2}\d){7,14}(?<=\d\d)(?!\w)/g, replacement: "[phone]" },
  {
    pattern: /(?<![\w.+:/-])(?:\(\d{1,5}\)[ .-]?)?\d{1,5}(?:[ ./-]\d{2,8}){1,4}(?![\w:/-])/g,
    replacement: (match) => (isPhoneNumber(match) ? "[phone]" : match),
  },
  { pattern: /(?<![\w+/=-])[\w+/-]{32,}={0,2}/g, replacement: (match) => (isRandomString(match) ? "[secret]" : match) },
];

/** Rounds after which no text was ever seen to change. Most texts need one. */
const MAX_ROUNDS = 8;

/**
 * Takes personal data and secrets out of a text. Never throws; the time is linear in its length.
 *
 * Scrubbing what was scrubbed changes nothing.
 */
export function scrubText(text: string): string {
  let scrubbed = text;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = scrubbed;
    scrubbed = scrubOnce(before);
    if (scrubbed === before) break;
  }
  return scrubbed;
}

function scrubOnce(text: string): string {
  let scrubbed = text;
  for (const { pattern, replacement } of RULES) {
    scrubbed = typeof replacement === "string" ? scrubbed.replace(pattern, replacement) : scrubbed.replace(pattern, replacement);
  }
  return scrubbed;
}

function scrubCredential(match: string, scheme: string, credential: string): string {
  return /\d|[a-z][A-Z].*[A-Z]/.test(credential) || credential.length >= 20 ? `${scheme} [token]` : match;
}

/** With `=` or after a quoted name anything is a value; else with `:` ("unexpected token: name") only what holds a digit. */
function scrubAssignment(match: string, name: string, sign: string, value: string): string {
  return /^["']|=/.test(sign) || /\d/.test(value) ? `${name}${sign}[secret]` : match;
}

/** ISO 13616: rearranged and with letters as numbers, an IBAN is 1 modulo 97. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(" ", "");
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (let index = 0; index < compact.length; index++) {
    const code = compact.charCodeAt((index + 4) % compact.length);
    remainder = (code > 64 ? remainder * 100 + code - 55 : remainder * 10 + code - 48) % 97; // A is 10, Z is 35.
  }
  return remainder === 1;
}

/** What follows a number may look like more of it: any part that ends where a group ends may be the number. */
function scrubLongest(match: string, isNumber: (text: string) => boolean, word: string): string {
  for (let end = match.length; end >= 13; end--) {
    const isWithinGroup = match.charCodeAt(end) > 47; // A space and a hyphen come before 0; past the end there is NaN.
    if (!isWithinGroup && isNumber(match.slice(0, end))) return word + match.slice(end);
  }
  return match;
}

/** The Luhn check of ISO/IEC 7812-1: from the right, every second digit counts twice. */
function isCardNumber(text: string): boolean {
  let digits = 0;
  let sum = 0;
  for (let index = text.length - 1; index >= 0; index--) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0) continue; // A space or a hyphen.
    const weighted = digits % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
    digits += 1;
  }
  return digits >= 13 && sum % 10 === 0;
}

/** No part is over 255. Loopback and the unspecified address say nothing about a person and much about a failure. */
function isPublicIpv4(text: string): boolean {
  return !/25[6-9]|2[6-9]\d|[3-9]\d\d|^127\.|^0\.0\.0\.0$/.test(text);
}

function isIpv6(text: string): boolean {
  const groups = text.split(":");
  return !/^::1(:\d+)?$/.test(text) && /\d/.test(text) && (text.includes("::") ? groups.length >= 3 : groups.length === 8);
}

/** 10 to 15 digits (E.164 allows 15), and not a date. Groups of more than four digits are usual only after a 0. */
function isPhoneNumber(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  const isGrouped = /^\(?0\d/.test(text) || !/\d{5}|\//.test(text);
  return digits >= 10 && digits <= 15 && isGrouped && !/^(?:\d{4}[-.]\d\d[-.]\d\d|\d\d[-.]\d\d[-.]\d{4})(?!\d)/.test(text);
}

/** Hex of 32 digits or more, or a mix of cases and digits without words in it. UUIDs, paths and identifiers stay. */
function isRandomString(text: string): boolean {
  if (!/[^\da-f]/i.test(text)) return /\d/.test(text);
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /(?:\d\D*){3}/.test(text);
  return isMixed && !text.split(/[/_-]/).some((part) => /^[A-Za-z]?[a-z]{3,}$/.test(part));
}
