/**
 * The platform's own types, without ambient declarations.
 *
 * The declaration files must type-check in a project that has neither the DOM's nor Cloudflare's types. So each type is
 * taken from `globalThis` where it exists, and is a structural stand-in where it does not.
 */

/** `Request`, where the project knows it. */
export type PlatformRequest = typeof globalThis extends { Request: { prototype: infer Known } } ? Known : RequestShape;

/** `Response`, where the project knows it. */
export type PlatformResponse = typeof globalThis extends { Response: { prototype: infer Known } } ? Known : ResponseShape;

/** `AbortSignal`, where the project knows it. */
export type PlatformSignal = PlatformRequest extends { readonly signal: infer Known } ? Known : { readonly aborted: boolean };

/** The least of a `Request`. */
export interface RequestShape {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
}

/** The least of a `Response`. */
export interface ResponseShape {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  json(): Promise<unknown>;
}

/** Where work may go on after the answer: the part of an `ExecutionContext` in use. */
export interface WaitUntil {
  waitUntil(promise: Promise<unknown>): void;
}
