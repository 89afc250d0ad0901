/** Time and chance, which come in as parameters, so that tests need not wait for either. */
export interface Surroundings {
  /** ms since 1970. */
  now(): number;
  /** 0 up to 1. */
  random(): number;
  sleep(ms: number): Promise<void>;
  /** Makes an id that no other event has. */
  makeId(): string;
}
