-- +goose Up
-- Photos, scans and certificates of records. The files are kept by their hash,
-- outside the database.

CREATE TABLE attachment (
  id           UUID    NOT NULL PRIMARY KEY,
  subject_kind TEXT    NOT NULL,
  subject      UUID    NOT NULL,
  org          UUID    NOT NULL,
  kind         TEXT    NOT NULL,
  title        TEXT    NOT NULL,
  name         TEXT    NOT NULL,
  media_type   TEXT    NOT NULL,
  size         BIGINT  NOT NULL,
  sha256       TEXT    NOT NULL,
  thumbnail    TEXT    NOT NULL,
  width        BIGINT  NOT NULL,
  height       BIGINT  NOT NULL,
  created_at   BIGINT  NOT NULL,
  created_by   UUID    NOT NULL,
  removed_at   BIGINT,
  removed_by   UUID,
  reason       TEXT    NOT NULL,
  purged_at    BIGINT
);
CREATE INDEX attachment_subject ON attachment (subject_kind, subject, id);
CREATE INDEX attachment_sha256 ON attachment (sha256);
CREATE INDEX attachment_thumbnail ON attachment (thumbnail);
CREATE INDEX attachment_unpurged ON attachment (removed_at) WHERE purged_at IS NULL;
