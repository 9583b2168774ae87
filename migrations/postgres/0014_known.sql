-- +goose Up
-- The journal is read by when, by what was done and by who did it, the latest
-- first.
CREATE INDEX journal_record_time ON journal_record (recorded_at, id);
CREATE INDEX journal_record_action ON journal_record (action, subject_kind, recorded_at, id);
CREATE INDEX journal_record_actor ON journal_record (actor, recorded_at, id);
-- What waits for a person is counted, and listed, without reading the rest.
CREATE INDEX need_line_unknown ON need_line (need_id) WHERE state = 'unknown';
CREATE INDEX ledger_lot_expires ON ledger_lot (expires_on, id) WHERE expires_on > 0;
CREATE INDEX distribution_line_unreconciled ON distribution_line (distribution_id, n) WHERE unreconciled > 0 AND live = 1;
