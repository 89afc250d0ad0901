-- Track-Skills: the table of usage events. Its comments are the dictionary of the columns.
--
-- Runs as a D1 migration (wrangler d1 migrations apply DB) and as a plain file
-- (wrangler d1 execute DB --file sql/0001_create_usage_tracking.sql); running it twice changes nothing.
--
-- D1 bills rows. A successful event costs one row written, a failed one two: the primary key is the table itself
-- (WITHOUT ROWID), and the only other index holds failures alone.

CREATE TABLE IF NOT EXISTS skill_usage_events (
  started_at        INTEGER NOT NULL CHECK (started_at >= 0),  -- when the call began, ms since 1970, as the client said
  event_id          TEXT    NOT NULL,                          -- unique per event, from the client: a retry finds itself here and writes nothing
  skill             TEXT    NOT NULL,                          -- name of the skill or tool, 1-200 characters
  outcome           TEXT    NOT NULL                           -- how the call ended; error and timeout count as failures
                    CHECK (outcome IN ('ok', 'error', 'timeout', 'cancelled', 'refused')),
  duration_ms       INTEGER NOT NULL CHECK (duration_ms >= 0), -- how long it took, whole milliseconds
  user_hash         TEXT,                                      -- who called: keyed hash of the user id, 22 characters; NULL when nobody was named
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
