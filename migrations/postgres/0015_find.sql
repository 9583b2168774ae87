-- +goose Up
-- What the command box finds: organisations by the pairs of characters of their
-- names. Lots and records are found by indexes that they have anyway.
CREATE TABLE find_entry (
  id    UUID NOT NULL PRIMARY KEY,
  title TEXT NOT NULL,
  words TEXT NOT NULL
);

CREATE TABLE find_gram (
  gram     TEXT NOT NULL,
  entry_id UUID NOT NULL,
  PRIMARY KEY (gram, entry_id)
);
CREATE INDEX find_gram_entry ON find_gram (entry_id);

-- Codes of lots are looked up by how they begin: in the order of their bytes.
ALTER TABLE ledger_lot ALTER COLUMN code TYPE TEXT COLLATE "C";
