-- +goose Up
-- Photos, scans and certificates of records. The files are kept by their hash,
-- outside the database.

CREATE TABLE attachment (
  id           BLOB    NOT NULL PRIMARY KEY,
  subject_kind TEXT    NOT NULL,
  subject      BLOB    NOT NULL,
  org          BLOB    NOT NULL,
  kind         TEXT    NOT NULL,
  title        TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  media_type   TEXT    NOT NULL,
  size         INTEGER NOT NULL,
  sha256       TEXT    NOT NULL,
  thumbnail    TEXT    NOT NULL,
  width        INTEGER NOT NULL,
  height       INTEGER NOT NULL,
  created_at   INTEGER NOT NULL,
  created_by   BLOB    NOT NULL,
  removed_at   INTEGER,
  removed_by   BLOB,
  reason       TEXT    NOT NULL,
  purged_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX attachment_subject ON attachment (subject_kind, subject, id);
CREATE INDEX attachment_sha256 ON attachment (sha256);
CREATE INDEX attachment_thumbnail ON attachment (thumbnail);
CREATE INDEX attachment_unpurged ON attachment (removed_at) WHERE purged_at IS NULL;
