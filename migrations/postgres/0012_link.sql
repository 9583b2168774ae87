-- +goose Up
-- Signed links for people without an account: the keys that sign them, and how
-- often the links of a record were taken back.

CREATE TABLE account_link_key (
  n          BIGINT NOT NULL PRIMARY KEY,
  secret     BYTEA NOT NULL,
  created_at BIGINT NOT NULL
);

CREATE TABLE account_link_round (
  subject UUID NOT NULL PRIMARY KEY,
  round   BIGINT NOT NULL
);
