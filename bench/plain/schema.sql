-- The design that most people would write first, and a decent one: one table, an autoincrement key, an index for each
-- column that a question asks by.

CREATE TABLE IF NOT EXISTS skill_usage (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  skill         TEXT    NOT NULL,
  outcome       TEXT    NOT NULL,
  duration_ms   INTEGER NOT NULL,
  user_hash     TEXT,
  session_hash  TEXT,
  version       TEXT,
  source        TEXT,
  variant       TEXT,
  error_type    TEXT,
  error_message TEXT,
  metadata      TEXT,
  created_at    INTEGER NOT NULL
);

CREATE INDEX IF NOT EXISTS skill_usage_skill ON skill_usage (skill);
CREATE INDEX IF NOT EXISTS skill_usage_created_at ON skill_usage (created_at);
CREATE INDEX IF NOT EXISTS skill_usage_user_hash ON skill_usage (user_hash);
CREATE INDEX IF NOT EXISTS skill_usage_outcome ON skill_usage (outcome);
