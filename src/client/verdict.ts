/** What a Worker says of a batch. Its answer may be anything: what is not there counts as nothing. */
import { read, textOf } from "./classify.ts";

export interface Verdict {
  accepted: number;
  duplicates: number;
  /** Why events were refused, by their index in the batch. */
  refused: ReadonlyMap<number, Refusal>;
  /** ms since 1970; 0 when it is not said. */
  serverTime: number;
}

export interface Refusal {
  code: string | undefined;
  message: string | undefined;
}

/** Reads an answer. */
export function verdictOf(answer: unknown): Verdict {
  const count = (name: string): number => Number(read(answer, name)) || 0;
  const rejected = read(answer, "rejected");
  const items: unknown[] = Array.isArray(rejected) ? rejected : [];
  const refusals = items.map((item) => [Number(read(item, "index")), { code: textOf(item, "code"), message: textOf(item, "message") }] as const);
  return { accepted: count("accepted"), duplicates: count("duplicates"), refused: new Map(refusals), serverTime: count("serverTime") };
}
