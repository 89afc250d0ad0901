/**
 * What a share link is limited to, and what its answers say of that: known to the Worker, which holds the limits, and to the
 * dashboard, which shows them.
 */

/** What a share link is limited to. What is absent is not limited. */
export interface ShareLimits {
  /** A range that moves with time, and all that lies within it. */
  range?: "24h" | "7d" | "30d" | "90d" | undefined;
  /** Start (inclusive) and end (exclusive) of a fixed range instead, ms since 1970, both on a UTC hour. */
  from?: number | undefined;
  to?: number | undefined;
  skill?: readonly string[] | undefined;
  version?: readonly string[] | undefined;
  source?: readonly string[] | undefined;
  variant?: readonly string[] | undefined;
  /** Smallest number of people that a figure may be about. */
  minGroup: number;
}

/** What an answer to a share link carries beside its figures. */
export interface SharedView {
  /** When the link ends, ms since 1970. */
  expiresAt: number;
  limits: ShareLimits;
  /**
   * Names of what the link does not show: lists of single calls and of other ranges are empty (`errors`, `calls`, `changes`,
   * `quietSkills`), a group's `message` is `null`, figures (`comparedTo`, `previous`, `isNew`, `returningUsers`, `lost`,
   * `costToday`) are absent.
   */
  withheld: string[];
}
