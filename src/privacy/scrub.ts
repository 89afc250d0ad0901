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
  { pattern: /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}:\/\/[^\s"'<>`]+/gi, replacement: scrubUrl },
  { pattern: /(?<![\w-])eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g, replacement: "[token]" },
  { pattern: /\b(bearer|basic) {1,4}([\w.~+/=-]{8,})/gi, replacement: scrubCredential },
  {
    pattern:
      /(?<![\w-])(?:(?:sk|pk|rk)[-_][\w-]{16,}|gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|(?:AKIA|ASIA)[0-9A-Z]{16}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_\w{30,}|hf_\w{20,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g,
    replacement: "[key]",
  },
  {
    pattern:
      /(?<![A-Za-z])(password|passwd|pwd|passphrase|secret|api[-_]?key|access[-_]?key|client[-_]?secret|auth[-_]?token|access[-_]?token|token)(["']? ?[=:] ?["']?)([^\s"',;&}[]{4,})/gi,
    replacement: scrubAssignment,
  },
  { pattern: /(?<![\p{L}\p{N}._%+-])[\p{L}\p{N}._%+-]+@(?:[\p{L}\p{N}-]+\.)+\p{L}{2,}/gu, replacement: "[email]" },
  { pattern: /(\/(?:home|Users)\/)([^/\\\s"'<>:[]+)/g, replacement: "$1[user]" },
  { pattern: /(\\{1,2}Users\\{1,2})([^\\/"'<>:|[\n]{1,64}(?=\\)|[^\\/\s"'<>:|[]+)/gi, replacement: "$1[user]" },
  {
    pattern: /(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g,
    replacement: (match) => (isIban(match) ? "[iban]" : match),
  },
  {
    pattern: /(?<![\d.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/g,
    replacement: scrubCard,
  },
  { pattern: /(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, replacement: "[ssn]" },
  { pattern: /(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/gi, replacement: "[mac]" },
  { pattern: /(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?![\d.]*\d)/g, replacement: (match) => (isPublicIpv4(match) ? "[ip]" : match) },
  { pattern: /(?<![\w:.])(?:[\da-f]{0,4}:){2,7}[\da-f]{0,4}(?![\w:])/gi, replacement: (match) => (isIpv6(match) ? "[ip]" : match) },
  { pattern: /(?<![\w.+-])\+\d{8,15}(?!\d)/g, replacement: "[phone]" },
  {
    pattern: /(?<![\w.+:/-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,4}\)[ .-]?)?\d{1,4}(?:[ .-]\d{2,4}){1,4}(?![\w:/-])/g,
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

/** Keeps scheme, host and path; drops user and password; keeps the names of query parameters and drops their values. */
function scrubUrl(url: string): string {
  const [, scheme = "", rest = ""] = /^([^:]+:\/\/)([\s\S]*)$/.exec(url) ?? [];
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  const path = end < 0 ? "" : rest.slice(end);
  const host = authority.includes("@") ? `[credentials]${authority.slice(authority.lastIndexOf("@"))}` : authority;
  return scheme + host + path.replace(/([?&#][^=&#?]{0,64}=)[^&#]+/g, "$1[value]");
}

function scrubCredential(match: string, scheme: string, credential: string): string {
  return /\d/.test(credential) || credential.length >= 20 ? `${scheme} [token]` : match;
}

/** With `=` anything is a value; with `:` ("unexpected token: name") only what holds a digit. */
function scrubAssignment(match: string, name: string, sign: string, value: string): string {
  return sign.includes("=") || /\d/.test(value) ? `${name}${sign}[secret]` : match;
}

/** ISO 13616: rearranged and with letters as numbers, an IBAN is 1 modulo 97. */
function isIban(text: string): boolean {
  const compact = text.replaceAll(" ", "");
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const character of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(character, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** Digits that follow a card number may belong to something else: any part that ends where digits end may be the card. */
function scrubCard(match: string): string {
  for (let end = match.length; end >= 13; end--) {
    const isBoundary = end === match.length || !/\d/.test(match[end] ?? "");
    if (isBoundary && isCardNumber(match.slice(0, end))) return `[card]${match.slice(end)}`;
  }
  return match;
}

/** The Luhn check of ISO/IEC 7812-1. */
function isCardNumber(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (digits.length < 13) return false;
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

/** Loopback and the unspecified address say nothing about a person and much about a failure. */
function isPublicIpv4(text: string): boolean {
  return text.split(".").every((part) => Number(part) <= 255) && !text.startsWith("127.") && text !== "0.0.0.0";
}

function isIpv6(text: string): boolean {
  const groups = text.split(":");
  return text !== "::1" && /\d/.test(text) && (text.includes("::") ? groups.length >= 3 : groups.length === 8);
}

/** 10 to 15 digits (E.164 allows 15), and not a date. */
function isPhoneNumber(text: string): boolean {
  const digits = text.replace(/\D/g, "").length;
  return digits >= 10 && digits <= 15 && !/^\d{4}-\d{2}-\d{2}/.test(text);
}

/** Hex of 32 digits or more, or a mix of cases and digits without words in it. UUIDs, paths and identifiers stay. */
function isRandomString(text: string): boolean {
  if (/^[\da-f]{32,}$/i.test(text)) return /\d/.test(text);
  const digits = text.replace(/\D/g, "").length;
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && digits >= 3;
  return isMixed && !text.split(/[/_-]/).some((part) => /^[A-Za-z]?[a-z]{3,}$/.test(part));
}
