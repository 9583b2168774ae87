-- +goose Up
-- What the command box finds: organisations and lots by the pairs of characters
-- of their names and codes, records by the organisation that they are about.
CREATE TABLE find_entry (
  id    UUID NOT NULL PRIMARY KEY,
  kind  TEXT NOT NULL,
  party UUID NOT NULL,
  owner UUID NOT NULL,
  title TEXT NOT NULL,
  words TEXT NOT NULL
);
CREATE INDEX find_entry_party ON find_entry (party, id);

CREATE TABLE find_gram (
  gram     TEXT NOT NULL,
  entry_id UUID NOT NULL,
  PRIMARY KEY (gram, entry_id)
);
CREATE INDEX find_gram_entry ON find_gram (entry_id);
