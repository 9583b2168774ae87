-- +goose Up
-- Registers as people keep them: what was read, posted, held and why.

CREATE TABLE register_run (
  id          BLOB    NOT NULL PRIMARY KEY,
  kind        TEXT    NOT NULL,
  file        TEXT    NOT NULL,
  file_hash   TEXT    NOT NULL,
  mapping     TEXT    NOT NULL,
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  read        INTEGER NOT NULL,
  posted      INTEGER NOT NULL,
  held        INTEGER NOT NULL,
  rejected    INTEGER NOT NULL,
  already     INTEGER NOT NULL,
  skipped     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX register_run_file ON register_run (file_hash, kind);

CREATE TABLE register_key (
  key         TEXT NOT NULL PRIMARY KEY,
  content_key TEXT NOT NULL,
  file        TEXT NOT NULL,
  outcome     TEXT NOT NULL,
  document    BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX register_key_content ON register_key (content_key);

CREATE TABLE register_row (
  run_id  BLOB    NOT NULL REFERENCES register_run (id),
  n       INTEGER NOT NULL,
  sheet   TEXT    NOT NULL,
  row     INTEGER NOT NULL,
  status  TEXT    NOT NULL CHECK (status IN ('held', 'rejected', 'resolved', 'discarded')),
  why     TEXT    NOT NULL,
  args    TEXT    NOT NULL,
  cells   TEXT    NOT NULL,
  reading TEXT    NOT NULL,
  key     TEXT    NOT NULL,
  reason  TEXT    NOT NULL,
  PRIMARY KEY (run_id, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX register_row_open ON register_row (status, run_id, n);
CREATE INDEX register_row_key ON register_row (key);
