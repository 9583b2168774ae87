-- +goose Up
-- Who exists: organisations as a tree, and the names by which they are known.

CREATE TABLE org (
  id         BLOB    NOT NULL PRIMARY KEY,
  kind       TEXT    NOT NULL,
  name       TEXT    NOT NULL,
  name_key   TEXT    NOT NULL,
  parent     BLOB    NOT NULL,
  place      TEXT    NOT NULL,
  public     INTEGER NOT NULL CHECK (public IN (0, 1)),
  note       TEXT    NOT NULL,
  version    INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX org_name_key ON org (name_key);
CREATE INDEX org_kind ON org (kind, id);
CREATE INDEX org_parent ON org (parent, id);

CREATE TABLE org_alias (
  name_key TEXT NOT NULL PRIMARY KEY,
  org_id   BLOB NOT NULL REFERENCES org (id),
  name     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX org_alias_org ON org_alias (org_id);
