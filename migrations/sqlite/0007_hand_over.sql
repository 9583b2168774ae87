-- +goose Up
-- How many hand-overs each recipient has is counted from the index alone: it
-- holds the day and whether the hand-over stands.
DROP INDEX distribution_recipient;
CREATE INDEX distribution_recipient ON distribution (recipient, id, day, status);
