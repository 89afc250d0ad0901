import { describe, expect, it } from "vitest";
import { createPseudonymizer, hashUserId, normalizeId } from "../../src/privacy/pseudonym.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

describe("a pseudonym", () => {
  it("is 128 bits of base64url, stable for a secret and different for another", async () => {
    const hash = await hashUserId(SECRET, "jane@example.com");
    expect(hash).toMatch(/^[\w-]{22}$/);
    expect(await hashUserId(SECRET, "jane@example.com")).toBe(hash);
    expect(await hashUserId(`${SECRET}!`, "jane@example.com")).not.toBe(hash);
  });

  it("follows HKDF-SHA-256 and HMAC-SHA-256, computed here by hand", async () => {
    const encode = (text: string) => new TextEncoder().encode(text);
    const hmac = async (key: BufferSource, text: BufferSource) => {
      const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
      return new Uint8Array(await crypto.subtle.sign("HMAC", imported, text));
    };
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
