-- +goose Up
-- What the command box finds: organisations and lots by the pairs of characters
-- of their names and codes, records by the organisation that they are about.
CREATE TABLE find_entry (
  id    BLOB NOT NULL PRIMARY KEY,
  kind  TEXT NOT NULL,
  party BLOB NOT NULL,
  owner BLOB NOT NULL,
  title TEXT NOT NULL,
  words TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX find_entry_party ON find_entry (party, id);

CREATE TABLE find_gram (
  gram     TEXT NOT NULL,
  entry_id BLOB NOT NULL,
  PRIMARY KEY (gram, entry_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX find_gram_entry ON find_gram (entry_id);
