-- +goose Up
-- Who may act: tokens for programs. Only the SHA-256 of a token's secret is kept.

CREATE TABLE account_token (
  id            BLOB    NOT NULL PRIMARY KEY,
  name          TEXT    NOT NULL,
  role          TEXT    NOT NULL,
  org           BLOB    NOT NULL,
  secret        BLOB    NOT NULL,
  created_at    INTEGER NOT NULL,
  created_by    BLOB    NOT NULL,
  expires_at    INTEGER,
  revoked_at    INTEGER,
  last_used_day INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
