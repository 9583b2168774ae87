-- +goose Up
-- Registers as people keep them: what was read, posted, held and why.

CREATE TABLE register_run (
  id          UUID    NOT NULL PRIMARY KEY,
  kind        TEXT    NOT NULL,
  file        TEXT    NOT NULL,
  file_hash   TEXT    NOT NULL,
  mapping     TEXT    NOT NULL,
  started_at  BIGINT NOT NULL,
  finished_at BIGINT,
  read        BIGINT NOT NULL,
  posted      BIGINT NOT NULL,
  held        BIGINT NOT NULL,
  rejected    BIGINT NOT NULL,
  already     BIGINT NOT NULL,
  skipped     BIGINT NOT NULL
);
CREATE INDEX register_run_file ON register_run (file_hash, kind);

CREATE TABLE register_key (
  key         TEXT NOT NULL PRIMARY KEY,
  content_key TEXT NOT NULL,
  file        TEXT NOT NULL,
  outcome     TEXT NOT NULL,
  document    UUID NOT NULL
);
CREATE INDEX register_key_content ON register_key (content_key);

CREATE TABLE register_row (
  run_id  UUID    NOT NULL REFERENCES register_run (id),
  n       BIGINT NOT NULL,
  sheet   TEXT    NOT NULL,
  row     BIGINT NOT NULL,
  status  TEXT    NOT NULL CHECK (status IN ('held', 'rejected', 'resolved', 'discarded')),
  why     TEXT    NOT NULL,
  args    TEXT    NOT NULL,
  cells   TEXT    NOT NULL,
  reading TEXT    NOT NULL,
  key     TEXT    NOT NULL,
  reason  TEXT    NOT NULL,
  PRIMARY KEY (run_id, n)
);
CREATE INDEX register_row_open ON register_row (status, run_id, n);
CREATE INDEX register_row_key ON register_row (key);
