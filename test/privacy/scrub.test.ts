import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KIT_METADATA_KEYS } from "../../src/event.ts";
import { scrubText } from "../../src/privacy/scrub.ts";
import { scrubMetadata } from "../../src/privacy/scrub-metadata.ts";

describe("personal data and secrets go", () => {
  it.each([
    ["mail to jane.doe+x@mail.example.co.uk now", "mail to [email] now"],
    ["from Jörg.Müller@exämple.de", "from [email]"],
    ["card 4111 1111 1111 1111 refused", "card [card] refused"],
    ["card 5500-0000-0000-0004", "card [card]"],
    ["account DE89 3704 0044 0532 0130 00 unknown", "account [iban] unknown"],
    ["GB82WEST12345698765432", "[iban]"],
    ["SSN 078-05-1120", "SSN [ssn]"],
    ["connect ECONNREFUSED 203.0.113.7:443", "connect ECONNREFUSED [ip]:443"],
    ["peer 2001:db8::8a2e:370:7334 closed", "peer [ip] closed"],
    ["device 00:1A:2b:3c:4d:5e", "device [mac]"],
    ["call +1 (555) 010-9999 4", "call [phone] 4"],
    ["call +441632960961", "call [phone]"],
    ["Authorization: Bearer abc123def456ghi789", "Authorization: Bearer [token]"],
    ["jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "jwt [token]"],
    ["key sk-proj-abcdefghijklmnop1234 invalid", "key [key] invalid"],
    ["ghp_abcdefghijklmnopqrstuvwxyz0123456789", "[key]"],
    ["AKIAIOSFODNN7EXAMPLE", "[key]"],
    ["password=hunter2 failed", "password=[secret] failed"],
    ['{"api_key": "abc123xyz"}', '{"api_key": "[secret]"}'],
    ["GET https://u:p@api.example/v1/x?token=abc&q=jane#frag=1", "GET https://[credentials]@api.example/v1/x?token=[value]&q=[value]#frag=[value]"],
    ["ENOENT: /home/jane/notes.md", "ENOENT: /home/[user]/notes.md"],
    ["C:\\Users\\Jane Doe\\file.txt", "C:\\Users\\[user]\\file.txt"],
    ["hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "hash [secret]"],
    ["sha=9f86d081884c7d659a2feaa0c55ad015a3bf4f1b", "sha=[secret]"],
    ["jane%2Bnews%40example.com", "[email]"],
    ["user%40shop@relay.example", "[email]"],
    ["a@b.example.c@d.example", "[email][email]"],
    ["AKIAIOSFODNN7EXAMPLEAKIAIOSFODNN7EXAMPLE", "[key]"],
    ["+15550109999+15550109999", "[phone]"],
    ["peers 1:2:3:4:5:6:7:8 and 1::", "peers [ip] and [ip]"],
    ["-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----", "[key]"],
  ])("%s", (text, expected) => expect(scrubText(text)).toBe(expected));
});

describe("what a developer needs stays", () => {
  it.each([
    "TypeError: Cannot read properties of undefined (reading 'map')",
    "Unexpected token: name, expected punc ;",
    "ENOENT: no such file or directory, open '/usr/lib/node_modules/pkg/index.js'",
    "connect ECONNREFUSED 127.0.0.1:8787",
    "at 2026-11-23 08:17:44.123 after 1795000000000 ms",
    "version 1.2.3-beta.4 of @scope/package@1.2.3 not found",
    "request 550e8400-e29b-41d4-a716-446655440000 failed",
    "std::vector<int>::at: index 12 >= size 10",
    "Exit code 1: 12:30:45 build failed in 3.5s (10 errors, 2 warnings)",
    "basic information is missing",
    "listening on ::1 and [::1]:8787, not on 0.0.0.0 or ::",
    "no ratio 1:2:3:4:5:6:7 and no time 1:2:3",
    "version 300.1.2.3 and 1.2.3.4.5",
    "AVeryLongIdentifierNameThatIsNoSecretAtAllButAName",
    "expected 1 000 000 rows, got 999",
  ])("%s", (text) => expect(scrubText(text)).toBe(text));
});

const snippet = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.constantFrom("a@b.co", "4111 1111 1111 1111", "/home/x/", "https://a:b@c.d/?e=f", "password=", "token: ", "Bearer ", "203.0.113.7", "eyJabcde.fghij.", "::", "\\Users\\", "+1 555 010 9999", "DE89370400440532013000", "[email]", "-----BEGIN X-----"),
);

describe("whatever the text", () => {
  it("scrubbing twice gives what scrubbing once gave", () => {
    fc.assert(
      fc.property(fc.array(snippet, { maxLength: 6 }), (parts) => {
        const once = scrubText(parts.join(" "));
        expect(scrubText(once)).toBe(once);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(["a", "1", "a@", "1-", "::", ":a", "eyJ-", "https://", "/home/", "\\Users\\", "bearer ", "-----BEGIN A-----", "password", "password=", "A0 ", "+1 ", "x.", "%", "aA1"])(
    "a long run of %j takes linear time",
    (unit) => {
      const text = unit.repeat(Math.ceil(100_000 / unit.length));
      const started = performance.now();
      scrubText(text);
      expect(performance.now() - started).toBeLessThan(500);
    },
  );
});

describe("an owner's rules", () => {
  const order = { name: "order", pattern: /ORD-\d+/g };

  it("leave their name, wherever they find something", () => {
    expect(scrubText("ORD-1 and ORD-22", [order])).toBe("[order] and [order]");
    expect(scrubMetadata({ "of ORD-1": ["ORD-2", { deep: "ORD-3" }] }, { scrubRules: [order], metadata: "all" })).toBe('{"of [order]":["[order]",{"deep":"[order]"}]}');
  });

  it.each(["", "g", "y", "gy", "i", "u", "s"])("find everything with the flags %j, from the beginning each time", (flags) => {
    const pattern = new RegExp("ORD-\\d+", flags);
    pattern.lastIndex = 3;
    for (const _time of [1, 2]) expect(scrubText("ORD-1 x ORD-22", [{ name: "order", pattern }])).toBe("[order] x [order]");
    expect(pattern.lastIndex).toBe(3);
  });

  it("run in order and before the kit's, which take what they leave", () => {
    const rules = [{ name: "ticket", pattern: /T-(?=\d)/ }, { name: "number", pattern: /\d{6}/ }];
    expect(scrubText("T-123456 jane@example.com", rules)).toBe("[ticket][number] [email]");
    expect(scrubText("jane@example.com", [{ name: "person", pattern: /jane/ }])).toBe("[person]@example.com");
  });

  it("run once, so that one that finds its own name ends", () => expect(scrubText("a[b", [{ name: "x[", pattern: /\[/ }])).toBe("a[x[]b"));

  it("put nothing where they find nothing", () => expect(scrubText("axb", [{ name: "gap", pattern: /x*/ }])).toBe("a[gap]b"));

  it("run as written, whatever a pattern's own methods do", () => {
    const pattern = Object.assign(/a/, { exec: () => { throw new Error("exec"); } });
    expect(scrubText("ba", [{ name: "a", pattern }])).toBe("b[a]");
  });

  it("take nothing away from the kit's: what those have scrubbed they leave alone", () => {
    fc.assert(
      fc.property(fc.array(snippet, { maxLength: 6 }), (parts) => {
        const once = scrubText(parts.join(" ORD-1 "), [order]);
        expect(scrubText(once)).toBe(once);
        expect(once).not.toMatch(/ORD-\d/);
      }),
      { numRuns: 500 },
    );
  });

  it("are refused where they are none", () => {
    for (const pattern of ["ORD", undefined, null]) expect(() => scrubText("", [Object({ name: "order", pattern })])).toThrow(TypeError);
  });
});

describe("metadata", () => {
  const all = { metadata: "all" } as const;

  it("keeps values, scrubs texts, hides what has a telling name", () => {
    const metadata = { words: 12, flag: true, none: null, by: "jane@example.com", list: [1, "x"], apiKey: "abc", tokenCount: 7, author: "A. Name", deep: { password: "x" } };
    expect(JSON.parse(scrubMetadata(metadata, all) ?? "")).toEqual({
      ...{ words: 12, flag: true, none: null, by: "[email]", list: [1, "x"], apiKey: "[redacted]", tokenCount: 7, author: "A. Name" },
      deep: { password: "[redacted]" },
    });
  });

  it("keeps, unless told otherwise, what the kit sets itself, and says how much it drops", () => {
    const kits = Object.fromEntries(KIT_METADATA_KEYS.map((key) => [key, "x"]));
    expect(JSON.parse(scrubMetadata({ ...kits, note: "x", query: { deep: 1 }, Model: "x" }) ?? "")).toEqual({ ...kits, _dropped: 3 });
    expect(scrubMetadata({ note: "x" })).toBe('{"_dropped":1}');
  });

  it("keeps what an owner names as well, with what stands under it, scrubbed", () => {
    const metadata = { plan: { name: "pro", by: "jane@example.com", password: "x" }, note: "x", model: "m", deep: { plan: 1 }, _dropped: 2 };
    expect(JSON.parse(scrubMetadata(metadata, { metadata: ["plan"] }) ?? "")).toEqual({ plan: { name: "pro", by: "[email]", password: "[redacted]" }, model: "m", _dropped: 4 });
  });

  it("drops what is over a limit, and says how much", () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`k${index}`, index]));
    expect(JSON.parse(scrubMetadata(many, all) ?? "")).toMatchObject({ k31: 31, _dropped: 8 });
    expect(JSON.parse(scrubMetadata({ a: { b: { c: { d: 1, e: { f: 1 } } } } }, all) ?? "")).toMatchObject({ _dropped: 1 });
    const big = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`k${index}`, "ü".repeat(256)]));
    const json = scrubMetadata(big, all) ?? "";
    expect(new TextEncoder().encode(json).byteLength).toBeLessThanOrEqual(4_096);
    expect(JSON.parse(json)["_dropped"]).toBeGreaterThan(0);
  });

  it("has no prototype to pollute", () => {
    const json = scrubMetadata(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'), all);
    expect(Reflect.get({}, "polluted")).toBeUndefined();
    expect(JSON.parse(json ?? "")).toEqual({ constructor: { prototype: { polluted: 1 } }, _dropped: 1 });
  });

  it("never throws and scrubs what it scrubbed to the same", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (metadata) => {
        const once = scrubMetadata(metadata, all);
        if (once !== null) expect(scrubMetadata(JSON.parse(once), all)).toBe(once);
      }),
      { numRuns: 500 },
    );
  });
});
