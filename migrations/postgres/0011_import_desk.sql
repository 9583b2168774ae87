-- +goose Up
-- The import desk: files that were handed in, runs that can be gone on with,
-- mappings that are kept for the next file, words for goods that a person taught.

ALTER TABLE register_run ADD COLUMN total BIGINT NOT NULL DEFAULT 0;
ALTER TABLE register_run ADD COLUMN last_key TEXT NOT NULL DEFAULT '';

CREATE INDEX register_row_why ON register_row (run_id, why, n);

CREATE TABLE register_upload (
  id          UUID NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,
  name        TEXT NOT NULL,
  size        BIGINT NOT NULL,
  digest      TEXT NOT NULL,
  state       TEXT NOT NULL CHECK (state IN ('uploaded', 'mapped', 'running', 'done', 'failed', 'stopped')),
  mapping     TEXT NOT NULL,
  remembered  UUID NOT NULL,
  fingerprint TEXT NOT NULL,
  total       BIGINT NOT NULL,
  run_id      UUID NOT NULL,
  stop_asked  BIGINT NOT NULL,
  worked      BIGINT NOT NULL,
  failures    BIGINT NOT NULL,
  actor       TEXT NOT NULL,
  why         TEXT NOT NULL,
  args        TEXT NOT NULL,
  uploaded_by UUID NOT NULL,
  org_id      UUID NOT NULL,
  uploaded_at BIGINT NOT NULL,
  started_at  BIGINT,
  ended_at    BIGINT
);
CREATE INDEX register_upload_state ON register_upload (state, id);

CREATE TABLE register_mapping (
  id          UUID NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,
  fingerprint TEXT NOT NULL,
  name        TEXT NOT NULL,
  columns     TEXT NOT NULL,
  mapping     TEXT NOT NULL,
  saved_by    UUID NOT NULL,
  org_id      UUID NOT NULL,
  saved_at    BIGINT NOT NULL,
  UNIQUE (fingerprint, org_id)
);

CREATE TABLE register_alias (
  id       UUID NOT NULL PRIMARY KEY,
  word     TEXT NOT NULL UNIQUE,
  text     TEXT NOT NULL,
  class    TEXT NOT NULL,
  added_by UUID NOT NULL,
  added_at BIGINT NOT NULL
);
