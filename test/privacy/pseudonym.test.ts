import { describe, expect, it } from "vitest";
import { createPseudonymizer, hashUserId, normalizeId } from "../../src/privacy/pseudonym.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

async function hmac(key: BufferSource, text: BufferSource): Promise<Uint8Array> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, text));
}

describe("the HMAC-SHA-256 of the platform", () => {
  const bytes = (length: number, value: number): Uint8Array => new Uint8Array(length).fill(value);
  const large = "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.";

  // RFC 4231, section 4. Test case 5 is cut to 128 bits there.
  it.each([
    [1, bytes(20, 0x0b), encode("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [2, encode("Jefe"), encode("what do ya want for nothing?"), "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"],
    [3, bytes(20, 0xaa), bytes(50, 0xdd), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
    [4, Uint8Array.from({ length: 25 }, (_, index) => index + 1), bytes(50, 0xcd), "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"],
    [5, bytes(20, 0x0c), encode("Test With Truncation"), "a3b6167473100ee06e0c796c2955552b"],
    [6, bytes(131, 0xaa), encode("Test Using Larger Than Block-Size Key - Hash Key First"), "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"],
    [7, bytes(131, 0xaa), encode(large), "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"],
  ])("passes test case %i of RFC 4231", async (_case, key, text, expected) => {
    expect(hex(await hmac(key, text)).slice(0, expected.length)).toBe(expected);
  });
});

describe("a pseudonym", () => {
  it("is 128 bits of base64url, stable for a secret and different for another", async () => {
    const hash = await hashUserId(SECRET, "jane@example.com");
    expect(hash).toMatch(/^[\w-]{22}$/);
    expect(await hashUserId(SECRET, "jane@example.com")).toBe(hash);
    expect(await hashUserId(`${SECRET}!`, "jane@example.com")).not.toBe(hash);
  });

  it("follows HKDF-SHA-256 and HMAC-SHA-256, computed here by hand", async () => {
    const extracted = await hmac(new Uint8Array(32), encode(SECRET)); // RFC 5869: without a salt, 32 zero bytes.
    const expanded = await hmac(extracted, new Uint8Array([...encode("track-skills/uid/v1"), 1]));
    const mac = await hmac(expanded, encode("user-1"));
    const expected = btoa(String.fromCharCode(...mac.slice(0, 16))).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
    expect(await hashUserId(SECRET, "user-1")).toBe(expected);
  });

  it("is the same for the spellings of one id", async () => {
    expect(normalizeId("  Jane@Example.COM ")).toBe("jane@example.com");
    expect(normalizeId("Cafe\u0301")).toBe("Caf\u00e9");
    expect(normalizeId("User-1")).toBe("User-1");
  });

  it("needs a secret of 32 bytes", async () => {
    await expect(hashUserId("x".repeat(31), "u")).rejects.toThrow(RangeError);
    await expect(hashUserId("ü".repeat(16), "u")).resolves.toBeTypeOf("string");
  });

  it("of a user is not that of a session of the same name", async () => {
    const pseudonymizer = await createPseudonymizer(SECRET);
    expect(await pseudonymizer.pseudonym("user", "x")).not.toBe(await pseudonymizer.pseudonym("session", "x"));
  });
});
