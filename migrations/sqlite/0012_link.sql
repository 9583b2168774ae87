-- +goose Up
-- Signed links for people without an account: the keys that sign them, and how
-- often the links of a record were taken back.

CREATE TABLE account_link_key (
  n          INTEGER NOT NULL PRIMARY KEY,
  secret     BLOB NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE account_link_round (
  subject BLOB NOT NULL PRIMARY KEY,
  round   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
