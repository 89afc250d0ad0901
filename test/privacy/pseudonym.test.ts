import { describe, expect, it } from "vitest";
import { deriveKeyring, SecretsError } from "../../src/privacy/keyring.ts";
import { deriveKeys, hashUserId, looksLikeUnkeyedHash, normalizeId, pseudonymizerOf } from "../../src/privacy/pseudonym.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const base64url = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

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
  it("is a key id and 128 bits of base64url, stable for a secret and different for another", async () => {
    const hash = await hashUserId(SECRET, "jane@example.com");
    expect(hash).toMatch(/^[\w-]{23}$/);
    expect(await hashUserId(SECRET, "jane@example.com")).toBe(hash);
    expect(await hashUserId(`${SECRET}!`, "jane@example.com")).not.toBe(hash);
  });

  it("follows HKDF-SHA-256 and HMAC-SHA-256, computed here by hand", async () => {
    const extracted = await hmac(new Uint8Array(32), encode(SECRET)); // RFC 5869: without a salt, 32 zero bytes.
    const expanded = await hmac(extracted, new Uint8Array([...encode("track-skills/uid/v1"), 1]));
    const mac = await hmac(expanded, encode("user-1"));
    const keyId = await hmac(extracted, new Uint8Array([...encode("track-skills/key-id/v1"), 1]));
    expect(await hashUserId(SECRET, "user-1")).toBe(base64url(keyId).slice(0, 1) + base64url(mac.slice(0, 16)));
  });

  it("takes the project as HKDF's salt: of 10,000 ids none has the same pseudonym in two projects under one secret", async () => {
    const extracted = await hmac(encode("shop"), encode(SECRET));
    const expanded = await hmac(extracted, new Uint8Array([...encode("track-skills/uid/v1"), 1]));
    expect((await hashUserId(SECRET, "user-1", "shop")).slice(1)).toBe(base64url((await hmac(expanded, encode("user-1"))).slice(0, 16)));
    const [left, right] = await Promise.all(["shop", "blog"].map((project) => deriveKeys(SECRET, encode(project))));
    if (left === undefined || right === undefined) throw new Error("no keys");
    expect(left.keyId).toBe(right.keyId);
    const ids = Array.from({ length: 10_000 }, (_, index) => `person-${index}@example.com`);
    const pseudonyms = await Promise.all([left, right].flatMap((keys) => ids.map((id) => pseudonymizerOf(keys).pseudonym("user", id))));
    expect(new Set(pseudonyms).size).toBe(20_000);
  });

  it("of two secrets begins with two key ids, or both are refused together", async () => {
    let alike = 0;
    for (let index = 0; index < 300; index++) {
      const secrets = { hashSecret: SECRET, previousHashSecret: `${SECRET}${index}` };
      const sameId = (await hashUserId(SECRET, "u"))[0] === (await hashUserId(secrets.previousHashSecret, "u"))[0];
      const error = await deriveKeyring(secrets, new Uint8Array(0)).then(() => undefined, (reason: unknown) => reason);
      expect(error instanceof SecretsError).toBe(sameId);
      if (sameId) alike++;
    }
    // One in 64 of 300: fewer than 1 or more than 15 in less than one secret of a hundred; this one is fixed.
    expect(alike).toBeGreaterThan(0);
    expect(alike).toBeLessThan(15);
  });

  it("is warned of an id that is a hash already, and of no other", () => {
    for (const id of ["da39a3ee5e6b4b0d3255bfef95601890afd80709", " E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855"]) expect(looksLikeUnkeyedHash(id)).toBe(true);
    for (const id of ["d41d8cd98f00b204e9800998ecf8427e", "a".repeat(39), "g".repeat(64), "a@example.com", "0190b7a0-0000-7000-8000-000000000000"]) expect(looksLikeUnkeyedHash(id)).toBe(false);
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
    const pseudonymizer = pseudonymizerOf(await deriveKeys(SECRET, new Uint8Array(0)));
    expect(await pseudonymizer.pseudonym("user", "x")).not.toBe(await pseudonymizer.pseudonym("session", "x"));
  });
});
