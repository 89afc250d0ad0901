/**
 * Makes `library-errors.json`: messages of errors that Node and the libraries of the repository throw when misused.
 *
 * `node test/privacy/corpus/elicit.mjs` writes the file anew. It is kept in the repository, since the messages change
 * with the versions of the libraries, and a test must not. The folder of the checkout is cut out of every message.
 */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import crypto from "node:crypto";
import dns from "node:dns/promises";
import fs from "node:fs/promises";
import { createRequire } from "node:module";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { DatabaseSync } from "node:sqlite";
import util from "node:util";
import vm from "node:vm";
import zlib from "node:zlib";

const root = path.resolve(import.meta.dirname, "../../..");
const require = createRequire(import.meta.url);
const messages = new Set();

/** Notes what an error says, and the errors that it holds. Those of a realm of their own count as well. */
function note(error) {
  if (!util.types.isNativeError(error) && !(error instanceof Error)) return;
  keep(error);
  for (const inner of [error.cause, ...(error.errors ?? [])]) if (inner !== error) note(inner);
}

function keep(text) {
  const cleaned = String(text ?? "").replaceAll(root, "/app").replaceAll(path.dirname(process.execPath), "/usr/bin").trim();
  if (cleaned.length >= 8) messages.add(cleaned.slice(0, 1_024));
}

/** Runs what must fail. */
async function fails(...misuses) {
  for (const misuse of misuses) {
    try {
      await misuse();
    } catch (error) {
      note(error);
    }
  }
}

const sources = [
  "null.x", "undefined.map()", "undefined()", "x", "const a = 1; a = 2", "new 7", "({}).a.b.c", "[].reduce((a) => a)", "null[Symbol.iterator]", "const [a] = 7",
  "const { a } = null", "'x' in 'abc'", "1n + 1", "BigInt(1.5)", "BigInt('x')", "Symbol() + ''", "new Array(-1)", "'x'.repeat(-1)", "(1).toFixed(101)", "(1).toString(99)",
  "decodeURIComponent('%')", "new Date(NaN).toISOString()", "structuredClone(() => 1)", "JSON.parse('{')", "class A { constructor() { this.#x } }", "class A extends null {}; new A", "super.x", "let a; let a", "await 1",
  "for (const x of 7) {}", "return = 1", "if (", "'unterminated", "`unterminated", "/(/", "new RegExp('[')", "new RegExp('a', 'zz')", "Object.defineProperty(1, 'x', {})", "Object.freeze([]).push(1)", "'use strict'; undeclared = 1",
  "function f() { f() } f()", "Reflect.construct(1)", "new Proxy(1, {})", "Promise.resolve.call(1)", "new WeakMap().set(1, 1)", "new Intl.NumberFormat('xx-invalid-locale-!')", "new Intl.DateTimeFormat('en', { timeZone: 'Mars/Base' })", "import('x", "yield 1", "a?.b = 1", "1 = 2", "({ a: 1, a })", "x => { break }", "const c", "0778n", "new.target",
  "Array.from({ length: -1 }).at(Symbol())", "Object.setPrototypeOf(Object.preventExtensions({}), {})", "String.prototype.trim.call(null)", "new Set(1)", "Number(1n) + Number(Symbol())", "Atomics.wait(1)", "new DataView(new ArrayBuffer(1)).getInt32(0)", "new Uint8Array(new ArrayBuffer(3), 1, 9)", "new Uint32Array(new ArrayBuffer(3))", "'a'.localeCompare('b', 'x-!')", "'a'.normalize('x')", "String.fromCodePoint(-1)", "Object.fromEntries([1])", "null ?? a || b",
];

const json = ['{"a":1,}', '{"a"}', "[1,2", '{"name": undefined}', "<!DOCTYPE html>", "", "nul", '{"a":"b\nc"}', "{'a':1}", '{"a":01}', '"\\x"', "[1 2]", "NaN", '{"id": 17, "state": "open" "x": 1}', "Internal Server Error", "undefined", "event: done", "{}{}"];

async function language() {
  for (const source of sources) await fails(() => vm.runInNewContext(source));
  for (const text of json) await fails(() => JSON.parse(text));
  await fails(
    () => assert.equal(1, 2), () => assert.deepEqual({ a: 1 }, { a: 2 }), () => assert.ok(0), () => assert.throws(() => 1), () => assert.match("a", /b/), () => assert.rejects(Promise.resolve(1)),
    () => util.promisify(1), () => Buffer.from(1), () => Buffer.alloc(-1), () => Buffer.alloc(1).readInt32LE(0), () => new URL("not a url"), () => new URL("http://[x"), () => new TextDecoder("x-none"), () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])),
    () => AbortSignal.abort().throwIfAborted(), () => AbortSignal.timeout(-1), () => structuredClone(Symbol("s")), () => queueMicrotask(1), () => setTimeout("x"), () => process.chdir("/nowhere"), () => process.kill("x"), () => require("no-such-module"), () => import("no-such-module"), () => import("./no-such-file.mjs"), () => require("./no-such-file.cjs"), () => import("zod/no/such/path"), () => Readable.from(1), () => new EventTarget().dispatchEvent(1),
    () => new Response("a", { status: 9 }), () => new Request("x"), () => new Headers({ "a b": "c" }), () => new Headers({ a: "b\nc" }), () => new Response("x").json(), () => fetch("ftp://server.example/"), () => fetch("http://127.0.0.1:9/"), () => fetch("http://localhost:1/api"), () => fetch("http://nowhere.invalid/path"), () => fetch("data:text/html,x", { method: "TRACE" }), () => new WebSocket("http:/x y"), () => new Blob(1), () => crypto.subtle.digest("MD9", new Uint8Array(1)), () => crypto.subtle.importKey("raw", new Uint8Array(1), "AES-GCM", false, ["encrypt"]),
  );
}

async function platform() {
  const missing = ["/nowhere/file.txt", "./config/settings.json", "/usr/lib/none.so", "docs/guide.md", "/var/data/2026-11-20.log"];
  for (const file of missing) await fails(() => fs.readFile(file), () => fs.stat(file), () => fs.rename(file, `${file}.old`), () => fs.readdir(file), () => fs.copyFile(file, "/nowhere/b"), () => fs.unlink(file), () => fs.writeFile(`${file}/x`, "x"));
  await fails(() => fs.readFile("/"), () => fs.mkdir("/"), () => fs.rmdir("/usr"), () => fs.readlink("/etc/hosts"), () => fs.readdir("/etc/hosts"), () => fs.open("/etc/hosts/x"), () => fs.readFile("a\0b"), () => fs.readFile({}), () => fs.access("/nowhere", 99), () => fs.writeFile("/proc/version", "x"), () => fs.cp("/etc", "/etc/x"), () => fs.mkdtemp("/nowhere/x-"), () => fs.truncate("/nowhere", -1), () => fs.symlink("a", "/nowhere/b"), () => fs.open("/etc/hosts", "zz"));
  const connect = (options) => new Promise((resolve, reject) => net.connect(options).once("error", reject).once("connect", resolve));
  for (const port of [1, 9, 5432, 6379, 27017]) await fails(() => connect({ port, host: "127.0.0.1" }));
  await fails(() => connect({ path: "/nowhere/socket.sock" }), () => connect({ port: 99_999 }), () => connect({ port: 1, host: "::1" }), () => dns.lookup("nowhere.invalid"), () => dns.resolve4(1), () => new Promise((_, reject) => net.createServer().once("error", reject).listen(1e6)));
  await fails(() => zlib.gunzipSync(Buffer.from("plain")), () => zlib.inflateSync(Buffer.from([1, 2])), () => zlib.brotliDecompressSync(Buffer.from("x")), () => zlib.gzipSync("x", { level: 99 }));
  await fails(() => crypto.createHash("md9"), () => crypto.createHmac("sha256"), () => crypto.createCipheriv("aes-1", "k", "i"), () => crypto.createCipheriv("aes-256-gcm", Buffer.alloc(3), Buffer.alloc(12)), () => crypto.createPrivateKey("x"), () => crypto.createSign("none"), () => crypto.randomBytes(-1), () => crypto.pbkdf2Sync("a", "b", -1, 1, "sha1"), () => crypto.timingSafeEqual(Buffer.alloc(1), Buffer.alloc(2)), () => crypto.verify(null, Buffer.alloc(1), "x", Buffer.alloc(1)));
  for (const args of [["-e", "throw new Error('boom')"], ["-e", "process.exit(3)"], ["--no-such-flag"], ["no-such-file.js"], ["-e", "import x from 'y'"], ["--input-type=module", "-e", "import { x } from 'node:fs'"], ["-e", "Promise.reject(new TypeError('no'))"]]) {
    for (const line of spawnSync(process.execPath, args, { encoding: "utf8" }).stderr.split("\n")) keep(line);
  }
  keep(spawnSync("no-such-command").error?.message);
}

function database() {
  const db = new DatabaseSync(":memory:");
  db.exec("CREATE TABLE notes (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, size INTEGER CHECK (size >= 0)) STRICT; CREATE TABLE links (note INTEGER REFERENCES notes(id)); INSERT INTO notes VALUES (1, 'a', 1)");
  const statements = [
    "SELEC 1", "SELECT * FROM missing", "SELECT missing FROM notes", "INSERT INTO notes VALUES (1, 'b', 1)", "INSERT INTO notes VALUES (2, 'a', 1)", "INSERT INTO notes VALUES (2, NULL, 1)", "INSERT INTO notes VALUES (3, 'c', -1)", "INSERT INTO notes VALUES (3, 'c', 'x')", "INSERT INTO links VALUES (99)",
    "INSERT INTO notes (id) VALUES (1, 2)", "SELECT nofunction(1)", "SELECT abs(1, 2)", "SELECT json('{')", "SELECT '", "SELECT 1 LIMIT 'x'", "CREATE TABLE notes (x)", "DROP TABLE missing", "ALTER TABLE notes ADD COLUMN id", "SELECT 1 UNION SELECT 1, 2", "SELECT * FROM notes GROUP BY 9", "SELECT sum(count(*)) FROM notes", "UPDATE notes SET missing = 1", "SELECT x'0'", "COMMIT", "PRAGMA foreign_keys = maybe; SELECT", "SELECT a.id FROM notes b", "SELECT id FROM notes, notes", "CREATE INDEX i ON missing (x)", "CREATE TRIGGER t AFTER INSERT ON missing BEGIN SELECT 1; END", "ATTACH '/nowhere/x.db' AS x", "SELECT json_extract('{}', 'bad')", "WITH RECURSIVE c AS (SELECT 1) SELECT * FROM d", "VALUES (1), (1, 2)", "SELECT CAST(1 AS", "DELETE FROM notes WHERE", "SELECT ?1000000",
  ];
  return fails(...statements.map((sql) => () => db.prepare(sql).all()), () => new DatabaseSync("/nowhere/x.db"), () => db.prepare("SELECT ?").all({}), () => db.prepare("SELECT :a").all({ b: 1 }));
}

async function schemas() {
  const z = require("zod");
  const shape = z.object({ name: z.string().min(3).max(5), age: z.number().int().min(1), email: z.email(), url: z.url(), kind: z.enum(["a", "b"]), tags: z.array(z.string()).min(1), when: z.iso.datetime(), id: z.uuid() }).strict();
  for (const value of [{}, null, 7, { name: 1, extra: true }, { name: "toolong", age: 1.5, email: "x", url: "y", kind: "c", tags: [], when: "now", id: "1" }]) {
    const { error } = shape.safeParse(value);
    note(error);
    for (const issue of error?.issues ?? []) keep(`${issue.path.join(".")}: ${issue.message}`);
    keep(z.prettifyError(error));
  }
  await fails(() => z.union([z.string(), z.number()]).parse({}), () => z.discriminatedUnion("t", [z.object({ t: z.literal("a") })]).parse({ t: "b" }), () => z.date().parse("x"), () => z.tuple([z.string()]).parse([]), () => z.string().regex(/^a+$/).parse("b"), () => z.bigint().parse(1), () => z.map(z.string(), z.number()).parse({}), () => z.instanceof(Date).parse(1), () => z.promise(z.string()).parse(1), () => z.string().startsWith("a").parse("b"));
  const Ajv = require("ajv").default;
  const ajv = new Ajv({ allErrors: true });
  const validate = ajv.compile({ type: "object", required: ["a", "b"], additionalProperties: false, properties: { a: { type: "integer", minimum: 3 }, b: { enum: [1, 2] }, c: { type: "array", maxItems: 1, uniqueItems: true }, d: { pattern: "^x$" } } });
  for (const value of [{}, { a: 1, b: 3, c: [1, 1], d: "y", e: 1 }, 7]) if (!validate(value)) for (const { instancePath, message } of validate.errors) keep(`data${instancePath} ${message}`);
  await fails(() => ajv.compile({ type: "none" }), () => ajv.compile({ $ref: "#/missing" }), () => ajv.compile({ pattern: "[" }), () => ajv.addSchema(7), () => ajv.validate("no-such-schema", 1));
}

async function libraries() {
  const [ai, mcp, types, hono, undici, jose, semver, qs, openai, pathToRegexp, esbuild, postcss, sharp, bytes, cookie, rawBody, httpErrors, iconv, mustache] = await Promise.all(
    ["ai", "@modelcontextprotocol/client", "@modelcontextprotocol/sdk/types.js", "hono", "undici", "jose", "semver", "qs", "openai", "path-to-regexp", "esbuild", "postcss", "sharp", "bytes", "cookie", "raw-body", "http-errors", "iconv-lite", "mustache"].map((name) => import(name).catch(() => ({}))),
  );
  await fails(
    () => ai.generateText({ model: "no-provider/no-model", prompt: "x" }), () => ai.generateText({ model: 7, prompt: "x", maxRetries: 0 }), () => ai.embed({ model: "x", value: "y" }), () => ai.tool(), () => ai.convertToModelMessages([{ role: "x" }]), () => ai.generateObject({ model: "a", output: "zz" }), () => ai.streamText({}).text, () => ai.cosineSimilarity([1], [1, 2]), () => ai.experimental_createProviderRegistry({}).languageModel("x"), () => ai.customProvider({}).languageModel("gpt-none"),
    () => new mcp.Client({ name: "c", version: "1.0.0" }).callTool({ name: "t" }), () => new mcp.Client({ name: "c", version: "1.0.0" }).listTools(), () => mcp.StreamableHTTPClientTransport("x"), () => types.CallToolRequestSchema.parse({ method: "x" }), () => types.JSONRPCMessageSchema.parse({ jsonrpc: "1.0" }), () => { throw new types.McpError(-32601, "Method not found"); }, () => { throw new types.McpError(-32001, "Request timed out", { timeout: 60_000 }); }, () => { throw new types.McpError(-32602, "Tool extract_text not found"); },
    () => new hono.Hono().get(1), () => new hono.Hono().request("relative"), () => undici.request("nope"), () => undici.request("http://127.0.0.1:9/"), () => new undici.Pool(7), () => new undici.Client("ftp://a.example"), () => undici.fetch("http://127.0.0.1:9/"), () => new undici.Agent({ connect: 1 }), () => new undici.FormData(7), () => undici.request("http://a.example", { method: "A B" }), () => undici.request("http://a.example", { headers: { "a b": "c" } }),
    () => jose.jwtVerify("x.y.z", new Uint8Array(32)), () => jose.jwtVerify("abc", new Uint8Array(32)), () => jose.importJWK({ kty: "none" }), () => jose.importSPKI("x", "RS256"), () => new jose.SignJWT({}).sign(new Uint8Array(1)), () => jose.decodeJwt("x"), () => jose.importPKCS8("y", "RS256"), () => jose.compactDecrypt("a.b", new Uint8Array(1)),
    () => new semver.SemVer("not.a.version"), () => new semver.Range("=>1"), () => semver.inc("1.0.0", "none").x, () => qs.parse("a[b]=1", { charset: "x" }), () => qs.parse("a=1&b=2", { parameterLimit: 1, throwOnLimitExceeded: true }), () => qs.parse("a[]=1&a[]=2", { arrayLimit: 1, throwOnLimitExceeded: true }), () => qs.stringify({ a: 1 }, { charset: "x" }), () => qs.stringify({ a: 1 }, { encoder: 1 }), () => new openai.OpenAI(), () => pathToRegexp.pathToRegexp("/:"), () => pathToRegexp.match("/{a"), () => pathToRegexp.compile("/:id")({}), () => pathToRegexp.parse("/*"),
    () => esbuild.transform("const a = ;"), () => esbuild.transform("let a; let a", { loader: "ts" }), () => esbuild.transform("a", { target: "es1" }), () => esbuild.transform("<a>", { loader: "jsx" }), () => esbuild.transform("x", { loader: "none" }), () => esbuild.build({ entryPoints: ["missing.ts"], logLevel: "silent" }), () => esbuild.transform("a { color", { loader: "css", logLevel: "silent", none: 1 }), () => postcss.parse("a {"), () => postcss.parse("}"), () => postcss.parse("a { b c }"), () => sharp.default("/nowhere.png").toBuffer(), () => sharp.default(Buffer.from("x")).toBuffer(), () => sharp.default().resize(-1), () => bytes.default.parse(Symbol("x")) + 1, () => cookie.serialize("a b", "c"), () => cookie.serialize("a", "b", { path: ";" }), () => cookie.parse(7), () => rawBody.default({}), () => { throw httpErrors.default(404); }, () => { throw httpErrors.default(429, "Too many requests, retry after 30 seconds"); }, () => { throw httpErrors.default(413, "request entity too large"); }, () => iconv.encode("a", "x-none"), () => mustache.default.render("{{#a}}", {}), () => mustache.default.render(7),
  );
}

/** Messages of programs: a line each. */
async function programs() {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), "app-"));
  const file = path.join(folder, "main.ts");
  const code = `const a: number = "x"; let b: string = 1; foo(); a.b; class C { private x = 1 } new C().x; import { y } from "./missing"; const { z } = {}; function f(p: number) {} f("a"); f(); f(1, 2); export const q: Q = 1;
type T = { a: 1 }; const t: T = { b: 2 }; if (a) { return } for (const i of 7) {} let u; u.v; const w = null; w.x; async function g() { await 1 } interface I { m(): void } class D implements I {} abstract class E {} new E(); enum F { A } F.B; "a" - 1; b = undefined; switch (a) { case "y": } let a = 2; type R = Array<1, 2>; const s = <string>7; export default 1; export default 2; var k: keyof 7 = 1; [1, 2].mapp(x => x); JSON.parse(1); new Date().foo; Promise.resolve(1).thn(); super.x(); yield; break; delete a; this.q; ({}) as number; let n: never = 1; function over(a: string): void; declare const m: unique symbol; m.x; let tup: [number] = [1, 2]; tup[3]; const ro: readonly number[] = []; ro.push(1); let e: unknown; e.x; class G extends 7 {} function h(): number {} async () => { for await (const x of 1) {} };`;
  await fs.writeFile(file, code);
  const tsc = spawnSync(process.execPath, [path.join(root, "node_modules/typescript/bin/tsc"), "--noEmit", "--strict", "--pretty", "false", file], { encoding: "utf8", cwd: folder });
  for (const line of tsc.stdout.split("\n")) keep(line.replace(folder, "src"));
  const wrangler = path.join(root, "node_modules/wrangler/bin/wrangler.js");
  const env = { ...process.env, CI: "1", NO_COLOR: "1", WRANGLER_SEND_METRICS: "false" };
  for (const args of [["deploy"], ["none"], ["d1", "execute", "X", "--local", "--command", "SELECT 1"], ["dev", "--port", "x"], ["d1", "migrations", "apply", "none", "--local"], ["deploy", "missing.js", "--dry-run"], ["kv", "key", "get", "x", "--local"], ["secret", "put"]]) {
    for (const line of spawnSync(process.execPath, [wrangler, ...args], { encoding: "utf8", cwd: folder, env, timeout: 30_000 }).stderr.split("\n")) if (/error|not|must|could|unknown|missing/i.test(line)) keep(line.replaceAll(folder, "/app"));
  }
  const stack = spawnSync(process.execPath, ["-e", "require('node:fs').readFileSync('/nowhere')"], { encoding: "utf8" }).stderr;
  for (const line of stack.split("\n")) keep(line);
  await fs.rm(folder, { recursive: true });
}

for (const part of [language, platform, database, schemas, libraries, programs]) await part();
await fs.writeFile(path.join(import.meta.dirname, "library-errors.json"), `${JSON.stringify([...messages].sort(), null, 1)}\n`);
console.log(`${messages.size} messages`);
process.exit(0);
