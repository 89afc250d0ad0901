/**
 * Strings that break programs: the Big List of Naughty Strings, and, by class, more of what this kit in particular could
 * stumble over.
 */
import bigList from "big-list-of-naughty-strings";

const control = Array.from({ length: 0x20 }, (_, code) => String.fromCharCode(code));

const CLASSES: Readonly<Record<string, readonly string[]>> = {
  nothing: ["", " ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\ufeff", "\u200b", "\u2028", "\u2029", "\u0085", "   \n\t  "],
  words: ["undefined", "undef", "null", "NULL", "nil", "None", "true", "false", "NaN", "Infinity", "-Infinity", "[object Object]", "hasOwnProperty", "then", "\\", "\\\\", "__typename"],
  reserved: ["__proto__", "constructor", "prototype", "toString", "valueOf", "toJSON", "__defineGetter__", "constructor.prototype", "__proto__.polluted", "length", "hasOwnProperty", "rowid", "_rowid_", "sqlite_master", "skill_usage_events", "other", "_dropped"],
  numbers: ["0", "1", "-1", "1.00", "1/2", "1E2", "1E+02", "-0", "0.0", "1e999", "-1e999", "0x0", "0xffffffff", "0b1", "1_000", "1,000.00", "1 000,00", "9007199254740993", "9223372036854775808", "99999999999999999999999999999999", "08", "١٢٣", "Ⅻ", "½", ".", "--1", "1#INF", "1e-400"],
  control: [...control, control.join(""), "\u007f", "\u0080\u009f", "a\0b", "\0", "a\rb", "a\nb", "\u001b[31mred\u001b[0m", "\u001b]0;title\u0007", "\b\b\b", "X\r\nSet-Cookie: a=b", "X\r\n\r\n<html>", "line\n{\"trackSkills\":\"forged\"}", "a\u2028{\"forged\":1}"],
  direction: ["\u202eevil\u202c", "\u2066a\u2069", "مرحبا", "שלום", "abc\u05d0\u05d1\u05d2123", "\u061c", "\u200f", "الْعَرَبِيَّة"],
  invisible: ["\u200b\u200c\u200d", "a\u200bb", "\u2060", "\u00ad", "\u180e", "\ufe0f", "\u034f", "\u{e0001}\u{e0061}\u{e007f}", "\u115f\u1160\u3164"],
  surrogates: ["\ud800", "\udc00", "\ud83d", "a\ud83db", "\udfff\ud800", "\ud83d\ude00", `${"x".repeat(199)}\u{1f600}`, `${"x".repeat(63)}\u{1f600}`, `${"x".repeat(127)}\u{1f600}`, `${"x".repeat(1_023)}\u{1f600}`, `${"x".repeat(255)}\u{1f600}`],
  unicode: ["日本語", "田中さんにあげて下さい", "表ポあA鷗ŒéＢ逍Üßªąñ丂㐀𠀀", "Ω≈ç√∫˜µ≤≥÷", "ｆｕｌｌ", "ﬁ ﬀ", "İıſß", "ʇuǝɯɐs", "\u{10ffff}", "\ufffe", "\uffff", "\u{1d400}", "Cafe\u0301", "Café", "ｱｲｳ"],
  emoji: ["😀", "👩‍👩‍👧‍👦", "🏳️‍🌈", "👍🏽", "🇩🇪🇪", "0️⃣", "❤️", "🙈🙉🙊".repeat(30)],
  zalgo: [`Z${"\u0300\u0335\u0489".repeat(60)}`, `a${"\u0301".repeat(500)}`, "T̶̢̛h̷̨ȩ̵"],
  sql: ["1;DROP TABLE skill_usage_events", "1'; DROP TABLE skill_usage_events-- 1", "' OR 1=1 -- 1", "' OR '1'='1", "\" OR \"\"=\"", "?1", ":name", "@p1", "$1", "%", "_", "*", "'", "''", "\"", "`", "x'00'", "/*", "--", "]", "\\'", "';--", "' UNION SELECT * FROM sqlite_master --"],
  markup: ["<script>alert(1)</script>", "</script><script>", "<img src=x onerror=alert(1)>", "\"><svg/onload=alert(1)>", "javascript:alert(1)", "&lt;", "&#0;", "<!--", "]]>", "<![CDATA[", "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><a>&b;</a>", "{{7*7}}", "${7*7}", "#{7*7}", "<%= 1 %>"],
  formats: ["%s%s%s%s%n", "%d", "%x", "%00", "%0d%0a", "%25", "%", "{0}", "$HOME", "$(touch x)", "`touch x`", "| cat", "; ls", "() { 0; }; touch x", "=1+1", "+1", "@SUM(1)", "-2+3", "\\u0000", "\\x00", "\\n"],
  paths: ["../../../etc/passwd", "..\\..\\windows", "/dev/null", "CON", "PRN", "C:\\con\\con", "file:///", "//host/share", "a/b/c", ".", "..", "~"],
  json: ["{", "}", "[", "{}", "[]", "{\"a\":1}", "\"", "\\\"", "[[[[[[", "{\"__proto__\":{\"polluted\":true}}", "\u2028", "a,b", "a;b", "a:b"],
  long: ["a".repeat(201), "a".repeat(1_025), "é".repeat(4_097), "\u{1f600}".repeat(2_049), "a ".repeat(3_000), "\u0000".repeat(300), "x".repeat(20_000), "'".repeat(400), "\\".repeat(400)],
  scrubbed: ["[email]", "jane@example.com", "a@b.co".repeat(50), "https://u:p@x.example/?a=b&c=d", "password=x", "-----BEGIN A-----", "4111 1111 1111 1111", "203.0.113.7"],
};

/** All of them. */
export const NAUGHTY_STRINGS: readonly string[] = [...new Set([...bigList, ...Object.values(CLASSES).flat()])];
