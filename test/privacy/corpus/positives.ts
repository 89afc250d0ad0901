/**
 * What must be found: values of every family of personal data and secrets, in sentences and messages around them.
 *
 * The values are made: reserved domains and addresses (RFC 2606, 5737, 3849), numbers that regulators set aside for films,
 * test cards, and numbers with check digits computed here. None belongs to anybody.
 */
import { randomFrom } from "../../support/history.ts";

/** A text with something in it that must go. */
export interface Positive {
  family: string;
  /** What must not be left. */
  value: string;
  text: string;
}

const random = randomFrom(20_261_120);
const pick = (alphabet: string, length: number): string => Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join("");
const times = (count: number, make: (index: number) => string): string[] => Array.from({ length: count }, (_, index) => make(index));

const HEX = "0123456789abcdef";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const WORD = `${UPPER}${UPPER.toLowerCase()}0123456789`;
/** Letters and digits as keys have them: all three kinds are in it. */
const word = (length: number): string => `a7B${pick(WORD, length - 5)}2z`;

/** Completes a card number by its check digit (Luhn). */
function card(prefix: string, length: number): string {
  const digits = prefix + pick("0123456789", length - 1 - prefix.length);
  const sum = [...digits].reverse().reduce((total, digit, index) => total + (index % 2 === 1 ? Number(digit) : Math.floor((Number(digit) * 2) / 10) + ((Number(digit) * 2) % 10)), 0);
  return `${digits}${(10 - (sum % 10)) % 10}`;
}

/** Makes an IBAN with its check digits (ISO 13616), by arithmetic on big integers. */
function iban(country: string, account: string): string {
  const letters = `${account}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return `${country}${String(98n - (BigInt(letters) % 97n)).padStart(2, "0")}${account}`;
}

const grouped = (text: string, separator = " ", size = 4): string => text.replace(new RegExp(`.{${size}}(?=.)`, "g"), `$&${separator}`);
const base64url = (text: string): string => btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const jwt = (index: number): string => `${base64url(`{"alg":"HS256","kid":"${index}"}`)}.${base64url(`{"sub":"user-${index}","exp":${1_795_000_000 + index}}`)}.${word(43)}`;

/** Values by family. Each is put into several sentences. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  email: [
    "jane@example.com", "jane.doe+news@mail.example.co.uk", "JANE_DOE@EXAMPLE.ORG", "j@x.example", "first-last@sub.domain.example.net", "99bottles@example.com", "jörg.müller@exämple.de", "用户@例子.中国", "иван@почта.example", "o_o%x@example.travel", "jane%40example.com", "team@my-company.museum", "info@3com.example", "maría@correo.example", "abc.def.ghi@a.b.c.example",
  ],
  phone: [
    "+1 555-010-9999", "(555) 010-9999", "555-010-9999", "555.010.9999", "1-800-555-0199", "+15550109999", "+44 20 7946 0958", "020 7946 0958", "07700 900123", "+441632960961", "+49 30 23125012", "+49 (0)30 23125-012", "030 23125012", "0176/04069012", "+33 1 99 00 12 34", "01 99 00 12 34", "+61 491 570 156", "0491 570 156", "+46 70 174 06 05", "070-174 06 05", "+81-3-0000-0000", "+55 11 95555-0199", "+91 98765 00000", "+7 (999) 000-00-00", "(0491) 570 156",
  ],
  card: [
    "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "3782 822463 10005", "6011000990139424", "30569309025904", "3530111333300000",
    ...times(8, (index) => card(["4", "51", "2221", "34", "6011", "35", "62", "50"][index] ?? "4", index === 3 ? 15 : 16)), ...times(4, () => grouped(card("4", 16))), ...times(3, () => grouped(card("55", 16), "-")), card("62", 19),
  ],
  iban: [
    "GB82 WEST 1234 5698 7654 32", "DE89370400440532013000", ...times(4, () => iban("DE", pick("0123456789", 18))), ...times(4, () => grouped(iban("DE", pick("0123456789", 18)))), ...times(3, () => iban("FR", pick("0123456789", 23))), ...times(2, () => grouped(iban("AT", pick("0123456789", 16)))), iban("NO", pick("0123456789", 11)), grouped(iban("NL", `ABNA${pick("0123456789", 10)}`)), iban("MT", `MALT${pick("0123456789", 23)}`), grouped(iban("ES", pick("0123456789", 20))), iban("BE", pick("0123456789", 12)),
  ],
  ssn: ["078-05-1120", "219-09-9999", "457-55-5462", ...times(12, (index) => `${101 + index * 47}-${10 + index * 3}-${1000 + index * 611}`)],
  ipv4: ["203.0.113.7", "198.51.100.255", "192.0.2.1", "10.0.0.12", "192.168.1.20", "172.16.254.1", "8.8.8.8", ...times(8, () => `203.0.113.${Math.floor(random() * 256)}`)],
  ipv6: ["2001:db8::8a2e:370:7334", "2001:0db8:85a3:0000:0000:8a2e:0370:7334", "fe80::1ff:fe23:4567:890a", "2001:DB8::1", "::ffff:cb00:7107", "fd12:3456:789a:1::1", "2001:db8:1:2:3:4:5:6", ...times(8, () => `2001:db8:${grouped(pick("123456789abcdef", 24), ":")}`)],
  mac: ["00:1A:2b:3c:4d:5e", "00-1A-2B-3C-4D-5E", ...times(13, (index) => grouped(pick(HEX, 12), index % 2 ? ":" : "-", 2))],
  jwt: [...times(14, jwt), `${base64url('{"alg":"none","typ":"JWT"}')}.${base64url('{"sub":"1"}')}.`, `${base64url('{"alg":"dir","enc":"A256GCM"}')}..${word(16)}.${word(60)}.${word(22)}`],
  bearer: [...times(10, (index) => `Bearer ${word(16 + index * 3)}`), "bearer abc123def456", "BEARER x.y_z~1+2/3==", "Basic amFuZTpodW50ZXIy", "Basic dXNlcjpwYXNz", "Bearer abcdefghijklmnopqrstuvwxyz"],
  apiKey: [
    `sk-${word(48)}`, `sk-proj-${word(40)}_${word(30)}`, `sk-ant-api03-${word(40)}-${word(40)}AA`, `sk_live_${word(24)}`, `rk_test_${word(24)}`, `pk_live_${word(24)}`, `ghp_${word(36)}`, `gho_${word(36)}`, `ghs_${word(36)}`, `github_pat_${word(22)}_${word(59)}`, `glpat-${word(20)}`,
    `AKIA${pick(UPPER, 16)}`, `ASIA${pick(UPPER, 16)}`, `xoxb-${pick("0123456789", 12)}-${word(24)}`, `xoxp-${word(40)}`, `AIza${word(35)}`, `npm_${word(36)}`, `hf_${word(34)}`, `SG.${word(22)}.${word(43)}`, `ya29.${word(60)}`, `gsk_${word(52)}`, `xai-${word(80)}`, `pplx-${word(48)}`, `whsec_${word(32)}`, `GOCSPX-${word(28)}`,
  ],
  pem: times(15, (index) => {
    const kind = ["RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY", "CERTIFICATE"][index % 5] ?? "";
    const breaks = ["\n", "\r\n", "\\n"][index % 3] ?? "\n";
    return `-----BEGIN ${kind}-----${breaks}${word(64)}${breaks}${word(48)}==${breaks}-----END ${kind}-----`;
  }),
  urlCredential: ["https://jane:hunter2@api.example/v1", "postgres://app:s3cr%21t@db.example:5432/main", "redis://:p4ss@cache.example:6379", "mongodb+srv://u:p@cluster0.example/?w=1", "https://x-token-77@git.example/repo.git", "amqp://guest:guest1@mq.example/%2f", "ftp://jane@files.example/a", "mysql://root:toor@db.example/x", "smtps://me:p@w0rd@mail.example:465", "wss://u:pw@live.example/socket", "http://a:b@[2001:db8::1]:8080/", "s3://KEY:SECRETVALUE@bucket/x", "socks5://me:pw9@proxy.example:1080", "ldap://cn:pw@dir.example/dc", "jdbc:postgresql://u:pw@db.example/x"],
  homeDirectory: ["/home/jane/notes.md", "/Users/jane/Library/x.plist", "/Users/Jane Doe/Desktop/a.txt", "C:\\Users\\jane\\file.txt", "C:\\Users\\Jane Doe\\file.txt", "C:\\\\Users\\\\jane\\\\app.js", "c:\\users\\jane\\x", "/home/jane.doe/.ssh/id", "file:///home/jane/app/main.js", "/home/jane_77/", "/mnt/c/Users/jane/x", "\\\\server\\Users\\jane\\x", "/Users/жанна/док.txt", "/home/work-jane/a b/c", "/var/home/jane/x"],
  randomString: [...times(4, () => `9${pick(HEX, 31)}`), ...times(3, () => `3${pick(HEX, 39)}`), ...times(3, () => `0${pick(HEX, 63).toUpperCase()}`), ...times(6, () => word(40)), ...times(2, () => `${word(42)}==`), ...times(2, () => word(64))],
  assignment: ["password=hunter2", "PASSWORD=correcthorse", "pwd=abcd1234", "passwd: s3cret", '"password":"swordfish"', "'api_key': 'abc123xyz'", "api-key=abcdef", "client_secret=zyxw9876", "access_token=ab12cd34", "token=deadbeef", "auth_token: t0ken", "secret = topsecret", "apikey:abc123", "passphrase=openSesame", "access-key=k1k2k3k4"],
};

/** Families whose value has a part that may stay: what must be gone is this part of it. */
const SECRET_PART: Readonly<Record<string, (value: string) => string>> = {
  bearer: (value) => value.slice(value.indexOf(" ") + 1),
  urlCredential: (value) => value.slice(value.indexOf("://") + 3, value.lastIndexOf("@")),
  homeDirectory: (value) => /(?:home|users)[\\/]+([^\\/]+)/i.exec(value)?.[1] ?? "",
  assignment: (value) => /[=:][ "']*([^"']+)/.exec(value)?.[1] ?? "",
  pem: (value) => value.slice(value.indexOf("-----", 11) + 7, value.lastIndexOf("-----END") - 2),
  email: (value) => value.slice(0, value.search(/@|%40/)),
};

/** Sentences and messages in several languages and styles. `%` stands for the value. */
const SENTENCES: readonly string[] = [
  "Error: invalid value %", "Request failed for % (attempt 2 of 3)", '{"error":"not found","value":"%","status":404}', "ValidationError: \"%\" is not allowed", "Could not parse '%'.", "[2026-11-20T08:17:44Z] WARN worker: rejected %, will retry", "Die Eingabe % wurde abgelehnt.", "La valeur « % » est refusée", "El valor % no es válido; inténtelo de nuevo",
  "値 % は無効です", "无法处理 % ，请重试", "Значение % отклонено", "القيمة % غير صالحة", "code=E42 input=\"%\" took=12ms", "Tool call failed: got % instead\n    at run (/srv/app/tool.js:12:7)", "unexpected input: %", "<detail>%</detail>", "Received: `%`", "| % | failed |", "a valor % foi recusado", "%", "%\n", "first line\n%\nlast line", "não foi possível usar % agora",
];

/** Sentences that each value stands in. */
const SENTENCES_EACH = 3;

/** Query values stand in addresses, whole and relative. */
const QUERIES: readonly string[] = ["GET https://api.example/v1/items?customer=% 500", "fetch https://api.example/x?a=1&name=%: timeout", "POST /search?q=%&page=2 -> 429", "redirect to https://app.example/cb#id_token=%", "/items?filter[name]=%", "jdbc:postgresql://db.example/x?user=%"];
const QUERY_VALUES: readonly string[] = ["jane", "jane-doe", "Zm9vYmFy", "12%20Main%20Street"];

/** Every text in which something must be found. */
export const POSITIVES: readonly Positive[] = [
  ...Object.entries(VALUES).flatMap(([family, values]) =>
    values.flatMap((value, index) => times(SENTENCES_EACH, (turn) => SENTENCES[(index * SENTENCES_EACH + turn) % SENTENCES.length] ?? "%").map((sentence) => ({ family, value: SECRET_PART[family]?.(value) ?? value, text: sentence.replace("%", () => value) }))),
  ),
  ...QUERIES.flatMap((query) => QUERY_VALUES.map((value) => ({ family: "queryValue", value, text: query.replace("%", () => value) }))),
];
