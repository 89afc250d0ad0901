/**
 * Takes personal data and secrets out of text, before it leaves the client and again before the Worker stores it.
 *
 * Each rule leaves a word that names it, such as `[email]`. What has no shape, such as a name, stays: messages remain
 * personal data. Patterns begin where a run of their characters does, or look back from a rare one, so that the time is
 * linear on hostile text. A replacement can lay a neighbour open to an earlier rule, so they run until nothing changes.
 */

/** A function decides where a pattern alone would take too much. Looking back, groups hold what to take before the match. */
type Rule = readonly [pattern: RegExp, replacement: string | ((match: string, ...groups: string[]) => string), looksBack?: true];

/** In order: what contains other things (keys, addresses) goes first, plain numbers last. */
const RULES: readonly Rule[] = [
  [/-----BEGIN [A-Z0-9 ]{1,40}-----[\s\S]*?(?:-----END [A-Z0-9 ]{1,40}-----|$)/g, "[key]"],
  [/:\/\/[^\s/?#"'<>`]*@/g, "://[credentials]@"],
  [/=(?<=[?&#][^\s=&#?"'<>`]{1,64}=)[^\s&#"'<>`]+/g, "=[value]"],
  [/(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*){2,4}/g, "[token]"],
  [/\b(bearer|basic) {1,4}([\w.~+/=-]{8,})/gi, scrubCredential],
  [
    /(?<![\w-])(?:(?:[spr]k|gsk|xai|pplx|whsec|GOCSPX)[-_][\w-]{16,}|(?:gh[pousr]|github_pat|hf)_\w{20,}|glpat-[\w-]{16,}|A[KS]IA[0-9A-Z]{16,}|xox[abeoprs]-[\w-]{10,}|AIza[\w-]{30,}|npm_\w{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|ya29\.[\w-]{20,})/g,
    "[key]",
  ],
  [
    /(?<![A-Za-z])(pass(?:word|wd|phrase)|pwd|(?:client[-_]?)?secret|(?:api|access)[-_]?key|(?:(?:auth|access)[-_]?)?token)(["']? ?[=:] ?["']?)([^\s"',;&}[]{4,})/gi,
    scrubAssignment,
  ],
  [
    // %40 is @ in a URL. Letters beyond ASCII by ranges, without Unicode's punctuation: many times as fast as \p{L}.
    /(?:@(?<=([\w.%+\u00c0-\u1fff\u3040-\ufeff-]+)@)|%40(?<=((?:(?!%40)[\w.%+\u00c0-\u1fff\u3040-\ufeff-])+)%40))(?!\d+(?:x\.|\.\d))(?:[\w\u00c0-\u1fff\u3040-\ufeff-]+\.)+[a-z\u00c0-\u1fff\u3040-\ufeff]{2,}/gi,
    () => "[email]",
    true,
  ],
  [/(\/(?:home|Users)\/|\\{1,2}[Uu]sers\\{1,2})[^\s\\/"'<>:|[]+(?:(?: [^\s\\/"'<>:|[]+){1,3}(?=[\\/]))?/g, "$1[user]"],
  [/(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?![A-Za-z0-9])/g, (match) => scrubLongest(match, ibanCheck(), "[iban]")],
  [/(?<![\d.+-])[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d-])/g, (match) => scrubLongest(match, cardCheck(), "[card]")],
  [/(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g, "[ssn]"],
  [/(?<![\da-f:-])(?:[\da-f]{2}[:-]){5}[\da-f]{2}(?![\da-f:-])/gi, "[mac]"],
  // Loopback and the unspecified address say nothing about a person and much about a failure.
  [/(?<![\d.v])(?!127\.|0\.0\.0\.0(?!\.?\d))(?:25[0-5]|2[0-4]\d|[01]?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|[01]?\d?\d)){3}(?!\.?\d)/g, "[ip]"],
  [
    // Eight groups, or fewer with a double colon. `a::b` is C++, and `::1` loopback.
    /:(?<=(?<![\w:.])([\da-f]{0,4}):)(?!(?<![\da-f]:):1(?::\d+)?(?![\w:]))(?=[\da-f:]*:(?<=::)|(?:[\da-f]+:){6})(?:[\da-f]{0,4}:){1,6}[\da-f]{0,4}(?<=\d[\da-f:]*)(?::\d{5})?(?![\w:])/gi,
    () => "[ip]",
    true,
  ],
  [/(?<![\w.+-])(?:\+\d(?:[ .()/-]{0,2}\d){7,14}(?<=\d\d))+(?!\w)/g, "[phone]"],
  [/(?:\(\d{1,5}\)[ .-]?|(?<![\w.+:/-]))\d{1,5}(?:[ ./-]\d{2,8}){1,4}(?![\w:/-])/g, (match) => (isPhoneNumber(match) ? "[phone]" : match)],
  [
    // From a run's first digit: none is random without.
    /\d(?<=(?<![\w+/-])([A-Za-z_+/-]*)\d)[\w+/-]*(?![\w+/-])(?<=[\w+/-]{32})={0,2}/g,
    (match) => (isRandomString(match) ? "[secret]" : match),
    true,
  ],
];

/** Rounds after which no text was ever seen to change. */
const MAX_ROUNDS = 8;

/** A rule of an owner. */
export interface ScrubRule {
  /** The word that stands in brackets for what was found: `order` gives `[order]`. */
  name: string;
  /**
   * What to find, everywhere: `/ORD-\d+/` and `/ORD-\d+/y` do the same as `/ORD-\d+/g`. It meets texts of some thousand
   * characters that others wrote: one that backtracks without end, such as `/(a+)+$/`, stops whoever scrubs.
   */
  pattern: RegExp;
}

/**
 * Scrubs a text. An owner's rules run first, once each. The kit's take linear time, and change nothing in what they have
 * scrubbed.
 *
 * @throws TypeError for an owner's rule that is none
 */
export function scrubText(text: string, own: readonly ScrubRule[] = []): string {
  let scrubbed = text;
  for (const { name, pattern } of own) {
    scrubbed = scrubbed.replace(new RegExp(pattern, `g${pattern.flags.replace(/[gy]/g, "")}`), (match) => match && `[${name}]`);
  }
  let quietRules = 0;
  // Until each rule has seen the text as the last change left it.
  for (let round = 0; round < MAX_ROUNDS; round++) {
    for (const rule of RULES) {
      const before = scrubbed;
      scrubbed = applyRule(before, rule);
      quietRules = scrubbed === before ? quietRules + 1 : 0;
      if (quietRules === RULES.length) return scrubbed;
    }
  }
  return scrubbed;
}

/** Scrubs a number: one whose digits are a card's becomes text, any other stays. */
export function scrubNumber(value: number, scrub: (text: string) => string): number | string {
  const text = String(value);
  const scrubbed = scrub(text);
  return scrubbed === text ? value : scrubbed;
}

function applyRule(text: string, [pattern, replacement, looksBack]: Rule): string {
  if (typeof replacement === "string") return text.replace(pattern, replacement);
  if (!looksBack) return text.replace(pattern, replacement);
  let scrubbed = "";
  let end = 0;
  for (let found = pattern.exec(text); found !== null; found = pattern.exec(text)) {
    const { 1: before = "", 2: other = "", index } = found;
    const start = Math.max(end, index - before.length - other.length);
    scrubbed += text.slice(end, start);
    end = pattern.lastIndex;
    scrubbed += replacement(text.slice(start, end));
  }
  return scrubbed + text.slice(end);
}

function scrubCredential(match: string, scheme: string, credential: string): string {
  return /\d|[a-z][A-Z].*[A-Z]/.test(credential) || credential.length >= 20 ? `${scheme} [token]` : match;
}

/** With `=` or after a quoted name anything is a value; else with `:` ("unexpected token: name") only what holds a digit. */
function scrubAssignment(match: string, name: string, sign: string, value: string): string {
  return /^["']|=/.test(sign) || /\d/.test(value) ? `${name}${sign}[secret]` : match;
}

/** Takes characters one by one, and tells whether those so far are a number. */
type Check = (code: number) => boolean;

/** What follows a number may look like more of it, so it may end where any group ends. */
function scrubLongest(match: string, isNumber: Check, word: string): string {
  let end = 0;
  for (let index = 0; index < match.length; index++) {
    const code = match.charCodeAt(index);
    // A space and a hyphen come before 0; past the end there is NaN.
    if (code > 47 && isNumber(code) && !(match.charCodeAt(index + 1) > 47)) end = index + 1;
  }
  return end > 0 ? word + match.slice(end) : match;
}

/** ISO 13616: with its first four characters last and letters as numbers, an IBAN is 1 modulo 97. */
function ibanCheck(): Check {
  let chars = 0;
  let head = 0;
  let rest = 0;
  return (code) => {
    const append = (value: number): number => (code > 64 ? value * 100 + code - 55 : value * 10 + code - 48); // A is 10, Z is 35.
    if (++chars > 4) rest = append(rest) % 97;
    else head = append(head);
    return chars >= 15 && chars <= 34 && (rest * 1_000_000 + head) % 97 === 1;
  };
}

/** The Luhn check of ISO/IEC 7812-1: from the right, every second digit counts twice. */
function cardCheck(): Check {
  let digits = 0;
  let sum = 0;
  let sumWithLastTwice = 0;
  return (code) => {
    const digit = code - 48;
    [sum, sumWithLastTwice] = [sumWithLastTwice + digit, sum + digit * 2 - (digit > 4 ? 9 : 0)];
    return ++digits >= 13 && sum % 10 === 0;
  };
}

/** 10 to 15 digits (E.164 allows 15), and not a date. Groups of more than four digits are usual only after a 0. */
function isPhoneNumber(text: string): boolean {
  if (text.length < 11 || !/^(?:\D*\d){10,15}\D*$/.test(text)) return false;
  const isGrouped = /^\(?0\d/.test(text) || !/\d{5}|\//.test(text);
  return isGrouped && !/^(?:\d{4}[-.]\d\d[-.]\d\d|\d\d[-.]\d\d[-.]\d{4})(?!\d)/.test(text);
}

/** Hex of 32 digits or more, or a mix of cases and digits without words in it. UUIDs, paths and identifiers stay. */
function isRandomString(text: string): boolean {
  const isMixed = /[a-z]/.test(text) && /[A-Z]/.test(text) && /(?:\d\D*){3}/.test(text);
  return /^[\da-f]*$/i.test(text) || (isMixed && !/(?:^|[/_-])[A-Za-z]?[a-z]{3,}(?![^/_-])/.test(text));
}
