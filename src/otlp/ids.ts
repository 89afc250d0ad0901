/**
 * Ids for calls that have none: the same record gives the same id, so that a batch that is sent again writes nothing.
 */

/**
 * Makes ids from what a record says. Records of one request that say the same are numbered, since tools that ran side by
 * side can end in the same millisecond.
 */
export function createIdMaker(): (seed: readonly unknown[]) => string {
  const seen = new Map<string, number>();
  return (seed) => {
    const text = JSON.stringify(seed);
    const number = seen.get(text) ?? 0;
    seen.set(text, number + 1);
    return `otlp-${hash(text)}${number === 0 ? "" : `-${number}`}`;
  };
}

/** Two multiplicative hashes of 32 bits. They must tell apart only the events of one millisecond. */
function hash(text: string): string {
  let [left, right] = [0x811c9dc5, 0x9e3779b9];
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    left = Math.imul(left ^ unit, 0x01000193);
    right = Math.imul(right ^ unit, 0x85ebca6b);
    right ^= right >>> 15;
  }
  return [left, right].map((half) => (half >>> 0).toString(36)).join("");
}
