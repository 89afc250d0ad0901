/**
 * One person under two pseudonyms: what a change of the secret leaves behind.
 *
 * While both secrets are known, ingest writes an alias for everybody who calls: from then on the new pseudonym stands for the old
 * one, wherever people are counted. Nobody's events are touched, and an alias costs one row written, once. In return,
 * each look at the caller of an event looks into a second table, which is empty for whoever never changed the secret.
 */

/** The pseudonym by which the caller of `events` is known: that of the first alias, or the event's own. */
export const KNOWN_AS_SQL: string = `COALESCE((SELECT known_as FROM skill_usage_aliases AS alias WHERE alias.user_hash = events.user_hash), events.user_hash)`;
