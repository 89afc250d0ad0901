-- Track-Skills: the tables. Their comments are the dictionary of the columns.
--
-- Runs as a D1 migration (wrangler d1 migrations apply DB) and as a plain file
-- (wrangler d1 execute DB --file sql/0001_create_usage_tracking.sql); running it twice changes nothing.
--
-- D1 bills rows. The events are the truth; all else is a cache of them that can be rebuilt, kept so that an answer reads
-- a few hundred rows rather than every event. Days are UTC; instants are milliseconds since 1970.

-- One row an event. A successful event costs one row written, a failed one two: the primary key is the table itself
-- (WITHOUT ROWID), and the only other index holds failures alone.
CREATE TABLE IF NOT EXISTS skill_usage_events (
  started_at        INTEGER NOT NULL CHECK (started_at >= 0),  -- when the call began, ms since 1970, as the client said
  event_id          TEXT    NOT NULL,                          -- unique per event, from the client: a retry finds itself here and writes nothing
  skill             TEXT    NOT NULL,                          -- name of the skill or tool, 1-200 characters
  outcome           TEXT    NOT NULL                           -- how the call ended; error and timeout count as failures
                    CHECK (outcome IN ('ok', 'error', 'timeout', 'cancelled', 'refused')),
  duration_ms       INTEGER NOT NULL CHECK (duration_ms >= 0), -- how long it took, whole milliseconds
  clock             TEXT    NOT NULL CHECK (clock IN ('', 'io')), -- 'io': measured by a clock that stands still without I/O, where 0 ms says nothing
  user_hash         TEXT,                                      -- who called: pseudonym of the user id, 23 characters: one names the secret, 22 are a keyed hash; NULL when nobody was named
  session_hash      TEXT,                                      -- the session, hashed alike; NULL when none was named
  version           TEXT    NOT NULL,                          -- the skill's version; '' when not said
  source            TEXT    NOT NULL,                          -- where the call came from (function, mcp, ...); '' when not said
  variant           TEXT    NOT NULL,                          -- arm of an experiment; '' when not said
  error_type        TEXT,                                      -- class of the failure, scrubbed, at most 128 characters
  error_message     TEXT,                                      -- message of the failure, scrubbed, at most 1024 characters
  error_fingerprint TEXT,                                      -- 16 hex digits of error_type and of the message without its numbers and names: groups failures
  metadata          TEXT,                                      -- what the owner chose to record, scrubbed JSON, at most 4 KiB
  PRIMARY KEY (started_at, event_id)
) STRICT, WITHOUT ROWID;

-- Failures by time, for the list of recent errors. Queries name it with INDEXED BY: the planner overlooks it.
CREATE INDEX IF NOT EXISTS skill_usage_events_failures
  ON skill_usage_events (started_at, event_id)
  WHERE outcome IN ('error', 'timeout');

-- Which hours, quarters of a day and days are dirty: their cells may differ from the events. Ingest sets a mark in the transaction that
-- stores the events, a roll-up removes it in the transaction that rebuilds the cells. No mark means: equal.
-- A dirty hour lies in a dirty quarter and a dirty day.
CREATE TABLE IF NOT EXISTS skill_usage_dirty (
  period_ms INTEGER NOT NULL CHECK (period_ms IN (3600000, 21600000, 86400000)), -- an hour, six hours or a day
  starts_at INTEGER NOT NULL,                                                    -- when it begins
  PRIMARY KEY (period_ms, starts_at)
) STRICT, WITHOUT ROWID;

-- Roll-ups: the calls of one skill, version, source and variant in one hour, quarter of a day or day.
CREATE TABLE IF NOT EXISTS skill_usage_cells (
  period_ms          INTEGER NOT NULL CHECK (period_ms IN (3600000, 21600000, 86400000)), -- an hour, six hours or a day
  starts_at          INTEGER NOT NULL, -- when the period begins
  skill              TEXT    NOT NULL, -- 'other' also stands for what is past the 1,000 largest cells of the period
  version            TEXT    NOT NULL,
  source             TEXT    NOT NULL,
  variant            TEXT    NOT NULL,
  ok                 INTEGER NOT NULL, -- calls by outcome: their sum is the number of calls
  error              INTEGER NOT NULL,
  timeout            INTEGER NOT NULL,
  cancelled          INTEGER NOT NULL,
  refused            INTEGER NOT NULL,
  calls_without_user INTEGER NOT NULL, -- calls that named nobody
  duration_sum_ms    INTEGER NOT NULL,
  last_at            INTEGER NOT NULL, -- start of the latest call
  durations          TEXT    NOT NULL, -- JSON {bucket: calls}: the duration sketch, within 2 %
  error_types        TEXT    NOT NULL, -- JSON {error_type: failures}, the 50 most frequent and 'other'; '' where none was said
  users              INTEGER NOT NULL, -- distinct people
  people             TEXT    NOT NULL, -- JSON [person, ...]: who they were, see skill_usage_people
  people_level       INTEGER NOT NULL, -- 0: people are complete; n: a sample of one in 2^n
  folded_calls       INTEGER NOT NULL, -- calls that stand under 'other' instead of their own skill
  folded_errors      INTEGER NOT NULL, -- failures that stand under 'other' instead of their own type
  PRIMARY KEY (period_ms, starts_at, skill, version, source, variant)
) STRICT, WITHOUT ROWID;

-- Which skills were ever called, and when last: by seeking from skill to skill rather than by reading all days. One row written a
-- daily cell more, and no table that would have to be kept in step.
CREATE INDEX IF NOT EXISTS skill_usage_cells_skills
  ON skill_usage_cells (skill, last_at)
  WHERE period_ms = 86400000;

-- Everybody who was ever seen, as a small number that cells can list. A number is never given twice.
CREATE TABLE IF NOT EXISTS skill_usage_people (
  person     INTEGER PRIMARY KEY AUTOINCREMENT,
  user_hash  TEXT    NOT NULL UNIQUE, -- as in skill_usage_events; of several pseudonyms of one person the oldest, see skill_usage_aliases
  first_day  INTEGER NOT NULL,        -- start of the UTC day of the first call
  seen_until INTEGER NOT NULL         -- the latest call was before this: a multiple of 30 days, so that it changes rarely; for the retention of this row
) STRICT;

CREATE INDEX IF NOT EXISTS skill_usage_people_first_day ON skill_usage_people (first_day);

-- Later pseudonyms of people, made when the secret was changed, so that everybody counts once. Written when a person first calls while
-- both secrets are known; deleted with the person.
CREATE TABLE IF NOT EXISTS skill_usage_aliases (
  user_hash TEXT NOT NULL PRIMARY KEY, -- as in skill_usage_events
  known_as  TEXT NOT NULL              -- the pseudonym by which skill_usage_people knows the person
) STRICT, WITHOUT ROWID;

-- Salts of the pseudonyms with identity: "daily". A salt is deleted 48 hours after its day began; from then on nobody can tell whose
-- the day's pseudonyms were.
CREATE TABLE IF NOT EXISTS skill_usage_salts (
  day  INTEGER NOT NULL PRIMARY KEY, -- start of the UTC day
  salt TEXT    NOT NULL              -- 32 random bytes, base64url
) STRICT;

-- The people of each closed day, and what follows from them.
CREATE TABLE IF NOT EXISTS skill_usage_user_days (
  day          INTEGER NOT NULL PRIMARY KEY, -- start of the UTC day
  dau          INTEGER NOT NULL,             -- distinct people of the day
  wau          INTEGER,                      -- of the 7 days that end with it; NULL until counted
  mau          INTEGER,                      -- of the 30 days that end with it; NULL until counted
  new_users    INTEGER NOT NULL,             -- people whose first call was on the day
  people       TEXT    NOT NULL,             -- JSON [person, ...]
  people_level INTEGER NOT NULL              -- 0: people are complete; n: a sample of one in 2^n
) STRICT;

-- What the kit itself cost: rows that D1 counted, by UTC day and operation.
CREATE TABLE IF NOT EXISTS skill_usage_costs (
  day          INTEGER NOT NULL, -- start of the UTC day
  operation    TEXT    NOT NULL, -- ingest, analytics, roll-up, clean-up, subjects or accounting
  runs         INTEGER NOT NULL, -- requests or runs
  rows_read    INTEGER NOT NULL,
  rows_written INTEGER NOT NULL,
  PRIMARY KEY (day, operation)
) STRICT, WITHOUT ROWID;

-- What clients lost before it could be sent, as they said. An account that comes again finds itself here.
CREATE TABLE IF NOT EXISTS skill_usage_losses (
  account_id  TEXT    NOT NULL,                   -- unique per account, from the client
  reason      TEXT    NOT NULL,                   -- queue_full, too_large, network, ...
  events      INTEGER NOT NULL CHECK (events > 0),
  reported_at INTEGER NOT NULL,                   -- when the client made the account, ms since 1970; not after it came in
  PRIMARY KEY (account_id, reason)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS skill_usage_losses_time ON skill_usage_losses (reported_at);

-- Erasures of people, so that a late retry brings nobody back. Holds no id and no pseudonym. Deleted with the days of events
-- that it guards.
CREATE TABLE IF NOT EXISTS skill_usage_erasures (
  tombstone    TEXT    NOT NULL PRIMARY KEY, -- pseudonym of the pseudonym, 23 characters, under a key of its own
  erased_until INTEGER NOT NULL,             -- events of this person that began up to here are not taken
  request_id   TEXT,                         -- the request in skill_usage_audit that is being worked off; NULL once it is finished
  events_from  INTEGER,                      -- events before this are erased; NULL once all are
  person       INTEGER,                      -- the number that is leaving the lists of cells and days; NULL before and after
  lists_from   INTEGER,                      -- the day up to which it has left them
  lists_to     INTEGER                       -- when the person was last seen, at the latest
) STRICT, WITHOUT ROWID;

-- Whom an unfinished erasure is about, so that it can be finished without a second request. The row goes when it is finished.
CREATE TABLE IF NOT EXISTS skill_usage_erasing (
  tombstone   TEXT NOT NULL PRIMARY KEY, -- as in skill_usage_erasures
  user_hashes TEXT NOT NULL              -- JSON [user_hash, ...]: all pseudonyms of the person
) STRICT, WITHOUT ROWID;

-- Requests to export or erase a person: that they were made and what came of them, not for whom.
CREATE TABLE IF NOT EXISTS skill_usage_audit (
  request_id   TEXT    NOT NULL PRIMARY KEY,                         -- random
  kind         TEXT    NOT NULL CHECK (kind IN ('export', 'erase')),
  requested_at INTEGER NOT NULL,
  finished_at  INTEGER,                                              -- NULL while unfinished, or when broken off
  events       INTEGER NOT NULL,                                     -- exported or erased
  roll_ups     INTEGER NOT NULL                                      -- cells and days that the person's number was taken out of
) STRICT, WITHOUT ROWID;

-- Facts about the database as a whole. raw_from: events before it are deleted or about to be, and none is taken. daily_until: up to here
-- pseudonyms hold for one day only.
CREATE TABLE IF NOT EXISTS skill_usage_state (
  name  TEXT    NOT NULL PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Events from before there were roll-ups: every hour, quarter and day of theirs is dirty.
INSERT OR IGNORE INTO skill_usage_dirty (period_ms, starts_at)
SELECT DISTINCT period.column1, started_at / period.column1 * period.column1
FROM skill_usage_events
CROSS JOIN (VALUES (3600000), (21600000), (86400000)) AS period
WHERE NOT EXISTS (SELECT 1 FROM skill_usage_cells)
  AND NOT EXISTS (SELECT 1 FROM skill_usage_dirty)
  AND NOT EXISTS (SELECT 1 FROM skill_usage_state);
