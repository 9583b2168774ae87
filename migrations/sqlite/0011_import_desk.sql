-- +goose Up
-- The import desk: files that were handed in, runs that can be gone on with,
-- mappings that are kept for the next file, words for goods that a person taught.

ALTER TABLE register_run ADD COLUMN total INTEGER NOT NULL DEFAULT 0;
ALTER TABLE register_run ADD COLUMN last_key TEXT NOT NULL DEFAULT '';

CREATE INDEX register_row_why ON register_row (run_id, why, n);

CREATE TABLE register_upload (
  id          BLOB NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  size        INTEGER NOT NULL,
  digest      TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('uploaded', 'mapped', 'running', 'done', 'failed', 'stopped')),
  mapping     TEXT NOT NULL,
  remembered  BLOB NOT NULL,
  fingerprint TEXT NOT NULL,
  total       INTEGER NOT NULL,
  run_id      BLOB NOT NULL,
  stop_asked  INTEGER NOT NULL,
  worked      INTEGER NOT NULL,
  failures    INTEGER NOT NULL,
  actor       TEXT NOT NULL,
  why         TEXT NOT NULL,
  args        TEXT NOT NULL,
  uploaded_by BLOB NOT NULL,
  org_id      BLOB NOT NULL,
  uploaded_at INTEGER NOT NULL,
  started_at  INTEGER,
  ended_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX register_upload_state ON register_upload (state, id);

CREATE TABLE register_mapping (
  id          BLOB NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  name        TEXT NOT NULL,
  columns     TEXT NOT NULL,
  mapping     TEXT NOT NULL,
  saved_by    BLOB NOT NULL,
  org_id      BLOB NOT NULL,
  saved_at    INTEGER NOT NULL,
  UNIQUE (fingerprint, org_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE register_alias (
  id       BLOB NOT NULL PRIMARY KEY,
  word     TEXT NOT NULL UNIQUE,
  text     TEXT NOT NULL,
  class    TEXT NOT NULL,
  added_by BLOB NOT NULL,
  added_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
