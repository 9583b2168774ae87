-- +goose Up
-- What the command box finds: organisations by the pairs of characters of their
-- names. Lots and records are found by indexes that they have anyway.
CREATE TABLE find_entry (
  id    BLOB NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  words TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE find_gram (
  gram     TEXT NOT NULL,
  entry_id BLOB NOT NULL,
  PRIMARY KEY (gram, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX find_gram_entry ON find_gram (entry_id);
