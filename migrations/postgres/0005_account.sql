-- +goose Up
-- Who may act: tokens for programs. Only the SHA-256 of a token's secret is kept.

CREATE TABLE account_token (
  id            UUID   NOT NULL PRIMARY KEY,
  name          TEXT   NOT NULL,
  role          TEXT   NOT NULL,
  org           UUID   NOT NULL,
  secret        BYTEA  NOT NULL,
  created_at    BIGINT NOT NULL,
  created_by    UUID   NOT NULL,
  expires_at    BIGINT,
  revoked_at    BIGINT,
  last_used_day BIGINT NOT NULL
);
