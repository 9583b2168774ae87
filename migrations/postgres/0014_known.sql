-- +goose Up
-- The journal is read in the order of its ids, by what was done and by who did it.
CREATE INDEX journal_record_action ON journal_record (action, subject_kind, id);
CREATE INDEX journal_record_actor ON journal_record (actor, id);
-- What waits for a person is counted, and listed, without reading the rest.
CREATE INDEX need_line_unknown ON need_line (need_id) WHERE state = 'unknown';
CREATE INDEX distribution_line_unreconciled ON distribution_line (distribution_id, n) WHERE unreconciled > 0 AND live = 1;
