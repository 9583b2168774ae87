-- +goose Up
-- What these books are: whose, and whether they are real.

CREATE TABLE office_setting (
  name  TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
);
